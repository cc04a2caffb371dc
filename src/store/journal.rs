//! The journal: every change of state, with its epoch, before anybody relies on it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{OrgId, PersonId, RequisitionId};

/// One line of the journal.
#[derive(Clone, Debug)]
pub struct Note<'a> {
    pub org: &'a OrgId,
    /// `requisition`, `purchase_order`, `approval`, `sync`, `card`.
    pub subject: &'a str,
    pub subject_id: &'a str,
    pub epoch: i64,
    pub event: &'a str,
    pub was: Option<&'a str>,
    pub became: Option<&'a str>,
    pub detail: Value,
    pub person: Option<&'a PersonId>,
}

pub async fn write(tx: &mut Tx, note: Note<'_>) -> sqlx::Result<()> {
    let now = tx.now().await?;
    let id = uuid::Uuid::now_v7().simple().to_string();
    execute!(
        tx,
        query(
            "insert into journal (id, org_id, subject, subject_id, epoch, event, was, became,
                 detail, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        )
        .bind(&id)
        .bind(note.org)
        .bind(note.subject)
        .bind(note.subject_id)
        .bind(note.epoch)
        .bind(note.event)
        .bind(note.was)
        .bind(note.became)
        .bind(Json(&note.detail))
        .bind(note.person)
        .bind(now)
    )?;
    Ok(())
}

/// The last things that happened to one subject, the newest first.
pub async fn last_of(
    tx: &mut Tx,
    org: &OrgId,
    subject_id: &str,
    limit: i64,
) -> sqlx::Result<Vec<Entry>> {
    fetch!(
        tx,
        query_as(
            "select subject, subject_id, epoch, event, was, became, detail, person_id, at
             from journal where org_id = $1 and subject_id = $2 order by at desc, id desc limit $3"
        )
        .bind(org)
        .bind(subject_id)
        .bind(limit),
        fetch_all
    )
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    pub subject: String,
    pub subject_id: String,
    pub epoch: i64,
    pub event: String,
    pub was: Option<String>,
    pub became: Option<String>,
    pub detail: Json<Value>,
    pub person_id: Option<PersonId>,
    pub at: DateTime<Utc>,
}

/// All that happened to a requisition, its purchase orders, approvals and documents, in order.
pub async fn of_requisition(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
) -> sqlx::Result<Vec<Entry>> {
    fetch!(
        tx,
        query_as(
            "select subject, subject_id, epoch, event, was, became, detail, person_id, at
             from journal where org_id = $1 and (subject_id = $2
                 or subject_id in (select id from purchase_order
                     where org_id = $1 and requisition_id = $2)
                 or subject_id in (select id from approval
                     where org_id = $1 and requisition_id = $2)
                 or subject_id in (select s.id from sync s
                     join purchase_order p on p.id = s.purchase_order_id
                     where s.org_id = $1 and p.requisition_id = $2))
             order by at, id"
        )
        .bind(org)
        .bind(id),
        fetch_all
    )
}
