//! The catalogue: items and what they are called, its version, and who ordered what lately.
//!
//! **Invariant:** who changes an item or a name of one calls [`changed`] in the same transaction; by
//! that version every process knows that what it holds in memory is old.

use std::collections::HashMap;

use sqlx::types::Json;
use sqlx::{query_as, query_scalar};

use super::db::{Tx, fetch};
use super::suppliers::{Item, SupplierItem};
use super::{aliases, orgs};
use crate::domain::catalogue::{Entry, Source};
use crate::domain::ids::{ItemId, OrgId, PersonId, RequisitionId, SiteId, SupplierItemId};

/// The counter that counts the changes.
const COUNTER: &str = "catalogue";

/// How often the catalogue was changed.
pub async fn version(tx: &mut Tx, org: &OrgId) -> sqlx::Result<i64> {
    let value: Option<i64> = fetch!(
        tx,
        query_scalar("select value from counter where org_id = $1 and name = $2")
            .bind(org)
            .bind(COUNTER),
        fetch_optional
    )?;
    Ok(value.unwrap_or(0))
}

/// Counts a change: every process reads the catalogue again before it uses it.
pub async fn changed(tx: &mut Tx, org: &OrgId) -> sqlx::Result<()> {
    orgs::next(tx, org, COUNTER).await.map(drop)
}

/// Every item that can be asked for, with what it is called.
pub async fn entries(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Entry>> {
    let items: Vec<Called> = fetch!(
        tx,
        query_as(
            "select id, code, name, unit, aliases from item
             where org_id = $1 and active order by code"
        )
        .bind(org),
        fetch_all
    )?;
    let mut names: HashMap<ItemId, (Vec<String>, Vec<String>)> = HashMap::new();
    for (item, words, source) in aliases::in_use(tx, org).await? {
        let (own, learned) = names.entry(item).or_default();
        match source {
            Source::Imported => own.push(words),
            Source::Learned => learned.push(words),
        }
    }
    let entry = |item: Called| {
        let (mut own, learned) = names.remove(&item.id).unwrap_or_default();
        let mut all = item.aliases.0;
        all.append(&mut own);
        Entry {
            id: item.id,
            code: item.code,
            name: item.name,
            unit: item.unit,
            aliases: all,
            learned,
        }
    };
    Ok(items.into_iter().map(entry).collect())
}

#[derive(sqlx::FromRow)]
struct Called {
    id: ItemId,
    code: String,
    name: String,
    unit: String,
    aliases: Json<Vec<String>>,
}

pub async fn item(tx: &mut Tx, org: &OrgId, id: &ItemId) -> sqlx::Result<Option<Item>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, aliases, unit, category
             from item where org_id = $1 and id = $2 and active"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

/// The item that has this code.
pub async fn by_code(tx: &mut Tx, org: &OrgId, code: &str) -> sqlx::Result<Option<Item>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, aliases, unit, category
             from item where org_id = $1 and lower(code) = lower($2) and active order by code limit 1"
        )
        .bind(org)
        .bind(code),
        fetch_optional
    )
}

/// Who sells an item, the cheapest first, of suppliers that are not paused.
pub async fn offers(tx: &mut Tx, org: &OrgId, item: &ItemId) -> sqlx::Result<Vec<SupplierItem>> {
    fetch!(
        tx,
        query_as(
            "select si.id, si.org_id, si.supplier_id, si.item_id, si.sku, si.unit, si.price,
                 si.price_at
             from supplier_item si join supplier s on s.id = si.supplier_id
             where si.org_id = $1 and si.item_id = $2 and s.paused_at is null
             order by si.price, si.id"
        )
        .bind(org)
        .bind(item),
        fetch_all
    )
}

/// The last price that was paid for what a supplier sells, from orders that were placed.
pub async fn last_paid(
    tx: &mut Tx,
    org: &OrgId,
    offer: &SupplierItemId,
) -> sqlx::Result<Option<i64>> {
    fetch!(
        tx,
        query_scalar(
            "select l.unit_price from line l join purchase_order p on p.id = l.purchase_order_id
             where l.org_id = $1 and l.supplier_item_id = $2 and l.unit_price is not null
                 and p.placed_at is not null
             order by p.placed_at desc, l.id desc limit 1"
        )
        .bind(org)
        .bind(offer),
        fetch_optional
    )
}

/// Names of the items that the lines of a requisition are or were.
pub async fn names_of(
    tx: &mut Tx,
    org: &OrgId,
    requisition: &RequisitionId,
) -> sqlx::Result<Vec<(ItemId, String)>> {
    fetch!(
        tx,
        query_as(
            "select distinct i.id, i.name from line l join item i on i.id = l.item_id
             where l.org_id = $1 and l.requisition_id = $2"
        )
        .bind(org)
        .bind(requisition),
        fetch_all
    )
}

/// Items of the last 50 requests that were ordered, the newest first; the column says whose.
macro_rules! lately_of {
    ($whose:literal) => {
        concat!(
            "select l.item_id
             from (select id, version, created_at from requisition
                 where org_id = $1 and ",
            $whose,
            " = $2 and state in ('ordered', 'part_received', 'received', 'closed')
                 order by created_at desc limit 50) r
             join line l on l.requisition_id = r.id and l.version = r.version
             where l.org_id = $1 and l.item_id is not null
             group by l.item_id order by max(r.created_at) desc limit 200"
        )
    };
}

/// Items of the person's last requests: they are meant more often.
pub async fn lately_of_person(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
) -> sqlx::Result<Vec<ItemId>> {
    fetch!(
        tx,
        query_scalar(lately_of!("person_id")).bind(org).bind(person),
        fetch_all
    )
}

/// The same of a site's.
pub async fn lately_of_site(tx: &mut Tx, org: &OrgId, site: &SiteId) -> sqlx::Result<Vec<ItemId>> {
    fetch!(
        tx,
        query_scalar(lately_of!("site_id")).bind(org).bind(site),
        fetch_all
    )
}
