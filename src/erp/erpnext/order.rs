//! A draft as the JSON of ERPNext's Purchase Order.

use serde_json::{Value, json};

use super::{Settings, UID_FIELD};
use crate::domain::money::Money;
use crate::domain::quantity::Quantity;
use crate::erp::PurchaseOrderDraft;

/// What is written beside the lines: account, name, amount.
pub(super) fn charges<'a>(
    settings: &'a Settings,
    draft: &PurchaseOrderDraft,
) -> Vec<(&'a str, &'static str, i64)> {
    let Settings {
        freight_account,
        tax_account,
        ..
    } = settings;
    [
        (freight_account, "Freight", draft.freight),
        (tax_account, "Tax", draft.tax),
    ]
    .into_iter()
    .filter(|(account, _, amount)| !account.is_empty() && *amount != 0)
    .map(|(account, what, amount)| (account.as_str(), what, amount))
    .collect()
}

/// The body of a new order. The exchange rate is left to the server when the currency is not the
/// company's own.
pub(super) fn body(
    settings: &Settings,
    draft: &PurchaseOrderDraft,
    company_currency: Option<&str>,
) -> Value {
    let wanted_on = draft.wanted_on.max(draft.ordered_on).to_string();
    let default = Some(&settings.warehouse).filter(|name| !name.is_empty());
    let warehouse = draft.warehouse.as_ref().or(default);
    let items: Vec<Value> = draft
        .lines
        .iter()
        .map(|line| {
            let mut row = json!({
                "item_code": line.item_code,
                "qty": decimal(&line.quantity.number()),
                "uom": uom(&line.quantity),
                "rate": amount(line.rate, draft),
                "schedule_date": wanted_on,
            });
            if !line.description.is_empty() {
                row["description"] = json!(line.description);
            }
            put(&mut row, "warehouse", warehouse);
            put(&mut row, "cost_center", draft.cost_center.as_ref());
            put(&mut row, "project", draft.project.as_ref());
            row
        })
        .collect();
    let taxes: Vec<Value> = charges(settings, draft)
        .into_iter()
        .map(|(account, what, charge)| {
            let mut row = json!({
                "charge_type": "Actual",
                "account_head": account,
                "description": what,
                "tax_amount": amount(charge, draft),
                "category": "Total",
                "add_deduct_tax": "Add",
            });
            put(&mut row, "cost_center", draft.cost_center.as_ref());
            row
        })
        .collect();
    let mut body = json!({
        UID_FIELD: draft.uid,
        "company": settings.company,
        "supplier": draft.supplier,
        "currency": draft.currency.code(),
        "transaction_date": draft.ordered_on.to_string(),
        "schedule_date": wanted_on,
        "order_confirmation_no": draft.supplier_number,
        "order_confirmation_date": draft.ordered_on.to_string(),
        "items": items,
    });
    if company_currency == Some(draft.currency.code()) {
        body["conversion_rate"] = json!(1);
    }
    if !taxes.is_empty() {
        body["taxes"] = json!(taxes);
    }
    put(&mut body, "set_warehouse", warehouse);
    put(&mut body, "cost_center", draft.cost_center.as_ref());
    put(&mut body, "project", draft.project.as_ref());
    body
}

fn put(row: &mut Value, key: &str, value: Option<&String>) {
    if let Some(value) = value {
        row[key] = json!(value);
    }
}

fn amount(amount: i64, draft: &PurchaseOrderDraft) -> Value {
    decimal(&Money::new(amount, draft.currency).number())
}

/// A decimal text as a JSON number.
fn decimal(text: &str) -> Value {
    text.parse().expect("a decimal is JSON")
}

/// ERPNext's usual name of a unit. Where a site names it otherwise, the order is refused and says so.
pub(super) fn uom(quantity: &Quantity) -> &str {
    match quantity.unit.code() {
        "PR" => "Pair",
        "SET" => "Set",
        "KGM" => "Kg",
        "GRM" => "Gram",
        "TNE" => "Tonne",
        "LBR" => "Pound",
        "LTR" => "Litre",
        "MLT" => "Millilitre",
        "MTR" => "Meter",
        "MMT" => "Millimeter",
        "FOT" => "Foot",
        "MTK" => "Square Meter",
        "MTQ" => "Cubic Meter",
        "XBG" => "Bag",
        "XBX" => "Box",
        "XRO" => "Roll",
        "XPX" => "Pallet",
        "XST" => "Sheet",
        "XDR" => "Drum",
        "XCT" => "Carton",
        "XPK" => "Pack",
        "XBO" => "Bottle",
        "XCA" => "Can",
        "XTU" => "Tube",
        "XBE" => "Bundle",
        "XLG" => "Length",
        "XCR" => "Crate",
        "XJY" => "Jerrican",
        "XTI" => "Tin",
        "XBJ" => "Bucket",
        "RM" => "Ream",
        "XTY" => "Tray",
        "XCL" => "Coil",
        "XRL" => "Reel",
        "LO" => "Lot",
        "HUR" => "Hour",
        "C62" => "Nos",
        other => other,
    }
}
