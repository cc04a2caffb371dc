//! The ERP as a client of Frappe's REST API meets it. Long, for every case calls the same way.

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
async fn an_order_is_kept_with_the_sums_of_the_server() {
    let (erp, caller) = open().await;
    let (status, made) = caller.post(ORDERS, &order("u-1")).await;
    assert_eq!(status, 200, "{made}");
    let made = &made["data"];
    let year = (ErpWorld::demo().clock)().format("%Y").to_string();
    assert_eq!(made["name"], format!("PUR-ORD-{year}-00001"));
    // 15,600 + 6,625, freight 500, 16% of 22,725
    for (field, expect) in [
        ("net_total", json!(22_225.0)),
        ("total_taxes_and_charges", json!(4136.0)),
        ("grand_total", json!(26_361.0)),
        ("total_qty", json!(22.5)),
        ("schedule_date", json!("2026-03-04")),
        ("docstatus", json!(0)),
        ("status", json!("Draft")),
        ("company", json!("Tumaini Builders Ltd")),
        ("supplier_name", json!("Mjengo Supplies")),
    ] {
        assert_eq!(made[field], expect, "{field}");
    }
    let row = &made["items"][0];
    for (field, expect) in [
        ("uom", json!("Bag")),
        ("warehouse", json!("Site 4 - TB")),
        ("schedule_date", json!("2026-03-04")),
        ("amount", json!(15_600.0)),
        ("idx", json!(1)),
        ("parent", made["name"].clone()),
    ] {
        assert_eq!(row[field], expect, "{field}");
    }
    let path = format!("{ORDERS}/{}", made["name"].as_str().unwrap());
    assert_eq!(caller.get(&path).await, (200, json!({ "data": made })));
    assert_eq!(erp.documents(), std::slice::from_ref(made));
    let documents = caller.client.get(format!("{}/documents.json", erp.url));
    assert_eq!(caller.send(documents).await, (200, json!([made])));
}

#[tokio::test]
async fn the_unique_field_is_enforced_as_frappe_says_it() {
    let (erp, caller) = open().await;
    assert_eq!(caller.post(ORDERS, &order("u-1")).await.0, 200);
    let (status, body) = caller.post(ORDERS, &order("u-1")).await;
    assert_eq!(
        (status, &body["exc_type"]),
        (417, &json!("UniqueValidationError"))
    );
    let exception = body["exception"].as_str().unwrap();
    assert!(exception.starts_with("frappe.exceptions.UniqueValidationError: ('Purchase Order',"));
    assert!(exception.contains("Duplicate entry 'u-1' for key 'custom_sutler_uid'"));
    assert_eq!(messages(&body), ["Custom Sutler Uid must be unique"]);
    // The refused one took no number.
    let (_, second) = caller.post(ORDERS, &order("u-2")).await;
    assert!(second["data"]["name"].as_str().unwrap().ends_with("-00002"));
    assert_eq!(erp.documents().len(), 2);
    assert_eq!(
        caller
            .find(json!([["custom_sutler_uid", "=", "u-1"]]))
            .await
            .len(),
        1
    );
    assert_eq!(
        caller.find(json!({"custom_sutler_uid": "u-3"})).await.len(),
        0
    );
}

#[tokio::test]
async fn without_the_field_it_is_dropped_and_cannot_be_asked_for() {
    let mut world = ErpWorld::demo();
    world.unique_fields.clear();
    let (_erp, caller) = open_with(world).await;
    let query = r#"?filters=[["dt","=","Purchase Order"]]&fields=["fieldname","unique"]"#;
    let custom = format!("/api/resource/Custom%20Field{query}");
    assert_eq!(caller.get(&custom).await, (200, json!({"data": []})));
    let (_, made) = caller.post(ORDERS, &order("u-1")).await;
    assert_eq!(made["data"].get("custom_sutler_uid"), None);
    let query = r#"?filters=[["custom_sutler_uid","=","u-1"]]"#;
    let (status, body) = caller.get(&format!("{ORDERS}{query}")).await;
    assert_eq!(
        (status, &body["exc_type"]),
        (500, &json!("OperationalError"))
    );

    let field = json!({"dt": "Purchase Order", "fieldname": "custom_sutler_uid",
        "label": "Sutler UID", "fieldtype": "Data", "unique": 1, "no_copy": 1, "read_only": 1});
    let (status, made) = caller.post("/api/resource/Custom%20Field", &field).await;
    assert_eq!(
        (status, &made["data"]["name"]),
        (200, &json!("Purchase Order-custom_sutler_uid"))
    );
    let expect = json!({"data": [{"fieldname": "custom_sutler_uid", "unique": 1}]});
    assert_eq!(caller.get(&custom).await, (200, expect));
    let (status, again) = caller.post("/api/resource/Custom%20Field", &field).await;
    assert_eq!(
        (status, &again["exc_type"]),
        (417, &json!("ValidationError"))
    );
    assert_eq!(caller.post(ORDERS, &order("u-1")).await.0, 200);
    assert_eq!(
        caller.post(ORDERS, &order("u-1")).await.1["exc_type"],
        "UniqueValidationError"
    );
}

#[tokio::test]
async fn an_order_that_breaks_a_rule_is_refused() {
    let (erp, caller) = open().await;
    let twice = json!([
        {"item_code": "CEMENT-42", "qty": 1}, {"item_code": "CEMENT-42", "qty": 2},
    ]);
    let rule = "ValidationError";
    for (sent, class, text) in [
        (
            order_but("supplier", json!("Nobody")),
            "LinkValidationError",
            "Could not find Supplier: Nobody",
        ),
        (
            order_but("supplier", json!(null)),
            "MandatoryError",
            "Value missing for Purchase Order: Supplier",
        ),
        (
            order_but("items", json!([])),
            "MandatoryError",
            "Data missing in table: Items",
        ),
        (order_but("schedule_date", json!("2026-03-01")), "", ""),
        (
            order_but("transaction_date", json!("2026-03-06")),
            rule,
            "Row #1: Reqd by Date cannot be before Transaction Date",
        ),
        (
            order_but("transaction_date", json!("tomorrow")),
            rule,
            "is not a valid date",
        ),
        (
            order_but("items", twice),
            rule,
            "Same item cannot be entered multiple times.",
        ),
        (
            order_but("set_warehouse", json!(null)),
            rule,
            "Warehouse is mandatory for stock Item CEMENT-42",
        ),
        (
            order_but("currency", json!("XXX")),
            "LinkValidationError",
            "Could not find Currency: XXX",
        ),
        (
            order_but("order_confirmation_no", json!("9".repeat(141))),
            "CharacterLengthExceededError",
            "will get truncated",
        ),
        (
            order_but("docstatus", json!(2)),
            "DocstatusTransitionError",
            "Cannot change docstatus",
        ),
        (
            row_but("item_code", json!("GRAVEL")),
            "LinkValidationError",
            "Could not find Row #1: Item Code: GRAVEL",
        ),
        (
            row_but("item_code", json!(null)),
            "MandatoryError",
            "Item Code",
        ),
        (row_but("qty", json!(0)), rule, "cannot be zero"),
        (
            row_but("qty", json!(2.5)),
            "UOMMustBeIntegerError",
            "cannot be a fraction",
        ),
        (row_but("uom", json!("Tonne")), "", ""),
    ] {
        let (status, body) = caller.post(ORDERS, &sent).await;
        if class.is_empty() {
            // Frappe accepts these: a row's own date is the earlier one, the factor defaults to 1.
            assert_eq!(status, 200, "{body}");
            erp.reset();
            continue;
        }
        assert_eq!((status, &body["exc_type"]), (417, &json!(class)), "{body}");
        assert!(
            messages(&body).iter().any(|m| m.contains(text)),
            "{text}: {body}"
        );
        assert_eq!(erp.documents(), [] as [Value; 0], "{text}");
    }
    let broken = caller.request(Method::POST, ORDERS).body("{");
    assert_eq!(caller.send(broken).await.0, 500);
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
async fn a_submitted_order_cannot_be_changed_only_cancelled() {
    let (_erp, caller) = open().await;
    let (_, made) = caller.post(ORDERS, &order("u-1")).await;
    let path = format!("{ORDERS}/{}", made["data"]["name"].as_str().unwrap());
    let stale = json!({"terms": "30 days", "modified": "2020-01-01 00:00:00.000000"});
    assert_eq!(
        caller.put(&path, &stale).await.1["exc_type"],
        "TimestampMismatchError"
    );
    let (status, changed) = caller.put(&path, &json!({"terms": "30 days"})).await;
    assert_eq!(
        (status, &changed["data"]["terms"]),
        (200, &json!("30 days"))
    );
    let (status, submitted) = caller.put(&path, &json!({"docstatus": 1})).await;
    assert_eq!(
        (status, &submitted["data"]["status"]),
        (200, &json!("To Receive and Bill"))
    );
    let refused = caller
        .put(&path, &json!({"order_confirmation_no": "W-2"}))
        .await;
    assert_eq!(
        (refused.0, &refused.1["exc_type"]),
        (417, &json!("UpdateAfterSubmitError"))
    );
    let back = caller.put(&path, &json!({"docstatus": 0})).await.1;
    assert_eq!(back["exc_type"], "DocstatusTransitionError");
    let (status, cancelled) = caller
        .post(&format!("{path}?run_method=cancel"), &json!({}))
        .await;
    assert_eq!((status, &cancelled["data"]["docstatus"]), (200, &json!(2)));
    assert_eq!(caller.put(&path, &json!({"docstatus": 1})).await.0, 417);
    // A cancelled order still holds its unique field.
    assert_eq!(
        caller.post(ORDERS, &order("u-1")).await.1["exc_type"],
        "UniqueValidationError"
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
