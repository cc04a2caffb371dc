//! Conversations that are played without anyone at the keyboard: JSON Lines, one step a line.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;

/// The conversations in the binary.
pub const SHIPPED: &[(&str, &str, &str)] = &[
    (
        "first-order",
        "a list, confirmed, approved and ordered",
        include_str!("conversations/first-order.jsonl"),
    ),
    (
        "correction",
        "“make that 15” before Confirm",
        include_str!("conversations/correction.jsonl"),
    ),
    (
        "two-messages",
        "a list in several messages becomes one request",
        include_str!("conversations/two-messages.jsonl"),
    ),
    (
        "late-correction",
        "a correction after Confirm: the old approval is void",
        include_str!("conversations/late-correction.jsonl"),
    ),
    (
        "rejected",
        "the approver says no: nothing is ordered",
        include_str!("conversations/rejected.jsonl"),
    ),
    (
        "voice-note",
        "a voice note cannot be read, and is said so",
        include_str!("conversations/voice-note.jsonl"),
    ),
    (
        "no-phone",
        "somebody with a user name and no phone number",
        include_str!("conversations/no-phone.jsonl"),
    ),
];

/// A conversation: how many orders it must lead to, and its steps.
#[derive(Debug)]
pub struct Conversation {
    /// None: at least one, and as many as its presses ask for.
    pub orders: Option<usize>,
    pub steps: VecDeque<Step>,
}

/// One line of a conversation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Seconds since the line before.
    #[serde(default)]
    pub after: f64,
    pub who: String,
    pub text: Option<String>,
    pub press: Option<String>,
    pub expect: Option<String>,
    /// Something that is no text: `voice`, `image`, `document`, `location`, `edit`.
    pub send: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    orders: usize,
}

impl Step {
    pub fn pause(&self) -> Duration {
        Duration::try_from_secs_f64(self.after).unwrap_or_default()
    }
}

impl Conversation {
    /// Finds a shipped one by its name, or reads a file.
    pub fn open(name: &str) -> anyhow::Result<Self> {
        if let Some((_, _, text)) = SHIPPED.iter().find(|(known, _, _)| *known == name) {
            return Self::parse(text);
        }
        let path = Path::new(name);
        if !path.exists() {
            let known: Vec<&str> = SHIPPED.iter().map(|(name, _, _)| *name).collect();
            bail!(
                "there is no conversation {name}, nor a file of that name; shipped are {}",
                known.join(", ")
            );
        }
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {name}"))?;
        Self::parse(&text).with_context(|| format!("reading {name}"))
    }

    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut conversation = Self {
            orders: None,
            steps: VecDeque::new(),
        };
        for (n, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if conversation.steps.is_empty()
                && conversation.orders.is_none()
                && let Ok(head) = serde_json::from_str::<Head>(line)
            {
                conversation.orders = Some(head.orders);
                continue;
            }
            let step: Step =
                serde_json::from_str(line).with_context(|| format!("line {n}: {line}"))?;
            let acts = [&step.text, &step.press, &step.expect, &step.send];
            if acts.iter().filter(|a| a.is_some()).count() != 1 {
                bail!("line {n}: say one of text, press, expect or send");
            }
            conversation.steps.push_back(step);
        }
        if conversation.steps.is_empty() {
            bail!("it has no steps");
        }
        Ok(conversation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_conversation_can_be_read() {
        for (name, _, text) in SHIPPED {
            let conversation = Conversation::parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(!conversation.steps.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_line_that_says_nothing_or_two_things_is_refused() {
        for (text, expect) in [
            (r#"{"who":"+1"}"#, "one of text"),
            (r#"{"who":"+1","text":"a","press":"b"}"#, "one of text"),
            (r#"{"who":"+1","say":"a"}"#, "line 1"),
            ("", "no steps"),
        ] {
            let error = format!("{:#}", Conversation::parse(text).unwrap_err());
            assert!(error.contains(expect), "{text}: {error}");
        }
    }
}
