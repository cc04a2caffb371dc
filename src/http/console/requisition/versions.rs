//! The versions of a requisition, line by line.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::types::Json;

use crate::domain::requisition::Question;
use crate::flow::texts;
use crate::http::console::guard::Signed;
use crate::http::console::orders::House;
use crate::http::console::words::{self, Shown};
use crate::store::db::Tx;
use crate::store::requisitions::{self, Requisition, Version};
use crate::store::{orders, suppliers};

#[derive(Serialize)]
pub(super) struct Read {
    version: i64,
    at: Shown,
    lines: Vec<ReadLine>,
    questions: Vec<Question>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct ReadLine {
    position: i64,
    name: String,
    words: Option<String>,
    quantity: String,
    was: Option<String>,
    supplier: Option<String>,
    price: Option<String>,
    order: Option<String>,
    state: words::State,
}

pub(super) async fn versions(
    tx: &mut Tx,
    signed: &Signed,
    requisition: &Requisition,
    house: &House<'_>,
    names: &HashMap<String, String>,
) -> sqlx::Result<Vec<Read>> {
    let (org, id) = (&requisition.org_id, &requisition.id);
    let own = orders::of_requisition(tx, org, id).await?;
    let mut read = Vec::new();
    for version in requisitions::versions(tx, org, id).await? {
        let Version {
            version,
            questions: Json(questions),
            notes: Json(notes),
            created_at,
            ..
        } = version;
        let mut lines = Vec::new();
        for line in requisitions::lines(tx, org, id, version).await? {
            let offer = match &line.supplier_item_id {
                Some(offer) => suppliers::offer(tx, org, offer).await?,
                None => None,
            };
            let supplier = offer.and_then(|o| {
                let found = house.suppliers.iter().find(|s| s.id == o.supplier_id)?;
                Some((found.name.clone(), found.currency.clone()))
            });
            let item = line.item_id.as_ref().and_then(|i| names.get(i.as_str()));
            lines.push(ReadLine {
                position: line.position,
                words: item
                    .filter(|item| !item.eq_ignore_ascii_case(&line.words))
                    .map(|_| line.words.clone()),
                name: item.cloned().unwrap_or_else(|| line.words.clone()),
                quantity: if line.quantity > 0 {
                    texts::quantity(line.quantity, &line.unit)
                } else {
                    "not said".to_owned()
                },
                was: line.was.map(|was| texts::quantity(was, &line.unit)),
                price: line.unit_price.map(|price| {
                    let currency = supplier.as_ref().map_or("", |(_, c)| c.as_str());
                    words::money(price, currency)
                }),
                supplier: supplier.map(|(name, _)| name),
                order: own
                    .iter()
                    .find(|o| Some(&o.id) == line.purchase_order_id.as_ref())
                    .map(|o| o.number.clone()),
                state: words::line(line.state),
            });
        }
        read.push(Read {
            version,
            at: signed.times.show(created_at),
            lines,
            questions,
            notes,
        });
    }
    Ok(read)
}
