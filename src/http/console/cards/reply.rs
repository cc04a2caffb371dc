//! What a person can say to a card, and what it says it will do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::flow::give;

/// What a person can say to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    /// The supplier has the order, under a number.
    Placed,
    /// It was not ordered: one more attempt.
    Again,
    Drop,
    /// What kept it is put right: try now.
    Retry,
    /// Look for an approver, or make the orders, once more.
    Ask,
    /// The item of this code is meant.
    Item,
    /// Somebody has seen to it.
    Done,
}

impl Reply {
    pub(super) fn of(kind: &str) -> &'static [Self] {
        match kind {
            "order_unknown" | "order" => &[Self::Placed, Self::Again, Self::Drop],
            "erp" | "sign_in" | "needs_person" | "blocked" | "changed" => &[Self::Retry],
            "no_approver" | "no_order" => &[Self::Ask],
            "approval" => &[],
            give::CARD => &[Self::Item, Self::Drop],
            _ => &[Self::Done],
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Placed => "It was placed",
            Self::Again => "Try again",
            Self::Drop => "Drop it",
            Self::Retry => "It is put right: try now",
            Self::Ask => "Try again",
            Self::Item => "It is this item",
            Self::Done => "Done",
        }
    }

    /// What must be filled in with it.
    pub(super) fn asks(self) -> Option<&'static str> {
        match self {
            Self::Placed => Some("Their number"),
            Self::Item => Some("Item code"),
            Self::Again | Self::Drop | Self::Retry | Self::Ask | Self::Done => None,
        }
    }

    /// What will happen; none: it needs no second question.
    pub(super) fn consequence(self, kind: &str) -> Option<&'static str> {
        match (self, kind) {
            (Self::Placed, _) => Some(
                "The order counts as placed under this number. It goes into the ERP, and the requester is told. It will not be tried again, so be sure that the supplier has it.",
            ),
            (Self::Again, "order_unknown") => Some(
                "The order is placed once more. This may create a second order: if the supplier has the first one after all, both are delivered and billed. Ask the supplier first. A second person must say so too.",
            ),
            (Self::Again, _) => Some(
                "The order is tried once more with the approved document. Nothing was sent before.",
            ),
            (Self::Drop, "order_unknown") => Some(
                "The order is given up, and the requester is told that it was not ordered. If the supplier has it after all, it is delivered and billed: ask the supplier first.",
            ),
            (Self::Drop, give::CARD) => {
                Some("The line is given up, and the requester is told that it is not ordered.")
            }
            (Self::Drop, _) => {
                Some("The order is given up, and the requester is told that it was not ordered.")
            }
            (Self::Retry | Self::Ask | Self::Item | Self::Done, _) => None,
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Placed => "placed",
            Self::Again => "again",
            Self::Drop => "drop",
            Self::Retry => "retry",
            Self::Ask => "ask",
            Self::Item => "item",
            Self::Done => "done",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_make_a_second_order_says_so_before_it_is_done() {
        let text = Reply::Again.consequence("order_unknown").unwrap();
        assert!(text.contains("may create a second order"));
        for kind in ["order_unknown", "order"] {
            for reply in Reply::of(kind) {
                assert!(reply.consequence(kind).is_some(), "{reply} to {kind}");
            }
        }
    }

    #[test]
    fn a_reply_is_read_by_the_name_it_is_written_with() {
        for reply in [
            Reply::Placed,
            Reply::Again,
            Reply::Drop,
            Reply::Retry,
            Reply::Ask,
            Reply::Item,
            Reply::Done,
        ] {
            let name = json!(reply.to_string());
            assert_eq!(serde_json::from_value::<Reply>(name).unwrap(), reply);
        }
    }
}
