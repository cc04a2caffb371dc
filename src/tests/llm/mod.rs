//! Language models of our own, as real HTTP servers: one that answers what a story says, a hostile
//! one, and one that obeys whatever it reads.

mod hostile;
mod payloads;
mod stories;
mod tokens;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use sutler::llm::{Llm, Settings};
use tokio::net::TcpListener;
use url::Url;

/// How the server answers.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A completion whose text is this.
    Says(String),
    /// A completion's first choice.
    Choice(Value),
    /// Status, media type and body as they are.
    Raw(u16, &'static str, String),
    /// Nothing for this long, then an empty answer.
    Late(Duration),
}

type Answer = dyn Fn(&Value) -> Reply + Send + Sync;

#[derive(Clone)]
struct Inner {
    answer: Arc<Answer>,
    asked: Arc<Mutex<Vec<Value>>>,
}

/// A server that speaks the protocol, and what it was asked.
pub(crate) struct Model {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Model {
    pub(crate) async fn start(answer: impl Fn(&Value) -> Reply + Send + Sync + 'static) -> Self {
        let asked = Arc::<Mutex<Vec<Value>>>::default();
        let inner = Inner {
            answer: Arc::new(answer),
            asked: asked.clone(),
        };
        let router = Router::new()
            .route("/v1/chat/completions", post(complete))
            .with_state(inner);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, asked }
    }

    /// The bodies of all requests so far.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }

    /// A client of this server, as the daemon makes it.
    pub(crate) fn client(&self, timeout: Duration) -> Llm {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base_url: Url = self.url.parse().unwrap();
        Llm::new(Settings {
            base_url: &base_url,
            model: "stub",
            key: None,
            timeout,
            effort: None,
        })
        .unwrap()
    }
}

async fn complete(State(inner): State<Inner>, Json(body): Json<Value>) -> Response {
    let reply = (inner.answer)(&body);
    inner.asked.lock().unwrap().push(body);
    let choice = match reply {
        Reply::Says(text) => json!({
            "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": text },
        }),
        Reply::Choice(choice) => choice,
        Reply::Raw(status, kind, body) => {
            let status = StatusCode::from_u16(status).unwrap();
            return (status, [(header::CONTENT_TYPE, kind)], body).into_response();
        }
        Reply::Late(time) => {
            tokio::time::sleep(time).await;
            Value::Null
        }
    };
    Json(json!({
        "id": "c1", "object": "chat.completion", "created": 1, "model": "stub",
        "choices": [choice],
        "usage": { "prompt_tokens": 500, "completion_tokens": 40, "total_tokens": 540 },
    }))
    .into_response()
}

/// What stands behind the static part of a request.
pub(crate) fn user_text(body: &Value) -> String {
    body["messages"][1]["content"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// An answer of these lines; what a line does not name is null.
pub(crate) fn lines(lines: &[Value]) -> Reply {
    Reply::Says(json!({ "lines": lines }).to_string())
}
