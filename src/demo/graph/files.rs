//! The media endpoints: upload, delete, and the download behind a short-lived address.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::Inner;
use super::api::{Router, check_token, check_version, number, refuse};
use super::media::{check_upload, proof};
use super::refusal::Refusal;
use super::wamid;

/// The largest document and its envelope.
const LARGEST: usize = 101 * 1024 * 1024;

pub(super) fn routes() -> Router {
    axum::Router::new()
        .route(
            "/{version}/{id}/media",
            post(upload).layer(DefaultBodyLimit::max(LARGEST)),
        )
        .route("/whatsapp_business/attachments/", get(download))
}

async fn upload(
    State(inner): State<Arc<Inner>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let checked = check_version(&version)
        .and_then(|()| check_token(&inner, &headers))
        .and_then(|()| number(&inner, &id, "post"));
    let outcome = match checked {
        Ok(_) => store_upload(&inner, form).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refuse(&inner, refusal, &format!("POST /{version}/{id}/media")),
    }
}

async fn store_upload(inner: &Inner, mut form: Multipart) -> Result<Value, Refusal> {
    let broken = |_| Refusal::parameter("The multipart body is broken.");
    let (mut file, mut mime, mut product) = (None, None, None);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "file" => {
                let own = field.content_type().map(str::to_owned);
                file = Some((own, field.bytes().await.map_err(broken)?));
            }
            "type" => mime = Some(field.text().await.map_err(broken)?),
            "messaging_product" => product = Some(field.text().await.map_err(broken)?),
            _ => {}
        }
    }
    if product.as_deref() != Some("whatsapp") {
        return Err(Refusal::parameter(
            "The parameter messaging_product is required.",
        ));
    }
    let (own, bytes) = file.ok_or_else(|| Refusal::parameter("The parameter file is required."))?;
    let mime = own
        .or(mime)
        .ok_or_else(|| Refusal::parameter("The parameter type is required."))?;
    let medium = check_upload(&mime, bytes)?;
    let id = wamid::object_id();
    inner.world().media.insert(id.clone(), medium);
    Ok(json!({"id": id}))
}

pub(super) async fn remove(
    State(inner): State<Arc<Inner>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let outcome = check_version(&version)
        .and_then(|()| check_token(&inner, &headers))
        .and_then(|()| match inner.world().media.remove(&id) {
            Some(_) => Ok(json!({"success": true})),
            None => Err(Refusal::no_object("delete", &id)),
        });
    match outcome {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refuse(&inner, refusal, &format!("DELETE /{version}/{id}")),
    }
}

/// The file itself. An address is good for five minutes and only with the token.
async fn download(
    State(inner): State<Arc<Inner>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = check_token(&inner, &headers) {
        return refuse(&inner, refusal, "GET /whatsapp_business/attachments/");
    }
    let id = query.get("mid").map(String::as_str).unwrap_or_default();
    let expires = query
        .get("ext")
        .and_then(|text| text.parse::<i64>().ok())
        .unwrap_or(0);
    let genuine = query
        .get("hash")
        .is_some_and(|hash| *hash == proof(id, expires));
    let fresh = inner.clock.now().timestamp() <= expires;
    match inner.world().media.get(id) {
        Some(medium) if genuine && fresh => (
            [(header::CONTENT_TYPE, medium.mime.clone())],
            medium.bytes.clone(),
        )
            .into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
