//! Look over: after the rules, the language model may doubt a request.
//!
//! **Invariant:** it can add a question or have a person look; it can clear nothing. Its words are
//! shown in the console only, under its name; in the chat stands a sentence of ours.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::check::Catalogue;
use super::model::{self, About, Claim, Leave};
use super::texts::LineText;
use crate::app::App;
use crate::domain::quantity::{Quantity, Unit};
use crate::domain::rules::{Rule, Severity, Verdict};
use crate::llm::{self, Weight};
use crate::store::db::Tx;
use crate::store::model::Subject;
use crate::store::requisitions::{Line, Requisition};

/// The rule's name in findings and questions.
pub const RULE: &str = "M1";

const KIND: &str = "requisition";

/// A version is looked over once.
const MOST_CALLS: i64 = 1;

/// What comes of looking.
pub enum Look {
    /// Committed first, then this is asked.
    Ask(Box<Claim>),
    /// Another process asks it.
    Wait,
    Doubt(Verdict),
    None,
}

/// Whether there is nothing else to ask the requester.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    Nothing,
    Questions,
}

/// An answer as it is kept.
#[derive(Deserialize, Serialize)]
struct Kept {
    hold: bool,
    line: Option<i64>,
    text: String,
}

/// Asks about a version whose rules are through, or gives what was said of it.
pub async fn look(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    lines: &[Line],
    catalogue: &Catalogue,
    heard: Option<&model::Heard>,
    open: Open,
) -> anyhow::Result<Look> {
    if app.llm.is_none() || !app.config.llm.look_over {
        return Ok(Look::None);
    }
    let id = format!("{}/{}", requisition.id, requisition.version);
    let subject = Subject {
        org: &requisition.org_id,
        kind: KIND,
        id: &id,
    };
    if let Some(heard) = heard {
        let finding = heard.answer().and_then(llm::read_finding);
        let kept = finding.map(|finding| Kept {
            hold: finding.weight == Weight::Hold,
            line: finding.line,
            text: finding.text,
        });
        let sealed = app.seal(
            &requisition.org_id,
            &record(&id),
            &serde_json::to_string(&kept)?,
        );
        heard.book(tx, Some(&sealed)).await?;
        return Ok(verdict(kept, lines));
    }
    if let Some(before) = crate::store::model::question(tx, subject).await?
        && let Some(sealed) = before.sealed_answer
    {
        let text = app.unseal(&requisition.org_id, &record(&id), &sealed)?;
        return Ok(verdict(serde_json::from_str(&text)?, lines));
    }
    if open == Open::Questions {
        return Ok(Look::None);
    }
    let known: Vec<LineText> = lines.iter().map(|line| catalogue.text(line)).collect();
    let amounts: Vec<String> = known
        .iter()
        .map(|line| amount(line.quantity, &line.unit))
        .collect();
    let shown: Vec<llm::FindingLine<'_>> = known
        .iter()
        .zip(&amounts)
        .map(|(line, amount)| llm::FindingLine {
            number: line.position,
            name: &line.name,
            quantity: amount,
        })
        .collect();
    let Some(question) = llm::finding(&shown) else {
        return Ok(Look::None);
    };
    let about = About {
        org: &requisition.org_id,
        person: &requisition.person_id,
        kind: KIND,
        id: &id,
        requisition: Some(&requisition.id),
        most: MOST_CALLS,
    };
    Ok(match model::claim(app, tx, about, question).await? {
        Leave::Ask(claim) => Look::Ask(claim),
        Leave::Wait => Look::Wait,
        Leave::No => Look::None,
    })
}

/// In English, as the model is asked.
fn amount(thousandths: i64, unit: &str) -> String {
    let unit = Unit::parse(unit).unwrap_or_else(Unit::piece);
    Quantity::new(thousandths, unit).to_string()
}

fn record(id: &str) -> String {
    format!("model_question/{id}")
}

fn verdict(kept: Option<Kept>, lines: &[Line]) -> Look {
    let Some(kept) = kept else {
        return Look::None;
    };
    let rule = Rule {
        id: RULE,
        version: 1,
        severity: if kept.hold {
            Severity::Hold
        } else {
            Severity::Ask
        },
    };
    let line = kept
        .line
        .and_then(|position| lines.iter().find(|line| line.position == position));
    let item = line.and_then(|line| line.item_id.as_ref());
    let inputs = json!({ "item": item.map(ToString::to_string), "lines": lines.len() });
    let text = format!("the language model noted: {}", kept.text);
    let verdict = Verdict::fired(rule, inputs, text);
    Look::Doubt(match line {
        Some(line) => verdict.on_line(line.position),
        None => verdict,
    })
}
