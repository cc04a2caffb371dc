//! Forms and tables: a row of headings above numbered rows, labels with what they name, titles in bold.

use std::ops::Range;

use super::burst::Burst;
use super::lexicon::Class;
use super::reading::Use;
use super::token::Kind;

impl Burst<'_> {
    /// Takes out what a form says beside its lines: the row of headings, the number of each row, "Dept:
    /// Electrical", and a title between stars.
    pub(super) fn read_tables(&mut self) {
        let lines = self.rows();
        let mut heads: Vec<(usize, Headings)> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            if let Some(headings) = self.headings(line) {
                heads.push((at, headings));
            }
        }
        for (at, headings) in &heads {
            self.claim(lines[*at].start, lines[*at].end, Use::Known);
            self.number_rows(&lines[*at..], *headings);
        }
        for at in 0..lines.len() {
            if self.is_label_line(&lines, at, !heads.is_empty()) {
                self.claim(lines[at].start, lines[at].end, Use::Told);
            }
            if self.is_bold_title(&lines, at) {
                self.claim(lines[at].start, lines[at].end, Use::Told);
            }
        }
    }

    /// The tokens of each line, without the break before it.
    fn rows(&self) -> Vec<Range<usize>> {
        let breaks: Vec<usize> = (0..self.tokens.len())
            .filter(|at| self.tokens[*at].kind == Kind::Break)
            .chain([self.tokens.len()])
            .collect();
        breaks.windows(2).map(|pair| pair[0] + 1..pair[1]).collect()
    }

    /// What a row of headings says of the rows below it.
    fn headings(&self, line: &Range<usize>) -> Option<Headings> {
        let mut at = line.start;
        let (mut count, mut serial, mut commas) = (0, false, 0);
        let mut heads = 0;
        while at < line.end {
            let (classes, len) = self.listed(at);
            let first = at == line.start;
            let numbers = classes.any(&[Class::Serial, Class::SpecNumber]);
            if first && (numbers || self.tokens[at].is('#')) {
                serial = true;
                count += 1;
            } else if classes.any(&[Class::Header, Class::Column]) {
                count += 1;
                heads += usize::from(classes.has(Class::Header));
            } else {
                match self.tokens[at].kind {
                    Kind::Mark(',') => commas += 1,
                    Kind::Mark(_) | Kind::Symbol => {}
                    Kind::Word | Kind::Number | Kind::Code | Kind::Break => return None,
                }
            }
            at += len.max(1);
        }
        let by_commas = commas + 1 >= count;
        let separators = if by_commas {
            Separators::Commas
        } else {
            Separators::Others
        };
        let numbered = if serial { Numbered::Yes } else { Numbered::No };
        (count > 1 && heads > 0).then_some(Headings {
            numbered,
            separators,
        })
    }

    /// The number in front of each row below the headings, and commas between its fields.
    fn number_rows(&mut self, lines: &[Range<usize>], headings: Headings) {
        let message =
            |line: &Range<usize>| self.tokens.get(line.start).map(|token| token.span.message);
        let here = message(&lines[0]);
        let below: Vec<Range<usize>> = lines[1..]
            .iter()
            .take_while(|line| message(line) == here)
            .cloned()
            .collect();
        let mut next = 1;
        for line in below {
            if headings.separators == Separators::Commas {
                for at in line.clone() {
                    if self.tokens[at].is(',') {
                        self.claim(at, at + 1, Use::Known);
                    }
                }
            }
            let Some(first) = self.tokens.get(line.start) else {
                continue;
            };
            let numbered = first.kind == Kind::Number && first.text == next.to_string();
            if headings.numbered == Numbered::Yes && numbered && line.len() > 1 {
                next += 1;
                let mark = |at: usize| matches!(self.tokens[at].kind, Kind::Mark(_));
                let end = (line.start + 1..line.end).find(|at| !mark(*at));
                self.claim(line.start, end.unwrap_or(line.end), Use::ListNumber);
            } else if self.used(line.start) == Some(Use::ListNumber) {
                next += 1;
            }
        }
    }

    /// "Dept: Electrical", "Requested by: John", "Date: 12/11/2026" of a form.
    fn is_label_line(&self, lines: &[Range<usize>], at: usize, table: bool) -> bool {
        let line = &lines[at];
        let label = |line: &Range<usize>| {
            let (classes, len) = self.listed(line.start);
            let colon = self.tokens.get(line.start + len);
            let more = line.len() > len + 1;
            (classes.has(Class::Label) && colon.is_some_and(|token| token.is(':')) && more)
                .then_some(classes)
        };
        let Some(classes) = label(line) else {
            return false;
        };
        // "Re: 20 bags": an amount is no form.
        let amount = line.clone().any(|at| self.tokens[at].kind == Kind::Number);
        if amount && !classes.has(Class::Filler) {
            return false;
        }
        let form = table || lines.iter().filter(|line| label(line).is_some()).count() > 1;
        form || !classes.has(Class::Filler)
    }

    /// "*GENSET SERVICE (Perkins 60kva)*" above a list: a title between stars, with no amount.
    fn is_bold_title(&self, lines: &[Range<usize>], at: usize) -> bool {
        let line = &lines[at];
        let (Some(first), Some(last)) = (
            self.tokens.get(line.start),
            self.tokens.get(line.end.saturating_sub(1)),
        ) else {
            return false;
        };
        let bold = first.is('*') && last.is('*') && line.len() > 2;
        let next = lines.get(at + 1).filter(|next| {
            self.tokens
                .get(next.start)
                .is_some_and(|token| token.span.message == first.span.message)
        });
        let listed = next.is_some_and(|next| {
            let counted = next.clone().any(|at| self.tokens[at].kind == Kind::Number);
            counted || self.headings(next).is_some()
        });
        let mut inside = 0;
        let plain = line.clone().all(|at| {
            let token = &self.tokens[at];
            inside += i32::from(token.is('(')) - i32::from(token.is(')'));
            let classes = self.listed(at).0;
            let names = classes.any(&[
                Class::PlaceNoun,
                Class::Request,
                Class::Goods,
                Class::Uncountable,
                Class::Remove,
                Class::Cancel,
                Class::Correct,
                Class::Machine,
            ]);
            !names && (inside > 0 || token.kind != Kind::Number)
        });
        bold && listed && plain
    }
}

/// What a row of headings says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Headings {
    numbered: Numbered,
    separators: Separators,
}

/// Whether the rows are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbered {
    Yes,
    No,
}

/// What stands between the fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separators {
    Commas,
    Others,
}
