//! The console's list of requisitions: a page of rows joined as nobody else needs them.

use chrono::{DateTime, Utc};
use sqlx::query_as;

use super::db::{Tx, fetch};
use crate::domain::ids::{OrgId, PersonId, RequisitionId};
use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;

/// Which requisitions somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    All,
    /// Those that they asked for or were asked to approve.
    Own(&'a PersonId),
}

impl Scope<'_> {
    fn person(self) -> String {
        match self {
            Self::All => String::new(),
            Self::Own(person) => person.to_string(),
        }
    }
}

/// One requisition of the list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listed {
    pub id: RequisitionId,
    pub number: i64,
    pub state: RequisitionState,
    pub version: i64,
    pub requester: String,
    pub site: Option<String>,
    pub lines: i64,
    pub created_at: DateTime<Utc>,
}

/// The newest requisitions before a number.
pub async fn requisitions(
    tx: &mut Tx,
    org: &OrgId,
    scope: Scope<'_>,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    fetch!(
        tx,
        query_as(
            "select r.id, r.number, r.state, r.version, p.name as requester, s.name as site,
                 (select count(*) from line l
                     where l.requisition_id = r.id and l.version = r.version) as lines,
                 r.created_at
             from requisition r join person p on p.id = r.person_id
             left join site s on s.id = r.site_id
             where r.org_id = $1 and r.number < $2 and ($3 = '' or r.person_id = $3
                 or exists (select 1 from approval a
                     where a.requisition_id = r.id and a.approver_id = $3))
             order by r.number desc limit $4"
        )
        .bind(org)
        .bind(before)
        .bind(scope.person())
        .bind(limit),
        fetch_all
    )
}

/// Whether somebody may see a requisition.
pub async fn may_see(
    tx: &mut Tx,
    org: &OrgId,
    scope: Scope<'_>,
    id: &RequisitionId,
) -> sqlx::Result<bool> {
    let found: Option<(i64,)> = fetch!(
        tx,
        query_as(
            "select r.number from requisition r
             where r.org_id = $1 and r.id = $2 and ($3 = '' or r.person_id = $3
                 or exists (select 1 from approval a
                     where a.requisition_id = r.id and a.approver_id = $3))"
        )
        .bind(org)
        .bind(id)
        .bind(scope.person()),
        fetch_optional
    )?;
    Ok(found.is_some())
}

/// One of the first lines of a requisition's newest version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FirstLine {
    pub requisition_id: RequisitionId,
    pub words: String,
    pub item: Option<String>,
    pub quantity: i64,
    pub unit: String,
}

/// The first two lines of each requisition whose number is within these.
pub async fn first_lines(
    tx: &mut Tx,
    org: &OrgId,
    lowest: i64,
    highest: i64,
) -> sqlx::Result<Vec<FirstLine>> {
    fetch!(
        tx,
        query_as(
            "select l.requisition_id, l.words, i.name as item, l.quantity, l.unit
             from requisition r
             join line l on l.requisition_id = r.id and l.version = r.version
             left join item i on i.id = l.item_id
             where r.org_id = $1 and r.number between $2 and $3 and l.position <= 2
             order by r.number, l.position"
        )
        .bind(org)
        .bind(lowest)
        .bind(highest),
        fetch_all
    )
}

/// A purchase order of a requisition's newest version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedOrder {
    pub requisition_id: RequisitionId,
    pub state: OrderState,
    pub total: i64,
    pub currency: String,
}

pub async fn orders(
    tx: &mut Tx,
    org: &OrgId,
    lowest: i64,
    highest: i64,
) -> sqlx::Result<Vec<ListedOrder>> {
    fetch!(
        tx,
        query_as(
            "select o.requisition_id, o.state, o.total, o.currency
             from requisition r
             join purchase_order o on o.requisition_id = r.id and o.version = r.version
             where r.org_id = $1 and r.number between $2 and $3 order by o.number"
        )
        .bind(org)
        .bind(lowest)
        .bind(highest),
        fetch_all
    )
}

/// Who is asked to approve something of a requisition, by name.
pub async fn asked(
    tx: &mut Tx,
    org: &OrgId,
    lowest: i64,
    highest: i64,
) -> sqlx::Result<Vec<(RequisitionId, String)>> {
    fetch!(
        tx,
        query_as(
            "select distinct a.requisition_id, p.name from requisition r
             join purchase_order o on o.requisition_id = r.id
             join approval a on a.purchase_order_id = o.id and a.state = 'pending'
             join person p on p.id = a.approver_id
             where r.org_id = $1 and r.number between $2 and $3 order by p.name"
        )
        .bind(org)
        .bind(lowest)
        .bind(highest),
        fetch_all
    )
}
