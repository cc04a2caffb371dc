//! Cards: decisions that wait for a person.

use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{CardId, OrgId, PersonId, RequisitionId};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Card {
    pub id: CardId,
    pub org_id: OrgId,
    pub kind: String,
    pub subject: String,
    pub subject_id: String,
    pub requisition_id: Option<RequisitionId>,
    pub text: String,
    pub state: String,
    pub created_at: DateTime<Utc>,
    pub done_at: Option<DateTime<Utc>>,
    pub done_by: Option<PersonId>,
    pub answer: Option<String>,
}

/// A card to be laid.
#[derive(Clone, Debug)]
pub struct NewCard<'a> {
    pub org: &'a OrgId,
    /// `order_unknown`, `approval`, `late_message`, `free_text`, `erp`, `sign_in` …
    pub kind: &'a str,
    pub subject: &'a str,
    pub subject_id: &'a str,
    pub requisition: Option<&'a RequisitionId>,
    pub text: &'a str,
}

/// Lays a card; the same kind about the same thing is laid once and opened again.
pub async fn lay(tx: &mut Tx, card: NewCard<'_>) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into card (id, org_id, kind, subject, subject_id, requisition_id, text, state,
                 created_at)
             values ($1, $2, $3, $4, $5, $6, $7, 'open', $8)
             on conflict (org_id, kind, subject_id) do update set text = excluded.text,
                 state = 'open', done_at = null, done_by = null, answer = null"
        )
        .bind(CardId::new())
        .bind(card.org)
        .bind(card.kind)
        .bind(card.subject)
        .bind(card.subject_id)
        .bind(card.requisition)
        .bind(card.text)
        .bind(now)
    )?;
    Ok(())
}

/// Closes the cards about a thing, of one kind, with the answer; zero: none was open.
pub async fn done(
    tx: &mut Tx,
    org: &OrgId,
    kind: &str,
    subject_id: &str,
    answer: &str,
    by: Option<&PersonId>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update card set state = 'done', done_at = $5, done_by = $6, answer = $4
             where org_id = $1 and kind = $2 and subject_id = $3 and state = 'open'"
        )
        .bind(org)
        .bind(kind)
        .bind(subject_id)
        .bind(answer)
        .bind(now)
        .bind(by)
    )
}

pub async fn open(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Card>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, kind, subject, subject_id, requisition_id, text, state, created_at,
                 done_at, done_by, answer
             from card where org_id = $1 and state = 'open' order by created_at"
        )
        .bind(org),
        fetch_all
    )
}

/// How many wait for a person.
pub async fn count_open(tx: &mut Tx, org: &OrgId) -> sqlx::Result<i64> {
    fetch!(
        tx,
        query_scalar("select count(*) from card where org_id = $1 and state = 'open'").bind(org),
        fetch_one
    )
}

/// Every card about a requisition, the oldest first.
pub async fn of_requisition(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
) -> sqlx::Result<Vec<Card>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, kind, subject, subject_id, requisition_id, text, state, created_at,
                 done_at, done_by, answer
             from card where org_id = $1 and requisition_id = $2 order by created_at"
        )
        .bind(org)
        .bind(id),
        fetch_all
    )
}

pub async fn find(tx: &mut Tx, org: &OrgId, id: &CardId) -> sqlx::Result<Option<Card>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, kind, subject, subject_id, requisition_id, text, state, created_at,
                 done_at, done_by, answer
             from card where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

/// Who has said what about the open cards of an organisation, by card.
pub async fn votes(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<(CardId, PersonId, String)>> {
    fetch!(
        tx,
        query_as(
            "select v.card_id, v.person_id, v.answer from vote v join card c on c.id = v.card_id
             where v.org_id = $1 and c.state = 'open' order by v.at"
        )
        .bind(org),
        fetch_all
    )
}

/// Notes that a person wants this answer, and gives the number of people who do.
pub async fn vote(
    tx: &mut Tx,
    org: &OrgId,
    card: &CardId,
    person: &PersonId,
    answer: &str,
) -> sqlx::Result<i64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into vote (org_id, card_id, person_id, answer, at) values ($1, $2, $3, $4, $5)
             on conflict (card_id, person_id, answer) do nothing"
        )
        .bind(org)
        .bind(card)
        .bind(person)
        .bind(answer)
        .bind(now)
    )?;
    fetch!(
        tx,
        query_scalar(
            "select count(distinct person_id) from vote
             where org_id = $1 and card_id = $2 and answer = $3"
        )
        .bind(org)
        .bind(card)
        .bind(answer),
        fetch_one
    )
}
