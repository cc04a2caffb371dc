//! Several lines said in one breath: items and amounts in turn.

use super::burst::Burst;
use super::lexicon::{Class, Habit, UnitKind};
use super::line::head;
use super::lines::{LineRead, Parsed, single};
use super::piece::{Glued, Part, Piece};
use super::several::{Sort, sort};

/// "cement 20 bags sand 10 bags", "two tins paint four brushes": each amount with its item, where nothing
/// can be a size or what a package holds.
pub(super) fn in_turn(burst: &Burst<'_>, core: &[Part], at: &[usize]) -> Option<Vec<LineRead>> {
    let sorts: Vec<Sort> = at
        .iter()
        .map(|at| sort(core[*at].number().expect("a number")))
        .collect();
    let units = sorts.iter().zip(at).all(|(sort, at)| match sort {
        Sort::Package => true,
        Sort::Measure => core[*at]
            .number()
            .is_some_and(|number| number.glued == Glued::No),
        Sort::Bare | Sort::Held => false,
    });
    let bare = sorts.iter().all(|sort| *sort == Sort::Bare);
    // "dix draps, vingt paires de gants" said in one breath
    let mixed = burst.lexicon.has(Habit::HeadFirst)
        && core[0].number().is_some()
        && sorts
            .iter()
            .all(|sort| matches!(sort, Sort::Package | Sort::Bare));
    if core
        .iter()
        .any(|part| matches!(part.piece, Piece::Open | Piece::Times))
    {
        return None;
    }
    let number_first = core.first()?.number().is_some();
    let number_last = core.last()?.number().is_some();
    if number_first == number_last {
        return None;
    }
    let bounds: Vec<usize> = if number_first {
        at.iter().copied().chain([core.len()]).collect()
    } else {
        std::iter::once(0)
            .chain(at.iter().map(|at| at + 1))
            .collect()
    };
    let said: Vec<&[Part]> = bounds
        .windows(2)
        .map(|pair| &core[pair[0]..pair[1]])
        .collect();
    if !(units || bare || mixed || whole(burst, &said)) {
        return None;
    }
    let mut lines = Vec::new();
    for part in said {
        if !part.iter().any(|part| part.piece == Piece::Word) {
            return None;
        }
        match single(burst, part) {
            Parsed::Lines(mut found) => lines.append(&mut found),
            Parsed::Item(_) | Parsed::Amount(_) | Parsed::Nothing | Parsed::Unclear => return None,
        }
    }
    Some(lines)
}

/// "10 bags cement 3 rolls wire 2 hammers", "cement 20 bags nails 5kg hammer 2": every one is whole by
/// itself, with amounts of several kinds.
fn whole(burst: &Burst<'_>, said: &[&[Part]]) -> bool {
    let lexicon = burst.lexicon;
    if lexicon.has(Habit::UnitFirst) || lexicon.has(Habit::VerbLast) {
        return false;
    }
    // "2 lines: 10 bags cement"
    let titled = |part: &Part| burst.tokens[part.from].is(':');
    if said.iter().any(|parts| parts.iter().any(titled)) {
        return false;
    }
    let mut before: Option<UnitKind> = None;
    let mut first = true;
    said.iter().all(|parts| {
        let number = parts.iter().find_map(Part::number);
        let kind = number.and_then(|number| number.unit.as_ref().map(|unit| unit.kind));
        let held = number.is_none_or(|number| number.holder.is_some());
        let leads = parts[0].number().is_some();
        let loose = head(burst, parts).is_some_and(|at| burst.has(at, Class::Uncountable));
        let fits = match kind {
            Some(UnitKind::Count | UnitKind::Package | UnitKind::Bulk) | None => true,
            // "1 tank 5000 litres plastic": only behind a whole line is it surely an amount.
            Some(UnitKind::Measure) => {
                let of = leads && parts.get(1).is_some_and(|part| part.piece == Piece::Of);
                (loose || of) && (first || !leads || before.is_some())
            }
            Some(UnitKind::Unclear) => false,
        };
        before = kind;
        first = false;
        fits && !held
    })
}
