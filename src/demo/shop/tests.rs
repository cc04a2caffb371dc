//! The shop as a browser meets it: cookies, forms, redirects. Long, for every case drives the same browser.

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
async fn an_order_stands_in_the_ledger_as_it_was_reviewed() {
    let (_shop, browser) = visit().await;
    assert_eq!(browser.add("CEM-425-50", "20").await.to, "/basket");
    browser.add("SND-RIV-T", "2.5").await;
    let form = browser.check_out("1", "PO-2026-0007").await;
    let review = browser.get("/checkout/review").await.body;
    // 20 × 780 + 2.5 × 2,650 = 22,225; freight free; 16% of it is 3,556.
    for text in [
        "KES 15,600.00",
        "KES 6,625.00",
        "KES 3,556.00",
        "KES 25,781.00",
        "Site 4",
    ] {
        assert!(review.contains(text), "{text}");
    }
    let placed = browser.try_place(&form).await.unwrap();
    assert_eq!(placed.status, StatusCode::SEE_OTHER);
    assert_eq!(placed.to, "/orders/W-10001/thank-you");
    let thanks = browser.get(&placed.to).await.body;
    assert!(thanks.contains(r#"<strong id="order-number">W-10001</strong>"#));
    assert!(
        browser
            .get("/basket")
            .await
            .body
            .contains("Your basket is empty.")
    );

    let ledger = browser.get("/ledger.json").await.body;
    let mut ledger: Value = serde_json::from_str(&ledger).unwrap();
    let placed_at = ledger["orders"][0]
        .as_object_mut()
        .unwrap()
        .remove("placed_at");
    assert!(placed_at.unwrap().is_string());
    assert_eq!(
        ledger,
        json!({"posts": 1, "orders": [{
            "number": "W-10001",
            "reference": "PO-2026-0007",
            "lines": [
                {"sku": "CEM-425-50", "quantity": 20, "unit_price": 780},
                {"sku": "SND-RIV-T", "quantity": 2.5, "unit_price": 2650},
            ],
            "total": 25_781,
            "currency": "KES",
            "address": "Site 4, Plot 118, Namanga Road, Kitengela, Kajiado",
        }]})
    );
    let stock = browser
        .get("/products/river-sand-washed-snd-riv-t")
        .await
        .body;
    assert!(stock.contains("897.5 available"));
}

#[tokio::test]
async fn small_orders_pay_freight() {
    let (shop, browser) = visit().await;
    browser.order("NAI-100", "1.5", "").await;
    // 292.50 + 500 freight + 126.80 VAT
    let total = &shop.ledger().orders[0].total;
    assert_eq!(total.to_string(), "919.3");
}

#[tokio::test]
async fn the_basket_outlives_the_session() {
    let (_shop, browser) = visit().await;
    browser.add("PLY-18", "3").await;
    let token = browser.token().await;
    browser.post("/sign-out", &[("token", &token)]).await;
    assert_eq!(browser.get("/basket").await.status, StatusCode::SEE_OTHER);
    browser.sign_in().await;
    let basket = browser.get("/basket").await.body;
    assert!(basket.contains(r#"data-sku="PLY-18""#));
    browser.add("PLY-18", "2").await;
    assert_eq!(
        field(
            &browser.get("/basket").await.body,
            "quantity\" type=\"text\" inputmode=\"decimal"
        ),
        "5"
    );
}

#[tokio::test]
async fn what_the_shop_does_not_sell_so_is_not_added() {
    let (_shop, browser) = visit().await;
    for (sku, quantity, page, problem) in [
        (
            "CEM-425-50",
            "2.5",
            "portland-cement-42-5n-50-kg-cem-425-50",
            "sold by the whole bag",
        ),
        (
            "CEM-425-50",
            "5000",
            "portland-cement-42-5n-50-kg-cem-425-50",
            "Only 4800 of",
        ),
        (
            "BLK-150",
            "20",
            "concrete-block-150-mm-solid-blk-150",
            "minimum order",
        ),
        (
            "PLY-18",
            "lots",
            "marine-plywood-18-mm-2440-1220-mm-ply-18",
            "not a quantity",
        ),
    ] {
        let to = browser.add(sku, quantity).await.to;
        assert_eq!(to, format!("/products/{page}"), "{sku} {quantity}");
        assert!(browser.get(&to).await.body.contains(problem), "{problem}");
    }
    assert_eq!(browser.add("NONE", "1").await.status, StatusCode::NOT_FOUND);
    assert!(
        browser
            .get("/basket")
            .await
            .body
            .contains("Your basket is empty.")
    );
}

#[tokio::test]
async fn search_finds_the_exact_sku_or_all_words() {
    let (_shop, browser) = visit().await;
    let skus = |body: &str| {
        let parts = body.split(r#"<p class="sku">"#).skip(1);
        parts
            .map(|part| part.split_once('<').unwrap().0.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        skus(&browser.get("/search?q=ply-18").await.body),
        ["PLY-18"]
    );
    let both = ["CEM-425-50", "CEM-325-50"];
    assert_eq!(
        skus(&browser.get("/search?q=50+kg+cement").await.body),
        both
    );
    let none = browser.get("/search?q=%3Cb%3Eunobtainium").await.body;
    assert!(none.contains("No product was found") && none.contains("&lt;b&gt;unobtainium"));
}

#[tokio::test]
async fn the_history_is_paged_and_the_reference_may_repeat() {
    let (shop, browser) = visit().await;
    for _ in 0..11 {
        browser.order("PPE-GLV-L", "1", "SAME").await;
    }
    assert_eq!(shop.ledger().orders.len(), 11);
    let first = browser.get("/orders").await.body;
    assert_eq!(first.matches(r#"<tr class="order">"#).count(), 10);
    assert_eq!(
        first.matches(r#"<td class="reference">SAME</td>"#).count(),
        10
    );
    assert!(first.contains(r#"<a rel="next" href="/orders?page=2">"#));
    let second = browser.get("/orders?page=2").await.body;
    assert!(second.contains(">W-10001</a>") && !second.contains(r#"rel="next""#));
    assert_eq!(
        browser.get("/orders/W-10012").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_lost_answer_is_an_order_all_the_same() {
    let (shop, browser) = visit().await;
    shop.switch(Switches {
        answer_lost: Some(During { posts: Some(1) }),
        ..Switches::default()
    })
    .unwrap();
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "PO-1").await;
    let lost = browser.try_place(&form).await;
    assert!(lost.is_err_and(|error| !error.is_timeout()));
    assert_eq!(shop.ledger().orders.len(), 1);
    assert_eq!(shop.switches(), Switches::default());
    // The same post once more finds an empty basket.
    assert_eq!(browser.try_place(&form).await.unwrap().to, "/basket");
    assert_eq!((shop.ledger().orders.len(), shop.ledger().posts), (1, 2));
    // And it makes a second order when the basket is full again: the shop is not idempotent.
    browser.add("PLY-18", "1").await;
    assert_eq!(
        browser.try_place(&form).await.unwrap().to,
        "/orders/W-10002/thank-you"
    );
}

#[tokio::test]
async fn a_customer_who_leaves_has_ordered() {
    let (shop, browser) = visit().await;
    let slow = Some(Delay {
        ms: 300,
        posts: Some(1),
    });
    shop.switch(Switches {
        slow,
        ..Switches::default()
    })
    .unwrap();
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "").await;
    tokio::select! {
        answer = browser.try_place(&form) => panic!("{:?} came at once", answer.unwrap().to),
        () = until(|| shop.ledger().posts == 1) => {}
    }
    until(|| !shop.ledger().orders.is_empty()).await;
}

#[tokio::test]
async fn a_late_answer_comes_after_the_order() {
    let (shop, browser) = visit().await;
    let late = Some(Delay {
        ms: 400,
        posts: None,
    });
    shop.switch(Switches {
        hang_after_order: late,
        ..Switches::default()
    })
    .unwrap();
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "").await;
    let start = Instant::now();
    let (answered, made) = tokio::join!(
        async {
            let answer = browser.try_place(&form).await.unwrap();
            assert_eq!(answer.to, "/orders/W-10001/thank-you");
            start.elapsed()
        },
        async {
            until(|| !shop.ledger().orders.is_empty()).await;
            start.elapsed()
        }
    );
    assert!(made < answered && answered >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_refused_line_stops_at_the_review_or_at_the_order() {
    for (at, stops) in [
        (RefusedAt::Review, "/basket"),
        (RefusedAt::Place, "/checkout/refused"),
    ] {
        let (shop, browser) = visit().await;
        browser.add("PLY-18", "1").await;
        let form = browser.check_out("0", "").await;
        let skus = BTreeSet::from(["PLY-18".to_owned()]);
        let refused = Some(Refused {
            skus,
            at,
            posts: None,
        });
        shop.switch(Switches {
            refused,
            ..Switches::default()
        })
        .unwrap();
        let to = match at {
            RefusedAt::Review => browser.get("/checkout/review").await.to,
            RefusedAt::Place => browser.try_place(&form).await.unwrap().to,
        };
        assert_eq!(to, stops);
        let text = "(PLY-18) is out of stock and cannot be ordered.";
        let page = browser.get(stops).await.body;
        assert!(page.contains("alert-danger") && page.contains(text));
        assert_eq!(shop.ledger().orders, []);
        assert!(
            browser
                .get("/basket")
                .await
                .body
                .contains(r#"data-sku="PLY-18""#)
        );
    }
}

#[tokio::test]
async fn a_moved_price_shows_in_the_basket_or_stops_the_order() {
    let (shop, browser) = visit().await;
    let prices = BTreeMap::from([("PLY-18".to_owned(), "4800.00".to_owned())]);
    let moved = |posts| Switches {
        moved_prices: Some(MovedPrices {
            prices: prices.clone(),
            posts,
        }),
        ..Switches::default()
    };
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "").await;
    shop.switch(moved(Some(1))).unwrap();
    assert!(!browser.get("/basket").await.body.contains("price-moved"));
    assert_eq!(
        browser.try_place(&form).await.unwrap().to,
        "/checkout/refused"
    );
    let refusal = browser.get("/checkout/refused").await.body;
    // 4,800 + 500 freight + 848 VAT
    assert!(refusal.contains("Prices have changed: the total is now KES 6,148.00."));
    assert_eq!(shop.ledger().orders, []);

    shop.switch(moved(None)).unwrap();
    let basket = browser.get("/basket").await.body;
    assert!(basket.contains("has changed from KES 4,350.00 to KES 4,800.00."));
    let listed = browser
        .get("/products/marine-plywood-18-mm-2440-1220-mm-ply-18")
        .await
        .body;
    assert!(listed.contains("KES 4,350.00"));
    let form = browser.check_out("0", "").await;
    assert_eq!(
        browser.try_place(&form).await.unwrap().to,
        "/orders/W-10001/thank-you"
    );
    assert_eq!(
        shop.ledger().orders[0].lines[0].unit_price.to_string(),
        "4800"
    );
}

#[tokio::test]
async fn maintenance_closes_the_shop_or_only_the_next_order_post() {
    let (shop, browser) = visit().await;
    browser.add("PLY-18", "1").await;
    let form = browser.check_out("0", "").await;
    let request = browser.client.post(format!("{}/switches", shop.url));
    let on = request.json(&json!({"maintenance": {"posts": 1}}));
    assert_eq!(browser.send(on).await.unwrap().status, StatusCode::OK);
    assert_eq!(browser.get("/basket").await.status, StatusCode::OK);
    let closed = browser.try_place(&form).await.unwrap();
    assert_eq!(closed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(closed.body.contains("<title>Closed for maintenance"));
    assert_eq!(shop.ledger().orders, []);
    // From the page for people, until it is taken away.
    let on = [("maintenance", "on"), ("maintenance_posts", "")];
    assert_eq!(browser.post("/switches", &on).await.to, "/switches");
    assert_eq!(
        browser.get("/").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(browser.post("/switches", &[]).await.to, "/switches");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn switches_that_make_no_sense_are_refused() {
    let (shop, browser) = visit().await;
    for body in [
        r#"{"answer_lost": {"posts": 0}}"#,
        r#"{"moved_prices": {"prices": {"PLY-18": "cheap"}}}"#,
        r#"{"answer_lots": {}}"#,
        "{",
    ] {
        let request = browser.client.post(format!("{}/switches", shop.url));
        let request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        let answer = browser.send(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer.body.contains("error"), "{body}");
    }
    assert_eq!(shop.switches(), Switches::default());
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
