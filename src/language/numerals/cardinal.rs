//! Number words, and digits among them, that add up to one number.

use super::grammar::{Cardinal, Grammar, Made};
use super::lex::{Form, Kind};
use super::words::Joint;

/// What was added up so far: "two hundred" and "five" are two parts until a thousand takes both.
struct Run {
    parts: Vec<f64>,
    scale: f64,
    /// The token behind the last that counts.
    to: usize,
    /// "and" or a hyphen stands before the next.
    joined: bool,
}

enum Step {
    Taken,
    /// Nothing more may follow.
    Closed(Cardinal),
    Stop,
}

impl Grammar<'_> {
    /// Number words as far as they make one number, but not beyond `end`.
    pub(super) fn cardinal(&self, at: usize, end: usize) -> Option<Cardinal> {
        let mut run = Run {
            parts: Vec::new(),
            scale: 1.0,
            to: at,
            joined: true,
        };
        let mut here = at;
        while here < end.min(self.tokens.len()) {
            let step = match self.tokens[here].kind {
                Kind::Digits(value, form) => self.take_digits(&mut run, here, value, form),
                Kind::Word(_) => self.take_word(&mut run, here),
                Kind::Mark(_) => Step::Stop,
            };
            match step {
                Step::Taken => {}
                Step::Closed(found) => return Some(found),
                Step::Stop => break,
            }
            here = run.to;
            run.joined = false;
            // "and", "-" before what fits.
            if let Some(len) = self.phrase(&self.words.and, here) {
                let part = end >= self.tokens.len() && self.words.joint == Joint::Adds;
                if part && self.fraction(here + len).is_some() {
                    break;
                }
                run.joined = true;
                here += len;
            } else if self.hyphen(here) {
                run.joined = true;
                here += 1;
            }
        }
        (!run.parts.is_empty()).then(|| Cardinal {
            value: run.parts.iter().sum(),
            to: run.to,
            scale: run.scale,
            made: Made::Words,
        })
    }

    fn take_digits(&self, run: &mut Run, here: usize, value: f64, form: Form) -> Step {
        if self.runs_on(here) {
            return Step::Stop;
        }
        let first = run.parts.is_empty();
        let behind_scale = run.scale > 1.0 || run.joined;
        if !(first || behind_scale && form == Form::Whole && fits(&run.parts, value)) {
            return Step::Stop;
        }
        // "4000 3 hundred" are two numbers.
        if first && self.scale(here + 1).is_none() {
            let group = self.group(here + 1);
            let made = if group.is_some() || form == Form::Closed {
                Made::Closed
            } else {
                Made::Digits
            };
            return Step::Closed(Cardinal {
                value: value * group.unwrap_or(1.0),
                to: here + 1 + usize::from(group.is_some()),
                scale: 1.0,
                made,
            });
        }
        let scale = self.scale(here + 1).filter(|_| first);
        run.parts.push(value * scale.unwrap_or(1.0));
        run.scale = scale.unwrap_or(1.0);
        run.to = here + 1 + usize::from(scale.is_some());
        Step::Taken
    }

    fn take_word(&self, run: &mut Run, here: usize) -> Step {
        if let Some(offset) = self.offset(here) {
            if !run.parts.is_empty() {
                return Step::Stop;
            }
            // "सवा दो", "सवा लाख", "सवा"
            let next = self.small(here + 1);
            run.parts.push(next.unwrap_or(1.0) + offset);
            run.to = here + 1 + usize::from(next.is_some());
            return Step::Taken;
        }
        if let Some(small) = self.small(here) {
            if !run.parts.is_empty() && !fits(&run.parts, small) {
                return Step::Stop;
            }
            run.parts.push(small);
            run.scale = 1.0;
            run.to = here + 1;
            return Step::Taken;
        }
        if let Some(by) = self.scale(here) {
            return take_scale(run, here, by);
        }
        match self.group(here) {
            Some(by) => take_group(run, here, by),
            None => Step::Stop,
        }
    }
}

/// "thousand": times all that is smaller.
fn take_scale(run: &mut Run, here: usize, by: f64) -> Step {
    let (kept, taken): (Vec<f64>, Vec<f64>) = run.parts.iter().partition(|part| **part >= by);
    if taken.is_empty() && !kept.is_empty() && !fits(&kept, by) {
        return Step::Stop;
    }
    let times = if taken.is_empty() {
        1.0
    } else {
        taken.iter().sum()
    };
    run.parts = kept;
    run.parts.push(times * by);
    run.scale = by;
    run.to = here + 1;
    Step::Taken
}

/// "dozen": times what stands before it, below a hundred.
fn take_group(run: &mut Run, here: usize, by: f64) -> Step {
    let (kept, taken): (Vec<f64>, Vec<f64>) = run.parts.iter().partition(|part| **part >= 100.0);
    if taken.is_empty() && !kept.is_empty() {
        return Step::Stop;
    }
    let times = if taken.is_empty() {
        1.0
    } else {
        taken.iter().sum()
    };
    let before: f64 = kept.iter().sum();
    Step::Closed(Cardinal {
        value: before + times * by,
        to: here + 1,
        scale: 1.0,
        made: Made::Closed,
    })
}

/// Whether a number can stand behind these: "hundred" and "five", "twenty" and "five".
fn fits(parts: &[f64], next: f64) -> bool {
    let Some(last) = parts.last().copied() else {
        return true;
    };
    if last.fract() > 0.0 || last == 0.0 || next == 0.0 {
        return false;
    }
    let room = [1e15, 1e12, 1e11, 1e9, 1e7, 1e6, 1e5, 1e3, 1e2]
        .into_iter()
        .find(|room| last % room == 0.0);
    match room {
        Some(room) => next < room,
        // "soixante-quinze", "quatre-vingt-dix"
        None if [60.0, 80.0].contains(&last) => next < 20.0,
        None => last >= 20.0 && last % 10.0 == 0.0 && next < 10.0,
    }
}
