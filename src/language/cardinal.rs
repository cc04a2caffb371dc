//! Number words that add up: "two hundred and fifty", "dos mil quinientos", "elfu mbili mia tano",
//! "dedh sau", "خمسة وعشرين".
//!
//! **Invariant:** words that do not fit together make no number, and are asked.

use super::lexicon::{Class, Habit, Lexicon};
use super::number::{ONE, has};
use super::token::{Kind, Token};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cardinal {
    /// Thousandths.
    pub(crate) value: i64,
    /// The token behind.
    pub(crate) to: usize,
    pub(crate) sense: Sense,
}

/// Whether the words make one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    One,
    /// "two fifty", "kumi elfu na tano": several, or none.
    Odd,
}

const HUNDRED: i64 = 100;

struct Sum<'a> {
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
    at: usize,
    here: usize,
    /// From the thousands up.
    total: i64,
    /// Below the next thousand.
    current: i64,
    /// The scale of what was added to the total last.
    floor: i64,
    /// What was said before is of a scale.
    scaled: bool,
    joined: bool,
    odd: bool,
}

pub(crate) fn cardinal(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<Cardinal> {
    let mut sum = Sum {
        tokens,
        lexicon,
        at,
        here: at,
        total: 0,
        current: 0,
        floor: i64::MAX,
        scaled: false,
        joined: false,
        odd: false,
    };
    while sum.step() {}
    (sum.here > at).then_some(Cardinal {
        value: sum.total.saturating_add(sum.current),
        to: sum.here,
        sense: if sum.odd { Sense::Odd } else { Sense::One },
    })
}

impl Sum<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        let token = self.tokens.get(at);
        token
            .filter(|token| token.kind == Kind::Word)
            .map(|token| token.text.as_str())
    }

    fn text(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).map(|token| token.text.as_str())
    }

    fn number(&self, at: usize) -> Option<(i64, usize)> {
        self.word(at)?;
        let found = self.lexicon.numbers.longest(|n| self.text(at + n));
        found.map(|(value, len)| (*value, len))
    }

    /// Takes one more word, or a joint and the word behind it.
    fn step(&mut self) -> bool {
        let any = self.here > self.at;
        self.joined = false;
        let start = self.here;
        if any && !self.joint() {
            return false;
        }
        if self.offset() || self.small() || self.scale() || self.leading() {
            return true;
        }
        self.here = start;
        false
    }

    /// "-", "and", "y": whether what stands here may go on.
    fn joint(&mut self) -> bool {
        let Some(token) = self.tokens.get(self.here) else {
            return false;
        };
        let hyphen = token.is('-') && token.glued;
        let and = self.scaled && has(self.lexicon, token, Class::And)
            || has(self.lexicon, token, Class::NumberAnd);
        if !hyphen && !and {
            return true;
        }
        let next = self.here + 1;
        if hyphen && !self.tokens.get(next).is_some_and(|next| next.glued) {
            return false;
        }
        self.joined = !hyphen;
        // "Veinte y treinta" are two numbers, "mia mbili na elfu" too.
        let goes_on = match self.number(next) {
            Some((number, _)) => hyphen || self.fits(number),
            None => self
                .word(next)
                .and_then(|word| self.lexicon.leading_scales.get(word))
                .is_some_and(|scale| *scale < self.floor && self.current == 0),
        };
        self.here += usize::from(goes_on);
        goes_on
    }

    /// Whether a number can stand behind what was said.
    fn fits(&self, next: i64) -> bool {
        let (current, next) = (self.current / ONE, next / ONE);
        if self.current % ONE != 0 {
            return false;
        }
        match current % HUNDRED {
            _ if current == 0 => self.total > 0 && next.saturating_mul(ONE) < self.floor,
            0 => next < HUNDRED,
            20 | 30 | 40 | 50 | 60 | 70 | 80 | 90 => (1..10).contains(&next),
            // "kumi na tano"
            10 => self.joined && (1..10).contains(&next),
            // "خمسة وعشرين"
            1..=9 => {
                self.joined
                    && self.lexicon.has(Habit::UnitBeforeTen)
                    && (20..HUNDRED).contains(&next)
            }
            _ => false,
        }
    }

    fn small(&mut self) -> bool {
        let Some((number, len)) = self.number(self.here) else {
            return false;
        };
        let first = self.total == 0 && self.current == 0;
        self.odd |= !first && !self.fits(number);
        if number >= 1000 * ONE {
            self.total = self.total.saturating_add(number);
            self.floor = 1000 * ONE;
        } else {
            self.current = self.current.saturating_add(number);
        }
        self.scaled = number >= HUNDRED * ONE && number % (HUNDRED * ONE) == 0;
        self.here += len;
        true
    }

    /// "sava do", "saadhe 3", "paune sau": a part more or less than what follows.
    fn offset(&mut self) -> bool {
        let Some(offset) = self
            .word(self.here)
            .and_then(|w| self.lexicon.offsets.get(w))
        else {
            return false;
        };
        let next = self.here + 1;
        let digits = self.tokens.get(next).filter(|token| {
            token.kind == Kind::Number && token.text.bytes().all(|byte| byte.is_ascii_digit())
        });
        let digits = digits.and_then(|token| token.text.parse::<i64>().ok());
        let (whole, len) = match (self.number(next), digits) {
            (Some((number, len)), _) => (number, 1 + len),
            (None, Some(number)) => (number.saturating_mul(ONE), 2),
            (None, None) => (ONE, 1),
        };
        // A half more than one has a word of its own.
        self.odd |= self.total > 0 || self.current > 0 || len == 1 && offset.abs() == ONE / 2;
        self.current = self.current.saturating_add(whole).saturating_add(*offset);
        self.scaled = false;
        self.here += len;
        true
    }

    /// "hundred", "mil": times what was said before it.
    fn scale(&mut self) -> bool {
        let Some(scale) = self
            .word(self.here)
            .and_then(|w| self.lexicon.scales.get(w))
        else {
            return false;
        };
        let by = if self.current == 0 { ONE } else { self.current };
        let product = by.saturating_mul(*scale);
        if *scale == HUNDRED {
            self.odd |= self.current >= HUNDRED * ONE;
            self.current = product;
        } else {
            let size = scale.saturating_mul(ONE);
            self.odd |= self.total > 0 && (self.current == 0 || size >= self.floor);
            self.total = self.total.saturating_add(product);
            self.floor = size;
            self.current = 0;
        }
        self.scaled = true;
        self.here += 1;
        true
    }

    /// "mia mbili", "elfu 3", "dazeni mbili": times what follows.
    fn leading(&mut self) -> bool {
        let scale = |at: usize| {
            let word = self.word(at)?;
            self.lexicon.leading_scales.get(word).copied()
        };
        let Some(size) = scale(self.here) else {
            return false;
        };
        let next = self.here + 1;
        let digits = self.tokens.get(next).filter(|token| {
            token.kind == Kind::Number
                && token.text.len() < 4
                && token.text.bytes().all(|byte| byte.is_ascii_digit())
        });
        let digits = digits.and_then(|token| token.text.parse::<i64>().ok());
        let (by, len) = match (self.number(next), digits) {
            (Some((number, len)), _) => (number, 1 + len),
            (None, Some(number)) => (number.saturating_mul(ONE), 2),
            // "elfu mia mbili" may be two hundred thousand, or twelve hundred.
            (None, None) => {
                self.odd |= scale(next).is_some();
                (ONE, 1)
            }
        };
        let product = by.saturating_mul(size);
        let whole = size.saturating_mul(ONE);
        let (total, current) = (self.total, self.current);
        if size < 1000 {
            self.odd |= current > 0 || whole >= self.floor || by >= 10 * ONE;
            self.current = current.saturating_add(product);
        } else {
            self.odd |= current > 0 || total > 0 && whole >= self.floor;
            self.total = total.saturating_add(product);
            self.floor = whole;
            // "elfu kumi na tano": fifteen thousand, or ten thousand and five?
            let rest = self.here + len;
            let ten = by % (10 * ONE) == 0 && by > 0;
            let and = self
                .tokens
                .get(rest)
                .is_some_and(|token| has(self.lexicon, token, Class::NumberAnd));
            self.odd |= ten && and && self.number(rest + 1).is_some();
        }
        self.scaled = true;
        self.here += len;
        true
    }
}
