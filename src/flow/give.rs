//! Give: a line in the requester's own words gets its item from a buyer, or is dropped.
//!
//! **Invariant:** what a buyer gives is a request of its own, which the requester confirms like any
//! other: nothing is ordered on a buyer's word alone, and no number or unit is changed on the way.

use anyhow::bail;
use jobs::Job;
use serde_json::json;

use super::tell;
use super::texts::{Texts, say};
use crate::app::App;
use crate::domain::ids::{LineId, PersonId};
use crate::domain::requisition::{LineState, RequisitionState};
use crate::store::cards::{self, Card, NewCard};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::requisitions::{
    self, Line, Move, NewLine, NewRequisition, NewVersion, Requisition,
};
use crate::store::suppliers::Item;
use crate::store::{orders, orgs};

/// The kind of card that asks a buyer for an item.
pub const CARD: &str = "free_text";

/// Asks a buyer which item a line is.
pub async fn ask(tx: &mut Tx, requisition: &Requisition, line: &Line) -> sqlx::Result<()> {
    let text = format!(
        "Line {} of request {} asks for {}, which is not in the catalogue. Give it an item, or drop it.",
        line.position,
        requisition.number,
        spoken(Texts::english(), line)
    );
    let card = NewCard {
        org: &requisition.org_id,
        kind: CARD,
        subject: "line",
        subject_id: line.id.as_str(),
        requisition: Some(&requisition.id),
        text: &text,
    };
    cards::lay(tx, card).await
}

fn spoken(texts: Texts, line: &Line) -> String {
    let words = [Some(line.words.as_str()), line.spec.as_deref()];
    let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if line.quantity > 0 {
        format!("{} “{words}”", texts.quantity(line.quantity, &line.unit))
    } else {
        format!("“{words}”")
    }
}

/// The line that a card is about, and its requisition; none: it is settled already.
async fn open_line(tx: &mut Tx, card: &Card) -> anyhow::Result<Option<(Requisition, Line)>> {
    let org = &card.org_id;
    let Some(id) = &card.requisition_id else {
        bail!("card {} is about no request", card.id);
    };
    let Some(requisition) = requisitions::of_org(tx, org, id).await? else {
        return Ok(None);
    };
    let line = LineId::from(card.subject_id.as_str());
    if requisitions::line_became(tx, org, &line, LineState::FreeText, LineState::Cancelled).await?
        == 0
    {
        return Ok(None);
    }
    let lines = requisitions::lines(tx, org, id, requisition.version).await?;
    let found = lines.into_iter().find(|l| l.id == line);
    Ok(found.map(|line| (requisition, line)))
}

/// Makes a request of the line with the item that a buyer gave; gives the sentence for the buyer.
pub async fn give(
    tx: &mut Tx,
    card: &Card,
    item: &Item,
    by: &PersonId,
) -> anyhow::Result<(String, Vec<Job>)> {
    let Some((requisition, line)) = open_line(tx, card).await? else {
        return Ok(("That line is settled already.".to_owned(), Vec::new()));
    };
    let org = &card.org_id;
    let new = NewRequisition {
        org,
        number: orgs::next(tx, org, "requisition").await?,
        person: &requisition.person_id,
        identity: &requisition.identity_id,
    };
    let opened = requisitions::open(tx, new).await?;
    // How many of another unit is for the requester to say.
    let quantity = if line.unit == item.unit {
        line.quantity
    } else {
        0
    };
    let version = NewVersion {
        burst: None,
        identity: &requisition.identity_id,
        site: requisition.site_id.as_ref(),
        needed_by: requisition.needed_on(),
        questions: Vec::new(),
        notes: Vec::new(),
        lines: vec![NewLine {
            state: LineState::Open,
            words: line.words,
            spec: line.spec,
            item: Some(item.id.clone()),
            item_by: Some(by.clone()),
            quantity,
            unit: item.unit.clone(),
            was: None,
            spans: line.spans.0,
        }],
    };
    requisitions::write_version(tx, &opened, version).await?;
    note(
        tx,
        &opened,
        "given",
        by,
        json!({ "item": item.id, "from": requisition.number }),
    )
    .await?;
    close(tx, &requisition).await?;
    let text = format!(
        "Request {} asks for {}: the requester is asked to confirm it.",
        opened.number, item.name
    );
    let bell = Job::Check {
        requisition: opened.id.to_string(),
    };
    Ok((text, vec![bell]))
}

/// Gives a line up and tells its requester.
pub async fn drop_line(
    app: &App,
    tx: &mut Tx,
    card: &Card,
    by: &PersonId,
) -> anyhow::Result<(String, Vec<Job>)> {
    let Some((requisition, line)) = open_line(tx, card).await? else {
        return Ok(("That line is settled already.".to_owned(), Vec::new()));
    };
    note(
        tx,
        &requisition,
        "dropped",
        by,
        json!({ "line": line.position }),
    )
    .await?;
    close(tx, &requisition).await?;
    let texts = tell::texts(tx, &requisition.org_id, &requisition.identity_id).await?;
    let text = say!(texts, "office-found-nothing", request: requisition.number,
        line: spoken(texts, &line));
    let cause = format!("{}/dropped", line.id);
    let say = tell::Say {
        org: &requisition.org_id,
        cause: &cause,
        kind: "dropped",
        to: &requisition.identity_id,
        requisition: Some(&requisition.id),
        burst: None,
        body: tell::Body::text(text),
    };
    let bells = tell::say(app, tx, say).await?;
    Ok((
        "It is dropped, and the requester is told.".to_owned(),
        bells,
    ))
}

async fn note(
    tx: &mut Tx,
    requisition: &Requisition,
    event: &str,
    by: &PersonId,
    detail: serde_json::Value,
) -> sqlx::Result<()> {
    let note = Note {
        org: &requisition.org_id,
        subject: "requisition",
        subject_id: requisition.id.as_str(),
        epoch: requisition.version,
        event,
        was: None,
        became: None,
        detail,
        person: Some(by),
    };
    journal::write(tx, note).await
}

/// A confirmed requisition of which nothing is left to order is at its end.
async fn close(tx: &mut Tx, requisition: &Requisition) -> sqlx::Result<()> {
    let (org, id, version) = (&requisition.org_id, &requisition.id, requisition.version);
    let lines = requisitions::lines(tx, org, id, version).await?;
    let ordered = orders::of_requisition(tx, org, id).await?;
    let is_over = lines.iter().all(|l| l.state == LineState::Cancelled);
    if is_over && ordered.iter().all(|o| o.version != version) {
        let step = Move {
            org,
            id,
            version,
            from: RequisitionState::ToApprove,
            to: RequisitionState::Closed,
            due_at: None,
        };
        requisitions::move_on(tx, step).await?;
    }
    Ok(())
}
