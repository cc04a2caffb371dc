//! Prepares: what a webhook brought is keyed and sealed before it reaches the writer.
//!
//! **Invariant:** no address, no text and no provider id leaves here unsealed.

use chrono::{DateTime, TimeDelta, Utc};

use super::{CHANNEL, Incoming, Item, Status, record};
use crate::app::App;
use crate::channels::{Content, Inbound, Message, NumberChanged, Origin, Sender, Unreadable};
use crate::domain::ids::{MessageId, OrgId, OutgoingId};
use crate::domain::message::{IdentityKind, MessageKind};
use crate::flow::merge;
use crate::store::arrivals::{NewMessage, SenderKey};

/// Keys and seals one thing of a webhook, outside of any transaction.
pub(super) async fn prepare(app: &App, app_name: &str, one: Inbound) -> sqlx::Result<Option<Item>> {
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
