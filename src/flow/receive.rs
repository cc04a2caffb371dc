//! Receive: what a verified webhook brings is stored once and committed before it is answered.
//!
//! **Invariant:** no answer of 200 without a commit. One task writes for all POSTs of the process.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use jobs::Job;
use tokio::sync::{mpsc, oneshot};

use super::{merge, tell};
use crate::app::App;
use crate::channels::{
    Content, Delivery, Inbound, Message, NumberChanged, Origin, SendError, Sender, Unreadable,
};
use crate::domain::ids::{MessageId, OrgId, OutgoingId};
use crate::domain::message::{IdentityKind, MessageKind};
use crate::store::arrivals::{self, Arrival, NewMessage, SenderKey, Stored};
use crate::store::bursts::{self, Timing};
use crate::store::db::Tx;
use crate::store::{cards, messages, orgs, outgoing};

pub const CHANNEL: &str = "whatsapp";

/// Most POSTs written in one transaction.
const GROUP: usize = 256;

/// One verified POST on its way to the writer.
pub struct Post {
    items: Vec<Item>,
    answer: oneshot::Sender<Result<(), NotStored>>,
}

/// Why a POST was not stored; the provider sends it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    #[error("too many webhooks wait to be stored")]
    Full,
    #[error("the database did not take it")]
    Database,
}

/// What a POST holds, keyed and sealed.
enum Item {
    Message(Box<Incoming>),
    Status(Status),
    Stray { app: String, sealed: String },
    NumberChanged { org: OrgId, record: String },
}

struct Incoming {
    new: NewMessage,
    /// It says that nothing more will come.
    ends_burst: bool,
}

struct Status {
    org: OrgId,
    message: OutgoingId,
    provider_key: String,
    delivery: Delivery,
}

/// Stores what a verified webhook of an app brought, and returns after the commit.
pub async fn receive(app: &App, app_name: &str, inbound: Vec<Inbound>) -> Result<(), NotStored> {
    let mut items = Vec::with_capacity(inbound.len());
    for one in inbound {
        match prepare(app, app_name, one).await {
            Ok(item) => items.extend(item),
            Err(error) => {
                tracing::error!(%error, "a webhook could not be prepared");
                return Err(NotStored::Database);
            }
        }
    }
    let (answer, answered) = oneshot::channel();
    app.inbox
        .try_send(Post { items, answer })
        .map_err(|_| NotStored::Full)?;
    answered.await.unwrap_or(Err(NotStored::Database))
}

/// Keys and seals one thing of a webhook, outside of any transaction.
async fn prepare(app: &App, app_name: &str, one: Inbound) -> sqlx::Result<Option<Item>> {
    let number = match &one {
        Inbound::Message(m) => &m.number,
        Inbound::Status(s) => &s.number,
        Inbound::NumberChanged(n) => &n.number,
        Inbound::Trouble(t) => {
            tracing::warn!(code = t.code, "WhatsApp reports trouble: {}", t.text);
            return Ok(None);
        }
        Inbound::Other { event } => {
            tracing::debug!(event, "a webhook event that is not used");
            return Ok(None);
        }
    };
    let known = app
        .number(CHANNEL, number)
        .await?
        .filter(|n| n.app == app_name);
    let Some(known) = known else {
        let raw = match one {
            Inbound::Message(m) => m.raw,
            Inbound::NumberChanged(n) => n.raw,
            Inbound::Status(_) | Inbound::Trouble(_) | Inbound::Other { .. } => return Ok(None),
        };
        let sealed = app.vault.seal("", "stray", &raw);
        return Ok(Some(Item::Stray {
            app: app_name.to_owned(),
            sealed,
        }));
    };
    let org = known.org_id;
    Ok(match one {
        Inbound::Message(message) => {
            incoming(app, &org, message).map(|m| Item::Message(Box::new(m)))
        }
        Inbound::Status(status) => status.callback.map(|id| {
            Item::Status(Status {
                message: OutgoingId::from(id),
                provider_key: app.vault.hmac(org.as_str(), &status.provider_id),
                delivery: status.delivery,
                org,
            })
        }),
        Inbound::NumberChanged(changed) => number_changed(app, org, &changed),
        Inbound::Trouble(_) | Inbound::Other { .. } => None,
    })
}

fn incoming(app: &App, org: &OrgId, message: Message) -> Option<Incoming> {
    let senders = sender_keys(app, org, &message.from);
    if senders.is_empty() || message.group_id.is_some() {
        tracing::warn!(org = %org, "a message without a sender, or of a group, is not read");
        return None;
    }
    let id = MessageId::new();
    let seal = |part: &str, text: &str| app.seal(org, &record(&id, part), text);
    let (kind, text, press) = match &message.content {
        Content::Text(text) => (MessageKind::Text, Some(text.clone()), None),
        Content::Press(press) => (
            MessageKind::Press,
            Some(press.title.clone()),
            Some(press.id.clone()),
        ),
        Content::Unreadable { kind, caption } => (kind_of(kind), caption.clone(), None),
    };
    let ends_burst = text.as_deref().is_some_and(merge::ends_burst) && kind == MessageKind::Text;
    Some(Incoming {
        ends_burst,
        new: NewMessage {
            org_id: org.clone(),
            channel: CHANNEL,
            number_id: message.number.clone(),
            senders,
            provider_key: app.vault.hmac(org.as_str(), &message.provider_id),
            sealed_provider_id: seal("provider", &message.provider_id),
            kind,
            sealed_text: text.map(|t| seal("text", &t)),
            context_key: message
                .context
                .as_ref()
                .and_then(|c| c.id.as_deref())
                .map(|quoted| app.vault.hmac(org.as_str(), quoted)),
            forwarded: message
                .context
                .is_some_and(|c| c.origin == Origin::Forwarded),
            press,
            sealed_raw: seal("raw", &message.raw),
            provider_at: provider_time(app.now(), message.sent_at),
            id,
        },
    })
}

/// The name under which a part of a message is sealed.
pub fn record(id: &MessageId, part: &str) -> String {
    format!("message/{id}/{part}")
}

/// When it was sent; what lies in the future, or cannot be read, counts as now.
fn provider_time(now: DateTime<Utc>, seconds: Option<i64>) -> DateTime<Utc> {
    seconds
        .and_then(|s| DateTime::from_timestamp(s, 0))
        .filter(|at| *at <= now + TimeDelta::minutes(5))
        .unwrap_or(now)
}

fn sender_keys(app: &App, org: &OrgId, from: &Sender) -> Vec<SenderKey> {
    let key = |kind: IdentityKind, address: &String| {
        let key = app.vault.hmac(org.as_str(), address);
        let sealed_address = app.seal(org, &format!("identity/{key}"), address);
        SenderKey {
            kind,
            key,
            sealed_address,
        }
    };
    let phone = from.phone.iter().map(|p| key(IdentityKind::Phone, p));
    let user = from.user_id.iter().map(|u| key(IdentityKind::UserId, u));
    phone.chain(user).collect()
}

fn kind_of(kind: &Unreadable) -> MessageKind {
    match kind {
        Unreadable::Voice => MessageKind::Voice,
        Unreadable::Image => MessageKind::Image,
        Unreadable::Video => MessageKind::Video,
        Unreadable::Document => MessageKind::Document,
        Unreadable::Sticker => MessageKind::Sticker,
        Unreadable::Location => MessageKind::Location,
        Unreadable::Contacts => MessageKind::Contacts,
        Unreadable::Reaction => MessageKind::Reaction,
        Unreadable::Order => MessageKind::Cart,
        Unreadable::Edit => MessageKind::Edit,
        Unreadable::Revoke => MessageKind::Revoke,
        Unreadable::System => MessageKind::System,
        Unreadable::Unsupported | Unreadable::Unknown(_) => MessageKind::Unsupported,
    }
}

/// A changed number is looked at by a person: an approver's phone may be somebody else's now.
fn number_changed(app: &App, org: OrgId, changed: &NumberChanged) -> Option<Item> {
    let old = changed
        .old
        .phone
        .as_ref()
        .or(changed.old.user_id.as_ref())?;
    let record = app.vault.hmac(org.as_str(), old);
    Some(Item::NumberChanged { org, record })
}

/// The one writer: takes what waits, writes it in one transaction, then answers.
pub async fn write(app: Arc<App>, mut inbox: mpsc::Receiver<Post>) {
    let mut posts = Vec::with_capacity(GROUP);
    while inbox.recv_many(&mut posts, GROUP).await > 0 {
        write_group(&app, std::mem::take(&mut posts)).await;
    }
}

async fn write_group(app: &Arc<App>, posts: Vec<Post>) {
    let refs: Vec<&Post> = posts.iter().collect();
    match write_all(app, &refs).await {
        Ok(bells) => {
            for post in posts {
                let _ = post.answer.send(Ok(()));
            }
            ring_soon(app, bells);
        }
        Err(error) if posts.len() == 1 => {
            tracing::error!(%error, "a webhook was not stored");
            for post in posts {
                let _ = post.answer.send(Err(NotStored::Database));
            }
        }
        Err(error) => {
            tracing::warn!(%error, posts = posts.len(), "a group failed, trying one by one");
            for post in posts {
                let stored = write_all(app, &[&post]).await;
                let answer = stored.as_ref().map(|_| ()).map_err(|error| {
                    tracing::error!(%error, "a webhook was not stored");
                    NotStored::Database
                });
                let _ = post.answer.send(answer);
                if let Ok(bells) = stored {
                    ring_soon(app, bells);
                }
            }
        }
    }
}

/// Bells are rung beside the writer, so that a slow carrier keeps no webhook waiting.
fn ring_soon(app: &Arc<App>, bells: Vec<Job>) {
    if !bells.is_empty() {
        let app = app.clone();
        tokio::spawn(async move { app.ring_all(bells).await });
    }
}

async fn write_all(app: &App, posts: &[&Post]) -> sqlx::Result<Vec<Job>> {
    let mut items: Vec<&Item> = posts.iter().flat_map(|p| &p.items).collect();
    // Senders in sorted order: two processes that write the same senders cannot wait for each other.
    items.sort_by_key(|item| match item {
        Item::Message(m) => (1, m.new.senders[0].key.as_str()),
        Item::Status(s) => (2, s.message.as_str()),
        Item::Stray { .. } | Item::NumberChanged { .. } => (3, ""),
    });
    let mut tx = app.db.begin().await?;
    let mut bells = Vec::new();
    let mut timings = HashMap::new();
    let mut messages: Vec<&Incoming> = Vec::new();
    for item in items {
        match item {
            Item::Message(incoming) => {
                let org = &incoming.new.org_id;
                if !timings.contains_key(org) {
                    timings.insert(org.clone(), timing(&mut tx, org).await?);
                }
                messages.push(incoming);
            }
            Item::Status(_) | Item::Stray { .. } | Item::NumberChanged { .. } => {
                write_other(&mut tx, item).await?;
            }
        }
    }
    // What follows an explicit end opens a burst of its own.
    for run in messages.split_inclusive(|incoming| incoming.ends_burst) {
        write_messages(app, &mut tx, run, &timings, &mut bells).await?;
    }
    crate::crash::point("receive:before_commit");
    tx.commit().await?;
    crate::crash::point("receive:after_commit");
    Ok(bells)
}

/// How long a burst of this organisation waits for more.
async fn timing(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Timing> {
    let org = orgs::find(tx, org).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Timing {
        quiet: TimeDelta::seconds(org.settings.quiet_seconds),
        hard_cap: TimeDelta::seconds(org.settings.hard_cap_seconds),
    })
}

/// Messages that were sent one after the other, and at most the last of them ends a burst.
async fn write_messages(
    app: &App,
    tx: &mut Tx,
    run: &[&Incoming],
    timings: &HashMap<OrgId, Timing>,
    bells: &mut Vec<Job>,
) -> sqlx::Result<()> {
    let arrivals: Vec<Arrival<'_>> = run
        .iter()
        .map(|Incoming { new, .. }| Arrival {
            new,
            timing: timings[&new.org_id],
        })
        .collect();
    let stored = arrivals::receive_all(tx, &arrivals).await?;
    let mut seen = Vec::new();
    for (Incoming { new, ends_burst }, stored) in run.iter().zip(&stored) {
        metrics::counter!("sutler_messages_total", "kind" => new.kind.as_str()).increment(1);
        match stored {
            Stored::Again => metrics::counter!("sutler_messages_again_total").increment(1),
            Stored::Aside => {}
            Stored::Press { message } => {
                tracing::info!(message.id = %message, "stored a press");
                bells.push(Job::Press {
                    message: message.to_string(),
                });
            }
            Stored::InBurst {
                burst,
                identity,
                first,
            } => {
                tracing::info!(message.id = %new.id, burst.id = %burst, "stored");
                if *first {
                    seen.push(tell::seen(&new.org_id, identity, &new.id));
                }
                if *ends_burst {
                    bursts::close_now(tx, &new.org_id, identity).await?;
                    bells.push(Job::Read {
                        burst: burst.to_string(),
                    });
                }
            }
        }
    }
    bells.extend(tell::say_all(app, tx, seen).await?);
    Ok(())
}

async fn write_other(tx: &mut Tx, item: &Item) -> sqlx::Result<()> {
    match item {
        Item::Message(_) => {}
        Item::Status(status) => write_status(tx, status).await?,
        Item::Stray { app: name, sealed } => {
            tracing::warn!(
                app = name,
                "a message for a number that no organisation has"
            );
            messages::keep_stray(tx, name, sealed).await?;
        }
        Item::NumberChanged { org, record } => {
            let known = crate::store::people::identity_by_key(tx, org, CHANNEL, record).await?;
            if let Some(identity) = known {
                let card = cards::NewCard {
                    org,
                    kind: "number_changed",
                    subject: "identity",
                    subject_id: identity.id.as_str(),
                    requisition: None,
                    text: "A person has a new WhatsApp number. Check with them before it is used.",
                };
                cards::lay(tx, card).await?;
            }
        }
    }
    Ok(())
}

async fn write_status(tx: &mut Tx, status: &Status) -> sqlx::Result<()> {
    let (delivered, read) = match &status.delivery {
        Delivery::Sent => (false, false),
        Delivery::Delivered => (true, false),
        Delivery::Read | Delivery::Played => (true, true),
        Delivery::Failed(error) => {
            return tell::not_delivered(tx, &status.org, &status.message, error).await;
        }
    };
    outgoing::status(
        tx,
        &status.org,
        &status.message,
        &status.provider_key,
        delivered,
        read,
    )
    .await?;
    Ok(())
}

/// The reason of a failed delivery, as it is stored.
pub fn reason(error: &SendError) -> String {
    error.to_string()
}
