//! Quantities: whole thousandths of a unit, with the unit's UN/ECE code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Thousandths in one.
pub const SCALE: i64 = 1000;

/// A UN/ECE code: Recommendation 20 (`KGM`, `MTR`, `C62`), packaging by 21 with an X before (`XBG`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unit(String);

/// Every unit Sutler knows: code, one, many.
const UNITS: &[(&str, &str, &str)] = &[
    ("C62", "piece", "pieces"),
    ("PR", "pair", "pairs"),
    ("SET", "set", "sets"),
    ("KGM", "kg", "kg"),
    ("GRM", "g", "g"),
    ("TNE", "tonne", "tonnes"),
    ("LBR", "lb", "lb"),
    ("LTR", "litre", "litres"),
    ("MLT", "ml", "ml"),
    ("MTR", "metre", "metres"),
    ("MMT", "mm", "mm"),
    ("FOT", "foot", "feet"),
    ("MTK", "square metre", "square metres"),
    ("MTQ", "cubic metre", "cubic metres"),
    ("XBG", "bag", "bags"),
    ("XBX", "box", "boxes"),
    ("XRO", "roll", "rolls"),
    ("XPX", "pallet", "pallets"),
    ("XST", "sheet", "sheets"),
    ("XDR", "drum", "drums"),
    ("XCT", "carton", "cartons"),
    ("XPK", "pack", "packs"),
    ("XBO", "bottle", "bottles"),
    ("XCA", "can", "cans"),
    ("XTU", "tube", "tubes"),
    ("XBE", "bundle", "bundles"),
    ("XLG", "length", "lengths"),
    ("XCR", "crate", "crates"),
    ("XJY", "jerrican", "jerricans"),
    ("XTI", "tin", "tins"),
    ("XBJ", "bucket", "buckets"),
    ("RM", "ream", "reams"),
    ("XTY", "tray", "trays"),
    ("XCL", "coil", "coils"),
    ("XRL", "reel", "reels"),
    ("LO", "lot", "lots"),
    ("DTN", "quintal", "quintals"),
    ("NL", "trolley", "trolleys"),
    ("HUR", "hour", "hours"),
    ("CMT", "cm", "cm"),
    ("INH", "inch", "inches"),
    ("YRD", "yard", "yards"),
    ("GLL", "gallon", "gallons"),
    ("E54", "trip", "trips"),
    ("XCY", "cylinder", "cylinders"),
    ("XCS", "case", "cases"),
    ("XBA", "barrel", "barrels"),
    ("XBL", "bale", "bales"),
    ("XJR", "jar", "jars"),
    ("XJG", "jug", "jugs"),
    ("XPA", "packet", "packets"),
    ("XSO", "spool", "spools"),
    ("XBR", "bar", "bars"),
    ("XRD", "rod", "rods"),
    ("XTB", "tub", "tubs"),
    ("XBK", "basket", "baskets"),
    ("XPO", "pouch", "pouches"),
    ("XSH", "sachet", "sachets"),
];

/// How lists of items write some units for short.
const SHORT: &[(&str, &str)] = &[
    ("pc", "C62"),
    ("pcs", "C62"),
    ("each", "C62"),
    ("t", "TNE"),
    ("l", "LTR"),
    ("liter", "LTR"),
    ("liters", "LTR"),
    ("m", "MTR"),
    ("meter", "MTR"),
    ("meters", "MTR"),
    ("ft", "FOT"),
    ("m2", "MTK"),
    ("m3", "MTQ"),
];

impl Unit {
    /// Reads a code that Sutler knows.
    pub fn parse(code: &str) -> Option<Self> {
        UNITS
            .iter()
            .find(|(known, _, _)| *known == code)
            .map(|(known, _, _)| Self((*known).to_owned()))
    }

    /// Reads a code or a unit's own word, "XBG", "bag" or "bags", in capitals or not.
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let short = SHORT.iter().find(|(short, _)| *short == text);
        let code = short.map(|(_, code)| *code).or_else(|| {
            let named = |(code, one, many): &&(&str, &str, &str)| {
                text == code.to_lowercase() || text == *one || text == *many
            };
            UNITS.iter().find(named).map(|(code, _, _)| *code)
        })?;
        Self::parse(code)
    }

    /// Every unit that Sutler knows.
    pub fn all() -> impl Iterator<Item = Self> {
        UNITS.iter().map(|(code, _, _)| Self((*code).to_owned()))
    }

    /// The unit of what is only counted.
    #[must_use]
    pub fn piece() -> Self {
        Self("C62".to_owned())
    }

    pub fn code(&self) -> &str {
        &self.0
    }

    /// Its name for one of it: "bag", "kg".
    pub fn word(&self) -> &str {
        self.words().0
    }

    fn words(&self) -> (&str, &str) {
        UNITS
            .iter()
            .find(|(code, _, _)| *code == self.0)
            .map_or((&self.0, &self.0), |(_, one, many)| (one, many))
    }
}

/// An amount of something, in thousandths of its unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quantity {
    pub thousandths: i64,
    pub unit: Unit,
}

impl Quantity {
    pub fn new(thousandths: i64, unit: Unit) -> Self {
        Self { thousandths, unit }
    }

    /// A whole number of the unit.
    pub fn whole(count: i64, unit: Unit) -> Option<Self> {
        Some(Self::new(count.checked_mul(SCALE)?, unit))
    }

    /// The number alone: "20", "2.5".
    pub fn number(&self) -> String {
        number(self.thousandths)
    }
}

/// Thousandths as people write them: "20", "2.5", "0.125".
pub fn number(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let abs = thousandths.unsigned_abs();
    let (whole, fraction) = (abs / 1000, abs % 1000);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{fraction:03}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

impl fmt::Display for Quantity {
    /// "20 bags", "1 roll", "2.5 kg".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many) = self.unit.words();
        let word = if self.thousandths == SCALE { one } else { many };
        write!(f, "{} {word}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_known_by_code_and_by_word() {
        for (text, expect) in [
            ("XBG", Some("XBG")),
            ("bag", Some("XBG")),
            ("Rolls", Some("XRO")),
            (" kg ", Some("KGM")),
            ("pcs", Some("C62")),
            ("square metres", Some("MTK")),
            ("sack of", None),
            ("", None),
        ] {
            let unit = Unit::named(text);
            assert_eq!(unit.as_ref().map(Unit::code), expect, "{text}");
        }
    }

    #[test]
    fn quantities_read_as_people_write_them() {
        for (thousandths, code, expect) in [
            (20_000, "XBG", "20 bags"),
            (1000, "XRO", "1 roll"),
            (2500, "KGM", "2.5 kg"),
            (125, "MTR", "0.125 metres"),
        ] {
            let unit = Unit::parse(code).unwrap();
            assert_eq!(Quantity::new(thousandths, unit).to_string(), expect);
        }
    }
}
