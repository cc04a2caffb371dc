//! Typed values read from a page, and the strict readers that make them.
//!
//! **Invariant:** a text that is not wholly understood is an error, never a guess.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::Deserialize;

/// How a site writes money and numbers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// ISO 4217 code of every amount on this site.
    pub currency: String,
    pub decimal: char,
    pub group: Option<char>,
    /// Other signs for the same currency, such as `KSh`.
    #[serde(default)]
    pub symbols: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Text,
    Int,
    /// A decimal number, kept in thousandths.
    Quantity,
    Money,
    Date,
    Datetime,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    /// Thousandths; a read of type `int` takes whole numbers only.
    Quantity(i64),
    /// Ten-thousandths of the recipe's currency.
    Money(i64),
    Time(NaiveDateTime),
}

/// One row of a read: only the fields that were there.
pub(crate) type Record = BTreeMap<String, Value>;

impl Value {
    pub(crate) fn json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Quantity(thousandths) => show_decimal(*thousandths, 3, '.').into(),
            Self::Money(amount) => show_money(*amount).into(),
            Self::Time(time) => time.to_string().into(),
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Quantity(thousandths) => f.write_str(&show_decimal(*thousandths, 3, '.')),
            Self::Money(amount) => f.write_str(&show_money(*amount)),
            Self::Time(time) => write!(f, "{time}"),
        }
    }
}

/// Reads `text` as `kind`; the error says what was expected.
pub(crate) fn read(
    text: &str,
    kind: Kind,
    format: Option<&str>,
    money: &Money,
) -> Result<Value, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("nothing is written there".into());
    }
    match kind {
        Kind::Text => Ok(Value::Text(text.into())),
        Kind::Int => decimal(text, 0, money)
            .and_then(|number| number.checked_mul(1000))
            .map(Value::Quantity)
            .ok_or_else(|| format!("{text:?} is not a whole number")),
        Kind::Quantity => decimal(text, 3, money)
            .map(Value::Quantity)
            .ok_or_else(|| format!("{text:?} is not a quantity")),
        Kind::Money => decimal(strip_currency(text, money), 4, money)
            .map(Value::Money)
            .ok_or_else(|| format!("{text:?} is not an amount in {}", money.currency)),
        Kind::Date => NaiveDate::parse_from_str(text, format.unwrap_or("%Y-%m-%d"))
            .map(|date| Value::Time(date.and_time(NaiveTime::MIN)))
            .map_err(|error| format!("{text:?} is not a date: {error}")),
        Kind::Datetime => NaiveDateTime::parse_from_str(text, format.unwrap_or("%Y-%m-%d %H:%M"))
            .map(Value::Time)
            .map_err(|error| format!("{text:?} is not a date and time: {error}")),
    }
}

/// Takes one currency sign off, in front or behind.
fn strip_currency<'a>(text: &'a str, money: &Money) -> &'a str {
    let signs = || std::iter::once(&money.currency).chain(&money.symbols);
    for sign in signs() {
        if let Some(rest) = text.strip_prefix(sign.as_str()) {
            return rest.trim();
        }
        if let Some(rest) = text.strip_suffix(sign.as_str()) {
            return rest.trim();
        }
    }
    text
}

/// A number with at most `places` decimals, scaled by ten to their power.
fn decimal(text: &str, places: usize, money: &Money) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match text.split_once(money.decimal) {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let whole = ungroup(whole, money.group)?;
    // Zeros beyond the last place say nothing: 3.0 is a whole number.
    let kept = fraction.trim_end_matches('0');
    if kept.len() > places || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = format!("{whole}{kept:0<places$}").parse().ok()?;
    Some(if negative { -number } else { number })
}

fn ungroup(whole: &str, group: Option<char>) -> Option<String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = match group {
        // A space that groups may be any of the spaces that sites use.
        Some(' ') => whole.split(char::is_whitespace).collect(),
        Some(group) => whole.split(group).collect(),
        None => vec![whole],
    };
    let (first, rest) = parts.split_first()?;
    let grouped = rest.is_empty() || first.len() <= 3;
    (grouped && digits(first) && rest.iter().all(|part| part.len() == 3 && digits(part)))
        .then(|| parts.concat())
}

/// Ten-thousandths as people write them: at least two decimals.
pub(crate) fn show_money(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let (whole, fraction) = (
        amount.unsigned_abs() / 10_000,
        amount.unsigned_abs() % 10_000,
    );
    let fraction = format!("{fraction:04}");
    let kept = fraction.trim_end_matches('0').len().max(2);
    format!("{sign}{whole}.{}", &fraction[..kept])
}

/// A scaled number without needless zeros: `2`, `2.5`.
pub(crate) fn show_decimal(number: i64, places: usize, point: char) -> String {
    let scale = 10_u64.pow(u32::try_from(places).expect("few places"));
    let sign = if number < 0 { "-" } else { "" };
    let (whole, fraction) = (number.unsigned_abs() / scale, number.unsigned_abs() % scale);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let fraction = format!("{fraction:0places$}");
    format!("{sign}{whole}{point}{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kenya() -> Money {
        Money {
            currency: "KES".into(),
            decimal: '.',
            group: Some(','),
            symbols: vec!["KSh".into()],
        }
    }

    fn germany() -> Money {
        Money {
            currency: "EUR".into(),
            decimal: ',',
            group: Some('.'),
            symbols: vec!["€".into()],
        }
    }

    #[test]
    fn money_is_read_or_refused() {
        let cases = [
            (kenya(), "KES 1,250.00", Some(12_500_000)),
            (kenya(), "KSh750", Some(7_500_000)),
            (kenya(), "1250", Some(12_500_000)),
            (kenya(), "0.0125", Some(125)),
            (kenya(), "-3.50", Some(-35_000)),
            (germany(), "1.250,5 €", Some(12_505_000)),
            (kenya(), "1,25", None),
            (kenya(), "1.250,00", None),
            (kenya(), "12,50,000", None),
            (kenya(), "1250,000", None),
            (kenya(), "USD 12.00", None),
            (kenya(), "12.00 each", None),
            (kenya(), "12.", None),
            (kenya(), "1.00001", None),
            (kenya(), "999999999999999999.00", None),
            (kenya(), "", None),
        ];
        for (money, text, expected) in cases {
            let read = read(text, Kind::Money, None, &money).ok();
            assert_eq!(read, expected.map(Value::Money), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_or_refused() {
        let cases = [
            (Kind::Int, "1,200", Some(1_200_000)),
            (Kind::Int, "3.0", Some(3_000)),
            (Kind::Int, "3.5", None),
            (Kind::Int, "3 pcs", None),
            (Kind::Quantity, "2.5", Some(2_500)),
            (Kind::Quantity, "2.5001", None),
        ];
        for (kind, text, expected) in cases {
            let read = read(text, kind, None, &kenya()).ok();
            assert_eq!(read, expected.map(Value::Quantity), "{text}");
        }
    }

    #[test]
    fn dates_need_their_format() {
        let format = Some("%d %b %Y, %H:%M");
        let time = read("20 Nov 2026, 08:15", Kind::Datetime, format, &kenya());
        assert_eq!(time.expect("a date").to_string(), "2026-11-20 08:15:00");
        assert!(read("11/20/2026", Kind::Date, None, &kenya()).is_err());
    }

    #[test]
    fn amounts_are_shown() {
        assert_eq!(show_money(12_500_000), "1250.00");
        assert_eq!(show_money(-125), "-0.0125");
        assert_eq!(show_decimal(2_500, 3, '.'), "2.5");
        assert_eq!(show_decimal(20_000, 3, '.'), "20");
    }
}
