//! Two numbers of which one is within the other, or may be; an item that is named twice.

use super::burst::Burst;
use super::lexicon::Habit;
use super::lines::Parsed;
use super::live::stem;
use super::piece::{Glued, Part, Piece};
use super::reading::Use;
use super::several::several;
use super::token::Kind;

/// "misumari 4 kilo 5": nobody knows which number the unit belongs to.
pub(crate) fn is_loose(burst: &Burst<'_>, core: &[Part], a: usize, b: usize) -> bool {
    let (Some(first), Some(second)) = (core[a].number(), core[b].number()) else {
        return false;
    };
    let leads = burst.tokens[core[a].from].kind == Kind::Number;
    let apart = first.unit.is_some() && first.glued == Glued::No && core[a].from + 1 < core[a].to;
    burst.lexicon.has(Habit::UnitFirst) && b == a + 1 && leads && apart && second.unit.is_none()
}

/// "box 4 (100 tabs)": what the package holds, by another name.
pub(crate) fn without_name_inside(burst: &Burst<'_>, core: &[Part]) -> Option<Parsed> {
    let mut plain = core.to_vec();
    let word = plain.remove(counted_inside(core)?);
    let mut parsed = several(burst, &plain);
    if let Parsed::Lines(lines) = &mut parsed
        && let [line] = lines.as_mut_slice()
    {
        line.claims.push((word.from, word.to, Use::Pack));
    }
    Some(parsed)
}

/// The one word behind a number in brackets.
fn counted_inside(core: &[Part]) -> Option<usize> {
    let at = core.windows(4).position(|four| {
        let bare = four[1].number().is_some_and(|number| number.unit.is_none());
        four[0].piece == Piece::Open
            && bare
            && four[2].piece == Piece::Word
            && four[3].piece == Piece::Close
    })?;
    Some(at + 2)
}

/// The words in front are said again behind the amount.
pub(crate) fn named_again(burst: &Burst<'_>, before: &[Part], behind: &[Part]) -> bool {
    let stems = |parts: &[Part]| -> Vec<String> {
        let words = parts.iter().filter(|part| part.piece == Piece::Word);
        words
            .map(|part| stem(&burst.words(part.from, part.to)))
            .collect()
    };
    let plain = |part: &Part| matches!(part.piece, Piece::Word | Piece::Dash | Piece::Article);
    let again = stems(behind);
    before.iter().all(plain) && stems(before).iter().all(|stem| again.contains(stem))
}
