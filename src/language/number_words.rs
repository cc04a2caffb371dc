//! Numbers in words: "twenty-five", "a dozen", "media docena", "dos y medio", "dedh".

use super::cardinal::{Cardinal, Sense, cardinal};
use super::lexicon::{Class, Lexicon};
use super::number::{NumberRead, ONE, Value, Why, and_fraction, has};
use super::token::{Kind, Token};

pub(crate) fn in_words(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<NumberRead> {
    let words = Words { tokens, lexicon };
    let mut here = at;
    // "a dozen", "a hundred": the article is the one.
    if words.is_article(here) {
        if words.multiple(here + 1).is_some() || words.fraction(here + 1).is_some() {
            here += 1;
        } else if !words
            .word(here)
            .is_some_and(|one| lexicon.numbers.contains_key(one))
        {
            return None;
        }
    }
    words.word(here)?;
    if let Some((part, len)) = words.fraction(here) {
        return Some(words.beginning_with_fraction(at, here + len, part));
    }
    if let Some(by) = words.word(here).and_then(|word| lexicon.groups.get(word)) {
        let (half, len) = words.and_half(here + 1, *by);
        return Some(NumberRead {
            value: Value::checked(
                by.checked_mul(ONE)
                    .and_then(|value| value.checked_add(half)),
            ),
            len: here + 1 + len - at,
        });
    }
    let Cardinal { value, to, sense } = cardinal(tokens, here, lexicon)?;
    let (value, to) = words.behind(Some(value), to);
    let value = match sense {
        Sense::One => Value::checked(value),
        Sense::Odd => Value::unclear(Why::Words),
    };
    Some(NumberRead {
        value,
        len: to - at,
    })
}

/// What may stand behind a number, in words or digits: "dozen", "and a half", "quarters".
pub(crate) fn behind_number(
    tokens: &[Token],
    value: Option<i64>,
    at: usize,
    lexicon: &Lexicon,
) -> (Option<i64>, usize) {
    Words { tokens, lexicon }.behind(value, at)
}

struct Words<'a> {
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
}

impl Words<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        let token = self.tokens.get(at);
        token
            .filter(|token| token.kind == Kind::Word)
            .map(|token| token.text.as_str())
    }

    fn text(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).map(|token| token.text.as_str())
    }

    fn is_article(&self, at: usize) -> bool {
        let token = self.tokens.get(at);
        token.is_some_and(|token| {
            token.kind == Kind::Word && has(self.lexicon, token, Class::Article)
        })
    }

    fn fraction(&self, at: usize) -> Option<(i64, usize)> {
        self.word(at)?;
        let found = self.lexicon.fractions.longest(|n| self.text(at + n));
        found.map(|(part, len)| (*part, len))
    }

    /// What counts many at once: "dozen", "hundred".
    fn multiple(&self, at: usize) -> Option<i64> {
        let word = self.word(at)?;
        let lists = [
            &self.lexicon.groups,
            &self.lexicon.scales,
            &self.lexicon.leading_scales,
        ];
        lists.iter().find_map(|list| list.get(word)).copied()
    }

    fn behind(&self, value: Option<i64>, at: usize) -> (Option<i64>, usize) {
        if let Some(by) = self.word(at).and_then(|word| self.lexicon.groups.get(word)) {
            let (half, len) = self.and_half(at + 1, *by);
            let value = value
                .and_then(|value| value.checked_mul(*by))
                .and_then(|value| value.checked_add(half));
            return (value, at + 1 + len);
        }
        if let Some((part, len)) = and_fraction(self.tokens, at, self.lexicon) {
            let whole = value.filter(|value| value % ONE == 0);
            return (whole.and_then(|value| value.checked_add(part)), at + len);
        }
        // "three quarters"; "two half" is no number, and "2 quarter bolts" are two.
        let part = self.word(at).and_then(|_| {
            let parts = self.lexicon.parts.longest(|n| self.text(at + n));
            parts.map(|(part, len)| (*part, len))
        });
        if let Some((part, len)) = part {
            let proper = value.filter(|value| (1..=9 * ONE).contains(value) && value % ONE == 0);
            let product = proper.and_then(|value| value.checked_mul(part));
            let value = product
                .map(|value| value / ONE)
                .filter(|value| *value < ONE);
            return (value, at + len);
        }
        if let Some((part, len)) = self.fraction(at) {
            let one = value.filter(|value| *value == ONE);
            return (one.map(|_| part), at + len);
        }
        (value, at)
    }

    /// "and a half" behind a dozen: half of it.
    fn and_half(&self, at: usize, group: i64) -> (i64, usize) {
        match and_fraction(self.tokens, at, self.lexicon) {
            Some((part, len)) => (part.saturating_mul(group), len),
            None => (0, 0),
        }
    }

    /// "half", "half a", "half a dozen", "demi-douzaine"; the fraction ends at `to`.
    fn beginning_with_fraction(&self, at: usize, to: usize, part: i64) -> NumberRead {
        let mut to = to + usize::from(self.is_article(to));
        let hyphen = self
            .tokens
            .get(to)
            .is_some_and(|token| token.is('-') && token.glued);
        let group = to + usize::from(hyphen);
        let mut value = Some(part);
        if let Some(by) = self.multiple(group) {
            value = part.checked_mul(by);
            to = group + 1;
        }
        NumberRead {
            value: Value::checked(value),
            len: to - at,
        }
    }
}
