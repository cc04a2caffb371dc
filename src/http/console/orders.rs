//! A purchase order as the page of its requisition shows it: what is approved, what was tried, what
//! was seen, and what the ERP has.

use minijinja::Value;
use serde::Serialize;
use sqlx::types::Json;

use super::guard::{self, Signed};
use super::pages;
use super::still::{self, Around};
use super::words::{self, Shown, State};
use crate::domain::approval::ApprovalState;
use crate::domain::money::Money;
use crate::domain::order::OrderState;
use crate::flow::{place, texts};
use crate::store::cards::Card;
use crate::store::db::Tx;
use crate::store::evidence::{self, Evidence};
use crate::store::leases::Lease;
use crate::store::orders::{self, Approval, Attempt, Order};
use crate::store::people::Person;
use crate::store::suppliers::Supplier;
use crate::store::syncs::{self, Sync};

/// What is read once for all orders of a page.
pub(super) struct House<'a> {
    pub people: &'a [Person],
    pub suppliers: &'a [Supplier],
    pub leases: &'a [Lease],
    /// Every order of the organisation that is not at an end.
    pub unfinished: &'a [Order],
    pub cards: &'a [Card],
    pub disarmed_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl House<'_> {
    pub(super) fn supplier(&self, order: &Order) -> Option<&Supplier> {
        self.suppliers.iter().find(|s| s.id == order.supplier_id)
    }
}

#[derive(Serialize)]
struct Page {
    number: String,
    state: State,
    supplier: String,
    account: String,
    address_name: String,
    address: Vec<String>,
    cost_code: String,
    lines: Vec<Line>,
    freight: String,
    tax: String,
    total: String,
    total_cap: String,
    hash: String,
    approved_until: Option<Shown>,
    approvals: Vec<Asked>,
    attempts: Vec<Tried>,
    evidence: Vec<Seen>,
    supplier_number: Option<String>,
    placed: Option<Shown>,
    error: Option<String>,
    refusal: Option<String>,
    erp: Option<Erp>,
    why: Option<String>,
    /// The approval that waits for the one who looks.
    mine: Option<String>,
    version: i64,
    is_old: bool,
}

#[derive(Serialize)]
struct Line {
    position: i64,
    name: String,
    sku: String,
    quantity: String,
    price: String,
    cap: String,
    amount: String,
}

#[derive(Serialize)]
struct Asked {
    who: String,
    state: State,
    since: Shown,
    decided: Option<Shown>,
    by: Option<String>,
    reason: Option<String>,
    is_this: bool,
}

#[derive(Serialize)]
struct Tried {
    number: i64,
    state: State,
    started: Shown,
    intent: Option<Shown>,
    released: Option<Shown>,
    ended: Option<Shown>,
    outcome: Option<String>,
}

#[derive(Serialize)]
struct Seen {
    id: String,
    step: String,
    kind: &'static str,
    is_image: bool,
    epoch: i64,
    at: Shown,
    sha256: String,
}

#[derive(Serialize)]
struct Erp {
    state: State,
    name: Option<String>,
    error: Option<String>,
    due: Option<Shown>,
    attempts: i64,
}

/// Reads what belongs to one order and makes its part of the page.
pub(super) async fn show(
    tx: &mut Tx,
    signed: &Signed,
    house: &House<'_>,
    order: &Order,
    approvals: &[Approval],
    current: i64,
) -> sqlx::Result<Value> {
    let org = &order.org_id;
    let attempts = orders::attempts(tx, org, &order.id).await?;
    let seen = evidence::of_order(tx, org, &order.id).await?;
    let sync = syncs::of_order(tx, org, &order.id).await?;
    let approvals: Vec<&Approval> = approvals
        .iter()
        .filter(|a| a.purchase_order_id == order.id)
        .collect();
    let supplier = house.supplier(order);
    let is_old = order.version != current;
    let why = why(signed, house, order, &approvals, sync.as_ref());
    let mine = approvals
        .iter()
        .find(|a| a.state == ApprovalState::Pending && a.approver_id == signed.person.id)
        .filter(|_| order.state == OrderState::Proposed)
        .map(|a| a.id.to_string());
    let Json(document) = &order.document;
    let money = |amount: i64| Money::new(amount, document.currency).to_string();
    let show = |at: &Option<chrono::DateTime<chrono::Utc>>| at.map(|at| signed.times.show(at));
    let page = Page {
        number: order.number.clone(),
        state: words::order(order.state),
        supplier: supplier.map_or_else(|| document.supplier.clone(), |s| s.name.clone()),
        account: document.account.clone(),
        address_name: document.address_name.clone(),
        address: document.address.lines().map(str::to_owned).collect(),
        cost_code: document.cost_code.clone(),
        lines: document
            .lines
            .iter()
            .map(|l| Line {
                position: l.position,
                name: l.name.clone(),
                sku: l.sku.clone(),
                quantity: texts::quantity(l.quantity, l.unit.code()),
                price: money(l.unit_price),
                cap: money(l.price_cap),
                amount: Money::new(l.unit_price, document.currency)
                    .times(l.quantity)
                    .map_or_else(String::new, |money| money.to_string()),
            })
            .collect(),
        freight: money(document.freight),
        tax: money(document.tax),
        total: money(document.total),
        total_cap: money(document.total_cap),
        hash: order.document_hash.clone(),
        approved_until: show(&order.approved_until),
        approvals: approvals
            .iter()
            .map(|a| asked(signed, house, order, a))
            .collect(),
        attempts: attempts.iter().map(|a| tried(signed, a)).collect(),
        evidence: seen.iter().map(|e| piece(signed, e)).collect(),
        supplier_number: order.supplier_number.clone(),
        placed: show(&order.placed_at),
        error: order.error.clone(),
        refusal: order.refusal.clone(),
        erp: sync.as_ref().map(|s| erp(signed, s)),
        why,
        mine,
        version: order.version,
        is_old,
    };
    Ok(pages::value(&page))
}

/// Why an order is where it is, from what was read for the page.
pub(super) fn why(
    signed: &Signed,
    house: &House<'_>,
    order: &Order,
    approvals: &[&Approval],
    sync: Option<&Sync>,
) -> Option<String> {
    let supplier = house.supplier(order);
    let key = place::lease_key(order);
    let around = Around {
        order,
        supplier: supplier.map_or("the supplier", |s| s.name.as_str()),
        paused_at: supplier.and_then(|s| s.paused_at),
        disarmed_at: house.disarmed_at,
        lease: house.leases.iter().find(|l| l.key == key),
        other: house.unfinished.iter().find(|o| {
            o.account_id == order.account_id
                && o.id != order.id
                && (o.state == OrderState::Submitting
                    || (o.state == OrderState::Unknown
                        && o.settle_until.is_some_and(|until| until > signed.times.now)))
        }),
        asked: approvals
            .iter()
            .filter(|a| a.state == ApprovalState::Pending)
            .map(|a| (guard::name_of(house.people, &a.approver_id), a.asked_at))
            .collect(),
        card: house
            .cards
            .iter()
            .find(|c| c.subject_id == order.id.as_str() && c.state == "open")
            .map(|c| c.text.as_str()),
        sync,
    };
    still::order(&around, &signed.times)
}

fn asked(signed: &Signed, house: &House<'_>, order: &Order, approval: &Approval) -> Asked {
    Asked {
        who: guard::name_of(house.people, &approval.approver_id),
        state: words::approval(approval.state),
        since: signed.times.show(approval.asked_at),
        decided: approval.decided_at.map(|at| signed.times.show(at)),
        by: approval
            .decided_by
            .as_ref()
            .map(|by| guard::name_of(house.people, by)),
        reason: approval.reason.clone(),
        is_this: approval.document_hash == order.document_hash,
    }
}

fn tried(signed: &Signed, attempt: &Attempt) -> Tried {
    let show = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| signed.times.show(at));
    Tried {
        number: attempt.number,
        state: words::attempt(attempt.state),
        started: signed.times.show(attempt.started_at),
        intent: show(attempt.intent_at),
        released: show(attempt.released_at),
        ended: show(attempt.ended_at),
        outcome: attempt.outcome.clone(),
    }
}

fn piece(signed: &Signed, evidence: &Evidence) -> Seen {
    let is_image = evidence.media_type.starts_with("image/");
    Seen {
        id: evidence.id.to_string(),
        step: evidence.step.replace('_', " "),
        kind: match evidence.media_type.split(';').next().unwrap_or_default() {
            "application/pdf" => "PDF",
            "application/json" => "values read",
            "text/html" => "page source",
            _ if is_image => "screenshot",
            _ => "file",
        },
        is_image,
        epoch: evidence.epoch,
        at: signed.times.show(evidence.at),
        sha256: evidence.sha256.clone(),
    }
}

fn erp(signed: &Signed, sync: &Sync) -> Erp {
    let (text, tone) = match sync.state.as_str() {
        "done" => ("in the ERP", "done"),
        "needs_person" => ("waits for a person", "stop"),
        _ => ("being written", "go"),
    };
    Erp {
        state: State { text, tone },
        name: sync.name.clone(),
        error: sync.error.clone(),
        due: sync.due_at.map(|at| signed.times.show(at)),
        attempts: sync.attempts,
    }
}
