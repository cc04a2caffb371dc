//! Operations applied to lines.

use super::reading::{Intent, Line, Operation, Pack, Reading, Request, Span};
use super::setting::DraftLine;
use crate::domain::quantity::Quantity;

/// A line after the reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldedLine {
    /// Its number, counted as in [`Operation`].
    pub number: usize,
    /// Position in the draft, if it stood there.
    pub draft: Option<usize>,
    pub item: String,
    pub spec: Option<String>,
    pub quantity: Option<Quantity>,
    pub pack: Option<Pack>,
    pub note: Option<String>,
    /// The quantity before this burst or its correction, if another.
    pub was: Option<Quantity>,
    /// What it was read from, in order.
    pub spans: Vec<Span>,
}

/// The lines of one request after the reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    pub lines: Vec<FoldedLine>,
    /// Lines that are gone.
    pub removed: Vec<FoldedLine>,
}

/// Applies the first request of a reading to the open draft.
pub fn fold(draft: &[DraftLine], reading: &Reading) -> Folded {
    let draft = if reading.intent == Intent::AnotherOrder {
        &[]
    } else {
        draft
    };
    fold_request(draft, reading.request())
}

/// Applies one request. What cannot be (a line that is not there, an overflow) changes nothing; a
/// reading has asked about it.
pub fn fold_request(draft: &[DraftLine], request: &Request) -> Folded {
    let mut lines: Vec<(FoldedLine, bool)> = draft
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let line = FoldedLine {
                number: at,
                draft: Some(at),
                item: line.item.clone(),
                spec: line.spec.clone(),
                quantity: line.quantity.clone(),
                pack: None,
                note: None,
                was: None,
                spans: Vec::new(),
            };
            (line, true)
        })
        .collect();
    for operation in &request.operations {
        match operation {
            Operation::Add(line) => {
                let number = lines.len();
                lines.push((folded(number, line), true));
            }
            Operation::Set {
                line,
                quantity,
                span,
            } => {
                change(&mut lines, *line, Some(quantity.clone()), *span);
            }
            Operation::Increase { line, by, span } => {
                step(&mut lines, *line, by, *span, i64::checked_add);
            }
            Operation::Decrease { line, by, span } => {
                step(&mut lines, *line, by, *span, i64::checked_sub);
            }
            Operation::Remove { line, span } => {
                if let Some((line, stands)) = lines.get_mut(*line) {
                    *stands = false;
                    line.spans.push(*span);
                }
            }
            Operation::Replace { line, with, span } => {
                if let Some((old, _)) = lines.get_mut(*line) {
                    let mut new = folded(*line, with);
                    new.draft = old.draft;
                    new.was.clone_from(&old.quantity);
                    new.spans.push(*span);
                    *old = new;
                }
            }
            Operation::CancelAll { span } => {
                for (line, stands) in &mut lines {
                    *stands = false;
                    line.spans.push(*span);
                }
            }
        }
    }
    let (stand, gone): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(_, stands)| *stands);
    Folded {
        lines: stand.into_iter().map(|(line, _)| line).collect(),
        removed: gone.into_iter().map(|(line, _)| line).collect(),
    }
}

fn folded(number: usize, line: &Line) -> FoldedLine {
    FoldedLine {
        number,
        draft: None,
        item: line.item.clone(),
        spec: line.spec.clone(),
        quantity: line.quantity.clone(),
        pack: line.pack.clone(),
        note: line.note.clone(),
        was: None,
        spans: vec![line.span],
    }
}

fn change(lines: &mut [(FoldedLine, bool)], at: usize, quantity: Option<Quantity>, span: Span) {
    let Some((line, _)) = lines.get_mut(at) else {
        return;
    };
    let before = std::mem::replace(&mut line.quantity, quantity);
    if line.was.is_none() && before != line.quantity {
        line.was = before;
    }
    line.spans.push(span);
}

fn step(
    lines: &mut [(FoldedLine, bool)],
    at: usize,
    by: &Quantity,
    span: Span,
    sum: fn(i64, i64) -> Option<i64>,
) {
    let now = lines.get(at).and_then(|(line, _)| line.quantity.clone());
    let Some(now) = now.filter(|now| now.unit == by.unit) else {
        return;
    };
    if let Some(total) = sum(now.thousandths, by.thousandths) {
        change(lines, at, Some(Quantity::new(total, now.unit)), span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quantity::Unit;

    fn bags(count: i64) -> Quantity {
        Quantity::whole(count, Unit::parse("XBG").unwrap()).unwrap()
    }

    fn cement() -> DraftLine {
        DraftLine {
            item: "cement".to_owned(),
            spec: None,
            quantity: Some(bags(20)),
        }
    }

    #[test]
    fn operations_change_exactly_their_line() {
        let span = Span {
            message: 0,
            start: 0,
            end: 1,
        };
        let quantity = bags(15);
        for (operation, expect) in [
            (
                Operation::Set {
                    line: 0,
                    quantity,
                    span,
                },
                Some(("15 bags", Some("20 bags"))),
            ),
            (
                Operation::Increase {
                    line: 0,
                    by: bags(5),
                    span,
                },
                Some(("25 bags", Some("20 bags"))),
            ),
            (
                Operation::Decrease {
                    line: 0,
                    by: bags(5),
                    span,
                },
                Some(("15 bags", Some("20 bags"))),
            ),
            (
                Operation::Increase {
                    line: 0,
                    by: bags(i64::MAX / 1000),
                    span,
                },
                Some(("20 bags", None)),
            ),
            (
                Operation::Set {
                    line: 9,
                    quantity: bags(1),
                    span,
                },
                Some(("20 bags", None)),
            ),
            (Operation::Remove { line: 0, span }, None),
            (Operation::CancelAll { span }, None),
        ] {
            let request = Request {
                operations: vec![operation.clone()],
                ..Request::default()
            };
            let folded = fold_request(&[cement()], &request);
            let got = folded.lines.first().map(|line| {
                let text = |quantity: &Option<Quantity>| quantity.as_ref().map(ToString::to_string);
                (text(&line.quantity).unwrap(), text(&line.was))
            });
            let expect = expect.map(|(now, was)| (now.to_owned(), was.map(str::to_owned)));
            assert_eq!(got, expect, "{operation:?}");
        }
    }
}
