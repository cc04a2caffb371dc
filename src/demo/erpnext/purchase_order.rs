//! What a purchase order must satisfy, and the sums that the server makes itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::desk::{Desk, Document};
use super::fault::{Class, Fault};
use super::fields::{number, text};

/// The status of a purchase order of which nothing has come.
pub(super) fn status(docstatus: u64) -> &'static str {
    match docstatus {
        0 => "Draft",
        1 => "To Receive and Bill",
        _ => "Cancelled",
    }
}

/// Fills in what the server fills in, refuses what it refuses, makes the sums.
pub(super) fn validate(desk: &Desk, name: &str, order: &mut Document) -> Result<(), Fault> {
    let mut items = rows(order, "items");
    let mut taxes = rows(order, "taxes");
    set_missing_values(desk, order, &mut items);
    check_dates(order, &mut items)?;
    check_items(desk, &items)?;
    let net = sum_items(order, &mut items);
    let charges = sum_taxes(net, &mut taxes)?;
    let grand = round(net + charges);
    let base = round(grand * number(order, "conversion_rate"));
    for (field, value) in [
        ("total", net),
        ("net_total", net),
        ("total_taxes_and_charges", charges),
        ("grand_total", grand),
        ("rounded_total", grand.round()),
        ("base_grand_total", base),
        ("per_received", 0.0),
        ("per_billed", 0.0),
    ] {
        order.insert(field.to_owned(), value.into());
    }
    let docstatus = order.get("docstatus").and_then(Value::as_u64).unwrap_or(0);
    order.insert("status".to_owned(), status(docstatus).into());
    order.entry("title").or_insert(name.into());
    put_rows(order, "items", items);
    put_rows(order, "taxes", taxes);
    Ok(())
}

fn rows(order: &Document, field: &str) -> Vec<Document> {
    let rows = order.get(field).and_then(Value::as_array);
    let rows = rows.into_iter().flatten();
    rows.filter_map(|row| row.as_object().cloned()).collect()
}

fn put_rows(order: &mut Document, field: &str, rows: Vec<Document>) {
    let rows = rows.into_iter().map(Value::Object).collect();
    order.insert(field.to_owned(), Value::Array(rows));
}

fn set_missing_values(desk: &Desk, order: &mut Document, items: &mut [Document]) {
    if let Some(supplier) = desk.find("Supplier", text(order, "supplier")) {
        let title = supplier["supplier_name"].clone();
        order.insert("supplier_name".to_owned(), title.clone());
        order.entry("title").or_insert(title);
    }
    let warehouse = text(order, "set_warehouse").to_owned();
    for row in items {
        let Some(item) = desk.find("Item", text(row, "item_code")) else {
            continue;
        };
        let mut set = |field: &str, value: Option<&Value>| {
            if row.get(field).is_none_or(Value::is_null)
                && let Some(value) = value
            {
                row.insert(field.to_owned(), value.clone());
            }
        };
        set("item_name", item.get("item_name"));
        set("description", item.get("item_name"));
        set("uom", item.get("stock_uom"));
        set("stock_uom", item.get("stock_uom"));
        set("conversion_factor", Some(&1.0.into()));
        if !warehouse.is_empty() {
            set("warehouse", Some(&warehouse.as_str().into()));
        }
    }
}

fn check_dates(order: &mut Document, items: &mut [Document]) -> Result<(), Fault> {
    if items.is_empty() {
        return Ok(());
    }
    // Dates are ISO, so that the earliest text is the earliest day.
    let dates = items.iter().map(|row| text(row, "schedule_date"));
    if let Some(first) = dates.filter(|date| !date.is_empty()).min() {
        let first = first.into();
        order.insert("schedule_date".to_owned(), first);
    }
    let scheduled = text(order, "schedule_date");
    if scheduled.is_empty() {
        return Err(Fault::thrown(
            Class::Validation,
            "Please enter Reqd by Date",
        ));
    }
    for (at, row) in items.iter_mut().enumerate() {
        if text(row, "schedule_date").is_empty() {
            row.insert("schedule_date".to_owned(), scheduled.into());
        }
        if text(row, "schedule_date") < text(order, "transaction_date") {
            let row = at + 1;
            let text = format!("Row #{row}: Reqd by Date cannot be before Transaction Date");
            return Err(Fault::thrown(Class::Validation, text));
        }
    }
    Ok(())
}

fn check_items(desk: &Desk, items: &[Document]) -> Result<(), Fault> {
    let refuse = |text: String| Err(Fault::thrown(Class::Validation, text));
    let mut seen = BTreeSet::new();
    for (at, row) in items.iter().enumerate() {
        let (place, code, qty) = (at + 1, text(row, "item_code"), number(row, "qty"));
        let Some(item) = desk.find("Item", code) else {
            continue;
        };
        if number(item, "disabled") > 0.0 {
            return refuse(format!("Item {code} is disabled"));
        }
        if qty <= 0.0 {
            return refuse(format!(
                "Row #{place}: Item Quantity for {code} cannot be zero."
            ));
        }
        if number(item, "is_stock_item") > 0.0 && text(row, "warehouse").is_empty() {
            let text = format!("Row #{place}: Warehouse is mandatory for stock Item {code}");
            return refuse(text);
        }
        let uom = text(row, "uom");
        if uom != text(row, "stock_uom") && number(row, "conversion_factor") <= 0.0 {
            return refuse(format!("Row #{place}: UOM Conversion factor is required"));
        }
        let whole = desk
            .find("UOM", uom)
            .is_some_and(|u| number(u, "must_be_whole_number") > 0.0);
        if whole && qty.fract() != 0.0 {
            let text = format!("Row #{place}: Quantity ({qty}) cannot be a fraction. UOM {uom}");
            return Err(Fault::thrown(Class::UomMustBeInteger, text));
        }
        let least = number(item, "min_order_qty");
        if qty * number(row, "conversion_factor") < least {
            let text = format!(
                "Item {code}: Ordered qty {qty} cannot be less than minimum order qty {least} \
                 (defined in Item)."
            );
            return refuse(text);
        }
        if !seen.insert(code) {
            return refuse("Same item cannot be entered multiple times.".to_owned());
        }
    }
    Ok(())
}

fn sum_items(order: &mut Document, items: &mut [Document]) -> f64 {
    let (mut total_qty, mut net) = (0.0, 0.0);
    for row in items {
        let qty = number(row, "qty");
        let amount = round(qty * number(row, "rate"));
        let stock_qty = qty * number(row, "conversion_factor");
        row.insert("amount".to_owned(), amount.into());
        row.insert("stock_qty".to_owned(), stock_qty.into());
        total_qty += qty;
        net += amount;
    }
    order.insert("total_qty".to_owned(), total_qty.into());
    round(net)
}

/// The sum of taxes and charges, each row with its amount and the total after it.
fn sum_taxes(net: f64, taxes: &mut [Document]) -> Result<f64, Fault> {
    let mut done: Vec<(f64, f64)> = Vec::new();
    for (at, row) in taxes.iter_mut().enumerate() {
        let rate = number(row, "rate") / 100.0;
        let before = done.last().map_or(net, |(_, total)| *total);
        let referred = text(row, "row_id").parse::<usize>().ok();
        let referred = referred.and_then(|id| done.get(id.checked_sub(1)?));
        let amount = match (text(row, "charge_type"), referred) {
            ("Actual", _) => number(row, "tax_amount"),
            ("On Net Total", _) => net * rate,
            ("On Previous Row Amount", Some((amount, _))) => amount * rate,
            ("On Previous Row Total", Some((_, total))) => total * rate,
            (kind @ ("On Previous Row Amount" | "On Previous Row Total"), None) => {
                let row = at + 1;
                let text = format!("Row {row}: {kind} needs a Reference Row # before it");
                return Err(Fault::thrown(Class::Validation, text));
            }
            ("", _) => 0.0,
            (other, _) => {
                let text = format!("Row #{}: Type cannot be \"{other}\"", at + 1);
                return Err(Fault::thrown(Class::Validation, text));
            }
        };
        let amount = round(amount);
        let amount = if text(row, "add_deduct_tax") == "Deduct" {
            -amount
        } else {
            amount
        };
        let total = round(before + amount);
        row.insert("tax_amount".to_owned(), amount.abs().into());
        row.insert("total".to_owned(), total.into());
        done.push((amount, total));
    }
    Ok(round(done.iter().map(|(amount, _)| amount).sum()))
}

/// To cents.
fn round(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}
