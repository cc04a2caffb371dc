//! Words of talk that are names after all, and number words that are none.

use super::burst::Burst;
use super::date;
use super::lexicon::{Calendar, Class, Classes, Habit};
use super::number::{Value, Why};
use super::piece::{Number, Part, Piece};
use super::reading::Use;

/// "This is Ann", "its mr Banda from the school", "sister Grace here": the words behind are a name.
pub(super) fn introduce(burst: &mut Burst<'_>, parts: &mut [Part]) {
    let lead = parts
        .iter()
        .take_while(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap | Piece::Separator));
    let lead = lead.count();
    let said = |class: Class| parts[..lead].iter().any(|part| part.classes().has(class));
    let last = parts[..lead]
        .iter()
        .rev()
        .find(|part| part.piece != Piece::Gap)
        .map_or_else(Classes::default, Part::classes);
    let introduced =
        last.has(Class::Introduction) || last.has(Class::Address) && said(Class::Introduction);
    // "Buenas noches doña Carmen,", "nurse Bisi from the clinic"
    let addressed = last.has(Class::Address) && !burst.lexicon.asks_anywhere();
    let words = parts[lead..]
        .iter()
        .take_while(|part| part.piece == Piece::Word)
        .count();
    let capital = parts.get(lead).is_some_and(|part| {
        burst
            .words(part.from, part.to)
            .starts_with(char::is_uppercase)
    });
    let ends = parts.get(lead + words).is_none_or(|next| {
        let talks = [
            Class::Preposition,
            Class::Filler,
            Class::Away,
            Class::Request,
        ];
        // "Sr Domingos são 20 sacos"
        let asks = [Class::Auxiliary, Class::Request];
        matches!(next.piece, Piece::Separator | Piece::Gap)
            || burst.lexicon.has(Habit::HeadFirst) && next.classes().any(&asks)
            || !burst.lexicon.has(Habit::HeadFirst) && next.classes().any(&talks)
    });
    // "Hi Sam,"
    let greeted = last.has(Class::Greeting)
        && !burst.lexicon.asks_anywhere()
        && parts
            .get(lead + words)
            .is_some_and(|next| matches!(next.piece, Piece::Separator))
        && parts.get(lead + words + 1).is_some_and(|next| {
            let asks = [
                Class::Request,
                Class::Polite,
                Class::Pronoun,
                Class::Auxiliary,
                Class::Add,
            ];
            next.classes().any(&asks)
        })
        && !parts[lead..lead + words].iter().any(|part| {
            burst
                .entry(part.from)
                .0
                .any(&[Class::Goods, Class::Uncountable, Class::Compound])
        });
    let called = (addressed && ends || greeted) && capital && (1..=2).contains(&words);
    let names = if called {
        words
    } else {
        usize::from(introduced && words > 0)
    };
    for part in &mut parts[lead..lead + names] {
        burst.claim(part.from, part.to, Use::Told);
        part.piece = Piece::Gap;
    }
}

/// "Don Domingo", "Sr Julio": a name, not a day.
pub(super) fn is_name(burst: &Burst<'_>, hit: &date::Hit) -> bool {
    let one = hit.to == hit.from + 1;
    let capital = burst
        .words(hit.from, hit.to)
        .starts_with(char::is_uppercase);
    let titled = hit
        .from
        .checked_sub(1)
        .is_some_and(|at| burst.single(at).has(Class::Address));
    one && capital && titled && burst.lexicon.has(Habit::HeadFirst)
}

/// A word of talk that begins an item's name is part of it: "2 end caps", "5 bags fine sand".
pub(super) fn soften(burst: &Burst<'_>, parts: &mut [Part]) {
    for at in (0..parts.len()).rev() {
        let followed = parts
            .get(at + 1)
            .is_some_and(|next| next.piece == Piece::Word);
        let led = at > 0
            && matches!(
                parts[at - 1].piece,
                Piece::Number(_) | Piece::Of | Piece::Size | Piece::Word | Piece::Article
            );
        let part = &parts[at];
        let one = part.to - part.from == 1;
        // "كراسي طلاب", "viti vya watoto"
        let said_of = at > 0
            && burst.lexicon.has(Habit::UnitFirst)
            && matches!(parts[at - 1].piece, Piece::Word | Piece::Of)
            && part.classes().has(Class::Talk)
            && part.classes().is_within(&[Class::Talk, Class::People]);
        if one && said_of && burst.used(part.from).is_none() {
            parts[at].piece = Piece::Word;
            continue;
        }
        if one
            && followed
            && led
            && part.classes().has(Class::Modifier)
            && burst.used(part.from).is_none()
        {
            parts[at].piece = Piece::Word;
        }
    }
}

/// A number word that may be none. "recharge kara do": behind a word and with nothing behind it, "do" may be two, or a verb.
pub(super) fn unsure_last(
    burst: &Burst<'_>,
    at: usize,
    before: &[Part],
    (piece, len): (Piece, usize),
) -> (Piece, usize) {
    let verb = burst.lexicon.has(Habit::VerbLast) && burst.single(at).has(Class::Auxiliary);
    let named = before.last().is_some_and(|part| part.piece == Piece::Word);
    // "١٠ كراتين مية": water, which is also a hundred.
    let counted = before
        .iter()
        .rev()
        .find(|part| part.piece != Piece::Of)
        .and_then(Part::number)
        .is_some_and(|number| number.unit.is_some());
    let goods = burst.single(at).any(&[Class::Goods, Class::Uncountable]);
    // "شهر 5", "siku 3": no amount of anything.
    let span = [
        Calendar::Day,
        Calendar::Week,
        Calendar::Month,
        Calendar::Hour,
    ];
    let of_time = at > 0 && burst.lexicon.has(Habit::UnitFirst) && {
        let found = burst
            .lexicon
            .calendar(|n| (n == 0).then(|| burst.text(at - 1))?);
        found.is_some_and(|(found, _)| found.iter().any(|meaning| span.contains(meaning)))
    };
    match piece {
        Piece::Number(number) if of_time && number.unit.is_none() => (Piece::Odd, len),
        Piece::Number(number) if counted && goods && len == 1 && number.unit.is_none() => {
            (Piece::Word, len)
        }
        Piece::Number(number) if verb && named && len == 1 && number.unit.is_none() => {
            let value = Value::unclear(Why::Vague);
            (Piece::Number(Number { value, ..number }), len)
        }
        piece => (piece, len),
    }
}
