//! A full disk, a database that goes away: no 200 for what was not stored, and nothing lost.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{ACHIENG, SetUp, TestApp};

fn webhook(id: &str, text: &str) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "254711000000", "phone_number_id": "106540352242922"},
            "contacts": [{"profile": {"name": "Achieng"}, "wa_id": "254700000001"}],
            "messages": [{
                "id": id, "from": "254700000001", "timestamp": "1760000000", "type": "text",
                "text": {"body": text},
            }],
        },
    }]}]})
}

/// An id as WhatsApp builds them.
const WAMID: &str = "wamid.HBgMMjU0NzAwMDAwMDAxFQIAEhgUQUFBQUFBQUFBQUFBQUFBQUFBQUEA";
/// WhatsApp does not know the message that this test makes up, and says so when it is marked as read.
const NO_SUCH_MESSAGE: &str = "does not belong to a message";

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_answers_no_200_and_what_is_sent_again_is_stored() {
    let app = TestApp::start(SetUp::Embedded).await;
    let db = &app.demo.app.db;
    db.execute_raw("pragma max_page_count = 1").await.unwrap();
    // Long enough not to fit into what is left of the last page.
    let long = "10 bags cement to Site 4, please. ".repeat(400);
    let body = webhook(WAMID, &long);
    assert_eq!(app.demo.graph.post_webhook(&body).await.unwrap(), 500);
    assert_eq!(app.raw.count("select count(*) from message").await, 0);

    db.execute_raw("pragma max_page_count = 1000000")
        .await
        .unwrap();
    assert_eq!(app.demo.graph.post_webhook(&body).await.unwrap(), 200);
    assert_eq!(app.raw.count("select count(*) from message").await, 1);
    app.quiet().await;
    assert!(!app.told(ACHIENG).is_empty());
    app.provoked(NO_SUCH_MESSAGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_loses_nothing() {
    let app = TestApp::start(SetUp::Scaled).await;
    let name = app.raw.one("select current_database()::text").await;
    let admin = crate::database::Raw::open(&crate::database::admin_url()).await;
    let shut = format!("alter database \"{name}\" allow_connections false");
    admin.execute(&shut).await;
    admin
        .rows(&format!(
            "select pg_terminate_backend(pid)::text from pg_stat_activity where datname = '{name}'"
        ))
        .await;
    let body = webhook(WAMID, "10 bags cement to Site 4");
    assert_eq!(app.demo.graph.post_webhook(&body).await.unwrap(), 500);
    let health = reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
        .get(format!("{}/health/ready", app.demo.daemon))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), 503);

    admin
        .execute(&format!("alter database \"{name}\" allow_connections true"))
        .await;
    assert_eq!(app.demo.graph.post_webhook(&body).await.unwrap(), 200);
    app.quiet().await;
    assert!(app.told_once(ACHIENG).contains("10 bags"));
    app.provoked(NO_SUCH_MESSAGE);
    admin.close().await;
}
