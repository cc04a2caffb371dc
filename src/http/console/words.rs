//! How the console writes times, states and values.

use std::collections::HashMap;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;

use crate::domain::approval::ApprovalState;
use crate::domain::message::{MessageKind, OutgoingState};
use crate::domain::money::{Currency, Money, grouped};
use crate::domain::order::{AttemptState, OrderState};
use crate::domain::quantity;
use crate::domain::requisition::{LineState, RequisitionState};
use crate::domain::rules::{Outcome, Severity};

/// The clock of a page: the organisation's zone, and now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub zone: Tz,
    pub now: DateTime<Utc>,
}

/// A time as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    pub text: String,
    pub iso: String,
    pub ago: String,
}

impl Times {
    pub(super) fn show(&self, at: DateTime<Utc>) -> Shown {
        let gap = self.now - at;
        let ago = if gap < TimeDelta::zero() {
            format!("in {}", length(-gap))
        } else {
            format!("{} ago", length(gap))
        };
        Shown {
            text: self.text(at),
            iso: at.to_rfc3339(),
            ago,
        }
    }

    /// "14:05:09", "Thu 12 Mar, 14:05", "12 Mar 2025, 14:05": as much as is needed today.
    pub(super) fn text(&self, at: DateTime<Utc>) -> String {
        let (there, today) = (
            at.with_timezone(&self.zone),
            self.now.with_timezone(&self.zone),
        );
        let form = if there.date_naive() == today.date_naive() {
            "%H:%M:%S"
        } else if there.year() == today.year() {
            "%a %-d %b, %H:%M"
        } else {
            "%-d %b %Y, %H:%M"
        };
        there.format(form).to_string()
    }

    pub(super) fn age(&self, from: DateTime<Utc>) -> String {
        length(self.now - from)
    }
}

/// "5 s", "3 min", "2 h 10 min", "4 days".
pub(super) fn length(span: TimeDelta) -> String {
    let seconds = span.num_seconds().max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => match (seconds / 3600, seconds % 3600 / 60) {
            (hours, 0) => format!("{hours} h"),
            (hours, minutes) => format!("{hours} h {minutes} min"),
        },
        _ if seconds < 172_800 => "1 day".to_owned(),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A state in words, with the colour it is shown in: `go`, `wait`, `stop`, `done`, `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct State {
    pub text: &'static str,
    pub tone: &'static str,
}

const fn state(text: &'static str, tone: &'static str) -> State {
    State { text, tone }
}

pub(super) fn requisition(at: RequisitionState) -> State {
    match at {
        RequisitionState::Draft => state("being read", "go"),
        RequisitionState::Asking => state("a question is open", "wait"),
        RequisitionState::ToConfirm => state("waits for Confirm", "wait"),
        RequisitionState::ToApprove => state("waits for approval", "wait"),
        RequisitionState::Approved => state("approved", "go"),
        RequisitionState::Ordering => state("being ordered", "go"),
        RequisitionState::Ordered => state("ordered", "done"),
        RequisitionState::PartReceived => state("partly received", "done"),
        RequisitionState::Received => state("received", "done"),
        RequisitionState::Closed => state("closed", "off"),
        RequisitionState::Rejected => state("rejected", "off"),
        RequisitionState::Cancelled => state("cancelled", "off"),
        RequisitionState::Expired => state("dropped without an answer", "off"),
    }
}

pub(super) fn order(at: OrderState) -> State {
    match at {
        OrderState::Proposed => state("waits for approval", "wait"),
        OrderState::Approved => state("approved, to be placed", "go"),
        OrderState::Preparing => state("basket being filled", "go"),
        OrderState::Armed => state("basket ready", "go"),
        OrderState::Submitting => state("being sent", "go"),
        OrderState::Unknown => state("outcome unknown", "stop"),
        OrderState::NeedsPerson => state("waits for a person", "stop"),
        OrderState::Placed => state("placed", "done"),
        OrderState::Refused => state("refused by the supplier", "off"),
        OrderState::Cancelled => state("cancelled", "off"),
        OrderState::PartReceived => state("partly received", "done"),
        OrderState::Received => state("received", "done"),
        OrderState::Closed => state("closed", "off"),
    }
}

pub(super) fn attempt(at: AttemptState) -> State {
    match at {
        AttemptState::Preparing => state("filling the basket", "go"),
        AttemptState::Armed => state("basket ready", "go"),
        AttemptState::Submitting => state("being sent", "go"),
        AttemptState::Unknown => state("outcome unknown", "stop"),
        AttemptState::Placed => state("placed", "done"),
        AttemptState::Unreleased => state("ended before anything was sent", "off"),
        AttemptState::Refused => state("refused", "off"),
        AttemptState::NotFound => state("not found at the supplier", "off"),
        AttemptState::Decided => state("ended by a person", "off"),
    }
}

pub(super) fn approval(at: ApprovalState) -> State {
    match at {
        ApprovalState::Pending => state("asked", "wait"),
        ApprovalState::Approved => state("approved", "done"),
        ApprovalState::Rejected => state("rejected", "stop"),
        ApprovalState::Void => state("void", "off"),
    }
}

pub(super) fn line(at: LineState) -> State {
    match at {
        LineState::Open => state("open", "wait"),
        LineState::FreeText => state("not in the catalogue", "stop"),
        LineState::Ordered => state("ordered", "done"),
        LineState::Backordered => state("on back order", "wait"),
        LineState::Substituted => state("substituted", "wait"),
        LineState::PartReceived => state("partly received", "done"),
        LineState::Received => state("received", "done"),
        LineState::Refused => state("refused", "stop"),
        LineState::Cancelled => state("cancelled", "off"),
        LineState::ShortClosed => state("closed short", "off"),
    }
}

pub(super) fn verdict(at: Outcome) -> State {
    match at {
        Outcome::Passed => state("passed", "done"),
        Outcome::Fired => state("fired", "stop"),
        Outcome::NoData => state("no data", "wait"),
    }
}

pub(super) fn severity(of: Severity) -> &'static str {
    match of {
        Severity::Block => "blocks",
        Severity::Hold => "holds",
        Severity::Escalate => "escalates",
        Severity::Ask => "asks",
        Severity::Score => "counts",
        Severity::Report => "is reported",
    }
}

pub(super) fn outgoing(at: OutgoingState) -> State {
    match at {
        OutgoingState::Due => state("to be sent", "wait"),
        OutgoingState::Sending => state("being sent", "go"),
        OutgoingState::Sent => state("sent", "done"),
        OutgoingState::Dropped => state("dropped, a newer message came", "off"),
        OutgoingState::Failed => state("not sent", "stop"),
    }
}

pub(super) fn message(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Text => "text",
        MessageKind::Press => "button",
        MessageKind::Voice => "voice note",
        MessageKind::Image => "picture",
        MessageKind::Video => "video",
        MessageKind::Document => "document",
        MessageKind::Sticker => "sticker",
        MessageKind::Location => "location",
        MessageKind::Contacts => "contact card",
        MessageKind::Reaction => "reaction",
        MessageKind::Cart => "WhatsApp cart",
        MessageKind::Edit => "edited message",
        MessageKind::Revoke => "deleted message",
        MessageKind::System => "note of WhatsApp",
        MessageKind::Unsupported => "message that WhatsApp could not pass on",
    }
}

/// What a rule is called on the page.
pub(super) fn rule(id: &str) -> &str {
    match id {
        "A1" => "Nobody approves their own request",
        "A3" => "The approver's limit covers the amount",
        "M1" => "The language model sees nothing odd",
        "B3" => "The same was not asked for lately",
        "B5" => "The price is near the last one",
        other => other,
    }
}

/// What a card asks for.
pub(super) fn card(kind: &str) -> &str {
    match kind {
        "order_unknown" => "Was it ordered?",
        "order" => "Could not be placed",
        "approval" => "Approval",
        "no_approver" => "Nobody may approve",
        "free_text" => "Which item is it?",
        "no_order" => "Cannot be ordered",
        "late_message" => "A change after the order",
        "settle" => "The order history cannot be read",
        "sign_in" => "Sign-in at a supplier",
        "needs_person" => "The supplier's site asks for a person",
        "blocked" => "The supplier's site blocks us",
        "changed" => "The supplier's site has changed",
        "erp" => "Not in the ERP",
        "whatsapp" => "WhatsApp refuses to send",
        "number_changed" => "A new phone number",
        "join" | "stranger" => "An unknown sender",
        "person" => "Somebody asks for a person",
        "questions" => "Questions that were not answered",
        "flood" => "Too many messages",
        other => other,
    }
}

/// An amount of a currency, by its code.
pub(super) fn money(amount: i64, currency: &str) -> String {
    match Currency::parse(currency) {
        Some(currency) => Money::new(amount, currency).to_string(),
        None => plain_money(amount),
    }
}

fn plain_money(amount: i64) -> String {
    grouped(amount)
}

/// One value that a rule judged by, or one detail of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Named {
    pub name: String,
    pub value: String,
}

/// The values of a JSON object in words; ids become the names they are known by.
pub(super) fn values(object: &Value, names: &HashMap<String, String>) -> Vec<Named> {
    let Value::Object(map) = object else {
        return Vec::new();
    };
    map.iter()
        .map(|(name, value)| Named {
            name: name.replace("_permille", "").replace('_', " "),
            value: shown(name, value, names),
        })
        .collect()
}

fn shown(name: &str, value: &Value, names: &HashMap<String, String>) -> String {
    match value {
        Value::Null => "no data".to_owned(),
        Value::String(text) => names.get(text).unwrap_or(text).clone(),
        Value::Number(number) => match (name, number.as_i64()) {
            ("amount" | "limit" | "self_limit" | "price" | "reference", Some(n)) => plain_money(n),
            ("quantity" | "earlier_quantity", Some(n)) => quantity::number(n),
            (name, Some(n)) if name.ends_with("_permille") => {
                format!("{} %", quantity::number(n * 100))
            }
            (_, _) => number.to_string(),
        },
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_the_organisations_and_as_long_as_needed() {
        let times = Times {
            zone: chrono_tz::Africa::Nairobi,
            now: at("2026-03-12T21:30:00Z"),
        };
        for (moment, expect) in [
            ("2026-03-12T21:05:09Z", "00:05:09"),
            ("2026-03-12T20:59:00Z", "Thu 12 Mar, 23:59"),
            ("2025-12-31T20:00:00Z", "31 Dec 2025, 23:00"),
            ("2025-12-31T21:00:00Z", "Thu 1 Jan, 00:00"),
        ] {
            assert_eq!(times.text(at(moment)), expect);
        }
        assert_eq!(times.show(at("2026-03-12T21:27:00Z")).ago, "3 min ago");
        assert_eq!(times.show(at("2026-03-12T21:30:20Z")).ago, "in 20 s");
    }

    #[test]
    fn lengths_are_rounded_down() {
        for (seconds, expect) in [
            (-5, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3599, "59 min"),
            (3600, "1 h"),
            (7800, "2 h 10 min"),
            (86_400, "1 day"),
            (172_800, "2 days"),
        ] {
            assert_eq!(length(TimeDelta::seconds(seconds)), expect);
        }
    }

    #[test]
    fn values_are_shown_as_people_write_them() {
        let names = HashMap::from([("p1".to_owned(), "Amina".to_owned())]);
        let object = json!({
            "amount": 123_456_700_000_i64, "approver": "p1", "limit": null, "quantity": 2500,
            "above_permille": 150, "days": 7,
        });
        let found: Vec<String> = values(&object, &names)
            .into_iter()
            .map(|v| format!("{}: {}", v.name, v.value))
            .collect();
        assert_eq!(
            found,
            [
                "above: 15 %",
                "amount: 12,345,670.00",
                "approver: Amina",
                "days: 7",
                "limit: no data",
                "quantity: 2.5"
            ]
        );
    }
}
