//! The processes that go on running: `serve` is everything, `web` answers, `work` works.

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::config::{Config, DatabaseUrl, QueueUrl};
use crate::flow;
use crate::store::db::Opener;

/// Runs everything in this process until it is told to end.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    let program = std::env::current_exe().context("finding the program itself")?;
    let running = App::open(config, Opener::Daemon, program).await?;
    running.app.db.migrate().await?;
    let writer = tokio::spawn(flow::receive::write(running.app.clone(), running.posts));
    let lanes = tokio::spawn(flow::run(running.app.clone()));
    told_to_end().await?;
    running.stop.send_replace(true);
    lanes.await?;
    writer.abort();
    Ok(())
}

/// Answers HTTP, and nothing else.
pub async fn web(config: Config) -> anyhow::Result<()> {
    for_several_processes(&config)?;
    anyhow::bail!("web is served by the HTTP rooms")
}

/// Runs sweep, lanes and browsers.
pub async fn work(config: Config) -> anyhow::Result<()> {
    for_several_processes(&config)?;
    serve(config).await
}

async fn told_to_end() -> anyhow::Result<()> {
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
