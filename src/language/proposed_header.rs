//! What a second reader proposes about where to and by when.
//!
//! **Invariant:** a second place or day is asked about, never taken for the first.

use super::live::{split_words, stem};
use super::proposal::{holds, overlap};
use super::reader::read_in;
use super::reading::{NeededBy, Operation, PlaceRead, QuestionCode, Span, Use};
use super::setting::Said;
use super::verify::Merge;

impl Merge<'_> {
    /// Where to: one of the sites by its name, else as written.
    pub(super) fn place_said(&mut self, part: Span, span: Span) {
        let request = self.request_at(part);
        let gone = self.amountless(span);
        for (request, line, operation) in gone {
            self.release_all(span);
            self.reading.requests[request]
                .operations
                .push(Operation::Remove {
                    line,
                    span: operation,
                });
            self.reading
                .questions
                .retain(|question| question.request != request || question.about != Some(line));
        }
        let known = self.reading.requests[request].place.as_ref();
        if known.is_some_and(|place| overlap(place.span, span)) {
            self.counts.taken += 1;
            return;
        }
        if !self.is_free(span) || known.is_some() {
            self.counts.contradicted += 1;
            self.ask(QuestionCode::Place, None, span);
            return;
        }
        let words = span.of(self.burst.messages).split_whitespace();
        let words = words.collect::<Vec<_>>().join(" ");
        let stems = |text: &str| split_words(text).into_iter().map(stem).collect::<Vec<_>>();
        let called = |name: &str| stems(name) == stems(&words);
        let sites = &self.burst.setting.sites;
        let site = sites
            .iter()
            .find(|site| called(&site.name) || site.aliases.iter().any(|alias| called(alias)))
            .map(|site| site.id.clone());
        if site.is_none() && !sites.is_empty() {
            self.ask(QuestionCode::Place, None, span);
        }
        self.reading.requests[request].place = Some(PlaceRead { site, words, span });
        self.taken.push((span, Use::Place));
        self.counts.taken += 1;
    }

    /// By when, as our own parser reads the words.
    pub(super) fn day_said(&mut self, part: Span, span: Span) {
        let request = self.request_at(part);
        let said = [Said::typed(span.of(self.burst.messages))];
        let read = read_in(self.burst.language, &said, self.burst.setting);
        let found = read.requests.into_iter().next();
        let needed = found.and_then(|request| request.needed_by);
        let whole = read.gate.numbers.is_empty() && read.gate.words.is_empty();
        let (Some(needed), true) = (needed, whole && self.is_free(span)) else {
            self.counts.contradicted += 1;
            return;
        };
        if let Some(known) = &self.reading.requests[request].needed_by {
            if known.date == needed.date {
                self.counts.taken += 1;
            } else {
                self.counts.contradicted += 1;
                self.ask(QuestionCode::Date, None, span);
            }
            return;
        }
        self.reading.requests[request].needed_by = Some(NeededBy { span, ..needed });
        self.taken.push((span, Use::Date));
        self.counts.taken += 1;
    }

    /// Lines without an amount that stand wholly within a span: request, number, span.
    fn amountless(&self, span: Span) -> Vec<(usize, usize, Span)> {
        let mut out = Vec::new();
        for (request, read) in self.reading.requests.iter().enumerate() {
            let mut number = if request == 0 { self.base } else { 0 };
            for operation in &read.operations {
                if let Operation::Add(line) = operation {
                    let within = line.item_spans.iter().all(|one| holds(span, *one));
                    if line.quantity.is_none() && within {
                        out.push((request, number, line.span));
                    }
                    number += 1;
                }
            }
        }
        out
    }

    /// The rules have a line without an amount of just these words.
    pub(super) fn is_amountless(&self, item: Span) -> bool {
        self.amountless(item).len() == 1
    }

    fn release_all(&mut self, span: Span) {
        self.reading.used.retain(|(one, _)| !overlap(*one, span));
    }
}
