//! The queue as the daemon sees it: one enum over the carriers.

use std::future::Future;
use std::time::Duration;

use crate::health::{LaneHealth, Waiting};
use crate::in_process::InProcess;
use crate::job::{Job, Lane};
use crate::on_redis::{OnRedis, Settings};

/// A bell could not be rung. Nothing is lost by it: the caller logs it and goes on, and the sweep
/// rings again for the row.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// So many wait already that more would harm the carrier.
    #[error("{waiting} jobs wait in the lane {lane} already")]
    Full { lane: Lane, waiting: usize },
    /// It may have been rung all the same.
    #[error("Redis did not answer in time")]
    Silent,
    /// Redis did not answer lately. It is looked for; until it is back nothing is sent to it.
    #[error("Redis is not reachable")]
    Down,
    #[error("Redis: {0}")]
    Redis(#[from] redis::RedisError),
    #[error("apalis: {0}")]
    Apalis(#[source] apalis_redis::Error),
    #[error("the job cannot be written: {0}")]
    Unwritable(#[source] serde_json::Error),
}

/// What carries the jobs to the workers. Clones share the carrier.
#[derive(Debug, Clone)]
pub enum Queue {
    InProcess(InProcess),
    Redis(OnRedis),
}

impl Queue {
    /// A queue inside this process.
    pub fn in_process() -> Self {
        Self::InProcess(InProcess::default())
    }

    /// A queue on Redis at `url` (`redis://[user:password@]host:port/db`), shared by all processes
    /// that name the same namespace there. One server: neither a cluster nor Sentinel.
    ///
    /// Nothing is asked of Redis yet, so that a process starts while Redis is down; an error means
    /// that the URL is none. [`Queue::ping`] says whether Redis answers.
    pub fn connect(url: &str, namespace: &str) -> Result<Self, redis::RedisError> {
        Self::connect_with(url, namespace, Settings::default())
    }

    /// [`Queue::connect`] with other times and limits.
    pub fn connect_with(
        url: &str,
        namespace: &str,
        settings: Settings,
    ) -> Result<Self, redis::RedisError> {
        OnRedis::connect(url, namespace, settings).map(Self::Redis)
    }

    /// Whether the carrier answers.
    pub async fn ping(&self) -> Result<(), RingError> {
        match self {
            Self::InProcess(_) => Ok(()),
            Self::Redis(carrier) => carrier.ping().await,
        }
    }

    /// Asks for the job to be run as soon as a worker of its lane is free.
    pub async fn ring(&self, job: Job) -> Result<(), RingError> {
        self.ring_after(job, Duration::ZERO).await
    }

    /// Asks for the job to be run after `delay`.
    pub async fn ring_after(&self, job: Job, delay: Duration) -> Result<(), RingError> {
        match self {
            Self::InProcess(carrier) => carrier.ring_after(job, delay),
            Self::Redis(carrier) => carrier.ring_after(job, delay).await,
        }
    }

    /// Runs the jobs of the lane, at most `concurrency` at once (at least one), until `shutdown`
    /// is ready; then starts no more and returns when those that run have ended.
    ///
    /// The handler logs its own errors. Each call runs in a task of its own that nothing cancels,
    /// and a panic in it is caught and logged. The same job may be given to it twice, at the same
    /// time too: it must claim its row first.
    pub async fn run<H, F, S>(&self, lane: Lane, concurrency: usize, handler: H, shutdown: S)
    where
        H: Fn(Job) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
        S: Future<Output = ()> + Send,
    {
        match self {
            Self::InProcess(carrier) => carrier.run(lane, concurrency, handler, shutdown).await,
            Self::Redis(carrier) => carrier.run(lane, concurrency, handler, shutdown).await,
        }
    }

    /// How the lanes do in this process, in the order of [`Lane::ALL`].
    pub fn health(&self) -> Vec<LaneHealth> {
        match self {
            Self::InProcess(carrier) => carrier.health(),
            Self::Redis(carrier) => carrier.health(),
        }
    }

    /// Bells of the lane that nobody has taken.
    pub async fn waiting(&self, lane: Lane) -> Result<Waiting, RingError> {
        match self {
            Self::InProcess(carrier) => Ok(carrier.waiting(lane)),
            Self::Redis(carrier) => carrier.waiting(lane).await,
        }
    }

    /// The jobs that could run now, lane by lane, first come first.
    pub async fn waiting_jobs(&self) -> Result<Vec<Job>, RingError> {
        match self {
            Self::InProcess(carrier) => Ok(carrier.waiting_jobs()),
            Self::Redis(carrier) => carrier.waiting_jobs().await,
        }
    }

    /// Whether no job runs and none could run now. Jobs that are to run later do not count.
    pub async fn is_idle(&self) -> Result<bool, RingError> {
        match self {
            Self::InProcess(carrier) => Ok(carrier.is_idle()),
            Self::Redis(carrier) => carrier.is_idle().await,
        }
    }

    /// Waits until the queue is idle as [`Queue::is_idle`] says. Never ends while a job waits in a
    /// lane that nobody runs.
    pub async fn idle(&self) -> Result<(), RingError> {
        match self {
            Self::InProcess(carrier) => {
                carrier.idle().await;
                Ok(())
            }
            Self::Redis(carrier) => carrier.idle().await,
        }
    }
}
