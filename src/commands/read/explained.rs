//! A reading for a person: what was read from which words, what is asked, and why it is not ready.

use std::fmt::Write as _;

use super::case::Case;
use super::prediction::{Prediction, Read};
use crate::language::{Span, Use, explain};

/// Several lines: the messages, the operations, what each word was used for, the gate, the questions.
pub(crate) fn explained(case: &Case, read: &Read, prediction: &Prediction) -> String {
    let Read {
        messages, reading, ..
    } = read;
    let quoted = |span: &Span| format!("\u{201C}{}\u{201D}", span.of(messages).replace('\n', " "));
    let mut out = format!("{}\n", case.id);
    for (at, said) in messages.iter().enumerate() {
        let _ = writeln!(out, "  {}: {}", at + 1, said.text.replace('\n', " / "));
    }
    let _ = write!(out, "  {}: {}", reading.language.code(), explain(reading));
    let mut uses: Vec<(Use, Vec<String>)> = Vec::new();
    for (span, with) in &reading.used {
        match uses.iter_mut().find(|(known, _)| known == with) {
            Some((_, words)) => words.push(quoted(span)),
            None => uses.push((*with, vec![quoted(span)])),
        }
    }
    for (with, words) in uses {
        let _ = writeln!(out, "  {}: {}", used_for(with), words.join(" "));
    }
    for (what, spans) in [
        ("numbers without a use", &reading.gate.numbers),
        ("words without a meaning", &reading.gate.words),
    ] {
        if !spans.is_empty() {
            let words: Vec<String> = spans.iter().map(quoted).collect();
            let _ = writeln!(out, "  {what}: {}", words.join(" "));
        }
    }
    for ask in &prediction.ask {
        let _ = writeln!(out, "  question: {ask}");
    }
    out
}

fn used_for(with: Use) -> &'static str {
    match with {
        Use::Quantity => "quantities",
        Use::Item => "items",
        Use::Spec => "sizes",
        Use::Pack => "packs",
        Use::Date => "dates",
        Use::Place => "places",
        Use::ListNumber => "list numbers",
        Use::OldValue => "values given up",
        Use::Reference => "references",
        Use::Told => "told, not asked for",
        Use::Known => "known words",
    }
}
