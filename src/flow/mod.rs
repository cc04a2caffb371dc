//! The story, one file a step: receive merge read check confirm approve place settle sync tell sweep.
//!
//! **Invariant:** a step's first act is a guarded update; what it leaves for the next is in the same
//! transaction; nothing on the network is awaited while one is open.

pub mod approve;
pub mod check;
pub mod confirm;
pub mod evidence;
pub mod give;
pub mod learn;
pub mod look_over;
pub mod merge;
pub mod model;
pub mod office;
pub mod place;
pub mod press;
pub mod read;
pub mod receive;
pub mod settle;
pub mod sweep;
pub mod sync;
pub mod tell;
pub mod texts;

use std::sync::Arc;

use jobs::{Job, Lane};

use crate::app::App;

/// Does one job. Its errors end here: the row is still due, and the sweep rings again.
pub async fn work(app: Arc<App>, job: Job) {
    let started = std::time::Instant::now();
    let (name, lane) = (job.name(), job.lane());
    let result = match &job {
        Job::Merge { burst } => merge::merge(&app, &burst.as_str().into()).await,
        Job::Read { burst } => read::read(&app, &burst.as_str().into()).await,
        Job::Press { message } => press::press(&app, &message.as_str().into()).await,
        Job::Check { requisition } => check::check(&app, &requisition.as_str().into()).await,
        Job::Confirm { requisition } => {
            confirm::confirm_clock(&app, &requisition.as_str().into()).await
        }
        Job::Approve { requisition } => approve::approve(&app, &requisition.as_str().into()).await,
        Job::Place { order } => Box::pin(place::place(&app, &order.as_str().into())).await,
        Job::Settle { order } => settle::settle(&app, &order.as_str().into()).await,
        Job::Sync { document } => sync::sync(&app, &document.as_str().into()).await,
        Job::Tell { message } => tell::tell(&app, &message.as_str().into()).await,
    };
    let outcome = if result.is_ok() { "ok" } else { "error" };
    metrics::histogram!("sutler_job_seconds", "job" => name, "outcome" => outcome)
        .record(started.elapsed().as_secs_f64());
    if let Err(error) = result {
        tracing::error!(%job, lane = lane.name(), error = %format!("{error:#}"), "a job failed");
    }
}

/// Runs all lanes and the sweep until the process is to end; what runs then is waited for.
pub async fn run(app: Arc<App>) {
    let concurrency = |lane| match lane {
        Lane::Chat => app.config.lanes.chat,
        Lane::Browser => app.config.lanes.browser,
        Lane::Erp => app.config.lanes.erp,
    };
    let lanes = Lane::ALL.map(|lane| {
        let worker = app.clone();
        let mut stopping = app.stopping.clone();
        let queue = app.queue.clone();
        let slots = concurrency(lane);
        tokio::spawn(async move {
            let handler = move |job| work(worker.clone(), job);
            let stop = async move {
                let _ = stopping.wait_for(|s| *s).await;
            };
            queue.run(lane, slots, handler, stop).await;
        })
    });
    let sweep = tokio::spawn(sweep::run(app.clone(), app.stopping.clone()));
    for lane in lanes {
        let _ = lane.await;
    }
    let _ = sweep.await;
}
