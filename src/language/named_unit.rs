//! A unit that stands behind the item and not behind its number: "20 cement bags", "nails kg 5",
//! "Cement | bag | 20".

use super::burst::Burst;
use super::lexicon::{Class, Habit, UnitKind};
use super::piece::{Part, Piece};

/// Lengths of the abbreviation of a unit, in letters; one alone may be a size.
const SHORT: std::ops::RangeInclusive<usize> = 2..=3;

/// Gives the one number of the line the unit that stands behind its item.
pub(super) fn unit_of_name(burst: &Burst<'_>, core: &mut Vec<Part>) {
    let lexicon = burst.lexicon;
    if lexicon.has(Habit::UnitFirst) || lexicon.has(Habit::HeadFirst) {
        return;
    }
    let mut numbers = (0..core.len()).filter(|at| core[*at].number().is_some());
    let (Some(number), None) = (numbers.next(), numbers.next()) else {
        return;
    };
    let bare = |part: &Part| {
        part.number()
            .is_some_and(|number| number.unit.is_none() && number.holder.is_none())
    };
    if !bare(&core[number]) {
        return;
    }
    let plain = |part: &Part| matches!(part.piece, Piece::Word | Piece::Size);
    let last = if number > 0 {
        let dashes = core[..number].iter().rev();
        let dashes = dashes.take_while(|part| part.piece == Piece::Dash).count();
        (number - dashes).checked_sub(1)
    } else {
        core[number..].iter().rposition(plain)
    };
    let Some(last) = last.filter(|last| *last > usize::from(number == 0)) else {
        return;
    };
    let (name, column) = {
        let before = core[..last].iter().rev();
        let dashes = before.take_while(|part| part.piece == Piece::Dash).count();
        let colon = (last - dashes..last).any(|at| burst.tokens[core[at].from].is(':'));
        (core.get(last - dashes - 1), dashes > 0 && !colon)
    };
    let Some(name) = name.filter(|part| plain(part)) else {
        return;
    };
    let unit = lexicon.unit(|n| burst.text(core[last].from + n));
    let whole = core[last].to - core[last].from;
    let Some((unit, _)) = unit.filter(|(_, len)| *len == whole && core[last].piece == Piece::Word)
    else {
        return;
    };
    let written = burst.text(core[last].from).unwrap_or("");
    let fits = match unit.kind {
        // "water meter 5" are meters, "cable metres 20" is cable.
        UnitKind::Measure => {
            let loose = burst.has(name.to - 1, Class::Uncountable) && written.ends_with('s');
            column || SHORT.contains(&written.chars().count()) || loose
        }
        UnitKind::Count => column || SHORT.contains(&written.chars().count()),
        UnitKind::Package | UnitKind::Bulk => {
            let vessel = burst.entry(core[last].from).0.has(Class::Vessel);
            let loose = burst.has(name.to - 1, Class::Uncountable) && !vessel;
            // "Polythene tubes" are no tubes of polythene.
            column || loose && unit.unit.code() != "XTU" || is_many(burst, name)
        }
        UnitKind::Unclear => false,
    };
    // "20 cement kg" is no order of words.
    let behind = number == 0 && matches!(unit.kind, UnitKind::Measure | UnitKind::Count);
    if !fits || behind {
        return;
    }
    let unit = unit.clone();
    if let Piece::Number(amount) = &mut core[number].piece {
        amount.unit = Some(unit);
    }
    core[last].piece = Piece::Gap;
    core.retain(|part| part.piece != Piece::Gap);
}

/// "gloves boxes": the name of a thing that is counted by itself would be in the singular.
fn is_many(burst: &Burst<'_>, name: &Part) -> bool {
    let word = burst.text(name.to - 1).unwrap_or("");
    word.len() > 4 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us")
}
