//! The same item in another size, said without its name: "3 pairs of boots size 9, 2 pairs size 10".

use super::lexicon::Class;
use super::lines::LineRead;
use super::number::{ONE, Value};
use super::piece::{Change, Glued, Part, Piece};
use super::reader::Reader;
use super::reading::{Line, Operation, UnitFrom, Use};
use super::token::Kind;
use crate::domain::quantity::{Quantity, Unit};

impl Reader<'_> {
    /// The line of such a fragment, behind a line that has a size.
    pub(super) fn in_other_size(
        &self,
        fragment: &[Part],
        just_made: Option<usize>,
    ) -> Option<LineRead> {
        just_made?;
        let request = &self.states.last()?.request;
        let Some(Operation::Add(before)) = request.operations.last() else {
            return None;
        };
        let sized = before.spec.is_some() && before.pack.is_none();
        let quiet = [
            Class::And,
            Class::The,
            Class::Polite,
            Class::Filler,
            Class::Request,
            Class::Thanks,
            Class::Done,
        ];
        let mut number = None;
        let mut sizes: Vec<&Part> = Vec::new();
        let two = fragment
            .iter()
            .filter(|part| part.number().is_some())
            .count()
            == 2;
        for part in fragment {
            match &part.piece {
                // "poles 20ft 15, 12ft 30"
                Piece::Number(found)
                    if two && sizes.is_empty() && found.glued == Glued::Yes && {
                        let before = before.spec.as_deref().unwrap_or("");
                        let letters = |text: &str| -> String {
                            text.chars().filter(|ch| ch.is_alphabetic()).collect()
                        };
                        letters(before) == letters(&self.burst.words(part.from, part.to))
                    } =>
                {
                    sizes.push(part);
                }
                Piece::Number(found) if number.is_none() => number = Some((found, part)),
                Piece::Size if self.burst.tokens[part.from].kind != Kind::Code => sizes.push(part),
                Piece::Gap | Piece::Dash | Piece::Of | Piece::Times | Piece::Article => {}
                Piece::Cue(classes) if classes.any(&quiet) => {}
                Piece::Number(_)
                | Piece::Size
                | Piece::Word
                | Piece::Cue(_)
                | Piece::Open
                | Piece::Close
                | Piece::Separator
                | Piece::Odd => return None,
            }
        }
        let (number, amount) = number?;
        let Value::Exact(value) = number.value else {
            return None;
        };
        let plain = number.holder.is_none() && number.change == Change::None;
        if !sized || sizes.is_empty() || !plain {
            return None;
        }
        let (unit, unit_from) = match (&number.unit, &before.quantity) {
            (Some(unit), _) => (unit.unit.clone(), UnitFrom::Said),
            (None, Some(before_it)) => (before_it.unit.clone(), before.unit_from),
            (None, None) => (Unit::piece(), UnitFrom::Counted),
        };
        if unit == Unit::piece() && value % ONE != 0 {
            return None;
        }
        let span = |part: &Part| self.burst.span(part.from, part.to);
        let words = sizes
            .iter()
            .map(|part| self.burst.words(part.from, part.to));
        let spec = words.collect::<Vec<_>>().join(" ");
        let mut claims: Vec<(usize, usize, Use)> = sizes
            .iter()
            .map(|part| (part.from, part.to, Use::Spec))
            .collect();
        claims.push((amount.from, amount.to, Use::Quantity));
        let (first, last) = (fragment.first()?, fragment.last()?);
        Some(LineRead {
            line: Line {
                item: before.item.clone(),
                item_spans: before.item_spans.clone(),
                spec: Some(spec),
                spec_spans: sizes.iter().map(|part| span(part)).collect(),
                quantity: Some(Quantity::new(value, unit)),
                quantity_span: Some(span(amount)),
                unit_from,
                pack: None,
                note: None,
                span: span(first).to(span(last)),
            },
            doubts: Vec::new(),
            claims,
            change: Change::None,
        })
    }
}
