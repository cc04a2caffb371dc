//! The daemon as a process: its memory when nothing happens, and how soon it works after a kill.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::load::{self, Pace};
use crate::table::{Table, say};
use crate::{Size, world};

/// People who have written when the daemon is killed; each of their bursts waits to be read.
const WAITING: u64 = 300;
const QUIET_SECONDS: i64 = 1;

/// `sutler serve` over a folder; ended with SIGKILL when dropped.
fn serve(folder: &Path) -> anyhow::Result<(Child, SocketAddr)> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let child = Command::new(world::program())
        .arg("serve")
        .env_clear()
        .envs(world::settings(folder, &address.to_string()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("starting sutler serve")?;
    Ok((child, address))
}

async fn is_listening(child: &mut Child, address: SocketAddr) -> anyhow::Result<()> {
    for _ in 0..500 {
        if TcpStream::connect(address).await.is_ok() {
            return Ok(());
        }
        if let Some(status) = child.try_wait()? {
            bail!("sutler serve ended: {status}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("sutler serve does not listen")
}

/// Memory of a daemon that was started and left alone.
pub(crate) async fn idle(size: &Size, table: &mut Table) -> anyhow::Result<()> {
    say(&format!("an idle daemon, for {} s", size.idle_seconds));
    let folder = world::folder()?;
    let (mut child, address) = serve(folder.path())?;
    is_listening(&mut child, address).await?;
    tokio::time::sleep(Duration::from_secs(size.idle_seconds)).await;
    let id = child.id().context("sutler serve ended by itself")?;
    let status = tokio::fs::read_to_string(format!("/proc/{id}/status")).await?;
    let resident: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .context("no VmRSS")?
        .parse()?;
    child.kill().await?;
    table.row(
        format!(
            "memory (VmRSS) of an idle serve after {} s",
            size.idle_seconds
        ),
        format!("{} MB", resident.div_ceil(1024)),
        "< 60 MB",
    );
    Ok(())
}

/// SIGKILL while much waits; from the start of the next process to the first row that it takes up.
pub(crate) async fn restart(size: &Size, table: &mut Table) -> anyhow::Result<()> {
    say("kill -9 and restart");
    let mut longest = Duration::ZERO;
    for _ in 0..size.restarts {
        longest = longest.max(one_restart().await?);
    }
    table.row(
        format!(
            "kill -9, restart: first waiting work taken up, most of {}",
            size.restarts
        ),
        format!("{:.2} s", longest.as_secs_f64()),
        "< 5 s",
    );
    Ok(())
}

async fn one_restart() -> anyhow::Result<Duration> {
    let folder = world::folder()?;
    let parts = world::open(folder.path()).await?;
    world::seed(&parts.app, WAITING, QUIET_SECONDS).await?;
    let now = parts.app.now().timestamp();
    parts.app.db.close().await;
    drop(parts);

    let (mut child, address) = serve(folder.path())?;
    is_listening(&mut child, address).await?;
    let requests = world::requests(0, WAITING * 3, now);
    let until = Duration::from_secs(30);
    let outcome = load::post(address, requests, Pace::Closed { until }).await?;
    child.kill().await?;
    // Now every burst is due, but for those that were read before the kill.
    tokio::time::sleep(Duration::from_secs(2)).await;

    let mut database = SqliteConnectOptions::new()
        .filename(folder.path().join("sutler.db"))
        .read_only(true)
        .connect()
        .await?;
    let before = taken_up(&mut database).await?;
    let waiting: i64 = sqlx::query_scalar("select count(*) from burst where state <> 'read'")
        .fetch_one(&mut database)
        .await?;
    if waiting == 0 {
        bail!("nothing waits: the daemon was faster than the kill");
    }
    let began = Instant::now();
    let (mut child, _) = serve(folder.path())?;
    while taken_up(&mut database).await? == before {
        if began.elapsed() > Duration::from_mins(1) {
            bail!("nothing was taken up within a minute");
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let took = began.elapsed();
    child.kill().await?;
    say(&format!(
        "  {} answered, {waiting} bursts waited, {:.2} s",
        outcome.sent,
        took.as_secs_f64()
    ));
    Ok(took)
}

/// Counts what was claimed: bursts read, and attempts to send.
async fn taken_up(database: &mut SqliteConnection) -> anyhow::Result<i64> {
    let sql = "select (select count(*) from burst where state = 'read')
        + (select coalesce(sum(attempts), 0) from outgoing)";
    Ok(sqlx::query_scalar(sql).fetch_one(database).await?)
}
