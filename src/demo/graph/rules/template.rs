//! Template messages: only approved names, and exactly the parameters that the template has.

use super::node::{Node, check_keys};
use super::{Button, ButtonKind, Outgoing, Recipient};
use crate::demo::graph::refusal::Refusal;

/// A message text that Meta has approved, with places `{{1}}`, `{{2}}` and so on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name, as the business asks for it.
    pub name: String,
    /// Its language, for example `en_US`.
    pub language: String,
    /// The text with its places.
    pub body: String,
    /// Titles of its quick-reply buttons.
    pub buttons: Vec<String>,
}

impl Template {
    /// A template in `en`.
    pub fn new(name: &str, body: &str, buttons: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            language: "en".to_owned(),
            body: body.to_owned(),
            buttons: buttons.iter().map(|title| (*title).to_owned()).collect(),
        }
    }

    /// How many values the text wants: places are numbered from 1 without a gap.
    fn places(&self) -> usize {
        let mut count = 0;
        while self.body.contains(&place(count + 1)) {
            count += 1;
        }
        count
    }
}

fn place(n: usize) -> String {
    format!("{{{{{n}}}}}")
}

pub(super) fn read(
    node: &Node<'_>,
    to: Recipient,
    templates: &[Template],
) -> Result<Outgoing, Refusal> {
    check_keys(node, &["name", "language", "components"])?;
    let name = node.required("name", 512)?;
    let language = node.object("language")?;
    check_keys(&language, &["code", "policy"])?;
    let code = language.required("code", 16)?;
    let template = templates
        .iter()
        .find(|template| template.name == name && template.language == code)
        .ok_or_else(|| {
            Refusal::caller(
                132_001,
                format!("template name ({name}) does not exist in {code}"),
            )
        })?;

    let mut values: Vec<&str> = Vec::new();
    let mut payloads: Vec<Option<&str>> = vec![None; template.buttons.len()];
    for component in node.list("components", 0, 20)? {
        check_keys(&component, &["type", "sub_type", "index", "parameters"])?;
        match component.required("type", 16)? {
            "body" => values = body_values(&component)?,
            "button" => {
                let (index, payload) = button_payload(&component)?;
                *payloads.get_mut(index).ok_or_else(|| {
                    component.invalid("index", "is beyond the buttons of the template")
                })? = Some(payload);
            }
            "header" => {
                return Err(Refusal::caller(
                    132_000,
                    "header: number of params does not match: expected (0)",
                ));
            }
            _ => return Err(component.invalid("type", "must be one of {BODY, BUTTON, HEADER}")),
        }
    }
    let expected = template.places();
    if values.len() != expected {
        return Err(Refusal::caller(
            132_000,
            format!(
                "body: number of localizable_params ({}) does not match the expected number of params ({expected})",
                values.len()
            ),
        ));
    }
    let body = fill(&template.body, &values);
    if body.chars().count() > 1024 {
        return Err(Refusal::caller(
            132_005,
            "body: translated text is longer than 1024 characters",
        ));
    }
    let mut outgoing = Outgoing::new(to, "template", body);
    outgoing.buttons = template
        .buttons
        .iter()
        .zip(payloads)
        .map(|(title, payload)| Button {
            title: title.clone(),
            id: payload.unwrap_or(title).to_owned(),
            description: None,
            kind: ButtonKind::QuickReply,
        })
        .collect();
    Ok(outgoing)
}

/// Puts each value at its place; a value is never searched for places itself.
fn fill(body: &str, values: &[&str]) -> String {
    let mut filled = String::new();
    let mut rest = body;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else {
            break;
        };
        filled.push_str(&rest[..start]);
        let number = rest[start + 2..start + length].parse::<usize>().ok();
        match number
            .and_then(|n| n.checked_sub(1))
            .and_then(|n| values.get(n))
        {
            Some(value) => filled.push_str(value),
            None => filled.push_str(&rest[start..start + length + 2]),
        }
        rest = &rest[start + length + 2..];
    }
    filled + rest
}

fn body_values<'a>(component: &Node<'a>) -> Result<Vec<&'a str>, Refusal> {
    let mut values = Vec::new();
    for parameter in component.list("parameters", 0, 100)? {
        check_keys(&parameter, &["type", "text"])?;
        if parameter.required("type", 32)? != "text" {
            return Err(Refusal::caller(
                132_012,
                "body: parameter type must be text",
            ));
        }
        let text = parameter.required("text", 1024)?;
        if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
            return Err(Refusal::caller(
                100,
                "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
            ));
        }
        values.push(text);
    }
    Ok(values)
}

fn button_payload<'a>(component: &Node<'a>) -> Result<(usize, &'a str), Refusal> {
    if component.required("sub_type", 32)? != "quick_reply" {
        return Err(Refusal::caller(
            132_012,
            "button: sub_type must be quick_reply for this template",
        ));
    }
    let index = component.index("index")?;
    let parameters = component.list("parameters", 1, 1)?;
    let parameter = &parameters[0];
    check_keys(parameter, &["type", "payload"])?;
    if parameter.required("type", 32)? != "payload" {
        return Err(Refusal::caller(
            132_012,
            "button: parameter type must be payload",
        ));
    }
    Ok((index, parameter.required("payload", 128)?))
}
