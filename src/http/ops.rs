//! Health and metrics.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jobs::Lane;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::store::{bells, invariants, messages, orgs};

/// A worker that has been silent for longer is not well.
const SILENCE: Duration = Duration::from_mins(1);

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts to keep metrics, once a process.
pub fn keep_metrics() -> anyhow::Result<()> {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    if RECORDER.get().is_none() {
        let seconds = [
            0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 120.0,
        ];
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)?
            .install_recorder()?;
        let _ = RECORDER.set(handle);
    }
    Ok(())
}

/// The process runs.
pub async fn live() -> &'static str {
    "alive\n"
}

/// The process can do its work; a line for each thing that keeps it from it.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    let mut troubles = Vec::new();
    if let Err(error) = app.db.check_schema().await {
        tracing::warn!(%error, "the database is not ready");
        troubles.push("the database does not answer or lacks its schema".to_owned());
    }
    if let Err(error) = app.queue.ping().await {
        tracing::warn!(%error, "the queue is not ready");
        troubles.push("the queue does not answer".to_owned());
    }
    for lane in app.queue.health() {
        if !lane.is_well(SILENCE) {
            troubles.push(format!("the lane {} is silent", lane.lane));
        }
    }
    if app.is_stopping() {
        troubles.push("the process is ending".to_owned());
    }
    if troubles.is_empty() {
        return "ready\n".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, troubles.join("\n") + "\n").into_response()
}

/// The metrics in Prometheus' text form.
pub async fn metrics(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Some(token) = &app.config.metrics.token {
        let given = headers
            .get(axum::http::header::AUTHORIZATION)
            .and_then(|h| h.to_str().ok())
            .and_then(|h| h.strip_prefix("Bearer "))
            .unwrap_or_default();
        let right: bool = given.as_bytes().ct_eq(token.expose().as_bytes()).into();
        if !right {
            return (StatusCode::UNAUTHORIZED, "a bearer token is needed\n").into_response();
        }
    }
    let mut text = RECORDER
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default();
    if let Err(error) = from_database(&app, &mut text).await {
        tracing::warn!(%error, "metrics of the database could not be read");
        text.push_str("# the database did not answer\n");
    }
    text.into_response()
}

async fn from_database(app: &App, text: &mut String) -> anyhow::Result<()> {
    let mut tx = app.db.read().await?;
    let now = tx.now().await?;
    text.push_str("# TYPE sutler_invariant_broken gauge\n");
    for reading in invariants::read(&mut tx, invariants::Sent::Lately).await? {
        let (number, broken) = (reading.number, reading.broken);
        let _ = writeln!(
            text,
            "sutler_invariant_broken{{number=\"{number}\"}} {broken}"
        );
    }
    text.push_str("# TYPE sutler_due gauge\n# TYPE sutler_due_oldest_seconds gauge\n");
    for (kind, due, oldest) in bells::backlog(&mut tx).await? {
        let age = oldest.map_or(0, |at| (now - at).num_seconds().max(0));
        let _ = writeln!(text, "sutler_due{{kind=\"{kind}\"}} {due}");
        let _ = writeln!(text, "sutler_due_oldest_seconds{{kind=\"{kind}\"}} {age}");
    }
    let strays = messages::strays(&mut tx).await?;
    let armed = i32::from(orgs::is_armed(&mut tx).await?);
    let _ = writeln!(
        text,
        "# TYPE sutler_stray_messages gauge\nsutler_stray_messages {strays}"
    );
    let _ = writeln!(
        text,
        "# TYPE sutler_ordering_armed gauge\nsutler_ordering_armed {armed}"
    );
    let (open, idle) = app.db.connections();
    let _ = writeln!(text, "# TYPE sutler_database_connections gauge");
    let _ = writeln!(text, "sutler_database_connections{{state=\"open\"}} {open}");
    let _ = writeln!(text, "sutler_database_connections{{state=\"idle\"}} {idle}");
    text.push_str("# TYPE sutler_lane_running gauge\n# TYPE sutler_lane_waiting gauge\n");
    for lane in app.queue.health() {
        let name = lane.lane.name();
        let _ = writeln!(
            text,
            "sutler_lane_running{{lane=\"{name}\"}} {}",
            lane.running
        );
    }
    for lane in Lane::ALL {
        if let Ok(waiting) = app.queue.waiting(lane).await {
            let name = lane.name();
            let _ = writeln!(
                text,
                "sutler_lane_waiting{{lane=\"{name}\"}} {}",
                waiting.due
            );
        }
    }
    Ok(())
}
