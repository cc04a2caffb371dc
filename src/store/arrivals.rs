//! Messages as they arrive, each stored once, with its sender and its place in a burst.
//!
//! **Invariant:** many are stored by the same few statements as one.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, query, query_as};

use super::bursts::{self, Joining, Timing};
use super::db::{Tx, execute, fetch};
use super::people::{self, Heard, Identity};
use super::rows::{MOST_ROWS, bind_rows, parameters};
use crate::domain::ids::{BurstId, IdentityId, MessageId, OrgId, PersonId};
use crate::domain::message::{IdentityKind, MessageKind, MessageState};

/// Hours in which free text may be sent after a person's message.
const WINDOW_HOURS: i64 = 24;

/// A message to be stored. Texts and addresses are sealed, ids are keyed.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub id: MessageId,
    pub org_id: OrgId,
    pub channel: &'static str,
    pub number_id: String,
    pub senders: Vec<SenderKey>,
    pub provider_key: String,
    pub sealed_provider_id: String,
    pub kind: MessageKind,
    pub sealed_text: Option<String>,
    pub context_key: Option<String>,
    pub forwarded: bool,
    pub press: Option<String>,
    pub sealed_raw: String,
    pub provider_at: DateTime<Utc>,
}

/// One of the names under which a sender is known.
#[derive(Clone, Debug)]
pub struct SenderKey {
    pub kind: IdentityKind,
    pub key: String,
    pub sealed_address: String,
}

/// What storing a message did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It was there already.
    Again,
    /// It waits in a burst; `first` if it opened it.
    InBurst {
        burst: BurstId,
        identity: IdentityId,
        first: bool,
    },
    Press {
        message: MessageId,
    },
    /// Nothing to read in it: a reaction, a note of the system.
    Aside,
}

/// A message and how long its burst waits for more.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    pub new: &'a NewMessage,
    pub timing: Timing,
}

/// A sender who is known under a key.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Known {
    org_id: OrgId,
    channel: String,
    key: String,
    id: IdentityId,
    person_id: Option<PersonId>,
    number_id: String,
    window_until: Option<DateTime<Utc>>,
}

/// A message that is new, with its sender and, where it is to be read, its burst.
struct Placed<'a> {
    new: &'a NewMessage,
    identity: IdentityId,
    state: MessageState,
    burst: Option<BurstId>,
}

/// As [`receive_all`], for one.
pub async fn receive(tx: &mut Tx, new: &NewMessage, timing: Timing) -> sqlx::Result<Stored> {
    let stored = receive_all(tx, &[Arrival { new, timing }]).await?;
    stored.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

/// Stores each message once, and says of each what that did.
pub async fn receive_all(tx: &mut Tx, arrivals: &[Arrival<'_>]) -> sqlx::Result<Vec<Stored>> {
    let senders = senders(tx, arrivals).await?;
    let mut before = stored_before(tx, arrivals).await?;
    let mut placed: Vec<Placed<'_>> = Vec::with_capacity(arrivals.len());
    let mut joining: Vec<Joining<'_>> = Vec::new();
    for (arrival, sender) in arrivals.iter().zip(&senders) {
        let new = arrival.new;
        let name = (
            new.org_id.to_string(),
            new.channel.to_owned(),
            new.provider_key.clone(),
        );
        if !before.insert(name) {
            continue;
        }
        let state = state_of(new.kind);
        if state == MessageState::InBurst {
            match joining.iter_mut().find(|one| *one.identity == sender.id) {
                Some(one) => one.messages += 1,
                None => joining.push(Joining {
                    org: &new.org_id,
                    identity: &sender.id,
                    timing: arrival.timing,
                    messages: 1,
                }),
            }
        }
        placed.push(Placed {
            new,
            identity: sender.id.clone(),
            state,
            burst: None,
        });
    }
    let joined = bursts::join_all(tx, &joining).await?;
    for one in &mut placed {
        if one.state == MessageState::InBurst {
            one.burst = joined.get(&one.identity).map(|burst| burst.id.clone());
        }
    }
    store(tx, &placed).await?;
    hear(tx, &placed, &senders).await?;

    let mut opened: HashSet<&IdentityId> = HashSet::new();
    let mut told: HashMap<&str, Stored> = HashMap::new();
    for one in &placed {
        let stored = match (one.state, &one.burst) {
            (MessageState::Press, _) => Stored::Press {
                message: one.new.id.clone(),
            },
            (MessageState::InBurst, Some(burst)) => Stored::InBurst {
                burst: burst.clone(),
                identity: one.identity.clone(),
                first: joined[&one.identity].opened && opened.insert(&one.identity),
            },
            (MessageState::InBurst, None) => return Err(sqlx::Error::RowNotFound),
            (MessageState::SetAside | MessageState::Stored | MessageState::Status, _) => {
                Stored::Aside
            }
        };
        told.insert(one.new.id.as_str(), stored);
    }
    let mut what = |arrival: &Arrival<'_>| told.remove(arrival.new.id.as_str());
    Ok(arrivals
        .iter()
        .map(|arrival| what(arrival).unwrap_or(Stored::Again))
        .collect())
}

fn state_of(kind: MessageKind) -> MessageState {
    match kind {
        MessageKind::Press => MessageState::Press,
        MessageKind::Reaction | MessageKind::System => MessageState::SetAside,
        MessageKind::Text
        | MessageKind::Voice
        | MessageKind::Image
        | MessageKind::Video
        | MessageKind::Document
        | MessageKind::Sticker
        | MessageKind::Location
        | MessageKind::Contacts
        | MessageKind::Cart
        | MessageKind::Edit
        | MessageKind::Revoke
        | MessageKind::Unsupported => MessageState::InBurst,
    }
}

/// Which of them were stored before.
async fn stored_before(
    tx: &mut Tx,
    arrivals: &[Arrival<'_>],
) -> sqlx::Result<HashSet<(String, String, String)>> {
    let mut before = HashSet::with_capacity(arrivals.len());
    for some in arrivals.chunks(MOST_ROWS) {
        let sql = format!(
            "with asked (org_id, channel, provider_key) as (values {})
             select m.org_id, m.channel, m.provider_key from asked a join message m
                 on m.org_id = a.org_id and m.channel = a.channel
                 and m.provider_key = a.provider_key",
            parameters(some.len(), 3)
        );
        let found: Vec<(String, String, String)> = fetch!(
            tx,
            bind_rows!(query_as(AssertSqlSafe(sql.clone())), some, |q, one| q
                .bind(&one.new.org_id)
                .bind(one.new.channel)
                .bind(&one.new.provider_key)),
            fetch_all
        )?;
        before.extend(found);
    }
    Ok(before)
}

/// Stores what is new. Fails where another process stored one of them meanwhile: then all is tried again.
async fn store(tx: &mut Tx, placed: &[Placed<'_>]) -> sqlx::Result<()> {
    let now = tx.now().await?;
    for some in placed.chunks(MOST_ROWS) {
        let sql = format!(
            "insert into message (id, org_id, channel, identity_id, provider_key,
                 sealed_provider_id, kind, sealed_text, context_key, forwarded, press, sealed_raw,
                 provider_at, arrived_at, state, reason, burst_id, due_at, rings)
             values {}",
            parameters(some.len(), 19)
        );
        execute!(
            tx,
            bind_rows!(query(AssertSqlSafe(sql.clone())), some, |q, one| q
                .bind(&one.new.id)
                .bind(&one.new.org_id)
                .bind(one.new.channel)
                .bind(&one.identity)
                .bind(&one.new.provider_key)
                .bind(&one.new.sealed_provider_id)
                .bind(one.new.kind)
                .bind(&one.new.sealed_text)
                .bind(&one.new.context_key)
                .bind(one.new.forwarded)
                .bind(&one.new.press)
                .bind(&one.new.sealed_raw)
                .bind(one.new.provider_at)
                .bind(now)
                .bind(one.state)
                .bind((one.state == MessageState::SetAside).then_some("nothing to read"))
                .bind(&one.burst)
                .bind((one.state == MessageState::Press).then_some(now))
                .bind(0_i64))
        )?;
    }
    Ok(())
}

/// Notes the number that each sender wrote to and the new end of their 24 hours, where that changes.
async fn hear(tx: &mut Tx, placed: &[Placed<'_>], senders: &[Known]) -> sqlx::Result<()> {
    let now = tx.now().await?;
    let known: HashMap<&IdentityId, &Known> = senders.iter().map(|one| (&one.id, one)).collect();
    let mut heard: Vec<Heard<'_>> = Vec::new();
    for one in placed {
        let until = one.new.provider_at.min(now) + TimeDelta::hours(WINDOW_HOURS);
        let sender = known[&one.identity];
        if sender.number_id == one.new.number_id && sender.window_until.is_some_and(|w| w >= until)
        {
            continue;
        }
        match heard.iter_mut().find(|last| *last.identity == one.identity) {
            Some(last) => {
                last.number_id = &one.new.number_id;
                last.window_until = last.window_until.max(until);
            }
            None => heard.push(Heard {
                org: &one.new.org_id,
                identity: &one.identity,
                number_id: &one.new.number_id,
                window_until: until,
            }),
        }
    }
    people::heard(tx, &heard).await
}

/// The sender of each message: by any of their keys, with the keys added that are new.
async fn senders(tx: &mut Tx, arrivals: &[Arrival<'_>]) -> sqlx::Result<Vec<Known>> {
    let all: Vec<&NewMessage> = arrivals.iter().map(|arrival| arrival.new).collect();
    let mut known = known_senders(tx, &all).await?;
    let mut senders = Vec::with_capacity(arrivals.len());
    for new in all {
        if !is_introduced(new, &known) {
            introduce(tx, new, &known).await?;
            known.extend(known_senders(tx, &[new]).await?);
        }
        let first = new.senders.first().map(|key| name_of(new, key));
        let sender = first.and_then(|name| known.get(&name));
        senders.push(sender.ok_or(sqlx::Error::RowNotFound)?.clone());
    }
    Ok(senders)
}

/// Every key of the sender is known, and all belong to a person or none does.
fn is_introduced(new: &NewMessage, known: &HashMap<KeyName, Known>) -> bool {
    let people: Option<Vec<bool>> = new
        .senders
        .iter()
        .map(|key| Some(known.get(&name_of(new, key))?.person_id.is_some()))
        .collect();
    people.is_some_and(|people| people.iter().all(|has| *has) || people.iter().all(|has| !has))
}

/// Adds the keys of a sender that are new, and gives those without a person the person of the others.
async fn introduce(
    tx: &mut Tx,
    new: &NewMessage,
    known: &HashMap<KeyName, Known>,
) -> sqlx::Result<()> {
    let of = |key: &SenderKey| known.get(&name_of(new, key));
    let person = new
        .senders
        .iter()
        .find_map(|key| of(key)?.person_id.clone());
    for key in &new.senders {
        let has_place = match of(key) {
            Some(one) => one.person_id.is_some() || person.is_none(),
            None => false,
        };
        if has_place {
            continue;
        }
        let identity = Identity {
            id: IdentityId::new(),
            org_id: new.org_id.clone(),
            person_id: person.clone(),
            channel: new.channel.to_owned(),
            kind: key.kind,
            key: key.key.clone(),
            sealed_address: key.sealed_address.clone(),
            number_id: new.number_id.clone(),
            window_until: None,
            greeted_at: None,
            language: None,
        };
        people::save_identity(tx, &identity).await?;
    }
    Ok(())
}

/// Organisation, channel and key.
type KeyName = (String, String, String);

fn name_of(new: &NewMessage, key: &SenderKey) -> KeyName {
    (
        new.org_id.to_string(),
        new.channel.to_owned(),
        key.key.clone(),
    )
}

async fn known_senders(
    tx: &mut Tx,
    messages: &[&NewMessage],
) -> sqlx::Result<HashMap<KeyName, Known>> {
    let names: HashSet<KeyName> = messages
        .iter()
        .flat_map(|new| new.senders.iter().map(|key| name_of(new, key)))
        .collect();
    let names: Vec<KeyName> = names.into_iter().collect();
    let mut known = HashMap::with_capacity(names.len());
    for names in names.chunks(MOST_ROWS) {
        let sql = format!(
            "with asked (org_id, channel, key) as (values {})
             select i.org_id, i.channel, i.key, i.id, i.person_id, i.number_id, i.window_until
             from asked a join identity i
                 on i.org_id = a.org_id and i.channel = a.channel and i.key = a.key",
            parameters(names.len(), 3)
        );
        let found: Vec<Known> = fetch!(
            tx,
            bind_rows!(query_as(AssertSqlSafe(sql.clone())), names, |q, name| q
                .bind(&name.0)
                .bind(&name.1)
                .bind(&name.2)),
            fetch_all
        )?;
        known.extend(found.into_iter().map(|one| {
            let name = (one.org_id.to_string(), one.channel.clone(), one.key.clone());
            (name, one)
        }));
    }
    Ok(known)
}
