//! A reading as text for people.

use std::fmt::Write;

use super::fold::fold_request;
use super::reading::{Intent, Operation, Reading};

/// What was read, line by line; without the messages, so quoted words are those of the items only.
pub fn explain(reading: &Reading) -> String {
    let mut out = String::new();
    let ready = if reading.is_ready() {
        "ready"
    } else {
        "not ready"
    };
    let _ = writeln!(out, "{}, {ready}", intent(reading.intent));
    for (at, request) in reading.requests.iter().enumerate() {
        if reading.requests.len() > 1 {
            let _ = writeln!(out, "request {}", at + 1);
        }
        for operation in &request.operations {
            let span = operation.span();
            let _ = writeln!(
                out,
                "  {} (message {}, bytes {} to {})",
                operation_text(operation),
                span.message + 1,
                span.start,
                span.end
            );
        }
        if let Some(place) = &request.place {
            let site = place.site.as_deref().unwrap_or("not a known site");
            let _ = writeln!(out, "  to {} ({site})", place.words);
        }
        if let Some(needed) = &request.needed_by {
            let time = needed
                .time
                .map_or(String::new(), |time| time.format(" at %H:%M").to_string());
            let _ = writeln!(out, "  by {}{time}", needed.date.format("%A %-d %B %Y"));
        }
        let lines = fold_request(&[], request).lines.len();
        if lines > 1 {
            let _ = writeln!(out, "  {lines} new lines");
        }
    }
    for question in &reading.questions {
        let about = question
            .about
            .map_or(String::new(), |line| format!(" about line {}", line + 1));
        let choices = question.choices.join(" or ");
        let choices = if choices.is_empty() {
            choices
        } else {
            format!(": {choices}")
        };
        let _ = writeln!(out, "  asks {}{about}{choices}", question.code.as_str());
    }
    let gate = &reading.gate;
    let _ = writeln!(
        out,
        "  unused numbers {}, unknown words {} of {} allowed, repeated messages {}",
        gate.numbers.len(),
        gate.words.len(),
        gate.words_allowed,
        reading.repeated.len()
    );
    out
}

fn operation_text(operation: &Operation) -> String {
    match operation {
        Operation::Add(line) => {
            let quantity = line
                .quantity
                .as_ref()
                .map_or("?".to_owned(), ToString::to_string);
            let spec = line
                .spec
                .as_ref()
                .map_or(String::new(), |spec| format!(", {spec}"));
            let pack = line
                .pack
                .as_ref()
                .map_or(String::new(), |pack| format!(", of {} each", pack.size));
            let note = line
                .note
                .as_ref()
                .map_or(String::new(), |note| format!(", {note}"));
            format!("add {quantity} {}{spec}{pack}{note}", line.item)
        }
        Operation::Set { line, quantity, .. } => format!("line {} becomes {quantity}", line + 1),
        Operation::Increase { line, by, .. } => format!("line {} plus {by}", line + 1),
        Operation::Decrease { line, by, .. } => format!("line {} minus {by}", line + 1),
        Operation::Remove { line, .. } => format!("line {} goes", line + 1),
        Operation::Replace { line, with, .. } => format!("line {} becomes {}", line + 1, with.item),
        Operation::CancelAll { .. } => "everything so far goes".to_owned(),
    }
}

fn intent(intent: Intent) -> &'static str {
    match intent {
        Intent::Order => "an order",
        Intent::Change => "a change of the open draft",
        Intent::AnotherOrder => "an order beside the open draft",
        Intent::Several => "several orders",
        Intent::Reorder => "an earlier order again",
        Intent::Cancel => "a cancellation",
        Intent::Hold => "a request to wait",
        Intent::Done => "the end of a list",
        Intent::Yes => "a yes",
        Intent::No => "a no",
        Intent::Greeting => "a greeting",
        Intent::Thanks => "thanks",
        Intent::Status => "a question about an order",
        Intent::Help => "a call for help",
        Intent::Person => "a call for a person",
        Intent::Enquiry => "an enquiry",
        Intent::Report => "a report",
        Intent::NotARequest => "no request",
    }
}
