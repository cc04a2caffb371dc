//! The recipe of the small shop, and an order for it.

use scrapers::order::{Address, Order, OrderLine};

pub(crate) fn order_of(lines: &[(&str, i64, i64)]) -> Order {
    let total = lines.iter().map(|(_, qty, price)| qty * price).sum::<i64>() * 10_000;
    Order {
        reference: "PO-2026-7".into(),
        account: None,
        address: Address {
            key: "Site 4".into(),
            lines: vec!["Plot 118".into()],
        },
        currency: "KES".into(),
        lines: lines
            .iter()
            .map(|(sku, qty, price)| OrderLine {
                sku: (*sku).into(),
                quantity: qty * 1000,
                unit: "bag".into(),
                unit_price: price * 10_000,
                max_unit_price: price * 10_200,
                min_unit_price: price * 9_000,
            })
            .collect(),
        freight: 0,
        tax: 0,
        total,
        max_total: total / 100 * 102,
        min_total: total / 100 * 90,
    }
}

pub(crate) const RECIPE: &str = r#"
schema = 1
id = "small-shop"
base = "http://127.0.0.1:1"
money = { currency = "KES", decimal = ".", group = "," }

[loc]
user = ["label=Email"]
password = ["label=Password"]
sign_in = ["role=button 'Sign in'"]
signed_in = ["role=link 'Sign out'"]
remove = ["role=button 'Remove' >> first"]
qty = ["label=Quantity"]
add = ["role=button 'Add to cart'", "role=button 'Add to basket'"]
checkout = ["role=link 'Checkout'"]
address = ["label=Deliver to"]
reference = ["label=Your reference"]
to_review = ["role=button 'Review'"]
place = ["role=button 'Place order'"]

[page]
login = { url = "^/login", then = "login" }
no_item = { at = "css=.none", then = "fail unknown_item" }

[read.item]
sku = { at = "beside 'Article number'" }
price = { at = "beside 'Price'", type = "money" }
[read.cart]
each = "css=tr.line"
sku = { at = "column 'SKU'" }
qty = { at = "column 'Quantity'", type = "int" }
price = { at = "column 'Unit price'", type = "money" }
[read.review]
address = { at = "beside 'Deliver to'" }
reference = { at = "beside 'Reference'" }
total = { at = "beside 'Total'", type = "money" }
[read.confirm]
number = { at = "css=p", re = 'number is (S-\d+)' }
[read.orders]
each = "css=tr.order"
empty = "css=.none-yet"
next = "css=a[rel=next]"
number = { at = "column 'Number'" }
reference = { at = "column 'Reference'", optional = true }
placed = { at = "column 'Date'", type = "date", format = "%d %b %Y" }
[read.order_lines]
each = "css=tr.line"
sku = { at = "column 'SKU'" }
qty = { at = "column 'Quantity'", type = "int" }

[flow]
session = [{ go = "/account" }, { expect = "signed_in" }]
login = [{ go = "/login" }, { fill = "user", with = "{secret.user}" }, { fill = "password", with = "{secret.password}" }, { click = "sign_in" }, { expect = "signed_in" }]
empty = [{ go = "/basket" }, { while = "remove", max = 5, do = [{ click = "remove" }] }]
line = [{ go = "/item/{line.sku}" }, { read = "item" }, { assert = "item.sku == line.sku" }, { assert = "item.price <= line.max_price", fail = "price_above_cap" }, { fill = "qty", with = "{line.qty}" }, { click = "add" }]
review = [{ go = "/basket" }, { click = "checkout" }, { select = "address", with = "{order.address}" }, { fill = "reference", with = "{order.po}" }, { click = "to_review" }, { read = "cart" }, { assert = "cart == order.lines", by = "sku,qty" }, { read = "review" }]
orders = [{ go = "/orders" }, { read = "orders" }]
order = [{ go = "/orders/{past.number}" }, { read = "order_lines" }]

[commit]
click = "place"
request = { path = "^/place$", fields = { token = "*", total = { read = "review.total" }, cents = { read = "review.total", minor = 2 }, reference = "{order.po}" } }
requires = ["review matches order.document", "age(review) <= 120s"]
placed = { url = "^/thanks/", read = "confirm" }
refused = { at = "css=.no" }
unknown = { reconcile = "orders", quiet = "1m" }
"#;
