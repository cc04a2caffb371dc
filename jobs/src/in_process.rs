//! The carrier inside the process: nothing to install, nothing kept over a restart.
//!
//! A job that already waits is not added a second time. Delays are counted by tokio's clock, so
//! that a test can move it.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::health::{LaneHealth, Waiting};
use crate::job::{Job, Lane};
use crate::queue::RingError;
use crate::work;

/// Bells that may wait in one lane; more are refused and left to the sweep.
pub const MOST_WAITING: usize = 100_000;

/// The carrier; clones share it.
#[derive(Debug, Clone, Default)]
pub struct InProcess {
    lanes: Arc<[Track; 3]>,
}

#[derive(Debug, Default)]
struct Track {
    state: Mutex<State>,
    /// Counts the changes of `state`; who waits for one subscribes.
    changed: watch::Sender<u64>,
    panics: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    due: VecDeque<Job>,
    /// The same jobs as `due`.
    known: HashSet<Job>,
    /// By time, then by order of arrival.
    later: BTreeMap<(Instant, u64), Job>,
    arrivals: u64,
    slots: usize,
    running: usize,
}

impl State {
    fn add(&mut self, job: Job) {
        if self.known.insert(job.clone()) {
            self.due.push_back(job);
        }
    }

    /// Moves what has become due.
    fn ripen(&mut self, now: Instant) {
        while let Some(first) = self.later.first_entry()
            && first.key().0 <= now
        {
            let job = first.remove();
            self.add(job);
        }
    }

    fn take(&mut self) -> Option<Job> {
        let job = self.due.pop_front()?;
        self.known.remove(&job);
        Some(job)
    }
}

impl Track {
    /// The state with everything moved that has become due.
    fn state(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under this lock, so the state is whole even when poisoned.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.ripen(Instant::now());
        state
    }

    fn tell(&self) {
        self.changed.send_modify(|n| *n = n.wrapping_add(1));
    }

    fn ring(&self, job: Job, delay: Duration) -> Result<(), RingError> {
        let mut state = self.state();
        let waiting = state.due.len() + state.later.len();
        if waiting >= MOST_WAITING {
            return Err(RingError::Full {
                lane: job.lane(),
                waiting,
            });
        }
        if delay.is_zero() {
            state.add(job);
        } else {
            let arrival = state.arrivals;
            state.arrivals += 1;
            state.later.insert((Instant::now() + delay, arrival), job);
        }
        drop(state);
        self.tell();
        Ok(())
    }
}

/// Counts the job as running until it is dropped.
struct Running {
    carrier: InProcess,
    lane: Lane,
}

impl Drop for Running {
    fn drop(&mut self) {
        let track = self.carrier.track(self.lane);
        track.state().running -= 1;
        track.tell();
    }
}

/// Counts the workers as present until it is dropped.
struct Slots {
    carrier: InProcess,
    lane: Lane,
    count: usize,
}

impl Drop for Slots {
    fn drop(&mut self) {
        self.carrier.track(self.lane).state().slots -= self.count;
    }
}

impl InProcess {
    fn track(&self, lane: Lane) -> &Track {
        &self.lanes[lane.index()]
    }

    /// Adds the job, to be run after `delay`.
    pub fn ring_after(&self, job: Job, delay: Duration) -> Result<(), RingError> {
        self.track(job.lane()).ring(job, delay)
    }

    /// Runs the jobs of the lane, at most `concurrency` at once (at least one), until `shutdown`
    /// is ready; then starts no more and waits for those that run.
    pub async fn run<H, F, S>(&self, lane: Lane, concurrency: usize, handler: H, shutdown: S)
    where
        H: Fn(Job) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
        S: Future<Output = ()> + Send,
    {
        let concurrency = concurrency.max(1);
        let track = self.track(lane);
        let mut changed = track.changed.subscribe();
        track.state().slots += concurrency;
        let _slots = Slots {
            carrier: self.clone(),
            lane,
            count: concurrency,
        };
        let mut tasks = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            changed.borrow_and_update();
            while tasks.len() < concurrency
                && let Some(job) = self.claim(lane)
            {
                let running = Running {
                    carrier: self.clone(),
                    lane,
                };
                let body = work::start(job.clone(), handler.clone(), running);
                let carrier = self.clone();
                tasks.spawn(async move {
                    work::finish(&job, body, &carrier.track(lane).panics).await;
                });
            }
            let next = track
                .state()
                .later
                .first_key_value()
                .map(|((at, _), _)| *at);
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = tasks.join_next() => {}
                _ = changed.changed() => {}
                () = sleep_until(next) => {}
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    fn claim(&self, lane: Lane) -> Option<Job> {
        let mut state = self.track(lane).state();
        let job = state.take()?;
        state.running += 1;
        Some(job)
    }

    /// Bells of the lane that nobody has taken.
    pub fn waiting(&self, lane: Lane) -> Waiting {
        let state = self.track(lane).state();
        Waiting {
            due: state.due.len(),
            later: state.later.len(),
        }
    }

    /// The jobs that could run now, lane by lane, first come first.
    pub fn waiting_jobs(&self) -> Vec<Job> {
        let due = |lane| {
            self.track(lane)
                .state()
                .due
                .iter()
                .cloned()
                .collect::<Vec<_>>()
        };
        Lane::ALL.into_iter().flat_map(due).collect()
    }

    /// The jobs that are to run later, lane by lane, the next first.
    pub fn later_jobs(&self) -> Vec<Job> {
        let later = |lane| {
            self.track(lane)
                .state()
                .later
                .values()
                .cloned()
                .collect::<Vec<_>>()
        };
        Lane::ALL.into_iter().flat_map(later).collect()
    }

    /// Makes every job due that was to run later. For tests, which do not wait.
    pub fn ring_later_jobs_now(&self) {
        for lane in Lane::ALL {
            let track = self.track(lane);
            let mut state = track.state();
            for job in std::mem::take(&mut state.later).into_values() {
                state.add(job);
            }
            drop(state);
            track.tell();
        }
    }

    /// Whether no job runs and none could run now. Jobs that are to run later do not count.
    pub fn is_idle(&self) -> bool {
        // All lanes are looked at in one moment, for a job of one may ring for another.
        let lanes = self.lanes.each_ref().map(Track::state);
        lanes
            .iter()
            .all(|state| state.due.is_empty() && state.running == 0)
    }

    /// Waits until [`InProcess::is_idle`]. Never ends while a job waits in a lane that nobody runs.
    pub async fn idle(&self) {
        let [chat, browser, erp] = &*self.lanes;
        let mut chat = chat.changed.subscribe();
        let mut browser = browser.changed.subscribe();
        let mut erp = erp.changed.subscribe();
        while !self.is_idle() {
            tokio::select! {
                _ = chat.changed() => {}
                _ = browser.changed() => {}
                _ = erp.changed() => {}
            }
        }
    }

    /// How the lanes do. A worker in the process cannot lose its carrier.
    pub fn health(&self) -> Vec<LaneHealth> {
        let health = |lane| {
            let track = self.track(lane);
            let state = track.state();
            LaneHealth {
                lane,
                slots: state.slots,
                running: state.running,
                since_beat: (state.slots > 0).then_some(Duration::ZERO),
                restarts: 0,
                panics: track.panics.load(Ordering::Relaxed),
            }
        };
        Lane::ALL.into_iter().map(health).collect()
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
