//! The reading itself: sentence by sentence, fragment by fragment, with the lines as they stand.

use std::collections::HashMap;

use super::again;
use super::burst::{Burst, Sentence};
use super::called_off::called_off_behind;
use super::correction::{Announced, Around, Outcome, change};
use super::date;
use super::fragments::{announces, fragments, in_phrase, is_bare_no, within};
use super::heads::purposes;
use super::intent::{Mode, Talk, modes, orders};
use super::languages::Language;
use super::lexicon::{Class, Habit};
use super::lines::LineRead;
use super::live::{CHOICES, Live};
use super::piece::{Part, Piece, pieces};
use super::place::{self, Heading};
use super::reading::{Operation, Question, QuestionCode, Reading, Request, Span, Use};
use super::setting::{Said, Setting};
use super::share::shared;
use super::soften::is_name;
use super::target::mentions;

/// Reads the messages of a burst, in the order in which they were sent.
pub fn read(messages: &[Said], setting: &Setting) -> Reading {
    let burst = Burst::new(messages, setting);
    if let Some(at) = again::meant(&burst) {
        let with_its_lines = Setting {
            draft: setting.past[at].lines.clone(),
            ..setting.clone()
        };
        return read_burst(Burst::new(messages, &with_its_lines), Some(at));
    }
    read_burst(burst, None)
}

/// Reads words of a burst whose language is known.
pub(super) fn read_in(language: Language, messages: &[Said], setting: &Setting) -> Reading {
    read_burst(Burst::in_language(language, messages, setting), None)
}

fn read_burst(mut burst: Burst<'_>, again: Option<usize>) -> Reading {
    let setting = burst.setting;
    let mut dates = date::find(
        &burst.tokens,
        burst.lexicon,
        setting.now,
        setting.date_order,
    );
    dates.retain(|hit| {
        burst.is_free(hit.from, hit.to) && !in_phrase(&burst, hit) && !is_name(&burst, hit)
    });
    for hit in &dates {
        burst.claim(hit.from, hit.to, Use::Date);
    }
    let places = place::find(&mut burst);
    let purposes = purposes(&burst);
    let sentences = burst.sentences();
    let parts: Vec<Vec<Part>> = sentences
        .iter()
        .map(|sentence| pieces(&mut burst, *sentence))
        .collect();
    // "Aaj vrat hai": the day of what is stated is not that of the order.
    dates.retain(|hit| {
        let stated = burst.used(hit.to) == Some(Use::Told);
        !(stated && burst.lexicon.has(Habit::VerbLast))
    });
    let modes = modes(&burst, &sentences, &parts);
    let orderly = orders(&burst, &parts, &modes);
    let mut reader = Reader {
        states: vec![State::with_draft(setting)],
        burst,
        dates,
        places,
        purposes,
        titles: 0,
        questions: Vec::new(),
        pending: Vec::new(),
        talk: Talk::default(),
        orderly,
        announced: Announced::No,
        apart: false,
        cancelled: false,
        again,
        closed: None,
        asked: None,
        last: None,
    };
    for ((sentence, parts), mode) in sentences.iter().zip(&parts).zip(&modes) {
        reader.sentence(*sentence, parts, *mode);
    }
    reader.finish()
}

/// A request while it is read.
#[derive(Default)]
pub(super) struct State {
    pub(super) request: Request,
    pub(super) live: Vec<Live>,
    /// The newest line of each name.
    pub(super) names: HashMap<String, usize>,
}

impl State {
    fn with_draft(setting: &Setting) -> Self {
        let live = setting.draft.iter().map(|line| {
            Live::new(
                &line.item,
                line.spec.as_deref(),
                line.quantity.clone(),
                None,
            )
        });
        let live: Vec<Live> = live.collect();
        let names = live
            .iter()
            .enumerate()
            .map(|(at, line)| (line.key(), at))
            .collect();
        Self {
            live,
            names,
            ..Self::default()
        }
    }

    fn has_new_lines(&self) -> bool {
        self.live
            .iter()
            .any(|line| line.message.is_some() && !line.removed)
    }
}

/// An item or an amount that waits for its other half.
pub(super) struct Half {
    pub(super) parts: Vec<Part>,
    pub(super) message: usize,
    pub(super) item: Option<LineRead>,
}

pub(super) struct Reader<'a> {
    pub(super) burst: Burst<'a>,
    pub(super) dates: Vec<date::Hit>,
    pub(super) places: Vec<place::Found>,
    /// Heads of lists that are no places.
    pub(super) purposes: Vec<(usize, usize)>,
    pub(super) states: Vec<State>,
    /// Titles that may be the names of places.
    pub(super) titles: usize,
    pub(super) questions: Vec<Question>,
    pub(super) pending: Vec<Half>,
    pub(super) talk: Talk,
    /// The burst orders something.
    pub(super) orderly: bool,
    pub(super) announced: Announced,
    /// "Another order" was said before any line.
    pub(super) apart: bool,
    pub(super) cancelled: bool,
    /// The earlier request whose lines stand.
    pub(super) again: Option<usize>,
    /// The message that said its regards: a name follows.
    pub(super) closed: Option<usize>,
    /// The first sentence that asks for something.
    pub(super) asked: Option<Span>,
    /// The last sentence.
    pub(super) last: Option<Span>,
}

impl Reader<'_> {
    pub(super) fn current(&mut self) -> &mut State {
        self.states.last_mut().expect("there is always a request")
    }

    fn sentence(&mut self, sentence: Sentence, parts: &[Part], mode: Mode) {
        self.talk.hear(parts, mode);
        self.last = Some(self.burst.span(sentence.from, sentence.to));
        if matches!(mode, Mode::Report | Mode::Told | Mode::Enquiry) {
            self.flush();
            self.told_day(sentence, parts);
            self.doubt_told(sentence, parts);
            if let Some(span) = called_off_behind(&self.burst, parts) {
                self.apply(vec![Operation::CancelAll { span }], &[]);
            }
            self.burst.claim(sentence.from, sentence.to, Use::Told);
            return;
        }
        if mode == Mode::Order && self.asked.is_none() {
            self.asked = Some(self.burst.span(sentence.from, sentence.to));
        }
        self.begin_request(sentence, parts);
        let before = self
            .states
            .last()
            .map_or(0, |state| state.request.operations.len());
        let asked = self.questions.len();
        let mut just_made = None;
        let fragments = shared(&self.burst, fragments(&self.burst, parts));
        for fragment in &fragments {
            self.fragment(sentence, fragment, &mut just_made);
        }
        self.doubt_head(sentence, asked);
        let operations = self
            .states
            .last()
            .map_or(0, |state| state.request.operations.len());
        let nothing = self.questions.len() == asked && operations == before;
        self.orderly |= operations > 0;
        // "Oh wait", "don't bother": it takes something back, and nobody knows what.
        let has = |classes: &[Class]| parts.iter().any(|part| part.classes().any(classes));
        let takes_back = has(&[Class::Not, Class::Remove])
            && !has(&[Class::Hold, Class::Cancel, Class::Yes, Class::Done])
            && !is_bare_no(parts);
        let moved = parts
            .iter()
            .any(|part| matches!(self.burst.used(part.from), Some(Use::Date | Use::Place)));
        let meant = takes_back && !moved || self.is_there(parts);
        if nothing && meant && self.pending.is_empty() && self.stands() {
            let span = self.burst.span(sentence.from, sentence.to);
            self.ask(QuestionCode::Reference, None, span, Vec::new());
        }
        // "And the same of sand"
        let same = parts.iter().any(|part| {
            let classes = part.classes();
            classes.any(&[Class::That, Class::More, Class::Add]) && !classes.has(Class::Pronoun)
        });
        let named = parts.iter().any(|part| {
            let classes = self.burst.entry(part.from).0;
            part.piece == Piece::Word
                && self.burst.used(part.from).is_none()
                && (classes.any(&[Class::Goods, Class::Uncountable, Class::Vessel])
                    || classes.is_empty() && same)
        });
        if nothing
            && named
            && self.questions.len() == asked
            && self.pending.is_empty()
            && self.stands()
        {
            let span = self.burst.span(sentence.from, sentence.to);
            self.ask(QuestionCode::Item, None, span, Vec::new());
        }
        self.announced = if nothing && announces(&self.burst, parts) {
            Announced::Yes
        } else {
            Announced::No
        };
        if self.orderly || !self.burst.setting.draft.is_empty() {
            self.day_and_place(sentence, parts, just_made.is_some());
        }
        let changed = operations > before;
        if mode == Mode::Doubt && (changed || !self.pending.is_empty()) {
            let span = self.burst.span(sentence.from, sentence.to);
            self.ask(QuestionCode::ReportOrOrder, None, span, Vec::new());
        }
    }

    /// What is told beside lines that stand, and takes something back or tells that it is there: it may be
    /// meant.
    fn doubt_told(&mut self, sentence: Sentence, parts: &[Part]) {
        let has = |classes: &[Class]| parts.iter().any(|part| part.classes().any(classes));
        let acts = has(&[
            Class::Remove,
            Class::Correct,
            Class::Replace,
            Class::Increase,
            Class::Decrease,
            Class::Reorder,
        ]);
        let content = parts.iter().any(|part| part.piece == Piece::Word);
        let meant = acts && content || has(&[Class::Cancel]) || self.is_there(parts);
        if meant && self.stands() {
            let span = self.burst.span(sentence.from, sentence.to);
            self.ask(QuestionCode::ReportOrOrder, None, span, Vec::new());
        }
    }

    /// "We found some", "they have cement there": of a line that stands, or of nothing by name.
    fn is_there(&self, parts: &[Part]) -> bool {
        let had = parts.iter().any(|part| part.classes().has(Class::Had));
        let live = &self.states.last().expect("there is always a request").live;
        let counted = parts.iter().any(|part| part.number().is_some());
        had && (!counted || mentions(&self.burst, parts, live))
    }

    /// A line stands that can be taken back.
    fn stands(&self) -> bool {
        let state = self.states.last();
        state.is_some_and(|state| state.live.iter().any(|line| !line.removed))
    }

    /// "Another order", or a heading with another place, begins a request of its own.
    fn begin_request(&mut self, sentence: Sentence, parts: &[Part]) {
        let another = parts
            .iter()
            .any(|part| part.classes().has(Class::AnotherOrder));
        let state = self.states.last().expect("there is always a request");
        let heading = within(&self.places, |found| (found.from, found.to), sentence);
        let heading = heading.first();
        let elsewhere = heading.is_some_and(|found| {
            let other =
                state.request.place.as_ref().is_some_and(|place| {
                    place.words.to_lowercase() != found.read.words.to_lowercase()
                });
            found.heading == Heading::Yes
                && other
                && parts.iter().any(|part| part.number().is_some())
        });
        if another && !state.has_new_lines() && self.states.len() == 1 && !state.live.is_empty() {
            self.flush();
            self.apart = true;
            self.states = vec![State::default()];
        } else if (another || elsewhere) && (state.has_new_lines() || !self.pending.is_empty()) {
            self.flush();
            self.states.push(State::default());
        }
    }

    fn fragment(&mut self, sentence: Sentence, fragment: &[Part], just_made: &mut Option<usize>) {
        let fragment = self.settle_values(fragment);
        if self.says_content(&fragment) {
            return;
        }
        let state = self.states.last().expect("there is always a request");
        let quoted = self.burst.messages[sentence.message].quoted.as_ref();
        let around = Around {
            live: &state.live,
            quoted,
            just_made: *just_made,
            announced: self.announced,
        };
        let outcome = change(&self.burst, &fragment, &around);
        if fragment
            .iter()
            .any(|part| part.classes().has(Class::Closing))
        {
            self.closed = Some(sentence.message);
        }
        match outcome {
            Outcome::Change(operations, claims) => {
                self.flush();
                self.apply(operations, &claims);
            }
            Outcome::CancelAll(span) => {
                self.flush();
                self.apply(vec![Operation::CancelAll { span }], &[]);
            }
            Outcome::CancelOther(span, claims) => {
                self.flush();
                let told = claims.iter().map(|(from, to, _)| (*from, *to, Use::Told));
                let told: Vec<_> = told.collect();
                self.apply(vec![Operation::CancelAll { span }], &told);
                // Answered when nothing else is said.
                self.ask(QuestionCode::Reference, None, span, Vec::new());
            }
            Outcome::Ask(code, span, lines) => {
                self.flush();
                let live = &self.states.last().expect("there is always a request").live;
                let choices = lines
                    .iter()
                    .take(CHOICES)
                    .map(|at| live[*at].item.clone())
                    .collect();
                let about = <[usize; 1]>::try_from(lines).ok().map(|[line]| line);
                self.ask(code, about, span, choices);
            }
            Outcome::NoChange => self.lines(sentence, &fragment, just_made),
        }
    }

    pub(super) fn ask(
        &mut self,
        code: QuestionCode,
        about: Option<usize>,
        span: Span,
        choices: Vec<String>,
    ) {
        self.questions.push(Question {
            code,
            request: self.states.len() - 1,
            about,
            span,
            choices,
        });
    }

    pub(super) fn claim(&mut self, claims: &[(usize, usize, Use)]) {
        for (from, to, with) in claims {
            self.burst.claim(*from, *to, *with);
        }
    }
}
