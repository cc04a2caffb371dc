//! The words of a burst that our parser reads as the amount of a label.

use super::names;
use super::perfect::{Amount, LabelLine, Pack, overlap};
use crate::domain::quantity::Quantity;
use crate::language::{Operation, Said, Setting, Span, read};

/// Most words of an amount.
const LONGEST: usize = 8;

/// The words that our parser reads as the amount of the label, or as another that is right.
pub(super) fn amount(
    messages: &[Said],
    setting: &Setting,
    line: &LabelLine,
    item: Span,
    taken: &[Span],
) -> Option<(Span, Option<String>)> {
    line.qty?;
    std::iter::once(None)
        .chain(line.accept.iter().map(Some))
        .find_map(|other| amount_as(messages, setting, (line, other), item, taken))
}

/// The nearest words, then the shortest.
fn amount_as(
    messages: &[Said],
    setting: &Setting,
    line: (&LabelLine, Option<&Amount>),
    item: Span,
    taken: &[Span],
) -> Option<(Span, Option<String>)> {
    let words = |span: Span| span.of(messages);
    let mut found: Vec<(usize, usize, Span, Option<String>)> = Vec::new();
    let own = (0..messages.len())
        .map(|message| windows(messages, message))
        .collect::<Vec<_>>();
    for spans in &own {
        for span in spans {
            if overlap(*span, item) || taken.iter().any(|other| overlap(*other, *span)) {
                continue;
            }
            let far = if span.message == item.message {
                item.start.max(span.start) - item.end.min(span.end)
            } else {
                10_000 * (1 + item.message.abs_diff(span.message))
            };
            if reads(setting, line, words(*span), words(item), None) {
                found.push((far, span.end - span.start, *span, None));
            }
        }
    }
    if found.is_empty() {
        // The unit stands apart.
        let all: Vec<Span> = own.iter().flatten().copied().collect();
        let short: Vec<Span> = all
            .iter()
            .copied()
            .filter(|span| !words(*span).contains(char::is_whitespace))
            .filter(|span| !overlap(*span, item))
            .collect();
        'search: for number in &short {
            if taken.iter().any(|other| overlap(*other, *number)) {
                continue;
            }
            for unit in &short {
                if overlap(*number, *unit) {
                    continue;
                }
                if reads(
                    setting,
                    line,
                    words(*number),
                    words(item),
                    Some(words(*unit)),
                ) {
                    found.push((0, 0, *number, Some(words(*unit).to_owned())));
                    break 'search;
                }
            }
        }
    }
    found
        .into_iter()
        .min_by_key(|(far, len, ..)| far + len)
        .map(|(_, _, span, unit)| (span, unit))
}

/// Every run of words of a message.
fn windows(messages: &[Said], message: usize) -> Vec<Span> {
    let text = &messages[message].text;
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut last: Option<bool> = None;
    for (at, ch) in text.char_indices() {
        let kind = if ch.is_whitespace() {
            None
        } else if ch.is_alphanumeric()
            || matches!(ch, '.' | ',' | '/' | '\u{300}'..='\u{36f}' | '\u{900}'..='\u{97f}')
        {
            Some(ch.is_numeric() || matches!(ch, '.' | ',' | '/'))
        } else {
            None
        };
        match (kind, last) {
            (Some(kind), Some(before)) if kind == before => {
                if let Some((_, end)) = words.last_mut() {
                    *end = at + ch.len_utf8();
                }
            }
            (Some(_), _) => words.push((at, at + ch.len_utf8())),
            (None, _) => {}
        }
        last = kind;
    }
    let mut out = Vec::new();
    for from in 0..words.len() {
        for to in from..words.len().min(from + LONGEST) {
            out.push(Span {
                message,
                start: words[from].0,
                end: words[to].1,
            });
        }
    }
    out
}

fn reads(
    setting: &Setting,
    (line, other): (&LabelLine, Option<&Amount>),
    words: &str,
    item: &str,
    unit: Option<&str>,
) -> bool {
    let words = words.trim_matches([',', '.', '/']);
    if words.is_empty() {
        return false;
    }
    let unit = unit.unwrap_or("");
    let texts = [
        format!("{words} {unit} {item}"),
        format!("{item} {words} {unit}"),
        format!("{words} {unit} zzitem"),
        format!("zzitem {words} {unit}"),
    ];
    texts.iter().any(|text| {
        let reading = read(&[Said::typed(text.clone())], setting);
        let [request] = reading.requests.as_slice() else {
            return false;
        };
        let [Operation::Add(found)] = request.operations.as_slice() else {
            return false;
        };
        if !reading.gate.numbers.is_empty() || !reading.gate.words.is_empty() {
            return false;
        }
        if found.item != item && found.item != "zzitem" {
            return false;
        }
        let size = found.pack.as_ref().map(|pack| number(&pack.size));
        let right = |qty: Option<f64>, unit: Option<&str>, pack: Option<&Pack>| {
            let quantity = names::quantity(qty, unit);
            found.quantity.is_some()
                && found.quantity == quantity
                && pack.map(|pack| pack.size) == size
        };
        match other {
            None => right(line.qty, line.unit.as_deref(), line.pack.as_ref()),
            Some(one) => right(one.qty, one.unit.as_deref(), one.pack.as_ref()),
        }
    })
}

#[expect(clippy::cast_precision_loss, reason = "sizes are small")]
fn number(quantity: &Quantity) -> f64 {
    quantity.thousandths as f64 / 1000.0
}
