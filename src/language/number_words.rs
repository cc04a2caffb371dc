//! Numbers in words: "twenty-five", "a dozen", "two hundred and fifty", "one and a half".

use super::lexicon::{Class, Lexicon};
use super::number::{NumberRead, ONE, Value, Why, and_fraction, has};
use super::token::{Kind, Token};

pub(crate) fn in_words(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<NumberRead> {
    let word = |at: usize| {
        tokens
            .get(at)
            .filter(|token| token.kind == Kind::Word)
            .map(|token| token.text.as_str())
    };
    let article = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Word && has(lexicon, token, Class::Article))
    };
    let fraction = |at: usize| lexicon.fractions.longest(|n| text(tokens, at + n));
    let mut here = at;
    // "a dozen", "a hundred": the article is the one.
    if article(here) {
        let next = word(here + 1);
        let counts = next.is_some_and(|next| {
            lexicon.groups.contains_key(next) || lexicon.scales.contains_key(next)
        });
        if counts || fraction(here + 1).is_some() {
            here += 1;
        } else if word(here).is_none_or(|one| !lexicon.numbers.contains_key(one)) {
            return None;
        }
    }
    word(here)?;
    if let Some((part, len)) = fraction(here) {
        return Some(from_fraction(tokens, at, here + len, *part, lexicon));
    }
    if let Some(by) = word(here).and_then(|text| lexicon.groups.get(text)) {
        return Some(NumberRead {
            value: Value::checked(by.checked_mul(ONE)),
            len: here + 1 - at,
        });
    }
    let (whole, behind, odd) = cardinal(tokens, here, lexicon)?;
    let mut value = whole.checked_mul(ONE);
    here = behind;
    if let Some(by) = word(here).and_then(|text| lexicon.groups.get(text)) {
        value = value.and_then(|value| value.checked_mul(*by));
        here += 1;
    } else if let Some((part, more)) = and_fraction(tokens, here, lexicon) {
        value = value.and_then(|value| value.checked_add(part));
        here += more;
    } else if let Some((part, len)) = word(here).and_then(|_| fraction(here)) {
        // "three quarters"; "two half" is no number.
        value = value
            .and_then(|value| value.checked_mul(*part))
            .map(|value| value / ONE);
        here += len;
        let many = word(here - 1).is_some_and(|text| text.ends_with('s'));
        if whole > 3 || (whole > 1 && !many) {
            value = None;
        }
    }
    let value = if odd {
        Value::unclear(Why::Words)
    } else {
        Value::checked(value)
    };
    Some(NumberRead {
        value,
        len: here - at,
    })
}

fn text(tokens: &[Token], at: usize) -> Option<&str> {
    tokens.get(at).map(|token| token.text.as_str())
}

/// "half", "half a", "half a dozen"; the fraction ends at `behind`.
fn from_fraction(
    tokens: &[Token],
    at: usize,
    mut behind: usize,
    part: i64,
    lexicon: &Lexicon,
) -> NumberRead {
    if tokens
        .get(behind)
        .is_some_and(|token| has(lexicon, token, Class::Article))
    {
        behind += 1;
    }
    // "demi-douzaine"
    let hyphen = usize::from(
        tokens
            .get(behind)
            .is_some_and(|token| token.is('-') && token.glued),
    );
    let mut value = part;
    let group = text(tokens, behind + hyphen);
    if let Some(by) = group.and_then(|text| lexicon.groups.get(text)) {
        value = part.saturating_mul(*by);
        behind += hyphen + 1;
    }
    NumberRead {
        value: Value::checked(Some(value)),
        len: behind - at,
    }
}

/// Number words, hundreds and thousands: value, the token behind, and whether they do not fit together.
fn cardinal(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(i64, usize, bool)> {
    let (mut total, mut current): (i64, i64) = (0, 0);
    let (mut here, mut odd, mut any) = (at, false, false);
    let number = |at: usize| {
        let found = lexicon.numbers.longest(|n| text(tokens, at + n));
        found.filter(|_| tokens.get(at).is_some_and(|token| token.kind == Kind::Word))
    };
    while let Some(token) = tokens.get(here) {
        let hyphen = any && token.is('-') && token.glued;
        let after_scale = here > at
            && tokens[here - 1].kind == Kind::Word
            && lexicon.scales.contains_key(&tokens[here - 1].text);
        let joiner = any
            && (hyphen
                || after_scale && has(lexicon, token, Class::And)
                || has(lexicon, token, Class::NumberAnd));
        if joiner {
            let next = tokens.get(here + 1).filter(|next| !hyphen || next.glued);
            let Some((next, _)) = next.and_then(|_| number(here + 1)) else {
                break;
            };
            // "veinte y treinta" are two numbers.
            if !(hyphen || after_scale || fits(current, total, *next)) {
                break;
            }
            here += 1;
            continue;
        }
        if token.kind != Kind::Word {
            break;
        }
        if let Some((next, len)) = number(here) {
            odd |= any && !fits(current, total, *next);
            current = current.saturating_add(*next);
            here += len - 1;
        } else if let Some(scale) = lexicon.scales.get(&token.text) {
            let by = if current == 0 { 1 } else { current };
            if *scale == 100 {
                odd |= current >= 100;
                current = by.saturating_mul(100);
            } else {
                odd |= current == 0 && total > 0;
                total = total.saturating_add(by.saturating_mul(*scale));
                current = 0;
            }
        } else {
            break;
        }
        any = true;
        here += 1;
    }
    any.then_some((total.saturating_add(current), here, odd))
}

/// A number word can stand behind what was said before it.
fn fits(current: i64, total: i64, next: i64) -> bool {
    match current % 100 {
        _ if current == 0 => total > 0,
        0 => next < 100,
        20 | 30 | 40 | 50 | 60 | 70 | 80 | 90 => (1..10).contains(&next),
        _ => false,
    }
}
