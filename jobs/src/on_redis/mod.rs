//! The carrier on Redis, by apalis 1.0.0: any number of processes share the lanes.
//!
//! apalis delivers a job at least once and forgets it when Redis does. Jobs of one second come in
//! any order. The workers of apalis end at the first error of Redis; `slot.rs` starts them again
//! and keeps the bodies out of their reach.
//!
//! **Invariant:** apalis never sees a body fail, and never holds more than one job a worker.

mod books;
mod payload;
mod settings;
mod slot;
mod tick;

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use apalis_core::task::builder::TaskBuilder;
use apalis_redis::Config;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, RedisResult};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub use settings::Settings;

use crate::health::{LaneHealth, Waiting};
use crate::job::{Job, Lane};
use crate::queue::RingError;
use slot::Slot;

/// Rings under way at once in this process; what is more waits its turn. It bounds by how much
/// all processes together can exceed the limit of a lane.
const RINGS_AT_ONCE: usize = 64;

/// Pause between two looks whether Redis is back.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The carrier; clones share it.
#[derive(Clone)]
pub struct OnRedis {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client,
    namespace: String,
    settings: Settings,
    /// The connection for everything but the workers, who have one each.
    conn: ConnectionManager,
    rings: Semaphore,
    /// Redis did not answer lately and is being watched for.
    down: AtomicBool,
    tracks: [Track; 3],
}

/// What this process knows about its own workers of a lane.
#[derive(Default)]
struct Track {
    slots: Mutex<Vec<Weak<Slot>>>,
    running: AtomicUsize,
    restarts: AtomicU64,
    panics: AtomicU64,
}

impl Track {
    fn add(&self, slot: &Arc<Slot>) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.push(Arc::downgrade(slot));
    }

    fn slots(&self) -> Vec<Arc<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|slot| slot.strong_count() > 0);
        slots.iter().filter_map(Weak::upgrade).collect()
    }
}

impl fmt::Debug for OnRedis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the address, which may hold a password.
        f.debug_struct("OnRedis")
            .field("namespace", &self.shared.namespace)
            .finish_non_exhaustive()
    }
}

impl OnRedis {
    /// See [`crate::Queue::connect`].
    pub fn connect(url: &str, namespace: &str, settings: Settings) -> Result<Self, RedisError> {
        let client = Client::open(url)?;
        let conn = ConnectionManager::new_lazy_with_config(client.clone(), manager(&settings))?;
        Ok(Self {
            shared: Arc::new(Shared {
                client,
                namespace: namespace.to_owned(),
                settings,
                conn,
                rings: Semaphore::new(RINGS_AT_ONCE),
                down: AtomicBool::new(false),
                tracks: <[Track; 3]>::default(),
            }),
        })
    }

    /// Asks Redis for an answer.
    pub async fn ping(&self) -> Result<(), RingError> {
        let mut conn = self.shared.conn.clone();
        let ping = async { redis::cmd("PING").query_async(&mut conn).await };
        self.shared.in_time(ping).await
    }

    /// Adds the job, to be run after `delay`. Redis keeps whole seconds; a job with a delay runs
    /// up to one second late and never early.
    pub async fn ring_after(&self, job: Job, delay: Duration) -> Result<(), RingError> {
        if self.shared.down.load(Ordering::Relaxed) {
            return Err(RingError::Down);
        }
        match timeout(self.shared.settings.ring_timeout, self.push(job, delay)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                if let RingError::Redis(error) = &error
                    && error.is_io_error()
                {
                    self.watch_for_return();
                }
                Err(error)
            }
            Err(_) => {
                self.watch_for_return();
                Err(RingError::Silent)
            }
        }
    }

    async fn push(&self, job: Job, delay: Duration) -> Result<(), RingError> {
        let lane = job.lane();
        let config = self.shared.config(lane);
        let mut conn = self.shared.conn.clone();
        let _turn = self.shared.rings.acquire().await;
        let waiting = books::waiting(&mut conn, &config).await?;
        let waiting = waiting.due + waiting.later;
        if waiting >= self.shared.settings.most_waiting {
            return Err(RingError::Full { lane, waiting });
        }
        let bytes = serde_json::to_vec(&job).map_err(RingError::Unwritable)?;
        let mut task = TaskBuilder::new(bytes);
        if !delay.is_zero() {
            task = task.run_at_timestamp(whole_seconds(books::since_epoch() + delay));
        }
        match apalis_redis::queries::push_tasks(&mut conn, &config, &[task.build()]).await {
            Ok(_) => Ok(()),
            Err(apalis_redis::Error::Database(error)) => Err(error.into()),
            Err(error) => Err(RingError::Apalis(error)),
        }
    }

    /// Refuses rings at once until Redis answers again, so that nobody waits for a time-out twice.
    fn watch_for_return(&self) {
        if self.shared.down.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!("Redis does not answer; bells are refused until it does");
        let shared = Arc::downgrade(&self.shared);
        tokio::spawn(async move {
            loop {
                sleep(LOOK_EVERY).await;
                let Some(shared) = shared.upgrade() else {
                    return;
                };
                if (OnRedis {
                    shared: shared.clone(),
                })
                .ping()
                .await
                .is_ok()
                {
                    shared.down.store(false, Ordering::Relaxed);
                    tracing::info!("Redis answers again");
                    return;
                }
            }
        });
    }

    /// See [`crate::Queue::run`].
    pub async fn run<H, F, S>(&self, lane: Lane, concurrency: usize, handler: H, shutdown: S)
    where
        H: Fn(Job) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
        S: Future<Output = ()> + Send,
    {
        let (stop, stopped) = watch::channel(false);
        let mut slots = JoinSet::new();
        let supervise = |number| {
            let slot = Arc::new(Slot::new(self.shared.clone(), lane, number));
            self.shared.track(lane).add(&slot);
            slot.supervise(handler.clone(), stopped.clone())
        };
        for number in 0..concurrency.max(1) {
            slots.spawn(supervise(number));
        }
        let mut shutdown = pin!(shutdown);
        let mut books = pin!(self.keep_books(lane));
        let mut next = concurrency.max(1);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                never = &mut books => match never {},
                Some(ended) = slots.join_next() => {
                    tracing::error!(lane = lane.name(), ?ended, "a supervisor did not end well");
                    slots.spawn(supervise(next));
                    next += 1;
                }
            }
        }
        stop.send_replace(true);
        while let Some(ended) = slots.join_next().await {
            if let Err(error) = ended {
                tracing::error!(lane = lane.name(), %error, "a supervisor did not end well");
            }
        }
    }

    /// Forgets finished jobs again and again.
    async fn keep_books(&self, lane: Lane) -> Infallible {
        let config = self.shared.config(lane);
        let mut conn = self.shared.conn.clone();
        loop {
            sleep(self.shared.settings.prune_every).await;
            let workers: Vec<_> = self
                .shared
                .track(lane)
                .slots()
                .iter()
                .filter_map(|slot| slot.worker())
                .collect();
            let kept = async {
                let forgotten = books::prune(&mut conn, &config).await?;
                books::let_expire(&mut conn, &config, &workers).await?;
                Ok::<_, RedisError>(forgotten)
            };
            match kept.await {
                Ok(n) => tracing::debug!(lane = lane.name(), n, "finished jobs forgotten"),
                Err(error) => tracing::debug!(lane = lane.name(), %error, "no books kept"),
            }
        }
    }

    /// How the lanes do in this process.
    pub fn health(&self) -> Vec<LaneHealth> {
        let health = |lane| {
            let track = self.shared.track(lane);
            let slots = track.slots();
            let silences: Option<Vec<_>> = slots.iter().map(|slot| slot.since_beat()).collect();
            LaneHealth {
                lane,
                slots: slots.len(),
                running: track.running.load(Ordering::Relaxed),
                since_beat: silences.and_then(|all| all.into_iter().max()),
                restarts: track.restarts.load(Ordering::Relaxed),
                panics: track.panics.load(Ordering::Relaxed),
            }
        };
        Lane::ALL.into_iter().map(health).collect()
    }

    /// Bells of the lane that nobody has taken, in all processes.
    pub async fn waiting(&self, lane: Lane) -> Result<Waiting, RingError> {
        let mut conn = self.shared.conn.clone();
        let config = self.shared.config(lane);
        self.shared
            .in_time(books::waiting(&mut conn, &config))
            .await
    }

    /// The jobs that could run now, lane by lane.
    pub async fn waiting_jobs(&self) -> Result<Vec<Job>, RingError> {
        let mut conn = self.shared.conn.clone();
        let mut jobs = Vec::new();
        for lane in Lane::ALL {
            let config = self.shared.config(lane);
            let due = books::waiting_jobs(&mut conn, &config);
            jobs.extend(self.shared.in_time(due).await?);
        }
        Ok(jobs)
    }

    /// Whether no job runs in any process and none could run now.
    pub async fn is_idle(&self) -> Result<bool, RingError> {
        let mut conn = self.shared.conn.clone();
        let lanes = Lane::ALL.map(|lane| self.shared.config(lane));
        let nothing_held = self
            .shared
            .in_time(books::is_idle(&mut conn, &lanes))
            .await?;
        let running = |track: &Track| track.running.load(Ordering::SeqCst) > 0;
        Ok(nothing_held && !self.shared.tracks.iter().any(running))
    }

    /// Waits until [`OnRedis::is_idle`].
    pub async fn idle(&self) -> Result<(), RingError> {
        while !self.is_idle().await? {
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Shared {
    fn track(&self, lane: Lane) -> &Track {
        &self.tracks[lane.index()]
    }

    /// How apalis is told to treat a lane. No job has an idempotency key; the time to live stands
    /// here because without it apalis 1.0.0 forgets such keys at once.
    fn config(&self, lane: Lane) -> Config {
        Config::default()
            .queue(format!("{}:{}", self.namespace, lane.name()))
            .batch_size(1)
            .heartbeat_interval(self.settings.heartbeat)
            .missed_heartbeats(self.settings.missed_heartbeats)
            .lock_tasks(true)
            .persist_results(true)
            .emit_events(false)
            .idempotency_ttl(Some(Duration::from_hours(1)))
    }

    /// A connection of its own for a worker.
    async fn connect(&self) -> RedisResult<ConnectionManager> {
        ConnectionManager::new_with_config(self.client.clone(), manager(&self.settings)).await
    }

    async fn in_time<T>(
        &self,
        answer: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, RingError> {
        match timeout(self.settings.ring_timeout, answer).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(RingError::Silent),
        }
    }
}

fn manager(settings: &Settings) -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(settings.ring_timeout))
        .set_response_timeout(Some(settings.response_timeout))
        .set_number_of_retries(3)
        .set_min_delay(Duration::from_millis(100))
        .set_max_delay(Duration::from_secs(1))
}

/// Rounded up, for a bell that rings early is a lost bell.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
