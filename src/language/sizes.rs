//! Sizes: "2.5mm", "12mm x 6m", "size 42", "3-core".

use super::burst::Burst;
use super::lexicon::{Class, Habit, UnitKind, UnitWord};
use super::measure::read_number;
use super::token::Kind;

/// The end of a size whose first number ends at `behind`.
pub(crate) fn size_end(burst: &Burst<'_>, at: usize, behind: usize) -> Option<usize> {
    let glued = burst.tokens.get(behind).is_some_and(|token| token.glued);
    let text = |n: usize| burst.text(behind + n);
    let mark = |at: usize, mark: char| {
        burst
            .tokens
            .get(at)
            .is_some_and(|token| token.is(mark) && token.glued)
    };
    // "3-core", "5-litre"
    if mark(behind, '-') {
        let word = burst
            .tokens
            .get(behind + 1)
            .filter(|token| token.glued && token.kind == Kind::Word)?;
        let package = burst
            .lexicon
            .unit(|n| (n == 0).then_some(word.text.as_str()));
        let package = package.is_some_and(|(unit, _)| unit.kind != UnitKind::Measure);
        return (!package).then_some(behind + 2);
    }
    let mut counted = false;
    let mut end = if mark(behind, '"') || mark(behind, '%') {
        Some(behind + 1)
    } else if let Some(len) = burst.lexicon.size(text) {
        Some(behind + len)
    } else if glued && let Some(len) = burst.lexicon.glued_size(text) {
        // "2x" may be a count, "3w" not; in "20A x 4" the four is one.
        counted = burst
            .tokens
            .get(behind + len)
            .is_some_and(|next| !next.glued);
        (!burst.has(behind, Class::Times)).then_some(behind + len)
    } else if burst.has(behind, Class::SpecNoun) {
        Some(behind + burst.entry(behind).1)
    } else {
        None
    };
    // "12mm x 6m", "12x6": every further number belongs to it.
    let mut here = end.unwrap_or(behind);
    let length = burst.lexicon.unit(|n| burst.text(behind + n));
    let measured = end.is_some() || glued && length.is_some_and(|(unit, _)| is_length(unit));
    if end.is_none() && measured {
        here = behind + length.map_or(0, |(_, len)| len);
    }
    while let Some((next, next_behind)) = times(burst, here) {
        let plain = burst.tokens.get(here).is_some_and(|token| token.glued)
            && burst.tokens.get(next).is_some_and(|token| token.glued);
        let unit = burst.lexicon.unit(|n| burst.text(next_behind + n));
        let sized = size_unit(burst, next_behind);
        let dimension = sized.is_some() || unit.is_some_and(|(unit, _)| is_length(unit));
        // "2x4 pcs 80": the unit belongs to the number behind it.
        let next_one = unit.is_some_and(|(_, len)| {
            burst.lexicon.has(Habit::UnitFirst) && read_number(burst, next_behind + len).is_some()
        });
        let unit = unit.filter(|_| !next_one);
        let bare = unit.is_none() && sized.is_none();
        let fits = (measured && (dimension || bare)) || (plain && (bare || sized.is_some()));
        if !fits && (end.is_none() || !dimension) || counted && bare {
            break;
        }
        here = next_behind + sized.or(unit.map(|(_, len)| len)).unwrap_or(0);
        end = Some(here);
    }
    end.filter(|end| *end > at)
}

pub(crate) fn is_length(unit: &UnitWord) -> bool {
    matches!(unit.unit.code(), "MTR" | "FOT" | "YRD")
}

pub(crate) fn size_unit(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let token = burst.tokens.get(at)?;
    if token.is('"') {
        return Some(1);
    }
    let text = |n: usize| burst.text(at + n);
    burst.lexicon.size(text).or_else(|| {
        if token.glued {
            burst.lexicon.glued_size(text)
        } else {
            None
        }
    })
}

/// "x 6": the token of the number behind a times sign, and the token behind it.
pub(crate) fn times(burst: &Burst<'_>, at: usize) -> Option<(usize, usize)> {
    if !burst.has(at, Class::Times) {
        return None;
    }
    let read = read_number(burst, at + 1)?;
    // "4x40 500 pièces": the five hundred stands apart.
    let written = burst.tokens.get(at + 1).is_some_and(|token| token.glued);
    let apart = burst
        .tokens
        .get(at + 2)
        .is_some_and(|token| token.kind == Kind::Number && !token.glued);
    let len = if written && apart { 1 } else { read.len };
    Some((at + 1, at + 1 + len))
}

/// "inchi sita", "مقاس اربعين": the words of the number behind the head of a size.
fn said_in_words(burst: &Burst<'_>, head: usize, next: usize) -> Option<usize> {
    let read = read_number(burst, next).filter(|read| read.value.exact().is_some())?;
    let word = burst.tokens[next].kind == Kind::Word && burst.has(head, Class::SpecHead);
    let behind = next + read.len;
    let counts = burst.lexicon.unit(|n| burst.text(behind + n));
    // "inchi nne kilo kumi": the unit belongs to the number behind it.
    let next_one = counts.is_none_or(|(_, len)| read_number(burst, behind + len).is_some());
    let own = burst.lexicon.has(Habit::UnitFirst) && next_one;
    (word && own).then_some(read.len)
}

/// "size 42", "grade 8.8", "#8", "class B".
pub(crate) fn headed_size(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let token = burst.tokens.get(at)?;
    let numbered = burst.has(at, Class::SpecNumber)
        && burst
            .tokens
            .get(at + 1)
            .is_some_and(|next| next.is('.') && next.glued);
    let head = burst.has(at, Class::SpecHead) || token.is('#') || numbered;
    if !head {
        return None;
    }
    let mut next = at + 1;
    if burst
        .tokens
        .get(next)
        .is_some_and(|token| token.is('.') || token.is(':'))
    {
        next += 1;
    }
    let value = burst.tokens.get(next)?;
    let fits = match value.kind {
        Kind::Number => {
            let unit = burst.lexicon.unit(|n| burst.text(next + 1 + n));
            // "inchi 4 kilo 10": the unit belongs to the number behind it.
            let next_one = unit.is_some_and(|(_, len)| {
                burst.lexicon.has(Habit::UnitFirst) && read_number(burst, next + 1 + len).is_some()
            });
            unit.is_none() || next_one
        }
        Kind::Code => token.is('#'),
        Kind::Word => {
            burst.has(at, Class::SpecHead)
                && (value.text.chars().count() == 1 || burst.has(next, Class::SizeLetters))
        }
        Kind::Mark(_) | Kind::Break | Kind::Symbol => false,
    };
    let end = next + said_in_words(burst, at, next).unwrap_or(1);
    let fits = fits || end > next + 1 || said_in_words(burst, at, next).is_some();
    let free = burst.is_free(at, end);
    if !fits || !free {
        return None;
    }
    Some(size_end(burst, next, end).map_or(end, |end| end) - at)
}
