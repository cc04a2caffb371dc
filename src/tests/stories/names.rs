//! Names: what people mean by a word is learned when two have said and confirmed it, and can be taken back.

use sutler::demo::run::ORG;
use sutler::flow::give;
use sutler::store::{aliases, cards, catalogue, orgs, people};

use crate::app::{ACHIENG, BARAKA, DAUDI, TestApp, on_both};

on_both!(
    a_word_is_learned_from_two_people_and_taken_back_by_a_third,
    a_new_item_is_known_to_the_next_burst,
    a_line_in_own_words_gets_its_item_from_a_buyer_and_is_confirmed,
);

async fn choose_wire(app: &TestApp, who: &str, list: &str) {
    app.say(who, list);
    app.quiet().await;
    app.press(who, "Binding wire 25 kg");
    app.quiet().await;
    app.press_if_any(who, "Additional");
    app.quiet().await;
    app.press(who, "Confirm");
    app.quiet().await;
}

async fn a_word_is_learned_from_two_people_and_taken_back_by_a_third(app: TestApp) {
    let names = "select count(*) from alias where revoked_at is null";
    choose_wire(&app, ACHIENG, "3 rolls wire to Site 4").await;
    assert_eq!(app.raw.count(names).await, 0, "one voice teaches nothing");
    choose_wire(&app, BARAKA, "2 rolls wire to Site 12").await;
    assert_eq!(app.raw.count(names).await, 1);
    assert_eq!(app.raw.one("select words from alias").await, "wire");

    app.told(DAUDI);
    app.say(DAUDI, "4 rolls wire to Site 7");
    app.quiet().await;
    let told = app.told_once(DAUDI);
    assert!(told.contains("4 rolls Binding wire 25 kg"), "{told}");

    let mut tx = app.app().db.begin().await.unwrap();
    let org = orgs::find_by_code(&mut tx, ORG).await.unwrap().unwrap().id;
    let staff = people::all(&mut tx, &org).await.unwrap();
    let chebet = staff.into_iter().find(|p| p.code == "chebet").unwrap();
    let alias = aliases::all(&mut tx, &org).await.unwrap().remove(0);
    let revoked = aliases::revoke(&mut tx, &org, &alias.id, &chebet.id).await;
    assert_eq!(revoked.unwrap(), 1);
    tx.commit().await.unwrap();

    app.say(DAUDI, "another order: 5 rolls wire to Site 7");
    app.quiet().await;
    app.press(DAUDI, "Binding wire 25 kg");
    app.quiet().await;
    app.press_if_any(DAUDI, "Additional");
    app.quiet().await;
    app.press(DAUDI, "Confirm");
    app.quiet().await;
    assert_eq!(app.raw.count(names).await, 0, "it stays taken back");
}

async fn a_new_item_is_known_to_the_next_burst(app: TestApp) {
    app.say(ACHIENG, "5 bags saruji to Site 4");
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(!told.contains("Cement 42.5N"), "{told}");
    let mut tx = app.app().db.begin().await.unwrap();
    let org = orgs::find_by_code(&mut tx, ORG).await.unwrap().unwrap().id;
    let items = sutler::store::suppliers::items(&mut tx, &org)
        .await
        .unwrap();
    let cement = items.iter().find(|i| i.code == "CEMENT-42").unwrap();
    let new = aliases::NewAlias {
        org: &org,
        words: "saruji",
        key: &sutler::domain::catalogue::key("saruji"),
        item: &cement.id,
    };
    aliases::import(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    app.say(ACHIENG, "another order: 5 bags saruji to Site 7");
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(told.contains("5 bags Cement 42.5N 50 kg"), "{told}");
}

async fn a_line_in_own_words_gets_its_item_from_a_buyer_and_is_confirmed(app: TestApp) {
    app.say(ACHIENG, "5 bags saruji and 3 shovels to Site 4");
    app.quiet().await;
    app.press(ACHIENG, "Ask the office");
    app.quiet().await;
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    let lines = "select l.state from line l join requisition r on r.id = l.requisition_id
        and r.version = l.version where r.number = 1 order by l.position";
    let states = app.raw.rows(lines).await.concat();
    assert_eq!(states, ["free_text", "open"]);
    let document = app
        .raw
        .one("select cast(document as text) from purchase_order")
        .await;
    assert!(document.contains("SHOVEL") && !document.contains("saruji"));

    app.told(ACHIENG);
    give(&app, "cement-42").await;
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(
        told.contains("Request 2") && told.contains("5 bags Cement 42.5N"),
        "{told}"
    );
    assert_eq!(
        app.raw.count("select count(*) from purchase_order").await,
        1
    );
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_eq!(
        app.raw.count("select count(*) from purchase_order").await,
        2
    );
    let voices = "select p.code from alias_voice v join person p on p.id = v.person_id";
    assert_eq!(app.raw.one(voices).await, "chebet");
}

/// What the card's form does.
async fn give(app: &TestApp, code: &str) {
    let mut tx = app.app().db.begin().await.unwrap();
    let org = orgs::find_by_code(&mut tx, ORG).await.unwrap().unwrap().id;
    let staff = people::all(&mut tx, &org).await.unwrap();
    let chebet = staff.into_iter().find(|p| p.code == "chebet").unwrap();
    let cards = cards::open(&mut tx, &org).await.unwrap();
    let card = cards.iter().find(|c| c.kind == give::CARD).unwrap();
    let item = catalogue::by_code(&mut tx, &org, code)
        .await
        .unwrap()
        .unwrap();
    cards::done(
        &mut tx,
        &org,
        give::CARD,
        &card.subject_id,
        "item",
        Some(&chebet.id),
    )
    .await
    .unwrap();
    let (_, bells) = give::give(&mut tx, card, &item, &chebet.id).await.unwrap();
    let again = give::give(&mut tx, card, &item, &chebet.id).await.unwrap();
    assert_eq!(again.0, "That line is settled already.");
    tx.commit().await.unwrap();
    app.app().ring_all(bells).await;
}
