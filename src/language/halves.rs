//! Amounts that a unit says by itself: "kilo y medio", "2 bolsas y media", "كيسين".

use super::burst::Burst;
use super::lexicon::{Class, Habit, UnitWord};
use super::measure::{read_number, said_twice, unit};
use super::number::{ONE, Value, Why, and_fraction};
use super::piece::{Change, Glued, Number, Part, Piece};
use super::sizes::size_end;
use super::token::Kind;

/// A unit that counts without a number before it.
pub(crate) fn unit_alone(burst: &Burst<'_>, at: usize, before: &[Part]) -> Option<(Piece, usize)> {
    let amount = |value: i64, unit: UnitWord, end: usize| {
        let piece = Piece::Number(Number {
            value: Value::Exact(value),
            unit: Some(unit),
            glued: Glued::No,
            holder: None,
            change: Change::None,
            end,
        });
        Some((piece, end - at))
    };
    if let Some((two, len)) = burst.lexicon.two(|n| burst.text(at + n))
        && burst.is_free(at, at + len)
    {
        let end = at + len;
        let (half, more) = half_behind(burst, end).unwrap_or((0, 0));
        return amount(2 * ONE + half, two.clone(), end + more);
    }
    if before.last().is_some_and(|part| part.number().is_some()) {
        return None;
    }
    if let Some(amount) = unit_first(burst, at, before) {
        return Some(amount);
    }
    let (unit, behind) = unit(burst, at);
    let (half, len) = half_behind(burst, behind).filter(|_| behind > at)?;
    amount(ONE + half, unit?, behind + len)
}

/// "kilo 8", "mifuko 20": the number stands behind its unit.
pub(crate) fn unit_first(burst: &Burst<'_>, at: usize, before: &[Part]) -> Option<(Piece, usize)> {
    if !burst.lexicon.has(Habit::UnitFirst) {
        return None;
    }
    let (unit, number) = unit(burst, at);
    let unit = unit?;
    // "gas cylinder 4": the vessel may be the item.
    let item_before = before.last().filter(|part| part.piece == Piece::Word);
    let named = item_before.is_some_and(|part| !burst.has(part.to - 1, Class::Uncountable));
    if named && burst.has(at, Class::Vessel) && !burst.has(at, Class::Holder) {
        return None;
    }
    // "mifuko kadhaa"
    let (classes, len) = burst.entry(number);
    if classes.has(Class::Vague) && read_number(burst, number + len).is_none() {
        let piece = Piece::Number(Number {
            value: Value::unclear(Why::Vague),
            unit: Some(unit),
            glued: Glued::No,
            holder: None,
            change: Change::None,
            end: number + len,
        });
        return Some((piece, number + len - at));
    }
    let read = read_number(burst, number)?;
    let behind = said_twice(burst, number + read.len, &read.value);
    if burst.tokens[number].glued || size_end(burst, number, behind).is_some() {
        return None;
    }
    // "kilo 50 mifuko 10" are two amounts, of "katoni 5 kg" nobody knows what it is.
    let (next, after) = self::unit(burst, behind);
    let own = burst.tokens.get(behind).is_some_and(|token| token.glued);
    if next.is_some() && (own || read_number(burst, after).is_none()) {
        return None;
    }
    let (classes, len) = burst.entry(behind);
    let mut end = behind;
    let mut change = Change::None;
    if classes.any(&[Class::More, Class::Less]) && !classes.has(Class::And) {
        change = if classes.has(Class::More) {
            Change::More
        } else {
            Change::Less
        };
        end += len;
    }
    let (value, end) = with_half(burst, read.value, end);
    let piece = Piece::Number(Number {
        value,
        unit: Some(unit),
        glued: Glued::No,
        holder: None,
        change,
        end,
    });
    Some((piece, end - at))
}

/// The value with a half that stands behind its unit, and the token behind.
pub(crate) fn with_half(burst: &Burst<'_>, value: Value, behind: usize) -> (Value, usize) {
    match (&value, half_behind(burst, behind)) {
        (Value::Exact(whole), Some((half, len))) if whole % ONE == 0 => {
            (Value::checked(whole.checked_add(half)), behind + len)
        }
        _ => (value, behind),
    }
}

/// "y media" behind an amount with its unit; nothing where the half may be of the next thing.
pub(crate) fn half_behind(burst: &Burst<'_>, at: usize) -> Option<(i64, usize)> {
    let (part, len) = and_fraction(&burst.tokens, at, burst.lexicon)?;
    let next = at + len;
    if !burst.is_free(at, next) {
        return None;
    }
    let Some(token) = burst.tokens.get(next) else {
        return Some((part, len));
    };
    let text = |n: usize| burst.text(next + n);
    let lexicon = burst.lexicon;
    let counts = lexicon.unit(text).is_some()
        || lexicon.groups.longest(text).is_some()
        || lexicon.numbers.longest(text).is_some()
        || lexicon.scales.longest(text).is_some();
    let (classes, _) = burst.entry(next);
    let ends = match token.kind {
        Kind::Word if counts || classes.has(Class::Article) => false,
        Kind::Word => {
            lexicon.has(Habit::HalfBeforeItem)
                || classes.any(&[Class::Of, Class::And, Class::Polite, Class::Preposition])
        }
        Kind::Number | Kind::Code => false,
        Kind::Mark(mark) => matches!(mark, '.' | ',' | ';' | '!' | '?' | ')'),
        Kind::Break | Kind::Symbol => true,
    };
    ends.then_some((part, len))
}
