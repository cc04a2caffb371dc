//! One amount for several items: "5 each of rakes, spades and forks", "rakes and spades 5 each".

use super::burst::Burst;
use super::lexicon::Class;
use super::piece::{Part, Piece};

/// The fragments with the amount that is said for all of them in each.
pub(super) fn shared(burst: &Burst<'_>, mut fragments: Vec<Vec<Part>>) -> Vec<Vec<Part>> {
    for at in 0..fragments.len() {
        let Some(number) = for_each(burst, &fragments[at]) else {
            continue;
        };
        let amount = fragments[at][number].clone();
        let named = |parts: &[Part]| parts.iter().any(|part| part.piece == Piece::Word);
        // "Rakes and spades, 5 of each"
        let bare = !named(&fragments[at]) && at > 0 && is_item(burst, &fragments[at - 1]);
        let back = bare || named(&fragments[at][..number]) && !named(&fragments[at][number + 1..]);
        let count = if back {
            let before = fragments[..at].iter().rev();
            before.take_while(|parts| is_item(burst, parts)).count()
        } else {
            let behind = fragments[at + 1..].iter();
            behind.take_while(|parts| is_item(burst, parts)).count()
        };
        if count == 0 {
            continue;
        }
        fragments[at].retain(|part| !part.classes().has(Class::Distributive) && !bare);
        let others = if back {
            at - count..at
        } else {
            at + 1..at + 1 + count
        };
        for parts in &mut fragments[others] {
            if back {
                parts.push(amount.clone());
            } else {
                let first = parts
                    .iter()
                    .position(|part| matches!(part.piece, Piece::Word | Piece::Size));
                parts.insert(first.unwrap_or(0), amount.clone());
            }
        }
    }
    fragments.retain(|fragment| !fragment.is_empty());
    fragments
}

/// The one number of the fragment, if it is said of each of several things.
pub(super) fn for_each(burst: &Burst<'_>, fragment: &[Part]) -> Option<usize> {
    let mut numbers = (0..fragment.len()).filter(|at| fragment[*at].number().is_some());
    let at = numbers.next().filter(|_| numbers.next().is_none())?;
    if fragment.iter().any(|part| part.piece == Piece::Open) {
        return None;
    }
    let part = &fragment[at];
    let own = (part.from..part.to).any(|at| burst.single(at).has(Class::Distributive));
    let behind = fragment[at + 1..]
        .iter()
        .find(|part| part.piece != Piece::Gap)
        .is_some_and(|part| part.classes().has(Class::Distributive));
    (own || behind).then_some(at)
}

/// Words of an item, and nothing that says more.
fn is_item(burst: &Burst<'_>, fragment: &[Part]) -> bool {
    let quiet = [
        Class::And,
        Class::The,
        Class::Request,
        Class::Pronoun,
        Class::Polite,
        Class::Wants,
    ];
    let plain = |part: &Part| match part.piece {
        Piece::Word | Piece::Size | Piece::Article | Piece::Of => true,
        Piece::Gap => burst.used(part.from).is_none_or(|with| {
            matches!(
                with,
                super::reading::Use::Known | super::reading::Use::ListNumber
            )
        }),
        Piece::Cue(classes) => classes.is_within(&quiet) || classes.any(&quiet),
        Piece::Number(_)
        | Piece::Times
        | Piece::Dash
        | Piece::Open
        | Piece::Close
        | Piece::Separator
        | Piece::Odd => false,
    };
    fragment.iter().any(|part| part.piece == Piece::Word) && fragment.iter().all(plain)
}
