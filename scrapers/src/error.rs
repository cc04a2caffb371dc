//! What can go wrong at a supplier site, named by who must act.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A run at a supplier site that did not reach its end.
///
/// None of these can come after the commit click; that instant answers with
/// [`Submitted`](crate::site::Submitted).
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteError {
    /// Operator: the account's name or password is not accepted.
    #[error("the supplier did not accept the sign-in: {0}")]
    SignIn(String),
    /// A person at the live session.
    #[error("the supplier asks for a person: {what}")]
    NeedsPerson { what: Handoff },
    /// Nobody, for hours: the supplier does not want us now.
    #[error("the supplier has blocked this account or address")]
    Blocked,
    /// Nobody: try again later.
    #[error("the supplier's site is not available: {0}")]
    Unavailable(String),
    /// Requester: the supplier does not sell this as asked.
    #[error("{}", refused_text(reason, text, sku.as_deref()))]
    Refused {
        reason: Refusal,
        /// The words on the page or of the comparison that failed.
        text: String,
        /// The line in question, where it is one line.
        sku: Option<String>,
    },
    /// Maintainer of the recipe: the site is not as the recipe says. The evidence has a picture.
    #[error("the site is not as its recipe says: {what} ({locator})")]
    Changed { what: String, locator: String },
    /// Approver: the basket is not what was approved.
    #[error("the basket differs from what was approved: {field} is {found}, approved {approved}")]
    Drift {
        field: String,
        approved: String,
        found: String,
    },
    /// Operator of the machine: driver or browser trouble. Worth another try.
    #[error("browser trouble: {0}")]
    Driver(String),
}

/// What a person has to do at the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handoff {
    Code,
    Captcha,
    Terms,
    Approval,
}

impl std::fmt::Display for Handoff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Code => "a sign-in code",
            Self::Captcha => "a captcha",
            Self::Terms => "terms to accept",
            Self::Approval => "an approval on its own side",
        })
    }
}

/// Why the supplier does not sell this as asked. Amounts in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    OutOfStock,
    BelowMinimum,
    /// `found` is absent when the page said so in words only.
    PriceAboveCap {
        approved: i64,
        found: Option<i64>,
    },
    PriceBelowFloor {
        approved: i64,
        found: Option<i64>,
    },
    Address,
    Quantity,
    UnknownItem,
    Other,
}

fn refused_text(reason: &Refusal, text: &str, sku: Option<&str>) -> String {
    let what = match reason {
        Refusal::OutOfStock => "not in stock",
        Refusal::BelowMinimum => "below the supplier's minimum order",
        Refusal::PriceAboveCap { .. } => "the price is above what was approved",
        Refusal::PriceBelowFloor { .. } => "the price is far below what was approved",
        Refusal::Address => "the supplier does not have this delivery address",
        Refusal::Quantity => "the supplier does not sell this quantity",
        Refusal::UnknownItem => "the supplier does not have this item",
        Refusal::Other => "the supplier says no",
    };
    match sku {
        Some(sku) => format!("{what} ({sku}): {text}"),
        None => format!("{what}: {text}"),
    }
}
