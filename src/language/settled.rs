//! Values that are given up in the same breath: "thirteen, sorry thirty", "15 not 50".

use super::lexicon::{Class, UnitWord};
use super::live::stem;
use super::number::{Value, Why};
use super::piece::{Part, Piece};
use super::reader::Reader;
use super::reading::Use;

/// "A mop no two mops", "ten bags of cement, no, twelve bags of cement": the same thing again with another
/// amount; where the first one ends.
fn named_again(reader: &Reader<'_>, fragment: &[Part]) -> Option<usize> {
    let gives_up = |part: &Part| {
        let classes = part.classes();
        classes.any(&[Class::No, Class::Correct]) && !classes.has(Class::NotBehind)
    };
    let at = fragment.iter().position(gives_up)?;
    let end = fragment[at..]
        .iter()
        .position(|part| !matches!(part.piece, Piece::Cue(_) | Piece::Gap))?;
    let stems = |parts: &[Part]| -> Vec<String> {
        let words = parts.iter().filter(|part| part.piece == Piece::Word);
        words
            .map(|part| stem(&reader.burst.words(part.from, part.to)))
            .collect()
    };
    let counted = |part: &Part| part.number().is_some() || part.piece == Piece::Article;
    let (before, behind) = (&fragment[..at], &fragment[at + end..]);
    let first = before.iter().position(counted)?;
    let (old, new) = (stems(&before[first..]), stems(behind));
    let once = |parts: &[Part]| parts.iter().filter(|part| counted(part)).count() == 1;
    let leads = behind.first().is_some_and(counted);
    let same = |a: &String, b: &String| a.trim_end_matches('s') == b.trim_end_matches('s');
    let same = old.len() == new.len() && old.iter().zip(&new).all(|(a, b)| same(a, b));
    (!old.is_empty() && same && leads && once(before) && once(behind)).then_some(at + end)
}

impl Reader<'_> {
    /// The fragment without the values that it gives up itself.
    pub(super) fn settle_values(&mut self, fragment: &[Part]) -> Vec<Part> {
        if let Some(end) = named_again(self, fragment) {
            let counted = |part: &Part| part.number().is_some() || part.piece == Piece::Article;
            let first = fragment.iter().position(counted).unwrap_or(0);
            for old in &fragment[first..end] {
                self.burst.claim(old.from, old.to, Use::OldValue);
            }
            let mut kept = fragment[..first].to_vec();
            kept.extend_from_slice(&fragment[end..]);
            return self.settle_values(&kept);
        }
        let mut out: Vec<Part> = Vec::with_capacity(fragment.len());
        let nothing_stands = self
            .states
            .last()
            .is_none_or(|state| state.live.iter().all(|line| line.removed));
        for (at, part) in fragment.iter().enumerate() {
            // "16 pipe, 60 nahi"
            let kept = out
                .split_last()
                .is_some_and(|(_, kept)| kept.iter().any(|part| part.number().is_some()));
            // "50 nahi 15"
            let more = fragment[at + 1..]
                .iter()
                .any(|part| part.number().is_some());
            if nothing_stands
                && (more || kept)
                && part.classes().has(Class::NotBehind)
                && out.last().is_some_and(|last| last.number().is_some())
                && let Some(old) = out.pop()
            {
                self.burst.claim(old.from, old.to, Use::OldValue);
                self.burst.claim(part.from, part.to, Use::Known);
                continue;
            }
            let given_up = out
                .last()
                .is_some_and(|last| gives_up(last) || asks_back(last))
                && out.len() > 1
                && out[out.len() - 2].number().is_some();
            if nothing_stands
                && given_up
                && let Some(old) = part.number()
            {
                let cue = out.pop();
                let kept = out.last_mut();
                let two_ways = cue.is_some_and(|cue| asks_back(&cue));
                if let Some(Part {
                    piece: Piece::Number(kept),
                    to,
                    ..
                }) = kept
                {
                    share_unit(&mut kept.unit, old.unit.as_ref());
                    if two_ways {
                        // "quince no cincuenta": "fifteen, not fifty", or "fifteen, no, fifty".
                        kept.value = either(&kept.value, &old.value);
                        *to = part.to;
                        continue;
                    }
                }
                self.burst.claim(part.from, part.to, Use::OldValue);
                continue;
            }
            if part.number().is_some() {
                let cues = out
                    .iter()
                    .rev()
                    .take_while(|part| {
                        matches!(part.piece, Piece::Cue(_) | Piece::Gap | Piece::Separator)
                    })
                    .count();
                let start = out.len() - cues;
                let corrects = out[start..].iter().any(|part| {
                    part.classes().has(Class::Correct) && !part.classes().has(Class::Not)
                });
                let values = out[..start].iter().rev().take_while(|part| {
                    part.number().is_some() || part.classes().any(&[Class::No, Class::Correct])
                });
                let values = values.count();
                // "no 20 sino 15" names the old value, which says which line is meant.
                let named = out[start - values..start]
                    .iter()
                    .any(|part| part.classes().has(Class::InsteadOf))
                    || start > values && out[start - values - 1].classes().has(Class::InsteadOf);
                let keeps = named && !nothing_stands;
                if corrects && values > 0 && !keeps {
                    for old in &out[start - values..start] {
                        self.burst.claim(old.from, old.to, Use::OldValue);
                    }
                    out.truncate(start - values);
                }
            }
            out.push(part.clone());
        }
        out
    }
}

fn gives_up(part: &Part) -> bool {
    part.classes().has(Class::InsteadOf)
}

/// "fifteen no fifty": which of the two?
fn asks_back(part: &Part) -> bool {
    let classes = part.classes();
    classes.has(Class::No) && !classes.any(&[Class::NotBehind, Class::Correct])
        || gives_up(part) && classes.has(Class::No)
}

/// "15 not 50 bags": the unit is that of both.
fn share_unit(kept: &mut Option<UnitWord>, old: Option<&UnitWord>) {
    if kept.is_none() {
        *kept = old.cloned();
    }
}

fn either(first: &Value, second: &Value) -> Value {
    let choices = [first, second]
        .iter()
        .filter_map(|value| value.exact())
        .map(crate::domain::quantity::number)
        .collect();
    Value::Unclear {
        why: Why::Range,
        choices,
    }
}
