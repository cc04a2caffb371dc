//! Places by the words at their end, by a word of their own, or by where they stand.

use super::burst::Burst;
use super::lexicon::{Class, Habit};
use super::place::{Found, found};
use super::place_phrase::phrase;
use super::token::Kind;

/// The longest name of who calls, in words.
const CALLER: usize = 5;

/// "school se bol raha hoon", "معك ابو فهد من المزرعة ابغى", "naitwa Juma kutoka shule ya Mbezi, naomba": the place that calls.
pub(super) fn called_from(burst: &Burst<'_>, at: usize) -> Option<Found> {
    if let Some((to, true)) = phrase(burst, at)
        && burst.has(to, Class::Calling)
    {
        return Some(found(burst, at, to, None, Vec::new()));
    }
    if burst.has(at, Class::Calling) {
        let from = at + burst.entry(at).1;
        let (to, noun) = phrase(burst, from)?;
        let calls = noun && burst.has(to, Class::PurposeTail);
        return calls.then(|| found(burst, from, to, None, Vec::new()));
    }
    if !burst.has(at, Class::Introduction) {
        return None;
    }
    let from = (at + burst.entry(at).1..).take(CALLER).find(|here| {
        let (classes, len) = burst.entry(*here);
        !classes.is_empty()
            && (classes.has(Class::PlaceNoun)
                || classes.any(&[Class::Of, Class::Preposition, Class::Away])
                    && burst.has(here + len, Class::PlaceNoun))
    })?;
    let from = from
        + if burst.has(from, Class::PlaceNoun) {
            0
        } else {
            burst.entry(from).1
        };
    let words =
        (at..from).all(|at| burst.tokens[at].kind == Kind::Word && !burst.has(at, Class::Request));
    let (to, noun) = phrase(burst, from)?;
    let asks = burst.entry(to).0.has(Class::Request)
        || burst.tokens.get(to).is_some_and(|token| token.is(','));
    (words && noun && asks).then(|| found(burst, from, to, None, Vec::new()))
}

/// "The usual place".
pub(super) fn home(burst: &Burst<'_>, at: usize) -> Option<Found> {
    let (classes, len) = burst.entry(at);
    let site = burst.setting.home_site.clone()?;
    classes
        .has(Class::HomePlace)
        .then(|| found(burst, at, at + len, Some(site), Vec::new()))
}

/// "shambani": a word that says the place and that it is there.
pub(super) fn itself(burst: &Burst<'_>, at: usize) -> Option<Found> {
    let (classes, len) = burst.entry(at);
    if !classes.has(Class::PlaceItself) {
        return None;
    }
    let mut to = at + len;
    while burst.is_free(to, to + 1) && is_capital(burst, to) && burst.entry(to).0.is_empty() {
        to += 1;
    }
    Some(found(burst, at, to, None, Vec::new()))
}

pub(super) fn is_capital(burst: &Burst<'_>, at: usize) -> bool {
    let word = burst
        .tokens
        .get(at)
        .is_some_and(|token| token.kind == Kind::Word);
    word && burst
        .words(at, at + 1)
        .starts_with(|ch: char| ch.is_uppercase())
}

/// The token behind the words that follow a place: "site 4 pe".
pub(super) fn tail(burst: &Burst<'_>, to: usize) -> usize {
    let (classes, len) = burst.entry(to);
    if classes.has(Class::PlaceTail) && burst.is_free(to, to + len) {
        to + len
    } else {
        to
    }
}

/// "godown pe", "Andheri site ke liye": a noun for places before such a word.
pub(super) fn tailed(burst: &Burst<'_>, at: usize) -> Option<Found> {
    let (to, noun) = phrase(burst, at)?;
    if !noun || tail(burst, to) == to {
        return None;
    }
    let named = (at..to).find(|at| burst.has(*at, Class::PlaceNoun))? > at;
    let before = at.checked_sub(1).map(|before| &burst.tokens[before]);
    let follows = before.is_some_and(|before| {
        let word = matches!(before.kind, Kind::Word | Kind::Number | Kind::Code);
        let (classes, _) = burst.entry(at - 1);
        word && burst.used(at - 1).is_none()
            && !classes.any(&[Class::Request, Class::And, Class::Pronoun, Class::That])
    });
    // The words before the noun may be the item: "20 pump site pe".
    (!named || !follows || is_capital(burst, at)).then(|| found(burst, at, to, None, Vec::new()))
}

/// The line ends here, and a number stands in the next one of the message.
pub(super) fn above_list(burst: &Burst<'_>, at: usize) -> bool {
    let Some(end) = burst.tokens.get(at).filter(|t| t.kind == Kind::Break) else {
        return false;
    };
    burst.tokens[at + 1..]
        .iter()
        .take_while(|token| token.kind != Kind::Break && token.span.message == end.span.message)
        .any(|token| token.kind == Kind::Number)
}

/// A number stands from here to the end of the line.
pub(super) fn counts_on(burst: &Burst<'_>, at: usize) -> bool {
    burst.tokens[at..]
        .iter()
        .take_while(|token| token.kind != Kind::Break)
        .any(|token| token.kind == Kind::Number)
}

/// "meza 15 ukumbi wa Mwembe", "hio ni ya Block C": a place with its name, behind an amount or an "of".
pub(super) fn placed(burst: &Burst<'_>, at: usize) -> Option<Found> {
    if !burst.lexicon.has(Habit::UnitFirst) || at < 2 {
        return None;
    }
    let of = burst.has(at - 1, Class::Of);
    let copula = of && burst.entry(at - 2).0.any(&[Class::Auxiliary, Class::That]);
    // "Ni ya Kakuma primary"
    let noun = burst.has(at, Class::PlaceNoun);
    if !(noun || copula && is_capital(burst, at)) {
        return None;
    }
    let (to, named) = phrase(burst, at)?;
    if !noun {
        return named.then(|| found(burst, at, to, None, Vec::new()));
    }
    let amount = |at: usize| {
        let text = |n: usize| burst.text(at + n);
        burst.tokens[at].kind == Kind::Number
            || burst.lexicon.unit(text).is_some()
            || burst.lexicon.numbers.longest(text).is_some()
            || burst.lexicon.leading_scales.longest(text).is_some()
    };
    let behind = amount(at - 1) || of && amount(at - 2);
    let named = (at + 1..to).any(|at| is_capital(burst, at));
    // "binding wire site ya Kitengela"
    let own = (at + 1..to).any(|at| burst.has(at, Class::Of));
    let word = own
        && burst.tokens[at - 1].kind == Kind::Word
        && burst
            .entry(at - 1)
            .0
            .is_within(&[Class::Goods, Class::Uncountable]);
    (named && (behind || copula || word)).then(|| found(burst, at, to, None, Vec::new()))
}

/// "Fabrication shop", "main store" between commas or in a line of its own, behind a list: where to.
pub(super) fn alone(burst: &Burst<'_>, at: usize) -> Option<Found> {
    let begins = |token: &super::token::Token| matches!(token.kind, Kind::Break | Kind::Mark(','));
    let before = at.checked_sub(1)?;
    if !begins(&burst.tokens[before]) {
        return None;
    }
    let from = at + usize::from(burst.has(at, Class::The));
    let (to, noun) = phrase(burst, from)?;
    let last = (from..to)
        .rev()
        .find(|at| burst.has(*at, Class::PlaceNoun))?;
    let only = burst.has(last, Class::PlaceOnly);
    let ends = burst.tokens.get(to).is_none_or(begins);
    let behind_list = burst.tokens[..at]
        .iter()
        .any(|token| token.kind == Kind::Number);
    (noun && only && ends && behind_list).then(|| found(burst, from, to, None, Vec::new()))
}

/// "Its Grace from maternity": where who asks is, said with the name, is where to.
pub(super) fn introduced(burst: &Burst<'_>, at: usize) -> Option<Found> {
    if !burst.has(at, Class::FromValue) || at == 0 {
        return None;
    }
    let from = at + 1 + usize::from(burst.has(at + 1, Class::The));
    let (to, noun) = phrase(burst, from)?;
    let before = (0..at)
        .rev()
        .take_while(|at| burst.tokens[*at].kind != Kind::Break);
    let mut said = false;
    let mut names = 0;
    for at in before {
        let classes = burst.around(at);
        said |= classes.any(&[Class::Introduction, Class::Address]);
        names += usize::from(classes.is_empty());
        let talks = [
            Class::Introduction,
            Class::Address,
            Class::Greeting,
            Class::Filler,
            Class::Pronoun,
            Class::Auxiliary,
            Class::Yes,
        ];
        let name = classes.is_empty() && burst.tokens[at].kind == Kind::Word;
        if !(name || classes.any(&talks) || burst.tokens[at].is(',')) {
            return None;
        }
    }
    (noun && said && names < 4).then(|| found(burst, from, to, None, Vec::new()))
}
