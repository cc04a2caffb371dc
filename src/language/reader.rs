//! The reading itself: sentence by sentence, fragment by fragment, with the lines as they stand.

use super::burst::{Burst, Sentence};
use super::correction::{Announced, Around, Live, Outcome, change};
use super::date;
use super::gate;
use super::intent::{Mode, Talk, modes, orders};
use super::lexicon::{Class, shipped};
use super::lines::{LineRead, Parsed, parse};
use super::needed;
use super::piece::{Part, Piece, pieces};
use super::place::{self, Heading};
use super::reading::{
    Intent, Operation, Question, QuestionCode, Reading, Request, Said, Setting, Span, Use,
};

/// Reads the messages of a burst, in the order in which they were sent.
pub fn read(messages: &[Said], setting: &Setting) -> Reading {
    let lexicon = shipped();
    let mut burst = Burst::new(messages, setting, lexicon);
    let mut dates = date::find(&burst.tokens, lexicon, setting.now, setting.date_order);
    dates.retain(|hit| burst.is_free(hit.from, hit.to));
    for hit in &dates {
        burst.claim(hit.from, hit.to, Use::Date);
    }
    let places = place::find(&mut burst);
    let sentences = burst.sentences();
    let parts: Vec<Vec<Part>> = sentences.iter().map(|sentence| pieces(&mut burst, *sentence)).collect();
    let modes = modes(&sentences, &parts);
    let orderly = orders(&burst, &parts, &modes);
    let mut reader = Reader {
        states: vec![State::with_draft(setting)],
        burst,
        dates,
        places,
        questions: Vec::new(),
        pending: Vec::new(),
        talk: Talk::default(),
        orderly,
        announced: Announced::No,
        apart: false,
        cancelled: false,
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
}

impl State {
    fn with_draft(setting: &Setting) -> Self {
        let live = setting.draft.iter().map(|line| Live {
            item: line.item.clone(),
            spec: line.spec.clone(),
            quantity: line.quantity.clone(),
            message: None,
            removed: false,
        });
        Self {
            live: live.collect(),
            ..Self::default()
        }
    }

    fn has_new_lines(&self) -> bool {
        self.live.iter().any(|line| line.message.is_some() && !line.removed)
    }
}

/// An item or an amount that waits for its other half.
struct Half {
    parts: Vec<Part>,
    message: usize,
    item: Option<LineRead>,
}

struct Reader<'a> {
    burst: Burst<'a>,
    dates: Vec<date::Hit>,
    places: Vec<place::Found>,
    states: Vec<State>,
    questions: Vec<Question>,
    pending: Vec<Half>,
    talk: Talk,
    /// The burst orders something.
    orderly: bool,
    announced: Announced,
    /// "Another order" was said before any line.
    apart: bool,
    cancelled: bool,
}

impl Reader<'_> {
    fn state(&mut self) -> &mut State {
        self.states.last_mut().expect("there is always a request")
    }

    fn sentence(&mut self, sentence: Sentence, parts: &[Part], mode: Mode) {
        self.talk.hear(parts, mode);
        if matches!(mode, Mode::Report | Mode::Enquiry) {
            self.flush();
            self.burst.claim(sentence.from, sentence.to, Use::Told);
            return;
        }
        self.begin_request(sentence, parts);
        let before = self.states.last().map_or(0, |state| state.request.operations.len());
        let mut just_made = None;
        let fragments = fragments(&self.burst, parts);
        for fragment in &fragments {
            self.fragment(sentence, fragment, &mut just_made);
        }
        let only_cues = parts.iter().all(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap | Piece::Dash | Piece::Separator));
        let sorry = parts.iter().any(|part| part.classes().any(&[Class::Correct, Class::No]));
        self.announced = if only_cues && sorry { Announced::Yes } else { Announced::No };
        self.day_and_place(sentence, parts, just_made.is_some());
        let made = self.states.last().map_or(0, |state| state.request.operations.len()) > before;
        if mode == Mode::Doubt && (made || !self.pending.is_empty()) {
            let span = self.burst.span(sentence.from, sentence.to);
            self.ask(QuestionCode::ReportOrOrder, None, span, Vec::new());
        }
    }

    /// "Another order", or a heading with another place, begins a request of its own.
    fn begin_request(&mut self, sentence: Sentence, parts: &[Part]) {
        let another = parts.iter().any(|part| part.classes().has(Class::AnotherOrder));
        let state = self.states.last().expect("there is always a request");
        let heading = self.places.iter().find(|found| found.from >= sentence.from && found.to <= sentence.to);
        let elsewhere = heading.is_some_and(|found| {
            let other = state.request.place.as_ref().is_some_and(|place| place.words.to_lowercase() != found.read.words.to_lowercase());
            found.heading == Heading::Yes && other && parts.iter().any(|part| part.number().is_some())
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
        let state = self.states.last().expect("there is always a request");
        let quoted = self.burst.messages[sentence.message].quoted.as_ref();
        let around = Around {
            live: &state.live,
            quoted,
            just_made: *just_made,
            announced: self.announced,
        };
        let outcome = change(&self.burst, &fragment, &around);
        match outcome {
            Outcome::Change(operations, claims) => {
                self.flush();
                self.apply(operations, &claims);
            }
            Outcome::CancelAll(span) => {
                self.flush();
                self.apply(vec![Operation::CancelAll { span }], &[]);
            }
            Outcome::Ask(code, span, lines) => {
                self.flush();
                let live = &self.states.last().expect("there is always a request").live;
                let choices = lines.iter().map(|at| live[*at].item.clone()).collect();
                let about = <[usize; 1]>::try_from(lines).ok().map(|[line]| line);
                self.ask(code, about, span, choices);
            }
            Outcome::NoChange => self.lines(sentence, &fragment, just_made),
        }
    }

    fn lines(&mut self, sentence: Sentence, fragment: &[Part], just_made: &mut Option<usize>) {
        match parse(&self.burst, fragment) {
            Parsed::Lines(lines) => {
                self.flush();
                for line in lines {
                    *just_made = Some(self.add(line, sentence.message));
                }
            }
            Parsed::Item(read) => self.pending.push(Half {
                parts: fragment.to_vec(),
                message: sentence.message,
                item: Some(read),
            }),
            Parsed::Amount(_) => {
                self.pending.push(Half {
                    parts: fragment.to_vec(),
                    message: sentence.message,
                    item: None,
                });
            }
            Parsed::Nothing => {}
            Parsed::Unclear => {
                self.flush();
                let asks = fragment.iter().any(|part| part.classes().any(&[Class::Request, Class::Add]));
                let content = fragment.iter().any(|part| matches!(part.piece, Piece::Word | Piece::Number(_)));
                if asks && content {
                    let (from, to) = (fragment[0].from, fragment[fragment.len() - 1].to);
                    let span = self.burst.span(from, to);
                    self.ask(QuestionCode::Item, None, span, Vec::new());
                }
            }
        }
    }

    /// "thirteen, sorry thirty": the value before the "sorry" is given up.
    fn settle_values(&mut self, fragment: &[Part]) -> Vec<Part> {
        let mut out: Vec<Part> = Vec::with_capacity(fragment.len());
        for part in fragment {
            if part.number().is_some() {
                let cues = out.iter().rev().take_while(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap)).count();
                let start = out.len() - cues;
                let corrects = out[start..].iter().any(|part| {
                    part.classes().has(Class::Correct) && !part.classes().has(Class::Not)
                });
                let values = out[..start].iter().rev().take_while(|part| {
                    part.number().is_some() || part.classes().any(&[Class::No, Class::Correct])
                });
                let values = values.count();
                if corrects && values > 0 {
                    for old in &out[start - values..start] {
                        self.burst.claim(old.from, old.to, Use::OldValue);
                    }
                    out.truncate(start - values);
                }
            }
            out.push(part.clone());
        }
        out
    }

    fn ask(&mut self, code: QuestionCode, about: Option<usize>, span: Span, choices: Vec<String>) {
        self.questions.push(Question {
            code,
            request: self.states.len() - 1,
            about,
            span,
            choices,
        });
    }

    fn claim(&mut self, claims: &[(usize, usize, Use)]) {
        for (from, to, with) in claims {
            self.burst.claim(*from, *to, *with);
        }
    }

    fn add(&mut self, read: LineRead, message: usize) -> usize {
        self.claim(&read.claims);
        let state = self.state();
        let number = state.live.len();
        let same = state.live.iter().position(|live| {
            !live.removed && live.is_same(&read.line.item, read.line.spec.as_deref())
        });
        let text = |quantity: &Option<crate::domain::quantity::Quantity>| {
            quantity.as_ref().map(ToString::to_string)
        };
        let choices: Vec<String> = same
            .map(|at| [text(&state.live[at].quantity), text(&read.line.quantity)])
            .into_iter()
            .flatten()
            .flatten()
            .collect();
        state.live.push(Live {
            item: read.line.item.clone(),
            spec: read.line.spec.clone(),
            quantity: read.line.quantity.clone(),
            message: Some(message),
            removed: false,
        });
        let span = read.line.span;
        state.request.operations.push(Operation::Add(read.line));
        for doubt in read.doubts {
            self.ask(doubt.code, Some(number), doubt.span, doubt.choices);
        }
        if same.is_some() {
            self.ask(QuestionCode::Duplicate, Some(number), span, choices);
        }
        number
    }

    fn apply(&mut self, operations: Vec<Operation>, claims: &[(usize, usize, Use)]) {
        self.claim(claims);
        for operation in operations {
            let state = self.state();
            let mut answered = None;
            match &operation {
                Operation::Set { line, quantity, .. } => {
                    state.live[*line].quantity = Some(quantity.clone());
                    answered = Some(*line);
                }
                Operation::Increase { line, by, .. } => {
                    if let Some(now) = &mut state.live[*line].quantity {
                        now.thousandths = now.thousandths.saturating_add(by.thousandths);
                    }
                }
                Operation::Decrease { line, by, .. } => {
                    if let Some(now) = &mut state.live[*line].quantity {
                        now.thousandths = now.thousandths.saturating_sub(by.thousandths);
                    }
                }
                Operation::Remove { line, .. } => {
                    state.live[*line].removed = true;
                    answered = Some(*line);
                }
                Operation::Replace { line, with, .. } => {
                    let live = &mut state.live[*line];
                    live.item.clone_from(&with.item);
                    live.spec.clone_from(&with.spec);
                    live.quantity.clone_from(&with.quantity);
                    answered = Some(*line);
                }
                Operation::CancelAll { .. } => {
                    for live in &mut state.live {
                        live.removed = true;
                    }
                    self.cancelled = true;
                }
                Operation::Add(_) => {}
            }
            self.state().request.operations.push(operation);
            self.forget(answered);
        }
    }

    /// A later message answered what was open about a line, or took the line away.
    fn forget(&mut self, line: Option<usize>) {
        let request = self.states.len() - 1;
        let live = &self.states[request].live;
        self.questions.retain(|question| {
            let Some(about) = question.about.filter(|_| question.request == request) else {
                return true;
            };
            let gone = live.get(about).is_some_and(|live| live.removed);
            let set = line == Some(about) && matches!(question.code, QuestionCode::Quantity | QuestionCode::NumberFormat);
            !gone && !set
        });
    }

    /// Items and amounts that were said apart.
    fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let alternates = |item_first: bool| {
            pending.len() % 2 == 0
                && pending.iter().enumerate().all(|(at, half)| half.item.is_some() == ((at % 2 == 0) == item_first))
        };
        let one_message = pending.windows(2).all(|pair| pair[0].message == pair[1].message);
        if !pending.is_empty() && (alternates(true) || (alternates(false) && one_message)) {
            for pair in pending.chunks(2) {
                let both: Vec<Part> = pair.iter().flat_map(|half| half.parts.clone()).collect();
                match parse(&self.burst, &both) {
                    Parsed::Lines(lines) => {
                        for line in lines {
                            self.add(line, pair[1].message);
                        }
                    }
                    Parsed::Item(_) | Parsed::Amount(_) | Parsed::Nothing | Parsed::Unclear => {
                        for half in pair {
                            self.half(half);
                        }
                    }
                }
            }
            return;
        }
        for half in &pending {
            self.half(half);
        }
    }

    /// An item whose amount is missing, or an amount of nobody knows what.
    fn half(&mut self, half: &Half) {
        match &half.item {
            Some(read) => {
                let known = self.burst.has(half.parts.last().map_or(0, |part| part.from), Class::Uncountable);
                if self.orderly || known {
                    self.add(read.clone(), half.message);
                }
            }
            None if self.orderly => {
                let (Some(first), Some(last)) = (half.parts.first(), half.parts.last()) else {
                    return;
                };
                let span = self.burst.span(first.from, last.to);
                let live = &self.states.last().expect("there is always a request").live;
                let standing = live.iter().filter(|line| !line.removed);
                let choices = standing.map(|line| line.item.clone()).collect();
                self.ask(QuestionCode::Reference, None, span, choices);
            }
            None => {}
        }
    }

    fn day_and_place(&mut self, sentence: Sentence, parts: &[Part], made_lines: bool) {
        let inside = |from: usize, to: usize| from >= sentence.from && to <= sentence.to;
        let corrects = parts.iter().any(|part| part.classes().any(&[Class::Correct, Class::No]));
        let hits: Vec<date::Hit> = self.dates.iter().filter(|hit| inside(hit.from, hit.to)).cloned().collect();
        for hit in hits {
            let span = self.burst.span(hit.from, hit.to);
            let now = self.burst.setting.now;
            if let Some(choices) = needed::take(&mut self.state().request.needed_by, &hit, span, now, corrects) {
                self.ask(QuestionCode::Date, None, span, choices);
            }
        }
        let found: Vec<place::Found> = self.places.iter().filter(|found| inside(found.from, found.to)).cloned().collect();
        let checked = !self.burst.setting.sites.is_empty();
        for place in found {
            let span = self.burst.span(place.from, place.to);
            let had_lines = self.states.last().is_some_and(|state| {
                state.live.iter().any(|line| line.message.is_some_and(|message| message != sentence.message))
            });
            let request = &mut self.state().request;
            let same = |read: &super::reading::PlaceRead| {
                read.words.to_lowercase() == place.read.words.to_lowercase() || (read.site.is_some() && read.site == place.read.site)
            };
            let other = request.place.as_ref().is_some_and(|read| !same(read));
            let late = request.place.is_none() && place.heading == Heading::Yes && had_lines && made_lines;
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

    fn finish(mut self) -> Reading {
        self.flush();
        let standing = self.states.iter().any(|state| state.live.iter().any(|line| !line.removed));
        let works = self.states.iter().any(|state| !state.request.operations.is_empty());
        let first = &self.states[0].request;
        let moved = !self.burst.setting.draft.is_empty() && (first.place.is_some() || first.needed_by.is_some());
        let open = self.orderly && !self.questions.is_empty();
        let drafted = !self.burst.setting.draft.is_empty();
        let ends = self.cancelled && (!standing || !works);
        let intent = if ends {
            Intent::Cancel
        } else if self.talk.has(Class::Reorder) {
            Intent::Reorder
        } else if self.states.len() > 1 {
            Intent::Several
        } else if works || moved || open {
            if self.apart {
                Intent::AnotherOrder
            } else if drafted {
                Intent::Change
            } else {
                Intent::Order
            }
        } else {
            self.talk.intent()
        };
        if intent == Intent::Cancel {
            self.questions.clear();
        }
        if intent == Intent::Reorder {
            self.ask_reorder();
        }
        let done = self.done();
        let (gate, used) = gate::account(&self.burst);
        let asks = matches!(intent, Intent::Order | Intent::Change | Intent::AnotherOrder | Intent::Several | Intent::Reorder);
        if asks || (self.orderly && intent != Intent::Cancel) {
            let more = gate::questions(&gate, &self.questions, self.states.len() - 1);
            self.questions.extend(more);
        }
        self.questions.sort_by_key(|question| (question.request, question.span));
        self.questions.dedup();
        Reading {
            intent,
            requests: self.states.into_iter().map(|state| state.request).collect(),
            questions: self.questions,
            gate,
            repeated: self.burst.repeated,
            done,
            used,
        }
    }

    fn ask_reorder(&mut self) {
        let at = (0..self.burst.tokens.len()).find(|at| self.burst.has(*at, Class::Reorder));
        if let Some(at) = at {
            let span = self.burst.span(at, at + self.burst.entry(at).1);
            self.ask(QuestionCode::Reference, None, span, Vec::new());
        }
    }

    /// The last "that's all".
    fn done(&self) -> Option<Span> {
        let at = (0..self.burst.tokens.len()).rev().find(|at| {
            let (classes, len) = self.burst.entry(*at);
            let ends = self.burst.tokens.get(at + len).is_none_or(|next| {
                matches!(next.kind, super::token::Kind::Mark(_) | super::token::Kind::Break | super::token::Kind::Symbol)
                    || self.burst.entry(at + len).0.any(&[Class::Thanks, Class::Polite, Class::Address, Class::Filler])
            });
            classes.has(Class::Done) && ends
        })?;
        Some(self.burst.span(at, at + self.burst.entry(at).1))
    }
}

/// The parts between commas, "and", dates and places.
fn fragments(burst: &Burst<'_>, parts: &[Part]) -> Vec<Vec<Part>> {
    let mut out: Vec<Vec<Part>> = Vec::new();
    let mut current: Vec<Part> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let moved = part.piece == Piece::Gap && matches!(burst.used(part.from), Some(Use::Date | Use::Place));
        let splits = moved || part.piece == Piece::Separator;
        if splits && !joins(&current, &parts[at + 1..]) {
            out.push(std::mem::take(&mut current));
        } else {
            current.push(part.clone());
        }
    }
    out.push(current);
    out.retain(|fragment| !fragment.is_empty());
    out
}

/// A comma does not part "sorry, 30 bags" nor "20 bags, not 30".
fn joins(before: &[Part], after: &[Part]) -> bool {
    let sorry = !before.is_empty()
        && before.iter().all(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap))
        && before.iter().any(|part| part.classes().any(&[Class::Correct, Class::No]));
    let mut next = after.iter().filter(|part| part.piece != Piece::Gap);
    let not = next.next().is_some_and(|part| part.classes().has(Class::InsteadOf))
        && next.next().is_some_and(|part| part.number().is_some())
        && before.iter().any(|part| part.number().is_some());
    let corrected = after.iter().take_while(|part| matches!(part.piece, Piece::Cue(_))).any(|part| part.classes().has(Class::Correct));
    let only_number = before.last().is_some_and(|part| part.number().is_some()) && before.iter().filter(|part| matches!(part.piece, Piece::Word)).count() == 0;
    sorry || not || (corrected && only_number)
}
