//! Times as a recipe writes them.

use std::time::Duration;

use serde::Deserialize;

/// `120s`, `15m`, `2h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span(pub(crate) Duration);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            _ => return Err(format!("{text:?} is not a time such as 120s, 15m or 2h")),
        };
        text[..text.len() - 1]
            .parse::<u32>()
            .map(|count| Self(Duration::from_secs(u64::from(count) * unit)))
            .map_err(|_| format!("{text:?} is not a time such as 120s, 15m or 2h"))
    }
}
