//! The carrier on Redis when a process or Redis is killed, emptied, stalled or filled with
//! what it does not expect.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::future::pending;
use std::time::{Duration, Instant};

use jobs::{Lane, Queue, RingError, Settings};
use redis::AsyncCommands as _;

use crate::bodies::{pause, run_and_hold, run_and_see, until};
use crate::server::{Keep, Redis, quick, soon, tell};

/// Started a second time as the process that is killed: the words that follow the name of the
/// test in its arguments are filters of the test runner that match nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_its_job_to_another() {
    if let Some(url) = std::env::args().find(|word| word.starts_with("redis://")) {
        std::thread::spawn(|| {
            // Ends when the test does, should nobody kill this process.
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            std::process::exit(0);
        });
        let queue = Queue::connect_with(&url, "test", quick()).unwrap();
        return queue.run(Lane::Chat, 1, |_| pending(), pending()).await;
    }
    let redis = Redis::start(Keep::Nothing);
    let mut doomed = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "trouble::a_killed_process_loses_its_job_to_another",
            &redis.url(),
        ])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let queue = redis.queue(quick());
    queue.ring(tell(1)).await.unwrap();
    until("the other process has taken the job", || async {
        let waiting = queue.waiting(Lane::Chat).await.unwrap();
        waiting.due == 0 && !queue.is_idle().await.unwrap()
    })
    .await;
    doomed.kill().unwrap();
    doomed.wait().unwrap();
    let killed = Instant::now();
    let mut seen = run_and_see(&queue, 1);
    assert_eq!(
        soon("the job is given to us", seen.recv()).await.unwrap(),
        tell(1)
    );
    let took = killed.elapsed();
    assert!(
        took > Duration::from_secs(1),
        "{took:?}: not before the worker was silent for long"
    );
    soon("the queue is idle", queue.idle()).await.unwrap();
    assert!(seen.is_empty());
}

/// Redis is killed while a body runs, and comes back with everything or with nothing.
async fn redis_dies_in_mid_job(keep: Keep) {
    let mut redis = Redis::start(keep);
    let queue = redis.queue(quick());
    let (mut begins, mut ends, gate) = run_and_hold(&queue, 1);
    queue.ring(tell("held")).await.unwrap();
    soon("the job begins", begins.recv()).await.unwrap();

    redis.kill();
    assert!(queue.ping().await.is_err());
    let refused = soon("rings are refused, not held up", queue.ring(tell("lost"))).await;
    assert!(
        matches!(
            refused,
            Err(RingError::Redis(_) | RingError::Silent | RingError::Down)
        ),
        "{refused:?}"
    );
    let asked = Instant::now();
    let refused = queue.ring(tell("lost")).await;
    assert!(matches!(refused, Err(RingError::Down)), "{refused:?}");
    assert!(
        asked.elapsed() < Duration::from_millis(100),
        "the second ring waits for nothing"
    );
    assert!(ends.is_empty(), "the body still runs");

    redis.start_again();
    until("rings are taken again", || async {
        queue.ring(tell("next")).await.is_ok()
    })
    .await;
    gate.add_permits(1);
    assert_eq!(
        soon("the held body ends", ends.recv()).await.unwrap(),
        tell("held")
    );
    assert_eq!(
        soon("the next job begins", begins.recv()).await.unwrap(),
        tell("next")
    );
    gate.add_permits(1);
    soon("the queue is idle", queue.idle()).await.unwrap();
    assert_eq!(ends.recv().await.unwrap(), tell("next"));
    assert!(begins.is_empty(), "the held job was not run again");
    assert!(queue.health()[0].restarts > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_dies_in_mid_job_and_comes_back_empty() {
    redis_dies_in_mid_job(Keep::Nothing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_dies_in_mid_job_and_comes_back_as_it_was() {
    redis_dies_in_mid_job(Keep::Everything).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn flushall_loses_bells_and_nothing_else() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    let (mut begins, mut ends, gate) = run_and_hold(&queue, 2);
    queue.ring(tell("a")).await.unwrap();
    queue.ring(tell("b")).await.unwrap();
    soon("the job begins", begins.recv()).await.unwrap();
    soon("the job begins", begins.recv()).await.unwrap();
    queue.ring(tell("lost")).await.unwrap();

    let () = redis::cmd("FLUSHALL")
        .query_async(&mut redis.conn().await)
        .await
        .unwrap();
    gate.add_permits(2);
    soon("the body ends", ends.recv()).await.unwrap();
    soon("the body ends", ends.recv()).await.unwrap();
    until("both workers are back", || async {
        queue.health()[0].restarts == 2
    })
    .await;
    queue.ring(tell("new")).await.unwrap();
    assert_eq!(
        soon("the new job begins", begins.recv()).await.unwrap(),
        tell("new")
    );
    gate.add_permits(1);
    soon("the queue is idle", queue.idle()).await.unwrap();
    assert!(begins.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_redis_ends_no_worker() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    let mut seen = run_and_see(&queue, 1);
    queue.ring(tell(1)).await.unwrap();
    soon("the first job", seen.recv()).await.unwrap();
    pause(&redis, Duration::from_secs(3)).await;
    let refused = queue.ring(tell(2)).await;
    assert!(matches!(refused, Err(RingError::Silent)), "{refused:?}");
    until("rings are taken again", || async {
        queue.ring(tell(3)).await.is_ok()
    })
    .await;
    until("the job runs", || async {
        queue.is_idle().await.unwrap_or(false)
    })
    .await;
    let mut ran = Vec::new();
    while let Ok(job) = seen.try_recv() {
        ran.push(job);
    }
    assert!(ran.contains(&tell(3)), "{ran:?}");
    assert_eq!(queue.health()[0].restarts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_falls_silent_is_replaced() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(Settings {
        longest_silence: Duration::from_millis(1_500),
        ..quick()
    });
    let (mut begins, mut ends, gate) = run_and_hold(&queue, 1);
    queue.ring(tell(1)).await.unwrap();
    soon("the job begins", begins.recv()).await.unwrap();
    pause(&redis, Duration::from_secs(4)).await;
    gate.add_permits(1);
    soon("the body ends", ends.recv()).await.unwrap();
    until("the worker is replaced", || async {
        queue.health()[0].restarts > 0
    })
    .await;
    until("rings are taken again", || async {
        queue.ring(tell(2)).await.is_ok()
    })
    .await;
    soon("the next job begins", begins.recv()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_others_overfilled_is_worked_off() {
    let redis = Redis::start(Keep::Nothing);
    let patient = Settings {
        most_waiting: 20_000,
        ..quick()
    };
    let queue = redis.queue(patient);
    for n in 0..9_000 {
        queue.ring(tell(n)).await.unwrap();
    }
    let mut seen = run_and_see(&queue, 2);
    for _ in 0..100 {
        soon("the lane works", seen.recv()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_another_version_is_dropped_and_the_worker_lives() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    let mut conn = redis.conn().await;
    let config = apalis_redis::Config::default().queue("test:chat");
    for bytes in [&b"{\"teleport\":{\"order\":\"1\"}}"[..], b"\xff not json"] {
        let task = apalis_core::task::builder::TaskBuilder::new(bytes.to_vec()).build();
        apalis_redis::queries::push_tasks(&mut conn, &config, &[task])
            .await
            .unwrap();
    }
    let mut seen = run_and_see(&queue, 1);
    queue.ring(tell(1)).await.unwrap();
    assert_eq!(
        soon("the job after them", seen.recv()).await.unwrap(),
        tell(1)
    );
    soon("the queue is idle", queue.idle()).await.unwrap();
    assert_eq!(queue.health()[0].restarts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_without_data_ends_one_worker_and_is_dropped() {
    let redis = Redis::start(Keep::Nothing);
    let queue = redis.queue(quick());
    let mut conn = redis.conn().await;
    let () = conn
        .rpush("test:chat:active", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        .await
        .unwrap();
    let mut seen = run_and_see(&queue, 1);
    queue.ring(tell(1)).await.unwrap();
    assert_eq!(
        soon("the job after it", seen.recv()).await.unwrap(),
        tell(1)
    );
    soon("the queue is idle", queue.idle()).await.unwrap();
    assert_eq!(queue.health()[0].restarts, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_starts_while_redis_is_down() {
    let mut redis = Redis::start(Keep::Nothing);
    redis.kill();
    let queue = redis.queue(quick());
    let mut seen = run_and_see(&queue, 1);
    assert!(queue.ping().await.is_err());
    assert!(!queue.health()[0].is_well(Duration::from_mins(1)));
    redis.start_again();
    until("rings are taken", || async {
        queue.ring(tell(1)).await.is_ok()
    })
    .await;
    assert_eq!(soon("the job", seen.recv()).await.unwrap(), tell(1));
    assert!(queue.health()[0].is_well(Duration::from_mins(1)));
}
