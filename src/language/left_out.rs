//! Parts of a burst that a second reader says ask for nothing.
//!
//! **Invariant:** a part with a number that may be an amount is never left out of an order, but where it
//! speaks to the machine; what is left out is named in the read-back; a burst that is left out as a whole
//! orders nothing, and its sender hears that.

use super::closing::orders;
use super::gate;
use super::lexicon::Class;
use super::live::{split_words, stem};
use super::machine::is_addressed;
use super::proposal::{holds, overlap};
use super::reading::{Intent, Operation, QuestionCode, Span, Use};
use super::references::plate;
use super::verify::Merge;

/// Words that do something to lines that stand, or to all of them.
const ABOUT_LINES: [Class; 12] = [
    Class::More,
    Class::Less,
    Class::Remove,
    Class::Replace,
    Class::Correct,
    Class::Reorder,
    Class::Not,
    Class::No,
    Class::Cancel,
    Class::CancelThat,
    Class::InsteadOf,
    Class::Hold,
];

/// All that would be ordered or asked stands in parts that are said to ask for nothing, and no word of
/// them asks: then nothing is ordered, and the sender hears that.
pub(super) fn told(merge: &mut Merge<'_>) -> bool {
    let left = &merge.nothing;
    let within = |span: Span| left.iter().any(|part| holds(*part, span));
    let reading = &merge.reading;
    let all = reading
        .questions
        .iter()
        .all(|question| within(question.span))
        && reading.gate.numbers.iter().all(|span| within(*span))
        && reading
            .requests
            .iter()
            .flat_map(|request| &request.operations)
            .all(|operation| within(operation.span()));
    let asks = left
        .iter()
        .any(|part| merge.classes(*part, &[Class::Request, Class::Add]));
    let fresh = merge.base == 0 && merge.counts.taken == 0;
    if left.is_empty() || !orders(reading.intent) || !all || asks || !fresh {
        return false;
    }
    merge.reading.intent = Intent::Report;
    merge.reading.questions.clear();
    merge.reading.requests.truncate(1);
    if let Some(request) = merge.reading.requests.first_mut() {
        request.operations.clear();
    }
    true
}

/// A part can be left out if it holds no number, asks for nothing in words that we know, and the rules
/// found in it no more than words.
pub(super) fn asks_nothing(merge: &Merge<'_>, part: Span) -> bool {
    let number = merge
        .burst
        .tokens
        .iter()
        .filter(|token| holds(part, token.span) && gate::is_number(&merge.burst, token))
        .any(|token| !is_told(merge, token.span));
    let plain = merge
        .reading
        .questions
        .iter()
        .filter(|question| overlap(question.span, part))
        .all(|question| {
            let of_nothing = question.code == QuestionCode::Reference && question.about.is_none();
            holds(part, question.span) && (of_nothing || is_of_words(question.code))
        });
    let lines = operations(merge, part).into_iter().all(
        |(_, _, operation)| matches!(operation, Operation::Add(line) if line.quantity.is_none()),
    );
    let bare = !operations(merge, part).is_empty() && !talks(merge, part);
    !number
        && plain
        && lines
        && !bare
        && !merge.classes(part, &[Class::Request, Class::Add])
        && !merge.classes(part, &ABOUT_LINES)
        && !names_a_line(merge, part)
}

/// It says something beside what the rules took for an item, as "sister Grace here" and "dept: stores" do;
/// "mosquito nets" alone is asked about.
fn talks(merge: &Merge<'_>, part: Span) -> bool {
    const TALK: [Class; 9] = [
        Class::Greeting,
        Class::Address,
        Class::Pronoun,
        Class::Auxiliary,
        Class::Talk,
        Class::Report,
        Class::Status,
        Class::Verb,
        Class::Introduction,
    ];
    let burst = &merge.burst;
    let label = (0..burst.tokens.len())
        .filter(|at| holds(part, burst.tokens[*at].span))
        .any(|at| {
            burst.tokens[at].is(':') && burst.text(at + 1).is_some_and(|next| !next.is_empty())
        });
    label || merge.classes(part, &TALK)
}

/// The rules themselves take the number for no amount: a telephone, a distance, a price, or what looks
/// like the plate of a car.
fn is_told(merge: &Merge<'_>, number: Span) -> bool {
    let burst = &merge.burst;
    let told = |(span, with): &(Span, Use)| {
        let no_amount = match with {
            Use::Told | Use::Reference | Use::Date | Use::Place | Use::ListNumber => true,
            Use::Quantity | Use::Item | Use::Spec | Use::Pack | Use::OldValue | Use::Known => false,
        };
        *span == number && no_amount
    };
    let on_plate = |from: usize| {
        plate(burst, from).is_some_and(|len| holds(burst.span(from, from + len), number))
    };
    merge.reading.used.iter().any(told) || (0..burst.tokens.len()).any(on_plate)
}

/// "SYSTEM: add 5 laptops": whoever sends this asks the machine and no buyer, and the rules took nothing
/// else from it than items.
pub(super) fn speaks_to_machine(merge: &Merge<'_>, part: Span) -> bool {
    let own = |at: &usize| holds(part, merge.burst.tokens[*at].span);
    let mut tokens = (0..merge.burst.tokens.len()).filter(own);
    let Some(from) = tokens.next() else {
        return false;
    };
    let to = tokens.next_back().unwrap_or(from) + 1;
    let only_items = operations(merge, part).into_iter().all(
        |(_, _, operation)| matches!(operation, Operation::Add(line) if holds(part, line.span)),
    );
    let inside = merge
        .reading
        .questions
        .iter()
        .filter(|question| overlap(question.span, part))
        .all(|question| holds(part, question.span));
    only_items && inside && is_addressed(&merge.burst, from, to)
}

/// A word of the part is that of a line which stands: the part may say something about it.
fn names_a_line(merge: &Merge<'_>, part: Span) -> bool {
    let words: Vec<String> = split_words(part.of(merge.burst.messages))
        .into_iter()
        .map(stem)
        .collect();
    (0..merge.reading.requests.len()).any(|request| {
        let own = operations(merge, part);
        merge
            .live(request)
            .iter()
            .enumerate()
            .any(|(number, line)| {
                let here = own
                    .iter()
                    .any(|(of, at, _)| *of == request && *at == number);
                !here && words.iter().any(|word| line.names(word))
            })
    })
}

fn is_of_words(code: QuestionCode) -> bool {
    match code {
        QuestionCode::Item | QuestionCode::Quantity => true,
        QuestionCode::Unit
        | QuestionCode::Pack
        | QuestionCode::Variant
        | QuestionCode::NumberFormat
        | QuestionCode::Date
        | QuestionCode::Place
        | QuestionCode::Reference
        | QuestionCode::Duplicate
        | QuestionCode::ReportOrOrder => false,
    }
}

/// The operations within a part: request, number of the line, operation.
fn operations<'a>(merge: &'a Merge<'_>, part: Span) -> Vec<(usize, usize, &'a Operation)> {
    let mut out = Vec::new();
    for (request, read) in merge.reading.requests.iter().enumerate() {
        let mut number = if request == 0 { merge.base } else { 0 };
        for operation in &read.operations {
            let own = number;
            number += usize::from(matches!(operation, Operation::Add(_)));
            if overlap(operation.span(), part) {
                out.push((request, own, operation));
            }
        }
    }
    out
}

/// Words that the rules took for an item without an amount, in a part whose lines were all named without
/// them: they are left out.
pub(super) fn unnamed(merge: &mut Merge<'_>) -> Vec<Span> {
    let mut out = Vec::new();
    for part in merge.heard.clone() {
        let line = |(span, with): &(Span, Use)| *with == Use::Item && holds(part, *span);
        if !merge.taken.iter().any(line) {
            continue;
        }
        let spans: Vec<Span> = operations(merge, part)
            .into_iter()
            .filter(|(_, _, operation)| {
                matches!(operation, Operation::Add(line) if line.quantity.is_none())
            })
            .map(|(_, _, operation)| operation.span())
            .filter(|span| holds(part, *span))
            .filter(|span| !merge.taken.iter().any(|(one, _)| overlap(*one, *span)))
            .collect();
        for span in spans {
            if asks_nothing(merge, span) {
                leave_out(merge, span);
                out.push(span);
            }
        }
    }
    out
}

/// A few words beside the lines of a part of which every number is used.
pub(super) fn leftover(merge: &mut Merge<'_>) -> Vec<Span> {
    const FEW: usize = 6;
    let mut out = Vec::new();
    for part in merge.heard.clone() {
        let gate = &merge.reading.gate;
        let words: Vec<Span> = gate
            .words
            .iter()
            .copied()
            .filter(|span| holds(part, *span))
            .collect();
        let number = gate.numbers.iter().any(|span| holds(part, *span));
        let few = (1..=FEW).contains(&words.len());
        if number || !few || merge.classes(part, &ABOUT_LINES) {
            continue;
        }
        merge
            .reading
            .gate
            .words
            .retain(|span| !words.contains(span));
        let told = words.iter().map(|span| (*span, Use::Told));
        merge.reading.used.extend(told);
        out.extend(words);
    }
    out
}

pub(super) fn leave_out(merge: &mut Merge<'_>, part: Span) {
    let gone: Vec<(usize, usize, Span)> = operations(merge, part)
        .into_iter()
        .map(|(request, number, operation)| (request, number, operation.span()))
        .collect();
    for (request, line, span) in gone {
        merge.reading.requests[request]
            .operations
            .push(Operation::Remove { line, span });
        merge
            .reading
            .questions
            .retain(|question| question.request != request || question.about != Some(line));
    }
    merge
        .reading
        .questions
        .retain(|question| !holds(part, question.span));
    let used = &mut merge.reading.used;
    let gate = &mut merge.reading.gate;
    for list in [&mut gate.words, &mut gate.numbers] {
        list.retain(|span| {
            let told = holds(part, *span);
            if told {
                used.push((*span, Use::Told));
            }
            !told
        });
    }
    for request in &mut merge.reading.requests {
        if stands_empty(&request.operations, merge.base) {
            request.operations.clear();
        }
    }
}

/// Where to and by when were never said by a sender who speaks to the machine.
pub(super) fn forget_header(merge: &mut Merge<'_>, part: Span) {
    for request in &mut merge.reading.requests {
        request.place.take_if(|place| holds(part, place.span));
        request.needed_by.take_if(|day| holds(part, day.span));
    }
}

/// Everything that was added is gone again, and nothing else was done.
fn stands_empty(operations: &[Operation], base: usize) -> bool {
    let added = operations
        .iter()
        .filter(|operation| matches!(operation, Operation::Add(_)))
        .count();
    let removed = operations
        .iter()
        .filter(|operation| matches!(operation, Operation::Remove { line, .. } if *line >= base))
        .count();
    added == removed && added + removed == operations.len()
}
