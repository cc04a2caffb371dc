//! The end of a reading: day, place, intent, and what the gate still asks.

use super::burst::Sentence;
use super::correction::Announced;
use super::fragments::within;
use super::lexicon::{Class, Habit};
use super::piece::{Part, Piece};
use super::place::Heading;
use super::reader::Reader;
use super::reading::{Intent, PlaceRead, QuestionCode, Reading, Span};
use super::references::tells_driver;
use super::token::Kind;
use super::{date, gate, needed};

/// Words that may say which earlier order is meant.
const NAMED: usize = 5;

/// "aaj vrat hai": the day of something that is only told, within its commas.
fn is_talk(parts: &[Part], hit: &date::Hit) -> bool {
    if !matches!(hit.day, Some(date::Day::On(_))) {
        return false;
    }
    let clause = |part: &&Part| part.piece != Piece::Separator;
    let before = parts.iter().rev().filter(|part| part.to <= hit.from);
    let behind = parts.iter().filter(|part| part.from >= hit.to);
    let near: Vec<&Part> = before
        .take_while(clause)
        .chain(behind.take_while(clause))
        .collect();
    let orders = [
        Class::Request,
        Class::Add,
        Class::Deliver,
        Class::Correct,
        Class::Status,
        Class::Not,
        Class::Polite,
        Class::Aside,
    ];
    let says = |part: &&Part| {
        part.number().is_some()
            || matches!(part.piece, Piece::Word | Piece::Size | Piece::Odd)
            || part.classes().any(&orders)
    };
    let talks = |part: &&Part| {
        part.classes().has(Class::Talk) && part.classes().is_within(&[Class::Talk, Class::Modifier])
    };
    near.iter().any(talks) && !near.iter().any(says)
}

/// "He is around from 10am": the words between the commas tell of somebody.
fn tells_who(parts: &[Part], hit: &date::Hit) -> bool {
    let clause = |part: &&Part| part.piece != Piece::Separator;
    let before = parts.iter().rev().filter(|part| part.to <= hit.from);
    let said: Vec<&Part> = before.take_while(clause).collect();
    let has = |class: Class| said.iter().any(|part| part.classes().has(class));
    has(Class::Pronoun) && has(Class::Auxiliary) && !has(Class::Request) && !has(Class::Deliver)
}

impl Reader<'_> {
    /// "Not today".
    pub(super) fn is_negated(parts: &[Part], from: usize) -> bool {
        let before = parts.iter().rev().find(|part| part.to <= from);
        before.is_some_and(|part| part.classes().any(&[Class::Not, Class::InsteadOf]))
    }

    /// "The event is on 03/04": a day told beside an order may be the day it is needed.
    pub(super) fn told_day(&mut self, sentence: Sentence, parts: &[Part]) {
        let counted = parts.iter().any(|part| part.number().is_some());
        if !self.orderly || counted {
            return;
        }
        let hits = within(&self.dates, |hit| (hit.from, hit.to), sentence);
        for hit in hits {
            let dates = match &hit.day {
                Some(date::Day::Unclear(dates)) if dates.len() > 1 => dates.clone(),
                Some(date::Day::On(_) | date::Day::Unclear(_) | date::Day::Past) | None => continue,
            };
            let span = self.burst.span(hit.from, hit.to);
            let choices = dates.into_iter().map(needed::shown).collect();
            self.ask(QuestionCode::Date, None, span, choices);
        }
    }

    pub(super) fn day_and_place(&mut self, sentence: Sentence, parts: &[Part], made_lines: bool) {
        let corrects = parts
            .iter()
            .any(|part| part.classes().any(&[Class::Correct, Class::No]));
        let greets = parts.iter().any(|part| part.classes().has(Class::Greeting));
        let said = parts
            .iter()
            .any(|part| part.number().is_some() || part.piece == Piece::Word);
        // "How are you today?"
        let hits = if greets && !said {
            Vec::new()
        } else {
            within(&self.dates, |hit| (hit.from, hit.to), sentence)
        };
        let hits: Vec<date::Hit> = hits
            .into_iter()
            .filter(|hit| {
                let lexicon = self.burst.lexicon;
                let told = lexicon.asks_anywhere() || lexicon.has(Habit::HeadFirst);
                // "The driver is Tom, he is around from 10am"
                let driver = !made_lines && tells_driver(&self.burst, hit.from);
                !(told && is_talk(parts, hit) || driver && tells_who(parts, hit))
            })
            .collect();
        let (not, hits): (Vec<date::Hit>, Vec<date::Hit>) = hits
            .into_iter()
            .partition(|hit| Self::is_negated(parts, hit.from));
        if hits.is_empty()
            && let Some(hit) = not.first()
        {
            let span = self.burst.span(hit.from, hit.to);
            self.ask(QuestionCode::Date, None, span, Vec::new());
        }
        let past = hits.iter().find(|hit| hit.day == Some(date::Day::Past));
        if made_lines && let Some(hit) = past {
            let span = self.burst.span(hit.from, hit.to);
            self.ask(QuestionCode::ReportOrOrder, None, span, Vec::new());
        }
        for hit in hits {
            let span = self.burst.span(hit.from, hit.to);
            let now = self.burst.setting.now;
            let needed = &mut self.current().request.needed_by;
            if let Some(choices) =
                needed::take(needed, &hit, span, now, corrects || !not.is_empty())
            {
                self.ask(QuestionCode::Date, None, span, choices);
            }
        }
        let found = within(&self.places, |found| (found.from, found.to), sentence);
        let checked = !self.burst.setting.sites.is_empty();
        for place in found {
            let span = self.burst.span(place.from, place.to);
            let had_lines = self.states.last().is_some_and(|state| {
                state.live.iter().any(|line| {
                    line.message
                        .is_some_and(|message| message != sentence.message)
                })
            });
            let request = &mut self.current().request;
            let same = |read: &PlaceRead| {
                read.words.to_lowercase() == place.read.words.to_lowercase()
                    || (read.site.is_some() && read.site == place.read.site)
            };
            let other = request.place.as_ref().is_some_and(|read| !same(read));
            let late =
                request.place.is_none() && place.heading == Heading::Yes && had_lines && made_lines;
            if request.place.is_none() || corrects {
                request.place = Some(place.read.clone());
            }
            let unknown = checked && place.read.site.is_none();
            if unknown || late || (other && !corrects) {
                let mut choices = place.choices.clone();
                if other {
                    choices = vec![place.read.words.clone()];
                }
                self.ask(QuestionCode::Place, None, span, choices);
            }
        }
    }

    pub(super) fn finish(mut self) -> Reading {
        self.flush();
        let done = self.done();
        let (gate, used) = gate::account(&self.burst);
        let standing = self
            .states
            .iter()
            .any(|state| state.live.iter().any(|line| !line.removed));
        let works = self
            .states
            .iter()
            .any(|state| !state.request.operations.is_empty());
        let first = &self.states[0].request;
        let drafted = !self.burst.setting.draft.is_empty();
        let moved = drafted && (first.place.is_some() || first.needed_by.is_some());
        if self.orderly && !works && self.questions.is_empty() && !moved && done.is_none() {
            self.ask_what();
        }
        if self.announced == Announced::Yes
            && works
            && let Some(span) = self.last
        {
            // "Sorry", and nothing behind it.
            self.ask(QuestionCode::Reference, None, span, Vec::new());
        }
        if self.orderly || works {
            let more = gate::questions(&gate, &self.questions, self.states.len() - 1);
            self.questions.extend(more);
        }
        let changes = works || moved || !self.questions.is_empty();
        // "20 bags cement", "cancel cement": nothing is left of it.
        let emptied = works && !standing && self.states.len() == 1 && self.questions.is_empty();
        let intent = if self.cancelled && (!standing || !works) || emptied {
            Intent::Cancel
        } else if self.talk.has(Class::Reorder) && (works || !self.talk.asks()) {
            Intent::Reorder
        } else if self.talk.held && !self.talk.report {
            Intent::Hold
        } else if self.states.len() > 1 {
            Intent::Several
        } else if changes && self.apart {
            Intent::AnotherOrder
        } else if changes && drafted {
            Intent::Change
        } else if changes {
            Intent::Order
        } else {
            self.talk.intent()
        };
        if intent == Intent::Cancel {
            self.questions.clear();
        }
        if intent == Intent::Reorder && self.again.is_none() {
            self.ask_reorder();
        }
        self.questions
            .sort_by_key(|question| (question.request, question.span));
        self.questions.dedup();
        Reading {
            language: self.burst.language,
            intent,
            again: self.again,
            requests: self.states.into_iter().map(|state| state.request).collect(),
            questions: self.questions,
            gate,
            repeated: self.burst.repeated,
            done,
            used,
            left_out: Vec::new(),
        }
    }

    /// Something is asked for, but nothing named.
    pub(super) fn ask_what(&mut self) {
        if self.talk.has(Class::Cancel)
            || self.talk.has(Class::Reorder)
            || self.talk.has(Class::Hold)
        {
            return;
        }
        if let Some(span) = self.asked {
            self.ask(QuestionCode::Item, None, span, Vec::new());
        }
    }

    pub(super) fn ask_reorder(&mut self) {
        let at =
            (0..self.burst.tokens.len()).find(|at| self.burst.listed(*at).0.has(Class::Reorder));
        if let Some(at) = at {
            let behind = at + self.burst.listed(at).1;
            let more = self.burst.tokens[behind..]
                .iter()
                .take(NAMED)
                .take_while(|token| matches!(token.kind, Kind::Word | Kind::Number));
            let span = self.burst.span(at, behind + more.count());
            self.ask(QuestionCode::Reference, None, span, Vec::new());
        }
    }

    /// The last "that's all".
    pub(super) fn done(&self) -> Option<Span> {
        let at = (0..self.burst.tokens.len()).rev().find(|at| {
            let (classes, len) = self.burst.entry(*at);
            let ends = self.burst.tokens.get(at + len).is_none_or(|next| {
                matches!(next.kind, Kind::Mark(_) | Kind::Break | Kind::Symbol)
                    || self.burst.entry(at + len).0.any(&[
                        Class::Thanks,
                        Class::Polite,
                        Class::Address,
                        Class::Filler,
                    ])
            });
            classes.has(Class::Done) && ends
        })?;
        Some(self.burst.span(at, at + self.burst.entry(at).1))
    }
}
