//! One item in the place of another.

use super::burst::Burst;
use super::correction::{Around, Outcome};
use super::lexicon::{Class, UnitKind};
use super::lines::{LineRead, Parsed, core, parse};
use super::live::{Live, split_words, stem};
use super::piece::{Part, Piece};
use super::reading::{Line, Operation, QuestionCode, Span, UnitFrom, Use};
use super::target::{Said, candidates, gather};
use crate::domain::quantity::number;

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

/// "gravel instead of the sand, 3 trips": behind a comma stands how much of the new.
fn amount_behind<'a>(old: &'a [Part], new: &[Part]) -> (&'a [Part], &'a [Part]) {
    let comma = old.iter().position(|part| part.piece == Piece::Separator);
    let number = |parts: &[Part]| parts.iter().any(|part| part.number().is_some());
    match comma {
        Some(at) if number(&old[at..]) && !number(new) => old.split_at(at),
        Some(_) | None => (old, &[]),
    }
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
    let number_of = |part: &Part| part.number().is_some();
    let (old, new) = if let Some(middle) = at(Class::InsteadBehind).filter(|middle| {
        // "ret ki jagah bajri"
        !fragment[..*middle].last().is_some_and(number_of) && fragment[..*middle].iter().any(words)
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
    if !old.iter().any(words) {
        return None;
    }
    let (old, amount) = amount_behind(old, new);
    if amount.is_empty()
        && let Some((line, with, claims)) = sized(burst, around, old, new)
    {
        let span = said.span;
        let operation = Operation::Replace { line, with, span };
        return Some(Outcome::Change(vec![operation], claims));
    }
    if !new.iter().any(words) {
        return None;
    }
    let target = gather(burst, old);
    let found = candidates(around, &target);
    let [line] = found[..] else {
        return Some(Outcome::Ask(QuestionCode::Reference, said.span, found));
    };
    let mut cleaned = cleaned(new);
    cleaned.extend(self::cleaned(amount));
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
    let named = cleaned.iter().any(|part| part.piece == Piece::Word);
    if !read.doubts.is_empty() || !named && !is_code(&around.live[line].item) {
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

fn cleaned(new: &[Part]) -> Vec<Part> {
    let cues = [Class::Correct, Class::Replace, Class::Not];
    let kept = new.iter().filter(|part| !part.classes().any(&cues));
    kept.cloned().collect()
}

/// "A4" is what the item is called.
fn is_code(item: &str) -> bool {
    !item.contains(' ') && item.chars().any(|c| c.is_ascii_digit())
}

/// "10W40" and "5W30" are of one form, "2.5mm" and "30 m" are not.
fn form(size: &str) -> String {
    let mut out = String::new();
    for c in size.chars().filter(|c| !c.is_whitespace()) {
        let digit = c.is_ascii_digit() || matches!(c, '.' | ',' | '/');
        match (digit, out.ends_with('#')) {
            (true, true) => {}
            (true, false) => out.push('#'),
            (false, _) => out.extend(c.to_lowercase()),
        }
    }
    out
}

type Sized = (usize, Line, Vec<(usize, usize, Use)>);

/// "The 5W30 in place of the oil 10W40": the same item in another size.
fn sized(burst: &Burst<'_>, around: &Around<'_>, old: &[Part], new: &[Part]) -> Option<Sized> {
    let says = |part: &&Part| {
        matches!(
            part.piece,
            Piece::Word | Piece::Size | Piece::Number(_) | Piece::Odd
        )
    };
    let stems = |parts: &[&Part]| -> Vec<String> {
        let texts = parts.iter().map(|part| burst.words(part.from, part.to));
        let texts: Vec<String> = texts.collect();
        let words = texts.iter().flat_map(|text| split_words(text));
        words.map(stem).collect()
    };
    let measure = |part: &&&Part| part.piece != Piece::Word;
    let old: Vec<&Part> = old.iter().filter(says).collect();
    let new: Vec<&Part> = new.iter().filter(says).collect();
    let called = stems(&old);
    let mut lines = around.live.iter().enumerate();
    let is_meant = |(_, line): &(usize, &Live)| !line.removed && line.is_called(&called);
    let (at, live) = lines.find(is_meant)?;
    let spec = live.spec.as_ref()?;
    let (sizes, names): (Vec<&Part>, Vec<&Part>) = new.iter().partition(|part| measure(part));
    let own = |part: &&Part| stems(&[part]).iter().all(|stem| live.names(stem));
    let [size] = sizes[..] else { return None };
    // A bare number may be how many, where none is given up.
    let given_up = old.iter().any(|part| measure(&part));
    let counts = size.number().is_some_and(|number| {
        number
            .unit
            .as_ref()
            .is_some_and(|unit| unit.kind != UnitKind::Measure)
            || !given_up
    });
    let count = live
        .quantity
        .as_ref()
        .map(|quantity| number(quantity.thousandths));
    let amount = count.is_some_and(|count| called.contains(&count) || *spec == count);
    let text = |part: &&&Part| form(&burst.words(part.from, part.to));
    let form_of_old = old
        .iter()
        .find(measure)
        .map_or_else(|| form(spec), |part| text(&part));
    let alike = text(&&size) == form_of_old;
    let odd = !alike || size.piece == Piece::Odd || old.iter().any(|part| part.piece == Piece::Odd);
    if lines.any(|line| is_meant(&line)) || !names.iter().all(own) || counts || amount || odd {
        return None;
    }
    let span = burst.span(size.from, size.to);
    let item_spans: Vec<Span> = old
        .iter()
        .filter(|part| part.piece == Piece::Word)
        .map(|part| burst.span(part.from, part.to))
        .collect();
    let with = Line {
        item: live.item.clone(),
        item_spans: if item_spans.is_empty() {
            vec![span]
        } else {
            item_spans
        },
        spec: Some(burst.words(size.from, size.to)),
        spec_spans: vec![span],
        quantity: live.quantity.clone(),
        quantity_span: None,
        unit_from: UnitFrom::Said,
        pack: None,
        note: None,
        span,
    };
    let mut claims: Vec<(usize, usize, Use)> = Vec::new();
    for part in old.iter().chain(&names) {
        let with = if part.piece == Piece::Word {
            Use::Item
        } else {
            Use::OldValue
        };
        claims.push((part.from, part.to, with));
    }
    claims.push((size.from, size.to, Use::Spec));
    Some((at, with, claims))
}
