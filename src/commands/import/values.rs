//! Reading the values that a world is made of: phone numbers, currencies, settings, terms.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::report::Shown;
use super::rows::{Cell, Problem, Value, amount};
use crate::domain::money::{self, Currency};

/// The active codes of ISO 4217 that are money of a country or a union.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB \
    BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR \
    FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES \
    KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR \
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR \
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH \
    UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

pub(super) const CURRENCY: &str = "a currency code of ISO 4217, such as \"KES\"";
pub(super) const TIME_ZONE: &str = "a time zone, such as \"Africa/Nairobi\"";
pub(super) const PHONE: &str = "a phone number with + and country code, such as \"+254700000001\"";
pub(super) const USER_ID: &str = "a WhatsApp user id, such as \"KE.1234567890\"";
pub(super) const CODE: &str = "a code: at most 64 letters, digits, spaces and - _ . /";
pub(super) const URL: &str = "an address that begins with http:// or https://";

pub(super) fn currency(text: &str) -> Option<Currency> {
    let known = CURRENCIES.split(' ').any(|code| code == text);
    known.then(|| Currency::parse(text)).flatten()
}

pub(super) fn time_zone(text: &str) -> Option<String> {
    let zone: chrono_tz::Tz = text.parse().ok()?;
    Some(zone.name().to_owned())
}

/// A number by E.164, as a webhook's sender is keyed: a plus and digits only.
pub(super) fn phone(text: &str) -> Option<String> {
    let rest = text.strip_prefix('+')?;
    let digits: String = rest
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')'))
        .collect();
    let is_number = digits.bytes().all(|b| b.is_ascii_digit())
        && (7..=15).contains(&digits.len())
        && !digits.starts_with('0');
    is_number.then(|| format!("+{digits}"))
}

/// A user id: two letters of the country, a point, letters and digits.
pub(super) fn user_id(text: &str) -> Option<String> {
    let (country, id) = text.split_once('.')?;
    let is_id = country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    is_id.then(|| text.to_owned())
}

pub(super) fn code(text: &str) -> Option<String> {
    let is_code = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/');
    let fits = !text.is_empty() && text.chars().count() <= 64 && text.chars().all(is_code);
    fits.then(|| text.to_owned())
}

pub(super) fn url(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host();
    fits.then(|| text.to_owned())
}

/// Settings that are amounts, written as texts.
pub(super) const SETTING_AMOUNTS: [&str; 3] = [
    "auto_approve_limit",
    "total_tolerance",
    "price_deviation_amount",
];
/// Terms that are amounts, written as texts.
pub(super) const TERM_AMOUNTS: [&str; 3] = ["freight", "freight_free_from", "minimum"];

/// Keys of a table that override those of a whole `T`; each is checked alone and named when wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides(Map<String, Json>);

impl Overrides {
    /// Reads a table by the shape of `T`. The keys in `amounts` are amounts, written as texts.
    pub(super) fn read<T: Default + Serialize + DeserializeOwned>(
        cell: &Cell,
        amounts: &[&str],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut overrides = Self::default();
        let Value::Table(table) = &cell.value else {
            let text = format!("{} is not a table of settings", cell.value.shown());
            problems.push(cell.place.problem(&cell.column, text));
            return overrides;
        };
        let whole = fields(&T::default());
        for (key, value) in table {
            let column = format!("{}.{key}", cell.column);
            let mut wrong = |text: String| problems.push(cell.place.problem(&column, text));
            let Some(default) = whole.get(key) else {
                let known: Vec<&str> = whole.keys().map(String::as_str).collect();
                wrong(format!(
                    "there is no such key; there are {}",
                    known.join(", ")
                ));
                continue;
            };
            let read = if amounts.contains(&key.as_str()) {
                as_amount(value, default)
            } else {
                as_default(value, default)
            };
            let candidates = match read {
                Ok(candidates) => candidates,
                Err(expected) => {
                    wrong(format!("{} is not {expected}", value.shown()));
                    continue;
                }
            };
            let mut why = String::new();
            let fitting = candidates.into_iter().find(|json| {
                let alone = Self(Map::from_iter([(key.clone(), json.clone())]));
                let fits = alone.over(&T::default());
                fits.map_err(|error| why = error).is_ok()
            });
            match fitting {
                Some(json) => {
                    overrides.0.insert(key.clone(), json);
                }
                None => wrong(format!("{}: {why}", value.shown())),
            }
        }
        overrides
    }

    /// What there is, with these keys in place of its own.
    pub(super) fn over<T: Serialize + DeserializeOwned>(&self, whole: &T) -> Result<T, String> {
        let mut all = fields(whole);
        all.extend(self.0.clone());
        serde_json::from_value(Json::Object(all)).map_err(|error| error.to_string())
    }
}

/// An amount alone, as people write it.
fn number(amount: i64) -> String {
    money::number(amount)
}

/// An amount with its currency's code, as stored.
pub(super) fn money(amount: i64, currency: &str) -> String {
    format!("{} {currency}", number(amount))
}

/// The fields of a struct as columns of `table`, amounts as people write them.
pub(super) fn columns<T: Serialize>(table: &str, whole: &T, amounts: &[&str]) -> Shown {
    let shown = |key: &str, value: Json| match value {
        Json::Null => String::new(),
        Json::String(text) => text,
        Json::Number(stored) if amounts.contains(&key) => {
            stored.as_i64().map_or_else(|| stored.to_string(), number)
        }
        other => other.to_string(),
    };
    fields(whole)
        .into_iter()
        .map(|(key, value)| (format!("{table}.{key}"), shown(&key, value)))
        .collect()
}

/// The fields of a struct by name.
fn fields<T: Serialize>(whole: &T) -> Map<String, Json> {
    match serde_json::to_value(whole) {
        Ok(Json::Object(map)) => map,
        Ok(_) | Err(_) => Map::new(),
    }
}

/// What stands for nothing where a setting may be without a value.
const NOTHING: &str = "none";

fn as_amount(value: &Value, default: &Json) -> Result<Vec<Json>, &'static str> {
    let json = match value {
        Value::Text(text) if default.is_null() && text.trim() == NOTHING => Some(Json::Null),
        Value::Text(text) => amount(text.trim()).map(Json::from),
        Value::Whole(_) | Value::Flag(_) | Value::Other(_) | Value::List(_) | Value::Table(_) => {
            None
        }
    };
    json.map(|json| vec![json]).ok_or(super::rows::AMOUNT)
}

/// No setting counts further: days, seconds and thousandths beyond it are a slip.
const MOST: i64 = 1_000_000;

/// What a value can be by the type that the default has; a default of nothing leaves it open. A CSV
/// file has texts only.
fn as_default(value: &Value, default: &Json) -> Result<Vec<Json>, &'static str> {
    let whole = match value {
        Value::Whole(number) => Some(*number),
        Value::Text(text) => text.trim().parse().ok(),
        Value::Flag(_) | Value::Other(_) | Value::List(_) | Value::Table(_) => None,
    };
    let whole = whole.filter(|n| (0..=MOST).contains(n)).map(Json::from);
    let text = match value {
        Value::Text(text) if default.is_null() && text.trim() == NOTHING => Some(Json::Null),
        Value::Text(text) => Some(Json::from(text.trim())),
        Value::Whole(_) | Value::Flag(_) | Value::Other(_) | Value::List(_) | Value::Table(_) => {
            None
        }
    };
    let (candidates, expected): (Vec<Json>, _) = match default {
        Json::Number(_) => (
            whole.into_iter().collect(),
            "a whole number from 0 to 1000000",
        ),
        Json::String(_) => (text.into_iter().collect(), "a text"),
        Json::Null => (
            text.into_iter().chain(whole).collect(),
            "a text, or a whole number from 0 to 1000000",
        ),
        Json::Bool(_) | Json::Array(_) | Json::Object(_) => (Vec::new(), "a value of this key"),
    };
    if candidates.is_empty() {
        return Err(expected);
    }
    Ok(candidates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_read_as_a_webhook_names_its_sender() {
        for (written, expect) in [
            ("+254700000001", Some("+254700000001")),
            ("+254 (700) 000-001", Some("+254700000001")),
            ("0700000001", None),
            ("254700000001", None),
            ("+0700000001", None),
            ("+25470", None),
            ("+2547000000010000", None),
            ("+25470000000x", None),
            ("", None),
        ] {
            assert_eq!(phone(written).as_deref(), expect, "{written}");
        }
    }

    #[test]
    fn currencies_and_time_zones_are_known_ones() {
        assert!(currency("KES").is_some());
        assert!(currency("kes").is_none());
        assert!(currency("ABC").is_none());
        assert!(currency("XXX").is_none());
        assert_eq!(
            time_zone("Africa/Nairobi").as_deref(),
            Some("Africa/Nairobi")
        );
        assert_eq!(time_zone("Nairobi"), None);
        assert_eq!(user_id("KE.1234567890").as_deref(), Some("KE.1234567890"));
        assert_eq!(user_id("1234567890"), None);
    }
}
