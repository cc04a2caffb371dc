//! What became of an order, for its lines, the ERP and the requester.

use chrono::TimeDelta;
use jobs::Job;
use serde_json::json;

use crate::app::App;
use crate::domain::order::OrderState;
use crate::domain::requisition::LineState;
use crate::flow::texts::{LineText, say};
use crate::flow::{approve, tell};
use crate::store::db::Tx;
use crate::store::orders::{self, Order};
use crate::store::{cards, requisitions, syncs};

/// The click may have been made and its answer was not read.
pub async fn unknown(
    app: &App,
    order: &Order,
    why: &str,
    refusal: Option<&str>,
) -> anyhow::Result<Vec<Job>> {
    tracing::warn!(order.id = %order.id, why, "the outcome of an order is not known");
    metrics::counter!("sutler_orders_unknown_total").increment(1);
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let due = now + TimeDelta::seconds(1);
    if orders::unknown(&mut tx, order, due, why, refusal).await? == 0 {
        return Ok(Vec::new());
    }
    approve::note(
        &mut tx,
        order,
        "unknown",
        OrderState::Unknown,
        None,
        json!({ "why": why }),
    )
    .await?;
    let mut bells = Vec::new();
    if let Some(requisition) =
        requisitions::of_org(&mut tx, &order.org_id, &order.requisition_id).await?
    {
        approve::progress(&mut tx, &requisition).await?;
        let supplier = approve::supplier_name(&mut tx, order).await?;
        let texts = tell::texts(&mut tx, &order.org_id, &requisition.identity_id).await?;
        let text = say!(texts, "order-unknown", request: requisition.number, supplier: supplier);
        let cause = format!("{}/{}", order.id, order.epoch);
        bells = approve::inform_of(app, &mut tx, &requisition, &cause, "unknown", &text).await?;
    }
    tx.commit().await?;
    Ok(bells)
}

/// The process that submitted this order is gone: nobody knows what became of it.
pub async fn lost(app: &App, order: &Order) -> anyhow::Result<()> {
    let why = "the process that placed it is gone";
    let bells = unknown(app, order, why, None).await?;
    app.ring_all(bells).await;
    Ok(())
}

/// The order stands at the supplier: lines, ERP and requester hear of it.
pub async fn placed(
    app: &App,
    tx: &mut Tx,
    order: &Order,
    number: &str,
    how: &str,
) -> anyhow::Result<Vec<Job>> {
    if orders::placed(tx, order, number).await? == 0 {
        return Ok(Vec::new());
    }
    metrics::counter!("sutler_orders_placed_total", "how" => how.to_owned()).increment(1);
    let detail = json!({ "number": number, "how": how });
    approve::note(tx, order, "placed", OrderState::Placed, None, detail).await?;
    requisitions::lines_of_order_became(tx, &order.org_id, &order.id, LineState::Ordered).await?;
    for kind in ["order", "order_unknown", "settle"] {
        cards::done(tx, &order.org_id, kind, order.id.as_str(), "placed", None).await?;
    }
    let mut bells = Vec::new();
    if app.erp.is_some() {
        let document = syncs::ask(tx, &order.org_id, &order.id).await?;
        bells.push(Job::Sync {
            document: document.to_string(),
        });
    }
    let Some(requisition) = requisitions::of_org(tx, &order.org_id, &order.requisition_id).await?
    else {
        return Ok(bells);
    };
    approve::progress(tx, &requisition).await?;
    let supplier = approve::supplier_name(tx, order).await?;
    let lines: Vec<LineText> = order.document.lines.iter().map(LineText::ordered).collect();
    let texts = tell::texts(tx, &order.org_id, &requisition.identity_id).await?;
    let mut text = say!(texts, "ordered", request: requisition.number, supplier: supplier,
        number: number);
    text.push('\n');
    text.push_str(&texts.lines(&lines));
    let cause = format!("{}/placed", order.id);
    bells.extend(approve::inform_of(app, tx, &requisition, &cause, "placed", &text).await?);
    Ok(bells)
}

/// The supplier does not take the order: its lines are refused and the requester hears why.
pub async fn refused(app: &App, tx: &mut Tx, order: &Order, why: &str) -> anyhow::Result<Vec<Job>> {
    requisitions::lines_of_order_became(tx, &order.org_id, &order.id, LineState::Refused).await?;
    let Some(requisition) = requisitions::of_org(tx, &order.org_id, &order.requisition_id).await?
    else {
        return Ok(Vec::new());
    };
    approve::progress(tx, &requisition).await?;
    let supplier = approve::supplier_name(tx, order).await?;
    let texts = tell::texts(tx, &order.org_id, &requisition.identity_id).await?;
    let text = say!(texts, "order-refused", request: requisition.number, supplier: supplier,
        why: why.trim_end_matches('.'));
    let cause = format!("{}/refused", order.id);
    approve::inform_of(app, tx, &requisition, &cause, "refused", &text).await
}
