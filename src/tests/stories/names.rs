//! Names: what people mean by a word is learned when two have said and confirmed it, and can be taken back.

use sutler::demo::run::ORG;
use sutler::store::{aliases, orgs, people};

use crate::app::{ACHIENG, BARAKA, DAUDI, TestApp, on_both};

on_both!(
    a_word_is_learned_from_two_people_and_taken_back_by_a_third,
    a_new_item_is_known_to_the_next_burst,
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
