//! An attempt that ended for no fault of the site, and was not let go: the order is due again.

use chrono::TimeDelta;
use jobs::Job;
use serde_json::json;

use crate::app::App;
use crate::domain::order::OrderState;
use crate::flow::{approve, settle};
use crate::store::db::Tx;
use crate::store::orders::{self, Order, Stop};

/// Seconds until an order that was held back for nobody's fault is tried again.
const AGAIN_SECONDS: i64 = 5;

/// This process has failed the held request and its gate was never opened: the order is due again.
pub(super) async fn unsent(app: &App, order: &Order, why: &str) -> anyhow::Result<()> {
    tracing::warn!(order.id = %order.id, why, "an order was not let go");
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let due = now + TimeDelta::seconds(AGAIN_SECONDS);
    if orders::unsent(&mut tx, order, due, why).await? == 1 {
        note(&mut tx, order, "unsent", why).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Ends an attempt for a reason that is nobody's fault: it is due again soon.
pub(super) async fn kept_back(app: &App, order: &Order, why: &str) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let stop = Stop {
        state: OrderState::Approved,
        due_at: Some(now + TimeDelta::seconds(AGAIN_SECONDS)),
        error_class: "held",
        error: why,
    };
    if orders::stop(&mut tx, order, stop).await? == 1 {
        orders::uncount(&mut tx, order).await?;
        note(&mut tx, order, "held", why).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// An attempt broke off on our side: before the intent it is due again, after it it is unknown.
pub(super) async fn after_breaking_off(app: &App, order: &Order, why: &str) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(now) = orders::find(&mut tx, &order.id).await? else {
        return Ok(());
    };
    drop(tx);
    if now.epoch != order.epoch {
        return Ok(());
    }
    match now.state {
        OrderState::Submitting => settle::lost(app, &now).await,
        OrderState::Preparing | OrderState::Armed => broken_off(app, &now, why).await,
        OrderState::Proposed
        | OrderState::Approved
        | OrderState::Unknown
        | OrderState::NeedsPerson
        | OrderState::Placed
        | OrderState::Refused
        | OrderState::Cancelled
        | OrderState::PartReceived
        | OrderState::Received
        | OrderState::Closed => Ok(()),
    }
}

/// The process that prepared this order is gone: it is due again.
pub async fn lost(app: &App, order: &Order) -> anyhow::Result<()> {
    broken_off(app, order, "the process that prepared it is gone").await
}

async fn broken_off(app: &App, order: &Order, why: &str) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let stop = Stop {
        state: OrderState::Approved,
        due_at: Some(now),
        error_class: "lost",
        error: why,
    };
    let moved = orders::stop(&mut tx, order, stop).await?;
    if moved == 1 {
        note(&mut tx, order, "lost", why).await?;
    }
    tx.commit().await?;
    if moved == 1 {
        app.ring(Job::Place {
            order: order.id.to_string(),
        })
        .await;
    }
    Ok(())
}

/// Writes down why an order is due again.
async fn note(tx: &mut Tx, order: &Order, event: &str, why: &str) -> sqlx::Result<()> {
    let detail = json!({ "why": why });
    approve::note(tx, order, event, OrderState::Approved, None, detail).await
}
