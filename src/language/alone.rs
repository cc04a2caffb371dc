//! Lines whose amount is a word by itself, or stands apart from its unit.

use super::burst::Burst;
use super::lexicon::{Class, Habit, UnitKind, UnitWord};
use super::line::{Amount, line};
use super::lines::{LineRead, Parsed};
use super::number::{ONE, Value};
use super::piece::{Change, Glued, Number, Part, Piece};
use super::reading::{QuestionCode, Use};
use super::several::doubt;

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
    if burst.has(core[1].from, Class::Material) {
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

/// "10 drums of 200 L": the containers are the item, and this is their size.
pub(crate) fn sized_vessel(burst: &Burst<'_>, parts: &[Part]) -> Option<LineRead> {
    let mut numbers = parts.iter().filter(|part| part.number().is_some());
    let (first, second, None) = (numbers.next()?, numbers.next()?, numbers.next()) else {
        return None;
    };
    let measure = second.number()?.unit.as_ref()?.kind == UnitKind::Measure;
    let behind = parts.iter().all(|part| {
        let of = part.piece == Piece::Of || part.piece == Piece::Gap;
        part.from < first.to || part.from >= second.from || of
    });
    if !(measure && behind && burst.lexicon.has(Habit::HeadFirst)) {
        return None;
    }
    let size = Part {
        piece: Piece::Size,
        from: second.from,
        to: second.to,
    };
    contained(burst, first, Some(size))
}

/// "١٠ صناديق بلاستيكية": what the word behind the unit is made of is the unit, which is the item itself.
pub(crate) fn made_of(
    burst: &Burst<'_>,
    words: &[Part],
    (number, from, to): Amount<'_>,
) -> Option<LineRead> {
    let first = words.first()?;
    let holds = number.unit.as_ref().is_some_and(|unit| unit.kind.holds());
    if !holds || first.piece != Piece::Word || !burst.has(first.from, Class::Material) {
        return None;
    }
    let is_unit = |at: usize| burst.lexicon.unit(|n| burst.text(at + n)).is_some();
    let behind = is_unit(to - 1);
    if to < from + 2 || !behind && !is_unit(from) {
        return None;
    }
    let (at, from, to) = if behind {
        (to - 1, from, to - 1)
    } else {
        (from, from + 1, to)
    };
    let mut named = vec![Part {
        piece: Piece::Word,
        from: at,
        to: at + 1,
    }];
    named.extend_from_slice(words);
    let number = Number {
        unit: None,
        ..number.clone()
    };
    line(burst, &named, Some((&number, from, to)), None)
}

/// "3 buckets", "ndoo 3": the container itself is the item.
pub(crate) fn vessel(burst: &Burst<'_>, parts: &[Part]) -> Option<LineRead> {
    let part = parts.iter().find(|part| part.number().is_some())?;
    contained(burst, part, None)
}

fn contained(burst: &Burst<'_>, part: &Part, size: Option<Part>) -> Option<LineRead> {
    let mut number = part.number()?.clone();
    number.unit = None;
    let at = vessel_word(burst, part).or_else(|| named_unit(burst, part))?;
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
    let words: Vec<Part> = std::iter::once(word).chain(size).collect();
    line(burst, &words, Some(amount), None)
}

/// The word for a container in an amount.
pub(crate) fn vessel_word(burst: &Burst<'_>, amount: &Part) -> Option<usize> {
    [amount.to - 1, amount.from]
        .into_iter()
        .find(|at| burst.has(*at, Class::Vessel))
}

/// "reams 10": a unit of one thing alone.
pub(crate) fn named_unit(burst: &Burst<'_>, amount: &Part) -> Option<usize> {
    [amount.to - 1, amount.from]
        .into_iter()
        .find(|at| burst.has(*at, Class::NamedUnit))
}

/// "viti 20 vya plastiki": what stands behind the "of" is of the item; "10 ya chokaa" are ten of what was
/// counted before.
pub(crate) fn of_behind(
    burst: &Burst<'_>,
    core: &[Part],
    at: usize,
    words: &[Part],
) -> Option<Parsed> {
    let is_word = |part: &Part| part.piece == Piece::Word;
    let of = core.get(at + 1)?;
    if of.piece != Piece::Of || of.to - of.from > 1 || !core.get(at + 2).is_some_and(is_word) {
        return None;
    }
    let number = core[at].number()?;
    let quantity = Some((number, core[at].from, core[at].to));
    if core[..at].iter().any(is_word) {
        let mut named = words.to_vec();
        if let Some(part) = named.get_mut(at) {
            part.piece = Piece::Word;
        }
        let read = line(burst, &named, quantity, None)?;
        return Some(Parsed::Lines(vec![read]));
    }
    let group = (core[at].from..core[at].to).any(|token| {
        let lists = [&burst.lexicon.groups, &burst.lexicon.leading_scales];
        let text = burst.text(token).unwrap_or("");
        lists.iter().any(|list| list.contains_key(text))
    });
    if number.unit.is_some() || group {
        return None;
    }
    let mut read = line(burst, words, quantity, None)?;
    let span = burst.span(core[at].from, core[at].to);
    read.doubts.push(doubt(QuestionCode::Unit, span));
    Some(Parsed::Lines(vec![read]))
}
