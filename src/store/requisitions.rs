//! Requisitions, their versions and lines.
//!
//! **Invariant:** a version never changes once written; a change makes a new one.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{
    BurstId, IdentityId, ItemId, LineId, OrgId, PersonId, PurchaseOrderId, RequisitionId, SiteId,
    SupplierItemId,
};
use crate::domain::requisition::{LineState, Question, RequisitionState, Source};
use crate::domain::rules::{Outcome, Severity, Verdict};

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

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    pub id: LineId,
    pub org_id: OrgId,
    pub requisition_id: RequisitionId,
    pub version: i64,
    pub position: i64,
    pub state: LineState,
    pub words: String,
    pub spec: Option<String>,
    pub item_id: Option<ItemId>,
    /// Who said which item is meant; none: it was found by its words.
    pub item_by: Option<PersonId>,
    pub quantity: i64,
    pub unit: String,
    pub was: Option<i64>,
    pub spans: Json<Vec<Source>>,
    pub supplier_item_id: Option<SupplierItemId>,
    pub unit_price: Option<i64>,
    pub purchase_order_id: Option<PurchaseOrderId>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    pub version: i64,
    pub burst_id: Option<BurstId>,
    pub questions: Json<Vec<Question>>,
    pub notes: Json<Vec<String>>,
    pub created_at: DateTime<Utc>,
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
        query_as(
            "insert into requisition (id, org_id, number, person_id, identity_id, state, version,
                 due_at, rings, created_at, updated_at)
             values ($1, $2, $3, $4, $5, 'draft', 0, $6, 0, $6, $6)
             returning id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at"
        )
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
        query_as(
            "select id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at
             from requisition where id = $1 and org_id is not null"
        )
        .bind(id),
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
        query_as(
            "update requisition set rung_at = $3
             where id = $1 and org_id is not null and state = $2 and due_at <= $3
             returning id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at"
        )
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
        query_as(
            "update requisition set updated_at = updated_at where org_id = $1 and id = $2
             returning id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at"
        )
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
        query_as(
            "select id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at
             from requisition where org_id = $1 and number = $2"
        )
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
        query_as(
            "select id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at
             from requisition where org_id = $1 and number < $2 order by number desc limit $3"
        )
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
        query_as(
            "select id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at
             from requisition where org_id = $1 and person_id = $2
                 and state in ('draft', 'asking', 'to_confirm', 'to_approve', 'approved',
                     'ordering')
             order by created_at desc, id desc"
        )
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
        query_as(
            "select id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at
             from requisition where org_id = $1 and person_id = $2
             order by created_at desc, id desc limit $3"
        )
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
        query_as(
            "select id, org_id, number, person_id, identity_id, site_id, needed_by, state,
                 version, due_at, recalled_at, created_at, updated_at
             from requisition where org_id = $1 and (person_id = $2 or site_id = $3)
                 and state in ('ordering', 'ordered', 'part_received', 'received', 'closed')
             order by created_at desc, id desc limit $4"
        )
        .bind(org)
        .bind(person)
        .bind(site)
        .bind(limit),
        fetch_all
    )
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

pub async fn lines(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
) -> sqlx::Result<Vec<Line>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, requisition_id, version, position, state, words, spec, item_id,
                 item_by, quantity, unit, was, spans, supplier_item_id, unit_price, purchase_order_id
             from line where org_id = $1 and requisition_id = $2 and version = $3
             order by position"
        )
        .bind(org)
        .bind(id)
        .bind(version),
        fetch_all
    )
}

/// Gives a line its supplier and price.
pub async fn source_line(
    tx: &mut Tx,
    org: &OrgId,
    id: &LineId,
    offer: Option<&SupplierItemId>,
    price: Option<i64>,
) -> sqlx::Result<()> {
    execute!(
        tx,
        query(
            "update line set supplier_item_id = $3, unit_price = $4 where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id)
        .bind(offer)
        .bind(price)
    )?;
    Ok(())
}

/// Puts a line on a purchase order.
pub async fn put_on_order(
    tx: &mut Tx,
    org: &OrgId,
    id: &LineId,
    order: &PurchaseOrderId,
) -> sqlx::Result<()> {
    execute!(
        tx,
        query("update line set purchase_order_id = $3 where org_id = $1 and id = $2")
            .bind(org)
            .bind(id)
            .bind(order)
    )?;
    Ok(())
}

/// Moves one line from a state to another; zero: it is past that.
pub async fn line_became(
    tx: &mut Tx,
    org: &OrgId,
    id: &LineId,
    from: LineState,
    to: LineState,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update line set state = $4 where org_id = $1 and id = $2 and state = $3")
            .bind(org)
            .bind(id)
            .bind(from)
            .bind(to)
    )
}

/// Moves the open lines of an order to a state.
pub async fn lines_of_order_became(
    tx: &mut Tx,
    org: &OrgId,
    order: &PurchaseOrderId,
    state: LineState,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update line set state = $3
             where org_id = $1 and purchase_order_id = $2 and state in ('open', 'free_text')"
        )
        .bind(org)
        .bind(order)
        .bind(state)
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

/// Writes the verdicts of one version.
pub async fn write_findings(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    verdicts: &[Verdict],
) -> sqlx::Result<()> {
    execute!(
        tx,
        query(
            "delete from finding where org_id = $1 and requisition_id = $2 and version = $3
                 and answered_at is null"
        )
        .bind(org)
        .bind(id)
        .bind(version)
    )?;
    add_findings(tx, org, id, version, verdicts).await
}

/// Adds verdicts to those of a version.
pub async fn add_findings(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    verdicts: &[Verdict],
) -> sqlx::Result<()> {
    let now = tx.now().await?;
    for verdict in verdicts {
        let mut inputs = verdict.inputs.clone();
        if let (Value::Object(map), Some(line)) = (&mut inputs, verdict.line) {
            map.insert("line".to_owned(), Value::from(line));
        }
        execute!(
            tx,
            query(
                "insert into finding (id, org_id, requisition_id, version, rule, rule_version,
                     severity, verdict, shadow, text, inputs, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            )
            .bind(uuid::Uuid::now_v7().simple().to_string())
            .bind(org)
            .bind(id)
            .bind(version)
            .bind(verdict.rule.id)
            .bind(verdict.rule.version)
            .bind(verdict.rule.severity)
            .bind(verdict.outcome)
            .bind(false)
            .bind(&verdict.text)
            .bind(Json(&inputs))
            .bind(now)
        )?;
    }
    Ok(())
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Finding {
    pub version: i64,
    pub rule: String,
    pub rule_version: i64,
    pub severity: Severity,
    pub verdict: Outcome,
    pub text: String,
    pub inputs: Json<Value>,
    pub answered_at: Option<DateTime<Utc>>,
}

pub async fn findings(tx: &mut Tx, org: &OrgId, id: &RequisitionId) -> sqlx::Result<Vec<Finding>> {
    fetch!(
        tx,
        query_as(
            "select version, rule, rule_version, severity, verdict, text, inputs, answered_at
             from finding where org_id = $1 and requisition_id = $2 order by created_at, id"
        )
        .bind(org)
        .bind(id),
        fetch_all
    )
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

/// Notes that the requester has answered what a rule asked of a line, in words that apply to a
/// version on.
pub async fn answer_findings(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    rule: &str,
    line: Option<i64>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let open: Vec<(String, Json<Value>)> = fetch!(
        tx,
        query_as(
            "select id, inputs from finding where org_id = $1 and requisition_id = $2
                 and version = $3 and rule = $4 and verdict = 'fired' and answered_at is null"
        )
        .bind(org)
        .bind(id)
        .bind(version)
        .bind(rule),
        fetch_all
    )?;
    let mut answered = 0;
    for (finding, inputs) in open {
        if line.is_some() && inputs["line"].as_i64() != line {
            continue;
        }
        answered += execute!(
            tx,
            query("update finding set answered_at = $3 where org_id = $1 and id = $2")
                .bind(org)
                .bind(finding)
                .bind(now)
        )?;
    }
    Ok(answered)
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
