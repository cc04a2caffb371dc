//! From the basket to the order.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use minijinja::{Value, context};
use serde::Deserialize;

use super::House;
use super::amount::{CURRENCY, money};
use super::customer::address_view;
use super::store::{Checkout, Outcome, Quote, QuotedLine};
use super::switches::Effects;
use super::visit::Customer;
use super::weather::answer_to_order;

/// The longest reference that the shop takes, in characters.
const REFERENCE: usize = 40;

#[derive(Deserialize)]
pub(super) struct LineForm {
    token: String,
    sku: String,
    #[serde(default)]
    quantity: String,
}

#[derive(Deserialize)]
pub(super) struct CheckoutForm {
    token: String,
    address: Option<usize>,
    #[serde(default)]
    reference: String,
}

#[derive(Deserialize)]
pub(super) struct PlaceForm {
    token: String,
    /// The total that the review page showed, in cents.
    total: Option<i64>,
}

pub(super) async fn basket(
    State(house): State<Arc<House>>,
    Extension(effects): Extension<Effects>,
    customer: Customer,
) -> Response {
    let quote = house.store().quote(customer.account, &effects);
    let moved: Vec<String> = quote.lines.iter().filter_map(moved).collect();
    house.page(
        &customer.visitor,
        "basket.html",
        context! { moved, ..quote_view(&quote) },
    )
}

pub(super) async fn add(
    State(house): State<Arc<House>>,
    customer: Customer,
    Form(form): Form<LineForm>,
) -> Response {
    if !customer.visitor.made(&form.token) {
        return house.forged(&customer.visitor);
    }
    let mut store = house.store();
    let Some(item) = store.by_sku(&form.sku) else {
        drop(store);
        let text = "We do not sell that.";
        let status = StatusCode::NOT_FOUND;
        return house.message(&customer.visitor, status, "Product not found", text);
    };
    let key = &customer.visitor.key;
    match store.add(customer.account, item, &form.quantity) {
        Ok(()) => {
            let name = store.items[item].product.name.clone();
            store.notify(key, "success", format!("{name} was added to your basket."));
            Redirect::to("/basket").into_response()
        }
        Err(problem) => {
            let page = format!("/products/{}", store.items[item].slug);
            store.notify(key, "danger", problem);
            Redirect::to(&page).into_response()
        }
    }
}

pub(super) async fn update(
    State(house): State<Arc<House>>,
    customer: Customer,
    Form(form): Form<LineForm>,
) -> Response {
    if !customer.visitor.made(&form.token) {
        return house.forged(&customer.visitor);
    }
    let mut store = house.store();
    let result = match store.by_sku(&form.sku) {
        Some(item) => store.update(customer.account, item, &form.quantity),
        None => Err("That product is not in your basket.".to_owned()),
    };
    let key = &customer.visitor.key;
    match result {
        Ok(()) => store.notify(key, "success", "Your basket was updated.".to_owned()),
        Err(problem) => store.notify(key, "danger", problem),
    }
    Redirect::to("/basket").into_response()
}

pub(super) async fn remove(
    State(house): State<Arc<House>>,
    customer: Customer,
    Form(form): Form<LineForm>,
) -> Response {
    if !customer.visitor.made(&form.token) {
        return house.forged(&customer.visitor);
    }
    let mut store = house.store();
    if let Some(item) = store.by_sku(&form.sku) {
        store.remove(customer.account, item);
    }
    Redirect::to("/basket").into_response()
}

pub(super) async fn checkout_page(
    State(house): State<Arc<House>>,
    Extension(effects): Extension<Effects>,
    customer: Customer,
) -> Response {
    let page = {
        let mut store = house.store();
        let quote = store.quote(customer.account, &effects);
        if quote.lines.is_empty() {
            return Redirect::to("/basket").into_response();
        }
        let chosen = store.session(&customer.visitor.key);
        let chosen = chosen.and_then(|session| session.checkout.clone());
        let addresses = &store.account(customer.account).addresses;
        let addresses: Vec<Value> = addresses.iter().map(address_view).collect();
        context! {
            addresses,
            chosen => chosen.as_ref().map_or(0, |c| c.address),
            reference => chosen.map(|c| c.reference),
            ..quote_view(&quote)
        }
    };
    house.page(&customer.visitor, "checkout.html", page)
}

pub(super) async fn checkout(
    State(house): State<Arc<House>>,
    customer: Customer,
    Form(form): Form<CheckoutForm>,
) -> Response {
    if !customer.visitor.made(&form.token) {
        return house.forged(&customer.visitor);
    }
    let mut store = house.store();
    let key = &customer.visitor.key;
    let addresses = store.account(customer.account).addresses.len();
    let reference = form.reference.trim().to_owned();
    let Some(address) = form.address.filter(|address| *address < addresses) else {
        store.notify(
            key,
            "danger",
            "Please choose a delivery address.".to_owned(),
        );
        return Redirect::to("/checkout").into_response();
    };
    if reference.chars().count() > REFERENCE {
        let problem = format!("Your reference may have at most {REFERENCE} characters.");
        store.notify(key, "danger", problem);
        return Redirect::to("/checkout").into_response();
    }
    if let Some(session) = store.session(key) {
        session.checkout = Some(Checkout { address, reference });
    }
    Redirect::to("/checkout/review").into_response()
}

pub(super) async fn review(
    State(house): State<Arc<House>>,
    Extension(effects): Extension<Effects>,
    customer: Customer,
) -> Response {
    let page = {
        let mut store = house.store();
        let key = &customer.visitor.key;
        let quote = store.quote(customer.account, &effects);
        let obstacles = store.obstacles(customer.account, &effects);
        if quote.lines.is_empty() || !obstacles.is_empty() {
            for obstacle in obstacles {
                store.notify(key, "danger", obstacle);
            }
            return Redirect::to("/basket").into_response();
        }
        let checkout = store
            .session(key)
            .and_then(|session| session.checkout.clone());
        let Some(Checkout { address, reference }) = checkout else {
            return Redirect::to("/checkout").into_response();
        };
        let address = address_view(&store.account(customer.account).addresses[address]);
        context! { address, reference, ..quote_view(&quote) }
    };
    house.page(&customer.visitor, "review.html", page)
}

pub(super) async fn place(
    State(house): State<Arc<House>>,
    Extension(effects): Extension<Effects>,
    customer: Customer,
    Form(form): Form<PlaceForm>,
) -> Response {
    if !customer.visitor.made(&form.token) {
        return house.forged(&customer.visitor);
    }
    let outcome = house
        .store()
        .place(&customer.visitor.key, form.total, &effects);
    match outcome {
        Outcome::Ordered(number) => {
            tokio::time::sleep(Duration::from_millis(effects.hang_ms)).await;
            if let Some(answer) = answer_to_order(&house, &effects) {
                return answer;
            }
            Redirect::to(&format!("/orders/{number}/thank-you")).into_response()
        }
        Outcome::NothingToOrder => Redirect::to("/basket").into_response(),
        Outcome::Refused => Redirect::to("/checkout/refused").into_response(),
    }
}

pub(super) async fn refused(State(house): State<Arc<House>>, customer: Customer) -> Response {
    let reasons = {
        let mut store = house.store();
        let session = store.session(&customer.visitor.key);
        session
            .map(|session| session.refusal.clone())
            .unwrap_or_default()
    };
    if reasons.is_empty() {
        return Redirect::to("/basket").into_response();
    }
    house.page(&customer.visitor, "refused.html", context! { reasons })
}

fn moved(line: &QuotedLine) -> Option<String> {
    (line.price != line.listed).then(|| {
        let (old, new) = (money(line.listed), money(line.price));
        format!(
            "The price of {} has changed from {old} to {new}.",
            line.name
        )
    })
}

fn quote_view(quote: &Quote) -> Value {
    let lines: Vec<Value> = quote.lines.iter().map(line_view).collect();
    context! {
        lines,
        goods => quote.goods,
        freight => quote.freight,
        tax => quote.tax,
        total => quote.total,
        currency => CURRENCY,
    }
}

pub(super) fn line_view(line: &QuotedLine) -> Value {
    context! {
        sku => line.sku.as_str(),
        name => line.name.as_str(),
        slug => line.slug.as_str(),
        unit => line.unit.as_str(),
        quantity => line.quantity,
        price => line.price,
        total => line.total,
    }
}
