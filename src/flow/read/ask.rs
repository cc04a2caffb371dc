//! Asks: what is not certain, as a sentence for its sender.

use super::hear::Heard;
use crate::domain::requisition::{Choice, Question};
use crate::flow::texts;
use crate::language::{self, QuestionCode, Reading, Said, Span};
use crate::store::people::Site;
use crate::store::requisitions::NewLine;

/// What the burst said that was used for nothing is asked about, never dropped.
pub(super) fn account(reading: &Reading, heard: &Heard, questions: &mut Vec<Question>) {
    let words = |spans: &[Span]| {
        spans
            .iter()
            .map(|s| format!("“{}”", s.of(&heard.said)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !reading.gate.numbers.is_empty() {
        let text = format!("What is {} for?", words(&reading.gate.numbers));
        questions.push(ask("reference", None, text, Vec::new()));
    }
    if reading.gate.words.len() > reading.gate.words_allowed {
        let text = format!(
            "I did not understand {}. What is meant?",
            words(&reading.gate.words)
        );
        questions.push(ask("words", None, text, Vec::new()));
    }
    if !heard.unreadable.is_empty() {
        questions.push(ask(
            "unread",
            None,
            texts::unread(&heard.unreadable),
            Vec::new(),
        ));
    }
    if heard.flooded {
        let text = "You sent more messages than I can read at once: is the list complete?";
        questions.push(ask("flood", None, text.to_owned(), Vec::new()));
    }
}

pub(super) fn ask(code: &str, line: Option<i64>, text: String, choices: Vec<Choice>) -> Question {
    Question {
        code: code.to_owned(),
        line,
        text,
        choices,
    }
}

pub(super) fn site_choices(sites: &[Site]) -> Vec<Choice> {
    sites
        .iter()
        .take(5)
        .map(|s| Choice {
            title: s.name.clone(),
            value: format!("site:{}", s.id),
        })
        .collect()
}

/// A question of the reading as a sentence for its sender.
pub(super) fn spell(
    question: &language::Question,
    line: Option<i64>,
    known: Option<&NewLine>,
    said: &[Said],
) -> Question {
    let words = question.span.of(said).trim();
    let name = known.map_or(words, |l| l.words.as_str());
    let text = match question.code {
        QuestionCode::Quantity => format!("How many {name}?"),
        QuestionCode::Unit => {
            format!("In what unit is “{words}”: pieces, bags, kg or something else?")
        }
        QuestionCode::Pack => format!("“{words}”: how much is in one, or how many in all?"),
        QuestionCode::Variant => format!("Which kind of {name}?"),
        QuestionCode::NumberFormat => format!("How many is “{words}”?"),
        QuestionCode::Date => format!("Which day is “{words}”?"),
        QuestionCode::Place => format!("Which site is “{words}”?"),
        QuestionCode::Reference => format!("What does “{words}” refer to?"),
        QuestionCode::Item => format!("What is “{words}”?"),
        QuestionCode::Duplicate => format!("“{words}”: once more, or the same?"),
        QuestionCode::ReportOrOrder => {
            format!("“{words}”: do you want it ordered, or are you telling me about it?")
        }
    };
    let choices = question
        .choices
        .iter()
        .map(|c| Choice {
            title: c.clone(),
            value: format!("said:{c}"),
        })
        .collect();
    ask(question.code.as_str(), line, text, choices)
}
