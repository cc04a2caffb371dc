//! What was seen at the supplier's site: where it is kept, and its hash.

use chrono::{DateTime, Utc};
use sqlx::{query, query_as};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{EvidenceId, OrgId, PurchaseOrderId};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Evidence {
    pub id: EvidenceId,
    pub org_id: OrgId,
    pub purchase_order_id: PurchaseOrderId,
    pub epoch: i64,
    pub step: String,
    pub media_type: String,
    pub blob_key: String,
    pub sha256: String,
    pub at: DateTime<Utc>,
}

pub async fn add(tx: &mut Tx, evidence: &Evidence) -> sqlx::Result<()> {
    execute!(
        tx,
        query(
            "insert into evidence (id, org_id, purchase_order_id, epoch, step, media_type,
                 blob_key, sha256, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(&evidence.id)
        .bind(&evidence.org_id)
        .bind(&evidence.purchase_order_id)
        .bind(evidence.epoch)
        .bind(&evidence.step)
        .bind(&evidence.media_type)
        .bind(&evidence.blob_key)
        .bind(&evidence.sha256)
        .bind(evidence.at)
    )?;
    Ok(())
}

pub async fn of_order(
    tx: &mut Tx,
    org: &OrgId,
    order: &PurchaseOrderId,
) -> sqlx::Result<Vec<Evidence>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, purchase_order_id, epoch, step, media_type, blob_key, sha256, at
             from evidence where org_id = $1 and purchase_order_id = $2 order by at, id"
        )
        .bind(org)
        .bind(order),
        fetch_all
    )
}

pub async fn find(tx: &mut Tx, org: &OrgId, id: &EvidenceId) -> sqlx::Result<Option<Evidence>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, purchase_order_id, epoch, step, media_type, blob_key, sha256, at
             from evidence where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}
