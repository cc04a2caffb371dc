//! What Sutler answers over HTTP: webhooks, the console, health and metrics.
//!
//! **Invariant:** no step of the flow is worked here; a page or a webhook writes rows and rings.

pub mod console;
pub mod ops;
pub mod webhook;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;

/// Every route of the daemon.
pub fn router(app: Arc<App>) -> Router {
    let limit = app.config.http.body_limit_bytes;
    let webhooks = Router::new()
        .route(
            "/webhook/whatsapp/{app}",
            get(webhook::handshake).post(webhook::take),
        )
        .layer(axum::extract::DefaultBodyLimit::max(limit));
    let ops = Router::new()
        .route("/health/live", get(ops::live))
        .route("/health/ready", get(ops::ready))
        .route("/metrics", get(ops::metrics));
    Router::new()
        .merge(webhooks)
        .merge(ops)
        .with_state(app.clone())
        .merge(console::routes(app))
        .layer(CatchPanicLayer::new())
}
