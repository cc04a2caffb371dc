//! Numbers with their units, sizes, and numbers that are no amount: references, prices, telephones.

use super::burst::Burst;
use super::halves::{unit_first, with_half};
use super::lexicon::{Class, Classes, UnitKind, UnitWord};
use super::no_amount::{plate, telephone};
use super::number::{NumberRead, ONE, Value, Why, number_at};
use super::piece::{Change, Glued, Number, Piece};
use super::reading::Use;
use super::references::is_tyre;
use super::sizes::size_end;
use super::token::Kind;

pub(crate) fn read_number(burst: &Burst<'_>, at: usize) -> Option<NumberRead> {
    let mut read = number_at(
        &burst.tokens,
        at,
        burst.lexicon,
        burst.setting.number_format,
    )?;
    if burst.is_dotted(at) {
        read.value = Value::unclear(Why::Format);
    }
    burst.is_free(at, at + read.len).then_some(read)
}

/// "a few bags", "about 20 bags": a number that is not said.
pub(crate) fn vague(burst: &Burst<'_>, at: usize, classes: Classes, len: usize) -> (Piece, usize) {
    let mut behind = at + len;
    behind += usize::from(
        burst
            .tokens
            .get(behind)
            .is_some_and(|token| token.is('.') && token.glued),
    );
    let mut choices = Vec::new();
    if let Some(read) = read_number(burst, behind) {
        choices.extend(read.value.exact().map(crate::domain::quantity::number));
        behind += read.len;
    } else if let Some((Piece::Number(number), len)) = unit_first(burst, behind, &[]) {
        // "kama mifuko 20"
        choices.extend(number.value.exact().map(crate::domain::quantity::number));
        let value = Value::Unclear {
            why: Why::Vague,
            choices,
        };
        return (Piece::Number(Number { value, ..number }), behind + len - at);
    } else if !classes.has(Class::Vague) {
        let piece = if classes.is_empty() {
            Piece::Gap
        } else {
            Piece::Cue(classes)
        };
        return (piece, len);
    }
    let value = Value::Unclear {
        why: Why::Vague,
        choices,
    };
    let read = NumberRead {
        value,
        len: behind - at,
    };
    let (piece, len) = number(burst, at, read);
    // "more than 5mm" is no amount.
    (
        if piece == Piece::Size {
            Piece::Odd
        } else {
            piece
        },
        len,
    )
}

pub(crate) fn number(burst: &Burst<'_>, at: usize, read: NumberRead) -> (Piece, usize) {
    let mut behind = said_twice(burst, at + read.len, &read.value);
    if let Some(end) = size_end(burst, at, behind) {
        return (Piece::Size, end - at);
    }
    if is_tyre(burst, behind) {
        return (Piece::Size, behind + 2 - at);
    }
    if is_price(burst, behind) || ordinal(burst, behind) {
        return (Piece::Odd, read.len);
    }
    let mut change = Change::None;
    let mut classes = burst.entry(behind);
    // "3 más de esos" is no "más de 3".
    if read_number(burst, behind + classes.1).is_none()
        && !classes.0.any(&[Class::More, Class::Less])
    {
        classes = (burst.single(behind), 1);
    }
    if classes.0.any(&[Class::More, Class::Less]) {
        change = if classes.0.has(Class::More) {
            Change::More
        } else {
            Change::Less
        };
        behind += classes.1;
    }
    let mut value = read.value;
    if burst
        .tokens
        .get(behind)
        .is_some_and(|token| token.is('+') && token.glued)
        && !burst
            .tokens
            .get(behind + 1)
            .is_some_and(|token| token.glued)
    {
        // "10+ bags"
        value = Value::unclear(Why::Vague);
        behind += 1;
    }
    let glued = burst.tokens.get(behind).is_some_and(|token| token.glued);
    let run_on = glued && burst.tokens[behind].kind == Kind::Word;
    let point = burst
        .tokens
        .get(behind + 1)
        .is_some_and(|token| token.is('.') && token.glued);
    let start = behind;
    let (unit, behind) = if (run_on || point) && burst.has(behind, Class::SpecNumber) {
        (Some(counted()), behind + 1 + usize::from(point))
    } else if let Some((unit, behind)) = many_of(burst, behind, &value) {
        (Some(unit), behind)
    } else {
        unit(burst, behind_bar(burst, behind))
    };
    let behind = if unit.is_none() { start } else { behind };
    if run_on && unit.is_none() && !burst.has(behind, Class::Times) {
        // "42.5N", "256SSD" are types; of "2k bricks" nobody knows what it is.
        let letters = burst.words(behind, behind + 1);
        let decimal = burst.tokens[at].text.contains('.');
        let capitals =
            letters.chars().all(char::is_uppercase) && (decimal || letters.chars().count() > 1);
        return (
            if capitals { Piece::Size } else { Piece::Odd },
            behind + 1 - at,
        );
    }
    let mut holder = None;
    let (value, behind) = if unit.is_some() {
        with_half(burst, value, behind)
    } else {
        (value, behind)
    };
    let mut end = behind;
    // "(24 bouteilles le casier)"
    let open = at
        .checked_sub(1)
        .is_some_and(|before| burst.tokens[before].is('('));
    if open
        && burst.single(end).has(Class::The)
        && let (Some(_), after) = self::unit(burst, end + 1)
    {
        end = after;
    }
    if unit
        .as_ref()
        .is_some_and(|unit| unit.kind == UnitKind::Measure)
    {
        let (next, after) = self::unit(burst, behind);
        if next.as_ref().is_some_and(|next| next.kind.holds()) {
            holder = next;
            end = after;
        }
    }
    let piece = Piece::Number(Number {
        value,
        unit,
        glued: if glued { Glued::Yes } else { Glued::No },
        holder,
        change,
        end,
    });
    (piece, end - at)
}

/// "650/="
fn is_price(burst: &Burst<'_>, at: usize) -> bool {
    let token = |at: usize| burst.tokens.get(at);
    token(at).is_some_and(|token| token.is('/') && token.glued)
        && token(at + 1).is_some_and(|token| token.is('=') || token.is('-'))
}

/// "docena de cajas", "3/4 de galón": the unit stands behind what counts many at once, or a part.
fn many_of(burst: &Burst<'_>, behind: usize, value: &Value) -> Option<(UnitWord, usize)> {
    let many = burst.text(behind.checked_sub(1)?)?;
    let counts = burst.lexicon.groups.contains_key(many) || burst.lexicon.scales.contains_key(many);
    let part = value.exact().is_some_and(|value| value < ONE);
    let of = (counts || part) && burst.single(behind).has(Class::Of)
        || part && burst.tokens.get(behind).is_some_and(|token| token.is('-'));
    let (unit, end) = unit(burst, behind + usize::from(of));
    unit.filter(|_| of).map(|unit| (unit, end))
}

/// "ten (10)": the token behind a repetition in brackets.
pub(crate) fn said_twice(burst: &Burst<'_>, behind: usize, value: &Value) -> usize {
    if !burst.tokens.get(behind).is_some_and(|token| token.is('(')) {
        return behind;
    }
    let again = read_number(burst, behind + 1)
        .filter(|again| again.value == *value && value.exact().is_some());
    let end = again.map_or(behind, |again| behind + 1 + again.len);
    if end > behind && burst.tokens.get(end).is_some_and(|token| token.is(')')) {
        end + 1
    } else {
        behind
    }
}

pub(crate) fn counted() -> UnitWord {
    UnitWord {
        unit: crate::domain::quantity::Unit::piece(),
        kind: UnitKind::Count,
    }
}

pub(crate) fn ordinal(burst: &Burst<'_>, at: usize) -> bool {
    let found = burst.lexicon.calendar(|n| burst.text(at + n));
    burst.tokens.get(at).is_some_and(|token| token.glued)
        && found.is_some_and(|(found, _)| found.contains(&super::lexicon::Calendar::Ordinal))
}

/// "| 20 | pcs |", "20 - bags": the token of the unit in the next field of a table.
fn behind_bar(burst: &Burst<'_>, at: usize) -> usize {
    let bar = |at: usize| {
        burst.tokens.get(at).is_some_and(|token| match token.kind {
            Kind::Mark('|') => true,
            Kind::Mark(',') => burst.used(at) == Some(Use::Known),
            Kind::Mark('-') => !token.glued,
            Kind::Word | Kind::Number | Kind::Code | Kind::Mark(_) | Kind::Break | Kind::Symbol => {
                false
            }
        })
    };
    if !bar(at) {
        return at;
    }
    let unit = burst.lexicon.unit(|n| burst.text(at + 1 + n));
    let ends = unit.is_some_and(|(_, len)| {
        let next = at + 1 + len;
        bar(next)
            || burst
                .tokens
                .get(next)
                .is_none_or(|token| token.kind == Kind::Break)
    });
    at + usize::from(ends)
}

/// The unit that starts at a token, and the token behind it.
pub(crate) fn unit(burst: &Burst<'_>, at: usize) -> (Option<UnitWord>, usize) {
    let (classes, len) = burst.entry(at);
    if len > 1 && classes.has(Class::Compound) {
        return (None, at);
    }
    let Some((unit, len)) = burst.lexicon.unit(|n| burst.text(at + n)) else {
        return (None, at);
    };
    let hyphen = burst
        .tokens
        .get(at + len)
        .is_some_and(|token| token.is('-') && token.glued)
        && burst
            .tokens
            .get(at + len + 1)
            .is_some_and(|token| token.glued);
    if hyphen || !burst.is_free(at, at + len) {
        return (None, at);
    }
    let point = burst
        .tokens
        .get(at + len)
        .is_some_and(|token| token.is('.') && token.glued);
    (
        Some(unit.clone()),
        at + len + usize::from(point && at + len + 1 < burst.tokens.len()),
    )
}

/// "PO number 99999", "ref: 4500123", "ksh 650": the tokens that it takes.
pub(crate) fn reference(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let (classes, len) = burst.entry(at);
    let short = classes.has(Class::ReferenceShort);
    let money = classes.has(Class::Currency);
    if !short && !money && !classes.has(Class::Reference) {
        return None;
    }
    let mut next = at + len;
    for _ in 0..2 {
        let mark = burst.tokens.get(next)?;
        let joins = matches!(mark.kind, Kind::Mark(':' | '#' | '.' | '-' | '+'));
        if joins
            || burst
                .entry(next)
                .0
                .any(&[Class::Abbreviation, Class::SpecNumber, Class::Currency])
        {
            next += 1;
        }
    }
    let value = burst.tokens.get(next)?;
    if !money && let Some(len) = telephone(burst, next).or_else(|| plate(burst, next)) {
        return Some(next + len - at);
    }
    let long = value.text.chars().filter(char::is_ascii_digit).count() >= 4;
    let fits = match value.kind {
        Kind::Number => long || money || short,
        Kind::Code => !money && (long || short),
        Kind::Word | Kind::Mark(_) | Kind::Break | Kind::Symbol => false,
    };
    let unit = burst.lexicon.unit(|n| burst.text(next + 1 + n)).is_some();
    if !fits || (unit && !money) {
        return None;
    }
    let mut end = next + 1;
    while burst.tokens.get(end).is_some_and(|token| {
        token.glued
            && matches!(
                token.kind,
                Kind::Mark('/' | '-' | '=') | Kind::Number | Kind::Code
            )
    }) {
        end += 1;
    }
    Some(end - at)
}
