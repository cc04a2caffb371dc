//! Place: one attempt at one purchase order, up to the one click that cannot be undone.
//!
//! **Invariant:** the order request is held behind a shut gate before the intent, and let go once,
//! after the intent is committed and before `submit_before`. After the intent every outcome is
//! `unknown` but a read confirmation, and a held request that this process itself has failed.
//!
//! One attempt is read here from its claim to the answer of the click; how else it can end stands
//! beside it.

mod again;
mod beat;
mod run;
mod stopped;

use std::time::Duration;

use chrono::TimeDelta;
use scrapers::error::SiteError;
use scrapers::found::{FindBy, Found, find_order};
use scrapers::guard::boot_time;
use scrapers::order::PastOrder;
use scrapers::site::{Submitted, Visit};
use serde_json::{Value, json};
use sqlx::types::Json;

pub use self::again::lost;
use self::again::{after_breaking_off, kept_back, unsent};
pub use self::beat::Beat;
use self::run::quiet;
pub use self::run::{
    Run, account_lease, assemble, lease_key, recipe, release, site_order, take_lease, visit,
};
use self::stopped::{give_up, stopped};
use super::{approve, evidence, settle};
use crate::app::App;
use crate::domain::ids::PurchaseOrderId;
use crate::domain::order::OrderState;
use crate::store::orders::{self, Intent, Order};
use crate::store::orgs;
use crate::store::suppliers;

/// Seconds until an order whose requester has unread messages is looked at again.
const UNREAD_SECONDS: i64 = 2;
/// Seconds until an order whose account is busy is looked at again, if nobody rings before.
const BUSY_SECONDS: i64 = 30;

pub async fn place(app: &App, id: &PurchaseOrderId) -> anyhow::Result<()> {
    let Some(run) = claim(app, id).await? else {
        return Ok(());
    };
    tracing::info!(order.id = %run.order.id, attempt = run.order.epoch, "placing");
    crate::crash::point("place:after_claim");
    let beat = Beat::start(app, &run.lease);
    let outcome = attempt(app, &run, &beat).await;
    if let Err(error) = &outcome {
        tracing::error!(order.id = %run.order.id, error = %format!("{error:#}"), "an attempt broke off");
        after_breaking_off(app, &run.order, &format!("{error:#}")).await?;
    }
    beat.stop();
    release(app, &run).await
}

/// Takes account and order for one attempt, or leaves the order for later.
async fn claim(app: &App, id: &PurchaseOrderId) -> anyhow::Result<Option<Run>> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let Some(order) = orders::find(&mut tx, id).await? else {
        return Ok(None);
    };
    let is_due = order.due_at.is_some_and(|due| due <= now);
    if order.state != OrderState::Approved || !is_due || app.is_stopping() {
        return Ok(None);
    }
    let Some(supplier) = suppliers::find(&mut tx, &order.org_id, &order.supplier_id).await? else {
        return Ok(None);
    };
    if supplier.paused_at.is_some() || !orgs::is_armed(&mut tx).await? {
        return Ok(None);
    }
    if order.approved_until.is_none_or(|until| until <= now) {
        let Json(document) = &order.document;
        let why = approve::Changed::TooOld;
        let bells = approve::back(app, &mut tx, &order, document, &why).await?;
        tx.commit().await?;
        app.ring_all(bells).await;
        return Ok(None);
    }
    if order.claims >= i64::from(app.config.ordering.claims) {
        give_up(app, &mut tx, &order).await?;
        tx.commit().await?;
        return Ok(None);
    }
    // The intent would not stand: no browser is opened for nothing.
    if orders::requester_is_unread(&mut tx, &order).await? {
        orders::later(&mut tx, &order, now + TimeDelta::seconds(UNREAD_SECONDS)).await?;
        tx.commit().await?;
        return Ok(None);
    }
    if orders::account_is_busy(&mut tx, &order.org_id, &order.account_id, id).await? {
        orders::later(&mut tx, &order, now + TimeDelta::seconds(BUSY_SECONDS)).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let Some(lease) = take_lease(app, &mut tx, &order).await? else {
        return Ok(None);
    };
    let Some(claimed) = orders::claim(&mut tx, &order.org_id, id).await? else {
        return Ok(None);
    };
    approve::note(
        &mut tx,
        &order,
        "claimed",
        OrderState::Preparing,
        None,
        json!({ "epoch": claimed.epoch }),
    )
    .await?;
    let run = assemble(&mut tx, claimed, supplier, lease).await?;
    tx.commit().await?;
    Ok(Some(run))
}

async fn attempt(app: &App, run: &Run, beat: &Beat) -> anyhow::Result<()> {
    let mut visit = match visit(app, run).await {
        Ok(visit) => visit,
        Err(error) => return stopped(app, run, &error).await,
    };
    // Who has lost the account touches its basket no more: it is somebody else's now.
    let staged = tokio::select! {
        staged = stage(&mut visit, run) => staged,
        () = beat.lost() => Err(SiteError::Driver("the account's lease was lost".to_owned())),
    };
    evidence::keep(app, &run.order, &mut visit).await;
    let result = match staged {
        Err(error) => stopped(app, run, &error).await,
        Ok(staged) => submit(app, run, &mut visit, staged).await,
    };
    evidence::keep(app, &run.order, &mut visit).await;
    let death = visit.close().await;
    tracing::debug!(order.id = %run.order.id, ?death, "the browser is closed");
    result
}

struct Staged {
    before: Vec<PastOrder>,
    basket: Value,
}

async fn stage(visit: &mut Visit, run: &Run) -> Result<Staged, SiteError> {
    visit.sign_in().await?;
    let before = visit.history().await?;
    let wanted = site_order(&run.order.document);
    if run.recipe.finds_by() == FindBy::Reference {
        let found = find_order(FindBy::Reference, &before, &before, &wanted);
        if let Found::One(number) = found {
            return Err(SiteError::Drift {
                field: "our reference".to_owned(),
                approved: "not used yet".to_owned(),
                found: format!("on their order {number}"),
            });
        }
    }
    let basket = visit.stage(&wanted).await?;
    Ok(Staged {
        before,
        basket: serde_json::to_value(basket).expect("a basket is plain data"),
    })
}

/// From the armed basket to the answer of the one click.
async fn submit(app: &App, run: &Run, visit: &mut Visit, staged: Staged) -> anyhow::Result<()> {
    let order = &run.order;
    let mut tx = app.db.begin().await?;
    let browser = json!({ "process": app.process });
    let before = serde_json::to_value(&staged.before).expect("a history is plain data");
    if orders::arm(&mut tx, order, &before, &staged.basket, &browser).await? == 0 {
        return Ok(());
    }
    approve::note(&mut tx, order, "armed", OrderState::Armed, None, json!({})).await?;
    tx.commit().await?;
    crate::crash::point("place:after_arm");
    if app.is_stopping() {
        return kept_back(app, order, "the daemon is ending").await;
    }
    // The click: from here on the order request waits in the browser, and nothing leaves it.
    let held = match visit.hold(&site_order(&order.document)).await {
        Ok(held) => held,
        Err(error) => return stopped(app, run, &error).await,
    };
    crate::crash::point("place:before_intent");
    let submit_seconds = i64::try_from(app.config.ordering.submit_seconds).unwrap_or(20);
    let decided = boot_time();
    let mut tx = app.db.begin().await?;
    let key = lease_key(order);
    let intent = Intent {
        lease_key: &key,
        lease_epoch: run.lease.epoch,
        submit: TimeDelta::seconds(submit_seconds),
        quiet: quiet(run),
    };
    if app.is_stopping() || orders::intend(&mut tx, order, intent).await?.is_none() {
        drop(tx);
        let why = "something changed just before the order";
        let _withdrawn = visit.withdraw(held, why).await;
        return kept_back(app, order, why).await;
    }
    let seen = json!({ "request": held.seen(), "document": order.document_hash });
    approve::note(&mut tx, order, "intent", OrderState::Submitting, None, seen).await?;
    if let Err(error) = tx.commit().await {
        // Whether the intent stands is open: nothing is let go, and the row is read again.
        let why = format!("the intent could not be written: {error}");
        if let Submitted::NotSent(why) = visit.withdraw(held, &why).await {
            unsent(app, order, &why).await?;
        }
        return Err(error.into());
    }
    crate::crash::point("place:after_intent");
    let before = decided + Duration::from_secs(app.config.ordering.submit_seconds);
    let submitted = visit.release(held, before).await;
    crate::crash::point("place:after_click");
    let is_placed = matches!(submitted, Submitted::Placed(_));
    if !matches!(submitted, Submitted::NotSent(_)) {
        released(app, order).await?;
    }
    let bells = match submitted {
        Submitted::Placed(confirmation) => {
            crate::crash::point("place:after_answer");
            let mut tx = app.db.begin().await?;
            let bells =
                settle::placed(app, &mut tx, order, &confirmation.number, "confirmed").await?;
            tx.commit().await?;
            bells
        }
        Submitted::Refused(text) => {
            let why = "the site showed a refusal";
            settle::unknown(app, order, why, Some(&text)).await?
        }
        Submitted::Unknown(why) => settle::unknown(app, order, &why, None).await?,
        Submitted::NotSent(why) => {
            unsent(app, order, &why).await?;
            Vec::new()
        }
    };
    crate::crash::point("place:after_commit");
    app.ring_all(bells).await;
    if is_placed {
        settle::look_at_once(app, run, &staged.before, visit).await;
    }
    Ok(())
}

/// Writes down that the order request was let go, as soon as its outcome was seen.
async fn released(app: &App, order: &Order) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    if orders::released(&mut tx, order).await? == 1 {
        approve::note(
            &mut tx,
            order,
            "released",
            OrderState::Submitting,
            None,
            json!({}),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
