//! Approving: by the one who may, once, for exactly what was shown.

use std::time::Duration;

use serde_json::json;

use crate::app::{ACHIENG, BARAKA, CHEBET, TestApp, assert_story, on_both, on_embedded};

on_both!(
    a_rejected_order_goes_nowhere_and_a_second_press_changes_nothing,
    an_approver_outside_their_window_gets_the_template,
);
on_embedded!(
    somebody_elses_approval_changes_nothing,
    an_old_confirm_button_changes_nothing,
    a_requester_never_approves_their_own,
    without_a_template_the_card_waits_and_the_requester_is_told_who_must_open_it,
    more_than_one_may_approve_goes_to_who_may,
    nobody_may_approve_so_much,
    an_old_approval_button_is_void_after_a_change,
);

async fn a_rejected_order_goes_nowhere_and_a_second_press_changes_nothing(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    for title in ["Reject", "Approve", "Reject"] {
        app.press(BARAKA, title);
        // WhatsApp's webhooks keep no order of their own within a second.
        app.demo
            .graph
            .settled(std::time::Duration::from_secs(20))
            .await
            .unwrap();
    }
    app.quiet().await;
    assert_story!(app, "rejected_once");
    // The console shows presses and their answers with the request.
    let stray = "select count(*) from outgoing where kind = 'press' and requisition_id is null";
    assert_eq!(app.raw.count(stray).await, 0);
}

/// What a forwarded card or a borrowed phone comes to: the id of a button from another sender.
fn press_as(app: &TestApp, who: &str, of: &str, title: &str) {
    let card = app.demo.graph.inbox(of).pop().unwrap();
    let button = card.buttons.iter().find(|b| b.title == title).unwrap();
    let reply = json!({"id": button.id, "title": title});
    let interactive = json!({"type": "button_reply", "button_reply": reply});
    let press = json!({"type": "interactive", "interactive": interactive});
    app.demo.graph.send_raw(who, press).unwrap();
}

async fn somebody_elses_approval_changes_nothing(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    for who in [CHEBET, ACHIENG] {
        press_as(&app, who, BARAKA, "Approve");
        app.quiet().await;
    }
    assert_eq!(app.told_once(CHEBET), "PO-00001 is not yours to decide.");
    assert_eq!(
        app.told(ACHIENG).pop().unwrap(),
        "PO-00001 is not yours to decide."
    );
    assert_eq!(app.order_state("PO-00001").await.unwrap(), "proposed");
}

async fn an_old_confirm_button_changes_nothing(app: TestApp) {
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    let old = app.demo.graph.inbox(ACHIENG).pop().unwrap();
    app.say(ACHIENG, "make that 15");
    app.quiet().await;
    app.told(ACHIENG);
    app.demo
        .graph
        .press_on(ACHIENG, &old.wamid, "Confirm")
        .unwrap();
    app.quiet().await;
    assert!(
        app.told_once(ACHIENG)
            .contains("belongs to an older version of request 1")
    );
    assert_eq!(
        app.raw.one("select state from requisition").await,
        "to_confirm"
    );
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_story!(app, "old_confirm_button");
}

async fn a_requester_never_approves_their_own(app: TestApp) {
    app.confirmed(BARAKA, "20 bags cement to Site 4").await;
    app.quiet().await;
    press_as(&app, BARAKA, CHEBET, "Approve");
    app.quiet().await;
    assert_story!(app, "own_request_goes_to_the_next_approver");
}

async fn an_approver_outside_their_window_gets_the_template(app: TestApp) {
    app.pass(Duration::from_secs(25 * 3600)).await;
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.quiet().await;
    assert_story!(app, "approval_by_template");
    app.press(BARAKA, "Reject");
    app.quiet().await;
    assert_eq!(app.order_state("PO-00001").await.unwrap(), "cancelled");
}

async fn without_a_template_the_card_waits_and_the_requester_is_told_who_must_open_it(
    app: TestApp,
) {
    app.set(|settings| settings.approval_template = None).await;
    app.pass(Duration::from_secs(25 * 3600)).await;
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.quiet().await;
    assert_story!(app, "approval_in_the_console");
}

async fn more_than_one_may_approve_goes_to_who_may(app: TestApp) {
    app.confirmed(ACHIENG, "700 bags cement to Site 4").await;
    app.quiet().await;
    assert_eq!(app.told(BARAKA), Vec::<String>::new());
    assert!(app.told_once(CHEBET).contains("Total KES 633,360.00"));
}

async fn nobody_may_approve_so_much(app: TestApp) {
    app.confirmed(ACHIENG, "7000 bags cement to Site 4").await;
    app.quiet().await;
    assert_story!(app, "nobody_may_approve");
}

async fn an_old_approval_button_is_void_after_a_change(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.quiet().await;
    app.say(ACHIENG, "make the cement 25");
    app.quiet().await;
    app.press(BARAKA, "Approve");
    app.quiet().await;
    assert!(app.told(BARAKA).pop().unwrap().contains("did nothing"));
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_story!(app, "changed_before_approval");
}
