//! Leases: work that has a key is serial by that key.
//!
//! **Invariant:** an epoch only grows; who holds an old one changes nothing any more.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{query, query_as};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::OrgId;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Lease {
    pub key: String,
    pub org_id: OrgId,
    pub owner: String,
    pub epoch: i64,
    pub process: String,
    pub until: DateTime<Utc>,
}

/// Takes a lease that is free or has run out; none: somebody has it.
pub async fn take(
    tx: &mut Tx,
    org: &OrgId,
    key: &str,
    owner: &str,
    process: &str,
    length: TimeDelta,
) -> sqlx::Result<Option<Lease>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(
            "insert into lease (key, org_id, owner, epoch, process, until)
             values ($1, $2, $3, 1, $4, $5)
             on conflict (key) do update set owner = excluded.owner, epoch = lease.epoch + 1,
                 process = excluded.process, until = excluded.until
             where lease.until <= $6
             returning key, org_id, owner, epoch, process, until"
        )
        .bind(key)
        .bind(org)
        .bind(owner)
        .bind(process)
        .bind(now + length)
        .bind(now),
        fetch_optional
    )
}

/// Prolongs a lease that has not run out; zero: it was lost.
pub async fn renew(tx: &mut Tx, lease: &Lease, length: TimeDelta) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update lease set until = $4
             where org_id = $1 and key = $2 and epoch = $3 and until > $5"
        )
        .bind(&lease.org_id)
        .bind(&lease.key)
        .bind(lease.epoch)
        .bind(now + length)
        .bind(now)
    )
}

/// Gives a lease back; zero: it was lost before.
pub async fn release(tx: &mut Tx, lease: &Lease) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query("update lease set until = $4 where org_id = $1 and key = $2 and epoch = $3")
            .bind(&lease.org_id)
            .bind(&lease.key)
            .bind(lease.epoch)
            .bind(now)
    )
}

/// Makes transactions of one key wait for each other: the row is locked until this one ends.
pub async fn serialise(tx: &mut Tx, org: &OrgId, key: &str) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into lease (key, org_id, owner, epoch, process, until)
             values ($1, $2, '', 1, '', $3)
             on conflict (key) do update set epoch = lease.epoch + 1"
        )
        .bind(key)
        .bind(org)
        .bind(now)
    )?;
    Ok(())
}

/// Frees what other processes held: only where a lock on the database proves that they are dead.
pub async fn free_the_dead(tx: &mut Tx, process: &str) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update lease set until = $2 where process <> $1 and until > $2 and org_id is not null"
        )
        .bind(process)
        .bind(now)
    )
}

pub async fn held(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Lease>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(
            "select key, org_id, owner, epoch, process, until from lease
             where org_id = $1 and until > $2 order by key"
        )
        .bind(org)
        .bind(now),
        fetch_all
    )
}
