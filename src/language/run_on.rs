//! What is told in one breath before the order: "the bit is finished now bring one bit and 12 bags".
//!
//! **Invariant:** what holds an exact number, or a word that changes something, is never passed over.

use super::burst::Burst;
use super::lexicon::{Class, Habit};
use super::number::{Value, Why};
use super::piece::{Part, Piece};
use super::reading::Use;
use super::remarks::ACTS;

const ASKS: [Class; 2] = [Class::Request, Class::Add];

/// What is weighed with the whole sentence.
const WEIGHED: [Class; 4] = [Class::Enquiry, Class::Status, Class::Person, Class::Had];

/// Takes out what is told before the first word that asks, where that stands before what it asks for.
pub(super) fn told_first(burst: &mut Burst<'_>, parts: &mut [Part]) {
    if !burst.lexicon.has(Habit::UnitFirst) {
        return;
    }
    let asks = |part: &Part| part.classes().any(&ASKS) && !part.classes().has(Class::Report);
    let Some(at) = parts.iter().position(asks) else {
        return;
    };
    let (before, behind) = (&parts[..at], &parts[at..]);
    let has =
        |parts: &[Part], classes: &[Class]| parts.iter().any(|part| part.classes().any(classes));
    let exact = |part: &Part| {
        let vague = |number: &super::piece::Number| {
            matches!(
                number.value,
                Value::Unclear {
                    why: Why::Vague,
                    ..
                }
            )
        };
        part.number().is_some_and(|number| !vague(number)) || part.piece == Piece::Odd
    };
    let told = has(before, &[Class::Report, Class::Told])
        && !before.iter().any(exact)
        && !has(before, &ACTS)
        && !has(before, &WEIGHED);
    let plain = !has(
        behind,
        &[Class::Report, Class::Had, Class::Enquiry, Class::Not],
    );
    let ordered = behind.iter().any(|part| part.number().is_some())
        && behind.iter().any(|part| part.piece == Piece::Word);
    if !(told && plain && ordered) {
        return;
    }
    for part in &mut parts[..at] {
        if part.piece != Piece::Gap {
            burst.claim(part.from, part.to, Use::Told);
            part.piece = Piece::Gap;
        }
    }
}
