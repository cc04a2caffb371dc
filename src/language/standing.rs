//! The lines as they stand: added, changed, and put together from halves said apart.

use super::alone::{named_unit, sized_vessel, vessel, vessel_word};
use super::burst::Sentence;
use super::lexicon::{Class, Habit};
use super::line::head;
use super::lines::{Doubt, LineRead, Parsed, parse};
use super::live::{CHOICES, Live, like};
use super::piece::{Part, Piece};
use super::reader::{Half, Reader};
use super::reading::{Operation, QuestionCode, UnitFrom, Use};
use super::token::Kind;
use crate::domain::quantity::{Quantity, Unit};

/// The longest "ppc wala", in parts.
const KIND: usize = 4;

impl Reader<'_> {
    /// Items and amounts that were said apart.
    pub(super) fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let alternates = |item_first: bool| {
            pending.len().is_multiple_of(2)
                && pending
                    .iter()
                    .enumerate()
                    .all(|(at, half)| half.item.is_some() == (at.is_multiple_of(2) == item_first))
        };
        let one_message = pending
            .windows(2)
            .all(|pair| pair[0].message == pair[1].message);
        let vessels = pending
            .iter()
            .any(|half| half.item.is_none() && self.is_vessel(half));
        let first = pending.first().map_or(&[][..], |half| &half.parts);
        let named = first.iter().any(|part| part.classes().has(Class::OutOf));
        if !pending.is_empty()
            && (!vessels || named)
            && (alternates(true) || (alternates(false) && one_message))
        {
            for pair in pending.chunks(2) {
                let out_of = |part: &Part| part.classes().has(Class::OutOf);
                let mut both: Vec<Part> = pair[0].parts.clone();
                // "We are out of salt, send ten bags"
                let asked = both.iter().any(out_of);
                let second = pair[1].parts.iter();
                let asks = |part: &Part| part.classes().any(&[Class::Request, Class::Add]);
                both.extend(second.filter(|part| !(asked && asks(part))).cloned());
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
    pub(super) fn half(&mut self, half: &Half) {
        match &half.item {
            Some(read) => {
                let noun = head(&self.burst, &half.parts);
                let known = noun.is_some_and(|at| self.burst.has(at, Class::Uncountable));
                if self.cancelled && self.stands_nothing() {
                    let (from, to) = (half.parts[0].from, half.parts[half.parts.len() - 1].to);
                    self.burst.claim(from, to, Use::Told);
                } else if self.orderly || known {
                    self.add(read.clone(), half.message);
                }
            }
            None if self.is_vessel(half) || self.orderly && self.is_named_unit(half) => {
                if let Some(read) = vessel(&self.burst, &half.parts) {
                    self.add(read, half.message);
                }
            }
            None if self.orderly && self.adds_vessel(half) => {}
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

    /// "10 drums of 200 L", where nothing stands that they could hold.
    fn adds_vessel(&mut self, half: &Half) -> bool {
        let read = sized_vessel(&self.burst, &half.parts);
        let live = &self.states.last().expect("there is always a request").live;
        let counted = |line: &Live| {
            let unit = line.quantity.as_ref().map(|quantity| &quantity.unit);
            line.removed || unit == Some(&Unit::piece())
        };
        let alone = self.pending.is_empty() && live.iter().all(counted);
        match read.filter(|_| alone) {
            Some(read) => {
                self.add(read, half.message);
                true
            }
            None => false,
        }
    }

    fn is_named_unit(&self, half: &Half) -> bool {
        let amount = half.parts.iter().find(|part| part.number().is_some());
        amount.is_some_and(|part| named_unit(&self.burst, part).is_some())
    }

    fn stands_nothing(&self) -> bool {
        let live = &self.states.last().expect("there is always a request").live;
        live.iter().all(|line| line.removed)
    }

    /// "3 buckets", where no line is counted in buckets.
    pub(super) fn is_vessel(&self, half: &Half) -> bool {
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
        vessel_word(&self.burst, part).is_some() && !live.iter().any(counted)
    }

    pub(super) fn add(&mut self, read: LineRead, message: usize) -> usize {
        self.claim(&read.claims);
        let state = self.current();
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
        if self.again.is_some()
            && let Some(at) = same
            && let Some(quantity) = other_amount(&self.current().live[at], &read)
        {
            // "Same as last week, but detergent 3".
            let span = read.line.span;
            self.apply(
                vec![Operation::Set {
                    line: at,
                    quantity,
                    span,
                }],
                &[],
            );
            return at;
        }
        let state = self.current();
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

    pub(super) fn apply(&mut self, operations: Vec<Operation>, claims: &[(usize, usize, Use)]) {
        self.claim(claims);
        for operation in operations {
            let state = self.current();
            let mut answered = None;
            match &operation {
                Operation::Set { line, quantity, .. } => {
                    let before = state.live[*line].quantity.replace(quantity.clone());
                    answered = Some(*line);
                    if before.is_some_and(|before| before.unit != quantity.unit) {
                        let at = *line;
                        self.questions.retain(|question| {
                            question.about != Some(at) || question.code != QuestionCode::Unit
                        });
                    }
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
            self.current().request.operations.push(operation);
            self.forget(answered);
        }
    }

    /// A later message answered what was open about a line, or took the line away.
    pub(super) fn forget(&mut self, line: Option<usize>) {
        let request = self.states.len() - 1;
        let lines = &self.states[request].live;
        self.questions.retain(|question| {
            let Some(about) = question.about.filter(|_| question.request == request) else {
                return true;
            };
            let gone = lines.get(about).is_some_and(|line| line.removed);
            let answered = line == Some(about)
                && matches!(
                    question.code,
                    QuestionCode::Quantity | QuestionCode::NumberFormat
                );
            !gone && !answered
        });
    }

    /// "Room service list", "طلبات المطبخ" above a list.
    pub(super) fn names_list(&self, sentence: Sentence, fragment: &[Part]) -> bool {
        let title =
            |part: &Part| (part.from..part.to).any(|at| self.burst.around(at).has(Class::Title));
        let (first, last) = (
            fragment.first().map_or(sentence.from, |part| part.from),
            fragment.last().map_or(sentence.from, |part| part.to),
        );
        let colon = fragment
            .iter()
            .position(|part| self.burst.tokens[part.from].is(':'));
        let whole = colon.is_none_or(|at| at + 1 == fragment.len());
        let goes_on = self.burst.tokens[sentence.to.min(self.burst.tokens.len())..]
            .iter()
            .any(|token| token.kind == Kind::Number);
        let alone = first <= sentence.from + 1 && last + 1 >= sentence.to;
        fragment.iter().any(title) && whole && alone && goes_on
    }

    pub(super) fn is_title(&self, sentence: Sentence, fragment: &[Part]) -> bool {
        let last = fragment.last().map_or(sentence.from, |part| part.to);
        let colon = self.burst.tokens[..last]
            .last()
            .is_some_and(|token| token.is(':'));
        let goes_on = self.burst.tokens.get(sentence.to).is_some_and(|token| {
            token.kind == Kind::Break && token.span.message == sentence.message
        });
        colon && last == sentence.to && goes_on
    }

    /// "Lista eléctrico", "Material de protección": a line that names a list, not an item.
    pub(super) fn is_listing(&self, sentence: Sentence, fragment: &[Part]) -> bool {
        let titled =
            |part: &Part| (part.from..part.to).any(|at| self.burst.around(at).has(Class::Title));
        let asks = |part: &Part| {
            let classes = part.classes();
            classes.any(&[Class::Request, Class::Add]) && !classes.has(Class::Title)
        };
        let first = self.burst.tokens[sentence.from..]
            .first()
            .is_some_and(|_| fragment[0].from == sentence.from);
        let alone = fragment.last().is_some_and(|part| part.to == sentence.to);
        first && alone && fragment.iter().any(titled) && !fragment.iter().any(asks)
    }

    /// "Material": it names nothing that could be ordered.
    pub(super) fn is_list_word(&self, fragment: &[Part]) -> bool {
        let mut words = fragment.iter().filter(|part| part.piece == Piece::Word);
        let one = words.next().filter(|_| words.next().is_none());
        one.is_some_and(|part| self.burst.has(part.from, Class::Title))
    }

    /// "ppc wala" behind a line: of what kind it is.
    pub(super) fn tells_kind(&self, fragment: &[Part]) -> bool {
        let said = |part: &&Part| part.piece != Piece::Gap && part.piece != Piece::Separator;
        let genitive = fragment
            .iter()
            .rev()
            .find(said)
            .is_some_and(|part| part.classes().has(Class::Genitive));
        let short = fragment.iter().filter(said).count() <= KIND;
        let state = self.states.last().expect("there is always a request");
        let line = matches!(state.request.operations.last(), Some(Operation::Add(_)));
        genitive && short && line && self.burst.lexicon.has(Habit::VerbLast)
    }

    pub(super) fn kind_of_last(&mut self, read: &LineRead) {
        self.claim(&read.claims);
        let operation = self.current().request.operations.last_mut();
        if let Some(Operation::Add(line)) = operation {
            let kind = [
                line.spec.take(),
                Some(read.line.item.clone()),
                read.line.spec.clone(),
            ];
            line.spec = Some(kind.into_iter().flatten().collect::<Vec<_>>().join(" "));
            line.spec_spans.extend(&read.line.item_spans);
            line.spec_spans.extend(&read.line.spec_spans);
        }
    }

    pub(super) fn is_label(&self, fragment: &[Part]) -> bool {
        let Some((colon, words)) = fragment.split_last() else {
            return false;
        };
        let names_place = |part: &Part| self.burst.has(part.from, Class::PlaceNoun);
        self.burst.tokens[colon.from].is(':') && !words.is_empty() && words.iter().all(names_place)
    }

    /// "A3 paper 2 reams, A4 10 reams": a code behind a line with a size may be a size of the same item.
    pub(super) fn doubt_bare_code(&self, read: &mut LineRead, before: Option<usize>) {
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
}

/// The new amount of a line of an earlier request, in the unit that it has.
fn other_amount(line: &Live, read: &LineRead) -> Option<Quantity> {
    let said = read.line.quantity.as_ref()?;
    let before = line.quantity.as_ref()?;
    let sure = read
        .doubts
        .iter()
        .all(|doubt| doubt.code == QuestionCode::Unit);
    let unit = match read.line.unit_from {
        UnitFrom::Said => said.unit == before.unit,
        UnitFrom::Counted | UnitFrom::Missing => true,
    };
    (sure && unit && line.message.is_none())
        .then(|| Quantity::new(said.thousandths, before.unit.clone()))
}
