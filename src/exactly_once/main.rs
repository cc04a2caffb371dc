//! What `script/exactly-once` runs: approved orders against a shop, each with one fault, and what the
//! shop's ledger says of them.
//!
//! Each account is a world of its own: a daemon, a chat, a shop. So a fault meets the one order that drew it.
//!
//! **Invariant:** what was approved is taken from the card and the press at the fake Graph API, what was
//! ordered from the shop's ledger; the daemon's database is never asked.

mod card;
mod daemon;
mod fault;
mod lane;
mod tally;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Parser;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use fault::Fault;
use lane::Lane;
use tally::Tally;

/// At most one order in so many may be given to a person.
const MOST_TO_PERSON: usize = 10;

#[derive(Parser)]
#[command(
    name = "script/exactly-once",
    about = "Places orders while something goes wrong, and counts them in the shop's ledger."
)]
struct Arguments {
    /// How many orders are approved.
    #[arg(long, default_value_t = 40)]
    orders: usize,
    /// Which faults meet which orders, and when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Supplier accounts side by side, each with a daemon, a shop and a chat of its own.
    #[arg(long, default_value_t = 4)]
    accounts: usize,
    /// Only these faults.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// A fault after which only a person can know; left out of the share given to one.
    #[arg(long, value_name = "NAME")]
    to_person: Vec<String>,
    /// A folder for what the daemons say.
    #[arg(long, value_name = "FOLDER")]
    logs: Option<PathBuf>,
    /// What cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("TLS was set up twice"))?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let began = Instant::now();
    if let Some(logs) = &arguments.logs {
        std::fs::create_dir_all(logs)?;
    }
    let mut chance = StdRng::seed_from_u64(arguments.seed);
    let faults = fault::draw(arguments.orders, &arguments.only, &mut chance)?;
    let is_told_to_end = Arc::new(AtomicBool::new(false));
    tokio::spawn(listen(is_told_to_end.clone()));
    let lanes = (0..arguments.accounts.max(1)).map(|n| {
        let mine: Vec<Fault> = (faults.iter().skip(n).step_by(arguments.accounts.max(1)))
            .copied()
            .collect();
        let chance = StdRng::seed_from_u64(arguments.seed.wrapping_mul(1000) + n as u64);
        let logs = arguments.logs.as_deref();
        let is_told_to_end = is_told_to_end.clone();
        async move {
            let lane = Lane::start(n, chance, logs).await?;
            anyhow::Ok(lane.order(mine, &is_told_to_end).await)
        }
    });
    let mut all = Tally::default();
    let mut by_fault: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut is_whole = true;
    for (tallies, with_all) in futures_util::future::try_join_all(lanes).await? {
        is_whole &= with_all;
        for (fault, tally) in tallies {
            by_fault.entry(fault.name()).or_default().add(&tally);
            all.add(&tally);
        }
    }
    let mut table = all.as_json();
    table["seed"] = json!(arguments.seed);
    table["by_fault"] = (by_fault.iter())
        .map(|(name, tally)| ((*name).to_owned(), tally.as_json()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    table["seconds"] = json!(began.elapsed().as_secs());
    writeln!(std::io::stdout(), "{table}")?;
    anyhow::ensure!(!all.is_broken(), "the promise was broken");
    anyhow::ensure!(is_whole, "not every order could be asked for");
    let judged: Vec<&Tally> = (by_fault.iter())
        .filter(|(name, _)| !arguments.to_person.iter().any(|n| n == *name))
        .map(|(_, tally)| tally)
        .collect();
    let orders: usize = judged.iter().map(|tally| tally.orders).sum();
    let to_person: usize = judged.iter().map(|tally| tally.to_person).sum();
    let late = all.came_too_late;
    say(&format!(
        "{to_person} of {orders} were given to a person, not counting {}; {late} faults came too late",
        arguments.to_person.join(", ")
    ));
    let is_much = to_person * MOST_TO_PERSON > orders;
    anyhow::ensure!(
        !is_much,
        "more than one in {MOST_TO_PERSON} was given to a person"
    );
    Ok(())
}

/// Told to end, it asks for no further order, and counts those that it has asked for.
async fn listen(is_told_to_end: Arc<AtomicBool>) {
    let Ok(mut term) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    is_told_to_end.store(true, Ordering::Relaxed);
}

/// Progress, for who waits.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
