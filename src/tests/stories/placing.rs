//! Placing: a real browser in a real shop, judged by the shop's own ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sutler::demo::erpnext::{ErpDuring, ErpSwitches};
use sutler::demo::shop::{Delay, During, MovedPrices, Refused, RefusedAt, Switches};

use crate::app::{ACHIENG, BARAKA, TestApp, assert_story, on_both, on_embedded};

on_both!(
    a_list_is_ordered_once_though_approval_is_pressed_twice,
    a_correction_between_confirm_and_the_click_stops_the_click,
    an_answer_lost_after_the_order_was_made_is_settled_from_the_history,
);
on_embedded!(
    an_unread_message_keeps_the_order_back_until_it_is_read,
    a_line_that_the_shop_refuses_is_told_with_the_reason,
    a_price_that_moved_after_approval_goes_back_to_the_approver,
    a_shop_that_is_closed_is_tried_again_later,
    what_costs_little_needs_no_approver,
    the_erps_lost_answer_leaves_one_document,
);

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

fn slow(ms: u64) -> Switches {
    Switches {
        slow: Some(Delay { ms, posts: None }),
        ..Switches::default()
    }
}

async fn a_correction_between_confirm_and_the_click_stops_the_click(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.demo.shop.switch(slow(700)).unwrap();
    app.press(BARAKA, "Approve");
    app.until_order("PO-00001", "preparing").await;
    app.say(ACHIENG, "make the cement 25");
    app.received().await;
    app.quiet().await;
    assert_eq!(app.demo.shop.ledger().posts, 0);
    app.demo.shop.switch(Switches::default()).unwrap();
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    app.press(BARAKA, "Approve");
    app.quiet().await;
    assert_story!(app, "corrected_before_the_click");
}

async fn an_unread_message_keeps_the_order_back_until_it_is_read(app: TestApp) {
    app.set(|settings| settings.quiet_seconds = 120).await;
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.pass(Duration::from_secs(121)).await;
    app.press(ACHIENG, "Confirm");
    app.drain().await;
    app.demo.shop.switch(slow(300)).unwrap();
    app.press(BARAKA, "Approve");
    app.until_order("PO-00001", "preparing").await;
    // A burst that stays open for two minutes: nobody knows yet what it will say.
    app.say(ACHIENG, "wait, I am checking");
    app.received().await;
    app.until("the intent was refused", async || {
        app.raw
            .count("select count(*) from purchase_order where error_class = 'held'")
            .await
            == 1
    })
    .await;
    assert_eq!(app.demo.shop.ledger().posts, 0);
    app.demo.shop.switch(Switches::default()).unwrap();
    app.pass(Duration::from_secs(200)).await;
    assert_eq!(
        app.raw.count("select count(*) from attempt").await,
        2,
        "one try, then none"
    );
    assert_eq!(app.order_state("PO-00001").await.unwrap(), "placed");
    assert_eq!(app.demo.shop.ledger().posts, 1);
}

async fn an_answer_lost_after_the_order_was_made_is_settled_from_the_history(app: TestApp) {
    let lost = Switches {
        answer_lost: Some(During { posts: Some(1) }),
        ..Switches::default()
    };
    app.demo.shop.switch(lost).unwrap();
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.press(BARAKA, "Approve");
    app.quiet().await;
    assert_story!(app, "answer_lost");
    // Chromium itself would send the POST again on another connection.
    assert_eq!(app.demo.shop.ledger().posts, 1);
    assert_eq!(app.ledger().len(), 1);
}

fn refused(at: RefusedAt) -> Switches {
    let skus = BTreeSet::from(["CBL-25-100".to_owned()]);
    Switches {
        refused: Some(Refused {
            skus,
            at,
            posts: None,
        }),
        ..Switches::default()
    }
}

async fn a_line_that_the_shop_refuses_is_told_with_the_reason(app: TestApp) {
    app.demo.shop.switch(refused(RefusedAt::Review)).unwrap();
    app.confirmed(
        ACHIENG,
        "20 bags cement and 5 rolls of 2.5mm cable to Site 4",
    )
    .await;
    app.press(BARAKA, "Approve");
    app.quiet().await;
    assert_story!(app, "refused_line");
}

async fn a_price_that_moved_after_approval_goes_back_to_the_approver(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    let prices = BTreeMap::from([("CEM-425-50".to_owned(), "950.00".to_owned())]);
    let moved = MovedPrices {
        prices,
        posts: None,
    };
    app.demo
        .shop
        .switch(Switches {
            moved_prices: Some(moved),
            ..Switches::default()
        })
        .unwrap();
    app.press(BARAKA, "Approve");
    app.quiet().await;
    assert_eq!(app.demo.shop.ledger().posts, 0);
    app.press(BARAKA, "Approve");
    app.quiet().await;
    assert_story!(app, "price_moved");
}

async fn a_shop_that_is_closed_is_tried_again_later(app: TestApp) {
    let closed = Switches {
        maintenance: Some(During { posts: None }),
        ..Switches::default()
    };
    app.demo.shop.switch(closed).unwrap();
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.press(BARAKA, "Approve");
    app.quiet().await;
    assert_eq!(app.order_state("PO-00001").await.unwrap(), "approved");
    assert_eq!(
        app.raw.one("select error_class from purchase_order").await,
        "unavailable"
    );
    app.demo.shop.switch(Switches::default()).unwrap();
    app.pass(Duration::from_secs(60)).await;
    assert_eq!(app.order_state("PO-00001").await.unwrap(), "placed");
    assert_eq!(app.demo.shop.ledger().posts, 1);
}

async fn what_costs_little_needs_no_approver(app: TestApp) {
    app.set(|settings| settings.auto_approve_limit = 100_000_000)
        .await;
    app.confirmed(ACHIENG, "2 shovels to Site 4").await;
    app.quiet().await;
    assert_story!(app, "approved_by_rule");
}

async fn the_erps_lost_answer_leaves_one_document(app: TestApp) {
    let once = || Some(ErpDuring { creates: Some(1) });
    app.demo.erp.switch(ErpSwitches {
        answer_lost: once(),
        ..ErpSwitches::default()
    });
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.press(BARAKA, "Approve");
    app.pass(Duration::from_secs(300)).await;
    assert_eq!(app.demo.erp.documents().len(), 1);
    assert_eq!(app.raw.one("select state from sync").await, "done");

    // Asked again for the same: what was ordered lately, and what it costs now.
    app.raw
        .execute("update supplier_item set price = price * 2 where sku = 'CEM-425-50'")
        .await;
    app.told(ACHIENG);
    app.say(ACHIENG, "another order: 10 bags cement to Site 4");
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(told.contains("already asked for 20"), "{told}");
    assert!(
        told.contains("costs KES 1,560.00, last time it was KES 780.00"),
        "{told}"
    );
    app.say(ACHIENG, "yes");
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(told.contains("Is this right?"), "{told}");

    // The ERP is closed: nothing is lost, the document is made when it is open again.
    let closed = Some(ErpDuring { creates: None });
    app.demo.erp.switch(ErpSwitches {
        maintenance: closed,
        ..ErpSwitches::default()
    });
    app.demo
        .shop
        .switch(Switches {
            moved_prices: Some(MovedPrices {
                prices: BTreeMap::from([("CEM-425-50".to_owned(), "1560.00".to_owned())]),
                posts: None,
            }),
            ..Switches::default()
        })
        .unwrap();
    app.press(ACHIENG, "Confirm");
    app.drain().await;
    app.press(BARAKA, "Approve");
    app.pass(Duration::from_secs(120)).await;
    assert_eq!(app.order_state("PO-00002").await.unwrap(), "placed");
    assert_eq!(app.demo.erp.documents().len(), 1);
    app.demo.erp.switch(ErpSwitches::default());
    app.pass(Duration::from_secs(1200)).await;
    assert_eq!(app.demo.erp.documents().len(), 2);
}
