//! The server met from outside: a business that is a small HTTP receiver and a client with a token.

mod api;
mod delivery;
mod page;
mod people;

use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::*;

const AMINA: &str = "+254700000001";
const JOSEPH: &str = "+254700000002";
const HIDDEN: &str = "KE.13491208655302741918";
const WAIT: Duration = Duration::from_secs(10);

/// What the business's end saw.
struct Business {
    bodies: Mutex<Vec<Vec<u8>>>,
    count: watch::Sender<usize>,
    /// POSTs that are still to be answered with 503.
    failing: Mutex<usize>,
}

impl Business {
    fn webhooks(&self) -> Vec<Value> {
        let bodies = self.bodies.lock().unwrap();
        bodies
            .iter()
            .map(|body| serde_json::from_slice(body).unwrap())
            .collect()
    }

    /// All entries of `messages` or `statuses`, in the order of arrival.
    fn all(&self, key: &str) -> Vec<Value> {
        let mut found = Vec::new();
        for webhook in self.webhooks() {
            for entry in webhook["entry"].as_array().unwrap() {
                for change in entry["changes"].as_array().unwrap() {
                    found.extend(change["value"][key].as_array().cloned().unwrap_or_default());
                }
            }
        }
        found
    }

    fn texts(&self) -> Vec<String> {
        let messages = self.all("messages");
        messages
            .iter()
            .map(|message| message["text"]["body"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn receive(
    State(business): State<Arc<Business>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    // The signature must fit the very bytes; a wrong one is never recorded, so the test that waits for it fails.
    if headers["X-Hub-Signature-256"] != sign("demo-app-secret", &body).as_str() {
        return StatusCode::FORBIDDEN;
    }
    let mut failing = business.failing.lock().unwrap();
    business.bodies.lock().unwrap().push(body.to_vec());
    business.count.send_modify(|count| *count += 1);
    if *failing > 0 {
        *failing -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    StatusCode::OK
}

async fn shake_hands(
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> (StatusCode, String) {
    if query["hub.mode"] == "subscribe" && query["hub.verify_token"] == "demo-verify-token" {
        (StatusCode::OK, query["hub.challenge"].clone())
    } else {
        (StatusCode::FORBIDDEN, String::new())
    }
}

struct Setup {
    graph: Graph,
    business: Arc<Business>,
    client: reqwest::Client,
}

async fn setup() -> Setup {
    let mut settings = GraphSettings::new("http://127.0.0.1:9/".parse().unwrap());
    settings
        .numbers
        .push(Number::new("200000000000002", "+1 555 0100", "Second firm"));
    settings.people = vec![
        Person::with_phone("Amina", AMINA),
        Person::with_phone("Joseph", JOSEPH).window_open(),
        Person::with_user_id("Sam", HIDDEN),
    ];
    settings.templates = vec![Template::new(
        "approval_needed",
        "{{1}} asks.",
        &["Approve", "Reject"],
    )];
    setup_with(settings).await
}

/// Starts both ends; callback and times are set here.
async fn setup_with(mut settings: GraphSettings) -> Setup {
    static RUSTLS: Once = Once::new();
    RUSTLS.call_once(|| {
        // Another test of this binary may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let business = Arc::new(Business {
        bodies: Mutex::default(),
        count: watch::Sender::new(0),
        failing: Mutex::new(0),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let callback = format!("http://{}/webhook", listener.local_addr().unwrap());
    let app = axum::Router::new()
        .route("/webhook", post(receive).get(shake_hands))
        .with_state(business.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    settings.callback = callback.parse().unwrap();
    settings.reading = Reading::After(Duration::from_millis(10));
    settings.retries.first = Duration::from_millis(20);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = reqwest::Client::builder().timeout(WAIT).build().unwrap();
    Setup {
        graph: Graph::start(listener, settings).unwrap(),
        business,
        client,
    }
}

impl Setup {
    fn path(&self, path: &str) -> String {
        format!("{}/v25.0/{path}", self.graph.url())
    }

    /// Posts to the messages endpoint with a good token.
    async fn post(&self, body: &Value) -> reqwest::Result<(u16, Value)> {
        let answer = self
            .client
            .post(self.path("106540352242922/messages"))
            .bearer_auth("demo-access-token")
            .json(body)
            .send()
            .await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await?))
    }

    async fn text(&self, to: &str, text: &str) -> (u16, Value) {
        self.post(&json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": to,
            "type": "text", "text": {"body": text}, "biz_opaque_callback_data": "row-7",
        }))
        .await
        .unwrap()
    }

    /// Waits until the business got this many POSTs in all.
    async fn posts(&self, count: usize) {
        let mut counter = self.business.count.subscribe();
        let reached = counter.wait_for(|seen| *seen >= count);
        tokio::time::timeout(WAIT, reached)
            .await
            .expect("POSTs come in time")
            .unwrap();
    }
}

fn code(answer: &(u16, Value)) -> (u16, u64) {
    (answer.0, answer.1["error"]["code"].as_u64().unwrap_or(0))
}
