//! How far each step of a requisition is.

use serde::Serialize;

use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;
use crate::domain::rules::{Outcome, Severity};
use crate::store::requisitions::{Finding, Requisition};

/// How far each step of the story is, as the colour of its mark.
#[derive(Serialize)]
pub(super) struct Steps {
    read: &'static str,
    checks: &'static str,
    orders: &'static str,
}

pub(super) fn steps(
    requisition: &Requisition,
    orders: &[crate::store::orders::Order],
    findings: &[Finding],
) -> Steps {
    let read = match requisition.state {
        RequisitionState::Draft => "go",
        RequisitionState::Asking | RequisitionState::ToConfirm => "wait",
        RequisitionState::Cancelled | RequisitionState::Expired => "off",
        RequisitionState::ToApprove
        | RequisitionState::Approved
        | RequisitionState::Ordering
        | RequisitionState::Ordered
        | RequisitionState::PartReceived
        | RequisitionState::Received
        | RequisitionState::Closed
        | RequisitionState::Rejected => "done",
    };
    let of_version = |f: &Finding| f.version == requisition.version;
    // Rules about single approvers say who is not asked: nothing waits for that.
    let is_open = |f: &Finding| {
        f.verdict == Outcome::Fired && f.answered_at.is_none() && f.severity != Severity::Block
    };
    let checks = if !findings.iter().any(of_version) {
        "off"
    } else if findings.iter().any(|f| of_version(f) && is_open(f)) {
        "wait"
    } else {
        "done"
    };
    let mine = || orders.iter().filter(|o| o.version == requisition.version);
    let orders = if mine().next().is_none() {
        "off"
    } else if mine().any(|o| matches!(o.state, OrderState::Unknown | OrderState::NeedsPerson)) {
        "stop"
    } else if mine().any(|o| o.state == OrderState::Proposed) {
        "wait"
    } else if mine().any(|o| {
        matches!(
            o.state,
            OrderState::Approved
                | OrderState::Preparing
                | OrderState::Armed
                | OrderState::Submitting
        )
    }) {
        "go"
    } else if mine().any(|o| {
        matches!(
            o.state,
            OrderState::Placed
                | OrderState::PartReceived
                | OrderState::Received
                | OrderState::Closed
        )
    }) {
        "done"
    } else {
        "off"
    };
    Steps {
        read,
        checks,
        orders,
    }
}
