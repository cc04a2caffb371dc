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
    let mut here = at;
    // "a dozen", "a hundred": the article is the one.
    if article(here) {
        let next = word(here + 1)?;
        let counts = lexicon.groups.contains_key(next) || lexicon.scales.contains_key(next);
        if !counts && !lexicon.fractions.contains_key(next) {
            return None;
        }
        here += 1;
    }
    if let Some(part) = lexicon.fractions.get(word(here)?) {
        return Some(from_fraction(tokens, at, here, *part, lexicon));
    }
    if let Some(by) = lexicon.groups.get(word(here)?) {
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
    } else if let Some(part) = word(here).and_then(|text| lexicon.fractions.get(text)) {
        // "three quarters"; "two half" is no number.
        value = value
            .and_then(|value| value.checked_mul(*part))
            .map(|value| value / ONE);
        here += 1;
        if whole > 3 || word(here - 1).is_some_and(|text| !text.ends_with('s')) {
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

/// "half", "half a", "half a dozen"; `here` is where the fraction stands.
fn from_fraction(
    tokens: &[Token],
    at: usize,
    here: usize,
    part: i64,
    lexicon: &Lexicon,
) -> NumberRead {
    let text = |at: usize| tokens.get(at).map(|token| token.text.as_str());
    let mut behind = here + 1;
    if tokens
        .get(behind)
        .is_some_and(|token| has(lexicon, token, Class::Article))
    {
        behind += 1;
    }
    let mut value = part;
    if let Some(by) = text(behind).and_then(|text| lexicon.groups.get(text)) {
        value = part.saturating_mul(*by);
        behind += 1;
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
    while let Some(token) = tokens.get(here) {
        let joiner = any
            && (token.is('-') && token.glued
                || here > at
                    && has(lexicon, token, Class::And)
                    && tokens[here - 1].kind == Kind::Word
                    && lexicon.scales.contains_key(&tokens[here - 1].text));
        if joiner {
            let small = tokens
                .get(here + 1)
                .filter(|next| !token.is('-') || next.glued)
                .and_then(|next| lexicon.numbers.get(&next.text));
            if small.is_none() {
                break;
            }
            here += 1;
            continue;
        }
        if token.kind != Kind::Word {
            break;
        }
        if let Some(number) = lexicon.numbers.get(&token.text) {
            let fits = match current % 100 {
                0 => true,
                20 | 30 | 40 | 50 | 60 | 70 | 80 | 90 => (1..10).contains(number),
                _ => false,
            };
            odd |= any && (!fits || (current == 0 && total == 0));
            current = current.saturating_add(*number);
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
