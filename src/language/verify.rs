//! A reading with what a second reader proposed, as far as it stands in the messages.
//!
//! **Invariant:** a line is added only if each of its words is grounded and our own parser reads its
//! number; a number is used once; what contradicts the rules' own reading becomes a question; what can
//! be read in two ways stays one.

use std::collections::HashSet;

use super::burst::Burst;
use super::ground::{Grounded, places, plain_names};
use super::live::Live;
use super::proposal::{Act, Proposed, overlap};
use super::reading::{Intent, Operation, Question, QuestionCode, Reading, Span, Use};
use super::setting::{Said, Setting};

/// Most proposals that are looked at for one open part.
const MOST: usize = 40;

/// What became of the proposals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Fields that stand in the messages.
    pub grounded: usize,
    /// Fields that do not, and were dropped.
    pub ungrounded: usize,
    /// Lines that were added or put right.
    pub taken: usize,
    /// Proposals against the rules' own reading.
    pub contradicted: usize,
}

/// A reading after the second reader.
#[derive(Clone, Debug)]
pub struct Verified {
    pub reading: Reading,
    pub counts: Counts,
}

/// Adds to a reading what was proposed for its open parts. `asked` are the parts as they were given to
/// the second reader; one that is open no more is left as it is.
pub fn verify(
    messages: &[Said],
    setting: &Setting,
    reading: &Reading,
    asked: &[Span],
    proposals: &[Proposed],
) -> Verified {
    let open = super::proposal::unresolved(messages, setting, reading);
    let mut merge = Merge {
        burst: Burst::new(messages, setting),
        base: reading.base(setting).len(),
        reading: reading.clone(),
        counts: Counts::default(),
        taken: Vec::new(),
        nothing: Vec::new(),
        heard: Vec::new(),
        used: HashSet::new(),
        changed: Vec::new(),
        names: Vec::new(),
    };
    for (at, part) in asked.iter().enumerate() {
        if !open.iter().any(|now| overlap(*now, *part)) {
            continue;
        }
        let ours: Vec<&Proposed> = proposals
            .iter()
            .filter(|one| one.part == Some(at))
            .take(MOST)
            .collect();
        if ours.is_empty() {
            continue;
        }
        if ours.iter().all(|one| one.is_nothing()) {
            merge.nothing.push(*part);
            continue;
        }
        let before = merge.counts.taken;
        let named: Vec<&Proposed> = ours.into_iter().filter(|one| !one.is_nothing()).collect();
        for one in &named {
            merge.names.extend(plain_names(&merge.burst, *part, one));
        }
        for one in &named {
            merge.propose(*part, one);
        }
        if merge.counts.taken - before == named.len() {
            merge.heard.push(*part);
        }
    }
    merge.finish()
}

pub(super) struct Merge<'a> {
    pub(super) burst: Burst<'a>,
    /// Lines that stand before the first new one.
    pub(super) base: usize,
    pub(super) reading: Reading,
    pub(super) counts: Counts,
    /// Spans that the proposals used, with their use.
    pub(super) taken: Vec<(Span, Use)>,
    /// Parts that were said to ask for nothing.
    pub(super) nothing: Vec<Span>,
    /// Parts of which every proposal was taken.
    pub(super) heard: Vec<Span>,
    pub(super) used: HashSet<Span>,
    /// Parts that changed a standing line.
    pub(super) changed: Vec<Span>,
    /// Names of proposed items that our own parser reads as such: no word in them does anything else.
    pub(super) names: Vec<Span>,
}

impl Merge<'_> {
    fn propose(&mut self, part: Span, one: &Proposed) {
        let Some(words) = self.ground(part, one) else {
            return;
        };
        let near = |span: Option<Span>| span.is_some_and(|span| overlap(span, part));
        if !near(Some(words.item)) && !near(words.amount) {
            self.counts.ungrounded += 1;
            return;
        }
        let act = one.act.unwrap_or(Act::Add);
        match act {
            Act::Add => self.add(part, &words),
            Act::Set | Act::More | Act::Less | Act::Drop => self.change(part, act, &words),
            Act::Place => self.place_said(part, words.item),
            Act::Day => self.day_said(part, words.item),
        }
    }

    /// No word of it is used.
    pub(super) fn is_free(&self, span: Span) -> bool {
        !self.taken.iter().any(|(one, _)| overlap(*one, span))
            && !self
                .reading
                .used
                .iter()
                .any(|(one, with)| *with != Use::Known && overlap(*one, span))
    }

    /// Where the words of a proposal stand; none without its item.
    fn ground(&mut self, part: Span, one: &Proposed) -> Option<Grounded> {
        let message = one.message.unwrap_or(part.message);
        let item = self.place(one.item.as_deref()?, message, part, &[])?;
        let mut apart = vec![item];
        let beside = one.amount_message.unwrap_or(message);
        let mut next = |merge: &mut Self, words: Option<&str>, message: usize| {
            let found = words.and_then(|words| merge.place(words, message, item, &apart));
            apart.extend(found);
            found
        };
        let amount = next(self, one.amount.as_deref(), beside);
        let unit = next(self, one.unit.as_deref(), beside);
        let size = next(self, one.size.as_deref(), message);
        Some(Grounded {
            item,
            amount,
            unit,
            size,
        })
    }

    /// The free place of the words that is nearest to what they belong to.
    fn place(&mut self, words: &str, message: usize, near: Span, apart: &[Span]) -> Option<Span> {
        if words.trim().is_empty() {
            return None;
        }
        let free = |span: &Span| {
            !apart.iter().any(|other| overlap(*other, *span)) && !self.used.contains(span)
        };
        let distance = |span: &Span| {
            if span.message != near.message {
                return usize::MAX;
            }
            if overlap(*span, near) {
                0
            } else {
                near.start.max(span.start) - near.end.min(span.end)
            }
        };
        let found = places(&self.burst, message, words)
            .into_iter()
            .filter(free)
            .min_by_key(distance);
        match found {
            Some(_) => self.counts.grounded += 1,
            None => self.counts.ungrounded += 1,
        }
        found
    }

    /// The request that a place in the messages belongs to: that of the line before it.
    pub(super) fn request_at(&self, span: Span) -> usize {
        let before = |request: &super::reading::Request| {
            request
                .operations
                .iter()
                .map(Operation::span)
                .any(|own| (own.message, own.start) <= (span.message, span.start))
        };
        self.reading.requests.iter().rposition(before).unwrap_or(0)
    }

    pub(super) fn ask(&mut self, code: QuestionCode, about: Option<usize>, span: Span) {
        let request = self.request_at(span);
        self.reading.questions.push(Question {
            code,
            request,
            about,
            span,
            choices: Vec::new(),
        });
    }

    pub(super) fn lines_of(&self, request: usize) -> usize {
        let added = |operation: &&Operation| matches!(operation, Operation::Add(_));
        let base = if request == 0 { self.base } else { 0 };
        base + self.reading.requests[request]
            .operations
            .iter()
            .filter(added)
            .count()
    }

    /// The lines of a request as they stand; those that are gone have no name.
    pub(super) fn live(&self, request: usize) -> Vec<Live> {
        let base = self.reading.base(self.burst.setting);
        let base = if request == 0 { base } else { &[] };
        let folded = super::fold::fold_request(base, &self.reading.requests[request]);
        let mut live = vec![Live::new("", None, None, None); self.lines_of(request)];
        for line in folded.lines {
            if let Some(slot) = live.get_mut(line.number) {
                *slot = Live::new(&line.item, line.spec.as_deref(), line.quantity, None);
            }
        }
        live
    }

    fn finish(mut self) -> Verified {
        self.reading.left_out = super::closing::close(&mut self);
        if self.reading.intent == Intent::Order && !self.burst.setting.draft.is_empty() {
            self.reading.intent = Intent::Change;
        }
        Verified {
            reading: self.reading,
            counts: self.counts,
        }
    }
}
