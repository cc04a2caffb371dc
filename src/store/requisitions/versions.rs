//! Versions of a requisition: what was asked for, as it was read once.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};

use super::Requisition;
use super::lines::Line;
use crate::domain::ids::{
    BurstId, IdentityId, ItemId, LineId, OrgId, PersonId, RequisitionId, SiteId,
};
use crate::domain::requisition::{LineState, Question, Source};
use crate::store::db::{Tx, execute, fetch};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    pub version: i64,
    pub burst_id: Option<BurstId>,
    pub questions: Json<Vec<Question>>,
    pub notes: Json<Vec<String>>,
    pub created_at: DateTime<Utc>,
}

/// What a new version says.
#[derive(Clone, Debug)]
pub struct NewVersion<'a> {
    pub burst: Option<&'a BurstId>,
    pub identity: &'a IdentityId,
    pub site: Option<&'a SiteId>,
    pub needed_by: Option<NaiveDate>,
    pub questions: Vec<Question>,
    pub notes: Vec<String>,
    pub lines: Vec<NewLine>,
}

#[derive(Clone, Debug)]
pub struct NewLine {
    pub state: LineState,
    pub words: String,
    pub spec: Option<String>,
    pub item: Option<ItemId>,
    /// Who said which item is meant; none: it was found by its words.
    pub item_by: Option<PersonId>,
    pub quantity: i64,
    pub unit: String,
    pub was: Option<i64>,
    pub spans: Vec<Source>,
}

impl NewLine {
    /// A line as it was, for the next version.
    pub fn again(line: Line) -> Self {
        let state = match line.state {
            LineState::FreeText => LineState::FreeText,
            LineState::Open
            | LineState::Ordered
            | LineState::Backordered
            | LineState::Substituted
            | LineState::PartReceived
            | LineState::Received
            | LineState::Refused
            | LineState::Cancelled
            | LineState::ShortClosed => LineState::Open,
        };
        Self {
            state,
            words: line.words,
            spec: line.spec,
            item: line.item_id,
            item_by: line.item_by,
            quantity: line.quantity,
            unit: line.unit,
            was: line.was,
            spans: line.spans.0,
        }
    }
}

/// Writes the next version and makes the requisition a draft that is due for checking.
/// None: it changed in between.
pub async fn write_version(
    tx: &mut Tx,
    requisition: &Requisition,
    new: NewVersion<'_>,
) -> sqlx::Result<Option<i64>> {
    let now = tx.now().await?;
    let version = requisition.version + 1;
    let moved = execute!(
        tx,
        query(
            "update requisition set version = $3, state = 'draft', due_at = $4, rung_at = null,
                 rings = 0, site_id = $5, needed_by = $6, identity_id = $7, recalled_at = null,
                 updated_at = $4
             where org_id = $1 and id = $2 and version = $8"
        )
        .bind(&requisition.org_id)
        .bind(&requisition.id)
        .bind(version)
        .bind(now)
        .bind(new.site)
        .bind(new.needed_by.map(|d| d.to_string()))
        .bind(new.identity)
        .bind(requisition.version)
    )?;
    if moved == 0 {
        return Ok(None);
    }
    execute!(
        tx,
        query(
            "insert into version (org_id, requisition_id, version, burst_id, questions, notes,
                 created_at)
             values ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(&requisition.org_id)
        .bind(&requisition.id)
        .bind(version)
        .bind(new.burst)
        .bind(Json(&new.questions))
        .bind(Json(&new.notes))
        .bind(now)
    )?;
    for (n, line) in (1_i64..).zip(&new.lines) {
        execute!(
            tx,
            query(
                "insert into line (id, org_id, requisition_id, version, position, state, words,
                     item_id, quantity, unit, was, spans, spec, item_by)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
            )
            .bind(LineId::new())
            .bind(&requisition.org_id)
            .bind(&requisition.id)
            .bind(version)
            .bind(n)
            .bind(line.state)
            .bind(&line.words)
            .bind(&line.item)
            .bind(line.quantity)
            .bind(&line.unit)
            .bind(line.was)
            .bind(Json(&line.spans))
            .bind(&line.spec)
            .bind(&line.item_by)
        )?;
    }
    Ok(Some(version))
}

pub async fn version(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
) -> sqlx::Result<Option<Version>> {
    fetch!(
        tx,
        query_as(
            "select version, burst_id, questions, notes, created_at from version
             where org_id = $1 and requisition_id = $2 and version = $3"
        )
        .bind(org)
        .bind(id)
        .bind(version),
        fetch_optional
    )
}

/// Every version of a requisition, the oldest first.
pub async fn versions(tx: &mut Tx, org: &OrgId, id: &RequisitionId) -> sqlx::Result<Vec<Version>> {
    fetch!(
        tx,
        query_as(
            "select version, burst_id, questions, notes, created_at from version
             where org_id = $1 and requisition_id = $2 order by version"
        )
        .bind(org)
        .bind(id),
        fetch_all
    )
}

/// Replaces the questions of a version that is being checked.
pub async fn set_questions(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    questions: &[Question],
) -> sqlx::Result<()> {
    execute!(
        tx,
        query(
            "update version set questions = $4
             where org_id = $1 and requisition_id = $2 and version = $3"
        )
        .bind(org)
        .bind(id)
        .bind(version)
        .bind(Json(questions))
    )?;
    Ok(())
}

/// The bursts that a requisition was made of, the oldest first.
pub async fn bursts_of(tx: &mut Tx, org: &OrgId, id: &RequisitionId) -> sqlx::Result<Vec<BurstId>> {
    fetch!(
        tx,
        query_scalar(
            "select id from burst where org_id = $1 and requisition_id = $2 order by opened_at, id"
        )
        .bind(org)
        .bind(id),
        fetch_all
    )
}
