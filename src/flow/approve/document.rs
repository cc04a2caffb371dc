//! The purchase orders of a confirmed requisition, and the document of each.
//!
//! **Invariant:** what is approved stands in the document; its caps are part of it.

use std::collections::BTreeMap;

use crate::domain::ids::PurchaseOrderId;
use crate::domain::money::{Currency, Money};
use crate::domain::order::{self, Document, DocumentLine, OrderState};
use crate::domain::quantity::Unit;
use crate::domain::requisition::LineState;
use crate::flow::check::Catalogue;
use crate::flow::give;
use crate::flow::texts::{Texts, say};
use crate::store::db::Tx;
use crate::store::orders::{self, NewOrder, Order};
use crate::store::orgs::{self, Org};
use crate::store::people::{self, Site};
use crate::store::requisitions::{self, Line, Requisition};
use crate::store::suppliers::{self, Account, Supplier};

pub(super) enum Proposal {
    Orders(Vec<Order>),
    Impossible(Why),
}

/// What a confirmed requisition lacks to become purchase orders.
pub(super) enum Why {
    Site,
    Supplier { line: i64 },
    Account { supplier: String },
    Sum { supplier: String },
}

impl Why {
    pub(super) fn say(&self, texts: Texts) -> String {
        match self {
            Self::Site => say!(texts, "no-order-site"),
            Self::Supplier { line } => say!(texts, "no-order-line", line: *line),
            Self::Account { supplier } => {
                say!(texts, "no-order-account", supplier: supplier.as_str())
            }
            Self::Sum { supplier } => say!(texts, "no-order-sum", supplier: supplier.as_str()),
        }
    }
}

/// One purchase order for each supplier; those of this version that exist already are kept.
pub(super) async fn propose(
    tx: &mut Tx,
    org: &Org,
    requisition: &Requisition,
) -> anyhow::Result<Proposal> {
    let existing = orders::of_requisition(tx, &org.id, &requisition.id).await?;
    if existing.iter().any(|o| o.version == requisition.version) {
        let open = existing
            .into_iter()
            .filter(|o| o.version == requisition.version && o.state == OrderState::Proposed);
        return Ok(Proposal::Orders(open.collect()));
    }
    let lines = requisitions::lines(tx, &org.id, &requisition.id, requisition.version).await?;
    let catalogue = Catalogue::read(tx, org, &lines).await?;
    let site = match &requisition.site_id {
        Some(site) => people::site(tx, &org.id, site).await?,
        None => None,
    };
    let Some(site) = site else {
        return Ok(Proposal::Impossible(Why::Site));
    };
    let mut by_supplier: BTreeMap<String, (Supplier, Vec<&Line>)> = BTreeMap::new();
    for line in &lines {
        match line.state {
            LineState::FreeText => {
                give::ask(tx, requisition, line).await?;
                continue;
            }
            LineState::Cancelled => continue,
            LineState::Open
            | LineState::Ordered
            | LineState::Backordered
            | LineState::Substituted
            | LineState::PartReceived
            | LineState::Received
            | LineState::Refused
            | LineState::ShortClosed => {}
        }
        let offer = catalogue
            .offers
            .iter()
            .find(|o| Some(&o.id) == line.supplier_item_id.as_ref());
        let Some(supplier) = offer.and_then(|o| catalogue.supplier(o)) else {
            let line = line.position;
            return Ok(Proposal::Impossible(Why::Supplier { line }));
        };
        by_supplier
            .entry(supplier.code.clone())
            .or_insert_with(|| (supplier.clone(), Vec::new()))
            .1
            .push(line);
    }
    let mut made = Vec::new();
    for (supplier, lines) in by_supplier.into_values() {
        let accounts = suppliers::accounts(tx, &org.id, &supplier.id).await?;
        let Some(account) = accounts.into_iter().next() else {
            let supplier = supplier.name;
            return Ok(Proposal::Impossible(Why::Account { supplier }));
        };
        let n = orgs::next(tx, &org.id, "purchase_order").await?;
        let parts = DocumentParts {
            number: format!("PO-{n:05}"),
            org,
            supplier: &supplier,
            account: &account,
            site: &site,
            catalogue: &catalogue,
            lines: &lines,
        };
        let Some(document) = document(&parts) else {
            let supplier = supplier.name;
            return Ok(Proposal::Impossible(Why::Sum { supplier }));
        };
        let new = NewOrder {
            id: PurchaseOrderId::new(),
            org: &org.id,
            requisition: &requisition.id,
            version: requisition.version,
            supplier: &supplier.id,
            account: &account.id,
            site: &site.id,
            document: &document,
        };
        orders::propose(tx, &new).await?;
        for line in lines {
            requisitions::put_on_order(tx, &org.id, &line.id, &new.id).await?;
        }
        made.extend(orders::find(tx, &new.id).await?);
    }
    Ok(Proposal::Orders(made))
}

struct DocumentParts<'a> {
    number: String,
    org: &'a Org,
    supplier: &'a Supplier,
    account: &'a Account,
    site: &'a Site,
    catalogue: &'a Catalogue,
    lines: &'a [&'a Line],
}

/// The document that is approved; none if an amount overflows.
fn document(parts: &DocumentParts<'_>) -> Option<Document> {
    let settings = &parts.org.settings;
    let permille = settings.price_tolerance_permille;
    let currency = Currency::parse(&parts.supplier.currency)?;
    let mut sum: i64 = 0;
    let mut lines = Vec::new();
    for line in parts.lines {
        let offer = parts
            .catalogue
            .offers
            .iter()
            .find(|o| Some(&o.id) == line.supplier_item_id.as_ref())?;
        let item = parts.catalogue.items.get(&offer.item_id)?;
        let price = line.unit_price?;
        sum = sum.checked_add(Money::new(price, currency).times(line.quantity)?.amount)?;
        lines.push(DocumentLine {
            position: line.position,
            item: item.code.clone(),
            name: item.name.clone(),
            sku: offer.sku.clone(),
            quantity: line.quantity,
            unit: Unit::parse(&line.unit)?,
            unit_price: price,
            price_cap: order::cap(price, permille),
            price_floor: order::floor(price, permille),
        });
    }
    let (freight, tax) = parts.supplier.terms.add_to(sum)?;
    let total = sum.checked_add(freight)?.checked_add(tax)?;
    Some(Document {
        number: parts.number.clone(),
        supplier: parts.supplier.code.clone(),
        account: parts.account.name.clone(),
        address_name: parts.site.address_name.clone(),
        address: parts.site.address.clone(),
        cost_code: parts.site.cost_code.clone(),
        currency,
        lines,
        freight,
        tax,
        total,
        total_cap: order::cap(total, permille).max(total.checked_add(settings.total_tolerance)?),
        total_floor: order::floor(total, permille)
            .min(total.saturating_sub(settings.total_tolerance))
            .max(0),
    })
}
