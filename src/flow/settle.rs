//! Settle: what became of an order whose outcome nobody knows, read from the supplier's history. A
//! placed order is looked for right away and once more a day later, whether it stands there once.
//!
//! **Invariant:** the history is only read. Not found proves nothing yet: a person decides.

use chrono::TimeDelta;
use jobs::Job;
use scrapers::error::SiteError;
use scrapers::found::{Found, find_order};
use scrapers::order::PastOrder;
use serde_json::json;

use super::place::{self, Beat, Run};
use super::texts::{LineText, say};
use super::{approve, evidence, tell};
use crate::app::App;
use crate::domain::ids::{OrgId, PersonId, PurchaseOrderId};
use crate::domain::order::OrderState;
use crate::domain::requisition::LineState;
use crate::store::db::Tx;
use crate::store::orders::{self, Order};
use crate::store::{cards, orgs, requisitions, suppliers, syncs};

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

/// Looks in the visit that has just placed the order whether it stands there once.
pub async fn look_at_once(
    app: &App,
    run: &Run,
    before: &[PastOrder],
    visit: &mut scrapers::site::Visit,
) {
    let wanted = place::site_order(&run.order.document);
    let looked = visit.history().await;
    let found = looked.map(|now| find_order(run.recipe.finds_by(), before, &now, &wanted));
    let result = match found {
        Ok(found) => alarm(app, &run.order.id, &found).await,
        Err(error) => Err(anyhow::anyhow!("{error}")),
    };
    if let Err(error) = result {
        tracing::warn!(order.id = %run.order.id, %error, "the order was not looked for again");
    }
}

/// A day later: looked for once more, or in an hour if the history could not be read.
async fn looked_again(app: &App, order: &Order, found: Option<Found>) -> anyhow::Result<()> {
    if let Some(found) = &found {
        alarm(app, &order.id, found).await?;
    }
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let again = found.is_none().then(|| now + TimeDelta::hours(1));
    orders::looked_again(&mut tx, order, again).await?;
    tx.commit().await?;
    Ok(())
}

/// Lays a card when the supplier has the order more than once, or under another number.
async fn alarm(app: &App, id: &PurchaseOrderId, found: &Found) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(order) = orders::find(&mut tx, id).await? else {
        return Ok(());
    };
    let ours = order.supplier_number.as_deref().unwrap_or_default();
    let text = match found {
        Found::One(number) if number == ours => return Ok(()),
        Found::One(number) => format!("stands at the supplier as {number}, not as {ours}"),
        Found::Several(numbers) => {
            format!(
                "stands at the supplier {} times: {}",
                numbers.len(),
                numbers.join(", ")
            )
        }
        Found::None => {
            format!("is not in the supplier's history, although it was confirmed as {ours}")
        }
    };
    tracing::error!(order.id = %order.id, "an order {text}");
    metrics::counter!("sutler_duplicate_alarms_total").increment(1);
    let text = format!(
        "{} {text}. Ask the supplier, and cancel what is too much.",
        order.number
    );
    let card = cards::NewCard {
        org: &order.org_id,
        kind: "duplicate",
        subject: "purchase_order",
        subject_id: order.id.as_str(),
        requisition: Some(&order.requisition_id),
        text: &text,
    };
    cards::lay(&mut tx, card).await?;
    tx.commit().await?;
    Ok(())
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
    let card = cards::NewCard {
        org: &order.org_id,
        kind: "order_unknown",
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
        let card = cards::NewCard {
            org: &run.order.org_id,
            kind: "settle",
            subject: "purchase_order",
            subject_id: run.order.id.as_str(),
            requisition: Some(&run.order.requisition_id),
            text: &text,
        };
        cards::lay(&mut tx, card).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The process that submitted this order is gone: nobody knows what became of it.
pub async fn lost(app: &App, order: &Order) -> anyhow::Result<()> {
    let why = "the process that placed it is gone";
    let bells = unknown(app, order, why, None).await?;
    app.ring_all(bells).await;
    Ok(())
}

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
    let lines: Vec<LineText> = order
        .document
        .lines
        .iter()
        .map(|l| LineText {
            position: l.position,
            name: l.name.clone(),
            words: None,
            quantity: l.quantity,
            unit: l.unit.code().to_owned(),
            was: None,
            price: None,
            via: None,
        })
        .collect();
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

/// What a person says of an order that nobody could settle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It stands at the supplier under this number.
    Placed(String),
    /// It was not made: one more attempt. Two people must say so once it may have been sent.
    Again,
    Drop,
}

/// Acts on a person's answer; gives the sentence for them.
pub async fn answer(
    app: &App,
    tx: &mut Tx,
    org: &OrgId,
    card: &cards::Card,
    by: &PersonId,
    answer: &Answer,
) -> anyhow::Result<(String, Vec<Job>)> {
    let id = PurchaseOrderId::from(card.subject_id.as_str());
    let order = orders::find(tx, &id).await?.filter(|o| o.org_id == *org);
    let Some(order) = order.filter(|o| o.state == OrderState::NeedsPerson) else {
        return Ok((
            "This order waits for nobody any more.".to_owned(),
            Vec::new(),
        ));
    };
    let attempts = orders::attempts(tx, org, &order.id).await?;
    let was_released = attempts
        .last()
        .is_some_and(|a| a.intent_at.is_some() && a.ended_at.is_none());
    let name = match answer {
        Answer::Placed(_) => "placed",
        Answer::Again => "again",
        Answer::Drop => "drop",
    };
    if was_released && *answer == Answer::Again {
        let voices = cards::vote(tx, org, &card.id, by, name).await?;
        if voices < 2 {
            let text =
                "Noted. A second person must say so too, for this may create a second order.";
            return Ok((text.to_owned(), Vec::new()));
        }
    }
    let mut bells = Vec::new();
    let done = match answer {
        Answer::Placed(number) => {
            bells = placed(app, tx, &order, number, "person").await?;
            true
        }
        Answer::Again => {
            let why = "a person asked for another attempt";
            let moved = orders::decided(tx, &order, OrderState::Approved, why).await? == 1;
            if moved {
                approve::note(
                    tx,
                    &order,
                    "again",
                    OrderState::Approved,
                    Some(by),
                    json!({}),
                )
                .await?;
                bells.push(Job::Place {
                    order: order.id.to_string(),
                });
            }
            moved
        }
        Answer::Drop => {
            let why = "dropped by a person";
            let moved = orders::decided(tx, &order, OrderState::Cancelled, why).await? == 1;
            if moved {
                approve::note(
                    tx,
                    &order,
                    "dropped",
                    OrderState::Cancelled,
                    Some(by),
                    json!({}),
                )
                .await?;
                bells = refused(app, tx, &order, "the office dropped it").await?;
            }
            moved
        }
    };
    if !done {
        let text = "Not yet: the supplier's history is still being watched.";
        return Ok((text.to_owned(), Vec::new()));
    }
    cards::done(tx, org, &card.kind, &card.subject_id, name, Some(by)).await?;
    if let Some(requisition) = requisitions::of_org(tx, org, &order.requisition_id).await? {
        approve::progress(tx, &requisition).await?;
    }
    Ok(("Done.".to_owned(), bells))
}

/// After a restore from a backup: nothing is ordered before every order that could have been placed
/// since has been looked up, and a person has armed the daemon again.
pub async fn restored(tx: &mut Tx, quiet: TimeDelta) -> anyhow::Result<u64> {
    orgs::set_switch(tx, "ordering", "disarmed").await?;
    // Our number of an order that this database forgot must not become that of another one.
    orgs::skip(tx, FORGOTTEN).await?;
    Ok(orders::unsettle(tx, quiet).await?)
}
