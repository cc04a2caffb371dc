//! Attempts: an approved order is claimed or left for later, armed, or stopped before its intent.
//!
//! **Invariant:** each claim makes one attempt, which ends once.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};

use super::{Order, find, set_due};
use crate::domain::ids::{AttemptId, OrgId, PurchaseOrderId};
use crate::domain::order::{AttemptState, OrderState};
use crate::store::db::{Tx, execute, fetch};

/// Claims an approved order for one attempt; none: somebody else has it, or it is not due.
pub async fn claim(tx: &mut Tx, org: &OrgId, id: &PurchaseOrderId) -> sqlx::Result<Option<Order>> {
    let now = tx.now().await?;
    let epoch: Option<i64> = fetch!(
        tx,
        query_scalar(
            "update purchase_order set state = 'preparing', epoch = epoch + 1,
                 claims = claims + 1, due_at = null, rung_at = null, rings = 0, error = null,
                 error_class = null, updated_at = $3
             where org_id = $1 and id = $2 and state = 'approved' and due_at <= $3
             returning epoch"
        )
        .bind(org)
        .bind(id)
        .bind(now),
        fetch_optional
    )?;
    let Some(epoch) = epoch else { return Ok(None) };
    execute!(
        tx,
        query(
            "insert into attempt (id, org_id, purchase_order_id, account_id, number, epoch, state,
                 started_at)
             select $1, org_id, id, account_id,
                 (select count(*) + 1 from attempt a where a.purchase_order_id = $3), $4,
                 'preparing', $5
             from purchase_order where org_id = $2 and id = $3"
        )
        .bind(AttemptId::new())
        .bind(org)
        .bind(id)
        .bind(epoch)
        .bind(now)
    )?;
    find(tx, id).await
}

/// Leaves an approved order for later.
pub async fn later(tx: &mut Tx, order: &Order, due_at: DateTime<Utc>) -> sqlx::Result<u64> {
    set_due(tx, order, OrderState::Approved, Some(due_at)).await
}

/// An approved order that was tried often enough waits for a person.
pub async fn stop_approved(
    tx: &mut Tx,
    order: &Order,
    error_class: &str,
    error: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update purchase_order set state = 'needs_person', due_at = null, error_class = $4,
                 error = $5, claims = 0, updated_at = $6
             where org_id = $1 and id = $2 and epoch = $3 and state = 'approved'"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(error_class)
        .bind(error)
        .bind(now)
    )
}

/// A claim that was given back for no fault of the site does not count.
pub async fn uncount(tx: &mut Tx, order: &Order) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update purchase_order set claims = claims - 1
             where org_id = $1 and id = $2 and epoch = $3 and claims > 0"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
    )
}

/// The basket satisfies the document and the history before is known; zero: the attempt is over.
pub async fn arm(
    tx: &mut Tx,
    order: &Order,
    before_image: &Value,
    basket: &Value,
    browser: &Value,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'armed', updated_at = $4
             where org_id = $1 and id = $2 and epoch = $3 and state = 'preparing'"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(now)
    )?;
    if moved == 1 {
        execute!(
            tx,
            query(
                "update attempt set state = 'armed', before_image = $4, basket = $5, browser = $6
                 where org_id = $1 and purchase_order_id = $2 and epoch = $3"
            )
            .bind(&order.org_id)
            .bind(&order.id)
            .bind(order.epoch)
            .bind(Json(before_image))
            .bind(Json(basket))
            .bind(Json(browser))
        )?;
    }
    Ok(moved)
}

/// How an attempt that was never released ended, and what comes next.
#[derive(Clone, Copy, Debug)]
pub struct Stop<'a> {
    pub state: OrderState,
    pub due_at: Option<DateTime<Utc>>,
    pub error_class: &'a str,
    pub error: &'a str,
}

/// Ends an attempt before the intent; zero: it is past that.
pub async fn stop(tx: &mut Tx, order: &Order, stop: Stop<'_>) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = $4, due_at = $5, rung_at = null, rings = 0,
                 error_class = $6, error = $7, updated_at = $8
             where org_id = $1 and id = $2 and epoch = $3 and state in ('preparing', 'armed')"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(stop.state)
        .bind(stop.due_at)
        .bind(stop.error_class)
        .bind(stop.error)
        .bind(now)
    )?;
    if moved == 1 {
        let ended = match stop.state {
            OrderState::Refused => AttemptState::Refused,
            _ => AttemptState::Unreleased,
        };
        end_attempt(tx, &order.org_id, &order.id, ended, stop.error).await?;
    }
    Ok(moved)
}

/// Ends the attempt of an order that has not ended.
pub(super) async fn end_attempt(
    tx: &mut Tx,
    org: &OrgId,
    order: &PurchaseOrderId,
    state: AttemptState,
    outcome: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update attempt set state = $3, outcome = $4, ended_at = $5
             where org_id = $1 and purchase_order_id = $2 and ended_at is null"
        )
        .bind(org)
        .bind(order)
        .bind(state)
        .bind(outcome)
        .bind(now)
    )
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attempt {
    pub id: AttemptId,
    pub number: i64,
    pub epoch: i64,
    pub state: AttemptState,
    pub before_image: Option<Json<Value>>,
    pub basket: Option<Json<Value>>,
    pub browser: Option<Json<Value>>,
    pub started_at: DateTime<Utc>,
    pub intent_at: Option<DateTime<Utc>>,
    pub released_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
}

pub async fn attempts(
    tx: &mut Tx,
    org: &OrgId,
    order: &PurchaseOrderId,
) -> sqlx::Result<Vec<Attempt>> {
    fetch!(
        tx,
        query_as(
            "select id, number, epoch, state, before_image, basket, browser, started_at, intent_at,
                 released_at, ended_at, outcome
             from attempt where org_id = $1 and purchase_order_id = $2 order by number"
        )
        .bind(org)
        .bind(order),
        fetch_all
    )
}
