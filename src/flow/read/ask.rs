//! Asks: what is not certain, as a sentence for its sender.

use chrono::NaiveDate;

use super::answers::amount;
use super::hear::Heard;
use crate::domain::requisition::{Choice, Question};
use crate::flow::check::choice;
use crate::flow::confirm::Value;
use crate::flow::texts::{Texts, say};
use crate::language::{self, QuestionCode, Reading, Said, Setting, Span};
use crate::store::people::Site;
use crate::store::requisitions::NewLine;

/// Most sites that are offered to choose from.
const SITES: usize = 10;

/// What the burst said that was used for nothing is asked about, never dropped.
pub(super) fn account(
    texts: Texts,
    reading: &Reading,
    heard: &Heard,
    questions: &mut Vec<Question>,
) {
    let words = |spans: &[Span]| {
        spans
            .iter()
            .map(|s| s.of(&heard.said))
            .collect::<Vec<_>>()
            .join(" … ")
    };
    let leave_out = || vec![choice(say!(texts, "button-leave-out"), Value::Right)];
    if !reading.gate.numbers.is_empty() {
        let text = say!(texts, "ask-what-for", words: words(&reading.gate.numbers));
        questions.push(ask("reference", None, text, leave_out()));
    }
    if reading.gate.words.len() > reading.gate.words_allowed {
        let text = say!(texts, "ask-not-understood", words: words(&reading.gate.words));
        questions.push(ask("words", None, text, leave_out()));
    }
    if !heard.unreadable.is_empty() {
        let text = texts.unread(&heard.unreadable);
        questions.push(ask("unread", None, text, leave_out()));
    }
    if heard.flooded {
        let whole = vec![choice(say!(texts, "button-right"), Value::Right)];
        questions.push(ask("flood", None, say!(texts, "ask-flood"), whole));
    }
}

pub(super) fn ask(code: &str, line: Option<i64>, text: String, choices: Vec<Choice>) -> Question {
    Question {
        code: code.to_owned(),
        line,
        text,
        choices,
        unit: None,
        asked: 0,
    }
}

pub(super) fn which_site(texts: Texts, sites: &[Site]) -> Question {
    ask("place", None, say!(texts, "ask-place"), site_choices(sites))
}

pub(super) fn site_choices(sites: &[Site]) -> Vec<Choice> {
    let sites = sites.iter().take(SITES);
    sites
        .map(|s| choice(s.name.as_str(), Value::Site(s.id.clone())))
        .collect()
}

/// What the sentence of a question needs.
pub(super) struct Spelling<'a> {
    pub(super) texts: Texts,
    pub(super) said: &'a [Said],
    pub(super) sites: &'a [Site],
    pub(super) lines: &'a [NewLine],
    pub(super) setting: &'a Setting,
}

impl Spelling<'_> {
    /// A question of the reading as a sentence for its sender.
    pub(super) fn spell(&self, question: &language::Question, line: Option<i64>) -> Question {
        let texts = self.texts;
        let words = question.span.of(self.said).trim();
        let known = line.and_then(|p| self.lines.get(usize::try_from(p - 1).ok()?));
        let name = known.map_or(words, |l| l.words.as_str());
        let text = match question.code {
            QuestionCode::Quantity => say!(texts, "ask-quantity", name: name),
            QuestionCode::Unit => say!(texts, "ask-unit", words: words),
            QuestionCode::Pack => say!(texts, "ask-pack", words: words),
            QuestionCode::Variant => say!(texts, "ask-variant", name: name),
            QuestionCode::NumberFormat => say!(texts, "ask-number", words: words),
            QuestionCode::Date => say!(texts, "ask-date", words: words),
            QuestionCode::Place => say!(texts, "ask-place-of", words: words),
            QuestionCode::Reference => say!(texts, "ask-reference", words: words),
            QuestionCode::Item => say!(texts, "ask-what", words: words),
            QuestionCode::Duplicate => say!(texts, "ask-again", words: words),
            QuestionCode::ReportOrOrder => say!(texts, "ask-report", words: words),
        };
        Question {
            choices: self.choices(question, line, words),
            unit: known.map(|l| l.unit.clone()),
            ..ask(question.code.as_str(), line, text, Vec::new())
        }
    }

    fn choices(
        &self,
        question: &language::Question,
        line: Option<i64>,
        words: &str,
    ) -> Vec<Choice> {
        let texts = self.texts;
        let offered = question.choices.iter();
        match question.code {
            QuestionCode::Quantity | QuestionCode::NumberFormat if line.is_some() => offered
                .filter_map(|text| {
                    let number = thousandths(text)?;
                    Some(choice(texts.number(number), Value::Quantity(number, None)))
                })
                .collect(),
            QuestionCode::Date => offered
                .filter_map(|text| NaiveDate::parse_from_str(text, "%A %d %B %Y").ok())
                .map(|day| choice(texts.date(day), Value::Day(day)))
                .collect(),
            QuestionCode::Place => {
                let named = |s: &&Site| question.choices.contains(&s.name);
                let some: Vec<Site> = self.sites.iter().filter(named).cloned().collect();
                site_choices(if some.is_empty() { self.sites } else { &some })
            }
            QuestionCode::Reference => {
                let Some((number, unit)) = amount(words, self.setting) else {
                    return Vec::new();
                };
                offered
                    .filter(|item| self.lines.iter().any(|l| l.words == **item))
                    .map(|item| {
                        let value = Value::For(number, unit.clone(), item.clone());
                        choice(item.as_str(), value)
                    })
                    .collect()
            }
            QuestionCode::Duplicate if line.is_some() => vec![
                choice(say!(texts, "button-additional"), Value::Right),
                choice(say!(texts, "button-take-off"), Value::Off),
            ],
            QuestionCode::ReportOrOrder => vec![
                choice(say!(texts, "button-order-it"), Value::Right),
                choice(say!(texts, "button-not-an-order"), Value::Nothing),
            ],
            QuestionCode::Quantity
            | QuestionCode::NumberFormat
            | QuestionCode::Unit
            | QuestionCode::Pack
            | QuestionCode::Variant
            | QuestionCode::Item
            | QuestionCode::Duplicate => Vec::new(),
        }
    }
}

/// "1500" or "1.5" in thousandths.
fn thousandths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<3}").parse().ok()?;
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(1000)?
        .checked_add(fraction)
}
