//! The templates, the style and the answers that are no page of their own.

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::{Environment, Value, context};
use serde::Serialize;

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    for (name, source) in [
        ("base.html", include_str!("templates/base.html")),
        ("macros.html", include_str!("templates/macros.html")),
        ("message.html", include_str!("templates/message.html")),
        ("sign-in.html", include_str!("templates/sign-in.html")),
        (
            "set-password.html",
            include_str!("templates/set-password.html"),
        ),
        (
            "requisitions.html",
            include_str!("templates/requisitions.html"),
        ),
        (
            "requisition.html",
            include_str!("templates/requisition.html"),
        ),
        ("order.html", include_str!("templates/order.html")),
        ("cards.html", include_str!("templates/cards.html")),
        ("sure.html", include_str!("templates/sure.html")),
        ("jobs.html", include_str!("templates/jobs.html")),
        ("names.html", include_str!("templates/names.html")),
        ("suppliers.html", include_str!("templates/suppliers.html")),
    ] {
        pages
            .add_template(name, source)
            .expect("embedded templates are well formed");
    }
    pages
});

/// Why somebody does not get the page that they asked for.
pub(super) enum Refusal {
    /// Nobody is signed in: the page comes after the sign-in.
    SignIn { next: Option<String> },
    /// It is not there, or not in their organisation.
    NotFound,
    /// They may not; the sentence says why.
    Forbidden(&'static str),
    /// What was sent cannot be used; the sentence says why.
    Wrong(&'static str),
    /// Something of ours failed.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn { next: None } => Redirect::to("/sign-in").into_response(),
            Self::SignIn { next: Some(next) } => {
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                Redirect::to(&format!("/sign-in?next={next}")).into_response()
            }
            Self::NotFound => message(
                StatusCode::NOT_FOUND,
                "Not found",
                "There is no such page, or it is not yours to see.",
            ),
            Self::Forbidden(text) => message(StatusCode::FORBIDDEN, "Not allowed", text),
            Self::Wrong(text) => message(StatusCode::BAD_REQUEST, "That cannot be used", text),
            Self::Failed(error) => {
                tracing::error!(error = %format!("{error:#}"), "a page of the console failed");
                message(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something failed",
                    "Nothing was changed. Try again; if it stays so, the daemon's log says why.",
                )
            }
        }
    }
}

/// Renders a page.
pub(super) fn render(name: &str, page: Value) -> Response {
    let made = PAGES.get_template(name).and_then(|t| t.render(page));
    match made {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(error = %format!("{error:#}"), name, "a page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page with one sentence.
pub(super) fn message(status: StatusCode, title: &str, text: &str) -> Response {
    (status, render("message.html", context! { title, text })).into_response()
}

pub(super) async fn style() -> Response {
    let css = include_str!("templates/console.css");
    asset("text/css; charset=utf-8", css)
}

pub(super) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("templates/console.svg"))
}

fn asset(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
    ];
    (headers, text).into_response()
}

/// Plain data as a template reads it.
pub(super) fn value(data: &impl Serialize) -> Value {
    of_json(serde_json::to_value(data).unwrap_or_default())
}

fn of_json(json: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::from(()),
        Json::Bool(is) => Value::from(is),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text),
        Json::Array(all) => all.into_iter().map(of_json).collect(),
        Json::Object(map) => {
            Value::from_pairs(map.into_iter().map(|(key, one)| (key, of_json(one))))
        }
    }
}
