//! The language model: what it was asked, and the tokens that cost.
//!
//! **Invariant:** a question is claimed before it is asked, so that no two ask it at once and none asks
//! it for ever; what it may cost is booked before, what it did cost after.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::{query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{OrgId, PersonId, RequisitionId};

/// What a question is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub org: &'a OrgId,
    /// `burst`, or `requisition` for a version of one.
    pub kind: &'a str,
    pub id: &'a str,
}

/// A question that was asked at least once.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Question {
    pub asked: i64,
    pub until: Option<DateTime<Utc>>,
    pub sealed_answer: Option<String>,
}

pub async fn question(tx: &mut Tx, subject: Subject<'_>) -> sqlx::Result<Option<Question>> {
    fetch!(
        tx,
        query_as(
            "select asked, until, sealed_answer from model_question
             where org_id = $1 and subject = $2 and subject_id = $3"
        )
        .bind(subject.org)
        .bind(subject.kind)
        .bind(subject.id),
        fetch_optional
    )
}

/// How often a request was asked about beside this subject: its bursts and its versions.
pub async fn asked_beside(
    tx: &mut Tx,
    subject: Subject<'_>,
    requisition: &RequisitionId,
) -> sqlx::Result<i64> {
    fetch!(
        tx,
        query_scalar(
            "select cast(coalesce(sum(asked), 0) as bigint) from model_question
             where org_id = $1 and not (subject = $3 and subject_id = $4)
                 and (subject = 'requisition' and subject_id like $5
                     or subject = 'burst' and subject_id in
                         (select id from burst where org_id = $1 and requisition_id = $2))"
        )
        .bind(subject.org)
        .bind(requisition)
        .bind(subject.kind)
        .bind(subject.id)
        .bind(format!("{requisition}/%")),
        fetch_one
    )
}

/// Claims a question for a while; zero: somebody asks it now, or it was asked often enough.
pub async fn claim(
    tx: &mut Tx,
    subject: Subject<'_>,
    most: i64,
    length: TimeDelta,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into model_question (org_id, subject, subject_id, asked, until)
             values ($1, $2, $3, 1, $5)
             on conflict (org_id, subject, subject_id) do update set
                 asked = model_question.asked + 1, until = excluded.until
             where model_question.asked < $4 and model_question.sealed_answer is null
                 and (model_question.until is null or model_question.until <= $6)"
        )
        .bind(subject.org)
        .bind(subject.kind)
        .bind(subject.id)
        .bind(most)
        .bind(now + length)
        .bind(now)
    )
}

/// Keeps what came of a question, and lets it go.
pub async fn answered(
    tx: &mut Tx,
    subject: Subject<'_>,
    sealed_answer: Option<&str>,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update model_question set until = null, sealed_answer = $4
             where org_id = $1 and subject = $2 and subject_id = $3"
        )
        .bind(subject.org)
        .bind(subject.kind)
        .bind(subject.id)
        .bind(sealed_answer)
    )
}

/// What is booked on one person and day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Booking {
    pub calls: i64,
    pub failed: i64,
    pub prompt: i64,
    pub completion: i64,
}

/// Adds to what a person spent on a day; a correction may be negative.
pub async fn book(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
    day: NaiveDate,
    booking: Booking,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "insert into model_spend
                 (org_id, person_id, day, calls, failed, prompt_tokens, completion_tokens)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (org_id, person_id, day) do update set
                 calls = model_spend.calls + excluded.calls,
                 failed = model_spend.failed + excluded.failed,
                 prompt_tokens = model_spend.prompt_tokens + excluded.prompt_tokens,
                 completion_tokens = model_spend.completion_tokens + excluded.completion_tokens"
        )
        .bind(org)
        .bind(person)
        .bind(day.to_string())
        .bind(booking.calls)
        .bind(booking.failed)
        .bind(booking.prompt)
        .bind(booking.completion)
    )
}

/// Tokens of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Spent {
    pub person: i64,
    pub org: i64,
}

/// What a person and all of the organisation spent on a day.
pub async fn spent(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
    day: NaiveDate,
) -> sqlx::Result<Spent> {
    fetch!(
        tx,
        query_as(
            "select cast(coalesce(sum(case when person_id = $2
                     then prompt_tokens + completion_tokens else 0 end), 0) as bigint) as person,
                 cast(coalesce(sum(prompt_tokens + completion_tokens), 0) as bigint) as org
             from model_spend where org_id = $1 and day = $3"
        )
        .bind(org)
        .bind(person)
        .bind(day.to_string()),
        fetch_one
    )
}

/// One day of an organisation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Day {
    pub day: String,
    pub calls: i64,
    pub failed: i64,
    pub prompt_tokens: i64,
    pub completion_tokens: i64,
}

/// The last days on which an organisation asked, the newest first.
pub async fn days(tx: &mut Tx, org: &OrgId, limit: i64) -> sqlx::Result<Vec<Day>> {
    fetch!(
        tx,
        query_as(
            "select day, cast(sum(calls) as bigint) as calls, cast(sum(failed) as bigint) as failed,
                 cast(sum(prompt_tokens) as bigint) as prompt_tokens,
                 cast(sum(completion_tokens) as bigint) as completion_tokens
             from model_spend where org_id = $1 group by day order by day desc limit $2"
        )
        .bind(org)
        .bind(limit),
        fetch_all
    )
}

/// One person on one day.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Spender {
    pub name: String,
    pub calls: i64,
    pub tokens: i64,
}

/// Who spent most on a day.
pub async fn spenders(
    tx: &mut Tx,
    org: &OrgId,
    day: NaiveDate,
    limit: i64,
) -> sqlx::Result<Vec<Spender>> {
    fetch!(
        tx,
        query_as(
            "select p.name, s.calls, s.prompt_tokens + s.completion_tokens as tokens
             from model_spend s join person p on p.id = s.person_id
             where s.org_id = $1 and s.day = $2 order by tokens desc, p.name limit $3"
        )
        .bind(org)
        .bind(day.to_string())
        .bind(limit),
        fetch_all
    )
}
