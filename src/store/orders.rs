//! Purchase orders: how they are made and found. Their moves stand in four rooms, in the order of an
//! order's life: approvals, attempts, the intent, the outcome.
//!
//! **Invariant:** every move names the state it leaves and, from the claim on, the epoch.
//! What leaves `approved` for good has passed [`intend`].

mod approvals;
mod attempts;
mod intent;
mod outcome;

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as};

pub use self::approvals::{
    Approval, approval, approvals_of, approve, ask_approval, cancel, decide, repropose,
    void_pending,
};
pub use self::attempts::{
    Attempt, Stop, arm, attempts, claim, later, stop, stop_approved, uncount,
};
pub use self::intent::{Intent, account_is_busy, intend, released, requester_is_unread};
pub use self::outcome::{decided, looked_again, placed, settled, unknown, unsent, unsettle};
use super::db::{Tx, execute, fetch};
use crate::domain::ids::{AccountId, OrgId, PurchaseOrderId, RequisitionId, SiteId, SupplierId};
use crate::domain::order::{Document, OrderState};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Order {
    pub id: PurchaseOrderId,
    pub org_id: OrgId,
    pub requisition_id: RequisitionId,
    pub version: i64,
    pub number: String,
    pub supplier_id: SupplierId,
    pub account_id: AccountId,
    pub site_id: SiteId,
    pub state: OrderState,
    pub document: Json<Document>,
    pub document_hash: String,
    pub total: i64,
    pub currency: String,
    pub approved_until: Option<DateTime<Utc>>,
    pub epoch: i64,
    pub claims: i64,
    pub due_at: Option<DateTime<Utc>>,
    pub rung_at: Option<DateTime<Utc>>,
    pub submit_before: Option<DateTime<Utc>>,
    pub settle_until: Option<DateTime<Utc>>,
    pub refusal: Option<String>,
    pub supplier_number: Option<String>,
    pub error_class: Option<String>,
    pub error: Option<String>,
    pub placed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

macro_rules! select_order {
    ($rest:literal) => {
        concat!(
            "select id, org_id, requisition_id, version, number, supplier_id, account_id, site_id,
                 state, document, document_hash, total, currency, approved_until, epoch, claims,
                 due_at, rung_at, submit_before, settle_until, refusal, supplier_number,
                 error_class, error, placed_at, created_at
             from purchase_order ",
            $rest
        )
    };
}

/// A purchase order whose document is to be approved.
#[derive(Clone, Debug)]
pub struct NewOrder<'a> {
    pub id: PurchaseOrderId,
    pub org: &'a OrgId,
    pub requisition: &'a RequisitionId,
    pub version: i64,
    pub supplier: &'a SupplierId,
    pub account: &'a AccountId,
    pub site: &'a SiteId,
    pub document: &'a Document,
}

pub async fn propose(tx: &mut Tx, new: &NewOrder<'_>) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into purchase_order (id, org_id, requisition_id, version, number, supplier_id,
                 account_id, site_id, state, document, document_hash, total, currency, epoch,
                 claims, rings, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10, $11, $12, 0, 0, 0, $13,
                 $13)"
        )
        .bind(&new.id)
        .bind(new.org)
        .bind(new.requisition)
        .bind(new.version)
        .bind(&new.document.number)
        .bind(new.supplier)
        .bind(new.account)
        .bind(new.site)
        .bind(Json(new.document))
        .bind(new.document.hash())
        .bind(new.document.total)
        .bind(new.document.currency.code())
        .bind(now)
    )?;
    Ok(())
}

/// A purchase order of any organisation: the first look of a job, which has only an id.
pub async fn find(tx: &mut Tx, id: &PurchaseOrderId) -> sqlx::Result<Option<Order>> {
    fetch!(
        tx,
        query_as(select_order!("where id = $1 and org_id is not null")).bind(id),
        fetch_optional
    )
}

pub async fn of_requisition(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
) -> sqlx::Result<Vec<Order>> {
    fetch!(
        tx,
        query_as(select_order!(
            "where org_id = $1 and requisition_id = $2 order by number"
        ))
        .bind(org)
        .bind(id),
        fetch_all
    )
}

/// Everything that is not at an end, for the page of jobs.
pub async fn unfinished(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Order>> {
    fetch!(
        tx,
        query_as(select_order!(
            "where org_id = $1 and state in ('proposed', 'approved', 'preparing', 'armed',
                 'submitting', 'unknown', 'needs_person') order by number"
        ))
        .bind(org),
        fetch_all
    )
}

/// Orders whose attempt lost its lease: what was being prepared may be tried again, what was
/// submitted is unknown.
pub async fn abandoned(tx: &mut Tx, limit: i64) -> sqlx::Result<Vec<Order>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(select_order!(
            "where org_id is not null and state in ('preparing', 'armed', 'submitting')
                 and not exists (select 1 from lease l where l.key = 'account:' || account_id
                     and l.owner = purchase_order.id and l.until > $1)
             order by updated_at limit $2"
        ))
        .bind(now)
        .bind(limit),
        fetch_all
    )
}

/// Orders of the account that wait for a lease, the oldest first.
pub async fn waiting_for(
    tx: &mut Tx,
    org: &OrgId,
    account: &AccountId,
) -> sqlx::Result<Vec<(PurchaseOrderId, OrderState)>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(
            "select id, state from purchase_order
             where org_id = $1 and account_id = $2 and due_at <= $3
                 and state in ('approved', 'unknown')
             order by case when state = 'unknown' then 0 else 1 end, created_at limit 3"
        )
        .bind(org)
        .bind(account)
        .bind(now),
        fetch_all
    )
}

/// Moves the time at which an order in this state is due; zero: it is past that.
async fn set_due(
    tx: &mut Tx,
    order: &Order,
    state: OrderState,
    due_at: Option<DateTime<Utc>>,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update purchase_order set due_at = $5, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and epoch = $3 and state = $4"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(state)
        .bind(due_at)
    )
}
