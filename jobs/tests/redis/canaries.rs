//! What apalis 1.0.0 does on Redis that the carrier has to work around, each stated exactly. A
//! test that fails here says that upstream has changed; then the work-around that it names can be
//! looked at again.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use apalis::prelude::{
    BoxDynError, IntervalStrategy, PollStrategy as _, TaskBuilder, TaskSink as _, WorkerBuilder,
    WorkerBuilderExt as _, WorkerContext, WorkerError,
};
use apalis_core::backend::Vacuum as _;
use apalis_core::backend::ext::poll_strategy::PollSnapshot;
use apalis_redis::{Config, RedisStorage};
use futures_util::task::{ArcWake, waker};
use redis::AsyncCommands as _;
use redis::aio::ConnectionManager;
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::server::{Keep, Redis, soon};

type Storage = RedisStorage<u32, ConnectionManager>;

/// A heartbeat of one second; a worker that is silent for two loses its jobs.
fn config() -> Config {
    Config::default()
        .queue("canary")
        .heartbeat_interval(Duration::from_secs(1))
        .missed_heartbeats(2)
}

/// Connects as upstream's examples do.
async fn storage(redis: &Redis, config: Config) -> Storage {
    let conn = apalis_redis::connect(redis.url()).await.unwrap();
    RedisStorage::new(conn).with_config(config)
}

/// A worker for one job at a time. What begins can be received, and ends when the gate is given a
/// permit.
struct Held {
    context: WorkerContext,
    begins: mpsc::UnboundedReceiver<u32>,
    gate: Arc<Semaphore>,
    end: JoinHandle<Result<(), WorkerError>>,
}

fn hold(storage: Storage, name: &str) -> Held {
    let (tx, begins) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let context = WorkerContext::new(name);
    let worker = WorkerBuilder::new(context.clone())
        .backend(storage)
        .concurrency(1)
        .build(move |job: u32| {
            tx.send(job).unwrap();
            let gate = held.clone();
            async move { gate.acquire().await.unwrap().forget() }
        });
    Held {
        context,
        begins,
        gate,
        end: tokio::spawn(worker.run()),
    }
}

async fn message_of(end: JoinHandle<Result<(), WorkerError>>) -> String {
    soon("the worker ends", end)
        .await
        .unwrap()
        .unwrap_err()
        .to_string()
}

/// Work-around: one job a worker (`batch_size(1)`).
#[tokio::test(flavor = "multi_thread")]
async fn jobs_in_the_buffer_of_a_live_worker_are_run_by_another_too() {
    let redis = Redis::start(Keep::Nothing);
    let mut a = storage(&redis, config()).await;
    for job in 1..=3 {
        a.push(job).await.unwrap();
    }
    let mut a = hold(a, "a");
    soon("a job begins", a.begins.recv()).await.unwrap();
    let mut b = hold(storage(&redis, config()).await, "b");
    b.gate.add_permits(3);
    let mut by_b = Vec::new();
    for _ in 0..3 {
        by_b.push(
            soon("the other runs it too", b.begins.recv())
                .await
                .unwrap(),
        );
    }
    by_b.sort_unstable();
    assert_eq!(
        by_b,
        [1, 2, 3],
        "all of them, while the first is still running here"
    );
    a.gate.add_permits(3);
    let error = message_of(a.end).await;
    assert!(
        error.contains("not registered") || error.contains("not held"),
        "{error}"
    );
}

/// Work-around: the slot speaks for a worker that is stopping.
#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_worker_sends_no_heartbeat_and_loses_its_job() {
    let redis = Redis::start(Keep::Nothing);
    let mut a = storage(&redis, config().batch_size(1)).await;
    a.push(1).await.unwrap();
    let mut a = hold(a, "a");
    soon("the job begins", a.begins.recv()).await.unwrap();
    a.context.stop().unwrap();
    let mut b = hold(storage(&redis, config().batch_size(1)).await, "b");
    assert_eq!(
        soon("the other runs it too", b.begins.recv())
            .await
            .unwrap(),
        1
    );
    assert!(!a.end.is_finished());
}

/// Work-around: no idempotency keys; a time to live is set all the same.
#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_is_void_without_a_time_to_live() {
    for (ttl, stored) in [(None, 2), (Some(Duration::from_hours(1)), 1)] {
        let redis = Redis::start(Keep::Nothing);
        let mut storage = storage(&redis, config().idempotency_ttl(ttl)).await;
        for _ in 0..2 {
            let task = TaskBuilder::new(1).idempotency_key("the same").build();
            storage.push_task(task).await.unwrap();
        }
        let jobs: usize = redis.conn().await.zcard("canary:scheduled").await.unwrap();
        assert_eq!(jobs, stored, "{ttl:?}");
    }
}

/// Work-around: apalis never sees a body fail.
#[tokio::test(flavor = "multi_thread")]
async fn max_attempts_is_ignored() {
    let redis = Redis::start(Keep::Nothing);
    let mut storage = storage(&redis, config()).await;
    storage
        .push_task(TaskBuilder::new(1).max_attempts(1).build())
        .await
        .unwrap();
    let (tx, mut runs) = mpsc::unbounded_channel();
    let worker = WorkerBuilder::new("a")
        .backend(storage)
        .build(move |_: u32| {
            tx.send(()).unwrap();
            async { Err::<(), BoxDynError>("no".into()) }
        });
    let end = tokio::spawn(worker.run());
    for _ in 0..3 {
        soon("it runs again", runs.recv()).await.unwrap();
    }
    assert!(!end.is_finished());
}

/// Work-around: bells are refused from 5,000 on, and what is due is moved in small numbers.
#[tokio::test(flavor = "multi_thread")]
async fn nine_thousand_due_jobs_end_the_worker_before_it_runs_one() {
    let redis = Redis::start(Keep::Nothing);
    let mut conn = redis.conn().await;
    let tasks: Vec<_> = (0..9_000)
        .map(|_| TaskBuilder::new(b"1".to_vec()).build())
        .collect();
    for tasks in tasks.chunks(500) {
        apalis_redis::queries::push_tasks(&mut conn, &config(), tasks)
            .await
            .unwrap();
    }
    let held = hold(storage(&redis, config()).await, "a");
    let error = message_of(held.end).await;
    assert!(error.contains("too many results to unpack"), "{error}");
    assert!(held.begins.is_empty());
}

/// Work-around: a connection with a longer time-out, bodies in tasks of their own, own
/// supervision.
#[tokio::test(flavor = "multi_thread")]
async fn a_stall_of_redis_ends_the_worker_and_drops_the_body() {
    struct Dropped(Option<oneshot::Sender<()>>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.take().unwrap().send(()).unwrap();
        }
    }
    let redis = Redis::start(Keep::Nothing);
    let mut storage = storage(&redis, config()).await;
    storage.push(1).await.unwrap();
    let (begun, mut begins) = mpsc::unbounded_channel();
    let worker = WorkerBuilder::new("a")
        .backend(storage)
        .concurrency(1)
        .build(move |_: u32| {
            let (tx, dropped) = oneshot::channel();
            begun.send(dropped).unwrap();
            async move {
                let _dropped = Dropped(Some(tx));
                std::future::pending::<()>().await;
            }
        });
    let end = tokio::spawn(worker.run());
    let dropped = soon("the job begins", begins.recv()).await.unwrap();
    let mut conn = redis.conn().await;
    let () = redis::cmd("CLIENT")
        .arg("PAUSE")
        .arg(3_000)
        .query_async(&mut conn)
        .await
        .unwrap();
    let paused = Instant::now();
    let error = message_of(end).await;
    assert!(error.contains("timed out"), "{error}");
    assert!(
        paused.elapsed() < Duration::from_secs(3),
        "before Redis answers again"
    );
    soon("the body is dropped", dropped).await.unwrap();
}

/// Work-around: no worker's name is used twice, and our own books take it off.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_ended_well_stays_on_the_books_and_its_name_is_refused() {
    let redis = Redis::start(Keep::Nothing);
    let mut storage = storage(&redis, config().missed_heartbeats(30)).await;
    storage.push(1).await.unwrap();
    let mut first = hold(storage.clone(), "a");
    soon("the job begins", first.begins.recv()).await.unwrap();
    first.gate.add_permits(1);
    first.context.stop().unwrap();
    soon("the worker ends", first.end).await.unwrap().unwrap();
    let workers: Vec<String> = redis
        .conn()
        .await
        .zrange("canary:workers", 0, -1)
        .await
        .unwrap();
    assert_eq!(workers, ["a"]);
    let error = message_of(hold(storage, "a").end).await;
    assert!(error.contains("still active within threshold"), "{error}");
}

/// Work-around: our own tick.
#[tokio::test(flavor = "multi_thread")]
async fn the_interval_sets_a_new_timer_when_it_fires_and_lets_nobody_know_of_its_end() {
    struct Woken(Notify);
    impl ArcWake for Woken {
        fn wake_by_ref(woken: &Arc<Self>) {
            woken.0.notify_one();
        }
    }
    let woken = Arc::new(Woken(Notify::new()));
    let waker = waker(woken.clone());
    let mut cx = Context::from_waker(&waker);
    let snapshot = PollSnapshot::new();
    let mut interval = IntervalStrategy::new(Duration::from_millis(20));
    assert_eq!(interval.poll_drive(&mut cx, &snapshot), Poll::Pending);
    soon("the first timer wakes", woken.0.notified()).await;
    assert_eq!(
        interval.poll_drive(&mut cx, &snapshot),
        Poll::Ready(Some(()))
    );
    // On Redis the answer to the fetch happens to wake the worker and so saves it.
    let second = tokio::time::timeout(Duration::from_millis(500), woken.0.notified());
    assert!(second.await.is_err(), "the second timer wakes too");
}

/// Work-around: our own tick.
#[tokio::test(flavor = "multi_thread")]
async fn an_idle_worker_sleeps_until_its_next_heartbeat() {
    let redis = Redis::start(Keep::Nothing);
    let slow = config().heartbeat_interval(Duration::from_secs(3));
    let mut storage = storage(&redis, slow).await;
    let mut held = hold(storage.clone(), "a");
    soon("it looks for a job for the first time", async {
        let mut conn = redis.conn().await;
        let mut stats = String::new();
        // Of what runs here only the fetching script reads a list.
        while !stats.contains("cmdstat_lrange") {
            let mut info = redis::cmd("INFO");
            stats = info
                .arg("commandstats")
                .query_async(&mut conn)
                .await
                .unwrap();
        }
    })
    .await;
    let rung = Instant::now();
    storage.push(1).await.unwrap();
    soon("the job begins", held.begins.recv()).await.unwrap();
    assert!(
        rung.elapsed() > Duration::from_secs(1),
        "{:?}",
        rung.elapsed()
    );
}

/// Work-around: `persist_results(true)`, always.
#[tokio::test(flavor = "multi_thread")]
async fn without_persist_results_no_job_is_ever_acknowledged() {
    for (persist, inflight, done) in [(false, 1, 0), (true, 0, 1)] {
        let redis = Redis::start(Keep::Nothing);
        let mut storage = storage(&redis, config().persist_results(persist)).await;
        storage.push(1).await.unwrap();
        let mut held = hold(storage, "a");
        soon("the job begins", held.begins.recv()).await.unwrap();
        held.gate.add_permits(1);
        held.context.stop().unwrap();
        soon("the worker ends", held.end).await.unwrap().unwrap();
        let mut conn = redis.conn().await;
        let counts: (usize, usize) = redis::pipe()
            .scard("canary:inflight:a")
            .scard("canary:done")
            .query_async(&mut conn)
            .await
            .unwrap();
        assert_eq!(counts, (inflight, done), "persist_results({persist})");
    }
}

/// Work-around: apalis is handed bytes that it need not understand.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_cannot_be_decoded_ends_the_worker_and_stays_in_flight() {
    let redis = Redis::start(Keep::Nothing);
    let mut conn = redis.conn().await;
    let task = TaskBuilder::new(b"not a number".to_vec()).build();
    apalis_redis::queries::push_tasks(&mut conn, &config(), &[task])
        .await
        .unwrap();
    let error = message_of(hold(storage(&redis, config()).await, "a").end).await;
    assert!(error.contains("expected"), "{error}");
    let inflight: usize = conn.scard("canary:inflight:a").await.unwrap();
    assert_eq!(inflight, 1, "for the next worker to end by");
}

/// Work-around: the carrier counts both places as waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_for_now_is_scheduled_like_one_for_later() {
    let redis = Redis::start(Keep::Nothing);
    let mut storage = storage(&redis, config()).await;
    storage.push(1).await.unwrap();
    let mut conn = redis.conn().await;
    let counts: (usize, usize) = redis::pipe()
        .llen("canary:active")
        .zcard("canary:scheduled")
        .query_async(&mut conn)
        .await
        .unwrap();
    assert_eq!(counts, (0, 1));
}

/// Work-around: our own pruning.
#[tokio::test(flavor = "multi_thread")]
async fn vacuum_takes_the_data_of_a_job_that_waits_for_its_retry() {
    let redis = Redis::start(Keep::Nothing);
    let mut storage = storage(&redis, config()).await;
    storage.push(1).await.unwrap();
    let context = WorkerContext::new("a");
    let stop = context.clone();
    let worker = WorkerBuilder::new(context)
        .backend(storage.clone())
        .build(move |_: u32| {
            stop.stop().unwrap();
            async { Err::<(), BoxDynError>("no".into()) }
        });
    soon("the worker ends", worker.run()).await.unwrap();
    assert_eq!(storage.vacuum().await.unwrap(), 1);
    let waiting: usize = redis.conn().await.zcard("canary:scheduled").await.unwrap();
    assert_eq!(waiting, 1, "the job itself still waits");
    let error = message_of(hold(storage, "b").end).await;
    assert!(error.contains("Invalid job data format"), "{error}");
}
