//! Running one job: in a task of its own that no carrier can cancel, its panic caught and logged.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::job::Job;

/// Starts the body. The task lives on when the handle is dropped. `running` is dropped when the
/// body has ended, however it ended.
pub(crate) fn start<H, F, G>(job: Job, handler: H, running: G) -> JoinHandle<()>
where
    H: Fn(Job) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    G: Send + 'static,
{
    let span = tracing::info_span!("job", job = job.name(), id = job.id());
    tokio::spawn(
        async move {
            let _running = running;
            handler(job).await;
        }
        .instrument(span),
    )
}

/// Waits for the body. A panic is logged and counted, and goes no further.
pub(crate) async fn finish(job: &Job, body: JoinHandle<()>, panics: &AtomicU64) {
    if let Err(error) = body.await {
        panics.fetch_add(1, Ordering::Relaxed);
        tracing::error!(job = job.name(), id = job.id(), %error, "the job did not end well");
    }
}
