//! Meta's limits on what a business sends: `POST /{phone number}/messages`, read into [`Call`] or refused.
//!
//! **Invariant:** pure. It sees the body and the approved templates, never a clock, a window or a rate.
//!
//! Lengths are counted in Unicode scalar values.

mod interactive;
mod node;
mod template;

pub use template::Template;

use serde_json::Value;

use self::node::{Node, check_keys};
use super::refusal::Refusal;
use super::wamid;

/// What a call asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Call {
    /// A message to a person.
    Send(Box<Outgoing>),
    /// Blue ticks for a message of a person, and perhaps a typing mark.
    Read {
        /// The person's message.
        wamid: String,
        /// Whether "typing" is to be shown.
        typing: Typing,
    },
}

/// Whether a read mark shows "typing" as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    /// Shown until the next message, 25 seconds at most.
    Shown,
    /// Only the read mark.
    Absent,
}

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// Digits of a phone number (`to`), and the text as it was given.
    Phone {
        /// Digits only.
        digits: String,
        /// As the caller wrote it.
        given: String,
    },
    /// A business-scoped user id (`recipient`).
    UserId(String),
}

/// One thing that can be pressed under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What the person reads.
    pub title: String,
    /// What comes back (`id`, or the payload of a template's quick reply).
    pub id: String,
    /// The second line of a list row.
    pub description: Option<String>,
    /// How the answer is reported.
    pub kind: ButtonKind,
}

/// How a press is reported to the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonKind {
    /// `interactive.button_reply`.
    Reply,
    /// `interactive.list_reply`.
    Row,
    /// `button`, from a template.
    QuickReply,
    /// Opens a page; the business hears nothing.
    Link,
}

/// A message that kept every limit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outgoing {
    /// Whom it is for.
    pub to: Recipient,
    /// `text`, `button`, `list`, `template`, `image` and so on.
    pub kind: String,
    /// The text above the body.
    pub header: Option<String>,
    /// What the person reads.
    pub body: String,
    /// The small text below.
    pub footer: Option<String>,
    /// What can be pressed.
    pub buttons: Vec<Button>,
    /// The label that opens a list.
    pub opener: Option<String>,
    /// An uploaded medium, by id.
    pub media: Option<String>,
    /// The message that is quoted.
    pub quotes: Option<String>,
    /// For a reaction: the message that it is put on.
    pub reacts_to: Option<String>,
    /// `biz_opaque_callback_data`.
    pub opaque: Option<String>,
}

impl Outgoing {
    fn new(to: Recipient, kind: &str, body: String) -> Self {
        Self {
            to,
            kind: kind.to_owned(),
            header: None,
            body,
            footer: None,
            buttons: Vec::new(),
            opener: None,
            media: None,
            quotes: None,
            reacts_to: None,
            opaque: None,
        }
    }
}

/// Reads the body of a call, or says what Meta would refuse about it.
pub(super) fn read(body: &Value, templates: &[Template]) -> Result<Call, Refusal> {
    let root = Node::root(body)?;
    match root.text("messaging_product")? {
        None => {
            return Err(Refusal::parameter(
                "The parameter messaging_product is required.",
            ));
        }
        Some("whatsapp") => {}
        Some(_) => {
            return Err(Refusal::parameter(
                "Param messaging_product must be one of {WHATSAPP}",
            ));
        }
    }
    if root.text("status")?.is_some() {
        return read_mark(&root);
    }
    let to = recipient(&root)?;
    let kind = root.text("type")?.unwrap_or("text");
    let mut outgoing = match kind {
        "text" => text(&root, to)?,
        "interactive" => interactive::read(&root.object("interactive")?, to)?,
        "template" => template::read(&root.object("template")?, to, templates)?,
        "reaction" => reaction(&root, to)?,
        "image" | "video" | "document" | "audio" | "sticker" => media(&root, kind, to)?,
        "location" => location(&root, to)?,
        "contacts" => contacts(&root, to)?,
        other => {
            return Err(Refusal::parameter(format!(
                "Param type must be one of {{AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, \
                 STICKER, TEMPLATE, TEXT, VIDEO}} - got \"{other}\"."
            )));
        }
    };
    if let Some(context) = root.optional_object("context")? {
        check_keys(&context, &["message_id"])?;
        let quoted = context.required("message_id", 512)?;
        if kind == "reaction" {
            return Err(Refusal::caller(
                131_009,
                "context is not supported with type reaction",
            ));
        }
        outgoing.quotes = Some(known_shape(&context, quoted)?);
    }
    outgoing.opaque = root
        .limited("biz_opaque_callback_data", 512)?
        .map(str::to_owned);
    Ok(Call::Send(Box::new(outgoing)))
}

fn read_mark(root: &Node<'_>) -> Result<Call, Refusal> {
    if root.text("status")? != Some("read") {
        return Err(Refusal::parameter("Param status must be one of {READ}"));
    }
    let id = root
        .text("message_id")?
        .ok_or_else(|| Refusal::parameter("The parameter message_id is required."))?;
    let typing = match root.optional_object("typing_indicator")? {
        None => Typing::Absent,
        Some(indicator) => {
            check_keys(&indicator, &["type"])?;
            match indicator.required("type", 16)? {
                "text" => Typing::Shown,
                _ => return Err(indicator.invalid("type", "must be one of {TEXT}")),
            }
        }
    };
    Ok(Call::Read {
        wamid: known_shape(root, id)?,
        typing,
    })
}

fn recipient(root: &Node<'_>) -> Result<Recipient, Refusal> {
    match root.text("recipient_type")? {
        None | Some("individual") => {}
        Some(_) => {
            return Err(Refusal::parameter(
                "Param recipient_type must be one of {INDIVIDUAL}",
            ));
        }
    }
    if let Some(given) = root.text("to")? {
        let digits: String = given.chars().filter(char::is_ascii_digit).collect();
        let clean = given
            .chars()
            .all(|c| c.is_ascii_digit() || "+-() ".contains(c));
        if !clean || !(7..=15).contains(&digits.len()) {
            return Err(Refusal::caller(131_009, "Parameter value is not valid: to"));
        }
        return Ok(Recipient::Phone {
            digits,
            given: given.to_owned(),
        });
    }
    match root.text("recipient")? {
        None => Err(Refusal::parameter("The parameter to is required.")),
        Some(id) if is_user_id(id) => Ok(Recipient::UserId(id.to_owned())),
        Some(_) => Err(Refusal::caller(
            131_009,
            "Parameter value is not valid: recipient",
        )),
    }
}

/// Whether `id` has the shape of a business-scoped user id: `KE.13491208655302741918`.
pub(super) fn is_user_id(id: &str) -> bool {
    let Some((country, rest)) = id.split_once('.') else {
        return false;
    };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.chars().all(|c| c.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.chars().all(|c| c.is_ascii_alphanumeric())
}

fn text(root: &Node<'_>, to: Recipient) -> Result<Outgoing, Refusal> {
    let Some(text) = root.optional_object("text")? else {
        return Err(Refusal::parameter("The parameter text is required."));
    };
    check_keys(&text, &["body", "preview_url"])?;
    text.optional_flag("preview_url")?;
    let body = text.text("body")?.unwrap_or_default();
    if body.is_empty() {
        return Err(Refusal::parameter(
            "The parameter text['body'] is required.",
        ));
    }
    if body.chars().count() > 4096 {
        return Err(Refusal::parameter(
            "Param text['body'] must be at most 4096 characters long.",
        ));
    }
    Ok(Outgoing::new(to, "text", body.to_owned()))
}

fn reaction(root: &Node<'_>, to: Recipient) -> Result<Outgoing, Refusal> {
    let reaction = root.object("reaction")?;
    check_keys(&reaction, &["message_id", "emoji"])?;
    let target = known_shape(&reaction, reaction.required("message_id", 512)?)?;
    let emoji = reaction
        .text("emoji")?
        .ok_or_else(|| Refusal::caller(131_008, "emoji is required in reaction"))?;
    if emoji.chars().count() > 16 {
        return Err(reaction.invalid("emoji", "is not a single emoji"));
    }
    let mut outgoing = Outgoing::new(to, "reaction", emoji.to_owned());
    outgoing.reacts_to = Some(target);
    Ok(outgoing)
}

fn media(root: &Node<'_>, kind: &str, to: Recipient) -> Result<Outgoing, Refusal> {
    let medium = root.object(kind)?;
    let allowed: &[&str] = match kind {
        "image" | "video" => &["id", "link", "caption"],
        "document" => &["id", "link", "caption", "filename"],
        "audio" => &["id", "link", "voice"],
        _ => &["id", "link"],
    };
    check_keys(&medium, allowed)?;
    let caption = medium.limited("caption", 1024)?.unwrap_or_default();
    let id = medium.limited("id", 128)?;
    match (id, medium.limited("link", 2048)?) {
        (Some(_), None) => {}
        (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => {}
        (None, Some(_)) => return Err(medium.invalid("link", "is not a valid URI")),
        (None, None) => {
            return Err(Refusal::caller(
                131_008,
                format!("id or link is required in {kind}"),
            ));
        }
        (Some(_), Some(_)) => return Err(medium.invalid("id", "cannot be used with link")),
    }
    let mut outgoing = Outgoing::new(to, kind, caption.to_owned());
    outgoing.media = id.map(str::to_owned);
    outgoing.header = medium.limited("filename", 240)?.map(str::to_owned);
    Ok(outgoing)
}

fn location(root: &Node<'_>, to: Recipient) -> Result<Outgoing, Refusal> {
    let place = root.object("location")?;
    check_keys(&place, &["latitude", "longitude", "name", "address"])?;
    let latitude = place.number("latitude", 90.0)?;
    let longitude = place.number("longitude", 180.0)?;
    let name = place.limited("name", 1000)?.unwrap_or_default();
    let body = format!("{name} {latitude},{longitude}").trim().to_owned();
    Ok(Outgoing::new(to, "location", body))
}

fn contacts(root: &Node<'_>, to: Recipient) -> Result<Outgoing, Refusal> {
    let mut names = Vec::new();
    for contact in root.list("contacts", 1, 257)? {
        names.push(
            contact
                .object("name")?
                .required("formatted_name", 1024)?
                .to_owned(),
        );
    }
    Ok(Outgoing::new(to, "contacts", names.join("\n")))
}

fn known_shape(node: &Node<'_>, id: &str) -> Result<String, Refusal> {
    if wamid::is_wamid(id) {
        Ok(id.to_owned())
    } else {
        Err(node.invalid("message_id", "is not a message id"))
    }
}

#[cfg(test)]
mod tests;
