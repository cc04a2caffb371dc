//! The rules of control: pure functions from values to a verdict.
//!
//! **Invariant:** a rule fetches nothing, and says *no data* where its input is missing, never *passed*.

pub mod authority;
pub mod duplicate_order;
pub mod price_deviation;
pub mod self_approval;

use serde_json::Value;

text_enum! {
    /// What a rule that fires does.
    Severity {
        Block = "block",
        Hold = "hold",
        Escalate = "escalate",
        Ask = "ask",
        Score = "score",
        Report = "report",
    }
}

text_enum! {
    Outcome { Passed = "passed", Fired = "fired", NoData = "no_data" }
}

/// A rule: its name, its version, and what it does when it fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: &'static str,
    pub version: i64,
    pub severity: Severity,
}

/// What one rule says of one thing, with the values it judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub rule: Rule,
    pub outcome: Outcome,
    /// The sentence for the one who must act; empty when it passed.
    pub text: String,
    pub inputs: Value,
    /// The line's position, where it is about one.
    pub line: Option<i64>,
}

impl Verdict {
    pub fn passed(rule: Rule, inputs: Value) -> Self {
        Self {
            rule,
            outcome: Outcome::Passed,
            text: String::new(),
            inputs,
            line: None,
        }
    }

    pub fn fired(rule: Rule, inputs: Value, text: String) -> Self {
        Self {
            rule,
            outcome: Outcome::Fired,
            text,
            inputs,
            line: None,
        }
    }

    pub fn no_data(rule: Rule, inputs: Value, text: String) -> Self {
        Self {
            rule,
            outcome: Outcome::NoData,
            text,
            inputs,
            line: None,
        }
    }

    #[must_use]
    pub fn on_line(mut self, position: i64) -> Self {
        self.line = Some(position);
        self
    }
}
