//! What this package itself reads and writes in the keys of apalis 1.0.0: counts, and the repairs
//! that apalis leaves to its user.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use apalis_redis::Config;
use redis::aio::ConnectionManager;
use redis::{RedisResult, Script, pipe};

use crate::health::Waiting;
use crate::job::Job;

static PROMOTE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("promote.lua")));
static PRUNE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("prune.lua")));
static RETIRE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("retire.lua")));
static IDLE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("idle.lua")));

/// Jobs moved by one call of a script; Lua passes at most 8,000 arguments.
const BATCH: usize = 500;

/// Calls of the pruning script in one round.
const BATCHES: usize = 20;

/// How long Redis keeps the description of a worker that was killed.
const DESCRIPTION_SECS: i64 = 24 * 60 * 60;

/// The time by this machine's clock, which is what apalis compares with.
pub(super) fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

pub(super) fn inflight_of(config: &Config, worker: &str) -> String {
    format!("{}:{worker}", config.inflight_jobs_set())
}

fn description_of(config: &Config, worker: &str) -> String {
    format!("{}:metadata:{worker}", config.workers_set())
}

/// Counts the bells of a lane that nobody has taken.
pub(super) async fn waiting(conn: &mut ConnectionManager, config: &Config) -> RedisResult<Waiting> {
    let now = since_epoch().as_secs();
    let (active, ripe, all): (usize, usize, usize) = pipe()
        .atomic()
        .llen(config.active_jobs_list())
        .zcount(config.scheduled_jobs_set(), "-inf", now)
        .zcard(config.scheduled_jobs_set())
        .query_async(conn)
        .await?;
    Ok(Waiting {
        due: active + ripe,
        later: all - ripe,
    })
}

/// The jobs of a lane that could run now. What cannot be read is left out.
pub(super) async fn waiting_jobs(
    conn: &mut ConnectionManager,
    config: &Config,
) -> RedisResult<Vec<Job>> {
    let now = since_epoch().as_secs();
    let (mut ids, ripe): (Vec<String>, Vec<String>) = pipe()
        .atomic()
        .lrange(config.active_jobs_list(), 0, -1)
        .zrangebyscore(config.scheduled_jobs_set(), "-inf", now)
        .query_async(conn)
        .await?;
    ids.extend(ripe);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let texts: Vec<Option<Vec<u8>>> = redis::cmd("HMGET")
        .arg(config.job_data_hash())
        .arg(ids)
        .query_async(conn)
        .await?;
    let read = |text: Vec<u8>| serde_json::from_slice(&text).ok();
    Ok(texts.into_iter().flatten().filter_map(read).collect())
}

/// Whether no job of these lanes is due or held by a worker.
pub(super) async fn is_idle(conn: &mut ConnectionManager, lanes: &[Config]) -> RedisResult<bool> {
    let mut script = IDLE.prepare_invoke();
    for config in lanes {
        script
            .key(config.active_jobs_list())
            .key(config.scheduled_jobs_set())
            .key(config.workers_set())
            .key(config.inflight_jobs_set());
    }
    script.arg(since_epoch().as_secs()).invoke_async(conn).await
}

/// Says that a worker lives which apalis does not speak for at the moment.
pub(super) async fn touch(
    conn: &mut ConnectionManager,
    config: &Config,
    worker: &str,
) -> RedisResult<()> {
    redis::cmd("ZADD")
        .arg(config.workers_set())
        .arg("XX")
        .arg(since_epoch().as_secs())
        .arg(worker)
        .query_async(conn)
        .await
}

/// Takes a worker that has ended off the books; returns how many jobs went back to the lane.
pub(super) async fn retire(
    conn: &mut ConnectionManager,
    config: &Config,
    worker: &str,
    finished: Option<&str>,
) -> RedisResult<usize> {
    RETIRE
        .key(config.workers_set())
        .key(inflight_of(config, worker))
        .key(config.active_jobs_list())
        .key(config.job_data_hash())
        .key(config.done_jobs_set())
        .key(description_of(config, worker))
        .arg(worker)
        .arg(finished.unwrap_or_default())
        .arg(config.job_meta_hash())
        .invoke_async(conn)
        .await
}

/// Moves what is due to the list that workers take from.
pub(super) async fn promote(conn: &mut ConnectionManager, config: &Config) -> RedisResult<()> {
    loop {
        let moved: usize = PROMOTE
            .key(config.scheduled_jobs_set())
            .key(config.active_jobs_list())
            .arg(since_epoch().as_secs())
            .arg(BATCH)
            .invoke_async(conn)
            .await?;
        if moved < BATCH {
            return Ok(());
        }
    }
}

/// Forgets finished jobs, at most [`BATCH`] times [`BATCHES`] of each kind.
pub(super) async fn prune(conn: &mut ConnectionManager, config: &Config) -> RedisResult<usize> {
    let mut forgotten = 0;
    for finished in [config.done_jobs_set(), config.dead_jobs_set()] {
        for _ in 0..BATCHES {
            let n: usize = PRUNE
                .key(&finished)
                .key(config.active_jobs_list())
                .key(config.scheduled_jobs_set())
                .key(config.workers_set())
                .key(config.job_data_hash())
                .arg(config.inflight_jobs_set())
                .arg(config.job_meta_hash())
                .arg(BATCH)
                .invoke_async(conn)
                .await?;
            forgotten += n;
            if n < BATCH {
                break;
            }
        }
    }
    Ok(forgotten)
}

/// Lets the descriptions of these workers go away by themselves some time after their end.
pub(super) async fn let_expire(
    conn: &mut ConnectionManager,
    config: &Config,
    workers: &[String],
) -> RedisResult<()> {
    let mut pipe = pipe();
    for worker in workers {
        pipe.expire(description_of(config, worker), DESCRIPTION_SECS)
            .ignore();
    }
    pipe.query_async(conn).await
}
