//! The accounting gate: every number is used exactly once, and few words are without a meaning.
//!
//! **Invariant:** what the gate finds is also asked, so a reading without questions is clean.

use super::burst::Burst;
use super::number::ONE;
use super::reading::{Gate, Question, QuestionCode, Span, Use};
use super::token::{Kind, Token};

/// What is left over after the reading.
pub(crate) fn account(burst: &Burst<'_>) -> (Gate, Vec<(Span, Use)>) {
    let mut gate = Gate {
        words_allowed: burst.setting.unknown_words,
        ..Gate::default()
    };
    let mut used = Vec::new();
    let mut behind_phrase = 0;
    for (at, token) in burst.tokens.iter().enumerate() {
        let speaks = matches!(token.kind, Kind::Word | Kind::Number | Kind::Code);
        if !speaks {
            continue;
        }
        if let Some(with) = burst.used(at) {
            used.push((token.span, with));
            continue;
        }
        let (classes, len) = burst.entry(at);
        if !classes.is_empty() && (len > 1 || !is_number(burst, token)) {
            behind_phrase = behind_phrase.max(at + len);
        }
        if at < behind_phrase {
            used.push((token.span, Use::Known));
        } else if is_number(burst, token) {
            gate.numbers.push(token.span);
        } else if is_word(burst, at, token) {
            used.push((token.span, Use::Known));
        } else {
            gate.words.push(token.span);
        }
    }
    (gate, used)
}

pub(crate) fn is_number(burst: &Burst<'_>, token: &Token) -> bool {
    let lexicon = burst.lexicon;
    match token.kind {
        Kind::Number | Kind::Code => true,
        Kind::Word => {
            lexicon
                .numbers
                .get(&token.text)
                .is_some_and(|value| *value != ONE)
                || lexicon.scales.contains_key(&token.text)
                || lexicon.groups.contains_key(&token.text)
                || lexicon.offsets.contains_key(&token.text)
                || lexicon.leading_scales.contains_key(&token.text)
        }
        Kind::Mark(_) | Kind::Break | Kind::Symbol => false,
    }
}

/// A unit, a word of the calendar or a single letter says nothing that could be lost.
fn is_word(burst: &Burst<'_>, at: usize, token: &Token) -> bool {
    let text = |n: usize| burst.text(at + n);
    burst.lexicon.unit(text).is_some()
        || burst.lexicon.calendar(text).is_some()
        || burst.lexicon.fractions.contains_key(&token.text)
        || burst.lexicon.parts.contains_key(&token.text)
        || burst.lexicon.numbers.contains_key(&token.text)
        || (token.text.chars().count() == 1 && token.text.is_ascii())
}

/// The questions that the gate raises, where none is asked about the same words.
pub(crate) fn questions(gate: &Gate, asked: &[Question], request: usize) -> Vec<Question> {
    let mut out: Vec<Question> = Vec::new();
    let covers = |question: &Question, span: Span| {
        question.span.message == span.message
            && question.span.start <= span.start
            && question.span.end >= span.end
    };
    let mut ask = |span: Span, asked: &[Question]| {
        let near = |question: &Question| {
            question.span.message == span.message && span.start <= question.span.end + 1
        };
        if asked.iter().any(|question| covers(question, span)) {
            return;
        }
        match out.last_mut() {
            Some(last) if near(last) && last.span.start <= span.start => {
                last.span = last.span.to(span);
            }
            _ => out.push(Question {
                code: QuestionCode::Item,
                request,
                about: None,
                span,
                choices: Vec::new(),
            }),
        }
    };
    let mut spans = gate.numbers.clone();
    if gate.words.len() > gate.words_allowed {
        spans.extend(&gate.words);
    }
    spans.sort();
    for span in spans {
        ask(span, asked);
    }
    out
}
