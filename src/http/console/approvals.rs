//! Approve and reject, for the approver who was asked.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::Shared;
use super::guard::{Checked, Nothing, Signed};
use super::pages::Refusal;
use crate::domain::ids::ApprovalId;
use crate::flow::approve::{self, Decision};
use crate::flow::texts::Texts;
use crate::store::{orders, requisitions};

/// Longest reason that is kept, in characters.
const REASON: usize = 300;

#[derive(Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
}

pub(super) async fn approve(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Checked { signed, .. }: Checked<Nothing>,
) -> Result<Response, Refusal> {
    decide(&console, &signed, &id.into(), Decision::Approve, None).await
}

pub(super) async fn reject(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Checked { signed, form }: Checked<Reason>,
) -> Result<Response, Refusal> {
    let reason: String = form.reason.trim().chars().take(REASON).collect();
    if reason.is_empty() {
        return Err(Refusal::Wrong(
            "Say in a few words why it is rejected: the requester reads it.",
        ));
    }
    decide(
        &console,
        &signed,
        &id.into(),
        Decision::Reject,
        Some(&reason),
    )
    .await
}

async fn decide(
    console: &Shared,
    signed: &Signed,
    id: &ApprovalId,
    decision: Decision,
    reason: Option<&str>,
) -> Result<Response, Refusal> {
    let app = &console.app;
    let org = &signed.org.id;
    let mut tx = app.db.begin().await?;
    let Some(approval) = orders::approval(&mut tx, org, id).await? else {
        return Err(Refusal::NotFound);
    };
    let requisition = requisitions::of_org(&mut tx, org, &approval.requisition_id).await?;
    let Some(requisition) = requisition else {
        return Err(Refusal::NotFound);
    };
    let by = &signed.person.id;
    let deciding = approve::Deciding {
        org,
        id,
        by,
        decision,
        reason,
    };
    let (text, bells) = approve::decide(app, &mut tx, Texts::english(), deciding).await?;
    tx.commit().await?;
    app.ring_all(bells).await;
    let to = format!("/requisitions/{}", requisition.number);
    Ok(signed.say(&to, &text))
}
