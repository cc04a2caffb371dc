//! Corrections of the unit alone: "kg not bags", "sorry, boxes", "wire in coils not rolls".

use super::burst::Burst;
use super::correction::{Around, Outcome};
use super::lexicon::{Class, UnitWord};
use super::live::{Live, MANY, split_words, stem};
use super::piece::{Part, Piece};
use super::reading::{Operation, Use};
use crate::domain::quantity::Quantity;

/// The change of the unit that the fragment says, if it says nothing else and one line can be meant.
pub(super) fn other_unit(
    burst: &Burst<'_>,
    fragment: &[Part],
    around: &Around<'_>,
) -> Option<Outcome> {
    let (mut new, mut old, mut names): (Vec<&UnitWord>, Vec<&UnitWord>, Vec<String>) =
        (Vec::new(), Vec::new(), Vec::new());
    let (mut gives_up, mut corrects) = (false, false);
    for part in fragment {
        match &part.piece {
            Piece::Word => {
                let unit = burst.lexicon.unit(|n| burst.text(part.from + n));
                match unit.filter(|(_, len)| *len == part.to - part.from) {
                    Some((unit, _)) if gives_up => old.push(unit),
                    Some((unit, _)) => new.push(unit),
                    None => {
                        let text = burst.words(part.from, part.to);
                        names.extend(split_words(&text).into_iter().map(stem));
                    }
                }
            }
            Piece::Cue(classes) => {
                gives_up |= classes.has(Class::InsteadOf);
                corrects |= classes.any(&[Class::Correct, Class::Firm]);
                if classes.any(&[Class::Request, Class::Add, Class::Remove, Class::Replace]) {
                    return None;
                }
            }
            Piece::Gap | Piece::Separator | Piece::Of | Piece::Dash | Piece::Article => {}
            Piece::Number(_)
            | Piece::Size
            | Piece::Times
            | Piece::Open
            | Piece::Close
            | Piece::Odd => return None,
        }
    }
    let ([unit], true) = (&new[..], old.len() < 2 && around.live.len() <= MANY) else {
        return None;
    };
    if !corrects && old.is_empty() {
        return None;
    }
    let may = |line: &&Live| {
        let now = line.quantity.as_ref().filter(|_| !line.removed);
        now.is_some_and(|now| {
            let named = names.is_empty() || line.is_called(&names);
            let was = old.first().is_none_or(|old| old.unit == now.unit);
            named && was && now.unit != unit.unit
        })
    };
    let mut found = (0..around.live.len()).filter(|at| may(&&around.live[*at]));
    let line = found.next().filter(|_| found.next().is_none())?;
    let now = around.live[line].quantity.as_ref()?;
    let (first, last) = (fragment.first()?, fragment.last()?);
    let words = fragment.iter().filter(|part| part.piece == Piece::Word);
    let claims = words
        .map(|part| (part.from, part.to, Use::Quantity))
        .collect();
    Some(Outcome::Change(
        vec![Operation::Set {
            line,
            quantity: Quantity::new(now.thousandths, unit.unit.clone()),
            span: burst.span(first.from, last.to),
        }],
        claims,
    ))
}
