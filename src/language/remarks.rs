//! Clauses behind a comma that only tell: "remove the sand, we still have".

use super::burst::Burst;
use super::lexicon::Class;
use super::number::{Value, Why};
use super::piece::{Part, Piece};
use super::reading::Use;

/// What shows that a clause asks for something or changes something.
pub(super) const ACTS: [Class; 15] = [
    Class::Request,
    Class::Add,
    Class::More,
    Class::Remove,
    Class::Correct,
    Class::Replace,
    Class::InsteadOf,
    Class::Increase,
    Class::Decrease,
    Class::Cancel,
    Class::Hold,
    Class::Reorder,
    Class::Deliver,
    Class::AnotherOrder,
    Class::Not,
];

/// "Remove the sand, we still have": a clause behind a comma that begins with who or what is, and has no
/// number and asks for nothing, is a remark.
pub(crate) fn remarks(burst: &mut Burst<'_>, parts: &mut [Part]) {
    let ends = |part: &Part| part.piece == Piece::Separator;
    let mut from = 0;
    while let Some(comma) = (from..parts.len()).find(|at| ends(&parts[*at])) {
        from = comma + 1;
        let to = (from..parts.len())
            .find(|at| ends(&parts[*at]))
            .unwrap_or(parts.len());
        let clause = &parts[from..to];
        let begins = clause
            .iter()
            .find(|part| part.piece != Piece::Gap)
            .is_some_and(|part| {
                part.classes()
                    .any(&[Class::Pronoun, Class::Auxiliary, Class::Report])
                    && !part.classes().any(&[Class::That, Class::Status])
            });
        let cancels = parts[..comma]
            .iter()
            .any(|part| part.classes().has(Class::Cancel));
        let told = clause.iter().any(|part| {
            part.classes().any(&[
                Class::Pronoun,
                Class::Auxiliary,
                Class::Report,
                Class::Talk,
                Class::Had,
            ])
        });
        let begins = begins || cancels && told;
        // "Take out the sand, we found 2 trips"
        let took = parts[..comma]
            .iter()
            .any(|part| part.classes().any(&[Class::Remove, Class::Cancel]));
        let reports = took && clause.iter().any(|part| part.classes().has(Class::Report));
        let acts = clause.iter().any(|part| {
            let said = part.number().is_some_and(|number| {
                number.unit.is_some() || number.value != Value::unclear(Why::Vague)
            });
            part.classes().any(&ACTS) || !reports && (said || part.piece == Piece::Odd)
        });
        if begins && !acts && comma > 0 {
            for part in &mut parts[from..to] {
                if part.piece != Piece::Gap {
                    burst.claim(part.from, part.to, Use::Told);
                    part.piece = Piece::Gap;
                }
            }
        }
        from = to;
    }
}
