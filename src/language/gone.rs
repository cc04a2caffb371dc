//! What is out, and how much is wanted of it: "the soap is over, bring 2 cartons"; "the soap is over, bring
//! some" is asked.

use super::burst::Burst;
use super::lexicon::Class;
use super::piece::{Part, Piece};
use super::reading::Use;

/// "The soap is over", "out of soap".
const OUT: [Class; 2] = [Class::Gone, Class::OutOf];

/// Takes out the words between an item that is out and the bare amount that is asked for behind it; what
/// is out beside a whole line is only told.
pub(super) fn gone(burst: &mut Burst<'_>, parts: &mut [Part]) {
    if lacks_amount(parts) {
        for part in parts.iter_mut().filter(|part| part.classes().any(&OUT)) {
            burst.claim(part.from, part.to, Use::Told);
            part.piece = Piece::Gap;
        }
        return;
    }
    let mut from = 0;
    while let Some(at) = (from..parts.len()).find(|at| parts[*at].classes().has(Class::Gone)) {
        from = at + 1;
        let Some(item) = item_before(&parts[..at]) else {
            continue;
        };
        let Some((to, wanted)) = wanted(&parts[at + 1..]) else {
            continue;
        };
        let told = match wanted {
            Wanted::Amount => at..at + 1 + to,
            Wanted::Line => item..at + 1,
        };
        for part in &mut parts[told] {
            if part.piece != Piece::Gap {
                burst.claim(part.from, part.to, Use::Told);
                part.piece = Piece::Gap;
            }
        }
    }
}

/// It says what is out and asks for it, and no amount is named.
fn lacks_amount(parts: &[Part]) -> bool {
    let has = |classes: &[Class]| parts.iter().any(|part| part.classes().any(classes));
    let numbers = parts.iter().any(|part| part.number().is_some());
    let named = parts.iter().any(|part| part.piece == Piece::Word);
    let asks = has(&[Class::Request, Class::Add]);
    let other = [
        Class::Not,
        Class::Remove,
        Class::Cancel,
        Class::Hold,
        Class::Enquiry,
    ];
    has(&OUT) && asks && named && !numbers && !has(&other)
}

/// Where the words of the item begin; no number stands among them.
fn item_before(before: &[Part]) -> Option<usize> {
    let named = |part: &&Part| matches!(part.piece, Piece::Word | Piece::Size);
    let len = before.iter().rev().take_while(named).count();
    let start = before.len() - len;
    let counted = before[..start]
        .iter()
        .rev()
        .take_while(|part| part.piece != Piece::Separator)
        .any(|part| part.number().is_some());
    (len > 0 && !counted).then_some(start)
}

/// What stands behind the item that is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Amount,
    Line,
}

/// Where the amount begins that is asked for, and whether it has an item of its own.
fn wanted(behind: &[Part]) -> Option<(usize, Wanted)> {
    let number = behind.iter().position(|part| part.number().is_some())?;
    let quiet = |part: &Part| match part.piece {
        Piece::Gap | Piece::Separator | Piece::Dash => true,
        Piece::Cue(classes) => !classes.any(&[
            Class::Not,
            Class::Remove,
            Class::Cancel,
            Class::Report,
            Class::Enquiry,
            Class::Gone,
            Class::Hold,
        ]),
        Piece::Article => true,
        Piece::Number(_)
        | Piece::Size
        | Piece::Word
        | Piece::Of
        | Piece::Times
        | Piece::Open
        | Piece::Close
        | Piece::Odd => false,
    };
    let lead = &behind[..number];
    let asks = lead.iter().any(|part| {
        part.classes()
            .any(&[Class::Request, Class::Add, Class::Polite])
    });
    let pleads = behind[number + 1..]
        .iter()
        .take_while(|part| part.piece != Piece::Separator)
        .any(|part| {
            part.classes()
                .any(&[Class::Request, Class::Add, Class::Polite])
        });
    if !lead.iter().all(quiet) || !(asks || pleads) {
        return None;
    }
    let own = behind[number + 1..]
        .iter()
        .take_while(|part| {
            matches!(
                part.piece,
                Piece::Of | Piece::Article | Piece::Word | Piece::Size
            )
        })
        .any(|part| part.piece == Piece::Word);
    let ends = behind[number + 1..]
        .iter()
        .find(|part| part.piece != Piece::Gap);
    let open = ends.is_some_and(|part| part.number().is_some());
    if open {
        return None;
    }
    Some((number, if own { Wanted::Line } else { Wanted::Amount }))
}
