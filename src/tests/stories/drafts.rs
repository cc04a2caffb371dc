//! Drafts: changed by what is said later, recalled, dropped; nothing is ordered that is not confirmed.

use std::time::Duration;

use crate::app::{ACHIENG, BARAKA, TestApp, assert_story, on_both, on_embedded};

on_both!(an_unanswered_draft_is_recalled_once_and_then_dropped);
on_embedded!(
    a_correction_before_confirm_makes_a_new_version,
    a_press_while_messages_are_unread_waits_and_counts_for_its_version_only,
    a_cancelled_draft_orders_nothing,
    another_order_is_a_draft_of_its_own,
    what_was_asked_for_lately_is_asked_about_and_answered_by_a_button,
    a_line_taken_off_by_a_button_is_not_ordered,
);

const HOUR: Duration = Duration::from_secs(3600);

async fn an_unanswered_draft_is_recalled_once_and_then_dropped(app: TestApp) {
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    app.told(ACHIENG);
    app.pass(4 * HOUR).await;
    assert!(
        app.told_once(ACHIENG)
            .contains("still waits for your answer")
    );
    app.pass(12 * HOUR).await;
    assert_eq!(app.told(ACHIENG), Vec::<String>::new());
    app.pass(8 * HOUR).await;
    assert_eq!(
        app.raw.one("select state from requisition").await,
        "expired"
    );
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_story!(app, "recalled_and_dropped");
}

async fn a_correction_before_confirm_makes_a_new_version(app: TestApp) {
    app.say(ACHIENG, "20 bags cement and 3 shovels to site 7");
    app.quiet().await;
    app.say(ACHIENG, "sorry, make the cement 15");
    app.quiet().await;
    app.say(ACHIENG, "remove the shovels");
    app.quiet().await;
    assert_story!(app, "corrected");
}

async fn a_press_while_messages_are_unread_waits_and_counts_for_its_version_only(app: TestApp) {
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    app.told(ACHIENG);
    app.say(ACHIENG, "make that 15");
    app.received().await;
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    let told = app.told(ACHIENG);
    assert!(told.iter().any(|t| t.contains("15 bags")), "{told:#?}");
    assert!(
        told.iter().any(|t| t.contains("older version")),
        "{told:#?}"
    );
    assert_eq!(
        app.raw.one("select state from requisition").await,
        "to_confirm"
    );

    // "thanks" changes nothing, so the press after it counts.
    app.say(ACHIENG, "thanks");
    app.received().await;
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_eq!(
        app.raw.one("select state from requisition").await,
        "to_approve"
    );
}

async fn a_cancelled_draft_orders_nothing(app: TestApp) {
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    app.press(ACHIENG, "Cancel");
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_eq!(
        app.raw.one("select state from requisition").await,
        "cancelled"
    );
    let told = app.told(ACHIENG);
    assert!(told[1].contains("Request 1 is cancelled"), "{told:#?}");
    assert!(
        told[2].contains("already past that (cancelled)"),
        "{told:#?}"
    );

    app.say(ACHIENG, "5 wheelbarrows to Site 4");
    app.quiet().await;
    app.say(ACHIENG, "cancel");
    app.quiet().await;
    assert!(
        app.told(ACHIENG)
            .pop()
            .unwrap()
            .contains("Request 2 is cancelled")
    );
    assert_eq!(
        app.raw.count("select count(*) from purchase_order").await,
        0
    );
}

async fn another_order_is_a_draft_of_its_own(app: TestApp) {
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    app.say(ACHIENG, "another order: 4 wheelbarrows to Site 7");
    app.quiet().await;
    assert_story!(app, "another_order");
}

async fn what_was_asked_for_lately_is_asked_about_and_answered_by_a_button(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.press(BARAKA, "Reject");
    app.quiet().await;
    app.told(ACHIENG);
    // What was rejected is no duplicate.
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    assert!(
        app.told(ACHIENG)
            .pop()
            .unwrap()
            .contains("waits for approval")
    );

    app.say(BARAKA, "another order: 20 bags cement to Site 4");
    app.quiet().await;
    app.press(BARAKA, "Additional");
    app.quiet().await;
    app.press(BARAKA, "Confirm");
    app.quiet().await;
    assert_story!(app, "duplicate_asked");
}

async fn a_line_taken_off_by_a_button_is_not_ordered(app: TestApp) {
    app.say(ACHIENG, "20 bags cement and 2 flying carpets to Site 4");
    app.quiet().await;
    app.press(ACHIENG, "Take it off");
    app.quiet().await;
    assert_story!(app, "taken_off");
}
