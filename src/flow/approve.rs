//! Approve: a document for each purchase order, asked of the one who may decide it, decided once.
//!
//! **Invariant:** an approval names the hash of its document; the requester never decides.

mod ask;
mod decide;
mod document;
mod route;

use jobs::Job;

pub use self::decide::{Deciding, Decision, decide};
use self::document::{Proposal, propose};
pub use self::route::{Changed, back, route};
use super::tell;
use super::texts::{Texts, say};
use crate::app::App;
use crate::domain::ids::{PersonId, RequisitionId};
use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;
use crate::store::cards;
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::orders::{self, Order};
use crate::store::requisitions::{self, Move, Requisition};
use crate::store::suppliers;

/// Makes the purchase orders of a confirmed requisition and asks for their approval.
pub async fn approve(app: &App, id: &RequisitionId) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let taken = requisitions::take(&mut tx, id, RequisitionState::ToApprove).await?;
    let Some(requisition) = taken else {
        return Ok(());
    };
    let org = tell::org(&mut tx, &requisition.org_id).await?;
    let mut bells = Vec::new();
    match propose(&mut tx, &org, &requisition).await? {
        Proposal::Orders(made) => {
            for order in made {
                bells.extend(route(app, &mut tx, &org, &requisition, &order, None).await?);
            }
            requisitions::waits(&mut tx, &org.id, id, requisition.version).await?;
        }
        Proposal::Impossible(why) => {
            let card = cards::NewCard {
                org: &org.id,
                kind: "no_order",
                subject: "requisition",
                subject_id: id.as_str(),
                requisition: Some(id),
                text: &why.say(Texts::english()),
            };
            cards::lay(&mut tx, card).await?;
            let texts = tell::texts(&mut tx, &org.id, &requisition.identity_id).await?;
            let why = why.say(texts);
            let text = say!(texts, "no-order", request: requisition.number, why: why);
            bells.extend(inform(app, &mut tx, &requisition, "no_order", &text).await?);
            requisitions::waits(&mut tx, &org.id, id, requisition.version).await?;
        }
    }
    bells.extend(progress(&mut tx, &requisition).await?);
    tx.commit().await?;
    crate::crash::point("approve:after_commit");
    app.ring_all(bells).await;
    Ok(())
}

pub async fn supplier_name(tx: &mut Tx, order: &Order) -> sqlx::Result<String> {
    let supplier = suppliers::find(tx, &order.org_id, &order.supplier_id).await?;
    Ok(supplier.map(|s| s.name).unwrap_or_default())
}

/// Moves a requisition to where its purchase orders are.
pub async fn progress(tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<Vec<Job>> {
    // Held first: of two orders that move at once, the second sees what became of the first.
    let held = requisitions::hold(tx, &requisition.org_id, &requisition.id).await?;
    let Some(current) = held else {
        return Ok(Vec::new());
    };
    let all = orders::of_requisition(tx, &requisition.org_id, &requisition.id).await?;
    let mine: Vec<&Order> = all
        .iter()
        .filter(|o| o.version == requisition.version)
        .collect();
    let is = |states: &[OrderState]| mine.iter().all(|o| states.contains(&o.state));
    let any = |states: &[OrderState]| mine.iter().any(|o| states.contains(&o.state));
    let to = if mine.is_empty() || any(&[OrderState::Proposed]) {
        RequisitionState::ToApprove
    } else if is(&[OrderState::Cancelled]) {
        RequisitionState::Rejected
    } else if is(&[OrderState::Cancelled, OrderState::Refused]) {
        RequisitionState::Cancelled
    } else if is(&[
        OrderState::Placed,
        OrderState::Cancelled,
        OrderState::Refused,
    ]) {
        RequisitionState::Ordered
    } else if is(&[OrderState::Approved, OrderState::Cancelled]) {
        RequisitionState::Approved
    } else {
        RequisitionState::Ordering
    };
    let may_move = matches!(
        current.state,
        RequisitionState::ToApprove
            | RequisitionState::Approved
            | RequisitionState::Ordering
            | RequisitionState::Ordered
    );
    if may_move && current.state != to && current.version == requisition.version {
        let step = Move {
            org: &current.org_id,
            id: &current.id,
            version: current.version,
            from: current.state,
            to,
            due_at: None,
        };
        requisitions::move_on(tx, step).await?;
    }
    Ok(Vec::new())
}

/// Tells the requester about a change of state, once for each cause.
async fn inform(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    kind: &str,
    text: &str,
) -> anyhow::Result<Vec<Job>> {
    let cause = format!("{}/{}", requisition.id, requisition.version);
    inform_of(app, tx, requisition, &cause, kind, text).await
}

pub async fn inform_of(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    cause: &str,
    kind: &str,
    text: &str,
) -> anyhow::Result<Vec<Job>> {
    let say = tell::Say {
        org: &requisition.org_id,
        cause,
        kind,
        to: &requisition.identity_id,
        requisition: Some(&requisition.id),
        burst: None,
        body: tell::Body::text(text),
    };
    Ok(tell::say(app, tx, say).await?)
}

/// Lays a card about an order.
pub(super) async fn lay(tx: &mut Tx, order: &Order, kind: &str, text: &str) -> sqlx::Result<()> {
    let card = cards::NewCard {
        org: &order.org_id,
        kind,
        subject: "purchase_order",
        subject_id: order.id.as_str(),
        requisition: Some(&order.requisition_id),
        text,
    };
    cards::lay(tx, card).await
}

/// A line of the journal about an order.
pub async fn note(
    tx: &mut Tx,
    order: &Order,
    event: &str,
    became: OrderState,
    person: Option<&PersonId>,
    detail: serde_json::Value,
) -> sqlx::Result<()> {
    journal::write(
        tx,
        Note {
            org: &order.org_id,
            subject: "purchase_order",
            subject_id: order.id.as_str(),
            epoch: order.epoch,
            event,
            was: Some(order.state.as_str()),
            became: Some(became.as_str()),
            detail,
            person,
        },
    )
    .await
}
