//! The reading itself: sentence by sentence, fragment by fragment, with the lines as they stand.

use std::collections::HashMap;

use super::burst::{Burst, Sentence};
use super::correction::{Announced, Around, CHOICES, Live, Outcome, change, like, mentions};
use super::date;
use super::gate;
use super::intent::{Mode, Talk, modes, orders};
use super::lexicon::{Class, shipped};
use super::lines::{Doubt, LineRead, Parsed, parse, vessel};
use super::needed;
use super::piece::{Part, Piece, pieces};
use super::place::{self, Heading};
use super::reading::{
    Intent, Operation, Question, QuestionCode, Reading, Request, Said, Setting, Span, Use,
};
use super::token::Kind;

/// Reads the messages of a burst, in the order in which they were sent.
pub fn read(messages: &[Said], setting: &Setting) -> Reading {
    let lexicon = shipped();
    let mut burst = Burst::new(messages, setting, lexicon);
    let mut dates = date::find(&burst.tokens, lexicon, setting.now, setting.date_order);
    dates.retain(|hit| burst.is_free(hit.from, hit.to) && !in_phrase(&burst, hit));
    for hit in &dates {
        burst.claim(hit.from, hit.to, Use::Date);
    }
    let places = place::find(&mut burst);
    let sentences = burst.sentences();
    let parts: Vec<Vec<Part>> = sentences
        .iter()
        .map(|sentence| pieces(&mut burst, *sentence))
        .collect();
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
        closed: None,
        asked: None,
        last: None,
    };
    for ((sentence, parts), mode) in sentences.iter().zip(&parts).zip(&modes) {
        reader.sentence(*sentence, parts, *mode);
    }
    reader.finish()
}

/// "Same as last week", "good morning": the words of a date that belong to a phrase.
fn in_phrase(burst: &Burst<'_>, hit: &date::Hit) -> bool {
    (hit.from.saturating_sub(6)..=hit.from).any(|at| {
        let (classes, len) = burst.entry(at);
        let phrase = classes.any(&[
            Class::Reorder,
            Class::Greeting,
            Class::Report,
            Class::HomePlace,
        ]);
        len > 1 && phrase && at + len > hit.from && (at < hit.from || at + len >= hit.to)
    })
}

/// Longest title before a colon, in parts.
const TITLE: usize = 12;

/// A request while it is read.
#[derive(Default)]
pub(super) struct State {
    pub(super) request: Request,
    pub(super) live: Vec<Live>,
    /// The newest line of each name.
    names: HashMap<String, usize>,
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
    /// The message that said its regards: a name follows.
    closed: Option<usize>,
    /// The first sentence that asks for something.
    asked: Option<Span>,
    /// The last sentence.
    last: Option<Span>,
}

impl Reader<'_> {
    fn state(&mut self) -> &mut State {
        self.states.last_mut().expect("there is always a request")
    }

    fn sentence(&mut self, sentence: Sentence, parts: &[Part], mode: Mode) {
        self.talk.hear(parts, mode);
        self.last = Some(self.burst.span(sentence.from, sentence.to));
        if matches!(mode, Mode::Report | Mode::Enquiry) {
            self.flush();
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
        let fragments = fragments(&self.burst, parts);
        for fragment in &fragments {
            self.fragment(sentence, fragment, &mut just_made);
        }
        let operations = self
            .states
            .last()
            .map_or(0, |state| state.request.operations.len());
        self.announced = if self.questions.len() == asked
            && operations == before
            && announces(&self.burst, parts)
        {
            Announced::Yes
        } else {
            Announced::No
        };
        if self.orderly || !self.burst.setting.draft.is_empty() {
            self.day_and_place(sentence, parts, just_made.is_some());
        }
        let made = self
            .states
            .last()
            .map_or(0, |state| state.request.operations.len())
            > before;
        if mode == Mode::Doubt && (made || !self.pending.is_empty()) {
            let span = self.burst.span(sentence.from, sentence.to);
            self.ask(QuestionCode::ReportOrOrder, None, span, Vec::new());
        }
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

    fn lines(&mut self, sentence: Sentence, fragment: &[Part], just_made: &mut Option<usize>) {
        match parse(&self.burst, fragment) {
            // "Approved by 3 managers".
            Parsed::Lines(_) if is_away(fragment) => {
                self.flush();
                let span = self
                    .burst
                    .span(fragment[0].from, fragment[fragment.len() - 1].to);
                self.ask(QuestionCode::Item, None, span, Vec::new());
            }
            Parsed::Lines(lines) => {
                self.flush();
                for mut line in lines {
                    self.doubt_bare_code(&mut line, *just_made);
                    *just_made = Some(self.add(line, sentence.message));
                }
            }
            Parsed::Item(_) if self.closed == Some(sentence.message) => {
                self.flush();
                let to = fragment.last().map_or(sentence.to, |part| part.to);
                self.burst.claim(fragment[0].from, to, Use::Told);
            }
            // "Site: Westlands"
            Parsed::Item(_) if self.is_label(fragment) => {
                self.burst.claim(
                    fragment[0].from,
                    fragment[fragment.len() - 1].to,
                    Use::Known,
                );
            }
            // "Plumbing:" above a list.
            Parsed::Item(_) if self.is_title(sentence, fragment) => self.flush(),
            // "Forwarded by Kim": what a preposition leads to is no item.
            Parsed::Item(_) if is_led(fragment) => self.flush(),
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
                let asks = fragment
                    .iter()
                    .any(|part| part.classes().any(&[Class::Request, Class::Add]));
                let number = fragment.iter().any(|part| part.number().is_some());
                let words = fragment.iter().any(|part| part.piece == Piece::Word);
                let live = &self.states.last().expect("there is always a request").live;
                let named = mentions(&self.burst, fragment, live);
                if asks && (words || number) || words && number && self.orderly || named {
                    let (from, to) = (fragment[0].from, fragment[fragment.len() - 1].to);
                    let span = self.burst.span(from, to);
                    self.ask(QuestionCode::Item, None, span, Vec::new());
                }
            }
        }
    }

    /// "A3 paper 2 reams, A4 10 reams": a code behind a line with a size may be a size of the same item.
    fn doubt_bare_code(&self, read: &mut LineRead, before: Option<usize>) {
        let live = &self.states.last().expect("there is always a request").live;
        let sized = before.is_some_and(|at| live[at].spec.is_some());
        let code =
            read.line.item.chars().any(|c| c.is_ascii_digit()) && !read.line.item.contains(' ');
        if sized && code && read.line.spec.is_none() {
            read.doubts.push(Doubt {
                code: QuestionCode::Item,
                span: read.line.span,
                choices: Vec::new(),
            });
        }
    }

    fn is_label(&self, fragment: &[Part]) -> bool {
        let Some((colon, words)) = fragment.split_last() else {
            return false;
        };
        let names_place = |part: &Part| self.burst.has(part.from, Class::PlaceNoun);
        self.burst.tokens[colon.from].is(':') && !words.is_empty() && words.iter().all(names_place)
    }

    fn is_title(&self, sentence: Sentence, fragment: &[Part]) -> bool {
        let last = fragment.last().map_or(sentence.from, |part| part.to);
        let colon = self.burst.tokens[..last]
            .last()
            .is_some_and(|token| token.is(':'));
        let goes_on = self.burst.tokens.get(sentence.to).is_some_and(|token| {
            token.kind == Kind::Break && token.span.message == sentence.message
        });
        colon && last == sentence.to && goes_on
    }

    /// "thirteen, sorry thirty": the value before the "sorry" is given up.
    fn settle_values(&mut self, fragment: &[Part]) -> Vec<Part> {
        let mut out: Vec<Part> = Vec::with_capacity(fragment.len());
        let nothing_stands = self
            .states
            .last()
            .is_none_or(|state| state.live.iter().all(|line| line.removed));
        for part in fragment {
            let given_up = out
                .last()
                .is_some_and(|last| last.classes().has(Class::InsteadOf))
                && out.len() > 1
                && out[out.len() - 2].number().is_some();
            if nothing_stands
                && given_up
                && let Some(old) = part.number()
            {
                // "15 not 50 bags": the unit is that of both.
                out.pop();
                if let Some(Piece::Number(kept)) = out.last_mut().map(|part| &mut part.piece)
                    && kept.unit.is_none()
                {
                    kept.unit.clone_from(&old.unit);
                }
                self.burst.claim(part.from, part.to, Use::OldValue);
                continue;
            }
            if part.number().is_some() {
                let cues = out
                    .iter()
                    .rev()
                    .take_while(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap))
                    .count();
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
        let line = &read.line;
        let new = Live::new(
            &line.item,
            line.spec.as_deref(),
            line.quantity.clone(),
            Some(message),
        );
        let named = state
            .names
            .insert(new.key(), number)
            .filter(|at| !state.live[*at].removed);
        let same = named.or_else(|| like(&state.live, &new));
        let text = |quantity: &Option<crate::domain::quantity::Quantity>| {
            quantity.as_ref().map(ToString::to_string)
        };
        let choices: Vec<String> = same
            .map(|at| [text(&state.live[at].quantity), text(&read.line.quantity)])
            .into_iter()
            .flatten()
            .flatten()
            .collect();
        state.live.push(new);
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
                    *live = Live::new(
                        &with.item,
                        with.spec.as_deref(),
                        with.quantity.clone(),
                        live.message,
                    );
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
            let set = line == Some(about)
                && matches!(
                    question.code,
                    QuestionCode::Quantity | QuestionCode::NumberFormat
                );
            !gone && !set
        });
    }

    /// Items and amounts that were said apart.
    fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let alternates = |item_first: bool| {
            pending.len() % 2 == 0
                && pending
                    .iter()
                    .enumerate()
                    .all(|(at, half)| half.item.is_some() == ((at % 2 == 0) == item_first))
        };
        let one_message = pending
            .windows(2)
            .all(|pair| pair[0].message == pair[1].message);
        let vessels = pending
            .iter()
            .any(|half| half.item.is_none() && self.is_vessel(half));
        if !pending.is_empty()
            && !vessels
            && (alternates(true) || (alternates(false) && one_message))
        {
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
                let known = self.burst.has(
                    half.parts.last().map_or(0, |part| part.from),
                    Class::Uncountable,
                );
                if self.orderly || known {
                    self.add(read.clone(), half.message);
                }
            }
            None if self.is_vessel(half) => {
                if let Some(read) = vessel(&self.burst, &half.parts) {
                    self.add(read, half.message);
                }
            }
            None if self.orderly => {
                let (Some(first), Some(last)) = (half.parts.first(), half.parts.last()) else {
                    return;
                };
                let span = self.burst.span(first.from, last.to);
                let live = &self.states.last().expect("there is always a request").live;
                let standing = live.iter().filter(|line| !line.removed);
                let choices = standing
                    .take(CHOICES)
                    .map(|line| line.item.clone())
                    .collect();
                self.ask(QuestionCode::Reference, None, span, choices);
            }
            None => {}
        }
    }

    /// "3 buckets", where no line is counted in buckets.
    fn is_vessel(&self, half: &Half) -> bool {
        let live = &self.states.last().expect("there is always a request").live;
        let mut numbers = half.parts.iter().filter(|part| part.number().is_some());
        let (Some(part), None) = (numbers.next(), numbers.next()) else {
            return false;
        };
        let unit = part.number().and_then(|number| number.unit.as_ref());
        let counted = |line: &Live| {
            !line.removed
                && line.quantity.as_ref().map(|quantity| &quantity.unit)
                    == unit.map(|unit| &unit.unit)
        };
        self.burst.has(part.to - 1, Class::Vessel) && !live.iter().any(counted)
    }

    fn day_and_place(&mut self, sentence: Sentence, parts: &[Part], made_lines: bool) {
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
        let (not, hits): (Vec<date::Hit>, Vec<date::Hit>) = hits
            .into_iter()
            .partition(|hit| self.is_negated(parts, hit.from));
        if hits.is_empty()
            && let Some(hit) = not.first()
        {
            let span = self.burst.span(hit.from, hit.to);
            self.ask(QuestionCode::Date, None, span, Vec::new());
        }
        for hit in hits {
            let span = self.burst.span(hit.from, hit.to);
            let now = self.burst.setting.now;
            let needed = &mut self.state().request.needed_by;
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
            let request = &mut self.state().request;
            let same = |read: &super::reading::PlaceRead| {
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

    /// "Not today".
    fn is_negated(&self, parts: &[Part], from: usize) -> bool {
        let before = parts.iter().rev().find(|part| part.to <= from);
        before.is_some_and(|part| part.classes().any(&[Class::Not, Class::InsteadOf]))
    }

    fn finish(mut self) -> Reading {
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
        if self.orderly {
            let more = gate::questions(&gate, &self.questions, self.states.len() - 1);
            self.questions.extend(more);
        }
        let changes = works || moved || !self.questions.is_empty();
        let intent = if self.cancelled && (!standing || !works) {
            Intent::Cancel
        } else if self.talk.has(Class::Reorder) {
            Intent::Reorder
        } else if self.talk.has(Class::Hold) && !self.talk.report {
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
        if intent == Intent::Reorder {
            self.ask_reorder();
        }
        self.questions
            .sort_by_key(|question| (question.request, question.span));
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

    /// Something is asked for, but nothing named.
    fn ask_what(&mut self) {
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
                matches!(
                    next.kind,
                    super::token::Kind::Mark(_)
                        | super::token::Kind::Break
                        | super::token::Kind::Symbol
                ) || self.burst.entry(at + len).0.any(&[
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

/// A preposition stands before the first word.
fn is_led(fragment: &[Part]) -> bool {
    let first = fragment.iter().position(|part| part.piece == Piece::Word);
    let before = first.and_then(|first| {
        fragment[..first].iter().rev().find(|part| {
            part.piece != Piece::Article && !part.classes().any(&[Class::The, Class::Pronoun])
        })
    });
    before.is_some_and(|part| part.classes().any(&[Class::Preposition, Class::Away]))
}

/// What of a sorted row lies in the sentence.
fn within<T: Clone>(row: &[T], range: impl Fn(&T) -> (usize, usize), sentence: Sentence) -> Vec<T> {
    let start = row.partition_point(|one| range(one).0 < sentence.from);
    row[start..]
        .iter()
        .take_while(|one| range(one).1 <= sentence.to)
        .cloned()
        .collect()
}

/// "Sorry", "no wait", and nothing else.
fn announces(burst: &Burst<'_>, parts: &[Part]) -> bool {
    let moved = |part: &Part| matches!(burst.used(part.from), Some(Use::Date | Use::Place));
    let quiet = |part: &Part| {
        let plain = matches!(
            part.piece,
            Piece::Cue(_) | Piece::Gap | Piece::Dash | Piece::Separator
        );
        plain && !moved(part) && !part.classes().has(Class::Not)
    };
    parts.iter().all(quiet)
        && parts
            .iter()
            .any(|part| part.classes().any(&[Class::Correct, Class::No]))
}

/// Such a preposition stands before the amount.
fn is_away(fragment: &[Part]) -> bool {
    let first = fragment
        .iter()
        .position(|part| part.number().is_some() || part.piece == Piece::Word);
    let before = first.and_then(|first| {
        fragment[..first]
            .iter()
            .rev()
            .find(|part| part.piece != Piece::Gap)
    });
    before.is_some_and(|part| part.classes().has(Class::Away))
}

/// The parts between commas, "and", dates and places.
fn fragments(burst: &Burst<'_>, parts: &[Part]) -> Vec<Vec<Part>> {
    let mut out: Vec<Vec<Part>> = Vec::new();
    let mut current: Vec<Part> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let moved = part.piece == Piece::Gap
            && matches!(burst.used(part.from), Some(Use::Date | Use::Place));
        let corrects = part.classes().has(Class::Correct) && !part.classes().has(Class::Not);
        let whole = |parts: &[Part]| {
            parts.iter().any(|part| part.number().is_some())
                && parts.iter().any(|part| part.piece == Piece::Word)
        };
        if corrects && whole(&current) {
            out.push(std::mem::take(&mut current));
        }
        if is_heading(burst, &current, part, &parts[at + 1..]) {
            current.clear();
            continue;
        }
        let dash = part.piece == Piece::Dash
            && whole(&current)
            && begins_line(burst, part, &parts[at + 1..]);
        let splits = moved || dash || part.piece == Piece::Separator;
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

/// " - 2 rolls DPC" behind a whole line: a dash as a bullet in mid-line.
fn begins_line(burst: &Burst<'_>, dash: &Part, after: &[Part]) -> bool {
    let spaced =
        !burst.tokens[dash.from].glued || burst.tokens.get(dash.to).is_some_and(|next| !next.glued);
    let line: Vec<&Part> = after
        .iter()
        .take(TITLE)
        .take_while(|part| !matches!(part.piece, Piece::Separator | Piece::Dash))
        .collect();
    spaced
        && burst.tokens[dash.from].is('-')
        && line.first().is_some_and(|part| part.number().is_some())
        && line.iter().any(|part| part.piece == Piece::Word)
}

/// "Fuel for week 48:" before "diesel 400 l": what it is for, with a whole line behind the colon.
fn is_heading(burst: &Burst<'_>, before: &[Part], colon: &Part, after: &[Part]) -> bool {
    if !burst.tokens[colon.from].is(':') || before.len() > TITLE {
        return false;
    }
    let purpose = before.iter().any(|part| part.classes().has(Class::Purpose));
    let line = after
        .iter()
        .take(TITLE)
        .take_while(|part| part.piece != Piece::Separator);
    let line: Vec<&Part> = line.collect();
    purpose
        && before.iter().all(|part| part.number().is_none())
        && line.iter().any(|part| part.number().is_some())
        && line.iter().any(|part| part.piece == Piece::Word)
}

/// A comma does not part "sorry, 30 bags" nor "20 bags, not 30".
fn joins(before: &[Part], after: &[Part]) -> bool {
    let sorry = !before.is_empty()
        && before
            .iter()
            .all(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap))
        && before
            .iter()
            .any(|part| part.classes().any(&[Class::Correct, Class::No]));
    let mut next = after.iter().filter(|part| part.piece != Piece::Gap);
    let not = next
        .next()
        .is_some_and(|part| part.classes().has(Class::InsteadOf))
        && next.next().is_some_and(|part| part.number().is_some())
        && before.iter().any(|part| part.number().is_some());
    let corrected = after
        .iter()
        .take_while(|part| matches!(part.piece, Piece::Cue(_)))
        .any(|part| part.classes().has(Class::Correct));
    let only_number = before.last().is_some_and(|part| part.number().is_some())
        && before
            .iter()
            .filter(|part| matches!(part.piece, Piece::Word))
            .count()
            == 0;
    sorry || not || (corrected && only_number)
}
