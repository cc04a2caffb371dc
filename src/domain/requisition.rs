//! Requisitions and their lines.

use serde::{Deserialize, Serialize};

text_enum! {
    RequisitionState {
        Draft = "draft",
        Asking = "asking",
        ToConfirm = "to_confirm",
        ToApprove = "to_approve",
        Approved = "approved",
        Ordering = "ordering",
        Ordered = "ordered",
        PartReceived = "part_received",
        Received = "received",
        Closed = "closed",
        Rejected = "rejected",
        Cancelled = "cancelled",
        Expired = "expired",
    }
}

impl RequisitionState {
    /// Not confirmed yet: later bursts change it.
    pub const UNCONFIRMED: &'static [Self] = &[Self::Draft, Self::Asking, Self::ToConfirm];

    pub fn is_unconfirmed(self) -> bool {
        Self::UNCONFIRMED.contains(&self)
    }
}

text_enum! {
    LineState {
        Open = "open",
        FreeText = "free_text",
        Ordered = "ordered",
        Backordered = "backordered",
        Substituted = "substituted",
        PartReceived = "part_received",
        Received = "received",
        Refused = "refused",
        Cancelled = "cancelled",
        ShortClosed = "short_closed",
    }
}

/// Something that must be answered before a version can be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What it is about: `qty`, `unit`, `item`, `reference`, `date`, `site`, `duplicate`, `price` …
    pub code: String,
    /// The line's position, from 1; none: the whole request.
    pub line: Option<i64>,
    /// The sentence for the requester.
    pub text: String,
    /// What can be answered, shortest first; empty: in words.
    #[serde(default)]
    pub choices: Vec<Choice>,
}

/// One answer that can be pressed or typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub title: String,
    /// What it means to the step that asked.
    pub value: String,
}

/// Where a line's words stand: bytes of the text of one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub message: String,
    pub start: usize,
    pub end: usize,
}
