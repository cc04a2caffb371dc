//! A sentence in pieces: numbers with their units, sizes, words of items, and the words between them.

use super::burst::{Burst, Sentence};
use super::lexicon::{Class, Classes, UnitKind, UnitWord};
use super::number::{NumberRead, Value, Why, number_at};
use super::reading::Use;
use super::token::Kind;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) value: Value,
    pub(crate) unit: Option<UnitWord>,
    /// Written on the unit: "50kg".
    pub(crate) glued: Glued,
    /// "50kg bags": the package that the measure belongs to.
    pub(crate) holder: Option<UnitWord>,
    pub(crate) change: Change,
    /// The last token of number and unit, and where the unit ends.
    pub(crate) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glued {
    Yes,
    No,
}

/// "3 more", "3 fewer".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    More,
    Less,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Number(Number),
    /// "2.5mm", "M12", "3 phase", "12mm x 6m".
    Size,
    Word,
    Cue(Classes),
    Article,
    Of,
    Times,
    Dash,
    Open,
    Close,
    /// A comma or "and".
    Separator,
    /// A token that cannot be read here.
    Odd,
    /// Used already: a date, a place, a bullet, a picture.
    Gap,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) piece: Piece,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Part {
    pub(crate) fn classes(&self) -> Classes {
        match &self.piece {
            Piece::Cue(classes) => *classes,
            Piece::Number(_)
            | Piece::Size
            | Piece::Word
            | Piece::Article
            | Piece::Of
            | Piece::Times
            | Piece::Dash
            | Piece::Open
            | Piece::Close
            | Piece::Separator
            | Piece::Odd
            | Piece::Gap => Classes::default(),
        }
    }

    pub(crate) fn number(&self) -> Option<&Number> {
        match &self.piece {
            Piece::Number(number) => Some(number),
            Piece::Size
            | Piece::Word
            | Piece::Cue(_)
            | Piece::Article
            | Piece::Of
            | Piece::Times
            | Piece::Dash
            | Piece::Open
            | Piece::Close
            | Piece::Separator
            | Piece::Odd
            | Piece::Gap => None,
        }
    }
}

/// Classes that do not keep a word from being part of an item's name.
const NOUNS: [Class; 11] = [
    Class::Attribute,
    Class::Vessel,
    Class::PlaceNoun,
    Class::SpecHead,
    Class::SpecNoun,
    Class::Uncountable,
    Class::Compound,
    Class::Reference,
    Class::ReferenceShort,
    Class::Modifier,
    Class::Abbreviation,
];

pub(crate) fn pieces(burst: &mut Burst<'_>, sentence: Sentence) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut at = sentence.from;
    while at < sentence.to {
        let (piece, len) = piece(burst, at, &parts);
        let to = (at + len.max(1)).min(sentence.to.max(at + 1));
        parts.push(Part {
            piece,
            from: at,
            to,
        });
        at = to;
    }
    soften(burst, &mut parts);
    introduce(burst, &mut parts);
    parts
}

fn piece(burst: &mut Burst<'_>, at: usize, before: &[Part]) -> (Piece, usize) {
    if burst.used(at).is_some() {
        return (Piece::Gap, 1);
    }
    if let Some(len) = reference(burst, at) {
        burst.claim(at, at + len, Use::Reference);
        return (Piece::Gap, len);
    }
    let (classes, len) = burst.entry(at);
    if len > 1 && classes.has(Class::Compound) {
        return (Piece::Word, len);
    }
    let roughly = matches!(burst.tokens[at].kind, Kind::Mark('~' | '<' | '>'));
    if roughly || classes.any(&[Class::Vague, Class::About]) {
        return vague(burst, at, classes, len);
    }
    if len > 1 && classes.has(Class::Filler) {
        burst.claim(at, at + len, Use::Known);
        return (Piece::Cue(classes), len);
    }
    if let Some(len) = headed_size(burst, at) {
        return (Piece::Size, len);
    }
    if burst.tokens[at].kind == Kind::Number && is_telephone(burst, at) {
        burst.claim(at, at + 1, Use::Reference);
        return (Piece::Gap, 1);
    }
    let letters = burst.tokens[at].kind == Kind::Word;
    if (len == 1 || !letters)
        && let Some(read) = read_number(burst, at)
    {
        return number(burst, at, read);
    }
    if len > 1 && !classes.any(&NOUNS) {
        let and = classes.has(Class::And) && !classes.has(Class::Add);
        return (
            if and {
                Piece::Separator
            } else {
                Piece::Cue(classes)
            },
            len,
        );
    }
    let token = &burst.tokens[at];
    let after_hyphen = before.last().is_some_and(|part| {
        part.piece == Piece::Word && token.glued && burst.tokens[part.to - 1].is('-')
    });
    match token.kind {
        Kind::Code => {
            let end = times(burst, at + 1).map_or(at + 1, |(_, end)| end);
            (
                Piece::Size,
                size_unit(burst, end).map_or(end, |len| end + len) - at,
            )
        }
        Kind::Symbol if !classes.is_empty() => (Piece::Cue(classes), 1),
        Kind::Symbol | Kind::Break => (Piece::Gap, 1),
        Kind::Mark(mark) => mark_piece(burst, at, mark, before),
        Kind::Word if after_hyphen || is_abbreviation(burst, at) => (Piece::Word, 1),
        Kind::Word => (word(burst, at, classes), 1),
        Kind::Number => (Piece::Odd, 1),
    }
}

/// Nine digits or more, and no unit: nobody orders that many.
fn is_telephone(burst: &Burst<'_>, at: usize) -> bool {
    let text = &burst.tokens[at].text;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (9..=15).contains(&text.len())
        && digits
        && burst.lexicon.unit(|n| burst.text(at + 1 + n)).is_none()
}

fn word(burst: &Burst<'_>, at: usize, classes: Classes) -> Piece {
    let next_number = burst
        .tokens
        .get(at + 1)
        .is_some_and(|token| token.kind == Kind::Number);
    if classes.has(Class::Times)
        && (next_number || at > 0 && burst.tokens[at - 1].kind == Kind::Number)
    {
        return Piece::Times;
    }
    if classes.has(Class::Of) {
        return Piece::Of;
    }
    if classes.has(Class::Article) {
        return Piece::Article;
    }
    if classes.has(Class::And) && !classes.has(Class::Add) {
        return Piece::Separator;
    }
    if classes.is_empty() || classes.is_within(&NOUNS) {
        return Piece::Word;
    }
    Piece::Cue(classes)
}

/// "CAN 6 bags": capitals before an amount, where the rest is in small letters, are a name.
fn is_abbreviation(burst: &Burst<'_>, at: usize) -> bool {
    let written = burst.words(at, at + 1);
    let capitals = written.chars().count() >= 2 && written.chars().all(char::is_uppercase);
    let message = burst.tokens[at].span.message;
    let small = burst.messages[message].text.chars().any(char::is_lowercase);
    let amount = burst
        .tokens
        .get(at + 1)
        .is_some_and(|next| next.kind == Kind::Number);
    capitals && small && amount
}

fn mark_piece(burst: &Burst<'_>, at: usize, mark: char, before: &[Part]) -> (Piece, usize) {
    let next = burst.tokens.get(at + 1);
    let inside = burst.tokens[at].glued && next.is_some_and(|next| next.glued);
    let after_word = before.last().is_some_and(|part| part.piece == Piece::Word);
    let next_number = next.is_some_and(|next| next.kind == Kind::Number);
    let piece = match mark {
        ',' | '+' | '&' => Piece::Separator,
        '.' if next_number => Piece::Separator,
        '(' | '[' | '{' => Piece::Open,
        ')' | ']' | '}' => Piece::Close,
        '-' | '/' | '\'' | '.' if inside && after_word && !next_number => Piece::Word,
        '-' | ':' | '=' | '|' | '\t' => Piece::Dash,
        '*' if next_number => Piece::Times,
        _ => Piece::Gap,
    };
    (piece, 1)
}

fn read_number(burst: &Burst<'_>, at: usize) -> Option<NumberRead> {
    let read = number_at(
        &burst.tokens,
        at,
        burst.lexicon,
        burst.setting.number_format,
    )?;
    burst.is_free(at, at + read.len).then_some(read)
}

/// "a few bags", "about 20 bags": a number that is not said.
fn vague(burst: &Burst<'_>, at: usize, classes: Classes, len: usize) -> (Piece, usize) {
    let mut behind = at + len;
    behind += usize::from(
        burst
            .tokens
            .get(behind)
            .is_some_and(|token| token.is('.') && token.glued),
    );
    let mut choices = Vec::new();
    if let Some(read) = read_number(burst, behind) {
        choices.extend(read.value.exact().map(crate::domain::quantity::number));
        behind += read.len;
    } else if !classes.has(Class::Vague) {
        let piece = if classes.is_empty() {
            Piece::Gap
        } else {
            Piece::Cue(classes)
        };
        return (piece, len);
    }
    let value = Value::Unclear {
        why: Why::Vague,
        choices,
    };
    let read = NumberRead {
        value,
        len: behind - at,
    };
    let (piece, len) = number(burst, at, read);
    // "more than 5mm" is no amount.
    (
        if piece == Piece::Size {
            Piece::Odd
        } else {
            piece
        },
        len,
    )
}

fn number(burst: &Burst<'_>, at: usize, read: NumberRead) -> (Piece, usize) {
    let mut behind = said_twice(burst, at + read.len, &read.value);
    if let Some(end) = size_end(burst, at, behind) {
        return (Piece::Size, end - at);
    }
    // "195/65R15"
    let bar = burst
        .tokens
        .get(behind)
        .is_some_and(|token| token.is('/') && token.glued);
    if bar
        && burst
            .tokens
            .get(behind + 1)
            .is_some_and(|token| token.kind == Kind::Code && token.glued)
    {
        return (Piece::Size, behind + 2 - at);
    }
    let price = |at: usize| {
        burst
            .tokens
            .get(at)
            .is_some_and(|token| token.is('/') && token.glued)
            && burst
                .tokens
                .get(at + 1)
                .is_some_and(|token| token.is('=') || token.is('-'))
    };
    if price(behind) || ordinal(burst, behind) {
        return (Piece::Odd, read.len);
    }
    let mut change = Change::None;
    let classes = burst.entry(behind);
    if classes.0.any(&[Class::More, Class::Less]) {
        change = if classes.0.has(Class::More) {
            Change::More
        } else {
            Change::Less
        };
        behind += classes.1;
    }
    let mut value = read.value;
    if burst
        .tokens
        .get(behind)
        .is_some_and(|token| token.is('+') && token.glued)
        && !burst
            .tokens
            .get(behind + 1)
            .is_some_and(|token| token.glued)
    {
        // "10+ bags"
        value = Value::unclear(Why::Vague);
        behind += 1;
    }
    let glued = burst.tokens.get(behind).is_some_and(|token| token.glued);
    let run_on = glued && burst.tokens[behind].kind == Kind::Word;
    let point = burst
        .tokens
        .get(behind + 1)
        .is_some_and(|token| token.is('.') && token.glued);
    let (unit, behind) = if (run_on || point) && burst.has(behind, Class::SpecNumber) {
        (Some(counted()), behind + 1 + usize::from(point))
    } else {
        unit(burst, behind)
    };
    if run_on && unit.is_none() && !burst.has(behind, Class::Times) {
        // "42.5N", "256SSD" are types; of "2k bricks" nobody knows what it is.
        let letters = burst.words(behind, behind + 1);
        let decimal = burst.tokens[at].text.contains('.');
        let capitals =
            letters.chars().all(char::is_uppercase) && (decimal || letters.chars().count() > 1);
        return (
            if capitals { Piece::Size } else { Piece::Odd },
            behind + 1 - at,
        );
    }
    let mut holder = None;
    let mut end = behind;
    if unit
        .as_ref()
        .is_some_and(|unit| unit.kind == UnitKind::Measure)
    {
        let (next, after) = self::unit(burst, behind);
        if next.as_ref().is_some_and(|next| next.kind.holds()) {
            holder = next;
            end = after;
        }
    }
    let piece = Piece::Number(Number {
        value,
        unit,
        glued: if glued { Glued::Yes } else { Glued::No },
        holder,
        change,
        end,
    });
    (piece, end - at)
}

/// "ten (10)": the token behind a repetition in brackets.
fn said_twice(burst: &Burst<'_>, behind: usize, value: &Value) -> usize {
    if !burst.tokens.get(behind).is_some_and(|token| token.is('(')) {
        return behind;
    }
    let again = read_number(burst, behind + 1)
        .filter(|again| again.value == *value && value.exact().is_some());
    let end = again.map_or(behind, |again| behind + 1 + again.len);
    if end > behind && burst.tokens.get(end).is_some_and(|token| token.is(')')) {
        end + 1
    } else {
        behind
    }
}

fn counted() -> UnitWord {
    UnitWord {
        unit: crate::domain::quantity::Unit::piece(),
        kind: UnitKind::Count,
    }
}

fn ordinal(burst: &Burst<'_>, at: usize) -> bool {
    let found = burst.lexicon.calendar(|n| burst.text(at + n));
    burst.tokens.get(at).is_some_and(|token| token.glued)
        && found.is_some_and(|(found, _)| found.contains(&super::lexicon::Calendar::Ordinal))
}

/// The unit that starts at a token, and the token behind it.
fn unit(burst: &Burst<'_>, at: usize) -> (Option<UnitWord>, usize) {
    let (classes, len) = burst.entry(at);
    if len > 1 && classes.has(Class::Compound) {
        return (None, at);
    }
    let Some((unit, len)) = burst.lexicon.unit(|n| burst.text(at + n)) else {
        return (None, at);
    };
    let hyphen = burst
        .tokens
        .get(at + len)
        .is_some_and(|token| token.is('-') && token.glued)
        && burst
            .tokens
            .get(at + len + 1)
            .is_some_and(|token| token.glued);
    if hyphen || !burst.is_free(at, at + len) {
        return (None, at);
    }
    let point = burst
        .tokens
        .get(at + len)
        .is_some_and(|token| token.is('.') && token.glued);
    (
        Some(unit.clone()),
        at + len + usize::from(point && at + len + 1 < burst.tokens.len()),
    )
}

/// The end of a size whose first number ends at `behind`.
fn size_end(burst: &Burst<'_>, at: usize, behind: usize) -> Option<usize> {
    let glued = burst.tokens.get(behind).is_some_and(|token| token.glued);
    let text = |n: usize| burst.text(behind + n);
    let mark = |at: usize, mark: char| {
        burst
            .tokens
            .get(at)
            .is_some_and(|token| token.is(mark) && token.glued)
    };
    // "3-core", "5-litre"
    if mark(behind, '-') {
        let word = burst
            .tokens
            .get(behind + 1)
            .filter(|token| token.glued && token.kind == Kind::Word)?;
        let package = burst
            .lexicon
            .unit(|n| (n == 0).then_some(word.text.as_str()));
        let package = package.is_some_and(|(unit, _)| unit.kind != UnitKind::Measure);
        return (!package).then_some(behind + 2);
    }
    let mut end = if mark(behind, '"') || mark(behind, '%') {
        Some(behind + 1)
    } else if let Some(len) = burst.lexicon.size(text) {
        Some(behind + len)
    } else if glued && let Some(len) = burst.lexicon.glued_size(text) {
        // "2x" may be a count, "3w" not.
        (!burst.has(behind, Class::Times)).then_some(behind + len)
    } else if burst.has(behind, Class::SpecNoun) {
        Some(behind + burst.entry(behind).1)
    } else {
        None
    };
    // "12mm x 6m", "12x6": every further number belongs to it.
    let mut here = end.unwrap_or(behind);
    let length = burst.lexicon.unit(|n| burst.text(behind + n));
    let measured = end.is_some() || glued && length.is_some_and(|(unit, _)| is_length(unit));
    if end.is_none() && measured {
        here = behind + length.map_or(0, |(_, len)| len);
    }
    while let Some((next, next_behind)) = times(burst, here) {
        let plain = burst.tokens.get(here).is_some_and(|token| token.glued)
            && burst.tokens.get(next).is_some_and(|token| token.glued);
        let unit = burst.lexicon.unit(|n| burst.text(next_behind + n));
        let sized = size_unit(burst, next_behind);
        let dimension = sized.is_some() || unit.is_some_and(|(unit, _)| is_length(unit));
        let bare = unit.is_none() && sized.is_none();
        let fits = (measured && (dimension || bare)) || (plain && (bare || sized.is_some()));
        if !fits && !(end.is_some() && dimension) {
            break;
        }
        here = next_behind + sized.or(unit.map(|(_, len)| len)).unwrap_or(0);
        end = Some(here);
    }
    end.filter(|end| *end > at)
}

fn is_length(unit: &UnitWord) -> bool {
    matches!(unit.unit.code(), "MTR" | "FOT" | "YRD")
}

fn size_unit(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let token = burst.tokens.get(at)?;
    if token.is('"') {
        return Some(1);
    }
    let text = |n: usize| burst.text(at + n);
    burst.lexicon.size(text).or_else(|| {
        if token.glued {
            burst.lexicon.glued_size(text)
        } else {
            None
        }
    })
}

/// "x 6": the token of the number behind a times sign, and the token behind it.
fn times(burst: &Burst<'_>, at: usize) -> Option<(usize, usize)> {
    if !burst.has(at, Class::Times) {
        return None;
    }
    let read = read_number(burst, at + 1)?;
    Some((at + 1, at + 1 + read.len))
}

/// "size 42", "grade 8.8", "#8", "class B".
fn headed_size(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let token = burst.tokens.get(at)?;
    let numbered = burst.has(at, Class::SpecNumber)
        && burst
            .tokens
            .get(at + 1)
            .is_some_and(|next| next.is('.') && next.glued);
    let head = burst.has(at, Class::SpecHead) || token.is('#') || numbered;
    if !head {
        return None;
    }
    let mut next = at + 1;
    if burst
        .tokens
        .get(next)
        .is_some_and(|token| token.is('.') || token.is(':'))
    {
        next += 1;
    }
    let value = burst.tokens.get(next)?;
    let fits = match value.kind {
        Kind::Number => burst.lexicon.unit(|n| burst.text(next + 1 + n)).is_none(),
        Kind::Code => token.is('#'),
        Kind::Word => {
            burst.has(at, Class::SpecHead)
                && (value.text.chars().count() == 1
                    || matches!(value.text.as_str(), "xl" | "xxl" | "xs"))
        }
        Kind::Mark(_) | Kind::Break | Kind::Symbol => false,
    };
    let free = burst.is_free(at, next + 1);
    if !fits || !free {
        return None;
    }
    let end = next + 1;
    Some(size_end(burst, next, end).map_or(end, |end| end) - at)
}

/// "PO number 99999", "ref: 4500123", "ksh 650": the tokens that it takes.
fn reference(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let (classes, len) = burst.entry(at);
    let short = classes.has(Class::ReferenceShort);
    let money = classes.has(Class::Currency);
    if !short && !money && !classes.has(Class::Reference) {
        return None;
    }
    let mut next = at + len;
    for _ in 0..2 {
        let mark = burst.tokens.get(next)?;
        let joins = matches!(mark.kind, Kind::Mark(':' | '#' | '.' | '-' | '+'));
        if joins
            || burst
                .entry(next)
                .0
                .any(&[Class::Abbreviation, Class::SpecNumber, Class::Currency])
        {
            next += 1;
        }
    }
    let value = burst.tokens.get(next)?;
    let long = value.text.chars().filter(char::is_ascii_digit).count() >= 4;
    let fits = match value.kind {
        Kind::Number => long || money || short,
        Kind::Code => !money && (long || short),
        Kind::Word | Kind::Mark(_) | Kind::Break | Kind::Symbol => false,
    };
    let unit = burst.lexicon.unit(|n| burst.text(next + 1 + n)).is_some();
    if !fits || (unit && !money) {
        return None;
    }
    let mut end = next + 1;
    while burst.tokens.get(end).is_some_and(|token| {
        token.glued
            && matches!(
                token.kind,
                Kind::Mark('/' | '-' | '=') | Kind::Number | Kind::Code
            )
    }) {
        end += 1;
    }
    Some(end - at)
}

/// "This is Ann": the word behind is a name.
fn introduce(burst: &mut Burst<'_>, parts: &mut [Part]) {
    let lead = parts
        .iter()
        .take_while(|part| matches!(part.piece, Piece::Cue(_) | Piece::Gap | Piece::Separator));
    let lead = lead.count();
    let introduced = parts[..lead]
        .last()
        .is_some_and(|part| part.classes().has(Class::Introduction));
    if introduced && let Some(part) = parts.get_mut(lead).filter(|part| part.piece == Piece::Word) {
        burst.claim(part.from, part.to, Use::Told);
        part.piece = Piece::Gap;
    }
}

/// A word of talk that begins an item's name is part of it: "2 end caps", "5 bags fine sand".
fn soften(burst: &Burst<'_>, parts: &mut [Part]) {
    for at in (0..parts.len()).rev() {
        let followed = parts
            .get(at + 1)
            .is_some_and(|next| next.piece == Piece::Word);
        let led = at > 0
            && matches!(
                parts[at - 1].piece,
                Piece::Number(_) | Piece::Of | Piece::Size | Piece::Word | Piece::Article
            );
        let part = &parts[at];
        let one = part.to - part.from == 1;
        if one
            && followed
            && led
            && part.classes().has(Class::Modifier)
            && burst.used(part.from).is_none()
        {
            parts[at].piece = Piece::Word;
        }
    }
}
