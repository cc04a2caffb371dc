//! Jobs by lane: what runs, what is due, what failed and why each does not move; the invariants; and
//! the switch that stops all ordering.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use jobs::Lane;
use minijinja::context;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::guard::{self, Checked, Signed};
use super::orders::{self as order_pages, House};
use super::pages::{self, Refusal};
use super::requisition::disarmed_at;
use super::words::Shown;
use super::{Shared, spending, still};
use crate::app::App;
use crate::domain::message::{BurstState, OutgoingState};
use crate::domain::order::OrderState;
use crate::store::db::Tx;
use crate::store::journal;
use crate::store::orders::Order;
use crate::store::work::{self, Waiting};
use crate::store::{
    bells, cards, invariants, leases, messages, orders, orgs, people, requisitions, suppliers,
};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Stand {
    Failed,
    Running,
    Due,
    Later,
}

impl Stand {
    fn by(due: Option<chrono::DateTime<chrono::Utc>>, signed: &Signed) -> Self {
        match due {
            Some(due) if due > signed.times.now => Self::Later,
            Some(_) | None => Self::Due,
        }
    }
}

#[derive(Serialize)]
struct Row {
    stand: Stand,
    what: &'static str,
    whose: String,
    requisition: Option<i64>,
    since: Shown,
    tries: i64,
    why: String,
    error: Option<String>,
}

#[derive(Serialize)]
struct LanePart {
    name: &'static str,
    does: &'static str,
    slots: usize,
    running: usize,
    beat: Option<u64>,
    restarts: u64,
    panics: u64,
    bells: Option<usize>,
    counts: Vec<(Stand, usize)>,
    rows: Vec<Row>,
}

pub(super) async fn page(
    State(console): State<Shared>,
    signed: Signed,
) -> Result<Response, Refusal> {
    signed.must_see_all()?;
    let app = &console.app;
    let org = &signed.org.id;
    let mut tx = app.db.read().await?;
    let people = people::all(&mut tx, org).await?;
    let mut lanes = Vec::new();
    for lane in Lane::ALL {
        let rows = match lane {
            Lane::Chat => chat(&mut tx, &signed).await?,
            Lane::Browser => browser(&mut tx, &signed).await?,
            Lane::Erp => erp(&mut tx, &signed).await?,
        };
        lanes.push(part(app, lane, rows).await);
    }
    let readings: Vec<_> = invariants::read(&mut tx, invariants::Sent::All)
        .await?
        .into_iter()
        .map(|r| context! { number => r.number, name => r.name, broken => r.broken })
        .collect();
    let backlog: Vec<_> = bells::backlog(&mut tx)
        .await?
        .into_iter()
        .map(|(kind, count, oldest)| {
            let name = match kind.as_str() {
                "burst" => "messages to be read",
                "press" => "buttons to be answered",
                "requisition" => "requests",
                "purchase_order" => "purchase orders",
                "sync" => "documents for the ERP",
                "outgoing" => "texts to be sent",
                other => other,
            };
            let oldest = oldest.filter(|_| count > 0).map(|at| signed.times.show(at));
            context! { name, count, oldest => pages::value(&oldest) }
        })
        .collect();
    let model = spending::spending(app, &mut tx, org).await?;
    let strays = messages::strays(&mut tx).await?;
    let ordering = orgs::ordering(&mut tx).await?;
    let last = journal::last_of(&mut tx, org, SWITCH, 5).await?;
    drop(tx);
    let page = context! {
        tab => "jobs",
        model => pages::value(&model),
        lanes => pages::value(&lanes),
        readings,
        backlog,
        strays,
        switched => pages::value(&ordering.map(|(_, at)| signed.times.show(at))),
        switches => last.iter().map(|e| context! {
            event => e.event.as_str(),
            at => pages::value(&signed.times.show(e.at)),
            who => e.person_id.as_ref().map(|p| guard::name_of(&people, p)),
        }).collect::<Vec<_>>(),
        may_operate => signed.may_operate(),
    };
    Ok(signed.page("jobs.html", page))
}

async fn part(app: &App, lane: Lane, mut rows: Vec<Row>) -> LanePart {
    rows.sort_by_key(|r| r.stand);
    let stands = [Stand::Running, Stand::Due, Stand::Later, Stand::Failed];
    let counts = stands
        .map(|stand| (stand, rows.iter().filter(|r| r.stand == stand).count()))
        .to_vec();
    let health = app.queue.health().into_iter().find(|h| h.lane == lane);
    let waiting = app.queue.waiting(lane).await;
    LanePart {
        name: lane.name(),
        does: match lane {
            Lane::Chat => "reads, checks, asks, answers",
            Lane::Browser => "places orders and reads suppliers' histories",
            Lane::Erp => "writes documents",
        },
        slots: health.as_ref().map_or(0, |h| h.slots),
        running: health.as_ref().map_or(0, |h| h.running),
        beat: health
            .as_ref()
            .and_then(|h| h.since_beat)
            .map(|b| b.as_secs()),
        restarts: health.as_ref().map_or(0, |h| h.restarts),
        panics: health.as_ref().map_or(0, |h| h.panics),
        bells: waiting.ok().map(|w| w.due),
        counts,
        rows,
    }
}

async fn chat(tx: &mut Tx, signed: &Signed) -> sqlx::Result<Vec<Row>> {
    let org = &signed.org.id;
    let mut rows = Vec::new();
    for burst in work::bursts(tx, org).await? {
        let is_open = burst.state == BurstState::Open.as_str();
        let (stand, why) = match (is_open, burst.due_at) {
            (true, Some(due)) => {
                let text = format!("Collects messages until {}.", signed.times.text(due));
                (Stand::Later, text)
            }
            (_, due) => (Stand::by(due, signed), still::row(&burst, &signed.times)),
        };
        rows.push(row(signed, "read messages", stand, why, burst));
    }
    for press in work::presses(tx, org).await? {
        let (stand, why) = (
            Stand::by(press.due_at, signed),
            still::row(&press, &signed.times),
        );
        rows.push(row(signed, "answer a button", stand, why, press));
    }
    for one in work::requisitions(tx, org).await? {
        let what = match one.state.as_str() {
            "draft" => "check",
            "to_approve" => "ask for approval",
            _ => "remind or drop",
        };
        let (stand, why) = (
            Stand::by(one.due_at, signed),
            still::row(&one, &signed.times),
        );
        rows.push(row(signed, what, stand, why, one));
    }
    for one in work::outgoing(tx, org).await? {
        let is_claimed = one.state == OutgoingState::Sending.as_str() && one.error.is_none();
        let (stand, why) = if is_claimed && one.due_at.is_some_and(|d| d > signed.times.now) {
            (Stand::Running, "Is being sent.".to_owned())
        } else {
            (
                Stand::by(one.due_at, signed),
                still::row(&one, &signed.times),
            )
        };
        rows.push(row(signed, "send a text", stand, why, one));
    }
    for one in work::unsent(tx, org).await? {
        let why = still::row(&one, &signed.times);
        rows.push(row(signed, "send a text", Stand::Failed, why, one));
    }
    Ok(rows)
}

fn row(signed: &Signed, what: &'static str, stand: Stand, why: String, of: Waiting) -> Row {
    Row {
        stand,
        what,
        whose: of.label,
        requisition: of.requisition,
        since: signed.times.show(of.since),
        tries: of.attempts,
        why,
        error: of.error,
    }
}

async fn browser(tx: &mut Tx, signed: &Signed) -> sqlx::Result<Vec<Row>> {
    let org = &signed.org.id;
    let unfinished = orders::unfinished(tx, org).await?;
    let people = people::all(tx, org).await?;
    let suppliers = suppliers::all(tx, org).await?;
    let leases = leases::held(tx, org).await?;
    let open = cards::open(tx, org).await?;
    let house = House {
        people: &people,
        suppliers: &suppliers,
        leases: &leases,
        unfinished: &unfinished,
        cards: &open,
        disarmed_at: disarmed_at(tx).await?,
    };
    let mut numbers = HashMap::new();
    let mut rows = Vec::new();
    for order in &unfinished {
        let Some((what, mut stand)) = browser_job(order, signed) else {
            continue;
        };
        if leases.iter().any(|l| l.owner == order.id.as_str()) {
            stand = Stand::Running;
        }
        if !numbers.contains_key(&order.requisition_id) {
            let found = requisitions::of_org(tx, org, &order.requisition_id).await?;
            numbers.insert(order.requisition_id.clone(), found.map(|r| r.number));
        }
        let supplier = house.supplier(order).map_or("", |s| s.name.as_str());
        rows.push(Row {
            stand,
            what,
            whose: format!("{} at {supplier}", order.number),
            requisition: numbers.get(&order.requisition_id).copied().flatten(),
            since: signed.times.show(order.created_at),
            tries: order.claims,
            why: order_pages::why(signed, &house, order, &[], None).unwrap_or_default(),
            error: None,
        });
    }
    Ok(rows)
}

fn browser_job(order: &Order, signed: &Signed) -> Option<(&'static str, Stand)> {
    match order.state {
        OrderState::Preparing | OrderState::Armed | OrderState::Submitting => {
            Some(("place", Stand::Running))
        }
        OrderState::Approved => Some(("place", Stand::by(order.due_at, signed))),
        OrderState::Unknown => Some(("settle", Stand::by(order.due_at, signed))),
        OrderState::NeedsPerson => Some(("place", Stand::Failed)),
        OrderState::Proposed
        | OrderState::Placed
        | OrderState::Refused
        | OrderState::Cancelled
        | OrderState::PartReceived
        | OrderState::Received
        | OrderState::Closed => None,
    }
}

async fn erp(tx: &mut Tx, signed: &Signed) -> sqlx::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for one in work::syncs(tx, &signed.org.id).await? {
        let (stand, why) = if one.state == "needs_person" {
            (Stand::Failed, "Waits for a person.".to_owned())
        } else {
            (
                Stand::by(one.due_at, signed),
                still::row(&one, &signed.times),
            )
        };
        rows.push(row(signed, "write a document", stand, why, one));
    }
    Ok(rows)
}

/// The journal's subject of the switch.
const SWITCH: &str = "ordering";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum To {
    Armed,
    Disarmed,
}

#[derive(Deserialize)]
pub(super) struct Switched {
    to: To,
    #[serde(default)]
    sure: String,
}

/// Switches ordering off at once, and on after a second question.
pub(super) async fn switch(
    State(console): State<Shared>,
    Checked { signed, form }: Checked<Switched>,
) -> Result<Response, Refusal> {
    signed.must_operate()?;
    let (value, text) = match form.to {
        To::Armed if form.sure != "yes" => return Ok(sure(&signed)),
        To::Armed => ("armed", "Ordering is on: approved orders are placed."),
        To::Disarmed => (
            "disarmed",
            "Ordering is off. Nothing new is sent; what was sent already is still followed up.",
        ),
    };
    let mut tx = console.app.db.begin().await?;
    orgs::set_switch(&mut tx, "ordering", value).await?;
    let subject = ("daemon", SWITCH);
    signed.did(&mut tx, value, subject, json!({})).await?;
    tx.commit().await?;
    tracing::warn!(person.id = %signed.person.id, ordering = value, "ordering was switched");
    Ok(signed.say("/jobs", text))
}

fn sure(signed: &Signed) -> Response {
    let fields = [("to", "armed"), ("sure", "yes")];
    let page = context! {
        tab => "jobs",
        title => "Switch ordering on",
        text => "Ordering is off for the whole daemon.",
        consequence => "Every approved order that is due is placed from now on, for all organisations of this daemon. After a restore from a backup, wait until no order's outcome is unknown any more.",
        action => "/switch",
        fields,
        label => "Switch ordering on",
        back => "/jobs",
    };
    signed.page("sure.html", page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_stands_first() {
        let mut all = vec![Stand::Later, Stand::Due, Stand::Failed, Stand::Running];
        all.sort();
        assert_eq!(
            all,
            [Stand::Failed, Stand::Running, Stand::Due, Stand::Later]
        );
    }
}
