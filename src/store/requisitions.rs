//! Requisitions, and the guarded moves from one state to the next. What they say stands beside them:
//! versions, lines, findings.
//!
//! **Invariant:** a version never changes once written; a change makes a new one.

mod findings;
mod lines;
mod versions;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{query, query_as};

pub use self::findings::{Finding, add_findings, answer_findings, findings, write_findings};
pub use self::lines::{Line, line_became, lines, lines_of_order_became, put_on_order, source_line};
pub use self::versions::{
    NewLine, NewVersion, Version, bursts_of, set_questions, version, versions, write_version,
};
use super::db::{Tx, execute, fetch};
use crate::domain::ids::{IdentityId, OrgId, PersonId, RequisitionId, SiteId};
use crate::domain::requisition::RequisitionState;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Requisition {
    pub id: RequisitionId,
    pub org_id: OrgId,
    pub number: i64,
    pub person_id: PersonId,
    pub identity_id: IdentityId,
    pub site_id: Option<SiteId>,
    pub needed_by: Option<String>,
    pub state: RequisitionState,
    pub version: i64,
    pub due_at: Option<DateTime<Utc>>,
    pub recalled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Requisition {
    /// The day by which it is needed, at the site.
    pub fn needed_on(&self) -> Option<NaiveDate> {
        self.needed_by.as_deref().and_then(|d| d.parse().ok())
    }
}

macro_rules! select_requisition {
    ($rest:literal) => {
        concat!(
            "select id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at
             from requisition ",
            $rest
        )
    };
}

macro_rules! returning_requisition {
    ($change:literal) => {
        concat!(
            $change,
            " returning id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at"
        )
    };
}

/// A requisition to be opened.
#[derive(Clone, Debug)]
pub struct NewRequisition<'a> {
    pub org: &'a OrgId,
    pub number: i64,
    pub person: &'a PersonId,
    pub identity: &'a IdentityId,
}

/// Opens an empty draft; its first version is written by [`write_version`].
pub async fn open(tx: &mut Tx, new: NewRequisition<'_>) -> sqlx::Result<Requisition> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(returning_requisition!(
            "insert into requisition (id, org_id, number, person_id, identity_id, state, version,
                 due_at, rings, created_at, updated_at)
             values ($1, $2, $3, $4, $5, 'draft', 0, $6, 0, $6, $6)"
        ))
        .bind(RequisitionId::new())
        .bind(new.org)
        .bind(new.number)
        .bind(new.person)
        .bind(new.identity)
        .bind(now),
        fetch_one
    )
}

/// A requisition of any organisation: the first look of a job, which has only an id.
pub async fn find(tx: &mut Tx, id: &RequisitionId) -> sqlx::Result<Option<Requisition>> {
    fetch!(
        tx,
        query_as(select_requisition!("where id = $1 and org_id is not null")).bind(id),
        fetch_optional
    )
}

/// Takes a requisition that is due in a state, and holds its row until the transaction ends: who
/// comes at the same time waits, and finds it no longer due. None: it is not due, or past that.
pub async fn take(
    tx: &mut Tx,
    id: &RequisitionId,
    state: RequisitionState,
) -> sqlx::Result<Option<Requisition>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(returning_requisition!(
            "update requisition set rung_at = $3
             where id = $1 and org_id is not null and state = $2 and due_at <= $3"
        ))
        .bind(id)
        .bind(state)
        .bind(now),
        fetch_optional
    )
}

/// Holds the row of a requisition until the transaction ends, and gives it as it is then.
pub async fn hold(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
) -> sqlx::Result<Option<Requisition>> {
    fetch!(
        tx,
        query_as(returning_requisition!(
            "update requisition set updated_at = updated_at where org_id = $1 and id = $2"
        ))
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

/// A requisition of this organisation.
pub async fn of_org(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
) -> sqlx::Result<Option<Requisition>> {
    Ok(find(tx, id).await?.filter(|r| r.org_id == *org))
}

/// A requisition by the number that people know it by.
pub async fn by_number(tx: &mut Tx, org: &OrgId, number: i64) -> sqlx::Result<Option<Requisition>> {
    fetch!(
        tx,
        query_as(select_requisition!("where org_id = $1 and number = $2"))
            .bind(org)
            .bind(number),
        fetch_optional
    )
}

/// The newest requisitions of an organisation before a number, for a page of the list.
pub async fn newest(
    tx: &mut Tx,
    org: &OrgId,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<Requisition>> {
    fetch!(
        tx,
        query_as(select_requisition!(
            "where org_id = $1 and number < $2 order by number desc limit $3"
        ))
        .bind(org)
        .bind(before)
        .bind(limit),
        fetch_all
    )
}

/// A person's requisitions that are not at an end, the newest first.
pub async fn unfinished_of(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
) -> sqlx::Result<Vec<Requisition>> {
    fetch!(
        tx,
        query_as(select_requisition!(
            "where org_id = $1 and person_id = $2
                 and state in ('draft', 'asking', 'to_confirm', 'to_approve', 'approved',
                     'ordering')
             order by created_at desc, id desc"
        ))
        .bind(org)
        .bind(person),
        fetch_all
    )
}

/// A person's last requests of any state, for "status" and "same again".
pub async fn last_of(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
    limit: i64,
) -> sqlx::Result<Vec<Requisition>> {
    fetch!(
        tx,
        query_as(select_requisition!(
            "where org_id = $1 and person_id = $2
             order by created_at desc, id desc limit $3"
        ))
        .bind(org)
        .bind(person)
        .bind(limit),
        fetch_all
    )
}

/// The last requests of a person or for a site that were ordered, for "the same again".
pub async fn ordered_of(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
    site: Option<&SiteId>,
    limit: i64,
) -> sqlx::Result<Vec<Requisition>> {
    fetch!(
        tx,
        query_as(select_requisition!(
            "where org_id = $1 and (person_id = $2 or site_id = $3)
                 and state in ('ordering', 'ordered', 'part_received', 'received', 'closed')
             order by created_at desc, id desc limit $4"
        ))
        .bind(org)
        .bind(person)
        .bind(site)
        .bind(limit),
        fetch_all
    )
}

/// A guarded move of a requisition from one state to the next.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    pub org: &'a OrgId,
    pub id: &'a RequisitionId,
    pub version: i64,
    pub from: RequisitionState,
    pub to: RequisitionState,
    /// When it is due for its next step of its own accord.
    pub due_at: Option<DateTime<Utc>>,
}

/// Zero: it is past that, or another version.
pub async fn move_on(tx: &mut Tx, step: Move<'_>) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update requisition set state = $5, due_at = $6, rung_at = null, rings = 0,
                 updated_at = $7
             where org_id = $1 and id = $2 and version = $3 and state = $4"
        )
        .bind(step.org)
        .bind(step.id)
        .bind(step.version)
        .bind(step.from)
        .bind(step.to)
        .bind(step.due_at)
        .bind(now)
    )
}

/// Notes that the requester was reminded of their draft.
pub async fn recalled(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    due_at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update requisition set recalled_at = $4, due_at = $5, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and version = $3 and recalled_at is null
                 and state in ('asking', 'to_confirm')"
        )
        .bind(org)
        .bind(id)
        .bind(version)
        .bind(now)
        .bind(due_at)
    )
}

/// Puts off the next step that an unconfirmed requisition takes of its own accord.
pub async fn postpone(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    due_at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update requisition set due_at = $4, recalled_at = null, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and version = $3 and state in ('asking', 'to_confirm')"
        )
        .bind(org)
        .bind(id)
        .bind(version)
        .bind(due_at)
    )
}

/// Nothing is due of its own accord while a confirmed requisition waits for people.
pub async fn waits(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update requisition set due_at = null, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and version = $3 and state = 'to_approve'"
        )
        .bind(org)
        .bind(id)
        .bind(version)
    )
}
