//! Meta's webhook JSON to what it tells, flat.
//!
//! **Invariant:** an unknown field, type or event never fails and never hides its neighbours; only
//! what is no JSON object is an error. Field names and shapes: Graph API v25.0, webhooks reference.

use serde_json::Value;

use crate::channels::whatsapp_cloud::send;
use crate::channels::{
    Content, Context, Delivery, Inbound, Message, NumberChanged, Origin, Press, PressKind, Sender,
    Status, Trouble, Unreadable,
};

#[cfg(test)]
mod tests;

/// The body is nothing that Meta sends.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    #[error("the body is JSON, but not an object")]
    NotAnObject,
}

/// Reads the body of a webhook whose signature was checked. Duplicates stay in, in their order.
pub fn parse(body: &[u8]) -> Result<Vec<Inbound>, ParseError> {
    let body: Value = serde_json::from_slice(body)
        .or_else(|error| serde_json::from_slice(&with_whole_surrogates(body).ok_or(error)?))
        .map_err(|error| {
            ParseError::NotJson(format!("line {}, column {}", error.line(), error.column()))
        })?;
    if !body.is_object() {
        return Err(ParseError::NotAnObject);
    }
    let mut told = Vec::new();
    for change in list(&body["entry"])
        .iter()
        .flat_map(|entry| list(&entry["changes"]))
    {
        match text(&change["field"]) {
            Some("messages") => read_messages(&change["value"], &mut told),
            Some(event) => told.push(Inbound::Other {
                event: event.to_owned(),
            }),
            None => told.push(Inbound::Other {
                event: String::new(),
            }),
        }
    }
    Ok(told)
}

fn read_messages(value: &Value, told: &mut Vec<Inbound>) {
    let number = text(&value["metadata"]["phone_number_id"]).unwrap_or_default();
    let contacts = list(&value["contacts"]);
    let messages = list(&value["messages"]);
    for message in messages {
        let only = (messages.len() == 1 && contacts.len() == 1).then(|| &contacts[0]);
        let Some(provider_id) = text(&message["id"]) else {
            told.push(trouble(number, None, "a message without an id"));
            continue;
        };
        let from = sender(message, contacts, only);
        told.push(match new_identity(message) {
            Some(new) => Inbound::NumberChanged(NumberChanged {
                number: number.to_owned(),
                provider_id: provider_id.to_owned(),
                sent_at: seconds(&message["timestamp"]),
                old: Sender {
                    user_id: owned(&message["system"]["previous_user_id"]).or(from.user_id),
                    ..from
                },
                new,
                raw: message.to_string(),
            }),
            None => Inbound::Message(Message {
                number: number.to_owned(),
                provider_id: provider_id.to_owned(),
                sent_at: seconds(&message["timestamp"]),
                from,
                context: context(&message["context"]),
                group_id: owned(&message["group_id"]),
                content: content(message),
                raw: message.to_string(),
            }),
        });
    }
    for status in list(&value["statuses"]) {
        told.push(read_status(number, status));
    }
    for error in list(&value["errors"]) {
        told.push(trouble(number, error["code"].as_i64(), &words(error)));
    }
}

/// A person may be named by phone, by user id, or both; what the message leaves out may stand with
/// the contacts.
fn sender(message: &Value, contacts: &[Value], only: Option<&Value>) -> Sender {
    let phone = phone(&message["from"]);
    let user_id = owned(&message["from_user_id"]);
    let same = |a: &Option<String>, b: Option<String>| a.is_some() && *a == b;
    let contact = contacts
        .iter()
        .find(|contact| {
            same(&phone, self::phone(&contact["wa_id"]))
                || same(&user_id, owned(&contact["user_id"]))
        })
        .or(only.filter(|_| phone.is_none() && user_id.is_none()));
    let Some(contact) = contact else {
        return Sender {
            phone,
            user_id,
            name: None,
        };
    };
    Sender {
        phone: phone.or_else(|| self::phone(&contact["wa_id"])),
        user_id: user_id.or_else(|| owned(&contact["user_id"])),
        name: owned(&contact["profile"]["name"]).or_else(|| owned(&contact["profile"]["username"])),
    }
}

/// The new identity that a system message tells. The number stands in `wa_id`, in older versions in
/// `new_wa_id`; the user id in the message's own sender when the system part names only the old one.
fn new_identity(message: &Value) -> Option<Sender> {
    let system = &message["system"];
    let kind = text(&system["type"])?;
    if text(&message["type"]) != Some("system")
        || !matches!(kind, "user_changed_number" | "user_changed_user_id")
    {
        return None;
    }
    let phone = phone(&system["wa_id"]).or_else(|| phone(&system["new_wa_id"]));
    let user_id = owned(&system["user_id"]).or_else(|| {
        system["previous_user_id"].as_str()?;
        owned(&message["from_user_id"])
            .filter(|id| Some(id.as_str()) != text(&system["previous_user_id"]))
    });
    (phone.is_some() || user_id.is_some()).then_some(Sender {
        phone,
        user_id,
        name: None,
    })
}

fn context(context: &Value) -> Option<Context> {
    let forwarded = ["forwarded", "frequently_forwarded"]
        .iter()
        .any(|key| context[key] == true);
    let id = owned(&context["id"]);
    (forwarded || id.is_some()).then_some(Context {
        id,
        origin: if forwarded {
            Origin::Forwarded
        } else {
            Origin::Reply
        },
    })
}

fn content(message: &Value) -> Content {
    let kind = text(&message["type"]).unwrap_or_default();
    let part = &message[kind];
    let unreadable = |kind: Unreadable| Content::Unreadable {
        kind,
        caption: owned(&part["caption"]),
    };
    match kind {
        "text" => match part["body"].as_str() {
            Some(body) => Content::Text(body.replace('\0', "")),
            None => unreadable(Unreadable::Unknown(kind.to_owned())),
        },
        "interactive" => match press(message, part) {
            Some(press) => Content::Press(press),
            None => unreadable(Unreadable::Unknown(match text(&part["type"]) {
                Some(inner) => format!("interactive/{inner}"),
                None => kind.to_owned(),
            })),
        },
        "button" => match text(&part["payload"]).or_else(|| text(&part["text"])) {
            Some(id) => Content::Press(Press {
                id: id.to_owned(),
                title: owned(&part["text"]).unwrap_or_default(),
                of: owned(&message["context"]["id"]),
                kind: PressKind::TemplateButton,
            }),
            None => unreadable(Unreadable::Unknown(kind.to_owned())),
        },
        "unsupported" if text(&part["type"]) == Some("edit") => unreadable(Unreadable::Edit),
        "audio" => unreadable(Unreadable::Voice),
        "image" => unreadable(Unreadable::Image),
        "video" => unreadable(Unreadable::Video),
        "document" => unreadable(Unreadable::Document),
        "sticker" => unreadable(Unreadable::Sticker),
        "location" => unreadable(Unreadable::Location),
        "contacts" => unreadable(Unreadable::Contacts),
        "reaction" => unreadable(Unreadable::Reaction),
        "order" => unreadable(Unreadable::Order),
        "edit" => unreadable(Unreadable::Edit),
        "revoke" => unreadable(Unreadable::Revoke),
        "system" => unreadable(Unreadable::System),
        "unsupported" => unreadable(Unreadable::Unsupported),
        other => unreadable(Unreadable::Unknown(other.to_owned())),
    }
}

fn press(message: &Value, interactive: &Value) -> Option<Press> {
    let (reply, kind) = match text(&interactive["type"])? {
        "button_reply" => (&interactive["button_reply"], PressKind::Button),
        "list_reply" => (&interactive["list_reply"], PressKind::ListRow),
        _ => return None,
    };
    Some(Press {
        id: owned(&reply["id"])?,
        title: owned(&reply["title"]).unwrap_or_default(),
        of: owned(&message["context"]["id"]),
        kind,
    })
}

fn read_status(number: &str, status: &Value) -> Inbound {
    let Some(provider_id) = text(&status["id"]) else {
        return trouble(number, None, "a status without an id");
    };
    let delivery = match text(&status["status"]).unwrap_or_default() {
        "sent" => Delivery::Sent,
        "delivered" => Delivery::Delivered,
        "read" => Delivery::Read,
        "played" => Delivery::Played,
        "failed" => {
            let error = &status["errors"][0];
            Delivery::Failed(send::classify(error["code"].as_i64(), &words(error)))
        }
        other => {
            return Inbound::Other {
                event: format!("status/{other}"),
            };
        }
    };
    Inbound::Status(Status {
        number: number.to_owned(),
        provider_id: provider_id.to_owned(),
        delivery,
        at: seconds(&status["timestamp"]),
        callback: owned(&status["biz_opaque_callback_data"]),
    })
}

fn trouble(number: &str, code: Option<i64>, words: &str) -> Inbound {
    let reason = crate::channels::Reason::new(code, words);
    Inbound::Trouble(Trouble {
        number: number.to_owned(),
        code,
        text: reason.text,
    })
}

/// The most telling words of an error object.
pub(super) fn words(error: &Value) -> String {
    let details = text(&error["error_data"]["details"]);
    let message = text(&error["message"]).or_else(|| text(&error["title"]));
    match (message, details) {
        (Some(message), Some(details)) if message != details => format!("{message}: {details}"),
        (Some(words), _) | (None, Some(words)) => words.to_owned(),
        (None, None) => "no words given".to_owned(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text that is not empty: Meta leaves out or empties what it does not tell.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// PostgreSQL stores no NUL.
fn owned(value: &Value) -> Option<String> {
    text(value).map(|text| text.replace('\0', ""))
}

/// Digits with or without plus and separators, to a plus and digits.
fn phone(value: &Value) -> Option<String> {
    let written = text(value)?.trim();
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let separators = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')');
    (!digits.is_empty() && written.chars().all(separators)).then(|| format!("+{digits}"))
}

fn seconds(value: &Value) -> Option<i64> {
    let seconds = value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok());
    seconds.filter(|seconds| *seconds > 0)
}

/// Half a surrogate pair, as a phone that cuts a name within an emoji sends it, makes the JSON of all
/// messages of the POST unreadable to `serde_json`. Each half becomes U+FFFD; none if there is none.
fn with_whole_surrogates(body: &[u8]) -> Option<Vec<u8>> {
    let unit = |at: usize| {
        let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut whole = body.to_vec();
    let mut at = 0;
    while at < body.len() {
        at += match (unit(at), unit(at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                whole[at..at + 6].copy_from_slice(b"\\uFFFD");
                6
            }
            (Some(_), _) => 6,
            (None, _) if body[at] == b'\\' => 2,
            (None, _) => 1,
        };
    }
    (whole != body).then_some(whole)
}
