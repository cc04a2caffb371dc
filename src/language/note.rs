//! What is said of an item: "for roofing", "chhat ke liye", "(ppc)".

use super::burst::Burst;
use super::lexicon::Class;
use super::piece::{Part, Piece};

/// Takes out "chhat ke liye", what an item is for, and gives the tokens that say it; none if the item
/// may be among them.
#[expect(
    clippy::option_option,
    reason = "nothing to take is not the same as nothing certain"
)]
pub(crate) fn take_tail(fragment: &mut Vec<Part>) -> Option<Option<(usize, usize)>> {
    let word = |part: &Part| matches!(part.piece, Piece::Word | Piece::Size);
    let tail = |part: &Part| part.classes().has(Class::PurposeTail);
    let Some(end) = fragment.iter().position(tail) else {
        return Some(None);
    };
    let len = fragment[..end]
        .iter()
        .rev()
        .take_while(|part| word(part) || part.classes().has(Class::Genitive))
        .count();
    let mut start = end - len;
    if len == 0 {
        fragment.remove(end);
        return Some(None);
    }
    let other = fragment[..start].iter().chain(&fragment[end..]).any(word);
    let behind_number = start > 0 && fragment[start - 1].number().is_some();
    if behind_number && !other {
        // "20 pipe chhat ke liye": the item stands between.
        if !(2..=3).contains(&len) {
            return None;
        }
        start = end - 1;
    }
    let range = (fragment[start].from, fragment[end].to);
    fragment.drain(start..=end);
    Some(Some(range))
}

/// Takes out "for roofing", what an item is for, and gives the tokens that say it.
pub(crate) fn take_note(burst: &Burst<'_>, core: &mut Vec<Part>) -> Option<(usize, usize)> {
    let word = |part: &Part| part.piece == Piece::Word;
    let first = core.iter().position(word)?;
    let from = (first + 1..core.len()).find(|at| burst.has(core[*at].from, Class::Purpose))?;
    let len = core[from + 1..]
        .iter()
        .take_while(|part| {
            let dated = burst
                .lexicon
                .calendar(|n| burst.text(part.from + n))
                .is_some();
            let talk = part.classes().has(Class::Talk)
                && !dated
                && (burst.lexicon.asks_anywhere()
                    || part.classes().is_within(&[Class::Talk, Class::Modifier]));
            matches!(part.piece, Piece::Word | Piece::Article | Piece::Size) || talk
        })
        .count();
    let named = core[from + 1..=from + len]
        .iter()
        .any(|part| word(part) || part.classes().has(Class::Talk));
    if !named || len > 5 {
        return None;
    }
    let range = (core[from].from, core[from + len].to);
    core.drain(from..=from + len);
    Some(range)
}

/// "cement 10 bags (ppc)": words in brackets behind a whole line are of what kind it is.
pub(crate) fn bracketed(core: &[Part]) -> Option<Vec<Part>> {
    let open = core.iter().position(|part| part.piece == Piece::Open)?;
    let word = |part: &Part| part.piece == Piece::Word;
    let inside = core.get(open + 1..core.len().checked_sub(1)?)?;
    let closed = core.last().is_some_and(|part| part.piece == Piece::Close);
    let before = &core[..open];
    let whole = before.iter().any(word) && before.iter().any(|part| part.number().is_some());
    if !closed || !whole || inside.is_empty() || !inside.iter().all(word) {
        return None;
    }
    let mut out = before.to_vec();
    out.extend(inside.iter().map(|part| Part {
        piece: Piece::Size,
        ..*part
    }));
    Some(out)
}
