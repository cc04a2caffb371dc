//! The shop as a browser meets it: cookies, forms, redirects.

mod buying;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, header, redirect};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;

/// A browser that keeps cookies and follows nothing by itself.
struct Browser {
    client: Client,
    base: String,
    cookie: Mutex<String>,
}

struct Page {
    status: StatusCode,
    /// Where a redirect leads.
    to: String,
    body: String,
}

impl Browser {
    fn new(shop: &ShopHandle) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self {
            client,
            base: shop.url.clone(),
            cookie: Mutex::default(),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Page> {
        let cookie = self.cookie.lock().unwrap().clone();
        let response = request.header(header::COOKIE, cookie).send().await?;
        let text = |name| {
            let value = response.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        let (to, set) = (text(header::LOCATION), text(header::SET_COOKIE));
        if let Some((pair, _)) = set.split_once(';') {
            pair.clone_into(&mut self.cookie.lock().unwrap());
        }
        let status = response.status();
        let body = response.text().await?;
        Ok(Page { status, to, body })
    }

    async fn get(&self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request).await.unwrap()
    }

    async fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Result<Page> {
        let request = self.client.post(format!("{}{path}", self.base));
        self.send(request.form(fields)).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.try_post(path, fields).await.unwrap()
    }

    /// The token of this session's forms.
    async fn token(&self) -> String {
        field(&self.get("/basket").await.body, "token")
    }

    async fn sign_in(&self) {
        let token = field(&self.get("/sign-in").await.body, "token");
        let fields = [
            ("token", token.as_str()),
            ("email", "orders@tumaini.example"),
            ("password", "jenga-imara-2026"),
        ];
        assert_eq!(self.post("/sign-in", &fields).await.to, "/account");
    }

    async fn add(&self, sku: &str, quantity: &str) -> Page {
        let token = self.token().await;
        let fields = [
            ("token", token.as_str()),
            ("sku", sku),
            ("quantity", quantity),
        ];
        self.post("/basket/add", &fields).await
    }

    /// Chooses an address and goes to the review page; its form's fields.
    async fn check_out(&self, address: &str, reference: &str) -> [(&'static str, String); 2] {
        let token = self.token().await;
        let fields = [
            ("token", token.as_str()),
            ("address", address),
            ("reference", reference),
        ];
        assert_eq!(self.post("/checkout", &fields).await.to, "/checkout/review");
        let review = self.get("/checkout/review").await;
        assert_eq!(review.status, StatusCode::OK, "{}", review.to);
        [("token", token), ("total", field(&review.body, "total"))]
    }

    async fn try_place(&self, form: &[(&'static str, String); 2]) -> reqwest::Result<Page> {
        let fields = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.try_post("/checkout/place", &fields).await
    }

    /// One whole order; the page that the order post leads to.
    async fn order(&self, sku: &str, quantity: &str, reference: &str) -> String {
        self.add(sku, quantity).await;
        let form = self.check_out("1", reference).await;
        self.try_place(&form).await.unwrap().to
    }
}

async fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "it did not happen"
        );
        tokio::task::yield_now().await;
    }
}

/// The value of a form field with that name.
fn field(body: &str, name: &str) -> String {
    let (_, rest) = body
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

async fn open() -> ShopHandle {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Shop::start(listener, ShopWorld::demo()).unwrap()
}

async fn visit() -> (ShopHandle, Browser) {
    let shop = open().await;
    let browser = Browser::new(&shop);
    browser.sign_in().await;
    (shop, browser)
}

#[tokio::test]
async fn only_the_right_password_signs_in() {
    let shop = open().await;
    let browser = Browser::new(&shop);
    let away = browser.get("/orders?page=2").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    assert_eq!(away.to, "/sign-in?next=%2Forders%3Fpage%3D2");
    let token = field(&browser.get(&away.to).await.body, "token");
    let mut fields = [
        ("token", token.as_str()),
        ("email", "orders@tumaini.example"),
        ("password", "jenga-imara-2025"),
        ("next", "/orders?page=2"),
    ];
    let wrong = browser.post("/sign-in", &fields).await;
    assert!(wrong.body.contains("Email or password is not correct."));
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
    fields[2].1 = "jenga-imara-2026";
    fields[3].1 = "//elsewhere.example/";
    assert_eq!(browser.post("/sign-in", &fields).await.to, "/account");
    let account = browser.get("/account").await;
    assert!(account.body.contains("Signed in as orders@tumaini.example"));
    shop.end_sessions();
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_without_this_sessions_token_changes_nothing() {
    let (shop, browser) = visit().await;
    let fields = [("token", "0"), ("sku", "PLY-18"), ("quantity", "1")];
    let forged = browser.post("/basket/add", &fields).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert!(
        browser
            .get("/basket")
            .await
            .body
            .contains("Your basket is empty.")
    );
    browser.add("PLY-18", "1").await;
    let [_, total] = browser.check_out("0", "").await;
    let forged = [("token", "0".to_owned()), total];
    let forged = browser.try_place(&forged).await.unwrap();
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(shop.ledger().orders, []);
}

#[tokio::test]
async fn a_reset_shop_has_sold_nothing() {
    let (shop, browser) = visit().await;
    browser.order("PLY-18", "520", "").await;
    assert!(
        browser
            .get("/search?q=PLY-18")
            .await
            .body
            .contains("PLY-18")
    );
    shop.reset();
    assert_eq!(
        shop.ledger(),
        Ledger {
            orders: Vec::new(),
            posts: 0
        }
    );
    browser.sign_in().await;
    assert_eq!(
        browser.order("PLY-18", "520", "").await,
        "/orders/W-10001/thank-you"
    );
}

#[tokio::test]
async fn a_world_with_a_wrong_price_does_not_open() {
    let mut world = ShopWorld::demo();
    world.products[0].price = "7 bob".to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = Shop::start(listener, world).err().unwrap().to_string();
    assert_eq!(error, "CEM-425-50: 7 bob is no price");
}
