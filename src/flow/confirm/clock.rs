//! The clock of drafts that nobody answers.

use chrono::TimeDelta;

use crate::app::App;
use crate::domain::ids::RequisitionId;
use crate::domain::requisition::RequisitionState;
use crate::flow::tell;
use crate::flow::texts::say;
use crate::store::requisitions::{self, Move};
use crate::store::{cards, people};

/// The clock of a draft nobody answered: recalled after some hours, dropped after a day.
pub async fn confirm_clock(app: &App, id: &RequisitionId) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let asking = requisitions::take(&mut tx, id, RequisitionState::Asking).await?;
    let taken = match asking {
        Some(asking) => Some(asking),
        None => requisitions::take(&mut tx, id, RequisitionState::ToConfirm).await?,
    };
    let Some(requisition) = taken else {
        return Ok(());
    };
    let org = tell::org(&mut tx, &requisition.org_id).await?;
    let texts = tell::texts(&mut tx, &org.id, &requisition.identity_id).await?;
    let left = TimeDelta::hours((org.settings.expire_hours - org.settings.recall_hours).max(1));
    let recalled =
        requisitions::recalled(&mut tx, &org.id, id, requisition.version, now + left).await?;
    let (kind, text) = if recalled == 1 {
        ("recall", say!(texts, "recall", request: requisition.number))
    } else {
        let step = Move {
            org: &org.id,
            id,
            version: requisition.version,
            from: requisition.state,
            to: RequisitionState::Expired,
            due_at: None,
        };
        if requisitions::move_on(&mut tx, step).await? == 0 {
            return Ok(());
        }
        cards::done(&mut tx, &org.id, "questions", id.as_str(), "expired", None).await?;
        // They were reminded; a text after their 24 hours could not arrive.
        let identity = people::identity(&mut tx, &org.id, &requisition.identity_id).await?;
        let hears = match &identity {
            Some(identity) => tell::window_is_open(&mut tx, identity).await?,
            None => false,
        };
        if !hears {
            tx.commit().await?;
            return Ok(());
        }
        (
            "expired",
            say!(texts, "expired", request: requisition.number),
        )
    };
    let cause = format!("{id}/{}", requisition.version);
    let say = tell::Say {
        org: &org.id,
        cause: &cause,
        kind,
        to: &requisition.identity_id,
        requisition: Some(id),
        burst: None,
        body: tell::Body::text(text),
    };
    let bells = tell::say(app, &mut tx, say).await?;
    tx.commit().await?;
    app.ring_all(bells).await;
    Ok(())
}
