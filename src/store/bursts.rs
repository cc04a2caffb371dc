//! Bursts: a sender's messages until they fall silent.
//!
//! **Invariant:** a sender has at most one open burst; the partial index holds that.
//!
//! Where `state <> 'read'` stands beside another state it opens the index of due bursts to SQLite,
//! which takes a partial index only if the query has its condition word for word.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use super::rows::{MOST_ROWS, bind_rows, parameters};
use crate::domain::ids::{BurstId, IdentityId, OrgId, RequisitionId};
use crate::domain::message::BurstState;

/// How long a burst waits for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    pub quiet: TimeDelta,
    pub hard_cap: TimeDelta,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Burst {
    pub id: BurstId,
    pub org_id: OrgId,
    pub identity_id: IdentityId,
    pub state: BurstState,
    pub messages: i64,
    pub opened_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub hard_due_at: DateTime<Utc>,
    pub requisition_id: Option<RequisitionId>,
}

/// New messages of one sender.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joining<'a> {
    pub(super) org: &'a OrgId,
    pub(super) identity: &'a IdentityId,
    pub(super) timing: Timing,
    pub(super) messages: i64,
}

/// The open burst of a sender after messages joined it.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    pub(super) id: BurstId,
    /// They were its first.
    pub(super) opened: bool,
}

/// Puts messages into the open bursts of their senders, each sender named once.
pub(super) async fn join_all(
    tx: &mut Tx,
    joining: &[Joining<'_>],
) -> sqlx::Result<HashMap<IdentityId, Joined>> {
    let now = tx.now().await?;
    let mut joined = HashMap::with_capacity(joining.len());
    for some in joining.chunks(MOST_ROWS) {
        let sql = format!(
            "insert into burst (id, org_id, identity_id, state, messages, opened_at, due_at,
                 hard_due_at, rings)
             values {}
             on conflict (identity_id) where state = 'open' do update set
                 messages = burst.messages + excluded.messages,
                 due_at = case when excluded.due_at < burst.hard_due_at then excluded.due_at
                     else burst.hard_due_at end
             returning id, identity_id, messages",
            parameters(some.len(), 9)
        );
        let rows: Vec<(BurstId, IdentityId, i64)> = fetch!(
            tx,
            bind_rows!(query_as(AssertSqlSafe(sql.clone())), some, |q, one| q
                .bind(BurstId::new())
                .bind(one.org)
                .bind(one.identity)
                .bind(BurstState::Open)
                .bind(one.messages)
                .bind(now)
                .bind(now + one.timing.quiet.min(one.timing.hard_cap))
                .bind(now + one.timing.hard_cap)
                .bind(0_i64)),
            fetch_all
        )?;
        for (id, identity, messages) in rows {
            let new = some.iter().find(|one| *one.identity == identity);
            let opened = new.is_some_and(|one| one.messages == messages);
            joined.insert(identity, Joined { id, opened });
        }
    }
    Ok(joined)
}

/// A burst of any organisation: the first look of a job, which has only an id.
pub async fn find(tx: &mut Tx, id: &BurstId) -> sqlx::Result<Option<Burst>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, identity_id, state, messages, opened_at, due_at, hard_due_at,
                 requisition_id
             from burst where id = $1 and org_id is not null"
        )
        .bind(id),
        fetch_optional
    )
}

/// Closes the bursts whose time has come, the oldest first, and gives them back.
pub async fn close_due(tx: &mut Tx, limit: i64) -> sqlx::Result<Vec<BurstId>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_scalar(
            "update burst set state = 'closed', closed_at = $1, rung_at = $1
             where state = 'open' and org_id is not null and due_at <= $1 and id in (
                 select id from burst where state <> 'read' and state = 'open' and due_at <= $1
                 order by due_at limit $2)
             returning id"
        )
        .bind(now)
        .bind(limit),
        fetch_all
    )
}

/// Closes one burst now, as an explicit "done" or a press does.
pub async fn close_now(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
) -> sqlx::Result<Option<BurstId>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_scalar(
            "update burst set state = 'closed', closed_at = $3, rung_at = $3, due_at = $3
             where org_id = $1 and identity_id = $2 and state = 'open' returning id"
        )
        .bind(org)
        .bind(identity)
        .bind(now),
        fetch_optional
    )
}

/// When the next burst is due; none: no burst is open.
pub async fn next_due(tx: &mut Tx) -> sqlx::Result<Option<DateTime<Utc>>> {
    fetch!(
        tx,
        query_scalar(
            "select min(due_at) from burst
             where state <> 'read' and state = 'open' and org_id is not null"
        ),
        fetch_one
    )
}

/// The oldest burst of a sender that is closed and not read.
pub async fn oldest_closed(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
) -> sqlx::Result<Option<BurstId>> {
    fetch!(
        tx,
        query_scalar(
            "select id from burst where org_id = $1 and identity_id = $2 and state = 'closed'
             order by opened_at, id limit 1"
        )
        .bind(org)
        .bind(identity),
        fetch_optional
    )
}

/// True while a message of this person, by any of their identities, waits to be read.
pub async fn has_unread(tx: &mut Tx, org: &OrgId, identity: &IdentityId) -> sqlx::Result<bool> {
    let n: i64 = fetch!(
        tx,
        query_scalar(
            "select count(*) from burst b join identity i on i.id = b.identity_id
             where b.org_id = $1 and b.state in ('open', 'closed') and (i.id = $2
                 or i.person_id = (select person_id from identity where id = $2))"
        )
        .bind(org)
        .bind(identity),
        fetch_one
    )?;
    Ok(n > 0)
}

/// True when a burst of the sender newer than this one has been stored.
pub async fn has_newer(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
    than: &BurstId,
) -> sqlx::Result<bool> {
    let n: i64 = fetch!(
        tx,
        query_scalar(
            "select count(*) from burst where org_id = $1 and identity_id = $2
                 and state in ('open', 'closed') and id > $3"
        )
        .bind(org)
        .bind(identity)
        .bind(than),
        fetch_one
    )?;
    Ok(n > 0)
}

/// Notes the requisition that came of a burst by a press on its answer.
pub async fn became(
    tx: &mut Tx,
    org: &OrgId,
    id: &BurstId,
    requisition: &RequisitionId,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update burst set requisition_id = $3 where org_id = $1 and id = $2")
            .bind(org)
            .bind(id)
            .bind(requisition)
    )
}

/// Marks a closed burst as read; zero: somebody else has.
pub async fn read(
    tx: &mut Tx,
    org: &OrgId,
    id: &BurstId,
    requisition: Option<&RequisitionId>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update burst set state = 'read', read_at = $3, requisition_id = $4
             where org_id = $1 and id = $2 and state = 'closed'"
        )
        .bind(org)
        .bind(id)
        .bind(now)
        .bind(requisition)
    )
}
