//! Sites, and who may order for them.

use sqlx::types::Json;
use sqlx::{query, query_as};

use crate::domain::ids::{OrgId, PersonId, SiteId};
use crate::store::db::{Tx, execute, fetch};

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
