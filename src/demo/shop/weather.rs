//! What the switches do to a request before and after its handler.

use std::sync::Arc;
use std::time::Duration;

use axum::Form;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use serde::Deserialize;

use super::House;
use super::faults::{Fault, is_order_post};
use super::switches::Effects;
use super::visit::Visitor;
use crate::demo::server::Wire;

/// What who is there answers.
const WORD: &str = "mjengo";

/// Applies the switches; the handlers find what is left of them among the request's extensions.
pub(super) async fn weather(
    State(house): State<Arc<House>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    mut request: Request,
    next: Next,
) -> Response {
    let order_post = is_order_post(request.method(), request.uri().path());
    let effects = {
        let mut store = house.store();
        if order_post {
            store.posts += 1;
        }
        let path = request.uri().path().to_owned();
        store.trail.push(path.clone());
        let nth = store.trail.len() as u64;
        let effects = store.switches.on(nth, request.method(), &path);
        if effects.struck.by(Fault::SignedOut) {
            store.close_all_sessions();
        }
        effects
    };
    let (lost, struck) = (effects.answer_lost, effects.struck.clone());
    request.extensions_mut().insert(effects.clone());
    let work = async move {
        tokio::time::sleep(Duration::from_millis(effects.slow_ms)).await;
        match answer_instead(&house, &effects) {
            Some(answer) => answer,
            None => next.run(request).await,
        }
    };
    if !order_post {
        return work.await;
    }
    // In a task of its own: a customer who leaves does not undo the order.
    let answer = match tokio::spawn(work).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "an order post could not be worked off");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    if struck.by(Fault::Reset) {
        wire.reset();
    } else if lost || struck.by(Fault::Dropped) {
        wire.cut();
    }
    answer
}

/// What is said without asking the handler.
fn answer_instead(house: &House, effects: &Effects) -> Option<Response> {
    if effects.maintenance {
        return Some(house.closed());
    }
    let struck = &effects.struck;
    let visitor = Visitor::default();
    if struck.by(Fault::Captcha) {
        let page = house.page(&visitor, "captcha.html", context! {});
        return Some((StatusCode::FORBIDDEN, page).into_response());
    }
    if struck.by(Fault::TooMany) {
        let text = "You ask for too many pages. Please wait.";
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut page = house.message(&visitor, status, "Too many requests", text);
        let wait = HeaderValue::from_static("3600");
        page.headers_mut().insert(header::RETRY_AFTER, wait);
        return Some(page);
    }
    struck
        .by(Fault::Dropped)
        .then(|| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

/// What the order post is answered when it was worked off and its answer is to be another.
pub(super) fn answer_to_order(house: &House, effects: &Effects) -> Option<Response> {
    let struck = &effects.struck;
    let visitor = Visitor::default();
    let say = |status| house.message(&visitor, status, "Sorry", "Something went wrong.");
    if struck.by(Fault::Status408) {
        let mut page = say(StatusCode::REQUEST_TIMEOUT);
        let close = HeaderValue::from_static("close");
        page.headers_mut().insert(header::CONNECTION, close);
        return Some(page);
    }
    if struck.by(Fault::Status421) {
        return Some(say(StatusCode::MISDIRECTED_REQUEST));
    }
    if struck.by(Fault::Status500) {
        return Some(say(StatusCode::INTERNAL_SERVER_ERROR));
    }
    struck
        .by(Fault::Redirect307)
        .then(|| Redirect::temporary(super::ORDER_POST_AGAIN).into_response())
}

#[derive(Deserialize)]
pub(super) struct Word {
    #[serde(default)]
    word: String,
}

/// Who answers is asked no more.
pub(super) async fn captcha(State(house): State<Arc<House>>, Form(form): Form<Word>) -> Response {
    if form.word.trim().eq_ignore_ascii_case(WORD) {
        house.store().switches.faults.remove(&Fault::Captcha);
    }
    Redirect::to("/").into_response()
}
