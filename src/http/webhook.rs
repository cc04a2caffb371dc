//! The WhatsApp webhook: verified over the raw bytes, stored, committed, then answered.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::channels::whatsapp_cloud::signature::{self, SignatureError};
use crate::channels::whatsapp_cloud::webhook::parse;
use crate::config::Secret;
use crate::flow::receive::{NotStored, receive};

/// Meta's handshake when the callback address is saved.
pub async fn handshake(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let Some(known) = app.config.whatsapp.apps.get(&name) else {
        return (StatusCode::NOT_FOUND, "no such app\n").into_response();
    };
    let field = |name: &str| query.get(name).map(String::as_str);
    let challenge = signature::handshake(
        field("hub.mode"),
        field("hub.verify_token"),
        field("hub.challenge"),
        known.verify_token.expose(),
    );
    match challenge {
        Some(challenge) => challenge.to_owned().into_response(),
        None => (StatusCode::FORBIDDEN, "the verify token is wrong\n").into_response(),
    }
}

/// Takes what WhatsApp sends. 200 only after the commit; what is not 200 is sent again.
pub async fn take(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let started = std::time::Instant::now();
    let (status, text) = answer(&app, &name, &headers, &body).await;
    metrics::histogram!("sutler_webhook_seconds", "status" => status.as_str().to_owned())
        .record(started.elapsed().as_secs_f64());
    (status, text).into_response()
}

async fn answer(
    app: &App,
    name: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> (StatusCode, &'static str) {
    let Some(known) = app.config.whatsapp.apps.get(name) else {
        return (StatusCode::NOT_FOUND, "no such app\n");
    };
    let header = headers.get(signature::HEADER).and_then(|h| h.to_str().ok());
    let secrets = known.app_secrets.iter().map(Secret::expose);
    if let Err(error) = signature::verify(secrets, header, body) {
        tracing::warn!(app = name, %error, "a webhook was refused");
        return match error {
            SignatureError::Missing | SignatureError::Malformed => (
                StatusCode::UNAUTHORIZED,
                "the signature is missing or no signature\n",
            ),
            SignatureError::Wrong => (StatusCode::FORBIDDEN, "the signature is wrong\n"),
        };
    }
    let inbound = match parse(body) {
        Ok(inbound) => inbound,
        Err(error) => {
            tracing::warn!(app = name, %error, "a webhook could not be read");
            return (StatusCode::BAD_REQUEST, "not a WhatsApp webhook\n");
        }
    };
    match receive(app, name, inbound).await {
        Ok(()) => (StatusCode::OK, ""),
        Err(NotStored::Full) => (StatusCode::SERVICE_UNAVAILABLE, "too many are waiting\n"),
        Err(NotStored::Database) => (StatusCode::INTERNAL_SERVER_ERROR, "not stored\n"),
    }
}
