//! A purchase order: kept, refused, submitted, cancelled.

use super::*;

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
