//! People, the ways to reach them, and where they work.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use super::rows::{MOST_ROWS, bind_rows, parameters};
use crate::domain::ids::{IdentityId, OrgId, PersonId, SiteId};
use crate::domain::message::IdentityKind;
use crate::domain::person::Role;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    pub id: PersonId,
    pub org_id: OrgId,
    pub code: String,
    pub name: String,
    pub roles: Json<Vec<Role>>,
    pub approval_limit: Option<i64>,
    pub password_hash: Option<String>,
    pub active: bool,
    /// The code of the language that they are written to in; none: the one that they write in.
    pub language: Option<String>,
}

impl Person {
    pub fn is(&self, role: Role) -> bool {
        self.active && self.roles.contains(&role)
    }
}

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

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Site {
    pub id: SiteId,
    pub org_id: OrgId,
    pub code: String,
    pub name: String,
    pub aliases: Json<Vec<String>>,
    pub address_name: String,
    pub address: String,
    pub cost_code: String,
}

pub async fn find(tx: &mut Tx, org: &OrgId, id: &PersonId) -> sqlx::Result<Option<Person>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, roles, approval_limit, password_hash, active,
                 language
             from person where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

pub async fn find_by_code(tx: &mut Tx, org: &OrgId, code: &str) -> sqlx::Result<Option<Person>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, roles, approval_limit, password_hash, active,
                 language
             from person where org_id = $1 and code = $2"
        )
        .bind(org)
        .bind(code),
        fetch_optional
    )
}

pub async fn all(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Person>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, roles, approval_limit, password_hash, active,
                 language
             from person where org_id = $1 order by code"
        )
        .bind(org),
        fetch_all
    )
}

/// Adds a person, or changes the one of that code. The password stays.
pub async fn save(tx: &mut Tx, person: &Person) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into person (id, org_id, code, name, roles, approval_limit, active, language,
                 created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (org_id, code) do update set name = excluded.name, roles = excluded.roles,
                 approval_limit = excluded.approval_limit, active = excluded.active,
                 language = excluded.language"
        )
        .bind(&person.id)
        .bind(&person.org_id)
        .bind(&person.code)
        .bind(&person.name)
        .bind(&person.roles)
        .bind(person.approval_limit)
        .bind(person.active)
        .bind(&person.language)
        .bind(now)
    )?;
    Ok(())
}

pub async fn set_password(
    tx: &mut Tx,
    org: &OrgId,
    id: &PersonId,
    hash: &str,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update person set password_hash = $3 where org_id = $1 and id = $2")
            .bind(org)
            .bind(id)
            .bind(hash)
    )
}

pub async fn identity(tx: &mut Tx, org: &OrgId, id: &IdentityId) -> sqlx::Result<Option<Identity>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, person_id, channel, kind, key, sealed_address, number_id,
                 window_until, greeted_at, language
             from identity where org_id = $1 and id = $2"
        )
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
        query_as(
            "select id, org_id, person_id, channel, kind, key, sealed_address, number_id,
                 window_until, greeted_at, language
             from identity where org_id = $1 and channel = $2 and key = $3"
        )
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
        query_as(
            "select id, org_id, person_id, channel, kind, key, sealed_address, number_id,
                 window_until, greeted_at, language
             from identity where org_id = $1 and person_id = $2
             order by case when window_until is null then 1 else 0 end, window_until desc, id"
        )
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

pub async fn site(tx: &mut Tx, org: &OrgId, id: &SiteId) -> sqlx::Result<Option<Site>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, aliases, address_name, address, cost_code
             from site where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

pub async fn sites(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Site>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, aliases, address_name, address, cost_code
             from site where org_id = $1 order by code"
        )
        .bind(org),
        fetch_all
    )
}

/// The sites a person may order for, the home site first; `true` marks it.
pub async fn sites_of(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
) -> sqlx::Result<Vec<(SiteId, bool)>> {
    fetch!(
        tx,
        query_as(
            "select site_id, home from person_site where org_id = $1 and person_id = $2
             order by case when home then 0 else 1 end, site_id"
        )
        .bind(org)
        .bind(person),
        fetch_all
    )
}

pub async fn save_site(tx: &mut Tx, site: &Site) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into site (id, org_id, code, name, aliases, address_name, address, cost_code,
                 created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (org_id, code) do update set name = excluded.name,
                 aliases = excluded.aliases, address_name = excluded.address_name,
                 address = excluded.address, cost_code = excluded.cost_code"
        )
        .bind(&site.id)
        .bind(&site.org_id)
        .bind(&site.code)
        .bind(&site.name)
        .bind(&site.aliases)
        .bind(&site.address_name)
        .bind(&site.address)
        .bind(&site.cost_code)
        .bind(now)
    )?;
    Ok(())
}

/// Replaces the sites of a person; the first is home.
pub async fn set_sites(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
    sites: &[SiteId],
) -> sqlx::Result<()> {
    execute!(
        tx,
        query("delete from person_site where org_id = $1 and person_id = $2")
            .bind(org)
            .bind(person)
    )?;
    for (n, site) in sites.iter().enumerate() {
        execute!(
            tx,
            query(
                "insert into person_site (org_id, person_id, site_id, home)
                 values ($1, $2, $3, $4) on conflict do nothing"
            )
            .bind(org)
            .bind(person)
            .bind(site)
            .bind(n == 0)
        )?;
    }
    Ok(())
}

/// True when a person of the organisation may sign in to the console.
pub async fn has_password(tx: &mut Tx, org: &OrgId) -> sqlx::Result<bool> {
    let n: i64 = fetch!(
        tx,
        query_scalar("select count(*) from person where org_id = $1 and password_hash is not null")
            .bind(org),
        fetch_one
    )?;
    Ok(n > 0)
}
