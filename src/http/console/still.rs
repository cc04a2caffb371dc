//! Why something does not move: one sentence, from what the rows say.
//!
//! **Invariant:** it computes from state and guesses nothing; what is not known is not said.

#[cfg(test)]
mod tests;

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
