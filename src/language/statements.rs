//! Clauses that state something, where the verb stands last: "slab hai", "sharma ji ne bheja hai".
//!
//! **Invariant:** what holds a number, or a word that orders or changes something, is never taken for one.

use super::burst::Burst;
use super::lexicon::{Class, Habit};
use super::piece::{Part, Piece};
use super::reading::Use;
use super::remarks::ACTS;
use super::token::Token;

/// Words that may stand behind the verb.
const BEHIND: [Class; 5] = [
    Class::Polite,
    Class::Address,
    Class::Filler,
    Class::Thanks,
    Class::Aside,
];

/// What tells of stock or may point at a line: it is weighed with the whole burst.
const WEIGHED: [Class; 7] = [
    Class::Enquiry,
    Class::Status,
    Class::Person,
    Class::That,
    Class::Had,
    Class::OutOf,
    Class::Less,
];

/// Takes such clauses out, and what stands before "bol raha hoon".
pub(super) fn statements(burst: &mut Burst<'_>, parts: &mut [Part]) {
    if !burst.lexicon.has(Habit::VerbLast) {
        return;
    }
    calls(burst, parts);
    let mut from = 0;
    while from < parts.len() {
        let ends = |at: &usize| parts[*at].piece == Piece::Separator;
        let to = (from..parts.len()).find(ends).unwrap_or(parts.len());
        let clause = &parts[from..to];
        if states(clause, from > 0) && !named_elsewhere(burst, clause) {
            take(burst, &mut parts[from..to]);
        }
        from = to + 1;
    }
}

fn states(clause: &[Part], behind: bool) -> bool {
    let has = |classes: &[Class]| clause.iter().any(|part| part.classes().any(classes));
    let counts =
        |part: &Part| part.number().is_some() || matches!(part.piece, Piece::Odd | Piece::Size);
    if clause.iter().any(counts) || has(&ACTS) || has(&WEIGHED) {
        return false;
    }
    let said = |part: &&Part| part.piece != Piece::Gap && !part.classes().any(&BEHIND);
    let Some(last) = clause.iter().rev().find(said).map(Part::classes) else {
        return false;
    };
    let told = has(&[Class::Report, Class::Told]);
    // "Sharma ji ne bheja hai"
    let agent = behind && has(&[Class::Agent]) && last.any(&[Class::States, Class::Report]);
    agent || last.has(Class::States) && !told
}

/// "Cement to hai", where cement is asked for: the line may be meant.
fn named_elsewhere(burst: &Burst<'_>, clause: &[Part]) -> bool {
    let (Some(first), Some(last)) = (clause.first(), clause.last()) else {
        return false;
    };
    let inside = first.from..last.to;
    let words = clause.iter().filter(|part| part.piece == Piece::Word);
    words.flat_map(|part| part.from..part.to).any(|at| {
        let text = &burst.tokens[at].text;
        let same =
            |(other, token): (usize, &Token)| !inside.contains(&other) && token.text == *text;
        burst.tokens.iter().enumerate().any(same)
    })
}

/// "Main Ramesh bol raha hoon, 20 bori bhejo": who calls.
fn calls(burst: &mut Burst<'_>, parts: &mut [Part]) {
    let calling = parts
        .iter()
        .position(|part| part.classes().has(Class::Calling));
    let Some(at) = calling else { return };
    let counts = |part: &Part| part.number().is_some() || part.piece == Piece::Odd;
    let acts = |part: &Part| part.classes().any(&ACTS);
    if !parts[..at].iter().any(|part| counts(part) || acts(part)) {
        take(burst, &mut parts[..=at]);
    }
}

fn take(burst: &mut Burst<'_>, clause: &mut [Part]) {
    for part in clause {
        if !matches!(part.piece, Piece::Gap | Piece::Separator) {
            burst.claim(part.from, part.to, Use::Told);
            part.piece = Piece::Gap;
        }
    }
}
