//! Settle: what became of an order whose outcome nobody knows, read from the supplier's history.
//!
//! **Invariant:** the history is only read. Not found proves nothing yet: a person decides.

mod answer;
mod once;
mod outcome;

use chrono::TimeDelta;
use jobs::Job;
use scrapers::error::SiteError;
use scrapers::found::{Found, find_order};
use scrapers::order::PastOrder;
use serde_json::json;

pub use self::answer::{Answer, answer};
pub use self::once::look_at_once;
use self::once::looked_again;
pub use self::outcome::{lost, placed, refused, unknown};
use super::place::{self, Beat, Run};
use super::texts::say;
use super::{approve, evidence, tell};
use crate::app::App;
use crate::domain::ids::PurchaseOrderId;
use crate::domain::order::OrderState;
use crate::store::db::Tx;
use crate::store::orders::{self, Order};
use crate::store::{orgs, requisitions, suppliers};

/// More requests and orders than can be made between two backups.
const FORGOTTEN: i64 = 1000;
/// Seconds between two looks at the history while it is not there.
const AGAIN_SECONDS: i64 = 20;

pub async fn settle(app: &App, id: &PurchaseOrderId) -> anyhow::Result<()> {
    let Some(run) = claim(app, id).await? else {
        return Ok(());
    };
    tracing::info!(order.id = %run.order.id, "settling");
    let beat = Beat::start(app, &run.lease);
    let looked = look(app, &run).await;
    let result = match (run.order.state, looked) {
        (OrderState::Placed, looked) => looked_again(app, &run.order, looked.ok()).await,
        (_, Ok(found)) => conclude(app, &run, found).await,
        (_, Err(error)) => later(app, &run, &error).await,
    };
    beat.stop();
    place::release(app, &run).await?;
    result
}

async fn claim(app: &App, id: &PurchaseOrderId) -> anyhow::Result<Option<Run>> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let Some(order) = orders::find(&mut tx, id).await? else {
        return Ok(None);
    };
    let is_due = order.due_at.is_some_and(|due| due <= now);
    let may_settle = matches!(order.state, OrderState::Unknown | OrderState::Placed);
    if !may_settle || !is_due || app.is_stopping() {
        return Ok(None);
    }
    let Some(supplier) = suppliers::find(&mut tx, &order.org_id, &order.supplier_id).await? else {
        return Ok(None);
    };
    let Some(lease) = place::take_lease(app, &mut tx, &order).await? else {
        return Ok(None);
    };
    let run = place::assemble(&mut tx, order, supplier, lease).await?;
    tx.commit().await?;
    Ok(Some(run))
}

/// Reads the supplier's history in a new browser and looks for the order in it.
async fn look(app: &App, run: &Run) -> Result<Found, SiteError> {
    let before = before_image(app, run).await?;
    let mut visit = place::visit(app, run).await?;
    let read = async {
        visit.sign_in().await?;
        visit.history().await
    };
    let history = read.await;
    evidence::keep(app, &run.order, &mut visit).await;
    let _death = visit.close().await;
    let wanted = place::site_order(&run.order.document);
    Ok(find_order(
        run.recipe.finds_by(),
        &before,
        &history?,
        &wanted,
    ))
}

/// The history as it was before the newest intent; empty if it was never read.
async fn before_image(app: &App, run: &Run) -> Result<Vec<PastOrder>, SiteError> {
    let trouble = |error: sqlx::Error| SiteError::Driver(error.to_string());
    let mut tx = app.db.read().await.map_err(trouble)?;
    let attempts = orders::attempts(&mut tx, &run.order.org_id, &run.order.id)
        .await
        .map_err(trouble)?;
    let image = attempts.into_iter().rev().find_map(|a| a.before_image);
    Ok(image
        .and_then(|json| serde_json::from_value(json.0).ok())
        .unwrap_or_default())
}

async fn conclude(app: &App, run: &Run, found: Found) -> anyhow::Result<()> {
    let order = &run.order;
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let bells = match found {
        Found::One(number) => placed(app, &mut tx, order, &number, "found").await?,
        Found::Several(numbers) => {
            let why = format!("the supplier shows several orders: {}", numbers.join(", "));
            metrics::counter!("sutler_duplicate_alarms_total").increment(1);
            to_person(app, &mut tx, order, &why).await?
        }
        Found::None => match order.settle_until {
            Some(until) if now < until => {
                let due = until.min(now + TimeDelta::seconds(AGAIN_SECONDS));
                let why = "not in the supplier's history yet";
                orders::settled(&mut tx, order, OrderState::Unknown, Some(due), why).await?;
                Vec::new()
            }
            Some(_) | None => not_found(app, &mut tx, order).await?,
        },
    };
    crate::crash::point("settle:before_commit");
    tx.commit().await?;
    app.ring_all(bells).await;
    Ok(())
}

/// The history does not show it although its time is over.
async fn not_found(app: &App, tx: &mut Tx, order: &Order) -> anyhow::Result<Vec<Job>> {
    let Some(refusal) = &order.refusal else {
        let why = "the supplier's history does not show the order";
        return to_person(app, tx, order, why).await;
    };
    if orders::settled(tx, order, OrderState::Refused, None, refusal).await? == 0 {
        return Ok(Vec::new());
    }
    approve::note(
        tx,
        order,
        "refused",
        OrderState::Refused,
        None,
        json!({ "why": refusal }),
    )
    .await?;
    refused(app, tx, order, refusal).await
}

async fn to_person(app: &App, tx: &mut Tx, order: &Order, why: &str) -> anyhow::Result<Vec<Job>> {
    if orders::settled(tx, order, OrderState::NeedsPerson, None, why).await? == 0 {
        return Ok(Vec::new());
    }
    approve::note(
        tx,
        order,
        "needs_person",
        OrderState::NeedsPerson,
        None,
        json!({ "why": why }),
    )
    .await?;
    let supplier = approve::supplier_name(tx, order).await?;
    let text = format!("Was {} ordered at {supplier}? {why}.", order.number);
    approve::lay(tx, order, "order_unknown", &text).await?;
    let Some(requisition) = requisitions::of_org(tx, &order.org_id, &order.requisition_id).await?
    else {
        return Ok(Vec::new());
    };
    approve::progress(tx, &requisition).await?;
    let texts = tell::texts(tx, &order.org_id, &requisition.identity_id).await?;
    let text = say!(texts, "order-with-person", request: requisition.number, supplier: supplier);
    let cause = format!("{}/{}", order.id, order.epoch);
    approve::inform_of(app, tx, &requisition, &cause, "with_person", &text).await
}

/// The history could not be read: tried again, for as long as it takes.
async fn later(app: &App, run: &Run, error: &SiteError) -> anyhow::Result<()> {
    tracing::warn!(order.id = %run.order.id, %error, "the history could not be read");
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let due = now + TimeDelta::seconds(AGAIN_SECONDS);
    let why = format!("the supplier's history could not be read: {error}");
    orders::settled(&mut tx, &run.order, OrderState::Unknown, Some(due), &why).await?;
    let needs_card = match error {
        SiteError::SignIn(_)
        | SiteError::NeedsPerson { .. }
        | SiteError::Blocked
        | SiteError::Changed { .. } => true,
        SiteError::Unavailable(_)
        | SiteError::Refused { .. }
        | SiteError::Drift { .. }
        | SiteError::Driver(_) => false,
    };
    if needs_card {
        let text = format!("{}: {why}", run.order.number);
        approve::lay(&mut tx, &run.order, "settle", &text).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// After a restore from a backup: nothing is ordered before every order that could have been placed
/// since has been looked up, and a person has armed the daemon again.
pub async fn restored(tx: &mut Tx, quiet: TimeDelta) -> anyhow::Result<u64> {
    orgs::set_switch(tx, "ordering", "disarmed").await?;
    // Our number of an order that this database forgot must not become that of another one.
    orgs::skip(tx, FORGOTTEN).await?;
    Ok(orders::unsettle(tx, quiet).await?)
}
