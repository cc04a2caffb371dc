//! Signing in, the account, and the orders made.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{FixedOffset, TimeDelta};
use minijinja::{Value, context};
use serde::Deserialize;

use super::House;
use super::amount::CURRENCY;
use super::faults::Fault;
use super::store::{Order, Store};
use super::visit::{COOKIE, Customer, Visitor};
use super::world::Address;

const ORDERS_A_PAGE: usize = 10;
/// Nairobi is three hours ahead of UTC all year.
const NAIROBI: i32 = 3 * 3600;
/// What the phone shows; `pages/code.html` tells it.
const CODE: &str = "482915";

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    token: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct SentCode {
    token: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct Token {
    token: String,
}

#[derive(Deserialize)]
pub(super) struct Page {
    page: Option<usize>,
}

pub(super) async fn sign_in_page(
    State(house): State<Arc<House>>,
    mut visitor: Visitor,
    Query(Next { next }): Query<Next>,
) -> Response {
    if visitor.account.is_some() {
        return Redirect::to(local(&next)).into_response();
    }
    let fresh = visitor.key.is_empty();
    if fresh {
        let mut store = house.store();
        visitor.key = store.open_session(None);
        let session = store.session(&visitor.key).expect("just opened");
        visitor.token = session.token.clone();
    }
    let page = house.page(&visitor, "sign-in.html", context! { next });
    if fresh {
        with_cookie(page, &visitor.key)
    } else {
        page
    }
}

pub(super) async fn sign_in(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Form(form): Form<Credentials>,
) -> Response {
    if !visitor.made(&form.token) {
        return house.forged(&visitor);
    }
    let account = house.store().sign_in(&form.email, &form.password);
    let Some(account) = account else {
        let error = "Email or password is not correct.";
        let known = context! { next => form.next, email => form.email, error };
        return house.page(&visitor, "sign-in.html", known);
    };
    if visitor.struck.by(Fault::OneTimeCode) {
        if let Some(session) = house.store().session(&visitor.key) {
            session.claims = Some(account);
        }
        return house.page(&visitor, "code.html", context! { next => form.next });
    }
    admit(&house, &visitor, account, &form.next)
}

/// The code that was sent to the phone, for who has signed in with the right password.
pub(super) async fn sign_in_with_code(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Form(form): Form<SentCode>,
) -> Response {
    if !visitor.made(&form.token) {
        return house.forged(&visitor);
    }
    let claims = house
        .store()
        .session(&visitor.key)
        .and_then(|session| session.claims);
    match claims {
        Some(account) if form.code.trim() == CODE => admit(&house, &visitor, account, &form.next),
        Some(_) => {
            let error = "That is not the code.";
            house.page(&visitor, "code.html", context! { next => form.next, error })
        }
        None => Redirect::to("/sign-in").into_response(),
    }
}

fn admit(house: &House, visitor: &Visitor, account: usize, next: &str) -> Response {
    let key = {
        let mut store = house.store();
        store.close_session(&visitor.key);
        store.open_session(Some(account))
    };
    with_cookie(Redirect::to(local(next)).into_response(), &key)
}

pub(super) async fn sign_out(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Form(form): Form<Token>,
) -> Response {
    if !visitor.made(&form.token) {
        return house.forged(&visitor);
    }
    house.store().close_session(&visitor.key);
    Redirect::to("/").into_response()
}

pub(super) async fn account(State(house): State<Arc<House>>, customer: Customer) -> Response {
    let page = {
        let store = house.store();
        let account = store.account(customer.account);
        let addresses: Vec<Value> = account.addresses.iter().map(address_view).collect();
        let latest: Vec<Value> = own(&store, customer.account)
            .take(3)
            .map(|o| view(&store, o))
            .collect();
        context! { email => account.email.as_str(), addresses, latest }
    };
    house.page(&customer.visitor, "account.html", page)
}

pub(super) async fn orders(
    State(house): State<Arc<House>>,
    customer: Customer,
    Query(Page { page }): Query<Page>,
) -> Response {
    let page = page.unwrap_or(1).max(1);
    let context = {
        let store = house.store();
        let rows = rows(&store, &customer);
        let start = (page - 1).saturating_mul(ORDERS_A_PAGE);
        let pages = rows.len().div_ceil(ORDERS_A_PAGE).max(1);
        let orders: Vec<Value> = rows.into_iter().skip(start).take(ORDERS_A_PAGE).collect();
        let older = (page < pages).then(|| page + 1);
        let newer = (page > 1).then(|| (page - 1).min(pages));
        context! { orders, page, pages, older, newer }
    };
    house.page(&customer.visitor, "orders.html", context)
}

pub(super) async fn order(
    house: State<Arc<House>>,
    customer: Customer,
    number: Path<String>,
) -> Response {
    show(&house, &customer, &number, "order.html")
}

pub(super) async fn thank_you(
    house: State<Arc<House>>,
    customer: Customer,
    number: Path<String>,
) -> Response {
    if customer.visitor.struck.by(Fault::ConfirmationLost) {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return house.message(&customer.visitor, status, "Sorry", "Something went wrong.");
    }
    if customer.visitor.struck.by(Fault::BasketKept) {
        house.store().empty_basket(customer.account);
    }
    show(&house, &customer, &number, "thank-you.html")
}

fn show(house: &House, customer: &Customer, number: &str, template: &str) -> Response {
    let order = {
        let store = house.store();
        let order = store.order(customer.account, number);
        order.map(|order| view(&store, order))
    };
    if let Some(order) = order {
        return house.page(&customer.visitor, template, context! { order });
    }
    let text = "There is no such order in your account.";
    let status = StatusCode::NOT_FOUND;
    house.message(&customer.visitor, status, "Order not found", text)
}

/// The history as it is shown, which is not always as it is.
fn rows(store: &Store, customer: &Customer) -> Vec<Value> {
    let struck = &customer.visitor.struck;
    let late = TimeDelta::milliseconds(struck.history_late_ms.cast_signed());
    let shown_until = store.now() - late;
    let mut rows = Vec::new();
    for order in own(store, customer.account).filter(|order| order.placed_at <= shown_until) {
        let row = view(store, order);
        if struck.by(Fault::HistoryTwice) {
            rows.push(row.clone());
        }
        if struck.by(Fault::HistoryTwoNumbers) && rows.is_empty() {
            let number = format!("{}-B", order.number);
            rows.push(context! { number, ..row.clone() });
        }
        rows.push(row);
    }
    rows
}

/// The account's orders, newest first.
fn own(store: &Store, account: usize) -> impl Iterator<Item = &Order> {
    let orders = store.orders.iter().rev();
    orders.filter(move |order| order.account == account)
}

fn view(store: &Store, order: &Order) -> Value {
    let nairobi = FixedOffset::east_opt(NAIROBI).expect("three hours are an offset");
    let placed_at = order.placed_at.with_timezone(&nairobi);
    let lines: Vec<Value> = order
        .quote
        .lines
        .iter()
        .map(super::buying::line_view)
        .collect();
    context! {
        number => order.number.as_str(),
        reference => order.reference.as_str(),
        date => placed_at.format("%d %b %Y, %H:%M").to_string(),
        instant => placed_at.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        address => address_view(&store.account(order.account).addresses[order.address]),
        lines,
        goods => order.quote.goods,
        freight => order.quote.freight,
        tax => order.quote.tax,
        total => order.quote.total,
        currency => CURRENCY,
    }
}

pub(super) fn address_view(address: &Address) -> Value {
    context! { name => address.name.as_str(), lines => &address.lines }
}

/// A path of this shop, never another site.
fn local(next: &str) -> &str {
    let here = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if here { next } else { "/account" }
}

fn with_cookie(mut response: Response, key: &str) -> Response {
    let cookie = format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::from_str(&cookie).expect("a key is hexadecimal");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
