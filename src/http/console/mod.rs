//! The console: pages for the people of one organisation, made on the server, without a script.
//!
//! **Invariant:** a page shows one organisation, that of the session. Decisions are made by the steps
//! of the flow; what stands here asks them and shows what they say.

mod approvals;
mod cards;
mod conversation;
mod cookies;
mod evidence;
mod guard;
mod jobs;
mod list;
mod names;
mod orders;
mod pages;
mod password;
mod requisition;
mod sign_in;
mod spending;
mod still;
mod suppliers;
#[cfg(test)]
mod tests;
mod tries;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Response, header};
use axum::middleware;
use axum::response::Redirect;
use axum::routing::{get, post};

use self::tries::Tries;
use crate::app::App;

/// Largest form that is taken, in bytes.
const FORM: usize = 64 * 1024;

/// What every page has at hand.
struct Console {
    app: Arc<App>,
    tries: Tries,
}

type Shared = Arc<Console>;

/// Every route of the console.
pub fn routes(app: Arc<App>) -> Router {
    let console = Arc::new(Console {
        app,
        tries: Tries::default(),
    });
    Router::new()
        .route("/", get(|| async { Redirect::to("/requisitions") }))
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route(
            "/sign-in/{token}",
            get(sign_in::link).post(sign_in::set_password),
        )
        .route("/sign-out", post(sign_in::sign_out))
        .route("/requisitions", get(list::page))
        .route("/requisitions/{which}", get(requisition::page))
        .route("/approvals/{id}/approve", post(approvals::approve))
        .route("/approvals/{id}/reject", post(approvals::reject))
        .route("/cards", get(cards::page))
        .route("/cards/{id}/answer", post(cards::answer))
        .route("/jobs", get(jobs::page))
        .route("/switch", post(jobs::switch))
        .route("/suppliers", get(suppliers::page))
        .route("/suppliers/{id}/pause", post(suppliers::pause))
        .route("/suppliers/{id}/resume", post(suppliers::resume))
        .route("/names", get(names::page))
        .route("/names/{id}/revoke", post(names::revoke))
        .route("/names/{id}/restore", post(names::restore))
        .route("/evidence/{id}", get(evidence::show))
        .route("/console.css", get(pages::style))
        .route("/console.svg", get(pages::icon))
        .route_layer(DefaultBodyLimit::max(FORM))
        .route_layer(middleware::map_response(harden))
        .with_state(console)
}

/// What every answer says to the browser; evidence says more.
async fn harden<B>(mut response: Response<B>) -> Response<B> {
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
