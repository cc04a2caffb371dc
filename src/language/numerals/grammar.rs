//! Whole numbers, decimals and signs from tokens; [`super::fraction`] adds the parts.

use std::fmt::Write as _;

use super::lex::{Form, Kind, Token};
use super::words::Words;

pub(super) struct Grammar<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) words: &'a Words,
}

/// A whole number, or one in digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cardinal {
    pub(super) value: f64,
    pub(super) to: usize,
    /// The scale that it ends with, else one.
    pub(super) scale: f64,
    pub(super) made: Made,
}

/// What a cardinal is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Words,
    /// A number in digits and nothing else.
    Digits,
    /// It can take nothing more.
    Closed,
}

/// From here a fraction behind "and" is one of the scale: "three million and a half".
const LARGE: f64 = 1e6;

impl Grammar<'_> {
    /// The number that starts at a token, and the token behind.
    pub(super) fn expression(&self, at: usize) -> Option<(f64, usize)> {
        if self.phrase(&self.words.none, at).is_some() {
            return None;
        }
        let sign = self.sign(at);
        let from = at + sign.unwrap_or(0);
        let (value, to) = self.unsigned(from)?;
        let value = if sign.is_some() { -value } else { value };
        Some((value, to))
    }

    fn unsigned(&self, at: usize) -> Option<(f64, usize)> {
        if self.is_none_before(at) {
            return None;
        }
        if let Some(found) = self.among(at) {
            return Some(found);
        }
        let (value, to) = match (self.fraction(at), self.mixed(at)) {
            (Some(part), Some(mixed)) if part.1 >= mixed.1 => part,
            (_, Some(mixed)) => mixed,
            (Some(part), None) => part,
            (None, None) => return None,
        };
        Some(self.over(value, to))
    }

    /// The second word of "that one".
    fn is_none_before(&self, at: usize) -> bool {
        (1..3).filter_map(|back| at.checked_sub(back)).any(|from| {
            self.phrase(&self.words.none, from)
                .is_some_and(|len| from + len > at)
        })
    }

    /// "-", "minus": its tokens, where a number may follow.
    fn sign(&self, at: usize) -> Option<usize> {
        if let Some(len) = self.phrase(&self.words.minus, at) {
            return Some(len);
        }
        let mark = self.tokens.get(at)?;
        let begins = at == 0 || mark.apart;
        let digits = matches!(self.tokens.get(at + 1)?.kind, Kind::Digits(..));
        (mark.kind == Kind::Mark('-') && begins && digits).then_some(1)
    }

    fn word(&self, at: usize) -> Option<&str> {
        self.tokens.get(at)?.word()
    }

    /// The length of the longest of the phrases that stands here.
    pub(super) fn phrase(&self, phrases: &[Vec<String>], at: usize) -> Option<usize> {
        let stands = |phrase: &&Vec<String>| {
            phrase
                .iter()
                .enumerate()
                .all(|(n, word)| self.word(at + n) == Some(word))
        };
        phrases.iter().filter(stands).map(Vec::len).max()
    }

    pub(super) fn small(&self, at: usize) -> Option<f64> {
        self.words.numbers.get(self.word(at)?).copied()
    }

    pub(super) fn scale(&self, at: usize) -> Option<f64> {
        self.words.scales.get(self.word(at)?).copied()
    }

    /// "-" between two words: "twenty-one", "ninety - five".
    pub(super) fn hyphen(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Mark('-'))
    }

    pub(super) fn offset(&self, at: usize) -> Option<f64> {
        self.words.offsets.get(self.word(at)?).copied()
    }

    pub(super) fn group(&self, at: usize) -> Option<f64> {
        self.words.groups.get(self.word(at)?).copied()
    }

    /// Digits with a word on them that is no number: "3rd", "12kg".
    pub(super) fn runs_on(&self, at: usize) -> bool {
        let next = at + 1;
        self.tokens
            .get(next)
            .is_some_and(|token| !token.apart && token.word().is_some())
            && self.scale(next).is_none()
            && self.group(next).is_none()
    }

    /// A cardinal with its decimals or with a fraction behind it.
    fn mixed(&self, at: usize) -> Option<(f64, usize)> {
        let article = self.phrase(&self.words.article, at).unwrap_or(0);
        let counts = |at: usize| self.scale(at).is_some() || self.group(at).is_some();
        let from = if article > 0 && counts(at + article) {
            at + article
        } else {
            at
        };
        let whole = self.cardinal(from, self.tokens.len())?;
        if whole.made == Made::Closed {
            return Some((whole.value, whole.to));
        }
        if let Some(len) = self.phrase(&self.words.point, whole.to)
            && let Some((decimals, to)) = self.decimals(whole.to + len)
        {
            let value = whole.value + decimals;
            return Some(match self.scale(to) {
                Some(scale) => (value * scale, to + 1),
                None => (value, to),
            });
        }
        if let Some(len) = self.phrase(&self.words.with, whole.to) {
            let behind = whole.to + len;
            if let Some(found) = self.with_part(behind, whole) {
                return Some(found);
            }
            if let Some((value, to)) = self.mixed(behind).filter(|(value, _)| value.fract() > 0.0) {
                return Some((whole.value + value, to));
            }
            if let Some((decimals, to)) = self.decimals(behind) {
                return Some((whole.value + decimals, to));
            }
        }
        if let Some(len) = self.phrase(&self.words.and, whole.to)
            && let Some(found) = self.with_part(whole.to + len, whole)
        {
            return Some(found);
        }
        Some((whole.value, whole.to))
    }

    /// A cardinal and the fraction behind "and": "three million and a half" is more by half a million, so
    /// is "one and a half million".
    fn with_part(&self, at: usize, whole: Cardinal) -> Option<(f64, usize)> {
        let (part, to) = self.fraction(at)?;
        let value = match self.scale(to - 1) {
            Some(own) if whole.scale < LARGE => whole.value * own + part,
            None if whole.scale >= LARGE => whole.value + part * whole.scale,
            Some(_) | None => whole.value + part,
        };
        Some((value, to))
    }

    /// "seventy-one", "nought four", "one two three" behind the point.
    fn decimals(&self, at: usize) -> Option<(f64, usize)> {
        let mut digits = String::new();
        let mut here = at;
        if let Kind::Digits(value, Form::Whole) = self.tokens.get(at)?.kind {
            let value = format!("0.{value}").parse().ok()?;
            return Some((value, at + 1));
        }
        while let Some(small) = self.small(here) {
            if small < 10.0 && (small == 0.0 || !digits.is_empty()) {
                let _ = write!(digits, "{small}");
                here += 1;
                continue;
            }
            // Of "point five million" the million is no decimal.
            let whole = self.cardinal(here, self.tokens.len())?;
            let (value, to) = if whole.value < 1000.0 {
                (whole.value, whole.to)
            } else {
                (small, here + 1)
            };
            let _ = write!(digits, "{value}");
            here = to;
            if value >= 10.0 {
                break;
            }
        }
        let value: f64 = format!("0.{digits}").parse().ok()?;
        (here > at).then_some((value, here))
    }

    /// "one over three", "one out of three".
    fn over(&self, top: f64, at: usize) -> (f64, usize) {
        let over = self.phrase(&self.words.over, at);
        let proper = self.phrase(&self.words.out_of, at);
        let Some(len) = over.or(proper) else {
            return (top, at);
        };
        let bottom = self.cardinal(at + len, self.tokens.len());
        match bottom.filter(|bottom| bottom.value > 0.0) {
            Some(bottom) if over.is_some() || top < bottom.value => (top / bottom.value, bottom.to),
            Some(_) | None => (top, at),
        }
    }

    /// "तीन में से एक": of three, one.
    fn among(&self, at: usize) -> Option<(f64, usize)> {
        let all = self.cardinal(at, self.tokens.len())?;
        let len = self.phrase(&self.words.among, all.to)?;
        let some = self.cardinal(all.to + len, self.tokens.len())?;
        (some.value < all.value).then_some((some.value / all.value, some.to))
    }
}
