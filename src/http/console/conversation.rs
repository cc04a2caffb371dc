//! What was said about one requisition, by them and by us, in the order of time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::guard::{self, Signed};
use super::pages::Refusal;
use super::words::{self, Shown};
use crate::app::App;
use crate::domain::ids::{IdentityId, MessageId, OrgId};
use crate::domain::message::{MessageKind, MessageState};
use crate::flow::receive;
use crate::flow::tell::{self, Body};
use crate::store::db::Tx;
use crate::store::journal::Entry;
use crate::store::messages::{self, Message};
use crate::store::outgoing::{self, Outgoing};
use crate::store::people::{self, Person};
use crate::store::requisitions::{self, Requisition};

/// One thing that was said, by them or by us.
#[derive(Serialize)]
pub(super) struct Said {
    #[serde(skip)]
    order: (DateTime<Utc>, String),
    side: &'static str,
    who: String,
    at: Shown,
    text: Option<String>,
    /// What it was, where it is no text.
    kind: Option<&'static str>,
    note: Option<String>,
    buttons: Vec<String>,
    state: Option<words::State>,
}

/// Everything that was said, ready for the page.
pub(super) async fn read(
    app: &App,
    tx: &mut Tx,
    signed: &Signed,
    requisition: &Requisition,
    people: &[Person],
    entries: &[Entry],
) -> Result<Vec<Said>, Refusal> {
    let org = &requisition.org_id;
    let sent = outgoing::of_requisition(tx, org, &requisition.id).await?;
    let mut received = Vec::new();
    for burst in requisitions::bursts_of(tx, org, &requisition.id).await? {
        received.extend(messages::of_burst(tx, org, &burst).await?);
    }
    received.extend(messages::of_org(tx, org, &presses(&sent, entries)).await?);
    let mut names = HashMap::new();
    let mut all = Vec::new();
    for message in &received {
        let who = name(tx, org, people, &mut names, &message.identity_id).await?;
        all.push(theirs(app, signed, message, who));
    }
    for message in sent.iter().filter(|m| m.kind != "seen") {
        let to = name(tx, org, people, &mut names, &message.identity_id).await?;
        all.push(ours(app, signed, message, &to));
    }
    all.sort_by(|a, b| a.order.cmp(&b.order));
    Ok(all)
}

/// The presses that moved this requisition: those we answered, and those the journal names.
fn presses(sent: &[Outgoing], entries: &[Entry]) -> Vec<MessageId> {
    let answered = sent
        .iter()
        .filter(|m| m.kind == "press")
        .map(|m| m.cause.clone());
    let named = entries
        .iter()
        .filter_map(|e| Some(e.detail.get("press")?.as_str()?.to_owned()));
    let mut ids: Vec<String> = answered.chain(named).collect();
    ids.sort();
    ids.dedup();
    ids.into_iter().map(MessageId::from).collect()
}

async fn name(
    tx: &mut Tx,
    org: &OrgId,
    people: &[Person],
    known: &mut HashMap<IdentityId, String>,
    id: &IdentityId,
) -> sqlx::Result<String> {
    if let Some(name) = known.get(id) {
        return Ok(name.clone());
    }
    let identity = people::identity(tx, org, id).await?;
    let person = identity.and_then(|i| i.person_id);
    let name = person.map_or_else(
        || "a sender nobody knows".to_owned(),
        |p| guard::name_of(people, &p),
    );
    known.insert(id.clone(), name.clone());
    Ok(name)
}

fn theirs(app: &App, signed: &Signed, message: &Message, who: String) -> Said {
    let text = message.sealed_text.as_ref().map(|sealed| {
        let record = receive::record(&message.id, "text");
        app.unseal(&message.org_id, &record, sealed)
            .unwrap_or_else(|_| "(cannot be opened with the key in use)".to_owned())
    });
    let kind = (message.kind != MessageKind::Text).then(|| words::message(message.kind));
    let unread = message
        .kind
        .is_unreadable()
        .then_some("It could not be read.");
    let aside = match (message.state, &message.reason) {
        (MessageState::SetAside, Some(reason)) => Some(format!("Set aside: {reason}.")),
        (MessageState::SetAside, None) => Some("Set aside.".to_owned()),
        (
            MessageState::Stored
            | MessageState::InBurst
            | MessageState::Press
            | MessageState::Status,
            _,
        ) => None,
    };
    Said {
        order: (message.arrived_at, message.id.to_string()),
        side: "theirs",
        who,
        at: signed.times.show(message.arrived_at),
        text,
        kind,
        note: aside.or_else(|| unread.map(str::to_owned)),
        buttons: Vec::new(),
        state: None,
    }
}

fn ours(app: &App, signed: &Signed, message: &Outgoing, to: &str) -> Said {
    let (text, buttons) = match tell::body(app, message) {
        Ok(Body::Text { text }) => (Some(text), Vec::new()),
        Ok(Body::Buttons { text, buttons }) => {
            (Some(text), buttons.into_iter().map(|b| b.title).collect())
        }
        Ok(Body::List { text, rows, .. }) => {
            (Some(text), rows.into_iter().map(|r| r.title).collect())
        }
        Ok(Body::Template { name, params, .. }) => {
            let text = format!("Template {name}: {}", params.join(", "));
            (Some(text), Vec::new())
        }
        Ok(Body::Seen { .. }) => (None, Vec::new()),
        Err(_) => {
            let text = "(cannot be opened with the key in use)".to_owned();
            (Some(text), Vec::new())
        }
    };
    let mut state = words::outgoing(message.state);
    if message.delivered_at.is_some() && state.tone == "done" {
        state.text = "delivered";
    }
    let note = message.error.as_ref().map(|error| match message.due_at {
        Some(due) => format!("{error}. Next try at {}.", signed.times.text(due)),
        None => error.clone(),
    });
    Said {
        order: (message.created_at, message.id.to_string()),
        side: "ours",
        who: format!("Sutler to {to}"),
        at: signed
            .times
            .show(message.sent_at.unwrap_or(message.created_at)),
        text,
        kind: None,
        note,
        buttons,
        state: Some(state),
    }
}
