//! Lines of a version: where they are bought, and what becomes of them.

use sqlx::types::Json;
use sqlx::{query, query_as};

use crate::domain::ids::{
    ItemId, LineId, OrgId, PersonId, PurchaseOrderId, RequisitionId, SupplierItemId,
};
use crate::domain::requisition::{LineState, Source};
use crate::store::db::{Tx, execute, fetch};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    pub id: LineId,
    pub org_id: OrgId,
    pub requisition_id: RequisitionId,
    pub version: i64,
    pub position: i64,
    pub state: LineState,
    pub words: String,
    pub spec: Option<String>,
    pub item_id: Option<ItemId>,
    /// Who said which item is meant; none: it was found by its words.
    pub item_by: Option<PersonId>,
    pub quantity: i64,
    pub unit: String,
    pub was: Option<i64>,
    pub spans: Json<Vec<Source>>,
    pub supplier_item_id: Option<SupplierItemId>,
    pub unit_price: Option<i64>,
    pub purchase_order_id: Option<PurchaseOrderId>,
}

pub async fn lines(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
) -> sqlx::Result<Vec<Line>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, requisition_id, version, position, state, words, spec, item_id,
                 item_by, quantity, unit, was, spans, supplier_item_id, unit_price, purchase_order_id
             from line where org_id = $1 and requisition_id = $2 and version = $3
             order by position"
        )
        .bind(org)
        .bind(id)
        .bind(version),
        fetch_all
    )
}

/// Gives a line its supplier and price.
pub async fn source_line(
    tx: &mut Tx,
    org: &OrgId,
    id: &LineId,
    offer: Option<&SupplierItemId>,
    price: Option<i64>,
) -> sqlx::Result<()> {
    execute!(
        tx,
        query(
            "update line set supplier_item_id = $3, unit_price = $4 where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id)
        .bind(offer)
        .bind(price)
    )?;
    Ok(())
}

/// Puts a line on a purchase order.
pub async fn put_on_order(
    tx: &mut Tx,
    org: &OrgId,
    id: &LineId,
    order: &PurchaseOrderId,
) -> sqlx::Result<()> {
    execute!(
        tx,
        query("update line set purchase_order_id = $3 where org_id = $1 and id = $2")
            .bind(org)
            .bind(id)
            .bind(order)
    )?;
    Ok(())
}

/// Moves one line from a state to another; zero: it is past that.
pub async fn line_became(
    tx: &mut Tx,
    org: &OrgId,
    id: &LineId,
    from: LineState,
    to: LineState,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update line set state = $4 where org_id = $1 and id = $2 and state = $3")
            .bind(org)
            .bind(id)
            .bind(from)
            .bind(to)
    )
}

/// Moves the open lines of an order to a state.
pub async fn lines_of_order_became(
    tx: &mut Tx,
    org: &OrgId,
    order: &PurchaseOrderId,
    state: LineState,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update line set state = $3
             where org_id = $1 and purchase_order_id = $2 and state in ('open', 'free_text')"
        )
        .bind(org)
        .bind(order)
        .bind(state)
    )
}
