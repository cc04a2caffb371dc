//! Webhooks a second, ours against one that commits singly and against a full database, and the latency
//! at a thousand a second. The rounds of all take turns, so that a busy machine is busy for all.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use sutler::app::{App, Running};
use sutler::commands::serve::{Daemon, Part};
use sutler::store::bells;
use sutler::{flow, http};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::Size;
use crate::fill::Full;
use crate::load::{self, Outcome, Pace};
use crate::single::{self, Single};
use crate::table::{Table, median, quantile, say};
use crate::world::{self, PEOPLE};

/// Longer than anything here: bursts stay open.
const QUIET_SECONDS: i64 = 300;

/// More than any machine takes in a round.
const MOST_PER_SECOND: u64 = 8000;

/// A receiver over a database of its own, and the messages it was sent so far.
pub(crate) struct Receiver {
    pub(crate) app: Arc<App>,
    address: SocketAddr,
    sent: AtomicU64,
    tasks: Vec<JoinHandle<()>>,
    _running: tokio::sync::watch::Sender<bool>,
}

impl Receiver {
    /// Sutler's own: its router, and the one writer.
    pub(crate) async fn grouped(folder: &Path) -> anyhow::Result<Self> {
        let Running { app, posts, stop } = world::open(folder).await?;
        let router = http::router(app.clone());
        let writer = tokio::spawn(flow::receive::write(app.clone(), posts));
        Self::start(app, router, vec![writer], stop).await
    }

    /// The one that it is compared with.
    async fn single(folder: &Path) -> anyhow::Result<Self> {
        let Running {
            app,
            posts: _,
            stop,
        } = world::open(folder).await?;
        let timing = single::timing(QUIET_SECONDS);
        let router = single::router(Single {
            app: app.clone(),
            timing,
        });
        Self::start(app, router, Vec::new(), stop).await
    }

    async fn start(
        app: Arc<App>,
        router: Router,
        mut tasks: Vec<JoinHandle<()>>,
        running: tokio::sync::watch::Sender<bool>,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tasks.push(tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                say(&format!("a receiver ended: {error}"));
            }
        }));
        Ok(Self {
            app,
            address,
            sent: AtomicU64::new(0),
            tasks,
            _running: running,
        })
    }

    /// Stores the organisation and the people.
    pub(crate) async fn seed(&self) -> anyhow::Result<()> {
        world::seed(&self.app, PEOPLE, QUIET_SECONDS)
            .await
            .map(drop)
    }

    /// Posts up to `count` messages that were not sent before.
    pub(crate) async fn post(&self, count: u64, pace: Pace) -> anyhow::Result<Outcome> {
        // Apart from what a full database was filled with: its one message has the number 0.
        let from = 3 + self.sent.fetch_add(count, Ordering::Relaxed);
        let requests = world::requests(from, count, self.app.now().timestamp());
        load::post(self.address, requests, pace).await
    }

    pub(crate) async fn close(self) {
        for task in &self.tasks {
            task.abort();
        }
        self.app.db.close().await;
    }
}

/// What the rounds of one receiver gave.
#[derive(Default)]
struct Rounds {
    per_second: Vec<f64>,
    not_2xx: usize,
    sent: usize,
}

impl Rounds {
    fn add(&mut self, outcome: &Outcome) {
        self.per_second.push(outcome.per_second());
        self.not_2xx += outcome.not_2xx;
        self.sent += outcome.sent;
    }

    fn rate(&self) -> f64 {
        median(&self.per_second)
    }
}

pub(crate) async fn measure(size: &Size, full: &Full, table: &mut Table) -> anyhow::Result<()> {
    say("webhooks a second");
    let (one, two) = (world::folder()?, world::folder()?);
    let single = Receiver::single(one.path()).await?;
    let ours = Receiver::grouped(two.path()).await?;
    let filled = Receiver::grouped(&full.path()).await?;
    single.seed().await?;
    ours.seed().await?;
    let until = Duration::from_secs(size.round_seconds);
    let mut results = [Rounds::default(), Rounds::default(), Rounds::default()];
    // The first round warms up and does not count.
    for round in 0..=size.rounds {
        for (result, receiver) in results.iter_mut().zip([&single, &ours, &filled]) {
            let most = MOST_PER_SECOND * size.round_seconds;
            let outcome = receiver.post(most, Pace::Closed { until }).await?;
            say(&format!("  round {round}: {:.0}", outcome.per_second()));
            if round > 0 {
                result.add(&outcome);
            }
        }
    }
    rates(table, full, &results);
    say("1,000 webhooks a second");
    let count = 1000 * size.paced_seconds;
    for (receiver, where_) in [
        (&ours, "empty database".to_owned()),
        (&filled, format!("{} messages stored", full.messages)),
    ] {
        let outcome = receiver
            .post(count, Pace::Open { per_second: 1000 })
            .await?;
        let at = |share| quantile(&outcome.latencies, share);
        table.row(
            format!("webhook at 1,000 a second, {where_}: p50, p99"),
            format!(
                "{:.1} ms, {:.1} ms ({} not 2xx)",
                at(0.5),
                at(0.99),
                outcome.not_2xx
            ),
            "p99 < 50 ms",
        );
    }
    single.close().await;
    ours.close().await;
    filled.close().await;
    everything(size, table).await
}

/// The same thousand a second while the daemon also reads the bursts, as fast as it can, and tries to
/// answer; nobody listens there.
async fn everything(size: &Size, table: &mut Table) -> anyhow::Result<()> {
    say("1,000 webhooks a second, with everything at work");
    let folder = world::folder()?;
    let running = world::open(folder.path()).await?;
    world::seed(&running.app, PEOPLE, 3).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let daemon = Daemon::start(running, Part::Everything, Some(listener)).await?;
    let now = daemon.app.now().timestamp();
    let requests = world::requests(0, 1000 * size.paced_seconds, now);
    let outcome = load::post(address, requests, Pace::Open { per_second: 1000 }).await?;
    let mut tx = daemon.app.db.read().await?;
    let unread = bells::backlog(&mut tx)
        .await?
        .into_iter()
        .find(|(kind, ..)| kind == "burst");
    drop(tx);
    let at = |share| quantile(&outcome.latencies, share);
    table.row(
        "webhook at 1,000 a second while bursts are read: p50, p99",
        format!(
            "{:.1} ms, {:.1} ms ({} not 2xx, {} bursts due at the end)",
            at(0.5),
            at(0.99),
            outcome.not_2xx,
            unread.map_or(0, |(_, due, _)| due)
        ),
        "",
    );
    daemon.end().await;
    Ok(())
}

fn rates(table: &mut Table, full: &Full, results: &[Rounds; 3]) {
    let [singly, grouped, with_many] = results;
    table.row(
        "webhooks a second, each committed singly",
        format!("{:.0}", singly.rate()),
        "",
    );
    table.row(
        "webhooks a second, Sutler",
        format!(
            "{:.0} ({:.1} x)",
            grouped.rate(),
            grouped.rate() / singly.rate()
        ),
        ">= 4 x",
    );
    table.row(
        format!(
            "webhooks a second, Sutler, {} messages stored",
            full.messages
        ),
        format!(
            "{:.0} ({:.2} x)",
            with_many.rate(),
            with_many.rate() / grouped.rate()
        ),
        ">= 0.8 x",
    );
    table.row(
        "answers that are not 2xx, all rounds",
        format!(
            "{} of {}",
            singly.not_2xx + grouped.not_2xx + with_many.not_2xx,
            singly.sent + grouped.sent + with_many.sent
        ),
        "0",
    );
}
