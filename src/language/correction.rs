//! Corrections: which line is meant, and what becomes of it.
//!
//! **Invariant:** a change names exactly one line, or it is asked which.

use super::alone::vessel_word;
use super::burst::Burst;
use super::called_off::{keeps_some, names_order};
use super::lexicon::{Class, Habit, UnitWord};
use super::literal::literal;
use super::live::{Live, MANY};
use super::number::{ONE, Value, Why};
use super::piece::{Change, Part, Piece};
use super::reading::{Operation, QuestionCode, Span, Use};
use super::replace::replace;
use super::setting::{NumberFormat, Quoted};
use super::target::{Said, candidates, gather};
use super::units::other_unit;
use crate::domain::quantity::{Quantity, number};

/// What surrounds the fragment.
pub(crate) struct Around<'a> {
    pub(crate) live: &'a [Live],
    pub(crate) quoted: Option<&'a Quoted>,
    /// The line made just before in the same sentence.
    pub(crate) just_made: Option<usize>,
    /// A sentence before said "sorry" and nothing else.
    pub(crate) announced: Announced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Announced {
    Yes,
    No,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It changes nothing that stands: read it as lines.
    NoChange,
    Change(Vec<Operation>, Vec<(usize, usize, Use)>),
    CancelAll(Span),
    /// An order that does not stand here.
    CancelOther(Span, Vec<(usize, usize, Use)>),
    Ask(QuestionCode, Span, Vec<usize>),
}

pub(crate) fn change(burst: &Burst<'_>, fragment: &[Part], around: &Around<'_>) -> Outcome {
    let has = |class: Class| fragment.iter().any(|part| part.classes().has(class));
    let leads = |class: Class| leads(fragment, class);
    let ends = |class: Class| ends(burst, fragment, class);
    let said = gather(burst, fragment);
    let empty = said.words.is_empty() && said.new.is_empty() && said.old.is_empty();
    let standing = around.live.iter().filter(|line| !line.removed).count();
    let several = standing > 1 && !said_at_once(around);
    if empty && has(Class::CancelThat) && (several || around.quoted.is_some()) {
        return remove(around, said);
    }
    let quoted_line = around.quoted.is_some() && has(Class::Remove) && standing > 1;
    if empty && has(Class::Cancel) && !quoted_line {
        return Outcome::CancelAll(said.span);
    }
    if empty && standing > 0 && around.quoted.is_some() && (has(Class::Not) || has(Class::Remove)) {
        return remove(around, said);
    }
    if empty
        && standing > 0
        && (leads(Class::Remove) || has(Class::Firm) || leads(Class::Replace))
        && !moves(burst, fragment)
    {
        return Outcome::Ask(QuestionCode::Reference, said.span, Vec::new());
    }
    if empty {
        return Outcome::NoChange;
    }
    if standing == 0 && names_order(burst, fragment) {
        return Outcome::CancelOther(said.span, said.claims);
    }
    if standing == 0 {
        let command = (leads(Class::Remove) || ends(Class::Remove))
            && said.new.is_empty()
            && said.old.is_empty();
        let correction = has(Class::Firm) && said.words.is_empty();
        return if command || correction {
            Outcome::Ask(QuestionCode::Reference, said.span, Vec::new())
        } else {
            Outcome::NoChange
        };
    }
    if let Some(outcome) =
        other_unit(burst, fragment, around).or_else(|| replace(burst, fragment, around, &said))
    {
        return outcome;
    }
    let negates = (leads(Class::No) || leads(Class::InsteadOf))
        && said.new.is_empty()
        && !said.words.is_empty();
    let removes = leads(Class::Remove) || ends(Class::Remove) || has(Class::Cancel);
    if removes && keeps_some(fragment) {
        let found = candidates(around, &said);
        return Outcome::Ask(QuestionCode::Reference, said.span, found);
    }
    if (removes || negates) && said.old.is_empty() {
        return remove(around, said);
    }
    let command =
        has(Class::Remove) && has(Class::Not) || has(Class::Replace) || has(Class::Cancel);
    if command && said.new.is_empty() {
        return Outcome::Ask(
            QuestionCode::Reference,
            said.span,
            candidates(around, &said),
        );
    }
    let star = fragment.iter().any(|part| burst.is_star(part.from));
    let announced = around.announced == Announced::Yes;
    let quoted = around.quoted.is_some() && said.words.is_empty();
    if said.new.is_empty() {
        let asks = !said.old.is_empty();
        return if asks {
            Outcome::Ask(QuestionCode::Quantity, said.span, candidates(around, &said))
        } else {
            Outcome::NoChange
        };
    }
    if has(Class::Increase) || has(Class::Decrease) {
        return by_or_to(burst, fragment, around, said);
    }
    let more = said.new[0].2 != Change::None || has(Class::More) || has(Class::Less);
    if more {
        return more_or_less(around, said, has(Class::Less));
    }
    if has(Class::Add) && !has(Class::Correct) && said.old.is_empty() {
        let found = candidates(around, &said);
        return match (said.words.is_empty(), found[..].len()) {
            (false, 1) => step(around, said, found[0], Change::More),
            (true, 0) if adds_vessel(burst, fragment) => Outcome::NoChange,
            (true, _) => Outcome::Ask(QuestionCode::Reference, said.span, found),
            (false, _) => Outcome::NoChange,
        };
    }
    let correcting = has(Class::Correct) || leads(Class::No);
    if star || announced || quoted || correcting || !said.old.is_empty() {
        return set(around, said);
    }
    Outcome::NoChange
}

/// All lines that stand were said in one message: "that" is all of them.
fn said_at_once(around: &Around<'_>) -> bool {
    let mut standing = around.live.iter().filter(|line| !line.removed);
    let first = standing.next().and_then(|line| line.message);
    first.is_some() && standing.all(|line| line.message == first)
}

/// "add 3 buckets": the containers are the item.
fn adds_vessel(burst: &Burst<'_>, fragment: &[Part]) -> bool {
    let mut amounts = fragment.iter().filter(|part| part.number().is_some());
    let one = amounts.next().filter(|_| amounts.next().is_none());
    one.is_some_and(|part| vessel_word(burst, part).is_some())
}

/// The verb stands in front of all but talk.
fn leads(fragment: &[Part], class: Class) -> bool {
    fragment
        .iter()
        .find(|part| {
            let before = [
                Class::Polite,
                Class::Pronoun,
                Class::Filler,
                Class::Conjunction,
                Class::Address,
                Class::Auxiliary,
            ];
            part.piece != Piece::Gap
                && (part.classes().has(Class::Remove) || !part.classes().any(&before))
        })
        .is_some_and(|part| part.classes().has(class))
}

/// "cement hata do": the verb stands behind.
fn ends(burst: &Burst<'_>, fragment: &[Part], class: Class) -> bool {
    let behind = [
        Class::Polite,
        Class::Filler,
        Class::Address,
        Class::Auxiliary,
    ];
    let last = fragment.iter().rev().find(|part| {
        part.piece != Piece::Gap && (part.classes().has(class) || !part.classes().any(&behind))
    });
    burst.lexicon.asks_anywhere() && last.is_some_and(|part| part.classes().has(class))
}

/// "Make it friday": the day or the place is meant, not a line.
fn moves(burst: &Burst<'_>, fragment: &[Part]) -> bool {
    let moved = |at: usize| matches!(burst.used(at), Some(Use::Date | Use::Place));
    fragment
        .iter()
        .any(|part| moved(part.from) || moved(part.to))
}

fn quantity_of(line: &Live, value: i64, unit: Option<&UnitWord>) -> Quantity {
    let unit = match (unit, &line.quantity) {
        (Some(unit), _) => unit.unit.clone(),
        (None, Some(quantity)) => quantity.unit.clone(),
        (None, None) => crate::domain::quantity::Unit::piece(),
    };
    Quantity::new(value, unit)
}

fn set(around: &Around<'_>, said: Said) -> Outcome {
    let found = candidates(around, &said);
    let ([line], [(value, unit, ..)]) = (&found[..], &said.new[..]) else {
        return Outcome::Ask(QuestionCode::Reference, said.span, found);
    };
    let Some(value) = value
        .exact()
        .or_else(|| other_end(value, &around.live[*line]))
    else {
        return Outcome::Ask(QuestionCode::Quantity, said.span, found);
    };
    // "cement aadha kar do": half of what stands, or half a bag.
    if value < ONE && unit.is_none() {
        return Outcome::Ask(QuestionCode::Quantity, said.span, found);
    }
    let operation = Operation::Set {
        line: *line,
        quantity: quantity_of(&around.live[*line], value, unit.as_ref()),
        span: said.span,
    };
    Outcome::Change(vec![operation], said.claims)
}

/// "tape 10 se 16 kar do": the range begins with the amount that stands, and ends with the new one.
fn other_end(value: &Value, line: &Live) -> Option<i64> {
    let Value::Unclear {
        why: Why::Range,
        choices,
    } = value
    else {
        return None;
    };
    let [from, to] = &choices[..] else {
        return None;
    };
    let now = number(line.quantity.as_ref()?.thousandths);
    let to = literal(to, NumberFormat::Point).exact()?;
    (*from == now).then_some(to)
}

fn more_or_less(around: &Around<'_>, said: Said, less: bool) -> Outcome {
    let found = candidates(around, &said);
    let change = if less || said.new[0].2 == Change::Less {
        Change::Less
    } else {
        Change::More
    };
    match found[..] {
        [line] => step(around, said, line, change),
        [] if !said.words.is_empty() && change == Change::More => {
            // "another 3 rolls of tape": a new line, unless a word of it is near one that stands.
            let many = around.live.len() > MANY;
            let near =
                |line: &Live| !line.removed && said.words.iter().any(|word| line.names(word));
            if many || around.live.iter().any(near) {
                Outcome::Ask(QuestionCode::Reference, said.span, found)
            } else {
                Outcome::NoChange
            }
        }
        _ => Outcome::Ask(QuestionCode::Reference, said.span, found),
    }
}

fn step(around: &Around<'_>, said: Said, line: usize, change: Change) -> Outcome {
    let ask = |said: Said| Outcome::Ask(QuestionCode::Quantity, said.span, vec![line]);
    let [(value, unit, ..)] = &said.new[..] else {
        return ask(said);
    };
    let (Some(value), Some(now)) = (value.exact(), &around.live[line].quantity) else {
        return ask(said);
    };
    if unit.as_ref().is_some_and(|unit| unit.unit != now.unit) {
        return ask(said);
    }
    let by = Quantity::new(value, now.unit.clone());
    let total = match change {
        Change::Less => now.thousandths.checked_sub(value),
        Change::More | Change::None => now.thousandths.checked_add(value),
    };
    if !total.is_some_and(|total| (1..=super::number::LIMIT).contains(&total)) {
        return ask(said);
    }
    let span = said.span;
    let operation = match change {
        Change::Less => Operation::Decrease { line, by, span },
        Change::More | Change::None => Operation::Increase { line, by, span },
    };
    Outcome::Change(vec![operation], said.claims)
}

/// "increase cement to 15", "reduce the sand by 2".
fn by_or_to(burst: &Burst<'_>, fragment: &[Part], around: &Around<'_>, said: Said) -> Outcome {
    let lead = said.new.first().and_then(|new| {
        let before = fragment
            .iter()
            .rev()
            .find(|part| part.to <= new.3 && part.piece != Piece::Gap)?;
        Some(before.from)
    });
    let behind = |class: Class| lead.is_some_and(|at| burst.has(at, class));
    // "bájale 10 a las toallas"
    let at_once = lead.is_some_and(|at| burst.entry(at).0.any(&[Class::Increase, Class::Decrease]))
        && said
            .new
            .first()
            .is_some_and(|new| burst.single(new.4).has(Class::ToValue));
    let found = candidates(around, &said);
    let raise = fragment
        .iter()
        .any(|part| part.classes().has(Class::Increase));
    let adds = fragment.iter().any(|part| part.classes().has(Class::Add))
        && !fragment
            .iter()
            .any(|part| part.classes().any(&[Class::Correct, Class::PlaceTo]));
    let sets = fragment.iter().any(|part| {
        let classes = part.classes();
        classes.has(Class::Correct) && !classes.any(&[Class::Increase, Class::Decrease])
    });
    let verb_last = burst.lexicon.has(Habit::VerbLast);
    match found[..] {
        // "punguza simenti iwe 15"
        [_] if sets && burst.lexicon.asks_anywhere() => set(around, said),
        // "cement 10 bori kam kar do"
        [line] if verb_last && !behind(Class::ToValue) => step(
            around,
            said,
            line,
            if raise { Change::More } else { Change::Less },
        ),
        [line] if at_once || behind(Class::ByAmount) => step(
            around,
            said,
            line,
            if raise { Change::More } else { Change::Less },
        ),
        [_] if behind(Class::PlaceTo) || behind(Class::ToValue) => set(around, said),
        // "ongeza bulbs 10", "زود الاسمنت ١٠": more of what stands, or something new.
        [line] if raise && adds => step(around, said, line, Change::More),
        [] if raise && adds && !said.words.is_empty() => Outcome::NoChange,
        _ => Outcome::Ask(QuestionCode::Reference, said.span, found),
    }
}

fn remove(around: &Around<'_>, said: Said) -> Outcome {
    let mut asked = said;
    // "remove the 20 bags of cement": the amount names the line.
    let values: Vec<_> = asked
        .new
        .drain(..)
        .map(|new| (new.0, new.3, new.4))
        .collect();
    let had_number = !values.is_empty();
    asked.old.extend(values);
    for claim in &mut asked.claims {
        if claim.2 == Use::Quantity {
            claim.2 = Use::OldValue;
        }
    }
    let found = candidates(around, &asked);
    match found[..] {
        [line] => Outcome::Change(
            vec![Operation::Remove {
                line,
                span: asked.span,
            }],
            asked.claims,
        ),
        // "drop cable 60 m" is an item, not a command, when nothing of that name stands.
        [] if had_number && !asked.words.is_empty() => Outcome::NoChange,
        _ => Outcome::Ask(QuestionCode::Reference, asked.span, found),
    }
}
