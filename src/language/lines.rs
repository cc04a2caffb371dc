//! A fragment ("20 bags of 50kg cement", "cable ties - 4 packs") to a line, or to the parts of one.
//!
//! **Invariant:** a line is made only of a shape that can be read in one way; else it is unclear.

use super::alone::{counted_alone, of_behind, unit_in_front};
use super::between::{counter, genitive, link};
use super::burst::Burst;
use super::called_off::denies;
use super::inside::named_again;
use super::lexicon::{Class, Habit, UnitWord};
use super::line::{Content, Joined, line};
use super::named_unit::unit_of_name;
use super::note::{bracketed, take_note, take_tail};
use super::number::Value;
use super::piece::{Change, Glued, Number, Part, Piece};
use super::reading::{Line, QuestionCode, Span, Use};
use super::several::several;

/// A question about the line that is being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) code: QuestionCode,
    pub(crate) span: Span,
    pub(crate) choices: Vec<String>,
}

/// A line with what is doubtful about it and the tokens that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineRead {
    pub(crate) line: Line,
    pub(crate) doubts: Vec<Doubt>,
    pub(crate) claims: Vec<(usize, usize, Use)>,
    pub(crate) change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    Lines(Vec<LineRead>),
    /// An item without an amount.
    Item(Box<LineRead>),
    /// An amount without an item.
    Amount(Vec<Part>),
    /// Only words of the lexicon.
    Nothing,
    Unclear,
}

/// Words that may stand anywhere in a line and say nothing about it.
const PADDING: [Class; 7] = [
    Class::Aside,
    Class::Polite,
    Class::Address,
    Class::Filler,
    Class::Thanks,
    Class::The,
    Class::Greeting,
];

/// Words that may stand before or behind a line.
const AROUND: [Class; 16] = [
    Class::Calling,
    Class::Correct,
    Class::Request,
    Class::Add,
    Class::Pronoun,
    Class::Auxiliary,
    Class::Determiner,
    Class::Conjunction,
    Class::And,
    Class::Done,
    Class::AnotherOrder,
    Class::Deliver,
    Class::PlaceLead,
    Class::Preposition,
    Class::Introduction,
    Class::That,
];

/// "The ward needs": who asks, and nothing to order.
fn announces_list(fragment: &[Part]) -> bool {
    let speaks = |part: &&Part| {
        !matches!(part.piece, Piece::Gap | Piece::Dash | Piece::Separator) && !is_padding(part)
    };
    let Some(last) = fragment.iter().rev().find(speaks) else {
        return false;
    };
    let wants = last.classes().has(Class::Wants);
    let plain = |part: &Part| {
        part.number().is_none()
            && part.piece != Piece::Odd
            && !part
                .classes()
                .any(&[Class::Remove, Class::Correct, Class::Add, Class::Replace])
    };
    wants && fragment.iter().all(plain)
}

pub(crate) fn parse(burst: &Burst<'_>, fragment: &[Part]) -> Parsed {
    if announces_list(fragment) {
        return Parsed::Nothing;
    }
    let mut fragment = fragment.to_vec();
    let Some(tail) = take_tail(&mut fragment) else {
        return Parsed::Unclear;
    };
    let Some(mut core) = core(burst, &fragment) else {
        return Parsed::Unclear;
    };
    let note = tail.or_else(|| take_note(burst, &mut core));
    let mut parsed = parse_core(burst, &core);
    if let Some((from, to)) = note {
        let noted = match &mut parsed {
            Parsed::Lines(lines) => <&mut [LineRead; 1]>::try_from(lines.as_mut_slice()).ok(),
            Parsed::Item(read) => Some(std::array::from_mut(read.as_mut())),
            Parsed::Amount(_) | Parsed::Nothing | Parsed::Unclear => None,
        };
        let Some([read]) = noted else {
            return Parsed::Unclear;
        };
        read.line.note = Some(burst.words(from, to));
        read.claims.push((from, to, Use::Item));
    }
    parsed
}

pub(crate) fn parse_core(burst: &Burst<'_>, core: &[Part]) -> Parsed {
    if let Some(plain) = bracketed(core) {
        return parse_core(burst, &plain);
    }
    let words = core
        .iter()
        .any(|part| matches!(part.piece, Piece::Word | Piece::Size));
    let numbers = core.iter().filter(|part| part.number().is_some()).count();
    if core
        .iter()
        .any(|part| matches!(part.piece, Piece::Cue(_) | Piece::Odd))
    {
        return if words || numbers > 0 || core.iter().any(|part| part.piece == Piece::Odd) {
            Parsed::Unclear
        } else {
            Parsed::Nothing
        };
    }
    match (words, numbers) {
        (false, 0) => Parsed::Nothing,
        (false, _) => Parsed::Amount(core.to_vec()),
        (true, 0) => item_only(burst, core),
        (true, 1) => single(burst, core),
        (true, _) => several(burst, core),
    }
}

/// The fragment without what stands around a line; none if a request stands in the middle of one.
pub(crate) fn core(burst: &Burst<'_>, fragment: &[Part]) -> Option<Vec<Part>> {
    let speaks = |part: &Part| {
        matches!(
            part.piece,
            Piece::Word | Piece::Number(_) | Piece::Size | Piece::Odd
        )
    };
    let word = |part: &Part| matches!(part.piece, Piece::Word | Piece::Size);
    let asking = |part: &Part| part.classes().any(&[Class::Request, Class::Add]);
    let mut from = 0;
    for (at, part) in fragment.iter().enumerate() {
        let (before, behind) = (&fragment[from.min(at)..at], &fragment[at + 1..]);
        if !asking(part) || !behind.iter().any(speaks) {
            continue;
        }
        if denies(burst, before, part) {
            return None;
        }
        let counted = before.iter().any(|part| part.number().is_some());
        // "cement chahiye 20 bori", "20 bori chahiye cement"
        let apart = before.iter().any(word) != behind.iter().any(word)
            && counted != behind.iter().any(|part| part.number().is_some());
        if burst.lexicon.asks_anywhere() && before.iter().any(speaks) && apart {
            continue;
        }
        if counted {
            return None;
        }
        from = at + 1;
    }
    let mut core: Vec<Part> = fragment[from..]
        .iter()
        .filter(|part| part.piece != Piece::Gap && part.piece != Piece::Separator)
        .filter(|part| !is_padding(part))
        .filter(|part| !(burst.lexicon.asks_anywhere() && asking(part)))
        .cloned()
        .collect();
    let around = |part: &Part| {
        matches!(part.piece, Piece::Dash | Piece::Of) || {
            let classes = part.classes();
            classes.any(&AROUND) && !classes.any(&[Class::Not, Class::More, Class::Less])
        }
    };
    let lead = (0..core.len()).take_while(|at| {
        let classes = core[*at].classes();
        // "approve 100 laptops" is no request.
        let yes =
            classes.has(Class::Yes) && core.get(at + 1).is_some_and(|next| next.number().is_some());
        !yes && (around(&core[*at]) || classes.any(&[Class::More, Class::Yes]))
    });
    core.drain(..lead.count());
    // "drop cable 60 m": a command that changed nothing is the first word of the item.
    let named = core.get(1).is_some_and(|part| part.piece == Piece::Word)
        && core.iter().any(|part| part.number().is_some());
    if let Some(first) = core.first_mut().filter(|_| named) {
        let one = first.to - first.from == 1;
        if one && first.classes().has(Class::Modifier) && !first.classes().has(Class::Report) {
            first.piece = Piece::Word;
        }
    }
    // "2 bulb aur add kar do"
    let more = |part: &Part| {
        burst.lexicon.has(Habit::VerbLast)
            && part.to - part.from > 1
            && part.classes().has(Class::More)
    };
    while core
        .last()
        .is_some_and(|part| around(part) || part.piece == Piece::Article || more(part))
    {
        core.pop();
    }
    each(&mut core);
    counter(burst, &mut core);
    genitive(&mut core);
    link(burst, &mut core);
    unit_of_name(burst, &mut core);
    Some(core)
}

fn is_padding(part: &Part) -> bool {
    let classes = part.classes();
    classes.any(&PADDING) && !classes.any(&[Class::More, Class::Less, Class::Not])
}

/// "2 bags (25kg each)", "3 boxes (50 per box)": said of the content.
fn each(core: &mut Vec<Part>) {
    let numbers = core.iter().filter(|part| part.number().is_some()).count();
    let packed = core.iter().any(|part| {
        part.number()
            .is_some_and(|number| number.unit.as_ref().is_some_and(|unit| unit.kind.holds()))
    });
    let at = (1..core.len()).find(|at| {
        core[*at].classes().has(Class::Each)
            && core[at - 1].number().is_some_and(|number| {
                number.unit.is_some() || packed && *at > 1 && core[at - 2].piece == Piece::Open
            })
    });
    if let Some(at) = at.filter(|_| numbers == 2) {
        core.remove(at);
    }
}

fn item_only(burst: &Burst<'_>, core: &[Part]) -> Parsed {
    let article = core
        .first()
        .is_some_and(|part| part.piece == Piece::Article);
    let rest = if article { &core[1..] } else { core };
    let Some(mut read) = line(burst, rest, None, None) else {
        return Parsed::Unclear;
    };
    if let Some(found) = counted_alone(burst, core) {
        return found;
    }
    if article {
        let unit = leading_unit(burst, rest);
        let words = if unit.is_some() { &rest[1..] } else { rest };
        let number = Number {
            value: Value::Exact(1000),
            unit,
            glued: Glued::No,
            holder: None,
            change: Change::None,
            end: rest[0].to,
        };
        let from = core[0].from;
        let to = if number.unit.is_some() {
            rest[0].to
        } else {
            core[0].to
        };
        let of = words
            .first()
            .is_some_and(|part| burst.has(part.from, Class::Of));
        let words = if of { &words[1..] } else { words };
        let Some(found) = line(burst, words, Some((&number, from, to)), None) else {
            return Parsed::Unclear;
        };
        read = found;
        return Parsed::Lines(vec![read]);
    }
    Parsed::Item(Box::new(read))
}

/// "a bag of cement": the unit behind the article.
fn leading_unit(burst: &Burst<'_>, rest: &[Part]) -> Option<UnitWord> {
    let first = rest.first()?;
    let more = rest
        .get(1)
        .is_some_and(|part| matches!(part.piece, Piece::Of | Piece::Word));
    let (unit, len) = burst.lexicon.unit(|n| burst.text(first.from + n))?;
    (more && len == first.to - first.from).then(|| unit.clone())
}

pub(crate) fn single(burst: &Burst<'_>, core: &[Part]) -> Parsed {
    let at = core
        .iter()
        .position(|part| part.number().is_some())
        .expect("one number");
    let number = core[at].number().expect("a number");
    let mut words = core.to_vec();
    words.remove(at);
    let before_is_of = at > 0 && core[at - 1].piece == Piece::Of;
    if number.holder.is_some() || before_is_of {
        // "50kg bags of cement", "boxes of 100 gloves": a package without a count.
        let content = Content {
            number,
            part: &core[at],
            joined: Joined::Yes,
        };
        return line(burst, &words, None, Some(&content))
            .map_or(Parsed::Unclear, |read| Parsed::Item(Box::new(read)));
    }
    let quantity = Some((number, core[at].from, core[at].to));
    if burst.lexicon.has(Habit::UnitFirst)
        && let Some(parsed) = of_behind(burst, core, at, &words)
    {
        return parsed;
    }
    let is_word = |part: &Part| part.piece == Piece::Word;
    if core[..at].iter().any(is_word) && core[at + 1..].iter().any(is_word) {
        // "chalk ten boxes of the white chalk"
        if named_again(burst, &core[..at], &core[at + 1..]) {
            let mut parsed = single(burst, &core[at..]);
            if let Parsed::Lines(lines) = &mut parsed {
                let again = core[..at].iter();
                let again = again.map(|part| (part.from, part.to, Use::Item));
                lines[0].claims.extend(again);
            }
            return parsed;
        }
        // "pens 2 dozen blue"
        let kind =
            |part: &Part| part.piece != Piece::Word || burst.has(part.from, Class::Attribute);
        if !burst.lexicon.asks_anywhere() && core[at + 1..].iter().all(kind) {
            let mut sized = core.to_vec();
            for part in &mut sized[at + 1..] {
                if part.piece == Piece::Word {
                    part.piece = Piece::Size;
                }
            }
            return single(burst, &sized);
        }
        return Parsed::Unclear;
    }
    if let Some(read) = unit_in_front(burst, core, at) {
        return Parsed::Lines(vec![read]);
    }
    line(burst, &words, quantity, None).map_or(Parsed::Unclear, |read| Parsed::Lines(vec![read]))
}
