//! Lines, the read-back of a whole version, and the one message with all that is open.

use chrono::NaiveDate;

use super::{Texts, say};
use crate::channels::whatsapp_cloud::limits;
use crate::domain::money::Money;
use crate::domain::order::DocumentLine;
use crate::domain::requisition::{Question, Via};
use crate::flow::confirm::Value;

/// A line as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineText {
    pub position: i64,
    pub name: String,
    /// What they called it, where that is something else.
    pub words: Option<String>,
    pub quantity: i64,
    pub unit: String,
    pub was: Option<i64>,
    pub price: Option<i64>,
    /// How the words came to us, where they were not typed.
    pub via: Option<Via>,
}

impl LineText {
    /// A line of a purchase order, without its price.
    pub fn ordered(line: &DocumentLine) -> Self {
        Self {
            position: line.position,
            name: line.name.clone(),
            words: None,
            quantity: line.quantity,
            unit: line.unit.code().to_owned(),
            was: None,
            price: None,
            via: None,
        }
    }
}

/// The whole of a version, for the requester to confirm.
#[derive(Clone, Debug)]
pub struct ReadBack<'a> {
    pub number: i64,
    pub lines: &'a [LineText],
    pub site: &'a str,
    pub needed_by: Option<NaiveDate>,
    pub total: Option<Money>,
    pub notes: &'a [String],
}

/// The longest choices that stand behind their question; longer ones get lines of their own.
const INLINE: usize = 48;

impl Texts {
    /// "1) 20 bags Cement 42.5N 50 kg (“cement”) (was 50)".
    pub fn line(self, line: &LineText) -> String {
        let quantity = self.quantity(line.quantity, &line.unit);
        let text = say!(self, "line", position: line.position, quantity: quantity,
            name: line.name.as_str());
        self.marked(text, line)
    }

    /// The same without its number, for a list beside numbered questions.
    pub fn open_line(self, line: &LineText) -> String {
        let quantity = self.quantity(line.quantity, &line.unit);
        let text = say!(self, "line-open", quantity: quantity, name: line.name.as_str());
        self.marked(text, line)
    }

    /// "20 bags cement", within a sentence.
    pub fn short_line(self, line: &LineText) -> String {
        if line.quantity <= 0 {
            return line.name.clone();
        }
        let quantity = self.quantity(line.quantity, &line.unit);
        say!(self, "line-short", quantity: quantity, name: line.name.as_str())
    }

    pub fn lines(self, all: &[LineText]) -> String {
        let all: Vec<String> = all.iter().map(|l| self.line(l)).collect();
        all.join("\n")
    }

    fn marked(self, mut text: String, line: &LineText) -> String {
        let words = line.words.as_deref();
        let words = words.map(|words| say!(self, "mark-words", words: words));
        let was = line
            .was
            .map(|was| say!(self, "mark-was", quantity: self.number(was)));
        let via = line.via.map(|via| match via {
            Via::Forwarded => say!(self, "mark-forwarded"),
            Via::Voice => say!(self, "mark-voice"),
            Via::Picture => say!(self, "mark-picture"),
            Via::Document => say!(self, "mark-document"),
        });
        for mark in [words, was, via].into_iter().flatten() {
            text.push(' ');
            text.push_str(&mark);
        }
        text
    }

    pub fn read_back(self, back: &ReadBack<'_>) -> String {
        let mut parts = vec![match back.needed_by {
            Some(day) => {
                say!(self, "read-back-by", request: back.number, site: back.site,
                    date: self.date(day))
            }
            None => say!(self, "read-back", request: back.number, site: back.site),
        }];
        parts.push(self.lines(back.lines));
        parts.extend(back.notes.iter().cloned());
        if let Some(total) = back.total {
            parts.push(say!(self, "estimate", amount: self.money(total)));
        }
        parts.push(say!(self, "is-this-right"));
        parts.join("\n")
    }

    /// One message with all that is open. The questions are numbered, so the lines are not.
    pub fn questions(
        self,
        request: i64,
        known: &[LineText],
        open: &[Question],
        notes: &[String],
    ) -> String {
        let mut parts = vec![say!(self, "questions", request: request)];
        let clear = known.iter().filter(|l| l.quantity > 0);
        parts.extend(clear.map(|line| self.open_line(line)));
        parts.extend(notes.iter().cloned());
        parts.push(String::new());
        parts.push(say!(self, "before-going-on"));
        if let [one] = open {
            parts.push(if fits_buttons(one) {
                one.text.clone()
            } else {
                asked(one.text.clone(), one)
            });
        } else {
            for (n, question) in (1..).zip(open) {
                parts.push(asked(format!("{n}. {}", question.text), question));
            }
        }
        let may_say_yes = |q: &Question| {
            let mut choices = q.choices.iter();
            choices.any(|c| Value::parse(&c.value) == Some(Value::Right))
        };
        if open.len() > 1 && open.iter().all(may_say_yes) {
            parts.push(say!(self, "yes-to-all"));
        } else if let Some(example) = example(open) {
            parts.push(say!(self, "answer-like", example: example));
        }
        parts.join("\n")
    }
}

/// True if the choices of a question can be read whole on three buttons.
pub fn fits_buttons(question: &Question) -> bool {
    let fits = |title: &str| limits::length(title) <= limits::BUTTON_TITLE;
    let choices = &question.choices;
    (1..=limits::BUTTONS).contains(&choices.len()) && choices.iter().all(|c| fits(&c.title))
}

/// "2. Which day is “12/02”? (a) 12 Feb (b) 2 Dec"
fn asked(mut text: String, question: &Question) -> String {
    let choices: Vec<String> = question
        .choices
        .iter()
        .zip('a'..='z')
        .map(|(choice, letter)| format!("({letter}) {}", choice.title))
        .collect();
    let width: usize = choices.iter().map(|choice| choice.chars().count()).sum();
    let between = if width <= INLINE { " " } else { "\n    " };
    for choice in choices {
        text.push_str(between);
        text.push_str(&choice);
    }
    text
}

/// "1 a, 2 b": shown where at least two questions can be answered by a letter.
fn example(open: &[Question]) -> Option<String> {
    let lettered = (1..).zip(open).filter(|(_, q)| !q.choices.is_empty());
    let parts: Vec<String> = lettered
        .take(2)
        .zip(["a", "b"])
        .map(|((n, q), letter)| {
            let letter = if q.choices.len() > 1 { letter } else { "a" };
            format!("{n} {letter}")
        })
        .collect();
    (open.len() > 1 && !parts.is_empty()).then(|| parts.join(", "))
}
