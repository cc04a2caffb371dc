//! Sizes in a name: "2.5 mm", "50kg", "1 1/2 inch", "16A", "M12", "4 x 2".
//!
//! **Invariant:** two sizes are the same only if they are equal, whatever unit they are written in; what
//! can be read in two ways is compared as it is written.

mod units;

use self::units::unit;

/// What a measure measures, and the base in which it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Dimension {
    /// In millimetres; square millimetres of a cable too, since people leave the "square" out.
    Length,
    Mass,
    Volume,
    /// "100 pcs".
    Count,
    Power,
    Voltage,
    Current,
    /// Units that are compared with themselves alone, by their place in the table.
    Other(u8),
}

impl Dimension {
    /// True if it says how much is in a pack, not what kind of thing it is.
    pub(super) fn is_pack(self) -> bool {
        match self {
            Self::Mass | Self::Volume | Self::Count => true,
            Self::Length | Self::Power | Self::Voltage | Self::Current | Self::Other(_) => false,
        }
    }
}

/// A number with what is written on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Size {
    /// The value in millionths of the dimension's base, then the number as written, in millionths.
    Measure(Dimension, i128, i128),
    /// A number without a unit, in millionths.
    Bare(i128),
    /// "m12", "42.5n", "4x2": as written; the first number in it, in millionths.
    Written(String, Option<i128>),
}

const MILLION: i128 = 1_000_000;

fn measure(number: i128, (dimension, over, under): (Dimension, i128, i128)) -> Option<Size> {
    let value = number.checked_mul(over)? / under;
    Some(Size::Measure(dimension, value, number))
}

/// The size that starts with the first word, and how many words it takes.
pub(super) fn read(words: &[String]) -> Option<(Size, usize)> {
    let first = words
        .first()
        .filter(|w| w.contains(|c: char| c.is_ascii_digit()))?;
    let next = words.get(1).map(String::as_str);
    if let Some((sides, taken)) = sides(words) {
        let inner = number(sides.split('x').next().unwrap_or_default());
        return Some((Size::Written(sides, inner), taken));
    }
    let ends = first
        .find(|c: char| c.is_alphabetic())
        .unwrap_or(first.len());
    let (digits, letters) = first.split_at(ends);
    let Some(mut value) = number(digits) else {
        let own_unit = next.filter(|n| letters.is_empty() && unit(n).is_some());
        let written = format!("{first}{}", own_unit.unwrap_or_default());
        let inner = inner(first);
        return Some((
            Size::Written(written, inner),
            1 + usize::from(own_unit.is_some()),
        ));
    };
    if !letters.is_empty() {
        let size = unit(letters).and_then(|unit| measure(value, unit));
        let size = size.unwrap_or_else(|| Size::Written(first.clone(), Some(value)));
        return Some((size, 1));
    }
    let mut taken = 1;
    // "1 1/2"
    if !digits.contains('/')
        && let Some(fraction) = next.filter(|n| n.contains('/')).map(|n| {
            let ends = n.find(|c: char| c.is_alphabetic()).unwrap_or(n.len());
            n.split_at(ends)
        })
        && let Some(part) = number(fraction.0)
    {
        value += part;
        taken += 1;
        if !fraction.1.is_empty() {
            let size = unit(fraction.1).and_then(|unit| measure(value, unit));
            return Some((size.unwrap_or(Size::Bare(value)), taken));
        }
    }
    let (mut named, mut words_of_unit) = (words.get(taken).and_then(|w| unit(w)), 1);
    if words.get(taken).is_some_and(|w| w == "sq")
        && let Some(side) = words.get(taken + 1)
    {
        named = unit(&format!("sq{side}")).or_else(|| unit(&format!("{side}2")));
        words_of_unit = 2;
    }
    match named.and_then(|unit| measure(value, unit)) {
        Some(size) => Some((size, taken + words_of_unit)),
        None => Some((Size::Bare(value), taken)),
    }
}

/// "4x2", "4 x 2", "4x2 in": the sides without their unit.
fn sides(words: &[String]) -> Option<(String, usize)> {
    let is_number = |text: &str| !text.is_empty() && number(text).is_some();
    let without_unit = |text: &str| {
        let ends = text
            .rfind(|c: char| !c.is_alphabetic())
            .map_or(0, |at| at + 1);
        text[..ends].to_owned()
    };
    let (sides, mut taken) = match words {
        [one, x, other, ..] if x == "x" && is_number(one) => {
            (format!("{one}x{}", without_unit(other)), 3)
        }
        [one, ..] if one.contains('x') => (without_unit(one), 1),
        _ => return None,
    };
    let parts: Vec<&str> = sides.split('x').collect();
    if parts.len() < 2 || !parts.iter().all(|part| is_number(part)) {
        return None;
    }
    taken += usize::from(words.get(taken).is_some_and(|w| unit(w).is_some()));
    Some((sides, taken))
}

/// The first number in a written size: the 12 of "m12".
fn inner(text: &str) -> Option<i128> {
    let begins = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[begins..];
    let ends = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    number(rest[..ends].trim_end_matches('.'))
}

/// A number in millionths; none if it can be read in two ways ("1.000", "1,250") or is none.
fn number(text: &str) -> Option<i128> {
    if let Some((over, under)) = text.split_once('/') {
        let (over, under) = (number(over)?, number(under)?);
        return (under != 0).then(|| over * MILLION / under);
    }
    let text = text.replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_thousand = part.len() == 3 && whole != "0";
    if whole.is_empty() || whole.len() > 12 || part.len() > 6 || is_thousand {
        return None;
    }
    if !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let part: i128 = format!("{part:0<6}").parse().ok()?;
    Some(whole * MILLION + part)
}

#[cfg(test)]
mod tests {
    fn sizes(text: &str) -> String {
        let parsed = super::super::text::parse(text);
        assert!(
            !parsed.sizes.is_empty() && parsed.words.is_empty(),
            "{text}: {parsed:?}"
        );
        parsed.key()
    }

    #[test]
    fn a_size_is_the_same_in_every_way_of_writing() {
        for (one, other) in [
            ("2.5mm", "2,5 mm"),
            ("2.5 mm²", "2.5mm"),
            ("2.5 sq mm", "2.5mm"),
            ("1 1/2 inch", "1½\""),
            ("1.5in", "1 1/2 pulgadas"),
            ("25 cm", "250mm"),
            ("50kg", "50 Kgs"),
            ("0.5 l", "500ml"),
            ("4 × 2 in", "4x2"),
            ("M12", "m12"),
            ("١٠ mm", "10mm"),
            ("१० mm", "10mm"),
            ("٢٠ كجم", "20 kg"),
            ("20 كغ", "20kg"),
            ("١٫٥ لتر", "1.5 l"),
            ("١٠ أمتار", "10 m"),
            ("५०० ग्राम", "500g"),
            ("५० किलो", "50kg"),
            ("२ इंच", "2 in"),
            ("3G2,5", "3g2.5"),
            ("16 A", "16A"),
        ] {
            assert_eq!(sizes(one), sizes(other), "{one} {other}");
        }
    }

    #[test]
    fn what_differs_is_not_the_same() {
        for (one, other) in [
            ("50 mm", "2 inch"),
            ("50 kg", "50 g"),
            ("1.000 l", "1 l"),
            ("1.000 l", "1000 l"),
            ("16A", "16V"),
            ("4x2", "2x4"),
        ] {
            assert_ne!(sizes(one), sizes(other), "{one} {other}");
        }
    }
}
