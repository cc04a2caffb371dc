//! Work that is not finished, lane by lane, for the console's page of jobs.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::query_as;

use super::db::{Tx, fetch};
use crate::domain::ids::OrgId;

/// Most rows of one kind that are shown.
const LIMIT: i64 = 50;
/// Hours for which a message that was not sent is shown.
const FAILED_HOURS: i64 = 48;

/// A row that waits for its job.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    pub id: String,
    pub state: String,
    /// The number of the requisition it belongs to.
    pub requisition: Option<i64>,
    /// Whose it is, or what.
    pub label: String,
    pub since: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub rung_at: Option<DateTime<Utc>>,
    pub rings: i64,
    pub attempts: i64,
    pub error: Option<String>,
}

/// Bursts that are still open or wait to be read.
pub async fn bursts(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Waiting>> {
    fetch!(
        tx,
        query_as(
            "select b.id, b.state, r.number as requisition,
                 coalesce(p.name, 'a sender nobody knows') as label, b.opened_at as since,
                 b.due_at, b.rung_at, b.rings, b.messages as attempts, cast(null as text) as error
             from burst b join identity i on i.id = b.identity_id
             left join person p on p.id = i.person_id
             left join requisition r on r.id = b.requisition_id
             where b.org_id = $1 and b.state in ('open', 'closed') order by b.due_at limit $2"
        )
        .bind(org)
        .bind(LIMIT),
        fetch_all
    )
}

/// Presses that nobody has answered.
pub async fn presses(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Waiting>> {
    fetch!(
        tx,
        query_as(
            "select m.id, m.state, cast(null as bigint) as requisition,
                 coalesce(p.name, 'a sender nobody knows') as label, m.arrived_at as since,
                 m.due_at, m.rung_at, m.rings, cast(0 as bigint) as attempts,
                 cast(null as text) as error
             from message m join identity i on i.id = m.identity_id
             left join person p on p.id = i.person_id
             where m.org_id = $1 and m.due_at is not null order by m.due_at limit $2"
        )
        .bind(org)
        .bind(LIMIT),
        fetch_all
    )
}

/// Requisitions whose next step is a job: those to be checked or routed, and clocks that have run out.
pub async fn requisitions(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Waiting>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(
            "select r.id, r.state, r.number as requisition, p.name as label,
                 r.updated_at as since, r.due_at, r.rung_at, r.rings,
                 cast(0 as bigint) as attempts, cast(null as text) as error
             from requisition r join person p on p.id = r.person_id
             where r.org_id = $1 and r.due_at is not null
                 and (r.state in ('draft', 'to_approve') or r.due_at <= $3)
             order by r.due_at limit $2"
        )
        .bind(org)
        .bind(LIMIT)
        .bind(now),
        fetch_all
    )
}

/// Messages of ours that the provider has not taken yet.
pub async fn outgoing(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Waiting>> {
    fetch!(
        tx,
        query_as(
            "select o.id, o.state, r.number as requisition,
                 coalesce(p.name, 'a sender nobody knows') as label, o.created_at as since,
                 o.due_at, o.rung_at, o.rings, o.attempts, o.error
             from outgoing o join identity i on i.id = o.identity_id
             left join person p on p.id = i.person_id
             left join requisition r on r.id = o.requisition_id
             where o.org_id = $1 and o.due_at is not null order by o.due_at limit $2"
        )
        .bind(org)
        .bind(LIMIT),
        fetch_all
    )
}

/// Messages of ours of the last two days that could not be sent, the newest first.
pub async fn unsent(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Waiting>> {
    // Ids begin with their time of making, in milliseconds: so this needs no index of its own.
    let since = (tx.now().await? - TimeDelta::hours(FAILED_HOURS)).timestamp_millis();
    fetch!(
        tx,
        query_as(
            "select o.id, o.state, r.number as requisition,
                 coalesce(p.name, 'a sender nobody knows') as label, o.created_at as since,
                 o.due_at, o.rung_at, o.rings, o.attempts, o.error
             from outgoing o join identity i on i.id = o.identity_id
             left join person p on p.id = i.person_id
             left join requisition r on r.id = o.requisition_id
             where o.org_id = $1 and o.id >= $3 and o.state = 'failed' and o.kind <> 'seen'
             order by o.id desc limit $2"
        )
        .bind(org)
        .bind(LIMIT)
        .bind(format!("{since:012x}")),
        fetch_all
    )
}

/// Documents that the ERP does not have yet: due ones, and those a card tells of.
pub async fn syncs(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Waiting>> {
    fetch!(
        tx,
        query_as(
            "select s.id, s.state, r.number as requisition, o.number as label,
                 s.created_at as since, s.due_at, s.rung_at, s.rings, s.attempts, s.error
             from sync s join purchase_order o on o.id = s.purchase_order_id
             join requisition r on r.id = o.requisition_id
             where s.org_id = $1 and (s.due_at is not null or s.id in (select c.subject_id
                 from card c where c.org_id = $1 and c.state = 'open' and c.subject = 'sync'))
             order by s.created_at limit $2"
        )
        .bind(org)
        .bind(LIMIT),
        fetch_all
    )
}
