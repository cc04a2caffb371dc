//! Lanes that run in the background, and what a test sees of their jobs.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::future::{Future, pending, ready};
use std::sync::Arc;
use std::time::Duration;

use jobs::{Job, Lane, Queue};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::server::{Redis, soon};

pub(crate) type Seen = mpsc::UnboundedReceiver<Job>;

/// Runs the lane in the background until the test ends.
pub(crate) fn run<F>(
    queue: &Queue,
    concurrency: usize,
    body: impl Fn(Job) -> F + Clone + Send + Sync + 'static,
) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let queue = queue.clone();
    tokio::spawn(async move { queue.run(Lane::Chat, concurrency, body, pending()).await })
}

/// Runs the lane; what runs can be received.
pub(crate) fn run_and_see(queue: &Queue, concurrency: usize) -> Seen {
    let (tx, seen) = mpsc::unbounded_channel();
    run(queue, concurrency, move |job| {
        tx.send(job).unwrap();
        ready(())
    });
    seen
}

/// Runs the lane; what begins can be received, and ends when the gate is given a permit.
pub(crate) fn run_and_hold(queue: &Queue, concurrency: usize) -> (Seen, Seen, Arc<Semaphore>) {
    let (begun, begins) = mpsc::unbounded_channel();
    let (ended, ends) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    run(queue, concurrency, move |job: Job| {
        let (begun, ended, gate) = (begun.clone(), ended.clone(), held.clone());
        async move {
            begun.send(job.clone()).unwrap();
            gate.acquire().await.unwrap().forget();
            ended.send(job).unwrap();
        }
    });
    (begins, ends, gate)
}

/// Waits until the condition holds. For what Redis or a worker announces to nobody.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    soon(what, async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

/// Redis takes commands and answers none for so long.
pub(crate) async fn pause(redis: &Redis, time: Duration) {
    let millis = u64::try_from(time.as_millis()).unwrap();
    let mut client = redis::cmd("CLIENT");
    let pause = client.arg("PAUSE").arg(millis);
    let () = pause.query_async(&mut redis.conn().await).await.unwrap();
}
