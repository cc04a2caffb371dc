//! Who is asked about a document and what they decide; an order that is not sent may yet change.
//!
//! **Invariant:** an approval counts for one hash; a changed document must be approved anew.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as};

use super::Order;
use super::attempts::end_attempt;
use crate::domain::approval::ApprovalState;
use crate::domain::ids::{ApprovalId, OrgId, PersonId, PurchaseOrderId, RequisitionId};
use crate::domain::order::{AttemptState, Document};
use crate::store::db::{Tx, execute, fetch};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Approval {
    pub id: ApprovalId,
    pub org_id: OrgId,
    pub requisition_id: RequisitionId,
    pub purchase_order_id: PurchaseOrderId,
    pub document_hash: String,
    pub approver_id: PersonId,
    pub state: ApprovalState,
    pub reason: Option<String>,
    pub asked_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<PersonId>,
}

/// Asks one approver about an order's document.
pub async fn ask_approval(
    tx: &mut Tx,
    order: &Order,
    approver: &PersonId,
) -> sqlx::Result<ApprovalId> {
    let now = tx.now().await?;
    let id = ApprovalId::new();
    execute!(
        tx,
        query(
            "insert into approval (id, org_id, requisition_id, purchase_order_id, document_hash,
                 approver_id, state, asked_at)
             values ($1, $2, $3, $4, $5, $6, 'pending', $7)"
        )
        .bind(&id)
        .bind(&order.org_id)
        .bind(&order.requisition_id)
        .bind(&order.id)
        .bind(&order.document_hash)
        .bind(approver)
        .bind(now)
    )?;
    Ok(id)
}

pub async fn approval(tx: &mut Tx, org: &OrgId, id: &ApprovalId) -> sqlx::Result<Option<Approval>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, requisition_id, purchase_order_id, document_hash, approver_id,
                 state, reason, asked_at, decided_at, decided_by
             from approval where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

pub async fn approvals_of(
    tx: &mut Tx,
    org: &OrgId,
    requisition: &RequisitionId,
) -> sqlx::Result<Vec<Approval>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, requisition_id, purchase_order_id, document_hash, approver_id,
                 state, reason, asked_at, decided_at, decided_by
             from approval where org_id = $1 and requisition_id = $2 order by asked_at, id"
        )
        .bind(org)
        .bind(requisition),
        fetch_all
    )
}

/// Decides a pending approval, once; zero: it is decided or void.
pub async fn decide(
    tx: &mut Tx,
    org: &OrgId,
    id: &ApprovalId,
    state: ApprovalState,
    by: &PersonId,
    reason: Option<&str>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update approval set state = $3, decided_at = $4, decided_by = $5, reason = $6
             where org_id = $1 and id = $2 and state = 'pending'"
        )
        .bind(org)
        .bind(id)
        .bind(state)
        .bind(now)
        .bind(by)
        .bind(reason)
    )
}

/// Voids every approval of an order that is still pending.
pub async fn void_pending(tx: &mut Tx, org: &OrgId, order: &PurchaseOrderId) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update approval set state = 'void'
             where org_id = $1 and purchase_order_id = $2 and state = 'pending'"
        )
        .bind(org)
        .bind(order)
    )
}

/// A proposed document is approved until a time, by its hash; zero: it changed.
pub async fn approve(
    tx: &mut Tx,
    org: &OrgId,
    id: &PurchaseOrderId,
    document_hash: &str,
    until: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update purchase_order set state = 'approved', approved_until = $4, due_at = $5,
                 rung_at = null, rings = 0, updated_at = $5
             where org_id = $1 and id = $2 and document_hash = $3 and state = 'proposed'"
        )
        .bind(org)
        .bind(id)
        .bind(document_hash)
        .bind(until)
        .bind(now)
    )
}

/// Gives an order that was not sent a changed document, which must be approved anew.
pub async fn repropose(tx: &mut Tx, order: &Order, document: &Document) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'proposed', document = $4, document_hash = $5,
                 total = $6, approved_until = null, due_at = null, rung_at = null, rings = 0,
                 updated_at = $7
             where org_id = $1 and id = $2 and epoch = $3
                 and state in ('approved', 'preparing', 'armed')"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(Json(document))
        .bind(document.hash())
        .bind(document.total)
        .bind(now)
    )?;
    if moved == 1 {
        end_attempt(
            tx,
            &order.org_id,
            &order.id,
            AttemptState::Unreleased,
            "price changed",
        )
        .await?;
    }
    Ok(moved)
}

/// Cancels an order that cannot have been sent; zero: it may have been.
pub async fn cancel(
    tx: &mut Tx,
    org: &OrgId,
    id: &PurchaseOrderId,
    why: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'cancelled', due_at = null, error = $3,
                 updated_at = $4
             where org_id = $1 and id = $2
                 and state in ('proposed', 'approved', 'preparing', 'armed')"
        )
        .bind(org)
        .bind(id)
        .bind(why)
        .bind(now)
    )?;
    if moved == 1 {
        void_pending(tx, org, id).await?;
        end_attempt(tx, org, id, AttemptState::Unreleased, why).await?;
    }
    Ok(moved)
}
