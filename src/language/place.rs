//! Places: the sites that are known, by name or alias, and words that look like a place.

use std::collections::HashMap;

use super::burst::Burst;
use super::heads::parallel;
use super::lexicon::{Class, Habit};
use super::place_phrase::phrase;
use super::place_words::{
    above_list, alone, called_from, counts_on, home, introduced, is_capital, itself, placed, tail,
    tailed,
};
use super::reading::{PlaceRead, Use};
use super::token::{Kind, Token, words};

/// A place in the tokens `from..to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) read: PlaceRead,
    /// Ids of the sites that it may be, when they are several.
    pub(crate) choices: Vec<String>,
    pub(crate) heading: Heading,
}

/// Whether it stands at the start of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heading {
    Yes,
    No,
}

/// Longest name of a site, in tokens.
const LONGEST: usize = 8;
/// How far back a word can change what is meant, in tokens.
const NEAR: usize = 12;

/// Finds the places and claims their tokens.
pub(crate) fn find(burst: &mut Burst<'_>) -> Vec<Found> {
    let names = names(burst);
    let mut out = each(burst, |burst, at| {
        known(burst, at, &names)
            .or_else(|| home(burst, at))
            .or_else(|| itself(burst, at))
    });
    out.extend(each(burst, |burst, at| {
        led(burst, at)
            .or_else(|| headed(burst, at))
            .or_else(|| tailed(burst, at))
            .or_else(|| called_from(burst, at))
            .or_else(|| placed(burst, at))
            .or_else(|| alone(burst, at))
            .or_else(|| introduced(burst, at))
    }));
    let heads = parallel(burst, &out);
    out.extend(each(burst, |_, at| {
        heads.iter().find(|h| h.from == at).cloned()
    }));
    out.sort_by_key(|found| found.from);
    out
}

fn each(burst: &mut Burst<'_>, find: impl Fn(&Burst<'_>, usize) -> Option<Found>) -> Vec<Found> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < burst.tokens.len() {
        let Some(mut found) = find(burst, at) else {
            at += 1;
            continue;
        };
        found.from = lead(burst, found.from);
        found.to = tail(burst, found.to);
        found.heading = heading(burst, found.from);
        burst.claim(found.from, found.to, Use::Place);
        at = found.to;
        out.push(found);
    }
    out
}

fn names(burst: &Burst<'_>) -> HashMap<String, Vec<String>> {
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
    for site in &burst.setting.sites {
        for name in std::iter::once(&site.name).chain(&site.aliases) {
            let key: String = words(name)
                .into_iter()
                .filter(|word| is_name(word))
                .collect();
            if key.is_empty() {
                continue;
            }
            let ids = names.entry(key).or_default();
            if !ids.contains(&site.id) {
                ids.push(site.id.clone());
            }
        }
    }
    names
}

fn is_name(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

fn known(burst: &Burst<'_>, at: usize, names: &HashMap<String, Vec<String>>) -> Option<Found> {
    if names.is_empty() {
        return None;
    }
    let mut key = String::new();
    let mut best = None;
    for to in at..(at + LONGEST).min(burst.tokens.len()) {
        let token = &burst.tokens[to];
        match token.kind {
            Kind::Word | Kind::Number | Kind::Code => key.push_str(&token.text),
            Kind::Mark('-' | '.' | '\'' | '/') if to > at => continue,
            Kind::Mark(_) | Kind::Break | Kind::Symbol => break,
        }
        if !burst.is_free(to, to + 1) {
            break;
        }
        if let Some(ids) = names.get(&key) {
            best = Some((to + 1, ids, key.chars().count()));
        }
    }
    let (to, ids, length) = best?;
    // A very short alias must be led to, or it would be found in every list.
    if length <= 3 && lead(burst, at) == at && heading(burst, at) == Heading::No {
        return None;
    }
    let one = <[String; 1]>::try_from(ids.clone()).ok().map(|[id]| id);
    let choices = if one.is_some() {
        Vec::new()
    } else {
        ids.clone()
    };
    Some(found(burst, at, to, one, choices))
}

pub(super) fn found(
    burst: &Burst<'_>,
    from: usize,
    to: usize,
    site: Option<String>,
    choices: Vec<String>,
) -> Found {
    Found {
        from,
        to,
        read: PlaceRead {
            site,
            words: burst.words(from, to),
            span: burst.span(from, to),
        },
        choices,
        heading: Heading::No,
    }
}

/// "deliver to Kisumu", "for the poultry unit", "to tower 44".
fn led(burst: &Burst<'_>, at: usize) -> Option<Found> {
    let (classes, len) = burst.entry(at);
    let strong = classes.has(Class::Deliver);
    if !strong && !classes.has(Class::PlaceLead) {
        return None;
    }
    let mut from = at + len;
    while burst.has(from, Class::The)
        || burst.has(from, Class::Pronoun)
        || burst.tokens.get(from).is_some_and(|t| t.is(':'))
    {
        from += 1;
    }
    // "en el lote 14"
    let numbered = burst.has(from, Class::PlaceNoun)
        && burst
            .tokens
            .get(from + 1)
            .is_some_and(|t| t.kind == Kind::Number);
    if burst.lexicon.unit(|n| burst.text(from + n)).is_some() && !numbered {
        return None;
    }
    let (to, noun) = phrase(burst, from)?;
    let goes = burst.has(at, Class::PlaceTo) && !changes(burst, at);
    // "Para Nampula 10 bicicletas"
    let called = is_capital(burst, from)
        && burst.lexicon.has(Habit::HeadFirst)
        && heading(burst, at) == Heading::Yes
        && burst
            .tokens
            .get(to + usize::from(burst.has(to, Class::Filler)))
            .is_some_and(|next| matches!(next.kind, Kind::Number | Kind::Mark(':' | ',')));
    if !(noun || strong || goes || called) {
        return None;
    }
    Some(found(burst, from, to, None, Vec::new()))
}

/// In this line a value is changed "to" something.
fn changes(burst: &Burst<'_>, at: usize) -> bool {
    (at.saturating_sub(NEAR)..at)
        .rev()
        .take_while(|before| burst.tokens[*before].kind != Kind::Break)
        .any(|before| {
            burst.entry(before).0.any(&[
                Class::Correct,
                Class::Increase,
                Class::Decrease,
                Class::Replace,
                Class::Add,
            ])
        })
}

/// "Lab:", "Workshop needs:", "base camp -" at the start of a line.
fn headed(burst: &Burst<'_>, at: usize) -> Option<Found> {
    if heading(burst, at) == Heading::No {
        return None;
    }
    let from = at + usize::from(burst.has(at, Class::The));
    let (to, noun) = phrase(burst, from)?;
    let mut end = to;
    let mut asks = false;
    while burst.entry(end).0.any(&[
        Class::Request,
        Class::Filler,
        Class::Auxiliary,
        Class::Pronoun,
        Class::Aside,
    ]) {
        asks |= burst.has(end, Class::Request);
        end += burst.entry(end).1;
    }
    while burst.used(end) == Some(Use::Date) {
        end += 1;
    }
    // "Mwingi store (by 27th):"
    if burst.tokens.get(end).is_some_and(|token| token.is('(')) {
        let close =
            (end..burst.tokens.len().min(end + LONGEST)).find(|at| burst.tokens[*at].is(')'));
        end = close.map_or(end, |close| close + 1);
    }
    let tail =
        !burst.lexicon.has(Habit::HeadFirst) && to > at + 1 && burst.has(to - 1, Class::PlaceNoun);
    // "Ferme de Bouaflé", "Hospital San José, necesitamos", "موقع التجمع محتاجين ٥٠ شيكارة"
    let first = burst.lexicon.has(Habit::HeadFirst) && burst.has(from, Class::PlaceNoun);
    let here = end == to + 1 && burst.single(to).has(Class::PlaceLead);
    let asks = asks && !burst.lexicon.has(Habit::VerbLast);
    // "Govt school Rampur" above a list.
    let listed = to > at + 1
        && end == to
        && (at == 0 || burst.tokens[at - 1].kind == Kind::Break)
        && above_list(burst, end);
    let closed = burst.tokens.get(end).is_some_and(|token| match token.kind {
        Kind::Mark(':') => true,
        Kind::Mark(',') | Kind::Break => first || tail || listed || here,
        // "Mwea farm - 12 bags urea"
        Kind::Mark('-') if tail && !token.glued => counts_on(burst, end + 1),
        Kind::Word | Kind::Number | Kind::Code | Kind::Mark(_) | Kind::Symbol => asks,
    });
    // "Site: Westlands": a label, when more than a line end follows.
    let label = to == at + 1 && burst.used(end + 1) == Some(Use::Place);
    (noun && closed && !label).then(|| found(burst, from, to, None, Vec::new()))
}

/// The first token of the words that lead to a place: "deliver to the".
fn lead(burst: &Burst<'_>, from: usize) -> usize {
    let mut start = from;
    for _ in 0..3 {
        let before = (1..=4).rev().find(|len| {
            start >= *len && {
                let (classes, found) = burst.entry(start - len);
                let leads = [Class::Deliver, Class::PlaceLead, Class::PlaceTo, Class::The];
                let our = classes.has(Class::Pronoun) && !classes.has(Class::That);
                found == *len && (classes.any(&leads) || our) && burst.is_free(start - len, start)
            }
        });
        match before {
            Some(len) => start -= len,
            None if start > 0 && burst.tokens[start - 1].is(':') && start < from => break,
            None => break,
        }
    }
    start
}

pub(super) fn heading(burst: &Burst<'_>, at: usize) -> Heading {
    let mut before = at;
    while before > 0 {
        if at - before > NEAR {
            return Heading::No;
        }
        before -= 1;
        let token: &Token = &burst.tokens[before];
        if token.kind == Kind::Break || matches!(token.kind, Kind::Mark('.' | '!' | '?' | ';')) {
            return Heading::Yes;
        }
        let talk = burst.around(before).any(&[
            Class::Greeting,
            Class::Title,
            Class::Address,
            Class::Filler,
            Class::And,
            Class::AnotherOrder,
        ]);
        let of = burst.lexicon.asks_anywhere()
            && burst
                .entry(before)
                .0
                .any(&[Class::Of, Class::PlaceLead, Class::The]);
        let list = matches!(burst.used(before), Some(Use::ListNumber | Use::Known));
        if !(talk || of || list || token.is(',') || token.kind == Kind::Symbol) {
            return Heading::No;
        }
    }
    Heading::Yes
}
