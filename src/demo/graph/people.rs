//! What people do on their phones: write, press, send photos, quote, react.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::media::Medium;
use super::rules::{Button, ButtonKind};
use super::settings::Number;
use super::statuses::{contact, metadata};
use super::wamid::{self, Way};
use super::webhook::{Parcel, Pending};
use super::world::{Author, Entry, Switch, Tick};
use super::{Graph, Inner};

impl Graph {
    /// `who` writes a text. Returns its id; the webhook is on its way.
    pub fn say(&self, who: &str, text: &str) -> anyhow::Result<String> {
        say(&self.inner, who, text)
    }

    /// `who` writes a text that quotes a message.
    pub fn reply(&self, who: &str, quoted: &str, text: &str) -> anyhow::Result<String> {
        reply(&self.inner, who, quoted, text)
    }

    /// `who` forwards a text that somebody else wrote; the business sees only that it was forwarded.
    pub fn forward(&self, who: &str, text: &str) -> anyhow::Result<String> {
        forward(&self.inner, who, text)
    }

    /// `who` presses the newest button of that title that they got.
    pub fn press(&self, who: &str, title: &str) -> anyhow::Result<String> {
        press(&self.inner, who, title)
    }

    /// `who` presses a button of a certain message, perhaps an old one.
    pub fn press_on(&self, who: &str, wamid: &str, title: &str) -> anyhow::Result<String> {
        press_on(&self.inner, who, wamid, title)
    }

    /// `who` sends a file.
    pub fn send_media(&self, who: &str, medium: Medium) -> anyhow::Result<String> {
        send_media(&self.inner, who, medium)
    }

    /// `who` reacts to a message; an empty emoji takes the reaction back.
    pub fn react(&self, who: &str, wamid: &str, emoji: &str) -> anyhow::Result<String> {
        react(&self.inner, who, wamid, emoji)
    }

    /// `who` corrects a message in place. The business learns neither which one nor the new text.
    pub fn edit(&self, who: &str) -> anyhow::Result<String> {
        edit(&self.inner, who)
    }

    /// `who` sends a message given as Meta's JSON. `id`, `from`, `from_user_id` and `timestamp` are filled in where
    /// they are absent.
    pub fn send_raw(&self, who: &str, message: Value) -> anyhow::Result<String> {
        send_raw(&self.inner, who, message)
    }
}

pub(super) fn say(inner: &Arc<Inner>, who: &str, text: &str) -> anyhow::Result<String> {
    send_raw(inner, who, json!({"type": "text", "text": {"body": text}}))
}

pub(super) fn reply(
    inner: &Arc<Inner>,
    who: &str,
    quoted: &str,
    text: &str,
) -> anyhow::Result<String> {
    let business = business(inner, who)?;
    let from = {
        let world = inner.world();
        let contact = world.find(who).with_context(|| nobody(who))?;
        let entry = world.contacts[contact]
            .thread
            .iter()
            .find(|entry| entry.wamid == quoted);
        let entry = entry.with_context(|| format!("{who} has no message {quoted}"))?;
        match entry.author {
            Author::Business => business.digits(),
            Author::Person => world.contacts[contact].person.wa_id().unwrap_or_default(),
        }
    };
    let context = json!({"from": from, "id": quoted});
    send_raw(
        inner,
        who,
        json!({"type": "text", "text": {"body": text}, "context": context}),
    )
}

pub(super) fn forward(inner: &Arc<Inner>, who: &str, text: &str) -> anyhow::Result<String> {
    send_raw(
        inner,
        who,
        json!({"type": "text", "text": {"body": text}, "context": {"forwarded": true}}),
    )
}

pub(super) fn press(inner: &Arc<Inner>, who: &str, title: &str) -> anyhow::Result<String> {
    let (wamid, button) = {
        let world = inner.world();
        let contact = world.find(who).with_context(|| nobody(who))?;
        world
            .newest_button(contact, title)
            .with_context(|| format!("{who} got no button \"{title}\""))?
    };
    press_button(inner, who, &wamid, &button)
}

pub(super) fn press_on(
    inner: &Arc<Inner>,
    who: &str,
    wamid: &str,
    title: &str,
) -> anyhow::Result<String> {
    let button = {
        let world = inner.world();
        let contact = world.find(who).with_context(|| nobody(who))?;
        let entry = world.contacts[contact]
            .thread
            .iter()
            .find(|entry| entry.wamid == wamid);
        let entry = entry.with_context(|| format!("{who} has no message {wamid}"))?;
        let button = entry.buttons.iter().find(|button| button.title == title);
        button
            .cloned()
            .with_context(|| format!("the message has no button \"{title}\""))?
    };
    press_button(inner, who, wamid, &button)
}

fn press_button(
    inner: &Arc<Inner>,
    who: &str,
    wamid: &str,
    button: &Button,
) -> anyhow::Result<String> {
    let context = json!({"from": business(inner, who)?.digits(), "id": wamid});
    let mut message = match button.kind {
        ButtonKind::Reply => json!({
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": {"id": button.id, "title": button.title}},
        }),
        ButtonKind::Row => {
            let mut row = json!({"id": button.id, "title": button.title});
            if let Some(description) = &button.description {
                row["description"] = description.as_str().into();
            }
            json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": row}})
        }
        ButtonKind::QuickReply => {
            json!({"type": "button", "button": {"payload": button.id, "text": button.title}})
        }
        ButtonKind::Link => bail!("a link button tells the business nothing"),
    };
    message["context"] = context;
    send_raw(inner, who, message)
}

pub(super) fn send_media(inner: &Arc<Inner>, who: &str, medium: Medium) -> anyhow::Result<String> {
    let id = wamid::object_id();
    let kind = medium.kind.name();
    let mut message = json!({"type": kind});
    message[kind] = medium.as_inbound(&id);
    inner.world().media.insert(id, medium);
    send_raw(inner, who, message)
}

pub(super) fn react(
    inner: &Arc<Inner>,
    who: &str,
    wamid: &str,
    emoji: &str,
) -> anyhow::Result<String> {
    send_raw(
        inner,
        who,
        json!({"type": "reaction", "reaction": {"message_id": wamid, "emoji": emoji}}),
    )
}

pub(super) fn edit(inner: &Arc<Inner>, who: &str) -> anyhow::Result<String> {
    send_raw(
        inner,
        who,
        json!({
            "type": "unsupported",
            "unsupported": {"type": "edit"},
            "errors": [{
                "code": 131_051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            }],
        }),
    )
}

pub(super) fn send_raw(inner: &Arc<Inner>, who: &str, message: Value) -> anyhow::Result<String> {
    let mut message = message;
    let number = business(inner, who)?;
    let now = inner.clock.now();
    let mut world = inner.world();
    let index = world.find(who).with_context(|| nobody(who))?;
    let person = world.contacts[index].person.clone();
    let wa_id = match person.wa_id() {
        None if world.is_on(Switch::EmptyFrom) => Some(String::new()),
        other => other,
    };
    let fields = message
        .as_object_mut()
        .context("a message is a JSON object")?;
    let peer = person
        .wa_id()
        .or_else(|| person.user_id.clone())
        .unwrap_or_default();
    fields
        .entry("id")
        .or_insert_with(|| wamid::new(&peer, Way::In).into());
    fields
        .entry("timestamp")
        .or_insert_with(|| now.timestamp().to_string().into());
    if let Some(wa_id) = &wa_id {
        fields
            .entry("from")
            .or_insert_with(|| wa_id.as_str().into());
    }
    if let Some(user_id) = &person.user_id {
        fields
            .entry("from_user_id")
            .or_insert_with(|| user_id.as_str().into());
    }
    let id = message["id"]
        .as_str()
        .context("the id of a message is a text")?
        .to_owned();
    let mut value = json!({"messaging_product": "whatsapp", "metadata": metadata(&number)});
    if message["type"] != "system" {
        value["contacts"] = json!([contact(&person, wa_id.as_deref())]);
    }
    value["messages"] = json!([message]);

    let contact = &mut world.contacts[index];
    contact.wrote.insert(number.phone_number_id.clone(), now);
    if !contact.acted {
        contact.acted = true;
        contact.expect_from = contact.thread.len();
    }
    if message["type"] == "reaction" {
        let emoji = message["reaction"]["emoji"]
            .as_str()
            .filter(|emoji| !emoji.is_empty());
        let target = message["reaction"]["message_id"].as_str();
        if let Some(entry) = contact
            .thread
            .iter_mut()
            .find(|entry| Some(entry.wamid.as_str()) == target)
        {
            entry.reaction = emoji.map(str::to_owned);
        }
    } else {
        if !matches!(message["type"].as_str(), Some("interactive" | "button")) {
            contact.quiet_from = Some(now);
        }
        contact.thread.push(entry(&message, &id, &number, now));
    }
    drop(world);
    inner.send(Parcel {
        lane: format!("messages {peer}"),
        value,
        wamid: Some(id.clone()),
        pending: Pending::new(&inner.undelivered),
    });
    inner.changed();
    Ok(id)
}

fn nobody(who: &str) -> String {
    format!("nobody with the number or user id {who} has a phone here")
}

/// The business number that a person writes to.
fn business(inner: &Arc<Inner>, who: &str) -> anyhow::Result<Number> {
    let world = inner.world();
    let contact = world.find(who).with_context(|| nobody(who))?;
    let id = world.number_of(&world.contacts[contact].person);
    let number = world
        .settings
        .numbers
        .iter()
        .find(|number| number.phone_number_id == id);
    number
        .cloned()
        .with_context(|| format!("there is no business number {id}"))
}

/// The message as it stands in the person's own thread.
fn entry(message: &Value, id: &str, number: &Number, now: chrono::DateTime<chrono::Utc>) -> Entry {
    let kind = message["type"].as_str().unwrap_or("unknown");
    let part = &message[kind];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let body = match kind {
        "text" => text(&part["body"]),
        "button" => text(&part["text"]),
        "interactive" => text(&part[part["type"].as_str().unwrap_or_default()]["title"]),
        "location" => {
            let place = [text(&part["name"]), text(&part["address"])];
            let place: Vec<String> = place.into_iter().filter(|text| !text.is_empty()).collect();
            format!(
                "{} ({}, {})",
                place.join(", "),
                part["latitude"],
                part["longitude"]
            )
        }
        "contacts" => text(&part[0]["name"]["formatted_name"]),
        "unsupported" => text(&part["type"]),
        _ => text(&part["caption"]),
    };
    Entry {
        at: now,
        wamid: id.to_owned(),
        number: number.phone_number_id.clone(),
        author: Author::Person,
        kind: kind.to_owned(),
        header: part["filename"].as_str().map(str::to_owned),
        body,
        footer: None,
        buttons: Vec::new(),
        opener: None,
        media: part["id"].as_str().map(str::to_owned),
        quotes: message["context"]["id"].as_str().map(str::to_owned),
        reaction: None,
        tick: Tick::Sent,
    }
}
