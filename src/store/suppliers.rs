//! Suppliers, their accounts, items and prices.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{AccountId, ItemId, OrgId, SiteId, SupplierId, SupplierItemId};
use crate::domain::rules::duplicate_order::Earlier;
use crate::domain::supplier::SupplierTerms;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Supplier {
    pub id: SupplierId,
    pub org_id: OrgId,
    pub code: String,
    pub name: String,
    pub recipe: String,
    pub base_url: String,
    pub currency: String,
    pub terms: Json<SupplierTerms>,
    pub erp_name: String,
    pub paused_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    pub id: AccountId,
    pub org_id: OrgId,
    pub supplier_id: SupplierId,
    pub name: String,
    pub sealed_user: Option<String>,
    pub sealed_password: Option<String>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Item {
    pub id: ItemId,
    pub org_id: OrgId,
    pub code: String,
    pub name: String,
    pub aliases: Json<Vec<String>>,
    pub unit: String,
    pub category: String,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SupplierItem {
    pub id: SupplierItemId,
    pub org_id: OrgId,
    pub supplier_id: SupplierId,
    pub item_id: ItemId,
    pub sku: String,
    pub unit: String,
    pub price: i64,
    pub price_at: DateTime<Utc>,
}

pub async fn find(tx: &mut Tx, org: &OrgId, id: &SupplierId) -> sqlx::Result<Option<Supplier>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, recipe, base_url, currency, terms, erp_name, paused_at
             from supplier where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

pub async fn all(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Supplier>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, recipe, base_url, currency, terms, erp_name, paused_at
             from supplier where org_id = $1 order by code"
        )
        .bind(org),
        fetch_all
    )
}

pub async fn save(tx: &mut Tx, supplier: &Supplier) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into supplier (id, org_id, code, name, recipe, base_url, currency, terms,
                 erp_name, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (org_id, code) do update set name = excluded.name,
                 recipe = excluded.recipe, base_url = excluded.base_url,
                 currency = excluded.currency, terms = excluded.terms, erp_name = excluded.erp_name"
        )
        .bind(&supplier.id)
        .bind(&supplier.org_id)
        .bind(&supplier.code)
        .bind(&supplier.name)
        .bind(&supplier.recipe)
        .bind(&supplier.base_url)
        .bind(&supplier.currency)
        .bind(&supplier.terms)
        .bind(&supplier.erp_name)
        .bind(now)
    )?;
    Ok(())
}

/// Pauses a supplier, or lets it go on (`None`).
pub async fn set_paused(
    tx: &mut Tx,
    org: &OrgId,
    id: &SupplierId,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update supplier set paused_at = $3 where org_id = $1 and id = $2")
            .bind(org)
            .bind(id)
            .bind(at)
    )
}

pub async fn account(tx: &mut Tx, org: &OrgId, id: &AccountId) -> sqlx::Result<Option<Account>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, supplier_id, name, sealed_user, sealed_password
             from account where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

pub async fn accounts(
    tx: &mut Tx,
    org: &OrgId,
    supplier: &SupplierId,
) -> sqlx::Result<Vec<Account>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, supplier_id, name, sealed_user, sealed_password
             from account where org_id = $1 and supplier_id = $2 order by created_at, id"
        )
        .bind(org)
        .bind(supplier),
        fetch_all
    )
}

/// Adds an account, or changes the credentials of the one of that name.
pub async fn save_account(tx: &mut Tx, account: &Account) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into account (id, org_id, supplier_id, name, sealed_user, sealed_password,
                 created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (supplier_id, name) do update set
                 sealed_user = coalesce(excluded.sealed_user, account.sealed_user),
                 sealed_password = coalesce(excluded.sealed_password, account.sealed_password)"
        )
        .bind(&account.id)
        .bind(&account.org_id)
        .bind(&account.supplier_id)
        .bind(&account.name)
        .bind(&account.sealed_user)
        .bind(&account.sealed_password)
        .bind(now)
    )?;
    Ok(())
}

/// Every item: for an import, which compares them all. A step asks [`super::catalogue`].
pub async fn items(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Item>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, code, name, aliases, unit, category
             from item where org_id = $1 and active order by code"
        )
        .bind(org),
        fetch_all
    )
}

/// Adds or changes an item; [`super::catalogue::changed`] is the caller's to call, once for all.
pub async fn save_item(tx: &mut Tx, item: &Item) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into item (id, org_id, code, name, aliases, unit, category, active, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (org_id, code) do update set name = excluded.name,
                 aliases = excluded.aliases, unit = excluded.unit, category = excluded.category,
                 active = excluded.active"
        )
        .bind(&item.id)
        .bind(&item.org_id)
        .bind(&item.code)
        .bind(&item.name)
        .bind(&item.aliases)
        .bind(&item.unit)
        .bind(&item.category)
        .bind(true)
        .bind(now)
    )?;
    Ok(())
}

/// What one supplier sells, whether it is paused or not.
pub async fn offers_of(
    tx: &mut Tx,
    org: &OrgId,
    supplier: &SupplierId,
) -> sqlx::Result<Vec<SupplierItem>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, supplier_id, item_id, sku, unit, price, price_at
             from supplier_item where org_id = $1 and supplier_id = $2 order by sku, id"
        )
        .bind(org)
        .bind(supplier),
        fetch_all
    )
}

pub async fn offer(
    tx: &mut Tx,
    org: &OrgId,
    id: &SupplierItemId,
) -> sqlx::Result<Option<SupplierItem>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, supplier_id, item_id, sku, unit, price, price_at
             from supplier_item where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

pub async fn save_offer(tx: &mut Tx, offer: &SupplierItem) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into supplier_item (id, org_id, supplier_id, item_id, sku, unit, price,
                 price_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (supplier_id, item_id) do update set sku = excluded.sku,
                 unit = excluded.unit, price = excluded.price, price_at = excluded.price_at"
        )
        .bind(&offer.id)
        .bind(&offer.org_id)
        .bind(&offer.supplier_id)
        .bind(&offer.item_id)
        .bind(&offer.sku)
        .bind(&offer.unit)
        .bind(offer.price)
        .bind(offer.price_at)
        .bind(now)
    )?;
    Ok(())
}

/// Notes the price that the supplier showed; what was approved keeps its own.
pub async fn price_seen(
    tx: &mut Tx,
    org: &OrgId,
    supplier: &SupplierId,
    sku: &str,
    price: i64,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update supplier_item set price = $4, price_at = $5
             where org_id = $1 and supplier_id = $2 and sku = $3"
        )
        .bind(org)
        .bind(supplier)
        .bind(sku)
        .bind(price)
        .bind(now)
    )
}

/// Confirmed lines of other requisitions since a time, for the duplicate rule.
pub async fn recent_lines(
    tx: &mut Tx,
    org: &OrgId,
    except: &crate::domain::ids::RequisitionId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<Earlier>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        requisition_id: crate::domain::ids::RequisitionId,
        number: i64,
        item_id: ItemId,
        site_id: Option<SiteId>,
        quantity: i64,
        unit: String,
        name: String,
        state: String,
        created_at: DateTime<Utc>,
    }
    let rows: Vec<Row> = fetch!(
        tx,
        query_as(
            "select l.requisition_id, r.number, l.item_id, r.site_id, l.quantity, l.unit,
                 p.name, r.state, r.created_at
             from requisition r
             join line l on l.requisition_id = r.id and l.version = r.version
             join person p on p.id = r.person_id
             where r.org_id = $1 and r.id <> $2 and r.created_at >= $3 and l.item_id is not null
                 and r.state in ('to_approve', 'approved', 'ordering', 'ordered', 'part_received',
                     'received', 'closed')
                 and l.state not in ('cancelled', 'refused')"
        )
        .bind(org)
        .bind(except)
        .bind(since),
        fetch_all
    )?;
    Ok(rows
        .into_iter()
        .map(|r| Earlier {
            requisition: r.requisition_id,
            number: r.number,
            item: r.item_id,
            site: r.site_id,
            quantity: r.quantity,
            unit: r.unit,
            requester: r.name,
            state: r.state,
            at: r.created_at,
        })
        .collect())
}
