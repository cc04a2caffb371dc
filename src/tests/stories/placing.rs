//! Placing: a real browser in a real shop, judged by the shop's own ledger.

use crate::app::{ACHIENG, BARAKA, TestApp, assert_story, on_both};

on_both!(a_list_is_ordered_once_though_approval_is_pressed_twice);

async fn a_list_is_ordered_once_though_approval_is_pressed_twice(app: TestApp) {
    app.confirmed(
        ACHIENG,
        "20 bags cement and 5 rolls of 2.5mm cable to Site 4 tomorrow",
    )
    .await;
    app.press(BARAKA, "Approve");
    app.press(BARAKA, "Approve");
    app.quiet().await;
    assert_story!(app, "first_order");
}
