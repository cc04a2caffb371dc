//! A fragment ("20 bags of 50kg cement", "cable ties - 4 packs") to a line, or to the parts of one.
//!
//! **Invariant:** a line is made only of a shape that can be read in one way; else it is unclear.

use super::burst::Burst;
use super::lexicon::{Class, UnitKind, UnitWord};
use super::number::{Value, Why};
use super::piece::{Change, Glued, Number, Part, Piece};
use super::reading::{Line, Pack, QuestionCode, Span, UnitFrom, Use};
use super::token::Kind;
use crate::domain::quantity::{Quantity, Unit};

/// A question about the line that is being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) code: QuestionCode,
    pub(crate) span: Span,
    pub(crate) choices: Vec<String>,
}

/// A line with what is doubtful about it and the tokens that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineRead {
    pub(crate) line: Line,
    pub(crate) doubts: Vec<Doubt>,
    pub(crate) claims: Vec<(usize, usize, Use)>,
    pub(crate) change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    Lines(Vec<LineRead>),
    /// An item without an amount.
    Item(LineRead),
    /// An amount without an item.
    Amount(Vec<Part>),
    /// Only words of the lexicon.
    Nothing,
    Unclear,
}

/// Longest name of an item, in words.
const LONGEST: usize = 9;
/// A longer name than this is asked about: it may hold more than the item.
const PLAUSIBLE: usize = 4;

/// Words that may stand anywhere in a line and say nothing about it.
const PADDING: [Class; 7] = [
    Class::Aside,
    Class::Polite,
    Class::Address,
    Class::Filler,
    Class::Thanks,
    Class::The,
    Class::Greeting,
];

/// Words that may stand before or behind a line.
const AROUND: [Class; 15] = [
    Class::Correct,
    Class::Request,
    Class::Add,
    Class::Pronoun,
    Class::Auxiliary,
    Class::Determiner,
    Class::Conjunction,
    Class::And,
    Class::Done,
    Class::AnotherOrder,
    Class::Deliver,
    Class::PlaceLead,
    Class::Preposition,
    Class::Introduction,
    Class::That,
];

pub(crate) fn parse(burst: &Burst<'_>, fragment: &[Part]) -> Parsed {
    let Some(mut core) = core(burst, fragment) else {
        return Parsed::Unclear;
    };
    let note = take_note(burst, &mut core);
    let mut parsed = parse_core(burst, &core);
    if let Some((from, to)) = note {
        let noted = match &mut parsed {
            Parsed::Lines(lines) => <&mut [LineRead; 1]>::try_from(lines.as_mut_slice()).ok(),
            Parsed::Item(read) => Some(std::array::from_mut(read)),
            Parsed::Amount(_) | Parsed::Nothing | Parsed::Unclear => None,
        };
        let Some([read]) = noted else {
            return Parsed::Unclear;
        };
        read.line.note = Some(burst.words(from, to));
        read.claims.push((from, to, Use::Item));
    }
    parsed
}

/// Takes out "for roofing", what an item is for, and gives the tokens that say it.
fn take_note(burst: &Burst<'_>, core: &mut Vec<Part>) -> Option<(usize, usize)> {
    let word = |part: &Part| part.piece == Piece::Word;
    let first = core.iter().position(word)?;
    let from = (first + 1..core.len()).find(|at| burst.has(core[*at].from, Class::Purpose))?;
    let len = core[from + 1..]
        .iter()
        .take_while(|part| matches!(part.piece, Piece::Word | Piece::Article | Piece::Size))
        .count();
    let named = core[from + 1..=from + len].iter().any(word);
    if !named || len > 5 {
        return None;
    }
    let range = (core[from].from, core[from + len].to);
    core.drain(from..=from + len);
    Some(range)
}

pub(crate) fn parse_core(burst: &Burst<'_>, core: &[Part]) -> Parsed {
    let words = core
        .iter()
        .any(|part| matches!(part.piece, Piece::Word | Piece::Size));
    let numbers = core.iter().filter(|part| part.number().is_some()).count();
    if core
        .iter()
        .any(|part| matches!(part.piece, Piece::Cue(_) | Piece::Odd))
    {
        return if words || numbers > 0 || core.iter().any(|part| part.piece == Piece::Odd) {
            Parsed::Unclear
        } else {
            Parsed::Nothing
        };
    }
    match (words, numbers) {
        (false, 0) => Parsed::Nothing,
        (false, _) => Parsed::Amount(core.to_vec()),
        (true, 0) => item_only(burst, core),
        (true, 1) => single(burst, core),
        (true, _) => several(burst, core),
    }
}

/// The fragment without what stands around a line; none if a request stands in the middle of one.
pub(crate) fn core(burst: &Burst<'_>, fragment: &[Part]) -> Option<Vec<Part>> {
    let speaks = |part: &Part| {
        matches!(
            part.piece,
            Piece::Word | Piece::Number(_) | Piece::Size | Piece::Odd
        )
    };
    let mut from = 0;
    for (at, part) in fragment.iter().enumerate() {
        let asks = part.classes().any(&[Class::Request, Class::Add]);
        if asks && fragment[at + 1..].iter().any(speaks) {
            if fragment[..at].iter().any(|part| part.number().is_some()) {
                return None;
            }
            from = at + 1;
        }
    }
    let mut core: Vec<Part> = fragment[from..]
        .iter()
        .filter(|part| part.piece != Piece::Gap && part.piece != Piece::Separator)
        .filter(|part| !is_padding(part))
        .cloned()
        .collect();
    let around = |part: &Part| {
        matches!(part.piece, Piece::Dash | Piece::Of) || {
            let classes = part.classes();
            classes.any(&AROUND) && !classes.any(&[Class::Not, Class::More, Class::Less])
        }
    };
    let lead = (0..core.len()).take_while(|at| {
        let classes = core[*at].classes();
        // "approve 100 laptops" is no request.
        let yes =
            classes.has(Class::Yes) && core.get(at + 1).is_some_and(|next| next.number().is_some());
        !yes && (around(&core[*at]) || classes.any(&[Class::More, Class::Yes]))
    });
    core.drain(..lead.count());
    // "drop cable 60 m": a command that changed nothing is the first word of the item.
    let named = core.get(1).is_some_and(|part| part.piece == Piece::Word)
        && core.iter().any(|part| part.number().is_some());
    if let Some(first) = core.first_mut().filter(|_| named) {
        let one = first.to - first.from == 1;
        if one && first.classes().has(Class::Modifier) && !first.classes().has(Class::Report) {
            first.piece = Piece::Word;
        }
    }
    while core
        .last()
        .is_some_and(|part| around(part) || part.piece == Piece::Article)
    {
        core.pop();
    }
    each(&mut core);
    link(burst, &mut core);
    Some(core)
}

fn is_padding(part: &Part) -> bool {
    let classes = part.classes();
    classes.any(&PADDING) && !classes.any(&[Class::More, Class::Less, Class::Not])
}

/// "2 bags (25kg each)": said of the content.
fn each(core: &mut Vec<Part>) {
    let numbers = core.iter().filter(|part| part.number().is_some()).count();
    let at = (1..core.len()).find(|at| {
        core[*at].classes().has(Class::Each)
            && core[at - 1]
                .number()
                .is_some_and(|number| number.unit.is_some())
    });
    if let Some(at) = at.filter(|_| numbers == 2) {
        core.remove(at);
    }
}

/// "buckets with lids": a link between words of an item is one of them.
fn link(burst: &Burst<'_>, core: &mut [Part]) {
    for at in 1..core.len().saturating_sub(1) {
        let between = core[at - 1].piece == Piece::Word && core[at + 1].piece == Piece::Word;
        let of = core[at].piece == Piece::Of;
        let cue = matches!(core[at].piece, Piece::Cue(_));
        if cue && core[at + 1].number().is_some() && burst.has(core[at].from, Class::Holding) {
            core[at].piece = Piece::Of;
        }
        if between && (of || burst.has(core[at].from, Class::Link)) {
            core[at].piece = Piece::Word;
        }
    }
}

fn item_only(burst: &Burst<'_>, core: &[Part]) -> Parsed {
    let article = core
        .first()
        .is_some_and(|part| part.piece == Piece::Article);
    let rest = if article { &core[1..] } else { core };
    let Some(mut read) = line(burst, rest, None, None) else {
        return Parsed::Unclear;
    };
    if article {
        let unit = leading_unit(burst, rest);
        let words = if unit.is_some() { &rest[1..] } else { rest };
        let number = Number {
            value: Value::Exact(1000),
            unit,
            glued: Glued::No,
            holder: None,
            change: Change::None,
            end: rest[0].to,
        };
        let from = core[0].from;
        let to = if number.unit.is_some() {
            rest[0].to
        } else {
            core[0].to
        };
        let of = words
            .first()
            .is_some_and(|part| burst.has(part.from, Class::Of));
        let words = if of { &words[1..] } else { words };
        let Some(found) = line(burst, words, Some((&number, from, to)), None) else {
            return Parsed::Unclear;
        };
        read = found;
        return Parsed::Lines(vec![read]);
    }
    Parsed::Item(read)
}

/// "a bag of cement": the unit behind the article.
fn leading_unit(burst: &Burst<'_>, rest: &[Part]) -> Option<UnitWord> {
    let first = rest.first()?;
    let more = rest
        .get(1)
        .is_some_and(|part| matches!(part.piece, Piece::Of | Piece::Word));
    let (unit, len) = burst.lexicon.unit(|n| burst.text(first.from + n))?;
    (more && len == first.to - first.from).then(|| unit.clone())
}

fn single(burst: &Burst<'_>, core: &[Part]) -> Parsed {
    let at = core
        .iter()
        .position(|part| part.number().is_some())
        .expect("one number");
    let number = core[at].number().expect("a number");
    let mut words = core.to_vec();
    words.remove(at);
    let before_is_of = at > 0 && core[at - 1].piece == Piece::Of;
    if number.holder.is_some() || before_is_of {
        // "50kg bags of cement", "boxes of 100 gloves": a package without a count.
        let content = Content {
            number,
            part: &core[at],
            joined: Joined::Yes,
        };
        return line(burst, &words, None, Some(&content)).map_or(Parsed::Unclear, Parsed::Item);
    }
    let is_word = |part: &Part| part.piece == Piece::Word;
    if core[..at].iter().any(is_word) && core[at + 1..].iter().any(is_word) {
        return Parsed::Unclear;
    }
    let quantity = Some((number, core[at].from, core[at].to));
    line(burst, &words, quantity, None).map_or(Parsed::Unclear, |read| Parsed::Lines(vec![read]))
}

/// "3 buckets": the container itself is the item.
pub(crate) fn vessel(burst: &Burst<'_>, parts: &[Part]) -> Option<LineRead> {
    let part = parts.iter().find(|part| part.number().is_some())?;
    let mut number = part.number()?.clone();
    number.unit = None;
    let word = Part {
        piece: Piece::Word,
        from: part.to - 1,
        to: part.to,
    };
    line(
        burst,
        &[word],
        Some((&number, part.from, part.to - 1)),
        None,
    )
}

/// What a number can be when there are several in a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Bare,
    Package,
    Measure,
    /// "50kg bags"
    Held,
}

fn sort(number: &Number) -> Sort {
    match number.unit.as_ref().map(|unit| unit.kind) {
        None => Sort::Bare,
        Some(UnitKind::Count | UnitKind::Package | UnitKind::Bulk) => Sort::Package,
        Some(UnitKind::Measure) if number.holder.is_some() => Sort::Held,
        Some(UnitKind::Measure) => Sort::Measure,
    }
}

fn several(burst: &Burst<'_>, core: &[Part]) -> Parsed {
    if core
        .iter()
        .any(|part| part.piece == Piece::Dash && !burst.tokens[part.from].is(':'))
    {
        let plain = |part: &&Part| part.piece != Piece::Dash || burst.tokens[part.from].is(':');
        return several(
            burst,
            &core.iter().filter(plain).cloned().collect::<Vec<_>>(),
        );
    }
    // "3/8 hose - 15m": a bare fraction beside an amount is a size.
    let is_fraction = |part: &Part| {
        part.number().is_some_and(|number| number.unit.is_none())
            && (part.from..part.to).any(|at| burst.tokens[at].is('/'))
    };
    let numbers = core.iter().filter(|part| part.number().is_some());
    let fractions = numbers.clone().filter(|part| is_fraction(part)).count();
    let may_be_date = core.last().is_some_and(is_fraction) && core[0].number().is_some();
    if fractions == 1 && numbers.count() > 1 {
        if may_be_date {
            return Parsed::Unclear;
        }
        let mut sized = core.to_vec();
        for part in sized.iter_mut().filter(|part| is_fraction(part)) {
            part.piece = Piece::Size;
        }
        return parse_core(burst, &sized);
    }
    let at: Vec<usize> = (0..core.len())
        .filter(|at| core[*at].number().is_some())
        .collect();
    if let Some(lines) = alternating(burst, core, &at) {
        return Parsed::Lines(lines);
    }
    // "20 bags cement 5 kg nails": two names, and numbers that do not pair.
    let runs = core.split(|part| part.number().is_some());
    if runs
        .filter(|run| run.iter().any(|part| part.piece == Piece::Word))
        .count()
        > 1
    {
        return Parsed::Unclear;
    }
    let [a, b] = at[..] else {
        return Parsed::Unclear;
    };
    let (first, second) = (
        core[a].number().expect("a number"),
        core[b].number().expect("a number"),
    );
    let joined = matches!(core[b - 1].piece, Piece::Of | Piece::Open)
        || core[b - 1].piece == Piece::Times && b == a + 2
        || burst.has(core[b - 1].from, Class::Holding);
    let adjacent = b == a + 1 || (joined && b == a + 2);
    let glued = |number: &Number| number.glued == Glued::Yes;
    let counted = |number: &Number| {
        number
            .unit
            .as_ref()
            .is_some_and(|unit| unit.kind == UnitKind::Count)
    };
    // Which is the amount, which the content, and whether that must be asked.
    let (amount, content, ask) = match (sort(first), sort(second)) {
        (Sort::Package, Sort::Bare | Sort::Package | Sort::Measure) if joined => (a, b, false),
        (Sort::Bare, Sort::Held) => (a, b, false),
        (Sort::Held, Sort::Bare) => (b, a, false),
        // "DOT 4 2 litres": only a number in front is surely the amount.
        (Sort::Bare, Sort::Measure) => (a, b, a > 0 && !glued(second)),
        (Sort::Measure, Sort::Bare) if a > 0 || adjacent => (b, a, !adjacent),
        (Sort::Measure, Sort::Bare) => (b, a, true),
        (Sort::Measure, Sort::Package) if glued(first) && counted(second) => (b, a, false),
        (Sort::Package, Sort::Measure) => (a, b, !glued(second) && !adjacent && b + 1 < core.len()),
        (Sort::Measure, Sort::Package) if adjacent => (b, a, !glued(first)),
        (Sort::Package, Sort::Package) if adjacent => (a, b, true),
        (Sort::Package, Sort::Bare) if adjacent => (a, b, true),
        (Sort::Bare, Sort::Bare) if joined && core[b - 1].piece == Piece::Open => (a, b, true),
        _ => return Parsed::Unclear,
    };
    let words: Vec<Part> = core
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != amount && *at != content)
        .map(|(_, part)| part.clone())
        .filter(|part| !matches!(part.piece, Piece::Open | Piece::Close))
        .collect();
    let mut number = core[amount].number().expect("a number").clone();
    let held = core[content].number().expect("a number");
    if number.unit.is_none() {
        number.unit.clone_from(&held.holder);
    }
    let quantity = Some((&number, core[amount].from, core[amount].to));
    let content = Content {
        number: held,
        part: &core[content],
        joined: if joined || held.holder.is_some() {
            Joined::Yes
        } else {
            Joined::No
        },
    };
    let Some(mut read) = line(burst, &words, quantity, Some(&content)) else {
        return Parsed::Unclear;
    };
    if ask {
        let span = burst.span(core[a].from, core[b].to);
        read.doubts.push(doubt(QuestionCode::Pack, span));
    }
    Parsed::Lines(vec![read])
}

fn doubt(code: QuestionCode, span: Span) -> Doubt {
    Doubt {
        code,
        span,
        choices: Vec::new(),
    }
}

/// "cement 20 bags sand 10 bags": items and amounts in turn, all of one form.
fn alternating(burst: &Burst<'_>, core: &[Part], at: &[usize]) -> Option<Vec<LineRead>> {
    let sorts: Vec<Sort> = at
        .iter()
        .map(|at| sort(core[*at].number().expect("a number")))
        .collect();
    let units = sorts.iter().zip(at).all(|(sort, at)| match sort {
        Sort::Package => true,
        Sort::Measure => core[*at]
            .number()
            .is_some_and(|number| number.glued == Glued::No),
        Sort::Bare | Sort::Held => false,
    });
    let bare = sorts.iter().all(|sort| *sort == Sort::Bare);
    if !(units || bare)
        || core
            .iter()
            .any(|part| matches!(part.piece, Piece::Open | Piece::Times))
    {
        return None;
    }
    let number_first = core.first()?.number().is_some();
    let number_last = core.last()?.number().is_some();
    if number_first == number_last {
        return None;
    }
    let bounds: Vec<usize> = if number_first {
        at.iter().copied().chain([core.len()]).collect()
    } else {
        std::iter::once(0)
            .chain(at.iter().map(|at| at + 1))
            .collect()
    };
    let mut lines = Vec::new();
    for pair in bounds.windows(2) {
        let part = &core[pair[0]..pair[1]];
        if !part.iter().any(|part| part.piece == Piece::Word) {
            return None;
        }
        match single(burst, part) {
            Parsed::Lines(mut found) => lines.append(&mut found),
            Parsed::Item(_) | Parsed::Amount(_) | Parsed::Nothing | Parsed::Unclear => return None,
        }
    }
    Some(lines)
}

/// The second number of a line: how much one package holds, or a size.
pub(crate) struct Content<'a> {
    number: &'a Number,
    part: &'a Part,
    joined: Joined,
}

/// "of 100", "(12 bottles)".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    Yes,
    No,
}

impl Content<'_> {
    /// It says what each of this amount holds; else it is a size: "6 cables 10 m", "2 boxes 5 ml".
    fn fills(&self, amount: &Number) -> bool {
        match amount.unit.as_ref().map(|unit| unit.kind) {
            None | Some(UnitKind::Count | UnitKind::Measure) => false,
            Some(UnitKind::Bulk) => true,
            Some(UnitKind::Package) => {
                self.joined == Joined::Yes || sort(self.number) != Sort::Measure
            }
        }
    }
}

/// Makes the line; none if the words are not of the shape of an item.
pub(crate) fn line(
    burst: &Burst<'_>,
    words: &[Part],
    quantity: Option<(&Number, usize, usize)>,
    content: Option<&Content<'_>>,
) -> Option<LineRead> {
    let mut claims = Vec::new();
    let mut item_spans: Vec<Span> = Vec::new();
    let mut spec_spans: Vec<Span> = Vec::new();
    let (mut item, mut spec): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut count = 0;
    let mut last_word = None;
    for part in words {
        match part.piece {
            Piece::Word => {
                // Parts that touch ("v", "-", "belt") are one word.
                let glued = burst.tokens[part.from].glued && last_word == Some(part.from);
                let text = burst.words(part.from, part.to);
                match item.last_mut() {
                    Some(last) if glued => last.push_str(&text),
                    _ => item.push(text),
                }
                last_word = Some(part.to);
                claims.push((part.from, part.to, Use::Item));
                item_spans.push(burst.span(part.from, part.to));
                count += 1;
            }
            Piece::Size => {
                spec.push(burst.words(part.from, part.to));
                claims.push((part.from, part.to, Use::Spec));
                spec_spans.push(burst.span(part.from, part.to));
            }
            Piece::Article
            | Piece::Of
            | Piece::Times
            | Piece::Dash
            | Piece::Open
            | Piece::Close => {
                claims.push((part.from, part.to, Use::Known));
            }
            Piece::Separator | Piece::Gap => {}
            Piece::Number(_) | Piece::Cue(_) | Piece::Odd => return None,
        }
    }
    if count == 0 && is_code(burst, words) {
        // "4 pcs 6205-2RS": the code is the item's name.
        std::mem::swap(&mut item, &mut spec);
        std::mem::swap(&mut item_spans, &mut spec_spans);
        count = 1;
    }
    if count == 0 || count > LONGEST {
        return None;
    }
    let item = item.join(" ");
    let mut doubts = Vec::new();
    let names_it =
        |part: &Part| part.piece == Piece::Word && !burst.has(part.from, Class::Attribute);
    let titled = words.windows(3).any(|three| {
        three[0].piece == Piece::Word
            && burst.tokens[three[1].from].is(':')
            && three[2].piece == Piece::Word
    });
    let only = words.iter().any(|part| part.piece == Piece::Word) && !words.iter().any(names_it);
    let either = words
        .iter()
        .any(|part| part.piece == Piece::Word && burst.tokens[part.from].is('/'));
    // "gate 2" names a gate, or asks for two.
    let place = words
        .iter()
        .filter(|part| part.piece == Piece::Word)
        .count()
        == 1
        && quantity.is_some_and(|(number, from, _)| {
            number.unit.is_none()
                && words.iter().any(|part| {
                    part.to == from
                        && part.piece == Piece::Word
                        && burst.has(part.from, Class::PlaceNoun)
                })
        });
    let long = item.split_whitespace().count() > PLAUSIBLE;
    if long || titled || only || either || place || !burst.lexicon.can_read(&item) {
        doubts.push(doubt(QuestionCode::Item, item_spans[0]));
    }
    let mut pack_read = None;
    if let Some(content) = content {
        let part = content.part;
        claims.push((part.from, part.to, Use::Pack));
        let span = burst.span(part.from, part.to);
        match content.number.value.exact() {
            Some(size) if quantity.is_none_or(|(number, _, _)| content.fills(number)) => {
                let unit = content.number.unit.as_ref();
                let unit = unit.map_or_else(Unit::piece, |unit| unit.unit.clone());
                let size = Quantity::new(size, unit);
                pack_read = Some(Pack { size, span });
            }
            Some(_) => {
                spec.push(burst.words(part.from, part.to));
                spec_spans.push(span);
            }
            None => doubts.push(doubt(QuestionCode::Pack, span)),
        }
    }
    let named = |part: &&Part| matches!(part.piece, Piece::Word);
    let head = words
        .iter()
        .rev()
        .find(named)
        .or_else(|| words.iter().find(|part| part.piece == Piece::Size))?;
    let uncountable = burst.has(head.to - 1, Class::Uncountable);
    let (amount, quantity_span, unit_from) =
        amount(burst, quantity, uncountable, &mut doubts, &mut claims);
    let mut span = item_spans[0];
    for other in item_spans.iter().chain(&spec_spans).chain(&quantity_span) {
        span = span.to(*other);
    }
    if let Some(content) = content {
        span = span.to(burst.span(content.part.from, content.part.to));
    }
    if quantity.is_none() {
        doubts.insert(0, doubt(QuestionCode::Quantity, span));
    }
    Some(LineRead {
        line: Line {
            item,
            item_spans,
            spec: (!spec.is_empty()).then(|| spec.join(" ")),
            spec_spans,
            quantity: amount,
            quantity_span,
            unit_from,
            pack: pack_read,
            note: None,
            span,
        },
        doubts,
        claims,
        change: quantity.map_or(Change::None, |(number, _, _)| number.change),
    })
}

/// The only name is one code.
fn is_code(burst: &Burst<'_>, words: &[Part]) -> bool {
    let mut sizes = words.iter().filter(|part| part.piece == Piece::Size);
    let (Some(size), None) = (sizes.next(), sizes.next()) else {
        return false;
    };
    size.to - size.from == 1 && burst.tokens[size.from].kind == Kind::Code
}

fn amount(
    burst: &Burst<'_>,
    quantity: Option<(&Number, usize, usize)>,
    uncountable: bool,
    doubts: &mut Vec<Doubt>,
    claims: &mut Vec<(usize, usize, Use)>,
) -> (Option<Quantity>, Option<Span>, UnitFrom) {
    let Some((number, from, to)) = quantity else {
        return (None, None, UnitFrom::Missing);
    };
    let span = burst.span(from, to);
    claims.push((from, to, Use::Quantity));
    let unit_from = match (&number.unit, uncountable) {
        (Some(_), _) => UnitFrom::Said,
        (None, false) => UnitFrom::Counted,
        (None, true) => UnitFrom::Missing,
    };
    if unit_from == UnitFrom::Missing && number.value.exact().is_some() {
        doubts.push(doubt(QuestionCode::Unit, span));
    }
    let unit = number
        .unit
        .as_ref()
        .map_or_else(Unit::piece, |unit| unit.unit.clone());
    let counted = number
        .unit
        .as_ref()
        .is_none_or(|unit| unit.kind == UnitKind::Count);
    let quantity = match &number.value {
        Value::Exact(value) if counted && value % 1000 != 0 && unit_from != UnitFrom::Missing => {
            doubts.push(Doubt {
                code: QuestionCode::Quantity,
                span,
                choices: Vec::new(),
            });
            None
        }
        Value::Exact(value) => Some(Quantity::new(*value, unit)),
        Value::Unclear { why, choices } => {
            let code = match why {
                Why::Format => QuestionCode::NumberFormat,
                Why::Vague | Why::Size | Why::Range | Why::Words => QuestionCode::Quantity,
            };
            doubts.push(Doubt {
                code,
                span,
                choices: choices.clone(),
            });
            None
        }
    };
    (quantity, Some(span), unit_from)
}
