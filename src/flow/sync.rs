//! Sync: a placed order becomes a document in the ERP, found by our unique id or made once.
//!
//! **Invariant:** looked up before it is made, and again after every answer that leaves it open.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::types::Json;

use crate::app::App;
use crate::domain::ids::SyncId;
use crate::domain::money::Currency;
use crate::domain::quantity::Quantity;
use crate::erp::{Document, DocumentState, DraftLine, Erp, ErpError, PurchaseOrderDraft};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::orders::{self, Order};
use crate::store::syncs::{self, Sync};
use crate::store::{cards, people, requisitions, suppliers};

/// Seconds after which a claim whose process is gone is taken over.
const CLAIM_SECONDS: i64 = 120;
/// Pauses after an open answer: looked up again each time before anything is made.
const LOOK_AGAIN: [i64; 3] = [5, 30, 120];

pub async fn sync(app: &App, id: &SyncId) -> anyhow::Result<()> {
    let Some(erp) = &app.erp else { return Ok(()) };
    let Some((sync, order, draft)) = claim(app, id).await? else {
        return Ok(());
    };
    let written = write(erp.as_ref(), &draft).await;
    let mut tx = app.db.begin().await?;
    match written {
        Ok(document) => {
            if syncs::done(&mut tx, &sync.org_id, id, &document.name).await? == 1 {
                note(&mut tx, &sync, &document.name).await?;
                cards::done(&mut tx, &sync.org_id, "erp", id.as_str(), "done", None).await?;
            }
        }
        Err(error) => failed(&mut tx, &sync, &order, &error).await?,
    }
    tx.commit().await?;
    crate::crash::point("sync:after_commit");
    Ok(())
}

async fn claim(
    app: &App,
    id: &SyncId,
) -> anyhow::Result<Option<(Sync, Order, PurchaseOrderDraft)>> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let Some(sync) = syncs::find(&mut tx, id).await? else {
        return Ok(None);
    };
    let again = now + TimeDelta::seconds(CLAIM_SECONDS);
    if syncs::claim(&mut tx, &sync.org_id, id, again).await? == 0 {
        return Ok(None);
    }
    let Some(order) = orders::find(&mut tx, &sync.purchase_order_id).await? else {
        return Ok(None);
    };
    let draft = draft(&mut tx, &order, now).await?;
    tx.commit().await?;
    Ok(Some((sync, order, draft)))
}

/// The document as it is to stand in the ERP, by the approved one and the supplier's number.
async fn draft(
    tx: &mut Tx,
    order: &Order,
    now: DateTime<Utc>,
) -> anyhow::Result<PurchaseOrderDraft> {
    let Json(document) = &order.document;
    let supplier = suppliers::find(tx, &order.org_id, &order.supplier_id).await?;
    let requisition = requisitions::of_org(tx, &order.org_id, &order.requisition_id).await?;
    let site = people::site(tx, &order.org_id, &order.site_id).await?;
    let org = super::tell::org(tx, &order.org_id).await?;
    let zone: chrono_tz::Tz = org.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let ordered_on = order
        .placed_at
        .unwrap_or(now)
        .with_timezone(&zone)
        .date_naive();
    let wanted_on = requisition
        .and_then(|r| r.needed_on())
        .unwrap_or(ordered_on);
    Ok(PurchaseOrderDraft {
        uid: order.id.to_string(),
        supplier: supplier.map(|s| s.erp_name).unwrap_or_default(),
        currency: Currency::parse(&order.currency).unwrap_or(document.currency),
        supplier_number: order.supplier_number.clone().unwrap_or_default(),
        ordered_on,
        wanted_on: wanted_on.max(ordered_on),
        warehouse: None,
        cost_center: site.map(|s| s.cost_code).filter(|c| !c.is_empty()),
        project: None,
        lines: document
            .lines
            .iter()
            .map(|l| DraftLine {
                item_code: l.item.clone(),
                description: l.name.clone(),
                quantity: Quantity::new(l.quantity, l.unit.clone()),
                rate: l.unit_price,
            })
            .collect(),
        freight: document.freight,
        tax: document.tax,
    })
}

/// Looks up, makes, reads again, compares, submits.
async fn write(erp: &dyn Erp, draft: &PurchaseOrderDraft) -> Result<Document, ErpError> {
    crate::crash::point("sync:before_create");
    let made = erp.create(draft).await?;
    crate::crash::point("sync:after_create");
    let found = erp.read(&made.name).await?;
    let differences = erp.differences(draft, &found);
    if !differences.is_empty() {
        return Err(ErpError::Refused(differences.join("; ")));
    }
    match found.state {
        DocumentState::Submitted => Ok(found),
        DocumentState::Draft => erp.submit(&found.name).await,
        DocumentState::Cancelled => Err(ErpError::Refused(format!(
            "{} was cancelled there",
            found.name
        ))),
    }
}

async fn note(tx: &mut Tx, sync: &Sync, name: &str) -> sqlx::Result<()> {
    journal::write(
        tx,
        Note {
            org: &sync.org_id,
            subject: "sync",
            subject_id: sync.id.as_str(),
            epoch: sync.attempts + 1,
            event: "written",
            was: Some(&sync.state),
            became: Some("done"),
            detail: json!({ "name": name }),
            person: None,
        },
    )
    .await
}

async fn failed(tx: &mut Tx, sync: &Sync, order: &Order, error: &ErpError) -> sqlx::Result<()> {
    let text = error.to_string();
    tracing::warn!(sync.id = %sync.id, error = text, "the ERP did not take a document");
    let now = tx.now().await?;
    let tries = usize::try_from(sync.attempts).unwrap_or(usize::MAX);
    let pause = match error {
        ErpError::Ambiguous(_) | ErpError::Changed(_) => Some(TimeDelta::seconds(
            LOOK_AGAIN[tries.min(LOOK_AGAIN.len() - 1)],
        )),
        ErpError::Busy(_) => Some(TimeDelta::seconds(5 << tries.min(7))),
        ErpError::SignIn(_) | ErpError::Forbidden(_) | ErpError::Missing(_) => {
            Some(TimeDelta::minutes(10))
        }
        ErpError::Refused(_) => None,
    };
    let needs_card = match error {
        ErpError::SignIn(_)
        | ErpError::Forbidden(_)
        | ErpError::Missing(_)
        | ErpError::Refused(_) => true,
        ErpError::Busy(_) | ErpError::Ambiguous(_) | ErpError::Changed(_) => tries >= 8,
    };
    match pause {
        Some(pause) => {
            syncs::later(tx, &sync.org_id, &sync.id, now + pause, &text).await?;
        }
        None => {
            syncs::needs_person(tx, &sync.org_id, &sync.id, &text).await?;
        }
    }
    if needs_card {
        let text = format!("{} is ordered but not in the ERP: {text}", order.number);
        let card = cards::NewCard {
            org: &sync.org_id,
            kind: "erp",
            subject: "sync",
            subject_id: sync.id.as_str(),
            requisition: Some(&order.requisition_id),
            text: &text,
        };
        cards::lay(tx, card).await?;
    }
    Ok(())
}
