//! What people call the items: the organisation's own words, and those that their answers taught.
//!
//! **Invariant:** a name that was taken back stays taken back until a person says otherwise.

use chrono::{DateTime, Utc};
use sqlx::{query, query_as};

use super::catalogue;
use super::db::{Tx, execute, fetch};
use crate::domain::catalogue::Source;
use crate::domain::ids::{AliasId, ItemId, OrgId, PersonId, RequisitionId};

/// A name as the console shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Alias {
    pub id: AliasId,
    pub words: String,
    pub item_id: ItemId,
    pub code: String,
    pub name: String,
    pub source: Source,
    pub created_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_by: Option<PersonId>,
}

/// Every name, those in use first, by their words.
pub async fn all(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Alias>> {
    fetch!(
        tx,
        query_as(
            "select a.id, a.words, a.item_id, i.code, i.name, a.source, a.created_at, a.revoked_at,
                 a.revoked_by
             from alias a join item i on i.id = a.item_id where a.org_id = $1
             order by case when a.revoked_at is null then 0 else 1 end, a.key, i.code"
        )
        .bind(org),
        fetch_all
    )
}

pub async fn find(tx: &mut Tx, org: &OrgId, id: &AliasId) -> sqlx::Result<Option<Alias>> {
    fetch!(
        tx,
        query_as(
            "select a.id, a.words, a.item_id, i.code, i.name, a.source, a.created_at, a.revoked_at,
                 a.revoked_by
             from alias a join item i on i.id = a.item_id where a.org_id = $1 and a.id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

/// The names in use: item, words, and where each comes from.
pub async fn in_use(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<(ItemId, String, Source)>> {
    fetch!(
        tx,
        query_as(
            "select item_id, words, source from alias
             where org_id = $1 and revoked_at is null order by created_at, id"
        )
        .bind(org),
        fetch_all
    )
}

/// A name to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewAlias<'a> {
    pub org: &'a OrgId,
    pub words: &'a str,
    /// The words in their one form.
    pub key: &'a str,
    pub item: &'a ItemId,
}

/// Keeps what the organisation itself says, also where it was taken back before.
pub async fn import(tx: &mut Tx, new: NewAlias<'_>) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into alias (id, org_id, words, key, item_id, source, created_at)
             values ($1, $2, $3, $4, $5, 'imported', $6)
             on conflict (org_id, key, item_id) do update set words = excluded.words,
                 source = 'imported', revoked_at = null, revoked_by = null"
        )
        .bind(AliasId::new())
        .bind(new.org)
        .bind(new.words)
        .bind(new.key)
        .bind(new.item)
        .bind(now)
    )?;
    catalogue::changed(tx, new.org).await
}

/// Keeps what answers taught; zero: it is known, or was taken back.
pub async fn learn(tx: &mut Tx, new: NewAlias<'_>) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let learned = execute!(
        tx,
        query(
            "insert into alias (id, org_id, words, key, item_id, source, created_at)
             values ($1, $2, $3, $4, $5, 'learned', $6)
             on conflict (org_id, key, item_id) do nothing"
        )
        .bind(AliasId::new())
        .bind(new.org)
        .bind(new.words)
        .bind(new.key)
        .bind(new.item)
        .bind(now)
    )?;
    if learned == 1 {
        catalogue::changed(tx, new.org).await?;
    }
    Ok(learned)
}

/// Takes a name back; zero: it was before.
pub async fn revoke(tx: &mut Tx, org: &OrgId, id: &AliasId, by: &PersonId) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let revoked = execute!(
        tx,
        query(
            "update alias set revoked_at = $3, revoked_by = $4
             where org_id = $1 and id = $2 and revoked_at is null"
        )
        .bind(org)
        .bind(id)
        .bind(now)
        .bind(by)
    )?;
    catalogue::changed(tx, org).await?;
    Ok(revoked)
}

/// Uses a name again that was taken back; zero: it is in use.
pub async fn restore(tx: &mut Tx, org: &OrgId, id: &AliasId) -> sqlx::Result<u64> {
    let restored = execute!(
        tx,
        query(
            "update alias set revoked_at = null, revoked_by = null
             where org_id = $1 and id = $2 and revoked_at is not null"
        )
        .bind(org)
        .bind(id)
    )?;
    catalogue::changed(tx, org).await?;
    Ok(restored)
}

/// One confirmed saying of what some words mean.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Voice {
    pub item_id: ItemId,
    pub person_id: PersonId,
    pub requisition_id: RequisitionId,
    pub at: DateTime<Utc>,
}

/// Notes that somebody meant an item by these words; once for a requisition.
pub async fn hear(
    tx: &mut Tx,
    new: NewAlias<'_>,
    requisition: &RequisitionId,
    person: &PersonId,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into alias_voice (org_id, key, item_id, requisition_id, words, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (org_id, key, item_id, requisition_id) do nothing"
        )
        .bind(new.org)
        .bind(new.key)
        .bind(new.item)
        .bind(requisition)
        .bind(new.words)
        .bind(person)
        .bind(now)
    )
}

/// All that was said about these words, the oldest first.
pub async fn voices(tx: &mut Tx, org: &OrgId, key: &str) -> sqlx::Result<Vec<Voice>> {
    fetch!(
        tx,
        query_as(
            "select item_id, person_id, requisition_id, at from alias_voice
             where org_id = $1 and key = $2 order by at, requisition_id"
        )
        .bind(org)
        .bind(key),
        fetch_all
    )
}
