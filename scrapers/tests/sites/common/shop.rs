//! A small shop with a ledger.

mod recipe;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use url::Url;

pub(crate) use self::recipe::{RECIPE, order_of};

/// What the shop does with the order post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Normal,
    /// The order is made at once, the answer comes so much later.
    After(Duration),
    Refused,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) number: String,
    pub(crate) reference: String,
    pub(crate) lines: Vec<(String, i64)>,
    pub(crate) total: i64,
}

#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) url: Url,
    pub(crate) state: Arc<Mutex<House>>,
}

#[derive(Debug)]
pub(crate) struct House {
    pub(crate) answer: Answer,
    /// SKU and unit price, whole shillings.
    pub(crate) prices: Vec<(&'static str, i64)>,
    pub(crate) basket: Vec<(String, i64)>,
    pub(crate) reference: String,
    pub(crate) address: String,
    pub(crate) made: Vec<Made>,
    /// What the review page adds to the total.
    pub(crate) surcharge: i64,
}

type Shared = State<Arc<Mutex<House>>>;
type Fields = Form<std::collections::HashMap<String, String>>;

impl Shop {
    pub(crate) async fn start() -> Self {
        let state = Arc::new(Mutex::new(House {
            answer: Answer::Normal,
            prices: vec![("CEM", 750), ("CEM-WHITE", 900), ("NAIL", 120)],
            basket: Vec::new(),
            reference: String::new(),
            address: String::new(),
            made: Vec::new(),
            surcharge: 0,
        }));
        let router = Router::new()
            .route("/login", get(|| async { login("") }).post(sign_in))
            .route("/account", get(account))
            .route("/basket", get(basket))
            .route("/remove", post(remove))
            .route("/item/{sku}", get(item))
            .route("/add", post(add))
            .route("/checkout", get(checkout).post(chosen))
            .route("/review", get(review))
            .route("/place", post(place))
            .route("/thanks/{number}", get(thanks))
            .route("/orders", get(orders))
            .route("/orders/{number}", get(order))
            .with_state(Arc::clone(&state));
        Self {
            url: super::serve(router).await,
            state,
        }
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut House)) {
        change(&mut self.state.lock().unwrap());
    }

    pub(crate) fn made(&self) -> Vec<Made> {
        self.state.lock().unwrap().made.clone()
    }
}

impl House {
    fn price(&self, sku: &str) -> i64 {
        self.prices
            .iter()
            .find(|(known, _)| *known == sku)
            .unwrap()
            .1
    }

    fn total(&self) -> i64 {
        let lines = self.basket.iter().map(|(sku, qty)| self.price(sku) * qty);
        lines.sum::<i64>() + self.surcharge
    }

    fn make(&mut self) -> String {
        let number = format!("S-{}", 1001 + self.made.len());
        self.made.push(Made {
            number: number.clone(),
            reference: self.reference.clone(),
            lines: std::mem::take(&mut self.basket),
            total: 0,
        });
        number
    }
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    ))
}

fn login(alert: &str) -> Html<String> {
    page(
        "Sign in",
        &format!(
            "{alert}<form method=post action=/login><label for=u>Email</label><input id=u name=user>\
             <label for=p>Password</label><input id=p name=password type=password>\
             <button>Sign in</button></form>"
        ),
    )
}

async fn sign_in(Form(fields): Fields) -> Response {
    if fields["password"] == "right" {
        let cookie = [(header::SET_COOKIE, "in=1; Path=/")];
        (cookie, Redirect::to("/account")).into_response()
    } else {
        login("<p role=alert>Wrong email or password.</p>").into_response()
    }
}

async fn account(headers: axum::http::HeaderMap) -> Response {
    match headers.get(header::COOKIE) {
        Some(_) => page("Account", "<a href=/logout>Sign out</a>").into_response(),
        None => Redirect::to("/login").into_response(),
    }
}

fn rows(house: &House) -> String {
    let row = |(sku, qty): &(String, i64)| {
        let price = house.price(sku);
        format!("<tr class=line><td>{sku}</td><td>{qty}</td><td>KES {price}.00</td></tr>")
    };
    let rows: String = house.basket.iter().map(row).collect();
    format!("<table><tr><th>SKU</th><th>Quantity</th><th>Unit price</th></tr>{rows}</table>")
}

async fn basket(State(house): Shared) -> Html<String> {
    let house = house.lock().unwrap();
    let forms: Vec<String> = house
        .basket
        .iter()
        .map(|(sku, _)| {
            format!("<form method=post action=/remove><input type=hidden name=sku value={sku}><button>Remove</button></form>")
        })
        .collect();
    page(
        "Basket",
        &format!(
            "{}{}<a href=/checkout>Checkout</a>",
            rows(&house),
            forms.concat()
        ),
    )
}

async fn remove(State(house): Shared, Form(fields): Fields) -> Redirect {
    let sku = &fields["sku"];
    house.lock().unwrap().basket.retain(|(held, _)| held != sku);
    Redirect::to("/basket")
}

async fn item(State(house): Shared, Path(sku): Path<String>) -> Html<String> {
    let house = house.lock().unwrap();
    if !house.prices.iter().any(|(known, _)| *known == sku) {
        return page("No such item", "<p class=none>We do not sell this.</p>");
    }
    let price = house.price(&sku);
    page(
        "Item",
        &format!(
            "<dl><dt>Article number:</dt><dd>{sku}</dd><dt>Price</dt><dd>KES {price}.00</dd></dl>\
             <form method=post action=/add><input type=hidden name=sku value={sku}>\
             <label>Quantity <input name=qty value=1></label><button>Add to basket</button></form>"
        ),
    )
}

async fn add(State(house): Shared, Form(fields): Fields) -> Redirect {
    let qty = fields["qty"].parse().unwrap();
    house
        .lock()
        .unwrap()
        .basket
        .push((fields["sku"].clone(), qty));
    Redirect::to("/basket")
}

async fn checkout() -> Html<String> {
    page(
        "Checkout",
        "<form method=post action=/checkout><label for=a>Deliver to</label>\
         <select id=a name=address><option>Yard</option><option>Site 4, Plot 118</option><option>Site 41, Plot 9</option></select>\
         <label for=r>Your reference</label><input id=r name=reference><button>Review</button></form>",
    )
}

async fn chosen(State(house): Shared, Form(fields): Fields) -> Redirect {
    let mut house = house.lock().unwrap();
    house.reference.clone_from(&fields["reference"]);
    house.address.clone_from(&fields["address"]);
    Redirect::to("/review")
}

async fn review(State(house): Shared) -> Html<String> {
    let house = house.lock().unwrap();
    page(
        "Review",
        &format!(
            "{}<dl><dt>Deliver to</dt><dd><address>{}</address></dd><dt>Reference</dt><dd>{}</dd>\
             <dt>Total</dt><dd>KES {}.00</dd></dl><form method=post action=/place><input type=hidden name=token value=t{total}>\
             <input type=hidden name=total value={total}><input type=hidden name=cents value={total}00>\
             <input type=hidden name=reference value='{reference}'><button>Place order</button></form>",
            rows(&house),
            house.address,
            house.reference,
            house.total(),
            total = house.total(),
            reference = house.reference,
        ),
    )
}

async fn place(State(house): Shared) -> Response {
    let answer = house.lock().unwrap().answer;
    match answer {
        Answer::Refused => page("Sorry", "<p class=no>Cement is sold out.</p>").into_response(),
        Answer::Normal => {
            let number = house.lock().unwrap().make();
            Redirect::to(&format!("/thanks/{number}")).into_response()
        }
        Answer::After(wait) => {
            let number = house.lock().unwrap().make();
            tokio::time::sleep(wait).await;
            Redirect::to(&format!("/thanks/{number}")).into_response()
        }
    }
}

async fn thanks(Path(number): Path<String>) -> Html<String> {
    page(
        "Thank you",
        &format!("<p>Your order number is <strong>{number}</strong>.</p>"),
    )
}

/// Two orders a page, newest first.
async fn orders(
    State(house): Shared,
    Query(query): Query<std::collections::HashMap<String, usize>>,
) -> Html<String> {
    let house = house.lock().unwrap();
    let from = query.get("from").copied().unwrap_or_default();
    let rows: Vec<String> = house
        .made
        .iter()
        .rev()
        .skip(from)
        .take(2)
        .map(|made| {
            format!(
                "<tr class=order><td>{}</td><td>{}</td><td>20 Nov 2026</td></tr>",
                made.number, made.reference
            )
        })
        .collect();
    let next = if house.made.len() > from + 2 {
        format!("<a rel=next href='/orders?from={}'>Older</a>", from + 2)
    } else {
        String::new()
    };
    if rows.is_empty() {
        return page("Orders", "<p class=none-yet>No orders yet.</p>");
    }
    let head = "<tr><th>Number</th><th>Reference</th><th>Date</th></tr>";
    page(
        "Orders",
        &format!("<table>{head}{}</table>{next}", rows.concat()),
    )
}

async fn order(State(house): Shared, Path(number): Path<String>) -> Html<String> {
    let house = house.lock().unwrap();
    let made = house
        .made
        .iter()
        .find(|made| made.number == number)
        .unwrap();
    let rows: Vec<String> = made
        .lines
        .iter()
        .map(|(sku, qty)| format!("<tr class=line><td>{sku}</td><td>{qty}</td></tr>"))
        .collect();
    let head = "<tr><th>SKU</th><th>Quantity</th></tr>";
    page("Order", &format!("<table>{head}{}</table>", rows.concat()))
}
