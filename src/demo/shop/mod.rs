//! Mjengo Supplies: a supplier's web shop with real sessions, baskets and orders.
//!
//! Sign in, search, put products into a basket that belongs to the account, choose a delivery
//! address, review, place the order. `/ledger.json` says what was really ordered, `/switches`
//! makes things go wrong.
//!
//! **Invariant:** it knows nothing of Sutler, and it is not idempotent: every order post that finds
//! a basket makes an order.

mod amount;
mod buying;
mod catalogue;
mod control;
mod customer;
mod faults;
mod ledger;
mod store;
mod switches;
#[cfg(test)]
mod tests;
mod visit;
mod weather;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use minijinja::{Environment, Value, context};
use tokio::net::TcpListener;

use self::store::Store;
use self::visit::Visitor;
use crate::demo::server::Serving;

pub use self::faults::{Fault, Faults, When};
pub use self::ledger::{Ledger, LedgerLine, LedgerOrder};
pub use self::switches::{Delay, During, MovedPrices, Refused, RefusedAt, Switches};
pub use self::world::{Account, Address, Product, ShopWorld, Sold};

/// The path whose POST makes an order.
const ORDER_POST: &str = "/checkout/place";
/// Where a redirect asks a browser to send the same order once more.
const ORDER_POST_AGAIN: &str = "/checkout/place/again";

/// The shop; [`Shop::start`] opens it.
#[derive(Debug)]
pub struct Shop;

/// An open shop; dropping it closes it.
pub struct ShopHandle {
    /// The base URL, without a slash at its end.
    pub url: String,
    house: Arc<House>,
    _serving: Serving,
}

impl Shop {
    /// Opens the shop on a listener. Fails on a price that is none and on a SKU that is there twice.
    pub fn start(listener: TcpListener, world: ShopWorld) -> anyhow::Result<ShopHandle> {
        let house = Arc::new(House {
            store: Mutex::new(Store::new(world)?),
            pages: pages(),
        });
        let serving = Serving::start(listener, router(Arc::clone(&house)))?;
        Ok(ShopHandle {
            url: serving.url(),
            house,
            _serving: serving,
        })
    }
}

impl ShopHandle {
    /// What was really ordered.
    pub fn ledger(&self) -> Ledger {
        Ledger::read(&self.house.store())
    }

    /// The switches as they stand; counted ones count down.
    pub fn switches(&self) -> Switches {
        self.house.store().switches.clone()
    }

    /// Replaces all switches; says what is wrong with them and changes nothing then.
    pub fn switch(&self, switches: Switches) -> Result<(), String> {
        switches.check()?;
        self.house.store().switches = switches;
        Ok(())
    }

    /// The paths that were asked for, oldest first.
    pub fn trail(&self) -> Vec<String> {
        self.house.store().trail.clone()
    }

    /// Ends every session, as a shop does overnight; baskets stay.
    pub fn end_sessions(&self) {
        self.house.store().close_all_sessions();
    }

    /// Everything as it was at the start, the switches off.
    pub fn reset(&self) {
        self.house.store().reset();
    }
}

struct House {
    store: Mutex<Store>,
    pages: Environment<'static>,
}

impl House {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Renders a page with what every page shows: who is signed in, the basket, pending notices.
    fn page(&self, visitor: &Visitor, name: &str, page: Value) -> Response {
        let frame = {
            let mut store = self.store();
            let notices = store.session(&visitor.key);
            let notices: Vec<Value> = notices
                .map(|session| std::mem::take(&mut session.notices))
                .unwrap_or_default()
                .into_iter()
                .map(|notice| context! { kind => notice.kind, text => notice.text })
                .collect();
            let company = visitor.account.map(|a| store.account(a).company.clone());
            let basket = visitor.account.map(|a| store.basket_size(a));
            let layout_b = visitor.struck.by(Fault::LayoutB);
            let ajax = visitor.struck.by(Fault::AjaxBasket);
            context! { token => visitor.token.as_str(), notices, company, basket, layout_b, ajax }
        };
        let template = self
            .pages
            .get_template(name)
            .expect("templates are embedded");
        match template.render(context! { ..page, ..frame }) {
            Ok(html) => Html(html).into_response(),
            Err(error) => {
                tracing::error!(%error, name, "a shop page could not be made");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// A page with one sentence.
    fn message(&self, visitor: &Visitor, status: StatusCode, title: &str, text: &str) -> Response {
        let page = self.page(visitor, "message.html", context! { title, text });
        (status, page).into_response()
    }

    /// What a form gets that this session's pages did not make.
    fn forged(&self, visitor: &Visitor) -> Response {
        let text = "This form is no longer valid. Please go back, reload the page and try again.";
        self.message(visitor, StatusCode::FORBIDDEN, "Form expired", text)
    }

    /// What everybody gets while the shop is closed.
    fn closed(&self) -> Response {
        let text = "The shop is closed for maintenance. Please come back in a few minutes.";
        let visitor = Visitor::default();
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let mut page = self.message(&visitor, status, "Closed for maintenance", text);
        let wait = HeaderValue::from_static("120");
        page.headers_mut().insert(header::RETRY_AFTER, wait);
        page
    }
}

fn pages() -> Environment<'static> {
    let mut pages = Environment::new();
    for (name, source) in [
        ("base.html", include_str!("pages/base.html")),
        ("macros.html", include_str!("pages/macros.html")),
        ("home.html", include_str!("pages/home.html")),
        ("sign-in.html", include_str!("pages/sign-in.html")),
        ("code.html", include_str!("pages/code.html")),
        ("captcha.html", include_str!("pages/captcha.html")),
        ("account.html", include_str!("pages/account.html")),
        ("search.html", include_str!("pages/search.html")),
        ("product.html", include_str!("pages/product.html")),
        ("basket.html", include_str!("pages/basket.html")),
        ("checkout.html", include_str!("pages/checkout.html")),
        ("review.html", include_str!("pages/review.html")),
        ("refused.html", include_str!("pages/refused.html")),
        ("thank-you.html", include_str!("pages/thank-you.html")),
        ("orders.html", include_str!("pages/orders.html")),
        ("order.html", include_str!("pages/order.html")),
        ("switches.html", include_str!("pages/switches.html")),
        ("message.html", include_str!("pages/message.html")),
    ] {
        pages
            .add_template(name, source)
            .expect("embedded templates are well formed");
    }
    pages.add_filter("money", amount::money);
    pages.add_filter("quantity", amount::plain);
    pages
}

fn router(house: Arc<House>) -> Router {
    let pages = Router::new()
        .route("/", get(catalogue::home))
        .route("/search", get(catalogue::search))
        .route("/products/{slug}", get(catalogue::product))
        .route(
            "/sign-in",
            get(customer::sign_in_page).post(customer::sign_in),
        )
        .route("/sign-in/code", post(customer::sign_in_with_code))
        .route("/sign-out", post(customer::sign_out))
        .route("/account", get(customer::account))
        .route("/orders", get(customer::orders))
        .route("/orders/{number}", get(customer::order))
        .route("/orders/{number}/thank-you", get(customer::thank_you))
        .route("/basket", get(buying::basket))
        .route("/basket/add", post(buying::add))
        .route("/basket/update", post(buying::update))
        .route("/basket/remove", post(buying::remove))
        .route(
            "/checkout",
            get(buying::checkout_page).post(buying::checkout),
        )
        .route("/checkout/review", get(buying::review))
        .route(ORDER_POST, post(buying::place))
        .route(ORDER_POST_AGAIN, post(buying::place))
        .route("/checkout/refused", get(buying::refused))
        .fallback(catalogue::nowhere)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&house),
            weather::weather,
        ));
    Router::new()
        .merge(pages)
        .route("/shop.css", get(catalogue::style))
        .route("/shop.js", get(catalogue::script))
        .route("/captcha", post(weather::captcha))
        .route("/ledger.json", get(control::ledger))
        .route("/switches", get(control::page).post(control::set))
        .layer(middleware::map_response(harden))
        .with_state(house)
}

async fn harden(mut response: Response) -> Response {
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
