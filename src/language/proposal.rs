//! What a second reader may say about the parts of a burst that the rules left open: words of the
//! messages and where they stand, nothing else.
//!
//! **Invariant:** holds no value, no item of the catalogue, no identity, no price: only words.

use super::burst::{Burst, Sentence};
use super::reading::{QuestionCode, Reading, Span};
use super::setting::{Said, Setting};

/// What is to be done with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Add,
    Set,
    More,
    Less,
    Drop,
    /// The words of the item are those of a place.
    Place,
    /// The words of the item are those of a day or an hour.
    Day,
}

/// One line as the second reader sees it. Everything may be absent; all of it absent says that the open
/// part asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposed {
    /// Which of the open parts, by position in [`unresolved`].
    pub part: Option<usize>,
    pub act: Option<Act>,
    /// Index of the message with the item.
    pub message: Option<usize>,
    pub item: Option<String>,
    /// Index of the message with the amount, if another.
    pub amount_message: Option<usize>,
    /// The words of the number, with its unit where that stands beside it.
    pub amount: Option<String>,
    /// The word of the unit, where it stands apart.
    pub unit: Option<String>,
    /// Size or type.
    pub size: Option<String>,
}

impl Proposed {
    /// It says that nothing is asked for.
    pub(crate) fn is_nothing(&self) -> bool {
        self.item.is_none() && self.amount.is_none() && self.size.is_none()
    }
}

/// Most parts that are given to a second reader.
pub const MOST_PARTS: usize = 24;

/// The sentences that the rules left open and that words could settle. What can be read in two ways
/// (a number format, a day, a size of package) is not among them: that is asked.
pub fn unresolved(messages: &[Said], setting: &Setting, reading: &Reading) -> Vec<Span> {
    let burst = Burst::new(messages, setting);
    let mut parts: Vec<Span> = burst
        .sentences()
        .into_iter()
        .map(|sentence| span(&burst, sentence))
        .filter(|part| is_open(*part, reading))
        .collect();
    parts.sort();
    parts.truncate(MOST_PARTS);
    parts
}

fn span(burst: &Burst<'_>, sentence: Sentence) -> Span {
    let speaks = |at: &usize| !burst.tokens[*at].span.of(burst.messages).is_empty();
    let from = (sentence.from..sentence.to).find(speaks);
    burst.span(from.unwrap_or(sentence.from), sentence.to)
}

fn is_open(part: Span, reading: &Reading) -> bool {
    let asked = reading
        .questions
        .iter()
        .any(|question| is_about_words(question.code) && overlap(question.span, part));
    let number = reading.gate.numbers.iter();
    let word = reading
        .gate
        .words
        .iter()
        .filter(|_| reading.gate.words.len() > reading.gate.words_allowed);
    asked || number.chain(word).any(|span| overlap(*span, part))
}

/// A question that words can answer, unlike one about what the words mean.
fn is_about_words(code: QuestionCode) -> bool {
    match code {
        QuestionCode::Item
        | QuestionCode::Quantity
        | QuestionCode::Reference
        | QuestionCode::ReportOrOrder => true,
        QuestionCode::Unit
        | QuestionCode::Pack
        | QuestionCode::Variant
        | QuestionCode::NumberFormat
        | QuestionCode::Date
        | QuestionCode::Place
        | QuestionCode::Duplicate => false,
    }
}

pub(crate) fn overlap(one: Span, other: Span) -> bool {
    one.message == other.message && one.start < other.end && other.start < one.end
}

pub(crate) fn holds(outer: Span, inner: Span) -> bool {
    outer.message == inner.message && outer.start <= inner.start && inner.end <= outer.end
}
