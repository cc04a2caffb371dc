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
    /// What it is about: `qty`, `unit`, `item`, `reference`, `date`, `place`, `words`, `B3` …
    pub code: String,
    /// The line's position, from 1; none: the whole request.
    pub line: Option<i64>,
    /// The sentence for the requester.
    pub text: String,
    /// What can be answered, shortest first; empty: in words.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// The code of the unit that a bare number in the answer is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How often its requester was sent it.
    #[serde(default)]
    pub asked: u32,
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
    /// None: they were typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
}

/// How words came to us that their sender did not type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    Forwarded,
    Voice,
    Picture,
    Document,
}
