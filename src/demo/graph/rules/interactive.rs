//! Interactive messages: reply buttons, lists, a link button, the question for a phone number.

use std::collections::BTreeSet;

use super::node::{Node, check_keys};
use super::{Button, ButtonKind, Outgoing, Recipient};
use crate::demo::graph::refusal::Refusal;

pub(super) fn read(node: &Node<'_>, to: Recipient) -> Result<Outgoing, Refusal> {
    check_keys(node, &["type", "header", "body", "footer", "action"])?;
    let kind = node.required("type", 64)?;
    let longest = if kind == "list" { 4096 } else { 1024 };
    let body = node.object("body")?;
    check_keys(&body, &["text"])?;
    let mut outgoing = Outgoing::new(to, kind, body.required("text", longest)?.to_owned());
    if let Some(header) = node.optional_object("header")? {
        read_header(&header, kind, &mut outgoing)?;
    }
    if let Some(footer) = node.optional_object("footer")? {
        check_keys(&footer, &["text"])?;
        outgoing.footer = Some(footer.required("text", 60)?.to_owned());
    }
    let action = node.object("action")?;
    match kind {
        "button" => outgoing.buttons = reply_buttons(&action)?,
        "list" => {
            check_keys(&action, &["button", "sections"])?;
            outgoing.opener = Some(action.required("button", 20)?.to_owned());
            outgoing.buttons = rows(&action)?;
        }
        "cta_url" => outgoing.buttons = vec![link(&action)?],
        "request_contact_info" => check_keys(&action, &["name"])?,
        other => {
            return Err(Refusal::caller(
                131_009,
                format!(
                    "interactive.type \"{other}\" is not one of button, list, cta_url, request_contact_info"
                ),
            ));
        }
    }
    Ok(outgoing)
}

fn read_header(header: &Node<'_>, kind: &str, outgoing: &mut Outgoing) -> Result<(), Refusal> {
    check_keys(header, &["type", "text", "image", "video", "document"])?;
    match header.required("type", 16)? {
        "text" => outgoing.header = Some(header.required("text", 60)?.to_owned()),
        medium @ ("image" | "video" | "document") if kind == "button" => {
            let medium = header.object(medium)?;
            check_keys(&medium, &["id", "link", "filename"])?;
            outgoing.media = medium.limited("id", 128)?.map(str::to_owned);
            if outgoing.media.is_none() {
                medium.required("link", 2048)?;
            }
        }
        _ => return Err(header.invalid("type", "is not allowed for this interactive type")),
    }
    Ok(())
}

fn reply_buttons(action: &Node<'_>) -> Result<Vec<Button>, Refusal> {
    check_keys(action, &["buttons"])?;
    let mut buttons: Vec<Button> = Vec::new();
    for entry in action.list("buttons", 1, 3)? {
        check_keys(&entry, &["type", "reply"])?;
        if entry.required("type", 16)? != "reply" {
            return Err(entry.invalid("type", "must be reply"));
        }
        let reply = entry.object("reply")?;
        check_keys(&reply, &["id", "title"])?;
        let title = reply.required("title", 20)?;
        let id = reply.required("id", 256)?;
        if id.trim() != id {
            return Err(reply.invalid("id", "has leading or trailing spaces"));
        }
        if title.trim().is_empty() {
            return Err(reply.invalid("title", "is empty"));
        }
        if buttons.iter().any(|button| button.title == title) {
            return Err(reply.invalid("title", "is duplicated"));
        }
        if buttons.iter().any(|button| button.id == id) {
            return Err(reply.invalid("id", "is duplicated"));
        }
        buttons.push(Button {
            title: title.to_owned(),
            id: id.to_owned(),
            description: None,
            kind: ButtonKind::Reply,
        });
    }
    Ok(buttons)
}

fn rows(action: &Node<'_>) -> Result<Vec<Button>, Refusal> {
    let sections = action.list("sections", 1, 10)?;
    let mut rows = Vec::new();
    let mut ids = BTreeSet::new();
    for section in &sections {
        check_keys(section, &["title", "rows"])?;
        if section.limited("title", 24)?.is_none() && sections.len() > 1 {
            return Err(section.invalid("title", "is required when there is more than one section"));
        }
        for row in section.list("rows", 1, usize::MAX)? {
            check_keys(&row, &["id", "title", "description"])?;
            let id = row.required("id", 200)?;
            if !ids.insert(id.to_owned()) {
                return Err(row.invalid("id", "is duplicated"));
            }
            rows.push(Button {
                title: row.required("title", 24)?.to_owned(),
                id: id.to_owned(),
                description: row.limited("description", 72)?.map(str::to_owned),
                kind: ButtonKind::Row,
            });
        }
    }
    if rows.len() > 10 {
        return Err(action.invalid("sections", "total row count exceed max allowed count: 10"));
    }
    Ok(rows)
}

fn link(action: &Node<'_>) -> Result<Button, Refusal> {
    check_keys(action, &["name", "parameters"])?;
    if action.required("name", 32)? != "cta_url" {
        return Err(action.invalid("name", "must be cta_url"));
    }
    let parameters = action.object("parameters")?;
    check_keys(&parameters, &["display_text", "url"])?;
    let url = parameters.required("url", 2000)?;
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(parameters.invalid("url", "is not a valid URI"));
    }
    Ok(Button {
        title: parameters.required("display_text", 20)?.to_owned(),
        id: url.to_owned(),
        description: None,
        kind: ButtonKind::Link,
    })
}
