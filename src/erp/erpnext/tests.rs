//! The client against a small HTTP server that answers from a script and sees what is asked.

mod check;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use tokio::net::TcpListener;

use super::*;
use crate::domain::money::Currency;
use crate::domain::quantity::{Quantity, Unit};
use crate::erp::{DocumentState, DraftLine};

const ORDERS: &str = "/api/resource/Purchase%20Order";

enum Answer {
    Json(u16, Value),
    Text(u16, &'static str),
    Hang,
    HangUp,
}

/// The answers to come and the requests that came, with their bodies.
#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    seen: Vec<(String, Value)>,
}

type Shared = Arc<Mutex<Script>>;

async fn answer(State(script): State<Shared>, request: Request) -> Response {
    assert_eq!(request.headers()["authorization"], "token key:secret");
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let answer = {
        let mut script = script.lock().unwrap();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        script.seen.push((format!("{method} {}", uri.path()), body));
        script.answers.pop_front()
    };
    match answer {
        Some(Answer::Json(status, body)) => {
            (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response()
        }
        Some(Answer::Text(status, text)) => {
            (StatusCode::from_u16(status).unwrap(), text).into_response()
        }
        Some(Answer::Hang) => std::future::pending().await,
        Some(Answer::HangUp) => panic!("the connection ends with this task"),
        None => (
            StatusCode::IM_A_TEAPOT,
            "one request more than the script has",
        )
            .into_response(),
    }
}

async fn server(answers: impl IntoIterator<Item = Answer>) -> (ErpNext, Shared) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let script = Arc::new(Mutex::new(Script {
        answers: answers.into_iter().collect(),
        ..Script::default()
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let app = axum::Router::new()
        .fallback(answer)
        .with_state(script.clone());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let settings = Settings {
        url: url.parse().unwrap(),
        key: "key".into(),
        secret: "secret".into(),
        company: "Build Co".into(),
        warehouse: "Yard - B".into(),
        freight_account: "Freight - B".into(),
        tax_account: String::new(),
        timeout: Duration::from_millis(500),
    };
    (ErpNext::new(settings).unwrap(), script)
}

fn requests(script: &Shared) -> Vec<String> {
    let script = script.lock().unwrap();
    assert!(
        script.answers.is_empty(),
        "the script was not played to its end"
    );
    script
        .seen
        .iter()
        .map(|(request, _)| request.clone())
        .collect()
}

fn draft() -> PurchaseOrderDraft {
    let line = |item_code: &str, thousandths, unit: &str, rate| DraftLine {
        item_code: item_code.into(),
        description: String::new(),
        quantity: Quantity::new(thousandths, Unit::parse(unit).unwrap()),
        rate,
    };
    PurchaseOrderDraft {
        uid: "uid-1".into(),
        supplier: "Mjengo".into(),
        currency: Currency::parse("KES").unwrap(),
        supplier_number: "W-99812".into(),
        ordered_on: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        wanted_on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
        warehouse: None,
        cost_center: Some("Site 4 - B".into()),
        project: None,
        lines: vec![
            line("CEMENT", 20_000, "XBG", 7_523_500),
            line("NAILS", 2_500, "KGM", 100),
        ],
        freight: 5_000_000,
        tax: 0,
    }
}

/// What the server keeps of the draft.
fn order(docstatus: i64) -> Value {
    json!({
        "name": "PUR-ORD-2026-00001", "docstatus": docstatus, "custom_sutler_uid": "uid-1",
        "supplier": "Mjengo", "currency": "KES", "order_confirmation_no": "W-99812",
        "items": [
            { "item_code": "CEMENT", "qty": 20.0, "uom": "Bag", "rate": 752.35 },
            { "item_code": "NAILS", "qty": 2.5, "uom": "Kg", "rate": 0.01 },
        ],
        "net_total": 15047.03, "grand_total": 15547.03,
    })
}

fn data(value: &Value) -> Answer {
    Answer::Json(200, json!({ "data": value }))
}

fn raised(status: u16, class: &str, text: &str) -> Answer {
    let message = json!({ "message": text }).to_string();
    Answer::Json(
        status,
        json!({ "exc_type": class, "_server_messages": json!([message]).to_string() }),
    )
}

fn nothing() -> Answer {
    data(&json!([]))
}

fn company() -> Answer {
    data(&json!({ "name": "Build Co", "default_currency": "KES" }))
}

fn named() -> Answer {
    data(&json!([{ "name": "PUR-ORD-2026-00001" }]))
}

#[tokio::test]
async fn an_order_is_looked_for_then_made_once() {
    let (erp, script) = server([nothing(), company(), data(&order(0))]).await;
    let document = erp.create(&draft()).await.unwrap();
    assert_eq!(
        (document.name.as_str(), document.state),
        ("PUR-ORD-2026-00001", DocumentState::Draft)
    );
    assert_eq!(erp.differences(&draft(), &document), Vec::<String>::new());
    assert_eq!(
        requests(&script),
        [
            format!("GET {ORDERS}"),
            "GET /api/resource/Company/Build%20Co".into(),
            format!("POST {ORDERS}")
        ]
    );
    let body = script.lock().unwrap().seen[2].1.clone();
    assert_eq!(
        body,
        json!({
            "custom_sutler_uid": "uid-1", "company": "Build Co", "supplier": "Mjengo",
            "currency": "KES", "conversion_rate": 1, "set_warehouse": "Yard - B",
            "cost_center": "Site 4 - B", "transaction_date": "2026-03-02",
            "schedule_date": "2026-03-02", "order_confirmation_no": "W-99812",
            "order_confirmation_date": "2026-03-02",
            "items": [
                { "item_code": "CEMENT", "qty": 20, "uom": "Bag", "rate": 752.35,
                  "schedule_date": "2026-03-02", "warehouse": "Yard - B", "cost_center": "Site 4 - B" },
                { "item_code": "NAILS", "qty": 2.5, "uom": "Kg", "rate": 0.01,
                  "schedule_date": "2026-03-02", "warehouse": "Yard - B", "cost_center": "Site 4 - B" },
            ],
            "taxes": [
                { "charge_type": "Actual", "account_head": "Freight - B", "description": "Freight",
                  "tax_amount": 500.00, "category": "Total", "add_deduct_tax": "Add",
                  "cost_center": "Site 4 - B" },
            ],
        })
    );
}

#[tokio::test]
async fn an_order_that_is_there_already_is_taken_as_it_is() {
    let (erp, script) = server([named(), data(&order(1))]).await;
    let document = erp.create(&draft()).await.unwrap();
    assert_eq!(document.state, DocumentState::Submitted);
    assert_eq!(
        requests(&script),
        [
            format!("GET {ORDERS}"),
            format!("GET {ORDERS}/PUR-ORD-2026-00001")
        ]
    );
}

#[tokio::test]
async fn an_order_that_another_made_in_between_is_found() {
    for (status, class) in [(417, "UniqueValidationError"), (409, "DuplicateEntryError")] {
        let duplicate = raised(status, class, "must be unique");
        let (erp, script) =
            server([nothing(), company(), duplicate, named(), data(&order(0))]).await;
        assert_eq!(
            erp.create(&draft()).await.unwrap().name,
            "PUR-ORD-2026-00001"
        );
        assert_eq!(requests(&script).len(), 5);
    }
    let other = raised(
        417,
        "UniqueValidationError",
        "Order Confirmation No must be unique",
    );
    let (erp, script) = server([nothing(), company(), other, nothing()]).await;
    let error = erp.create(&draft()).await.unwrap_err();
    assert_eq!(
        error,
        ErpError::Refused("Order Confirmation No must be unique".into())
    );
    assert_eq!(requests(&script).len(), 4);
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_ambiguous_and_not_tried_again() {
    for lost in [
        Answer::Hang,
        Answer::HangUp,
        Answer::Text(502, "<html>"),
        Answer::Text(200, "cut o"),
        data(&json!({ "name": "PUR-ORD-2026-00001" })),
    ] {
        let (erp, script) = server([nothing(), company(), lost]).await;
        let error = erp.create(&draft()).await.unwrap_err();
        assert!(matches!(error, ErpError::Ambiguous(_)), "{error:?}");
        assert_eq!(
            requests(&script)
                .iter()
                .filter(|request| request.starts_with("POST"))
                .count(),
            1
        );
    }
}

#[tokio::test]
async fn a_read_whose_answer_is_lost_is_tried_later() {
    for lost in [
        Answer::Hang,
        Answer::HangUp,
        Answer::Text(502, "<html>"),
        Answer::Text(200, "cut o"),
    ] {
        let (erp, _script) = server([lost]).await;
        let error = erp.find("uid-1").await.unwrap_err();
        assert!(matches!(error, ErpError::Busy(_)), "{error:?}");
    }
}

#[tokio::test]
async fn each_failure_is_named_by_who_acts() {
    let text = || "said".to_owned();
    for (answer, expect) in [
        (
            raised(401, "AuthenticationError", "said"),
            ErpError::SignIn(text()),
        ),
        (
            raised(403, "PermissionError", "said"),
            ErpError::Forbidden(text()),
        ),
        (
            raised(417, "LinkValidationError", "said"),
            ErpError::Missing(text()),
        ),
        (
            raised(417, "MandatoryError", "said"),
            ErpError::Refused(text()),
        ),
        (
            raised(417, "TimestampMismatchError", "said"),
            ErpError::Changed(text()),
        ),
        (
            raised(500, "QueryDeadlockError", "said"),
            ErpError::Busy(text()),
        ),
        (
            raised(404, "DoesNotExistError", "said"),
            ErpError::Missing(text()),
        ),
        (Answer::Text(503, ""), ErpError::Busy("HTTP 503".into())),
        (Answer::Text(429, ""), ErpError::Busy("HTTP 429".into())),
        (Answer::Text(301, ""), ErpError::Refused("HTTP 301".into())),
    ] {
        let (erp, _script) = server([answer]).await;
        assert_eq!(erp.submit("PUR-ORD-2026-00001").await.unwrap_err(), expect);
    }
}

#[tokio::test]
async fn submitting_changes_the_state_and_nothing_else() {
    let (erp, script) = server([data(&order(1))]).await;
    let document = erp.submit("PUR-ORD-2026-00001").await.unwrap();
    assert_eq!(document.state, DocumentState::Submitted);
    assert_eq!(
        requests(&script),
        [format!("PUT {ORDERS}/PUR-ORD-2026-00001")]
    );
    assert_eq!(script.lock().unwrap().seen[0].1, json!({ "docstatus": 1 }));
}

#[tokio::test]
async fn the_exchange_rate_of_a_foreign_currency_is_left_to_the_server() {
    let euros = data(&json!({ "default_currency": "EUR" }));
    let (erp, script) = server([nothing(), euros, data(&order(0))]).await;
    erp.create(&draft()).await.unwrap();
    assert_eq!(
        script.lock().unwrap().seen[2].1.get("conversion_rate"),
        None
    );
}
