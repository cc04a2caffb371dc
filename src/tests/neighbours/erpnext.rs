//! Purchase orders in the demo's ERP.

use std::time::Duration;

use chrono::NaiveDate;
use sutler::demo::erpnext::{ErpDuring, ErpHandle, ErpNext as Server, ErpSwitches, ErpWorld};
use sutler::domain::money::Currency;
use sutler::domain::quantity::{Quantity, Unit};
use sutler::erp::erpnext::{ErpNext, Settings};
use sutler::erp::{DocumentState, DraftLine, Erp, ErpError, Finding, PurchaseOrderDraft};
use tokio::net::TcpListener;

async fn open(world: ErpWorld, change: impl Fn(&mut Settings)) -> (ErpHandle, ErpNext) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (key, secret) = (world.api_key.clone(), world.api_secret.clone());
    let company = world.company.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(listener, world).unwrap();
    let mut settings = Settings {
        url: server.url.parse().unwrap(),
        key,
        secret,
        company,
        warehouse: "Main yard - TB".into(),
        freight_account: "Freight and Forwarding Charges - TB".into(),
        tax_account: "VAT - TB".into(),
        timeout: Duration::from_secs(10),
    };
    change(&mut settings);
    (server, ErpNext::new(settings).unwrap())
}

async fn demo() -> (ErpHandle, ErpNext) {
    open(ErpWorld::demo(), |_| {}).await
}

fn draft() -> PurchaseOrderDraft {
    let line = |item_code: &str, thousandths, unit: &str, rate| DraftLine {
        item_code: item_code.into(),
        description: "as asked for".into(),
        quantity: Quantity::new(thousandths, Unit::parse(unit).unwrap()),
        rate,
    };
    PurchaseOrderDraft {
        uid: "0199aa".into(),
        supplier: "Mjengo Supplies".into(),
        currency: Currency::parse("KES").unwrap(),
        supplier_number: "MS-10001".into(),
        ordered_on: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        wanted_on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
        warehouse: Some("Site 4 - TB".into()),
        cost_center: Some("Site 4 - TB".into()),
        project: Some("PROJ-0004".into()),
        lines: vec![
            line("CEMENT-42", 20_000, "XBG", 7_803_500),
            line("SAND-RIVER", 2_500, "TNE", 26_500_000),
        ],
        freight: 15_000_000,
        tax: 35_571_200,
    }
}

#[tokio::test]
async fn an_order_is_written_once_read_back_equal_and_submitted() {
    let (server, erp) = demo().await;
    assert_eq!(erp.find("0199aa").await.unwrap(), None);
    let made = erp.create(&draft()).await.unwrap();
    assert_eq!(made.state, DocumentState::Draft);
    assert_eq!(erp.read(&made.name).await.unwrap(), made);
    assert_eq!(erp.differences(&draft(), &made), Vec::<String>::new());
    assert_eq!(erp.create(&draft()).await.unwrap().name, made.name);
    let submitted = erp.submit(&made.name).await.unwrap();
    assert_eq!(submitted.state, DocumentState::Submitted);
    assert_eq!(erp.submit(&made.name).await.unwrap(), submitted);
    assert_eq!(erp.find("0199aa").await.unwrap(), Some(submitted));
    let documents = server.documents();
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0]["order_confirmation_no"], "MS-10001");
    assert_eq!(documents[0]["grand_total"], 27_289.12);
}

#[tokio::test]
async fn a_lost_answer_leaves_one_document_after_all() {
    let (server, erp) = demo().await;
    server.switch(ErpSwitches {
        answer_lost: Some(ErpDuring { creates: Some(1) }),
        ..ErpSwitches::default()
    });
    let error = erp.create(&draft()).await.unwrap_err();
    assert!(matches!(error, ErpError::Ambiguous(_)), "{error:?}");
    let document = erp.create(&draft()).await.unwrap();
    assert_eq!(erp.differences(&draft(), &document), Vec::<String>::new());
    assert_eq!(server.documents().len(), 1);
}

#[tokio::test]
async fn what_the_server_is_against_is_named_by_who_acts() {
    let (server, erp) = demo().await;
    let mut unknown = draft();
    unknown.supplier = "Nobody".into();
    unknown.lines[0].item_code = "NOTHING".into();
    let error = erp.create(&unknown).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the ERP does not know it: Could not find Supplier: Nobody, Row #1: Item Code: NOTHING"
    );
    let mut halves = draft();
    halves.lines[0].quantity.thousandths = 1_500;
    let error = erp.create(&halves).await.unwrap_err();
    assert!(matches!(error, ErpError::Refused(_)), "{error:?}");
    server.switch(ErpSwitches {
        maintenance: Some(ErpDuring { creates: None }),
        ..ErpSwitches::default()
    });
    let error = erp.create(&draft()).await.unwrap_err();
    assert!(matches!(error, ErpError::Busy(_)), "{error:?}");
    assert_eq!(server.documents().len(), 0);

    let guess = |settings: &mut Settings| settings.secret = "guessed".into();
    let (_server, erp) = open(ErpWorld::demo(), guess).await;
    let error = erp.create(&draft()).await.unwrap_err();
    assert!(matches!(error, ErpError::SignIn(_)), "{error:?}");
}

#[tokio::test]
async fn without_our_unique_field_nothing_is_written_and_the_check_says_so() {
    let bad = |findings: Vec<Finding>| {
        let only_bad = |finding| match finding {
            Finding::Bad(text) => Some(text),
            Finding::Good(_) => None,
        };
        findings
            .into_iter()
            .filter_map(only_bad)
            .collect::<Vec<_>>()
    };
    let (_server, erp) = demo().await;
    assert_eq!(bad(erp.check().await), Vec::<String>::new());

    let world = ErpWorld {
        unique_fields: Vec::new(),
        ..ErpWorld::demo()
    };
    let moon = |settings: &mut Settings| settings.warehouse = "Moon - TB".into();
    let (server, erp) = open(world, moon).await;
    let found = bad(erp.check().await);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("the field custom_sutler_uid is missing"),
        "{found:?}"
    );
    assert_eq!(
        found[1],
        "the warehouse Moon - TB: the ERP does not know it: Warehouse Moon - TB not found"
    );
    let error = erp.create(&draft()).await.unwrap_err();
    assert!(matches!(error, ErpError::Missing(_)), "{error:?}");
    assert_eq!(server.documents().len(), 0);
}
