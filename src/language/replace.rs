//! One item in the place of another.

use super::burst::Burst;
use super::correction::{Around, Outcome};
use super::lexicon::Class;
use super::lines::{LineRead, Parsed, core, parse};
use super::piece::{Part, Piece};
use super::reading::{Operation, QuestionCode};
use super::target::{Said, candidates, gather};

/// "badala ya mchanga leta kokoto": where the old begins, and the verb that the new follows.
fn instead_first(fragment: &[Part]) -> Option<(usize, usize)> {
    let words = |part: &Part| matches!(part.piece, Piece::Word | Piece::Size);
    let start = fragment
        .iter()
        .position(|part| part.classes().has(Class::InsteadOf))?;
    let first = !fragment[..start].iter().any(words);
    let asks = [Class::Request, Class::Add, Class::Correct, Class::ReplaceBy];
    let middle = (start + 2..fragment.len()).find(|at| fragment[*at].classes().any(&asks))?;
    let named = fragment[start + 1..middle].iter().any(words);
    (first && named).then_some((start, middle))
}

/// "gravel instead of sand", "replace sand with gravel", "change the sand to gravel".
pub(super) fn replace(
    burst: &Burst<'_>,
    fragment: &[Part],
    around: &Around<'_>,
    said: &Said,
) -> Option<Outcome> {
    let words = |part: &Part| matches!(part.piece, Piece::Word | Piece::Size);
    let at = |class: Class| fragment.iter().position(|part| part.classes().has(class));
    let number = |part: &Part| part.number().is_some();
    let (old, new) = if let Some(middle) = at(Class::InsteadBehind).filter(|middle| {
        // "ret ki jagah bajri"
        !fragment[..*middle].last().is_some_and(number) && fragment[..*middle].iter().any(words)
    }) {
        (&fragment[..middle], &fragment[middle + 1..])
    } else if let Some((start, middle)) = instead_first(fragment) {
        (&fragment[start + 1..middle], &fragment[middle + 1..])
    } else if let Some(middle) = at(Class::InsteadOf).filter(|middle| {
        fragment[middle + 1..]
            .iter()
            .find(|part| words(part) || part.number().is_some())
            .is_some_and(words)
            && fragment[..*middle].iter().any(words)
    }) {
        (&fragment[middle + 1..], &fragment[..middle])
    } else {
        let start =
            at(Class::Replace).or_else(|| at(Class::Correct).filter(|_| said.new.is_empty()))?;
        let middle = (start + 1..fragment.len()).find(|at| {
            burst
                .entry(fragment[*at].from)
                .0
                .any(&[Class::ReplaceBy, Class::PlaceTo])
        })?;
        (&fragment[start + 1..middle], &fragment[middle + 1..])
    };
    if !old.iter().any(words) || !new.iter().any(words) {
        return None;
    }
    let target = gather(burst, old);
    let found = candidates(around, &target);
    let [line] = found[..] else {
        return Some(Outcome::Ask(QuestionCode::Reference, said.span, found));
    };
    let cleaned: Vec<Part> = new
        .iter()
        .filter(|part| {
            !part
                .classes()
                .any(&[Class::Correct, Class::Replace, Class::Not])
        })
        .cloned()
        .collect();
    let mut read: LineRead = match parse(burst, &core(burst, &cleaned)?) {
        Parsed::Lines(mut lines) if lines.len() == 1 => lines.remove(0),
        Parsed::Item(mut read) => {
            read.line.quantity.clone_from(&around.live[line].quantity);
            read.doubts
                .retain(|doubt| doubt.code != QuestionCode::Quantity);
            *read
        }
        Parsed::Lines(_) | Parsed::Amount(_) | Parsed::Nothing | Parsed::Unclear => {
            return Some(Outcome::Ask(QuestionCode::Reference, said.span, found));
        }
    };
    if !read.doubts.is_empty() {
        return Some(Outcome::Ask(QuestionCode::Quantity, said.span, found));
    }
    let mut claims = std::mem::take(&mut read.claims);
    claims.extend(target.claims);
    Some(Outcome::Change(
        vec![Operation::Replace {
            line,
            with: read.line,
            span: said.span,
        }],
        claims,
    ))
}
