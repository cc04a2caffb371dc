//! Approving: by the one who may, once, for exactly what was shown.

use crate::app::{ACHIENG, BARAKA, CHEBET, TestApp, assert_story, on_both, on_embedded};

on_both!(a_rejected_order_goes_nowhere_and_a_second_press_changes_nothing);
on_embedded!(
    somebody_elses_approval_changes_nothing,
    an_old_confirm_button_changes_nothing,
    a_requester_never_approves_their_own,
);

async fn a_rejected_order_goes_nowhere_and_a_second_press_changes_nothing(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.press(BARAKA, "Reject");
    app.press(BARAKA, "Approve");
    app.press(BARAKA, "Reject");
    app.quiet().await;
    assert_story!(app, "rejected_once");
}

async fn somebody_elses_approval_changes_nothing(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    // What a forwarded card or a borrowed phone comes to: the id of the button from another sender.
    let card = app.demo.graph.inbox(BARAKA).pop().unwrap();
    let approve = card.buttons.iter().find(|b| b.title == "Approve").unwrap();
    for who in [CHEBET, ACHIENG] {
        let reply = serde_json::json!({"id": approve.id, "title": "Approve"});
        let press = serde_json::json!({
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": reply},
        });
        app.demo.graph.send_raw(who, press).unwrap();
        app.quiet().await;
    }
    assert_eq!(app.told_once(CHEBET), "PO-00001 is not yours to decide.");
    assert_eq!(app.told(ACHIENG).pop().unwrap(), "PO-00001 is not yours to decide.");
    assert_eq!(app.order_state("PO-00001").await.unwrap(), "proposed");
}

async fn an_old_confirm_button_changes_nothing(app: TestApp) {
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    let old = app.demo.graph.inbox(ACHIENG).pop().unwrap();
    app.say(ACHIENG, "make that 15");
    app.quiet().await;
    app.told(ACHIENG);
    app.demo.graph.press_on(ACHIENG, &old.wamid, "Confirm").unwrap();
    app.quiet().await;
    assert!(app.told_once(ACHIENG).contains("belongs to an older version of request 1"));
    assert_eq!(app.raw.one("select state from requisition").await, "to_confirm");
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_story!(app, "old_confirm_button");
}

async fn a_requester_never_approves_their_own(app: TestApp) {
    app.confirmed(BARAKA, "20 bags cement to Site 4").await;
    app.quiet().await;
    assert_story!(app, "own_request_goes_to_the_next_approver");
}
