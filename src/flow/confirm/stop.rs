//! Stops: what was not sent is cancelled or held; for the rest a person is told.

use chrono::TimeDelta;
use serde_json::json;

use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;
use crate::flow::tell::{Body, Button};
use crate::flow::texts::{Texts, say};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::requisitions::{self, Move, NewLine, NewVersion, Requisition};
use crate::store::{cards, orders};

/// Hours after which somebody is reminded of what they hold.
const HOLD_HOURS: i64 = 72;

/// Cancels what was not sent; gives the sentence for the requester.
pub async fn cancel(
    tx: &mut Tx,
    texts: Texts,
    requisition: &Requisition,
) -> anyhow::Result<String> {
    let placed = stop_orders(tx, requisition, "cancelled by the requester").await?;
    if !placed.is_empty() {
        return late(tx, texts, requisition, "asks to cancel it").await;
    }
    for from in [
        RequisitionState::Draft,
        RequisitionState::Asking,
        RequisitionState::ToConfirm,
        RequisitionState::ToApprove,
        RequisitionState::Approved,
        RequisitionState::Ordering,
    ] {
        let step = Move {
            org: &requisition.org_id,
            id: &requisition.id,
            version: requisition.version,
            from,
            to: RequisitionState::Cancelled,
            due_at: None,
        };
        if requisitions::move_on(tx, step).await? == 1 {
            let (org, id) = (&requisition.org_id, requisition.id.as_str());
            cards::done(tx, org, "questions", id, "cancelled", None).await?;
            return Ok(say!(texts, "cancelled", request: requisition.number));
        }
    }
    let state = texts.state(requisition.state);
    Ok(say!(texts, "not-cancelled", request: requisition.number, state: state))
}

/// Stops every order of a requisition that cannot have been sent; gives the numbers of the others.
pub async fn stop_orders(
    tx: &mut Tx,
    requisition: &Requisition,
    why: &str,
) -> sqlx::Result<Vec<String>> {
    let mut past = Vec::new();
    for order in orders::of_requisition(tx, &requisition.org_id, &requisition.id).await? {
        if orders::cancel(tx, &requisition.org_id, &order.id, why).await? == 1 {
            journal::write(
                tx,
                Note {
                    org: &requisition.org_id,
                    subject: "purchase_order",
                    subject_id: order.id.as_str(),
                    epoch: order.epoch,
                    event: "cancelled",
                    was: Some(order.state.as_str()),
                    became: Some(OrderState::Cancelled.as_str()),
                    detail: json!({ "why": why }),
                    person: Some(&requisition.person_id),
                },
            )
            .await?;
        } else if order.state.is_past_intent() {
            past.push(order.number);
        }
    }
    Ok(past)
}

/// Something came too late: a card for the buyer, and the sentence for the requester.
pub async fn late(
    tx: &mut Tx,
    texts: Texts,
    requisition: &Requisition,
    what: &str,
) -> anyhow::Result<String> {
    let text = format!(
        "The requester of request {} {what}, after it was ordered.",
        requisition.number
    );
    let card = cards::NewCard {
        org: &requisition.org_id,
        kind: "late_message",
        subject: "requisition",
        subject_id: requisition.id.as_str(),
        requisition: Some(&requisition.id),
        text: &text,
    };
    cards::lay(tx, card).await?;
    Ok(say!(texts, "too-late", request: requisition.number))
}

/// Holds what was not sent until its requester presses Continue. A confirmed request must be
/// confirmed again: its buttons, approvals and orders are void.
pub async fn hold(tx: &mut Tx, texts: Texts, requisition: &Requisition) -> anyhow::Result<Body> {
    let (org, id) = (&requisition.org_id, &requisition.id);
    let until = tx.now().await? + TimeDelta::hours(HOLD_HOURS);
    let mut version = requisition.version;
    if requisition.state.is_unconfirmed() {
        requisitions::postpone(tx, org, id, version, until).await?;
    } else {
        let past = stop_orders(tx, requisition, "held by the requester").await?;
        if !past.is_empty() || requisition.state == RequisitionState::Ordered {
            return Ok(Body::text(
                late(tx, texts, requisition, "asks to hold it").await?,
            ));
        }
        version = again(tx, requisition).await?;
        let step = Move {
            org,
            id,
            version,
            from: RequisitionState::Draft,
            to: RequisitionState::ToConfirm,
            due_at: Some(until),
        };
        requisitions::move_on(tx, step).await?;
    }
    let button = |what: &str, title: String| Button::new(format!("{what}:{id}:{version}"), title);
    Ok(Body::buttons(
        say!(texts, "held", request: requisition.number),
        vec![
            button("resume", say!(texts, "button-continue")),
            button("cancel", say!(texts, "button-cancel")),
        ],
    ))
}

/// Writes the same once more, as a new version that is due for checking; gives its number.
pub async fn again(tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<i64> {
    let (org, id) = (&requisition.org_id, &requisition.id);
    let lines = requisitions::lines(tx, org, id, requisition.version).await?;
    let version = requisitions::version(tx, org, id, requisition.version).await?;
    let (questions, notes) = version.map_or_else(Default::default, |v| (v.questions.0, v.notes.0));
    let new = NewVersion {
        burst: None,
        identity: &requisition.identity_id,
        site: requisition.site_id.as_ref(),
        needed_by: requisition.needed_on(),
        questions,
        notes,
        lines: lines.into_iter().map(NewLine::again).collect(),
    };
    requisitions::write_version(tx, requisition, new)
        .await?
        .ok_or_else(|| anyhow::anyhow!("requisition {id} changed meanwhile"))
}
