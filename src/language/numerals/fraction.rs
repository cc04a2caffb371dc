//! Parts of one: "three fifths", "one one hundred fifth", "un vingt et unième", "half a million".

use super::grammar::{Cardinal, Grammar, Made};
use super::words::Joint;

/// No fraction has more words than this.
const LONGEST: usize = 20;

impl Grammar<'_> {
    /// A fraction that starts here.
    pub(super) fn fraction(&self, at: usize) -> Option<(f64, usize)> {
        let Some((part, to)) = self.named(at) else {
            return self.half(at);
        };
        // "three quarters million"
        let word = self.tokens.get(to).and_then(|token| token.word());
        let scale = word.and_then(|word| self.words.scales.get(word));
        Some(match scale {
            Some(scale) if part < 1.0 => (part * scale, to + 1),
            Some(_) | None => (part, to),
        })
    }

    /// "half a million", "a half", "quarter million", "mitad".
    fn half(&self, at: usize) -> Option<(f64, usize)> {
        let article = self.phrase(&self.words.article, at).unwrap_or(0);
        let word = self.tokens.get(at + article)?.word()?;
        let value = *self.words.halves.get(word)?;
        let to = at + article + 1;
        let behind = to + self.phrase(&self.words.article, to).unwrap_or(0);
        let word = self.tokens.get(behind).and_then(|token| token.word());
        let many = word.and_then(|word| {
            let scale = self.words.scales.get(word).filter(|scale| **scale > 1.0);
            scale.or_else(|| self.words.groups.get(word))
        });
        match many {
            Some(many) => Some((value * many, behind + 1)),
            None => Some((value, to)),
        }
    }

    /// A number and the name of a part.
    fn named(&self, at: usize) -> Option<(f64, usize)> {
        let (of, to, part) = self.name(at)?;
        let article = self.phrase(&self.words.article, at).unwrap_or(0);
        if article > 0
            && self.small(at).is_none()
            && let Some(bottom) = self.bottom(at + article, of, part)
        {
            return Some((1.0 / bottom, to));
        }
        if let Some((cut, len)) = self.genitive(at, of) {
            let top = self.exact(at, cut)?;
            let bottom = self.bottom(cut + len, of, part)?;
            return Some((top.value / bottom, to));
        }
        let split = |cut: usize| {
            let bound = self.hyphen(cut) || cut > at && self.hyphen(cut - 1) && cut < of;
            if bound && !(cut == of || self.hyphen(cut) && cut + 1 == of) {
                return None;
            }
            let top = self.exact(at, cut)?;
            let from = cut + usize::from(self.hyphen(cut));
            let bottom = self.bottom(from, of, part)?;
            (top.made == Made::Words).then_some((top.value / bottom, to))
        };
        if self.words.joint == Joint::Adds && self.adds(at, of) {
            return None;
        }
        (at + 1..=of).find_map(split)
    }

    /// The next name of a part behind number words: where it stands, the token behind, how many make one.
    fn name(&self, at: usize) -> Option<(usize, usize, f64)> {
        for of in at..(at + LONGEST).min(self.tokens.len()) {
            let word = self.tokens[of].word();
            if of > at && self.phrase(&self.words.behind_number, of).is_some() {
                return Some((of, of + 1, 0.0));
            }
            let part = word.and_then(|word| self.words.part(word));
            if let Some(part) = part.filter(|_| of > at) {
                return Some((of, of + 1, part));
            }
            let counts = self.small(of).is_some()
                || self.hyphen(of)
                || word.is_some_and(|word| self.words.scales.contains_key(word))
                || [&self.words.and, &self.words.article, &self.words.of]
                    .iter()
                    .any(|list| self.phrase(list, of).is_some());
            if !counts {
                return None;
            }
        }
        None
    }

    /// "का": where it stands before the name, and its length.
    fn genitive(&self, at: usize, of: usize) -> Option<(usize, usize)> {
        (at + 1..of).find_map(|cut| Some((cut, self.phrase(&self.words.of, cut)?)))
    }

    /// "Two hundred and fifty hundredths": what stands before "and" is whole.
    fn adds(&self, at: usize, of: usize) -> bool {
        (at + 1..of).any(|cut| {
            let Some(len) = self.phrase(&self.words.and, cut) else {
                return false;
            };
            self.exact(at, cut).is_some() && self.named(cut + len).is_some_and(|(_, to)| to > of)
        })
    }

    /// All tokens up to `to` as one number.
    fn exact(&self, at: usize, to: usize) -> Option<Cardinal> {
        let article = self.phrase(&self.words.article, at).unwrap_or(0);
        let from = if article > 0 && self.small(at).is_none() && at + article < to {
            at + article
        } else {
            at
        };
        let found = self.cardinal(from, to)?;
        (found.to == to).then_some(found)
    }

    /// How many make one: the name with the number words before it ("twenty-" "fifths").
    fn bottom(&self, at: usize, of: usize, part: f64) -> Option<f64> {
        if at == of {
            // "A first" is none.
            return (part > 1.0).then_some(part);
        }
        if at > of {
            return None;
        }
        // "hundred fifths" does not begin with a number.
        self.small(at)?;
        let joint = usize::from(self.hyphen(of - 1));
        let and = (at + 1..of).find(|cut| {
            self.phrase(&self.words.and, *cut)
                .is_some_and(|len| cut + len == of)
        });
        let end = and.unwrap_or(of - joint);
        let before = self.exact(at, end)?;
        if part == 0.0 {
            return Some(before.value);
        }
        let is_scale = part >= 100.0;
        if is_scale && before.value < part {
            return Some(before.value * part);
        }
        if self.words.joint == Joint::Counts {
            // "Ciento treinta quintos" are a hundred and thirty.
            return None;
        }
        let room = if before.value % 100.0 == 0.0 {
            100.0
        } else if before.value % 10.0 == 0.0 {
            10.0
        } else {
            1.0
        };
        (part < room).then_some(before.value + part)
    }
}
