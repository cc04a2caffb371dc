//! What is due: the rows that are the bells.
//!
//! **Invariant:** a bell rung twice does nothing, a lost one is rung again from here.
//!
//! SQLite takes a partial index only where its condition stands in the query word for word, hence
//! `state <> 'read'` beside another state of a burst.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::query_scalar;

use super::db::{Tx, fetch};

/// Seconds after which a row that was rung and has not moved is rung again.
const AGAIN: [i64; 4] = [10, 30, 120, 300];

/// The tables whose rows are bells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bell {
    Burst,
    Press,
    Requisition,
    Order,
    Sync,
    Outgoing,
}

impl Bell {
    pub const ALL: [Self; 6] = [
        Self::Burst,
        Self::Press,
        Self::Requisition,
        Self::Order,
        Self::Sync,
        Self::Outgoing,
    ];
}

macro_rules! ring {
    ($table:literal, $due:literal) => {
        concat!(
            "update ",
            $table,
            " set rung_at = $1, rings = rings + 1 where org_id is not null and id in (select id from ",
            $table,
            " where ",
            $due,
            " and (rung_at is null or (rings <= 1 and rung_at <= $2)
                 or (rings = 2 and rung_at <= $3) or (rings = 3 and rung_at <= $4)
                 or rung_at <= $5)
             order by due_at limit $6) returning id, state"
        )
    };
}

/// True if a row of this table is due, whether it was rung or not: a cheap look before a write.
pub async fn waits(tx: &mut Tx, bell: Bell) -> sqlx::Result<bool> {
    let now = tx.now().await?;
    let sql = match bell {
        Bell::Burst => {
            "select count(*) from (select 1 from burst where org_id is not null
                 and state <> 'read' and state = 'closed' and due_at <= $1 limit 1) w"
        }
        Bell::Press => {
            "select count(*) from (select 1 from message where org_id is not null
                 and due_at is not null and due_at <= $1 limit 1) w"
        }
        Bell::Requisition => {
            "select count(*) from (select 1 from requisition where org_id is not null
                 and due_at is not null and due_at <= $1 limit 1) w"
        }
        Bell::Order => {
            "select count(*) from (select 1 from purchase_order where org_id is not null
                 and due_at is not null and due_at <= $1
                 and state in ('approved', 'unknown', 'placed') limit 1) w"
        }
        Bell::Sync => {
            "select count(*) from (select 1 from sync where org_id is not null
                 and due_at is not null and due_at <= $1 limit 1) w"
        }
        Bell::Outgoing => {
            "select count(*) from (select 1 from outgoing where org_id is not null
                 and due_at is not null and due_at <= $1 limit 1) w"
        }
    };
    let n: i64 = fetch!(tx, query_scalar(sql).bind(now), fetch_one)?;
    Ok(n > 0)
}

/// Marks due rows as rung and gives their ids and states; rows that were rung lately are left out.
pub async fn ring(tx: &mut Tx, bell: Bell, limit: i64) -> sqlx::Result<Vec<(String, String)>> {
    let now = tx.now().await?;
    let sql = match bell {
        Bell::Burst => ring!(
            "burst",
            "state <> 'read' and state = 'closed' and due_at <= $1"
        ),
        Bell::Press => ring!("message", "due_at is not null and due_at <= $1"),
        Bell::Requisition => ring!("requisition", "due_at is not null and due_at <= $1"),
        Bell::Order => ring!(
            "purchase_order",
            "due_at is not null and due_at <= $1 and state in ('approved', 'unknown', 'placed')
                 and not exists (select 1 from lease l
                     where l.org_id = purchase_order.org_id
                         and l.key = 'account:' || purchase_order.account_id and l.until > $1)
                 and not exists (select 1 from supplier s
                     where s.id = purchase_order.supplier_id and s.paused_at is not null)"
        ),
        Bell::Sync => ring!("sync", "due_at is not null and due_at <= $1"),
        Bell::Outgoing => ring!("outgoing", "due_at is not null and due_at <= $1"),
    };
    let before = |seconds: i64| now - TimeDelta::seconds(seconds);
    fetch!(
        tx,
        sqlx::query_as(sql)
            .bind(now)
            .bind(before(AGAIN[0]))
            .bind(before(AGAIN[1]))
            .bind(before(AGAIN[2]))
            .bind(before(AGAIN[3]))
            .bind(limit),
        fetch_all
    )
}

/// When something next becomes due by itself; none: nothing will.
pub async fn next(tx: &mut Tx) -> sqlx::Result<Option<DateTime<Utc>>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_scalar(
            "select min(due_at) from (
                 select min(due_at) as due_at from burst
                     where state <> 'read' and state = 'open' and org_id is not null
                 union all select min(due_at) from outgoing where due_at > $1 and org_id is not null
                 union all select min(due_at) from requisition
                     where due_at > $1 and org_id is not null
                 union all select min(due_at) from purchase_order
                     where due_at > $1 and org_id is not null
                 union all select min(due_at) from sync where due_at > $1 and org_id is not null
             ) as due"
        )
        .bind(now),
        fetch_one
    )
}

/// How many rows of each kind are due and how old the oldest is, in seconds.
pub async fn backlog(tx: &mut Tx) -> sqlx::Result<Vec<(String, i64, Option<DateTime<Utc>>)>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        sqlx::query_as(
            "select 'burst', count(*), min(due_at) from burst
                 where state <> 'read' and due_at <= $1 and org_id is not null
             union all select 'press', count(*), min(due_at) from message
                 where due_at <= $1 and org_id is not null
             union all select 'requisition', count(*), min(due_at) from requisition
                 where due_at <= $1 and org_id is not null
             union all select 'purchase_order', count(*), min(due_at) from purchase_order
                 where due_at <= $1 and org_id is not null
             union all select 'sync', count(*), min(due_at) from sync
                 where due_at <= $1 and org_id is not null
             union all select 'outgoing', count(*), min(due_at) from outgoing
                 where due_at <= $1 and org_id is not null"
        )
        .bind(now),
        fetch_all
    )
}
