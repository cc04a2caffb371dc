//! Why something does not move: one sentence, from what the rows say.
//!
//! Over 400 lines with the cases of its tests.
//!
//! **Invariant:** it computes from state and guesses nothing; what is not known is not said.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};

use super::words::Times;
use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;
use crate::store::leases::Lease;
use crate::store::orders::Order;
use crate::store::requisitions::Requisition;
use crate::store::syncs::Sync;
use crate::store::work::Waiting;

/// Seconds that a due row may wait before that is worth a word.
const PATIENCE: i64 = 10;

/// What stands around a purchase order.
pub(super) struct Around<'a> {
    pub order: &'a Order,
    pub supplier: &'a str,
    pub paused_at: Option<DateTime<Utc>>,
    /// Since when ordering is off for the whole daemon.
    pub disarmed_at: Option<DateTime<Utc>>,
    /// The lease of its account, if somebody has it.
    pub lease: Option<&'a Lease>,
    /// Another order of the account that may still go out.
    pub other: Option<&'a Order>,
    /// Who is asked to approve it, and since when.
    pub asked: Vec<(String, DateTime<Utc>)>,
    pub card: Option<&'a str>,
    pub sync: Option<&'a Sync>,
}

/// Why an order is where it is; none: nothing is left to do.
pub(super) fn order(around: &Around<'_>, times: &Times) -> Option<String> {
    let order = around.order;
    let number = &order.number;
    let text = match order.state {
        OrderState::Proposed => proposed(around, times),
        OrderState::Approved => format!("{number} {}", approved(around, times)),
        OrderState::Preparing | OrderState::Armed => match around.lease {
            Some(lease) => format!(
                "{number} is being prepared in a browser, attempt {}. Its lease runs until {}.",
                order.epoch,
                times.text(lease.until)
            ),
            None => format!(
                "{number} was being prepared and its process is gone. It is taken up again at once."
            ),
        },
        OrderState::Submitting => match (order.submit_before, around.lease) {
            (Some(until), Some(_)) => format!(
                "{number} is being sent to {}. It can go out until {}.",
                around.supplier,
                times.text(until)
            ),
            (_, _) => format!(
                "{number} was being sent and its process is gone. It is looked up in the supplier's history next."
            ),
        },
        OrderState::Unknown => unknown(around, times),
        OrderState::NeedsPerson => {
            let why = order
                .error
                .as_deref()
                .unwrap_or("nobody can tell what became of it");
            let held = match order.settle_until {
                Some(until) if until > times.now => {
                    format!(
                        " It can be tried again or dropped from {}.",
                        times.text(until)
                    )
                }
                Some(_) | None => String::new(),
            };
            format!("{number} waits for a person: {}{held}", sentence(why))
        }
        OrderState::Placed => return around.sync.and_then(|s| sync(number, s, times)),
        OrderState::Refused
        | OrderState::Cancelled
        | OrderState::PartReceived
        | OrderState::Received
        | OrderState::Closed => return None,
    };
    Some(text)
}

fn proposed(around: &Around<'_>, times: &Times) -> String {
    let number = &around.order.number;
    if let Some((_, since)) = around.asked.first() {
        let names: Vec<&str> = around.asked.iter().map(|(name, _)| name.as_str()).collect();
        return format!(
            "{number} waits for approval by {} since {} ({}).",
            names.join(" and "),
            times.text(*since),
            times.age(*since)
        );
    }
    match around.card {
        Some(text) => format!("{number} waits for a person: {}", sentence(text)),
        None => format!("{number} is being routed to an approver."),
    }
}

fn approved(around: &Around<'_>, times: &Times) -> String {
    let order = around.order;
    if let Some(since) = around.disarmed_at {
        return format!(
            "waits: ordering is switched off for the whole daemon since {}.",
            times.text(since)
        );
    }
    if let Some(since) = around.paused_at {
        return format!(
            "waits: {} is paused since {}.",
            around.supplier,
            times.text(since)
        );
    }
    let last = order.error.as_deref().map_or_else(String::new, |why| {
        format!(" The last attempt ended: {}", sentence(why))
    });
    if let Some(until) = order.approved_until.filter(|until| *until <= times.now) {
        return format!(
            "waits: its approval ran out at {}, so it goes back to the approver.",
            times.text(until)
        );
    }
    if let Some(other) = around.other {
        return format!(
            "waits for {}: the outcome of that order is not known yet, and they share an account.",
            other.number
        );
    }
    if let Some(lease) = around
        .lease
        .filter(|lease| lease.owner != order.id.as_str())
    {
        return format!(
            "waits for the account at {}, which another order has until {}.{last}",
            around.supplier,
            times.text(lease.until)
        );
    }
    match order.due_at {
        Some(due) if due > times.now => {
            format!("is tried again at {}.{last}", times.text(due))
        }
        Some(due) => format!(
            "is due since {} and waits for a free browser.{last}",
            times.text(due)
        ),
        None => format!("is approved and not due.{last}"),
    }
}

fn unknown(around: &Around<'_>, times: &Times) -> String {
    let order = around.order;
    if around.lease.is_some_and(|l| l.owner == order.id.as_str()) {
        return format!(
            "Nobody knows yet whether {} was placed: the history of {} is being read now.",
            order.number, around.supplier
        );
    }
    let mut text = format!(
        "Nobody knows yet whether {} was placed: the history of {} is read",
        order.number, around.supplier
    );
    match order.settle_until {
        Some(until) if until > times.now => {
            let _ = write!(text, " until {}.", times.text(until));
        }
        Some(_) | None => text.push_str(" once more."),
    }
    if let Some(due) = order.due_at.filter(|due| *due > times.now) {
        let _ = write!(text, " Next look at {}.", times.text(due));
    }
    if let Some(why) = &order.error {
        let _ = write!(text, " Last: {}", sentence(why));
    }
    text
}

fn sync(number: &str, sync: &Sync, times: &Times) -> Option<String> {
    let why = sync
        .error
        .as_deref()
        .map_or_else(String::new, |why| format!(" Last: {}", sentence(why)));
    match (sync.state.as_str(), sync.due_at) {
        ("done", _) => None,
        ("needs_person", _) => Some(format!("{number} is placed, but not in the ERP.{why}")),
        (_, Some(due)) if due > times.now => Some(format!(
            "{number} is placed. It goes into the ERP at {}.{why}",
            times.text(due)
        )),
        (_, _) => Some(format!(
            "{number} is placed and being written to the ERP.{why}"
        )),
    }
}

/// Why a requisition waits before it has purchase orders; none: its orders tell.
pub(super) fn requisition(
    requisition: &Requisition,
    requester: &str,
    cards: &[&str],
    times: &Times,
) -> Option<String> {
    let since = times.text(requisition.updated_at);
    let age = times.age(requisition.updated_at);
    let clock = |what: &str| match requisition.due_at {
        Some(due) => format!(
            " Without an answer {requester} is {what} at {}.",
            times.text(due)
        ),
        None => String::new(),
    };
    let next = || match requisition.recalled_at {
        None => clock("reminded"),
        Some(_) => match requisition.due_at {
            Some(due) => format!(" Without an answer it is dropped at {}.", times.text(due)),
            None => String::new(),
        },
    };
    match requisition.state {
        RequisitionState::Draft => Some(match overdue(requisition.due_at, times) {
            Some(late) => format!("It is to be checked, and no worker has taken it up for {late}."),
            None => "It is being checked.".to_owned(),
        }),
        RequisitionState::Asking => Some(format!(
            "Waits for an answer from {requester} since {since} ({age}).{}",
            next()
        )),
        RequisitionState::ToConfirm => Some(format!(
            "Waits for {requester} to press Confirm since {since} ({age}).{}",
            next()
        )),
        RequisitionState::ToApprove => match (requisition.due_at, cards) {
            (Some(due), _) => Some(match overdue(Some(due), times) {
                Some(late) => {
                    format!(
                        "It is to be sent to its approver, and no worker has taken it up for {late}."
                    )
                }
                None => "It is being sent to its approver.".to_owned(),
            }),
            (None, []) => None,
            (None, [card, ..]) => Some(format!("Waits for a person: {}", sentence(card))),
        },
        RequisitionState::Approved
        | RequisitionState::Ordering
        | RequisitionState::Ordered
        | RequisitionState::PartReceived
        | RequisitionState::Received
        | RequisitionState::Closed
        | RequisitionState::Rejected
        | RequisitionState::Cancelled
        | RequisitionState::Expired => None,
    }
}

/// Why a row of the lanes waits.
pub(super) fn row(row: &Waiting, times: &Times) -> String {
    let Some(due) = row.due_at else {
        return "Given up.".to_owned();
    };
    if due > times.now {
        return format!(
            "Due at {} (in {}).",
            times.text(due),
            super::words::length(due - times.now)
        );
    }
    match (row.rings, row.rung_at) {
        (0, _) | (_, None) => format!("Due since {}.", times.text(due)),
        (rings, Some(rung)) => format!(
            "Due since {}, rung {rings} times, last at {}: no worker has taken it up.",
            times.text(due),
            times.text(rung)
        ),
    }
}

fn overdue(due: Option<DateTime<Utc>>, times: &Times) -> Option<String> {
    let late = times.now - due?;
    (late > TimeDelta::seconds(PATIENCE)).then(|| super::words::length(late))
}

/// Ends with a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '?', '!']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use sqlx::types::Json;

    use super::*;
    use crate::domain::ids::{
        AccountId, OrgId, PurchaseOrderId, RequisitionId, SiteId, SupplierId,
    };
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
}
