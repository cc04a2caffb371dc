//! Money in cents and quantities in thousandths, read and shown as the shop writes them.

/// The shop's only currency.
pub(super) const CURRENCY: &str = "KES";

/// The most of one line that a basket takes, in thousandths.
pub(super) const MOST: i64 = 999_999_000;

/// The highest price, in cents; with [`MOST`] it keeps every sum of a basket within `i64`.
const DEAREST: i64 = 100_000_000;

/// Reads "1250" or "1250.50" into cents.
pub(super) fn price(text: &str) -> Option<i64> {
    decimal(text, 2).filter(|cents| *cents <= DEAREST)
}

/// Reads "20" or "2.5" into thousandths; more than none, at most [`MOST`].
pub(super) fn quantity(text: &str) -> Option<i64> {
    decimal(text, 3).filter(|thousandths| (1..=MOST).contains(thousandths))
}

/// Digits with at most `places` decimals, as a whole number of the smallest part.
fn decimal(text: &str, places: usize) -> Option<i64> {
    let text = text.trim();
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) || rest.len() > places {
        return None;
    }
    format!("{whole}{rest:0<places$}").parse().ok()
}

/// `KES 1,250.00`
pub(super) fn money(cents: i64) -> String {
    let whole = (cents / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{CURRENCY} {grouped}.{:02}", cents % 100)
}

/// `20` or `2.5`
pub(super) fn plain(thousandths: i64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The price of a line in cents, rounded half up.
pub(super) fn line_total(price: i64, thousandths: i64) -> i64 {
    let exact = i128::from(price) * i128::from(thousandths);
    i64::try_from((exact + 500) / 1000).expect("prices and quantities are bounded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, expect) in [
            ("1250", Some(125_000)),
            (" 1250.5 ", Some(125_050)),
            ("0.01", Some(1)),
            ("1,250", None),
            ("1.005", None),
            ("-1", None),
            (".5", None),
            ("", None),
            ("99999999999999999999", None),
            ("1000000.01", None),
        ] {
            assert_eq!(price(text), expect, "{text}");
        }
        for (text, expect) in [
            ("20", Some(20_000)),
            ("2.5", Some(2500)),
            ("0", None),
            ("0.0001", None),
            ("999999", Some(MOST)),
            ("1000000", None),
        ] {
            assert_eq!(quantity(text), expect, "{text}");
        }
    }

    #[test]
    fn money_is_grouped_and_quantities_are_short() {
        assert_eq!(money(125_000), "KES 1,250.00");
        assert_eq!(money(5), "KES 0.05");
        assert_eq!(money(123_456_789), "KES 1,234,567.89");
        assert_eq!(plain(20_000), "20");
        assert_eq!(plain(2500), "2.5");
        assert_eq!(plain(100_000), "100");
    }

    #[test]
    fn the_largest_line_fits() {
        assert_eq!(line_total(125, 2500), 313);
        assert_eq!(line_total(DEAREST, MOST), 99_999_900_000_000);
    }
}
