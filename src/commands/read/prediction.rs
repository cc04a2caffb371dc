//! What was read from a burst, one JSON object a line.

use serde::Serialize;

use super::case::Case;
use super::hints;
use super::names;
use super::org::Organisation;
use crate::domain::quantity::{Quantity, SCALE};
use crate::language::{
    DayPart, FoldedLine, Intent, NeededBy, Question, QuestionCode, Reading, Request, Said, Setting,
    fold_request, read,
};

#[derive(Debug, Serialize)]
pub(crate) struct Prediction {
    pub(crate) id: String,
    pub(crate) decision: Decision,
    pub(crate) intent: &'static str,
    #[serde(flatten)]
    pub(crate) group: Group,
    pub(crate) ask: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) requests: Vec<Group>,
}

/// What would happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// The summary is shown, with a button to confirm it.
    Ready,
    Ask,
    /// Nothing is ordered.
    Ignore,
    Cancel,
}

/// The lines of one request, where to and by when.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Group {
    pub(crate) lines: Vec<Line>,
    pub(crate) deliver_to: Option<String>,
    pub(crate) needed_by: Option<By>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) item: String,
    /// Its code in the organisation's catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    pub(crate) qty: Option<f64>,
    pub(crate) unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) spec: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pack: Option<Size>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Size {
    pub(crate) size: f64,
    pub(crate) unit: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct By {
    pub(crate) date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) part: Option<&'static str>,
}

/// A burst with its reading, for those who want to see how it came about.
pub(crate) struct Read {
    pub(crate) messages: Vec<Said>,
    pub(crate) setting: Setting,
    pub(crate) reading: Reading,
}

pub(crate) fn reading(case: &Case, org: Option<&Organisation>) -> Result<Read, String> {
    let messages = case.messages();
    let setting = match org {
        Some(org) => org.setting(case)?,
        None => case.setting()?,
    };
    let reading = read(&messages, &setting);
    Ok(Read {
        messages,
        setting,
        reading,
    })
}

pub(crate) fn predict(case: &Case, read: &Read, org: Option<&Organisation>) -> Prediction {
    let Read {
        messages,
        setting,
        reading,
    } = read;
    let intent = intent(reading.intent);
    let wanted = matches!(intent, "request" | "amend" | "multi");
    let mut ask: Vec<String> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    for (at, request) in reading.requests.iter().enumerate().filter(|_| wanted) {
        let base = if at == 0 { reading.base(setting) } else { &[] };
        let folded = fold_request(base, request);
        let mut group = group(&folded.lines, request);
        if let Some(org) = org {
            ask.extend(org.match_lines(case, &folded.lines, &mut group.lines));
        } else {
            let said: Vec<&FoldedLine> = folded.lines.iter().collect();
            ask.extend(hints::questions(&said, &case.catalog_hint));
        }
        let questions = reading.questions.iter().filter(|one| one.request == at);
        for one in questions {
            ask.push(question(one, &folded.lines, messages));
            ask.extend(amounts(one, &folded.lines, messages));
        }
        groups.push(group);
    }
    if let (Some(place), Some(first)) = (case.location(), groups.first_mut())
        && first.deliver_to.is_none()
    {
        first.deliver_to = Some(place.to_owned());
    }
    let decision = if intent == "cancel" {
        Decision::Cancel
    } else if !wanted {
        Decision::Ignore
    } else if reading.is_ready() && ask.is_empty() {
        Decision::Ready
    } else {
        Decision::Ask
    };
    let several = intent == "multi";
    let (group, requests) = if several {
        (Group::default(), groups)
    } else {
        (groups.into_iter().next().unwrap_or_default(), Vec::new())
    };
    Prediction {
        id: case.id.clone(),
        decision,
        intent,
        group,
        ask,
        requests,
    }
}

fn group(lines: &[FoldedLine], request: &Request) -> Group {
    Group {
        lines: lines.iter().map(line).collect(),
        deliver_to: request.place.as_ref().map(|place| place.words.clone()),
        needed_by: request.needed_by.as_ref().map(by),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a quantity is at most a million thousand"
)]
fn number(quantity: &Quantity) -> f64 {
    quantity.thousandths as f64 / SCALE as f64
}

fn line(line: &FoldedLine) -> Line {
    Line {
        item: line.item.clone(),
        code: None,
        qty: line.quantity.as_ref().map(number),
        unit: line
            .quantity
            .as_ref()
            .map(|quantity| names::name(&quantity.unit).to_owned()),
        spec: line.spec.clone(),
        pack: line.pack.as_ref().map(|pack| Size {
            size: number(&pack.size),
            unit: names::name(&pack.size.unit).to_owned(),
        }),
    }
}

fn by(needed: &NeededBy) -> By {
    By {
        date: needed.date.to_string(),
        time: needed.time.map(|time| time.format("%H:%M").to_string()),
        part: needed.part.map(|part| match part {
            DayPart::Morning => "morning",
            DayPart::Afternoon => "afternoon",
            DayPart::Evening => "evening",
        }),
    }
}

/// "qty:cable": what is asked, and about which line or which words.
fn question(question: &Question, lines: &[FoldedLine], messages: &[Said]) -> String {
    let code = match question.code {
        QuestionCode::Place => "deliver_to",
        code => code.as_str(),
    };
    let line = question
        .about
        .and_then(|about| lines.iter().find(|line| line.number == about));
    let about = line.map_or_else(|| question.span.of(messages), |line| &line.item);
    format!(
        "{code}:{}",
        about.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}

/// Which of several lines a new amount is for leaves the amount of each of them open.
fn amounts(question: &Question, lines: &[FoldedLine], messages: &[Said]) -> Vec<String> {
    let words = question.span.of(messages);
    let amount = words.chars().any(char::is_numeric);
    if question.code != QuestionCode::Reference || !amount {
        return Vec::new();
    }
    let named = question.choices.iter();
    let named = named.filter(|choice| lines.iter().any(|line| line.item == **choice));
    named.map(|choice| format!("qty:{choice}")).collect()
}

fn intent(intent: Intent) -> &'static str {
    match intent {
        Intent::Order | Intent::AnotherOrder | Intent::Reorder => "request",
        Intent::Change => "amend",
        Intent::Several => "multi",
        Intent::Cancel => "cancel",
        Intent::Hold
        | Intent::Done
        | Intent::Yes
        | Intent::No
        | Intent::Greeting
        | Intent::Thanks
        | Intent::Status
        | Intent::Help
        | Intent::Person
        | Intent::Enquiry
        | Intent::Report
        | Intent::NotARequest => "none",
    }
}
