//! The processes that go on running: `serve` is everything, `web` answers, `work` works.

use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::{App, Running};
use crate::config::{Config, DatabaseUrl, QueueUrl};
use crate::store::db::Opener;
use crate::store::{leases, syncs};
use crate::{crash, flow, http};

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Answers HTTP and works.
    Everything,
    /// Answers HTTP, and nothing else.
    Web,
    /// Runs sweep, lanes and browsers.
    Work,
}

/// A daemon that runs in this process.
pub struct Daemon {
    pub app: Arc<App>,
    stop: watch::Sender<bool>,
    writer: Option<JoinHandle<()>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Daemon {
    /// Brings up what this part of Sutler does. `listener` is where HTTP is answered.
    pub async fn start(
        running: Running,
        part: Part,
        listener: Option<TcpListener>,
    ) -> anyhow::Result<Self> {
        let Running { app, posts, stop } = running;
        app.db.migrate().await?;
        http::ops::keep_metrics()?;
        let mut tasks = Vec::new();
        if part != Part::Web {
            take_over(&app).await?;
            tasks.push(tokio::spawn(flow::run(app.clone())));
        }
        let mut writer = None;
        if let Some(listener) = listener.filter(|_| part != Part::Work) {
            writer = Some(tokio::spawn(flow::receive::write(app.clone(), posts)));
            let router = http::router(app.clone());
            let mut stopping = app.stopping.clone();
            tasks.push(tokio::spawn(async move {
                let stop = async move { drop(stopping.wait_for(|s| *s).await) };
                let server = axum::serve(listener, router).with_graceful_shutdown(stop);
                if let Err(error) = server.await {
                    tracing::error!(%error, "the HTTP server ended");
                }
            }));
        }
        Ok(Self {
            app,
            stop,
            writer,
            tasks,
        })
    }

    /// Ends in good order: nothing new is claimed, what runs is waited for.
    pub async fn end(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task did not end well");
            }
        }
        if let Some(writer) = self.writer {
            writer.abort();
        }
        self.app.db.close().await;
    }
}

/// What an earlier process left: its browsers are ended, and where the lock proves that it is dead its
/// leases are free.
async fn take_over(app: &App) -> anyhow::Result<()> {
    let ended = app
        .browsers
        .sweep_leftovers()
        .await
        .context("looking for old browsers")?;
    if ended > 0 {
        tracing::warn!(ended, "ended browsers that an earlier process left");
    }
    if app.db.is_exclusive() {
        let mut tx = app.db.begin().await?;
        let freed = leases::free_the_dead(&mut tx, &app.process).await?;
        syncs::free_the_dead(&mut tx).await?;
        tx.commit().await?;
        if freed > 0 {
            tracing::info!(freed, "freed what a dead process held");
        }
    }
    Ok(())
}

/// Runs everything in this process until it is told to end.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    run(config, Part::Everything).await
}

/// Answers HTTP, and nothing else.
pub async fn web(config: Config) -> anyhow::Result<()> {
    for_several_processes(&config)?;
    run(config, Part::Web).await
}

/// Runs sweep, lanes and browsers.
pub async fn work(config: Config) -> anyhow::Result<()> {
    for_several_processes(&config)?;
    run(config, Part::Work).await
}

async fn run(config: Config, part: Part) -> anyhow::Result<()> {
    crash::arm(&config.test.crash_at)?;
    if !config.test.crash_at.is_empty() {
        tracing::warn!("test.crash_at is set: this process will kill itself");
    }
    let address = config.http.listen;
    let program = std::env::current_exe().context("finding the program itself")?;
    let listener = match part {
        Part::Everything | Part::Web => Some(
            TcpListener::bind(address)
                .await
                .with_context(|| format!("listening on {address}"))?,
        ),
        Part::Work => None,
    };
    let running = App::open(config, Opener::Daemon, program).await?;
    let daemon = Daemon::start(running, part, listener).await?;
    match part {
        Part::Everything | Part::Web => tracing::info!("listening on http://{address}"),
        Part::Work => tracing::info!("working"),
    }
    told_to_end().await?;
    tracing::info!("ending: what runs is waited for");
    daemon.end().await;
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn told_to_end() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        told = tokio::signal::ctrl_c() => told?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Refuses settings with which only one process can run.
pub(crate) fn for_several_processes(config: &Config) -> anyhow::Result<()> {
    match (&config.database.url, &config.queue.url) {
        (DatabaseUrl::Postgres(_), QueueUrl::Redis(_)) => Ok(()),
        (DatabaseUrl::Sqlite(_), QueueUrl::InProcess | QueueUrl::Redis(_))
        | (DatabaseUrl::Postgres(_), QueueUrl::InProcess) => anyhow::bail!(
            "web and work need PostgreSQL and Redis: set database.url and queue.url, or use sutler serve"
        ),
    }
}
