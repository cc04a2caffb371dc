//! Money: whole ten-thousandths of a currency's unit, with the currency.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Ten-thousandths in one unit of currency.
pub const SCALE: i64 = 10_000;

/// An ISO 4217 code, three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a code; anything but three ASCII letters is none.
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.trim().as_bytes().try_into().ok()?;
        bytes
            .iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Self(bytes.map(|b| b.to_ascii_uppercase())))
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three ASCII letters")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not an ISO 4217 code"))
    }
}

/// An amount of one currency, in ten-thousandths of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub amount: i64,
    pub currency: Currency,
}

impl Money {
    pub fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Adds two amounts; none if they overflow or differ in currency.
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self::new(
            self.amount.checked_add(other.amount)?,
            self.currency,
        ))
    }

    /// The price of `thousandths` pieces at this unit price, rounded half up; none if it overflows.
    pub fn times(self, thousandths: i64) -> Option<Self> {
        let product = i128::from(self.amount).checked_mul(i128::from(thousandths))?;
        let amount = i64::try_from((product + 500).div_euclid(1000)).ok()?;
        Some(Self::new(amount, self.currency))
    }

    /// Reads an amount as [`parse_amount`] does.
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        Some(Self::new(parse_amount(text)?, currency))
    }

    /// The number alone, as [`number`] writes it.
    pub fn number(&self) -> String {
        number(self.amount)
    }
}

/// Reads "12", "12.5" or "1234.5678" to ten-thousandths; no grouping, no sign, at most four decimals.
pub fn parse_amount(text: &str) -> Option<i64> {
    let text = text.trim();
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 4 {
        return None;
    }
    let fraction: i64 = format!("{decimals:0<4}").parse().ok()?;
    let whole: i64 = whole.parse().ok()?;
    whole.checked_mul(SCALE)?.checked_add(fraction)
}

/// Ten-thousandths with two decimals, or four where two would hide something.
pub fn number(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let amount = amount.unsigned_abs();
    let scale = SCALE.unsigned_abs();
    let (whole, fraction) = (amount / scale, amount % scale);
    if fraction % 100 == 0 {
        format!("{sign}{whole}.{:02}", fraction / 100)
    } else {
        format!("{sign}{whole}.{fraction:04}")
    }
}

/// "12,345.00", without the currency.
pub fn grouped(amount: i64) -> String {
    let plain = number(amount);
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, "00"));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{decimals}")
}

impl fmt::Display for Money {
    /// "KES 12,345.00".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, grouped(self.amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kes(text: &str) -> Option<i64> {
        Money::parse(text, Currency::parse("KES")?).map(|m| m.amount)
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, expect) in [
            ("12", Some(120_000)),
            ("12.5", Some(125_000)),
            ("0.0001", Some(1)),
            ("1.00001", None),
            ("-1", None),
            ("1,000", None),
            ("", None),
            (".5", None),
            ("922337203685477.5807", Some(i64::MAX)),
            ("922337203685477.5808", None),
        ] {
            assert_eq!(kes(text), expect, "{text}");
        }
    }

    #[test]
    fn a_line_total_that_overflows_is_none() {
        let price = Money::new(i64::MAX / 2, Currency::parse("EUR").unwrap());
        assert_eq!(price.times(3000), None);
        assert_eq!(price.times(1000), Some(price));
    }

    #[test]
    fn money_is_shown_with_two_decimals_unless_that_hides_something() {
        let eur = Currency::parse("eur").unwrap();
        for (amount, expect) in [
            (0, "EUR 0.00"),
            (12_345, "EUR 1.2345"),
            (9_990_000, "EUR 999.00"),
            (123_450_000, "EUR 12,345.00"),
            (12_345_678_900_000, "EUR 1,234,567,890.00"),
            (-10_000_000, "EUR -1,000.00"),
        ] {
            assert_eq!(Money::new(amount, eur).to_string(), expect);
        }
    }
}
