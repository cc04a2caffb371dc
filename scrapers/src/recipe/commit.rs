//! `[commit]`: the only place where money moves.
//!
//! **Invariant:** it stands outside of the flows, so that nothing can repeat it.

use std::time::Duration;

use serde::Deserialize;

use super::request::Request;
use super::sign::{Placed, Refused};
use super::span::Span;

/// The only place where money moves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commit {
    pub(crate) click: String,
    pub(crate) request: Request,
    pub(crate) requires: Vec<Requirement>,
    pub(crate) placed: Placed,
    pub(crate) refused: Option<Refused>,
    pub(crate) unknown: Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Requirement {
    /// The basket satisfies the approved document; every recipe has it.
    ReviewMatches,
    /// The review page was read at most this long ago.
    ReviewAge(Duration),
}

impl TryFrom<String> for Requirement {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "review matches order.document" {
            return Ok(Self::ReviewMatches);
        }
        match text.strip_prefix("age(review) <= ") {
            Some(span) => Span::try_from(span.to_owned()).map(|span| Self::ReviewAge(span.0)),
            None => Err(format!(
                "{text:?} is neither \"review matches order.document\" nor \"age(review) <= 120s\""
            )),
        }
    }
}

/// What to do when the outcome of the click is not known.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unknown {
    #[expect(
        dead_code,
        reason = "one value exists; naming it is what the recipe must do"
    )]
    pub(crate) reconcile: Reconcile,
    pub(crate) quiet: Span,
    #[serde(default)]
    pub(crate) not_found: NotFound,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reconcile {
    /// By flow `orders`.
    Orders,
}

/// What follows when the order is not in the history after the quiet time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotFound {
    /// A person decides.
    #[default]
    Person,
    /// Another attempt may be made, if the old browser is proven dead.
    TryAgain,
}
