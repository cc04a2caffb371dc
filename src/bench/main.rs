//! What `script/bench` runs: measures the daemon on this machine and prints one table.
//!
//! **Invariant:** nothing here is a test, and no figure is an assertion; the daemon is measured as it is,
//! with SQLite and synchronous=FULL.

mod bursts;
mod fill;
mod load;
mod process;
mod pure;
mod receiver;
mod single;
mod table;
mod world;

use clap::Parser;

use table::Table;

#[derive(Parser)]
#[command(
    name = "script/bench",
    about = "Measures Sutler on this machine and prints a table."
)]
struct Arguments {
    /// Shorter rounds and 100,000 stored messages instead of 1,000,000: a first look.
    #[arg(long)]
    quick: bool,
    /// Measure only these.
    #[arg(long, value_enum, value_name = "PART")]
    only: Vec<Part>,
    /// What cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Language and catalogue, without a database.
    Pure,
    /// Webhooks a second and their latency.
    Receiver,
    /// How late a burst is closed.
    Bursts,
    /// Memory of an idle daemon.
    Idle,
    /// Time from a restart to the first work taken up.
    Restart,
}

/// How much is measured.
pub(crate) struct Size {
    /// Messages in the database that is not empty.
    pub(crate) stored: u64,
    /// Rounds of each receiver, and the seconds of one.
    pub(crate) rounds: u32,
    pub(crate) round_seconds: u64,
    /// Seconds at 1,000 webhooks a second.
    pub(crate) paced_seconds: u64,
    pub(crate) bursts: u64,
    /// Seconds until the memory of the idle daemon is read.
    pub(crate) idle_seconds: u64,
    pub(crate) restarts: u32,
}

const FULL: Size = Size {
    stored: 1_000_000,
    rounds: 5,
    round_seconds: 4,
    paced_seconds: 15,
    bursts: 400,
    idle_seconds: 60,
    restarts: 5,
};

const QUICK: Size = Size {
    stored: 100_000,
    rounds: 2,
    round_seconds: 2,
    paced_seconds: 4,
    bursts: 60,
    idle_seconds: 10,
    restarts: 2,
};

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("TLS was set up twice"))?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(measure(&arguments))
}

async fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let size = if arguments.quick { QUICK } else { FULL };
    let wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut table = Table::default();
    if wanted(Part::Pure) {
        pure::measure(&mut table);
    }
    if wanted(Part::Idle) {
        process::idle(&size, &mut table).await?;
    }
    if wanted(Part::Restart) {
        process::restart(&size, &mut table).await?;
    }
    if wanted(Part::Receiver) || wanted(Part::Bursts) {
        let full = fill::full(size.stored).await?;
        if wanted(Part::Receiver) {
            receiver::measure(&size, &full, &mut table).await?;
        }
        if wanted(Part::Bursts) {
            bursts::measure(&size, &full, &mut table).await?;
        }
    }
    table.print();
    Ok(())
}
