//! The end of a verified reading: the accounting gate once more, and the questions that are answered.
//!
//! **Invariant:** a number is never explained away, and no word is without being named.

use super::gate;
use super::left_out::{
    asks_nothing, forget_header, leave_out, leftover, speaks_to_machine, told, unnamed,
};
use super::lexicon::Class;
use super::proposal::{holds, overlap};
use super::reading::{Intent, Question, QuestionCode, Span, Use};
use super::verify::Merge;

/// Closes the books; gives the parts that ask for nothing.
pub(super) fn close(merge: &mut Merge<'_>) -> Vec<Span> {
    account(merge);
    let mut left_out = Vec::new();
    if told(merge) {
        return merge.nothing.clone();
    }
    for part in std::mem::take(&mut merge.nothing) {
        let to_machine = speaks_to_machine(merge, part);
        if to_machine {
            forget_header(merge, part);
        }
        if to_machine || asks_nothing(merge, part) {
            leave_out(merge, part);
            left_out.push(part);
        }
    }
    left_out.extend(unnamed(merge));
    left_out.extend(leftover(merge));
    if merge.counts.taken > 0 {
        answered(merge, &left_out);
    }
    let works = merge
        .reading
        .requests
        .iter()
        .any(|request| !request.operations.is_empty());
    if merge.counts.taken > 0 {
        unread_header(merge);
        wake(merge);
    }
    let orders = orders(merge.reading.intent);
    if orders {
        let last = merge.reading.requests.len() - 1;
        let more = gate::questions(&merge.reading.gate, &merge.reading.questions, last);
        merge.reading.questions.extend(more);
    }
    if orders && !works && merge.reading.questions.is_empty() && !left_out.is_empty() {
        merge.reading.intent = Intent::NotARequest;
    }
    let questions = &mut merge.reading.questions;
    questions.sort_by_key(|question| (question.request, question.span));
    questions.dedup();
    merge.reading.used.sort_by_key(|(span, _)| *span);
    left_out
}

pub(super) fn orders(intent: Intent) -> bool {
    match intent {
        Intent::Order | Intent::Change | Intent::AnotherOrder | Intent::Several => true,
        Intent::Reorder
        | Intent::Cancel
        | Intent::Hold
        | Intent::Done
        | Intent::Yes
        | Intent::No
        | Intent::Greeting
        | Intent::Thanks
        | Intent::Status
        | Intent::Help
        | Intent::Person
        | Intent::Enquiry
        | Intent::Report
        | Intent::NotARequest => false,
    }
}

/// Every number and word again: what the proposals used is used.
fn account(merge: &mut Merge<'_>) {
    let taken = std::mem::take(&mut merge.taken);
    let with = |span: Span| {
        taken
            .iter()
            .find(|(one, _)| holds(*one, span))
            .map(|(_, with)| *with)
    };
    let gate = &mut merge.reading.gate;
    for list in [&mut gate.numbers, &mut gate.words] {
        list.sort();
        list.dedup();
        list.retain(|span| {
            let used = with(*span);
            if let Some(used) = used {
                merge.reading.used.push((*span, used));
            }
            used.is_none()
        });
    }
    merge.taken = taken;
}

/// Questions about words that the proposals have read: every number in them is used now, and hardly a
/// word is left over.
fn answered(merge: &mut Merge<'_>, left: &[Span]) {
    let (heard, gate) = (&merge.heard, &merge.reading.gate);
    let allowed = gate.words_allowed;
    let lines: Vec<Span> = merge.taken.iter().map(|(span, _)| *span).collect();
    let within = |question: &Question| {
        let read = heard.iter().any(|part| overlap(*part, question.span));
        let whole = heard
            .iter()
            .chain(left)
            .any(|part| holds(*part, question.span));
        let spans_line = lines.iter().any(|line| overlap(*line, question.span));
        let number = gate
            .numbers
            .iter()
            .any(|span| overlap(*span, question.span));
        let words = gate
            .words
            .iter()
            .filter(|span| overlap(**span, question.span))
            .count();
        read && (whole || spans_line) && !number && words <= allowed
    };
    let settled = |question: &Question| match question.code {
        QuestionCode::Item => question.about.is_none() && within(question),
        // A number that stands beside its own item refers to no other line.
        QuestionCode::Reference => {
            let own = names_its_own(merge, question.span)
                || merge.changed.iter().any(|part| holds(*part, question.span));
            question.about.is_none() && within(question) && own
        }
        QuestionCode::Quantity
        | QuestionCode::Unit
        | QuestionCode::Pack
        | QuestionCode::Variant
        | QuestionCode::NumberFormat
        | QuestionCode::Date
        | QuestionCode::Place
        | QuestionCode::Duplicate
        | QuestionCode::ReportOrOrder => false,
    };
    let kept: Vec<Question> = merge
        .reading
        .questions
        .iter()
        .filter(|question| !settled(question))
        .cloned()
        .collect();
    merge.reading.questions = kept;
}

/// Days and places that the rules saw in what they did not take for an order are asked.
fn unread_header(merge: &mut Merge<'_>) {
    let of = |with: Use| -> Vec<Span> {
        let used = merge.reading.used.iter();
        used.filter(|(_, one)| *one == with)
            .map(|(span, _)| *span)
            .filter(|span| merge.heard.iter().any(|part| holds(*part, *span)))
            .collect()
    };
    let (days, places) = (of(Use::Date), of(Use::Place));
    let read = &merge.reading.requests;
    let has_day = read.iter().any(|request| request.needed_by.is_some());
    let has_place = read.iter().any(|request| request.place.is_some());
    if let Some(span) = days.first().filter(|_| !has_day) {
        merge.ask(QuestionCode::Date, None, *span);
    }
    if let Some(span) = places.first().filter(|_| !has_place) {
        merge.ask(QuestionCode::Place, None, *span);
    }
}

/// The part of these words holds an item and its amount, and nothing that would change a line.
fn names_its_own(merge: &Merge<'_>, span: Span) -> bool {
    const CHANGES: [Class; 9] = [
        Class::Correct,
        Class::More,
        Class::Less,
        Class::Increase,
        Class::Decrease,
        Class::Replace,
        Class::InsteadOf,
        Class::That,
        Class::Reorder,
    ];
    let part = merge.heard.iter().find(|part| holds(**part, span));
    part.is_some_and(|part| {
        let used = |with: Use| {
            let mut taken = merge.taken.iter();
            taken.any(|(one, by)| *by == with && holds(*part, *one))
        };
        used(Use::Item) && used(Use::Quantity) && !merge.classes(*part, &CHANGES)
    })
}

/// A burst that the rules did not take for an order holds a line now: that is asked, unless it asks in
/// words that we know.
fn wake(merge: &mut Merge<'_>) {
    if orders(merge.reading.intent) {
        return;
    }
    let asks = merge
        .heard
        .iter()
        .all(|part| merge.classes(*part, &[Class::Request]));
    let plain = match merge.reading.intent {
        Intent::NotARequest | Intent::Greeting | Intent::Thanks | Intent::Done => true,
        Intent::Order
        | Intent::Change
        | Intent::AnotherOrder
        | Intent::Several
        | Intent::Reorder
        | Intent::Cancel
        | Intent::Hold
        | Intent::Yes
        | Intent::No
        | Intent::Status
        | Intent::Help
        | Intent::Person
        | Intent::Enquiry
        | Intent::Report => false,
    };
    merge.reading.intent = Intent::Order;
    if !(asks && plain) {
        for part in merge.heard.clone() {
            merge.ask(QuestionCode::ReportOrOrder, None, part);
        }
    }
}
