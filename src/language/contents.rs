//! How much a package of the last line holds, said behind it: "la caja trae 12".

use super::lexicon::Class;
use super::piece::{Part, Piece};
use super::reader::Reader;
use super::reading::{Operation, Pack, Use};
use crate::domain::quantity::{Quantity, Unit};

impl Reader<'_> {
    /// Takes such a fragment into the last line, if it is of the line's package and nothing else.
    pub(super) fn says_content(&mut self, fragment: &[Part]) -> bool {
        let speaks = |part: &&Part| {
            let filler = [
                Class::The,
                Class::Each,
                Class::That,
                Class::Determiner,
                Class::And,
            ];
            let classes = part.classes();
            let gap = matches!(part.piece, Piece::Gap | Piece::Article | Piece::Separator);
            !gap && (classes.has(Class::Holding) || !classes.any(&filler))
        };
        let said: Vec<&Part> = fragment.iter().filter(speaks).collect();
        let [package, holds, held] = said[..] else {
            return false;
        };
        let Some(number) = held.number() else {
            return false;
        };
        let holding =
            matches!(holds.piece, Piece::Cue(_)) && self.burst.has(holds.from, Class::Holding);
        let unit = self
            .burst
            .lexicon
            .unit(|n| self.burst.text(package.from + n));
        let unit = unit.map(|(unit, _)| unit.unit.clone());
        let Some(size) = number
            .value
            .exact()
            .filter(|_| holding && package.piece == Piece::Word)
        else {
            return false;
        };
        let span = self.burst.span(held.from, held.to);
        let held_unit = number
            .unit
            .as_ref()
            .map_or_else(Unit::piece, |unit| unit.unit.clone());
        let Some(Operation::Add(line)) = self.current().request.operations.last_mut() else {
            return false;
        };
        let counted = line.quantity.as_ref().map(|quantity| &quantity.unit);
        if unit.is_none() || counted != unit.as_ref() || line.pack.is_some() {
            return false;
        }
        line.pack = Some(Pack {
            size: Quantity::new(size, held_unit),
            span,
        });
        self.claim(&[
            (package.from, package.to, Use::Known),
            (held.from, held.to, Use::Pack),
        ]);
        true
    }
}
