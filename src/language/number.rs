//! Numbers, in digits and in words, to exact thousandths; what can be read in two ways is not read.

use super::lexicon::{Class, Lexicon};
use super::literal::literal;
use super::number_words::{behind_number, in_words};
use super::setting::NumberFormat;
use super::token::{Kind, Token};

/// Thousandths in one.
pub(crate) const ONE: i64 = 1000;
/// More than a million of anything is asked.
pub(crate) const LIMIT: i64 = 1_000_000 * ONE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Two ways to read the separators.
    Format,
    /// "a few", "about 20".
    Vague,
    /// Zero, more than a million, or finer than a thousandth.
    Size,
    /// "20-25", "20 or 25".
    Range,
    /// Number words that make no number.
    Words,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Thousandths.
    Exact(i64),
    Unclear {
        why: Why,
        choices: Vec<String>,
    },
}

impl Value {
    pub(crate) fn unclear(why: Why) -> Self {
        Self::Unclear {
            why,
            choices: Vec::new(),
        }
    }

    pub(crate) fn exact(&self) -> Option<i64> {
        match self {
            Self::Exact(value) => Some(*value),
            Self::Unclear { .. } => None,
        }
    }

    /// A value that can be ordered.
    pub(crate) fn checked(thousandths: Option<i64>) -> Self {
        match thousandths {
            Some(value @ 1..=LIMIT) => Self::Exact(value),
            _ => Self::unclear(Why::Size),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NumberRead {
    pub(crate) value: Value,
    /// Tokens that it covers.
    pub(crate) len: usize,
}

/// The number that starts at a token, if one does.
pub(crate) fn number_at(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    format: NumberFormat,
) -> Option<NumberRead> {
    let first = one_number(tokens, at, lexicon, format)?;
    let behind = at + first.len;
    let range = |skip: usize| {
        let second = one_number(tokens, behind + skip, lexicon, format)?;
        let choices = [&first.value, &second.value]
            .iter()
            .filter_map(|value| value.exact())
            .map(crate::domain::quantity::number)
            .collect();
        Some(NumberRead {
            value: Value::Unclear {
                why: Why::Range,
                choices,
            },
            len: first.len + skip + second.len,
        })
    };
    let joins = tokens.get(behind).is_some_and(|token| {
        (token.is('-') && token.glued && tokens.get(behind + 1).is_some_and(|next| next.glued))
            || has(lexicon, token, Class::Range)
    });
    if joins && let Some(read) = range(1) {
        return Some(read);
    }
    Some(first)
}

fn one_number(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    format: NumberFormat,
) -> Option<NumberRead> {
    let token = tokens.get(at)?;
    match token.kind {
        Kind::Number => Some(digits(tokens, at, lexicon, format)),
        Kind::Word => in_words(tokens, at, lexicon),
        Kind::Code | Kind::Mark(_) | Kind::Break | Kind::Symbol => None,
    }
}

fn digits(tokens: &[Token], at: usize, lexicon: &Lexicon, format: NumberFormat) -> NumberRead {
    let token = &tokens[at];
    if let Some((value, len)) = fraction(tokens, at) {
        return counted_on(tokens, at, value, len, lexicon);
    }
    let whole = is_whole(token);
    if whole
        && let Some((part, len)) = fraction(tokens, at + 1)
        && !tokens[at + 1].glued
    {
        let value = match (literal(&token.text, format), part) {
            (Value::Exact(whole), Value::Exact(part)) => Value::checked(whole.checked_add(part)),
            _ => Value::unclear(Why::Size),
        };
        return counted_on(tokens, at, value, len + 1, lexicon);
    }
    if whole && token.text.len() <= 3 && spaced_thousands(tokens, at) {
        return spaced(tokens, at, format);
    }
    let mut value = literal(&token.text, format);
    let mut len = 1;
    let next = tokens
        .get(at + 1)
        .filter(|next| next.kind == Kind::Word && !next.glued);
    if let (Some(by), Some(exact)) = (
        next.and_then(|next| lexicon.scales.get(&next.text)),
        value.exact(),
    ) {
        value = Value::checked(exact.checked_mul(*by));
        len = 2;
    }
    counted_on(tokens, at, value, len, lexicon)
}

/// With the words behind that count many at once or a part: "2 dozen", "1/2 dozen".
fn counted_on(
    tokens: &[Token],
    at: usize,
    value: Value,
    len: usize,
    lexicon: &Lexicon,
) -> NumberRead {
    let (mut value, mut len) = (value, len);
    if let (Some(exact), Some(_)) = (value.exact(), tokens.get(at + len).filter(|t| !t.glued)) {
        let (more, to) = behind_number(tokens, Some(exact), at + len, lexicon);
        if to > at + len {
            value = Value::checked(more);
            len = to - at;
        }
    }
    NumberRead { value, len }
}

fn is_whole(token: &Token) -> bool {
    token.kind == Kind::Number && token.text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads "2 500" and "2 500 000,5" where a space groups, and asks elsewhere.
fn spaced(tokens: &[Token], at: usize, format: NumberFormat) -> NumberRead {
    let group = |at: usize| {
        tokens.get(at).filter(|token| {
            let (whole, fraction) = token.text.split_once(',').unwrap_or((&token.text, "0"));
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            token.kind == Kind::Number && whole.len() == 3 && digits(whole) && digits(fraction)
        })
    };
    let mut text = tokens[at].text.clone();
    let mut len = 1;
    while let Some(next) = group(at + len).filter(|next| !next.glued && !text.contains(',')) {
        text.push_str(&next.text);
        len += 1;
    }
    let value = match format {
        NumberFormat::Space => literal(&text.replace(',', "\u{066B}"), format),
        NumberFormat::Point | NumberFormat::Comma | NumberFormat::Unset => Value::Unclear {
            why: Why::Format,
            choices: vec![text.replace(',', ".")],
        },
    };
    NumberRead { value, len }
}

/// "2 500": a number of up to three digits, a space, and exactly three digits with nothing on them.
fn spaced_thousands(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|next| is_whole(next) && next.text.len() == 3 && !next.glued)
        && tokens
            .get(at + 2)
            .is_none_or(|after| !after.glued || !matches!(after.kind, Kind::Word))
}

/// "3/4" as a proper fraction of the kind that is used for goods and sizes.
pub(crate) fn fraction(tokens: &[Token], at: usize) -> Option<(Value, usize)> {
    let (top, bar, bottom) = (tokens.get(at)?, tokens.get(at + 1)?, tokens.get(at + 2)?);
    if !is_whole(top) || !bar.is('/') || !is_whole(bottom) || !bar.glued || !bottom.glued {
        return None;
    }
    // "02/03" is a day.
    if top.text.starts_with('0') || bottom.text.starts_with('0') {
        return None;
    }
    if tokens
        .get(at + 3)
        .is_some_and(|next| next.is('/') && next.glued)
    {
        return None;
    }
    let (top, bottom): (i64, i64) = (top.text.parse().ok()?, bottom.text.parse().ok()?);
    if !matches!(bottom, 2 | 3 | 4 | 5 | 8 | 16 | 32 | 64) || top >= bottom || top < 1 {
        return None;
    }
    let exact = (top * ONE % bottom == 0).then_some(top * ONE / bottom);
    Some((Value::checked(exact), 3))
}

/// "and a half" behind a number.
pub(crate) fn and_fraction(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(i64, usize)> {
    let word = |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Word);
    if !has(lexicon, word(at)?, Class::And) {
        return None;
    }
    let article = word(at + 1).is_some_and(|token| has(lexicon, token, Class::Article));
    let from = at + 1 + usize::from(article);
    let text = |n: usize| word(from + n).map(|token| token.text.as_str());
    let (part, len) = lexicon.fractions.longest(text)?;
    Some((*part, from + len - at))
}

pub(crate) fn has(lexicon: &Lexicon, token: &Token, class: Class) -> bool {
    let text = |at: usize| (at == 0).then_some(token.text.as_str());
    lexicon
        .classes(text)
        .is_some_and(|(found, _)| found.has(class))
}

#[cfg(test)]
mod tests;
