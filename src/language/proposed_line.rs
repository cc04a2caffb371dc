//! What a second reader proposes as a line: added, put in the place of a doubtful one, or asked about.
//!
//! **Invariant:** a line of the rules that nobody doubted stays as it is.

use super::gate;
use super::ground::{Grounded, Reread, reread};
use super::lexicon::Class;
use super::live::{Live, split_words, stem};
use super::proposal::{holds, overlap};
use super::reading::{Line, Operation, Question, QuestionCode, Span, Use};
use super::verify::Merge;

impl Merge<'_> {
    pub(super) fn add(&mut self, part: Span, words: &Grounded) {
        if let Some(with) = self.told(words) {
            // The rules used these words for something else.
            self.counts.contradicted += 1;
            let code = match with {
                Use::Told => QuestionCode::ReportOrOrder,
                Use::Quantity
                | Use::Item
                | Use::Spec
                | Use::Pack
                | Use::Date
                | Use::Place
                | Use::ListNumber
                | Use::OldValue
                | Use::Reference
                | Use::Known => QuestionCode::Item,
            };
            self.ask(code, None, part);
            return;
        }
        if words.amount.is_none() && self.is_amountless(words.item) {
            // The rules have it too, and ask for its amount.
            self.taken.push((words.item, Use::Item));
            self.counts.taken += 1;
            return;
        }
        let Some(read) = reread(&self.burst, words) else {
            return;
        };
        if self.is_denied(part) {
            self.counts.contradicted += 1;
            self.ask(QuestionCode::Item, None, part);
            return;
        }
        let own = self.overlapping(&read.line);
        match own.as_slice() {
            [] => self.push(&read, words),
            [(request, at, number)] => self.compare(*request, *at, *number, read, words),
            _ => {
                self.counts.contradicted += 1;
                self.ask(QuestionCode::Item, None, part);
            }
        }
    }

    /// The words stand in the messages, but the rules have used them for something that is no line.
    pub(super) fn told(&self, words: &Grounded) -> Option<Use> {
        let spans = words.all();
        self.reading
            .used
            .iter()
            .find(|(span, with)| {
                let other = match with {
                    Use::Date
                    | Use::Place
                    | Use::ListNumber
                    | Use::OldValue
                    | Use::Reference
                    | Use::Told => true,
                    Use::Quantity | Use::Item | Use::Spec | Use::Pack | Use::Known => false,
                };
                other && spans.iter().any(|one| overlap(*one, *span))
            })
            .map(|(_, with)| *with)
    }

    /// "No cement", "not 50": the part takes something away, and a new line is no reading of that.
    fn is_denied(&self, part: Span) -> bool {
        const AWAY: [Class; 6] = [
            Class::Not,
            Class::Remove,
            Class::Cancel,
            Class::InsteadOf,
            Class::Hold,
            Class::Replace,
        ];
        self.classes(part, &AWAY)
    }

    fn is_named(&self, word: Span) -> bool {
        self.names.iter().any(|name| holds(*name, word))
    }

    pub(super) fn classes(&self, part: Span, classes: &[Class]) -> bool {
        let tokens = &self.burst.tokens;
        let mut at = 0;
        while at < tokens.len() {
            let (found, len) = self.burst.entry(at);
            let inside = holds(part, tokens[at].span) && !self.is_named(tokens[at].span);
            if inside && found.any(classes) {
                return true;
            }
            // "His no is": the words of a phrase say nothing by themselves.
            at += if inside { len } else { 1 };
        }
        false
    }

    /// The rules' own new lines that use a word of this one: request, operation, number of the line.
    fn overlapping(&self, line: &Line) -> Vec<(usize, usize, usize)> {
        let mut out = Vec::new();
        for (request, read) in self.reading.requests.iter().enumerate() {
            let mut number = if request == 0 { self.base } else { 0 };
            for (at, operation) in read.operations.iter().enumerate() {
                let own = match operation {
                    Operation::Add(own) => {
                        number += 1;
                        Some((own, number - 1))
                    }
                    Operation::Replace { with, line, .. } => Some((with, *line)),
                    Operation::Set { .. }
                    | Operation::Increase { .. }
                    | Operation::Decrease { .. }
                    | Operation::Remove { .. }
                    | Operation::CancelAll { .. } => None,
                };
                let Some((own, number)) = own else { continue };
                let shares = spans(own)
                    .iter()
                    .any(|(one, _)| spans(line).iter().any(|(other, _)| overlap(*one, *other)));
                if shares {
                    out.push((request, at, number));
                }
            }
        }
        out
    }

    fn compare(
        &mut self,
        request: usize,
        at: usize,
        number: usize,
        read: Reread,
        words: &Grounded,
    ) {
        let Operation::Add(own) = &self.reading.requests[request].operations[at] else {
            self.ask(QuestionCode::Item, Some(number), words.item);
            return;
        };
        if agrees(own, &read.line) {
            self.counts.taken += 1;
            if read.line.quantity.is_some() {
                self.settle(request, number);
            }
            self.take(&read.line);
            return;
        }
        let doubted = self.reading.questions.iter().any(|question| {
            question.request == request
                && (question.about == Some(number) || overlap(question.span, own.span))
        });
        let used_elsewhere = self.clashes(&read.line, Some(&spans(own)));
        if !doubted || used_elsewhere {
            self.counts.contradicted += 1;
            self.ask(QuestionCode::Item, Some(number), read.line.span);
            return;
        }
        let old = own.clone();
        self.release(&old, &read.line);
        self.settle_all(request, number);
        self.carry(&read, request, number);
        self.take(&read.line);
        self.reading.requests[request].operations[at] = Operation::Add(read.line);
        self.counts.taken += 1;
    }

    fn push(&mut self, read: &Reread, words: &Grounded) {
        if self.clashes(&read.line, None) {
            self.counts.contradicted += 1;
            self.ask(QuestionCode::Item, None, words.item);
            return;
        }
        let request = self.request_at(read.line.span);
        let added = self.lines_of(request);
        let fresh = Live::new(&read.line.item, read.line.spec.as_deref(), None, None);
        let known = self.live(request);
        let again = known.iter().any(|line| line.is_like(&fresh));
        self.carry(read, request, added);
        self.take(&read.line);
        let line = read.line.clone();
        if again {
            self.reading.questions.push(Question {
                code: QuestionCode::Duplicate,
                request,
                about: Some(added),
                span: line.span,
                choices: Vec::new(),
            });
        }
        self.reading.requests[request]
            .operations
            .push(Operation::Add(line));
        self.counts.taken += 1;
    }

    /// A number or word of the line is used for another already.
    fn clashes(&self, line: &Line, but: Option<&[(Span, Use)]>) -> bool {
        let freed =
            |span: Span| but.is_some_and(|old| old.iter().any(|(one, _)| holds(*one, span)));
        spans(line).iter().any(|(span, _)| {
            let mine = self.taken.iter().any(|(one, _)| overlap(*one, *span));
            let theirs = self
                .reading
                .used
                .iter()
                .any(|(one, with)| *with != Use::Known && overlap(*one, *span) && !freed(*one));
            mine || theirs
        })
    }

    fn take(&mut self, line: &Line) {
        for (span, with) in spans(line) {
            self.used.insert(span);
            self.taken.push((span, with));
        }
    }

    /// What an old reading of a line used and the new one does not is open again.
    fn release(&mut self, old: &Line, new: &Line) {
        let kept = spans(new);
        for (span, _) in spans(old) {
            for token in &self.burst.tokens {
                let own = holds(span, token.span) && token.span.start < token.span.end;
                if own && !kept.iter().any(|(one, _)| holds(*one, token.span)) {
                    self.reading.used.retain(|(one, _)| *one != token.span);
                    let list = if gate::is_number(&self.burst, token) {
                        &mut self.reading.gate.numbers
                    } else {
                        &mut self.reading.gate.words
                    };
                    list.push(token.span);
                }
            }
        }
    }

    /// What the rules asked about a line's words is answered.
    fn settle(&mut self, request: usize, number: usize) {
        self.reading.questions.retain(|question| {
            let words = match question.code {
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
            };
            !(words && question.request == request && question.about == Some(number))
        });
    }

    /// A line read anew has its own questions only.
    fn settle_all(&mut self, request: usize, number: usize) {
        self.reading.questions.retain(|question| {
            let of_reading = match question.code {
                QuestionCode::Item
                | QuestionCode::Quantity
                | QuestionCode::Unit
                | QuestionCode::Pack
                | QuestionCode::Variant
                | QuestionCode::NumberFormat => true,
                QuestionCode::Date
                | QuestionCode::Place
                | QuestionCode::Reference
                | QuestionCode::Duplicate
                | QuestionCode::ReportOrOrder => false,
            };
            !(of_reading && question.request == request && question.about == Some(number))
        });
    }

    /// Our parser's questions about a line are asked.
    fn carry(&mut self, read: &Reread, request: usize, number: usize) {
        for question in &read.questions {
            self.reading.questions.push(Question {
                request,
                about: Some(number),
                ..question.clone()
            });
        }
    }
}

/// The same item, amount and content.
fn agrees(one: &Line, other: &Line) -> bool {
    let name = |line: &Line| {
        let mut words: Vec<String> = split_words(&line.item)
            .into_iter()
            .chain(line.spec.iter().flat_map(|spec| split_words(spec)))
            .map(stem)
            .collect();
        words.sort();
        words
    };
    let pack = |line: &Line| line.pack.as_ref().map(|pack| pack.size.clone());
    name(one) == name(other) && one.quantity == other.quantity && pack(one) == pack(other)
}

/// The words of a line with what they are used for.
fn spans(line: &Line) -> Vec<(Span, Use)> {
    let item = line.item_spans.iter().map(|span| (*span, Use::Item));
    let spec = line.spec_spans.iter().map(|span| (*span, Use::Spec));
    let amount = line.quantity_span.iter().map(|span| (*span, Use::Quantity));
    let pack = line.pack.iter().map(|pack| (pack.span, Use::Pack));
    item.chain(spec).chain(amount).chain(pack).collect()
}
