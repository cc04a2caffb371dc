//! What comes in: every message once, and no 200 for what was not stored.

use std::time::Duration;

use serde_json::{Value, json};
use sutler::demo::graph::{Person, Position, Switch, sign};

use crate::app::{ACHIENG, DAUDI, TestApp, assert_story, on_both, on_embedded};

on_both!(
    a_webhook_delivered_twice_is_stored_once,
    webhooks_doubled_late_and_out_of_order_make_one_requisition,
    somebody_with_only_a_user_id_orders_like_everybody,
);
on_embedded!(
    duplicates_in_one_post_are_stored_once,
    a_stranger_is_told_once_and_the_office_too,
    a_number_that_nobody_has_is_set_aside_and_answered,
    what_is_not_signed_or_not_readable_is_refused_and_not_stored,
);

/// The body of a webhook with texts of Achieng, each with its id.
fn webhook(number: &str, messages: &[(&str, &str)]) -> Value {
    let messages: Vec<Value> = messages
        .iter()
        .map(|(id, text)| {
            let at = "1760000000";
            json!({"id": id, "from": "254700000001", "timestamp": at, "type": "text", "text": {"body": text}})
        })
        .collect();
    json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "254711000000", "phone_number_id": number},
            "contacts": [{"profile": {"name": "Achieng"}, "wa_id": "254700000001"}],
            "messages": messages,
        },
    }]}]})
}

/// Ids of messages, as WhatsApp builds them.
const A: &str = "wamid.HBgMMjU0NzAwMDAwMDAxFQIAEhgUQUFBQUFBQUFBQUFBQUFBQUFBQUEA";
const B: &str = "wamid.HBgMMjU0NzAwMDAwMDAxFQIAEhgUQkJCQkJCQkJCQkJCQkJCQkJCQkIA";
/// WhatsApp does not know the messages that these tests make up, and says so when they are marked
/// as read.
const NO_SUCH_MESSAGE: &str = "does not belong to a message";
const NUMBER: &str = "106540352242922";

async fn a_webhook_delivered_twice_is_stored_once(app: TestApp) {
    let body = webhook(NUMBER, &[(A, "10 bags cement to Site 4")]);
    for _ in 0..2 {
        assert_eq!(app.demo.graph.post_webhook(&body).await.unwrap(), 200);
    }
    app.quiet().await;
    assert_eq!(app.demo.graph.post_webhook(&body).await.unwrap(), 200);
    app.quiet().await;
    assert_eq!(app.raw.count("select count(*) from message").await, 1);
    assert!(
        app.told_once(ACHIENG)
            .starts_with("Request 1, to Site 4:\n1) 10 bags")
    );
    app.provoked(NO_SUCH_MESSAGE);
}

async fn duplicates_in_one_post_are_stored_once(app: TestApp) {
    let one = (A, "10 bags cement to Site 4");
    let two = (B, "3 shovels");
    let body = webhook(NUMBER, &[one, two, one, two, one]);
    assert_eq!(app.demo.graph.post_webhook(&body).await.unwrap(), 200);
    app.quiet().await;
    assert_eq!(app.raw.count("select count(*) from message").await, 2);
    let told = app.told_once(ACHIENG);
    assert!(
        told.contains("1) 10 bags") && told.contains("2) 3 pieces"),
        "{told}"
    );
    app.provoked(NO_SUCH_MESSAGE);
}

async fn webhooks_doubled_late_and_out_of_order_make_one_requisition(app: TestApp) {
    for switch in [Switch::Doubled, Switch::Late, Switch::OutOfOrder] {
        app.demo.graph.set_switch(switch, Position::On);
    }
    // Later by the clock of WhatsApp, which counts in seconds: so is their order, however they come.
    for text in ["10 bags cement to Site 4", "3 shovels", "2 wheelbarrows"] {
        app.say(ACHIENG, text);
        app.advance(Duration::from_secs(1));
    }
    app.received().await;
    app.quiet().await;
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_story!(app, "doubled_late_and_out_of_order");
}

async fn somebody_with_only_a_user_id_orders_like_everybody(app: TestApp) {
    app.say(DAUDI, "5 bags cement");
    app.quiet().await;
    app.press(DAUDI, "Confirm");
    app.quiet().await;
    assert_story!(app, "only_a_user_id");
}

async fn a_stranger_is_told_once_and_the_office_too(app: TestApp) {
    let stranger = "+254799999999";
    app.demo
        .graph
        .add_person(Person::with_phone("Somebody", stranger));
    for text in ["10 bags cement", "hello?", "20 shovels to Site 4"] {
        app.say(stranger, text);
        app.quiet().await;
    }
    let told = app.told_once(stranger);
    assert!(told.contains("do not know this number"), "{told}");
    assert_eq!(app.raw.count("select count(*) from requisition").await, 0);
    assert_eq!(
        app.raw
            .count("select count(*) from message where state = 'set_aside'")
            .await,
        3
    );
    assert_eq!(
        app.raw.rows("select kind, state from card").await,
        [["join", "open"]]
    );
}

async fn a_number_that_nobody_has_is_set_aside_and_answered(app: TestApp) {
    let body = webhook("999999999999999", &[(A, "10 bags cement")]);
    assert_eq!(app.demo.graph.post_webhook(&body).await.unwrap(), 200);
    app.quiet().await;
    assert_eq!(app.raw.count("select count(*) from stray").await, 1);
    assert_eq!(app.raw.count("select count(*) from message").await, 0);
    let metrics = reqwest::get(format!("{}/metrics", app.demo.daemon))
        .await
        .unwrap();
    assert!(
        metrics
            .text()
            .await
            .unwrap()
            .contains("sutler_stray_messages 1\n")
    );
}

async fn what_is_not_signed_or_not_readable_is_refused_and_not_stored(app: TestApp) {
    let good = webhook(NUMBER, &[(A, "10 bags cement")])
        .to_string()
        .into_bytes();
    let signature = sign("demo-app-secret", &good);
    let mut altered = good.clone();
    altered.push(b' ');
    let broken = good[..good.len() - 7].to_vec();
    let huge = vec![b' '; 3 * 1024 * 1024 + 100_000];
    let cases: [(&str, Option<String>, Vec<u8>, u16); 8] = [
        ("no signature", None, good.clone(), 401),
        (
            "no hexadecimal",
            Some("sha256=zz".to_owned()),
            good.clone(),
            401,
        ),
        (
            "truncated",
            Some(signature[..20].to_owned()),
            good.clone(),
            401,
        ),
        (
            "of another secret",
            Some(sign("other", &good)),
            good.clone(),
            403,
        ),
        ("of another body", Some(signature.clone()), altered, 403),
        (
            "broken JSON",
            Some(sign("demo-app-secret", &broken)),
            broken,
            400,
        ),
        ("too large", Some(sign("demo-app-secret", &huge)), huge, 413),
        ("good", Some(signature), good, 200),
    ];
    let client = reqwest::Client::builder().build().unwrap();
    for (name, signature, body, expect) in cases {
        let before = app.raw.count("select count(*) from message").await;
        let url = format!("{}/webhook/whatsapp/main", app.demo.daemon);
        let mut request = client.post(url).body(body);
        if let Some(signature) = signature {
            request = request.header("X-Hub-Signature-256", signature);
        }
        let status = request.send().await.unwrap().status().as_u16();
        assert_eq!(status, expect, "{name}");
        let stored = app.raw.count("select count(*) from message").await - before;
        assert_eq!(stored, i64::from(expect == 200), "{name}");
    }
    let url = format!("{}/webhook/whatsapp/another", app.demo.daemon);
    assert_eq!(
        client.post(url).send().await.unwrap().status().as_u16(),
        404
    );
    app.quiet().await;
    app.provoked(NO_SUCH_MESSAGE);
}
