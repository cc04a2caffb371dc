//! What a sentence does (orders, tells, asks), and what the burst as a whole is.

use super::burst::{Burst, Ending, Sentence};
use super::fragments::tells_people;
use super::lexicon::{Class, Classes, Habit};
use super::piece::{Part, Piece};
use super::reading::Intent;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It asks for something in so many words.
    Order,
    /// A bare list or a correction.
    Plain,
    /// It tells what is, was or came.
    Report,
    /// It tells of something, by its verb alone.
    Told,
    /// It asks about items, prices, times or an earlier order.
    Enquiry,
    /// It may be an order or not.
    Doubt,
}

/// The first piece that is of any of the classes.
fn first(parts: &[Part], classes: &[Class]) -> Option<usize> {
    parts.iter().position(|part| part.classes().any(classes))
}

fn has_number(parts: &[Part]) -> bool {
    parts.iter().any(|part| part.number().is_some())
}

fn has_content(parts: &[Part]) -> bool {
    parts.iter().any(is_named)
}

fn is_named(part: &Part) -> bool {
    matches!(part.piece, Piece::Word | Piece::Size)
}

fn alone(parts: &[Part], ending: Ending) -> Mode {
    let asks = [Class::Request, Class::Add];
    let pure = |yes: &[Class], no: &[Class]| {
        let classes = |part: &Part| part.classes().any(yes) && !part.classes().any(no);
        parts.iter().position(classes)
    };
    // "Faltan 5" may be either: the other words of the sentence decide.
    let (mut order, mut report) = (pure(&asks, &[Class::Report]), pure(&[Class::Report], &asks));
    if order.is_none() && report.is_none() {
        (order, report) = (first(parts, &asks), first(parts, &[Class::Report]));
    }
    if order.is_none() && takes_back(parts, report) {
        return Mode::Plain;
    }
    let enquiry = first(parts, &[Class::Enquiry, Class::Status, Class::Person]);
    // "nahi, 20 chahiye" is a no, "50 nahi 15" a value given up.
    let not = (0..parts.len()).find(|at| {
        let classes = parts[*at].classes();
        let said = parts[..*at]
            .iter()
            .any(|part| part.number().is_some() || is_named(part));
        let given_up = *at > 0 && parts[at - 1].number().is_some();
        classes.has(Class::Not)
            && (said || !classes.has(Class::No))
            && !(given_up && classes.has(Class::NotBehind))
    });
    let firm = |at: usize| parts[at].classes().any(&[Class::Status, Class::Person]);
    let plain = (order, report, enquiry) == (None, None, None);
    if plain && first(parts, &[Class::Told]).is_some() {
        return Mode::Told;
    }
    if (order, report, enquiry) == (None, None, None)
        && let Some(mode) = stated(parts)
    {
        return mode;
    }
    match (order, report, enquiry) {
        (Some(order), None, Some(enquiry))
            if enquiry < order && (ending == Ending::Asks || firm(enquiry)) =>
        {
            Mode::Enquiry
        }
        (Some(_), Some(_), _) | (Some(_), None, Some(_)) => Mode::Doubt,
        (None, Some(_), _) => Mode::Report,
        // "10 bags cement if available"
        (None, None, Some(enquiry)) => {
            let before = &parts[..enquiry];
            if has_number(before) && has_content(before) && ending != Ending::Asks {
                Mode::Doubt
            } else {
                Mode::Enquiry
            }
        }
        // "we do not need 20 bags" orders nothing, and what it does is asked.
        (Some(order), None, None) if not.is_some_and(|not| not < order) && has_number(parts) => {
            Mode::Doubt
        }
        (Some(_), None, None) => Mode::Order,
        (None, None, None) if ending == Ending::Asks && has_number(parts) => Mode::Doubt,
        (None, None, None) if chats(parts) => Mode::Report,
        // "20 bags cement please"
        (None, None, None) if pleads(parts) => Mode::Order,
        (None, None, None) => Mode::Plain,
    }
}

/// "Ye sab store me hai", "pump 2 hai": what is said to be there may be no order.
fn stated(parts: &[Part]) -> Option<Mode> {
    let said = |part: &&Part| {
        let talk = [Class::Polite, Class::Address, Class::Filler, Class::That];
        !matches!(part.piece, Piece::Gap | Piece::Dash) && !part.classes().any(&talk)
    };
    let mut last = parts.iter().rev().filter(said);
    let states = last.next()?.classes().has(Class::States);
    let aside = last
        .next()
        .is_some_and(|part| part.classes().has(Class::Aside));
    let quiet = [Class::Done, Class::Title, Class::Yes, Class::OutOf];
    if !states || aside || first(parts, &quiet).is_some() || first(parts, &CHANGES).is_some() {
        return None;
    }
    if has_number(parts) {
        return Some(Mode::Doubt);
    }
    first(parts, &[Class::That]).map(|_| Mode::Report)
}

fn pleads(parts: &[Part]) -> bool {
    first(parts, &[Class::Polite]).is_some()
        && first(parts, &CHANGES).is_none()
        && has_content(parts)
        && parts
            .iter()
            .any(|part| part.number().is_some_and(|number| number.unit.is_some()))
}

/// What is said of lines that stand.
const CHANGES: [Class; 8] = [
    Class::Correct,
    Class::Remove,
    Class::Replace,
    Class::Increase,
    Class::Decrease,
    Class::Cancel,
    Class::Hold,
    Class::Not,
];

/// "My son turned 5": talk of somebody, with a number that counts nothing.
fn chats(parts: &[Part]) -> bool {
    let whose = first(parts, &[Class::Pronoun]).is_some();
    let talk = first(parts, &[Class::Talk]).is_some();
    let speaks = |part: Option<&Part>| {
        part.is_some_and(|part| matches!(part.piece, Piece::Word | Piece::Of | Piece::Size))
    };
    let counts = (0..parts.len()).any(|at| {
        parts[at].number().is_some_and(|number| {
            number.unit.is_some()
                || speaks(parts.get(at + 1))
                || at > 0 && speaks(parts.get(at - 1))
        })
    });
    whose && talk && has_number(parts) && !counts && first(parts, &CHANGES).is_none()
}

/// "Without the onions, there are some", "done, cancel it, we found some": what is taken back, with its
/// reason, is no report.
fn takes_back(parts: &[Part], report: Option<usize>) -> bool {
    let Some(report) = report else {
        return false;
    };
    let speaks = |part: &&Part| matches!(part.piece, Piece::Word | Piece::Number(_) | Piece::Size);
    let first_word = parts
        .iter()
        .position(|part| speaks(&part))
        .unwrap_or(parts.len());
    let command = [Class::Remove, Class::Cancel, Class::CancelThat];
    let taken = first(parts, &command).is_some_and(|at| at <= first_word);
    taken && !has_number(&parts[report..])
}

/// The mode of each sentence, by its own words and by those around it.
pub(crate) fn modes(burst: &Burst<'_>, sentences: &[Sentence], parts: &[Vec<Part>]) -> Vec<Mode> {
    let own: Vec<Mode> = sentences
        .iter()
        .zip(parts)
        .map(|(sentence, parts)| alone(parts, sentence.ending))
        .collect();
    let tells = |mode: Mode| matches!(mode, Mode::Report | Mode::Enquiry);
    // "Aquí hay" alone tells nothing.
    let says = |at: usize| {
        // "Itna bacha hai"
        let that =
            burst.lexicon.has(Habit::VerbLast) && first(&parts[at], &[Class::That]).is_some();
        let counts = has_number(&parts[at]);
        counts || that || has_content(&parts[at]) && !tells_people(burst, &parts[at])
    };
    let told_somewhere =
        (0..own.len()).any(|at| own[at] == Mode::Enquiry || own[at] == Mode::Report && says(at));
    let orders = own.contains(&Mode::Order);
    let mut out = Vec::with_capacity(own.len());
    let mut last: Option<(usize, Mode, bool)> = None;
    for (at, mode) in own.iter().enumerate() {
        let message = sentences[at].message;
        let here = match (*mode, last) {
            (Mode::Plain, Some((of, Mode::Order, _))) if of == message => Mode::Order,
            // "The ward needs", and the list in the next messages.
            (Mode::Plain, Some((_, Mode::Order, true))) => Mode::Order,
            // "Stock count:" above a list.
            (Mode::Plain, Some((of, before, header)))
                if of == message && tells(before) && header =>
            {
                before
            }
            // "Closing stock", and the list in the next messages.
            (Mode::Plain, Some((_, Mode::Report, true))) if !orders => Mode::Report,
            // "Cancel that one", and the reason behind it.
            (Mode::Plain, _) if commands(&parts[at]) => Mode::Plain,
            // "Be blessed", in a burst that only tells.
            (Mode::Plain, _) if told_somewhere && !orders && !has_number(&parts[at]) => {
                if own.contains(&Mode::Plain) && lists(&own, parts) {
                    Mode::Plain
                } else {
                    Mode::Report
                }
            }
            // "Kya rate hai? 2 lein to?"
            (Mode::Doubt, Some((_, Mode::Enquiry, _)))
                if sentences[at].ending == Ending::Asks
                    && first(&parts[at], &[Class::Request, Class::Add]).is_none() =>
            {
                Mode::Enquiry
            }
            // "Need 3 padlocks" in one message, "and chain 5 m" in the next.
            (Mode::Plain, Some((_, Mode::Order, _))) if counts_item(&parts[at]) => Mode::Plain,
            (Mode::Plain, _) if told_somewhere => Mode::Doubt,
            (mode, _) => mode,
        };
        if !matches!(mode, Mode::Plain | Mode::Told) {
            last = Some((message, *mode, !has_number(&parts[at])));
        }
        out.push(here);
    }
    out
}

/// "Don't order the 60 blankets yet".
fn waits(parts: &[Part]) -> bool {
    let not = first(parts, &[Class::Not, Class::Remove, Class::Cancel]);
    let Some(yet) = first(parts, &[Class::Yet]).filter(|yet| not.is_some_and(|not| not < *yet))
    else {
        return false;
    };
    // "It has not arrived yet" asks nobody to wait.
    let orders = [Class::Remove, Class::Cancel, Class::Request, Class::Add];
    first(&parts[..yet], &orders).is_some()
}

/// It takes back all that was asked for.
fn commands(parts: &[Part]) -> bool {
    let command = [Class::Cancel, Class::CancelThat];
    first(parts, &command).is_some() && !has_content(parts) && !has_number(parts)
}

/// A whole line, and nothing that tells.
fn counts_item(parts: &[Part]) -> bool {
    let talks = [Class::Pronoun, Class::Auxiliary, Class::Talk, Class::Not];
    has_number(parts) && has_content(parts) && first(parts, &talks).is_none()
}

/// A bare sentence with a number stands among them.
fn lists(own: &[Mode], parts: &[Vec<Part>]) -> bool {
    own.iter()
        .zip(parts)
        .any(|(mode, parts)| *mode == Mode::Plain && has_number(parts))
}

/// What is said besides the lines.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Talk {
    said: Classes,
    pub(crate) report: bool,
    pub(crate) enquiry: bool,
    /// It was said to wait, and nothing was ordered after that.
    pub(crate) held: bool,
}

impl Talk {
    pub(crate) fn hear(&mut self, parts: &[Part], mode: Mode) {
        for part in parts {
            self.said.join(part.classes());
        }
        if first(parts, &[Class::Hold]).is_some() || waits(parts) {
            self.held = true;
        } else if mode == Mode::Order {
            self.held = false;
        }
        self.report |= mode == Mode::Report
            && (has_number(parts)
                || has_content(parts)
                || first(parts, &[Class::Report]).is_some());
        self.enquiry |= mode == Mode::Enquiry;
    }

    pub(crate) fn has(&self, class: Class) -> bool {
        self.said.has(class)
    }

    /// It asks about something, and asks for nothing.
    pub(crate) fn asks(&self) -> bool {
        let orders = self.has(Class::Request) || self.has(Class::Add);
        (self.enquiry || self.has(Class::Status)) && !orders
    }

    /// The intent of a burst that changes no line.
    pub(crate) fn intent(&self) -> Intent {
        let in_turn = [
            (self.has(Class::Reorder), Intent::Reorder),
            (self.has(Class::Person), Intent::Person),
            (self.held && !self.report, Intent::Hold),
            (self.has(Class::Status), Intent::Status),
            (self.report, Intent::Report),
            (self.enquiry, Intent::Enquiry),
            (self.has(Class::Help), Intent::Help),
            (self.has(Class::No), Intent::No),
            (self.has(Class::Done), Intent::Done),
            (self.has(Class::Thanks), Intent::Thanks),
            (self.has(Class::Yes), Intent::Yes),
            (self.has(Class::Greeting), Intent::Greeting),
        ];
        in_turn
            .into_iter()
            .find(|(heard, _)| *heard)
            .map_or(Intent::NotARequest, |(_, intent)| intent)
    }
}

/// Whether the burst orders anything at all, by its words or by an amount with a unit.
pub(crate) fn orders(burst: &Burst<'_>, parts: &[Vec<Part>], modes: &[Mode]) -> bool {
    let standing = !burst.setting.draft.is_empty();
    parts.iter().zip(modes).any(|(parts, mode)| match mode {
        Mode::Report | Mode::Told | Mode::Enquiry => false,
        Mode::Order => true,
        Mode::Plain | Mode::Doubt => {
            let unit = parts
                .iter()
                .any(|part| part.number().is_some_and(|number| number.unit.is_some()));
            let numbers = parts.iter().any(|part| {
                part.number().is_some() || matches!(part.piece, Piece::Size | Piece::Odd)
            });
            let talks = first(parts, &[Class::Pronoun, Class::Auxiliary]).is_some();
            let told = first(parts, &[Class::Talk]).is_some();
            let named = parts.iter().any(|part| part.piece == Piece::Word);
            let item = has_content(parts) && numbers && !talks && (named || !told);
            unit || item || (standing && has_number(parts))
        }
    })
}
