//! Numbers in digits, by the separators of the organisation.

use super::number::{Value, Why};
use super::setting::NumberFormat;

/// A number as written, by the organisation's format.
pub(crate) fn literal(raw: &str, format: NumberFormat) -> Value {
    let is_group = |c: char| matches!(c, '\'' | '\u{066C}');
    let raw: String = raw
        .chars()
        .filter(|c| !is_group(*c))
        .map(|c| if c == '\u{066B}' { '\u{066B}' } else { c })
        .collect();
    let marks: Vec<char> = raw.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(last) = marks.last().copied() else {
        return decimal(&raw, "");
    };
    let (before, after) = raw.rsplit_once(last).expect("the mark is in it");
    let others: Vec<char> = marks[..marks.len() - 1].to_vec();
    if last == '\u{066B}' {
        return decimal(&before.replace([',', '.'], ""), after);
    }
    if others.is_empty() {
        return one_separator(before, after, last, format);
    }
    if others.iter().all(|mark| *mark == last) {
        // Repeated, so it groups: 1,234,567 or 12,34,567.
        return if is_grouped(&raw, last) {
            decimal(&raw.replace(last, ""), "")
        } else {
            Value::unclear(Why::Format)
        };
    }
    if others.contains(&last) || !is_grouped(before, others[0]) {
        return Value::unclear(Why::Format);
    }
    decimal(&before.replace(others[0], ""), after)
}

fn one_separator(before: &str, after: &str, mark: char, format: NumberFormat) -> Value {
    let decimals = match format {
        NumberFormat::Point => Some('.'),
        NumberFormat::Comma | NumberFormat::Space => Some(','),
        NumberFormat::Unset => None,
    };
    let could_group =
        after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    match (could_group, decimals) {
        (true, Some(decimals)) if decimals == mark => decimal(before, after),
        // Where a space groups, a point does so for some and for others not.
        (true, Some(_)) if format == NumberFormat::Space => both(before, after),
        (true, Some(_)) => decimal(&format!("{before}{after}"), ""),
        (true, None) => both(before, after),
        // Not to be read as a group; but where the other mark stands for decimals it is doubtful.
        (false, Some(decimals)) if decimals != mark => Value::Unclear {
            why: Why::Format,
            choices: vec![format!("{before}.{after}")],
        },
        (false, Some(_) | None) => decimal(before, after),
    }
}

/// A thousand and more, or a decimal.
fn both(before: &str, after: &str) -> Value {
    Value::Unclear {
        why: Why::Format,
        choices: vec![
            format!("{before}{after}"),
            format!("{before}.{}", after.trim_end_matches('0'))
                .trim_end_matches('.')
                .to_owned(),
        ],
    }
}

/// Groups of three, or the Indian three and then twos, behind one to three digits.
fn is_grouped(text: &str, mark: char) -> bool {
    let parts: Vec<&str> = text.split(mark).collect();
    let Some((last, rest)) = parts.split_last() else {
        return false;
    };
    let Some((first, middle)) = rest.split_first() else {
        return true;
    };
    let western = (1..=3).contains(&first.len()) && middle.iter().all(|part| part.len() == 3);
    let indian = (1..=2).contains(&first.len()) && middle.iter().all(|part| part.len() == 2);
    last.len() == 3 && !first.starts_with('0') && (western || indian)
}

fn decimal(whole: &str, fraction: &str) -> Value {
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 3 || whole.len() > 15 {
        return Value::unclear(Why::Size);
    }
    let digits = format!(
        "{}{fraction:0<3}",
        if whole.is_empty() { "0" } else { whole }
    );
    Value::checked(digits.parse().ok())
}
