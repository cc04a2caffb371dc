//! One line from its words, its amount and its content.

use super::alone::made_of;
use super::burst::Burst;
use super::lexicon::{Class, Habit, UnitKind, UnitWord};
use super::lines::{Doubt, LineRead};
use super::number::{Value, Why};
use super::piece::{Change, Number, Part, Piece};
use super::place_words::is_capital;
use super::reading::{Line, Pack, QuestionCode, Span, UnitFrom, Use};
use super::several::{Sort, doubt, sort};
use super::token::Kind;
use crate::domain::quantity::{Quantity, Unit};

/// Longest name of an item, in words.
pub(crate) const LONGEST: usize = 9;

/// A longer name than this is asked about: it may hold more than the item.
pub(crate) const PLAUSIBLE: usize = 4;

/// The second number of a line: how much one package holds, or a size.
pub(crate) struct Content<'a> {
    pub(crate) number: &'a Number,
    pub(crate) part: &'a Part,
    pub(crate) joined: Joined,
}

/// "of 100", "(12 bottles)".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    /// "2 rolls of wire of 16": the item stands between, and the number has no unit.
    Apart,
    Yes,
    No,
}

impl Content<'_> {
    /// It says what each of this amount holds; else it is a size: "6 cables 10 m", "2 boxes 5 ml".
    fn fills(&self, amount: &Number) -> bool {
        match amount.unit.as_ref().map(|unit| unit.kind) {
            None | Some(UnitKind::Count | UnitKind::Measure | UnitKind::Unclear) => false,
            Some(UnitKind::Bulk) => self.joined != Joined::Apart,
            Some(UnitKind::Package) => {
                self.joined == Joined::Yes || sort(self.number) != Sort::Measure
            }
        }
    }
}

/// Names and sizes of a line, as written.
#[derive(Default)]
struct Named {
    item: Vec<String>,
    item_spans: Vec<Span>,
    spec: Vec<String>,
    spec_spans: Vec<Span>,
    claims: Vec<(usize, usize, Use)>,
}

/// Collects the words; none if one of them cannot stand in a line.
fn named(burst: &Burst<'_>, words: &[Part]) -> Option<Named> {
    let mut named = Named::default();
    let mut last_word = None;
    for part in words {
        let with = match part.piece {
            Piece::Word => {
                // Parts that touch ("v", "-", "belt") are one word.
                let glued = burst.tokens[part.from].glued && last_word == Some(part.from);
                let text = burst.words(part.from, part.to);
                match named.item.last_mut() {
                    Some(last) if glued => last.push_str(&text),
                    _ => named.item.push(text),
                }
                last_word = Some(part.to);
                named.item_spans.push(burst.span(part.from, part.to));
                Use::Item
            }
            Piece::Size => {
                named.spec.push(burst.words(part.from, part.to));
                named.spec_spans.push(burst.span(part.from, part.to));
                Use::Spec
            }
            Piece::Article
            | Piece::Of
            | Piece::Times
            | Piece::Dash
            | Piece::Open
            | Piece::Close => Use::Known,
            Piece::Separator | Piece::Gap => continue,
            Piece::Number(_) | Piece::Cue(_) | Piece::Odd => return None,
        };
        named.claims.push((part.from, part.to, with));
    }
    if named.item.is_empty() && is_code(burst, words) {
        // "4 pcs 6205-2RS": the code is the item's name.
        std::mem::swap(&mut named.item, &mut named.spec);
        std::mem::swap(&mut named.item_spans, &mut named.spec_spans);
    }
    let count = named.item_spans.len();
    (1..=LONGEST).contains(&count).then_some(named)
}

/// The name may be none, or that of something else.
fn is_doubtful(
    burst: &Burst<'_>,
    words: &[Part],
    item: &str,
    quantity: Option<Amount<'_>>,
) -> bool {
    let is_word = |part: &Part| part.piece == Piece::Word;
    let said: Vec<&Part> = words.iter().filter(|part| is_word(part)).collect();
    let only_attributes = !said.is_empty()
        && said
            .iter()
            .all(|part| burst.has(part.from, Class::Attribute));
    let titled = words.windows(3).any(|three| {
        is_word(&three[0]) && burst.tokens[three[1].from].is(':') && is_word(&three[2])
    });
    // "H/wire" is one thing, "gravel/sand" may be either.
    let either = said.iter().enumerate().any(|(at, part)| {
        let letter = at > 0 && burst.words(said[at - 1].from, said[at - 1].to).len() == 1;
        burst.tokens[part.from].is('/') && !letter
    });
    // "gate 2" names a gate, or asks for two.
    let place = match (&said[..], quantity) {
        ([one], Some((number, from, _))) => {
            number.unit.is_none() && one.to == from && burst.has(one.from, Class::PlaceNoun)
        }
        // "لفرع جدة ١٠ كراتين ورق وفرع الدمام ٥"
        ([first, ..], Some(_)) => {
            let elsewhere = (0..burst.tokens.len()).any(|at| burst.used(at) == Some(Use::Place));
            let capital = |part: &&Part| {
                let written = burst.words(part.from, part.to);
                written.starts_with(char::is_uppercase) && burst.single(part.from).is_empty()
            };
            let noun = burst.has(first.from, Class::PlaceNoun);
            // "Shule ya Mbezi viti 20", "kwa ofisi ya Arusha reams 10 na ya Moshi reams 5"
            let named = noun && said.iter().any(capital);
            let of = first.from > 0
                && burst.single(first.from - 1).has(Class::Of)
                && capital(first)
                && quantity.is_some_and(|(_, from, _)| from > first.from);
            burst.lexicon.has(Habit::UnitFirst) && (elsewhere && (noun || of) || named)
        }
        _ => false,
    };
    let long = item.split_whitespace().count() > PLAUSIBLE;
    // "packet 50" names nothing.
    let only_unit = burst.lexicon.asks_anywhere()
        && <[&Part; 1]>::try_from(said.as_slice()).is_ok_and(|[part]| {
            let unit = burst.lexicon.unit(|n| burst.text(part.from + n));
            unit.is_some_and(|(_, len)| len == part.to - part.from)
                && !burst.entry(part.from).0.any(&[
                    Class::Vessel,
                    Class::NamedUnit,
                    Class::Compound,
                ])
        });
    // "cemento a Jinotega"
    let sent = said.windows(3).any(|three| {
        let [before, lead, name] = three else {
            return false;
        };
        burst.single(lead.from).has(Class::PlaceLead)
            && is_capital(burst, name.from)
            && !is_capital(burst, before.from)
    });
    only_unit
        || sent
        || two_things(burst, &said)
        || long
        || titled
        || only_attributes
        || either
        || place
        || !burst.lexicon.can_read(item)
}

/// "10 pens pencils": in the name of one thing only the last noun is in the plural.
fn two_things(burst: &Burst<'_>, said: &[&Part]) -> bool {
    let lexicon = burst.lexicon;
    let [.., first, second] = said else {
        return false;
    };
    if lexicon.has(Habit::HeadFirst) || lexicon.asks_anywhere() {
        return false;
    }
    let plural = |part: &Part| {
        let word = burst.text(part.to - 1).unwrap_or("");
        let single = ["ss", "us", "is", "as", "os", "ies"];
        word.len() > 3 && word.ends_with('s') && !single.iter().any(|end| word.ends_with(end))
    };
    let named = |part: &Part| {
        let (classes, len) = burst.entry(part.from);
        len == 1 && !classes.any(&[Class::Attribute, Class::Modifier, Class::Uncountable])
    };
    plural(first) && plural(second) && named(first) && named(second) && first.to == second.from
}

/// The number of a line with its tokens `from..to`.
pub(crate) type Amount<'a> = (&'a Number, usize, usize);

/// Makes the line; none if the words are not of the shape of an item.
pub(crate) fn line(
    burst: &Burst<'_>,
    words: &[Part],
    quantity: Option<Amount<'_>>,
    content: Option<&Content<'_>>,
) -> Option<LineRead> {
    if let Some(read) = quantity.and_then(|amount| made_of(burst, words, amount)) {
        return Some(read);
    }
    let mut named = named(burst, words)?;
    let item = named.item.join(" ");
    let mut doubts = Vec::new();
    if is_doubtful(burst, words, &item, quantity) {
        doubts.push(doubt(QuestionCode::Item, named.item_spans[0]));
    }
    let pack = content.and_then(|content| {
        let (from, to) = (content.part.from, content.part.to);
        named.claims.push((from, to, Use::Pack));
        let span = burst.span(from, to);
        let Some(size) = content.number.value.exact() else {
            doubts.push(doubt(QuestionCode::Pack, span));
            return None;
        };
        if quantity.is_some_and(|(number, _, _)| !content.fills(number)) {
            named.spec.push(burst.words(from, to));
            named.spec_spans.push(span);
            // "6 extensões de 10 m": a size that is also what each holds.
            let each = content.joined == Joined::Yes && content.number.unit.is_some();
            if !each || !burst.lexicon.has(Habit::HeadFirst) {
                return None;
            }
        }
        let unit = content.number.unit.as_ref();
        let unit = unit.map_or_else(Unit::piece, |unit| unit.unit.clone());
        Some(Pack {
            size: Quantity::new(size, unit),
            span,
        })
    });
    // "paint ke dibbe": what is counted may be the unit.
    if let Some((number, from, to)) = quantity
        && number.unit.is_none()
        && burst.lexicon.has(Habit::VerbLast)
        && ends_in_unit(burst, words)
    {
        doubts.push(doubt(QuestionCode::Unit, burst.span(from, to)));
    }
    let countable = if burst.has(head(burst, words)?, Class::Uncountable) {
        Countable::No
    } else {
        Countable::Yes
    };
    let (amount, quantity_span, unit_from) =
        amount(burst, quantity, countable, &mut doubts, &mut named.claims);
    let mut span = named.item_spans[0];
    for other in named
        .item_spans
        .iter()
        .chain(&named.spec_spans)
        .chain(&quantity_span)
    {
        span = span.to(*other);
    }
    if let Some(content) = content {
        span = span.to(burst.span(content.part.from, content.part.to));
    }
    if quantity.is_none() {
        doubts.insert(0, doubt(QuestionCode::Quantity, span));
    }
    let spec = (!named.spec.is_empty()).then(|| named.spec.join(" "));
    Some(LineRead {
        line: Line {
            item,
            item_spans: named.item_spans,
            spec,
            spec_spans: named.spec_spans,
            quantity: amount,
            quantity_span,
            unit_from,
            pack,
            note: None,
            span,
        },
        doubts,
        claims: named.claims,
        change: quantity.map_or(Change::None, |(number, _, _)| number.change),
    })
}

/// The token of the noun of an item's name.
pub(crate) fn head(burst: &Burst<'_>, words: &[Part]) -> Option<usize> {
    let named = |part: &&Part| part.piece == Piece::Word;
    // "misumari ya mabati": what stands before the first "of" is the thing.
    let end = words
        .iter()
        .position(|part| part.piece == Piece::Word && burst.has(part.from, Class::Of))
        .filter(|_| burst.lexicon.asks_anywhere())
        .unwrap_or(words.len());
    let first = burst.lexicon.has(Habit::HeadFirst);
    let of = |words: &[Part]| {
        let mut found = words.iter().filter(named);
        if first {
            found.next().map(|part| part.from)
        } else {
            found.next_back().map(|part| part.to - 1)
        }
    };
    let size = || {
        let mut sizes = words.iter().filter(|part| part.piece == Piece::Size);
        if first {
            sizes.next().map(|part| part.from)
        } else {
            sizes.next_back().map(|part| part.to - 1)
        }
    };
    of(&words[..end]).or_else(|| of(words)).or_else(size)
}

/// Of several words the last is a unit that holds things.
fn ends_in_unit(burst: &Burst<'_>, words: &[Part]) -> bool {
    let mut named = words.iter().filter(|part| part.piece == Piece::Word);
    let (Some(last), Some(before)) = (named.next_back(), named.next_back()) else {
        return false;
    };
    if !burst.has(before.from, Class::Genitive) {
        return false;
    }
    let unit = burst.lexicon.unit(|n| burst.text(last.from + n));
    unit.is_some_and(|(unit, _)| unit.kind.holds()) && !burst.has(last.from, Class::Vessel)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Countable {
    Yes,
    No,
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
    countable: Countable,
    doubts: &mut Vec<Doubt>,
    claims: &mut Vec<(usize, usize, Use)>,
) -> (Option<Quantity>, Option<Span>, UnitFrom) {
    let Some((number, from, to)) = quantity else {
        return (None, None, UnitFrom::Missing);
    };
    let span = burst.span(from, to);
    claims.push((from, to, Use::Quantity));
    let unclear = |unit: &UnitWord| unit.kind == UnitKind::Unclear;
    let unit_from = match (&number.unit, countable) {
        (Some(unit), _) if unclear(unit) => UnitFrom::Missing,
        (Some(_), _) => UnitFrom::Said,
        (None, Countable::Yes) => UnitFrom::Counted,
        (None, Countable::No) => UnitFrom::Missing,
    };
    if unit_from == UnitFrom::Missing && number.value.exact().is_some() {
        doubts.push(doubt(QuestionCode::Unit, span));
    }
    let unit = number
        .unit
        .as_ref()
        .map_or_else(Unit::piece, |unit| unit.unit.clone());
    let odd = |value: i64| match number.unit.as_ref().map(|unit| unit.kind) {
        None | Some(UnitKind::Count) => value % 1000 != 0,
        // Half a bag is said, a fifth of one is a slip.
        Some(UnitKind::Package | UnitKind::Bulk) => value % 250 != 0,
        Some(UnitKind::Measure | UnitKind::Unclear) => false,
    };
    let quantity = match &number.value {
        Value::Exact(value) if odd(*value) && unit_from != UnitFrom::Missing => {
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
