//! The demo's shop with its faults, as the demo's recipe meets them.

use scrapers::error::Handoff;
use sutler::demo::shop::{Fault, Faults, When};

use super::*;

fn faults(faults: &[(Fault, When)]) -> Switches {
    Switches {
        faults: faults.iter().cloned().collect::<Faults>(),
        ..Switches::default()
    }
}

fn once(fault: Fault) -> (Fault, When) {
    let when = When {
        times: Some(1),
        ..When::default()
    };
    (fault, when)
}

fn always(fault: Fault) -> (Fault, When) {
    (fault, When::default())
}

/// The shop keeps the basket until it has shown the confirmation: a post that came twice would order twice.
#[tokio::test]
async fn an_order_whose_answer_is_lost_in_any_way_is_made_once_and_found() {
    let counter = Counter::open().await;
    let lost = [
        Fault::Reset,
        Fault::Status408,
        Fault::Status421,
        Fault::Status500,
        Fault::Redirect307,
        Fault::ConfirmationLost,
    ];
    for (made, fault) in lost.into_iter().enumerate() {
        let order = Order {
            reference: format!("PO-{made}"),
            ..order()
        };
        let mut visit = counter.visit().await;
        visit.stage(&order).await.unwrap();
        counter.switch(faults(&[always(Fault::BasketKept), once(fault)]));
        let submitted = submit(&mut visit, &order).await;
        assert!(
            matches!(submitted, Submitted::Unknown(_)),
            "{fault:?}: {submitted:?}"
        );
        visit.close().await;
        counter.switch(Switches::default());
        let ledger = counter.shop.ledger();
        let count = (ledger.orders.len(), ledger.posts);
        assert_eq!(count, (made + 1, made as u64 + 1), "{fault:?}");
        let mut visit = counter.visit().await;
        let history = visit.history().await.unwrap();
        let found = find_order(recipe().finds_by(), &[], &history, &order);
        let number = ledger.orders[made].number.clone();
        assert_eq!(found, Found::One(number), "{fault:?}");
        visit.close().await;
    }
}

#[tokio::test]
async fn an_order_that_the_shop_dropped_is_unknown_and_not_found() {
    let counter = Counter::open().await;
    let mut visit = counter.visit().await;
    visit.stage(&order()).await.unwrap();
    counter.switch(faults(&[once(Fault::Dropped)]));
    let submitted = submit(&mut visit, &order()).await;
    assert!(matches!(submitted, Submitted::Unknown(_)), "{submitted:?}");
    visit.close().await;
    let ledger = counter.shop.ledger();
    assert_eq!((ledger.orders.len(), ledger.posts), (0, 1));
}

#[tokio::test]
async fn other_words_are_noted_and_a_basket_that_loads_no_page_is_waited_for() {
    let counter = Counter::open().await;
    counter.switch(faults(&[always(Fault::LayoutB), always(Fault::AjaxBasket)]));
    let mut visit = counter.visit().await;
    visit.history().await.unwrap();
    visit.stage(&order()).await.unwrap();
    let submitted = submit(&mut visit, &order()).await;
    assert!(matches!(submitted, Submitted::Placed(_)), "{submitted:?}");
    assert_ne!(visit.notes(), []);
    assert_eq!(counter.shop.ledger().orders.len(), 1);
    let history = visit.history().await.unwrap();
    let found = find_order(recipe().finds_by(), &[], &history, &order());
    assert!(matches!(found, Found::One(_)), "{found:?}");
}

#[tokio::test]
async fn who_must_act_is_named_when_the_shop_asks_for_a_person_or_for_peace() {
    let counter = Counter::open().await;
    let person = |what| SiteError::NeedsPerson { what };
    for (fault, expected) in [
        (Fault::Captcha, person(Handoff::Captcha)),
        (Fault::OneTimeCode, person(Handoff::Code)),
        (Fault::TooMany, SiteError::Blocked),
    ] {
        counter.switch(faults(&[always(fault)]));
        let mut visit = counter.visit_with("jenga-imara-2026").await;
        assert_eq!(visit.sign_in().await, Err(expected), "{fault:?}");
        visit.close().await;
    }
    counter.switch(Switches::default());
    let mut visit = counter.visit().await;
    counter.switch(faults(&[once(Fault::SignedOut)]));
    let ended = visit.stage(&order()).await.unwrap_err();
    assert!(matches!(ended, SiteError::Unavailable(_)), "{ended:?}");
}

#[tokio::test]
async fn a_history_that_shows_an_order_twice_late_or_as_another_is_read_for_what_it_is() {
    let counter = Counter::open().await;
    let mut visit = counter.visit().await;
    visit.stage(&order()).await.unwrap();
    let submitted = submit(&mut visit, &order()).await;
    let Submitted::Placed(confirmation) = submitted else {
        panic!("{submitted:?}");
    };
    let number = confirmation.number;
    let late = When {
        ms: 600_000,
        ..When::default()
    };
    let two = vec![format!("{number}-B"), number.clone()];
    for (fault, expected) in [
        (always(Fault::HistoryTwice), Found::One(number)),
        (always(Fault::HistoryTwoNumbers), Found::Several(two)),
        ((Fault::HistoryLate, late), Found::None),
    ] {
        counter.switch(faults(std::slice::from_ref(&fault)));
        let history = visit.history().await.unwrap();
        let found = find_order(recipe().finds_by(), &[], &history, &order());
        assert_eq!(found, expected, "{fault:?}");
    }
}
