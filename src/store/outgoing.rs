//! Outgoing messages: one row for each (cause, kind), sent until the provider has taken it.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use super::rows::{MOST_ROWS, bind_rows, parameters};
use crate::domain::ids::{BurstId, IdentityId, OrgId, OutgoingId, RequisitionId};
use crate::domain::message::OutgoingState;

/// A message to be sent; the body is sealed.
#[derive(Clone, Debug)]
pub struct NewOutgoing<'a> {
    pub id: &'a OutgoingId,
    pub org: &'a OrgId,
    pub cause: &'a str,
    pub kind: &'a str,
    pub identity: &'a IdentityId,
    pub requisition: Option<&'a RequisitionId>,
    /// The burst it answers: dropped when a newer one comes first.
    pub burst: Option<&'a BurstId>,
    pub sealed_body: &'a str,
    pub due_at: DateTime<Utc>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Outgoing {
    pub id: OutgoingId,
    pub org_id: OrgId,
    pub cause: String,
    pub kind: String,
    pub identity_id: IdentityId,
    pub requisition_id: Option<RequisitionId>,
    pub burst_id: Option<BurstId>,
    pub sealed_body: String,
    pub state: OutgoingState,
    pub due_at: Option<DateTime<Utc>>,
    pub attempts: i64,
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
}

/// Adds messages, and gives the ids of those that are new: a cause says a thing of one kind once.
pub async fn add(tx: &mut Tx, new: &[NewOutgoing<'_>]) -> sqlx::Result<Vec<OutgoingId>> {
    let now = tx.now().await?;
    let mut added = Vec::with_capacity(new.len());
    for some in new.chunks(MOST_ROWS) {
        let sql = format!(
            "insert into outgoing (id, org_id, cause, kind, identity_id, requisition_id, burst_id,
                 sealed_body, state, due_at, rings, attempts, created_at)
             values {} on conflict (org_id, cause, kind) do nothing returning id",
            parameters(some.len(), 13)
        );
        let ids: Vec<OutgoingId> = fetch!(
            tx,
            bind_rows!(query_scalar(AssertSqlSafe(sql.clone())), some, |q, one| q
                .bind(one.id)
                .bind(one.org)
                .bind(one.cause)
                .bind(one.kind)
                .bind(one.identity)
                .bind(one.requisition)
                .bind(one.burst)
                .bind(one.sealed_body)
                .bind(OutgoingState::Due)
                .bind(one.due_at)
                .bind(0_i64)
                .bind(0_i64)
                .bind(now)),
            fetch_all
        )?;
        added.extend(ids);
    }
    Ok(added)
}

pub async fn find(tx: &mut Tx, id: &OutgoingId) -> sqlx::Result<Option<Outgoing>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, cause, kind, identity_id, requisition_id, burst_id, sealed_body,
                 state, due_at, attempts, error, created_at, sent_at, delivered_at
             from outgoing where id = $1 and org_id is not null"
        )
        .bind(id),
        fetch_optional
    )
}

/// Takes a due message for one attempt; until `again_at` nobody else tries. Zero: somebody has it.
pub async fn claim(
    tx: &mut Tx,
    org: &OrgId,
    id: &OutgoingId,
    again_at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update outgoing set state = 'sending', attempts = attempts + 1, due_at = $3,
                 rung_at = null, rings = 0
             where org_id = $1 and id = $2 and state in ('due', 'sending') and due_at <= $4"
        )
        .bind(org)
        .bind(id)
        .bind(again_at)
        .bind(now)
    )
}

/// An earlier message to the same person that has not been taken yet: they go out in order.
pub async fn has_earlier(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
    id: &OutgoingId,
) -> sqlx::Result<bool> {
    let n: i64 = fetch!(
        tx,
        query_scalar(
            "select count(*) from outgoing where org_id = $1 and identity_id = $2 and id < $3
                 and state in ('due', 'sending')"
        )
        .bind(org)
        .bind(identity)
        .bind(id),
        fetch_one
    )?;
    Ok(n > 0)
}

/// The next waiting message to the same person, to be rung when one is done.
pub async fn next_of(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
) -> sqlx::Result<Option<OutgoingId>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_scalar(
            "select id from outgoing where org_id = $1 and identity_id = $2
                 and state in ('due', 'sending') and due_at <= $3 order by id limit 1"
        )
        .bind(org)
        .bind(identity)
        .bind(now),
        fetch_optional
    )
}

/// The provider took it.
pub async fn sent(
    tx: &mut Tx,
    org: &OrgId,
    id: &OutgoingId,
    provider_key: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update outgoing set state = 'sent', provider_key = $3, sent_at = $4, due_at = null,
                 error = null
             where org_id = $1 and id = $2 and state in ('sending', 'due')"
        )
        .bind(org)
        .bind(id)
        .bind(provider_key)
        .bind(now)
    )
}

/// To be tried again at a time, for a reason.
pub async fn later(
    tx: &mut Tx,
    org: &OrgId,
    id: &OutgoingId,
    due_at: DateTime<Utc>,
    error: &str,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update outgoing set state = 'due', due_at = $3, error = $4, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and state in ('sending', 'due')"
        )
        .bind(org)
        .bind(id)
        .bind(due_at)
        .bind(error)
    )
}

/// The provider may have it: a status with our id is waited for until `due_at`.
pub async fn ambiguous(
    tx: &mut Tx,
    org: &OrgId,
    id: &OutgoingId,
    due_at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update outgoing set state = 'sending', due_at = $3, error = 'answer lost',
                 rung_at = null, rings = 0
             where org_id = $1 and id = $2 and state = 'sending'"
        )
        .bind(org)
        .bind(id)
        .bind(due_at)
    )
}

/// Ends a message that will not be sent: `dropped` or `failed`.
pub async fn end(
    tx: &mut Tx,
    org: &OrgId,
    id: &OutgoingId,
    state: OutgoingState,
    error: &str,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update outgoing set state = $3, due_at = null, error = $4
             where org_id = $1 and id = $2 and state in ('sending', 'due')"
        )
        .bind(org)
        .bind(id)
        .bind(state)
        .bind(error)
    )
}

/// Notes a status that came with our own id; a message whose answer was lost counts as sent.
pub async fn status(
    tx: &mut Tx,
    org: &OrgId,
    id: &OutgoingId,
    provider_key: &str,
    delivered: bool,
    read: bool,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update outgoing set provider_key = coalesce(provider_key, $3),
                 sent_at = coalesce(sent_at, $4), due_at = null,
                 state = case when state in ('due', 'sending') then 'sent' else state end,
                 delivered_at = case when $5 then coalesce(delivered_at, $4) else delivered_at end,
                 read_at = case when $6 then coalesce(read_at, $4) else read_at end
             where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id)
        .bind(provider_key)
        .bind(now)
        .bind(delivered)
        .bind(read)
    )
}

/// The provider took it and could not deliver it.
pub async fn undeliverable(
    tx: &mut Tx,
    org: &OrgId,
    id: &OutgoingId,
    error: &str,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update outgoing set state = 'failed', due_at = null, error = $3
             where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id)
        .bind(error)
    )
}

/// Which of our messages has this provider id.
pub async fn by_provider(
    tx: &mut Tx,
    org: &OrgId,
    provider_key: &str,
) -> sqlx::Result<Option<Outgoing>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, cause, kind, identity_id, requisition_id, burst_id, sealed_body,
                 state, due_at, attempts, error, created_at, sent_at, delivered_at
             from outgoing where org_id = $1 and provider_key = $2"
        )
        .bind(org)
        .bind(provider_key),
        fetch_optional
    )
}

pub async fn of_requisition(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
) -> sqlx::Result<Vec<Outgoing>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, cause, kind, identity_id, requisition_id, burst_id, sealed_body,
                 state, due_at, attempts, error, created_at, sent_at, delivered_at
             from outgoing where org_id = $1 and requisition_id = $2 order by id"
        )
        .bind(org)
        .bind(id),
        fetch_all
    )
}

/// True if a person was told something of this kind since a time.
pub async fn told_since(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
    kind: &str,
    since: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let n: i64 = fetch!(
        tx,
        query_scalar(
            "select count(*) from outgoing where org_id = $1 and identity_id = $2 and kind = $3
                 and created_at >= $4 and state <> 'dropped'"
        )
        .bind(org)
        .bind(identity)
        .bind(kind)
        .bind(since),
        fetch_one
    )?;
    Ok(n > 0)
}

/// How many were sent to a person since a time, for pacing.
pub async fn sent_since(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
    since: DateTime<Utc>,
) -> sqlx::Result<i64> {
    fetch!(
        tx,
        query_scalar(
            "select count(*) from outgoing
             where org_id = $1 and identity_id = $2 and sent_at >= $3 and kind <> 'seen'"
        )
        .bind(org)
        .bind(identity)
        .bind(since),
        fetch_one
    )
}
