//! Evidence: what was seen at the supplier's site goes to the blobs, its hash beside the order.

use scrapers::site::{EvidenceKind, Visit};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::ids::EvidenceId;
use crate::store::evidence::{self, Evidence};
use crate::store::orders::Order;

/// Keeps what a visit has collected. Missing evidence stops no order: it is logged.
pub async fn keep(app: &App, order: &Order, visit: &mut Visit) {
    for note in visit.notes() {
        tracing::info!(order.id = %order.id, ?note, "the site differs from its recipe");
    }
    for piece in visit.evidence() {
        let kept = keep_one(app, order, &piece).await;
        if let Err(error) = kept {
            tracing::error!(order.id = %order.id, step = piece.step, error = %format!("{error:#}"), "evidence was not kept");
        }
    }
}

async fn keep_one(
    app: &App,
    order: &Order,
    piece: &scrapers::site::Evidence,
) -> anyhow::Result<()> {
    let id = EvidenceId::new();
    let ending = match piece.kind {
        EvidenceKind::Screenshot => "png",
        EvidenceKind::Dom => "html",
        EvidenceKind::Values => "json",
        EvidenceKind::Pdf => "pdf",
    };
    let key = format!("{}/{}/{}.{ending}", order.org_id, order.id, id);
    app.blobs
        .put(&key, piece.media_type, piece.bytes.clone().into())
        .await?;
    let mut tx = app.db.begin().await?;
    let at = tx.now().await?;
    let row = Evidence {
        id,
        org_id: order.org_id.clone(),
        purchase_order_id: order.id.clone(),
        epoch: order.epoch,
        step: piece.step.clone(),
        media_type: piece.media_type.to_owned(),
        blob_key: key,
        sha256: hex::encode(Sha256::digest(&piece.bytes)),
        at,
    };
    evidence::add(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(())
}
