//! Messages as they arrive, each stored once.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{query, query_as, query_scalar};

use super::bursts::{self, Timing};
use super::db::{Tx, execute, fetch};
use super::people::{self, Identity};
use crate::domain::ids::{BurstId, IdentityId, MessageId, OrgId};
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

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    pub id: MessageId,
    pub org_id: OrgId,
    pub channel: String,
    pub identity_id: IdentityId,
    pub sealed_provider_id: String,
    pub provider_key: String,
    pub kind: MessageKind,
    pub sealed_text: Option<String>,
    pub context_key: Option<String>,
    pub forwarded: bool,
    pub press: Option<String>,
    pub provider_at: DateTime<Utc>,
    pub arrived_at: DateTime<Utc>,
    pub state: MessageState,
    pub reason: Option<String>,
    pub burst_id: Option<BurstId>,
    pub due_at: Option<DateTime<Utc>>,
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

/// Stores a message once, with its sender and its place in a burst.
pub async fn receive(tx: &mut Tx, new: &NewMessage, timing: Timing) -> sqlx::Result<Stored> {
    let now = tx.now().await?;
    let identity = sender(tx, new).await?;
    let state = match new.kind {
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
    };
    let reason = (state == MessageState::SetAside).then_some("nothing to read");
    let due_at = (state == MessageState::Press).then_some(now);
    let stored = execute!(
        tx,
        query(
            "insert into message (id, org_id, channel, identity_id, provider_key,
                 sealed_provider_id, kind, sealed_text, context_key, forwarded, press, sealed_raw,
                 provider_at, arrived_at, state, reason, due_at, rings)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0)
             on conflict (org_id, channel, provider_key) do nothing"
        )
        .bind(&new.id)
        .bind(&new.org_id)
        .bind(new.channel)
        .bind(&identity)
        .bind(&new.provider_key)
        .bind(&new.sealed_provider_id)
        .bind(new.kind)
        .bind(&new.sealed_text)
        .bind(&new.context_key)
        .bind(new.forwarded)
        .bind(&new.press)
        .bind(&new.sealed_raw)
        .bind(new.provider_at)
        .bind(now)
        .bind(state)
        .bind(reason)
        .bind(due_at)
    )?;
    if stored == 0 {
        return Ok(Stored::Again);
    }
    let until = new.provider_at.min(now) + TimeDelta::hours(WINDOW_HOURS);
    people::heard(tx, &new.org_id, &identity, &new.number_id, until).await?;
    match state {
        MessageState::Press => Ok(Stored::Press {
            message: new.id.clone(),
        }),
        MessageState::InBurst => {
            let (burst, first) = bursts::join(tx, &new.org_id, &identity, timing).await?;
            execute!(
                tx,
                query("update message set burst_id = $3 where org_id = $1 and id = $2")
                    .bind(&new.org_id)
                    .bind(&new.id)
                    .bind(&burst)
            )?;
            Ok(Stored::InBurst {
                burst,
                identity,
                first,
            })
        }
        MessageState::SetAside | MessageState::Stored | MessageState::Status => Ok(Stored::Aside),
    }
}

/// Finds the sender by any of their keys, adds the keys that are new, and gives the first.
async fn sender(tx: &mut Tx, new: &NewMessage) -> sqlx::Result<IdentityId> {
    let mut known: Vec<Option<(IdentityId, Option<crate::domain::ids::PersonId>)>> = Vec::new();
    for key in &new.senders {
        known.push(fetch!(
            tx,
            query_as(
                "select id, person_id from identity
                 where org_id = $1 and channel = $2 and key = $3"
            )
            .bind(&new.org_id)
            .bind(new.channel)
            .bind(&key.key),
            fetch_optional
        )?);
    }
    let person = known
        .iter()
        .flatten()
        .find_map(|(_, person)| person.clone());
    let mut first = None;
    for (key, known) in new.senders.iter().zip(known) {
        let id = match known {
            Some((id, Some(_))) => id,
            Some((id, None)) if person.is_none() => id,
            Some(_) | None => {
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
                };
                people::save_identity(tx, &identity).await?;
                let id: IdentityId = fetch!(
                    tx,
                    query_scalar(
                        "select id from identity where org_id = $1 and channel = $2 and key = $3"
                    )
                    .bind(&new.org_id)
                    .bind(new.channel)
                    .bind(&key.key),
                    fetch_one
                )?;
                id
            }
        };
        first.get_or_insert(id);
    }
    first.ok_or(sqlx::Error::RowNotFound)
}

/// The messages of a burst in the order of their sending.
pub async fn of_burst(tx: &mut Tx, org: &OrgId, burst: &BurstId) -> sqlx::Result<Vec<Message>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, channel, identity_id, sealed_provider_id, provider_key, kind,
                 sealed_text, context_key, forwarded, press, provider_at, arrived_at, state,
                 reason, burst_id, due_at
             from message where org_id = $1 and burst_id = $2 order by provider_at, id"
        )
        .bind(org)
        .bind(burst),
        fetch_all
    )
}

/// A message of any organisation: the first look of a job, which has only an id.
pub async fn find(tx: &mut Tx, id: &MessageId) -> sqlx::Result<Option<Message>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, channel, identity_id, sealed_provider_id, provider_key, kind,
                 sealed_text, context_key, forwarded, press, provider_at, arrived_at, state,
                 reason, burst_id, due_at
             from message where id = $1 and org_id is not null"
        )
        .bind(id),
        fetch_optional
    )
}

/// Messages of this organisation by their ids, in the order of their arrival.
pub async fn of_org(tx: &mut Tx, org: &OrgId, ids: &[MessageId]) -> sqlx::Result<Vec<Message>> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(find(tx, id).await?.filter(|m| m.org_id == *org));
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// The press of a message is answered; zero: it was before.
pub async fn press_done(tx: &mut Tx, org: &OrgId, id: &MessageId) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update message set due_at = null, rung_at = null
             where org_id = $1 and id = $2 and state = 'press' and due_at is not null"
        )
        .bind(org)
        .bind(id)
    )
}

/// The sender's first press that is not answered yet: presses count in the order of their sending.
pub async fn first_press(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
) -> sqlx::Result<Option<MessageId>> {
    fetch!(
        tx,
        query_scalar(
            "select id from message where org_id = $1 and identity_id = $2 and state = 'press'
                 and due_at is not null order by provider_at, id limit 1"
        )
        .bind(org)
        .bind(identity),
        fetch_optional
    )
}

/// Leaves a press for later: the sender's unread messages come first.
pub async fn press_later(
    tx: &mut Tx,
    org: &OrgId,
    id: &MessageId,
    at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update message set due_at = $3, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and state = 'press' and due_at is not null"
        )
        .bind(org)
        .bind(id)
        .bind(at)
    )
}

/// Sets a message of a burst aside for a person, with the reason.
pub async fn set_aside(
    tx: &mut Tx,
    org: &OrgId,
    id: &MessageId,
    reason: &str,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update message set state = 'set_aside', reason = $3 where org_id = $1 and id = $2")
            .bind(org)
            .bind(id)
            .bind(reason)
    )
}

/// Keeps a valid webhook of a number that nobody has.
pub async fn keep_stray(tx: &mut Tx, app: &str, sealed_raw: &str) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query("insert into stray (id, app, sealed_raw, arrived_at) values ($1, $2, $3, $4)")
            .bind(MessageId::new())
            .bind(app)
            .bind(sealed_raw)
            .bind(now)
    )?;
    Ok(())
}

pub async fn strays(tx: &mut Tx) -> sqlx::Result<i64> {
    fetch!(tx, query_scalar("select count(*) from stray"), fetch_one)
}
