//! An ERP with the shape of `ERPNext`'s REST API v1: it checks what the original checks and keeps
//! what it gets.
//!
//! **Invariant:** it is as strict as the original, and it drops a field that the type does not have
//! without a word, as the original does.

mod checks;
mod desk;
mod doctypes;
mod fault;
mod fields;
mod naming;
mod page;
mod purchase_order;
mod query;
#[cfg(test)]
mod tests;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query as UrlQuery, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use self::desk::{Desk, Document};
use self::fault::{Class, Fault};
use self::query::Query;
use crate::demo::server::{Serving, Wire};

pub use self::world::{ErpItem, ErpWorld, Uom};

/// The server; [`ErpNext::start`] opens it.
#[derive(Debug)]
pub struct ErpNext;

/// A running ERP; dropping it stops it.
pub struct ErpHandle {
    /// The base URL, without a slash at its end.
    pub url: String,
    site: Arc<Site>,
    _serving: Serving,
}

/// What can be made to go wrong; what is absent is off.
///
/// With `creates: N` a switch acts on the next N requests that create a document and on nothing
/// else; without, on every request that it concerns until it is taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ErpSwitches {
    /// Every answer comes late.
    pub slow: Option<ErpDelay>,
    /// A document is made, then the connection is closed without an answer.
    pub answer_lost: Option<ErpDuring>,
    /// Everything is answered 503, nothing is done.
    pub maintenance: Option<ErpDuring>,
}

/// For how long a switch stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ErpDuring {
    pub creates: Option<u32>,
}

/// Milliseconds to wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErpDelay {
    pub ms: u64,
    #[serde(default)]
    pub creates: Option<u32>,
}

impl ErpNext {
    /// Opens the site on a listener.
    pub fn start(listener: TcpListener, world: ErpWorld) -> std::io::Result<ErpHandle> {
        let site = Arc::new(Site {
            desk: Mutex::new(Desk::new(world)),
            switches: Mutex::default(),
        });
        let serving = Serving::start(listener, router(Arc::clone(&site)))?;
        Ok(ErpHandle {
            url: serving.url(),
            site,
            _serving: serving,
        })
    }
}

impl ErpHandle {
    /// The purchase orders, oldest first.
    pub fn documents(&self) -> Vec<Value> {
        self.site.purchase_orders()
    }

    /// The switches as they stand; counted ones count down.
    pub fn switches(&self) -> ErpSwitches {
        self.site.switches().clone()
    }

    /// Replaces all switches.
    pub fn switch(&self, switches: ErpSwitches) {
        *self.site.switches() = switches;
    }

    /// Everything as it was at the start, the switches off.
    pub fn reset(&self) {
        *self.site.switches() = ErpSwitches::default();
        let mut desk = self.site.desk();
        let world = desk.world.clone();
        *desk = Desk::new(world);
    }
}

struct Site {
    desk: Mutex<Desk>,
    switches: Mutex<ErpSwitches>,
}

impl Site {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn switches(&self) -> MutexGuard<'_, ErpSwitches> {
        self.switches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn purchase_orders(&self) -> Vec<Value> {
        let desk = self.desk();
        let orders = desk.all("Purchase Order").iter();
        orders.cloned().map(Value::Object).collect()
    }
}

fn router(site: Arc<Site>) -> Router {
    let api = Router::new()
        .route("/api/resource/{doctype}", get(list).post(create))
        .route(
            "/api/resource/{doctype}/{*name}",
            get(read).put(update).post(run),
        )
        .route("/api/method/frappe.auth.get_logged_user", get(logged_user))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site),
            authenticate,
        ))
        .route(
            "/api/method/ping",
            get(|| async { Json(json!({"message": "pong"})) }),
        )
        .layer(middleware::from_fn_with_state(Arc::clone(&site), weather));
    Router::new()
        .merge(api)
        .route("/", get(|| async { Redirect::to("/app") }))
        .route("/app", get(app))
        .route("/documents.json", get(documents))
        .route("/switches", get(switches).post(set_switches))
        .with_state(site)
}

/// Applies the switches.
async fn weather(
    State(site): State<Arc<Site>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let create = request.method() == Method::POST
        && request
            .uri()
            .path()
            .strip_prefix("/api/resource/")
            .is_some_and(|p| !p.contains('/'));
    let (slow, lost, closed) = {
        let mut switches = site.switches();
        let lasting = |creates: Option<u32>| creates.is_none();
        let slow = switches
            .slow
            .clone()
            .filter(|s| create || lasting(s.creates));
        let closed = switches
            .maintenance
            .clone()
            .filter(|s| create || lasting(s.creates));
        let lost = switches.answer_lost.clone().filter(|_| create);
        if create {
            spend(&mut switches.slow, |s| &mut s.creates);
            spend(&mut switches.answer_lost, |s| &mut s.creates);
            spend(&mut switches.maintenance, |s| &mut s.creates);
        }
        (slow.map_or(0, |s| s.ms), lost.is_some(), closed.is_some())
    };
    // A client that leaves does not undo what it asked for.
    let work = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(slow)).await;
        if closed {
            return (StatusCode::SERVICE_UNAVAILABLE, Html(page::UPDATING)).into_response();
        }
        next.run(request).await
    });
    let answer = match work.await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "an ERP request could not be worked off");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    if lost {
        wire.cut();
    }
    answer
}

fn spend<T>(switch: &mut Option<T>, creates: impl Fn(&mut T) -> &mut Option<u32>) {
    let Some(left) = switch.as_mut().and_then(|s| creates(s).as_mut()) else {
        return;
    };
    *left = left.saturating_sub(1);
    if *left == 0 {
        *switch = None;
    }
}

/// A key pair signs in; any other credential is refused, and nobody at all is a guest without rights.
async fn authenticate(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    let Some(given) = headers.get(header::AUTHORIZATION) else {
        let text = "User Guest does not have doctype access via role permission for this document";
        return Fault::thrown(Class::Permission, text).into_response();
    };
    let right = {
        let world = &site.desk().world;
        let pair = given.to_str().ok().and_then(|value| value.split_once(' '));
        pair.is_some_and(|(scheme, pair)| {
            let known = (world.api_key.as_str(), world.api_secret.as_str());
            scheme.eq_ignore_ascii_case("token") && pair.split_once(':') == Some(known)
        })
    };
    if right {
        next.run(request).await
    } else {
        Fault::bare(Class::Authentication).into_response()
    }
}

async fn list(
    State(site): State<Arc<Site>>,
    Path(doctype): Path<String>,
    UrlQuery(query): UrlQuery<Query>,
) -> Result<Json<Value>, Fault> {
    let rows = site.desk().list(&doctype, &query)?;
    Ok(Json(json!({ "data": rows })))
}

async fn create(
    State(site): State<Arc<Site>>,
    Path(doctype): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Fault> {
    let sent = parse(&body)?;
    let document = site.desk().insert(&doctype, &sent)?;
    Ok(Json(json!({ "data": document })))
}

async fn read(
    State(site): State<Arc<Site>>,
    Path((doctype, name)): Path<(String, String)>,
) -> Result<Json<Value>, Fault> {
    let document = site.desk().read(&doctype, &name)?;
    Ok(Json(json!({ "data": document })))
}

async fn update(
    State(site): State<Arc<Site>>,
    Path((doctype, name)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, Fault> {
    let sent = parse(&body)?;
    let document = site.desk().update(&doctype, &name, &sent)?;
    Ok(Json(json!({ "data": document })))
}

#[derive(Deserialize)]
struct Run {
    run_method: Option<String>,
}

async fn run(
    State(site): State<Arc<Site>>,
    Path((doctype, name)): Path<(String, String)>,
    UrlQuery(Run { run_method }): UrlQuery<Run>,
) -> Result<Json<Value>, Fault> {
    let docstatus = match run_method.as_deref() {
        Some("submit") => 1,
        Some("cancel") => 2,
        other => {
            let text = format!("Method {} is not allowed", other.unwrap_or("None"));
            return Err(Fault::thrown(Class::Permission, text));
        }
    };
    let sent = Document::from_iter([("docstatus".to_owned(), docstatus.into())]);
    let document = site.desk().update(&doctype, &name, &sent)?;
    Ok(Json(json!({ "data": document })))
}

async fn logged_user(State(site): State<Arc<Site>>) -> Json<Value> {
    Json(json!({ "message": site.desk().world.user }))
}

async fn app(State(site): State<Arc<Site>>) -> Response {
    match page::orders(&site.desk()) {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the ERP's page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn documents(State(site): State<Arc<Site>>) -> Json<Vec<Value>> {
    Json(site.purchase_orders())
}

async fn switches(State(site): State<Arc<Site>>) -> Json<ErpSwitches> {
    Json(site.switches().clone())
}

async fn set_switches(
    State(site): State<Arc<Site>>,
    Json(switches): Json<ErpSwitches>,
) -> Json<ErpSwitches> {
    *site.switches() = switches.clone();
    Json(switches)
}

fn parse(body: &[u8]) -> Result<Document, Fault> {
    serde_json::from_slice(body)
        .map_err(|error| Fault::raised(Class::JsonDecode, error.to_string(), Vec::new()))
}
