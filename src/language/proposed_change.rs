//! What a second reader proposes about a standing line.
//!
//! **Invariant:** the line is named in the messages and is one; that it changes is said in words of the
//! lexicon; the amount is what our own parser reads.

use super::ground::{Grounded, reread};
use super::lexicon::Class;
use super::live::{split_words, stem};
use super::proposal::Act;
use super::reading::{Operation, QuestionCode, Span, Use};
use super::verify::Merge;
use crate::domain::quantity::Quantity;

impl Merge<'_> {
    /// Changes a standing line, if its name, its new amount and the wish itself are said.
    pub(super) fn change(&mut self, part: Span, act: Act, words: &Grounded) {
        let request = self.request_at(part);
        let stems: Vec<String> = split_words(words.item.of(self.burst.messages))
            .into_iter()
            .map(stem)
            .collect();
        let live = self.live(request);
        let called: Vec<usize> = (0..live.len())
            .filter(|at| live[*at].is_called(&stems))
            .collect();
        let ([line], None) = (called.as_slice(), self.told(words)) else {
            self.counts.contradicted += 1;
            self.ask(QuestionCode::Reference, None, part);
            return;
        };
        let line = *line;
        // The person must have said so in words that we know.
        let (cues, drops): (&[Class], _) = match act {
            Act::Drop => (&[Class::Remove, Class::Cancel, Class::CancelThat], true),
            Act::Less => (&[Class::Less, Class::Decrease], false),
            Act::More => (&[Class::More, Class::Increase, Class::Add], false),
            Act::Add | Act::Set | Act::Place | Act::Day => {
                (&[Class::Correct, Class::Replace, Class::No], false)
            }
        };
        let read = reread(&self.burst, words);
        let quantity = read.as_ref().and_then(|read| read.line.quantity.clone());
        let sure = read.as_ref().is_some_and(|read| read.questions.is_empty());
        let unit = live[line].quantity.as_ref().map(|quantity| &quantity.unit);
        let fits = quantity
            .as_ref()
            .is_some_and(|said| unit.is_none_or(|unit| *unit == said.unit) || words.unit.is_none());
        if !self.classes(part, cues) || !(drops || sure && fits) {
            self.counts.contradicted += 1;
            self.ask(QuestionCode::Reference, Some(line), part);
            return;
        }
        let span = part;
        let quantity = quantity.map(|said| match unit {
            Some(unit) if words.unit.is_none() => Quantity::new(said.thousandths, unit.clone()),
            Some(_) | None => said,
        });
        let operation = match (act, quantity) {
            (Act::Drop, _) => Operation::Remove { line, span },
            (Act::More, Some(by)) => Operation::Increase { line, by, span },
            (Act::Less, Some(by)) => Operation::Decrease { line, by, span },
            (Act::Add | Act::Set | Act::Place | Act::Day, Some(quantity)) => Operation::Set {
                line,
                quantity,
                span,
            },
            (_, None) => return,
        };
        for span in words.all() {
            let with = if span == words.item {
                Use::Item
            } else {
                Use::Quantity
            };
            self.taken.push((span, with));
            self.used.insert(span);
        }
        self.changed.push(part);
        self.reading.requests[request].operations.push(operation);
        self.counts.taken += 1;
    }
}
