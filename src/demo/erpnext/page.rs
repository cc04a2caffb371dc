//! The purchase orders as a page for people.

use minijinja::{Environment, Value, context};
use serde_json::Value as Json;

use super::desk::{Desk, Document};
use super::fields::{number, text};

/// What a site says while it is being updated.
pub(super) const UPDATING: &str = "<!doctype html><html><head><title>Updating</title></head><body>\
    <h1>Updating</h1><p>Your system is being updated. Please refresh again after a few moments</p>\
    </body></html>";

pub(super) fn orders(desk: &Desk) -> Result<String, minijinja::Error> {
    let mut pages = Environment::new();
    pages.add_template("orders.html", include_str!("orders.html"))?;
    let orders: Vec<Value> = desk.all("Purchase Order").iter().rev().map(view).collect();
    let company = desk.world.company.as_str();
    pages
        .get_template("orders.html")?
        .render(context! { company, orders })
}

fn view(order: &Document) -> Value {
    let items = order.get("items").and_then(Json::as_array);
    let items: Vec<Value> = items
        .into_iter()
        .flatten()
        .filter_map(Json::as_object)
        .map(|row| {
            context! {
                code => text(row, "item_code"),
                name => text(row, "item_name"),
                qty => number(row, "qty").to_string(),
                uom => text(row, "uom"),
                amount => money(number(row, "amount")),
            }
        })
        .collect();
    context! {
        name => text(order, "name"),
        supplier => text(order, "supplier_name"),
        date => text(order, "transaction_date"),
        status => text(order, "status"),
        confirmation => text(order, "order_confirmation_no"),
        currency => text(order, "currency"),
        total => money(number(order, "grand_total")),
        items,
    }
}

/// `26,361.00`
fn money(amount: f64) -> String {
    let text = format!("{amount:.2}");
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{cents}")
}
