//! Lines whose amount is a word by itself, or stands apart from its unit.

use super::burst::Burst;
use super::lexicon::{Class, Habit, UnitWord};
use super::line::line;
use super::lines::{LineRead, Parsed};
use super::number::{ONE, Value};
use super::piece::{Change, Glued, Number, Part, Piece};
use super::reading::Use;

/// "كيس ملح", "mfuko wa saruji": one of it; "مكنستين": two.
pub(crate) fn counted_alone(burst: &Burst<'_>, core: &[Part]) -> Option<Parsed> {
    let number = |value: i64, unit: Option<UnitWord>, end: usize| Number {
        value: Value::Exact(value),
        unit,
        glued: Glued::No,
        holder: None,
        change: Change::None,
        end,
    };
    let first = core.first()?;
    let one = burst.lexicon.one(|n| burst.text(first.from + n));
    let rest = core.get(1..).unwrap_or_default();
    let of = usize::from(
        rest.first()
            .is_some_and(|part| burst.has(part.from, Class::Of)),
    );
    let named = rest[of..].iter().any(|part| part.piece == Piece::Word);
    if let Some((unit, 1)) = one
        && named
    {
        let number = number(ONE, Some(unit.clone()), first.to);
        let read = line(
            burst,
            &rest[of..],
            Some((&number, first.from, first.to)),
            None,
        )?;
        return Some(Parsed::Lines(vec![read]));
    }
    let dual = core
        .iter()
        .find(|part| part.piece == Piece::Word && burst.has(part.from, Class::Dual))?;
    let number = number(2 * ONE, None, dual.to);
    let read = line(burst, core, Some((&number, dual.from, dual.to)), None)?;
    Some(Parsed::Lines(vec![read]))
}

/// "كيس اسمنت ٢٠": the item stands between the unit and its number.
pub(crate) fn unit_in_front(burst: &Burst<'_>, core: &[Part], at: usize) -> Option<LineRead> {
    let mut number = core[at].number()?.clone();
    if !burst.lexicon.has(Habit::UnitFirst) || at < 2 || number.unit.is_some() {
        return None;
    }
    let (unit, len) = burst.lexicon.unit(|n| burst.text(core[0].from + n))?;
    if core[0].piece != Piece::Word || len > core[0].to - core[0].from {
        return None;
    }
    number.unit = Some(unit.clone());
    let mut words = core[1..].to_vec();
    words.remove(at - 1);
    let mut read = line(
        burst,
        &words,
        Some((&number, core[at].from, core[at].to)),
        None,
    )?;
    read.claims.push((core[0].from, core[0].to, Use::Quantity));
    Some(read)
}

/// "3 buckets", "ndoo 3": the container itself is the item.
pub(crate) fn vessel(burst: &Burst<'_>, parts: &[Part]) -> Option<LineRead> {
    let part = parts.iter().find(|part| part.number().is_some())?;
    let mut number = part.number()?.clone();
    number.unit = None;
    let at = vessel_word(burst, part)?;
    let word = Part {
        piece: Piece::Word,
        from: at,
        to: at + 1,
    };
    let amount = if at == part.from {
        (&number, at + 1, part.to)
    } else {
        (&number, part.from, at)
    };
    line(burst, &[word], Some(amount), None)
}

/// The word for a container in an amount.
pub(crate) fn vessel_word(burst: &Burst<'_>, amount: &Part) -> Option<usize> {
    [amount.to - 1, amount.from]
        .into_iter()
        .find(|at| burst.has(*at, Class::Vessel))
}
