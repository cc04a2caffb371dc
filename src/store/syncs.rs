//! Documents that are to stand in the ERP, one a placed order.

use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{OrgId, PurchaseOrderId, SyncId};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Sync {
    pub id: SyncId,
    pub org_id: OrgId,
    pub purchase_order_id: PurchaseOrderId,
    /// `due`, `done`, `needs_person`.
    pub state: String,
    pub name: Option<String>,
    pub attempts: i64,
    pub due_at: Option<DateTime<Utc>>,
    pub error: Option<String>,
}

/// Asks for the document of an order; asked once however often.
pub async fn ask(tx: &mut Tx, org: &OrgId, order: &PurchaseOrderId) -> sqlx::Result<SyncId> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_scalar(
            "insert into sync (id, org_id, purchase_order_id, state, attempts, due_at, rings,
                 created_at)
             values ($1, $2, $3, 'due', 0, $4, 0, $4)
             on conflict (purchase_order_id) do update set state = sync.state returning id"
        )
        .bind(SyncId::new())
        .bind(org)
        .bind(order)
        .bind(now),
        fetch_one
    )
}

pub async fn find(tx: &mut Tx, id: &SyncId) -> sqlx::Result<Option<Sync>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, purchase_order_id, state, name, attempts, due_at, error
             from sync where id = $1 and org_id is not null"
        )
        .bind(id),
        fetch_optional
    )
}

pub async fn of_order(
    tx: &mut Tx,
    org: &OrgId,
    order: &PurchaseOrderId,
) -> sqlx::Result<Option<Sync>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, purchase_order_id, state, name, attempts, due_at, error
             from sync where org_id = $1 and purchase_order_id = $2"
        )
        .bind(org)
        .bind(order),
        fetch_optional
    )
}

/// Takes a due document for one attempt, until `retry_at`; zero: somebody has it, or it is done.
pub async fn claim(
    tx: &mut Tx,
    org: &OrgId,
    id: &SyncId,
    retry_at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update sync set attempts = attempts + 1, due_at = $3, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and state = 'due' and due_at <= $4"
        )
        .bind(org)
        .bind(id)
        .bind(retry_at)
        .bind(now)
    )
}

pub async fn later(
    tx: &mut Tx,
    org: &OrgId,
    id: &SyncId,
    due_at: DateTime<Utc>,
    error: &str,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update sync set due_at = $3, error = $4, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and state = 'due'"
        )
        .bind(org)
        .bind(id)
        .bind(due_at)
        .bind(error)
    )
}

pub async fn done(tx: &mut Tx, org: &OrgId, id: &SyncId, name: &str) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update sync set state = 'done', name = $3, done_at = $4, due_at = null, error = null
             where org_id = $1 and id = $2 and state <> 'done'"
        )
        .bind(org)
        .bind(id)
        .bind(name)
        .bind(now)
    )
}

pub async fn needs_person(tx: &mut Tx, org: &OrgId, id: &SyncId, error: &str) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update sync set state = 'needs_person', due_at = null, error = $3
             where org_id = $1 and id = $2 and state = 'due'"
        )
        .bind(org)
        .bind(id)
        .bind(error)
    )
}

/// Tries again what waited for a person.
pub async fn again(tx: &mut Tx, org: &OrgId, id: &SyncId) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update sync set state = 'due', due_at = $3, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and state = 'needs_person'"
        )
        .bind(org)
        .bind(id)
        .bind(now)
    )
}

/// Makes every document that waits due now: only where a lock on the database proves that nobody
/// else has one in hand. It is looked up before it is made, so nothing is made twice.
pub async fn free_the_dead(tx: &mut Tx) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update sync set due_at = $1, rung_at = null, rings = 0
             where org_id is not null and state = 'due' and due_at > $1"
        )
        .bind(now)
    )
}
