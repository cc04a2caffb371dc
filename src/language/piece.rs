//! A sentence in pieces: numbers with their units, sizes, words of items, and the words between them.

use super::burst::{Burst, Sentence};
use super::gone::gone;
use super::halves::unit_alone;
use super::lexicon::{Class, Classes, UnitWord};
use super::measure::{number, read_number, reference, vague};
use super::no_amount::{no_amount, parts_of};
use super::number::Value;
use super::reading::Use;
use super::references::{distance, grade, letters, plate, telephone, tells_driver};
use super::remarks::remarks;
use super::run_on::told_first;
use super::sizes::{headed_size, size_unit, times};
use super::soften::{introduce, soften, unsure_last};
use super::statements::statements;
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
const NOUNS: [Class; 25] = [
    Class::Column,
    Class::Serial,
    Class::PlaceOnly,
    Class::Saint,
    Class::Machine,
    Class::Dual,
    Class::Counter,
    Class::SpecBehind,
    Class::People,
    Class::Title,
    Class::Goods,
    Class::SizeLetters,
    Class::Attribute,
    Class::Material,
    Class::Vessel,
    Class::NamedUnit,
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
    gone(burst, &mut parts);
    remarks(burst, &mut parts);
    statements(burst, &mut parts);
    told_first(burst, &mut parts);
    parts
}

fn piece(burst: &mut Burst<'_>, at: usize, before: &[Part]) -> (Piece, usize) {
    if burst.used(at).is_some() {
        return (Piece::Gap, 1);
    }
    if let Some(len) = reference(burst, at) {
        let (classes, _) = burst.entry(at);
        burst.claim(at, at + len, Use::Reference);
        // "Invoice 4471 for 12 drums": it still tells.
        let told = classes.any(&[Class::Report, Class::Status]);
        let piece = if told {
            Piece::Cue(classes)
        } else {
            Piece::Gap
        };
        return (piece, len);
    }
    let (classes, len) = burst.entry(at);
    if len > 1 && classes.has(Class::Compound) {
        return (Piece::Word, len);
    }
    // "5 sacos más de cemento" is no "más de 5".
    let more = burst.single(at);
    let about = classes.has(Class::About) && read_number(burst, at + len).is_none();
    if len > 1 && about && more.any(&[Class::More, Class::Less]) {
        return (Piece::Cue(more), 1);
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
    if let Some((len, with)) = no_amount(burst, at) {
        burst.claim(at, at + len, with);
        return (Piece::Gap, len);
    }
    if let Some(len) = parts_of(burst, at, before) {
        return (Piece::Size, len);
    }
    if let Some(len) = telephone(burst, at).filter(|len| burst.is_free(at, at + len)) {
        burst.claim(at, at + len, Use::Reference);
        return (Piece::Gap, len);
    }
    if let Some(len) = grade(burst, at).or_else(|| letters(burst, at, before)) {
        return (Piece::Size, len);
    }
    if let Some(len) = plate(burst, at) {
        // Beside a driver or a telephone it is surely a plate.
        if tells_driver(burst, at) {
            burst.claim(at, at + len, Use::Reference);
            return (Piece::Gap, len);
        }
        return (Piece::Odd, len);
    }
    let letters = burst.tokens[at].kind == Kind::Word;
    if letters && let Some(amount) = unit_alone(burst, at, before) {
        return amount;
    }
    if (len == 1 || !letters)
        && let Some(read) = read_number(burst, at)
    {
        if let Some(len) = distance(burst, at, &read).filter(|len| burst.is_free(at, at + len)) {
            burst.claim(at, at + len, Use::Told);
            return (Piece::Gap, len);
        }
        return unsure_last(burst, at, before, number(burst, at, read));
    }
    if len > 1 && !classes.any(&NOUNS) {
        let and = classes.has(Class::And) && !classes.has(Class::Add);
        return (
            if classes.has(Class::Of) {
                Piece::Of
            } else if and {
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
    // "حصانين": two horsepower.
    if classes.has(Class::Sized) {
        return Piece::Size;
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
        // "20 cuadernos / 5 guantes"
        '/' if !burst.tokens[at].glued && next.is_some_and(|next| !next.glued) => Piece::Separator,
        // Many points lead to an amount, one parts "cement 20.sand".
        '.' if next_number && !(at > 0 && burst.tokens[at - 1].is('.')) => Piece::Separator,
        '(' | '[' | '{' => Piece::Open,
        ')' | ']' | '}' => Piece::Close,
        '-' | '/' | '\'' | '.' if inside && after_word && !next_number => Piece::Word,
        '-' | ':' | '=' | '|' | '\t' => Piece::Dash,
        '*' if next_number => Piece::Times,
        _ => Piece::Gap,
    };
    (piece, 1)
}
