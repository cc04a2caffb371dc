//! An answer about a burst as proposals of lines.
//!
//! **Invariant:** a field of another shape than asked for is absent; nothing here is believed yet.

use serde_json::Value;

use super::answer::{Answer, index, words};
use crate::language::{Act, Proposed};

/// Most lines that are taken from one answer.
const MOST_LINES: usize = 60;

/// What an answer proposes; what has another shape is left out.
pub fn read_proposals(answer: &Answer) -> Vec<Proposed> {
    let Some(lines) = answer.object.get("lines").and_then(Value::as_array) else {
        return Vec::new();
    };
    // An answer beyond all measure is no answer.
    if lines.len() > MOST_LINES {
        return Vec::new();
    }
    lines.iter().filter_map(proposed).collect()
}

fn proposed(line: &Value) -> Option<Proposed> {
    let line = line.as_object()?;
    let act = match line.get("act") {
        None | Some(Value::Null) => None,
        Some(act) => Some(parse(act.as_str()?)?),
    };
    Some(Proposed {
        part: Some(index(line.get("p"))?),
        act,
        message: index(line.get("m")),
        item: words(line.get("item")),
        amount_message: index(line.get("n")),
        amount: words(line.get("amount")),
        unit: words(line.get("unit")),
        size: words(line.get("size")),
    })
}

fn parse(act: &str) -> Option<Act> {
    Some(match act {
        "add" => Act::Add,
        "set" => Act::Set,
        "more" => Act::More,
        "less" => Act::Less,
        "drop" => Act::Drop,
        "place" => Act::Place,
        "day" => Act::Day,
        _ => return None,
    })
}
