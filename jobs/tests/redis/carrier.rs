//! The carrier on Redis in ordinary running.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jobs::{Job, Lane, Queue, RingError, Settings, Waiting};
use redis::AsyncCommands as _;
use tokio::sync::{mpsc, oneshot};

use crate::bodies::{run, run_and_hold, run_and_see, until};
use crate::server::{Keep, Redis, quick, soon, tell};

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_rung_runs_and_leaves_nothing_behind() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    let mut seen = run_and_see(&queue, 2);
    for n in 0..50 {
        queue.ring(tell(n)).await.unwrap();
    }
    let mut ran = Vec::new();
    for _ in 0..50 {
        ran.push(soon("fifty jobs", seen.recv()).await.unwrap());
    }
    ran.sort_by_key(|job| job.id().parse::<u32>().unwrap());
    assert_eq!(ran, (0..50).map(tell).collect::<Vec<_>>());
    soon("the queue is idle", queue.idle()).await.unwrap();
    assert!(seen.is_empty(), "each ran once");

    until("finished jobs are forgotten", || async {
        let mut conn = redis.conn().await;
        let keys: Vec<String> = conn.keys("test:chat:*").await.unwrap();
        keys.iter().all(|key| key.contains(":workers"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delayed_job_is_never_early_and_hardly_late() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    let mut seen = run_and_see(&queue, 1);
    // Late in a second, where cutting the fraction off would hurt most.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let late = Duration::from_millis(900);
    let fraction = Duration::from_nanos(now.subsec_nanos().into());
    tokio::time::sleep(late.checked_sub(fraction).unwrap_or_default()).await;
    let rung = Instant::now();
    queue
        .ring_after(tell("later"), Duration::from_millis(1_200))
        .await
        .unwrap();
    assert_eq!(
        queue.waiting(Lane::Chat).await.unwrap(),
        Waiting { due: 0, later: 1 }
    );
    assert!(queue.is_idle().await.unwrap());
    assert_eq!(soon("the job", seen.recv()).await.unwrap(), tell("later"));
    let took = rung.elapsed();
    assert!(took >= Duration::from_millis(1_200), "{took:?} is early");
    assert!(took < Duration::from_secs(4), "{took:?} is late");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_job_and_no_worker() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    let (tx, mut seen) = mpsc::unbounded_channel();
    run(&queue, 1, move |job: Job| {
        assert_ne!(job.id(), "at once", "a panic before the first await");
        let tx = tx.clone();
        async move {
            tokio::task::yield_now().await;
            assert_ne!(job.id(), "later", "a panic after the first await");
            tx.send(job).unwrap();
        }
    });
    for id in ["at once", "later", "good"] {
        queue.ring(tell(id)).await.unwrap();
    }
    assert_eq!(
        soon("the good job", seen.recv()).await.unwrap(),
        tell("good")
    );
    soon("the queue is idle", queue.idle()).await.unwrap();
    let chat = &queue.health()[0];
    assert_eq!((chat.panics, chat.restarts, chat.running), (2, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubled_bell_is_run_and_cleared_away() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    queue.ring(tell(1)).await.unwrap();
    queue.ring(tell(1)).await.unwrap();
    assert_eq!(queue.waiting_jobs().await.unwrap(), [tell(1), tell(1)]);
    let mut seen = run_and_see(&queue, 2);
    soon("the queue is idle", queue.idle()).await.unwrap();
    assert_eq!(seen.recv().await.unwrap(), tell(1));
    assert_eq!(seen.recv().await.unwrap(), tell(1));
    assert!(seen.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_a_lane_and_run_no_job_twice() {
    let redis = Redis::start(Keep::Nothing);
    let runs: Arc<Mutex<HashMap<String, Vec<usize>>>> = Arc::default();
    let mut queues = Vec::new();
    for process in 0..2 {
        let queue = redis.queue(quick());
        let runs = runs.clone();
        run(&queue, 2, move |job: Job| {
            runs.lock()
                .unwrap()
                .entry(job.id().to_owned())
                .or_default()
                .push(process);
            // Some jobs outlast the time after which a silent worker loses its jobs.
            let long = job.id().parse::<u64>().unwrap() < 4;
            tokio::time::sleep(Duration::from_millis(if long { 4_500 } else { 20 }))
        });
        queues.push(queue);
    }
    for queue in &queues {
        until("workers beat", || async {
            queue.health()[0].is_well(Duration::from_secs(5))
        })
        .await;
    }
    for n in 0..40 {
        queues[n % 2].ring(tell(n)).await.unwrap();
    }
    soon("the queue is idle", queues[0].idle()).await.unwrap();
    let runs = runs.lock().unwrap();
    assert_eq!(runs.len(), 40);
    assert!(runs.values().all(|by| by.len() == 1), "{runs:?}");
    for (process, queue) in queues.iter().enumerate() {
        let worked = runs.values().any(|by| by == &[process]);
        assert!(worked, "process {process} ran nothing");
        assert_eq!(queue.health()[0].restarts, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_lane_refuses_and_still_works() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(Settings {
        poll: Duration::from_millis(1),
        ..quick()
    });
    let mut taken = 0;
    let mut refused = 0;
    for n in 0..6_000_u64 {
        match queue
            .ring_after(tell(n), Duration::from_millis(n % 2))
            .await
        {
            Ok(()) => taken += 1,
            Err(RingError::Full {
                lane: Lane::Chat,
                waiting: 5_000,
            }) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((taken, refused), (5_000, 1_000));
    queue
        .ring(Job::Sync {
            document: "other lanes are free".into(),
        })
        .await
        .unwrap();

    let mut seen = run_and_see(&queue, 8);
    for _ in 0..100 {
        soon("the lane works", seen.recv()).await.unwrap();
    }
    queue.ring(tell("one more")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_waits_for_the_body_and_nobody_else_is_given_its_job() {
    let redis = Redis::start(Keep::Nothing);
    let (leaving, staying) = (redis.queue(quick()), redis.queue(quick()));
    let (stop, stopped) = oneshot::channel::<()>();
    let (tx, mut begins) = mpsc::unbounded_channel();
    let runner = {
        let queue = leaving.clone();
        tokio::spawn(async move {
            let body = move |job: Job| {
                tx.send(job).unwrap();
                tokio::time::sleep(Duration::from_millis(5_500))
            };
            queue
                .run(Lane::Chat, 1, body, async { drop(stopped.await) })
                .await;
        })
    };
    leaving.ring(tell(1)).await.unwrap();
    soon("the job begins", begins.recv()).await.unwrap();
    stop.send(()).unwrap();
    let mut seen = run_and_see(&staying, 1);
    soon("the runner ends", runner).await.unwrap();
    soon("the queue is idle", staying.idle()).await.unwrap();
    assert!(seen.try_recv().is_err(), "the job was not run again");
    assert!(begins.is_empty());
    let mut conn = redis.conn().await;
    let workers: Vec<String> = conn.zrange("test:chat:workers", 0, -1).await.unwrap();
    assert_eq!(workers.len(), 1, "the worker that left is off the books");
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_jobs_are_forgotten_unless_somebody_may_still_run_them() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    let (mut begins, _ends, _gate) = run_and_hold(&queue, 1);
    queue.ring(tell("held")).await.unwrap();
    soon("the job begins", begins.recv()).await.unwrap();
    let mut conn = redis.conn().await;
    let held: Vec<String> = conn.hkeys("test:chat:data").await.unwrap();
    let far = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        + 1_000;
    // All of these are said to be finished; only one of them is nowhere else.
    let () = redis::pipe()
        .atomic()
        .sadd(
            "test:chat:done",
            &["finished", "waiting", "scheduled", &held[0]],
        )
        .rpush("test:chat:active", "waiting")
        .zadd("test:chat:scheduled", "scheduled", far)
        .hset_multiple(
            "test:chat:data",
            &[("finished", "{}"), ("waiting", "{}"), ("scheduled", "{}")],
        )
        .query_async(&mut conn)
        .await
        .unwrap();
    let left = || async {
        let mut conn = redis.conn().await;
        let mut ids: Vec<String> = conn.hkeys("test:chat:data").await.unwrap();
        ids.sort();
        ids
    };
    until("one is forgotten", || async { left().await.len() < 4 }).await;
    let mut expected = vec![held[0].clone(), "scheduled".into(), "waiting".into()];
    expected.sort();
    assert_eq!(left().await, expected);
}

#[test]
fn a_url_that_is_none_is_refused() {
    assert!(Queue::connect("localhost:6379", "test").is_err());
}
