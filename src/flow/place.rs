//! Place: one attempt at one purchase order, up to the one click that cannot be undone.
//!
//! **Invariant:** the order request is held behind a shut gate before the intent, and let go once,
//! after the intent is committed and before `submit_before`. After the intent every outcome is
//! `unknown` but a read confirmation, and a held request that this process itself has failed.
//!
//! Longer than other files: one attempt is read from its claim to its end without turning a page.

use std::time::Duration;

use chrono::TimeDelta;
use jobs::Job;
use scrapers::error::{Refusal, SiteError};
use scrapers::found::{FindBy, Found, find_order};
use scrapers::guard::boot_time;
use scrapers::order::PastOrder;
use scrapers::recipe::Recipe;
use scrapers::site::{Secrets, Submitted, Visit};
use serde_json::{Value, json};
use sqlx::types::Json;
use tokio::sync::watch;

use super::texts::say;
use super::{approve, evidence, settle, tell};
use crate::app::App;
use crate::domain::ids::{AccountId, PurchaseOrderId};
use crate::domain::money::Money;
use crate::domain::order::{self, Document, OrderState};
use crate::store::db::Tx;
use crate::store::leases::{self, Lease};
use crate::store::orders::{self, Intent, Order, Stop};
use crate::store::suppliers::{self, Account, Supplier};
use crate::store::{cards, orgs, requisitions};

/// Seconds until an order whose requester has unread messages is looked at again.
const UNREAD_SECONDS: i64 = 2;
/// Seconds until an order whose account is busy is looked at again, if nobody rings before.
const BUSY_SECONDS: i64 = 30;
/// Seconds until an order that was held back for nobody's fault is tried again.
const AGAIN_SECONDS: i64 = 5;

/// Everything that one run at a supplier's site needs.
pub struct Run {
    pub order: Order,
    pub supplier: Supplier,
    pub account: Account,
    pub recipe: Recipe,
    pub lease: Lease,
}

/// The lease of a supplier account: one browser at a time.
pub fn lease_key(order: &Order) -> String {
    account_lease(&order.account_id)
}

/// The lease of an account's browser.
pub fn account_lease(account: &AccountId) -> String {
    format!("account:{account}")
}

/// Seconds in which the history is watched after the last moment an order can go out.
pub fn quiet(run: &Run) -> TimeDelta {
    let recipe = TimeDelta::from_std(run.recipe.quiet()).unwrap_or(TimeDelta::minutes(15));
    run.supplier
        .terms
        .quiet_seconds
        .map_or(recipe, TimeDelta::seconds)
}

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

/// Takes the lease of the order's account for one order; none: somebody has it.
pub async fn take_lease(app: &App, tx: &mut Tx, order: &Order) -> sqlx::Result<Option<Lease>> {
    let length = TimeDelta::seconds(i64::try_from(app.config.leases.seconds).unwrap_or(15));
    let key = lease_key(order);
    leases::take(
        tx,
        &order.org_id,
        &key,
        order.id.as_str(),
        &app.process,
        length,
    )
    .await
}

/// Puts together what a run needs.
pub async fn assemble(
    tx: &mut Tx,
    order: Order,
    supplier: Supplier,
    lease: Lease,
) -> anyhow::Result<Run> {
    let account = suppliers::account(tx, &order.org_id, &order.account_id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("account {} is gone", order.account_id))?;
    let recipe = recipe(&supplier.recipe)?;
    Ok(Run {
        order,
        supplier,
        account,
        recipe,
        lease,
    })
}

/// A recipe by its name, or by the path of its file, which ends in `.toml`.
pub fn recipe(name: &str) -> anyhow::Result<Recipe> {
    let ending = std::path::Path::new(name).extension();
    if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        let text = std::fs::read_to_string(name)
            .map_err(|error| anyhow::anyhow!("the recipe {name} cannot be read: {error}"))?;
        return Ok(Recipe::parse(name, &text)?);
    }
    let (file, text) = scrapers::recipe::shipped()
        .iter()
        .find(|(file, _)| file.trim_end_matches(".toml") == name)
        .ok_or_else(|| anyhow::anyhow!("there is no recipe {name}"))?;
    Ok(Recipe::parse(file, text)?)
}

/// Five attempts did not get as far as the click: a person must look.
async fn give_up(app: &App, tx: &mut Tx, order: &Order) -> anyhow::Result<()> {
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
    let card = cards::NewCard {
        org: &order.org_id,
        kind: "order",
        subject: "purchase_order",
        subject_id: order.id.as_str(),
        requisition: Some(&order.requisition_id),
        text: &text,
    };
    cards::lay(tx, card).await?;
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

/// Opens a browser at the supplier's site with the account's sign-in.
pub async fn visit(app: &App, run: &Run) -> Result<Visit, SiteError> {
    let open = |part: &str, sealed: &Option<String>| {
        let sealed = sealed
            .as_ref()
            .ok_or_else(|| SiteError::SignIn("no sign-in is stored for this account".to_owned()))?;
        let name = format!("account/{}/{part}", run.account.name);
        let record = format!("{}/{name}", run.supplier.code);
        app.unseal(&run.order.org_id, &record, sealed)
            .map_err(|error| {
                SiteError::SignIn(format!("the stored sign-in does not open: {error}"))
            })
    };
    let secrets = Secrets {
        user: open("user", &run.account.sealed_user)?,
        password: open("password", &run.account.sealed_password)?,
    };
    let base = run
        .supplier
        .base_url
        .parse()
        .map_err(|_| SiteError::Driver("the supplier's address is no address".to_owned()))?;
    let session = app.browsers.open().await?;
    Ok(Visit::new(run.recipe.clone(), Some(base), secrets, session))
}

/// What the site is to do: the approved document.
pub fn site_order(document: &Document) -> scrapers::order::Order {
    scrapers::order::Order {
        reference: document.number.clone(),
        account: None,
        address: scrapers::order::Address {
            key: document.address_name.clone(),
            lines: document.address.lines().map(str::to_owned).collect(),
        },
        currency: document.currency.code().to_owned(),
        lines: document
            .lines
            .iter()
            .map(|l| scrapers::order::OrderLine {
                sku: l.sku.clone(),
                quantity: l.quantity,
                unit: l.unit.word().to_owned(),
                unit_price: l.unit_price,
                max_unit_price: l.price_cap,
                min_unit_price: l.price_floor,
            })
            .collect(),
        freight: document.freight,
        tax: document.tax,
        total: document.total,
        max_total: document.total_cap,
        min_total: document.total_floor,
    }
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

/// This process has failed the held request and its gate was never opened: the order is due again.
async fn unsent(app: &App, order: &Order, why: &str) -> anyhow::Result<()> {
    tracing::warn!(order.id = %order.id, why, "an order was not let go");
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let due = now + TimeDelta::seconds(AGAIN_SECONDS);
    if orders::unsent(&mut tx, order, due, why).await? == 1 {
        approve::note(
            &mut tx,
            order,
            "unsent",
            OrderState::Approved,
            None,
            json!({ "why": why }),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Ends an attempt for a reason that is nobody's fault: it is due again soon.
async fn kept_back(app: &App, order: &Order, why: &str) -> anyhow::Result<()> {
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
        approve::note(
            &mut tx,
            order,
            "held",
            OrderState::Approved,
            None,
            json!({ "why": why }),
        )
        .await?;
    }
    tx.commit().await?;
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

/// An attempt that ended before the intent: who must act, and when it is tried again.
async fn stopped(app: &App, run: &Run, error: &SiteError) -> anyhow::Result<()> {
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
    let card = cards::NewCard {
        org: &order.org_id,
        kind: class,
        subject: "purchase_order",
        subject_id: order.id.as_str(),
        requisition: Some(&order.requisition_id),
        text: &text,
    };
    cards::lay(tx, card).await?;
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

/// An attempt broke off on our side: before the intent it is due again, after it it is unknown.
async fn after_breaking_off(app: &App, order: &Order, why: &str) -> anyhow::Result<()> {
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
        approve::note(
            &mut tx,
            order,
            "lost",
            OrderState::Approved,
            None,
            json!({ "why": why }),
        )
        .await?;
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

/// Gives the account back and rings whoever waits for it.
pub async fn release(app: &App, run: &Run) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    leases::release(&mut tx, &run.lease).await?;
    let next = orders::waiting_for(&mut tx, &run.order.org_id, &run.order.account_id).await?;
    tx.commit().await?;
    app.ring_all(next.into_iter().map(|(id, state)| match state {
        OrderState::Unknown => Job::Settle {
            order: id.to_string(),
        },
        _ => Job::Place {
            order: id.to_string(),
        },
    }))
    .await;
    Ok(())
}

/// Renews a lease beside the work until it is stopped.
pub struct Beat {
    task: tokio::task::JoinHandle<()>,
    lost: watch::Receiver<bool>,
}

impl Beat {
    pub fn start(app: &App, lease: &Lease) -> Self {
        let db = app.db.clone();
        let lease = lease.clone();
        let every = Duration::from_secs(app.config.leases.beat_seconds);
        let length = Duration::from_secs(app.config.leases.seconds);
        let (tell, lost) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut renewed = boot_time();
            loop {
                tokio::time::sleep(every).await;
                let asked = boot_time();
                // Stopped or asleep for longer than the lease: it need not be asked for any more.
                if asked.saturating_sub(renewed) >= length {
                    break;
                }
                match renew(&db, &lease, length).await {
                    Ok(0) => break,
                    Ok(_) => renewed = asked,
                    Err(error) => tracing::warn!(lease = lease.key, %error, "a beat was missed"),
                }
            }
            tracing::warn!(lease = lease.key, "a lease was lost");
            tell.send_replace(true);
            // Kept until the work ends: a closed channel would say nothing.
            std::future::pending::<()>().await;
        });
        Self { task, lost }
    }

    /// Waits until the lease is lost; for ever if it never is.
    pub async fn lost(&self) {
        if self.lost.clone().wait_for(|lost| *lost).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    pub fn stop(self) {
        self.task.abort();
    }
}

async fn renew(db: &crate::store::db::Db, lease: &Lease, length: Duration) -> sqlx::Result<u64> {
    let length = TimeDelta::from_std(length).unwrap_or(TimeDelta::seconds(15));
    let mut tx = db.begin().await?;
    let renewed = leases::renew(&mut tx, lease, length).await?;
    tx.commit().await?;
    Ok(renewed)
}
