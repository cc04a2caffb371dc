//! The carrier inside the process, by its public face.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::HashMap;
use std::future::{Future, Ready, pending};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jobs::in_process::InProcess;
use jobs::{Job, Lane, Queue, RingError};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::Instant;

fn merge(id: impl std::fmt::Display) -> Job {
    Job::Merge {
        burst: id.to_string(),
    }
}

/// Runs the lane in the background until the test ends.
fn run<F>(
    queue: &Queue,
    lane: Lane,
    concurrency: usize,
    body: impl Fn(Job) -> F + Clone + Send + Sync + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let queue = queue.clone();
    tokio::spawn(async move { queue.run(lane, concurrency, body, pending()).await });
}

fn sender() -> (
    impl Fn(Job) -> Ready<()> + Clone + Send + Sync + 'static,
    mpsc::UnboundedReceiver<Job>,
) {
    let (tx, rx) = mpsc::unbounded_channel();
    let body = move |job| {
        tx.send(job).unwrap();
        std::future::ready(())
    };
    (body, rx)
}

#[tokio::test(start_paused = true)]
async fn jobs_run_in_the_order_of_their_ringing() {
    let queue = Queue::in_process();
    for n in 0..100 {
        queue.ring(merge(n)).await.unwrap();
    }
    let (body, mut seen) = sender();
    run(&queue, Lane::Chat, 1, body);
    for n in 0..100 {
        assert_eq!(seen.recv().await.unwrap(), merge(n));
    }
    queue.idle().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_job_that_waits_is_not_added_again_but_may_be_once_it_runs() {
    let queue = Queue::in_process();
    for _ in 0..3 {
        queue.ring(merge(1)).await.unwrap();
    }
    assert_eq!(queue.waiting_jobs().await.unwrap(), [merge(1)]);

    let (started_tx, mut started) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let body = {
        let gate = gate.clone();
        move |job: Job| {
            started_tx.send(job).unwrap();
            let gate = gate.clone();
            async move { gate.acquire().await.unwrap().forget() }
        }
    };
    run(&queue, Lane::Chat, 1, body);
    started.recv().await.unwrap();
    queue.ring(merge(1)).await.unwrap();
    assert_eq!(queue.waiting(Lane::Chat).await.unwrap().due, 1);
    gate.add_permits(2);
    assert_eq!(started.recv().await.unwrap(), merge(1));
    queue.idle().await.unwrap();
    assert!(started.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_delayed_job_runs_when_it_is_due_and_not_before() {
    let queue = Queue::in_process();
    let (body, mut seen) = sender();
    run(&queue, Lane::Chat, 1, body);
    let start = Instant::now();
    queue
        .ring_after(merge("late"), Duration::from_mins(1))
        .await
        .unwrap();
    queue
        .ring_after(merge("soon"), Duration::from_secs(5))
        .await
        .unwrap();
    assert!(
        queue.is_idle().await.unwrap(),
        "jobs that are to run later do not count as work"
    );
    assert_eq!(
        queue.waiting(Lane::Chat).await.unwrap(),
        jobs::Waiting { due: 0, later: 2 }
    );

    assert_eq!(seen.recv().await.unwrap(), merge("soon"));
    assert!((Duration::from_secs(5)..Duration::from_secs(6)).contains(&start.elapsed()));
    assert_eq!(seen.recv().await.unwrap(), merge("late"));
    assert!((Duration::from_mins(1)..Duration::from_secs(61)).contains(&start.elapsed()));
}

#[tokio::test(start_paused = true)]
async fn two_bells_for_different_times_are_both_kept() {
    let queue = Queue::in_process();
    let (body, mut seen) = sender();
    run(&queue, Lane::Chat, 1, body);
    queue
        .ring_after(merge(1), Duration::from_secs(5))
        .await
        .unwrap();
    queue
        .ring_after(merge(1), Duration::from_secs(9))
        .await
        .unwrap();
    let start = Instant::now();
    seen.recv().await.unwrap();
    seen.recv().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(9));
}

#[tokio::test(start_paused = true)]
async fn a_test_can_bring_later_jobs_forward() {
    let carrier = InProcess::default();
    let queue = Queue::InProcess(carrier.clone());
    queue
        .ring_after(merge(1), Duration::from_hours(5))
        .await
        .unwrap();
    assert_eq!(carrier.later_jobs(), [merge(1)]);
    assert!(carrier.waiting_jobs().is_empty());
    carrier.ring_later_jobs_now();
    assert!(carrier.later_jobs().is_empty());
    assert_eq!(carrier.waiting_jobs(), [merge(1)]);
    let start = Instant::now();
    let (body, mut seen) = sender();
    run(&queue, Lane::Chat, 1, body);
    assert_eq!(seen.recv().await.unwrap(), merge(1));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_one_job_and_no_more() {
    let queue = Queue::in_process();
    let (tx, mut seen) = mpsc::unbounded_channel();
    run(&queue, Lane::Chat, 1, move |job: Job| {
        assert_ne!(job.id(), "at once", "a panic before the first await");
        let tx = tx.clone();
        async move {
            tokio::task::yield_now().await;
            assert_ne!(job.id(), "later", "a panic after the first await");
            tx.send(job).unwrap();
        }
    });
    for id in ["at once", "later", "good"] {
        queue.ring(merge(id)).await.unwrap();
    }
    assert_eq!(seen.recv().await.unwrap(), merge("good"));
    queue.idle().await.unwrap();
    let chat = &queue.health()[0];
    assert_eq!((chat.lane, chat.panics, chat.running), (Lane::Chat, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_lane_runs_as_many_at_once_as_it_may_and_no_more() {
    let queue = Queue::in_process();
    let counts: Arc<Mutex<(usize, usize)>> = Arc::default();
    let body = {
        let counts = counts.clone();
        move |_| {
            let counts = counts.clone();
            async move {
                {
                    let mut counts = counts.lock().unwrap();
                    counts.0 += 1;
                    counts.1 = counts.1.max(counts.0);
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
                counts.lock().unwrap().0 -= 1;
            }
        }
    };
    run(&queue, Lane::Chat, 3, body);
    for n in 0..30 {
        queue.ring(merge(n)).await.unwrap();
    }
    let start = Instant::now();
    queue.idle().await.unwrap();
    assert_eq!(*counts.lock().unwrap(), (0, 3));
    assert!((Duration::from_secs(10)..Duration::from_secs(11)).contains(&start.elapsed()));
}

#[tokio::test(start_paused = true)]
async fn two_runners_of_one_lane_share_its_jobs() {
    let queue = Queue::in_process();
    let seen: Arc<Mutex<HashMap<(usize, String), usize>>> = Arc::default();
    for runner in 0..2 {
        let seen = seen.clone();
        run(&queue, Lane::Browser, 1, move |job: Job| {
            *seen
                .lock()
                .unwrap()
                .entry((runner, job.id().to_owned()))
                .or_default() += 1;
            tokio::time::sleep(Duration::from_secs(1))
        });
    }
    tokio::task::yield_now().await;
    for n in 0..10 {
        queue
            .ring(Job::Place {
                order: n.to_string(),
            })
            .await
            .unwrap();
    }
    queue.idle().await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 10, "no job ran in both");
    assert!(seen.values().all(|times| *times == 1));
    for runner in 0..2 {
        assert_eq!(seen.keys().filter(|key| key.0 == runner).count(), 5);
    }
    assert_eq!(queue.health()[1].slots, 2);
}

#[tokio::test(start_paused = true)]
async fn lanes_do_not_wait_for_each_other() {
    let queue = Queue::in_process();
    let (body, mut seen) = sender();
    run(&queue, Lane::Browser, 1, |_| pending());
    run(&queue, Lane::Erp, 1, body);
    queue.ring(Job::Place { order: "1".into() }).await.unwrap();
    queue
        .ring(Job::Sync {
            document: "2".into(),
        })
        .await
        .unwrap();
    assert_eq!(
        seen.recv().await.unwrap(),
        Job::Sync {
            document: "2".into()
        }
    );
    assert!(!queue.is_idle().await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn shutdown_starts_no_more_and_waits_for_what_runs() {
    let queue = Queue::in_process();
    let (stop, stopped) = oneshot::channel::<()>();
    let (tx, mut events) = mpsc::unbounded_channel();
    let runner = {
        let queue = queue.clone();
        let body = move |job: Job| {
            let tx = tx.clone();
            async move {
                tx.send(format!("start {}", job.id())).unwrap();
                tokio::time::sleep(Duration::from_secs(9)).await;
                tx.send(format!("end {}", job.id())).unwrap();
            }
        };
        tokio::spawn(async move {
            let shutdown = async { drop(stopped.await) };
            queue.run(Lane::Chat, 1, body, shutdown).await;
        })
    };
    queue.ring(merge(1)).await.unwrap();
    queue.ring(merge(2)).await.unwrap();
    assert_eq!(events.recv().await.unwrap(), "start 1");
    stop.send(()).unwrap();
    runner.await.unwrap();
    assert_eq!(events.recv().await.unwrap(), "end 1");
    assert!(events.is_empty());
    assert_eq!(queue.waiting_jobs().await.unwrap(), [merge(2)]);
    assert_eq!(queue.health()[0].slots, 0);
}

#[tokio::test(start_paused = true)]
async fn a_lane_that_is_full_refuses_and_goes_on() {
    let queue = Queue::in_process();
    for n in 0..jobs::in_process::MOST_WAITING {
        queue.ring(merge(n)).await.unwrap();
    }
    let refused = queue.ring(merge("one more")).await;
    assert!(
        matches!(
            refused,
            Err(RingError::Full {
                lane: Lane::Chat,
                waiting: 100_000
            })
        ),
        "{refused:?}"
    );
    queue
        .ring(Job::Sync {
            document: "1".into(),
        })
        .await
        .unwrap();
    let (body, mut seen) = sender();
    run(&queue, Lane::Chat, 1, body);
    seen.recv().await.unwrap();
    queue.ring(merge("one more")).await.unwrap();
}
