//! Words between an amount and its item, or between the words of an item: counters, genitives, links.

use super::burst::Burst;
use super::lexicon::{Class, UnitKind};
use super::measure::counted;
use super::piece::{Part, Piece};

/// "fer de 10 60 barres": behind the amount of an item, the word for a piece of it.
pub(super) fn counter(burst: &Burst<'_>, core: &mut Vec<Part>) {
    let [named @ .., amount, last] = &mut core[..] else {
        return;
    };
    let counts = last.piece == Piece::Word && burst.has(last.from, Class::Counter);
    if counts
        && named.iter().any(|part| part.piece == Piece::Word)
        && let Piece::Number(number) = &mut amount.piece
        && number.unit.is_none()
    {
        number.unit = Some(counted());
        amount.to = last.to;
        core.pop();
    }
}

/// "cement ki 20 bori", "pipe ka elbow": between words of an item it is one of them.
pub(super) fn genitive(core: &mut Vec<Part>) {
    let is_genitive = |part: &Part| part.classes().has(Class::Genitive);
    // "50 kg ki 20 bori": what one holds stands before it.
    let kind = |part: &Part| {
        part.number()
            .and_then(|number| Some(number.unit.as_ref()?.kind))
    };
    if let Some(at) = (1..core.len().saturating_sub(1)).find(|at| {
        is_genitive(&core[*at])
            && kind(&core[at - 1]) == Some(UnitKind::Measure)
            && kind(&core[at + 1]).is_some_and(UnitKind::holds)
    }) {
        core.swap(at - 1, at + 1);
        core[at].piece = Piece::Of;
    }
    for at in 1..core.len().saturating_sub(1) {
        let between = core[at - 1].piece == Piece::Word && core[at + 1].piece == Piece::Word;
        if between && is_genitive(&core[at]) {
            core[at].piece = Piece::Word;
        }
    }
    core.retain(|part| !is_genitive(part));
}

/// "buckets with lids": a link between words of an item is one of them.
pub(super) fn link(burst: &Burst<'_>, core: &mut [Part]) {
    for at in 1..core.len().saturating_sub(1) {
        let between = core[at - 1].piece == Piece::Word && core[at + 1].piece == Piece::Word;
        let of = core[at].piece == Piece::Of;
        let cue = matches!(core[at].piece, Piece::Cue(_));
        if cue && core[at + 1].number().is_some() && burst.has(core[at].from, Class::Holding) {
            core[at].piece = Piece::Of;
        }
        if between && (of || burst.has(core[at].from, Class::Link)) {
            core[at].piece = Piece::Word;
        }
    }
}
