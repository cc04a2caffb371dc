//! A3: an approver decides only up to their limit; above it the next one is asked.

use serde_json::json;

use super::{Rule, Severity, Verdict};
use crate::domain::ids::PersonId;

pub const RULE: Rule = Rule {
    id: "A3",
    version: 1,
    severity: Severity::Block,
};

/// Somebody who may approve, up to a limit in ten-thousandths; none: nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approver {
    pub person: PersonId,
    pub limit: Option<i64>,
}

/// Judges one approver. `amount` is everything approved for the request with this, freight and tax included.
pub fn check(approver: &Approver, amount: i64) -> Verdict {
    let inputs = json!({
        "approver": approver.person, "limit": approver.limit, "amount": amount,
    });
    match approver.limit {
        Some(limit) if amount <= limit => Verdict::passed(RULE, inputs),
        Some(_) => Verdict::fired(
            RULE,
            inputs,
            "The amount is above this approver's limit.".into(),
        ),
        None => Verdict::no_data(RULE, inputs, "This approver has no limit set.".into()),
    }
}

/// Those who may decide, the lowest sufficient limit first; the requester is never among them.
pub fn eligible<'a>(
    approvers: &'a [Approver],
    requester: &PersonId,
    amount: i64,
) -> Vec<&'a Approver> {
    let mut fit: Vec<&Approver> = approvers
        .iter()
        .filter(|a| a.person != *requester && a.limit.is_some_and(|limit| amount <= limit))
        .collect();
    fit.sort_by_key(|a| (a.limit, a.person.clone()));
    fit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Outcome;

    fn approver(name: &str, limit: Option<i64>) -> Approver {
        Approver {
            person: PersonId::from(name),
            limit,
        }
    }

    #[test]
    fn the_limit_is_the_last_amount_allowed() {
        for (limit, amount, expect) in [
            (Some(100), 100, Outcome::Passed),
            (Some(100), 101, Outcome::Fired),
            (None, 1, Outcome::NoData),
        ] {
            assert_eq!(check(&approver("ben", limit), amount).outcome, expect);
        }
    }

    #[test]
    fn the_lowest_sufficient_limit_is_asked_first_and_never_the_requester() {
        let all = [
            approver("chief", Some(1000)),
            approver("ana", Some(5000)),
            approver("ben", Some(100)),
            approver("new", None),
        ];
        let names = |amount| {
            eligible(&all, &PersonId::from("ana"), amount)
                .iter()
                .map(|a| a.person.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(50), ["ben", "chief"]);
        assert_eq!(names(500), ["chief"]);
        assert!(names(5000).is_empty());
    }
}
