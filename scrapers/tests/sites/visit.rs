//! A whole visit at a small shop with a ledger, in a real Chromium.

use std::time::Duration;

use crate::common::shop::{Answer, RECIPE, Shop, order_of};
use crate::common::{Browser, LIMITS, submit};
use scrapers::browser::Death;
use scrapers::error::{Refusal, SiteError};
use scrapers::found::{Found, find_order};
use scrapers::guard::boot_time;
use scrapers::order::PastLine;
use scrapers::recipe::Recipe;
use scrapers::site::{EvidenceKind, Note, Submitted, Visit};

async fn signed_in(browser: &Browser, shop: &Shop) -> Visit {
    let mut visit = browser.visit(RECIPE, &shop.url).await;
    visit.sign_in().await.unwrap();
    visit
}

#[tokio::test]
async fn an_order_is_placed_once_and_found() {
    let shop = Shop::start().await;
    let browser = Browser::new(LIMITS);
    let mut visit = signed_in(&browser, &shop).await;
    assert!(visit.evidence().is_empty(), "a sign-in leaves no evidence");
    // Left by an earlier run.
    shop.change(|house| house.basket.push(("CEM-WHITE".into(), 3)));
    let order = order_of(&[("CEM", 20, 750), ("NAIL", 5, 120)]);
    let before = visit.history().await.unwrap();
    assert_eq!(before, []);

    let basket = visit.stage(&order).await.unwrap();
    assert_eq!(basket.total, 156_000_000);
    assert_eq!(basket.address, "Site 4, Plot 118");
    assert_eq!(basket.reference.as_deref(), Some("PO-2026-7"));
    assert_eq!(basket.lines.len(), 2);
    assert_eq!(basket.lines[0].quantity, 20_000);
    assert_eq!(basket.lines[0].unit_price, 7_500_000);
    assert_eq!(shop.made(), [], "staging orders nothing");
    assert_eq!(
        visit.notes(),
        [Note::LowerRank {
            name: "add".into(),
            used: "role=button 'Add to basket'".into()
        }]
    );

    let Submitted::Placed(confirmation) = submit(&mut visit, &order).await else {
        panic!("not placed");
    };
    assert_eq!(confirmation.number, "S-1001");
    let made = shop.made();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].lines, [("CEM".into(), 20), ("NAIL".into(), 5)]);
    assert_eq!(made[0].reference, "PO-2026-7");

    let again = submit(&mut visit, &order).await;
    assert!(matches!(again, Submitted::NotSent(_)), "{again:?}");
    assert_eq!(shop.made().len(), 1);

    let now = visit.history().await.unwrap();
    let by = Recipe::parse("test.toml", RECIPE).unwrap().finds_by();
    assert_eq!(
        find_order(by, &before, &now, &order),
        Found::One("S-1001".into())
    );
    let lines = visit.order_lines("S-1001").await.unwrap().unwrap();
    let line = |sku: &str, quantity| PastLine {
        sku: sku.into(),
        quantity,
    };
    assert_eq!(lines, [line("CEM", 20_000), line("NAIL", 5_000)]);

    let evidence = visit.evidence();
    for step in ["orders", "empty", "line 1", "line 2", "review", "outcome"] {
        for kind in [EvidenceKind::Screenshot, EvidenceKind::Dom] {
            let kept = evidence
                .iter()
                .find(|kept| kept.step == step && kept.kind == kind);
            assert!(
                kept.is_some_and(|kept| !kept.bytes.is_empty()),
                "{step} {kind:?}"
            );
        }
    }
    let pdf = evidence
        .iter()
        .find(|kept| kept.kind == EvidenceKind::Pdf)
        .unwrap();
    assert!(pdf.bytes.starts_with(b"%PDF"));
    let text = |kept: &scrapers::site::Evidence| String::from_utf8_lossy(&kept.bytes).into_owned();
    assert!(evidence.iter().all(|kept| !text(kept).contains("right\"")));
    assert!(matches!(visit.close().await, Death::Proven { .. }));
}

#[tokio::test]
async fn histories_are_read_through_their_pages() {
    let shop = Shop::start().await;
    shop.change(|house| {
        for number in 1..=5 {
            house.made.push(crate::common::shop::Made {
                number: format!("S-{number}"),
                reference: format!("PO-{number}"),
                lines: vec![],
                total: 0,
            });
        }
    });
    let browser = Browser::new(LIMITS);
    let mut visit = signed_in(&browser, &shop).await;
    let history = visit.history().await.unwrap();
    let numbers: Vec<&str> = history.iter().map(|past| past.number.as_str()).collect();
    assert_eq!(numbers, ["S-5", "S-4", "S-3", "S-2", "S-1"]);
    let placed_at = history[0].placed_at.unwrap().to_string();
    assert_eq!(placed_at, "2026-11-20 00:00:00");
}

#[tokio::test]
async fn a_wrong_password_is_the_operators_matter() {
    let shop = Shop::start().await;
    let browser = Browser::new(LIMITS);
    let session = browser.browsers.open().await.unwrap();
    let recipe = Recipe::parse("test.toml", RECIPE).unwrap();
    let base = Some(shop.url.clone());
    let mut visit = Visit::new(recipe, base, crate::common::secrets("wrong"), session);
    assert_eq!(
        visit.sign_in().await,
        Err(SiteError::SignIn("Wrong email or password.".into()))
    );
}

#[tokio::test]
async fn what_was_not_approved_is_stopped_before_the_commit() {
    let shop = Shop::start().await;
    let browser = Browser::new(LIMITS);
    let mut visit = signed_in(&browser, &shop).await;

    // The price on the item's page.
    let order = order_of(&[("CEM", 2, 700)]);
    let error = visit.stage(&order).await.unwrap_err();
    let SiteError::Refused { reason, sku, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        reason,
        Refusal::PriceAboveCap {
            approved: 7_140_000,
            found: Some(7_500_000)
        }
    );
    assert_eq!(sku.as_deref(), Some("CEM"));

    // An item that is not sold.
    let error = visit.stage(&order_of(&[("SAND", 1, 5)])).await.unwrap_err();
    let is_unknown = matches!(
        &error,
        SiteError::Refused { reason: Refusal::UnknownItem, sku: Some(sku), .. } if sku == "SAND"
    );
    assert!(is_unknown, "{error:?}");

    // A surcharge that only the review shows.
    shop.change(|house| house.surcharge = 200);
    let error = visit
        .stage(&order_of(&[("CEM", 2, 750)]))
        .await
        .unwrap_err();
    let is_cap = matches!(
        error,
        SiteError::Refused {
            reason: Refusal::PriceAboveCap {
                found: Some(17_000_000),
                ..
            },
            sku: None,
            ..
        }
    );
    assert!(is_cap, "{error:?}");
    shop.change(|house| house.surcharge = 0);

    // An address that the shop does not have is not replaced by a similar one.
    let mut order = order_of(&[("CEM", 2, 750)]);
    order.address.key = "Site".into();
    let error = visit.stage(&order).await.unwrap_err();
    assert!(matches!(error, SiteError::Changed { .. }), "{error:?}");
    order.address.key = "Site 4".into();
    order.address.lines = vec!["Plot 9".into()];
    let error = visit.stage(&order).await.unwrap_err();
    let is_address = matches!(&error, SiteError::Drift { field, .. } if field == "address");
    assert!(is_address, "{error:?}");

    // Another currency.
    let mut order = order_of(&[("CEM", 2, 750)]);
    order.currency = "USD".into();
    let error = visit.stage(&order).await.unwrap_err();
    let is_currency = matches!(&error, SiteError::Drift { field, .. } if field == "currency");
    assert!(is_currency, "{error:?}");

    let unstaged = submit(&mut visit, &order_of(&[("CEM", 2, 750)])).await;
    assert!(matches!(unstaged, Submitted::NotSent(_)), "{unstaged:?}");
    assert_eq!(shop.made(), []);
}

#[tokio::test]
async fn a_slow_answer_is_waited_for() {
    let shop = Shop::start().await;
    shop.change(|house| house.answer = Answer::After(Duration::from_secs(6)));
    let browser = Browser::new(LIMITS);
    let mut visit = signed_in(&browser, &shop).await;
    let order = order_of(&[("CEM", 1, 750)]);
    visit.stage(&order).await.unwrap();
    let submitted = submit(&mut visit, &order).await;
    assert!(matches!(submitted, Submitted::Placed(_)), "{submitted:?}");
    assert_eq!(shop.made().len(), 1);
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_unknown() {
    let shop = Shop::start().await;
    shop.change(|house| house.answer = Answer::After(Duration::from_mins(1)));
    let mut limits = LIMITS;
    limits.commit = Duration::from_secs(2);
    let browser = Browser::new(limits);
    let mut visit = signed_in(&browser, &shop).await;
    let order = order_of(&[("CEM", 1, 750)]);
    visit.stage(&order).await.unwrap();
    let submitted = submit(&mut visit, &order).await;
    assert!(matches!(submitted, Submitted::Unknown(_)), "{submitted:?}");
    assert_eq!(shop.made().len(), 1, "the order was made all the same");
}

#[tokio::test]
async fn a_refusal_is_read() {
    let shop = Shop::start().await;
    shop.change(|house| house.answer = Answer::Refused);
    let browser = Browser::new(LIMITS);
    let mut visit = signed_in(&browser, &shop).await;
    let order = order_of(&[("CEM", 1, 750)]);
    visit.stage(&order).await.unwrap();
    assert_eq!(
        submit(&mut visit, &order).await,
        Submitted::Refused("Cement is sold out.".into())
    );
    assert_eq!(shop.made(), []);
}

#[tokio::test]
async fn what_is_withdrawn_or_late_is_not_sent() {
    let shop = Shop::start().await;
    let browser = Browser::new(LIMITS);
    let order = order_of(&[("CEM", 1, 750)]);
    for is_late in [false, true] {
        let mut visit = signed_in(&browser, &shop).await;
        visit.stage(&order).await.unwrap();
        let mut other = order.clone();
        other.lines[0].quantity = 2_000;
        let unstaged = visit.hold(&other).await;
        assert!(
            matches!(unstaged, Err(SiteError::Changed { .. })),
            "{unstaged:?}"
        );
        let held = visit.hold(&order).await.unwrap();
        assert_eq!(
            (held.seen().method.as_str(), held.seen().path.as_str()),
            ("POST", "/place")
        );
        assert_eq!(held.seen().fields, ["token", "total", "cents", "reference"]);
        let submitted = if is_late {
            visit.release(held, boot_time()).await
        } else {
            visit.withdraw(held, "the intent does not stand").await
        };
        assert!(matches!(submitted, Submitted::NotSent(_)), "{submitted:?}");
        let again = visit.hold(&order).await;
        assert!(again.is_err(), "{again:?}");
        assert!(matches!(visit.close().await, Death::Proven { .. }));
    }
    assert_eq!(shop.made(), []);
}

#[tokio::test]
async fn a_request_that_was_not_approved_is_stopped() {
    let shop = Shop::start().await;
    let mut limits = LIMITS;
    limits.hold = Duration::from_secs(3);
    let browser = Browser::new(limits);
    let order = order_of(&[("CEM", 1, 750)]);
    for (from, to, named) in [
        (
            "path = \"^/place$\"",
            "path = \"^/order$\"",
            "another request",
        ),
        ("token = \"*\", ", "", "\"token\""),
        (
            "token = \"*\"",
            "token = \"*\", note = \"*\"",
            "\"note\" 0 times",
        ),
        (
            "reference = \"{order.po}\"",
            "reference = \"PO {order.po}\"",
            "reference of the order request",
        ),
        ("minor = 2", "minor = 1", "cents of the order request"),
        (
            "place = [\"role=button 'Place order'\"]",
            "place = [\"css=h1\"]",
            "no order request",
        ),
    ] {
        let recipe = RECIPE.replace(from, to);
        let mut visit = browser.visit(&recipe, &shop.url).await;
        visit.sign_in().await.unwrap();
        visit.stage(&order).await.unwrap();
        let error = visit.hold(&order).await.unwrap_err().to_string();
        assert!(error.contains(named), "{to}: {error}");
    }
    assert_eq!(shop.made(), []);
}

#[tokio::test]
async fn a_review_ages() {
    let shop = Shop::start().await;
    let browser = Browser::new(LIMITS);
    let hasty = RECIPE.replace("age(review) <= 120s", "age(review) <= 0s");
    let mut visit = browser.visit(&hasty, &shop.url).await;
    visit.sign_in().await.unwrap();
    let order = order_of(&[("CEM", 1, 750)]);
    visit.stage(&order).await.unwrap();
    let aged = visit.hold(&order).await;
    assert!(
        matches!(&aged, Err(SiteError::Changed { what, .. }) if what.contains("too old")),
        "{aged:?}"
    );
    assert_eq!(shop.made(), []);
}
