//! Sweep: closes bursts, rings again for what is due, takes over what a dead process left.
//!
//! **Invariant:** runs in every process that works, each second and at the next due time; all it does
//! may be done twice.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use jobs::Job;
use tokio::sync::watch;

use super::{place, settle};
use crate::app::App;
use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;
use crate::store::bells::{self, Bell};
use crate::store::{bursts, orders};

/// The longest that a due row may wait for its bell.
const ROUND: Duration = Duration::from_secs(1);

/// Sweeps until the process is to end.
pub async fn run(app: Arc<App>, mut stopping: watch::Receiver<bool>) {
    loop {
        let next = match round(&app).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "a sweep failed");
                ROUND
            }
        };
        tokio::select! {
            () = tokio::time::sleep(next) => {}
            _ = stopping.changed() => return,
        }
    }
}

/// One round; gives the time until the next.
pub async fn round(app: &App) -> anyhow::Result<Duration> {
    close_bursts(app).await?;
    take_over(app).await?;
    for bell in Bell::ALL {
        ring(app, bell).await?;
    }
    let mut tx = app.db.read().await?;
    let now = tx.now().await?;
    let due = bells::next(&mut tx).await?;
    let until = due.map_or(TimeDelta::seconds(1), |due| due - now);
    let least = TimeDelta::milliseconds(20);
    Ok(until.max(least).to_std().unwrap_or(ROUND).min(ROUND))
}

async fn close_bursts(app: &App) -> anyhow::Result<()> {
    let limit = i64::from(app.config.sweep.batch);
    let mut look = app.db.read().await?;
    let now = look.now().await?;
    let due = bursts::next_due(&mut look)
        .await?
        .is_some_and(|due| due <= now);
    drop(look);
    if due {
        let mut tx = app.db.begin().await?;
        let closed = bursts::close_due(&mut tx, limit).await?;
        tx.commit().await?;
        app.ring_all(closed.into_iter().map(|b| Job::Read {
            burst: b.to_string(),
        }))
        .await;
    }
    Ok(())
}

/// Rings for the due rows of one table.
async fn ring(app: &App, bell: Bell) -> anyhow::Result<()> {
    let limit = i64::from(app.config.sweep.batch);
    let mut look = app.db.read().await?;
    let waits = bells::waits(&mut look, bell).await?;
    drop(look);
    if !waits {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let rung = bells::ring(&mut tx, bell, limit).await?;
    tx.commit().await?;
    app.ring_all(
        rung.into_iter()
            .filter_map(|(id, state)| job(bell, id, &state)),
    )
    .await;
    Ok(())
}

/// The job that a due row of this table and state asks for.
fn job(bell: Bell, id: String, state: &str) -> Option<Job> {
    Some(match bell {
        Bell::Burst => Job::Read { burst: id },
        Bell::Press => Job::Press { message: id },
        Bell::Outgoing => Job::Tell { message: id },
        Bell::Sync => Job::Sync { document: id },
        Bell::Order => match OrderState::parse(state)? {
            OrderState::Approved => Job::Place { order: id },
            OrderState::Unknown | OrderState::Placed => Job::Settle { order: id },
            OrderState::Proposed
            | OrderState::Preparing
            | OrderState::Armed
            | OrderState::Submitting
            | OrderState::NeedsPerson
            | OrderState::Refused
            | OrderState::Cancelled
            | OrderState::PartReceived
            | OrderState::Received
            | OrderState::Closed => return None,
        },
        Bell::Requisition => match RequisitionState::parse(state)? {
            RequisitionState::Draft => Job::Check { requisition: id },
            RequisitionState::Asking | RequisitionState::ToConfirm => {
                Job::Confirm { requisition: id }
            }
            RequisitionState::ToApprove => Job::Approve { requisition: id },
            RequisitionState::Approved
            | RequisitionState::Ordering
            | RequisitionState::Ordered
            | RequisitionState::PartReceived
            | RequisitionState::Received
            | RequisitionState::Closed
            | RequisitionState::Rejected
            | RequisitionState::Cancelled
            | RequisitionState::Expired => return None,
        },
    })
}

/// Attempts whose lease has run out: what was being prepared is due again, what was submitted
/// is unknown.
async fn take_over(app: &App) -> anyhow::Result<()> {
    let mut look = app.db.read().await?;
    let left = orders::abandoned(&mut look, 20).await?;
    drop(look);
    for order in left {
        match order.state {
            OrderState::Submitting => settle::lost(app, &order).await?,
            OrderState::Preparing | OrderState::Armed => place::lost(app, &order).await?,
            OrderState::Proposed
            | OrderState::Approved
            | OrderState::Unknown
            | OrderState::NeedsPerson
            | OrderState::Placed
            | OrderState::Refused
            | OrderState::Cancelled
            | OrderState::PartReceived
            | OrderState::Received
            | OrderState::Closed => {}
        }
    }
    Ok(())
}
