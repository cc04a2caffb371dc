//! One requisition on one page: from what was written to the number at the supplier. Over 400 lines,
//! for its parts are read by one transaction and told in one order.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use minijinja::{Value, context};
use serde::Serialize;
use sqlx::types::Json;

use super::guard::{self, Signed};
use super::orders::{self as order_pages, House};
use super::pages::{self, Refusal};
use super::words::{self, Named, Shown};
use super::{Shared, conversation, still};
use crate::app::App;
use crate::domain::order::OrderState;
use crate::domain::requisition::{Question, RequisitionState};
use crate::domain::rules::{Outcome, Severity};
use crate::flow::texts;
use crate::store::db::Tx;
use crate::store::journal::{self, Entry};
use crate::store::people::{self, Person};
use crate::store::requisitions::{self, Finding, Requisition, Version};
use crate::store::{bursts, cards, catalogue, leases, lists, orders, orgs, suppliers};

pub(super) async fn page(
    State(console): State<Shared>,
    signed: Signed,
    Path(which): Path<String>,
) -> Result<Response, Refusal> {
    let app = &console.app;
    let org = &signed.org.id;
    let mut tx = app.db.read().await?;
    let found = match which.parse::<i64>() {
        Ok(number) => requisitions::by_number(&mut tx, org, number).await?,
        Err(_) => requisitions::of_org(&mut tx, org, &which.as_str().into()).await?,
    };
    let Some(requisition) = found else {
        return Err(Refusal::NotFound);
    };
    if !lists::may_see(&mut tx, org, signed.scope(), &requisition.id).await? {
        return Err(Refusal::NotFound);
    }
    let page = gather(app, &mut tx, &signed, &requisition).await?;
    Ok(signed.page("requisition.html", page))
}

async fn gather(
    app: &App,
    tx: &mut Tx,
    signed: &Signed,
    requisition: &Requisition,
) -> Result<Value, Refusal> {
    let org = &signed.org.id;
    let id = &requisition.id;
    let people = people::all(tx, org).await?;
    let entries = journal::of_requisition(tx, org, id).await?;
    let all_cards = cards::of_requisition(tx, org, id).await?;
    let approvals = orders::approvals_of(tx, org, id).await?;
    let own_orders = orders::of_requisition(tx, org, id).await?;
    let suppliers = suppliers::all(tx, org).await?;
    let leases = leases::held(tx, org).await?;
    let unfinished = orders::unfinished(tx, org).await?;
    let disarmed_at = disarmed_at(tx).await?;
    let house = House {
        people: &people,
        suppliers: &suppliers,
        leases: &leases,
        unfinished: &unfinished,
        cards: &all_cards,
        disarmed_at,
    };
    let (mut now, mut before) = (Vec::new(), Vec::new());
    let mut reasons = Vec::new();
    for order in &own_orders {
        let shown =
            order_pages::show(tx, signed, &house, order, &approvals, requisition.version).await?;
        if order.version == requisition.version {
            reasons.extend(
                shown
                    .get_attr("why")
                    .ok()
                    .and_then(|w| w.as_str().map(str::to_owned)),
            );
            now.push(shown);
        } else {
            before.push(shown);
        }
    }
    let requester = guard::name_of(&people, &requisition.person_id);
    let open: Vec<&str> = all_cards
        .iter()
        .filter(|c| c.state == "open")
        .map(|c| c.text.as_str())
        .collect();
    let own = still::requisition(requisition, &requester, &open, &signed.times);
    reasons.extend(own.filter(|_| reasons.is_empty()));
    if bursts::has_unread(tx, org, &requisition.identity_id).await? {
        reasons.push(format!(
            "{requester} has written again: nothing is sent to a supplier before that is read."
        ));
    }
    let mut names: HashMap<String, String> = catalogue::names_of(tx, org, id)
        .await?
        .into_iter()
        .map(|(item, name)| (item.to_string(), name))
        .collect();
    let sites = people::sites(tx, org).await?;
    names.extend(people.iter().map(|p| (p.id.to_string(), p.name.clone())));
    names.extend(sites.iter().map(|s| (s.id.to_string(), s.name.clone())));
    let conversation = conversation::read(app, tx, signed, requisition, &people, &entries).await?;
    let mut versions = versions(tx, signed, requisition, &house, &names).await?;
    let current = versions.pop();
    let findings = requisitions::findings(tx, org, id).await?;
    let site = sites
        .iter()
        .find(|s| Some(&s.id) == requisition.site_id.as_ref())
        .map(|s| s.name.clone());
    Ok(context! {
        tab => "requisitions",
        number => requisition.number,
        state => pages::value(&words::requisition(requisition.state)),
        requester,
        site,
        needed => requisition.needed_on().map(texts::date),
        version => requisition.version,
        created => pages::value(&signed.times.show(requisition.created_at)),
        reasons,
        steps => pages::value(&steps(requisition, &own_orders, &findings)),
        conversation => pages::value(&conversation),
        current => pages::value(&current),
        versions => pages::value(&versions),
        findings => pages::value(&checks(requisition, &findings, &names)),
        orders => now,
        old_orders => before,
        cards => all_cards.iter().map(|c| context! {
            kind => words::card(&c.kind),
            text => c.text.as_str(),
            is_open => c.state == "open",
            laid => pages::value(&signed.times.show(c.created_at)),
            done => pages::value(&c.done_at.map(|at| signed.times.show(at))),
            by => c.done_by.as_ref().map(|by| guard::name_of(&people, by)),
            answer => c.answer.as_deref(),
        }).collect::<Vec<_>>(),
        events => pages::value(&events(signed, &people, &own_orders, &entries, &names)),
        may_answer => signed.may_answer(),
    })
}

/// Since when ordering is off for the whole daemon.
pub(super) async fn disarmed_at(tx: &mut Tx) -> sqlx::Result<Option<DateTime<Utc>>> {
    let ordering = orgs::ordering(tx).await?;
    Ok(ordering
        .filter(|(value, _)| value == "disarmed")
        .map(|(_, at)| at))
}

/// How far each step of the story is, as the colour of its mark.
#[derive(Serialize)]
struct Steps {
    read: &'static str,
    checks: &'static str,
    orders: &'static str,
}

fn steps(
    requisition: &Requisition,
    orders: &[crate::store::orders::Order],
    findings: &[Finding],
) -> Steps {
    let read = match requisition.state {
        RequisitionState::Draft => "go",
        RequisitionState::Asking | RequisitionState::ToConfirm => "wait",
        RequisitionState::Cancelled | RequisitionState::Expired => "off",
        RequisitionState::ToApprove
        | RequisitionState::Approved
        | RequisitionState::Ordering
        | RequisitionState::Ordered
        | RequisitionState::PartReceived
        | RequisitionState::Received
        | RequisitionState::Closed
        | RequisitionState::Rejected => "done",
    };
    let of_version = |f: &Finding| f.version == requisition.version;
    // Rules about single approvers say who is not asked: nothing waits for that.
    let is_open = |f: &Finding| {
        f.verdict == Outcome::Fired && f.answered_at.is_none() && f.severity != Severity::Block
    };
    let checks = if !findings.iter().any(of_version) {
        "off"
    } else if findings.iter().any(|f| of_version(f) && is_open(f)) {
        "wait"
    } else {
        "done"
    };
    let mine = || orders.iter().filter(|o| o.version == requisition.version);
    let orders = if mine().next().is_none() {
        "off"
    } else if mine().any(|o| matches!(o.state, OrderState::Unknown | OrderState::NeedsPerson)) {
        "stop"
    } else if mine().any(|o| o.state == OrderState::Proposed) {
        "wait"
    } else if mine().any(|o| {
        matches!(
            o.state,
            OrderState::Approved
                | OrderState::Preparing
                | OrderState::Armed
                | OrderState::Submitting
        )
    }) {
        "go"
    } else if mine().any(|o| {
        matches!(
            o.state,
            OrderState::Placed
                | OrderState::PartReceived
                | OrderState::Received
                | OrderState::Closed
        )
    }) {
        "done"
    } else {
        "off"
    };
    Steps {
        read,
        checks,
        orders,
    }
}

#[derive(Serialize)]
struct Read {
    version: i64,
    at: Shown,
    lines: Vec<ReadLine>,
    questions: Vec<Question>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct ReadLine {
    position: i64,
    name: String,
    words: Option<String>,
    quantity: String,
    was: Option<String>,
    supplier: Option<String>,
    price: Option<String>,
    order: Option<String>,
    state: words::State,
}

async fn versions(
    tx: &mut Tx,
    signed: &Signed,
    requisition: &Requisition,
    house: &House<'_>,
    names: &HashMap<String, String>,
) -> sqlx::Result<Vec<Read>> {
    let (org, id) = (&requisition.org_id, &requisition.id);
    let own = orders::of_requisition(tx, org, id).await?;
    let mut read = Vec::new();
    for version in requisitions::versions(tx, org, id).await? {
        let Version {
            version,
            questions: Json(questions),
            notes: Json(notes),
            created_at,
            ..
        } = version;
        let mut lines = Vec::new();
        for line in requisitions::lines(tx, org, id, version).await? {
            let offer = match &line.supplier_item_id {
                Some(offer) => suppliers::offer(tx, org, offer).await?,
                None => None,
            };
            let supplier = offer.and_then(|o| {
                let found = house.suppliers.iter().find(|s| s.id == o.supplier_id)?;
                Some((found.name.clone(), found.currency.clone()))
            });
            let item = line.item_id.as_ref().and_then(|i| names.get(i.as_str()));
            lines.push(ReadLine {
                position: line.position,
                words: item
                    .filter(|item| !item.eq_ignore_ascii_case(&line.words))
                    .map(|_| line.words.clone()),
                name: item.cloned().unwrap_or_else(|| line.words.clone()),
                quantity: if line.quantity > 0 {
                    texts::quantity(line.quantity, &line.unit)
                } else {
                    "not said".to_owned()
                },
                was: line.was.map(|was| texts::quantity(was, &line.unit)),
                price: line.unit_price.map(|price| {
                    let currency = supplier.as_ref().map_or("", |(_, c)| c.as_str());
                    words::money(price, currency)
                }),
                supplier: supplier.map(|(name, _)| name),
                order: own
                    .iter()
                    .find(|o| Some(&o.id) == line.purchase_order_id.as_ref())
                    .map(|o| o.number.clone()),
                state: words::line(line.state),
            });
        }
        read.push(Read {
            version,
            at: signed.times.show(created_at),
            lines,
            questions,
            notes,
        });
    }
    Ok(read)
}

#[derive(Serialize)]
struct Check {
    rule: String,
    name: String,
    rule_version: i64,
    verdict: words::State,
    severity: &'static str,
    /// The line or the approver that it is about.
    about: String,
    text: String,
    inputs: Vec<Named>,
    is_answered: bool,
}

/// The verdicts about the newest version, those that fired first.
fn checks(
    requisition: &Requisition,
    findings: &[Finding],
    names: &HashMap<String, String>,
) -> Vec<Check> {
    let mut checks: Vec<(Outcome, Check)> = findings
        .iter()
        .filter(|f| f.version == requisition.version)
        .map(|f| {
            let mut inputs = words::values(&f.inputs, names);
            inputs.retain(|i| i.name != "line");
            let check = Check {
                rule: f.rule.clone(),
                name: words::rule(&f.rule).to_owned(),
                rule_version: f.rule_version,
                verdict: words::verdict(f.verdict),
                severity: words::severity(f.severity),
                about: about(f, names),
                text: f.text.clone(),
                inputs,
                is_answered: f.answered_at.is_some(),
            };
            (f.verdict, check)
        })
        .collect();
    checks.sort_by_key(|(outcome, check)| {
        let rank = match outcome {
            Outcome::Fired => 0,
            Outcome::NoData => 1,
            Outcome::Passed => 2,
        };
        (rank, check.rule.clone(), check.about.clone())
    });
    checks.into_iter().map(|(_, check)| check).collect()
}

fn about(finding: &Finding, names: &HashMap<String, String>) -> String {
    let input = |name: &str| finding.inputs.get(name);
    if let Some(line) = input("line").and_then(serde_json::Value::as_i64) {
        return format!("line {line}");
    }
    let approver = input("approver").and_then(serde_json::Value::as_str);
    approver
        .and_then(|id| names.get(id))
        .cloned()
        .unwrap_or_default()
}

#[derive(Serialize)]
struct Event {
    at: Shown,
    what: String,
    happened: String,
    was: Option<String>,
    became: Option<String>,
    who: Option<String>,
    details: Vec<Named>,
}

fn events(
    signed: &Signed,
    people: &[Person],
    orders: &[crate::store::orders::Order],
    entries: &[Entry],
    names: &HashMap<String, String>,
) -> Vec<Event> {
    entries
        .iter()
        .map(|entry| Event {
            at: signed.times.show(entry.at),
            what: orders
                .iter()
                .find(|o| o.id.as_str() == entry.subject_id)
                .map_or_else(|| entry.subject.replace('_', " "), |o| o.number.clone()),
            happened: entry.event.replace('_', " "),
            was: entry
                .was
                .clone()
                .filter(|was| entry.became.as_ref() != Some(was)),
            became: entry.became.clone(),
            who: entry.person_id.as_ref().map(|p| guard::name_of(people, p)),
            details: words::values(&entry.detail, names),
        })
        .collect()
}
