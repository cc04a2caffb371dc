//! Evidence: what was seen at a supplier's site, as it was kept.
//!
//! **Invariant:** a page of a foreign site is never shown as a page of ours; only pictures are shown,
//! everything else is downloaded. Bytes whose hash is not the one in the database are not given out.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest, Sha256};

use super::Shared;
use super::guard::Signed;
use super::pages::Refusal;
use crate::store::{evidence, lists, orders};

pub(super) async fn show(
    State(console): State<Shared>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let org = &signed.org.id;
    let mut tx = console.app.db.read().await?;
    let Some(piece) = evidence::find(&mut tx, org, &id.into()).await? else {
        return Err(Refusal::NotFound);
    };
    let order = orders::find(&mut tx, &piece.purchase_order_id).await?;
    let Some(order) = order.filter(|o| o.org_id == *org) else {
        return Err(Refusal::NotFound);
    };
    if !lists::may_see(&mut tx, org, signed.scope(), &order.requisition_id).await? {
        return Err(Refusal::NotFound);
    }
    drop(tx);
    let Some(blob) = console.app.blobs.get(&piece.blob_key).await? else {
        return Err(Refusal::NotFound);
    };
    if hex::encode(Sha256::digest(&blob.bytes)) != piece.sha256 {
        return Err(Refusal::Failed(anyhow::anyhow!(
            "evidence {} is not what was kept: its hash differs",
            piece.id
        )));
    }
    let kind = piece.media_type.split(';').next().unwrap_or_default();
    let (media_type, ending, disposition) = match kind {
        "image/png" => ("image/png", "png", "inline"),
        "image/jpeg" => ("image/jpeg", "jpg", "inline"),
        "application/pdf" => ("application/pdf", "pdf", "attachment"),
        "application/json" => ("application/json", "json", "attachment"),
        _ => ("text/plain; charset=utf-8", "txt", "attachment"),
    };
    let name = format!(
        "{disposition}; filename=\"{}-{}.{ending}\"",
        order.number, piece.id
    );
    let mut response = blob.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&name).map_err(anyhow::Error::from)?,
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=3600, immutable"),
    );
    Ok(response)
}
