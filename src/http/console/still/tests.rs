//! One sentence for each thing that keeps an order, a requisition or a row where it is.

use sqlx::types::Json;

use super::*;
use crate::domain::ids::{AccountId, OrgId, PurchaseOrderId, RequisitionId, SiteId, SupplierId};
use crate::domain::money::Currency;
use crate::domain::order::Document;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn times() -> Times {
    Times {
        zone: chrono_tz::Tz::UTC,
        now: at(3600),
    }
}

fn in_state(state: OrderState) -> Order {
    Order {
        id: PurchaseOrderId::from("o1"),
        org_id: OrgId::from("org"),
        requisition_id: RequisitionId::from("r1"),
        version: 1,
        number: "PO-1".to_owned(),
        supplier_id: SupplierId::from("s1"),
        account_id: AccountId::from("a1"),
        site_id: SiteId::from("site"),
        state,
        document: Json(Document {
            number: "PO-1".to_owned(),
            supplier: "mjengo".to_owned(),
            account: "main".to_owned(),
            address_name: String::new(),
            address: String::new(),
            cost_code: String::new(),
            currency: Currency::parse("KES").unwrap(),
            lines: Vec::new(),
            freight: 0,
            tax: 0,
            total: 0,
            total_cap: 0,
            total_floor: 0,
        }),
        document_hash: String::new(),
        total: 0,
        currency: "KES".to_owned(),
        approved_until: Some(at(9000)),
        epoch: 2,
        claims: 2,
        due_at: Some(at(3500)),
        rung_at: None,
        submit_before: Some(at(3620)),
        settle_until: Some(at(4000)),
        refusal: None,
        supplier_number: None,
        error_class: None,
        error: None,
        placed_at: None,
        created_at: at(0),
    }
}

fn around(order: &Order) -> Around<'_> {
    Around {
        order,
        supplier: "Mjengo",
        paused_at: None,
        disarmed_at: None,
        lease: None,
        other: None,
        asked: Vec::new(),
        card: None,
        sync: None,
    }
}

fn lease(owner: &str) -> Lease {
    Lease {
        key: "account:a1".to_owned(),
        org_id: OrgId::from("org"),
        owner: owner.to_owned(),
        epoch: 1,
        process: "p".to_owned(),
        until: at(3615),
    }
}

#[test]
fn an_approved_order_names_the_first_thing_that_keeps_it() {
    let mut approved = in_state(OrderState::Approved);
    approved.error = Some("the site was slow".to_owned());
    let say = |around: &Around<'_>| order(around, &times()).unwrap();
    let mut all = around(&approved);
    assert_eq!(
        say(&all),
        "PO-1 is due since 00:58:20 and waits for a free browser. The last attempt ended: the site was slow."
    );
    let other = lease("o2");
    all.lease = Some(&other);
    assert!(say(&all).contains("which another order has until 01:00:15"));
    let unknown = in_state(OrderState::Unknown);
    all.other = Some(&unknown);
    assert!(say(&all).contains("the outcome of that order is not known yet"));
    all.paused_at = Some(at(1800));
    assert_eq!(say(&all), "PO-1 waits: Mjengo is paused since 00:30:00.");
    all.disarmed_at = Some(at(1900));
    assert_eq!(
        say(&all),
        "PO-1 waits: ordering is switched off for the whole daemon since 00:31:40."
    );
}

#[test]
fn every_state_that_is_not_an_end_has_its_sentence() {
    for state in OrderState::ALL {
        let one = in_state(*state);
        let is_end = matches!(
            state,
            OrderState::Placed
                | OrderState::Refused
                | OrderState::Cancelled
                | OrderState::PartReceived
                | OrderState::Received
                | OrderState::Closed
        );
        let said = order(&around(&one), &times());
        assert_eq!(said.is_none(), is_end, "{state}: {said:?}");
    }
}

#[test]
fn what_is_unknown_says_until_when_it_is_looked_for() {
    let mut unknown = in_state(OrderState::Unknown);
    unknown.due_at = Some(at(3610));
    assert_eq!(
        order(&around(&unknown), &times()).unwrap(),
        "Nobody knows yet whether PO-1 was placed: the history of Mjengo is read until 01:06:40. Next look at 01:00:10."
    );
    let own = lease("o1");
    let mut now = around(&unknown);
    now.lease = Some(&own);
    assert!(
        order(&now, &times())
            .unwrap()
            .ends_with("is being read now.")
    );
}

#[test]
fn a_row_that_was_rung_in_vain_says_so() {
    let mut waiting = Waiting {
        id: "w".to_owned(),
        state: "due".to_owned(),
        requisition: None,
        label: String::new(),
        since: at(0),
        due_at: Some(at(3660)),
        rung_at: None,
        rings: 0,
        attempts: 0,
        error: None,
    };
    assert_eq!(row(&waiting, &times()), "Due at 01:01:00 (in 1 min).");
    waiting.due_at = Some(at(3000));
    assert_eq!(row(&waiting, &times()), "Due since 00:50:00.");
    (waiting.rings, waiting.rung_at) = (3, Some(at(3300)));
    assert_eq!(
        row(&waiting, &times()),
        "Due since 00:50:00, rung 3 times, last at 00:55:00: no worker has taken it up."
    );
    waiting.due_at = None;
    assert_eq!(row(&waiting, &times()), "Given up.");
}
