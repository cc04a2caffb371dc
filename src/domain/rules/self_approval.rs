//! A1: nobody approves what they asked for.

use serde_json::json;

use super::{Rule, Severity, Verdict};
use crate::domain::ids::PersonId;

pub const RULE: Rule = Rule {
    id: "A1",
    version: 1,
    severity: Severity::Block,
};

/// Compares people, not phone numbers. `amount` up to `self_limit` is let through.
pub fn check(requester: &PersonId, approver: &PersonId, amount: i64, self_limit: i64) -> Verdict {
    let inputs = json!({
        "requester": requester, "approver": approver, "amount": amount, "self_limit": self_limit,
    });
    if requester == approver && amount > self_limit {
        let text = "The one who asked cannot approve it.".to_owned();
        return Verdict::fired(RULE, inputs, text);
    }
    Verdict::passed(RULE, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Outcome;

    #[test]
    fn the_requester_is_refused_above_the_limit_only() {
        let (ana, ben) = (PersonId::from("ana"), PersonId::from("ben"));
        for (approver, amount, limit, expect) in [
            (&ben, 1_000_000, 0, Outcome::Passed),
            (&ana, 1, 0, Outcome::Fired),
            (&ana, 500, 500, Outcome::Passed),
            (&ana, 501, 500, Outcome::Fired),
        ] {
            assert_eq!(
                check(&ana, approver, amount, limit).outcome,
                expect,
                "{amount}/{limit}"
            );
        }
    }
}
