//! A sentence in fragments: what stands between commas, "and", dates and places.

use super::burst::{Burst, Sentence};
use super::date;
use super::lexicon::{Class, Habit};
use super::piece::{Part, Piece};
use super::reading::Use;

/// Longest title before a colon, in parts.
pub(crate) const TITLE: usize = 12;

/// "Same as last week", "good morning": the words of a date that belong to a phrase.
pub(crate) fn in_phrase(burst: &Burst<'_>, hit: &date::Hit) -> bool {
    (hit.from.saturating_sub(6)..=hit.from).any(|at| {
        let (classes, len) = burst.entry(at);
        let phrase = classes.any(&[
            Class::Reorder,
            Class::Greeting,
            Class::Report,
            Class::HomePlace,
            Class::Had,
        ]);
        len > 1 && phrase && at + len > hit.from && (at < hit.from || at + len >= hit.to)
    })
}

/// "Sorry", "no wait", and nothing else.
pub(crate) fn announces(burst: &Burst<'_>, parts: &[Part]) -> bool {
    let moved = |part: &Part| matches!(burst.used(part.from), Some(Use::Date | Use::Place));
    let quiet = |part: &Part| {
        let plain = matches!(
            part.piece,
            Piece::Cue(_) | Piece::Gap | Piece::Dash | Piece::Separator
        );
        plain && !moved(part) && !part.classes().any(&[Class::Not, Class::Hold])
    };
    parts.iter().all(quiet)
        && parts
            .iter()
            .any(|part| part.classes().any(&[Class::Correct, Class::No]))
}

/// "A group of 26 people": nothing is counted here but people.
pub(crate) fn tells_people(burst: &Burst<'_>, fragment: &[Part]) -> bool {
    let counted = |part: &Part| {
        part.piece == Piece::Gap
            && burst.used(part.from) == Some(Use::Told)
            && (part.from..part.to).any(|at| burst.single(at).has(Class::People))
    };
    fragment.iter().any(counted)
}

/// "Moussa a demandé 20 sacs", "el camión trae 7 m3": somebody does it, and it may be told.
pub(crate) fn has_subject(burst: &Burst<'_>, fragment: &[Part]) -> bool {
    let asked = fragment.iter().position(asks);
    asked.is_some_and(|at| {
        let (before, behind) = (&fragment[..at], &fragment[at + 1..]);
        let number = |parts: &[Part]| parts.iter().any(|part| part.number().is_some());
        let named = before.iter().any(|part| part.piece == Piece::Word);
        burst.lexicon.has(Habit::HeadFirst)
            && named
            && number(behind)
            && !number(before)
            && !fragment[at].classes().has(Class::Needs)
    })
}

/// "My house is at km 20": talk with a number in it.
pub(crate) fn talks_before_amount(fragment: &[Part], classes: &[Class]) -> bool {
    let number = fragment.iter().position(|part| part.number().is_some());
    let before = &fragment[..number.unwrap_or(fragment.len())];
    before.iter().any(|part| part.classes().any(classes))
}

/// A preposition stands before the first word.
pub(crate) fn is_led(fragment: &[Part]) -> bool {
    let first = fragment.iter().position(|part| part.piece == Piece::Word);
    let before = first.and_then(|first| {
        fragment[..first].iter().rev().find(|part| {
            part.piece != Piece::Article && !part.classes().any(&[Class::The, Class::Pronoun])
        })
    });
    before.is_some_and(|part| {
        let leads = [
            Class::Preposition,
            Class::Away,
            Class::Purpose,
            Class::PlaceLead,
        ];
        part.classes().any(&leads)
    })
}

/// "Thanks for the gloves".
pub(crate) fn is_thanked_for(fragment: &[Part]) -> bool {
    let thanks = fragment
        .iter()
        .position(|part| part.classes().has(Class::Thanks));
    thanks.is_some_and(|at| {
        let next = fragment.get(at + 1);
        next.is_some_and(|part| part.classes().any(&[Class::Preposition, Class::Purpose]))
    })
}

/// Such a preposition stands before the amount.
pub(crate) fn is_away(fragment: &[Part]) -> bool {
    let first = fragment
        .iter()
        .position(|part| part.number().is_some() || part.piece == Piece::Word);
    let before = first.and_then(|first| {
        fragment[..first]
            .iter()
            .rev()
            .find(|part| part.piece != Piece::Gap)
    });
    before.is_some_and(|part| part.classes().has(Class::Away))
}

/// What of a sorted row lies in the sentence.
pub(crate) fn within<T: Clone>(
    row: &[T],
    range: impl Fn(&T) -> (usize, usize),
    sentence: Sentence,
) -> Vec<T> {
    let start = row.partition_point(|one| range(one).0 < sentence.from);
    row[start..]
        .iter()
        .take_while(|one| range(one).1 <= sentence.to)
        .cloned()
        .collect()
}

/// The parts between commas, "and", dates and places.
pub(crate) fn fragments(burst: &Burst<'_>, parts: &[Part]) -> Vec<Vec<Part>> {
    let mut out: Vec<Vec<Part>> = Vec::new();
    let mut current: Vec<Part> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let moved = part.piece == Piece::Gap
            && matches!(burst.used(part.from), Some(Use::Date | Use::Place));
        let corrects = part.classes().has(Class::Correct) && !part.classes().has(Class::Not);
        // "cement 25 kar do", "cement 25 actually" are one.
        let behind = &parts[at + 1..];
        let ends = burst.lexicon.has(Habit::VerbLast)
            && !behind
                .iter()
                .take_while(|part| part.piece != Piece::Separator)
                .any(|part| part.number().is_some())
            || !behind.iter().any(|part| {
                part.number().is_some() || matches!(part.piece, Piece::Word | Piece::Size)
            });
        let corrects = corrects && !ends;
        let whole = |parts: &[Part]| {
            parts.iter().any(|part| part.number().is_some())
                && parts.iter().any(|part| part.piece == Piece::Word)
        };
        let more = part.classes().has(Class::More) && adds_line(&parts[at + 1..]);
        let again = !burst.lexicon.asks_anywhere() && asks(part) && has_asked(&current);
        if (corrects || more) && whole(&current) || again {
            // "500 no make it 600"
            let kept = current.iter().rposition(|part| !is_no(part));
            let no = current.split_off(kept.map_or(0, |kept| kept + 1));
            out.push(std::mem::replace(&mut current, no));
        }
        // "7 jerricans of cleaner plus 12 mops"
        let adds = part.classes().has(Class::Add)
            && whole(&current)
            && parts[at + 1..].iter().any(|part| part.number().is_some());
        if adds {
            out.push(std::mem::take(&mut current));
        }
        // "toa sukari ongeza majani ya chai pakiti 5"
        let removed = burst.lexicon.asks_anywhere()
            && part.classes().any(&[Class::Request, Class::Add])
            && !part.classes().any(&[Class::Remove, Class::InsteadOf])
            && current.iter().any(|part| part.classes().has(Class::Remove))
            && current.iter().any(|part| part.piece == Piece::Word)
            && !current.iter().any(|part| {
                part.classes()
                    .any(&[Class::InsteadOf, Class::InsteadBehind])
            });
        if removed {
            out.push(std::mem::take(&mut current));
        }
        // "Same as last week but 6 phenyl", "the usual, but leave out the yeast"
        let changes = |part: &Part| {
            let change = [Class::Remove, Class::Add, Class::Replace];
            part.number().is_some() || part.classes().any(&change)
        };
        if part.classes().has(Class::Reorder) && parts[at + 1..].iter().any(changes) {
            current.push(part.clone());
            out.push(std::mem::take(&mut current));
            continue;
        }
        if is_heading(burst, &current, part, &parts[at + 1..]) {
            current.clear();
            continue;
        }
        let dash = part.piece == Piece::Dash
            && whole(&current)
            && begins_line(burst, part, &parts[at + 1..]);
        let splits = moved || dash || part.piece == Piece::Separator;
        if splits && !joins(&current, &parts[at + 1..]) {
            out.push(std::mem::take(&mut current));
        } else {
            current.push(part.clone());
            let asks = part.classes().has(Class::Request);
            let rest = &parts[at + 1..];
            let given_up = rest
                .windows(2)
                .any(|two| two[0].number().is_some() && two[1].classes().has(Class::NotBehind));
            let more = rest.iter().any(|part| part.number().is_some()) && !given_up;
            let kind = rest
                .iter()
                .take_while(|part| part.piece != Piece::Separator)
                .last()
                .is_some_and(|part| part.classes().has(Class::Genitive));
            if asks && (more || kind) && burst.lexicon.has(Habit::VerbLast) && whole(&current) {
                out.push(std::mem::take(&mut current));
            }
        }
    }
    out.push(current);
    out.retain(|fragment| !fragment.is_empty());
    out
}

/// "No", "no, gracias".
pub(crate) fn is_bare_no(parts: &[Part]) -> bool {
    let quiet = [
        Class::No,
        Class::Thanks,
        Class::Polite,
        Class::Address,
        Class::Filler,
    ];
    parts.iter().all(|part| match part.piece {
        Piece::Gap | Piece::Separator | Piece::Dash => true,
        Piece::Cue(classes) => classes.any(&quiet),
        Piece::Number(_)
        | Piece::Size
        | Piece::Word
        | Piece::Article
        | Piece::Of
        | Piece::Times
        | Piece::Open
        | Piece::Close
        | Piece::Odd => false,
    })
}

fn is_no(part: &Part) -> bool {
    part.classes().any(&[Class::No, Class::Filler]) && !part.classes().has(Class::NotBehind)
}

fn asks(part: &Part) -> bool {
    part.classes().any(&[Class::Request, Class::Add])
}

/// Something was asked for, and named: "we are out of salt" before "send ten bags".
fn has_asked(parts: &[Part]) -> bool {
    let speaks = |part: &Part| matches!(part.piece, Piece::Word | Piece::Number(_) | Piece::Size);
    let first = parts.iter().position(asks);
    first.is_some_and(|first| parts[first + 1..].iter().any(speaks))
}

/// "más 5 rollos de alambre": a whole line behind "more".
fn adds_line(after: &[Part]) -> bool {
    let line: Vec<&Part> = after
        .iter()
        .take_while(|part| part.piece != Piece::Separator)
        .collect();
    line.first().is_some_and(|part| part.number().is_some())
        && line.iter().any(|part| part.piece == Piece::Word)
}

/// " - 2 rolls DPC" behind a whole line: a dash as a bullet in mid-line.
pub(crate) fn begins_line(burst: &Burst<'_>, dash: &Part, after: &[Part]) -> bool {
    let spaced =
        !burst.tokens[dash.from].glued || burst.tokens.get(dash.to).is_some_and(|next| !next.glued);
    let line: Vec<&Part> = after
        .iter()
        .take(TITLE)
        .take_while(|part| !matches!(part.piece, Piece::Separator | Piece::Dash))
        .collect();
    spaced
        && burst.tokens[dash.from].is('-')
        && line.first().is_some_and(|part| part.number().is_some())
        && line.iter().any(|part| part.piece == Piece::Word)
}

/// "Fuel for week 48:" before "diesel 400 l": what it is for, with a whole line behind the colon.
pub(crate) fn is_heading(burst: &Burst<'_>, before: &[Part], colon: &Part, after: &[Part]) -> bool {
    if !burst.tokens[colon.from].is(':') || before.len() > TITLE {
        return false;
    }
    let purpose = before.iter().any(|part| part.classes().has(Class::Purpose));
    let line = after
        .iter()
        .take(TITLE)
        .take_while(|part| part.piece != Piece::Separator);
    let line: Vec<&Part> = line.collect();
    before.iter().all(|part| part.number().is_none())
        && (purpose || is_list(burst, before, after))
        && line.iter().any(|part| part.number().is_some())
        && line.iter().any(|part| part.piece == Piece::Word)
}

/// "Graduation: 240 plastic chairs and 5 tables": lines of their own stand behind the colon.
fn is_list(burst: &Burst<'_>, before: &[Part], after: &[Part]) -> bool {
    let goods = before.iter().any(|part| {
        burst
            .entry(part.from)
            .0
            .any(&[Class::Uncountable, Class::Goods])
    });
    let whole = |line: &&[Part]| {
        let name = line
            .iter()
            .any(|part| part.piece == Piece::Word && !burst.has(part.from, Class::Attribute));
        name && line.iter().any(|part| part.number().is_some())
    };
    let lines: Vec<&[Part]> = after
        .split(|part| part.piece == Piece::Separator)
        .take(3)
        .collect();
    !goods && lines.len() > 1 && lines.iter().filter(|line| whole(line)).count() > 1
}

/// One item in the place of another, and no amount of it.
fn replaces(parts: &[Part]) -> bool {
    let cue = [
        Class::InsteadOf,
        Class::InsteadBehind,
        Class::Replace,
        Class::ReplaceBy,
        Class::Request,
    ];
    let instead = |part: &Part| part.classes().any(&cue[..3]);
    let runs = parts.split(|part| part.classes().any(&cue));
    let named = runs
        .filter(|run| run.iter().any(|part| part.piece == Piece::Word))
        .count();
    parts.iter().any(instead) && named > 1 && parts.iter().all(|part| part.number().is_none())
}

/// A comma does not part "sorry, 30 bags" nor "20 bags, not 30".
pub(crate) fn joins(before: &[Part], after: &[Part]) -> bool {
    let sorry = !before.is_empty()
        && before
            .iter()
            .all(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap))
        && before
            .iter()
            .any(|part| part.classes().any(&[Class::Correct, Class::No]));
    let mut next = after.iter().filter(|part| part.piece != Piece::Gap);
    let not = next
        .next()
        .is_some_and(|part| part.classes().has(Class::InsteadOf))
        && next.next().is_some_and(|part| part.number().is_some())
        && before.iter().any(|part| part.number().is_some());
    // "16 pipe, 60 nahi"
    let mut behind = after.iter().filter(|part| part.piece != Piece::Gap);
    let given_up = behind.next().is_some_and(|part| part.number().is_some())
        && behind
            .next()
            .is_some_and(|part| part.classes().has(Class::NotBehind))
        && before.iter().any(|part| part.number().is_some());
    // "6 cartons, kila katoni ina 12"
    let mut behind = after.iter().filter(|part| part.piece != Piece::Gap);
    let holds = behind
        .next()
        .is_some_and(|part| part.to - part.from > 1 && part.classes().has(Class::Holding))
        && behind.next().is_some_and(|part| part.number().is_some())
        && before.iter().any(|part| part.number().is_some());
    let corrected = after
        .iter()
        .take_while(|part| matches!(part.piece, Piece::Cue(_)))
        .any(|part| part.classes().has(Class::Correct));
    // "instead of the wire bring rope, 6 rolls"
    let amount: Vec<&Part> = after
        .iter()
        .take_while(|part| part.piece != Piece::Separator)
        .filter(|part| part.piece != Piece::Gap)
        .collect();
    let replaced = <[&Part; 1]>::try_from(amount).is_ok_and(|[part]| part.number().is_some())
        && replaces(before);
    let nameless = before.iter().all(|part| part.piece != Piece::Word);
    let number = |part: Option<&Part>| part.is_some_and(|part| part.number().is_some());
    let only_number = nameless && number(before.last());
    // "quince, perdón, cincuenta láminas"
    let cue = |part: &&Part| matches!(part.piece, Piece::Cue(_) | Piece::Gap | Piece::Separator);
    let mut said = before.iter().rev().take_while(cue);
    let sorry_for = said.any(|part| part.classes().any(&[Class::Correct, Class::No]))
        && number(before.iter().rev().find(|part| !cue(part)))
        && number(after.first())
        && nameless;
    sorry || not || given_up || holds || replaced || sorry_for || (corrected && only_number)
}
