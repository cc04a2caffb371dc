//! An attempt that the site stopped before the intent: who must act, and when it is tried again.

use chrono::TimeDelta;
use jobs::Job;
use scrapers::error::{Refusal, SiteError};
use serde_json::json;

use super::run::Run;
use crate::app::App;
use crate::domain::money::Money;
use crate::domain::order::{self, Document, OrderState};
use crate::flow::texts::say;
use crate::flow::{approve, settle, tell};
use crate::store::db::Tx;
use crate::store::orders::{self, Order, Stop};
use crate::store::suppliers::{self, Supplier};
use crate::store::{orgs, requisitions};

/// An attempt that ended before the intent: who must act, and when it is tried again.
pub(super) async fn stopped(app: &App, run: &Run, error: &SiteError) -> anyhow::Result<()> {
    let order = &run.order;
    let text = error.to_string();
    tracing::warn!(order.id = %order.id, class = class(error), error = text, "an attempt stopped");
    metrics::counter!("sutler_attempts_stopped_total", "class" => class(error)).increment(1);
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let tries = order.claims.clamp(1, 6);
    let (pause, needs_card) = match error {
        SiteError::Refused { reason, sku, .. } => {
            let bells = refused(app, &mut tx, run, reason, sku.as_deref(), &text).await?;
            tx.commit().await?;
            app.ring_all(bells).await;
            return Ok(());
        }
        SiteError::Drift { .. } => {
            let stop = Stop {
                state: OrderState::NeedsPerson,
                due_at: None,
                error_class: class(error),
                error: &text,
            };
            let mut bells = Vec::new();
            if orders::stop(&mut tx, order, stop).await? == 1 {
                bells = to_person(app, &mut tx, order, &text).await?;
            }
            tx.commit().await?;
            app.ring_all(bells).await;
            return Ok(());
        }
        SiteError::SignIn(_) | SiteError::Changed { .. } => (TimeDelta::hours(1), true),
        SiteError::NeedsPerson { .. } => (TimeDelta::minutes(30), true),
        SiteError::Blocked => (TimeDelta::hours(4), true),
        SiteError::Unavailable(_) => (TimeDelta::seconds(15 << (2 * (tries - 1))), false),
        SiteError::Driver(_) => (TimeDelta::seconds(5 << tries), false),
    };
    let stop = Stop {
        state: OrderState::Approved,
        due_at: Some(now + pause),
        error_class: class(error),
        error: &text,
    };
    let mut bells = Vec::new();
    if orders::stop(&mut tx, order, stop).await? == 1 {
        approve::note(
            &mut tx,
            order,
            "stopped",
            OrderState::Approved,
            None,
            json!({ "class": class(error), "why": text }),
        )
        .await?;
        if needs_card {
            bells = office(app, &mut tx, run, class(error), &text).await?;
        }
    }
    tx.commit().await?;
    app.ring_all(bells).await;
    Ok(())
}

/// The name under which an error is counted and shown.
fn class(error: &SiteError) -> &'static str {
    match error {
        SiteError::SignIn(_) => "sign_in",
        SiteError::NeedsPerson { .. } => "needs_person",
        SiteError::Blocked => "blocked",
        SiteError::Unavailable(_) => "unavailable",
        SiteError::Refused { .. } => "refused",
        SiteError::Changed { .. } => "changed",
        SiteError::Drift { .. } => "drift",
        SiteError::Driver(_) => "driver",
    }
}

/// A card for the operator, and one sentence for the requester however often it is tried.
async fn office(
    app: &App,
    tx: &mut Tx,
    run: &Run,
    class: &str,
    why: &str,
) -> anyhow::Result<Vec<Job>> {
    let order = &run.order;
    let text = format!("{}, for {}: {why}", run.supplier.name, order.number);
    approve::lay(tx, order, class, &text).await?;
    let Some(requisition) = requisitions::of_org(tx, &order.org_id, &order.requisition_id).await?
    else {
        return Ok(Vec::new());
    };
    let texts = tell::texts(tx, &order.org_id, &requisition.identity_id).await?;
    let text = say!(texts, "needs-office", request: requisition.number,
        supplier: run.supplier.name.as_str());
    let cause = format!("{}/{class}", order.id);
    approve::inform_of(app, tx, &requisition, &cause, "office", &text).await
}

/// The site says no. A moved price goes back to the approver with the difference.
async fn refused(
    app: &App,
    tx: &mut Tx,
    run: &Run,
    reason: &Refusal,
    sku: Option<&str>,
    text: &str,
) -> anyhow::Result<Vec<Job>> {
    let order = &run.order;
    let moved = match reason {
        Refusal::PriceAboveCap {
            found: Some(found), ..
        }
        | Refusal::PriceBelowFloor {
            found: Some(found), ..
        } => sku.map(|sku| (sku, *found)),
        Refusal::PriceAboveCap { found: None, .. }
        | Refusal::PriceBelowFloor { found: None, .. }
        | Refusal::OutOfStock
        | Refusal::BelowMinimum
        | Refusal::Address
        | Refusal::Quantity
        | Refusal::UnknownItem
        | Refusal::Other => None,
    };
    let org = tell::org(tx, &order.org_id).await?;
    if let Some((sku, price)) = moved
        && let Some((document, changed)) =
            repriced(&org, &run.supplier, &order.document, sku, price)
    {
        suppliers::price_seen(tx, &order.org_id, &order.supplier_id, sku, price).await?;
        return approve::back(app, tx, order, &document, &changed).await;
    }
    let stop = Stop {
        state: OrderState::Refused,
        due_at: None,
        error_class: "refused",
        error: text,
    };
    if orders::stop(tx, order, stop).await? == 0 {
        return Ok(Vec::new());
    }
    approve::note(
        tx,
        order,
        "refused",
        OrderState::Refused,
        None,
        json!({ "why": text }),
    )
    .await?;
    settle::refused(app, tx, order, text).await
}

/// The approved document with one price as the site has it now, and the difference in words.
fn repriced(
    org: &orgs::Org,
    supplier: &Supplier,
    document: &Document,
    sku: &str,
    price: i64,
) -> Option<(Document, approve::Changed)> {
    let permille = org.settings.price_tolerance_permille;
    let mut new = document.clone();
    let line = new.lines.iter_mut().find(|l| l.sku == sku)?;
    let changed = approve::Changed::Price {
        name: line.name.clone(),
        now: Money::new(price, document.currency),
        before: Money::new(line.unit_price, document.currency),
    };
    line.unit_price = price;
    line.price_cap = order::cap(price, permille);
    line.price_floor = order::floor(price, permille);
    let mut sum: i64 = 0;
    for line in &new.lines {
        let amount = Money::new(line.unit_price, new.currency)
            .times(line.quantity)?
            .amount;
        sum = sum.checked_add(amount)?;
    }
    (new.freight, new.tax) = supplier.terms.add_to(sum)?;
    new.total = sum.checked_add(new.freight)?.checked_add(new.tax)?;
    let tolerance = org.settings.total_tolerance;
    new.total_cap = order::cap(new.total, permille).max(new.total.checked_add(tolerance)?);
    new.total_floor = order::floor(new.total, permille)
        .min(new.total.saturating_sub(tolerance))
        .max(0);
    Some((new, changed))
}

/// Five attempts did not get as far as the click: a person must look.
pub(super) async fn give_up(app: &App, tx: &mut Tx, order: &Order) -> anyhow::Result<()> {
    let why = order
        .error
        .clone()
        .unwrap_or_else(|| "several attempts broke off".to_owned());
    let class = order
        .error_class
        .clone()
        .unwrap_or_else(|| "attempts".to_owned());
    if orders::stop_approved(tx, order, &class, &why).await? == 1 {
        to_person(app, tx, order, &why).await?;
    }
    Ok(())
}

/// Lays the card of an order that waits for a person, and tells the requester.
async fn to_person(app: &App, tx: &mut Tx, order: &Order, why: &str) -> anyhow::Result<Vec<Job>> {
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
    let text = format!(
        "{} could not be placed at {supplier}: {why}. Nothing was ordered.",
        order.number
    );
    approve::lay(tx, order, "order", &text).await?;
    let Some(requisition) = requisitions::of_org(tx, &order.org_id, &order.requisition_id).await?
    else {
        return Ok(Vec::new());
    };
    approve::progress(tx, &requisition).await?;
    let texts = tell::texts(tx, &order.org_id, &requisition.identity_id).await?;
    let text = say!(texts, "needs-office", request: requisition.number, supplier: supplier);
    let cause = format!("{}/{}/office", order.id, order.epoch);
    approve::inform_of(app, tx, &requisition, &cause, "office", &text).await
}
