//! Words of talk that are names after all.

use super::burst::Burst;
use super::lexicon::{Class, Habit};
use super::piece::{Part, Piece};
use super::reading::Use;

/// "This is Ann": the word behind is a name.
pub(super) fn introduce(burst: &mut Burst<'_>, parts: &mut [Part]) {
    let lead = parts
        .iter()
        .take_while(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap | Piece::Separator));
    let lead = lead.count();
    let introduced = parts[..lead]
        .last()
        .is_some_and(|part| part.classes().has(Class::Introduction));
    if introduced && let Some(part) = parts.get_mut(lead).filter(|part| part.piece == Piece::Word) {
        burst.claim(part.from, part.to, Use::Told);
        part.piece = Piece::Gap;
    }
}

/// A word of talk that begins an item's name is part of it: "2 end caps", "5 bags fine sand".
pub(super) fn soften(burst: &Burst<'_>, parts: &mut [Part]) {
    for at in (0..parts.len()).rev() {
        let followed = parts
            .get(at + 1)
            .is_some_and(|next| next.piece == Piece::Word);
        let led = at > 0
            && matches!(
                parts[at - 1].piece,
                Piece::Number(_) | Piece::Of | Piece::Size | Piece::Word | Piece::Article
            );
        let part = &parts[at];
        let one = part.to - part.from == 1;
        // "كراسي طلاب", "viti vya watoto"
        let said_of = at > 0
            && burst.lexicon.has(Habit::UnitFirst)
            && matches!(parts[at - 1].piece, Piece::Word | Piece::Of)
            && part.classes().has(Class::Talk)
            && part.classes().is_within(&[Class::Talk]);
        if one && said_of && burst.used(part.from).is_none() {
            parts[at].piece = Piece::Word;
            continue;
        }
        if one
            && followed
            && led
            && part.classes().has(Class::Modifier)
            && burst.used(part.from).is_none()
        {
            parts[at].piece = Piece::Word;
        }
    }
}
