//! People, the ways to reach them, and where they work.

mod identities;
mod sites;

use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};

pub use self::identities::{
    Heard, Identity, detach_identity, greeted, heard, identities, identity, identity_by_key,
    renumber, save_identity, spoke,
};
pub use self::sites::{Site, save_site, set_sites, site, sites, sites_of};
use super::db::{Tx, execute, fetch};
use crate::domain::ids::{OrgId, PersonId};
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

macro_rules! select_person {
    ($rest:literal) => {
        concat!(
            "select id, org_id, code, name, roles, approval_limit, password_hash, active, language
             from person ",
            $rest
        )
    };
}

pub async fn find(tx: &mut Tx, org: &OrgId, id: &PersonId) -> sqlx::Result<Option<Person>> {
    fetch!(
        tx,
        query_as(select_person!("where org_id = $1 and id = $2"))
            .bind(org)
            .bind(id),
        fetch_optional
    )
}

pub async fn find_by_code(tx: &mut Tx, org: &OrgId, code: &str) -> sqlx::Result<Option<Person>> {
    fetch!(
        tx,
        query_as(select_person!("where org_id = $1 and code = $2"))
            .bind(org)
            .bind(code),
        fetch_optional
    )
}

pub async fn all(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Person>> {
    fetch!(
        tx,
        query_as(select_person!("where org_id = $1 order by code")).bind(org),
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
