//! The verdicts of the rules, in words.

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::rules::Outcome;
use crate::http::console::words::{self, Named};
use crate::store::requisitions::{Finding, Requisition};

#[derive(Serialize)]
pub(super) struct Check {
    rule: String,
    name: String,
    rule_version: i64,
    verdict: words::State,
    severity: &'static str,
    /// The line or the approver that it is about.
    about: String,
    text: String,
    inputs: Vec<Named>,
    is_answered: bool,
}

/// The verdicts about the newest version, those that fired first.
pub(super) fn checks(
    requisition: &Requisition,
    findings: &[Finding],
    names: &HashMap<String, String>,
) -> Vec<Check> {
    let mut checks: Vec<(Outcome, Check)> = findings
        .iter()
        .filter(|f| f.version == requisition.version)
        .map(|f| {
            let mut inputs = words::values(&f.inputs, names);
            inputs.retain(|i| i.name != "line");
            let check = Check {
                rule: f.rule.clone(),
                name: words::rule(&f.rule).to_owned(),
                rule_version: f.rule_version,
                verdict: words::verdict(f.verdict),
                severity: words::severity(f.severity),
                about: about(f, names),
                text: f.text.clone(),
                inputs,
                is_answered: f.answered_at.is_some(),
            };
            (f.verdict, check)
        })
        .collect();
    checks.sort_by_key(|(outcome, check)| {
        let rank = match outcome {
            Outcome::Fired => 0,
            Outcome::NoData => 1,
            Outcome::Passed => 2,
        };
        (rank, check.rule.clone(), check.about.clone())
    });
    checks.into_iter().map(|(_, check)| check).collect()
}

fn about(finding: &Finding, names: &HashMap<String, String>) -> String {
    let input = |name: &str| finding.inputs.get(name);
    if let Some(line) = input("line").and_then(serde_json::Value::as_i64) {
        return format!("line {line}");
    }
    let approver = input("approver").and_then(serde_json::Value::as_str);
    approver
        .and_then(|id| names.get(id))
        .cloned()
        .unwrap_or_default()
}
