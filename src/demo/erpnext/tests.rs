//! The ERP as a client of Frappe's REST API meets it.

mod orders;

use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder};

use super::*;

const KEYS: &str = "token 8f31c2d07ab94e6:5be04c1f9d2a731";
const ORDERS: &str = "/api/resource/Purchase%20Order";

struct Caller {
    client: Client,
    base: String,
}

impl Caller {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        request.header(header::AUTHORIZATION, KEYS)
    }

    async fn send(&self, request: RequestBuilder) -> (u16, Value) {
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.send(self.request(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// Names of the orders that a filter finds.
    async fn find(&self, filters: Value) -> Vec<String> {
        let filters = filters.to_string();
        let request = self.request(Method::GET, ORDERS);
        let (status, found) = self.send(request.query(&[("filters", &filters)])).await;
        assert_eq!(status, 200, "{found}");
        let rows = found["data"].as_array().unwrap();
        rows.iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn open_with(world: ErpWorld) -> (ErpHandle, Caller) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let erp = ErpNext::start(listener, world).unwrap();
    let client = Client::builder()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let base = erp.url.clone();
    (erp, Caller { client, base })
}

async fn open() -> (ErpHandle, Caller) {
    open_with(ErpWorld::demo()).await
}

fn order(uid: &str) -> Value {
    json!({
        "supplier": "Mjengo Supplies",
        "transaction_date": "2026-03-02",
        "schedule_date": "2026-03-05",
        "currency": "KES",
        "custom_sutler_uid": uid,
        "order_confirmation_no": "W-10001",
        "set_warehouse": "Site 4 - TB",
        "items": [
            {"item_code": "CEMENT-42", "qty": 20, "rate": 780},
            {"item_code": "SAND-RIVER", "qty": 2.5, "rate": 2650, "schedule_date": "2026-03-04"},
        ],
        "taxes": [
            {"charge_type": "Actual", "account_head": "Freight and Forwarding Charges - TB",
             "description": "Freight", "tax_amount": 500},
            {"charge_type": "On Previous Row Total", "row_id": "1", "account_head": "VAT - TB",
             "description": "VAT 16%", "rate": 16},
        ],
    })
}

/// The order with one field changed.
fn order_but(field: &str, value: Value) -> Value {
    let mut order = order("u-1");
    order[field] = value;
    order
}

/// The order with one field of its first row changed.
fn row_but(field: &str, value: Value) -> Value {
    let mut order = order("u-1");
    order["items"][0][field] = value;
    order
}

/// What a person would read.
fn messages(body: &Value) -> Vec<String> {
    let list = body["_server_messages"].as_str().unwrap_or("[]");
    let list: Vec<String> = serde_json::from_str(list).unwrap();
    let text = |message: &String| {
        let message: Value = serde_json::from_str(message).unwrap();
        message["message"].as_str().unwrap().to_owned()
    };
    list.iter().map(text).collect()
}

#[tokio::test]
async fn only_the_key_pair_is_let_in() {
    let (erp, caller) = open().await;
    for (given, status, class) in [
        (None, 403, "PermissionError"),
        (
            Some("token 8f31c2d07ab94e6:wrong"),
            401,
            "AuthenticationError",
        ),
        (Some("token 8f31c2d07ab94e6"), 401, "AuthenticationError"),
        (
            Some("Bearer 8f31c2d07ab94e6:5be04c1f9d2a731"),
            401,
            "AuthenticationError",
        ),
        (Some(KEYS), 200, ""),
    ] {
        let mut request = caller.client.get(format!("{}{ORDERS}", erp.url));
        if let Some(given) = given {
            request = request.header(header::AUTHORIZATION, given);
        }
        let (found, body) = caller.send(request).await;
        assert_eq!(found, status, "{given:?}");
        assert_eq!(
            body["exc_type"].as_str().unwrap_or_default(),
            class,
            "{given:?}"
        );
    }
    let who = caller.get("/api/method/frappe.auth.get_logged_user").await;
    assert_eq!(who, (200, json!({"message": "sutler@tumaini.example"})));
}

#[tokio::test]
async fn names_are_unique_and_unknown_things_are_not_found() {
    let (_erp, caller) = open().await;
    let supplier = json!({"supplier_name": "Mjengo Supplies"});
    let (status, body) = caller.post("/api/resource/Supplier", &supplier).await;
    assert_eq!(
        (status, &body["exc_type"]),
        (409, &json!("DuplicateEntryError"))
    );
    let supplier = json!({"supplier_name": "Ujenzi Hardware"});
    assert_eq!(
        caller.post("/api/resource/Supplier", &supplier).await.0,
        200
    );
    assert_eq!(
        caller
            .get("/api/resource/Supplier/Ujenzi%20Hardware")
            .await
            .0,
        200
    );
    let item = json!({"item_code": "TAPE", "item_group": "Tools", "stock_uom": "Nos"});
    assert_eq!(caller.post("/api/resource/Item", &item).await.0, 200);
    assert_eq!(caller.post("/api/resource/Item", &item).await.0, 409);
    for path in ["/api/resource/Supplier/Nobody", "/api/resource/Sorcery"] {
        let (status, body) = caller.get(path).await;
        assert_eq!(
            (status, &body["exc_type"]),
            (404, &json!("DoesNotExistError")),
            "{path}"
        );
    }
    let (status, body) = caller
        .post("/api/resource/Company", &json!({"name": "Ours"}))
        .await;
    assert_eq!(
        (status, &body["exc_type"]),
        (403, &json!("PermissionError"))
    );
}

#[tokio::test]
async fn lists_are_filtered_ordered_and_paged() {
    let (_erp, caller) = open().await;
    for at in 1..=22 {
        assert_eq!(caller.post(ORDERS, &order(&format!("u-{at}"))).await.0, 200);
    }
    assert_eq!(caller.find(json!([])).await.len(), 20);
    let all = caller
        .get(&format!("{ORDERS}?limit_page_length=0&order_by=name%20asc"))
        .await
        .1;
    let all = all["data"].as_array().unwrap();
    assert_eq!(all.len(), 22);
    assert!(all[0]["name"].as_str().unwrap().ends_with("-00001"));
    let path = format!("{ORDERS}?limit_start=20&fields=[\"name\",\"grand_total\"]");
    let rest = caller.get(&path).await.1;
    assert_eq!(rest["data"].as_array().unwrap().len(), 2);
    assert_eq!(rest["data"][0]["grand_total"], 26_361.0);
    for (filters, count) in [
        (
            json!([[
                "Purchase Order",
                "custom_sutler_uid",
                "in",
                ["u-1", "u-2", "u-99"]
            ]]),
            2,
        ),
        (json!([["custom_sutler_uid", "like", "u-2%"]]), 4),
        (
            json!([["custom_sutler_uid", "=", "u-1"], ["docstatus", "<", 2]]),
            1,
        ),
        (
            json!([["custom_sutler_uid", "=", "u-1"], ["docstatus", "=", 1]]),
            0,
        ),
        (
            json!({"custom_sutler_uid": ["!=", "u-1"], "supplier": "Nobody"}),
            0,
        ),
    ] {
        assert_eq!(caller.find(filters.clone()).await.len(), count, "{filters}");
    }
    let unknown = caller.get(&format!("{ORDERS}?fields=[\"secret\"]")).await;
    assert_eq!(
        (unknown.0, &unknown.1["exc_type"]),
        (417, &json!("DataError"))
    );
}

#[tokio::test]
async fn a_lost_answer_leaves_the_document() {
    let (erp, caller) = open().await;
    let once = Some(ErpDuring { creates: Some(1) });
    erp.switch(ErpSwitches {
        answer_lost: once,
        ..ErpSwitches::default()
    });
    let lost = caller
        .request(Method::POST, ORDERS)
        .json(&order("u-1"))
        .send()
        .await;
    assert!(lost.is_err_and(|error| !error.is_timeout()));
    assert_eq!(erp.switches(), ErpSwitches::default());
    assert_eq!(
        caller.find(json!({"custom_sutler_uid": "u-1"})).await.len(),
        1
    );
}

#[tokio::test]
async fn a_closed_site_answers_with_a_page_and_does_nothing() {
    let (erp, caller) = open().await;
    let on = json!({"maintenance": {"creates": 1}, "slow": {"ms": 50}});
    let request = caller
        .client
        .post(format!("{}/switches", erp.url))
        .json(&on);
    assert_eq!(caller.send(request).await.0, 200);
    let start = Instant::now();
    assert_eq!(caller.find(json!({})).await.len(), 0);
    assert!(start.elapsed() >= Duration::from_millis(50));
    let closed = caller
        .request(Method::POST, ORDERS)
        .json(&order("u-1"))
        .send()
        .await
        .unwrap();
    assert_eq!(closed.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        closed
            .text()
            .await
            .unwrap()
            .contains("Your system is being updated")
    );
    assert_eq!(erp.documents(), [] as [Value; 0]);
    assert_eq!(caller.post(ORDERS, &order("u-1")).await.0, 200);
}

#[tokio::test]
async fn the_page_lists_the_orders_and_escapes_what_they_say() {
    let (erp, caller) = open().await;
    caller
        .post(ORDERS, &order_but("order_confirmation_no", json!("<W>")))
        .await;
    let page = caller
        .client
        .get(format!("{}/app", erp.url))
        .send()
        .await
        .unwrap();
    let page = page.text().await.unwrap();
    assert!(
        page.contains("-00001</strong>")
            && page.contains("20 Bag Cement")
            && page.contains("KES 26,361.00")
    );
    assert!(page.contains("&lt;W&gt;") && !page.contains("<W>"));
}
