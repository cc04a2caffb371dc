//! Pressed: a row of a list that answered an enquiry or "the same again" starts something.

use jobs::Job;

use super::ask::which_site;
use crate::app::App;
use crate::domain::ids::{BurstId, ItemId, PersonId, RequisitionId, SiteId};
use crate::domain::requisition::LineState;
use crate::flow::texts::say;
use crate::flow::{confirm, tell};
use crate::store::db::Tx;
use crate::store::messages::Message;
use crate::store::requisitions::{self, NewLine, NewRequisition, NewVersion, Requisition};
use crate::store::{bursts, catalogue, orgs, people};

fn check(requisition: &Requisition) -> Vec<Job> {
    vec![Job::Check {
        requisition: requisition.id.to_string(),
    }]
}

/// An item was picked: it becomes a line of the open draft, or of a new one, and its amount is asked.
pub async fn pick(
    app: &App,
    tx: &mut Tx,
    press: &Message,
    person: &PersonId,
    item: &ItemId,
) -> anyhow::Result<Vec<Job>> {
    let org = &press.org_id;
    let texts = tell::texts(tx, org, &press.identity_id).await?;
    let Some(item) = catalogue::item(tx, org, item).await? else {
        let text = say!(texts, "unknown-answer");
        return confirm::reply(app, tx, press, None, text).await;
    };
    let line = NewLine {
        state: LineState::Open,
        words: item.name.clone(),
        spec: None,
        item: Some(item.id.clone()),
        item_by: None,
        quantity: 0,
        unit: item.unit.clone(),
        was: None,
        spans: Vec::new(),
    };
    let unfinished = requisitions::unfinished_of(tx, org, person).await?;
    let Some(draft) = unfinished.into_iter().find(|r| r.state.is_unconfirmed()) else {
        return start(tx, press, person, None, vec![line]).await;
    };
    let lines = requisitions::lines(tx, org, &draft.id, draft.version).await?;
    if lines.iter().any(|l| l.item_id.as_ref() == Some(&item.id)) {
        let state = texts.state(draft.state);
        let text = say!(texts, "where-it-is", request: draft.number, state: state);
        return confirm::reply(app, tx, press, Some(&draft), text).await;
    }
    let questions = confirm::questions(tx, &draft).await?;
    let mut all: Vec<NewLine> = lines.into_iter().map(NewLine::again).collect();
    for line in &mut all {
        line.was = None;
    }
    all.push(line);
    let new = NewVersion {
        burst: None,
        identity: &press.identity_id,
        site: draft.site_id.as_ref(),
        needed_by: draft.needed_on(),
        questions,
        notes: Vec::new(),
        lines: all,
    };
    requisitions::write_version(tx, &draft, new).await?;
    Ok(check(&draft))
}

/// An earlier request was picked: the same lines as a request of its own, once for the burst that
/// asked for it.
pub async fn repeat(
    app: &App,
    tx: &mut Tx,
    press: &Message,
    person: &PersonId,
    id: &RequisitionId,
    burst: &BurstId,
) -> anyhow::Result<Vec<Job>> {
    let org = &press.org_id;
    let texts = tell::texts(tx, org, &press.identity_id).await?;
    let asked = bursts::find(tx, burst).await?;
    let is_theirs = asked
        .as_ref()
        .is_some_and(|b| b.org_id == *org && b.identity_id == press.identity_id);
    let earlier = requisitions::of_org(tx, org, id).await?;
    let (Some(asked), Some(earlier), true) = (asked, earlier, is_theirs) else {
        let text = say!(texts, "unknown-request");
        return confirm::reply(app, tx, press, None, text).await;
    };
    if let Some(made) = &asked.requisition_id {
        let made = requisitions::of_org(tx, org, made).await?;
        let text = made.map_or_else(
            || say!(texts, "unknown-answer"),
            |made| {
                let state = texts.state(made.state);
                say!(texts, "where-it-is", request: made.number, state: state)
            },
        );
        return confirm::reply(app, tx, press, None, text).await;
    }
    let lines = requisitions::lines(tx, org, &earlier.id, earlier.version).await?;
    let lines = lines.into_iter().map(|line| NewLine {
        was: None,
        spans: Vec::new(),
        ..NewLine::again(line)
    });
    let date = texts.day(earlier.created_at);
    let note = say!(texts, "note-same-as", request: earlier.number, date: date);
    let again = Again {
        site: earlier.site_id.clone(),
        note,
        burst,
    };
    start(tx, press, person, Some(again), lines.collect()).await
}

/// What a repeated request has besides its lines.
struct Again<'a> {
    site: Option<SiteId>,
    note: String,
    burst: &'a BurstId,
}

/// Opens a request with these lines.
async fn start(
    tx: &mut Tx,
    press: &Message,
    person: &PersonId,
    again: Option<Again<'_>>,
    lines: Vec<NewLine>,
) -> anyhow::Result<Vec<Job>> {
    let org = &press.org_id;
    let number = orgs::next(tx, org, "requisition").await?;
    let new = NewRequisition {
        org,
        number,
        person,
        identity: &press.identity_id,
    };
    let requisition = requisitions::open(tx, new).await?;
    let known = people::sites(tx, org).await?;
    let theirs = people::sites_of(tx, org, person).await?;
    let home = match (theirs.first(), known.as_slice()) {
        (Some((home, _)), _) => Some(home.clone()),
        (None, [one]) => Some(one.id.clone()),
        (None, _) => None,
    };
    let site = again.as_ref().and_then(|a| a.site.clone()).or(home);
    let mut questions = Vec::new();
    if site.is_none() {
        let texts = tell::texts(tx, org, &press.identity_id).await?;
        questions.push(which_site(texts, &known));
    }
    if let Some(again) = &again {
        bursts::became(tx, org, again.burst, &requisition.id).await?;
    }
    let new = NewVersion {
        burst: None,
        identity: &press.identity_id,
        site: site.as_ref(),
        needed_by: None,
        questions,
        notes: again.into_iter().map(|a| a.note).collect(),
        lines,
    };
    requisitions::write_version(tx, &requisition, new).await?;
    Ok(check(&requisition))
}
