//! What stands before the words of a line: list numbers, bullets, and the star of a correction.

use std::collections::{HashMap, HashSet};

use super::burst::Burst;
use super::reading::Use;
use super::token::{Kind, Token};

/// The longest head of a line of a copied chat, in tokens.
const PASTED: usize = 24;

impl Burst<'_> {
    /// List numbers, bullets and the star of a correction, at the start of each line.
    pub(super) fn read_line_starts(&mut self) {
        let mut last_number = 0_u32;
        let starred = self.starred_lines();
        for at in 0..self.tokens.len() {
            if self.tokens[at].kind != Kind::Break {
                continue;
            }
            if self.is_star_behind(at + 1) {
                self.stars.insert(at + 1);
                self.claim(at + 2, at + 3, Use::Known);
            }
            let start = self.pasted(at + 1);
            let start = self.bullet(start, &starred);
            if let Some(len) = self.list_letter(start) {
                self.claim(start, start + len, Use::ListNumber);
                continue;
            }
            let Some((number, len)) = self.list_number(start) else {
                continue;
            };
            if number == 1 || number == last_number + 1 {
                last_number = number;
                self.claim(start, start + len, Use::ListNumber);
            }
        }
    }

    /// "25*", alone in its line.
    fn is_star_behind(&self, at: usize) -> bool {
        let token = |at: usize| self.tokens.get(at);
        token(at).is_some_and(|token| token.kind == Kind::Number)
            && token(at + 1).is_some_and(|token| token.is('*') && token.glued)
            && token(at + 2).is_none_or(|token| token.kind == Kind::Break)
    }

    /// "[02/12, 18:41] Ann:", as a chat that was copied begins its lines.
    fn pasted(&mut self, at: usize) -> usize {
        let is_colon = |token: &Token| token.is(':') && token.kind != Kind::Break;
        if !self.tokens.get(at).is_some_and(|token| token.is('[')) {
            return at;
        }
        let line = || {
            self.tokens[at..]
                .iter()
                .take(PASTED)
                .take_while(|token| token.kind != Kind::Break)
        };
        let Some(close) = line().position(|token| token.is(']')) else {
            return at;
        };
        let stamp = line()
            .take(close)
            .filter(|token| token.kind == Kind::Number)
            .count();
        let Some(colon) = line().skip(close).position(is_colon) else {
            return at;
        };
        let name = line()
            .skip(close + 1)
            .take(colon.saturating_sub(1))
            .all(|token| matches!(token.kind, Kind::Word | Kind::Symbol | Kind::Mark(_)));
        if stamp < 4 || !name {
            return at;
        }
        let end = at + close + colon + 1;
        self.claim(at, end, Use::Known);
        end
    }

    /// "1.", "1)", "(1)", "1 -" before something: the number and the tokens that it takes.
    pub(super) fn list_number(&self, at: usize) -> Option<(u32, usize)> {
        let open = usize::from(self.tokens.get(at)?.is('('));
        let number = self.tokens.get(at + open)?;
        if number.kind != Kind::Number || number.text.len() > 3 {
            return None;
        }
        let value = number.text.parse().ok()?;
        let mark = self.tokens.get(at + open + 1)?;
        let closes = match mark.kind {
            Kind::Mark(')') => true,
            Kind::Mark('.' | ':') => open == 0 && mark.glued,
            Kind::Mark('-') => {
                let next = self.tokens.get(at + 2)?;
                open == 0 && mark.glued && !next.glued
            }
            Kind::Word | Kind::Number | Kind::Code | Kind::Mark(_) | Kind::Break | Kind::Symbol => {
                false
            }
        };
        let content = self.tokens.get(at + open + 2)?;
        (closes && content.kind != Kind::Break).then_some((value, open + 2))
    }

    /// "a)", "(b)", "ii." before something.
    pub(super) fn list_letter(&self, at: usize) -> Option<usize> {
        let open = usize::from(self.tokens.get(at)?.is('('));
        let (letter, mark, content) = (
            self.tokens.get(at + open)?,
            self.tokens.get(at + open + 1)?,
            self.tokens.get(at + open + 2)?,
        );
        let one = letter.text.chars().count() == 1;
        let roman =
            letter.text.len() <= 4 && letter.text.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
        let closes = mark.glued && (mark.is(')') || mark.is('.') && open == 0);
        let fits = letter.kind == Kind::Word && (one || roman) && content.kind != Kind::Break;
        (fits && closes).then_some(open + 2)
    }

    /// "1.10 bags" above "2.5 trips": numbers of a list run into amounts, or decimals.
    pub(super) fn dotted_lists(&self) -> HashSet<usize> {
        let mut found = HashSet::new();
        let mut run: Vec<usize> = Vec::new();
        let starts = self
            .tokens
            .windows(2)
            .enumerate()
            .filter(|(_, pair)| pair[0].kind == Kind::Break);
        for (at, pair) in starts {
            let whole = pair[1]
                .text
                .split_once('.')
                .and_then(|(whole, _)| whole.parse::<usize>().ok());
            match whole.filter(|_| pair[1].kind == Kind::Number) {
                Some(1) => run = vec![at + 1],
                Some(next) if next == run.len() + 1 => run.push(at + 1),
                _ => run.clear(),
            }
            if run.len() > 1 {
                found.extend(run.iter().rev().take(2));
            }
        }
        found
    }

    /// Skips a bullet; a star on a number alone in its message is a correction.
    pub(super) fn bullet(&mut self, at: usize, starred: &HashMap<usize, usize>) -> usize {
        let kind = self.tokens.get(at).map(|token| token.kind);
        let more = self
            .tokens
            .get(at + 1)
            .is_some_and(|next| matches!(next.kind, Kind::Word | Kind::Number | Kind::Code));
        if kind == Some(Kind::Symbol) && more {
            // A picture before the words of a line.
            self.claim(at, at + 1, Use::Known);
            return at + 1;
        }
        let Some(Kind::Mark(mark)) = kind else {
            return at;
        };
        let next_glued = self.tokens.get(at + 1).is_some_and(|next| next.glued);
        let roughly = matches!(mark, '>' | '~' | '#') && next_glued;
        match mark {
            '-' | '\u{2022}' | '>' | '~' | '#' if !roughly => {}
            '*' if next_glued && !self.is_paired_star(at) => {
                let message = self.tokens[at].span.message;
                if starred.get(&message) == Some(&1) {
                    self.stars.insert(at);
                    self.claim(at, at + 1, Use::Known);
                    return at + 1;
                }
            }
            '*' => {}
            _ => return at,
        }
        self.claim(at, at + 1, Use::Known);
        at + 1
    }

    /// "*bold*".
    pub(super) fn is_paired_star(&self, at: usize) -> bool {
        self.tokens[at + 1..]
            .iter()
            .take_while(|token| token.kind != Kind::Break)
            .any(|token| token.is('*') && token.glued)
    }

    /// How many lines of each message start with a star.
    pub(super) fn starred_lines(&self) -> HashMap<usize, usize> {
        let mut lines = HashMap::new();
        for pair in self.tokens.windows(2) {
            if pair[0].kind == Kind::Break && pair[1].is('*') {
                *lines.entry(pair[1].span.message).or_default() += 1;
            }
        }
        lines
    }
}
