//! The perfect reader: for every open part exactly the words of the label, and their message.
//!
//! It is no model. It measures that the verification loses nothing of a right answer.

use serde::Deserialize;

use super::case::Case;
use super::names;
use super::perfect_amount::amount;
use super::prediction::Read;
use crate::domain::quantity::Quantity;
use crate::language::{Act, Operation, Proposed, Reading, Said, Setting, Span, unresolved, verify};

/// What is right for a case, as far as it names lines.
#[derive(Debug, Default, Deserialize)]
struct Label {
    #[serde(default)]
    lines: Vec<LabelLine>,
    #[serde(default)]
    requests: Vec<Label>,
    #[serde(default)]
    intent: String,
    #[serde(default)]
    deliver_to: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct LabelLine {
    pub(super) item: String,
    pub(super) qty: Option<f64>,
    pub(super) unit: Option<String>,
    #[serde(default)]
    pub(super) spec: Option<String>,
    #[serde(default)]
    pub(super) pack: Option<Pack>,
    #[serde(default)]
    pub(super) accept: Vec<Amount>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Amount {
    pub(super) qty: Option<f64>,
    pub(super) unit: Option<String>,
    #[serde(default)]
    pub(super) pack: Option<Pack>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Pack {
    pub(super) size: f64,
}

/// A case with the perfect reader's answer, verified like any other.
pub(super) fn reading(text: &str, case: &Case) -> Read {
    verified(text, case, |answer, _| answer)
}

/// The same with the answer of a reader that says of every open part that it asks for nothing.
pub(super) fn deaf(text: &str, case: &Case) -> Read {
    verified(text, case, |_, parts| {
        let nothing = |part| Proposed {
            part: Some(part),
            ..Proposed::default()
        };
        (0..parts).map(nothing).collect()
    })
}

/// The same with the answer of a reader that gives each item the amount of the next.
pub(super) fn confused(text: &str, case: &Case) -> Read {
    verified(text, case, |answer, _| {
        let next = answer.iter().cycle().skip(1);
        let swapped = answer.iter().zip(next).map(|(one, next)| Proposed {
            amount_message: next.amount_message,
            amount: next.amount.clone(),
            unit: next.unit.clone(),
            ..one.clone()
        });
        swapped.collect()
    })
}

/// A case with a second reader's answer, made of the perfect one's and the number of open parts.
fn verified(
    text: &str,
    case: &Case,
    change: impl FnOnce(Vec<Proposed>, usize) -> Vec<Proposed>,
) -> Read {
    #[derive(Deserialize)]
    struct Labelled {
        expected: Label,
    }
    let label = serde_json::from_str::<Labelled>(text).unwrap().expected;
    let mut read = super::prediction::reading(case, None).unwrap();
    let parts = unresolved(&read.messages, &read.setting, &read.reading);
    if !read.reading.is_ready() && !parts.is_empty() {
        let answer = answer(case, &label, &read.setting, &read.reading, &parts);
        let answer = change(answer, parts.len());
        let verified = verify(
            &read.messages,
            &read.setting,
            &read.reading,
            &parts,
            &answer,
        );
        read.reading = verified.reading;
    }
    read
}

/// The answer of the perfect reader for the open parts of a case.
fn answer(
    case: &Case,
    label: &Label,
    setting: &Setting,
    reading: &Reading,
    parts: &[Span],
) -> Vec<Proposed> {
    let messages = case.messages();
    let setting = Setting {
        language: Some(reading.language),
        draft: Vec::new(),
        past: Vec::new(),
        ..setting.clone()
    };
    let lines = label
        .requests
        .iter()
        .flat_map(|request| &request.lines)
        .chain(&label.lines);
    let mut taken: Vec<Span> = Vec::new();
    let mut out = Vec::new();
    for line in lines {
        let Some(item) = find(&messages, &line.item, parts, &taken) else {
            continue;
        };
        let near = [Span {
            end: messages[item.message].text.len(),
            ..item
        }];
        let size = line
            .spec
            .as_ref()
            .and_then(|spec| find(&messages, spec, &near, &taken));
        let other: Vec<Span> = taken.iter().copied().chain(size).collect();
        let amount = amount(&messages, &setting, line, item, &other);
        let touched = |span: Span| parts.iter().position(|part| overlap(*part, span));
        let part = touched(item).or_else(|| amount.as_ref().and_then(|(span, _)| touched(*span)));
        taken.push(item);
        taken.extend(amount.as_ref().map(|(span, _)| *span));
        taken.extend(size);
        let Some(part) = part else { continue };
        let words = |span: Span| span.of(&messages).to_owned();
        let size = size.filter(|size| {
            amount
                .as_ref()
                .is_none_or(|(span, _)| !overlap(*span, *size))
                && !overlap(item, *size)
        });
        out.push(Proposed {
            part: Some(part),
            act: act(line, reading),
            message: Some(item.message),
            item: Some(words(item)),
            amount_message: amount.as_ref().map(|(span, _)| span.message),
            amount: amount.as_ref().map(|(span, _)| words(*span)),
            unit: amount.and_then(|(_, unit)| unit),
            size: size.map(words),
        });
    }
    if label.intent == "cancel" {
        return Vec::new();
    }
    let places = label.requests.iter().chain([label]);
    for place in places.filter_map(|request| request.deliver_to.as_ref()) {
        let Some(span) = find(&messages, place, parts, &taken) else {
            continue;
        };
        if let Some(part) = parts.iter().position(|part| overlap(*part, span)) {
            out.push(Proposed {
                part: Some(part),
                act: Some(Act::Place),
                message: Some(span.message),
                item: Some(span.of(&messages).to_owned()),
                ..Proposed::default()
            });
        }
    }
    for part in 0..parts.len() {
        if !takes_away(label, reading) && !out.iter().any(|one: &Proposed| one.part == Some(part)) {
            out.push(Proposed {
                part: Some(part),
                ..Proposed::default()
            });
        }
    }
    out
}

/// The rules have the same item with another amount: it is set.
fn act(line: &LabelLine, reading: &Reading) -> Option<Act> {
    let right = names::quantity(line.qty, line.unit.as_deref())?;
    let operations = reading.requests.iter().flat_map(|read| &read.operations);
    let own: Vec<&Quantity> = operations
        .filter_map(|operation| match operation {
            Operation::Add(own) if own.item.to_lowercase() == line.item.to_lowercase() => {
                own.quantity.as_ref()
            }
            Operation::Add(_)
            | Operation::Set { .. }
            | Operation::Increase { .. }
            | Operation::Decrease { .. }
            | Operation::Remove { .. }
            | Operation::Replace { .. }
            | Operation::CancelAll { .. } => None,
        })
        .collect();
    let other = |own: &&Quantity| own.thousandths != right.thousandths;
    (!own.is_empty() && own.iter().all(other)).then_some(Act::Set)
}

/// The label lacks a line that the rules have: what takes it away has no words in the label.
fn takes_away(label: &Label, reading: &Reading) -> bool {
    let known = |item: &str| {
        let lines = label
            .requests
            .iter()
            .flat_map(|request| &request.lines)
            .chain(&label.lines);
        lines
            .into_iter()
            .any(|line| line.item.to_lowercase() == item.to_lowercase())
    };
    label.intent != "none"
        && reading
            .requests
            .iter()
            .flat_map(|request| &request.operations)
            .any(|operation| match operation {
                Operation::Add(line) => line.quantity.is_some() && !known(&line.item),
                Operation::Set { .. }
                | Operation::Increase { .. }
                | Operation::Decrease { .. }
                | Operation::Remove { .. }
                | Operation::Replace { .. }
                | Operation::CancelAll { .. } => false,
            })
}

pub(super) fn overlap(one: Span, other: Span) -> bool {
    one.message == other.message && one.start < other.end && other.start < one.end
}

/// The place of words, in an open part where they stand in several.
fn find(messages: &[Said], words: &str, parts: &[Span], taken: &[Span]) -> Option<Span> {
    let mut found = Vec::new();
    for (message, said) in messages.iter().enumerate() {
        let lower = said.text.to_lowercase();
        let hay = if lower.len() == said.text.len() {
            lower
        } else {
            said.text.clone()
        };
        for (start, _) in hay.match_indices(&words.to_lowercase()) {
            let span = Span {
                message,
                start,
                end: start + words.len(),
            };
            let cut = |text: Option<char>| text.is_some_and(char::is_alphanumeric);
            let clean = !cut(hay[..start].chars().next_back())
                && !cut(hay.get(span.end..).and_then(|rest| rest.chars().next()));
            if !taken.iter().any(|other| overlap(*other, span)) {
                found.push((clean, span));
            }
        }
    }
    let open = |span: &Span| parts.iter().any(|part| overlap(*part, *span));
    found
        .iter()
        .filter(|(clean, span)| *clean && open(span))
        .chain(found.iter().filter(|(clean, _)| *clean))
        .chain(found.iter())
        .map(|(_, span)| *span)
        .next()
}
