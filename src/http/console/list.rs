//! The list of requisitions, the newest first.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::context;
use serde::{Deserialize, Serialize};

use super::Shared;
use super::guard::Signed;
use super::pages::{self, Refusal};
use super::words::{self, Shown};
use crate::domain::ids::RequisitionId;
use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;
use crate::flow::texts;
use crate::store::lists::{self, Listed, ListedOrder};

/// Requisitions on one page.
const PAGE: i64 = 30;

#[derive(Deserialize)]
pub(super) struct Before {
    before: Option<i64>,
}

#[derive(Serialize)]
struct Row {
    number: i64,
    state: words::State,
    requester: String,
    site: Option<String>,
    items: Vec<String>,
    more: i64,
    totals: Vec<String>,
    waits: String,
    created: Shown,
}

pub(super) async fn page(
    State(console): State<Shared>,
    signed: Signed,
    Query(query): Query<Before>,
) -> Result<Response, Refusal> {
    let org = &signed.org.id;
    let before = query.before.unwrap_or(i64::MAX);
    let mut tx = console.app.db.read().await?;
    let listed = lists::requisitions(&mut tx, org, signed.scope(), before, PAGE).await?;
    let mut rows = Vec::new();
    if let (Some(newest), Some(oldest)) = (listed.first(), listed.last()) {
        let (lowest, highest) = (oldest.number, newest.number);
        let lines = lists::first_lines(&mut tx, org, lowest, highest).await?;
        let orders = lists::orders(&mut tx, org, lowest, highest).await?;
        let asked = lists::asked(&mut tx, org, lowest, highest).await?;
        let mut items = by_requisition(lines.into_iter().map(|l| {
            let name = l.item.unwrap_or(l.words);
            let text = format!("{} {name}", texts::quantity(l.quantity, &l.unit));
            (l.requisition_id, text)
        }));
        let mut orders = by_requisition(orders.into_iter().map(|o| (o.requisition_id.clone(), o)));
        let mut asked = by_requisition(asked.into_iter());
        for one in &listed {
            let items = items.remove(&one.id).unwrap_or_default();
            let orders = orders.remove(&one.id).unwrap_or_default();
            let asked = asked.remove(&one.id).unwrap_or_default();
            rows.push(Row {
                number: one.number,
                state: words::requisition(one.state),
                requester: one.requester.clone(),
                site: one.site.clone(),
                more: one.lines - i64::try_from(items.len()).unwrap_or(0),
                items,
                totals: totals(&orders),
                waits: waits_for(one, &orders, &asked),
                created: signed.times.show(one.created_at),
            });
        }
    }
    let is_full = i64::try_from(rows.len()) == Ok(PAGE);
    let older = rows.last().filter(|_| is_full).map(|r| r.number);
    let page = context! { tab => "requisitions", rows => pages::value(&rows), older, newest => query.before.is_some() };
    Ok(signed.page("requisitions.html", page))
}

fn by_requisition<T>(
    rows: impl Iterator<Item = (RequisitionId, T)>,
) -> HashMap<RequisitionId, Vec<T>> {
    let mut found: HashMap<RequisitionId, Vec<T>> = HashMap::new();
    for (id, row) in rows {
        found.entry(id).or_default().push(row);
    }
    found
}

/// What its purchase orders come to, by currency; those that will not be ordered left out.
fn totals(orders: &[ListedOrder]) -> Vec<String> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for order in orders {
        if !matches!(order.state, OrderState::Cancelled | OrderState::Refused) {
            let sum = sums.entry(&order.currency).or_default();
            *sum = sum.saturating_add(order.total);
        }
    }
    sums.into_iter()
        .map(|(currency, sum)| words::money(sum, currency))
        .collect()
}

/// For whom it waits; empty: for nobody.
fn waits_for(one: &Listed, orders: &[ListedOrder], asked: &[String]) -> String {
    match one.state {
        RequisitionState::Asking | RequisitionState::ToConfirm => one.requester.clone(),
        RequisitionState::ToApprove if !asked.is_empty() => asked.join(", "),
        RequisitionState::ToApprove => "the office".to_owned(),
        RequisitionState::Ordering => {
            let any = |state| orders.iter().any(|o| o.state == state);
            if any(OrderState::NeedsPerson) {
                "the office".to_owned()
            } else if any(OrderState::Unknown) {
                "the supplier's history".to_owned()
            } else {
                String::new()
            }
        }
        RequisitionState::Draft
        | RequisitionState::Approved
        | RequisitionState::Ordered
        | RequisitionState::PartReceived
        | RequisitionState::Received
        | RequisitionState::Closed
        | RequisitionState::Rejected
        | RequisitionState::Cancelled
        | RequisitionState::Expired => String::new(),
    }
}
