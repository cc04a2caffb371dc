//! Numbers that are no amount: distances, telephones in groups, grades such as 17-17-17.

use super::burst::Burst;
use super::lexicon::{Calendar, Class};
use super::number::NumberRead;
use super::piece::{Part, Piece};
use super::token::{Kind, Token};

/// "14 km", "been 2 weeks": how far or how long, told and not asked for; the tokens that it takes.
pub(crate) fn distance(burst: &Burst<'_>, at: usize, read: &NumberRead) -> Option<usize> {
    let behind = at + read.len;
    let (classes, len) = burst.entry(behind);
    if classes.has(Class::Distance) {
        return Some(read.len + len);
    }
    let told = at > 0
        && burst
            .single(at - 1)
            .any(&[Class::Auxiliary, Class::Report, Class::Status]);
    if !told {
        return None;
    }
    let found = burst.lexicon.calendar(|n| burst.text(behind + n));
    let (found, len) = found?;
    let long = found.iter().any(|meaning| {
        matches!(
            meaning,
            Calendar::Day | Calendar::Week | Calendar::Month | Calendar::Hour | Calendar::Minute
        )
    });
    let ends = burst
        .tokens
        .get(behind + len)
        .is_none_or(|next| next.kind != Kind::Word || !burst.entry(behind + len).0.is_empty());
    let apart = burst.tokens.get(behind).is_some_and(|token| !token.glued);
    (long && ends && apart).then_some(read.len + len)
}

/// "0722 418 903", "+254 722 418903": the tokens of a telephone number in groups.
pub(crate) fn telephone(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let plus = burst.tokens.get(at)?.is('+');
    let from = at + usize::from(plus);
    let digits = |token: &&Token| {
        token.kind == Kind::Number && token.text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let first = burst.tokens.get(from).filter(digits)?;
    if !(plus || first.text.starts_with('0') && first.text.len() > 1) {
        return None;
    }
    let groups: Vec<&Token> = burst.tokens[from..]
        .iter()
        .take_while(digits)
        .take(5)
        .collect();
    let count: usize = groups.iter().map(|token| token.text.len()).sum();
    let short = groups.iter().skip(1).all(|token| token.text.len() > 1);
    (short && groups.len() > 1 && (9..=13).contains(&count))
        .then_some(groups.len() + usize::from(plus))
}

/// "17-17-17", "7.50-16": numbers bound by hyphens that are neither a range nor a date.
pub(crate) fn grade(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let number = |at: usize| {
        burst
            .tokens
            .get(at)
            .filter(|token| token.kind == Kind::Number)
    };
    let bound = |at: usize| {
        burst
            .tokens
            .get(at)
            .is_some_and(|token| token.is('-') && token.glued)
            && number(at + 1).is_some_and(|next| next.glued)
    };
    let first = number(at)?;
    if !bound(at + 1) {
        return None;
    }
    let ends = |at: usize| {
        burst
            .tokens
            .get(at)
            .is_none_or(|next| !next.glued || matches!(next.kind, Kind::Mark(',' | '.' | ')')))
            && burst.lexicon.unit(|n| burst.text(at + n)).is_none()
    };
    if bound(at + 3) && ends(at + 5) && burst.is_free(at, at + 5) {
        return Some(5);
    }
    let tyre = first
        .text
        .split_once('.')
        .is_some_and(|(_, part)| part.len() == 2);
    (tyre && ends(at + 3) && burst.is_free(at, at + 3)).then_some(3)
}

/// "2 bandas A-45": letters and a number bound by a hyphen, behind a word.
pub(crate) fn letters(burst: &Burst<'_>, at: usize, before: &[Part]) -> Option<usize> {
    before.last().filter(|part| part.piece == Piece::Word)?;
    let token = |at: usize| burst.tokens.get(at);
    let written = burst.words(at, at + 1);
    let short = (1..=3).contains(&written.chars().count());
    let capitals = token(at)?.kind == Kind::Word && written.chars().all(char::is_uppercase);
    let bound = token(at + 1).is_some_and(|t| t.is('-') && t.glued)
        && token(at + 2).is_some_and(|t| t.kind == Kind::Number && t.glued);
    let ends = token(at + 3).is_none_or(|t| !t.glued || matches!(t.kind, Kind::Mark(',' | ')')))
        && burst.lexicon.unit(|n| burst.text(at + 3 + n)).is_none();
    (short && capitals && bound && ends && burst.is_free(at, at + 3)).then_some(3)
}

/// "195/65R15", behind its first number.
pub(crate) fn is_tyre(burst: &Burst<'_>, behind: usize) -> bool {
    let bar = burst
        .tokens
        .get(behind)
        .is_some_and(|token| token.is('/') && token.glued);
    let code = burst
        .tokens
        .get(behind + 1)
        .is_some_and(|token| token.kind == Kind::Code && token.glued);
    bar && code
}

/// "KDJ 412T": what looks like the number plate of a car, by itself between commas, or tonnes of an item.
pub(crate) fn plate(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let (letters, digits, letter) = (
        burst.tokens.get(at)?,
        burst.tokens.get(at + 1)?,
        burst.tokens.get(at + 2)?,
    );
    let capitals = burst.words(at, at + 1).chars().all(char::is_uppercase);
    let shape = letters.text.len() == 3
        && digits.kind == Kind::Number
        && digits.text.len() == 3
        && letter.glued
        && letter.kind == Kind::Word
        && letter.text.len() == 1
        && burst.words(at + 2, at + 3).chars().all(char::is_uppercase);
    let alone = |token: Option<&Token>| {
        token.is_none_or(|token| matches!(token.kind, Kind::Break | Kind::Mark(',' | '.' | ';')))
    };
    let before = at
        .checked_sub(1)
        .and_then(|before| burst.tokens.get(before));
    let fits = shape && capitals && alone(before) && alone(burst.tokens.get(at + 3));
    (fits && burst.is_free(at, at + 3)).then_some(3)
}

/// The message speaks of a driver, a car or a telephone.
pub(crate) fn tells_driver(burst: &Burst<'_>, at: usize) -> bool {
    let message = burst.tokens[at].span.message;
    let here = |at: &usize| burst.tokens[*at].span.message == message;
    let before = (0..at).rev().take_while(here);
    let behind = (at..burst.tokens.len()).take_while(here);
    before
        .chain(behind)
        .any(|at| burst.has(at, Class::Reference) || telephone(burst, at).is_some())
}
