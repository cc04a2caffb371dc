//! One requisition on one page: from what was written to the number at the supplier. Its parts are
//! read by one transaction and told in one order.

mod checks;
mod steps;
mod versions;

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use minijinja::{Value, context};
use serde::Serialize;

use self::checks::checks;
use self::steps::steps;
use self::versions::versions;
use super::guard::{self, Signed};
use super::orders::{self as order_pages, House};
use super::pages::{self, Refusal};
use super::words::{self, Named, Shown};
use super::{Shared, conversation, still};
use crate::app::App;
use crate::flow::texts;
use crate::store::db::Tx;
use crate::store::journal::{self, Entry};
use crate::store::people::{self, Person};
use crate::store::requisitions::{self, Requisition};
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
