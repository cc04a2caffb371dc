//! Words within the name of a place: "finca La Esperanza", "clinic ya Kibwezi", "school number 2".

use super::burst::Burst;
use super::lexicon::{Class, Habit};
use super::measure::read_number;
use super::place_phrase::ends;
use super::place_words::is_capital;
use super::token::Kind;

/// How far behind a word its colon may stand, in tokens.
const NAME: usize = 4;

/// "kwa staff canteen": whose place it is.
pub(super) fn is_kind(burst: &Burst<'_>, at: usize) -> bool {
    let of = [Class::Talk, Class::People, Class::Modifier];
    let classes = burst.single(at);
    burst.lexicon.has(Habit::UnitFirst)
        && !classes.is_empty()
        && classes.is_within(&of)
        && burst.single(at + 1).has(Class::PlaceNoun)
}

/// "لمشروع بئر بني حارث:": up to the colon all of it is the name, whatever else its words mean.
pub(super) fn before_colon(burst: &Burst<'_>, at: usize) -> bool {
    let own = [Class::Attribute, Class::Modifier, Class::Talk];
    let mut words = (at..at + NAME).map_while(|at| burst.tokens.get(at).map(|token| (at, token)));
    let colon = words.find(|(at, token)| token.kind != Kind::Word || !burst.is_free(*at, *at + 1));
    burst.lexicon.has(Habit::UnitFirst)
        && burst.single(at).is_within(&own)
        && colon.is_some_and(|(_, token)| token.is(':'))
}

/// "Pousada Maré Alta", "Finca Nueva Vida", "galpón nuevo:".
pub(super) fn is_adjective(burst: &Burst<'_>, at: usize) -> bool {
    let classes = burst.entry(at).0;
    let noun = at > 0 && burst.single(at - 1).has(Class::PlaceNoun);
    let counted = burst
        .tokens
        .get(at + 1)
        .is_some_and(|next| next.kind == Kind::Number);
    let small = burst.lexicon.has(Habit::HeadFirst) && noun && (counted || ends(burst, at + 1));
    classes.any(&[Class::Modifier, Class::Attribute]) && (is_capital(burst, at) || small)
}

/// The number here is the only one up to the comma, and an item follows it: "for the camp 20 hoes".
pub(super) fn counts_next(burst: &Burst<'_>, at: usize) -> bool {
    let rest = burst.tokens[at + 1..]
        .iter()
        .enumerate()
        .take_while(|(behind, token)| {
            let ends = matches!(token.kind, Kind::Break | Kind::Mark(',' | '.' | ';' | ':'));
            !ends && !burst.single(at + 1 + behind).has(Class::And)
        })
        .map(|(_, token)| token);
    let named = burst
        .tokens
        .get(at + 1)
        .is_some_and(|next| next.kind == Kind::Word && burst.entry(at + 1).0.is_empty())
        && burst.is_free(at + 1, at + 2)
        && burst.lexicon.calendar(|n| burst.text(at + 1 + n)).is_none();
    named && rest.clone().all(|token| token.kind != Kind::Number) && burst.setting.sites.is_empty()
}

/// "postes 10": a word and how many, to the end of the line.
pub(super) fn is_line(burst: &Burst<'_>, at: usize) -> bool {
    let number = burst
        .tokens
        .get(at + 1)
        .is_some_and(|next| next.kind == Kind::Number);
    number && !is_capital(burst, at) && ends(burst, at + 2)
}

/// A number in words, which says how many of what follows: "para el comedor media docena".
pub(super) fn counts(burst: &Burst<'_>, at: usize) -> bool {
    let numbers = &burst.lexicon.numbers;
    let said = read_number(burst, at).is_some() && burst.tokens[at].kind == Kind::Word;
    said && (numbers.longest(|n| burst.text(at + n)).is_none() || !ends(burst, at + 1))
}

/// "finca La Esperanza", "obra de la Avenida", "Escuela Fe y Alegría": a small word within a name.
pub(super) fn names_on(burst: &Burst<'_>, at: usize) -> bool {
    let classes = burst.entry(at).0;
    let capital = |at: usize| is_capital(burst, at);
    let next_is_name = burst.tokens.get(at + 1).is_some_and(|next| {
        let (next_classes, _) = burst.entry(at + 1);
        let named = next_classes.is_empty() || next_classes.has(Class::PlaceNoun);
        next.kind == Kind::Word && named
    });
    if classes.has(Class::And) {
        return capital(at - 1) && capital(at + 1);
    }
    let of = burst.single(at - 1).has(Class::Of);
    let small = burst.lexicon.has(Habit::HeadFirst) && ends(burst, at + 2);
    burst.single(at).has(Class::The) && next_is_name && (of || capital(at + 1) || small)
}

/// A word between the words of a name: "clinic ya Kibwezi", "المركز الصحي في الكلاكلة", "school number 2".
pub(super) fn joins(burst: &Burst<'_>, at: usize, noun: bool) -> bool {
    let (classes, len) = burst.entry(at);
    // "obra de la calle 8"
    if burst.lexicon.has(Habit::HeadFirst) && burst.single(at).has(Class::Of) {
        return true;
    }
    if len > 1 {
        return false;
    }
    let inside = [Class::PlaceLead, Class::Genitive];
    let next = burst.tokens.get(at + 1);
    let number = next.is_some_and(|next| next.kind == Kind::Number);
    let name = next.is_some_and(|next| next.kind == Kind::Word) && {
        let (next, _) = burst.entry(at + 1);
        next.is_empty() || next.any(&[Class::PlaceNoun, Class::The])
    };
    burst.single(at).has(Class::Of)
        || burst.lexicon.asks_anywhere() && classes.has(Class::The)
        || burst.lexicon.asks_anywhere() && classes.any(&inside) && noun && name
        || classes.any(&[Class::SpecNumber, Class::SpecHead]) && noun && number
        || classes.has(Class::Genitive) && name && burst.has(at + 1, Class::PlaceNoun)
}
