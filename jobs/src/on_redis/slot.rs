//! One place for one job at a time: an apalis worker, started again whenever it ends, and the
//! body that it asked for, which outlives it.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use apalis::prelude::{
    BackendExt as _, Event, EventListenerExt as _, TaskId, WorkerBuilder, WorkerBuilderExt as _,
    WorkerContext, WorkerError,
};
use apalis_redis::RedisStorage;
use redis::RedisResult;
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::time::{interval, sleep};
use uuid::Uuid;

use super::payload::{Payload, Plain};
use super::tick::SteadyTick;
use super::{Shared, books};
use crate::job::{Job, Lane};
use crate::work;

/// The pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// A worker that lived so long is no further failure of the same trouble.
const STEADY: Duration = Duration::from_secs(30);

pub(super) struct Slot {
    shared: Arc<Shared>,
    lane: Lane,
    number: usize,
    /// Whether a body runs.
    busy: watch::Sender<bool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The name of the worker of the moment.
    worker: Option<String>,
    /// When Redis was last heard from.
    beat_at: Option<Instant>,
    /// The apalis id of the job whose body ended last.
    finished: Option<String>,
}

/// A worker that Redis may still believe in.
struct Ended {
    worker: String,
    finished: Option<String>,
}

/// How a worker came to its end.
enum End {
    Stopped,
    Failed(String),
}

/// Counts the body as running until it is dropped.
struct Running(Arc<Slot>);

impl Running {
    fn new(slot: Arc<Slot>) -> Self {
        slot.shared
            .track(slot.lane)
            .running
            .fetch_add(1, Ordering::SeqCst);
        slot.busy.send_replace(true);
        Self(slot)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let slot = &self.0;
        slot.shared
            .track(slot.lane)
            .running
            .fetch_sub(1, Ordering::SeqCst);
        slot.busy.send_replace(false);
    }
}

impl Slot {
    pub(super) fn new(shared: Arc<Shared>, lane: Lane, number: usize) -> Self {
        Self {
            shared,
            lane,
            number,
            busy: watch::Sender::new(false),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn since_beat(&self) -> Option<Duration> {
        self.state().beat_at.map(|at| at.elapsed())
    }

    pub(super) fn worker(&self) -> Option<String> {
        self.state().worker.clone()
    }

    fn beat(&self) {
        self.state().beat_at = Some(Instant::now());
    }

    /// Keeps a worker running until `stop`, and returns when its last body has ended.
    pub(super) async fn supervise<H, F>(
        self: Arc<Self>,
        handler: H,
        mut stop: watch::Receiver<bool>,
    ) where
        H: Fn(Job) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let mut failures = 0;
        let mut ended = Vec::new();
        while !*stop.borrow() {
            let worker = self.new_name();
            let began = Instant::now();
            let end = self
                .run_worker(&worker, &mut ended, handler.clone(), &mut stop)
                .await;
            self.wait_for_body(&worker).await;
            if self.state().worker.take().is_some() {
                let finished = self.state().finished.take();
                ended.push(Ended { worker, finished });
            }
            let End::Failed(error) = end else { break };
            self.shared
                .track(self.lane)
                .restarts
                .fetch_add(1, Ordering::Relaxed);
            failures = if began.elapsed() >= STEADY {
                1
            } else {
                failures + 1
            };
            let pause = pause_after(failures, self.shared.settings.longest_pause);
            if failures.is_power_of_two() {
                let (lane, slot) = (self.lane.name(), self.number);
                tracing::warn!(lane, slot, failures, %error, "a worker ended and is started again");
            }
            tokio::select! {
                () = sleep(pause) => {}
                () = stopped(&mut stop) => {}
            }
        }
        if let Err(error) = self.shared.in_time(self.retire(&mut ended)).await {
            tracing::debug!(lane = self.lane.name(), %error, "the workers' names are left to time out");
        }
    }

    /// Never used twice: apalis refuses a name that Redis has heard of a moment ago.
    fn new_name(&self) -> String {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname");
        let host = host.as_deref().map_or("host", str::trim);
        format!(
            "{host}-{}-{}-{}",
            std::process::id(),
            Uuid::new_v4().simple(),
            self.number
        )
    }

    /// Runs one worker to its end.
    async fn run_worker<H, F>(
        self: &Arc<Self>,
        worker: &str,
        ended: &mut Vec<Ended>,
        handler: H,
        stop: &mut watch::Receiver<bool>,
    ) -> End
    where
        H: Fn(Job) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let config = self.shared.config(self.lane);
        let ready = async {
            let mut conn = self.shared.connect().await?;
            self.retire(ended).await?;
            books::promote(&mut conn, &config).await?;
            RedisResult::Ok(conn)
        };
        let conn = tokio::select! {
            conn = ready => conn,
            () = stopped(stop) => return End::Stopped,
        };
        let conn = match conn {
            Ok(conn) => conn,
            Err(error) => return End::Failed(error.to_string()),
        };

        let backend = RedisStorage::<Payload>::new(conn)
            .with_config(config)
            .with_codec(Plain)
            .poll_with_strategy(SteadyTick::new(self.shared.settings.poll));
        let context = WorkerContext::new(worker);
        let beat = self.clone();
        let slot = self.clone();
        let apalis = WorkerBuilder::new(context.clone())
            .backend(backend)
            .concurrency(1)
            .on_event(move |_, event| {
                if matches!(event, Event::HeartBeat) {
                    beat.beat();
                }
            })
            .build(move |payload: Payload, id: TaskId| {
                slot.clone().work(payload, id, handler.clone())
            });

        self.state().worker = Some(worker.to_owned());
        self.beat();
        let mut running = tokio::spawn(apalis.run());
        tokio::select! {
            end = &mut running => End::of(end),
            () = stopped(stop) => {
                if context.stop().is_err() {
                    // It has not begun yet.
                    running.abort();
                }
                self.touch_while(worker, &mut running).await;
                End::Stopped
            }
            () = self.silence() => {
                running.abort();
                End::of(running.await)
            }
        }
    }

    /// Runs the body in a task of its own; what is awaited here may be dropped at any time.
    async fn work<H, F>(self: Arc<Self>, payload: Payload, id: TaskId, handler: H)
    where
        H: Fn(Job) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let job: Job = match serde_json::from_slice(&payload.0) {
            Ok(job) => job,
            Err(error) => {
                // Another version rang it. Its sweep rings again when nobody has acted.
                tracing::error!(lane = self.lane.name(), %error, "a job that this version cannot read was dropped");
                return;
            }
        };
        let running = Running::new(self.clone());
        let body = tokio::spawn(async move {
            let slot = running.0.clone();
            let body = work::start(job.clone(), handler, ());
            work::finish(&job, body, &slot.shared.track(slot.lane).panics).await;
            slot.state().finished = Some(id.to_string());
            drop(running);
        });
        if let Err(error) = body.await {
            tracing::error!(%error, "a body was lost");
        }
    }

    /// Ends when the worker has not been heard of for too long.
    async fn silence(&self) {
        let longest = self.shared.settings.longest_silence;
        loop {
            let silent = self.since_beat().unwrap_or_default();
            match longest.checked_sub(silent) {
                Some(left) if !left.is_zero() => sleep(left).await,
                _ => return,
            }
        }
    }

    /// Waits for the body that a worker left behind, and speaks for the worker, so that nobody
    /// else is given its job.
    async fn wait_for_body(&self, worker: &str) {
        let mut busy = self.busy.subscribe();
        self.touch_while(worker, async {
            busy.wait_for(|busy| !busy).await.map(drop)
        })
        .await;
    }

    /// Speaks for the worker until `done`; apalis sends no heartbeat while it stops.
    async fn touch_while<T>(&self, worker: &str, done: impl Future<Output = T>) {
        let config = self.shared.config(self.lane);
        let touch = async {
            let mut conn = self.shared.conn.clone();
            let mut ticks = interval(self.shared.settings.heartbeat);
            loop {
                ticks.tick().await;
                if books::touch(&mut conn, &config, worker).await.is_ok() {
                    self.beat();
                }
            }
        };
        tokio::select! {
            biased;
            _ = done => {}
            () = touch => {}
        }
    }

    /// Takes workers that have ended off the books. Those that it could not are left in the list.
    async fn retire(&self, ended: &mut Vec<Ended>) -> RedisResult<()> {
        let config = self.shared.config(self.lane);
        let mut conn = self.shared.conn.clone();
        while let Some(last) = ended.last() {
            let back =
                books::retire(&mut conn, &config, &last.worker, last.finished.as_deref()).await?;
            if back > 0 {
                tracing::info!(
                    lane = self.lane.name(),
                    back,
                    "jobs of an ended worker went back to the lane"
                );
            }
            ended.pop();
        }
        Ok(())
    }
}

impl End {
    fn of(end: Result<Result<(), WorkerError>, JoinError>) -> Self {
        match end {
            Ok(Ok(())) => Self::Failed("the worker ended of itself".to_owned()),
            Ok(Err(error)) => Self::Failed(error.to_string()),
            Err(error) if error.is_cancelled() => Self::Failed("the worker fell silent".to_owned()),
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that nobody can stop us any more, which is as good as a stop.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn pause_after(failures: u32, longest: Duration) -> Duration {
    FIRST_PAUSE
        .saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)))
        .min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let longest = Duration::from_secs(10);
        let cases = [
            (1, 200),
            (2, 400),
            (3, 800),
            (6, 6_400),
            (7, 10_000),
            (500, 10_000),
        ];
        for (failures, millis) in cases {
            assert_eq!(
                pause_after(failures, longest),
                Duration::from_millis(millis),
                "{failures}"
            );
        }
    }
}
