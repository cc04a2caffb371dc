//! What a correction says, and the lines that it may mean.

use super::burst::Burst;
use super::correction::Around;
use super::lexicon::{Class, UnitWord};
use super::live::{Live, MANY, split_words, stem};
use super::number::Value;
use super::piece::{Change, Part, Piece};
use super::reading::{Span, Use};
use super::setting::Quoted;

/// Values and stems of a fragment that may be a change.
pub(crate) struct Said {
    pub(crate) new: Vec<(Value, Option<UnitWord>, Change, usize, usize)>,
    pub(crate) old: Vec<(Value, usize, usize)>,
    pub(crate) words: Vec<String>,
    pub(crate) claims: Vec<(usize, usize, Use)>,
    pub(crate) span: Span,
}

/// Numbers, given-up numbers and words of the fragment, with what they would be used for.
pub(crate) fn gather(burst: &Burst<'_>, fragment: &[Part]) -> Said {
    let from = fragment.first().map_or(0, |part| part.from);
    let to = fragment.last().map_or(from, |part| part.to);
    let mut said = Said {
        new: Vec::new(),
        old: Vec::new(),
        words: Vec::new(),
        claims: Vec::new(),
        span: burst.span(from, to),
    };
    let (mut gives_up, mut refused) = (false, false);
    let mut given: Option<UnitWord> = None;
    for part in fragment {
        match &part.piece {
            Piece::Number(number) if gives_up => {
                said.old.push((number.value.clone(), part.from, part.to));
                said.claims.push((part.from, part.to, Use::OldValue));
                if let Some(last) = said.new.last_mut()
                    && last.1.is_none()
                {
                    last.1.clone_from(&number.unit);
                }
                gives_up = false;
            }
            Piece::Number(number) => {
                said.new.push((
                    number.value.clone(),
                    number.unit.clone(),
                    number.change,
                    part.from,
                    part.to,
                ));
                said.claims.push((part.from, part.to, Use::Quantity));
            }
            // "kwa hiyo list ongeza"
            Piece::Word
                if burst.has(part.from, Class::Title)
                    && !fragment_ends(fragment, part)
                    && burst.lexicon.asks_anywhere() => {}
            Piece::Word | Piece::Size => {
                gives_up = false;
                let text = burst.words(part.from, part.to);
                said.words.extend(split_words(&text).into_iter().map(stem));
                said.claims.push((part.from, part.to, Use::Item));
            }
            // "no, 13": a no, not "not 13".
            Piece::Separator => {
                gives_up = gives_up && !refused;
                refused = false;
            }
            // "50 nahi 15"
            Piece::Cue(classes)
                if classes.has(Class::NotBehind)
                    && said.new.last().is_some_and(|new| new.4 == part.from) =>
            {
                let (value, unit, _, from, to) = said.new.pop().expect("there is one");
                said.old.push((value, from, to));
                for claim in said.claims.iter_mut().filter(|claim| claim.0 == from) {
                    claim.2 = Use::OldValue;
                }
                given = given.or(unit);
            }
            Piece::Cue(classes) => {
                refused = classes.has(Class::No) || refused && !classes.has(Class::InsteadOf);
                gives_up = classes.any(&[Class::InsteadOf, Class::FromValue])
                    || gives_up && classes.any(&[Class::The, Class::Determiner]);
            }
            Piece::Article
            | Piece::Of
            | Piece::Times
            | Piece::Dash
            | Piece::Open
            | Piece::Close
            | Piece::Odd
            | Piece::Gap => {}
        }
    }
    // The unit is that of both.
    if let Some(new) = said.new.first_mut().filter(|new| new.1.is_none()) {
        new.1 = given;
    }
    said
}

/// Nothing but numbers follows.
fn fragment_ends(fragment: &[Part], part: &Part) -> bool {
    !fragment
        .iter()
        .any(|other| other.from > part.from && other.piece == Piece::Word)
}

/// The lines that may be meant.
pub(crate) fn candidates(around: &Around<'_>, said: &Said) -> Vec<usize> {
    if around.live.len() > MANY {
        return Vec::new();
    }
    let mut found: Vec<usize> = (0..around.live.len())
        .filter(|at| !around.live[*at].removed)
        .collect();
    match around.quoted {
        Some(Quoted::Message(message)) => {
            found.retain(|at| around.live[*at].message == Some(*message));
        }
        Some(Quoted::Lines(lines)) => found.retain(|at| lines.contains(at)),
        Some(Quoted::Elsewhere) | None => {}
    }
    if !said.words.is_empty() {
        found.retain(|at| around.live[*at].is_called(&said.words));
        // "14 mabati", where "misumari ya mabati" stands too.
        let exact = |at: &usize| around.live[*at].is_exactly(&said.words);
        if found.len() > 1 && found.iter().filter(|at| exact(at)).count() == 1 {
            found.retain(exact);
        }
    }
    for (old, _, _) in &said.old {
        let old = old.exact();
        found.retain(|at| {
            let quantity = around.live[*at]
                .quantity
                .as_ref()
                .map(|quantity| quantity.thousandths);
            old.is_some() && quantity == old
        });
    }
    if found.len() > 1
        && let Some((_, Some(unit), ..)) = said.new.first()
    {
        let of_unit = |at: &usize| {
            around.live[*at]
                .quantity
                .as_ref()
                .is_some_and(|quantity| quantity.unit == unit.unit)
        };
        found.retain(of_unit);
    }
    let bare = said.words.is_empty()
        && said.old.is_empty()
        && said.new.first().is_none_or(|new| new.1.is_none());
    if found.len() > 1
        && bare
        && around.quoted.is_none()
        && let Some(just) = around.just_made
    {
        found = vec![just];
    }
    found
}

/// The words of the fragment are the name of a standing line.
pub(crate) fn mentions(burst: &Burst<'_>, fragment: &[Part], live: &[Live]) -> bool {
    let said = gather(burst, fragment);
    live.len() <= MANY
        && live
            .iter()
            .any(|line| !line.removed && line.is_called(&said.words))
}
