//! The intent: the one move after which an order may go out, and what would forbid it.
//!
//! **Invariant:** one guarded update, one row or nothing.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{query, query_scalar};

use super::Order;
use crate::domain::ids::{AccountId, OrgId, PurchaseOrderId};
use crate::store::db::{Tx, execute, fetch};

/// True while an order of the account may still go out, or its basket may be in use by a person.
pub async fn account_is_busy(
    tx: &mut Tx,
    org: &OrgId,
    account: &AccountId,
    except: &PurchaseOrderId,
) -> sqlx::Result<bool> {
    let now = tx.now().await?;
    let n: i64 = fetch!(
        tx,
        query_scalar(
            "select count(*) from purchase_order
             where org_id = $1 and account_id = $2 and id <> $3 and (state = 'submitting'
                 or (state = 'unknown' and settle_until > $4))"
        )
        .bind(org)
        .bind(account)
        .bind(except)
        .bind(now),
        fetch_one
    )?;
    Ok(n > 0)
}

/// True while a message or a press of the requester waits to be read: it may change the order.
pub async fn requester_is_unread(tx: &mut Tx, order: &Order) -> sqlx::Result<bool> {
    let n: i64 = fetch!(
        tx,
        query_scalar(
            "select (select count(*) from burst b join identity i on i.id = b.identity_id
                     join requisition r on r.person_id = i.person_id
                     where b.org_id = $1 and r.id = $2 and b.state in ('open', 'closed'))
                 + (select count(*) from message m join identity i on i.id = m.identity_id
                     join requisition r on r.person_id = i.person_id
                     where m.org_id = $1 and r.id = $2 and m.state = 'press'
                         and m.due_at is not null)"
        )
        .bind(&order.org_id)
        .bind(&order.requisition_id),
        fetch_one
    )?;
    Ok(n > 0)
}

/// What the intent needs besides the order.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    pub lease_key: &'a str,
    pub lease_epoch: i64,
    pub submit: TimeDelta,
    pub quiet: TimeDelta,
}

/// The intent transaction: one guarded update, one row or nothing. After its commit the order
/// request may go out, once, before the time it gives back.
pub async fn intend(
    tx: &mut Tx,
    order: &Order,
    intent: Intent<'_>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    let now = tx.now().await?;
    let submit_before = now + intent.submit;
    let settle_until = submit_before + intent.quiet;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'submitting', submit_before = $4,
                 settle_until = $5, due_at = $5, rung_at = null, rings = 0, updated_at = $6
             where org_id = $1 and id = $2 and epoch = $3 and state = 'armed'
                 and document_hash = $7 and approved_until > $6
                 and exists (select 1 from lease where org_id = $1 and key = $8 and epoch = $9
                     and until > $6)
                 and exists (select 1 from supplier where org_id = $1
                     and id = purchase_order.supplier_id and paused_at is null)
                 and not exists (select 1 from daemon where key = 'ordering'
                     and value = 'disarmed')
                 and exists (select 1 from requisition r where r.org_id = $1
                     and r.id = purchase_order.requisition_id
                     and r.version = purchase_order.version
                     and r.state in ('to_approve', 'approved', 'ordering', 'ordered'))
                 and not exists (select 1 from burst b join identity i on i.id = b.identity_id
                     join requisition r on r.person_id = i.person_id
                     where b.org_id = $1 and r.id = purchase_order.requisition_id
                         and b.state in ('open', 'closed'))
                 and not exists (select 1 from message m join identity i on i.id = m.identity_id
                     join requisition r on r.person_id = i.person_id
                     where m.org_id = $1 and r.id = purchase_order.requisition_id
                         and m.state = 'press' and m.due_at is not null)
                 and not exists (select 1 from purchase_order o where o.org_id = $1
                     and o.account_id = purchase_order.account_id and o.id <> $2
                     and (o.state = 'submitting'
                         or (o.state = 'unknown' and o.settle_until > $6)))"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(submit_before)
        .bind(settle_until)
        .bind(now)
        .bind(&order.document_hash)
        .bind(intent.lease_key)
        .bind(intent.lease_epoch)
    )?;
    if moved == 0 {
        return Ok(None);
    }
    execute!(
        tx,
        query(
            "update attempt set state = 'submitting', intent_at = $4
             where org_id = $1 and purchase_order_id = $2 and epoch = $3"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(now)
    )?;
    Ok(Some(submit_before))
}

/// Notes that the order request was let go, once an attempt; zero: it is noted already.
pub async fn released(tx: &mut Tx, order: &Order) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update attempt set released_at = $4
             where org_id = $1 and purchase_order_id = $2 and epoch = $3 and released_at is null
                 and intent_at is not null"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(now)
    )
}
