//! Telling: every text is sent until the provider has taken it, and not twice.

use std::time::Duration;

use sutler::demo::graph::{Position, Switch};

use crate::app::{ACHIENG, BARAKA, TestApp, on_both, on_embedded};

on_both!(a_lost_answer_is_not_sent_again_when_its_status_comes);
on_embedded!(
    a_lost_answer_without_a_status_is_sent_again_after_a_minute,
    what_the_provider_cannot_take_now_is_sent_later,
    what_may_never_arrive_becomes_a_card,
    texts_to_one_person_keep_their_order,
);

const MINUTE: Duration = Duration::from_secs(60);

async fn a_lost_answer_is_not_sent_again_when_its_status_comes(app: TestApp) {
    app.demo.graph.lose_answers(1);
    app.say(ACHIENG, "status");
    app.quiet().await;
    app.pass(5 * MINUTE).await;
    assert_eq!(app.told_once(ACHIENG), "You have no requests yet.");
}

async fn a_lost_answer_without_a_status_is_sent_again_after_a_minute(app: TestApp) {
    app.demo.graph.set_switch(Switch::StatusesOff, Position::On);
    app.demo.graph.lose_answers(1);
    app.say(ACHIENG, "status");
    app.quiet().await;
    assert_eq!(app.told(ACHIENG).len(), 1);
    app.pass(2 * MINUTE).await;
    // Nobody can know that it arrived: a text twice is better than none.
    assert_eq!(app.told_once(ACHIENG), "You have no requests yet.");
    app.pass(5 * MINUTE).await;
    assert_eq!(app.told(ACHIENG).len(), 0);
}

async fn what_the_provider_cannot_take_now_is_sent_later(app: TestApp) {
    for code in [131_056, 130_429, 131_000, 2] {
        app.demo.graph.refuse_next(code, 2);
        app.say(ACHIENG, "status");
        app.drain().await;
        app.pass(10 * MINUTE).await;
        assert_eq!(
            app.told_once(ACHIENG),
            "You have no requests yet.",
            "{code}"
        );
    }
}

async fn what_may_never_arrive_becomes_a_card(app: TestApp) {
    // Refused at once, and refused afterwards by a status.
    app.demo.graph.refuse_next(131_026, 1);
    app.say(ACHIENG, "status");
    app.quiet().await;
    app.demo.graph.fail_next(131_047, 1);
    app.say(ACHIENG, "help");
    app.quiet().await;
    let cards = app
        .raw
        .rows("select kind, state from card order by created_at")
        .await;
    assert_eq!(cards, [["not_told", "open"], ["not_told", "open"]]);
    let states = app
        .raw
        .rows("select state from outgoing where kind = 'reply' order by id")
        .await;
    assert_eq!(states, [["failed"], ["failed"]]);
}

async fn texts_to_one_person_keep_their_order(app: TestApp) {
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    app.told(ACHIENG);
    // What she hears of her Confirm is not taken for a while; the rejection comes meanwhile.
    app.demo.graph.refuse_next(131_016, 2);
    app.press(ACHIENG, "Confirm");
    app.until("the approver is asked", async || {
        app.demo
            .graph
            .inbox(BARAKA)
            .iter()
            .any(|got| got.titles().contains(&"Reject"))
            || app
                .raw
                .count("select count(*) from outgoing where state = 'due'")
                .await
                == 2
    })
    .await;
    app.pass(MINUTE).await;
    app.demo.graph.refuse_next(131_016, 1);
    app.press(BARAKA, "Reject");
    app.pass(MINUTE).await;
    let told = app.told(ACHIENG);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].contains("waits for approval") && told[1].contains("rejected"),
        "{told:#?}"
    );
}
