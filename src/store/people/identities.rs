//! Identities: the ways to reach a person, and when they last wrote from there.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, query, query_as};

use crate::domain::ids::{IdentityId, OrgId, PersonId};
use crate::domain::message::IdentityKind;
use crate::store::db::{Tx, execute, fetch};
use crate::store::rows::{MOST_ROWS, bind_rows, parameters};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Identity {
    pub id: IdentityId,
    pub org_id: OrgId,
    pub person_id: Option<PersonId>,
    pub channel: String,
    pub kind: IdentityKind,
    pub key: String,
    pub sealed_address: String,
    pub number_id: String,
    pub window_until: Option<DateTime<Utc>>,
    pub greeted_at: Option<DateTime<Utc>>,
    /// The code of the language of what was last written from here.
    pub language: Option<String>,
}

macro_rules! select_identity {
    ($rest:literal) => {
        concat!(
            "select id, org_id, person_id, channel, kind, key, sealed_address, number_id,
                 window_until, greeted_at, language
             from identity ",
            $rest
        )
    };
}

pub async fn identity(tx: &mut Tx, org: &OrgId, id: &IdentityId) -> sqlx::Result<Option<Identity>> {
    fetch!(
        tx,
        query_as(select_identity!("where org_id = $1 and id = $2"))
            .bind(org)
            .bind(id),
        fetch_optional
    )
}

pub async fn identity_by_key(
    tx: &mut Tx,
    org: &OrgId,
    channel: &str,
    key: &str,
) -> sqlx::Result<Option<Identity>> {
    fetch!(
        tx,
        query_as(select_identity!(
            "where org_id = $1 and channel = $2 and key = $3"
        ))
        .bind(org)
        .bind(channel)
        .bind(key),
        fetch_optional
    )
}

/// Every way to reach a person, the one they wrote by last first.
pub async fn identities(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
) -> sqlx::Result<Vec<Identity>> {
    fetch!(
        tx,
        query_as(select_identity!(
            "where org_id = $1 and person_id = $2
             order by case when window_until is null then 1 else 0 end, window_until desc, id"
        ))
        .bind(org)
        .bind(person),
        fetch_all
    )
}

/// Adds a way to reach somebody, or gives the known one its person and its number.
pub async fn save_identity(tx: &mut Tx, identity: &Identity) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into identity (id, org_id, person_id, channel, kind, key, sealed_address,
                 number_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (org_id, channel, key) do update set
                 person_id = coalesce(excluded.person_id, identity.person_id)"
        )
        .bind(&identity.id)
        .bind(&identity.org_id)
        .bind(&identity.person_id)
        .bind(&identity.channel)
        .bind(identity.kind)
        .bind(&identity.key)
        .bind(&identity.sealed_address)
        .bind(&identity.number_id)
        .bind(now)
    )?;
    Ok(())
}

/// Takes a way to reach somebody from its person: who writes from there is unknown again.
pub async fn detach_identity(tx: &mut Tx, org: &OrgId, id: &IdentityId) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update identity set person_id = null where org_id = $1 and id = $2")
            .bind(org)
            .bind(id)
    )
}

/// Gives everybody whose number of ours is gone, or was never known, this one.
pub async fn renumber(
    tx: &mut Tx,
    org: &OrgId,
    channel: &str,
    number_id: &str,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update identity set number_id = $3 where org_id = $1 and channel = $2
                 and number_id not in (select number_id from channel_number
                     where org_id = $1 and channel = $2)"
        )
        .bind(org)
        .bind(channel)
        .bind(number_id)
    )
}

/// A sender who wrote: the number they wrote to, and the end of their 24 hours.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    pub org: &'a OrgId,
    pub identity: &'a IdentityId,
    pub number_id: &'a str,
    pub window_until: DateTime<Utc>,
}

/// Notes of each sender, named once, that they wrote. The end of their 24 hours only moves on.
pub async fn heard(tx: &mut Tx, heard: &[Heard<'_>]) -> sqlx::Result<()> {
    for some in heard.chunks(MOST_ROWS) {
        let sql = format!(
            "with heard (org_id, id, number_id, window_until) as (values {})
             update identity set number_id = heard.number_id, window_until =
                 case when identity.window_until > heard.window_until then identity.window_until
                     else heard.window_until end
             from heard where identity.org_id = heard.org_id and identity.id = heard.id",
            parameters(some.len(), 4)
        );
        execute!(
            tx,
            bind_rows!(query(AssertSqlSafe(sql.clone())), some, |q, one| q
                .bind(one.org)
                .bind(one.identity)
                .bind(one.number_id)
                .bind(one.window_until))
        )?;
    }
    Ok(())
}

/// Notes the language of what was written from here.
pub async fn spoke(tx: &mut Tx, org: &OrgId, id: &IdentityId, language: &str) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update identity set language = $3
             where org_id = $1 and id = $2 and (language is null or language <> $3)"
        )
        .bind(org)
        .bind(id)
        .bind(language)
    )
}

/// Notes that a stranger was greeted. Zero: they already were within `since`.
pub async fn greeted(
    tx: &mut Tx,
    org: &OrgId,
    id: &IdentityId,
    since: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update identity set greeted_at = $3
             where org_id = $1 and id = $2 and (greeted_at is null or greeted_at < $4)"
        )
        .bind(org)
        .bind(id)
        .bind(now)
        .bind(since)
    )
}
