//! An earlier order that is called off: what is said of it is no line to order.
//!
//! **Invariant:** what stands behind a word that calls off is never read as asked for.

use super::burst::Burst;
use super::lexicon::{Class, Habit};
use super::piece::{Part, Piece};
use super::reading::Span;

/// Words that call off what follows them.
const CALLS_OFF: [Class; 3] = [Class::Cancel, Class::Remove, Class::Hold];

/// Words between a verb and "order": "that order", "my order".
const BETWEEN: [Class; 5] = [
    Class::The,
    Class::Determiner,
    Class::That,
    Class::Pronoun,
    Class::More,
];

/// Verbs that do something else with an order than give it.
const SPEAKS: [Class; 7] = [
    Class::Talk,
    Class::Told,
    Class::Correct,
    Class::Status,
    Class::Enquiry,
    Class::Replace,
    Class::Decrease,
];

/// What stands before a request turns it into its contrary: "cancel the order of 40 bags", "no need to
/// send 10 buckets", "withdraw the order of 6 drums".
pub(super) fn denies(burst: &Burst<'_>, before: &[Part], asks: &Part) -> bool {
    let off = before.iter().any(|part| {
        let classes = part.classes();
        classes.any(&CALLS_OFF) && !classes.any(&[Class::Request, Class::Add])
    });
    off || acts_on_it(burst, before, asks)
}

/// "Withdraw the" before "order", "withdraw my" before "order of": a verb that nobody knows.
fn acts_on_it(burst: &Burst<'_>, before: &[Part], asks: &Part) -> bool {
    let of = |at: usize| burst.single(at).any(&[Class::Of, Class::Purpose]);
    let noun = of(asks.to) || asks.to - asks.from > 1 && of(asks.to - 1);
    let between = |part: &&Part| {
        let classes = part.classes();
        part.piece == Piece::Article
            || classes.any(&[Class::The, Class::Determiner])
            || noun && classes.any(&BETWEEN)
            || noun && classes.any(&[Class::PlaceLead, Class::Preposition])
    };
    let named = before.iter().rev().take_while(between).count();
    let verb = before.iter().rev().nth(named);
    let phrase = noun && burst.single(asks.from).any(&BETWEEN);
    // "Check the order of 20 bags", "I was wrong in the order of 20 bags"
    let speaks = verb.is_some_and(|part| noun && part.classes().any(&SPEAKS));
    (named > 0 || phrase) && (speaks || verb.is_some_and(|part| part.piece == Piece::Word))
}

/// "Cancel that order of 40 bags": the order itself is called off, whatever is said of it. "No need to
/// send 40 bags" calls off these alone.
pub(super) fn names_order(burst: &Burst<'_>, fragment: &[Part]) -> bool {
    let off = |part: &Part| {
        let classes = part.classes();
        classes.has(Class::Cancel) && !classes.any(&[Class::Hold, Class::Not])
    };
    let Some(at) = fragment.iter().position(off) else {
        return false;
    };
    let leads = |part: &Part| {
        matches!(part.piece, Piece::Cue(_) | Piece::Gap | Piece::Separator)
            && !part.classes().any(&[Class::Not, Class::Hold])
    };
    let cue = &fragment[at];
    let behind = fragment.get(at + 1).map_or(cue.to, |part| part.from);
    let order = |at: usize| {
        // "Ya no me mandes" is no order of mine.
        let classes = burst.single(at - 1);
        let mine = classes.has(Class::Pronoun) && !classes.any(&[Class::The, Class::Determiner]);
        let led = classes.any(&BETWEEN) && !(mine && burst.lexicon.has(Habit::HeadFirst));
        let asks = burst.single(at).has(Class::Request) && led;
        asks || burst.single(at).has(Class::Title)
    };
    let between = |at: usize| burst.single(at).any(&BETWEEN);
    let first = (behind..burst.tokens.len()).find(|at| !between(*at) || order(*at));
    let object = first.filter(|at| fragment.last().is_some_and(|last| *at < last.to));
    // "Ne commande rien" is no order.
    let noun = |at: usize| order(at) && (between(at - 1) || at + 1 == cue.to);
    let phrase = (cue.from + 1..cue.to).any(noun);
    fragment[..at].iter().all(leads) && (phrase || object.is_some_and(order))
}

/// "He bought it already, cancel that": behind what is told, the order is called off.
pub(super) fn called_off_behind(burst: &Burst<'_>, parts: &[Part]) -> Option<Span> {
    let comma = parts
        .iter()
        .rposition(|part| part.piece == Piece::Separator)?;
    let last = &parts[comma + 1..];
    let says = last
        .iter()
        .find(|part| part.piece != Piece::Gap && !part.classes().any(&[Class::Polite]))?;
    let quiet = |part: &Part| matches!(part.piece, Piece::Cue(_) | Piece::Gap);
    let no = [Class::Not, Class::Hold, Class::Enquiry, Class::Report];
    let off = says.classes().has(Class::Cancel)
        && last.iter().all(quiet)
        && !last.iter().any(|part| part.classes().any(&no));
    off.then(|| burst.span(says.from, last.last().map_or(says.to, |part| part.to)))
}

/// "Cancel everything but the cement": what is named is kept.
pub(super) fn keeps_some(fragment: &[Part]) -> bool {
    let takes = |part: &Part| part.classes().any(&[Class::Cancel, Class::Remove]);
    let Some(at) = fragment.iter().position(takes) else {
        return false;
    };
    let behind = &fragment[at + 1..];
    let again = behind
        .iter()
        .any(|part| takes(part) || part.classes().has(Class::Less));
    let but = behind
        .iter()
        .take_while(|part| part.piece != Piece::Word)
        .any(|part| part.classes().has(Class::Conjunction));
    again || but
}
