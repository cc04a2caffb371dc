//! The words of a place's name, from its first to its last.

use super::burst::Burst;
use super::lexicon::Class;
use super::place_name::{
    before_colon, counts, counts_next, is_adjective, is_kind, is_line, joins, names_on,
};
use super::place_words::is_capital;
use super::token::Kind;

/// Longest name of a place, in tokens.
const LONGEST: usize = 8;

/// The words of a name from here: the token behind, and whether a noun for places is among them.
pub(super) fn phrase(burst: &Burst<'_>, from: usize) -> Option<(usize, bool)> {
    let mut to = from;
    let mut noun = false;
    while to < burst.tokens.len() && to - from < LONGEST {
        let token = &burst.tokens[to];
        if !burst.is_free(to, to + 1) {
            break;
        }
        let (classes, _) = burst.entry(to);
        let named = classes.has(Class::PlaceNoun);
        match token.kind {
            Kind::Word => {
                let one = token.text.chars().count() == 1;
                let named_so = classes.is_empty() || is_capital(burst, to);
                let letter = noun && one && named_so && ends(burst, to + 1);
                let of = to > from && joins(burst, to, noun);
                // "للبير الجديد"
                let adjective = to > from
                    && burst.lexicon.asks_anywhere()
                    && burst.single(to - 1).has(Class::The)
                    && classes.has(Class::Attribute);
                let name =
                    to > from && (names_on(burst, to) || is_adjective(burst, to)) || adjective;
                // "para la obra postes 10"
                if to > from && classes.is_empty() && is_line(burst, to) {
                    break;
                }
                // "para la obra cemento 20 sacos"
                let goods = to > from && !of && classes.any(&[Class::Goods, Class::Uncountable]);
                if goods || counts(burst, to) {
                    break;
                }
                let name =
                    name || to > from && noun && before_colon(burst, to) || is_kind(burst, to);
                let whose = whose(burst, to) || to == from && is_saint(burst, to);
                if !named && !letter && !of && !name && !whose && !classes.is_empty() {
                    break;
                }
                let dated = burst.lexicon.calendar(|n| burst.text(to + n)).is_some();
                if dated && !named && !of && !name {
                    break;
                }
                noun |= named;
            }
            Kind::Number => {
                let unit = burst.lexicon.unit(|n| burst.text(to + 1 + n)).is_some();
                let numbered = to > from
                    && (burst.has(to - 1, Class::PlaceNoun) || noun && joins(burst, to - 1, noun));
                let last = to > from && ends(burst, to + 1);
                // "for the camp 20 hoes"
                if !last && counts_next(burst, to) {
                    break;
                }
                if !(numbered || last)
                    || unit
                    || burst.tokens[to - 1].kind != Kind::Word
                    || token.text.len() > 4
                {
                    break;
                }
                to += 1;
                // "Phase 2 site"
                if burst.has(to, Class::PlaceNoun) && burst.is_free(to, to + 1) {
                    continue;
                }
                break;
            }
            Kind::Mark('.') if token.glued && to == from + 1 && is_saint(burst, from) => {}
            Kind::Mark('-') if token.glued && to > from => {}
            Kind::Code if to > from && noun => {}
            Kind::Code | Kind::Mark(_) | Kind::Break | Kind::Symbol => break,
        }
        to += 1;
    }
    let hangs = |at: usize| {
        matches!(burst.tokens[at].kind, Kind::Mark(_))
            || burst.single(at).any(&[Class::Of, Class::The, Class::And])
            || joins(burst, at, noun)
    };
    while to > from && hangs(to - 1) {
        to -= 1;
    }
    (to > from).then_some((to, noun))
}

pub(super) fn ends(burst: &Burst<'_>, at: usize) -> bool {
    burst
        .tokens
        .get(at)
        .is_none_or(|token| matches!(token.kind, Kind::Mark(_) | Kind::Break))
        || burst.entry(at).0.any(&[
            Class::Filler,
            Class::And,
            Class::Request,
            Class::Polite,
            Class::Aside,
            Class::Thanks,
        ])
}

/// "The staff house", "workers camp": a word of talk before the noun says whose place it is.
fn whose(burst: &Burst<'_>, at: usize) -> bool {
    let (classes, len) = burst.entry(at);
    let talk = [
        Class::Talk,
        Class::Modifier,
        Class::People,
        Class::Address,
        Class::Attribute,
    ];
    len == 1 && classes.is_within(&talk) && burst.single(at + 1).has(Class::PlaceNoun)
}

/// "St Jude", "Dr. Ouko".
fn is_saint(burst: &Burst<'_>, at: usize) -> bool {
    let point = burst.tokens.get(at + 1).is_some_and(|next| next.is('.'));
    let next = at + 1 + usize::from(point);
    let name = burst
        .tokens
        .get(next)
        .is_some_and(|token| token.kind == Kind::Word);
    burst.has(at, Class::Saint)
        && name
        && (burst.entry(next).0.is_empty() || is_capital(burst, next))
}
