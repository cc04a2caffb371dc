//! Numbers, in digits and in words, to exact thousandths; what can be read in two ways is not read.

use super::lexicon::{Class, Lexicon};
use super::literal::literal;
use super::number_words::{behind_number, in_words};
use super::setting::NumberFormat;
use super::token::{Kind, Token};

/// Thousandths in one.
pub(crate) const ONE: i64 = 1000;
/// More than a million of anything is asked.
pub(crate) const LIMIT: i64 = 1_000_000 * ONE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Two ways to read the separators.
    Format,
    /// "a few", "about 20".
    Vague,
    /// Zero, more than a million, or finer than a thousandth.
    Size,
    /// "20-25", "20 or 25".
    Range,
    /// Number words that make no number.
    Words,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Thousandths.
    Exact(i64),
    Unclear {
        why: Why,
        choices: Vec<String>,
    },
}

impl Value {
    pub(crate) fn unclear(why: Why) -> Self {
        Self::Unclear {
            why,
            choices: Vec::new(),
        }
    }

    pub(crate) fn exact(&self) -> Option<i64> {
        match self {
            Self::Exact(value) => Some(*value),
            Self::Unclear { .. } => None,
        }
    }

    /// A value that can be ordered.
    pub(crate) fn checked(thousandths: Option<i64>) -> Self {
        match thousandths {
            Some(value @ 1..=LIMIT) => Self::Exact(value),
            _ => Self::unclear(Why::Size),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NumberRead {
    pub(crate) value: Value,
    /// Tokens that it covers.
    pub(crate) len: usize,
}

/// The number that starts at a token, if one does.
pub(crate) fn number_at(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    format: NumberFormat,
) -> Option<NumberRead> {
    let first = one_number(tokens, at, lexicon, format)?;
    let behind = at + first.len;
    let range = |skip: usize| {
        let second = one_number(tokens, behind + skip, lexicon, format)?;
        let choices = [&first.value, &second.value]
            .iter()
            .filter_map(|value| value.exact())
            .map(crate::domain::quantity::number)
            .collect();
        Some(NumberRead {
            value: Value::Unclear {
                why: Why::Range,
                choices,
            },
            len: first.len + skip + second.len,
        })
    };
    let joins = tokens.get(behind).is_some_and(|token| {
        (token.is('-') && token.glued && tokens.get(behind + 1).is_some_and(|next| next.glued))
            || has(lexicon, token, Class::Range)
    });
    if joins && let Some(read) = range(1) {
        return Some(read);
    }
    Some(first)
}

fn one_number(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    format: NumberFormat,
) -> Option<NumberRead> {
    let token = tokens.get(at)?;
    match token.kind {
        Kind::Number => Some(digits(tokens, at, lexicon, format)),
        Kind::Word => in_words(tokens, at, lexicon),
        Kind::Code | Kind::Mark(_) | Kind::Break | Kind::Symbol => None,
    }
}

fn digits(tokens: &[Token], at: usize, lexicon: &Lexicon, format: NumberFormat) -> NumberRead {
    let token = &tokens[at];
    if let Some((value, len)) = fraction(tokens, at) {
        return NumberRead { value, len };
    }
    let whole = is_whole(token);
    if whole
        && let Some((part, len)) = fraction(tokens, at + 1)
        && !tokens[at + 1].glued
    {
        let value = match (literal(&token.text, format), part) {
            (Value::Exact(whole), Value::Exact(part)) => Value::checked(whole.checked_add(part)),
            _ => Value::unclear(Why::Size),
        };
        return NumberRead {
            value,
            len: len + 1,
        };
    }
    if whole && token.text.len() <= 3 && spaced_thousands(tokens, at) {
        return spaced(tokens, at, format);
    }
    let mut value = literal(&token.text, format);
    let mut len = 1;
    let next = tokens
        .get(at + 1)
        .filter(|next| next.kind == Kind::Word && !next.glued);
    if let (Some(by), Some(exact)) = (
        next.and_then(|next| lexicon.scales.get(&next.text)),
        value.exact(),
    ) {
        value = Value::checked(exact.checked_mul(*by));
        len = 2;
    }
    if let (Some(exact), Some(_)) = (value.exact(), tokens.get(at + len).filter(|t| !t.glued)) {
        let (more, to) = behind_number(tokens, Some(exact), at + len, lexicon);
        if to > at + len {
            value = Value::checked(more);
            len = to - at;
        }
    }
    NumberRead { value, len }
}

fn is_whole(token: &Token) -> bool {
    token.kind == Kind::Number && token.text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads "2 500" and "2 500 000,5" where a space groups, and asks elsewhere.
fn spaced(tokens: &[Token], at: usize, format: NumberFormat) -> NumberRead {
    let group = |at: usize| {
        tokens.get(at).filter(|token| {
            let (whole, fraction) = token.text.split_once(',').unwrap_or((&token.text, "0"));
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            token.kind == Kind::Number && whole.len() == 3 && digits(whole) && digits(fraction)
        })
    };
    let mut text = tokens[at].text.clone();
    let mut len = 1;
    while let Some(next) = group(at + len).filter(|next| !next.glued && !text.contains(',')) {
        text.push_str(&next.text);
        len += 1;
    }
    let value = match format {
        NumberFormat::Space => literal(&text.replace(',', "\u{066B}"), format),
        NumberFormat::Point | NumberFormat::Comma | NumberFormat::Unset => Value::Unclear {
            why: Why::Format,
            choices: vec![text.replace(',', ".")],
        },
    };
    NumberRead { value, len }
}

/// "2 500": a number of up to three digits, a space, and exactly three digits with nothing on them.
fn spaced_thousands(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|next| is_whole(next) && next.text.len() == 3 && !next.glued)
        && tokens
            .get(at + 2)
            .is_none_or(|after| !after.glued || !matches!(after.kind, Kind::Word))
}

/// "3/4" as a proper fraction of the kind that is used for goods and sizes.
pub(crate) fn fraction(tokens: &[Token], at: usize) -> Option<(Value, usize)> {
    let (top, bar, bottom) = (tokens.get(at)?, tokens.get(at + 1)?, tokens.get(at + 2)?);
    if !is_whole(top) || !bar.is('/') || !is_whole(bottom) || !bar.glued || !bottom.glued {
        return None;
    }
    // "02/03" is a day.
    if top.text.starts_with('0') || bottom.text.starts_with('0') {
        return None;
    }
    if tokens
        .get(at + 3)
        .is_some_and(|next| next.is('/') && next.glued)
    {
        return None;
    }
    let (top, bottom): (i64, i64) = (top.text.parse().ok()?, bottom.text.parse().ok()?);
    if !matches!(bottom, 2 | 3 | 4 | 5 | 8 | 16 | 32 | 64) || top >= bottom || top < 1 {
        return None;
    }
    let exact = (top * ONE % bottom == 0).then_some(top * ONE / bottom);
    Some((Value::checked(exact), 3))
}

/// "and a half" behind a number.
pub(crate) fn and_fraction(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(i64, usize)> {
    let word = |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Word);
    if !has(lexicon, word(at)?, Class::And) {
        return None;
    }
    let article = word(at + 1).is_some_and(|token| has(lexicon, token, Class::Article));
    let from = at + 1 + usize::from(article);
    let text = |n: usize| word(from + n).map(|token| token.text.as_str());
    let (part, len) = lexicon.fractions.longest(text)?;
    Some((*part, from + len - at))
}

pub(crate) fn has(lexicon: &Lexicon, token: &Token, class: Class) -> bool {
    let text = |at: usize| (at == 0).then_some(token.text.as_str());
    lexicon
        .classes(text)
        .is_some_and(|(found, _)| found.has(class))
}

#[cfg(test)]
mod tests {
    use super::super::languages::{Language, lexicon};
    use super::super::lexicon_file::{File, build};
    use super::super::token::tokenise;
    use super::*;

    fn read(text: &str, format: NumberFormat) -> (String, usize) {
        read_with(text, format, lexicon(Language::English))
    }

    fn read_with(text: &str, format: NumberFormat, lexicon: &Lexicon) -> (String, usize) {
        let tokens = tokenise(0, text);
        match number_at(&tokens, 1, lexicon, format) {
            None => ("none".to_owned(), 0),
            Some(read) => {
                let shown = match read.value {
                    Value::Exact(value) => crate::domain::quantity::number(value),
                    Value::Unclear { why, choices } => {
                        format!("{why:?} {}", choices.join("|")).trim().to_owned()
                    }
                };
                (shown, read.len)
            }
        }
    }

    #[test]
    fn digits_are_read_by_the_format_or_asked() {
        use NumberFormat::{Comma, Point, Unset};
        for (text, format, expect) in [
            ("20", Unset, "20"),
            ("007", Unset, "7"),
            ("1,500", Point, "1500"),
            ("1,500", Comma, "1.5"),
            ("1,500", Unset, "Format 1500|1.5"),
            ("1.500", Point, "1.5"),
            ("1.500", Comma, "1500"),
            ("1.250", Unset, "Format 1250|1.25"),
            ("2.5", Unset, "2.5"),
            ("2,5", Unset, "2.5"),
            ("2,5", Comma, "2.5"),
            ("2,5", Point, "Format 2.5"),
            ("0.125", Unset, "0.125"),
            ("0,125", Unset, "0.125"),
            ("1,234,567.5", Unset, "Size"),
            ("234,567.5", Unset, "234567.5"),
            ("234.567,5", Unset, "234567.5"),
            ("2,50,000", Unset, "250000"),
            ("1,23,4", Unset, "Format"),
            ("1'500", Unset, "1500"),
            ("٢٫٥", Unset, "2.5"),
            ("2 500", Unset, "Format 2500"),
            ("2 500kg", Unset, "2"),
            ("1 1/2", Unset, "1.5"),
            ("1½", Unset, "1.5"),
            ("3/4", Unset, "0.75"),
            ("0", Unset, "Size"),
            ("0.0001", Unset, "Size"),
            ("99999999999999999999999999", Unset, "Size"),
            ("1000001", Unset, "Size"),
            ("1000000", Unset, "1000000"),
            ("20-25", Unset, "Range 20|25"),
            ("20 to 25", Unset, "Range 20|25"),
            ("5 or 6", Unset, "Range 5|6"),
            ("2 dozen", Unset, "24"),
            ("2 hundred", Unset, "200"),
            ("2 and a half", Unset, "2.5"),
        ] {
            assert_eq!(read(text, format).0, expect, "{text} {format:?}");
        }
    }

    #[test]
    fn other_languages_add_up_in_their_own_way() {
        let file = "[numbers]\ndo = 2\nteen = 3\npachas = 50\ndedh = 1.5\ndhai = 2.5\nmbili = 2\n\
                    tano = 5\nkumi = 10\nhamsini = 50\nveinte = 20\ntreinta = 30\ncinco = 5\nuna = 1\n\
                    khamsa = 5\nishrin = 20\nquinientos = 500\n\
                    [offsets]\nsava = 250\nsadhe = 500\npaune = -250\n\
                    [scales]\nsau = 100\nhazar = 1000\nlakh = 100000\nmil = 1000\n\
                    [leading_scales]\nmia = 100\nelfu = 1000\ndazeni = 12\n\
                    [groups]\ndarjan = 12\ndocena = 12\ndocenas = 12\n\
                    [fractions]\nnusu = 500\nmedia = 500\nmedio = 500\naadha = 500\n[parts]\ncuartos = 250\n\
                    [words]\nand = [\"y\", \"na\", \"wa\"]\nnumber_and = [\"y\", \"na\", \"wa\"]\narticle = [\"una\"]\n\
                    [grammar]\nunit_before_ten = true\n";
        let lexicon = build(&File::parse(file).unwrap(), None).unwrap();
        for (text, expect, len) in [
            ("dedh litre", "1.5", 1),
            ("dhai sau block", "250", 2),
            ("dedh hazar", "1500", 2),
            ("sava do kilo", "2.25", 2),
            ("sadhe teen hazar", "3500", 3),
            ("sadhe 3", "3.5", 2),
            ("paune do sau", "175", 3),
            ("sava sau", "125", 2),
            ("sadhe kilo", "Words", 1),
            ("do lakh pachas hazar", "250000", 4),
            ("teen darjan ande", "36", 2),
            ("aadha darjan", "6", 2),
            ("dedh teen", "Words", 2),
            ("kumi na tano", "15", 3),
            ("hamsini na mbili na tano", "52", 3),
            ("mia mbili hamsini", "250", 3),
            ("mia mbili na hamsini na tano", "255", 6),
            ("elfu mbili mia tano", "2500", 4),
            ("elfu mbili na mia tano", "2500", 5),
            ("elfu kumi na tano", "Words", 4),
            ("elfu mia mbili", "Words", 3),
            ("elfu 3", "3000", 2),
            ("mia", "100", 1),
            ("dazeni mbili", "24", 2),
            ("nusu dazeni", "6", 2),
            ("mbili na nusu", "2.5", 3),
            ("treinta y cinco palas", "35", 3),
            ("veinte y treinta", "20", 1),
            ("dos palas", "none", 0),
            ("mil quinientos", "1500", 2),
            ("veinte mil quinientos treinta y cinco", "20535", 6),
            ("una docena y media", "18", 4),
            ("docena y media", "18", 3),
            ("media docena", "6", 2),
            ("cinco docenas", "60", 2),
            ("2 docenas y media", "30", 4),
            ("2 mil", "2000", 2),
            ("teen cuartos", "0.75", 2),
            ("khamsa wa ishrin", "25", 3),
            ("ishrin wa khamsa", "25", 3),
            ("khamsa ishrin", "Words", 2),
        ] {
            assert_eq!(
                read_with(text, NumberFormat::Unset, &lexicon),
                (expect.to_owned(), len),
                "{text}"
            );
        }
    }

    #[test]
    fn number_words_are_read_exactly_or_not_at_all() {
        for (text, expect, len) in [
            ("twenty bags", "20", 1),
            ("twenty-five bags", "25", 3),
            ("twenty five bags", "25", 2),
            ("two hundred and fifty bags", "250", 4),
            ("three hundred sandbags", "300", 2),
            ("two hundred nails and fifty bolts", "200", 2),
            ("one thousand two hundred", "1200", 4),
            ("a hundred", "100", 2),
            ("a dozen helmets", "12", 2),
            ("three dozen eggs", "36", 2),
            ("dozen eggs", "12", 1),
            ("half a dozen", "6", 3),
            ("half dozen", "6", 2),
            ("half a bag", "0.5", 2),
            ("half bag", "0.5", 1),
            ("one and a half tonnes", "1.5", 4),
            ("two and half", "2.5", 3),
            ("three quarters", "0.75", 2),
            ("two half", "Size", 2),
            ("two fifty", "Words", 2),
            ("five ten", "Words", 2),
            ("zero", "Size", 1),
            ("a wheelbarrow", "none", 0),
            ("cement", "none", 0),
            ("nine million million million million million", "Words", 6),
        ] {
            assert_eq!(
                read(text, NumberFormat::Unset),
                (expect.to_owned(), len),
                "{text}"
            );
        }
    }
}
