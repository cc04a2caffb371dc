//! `demo`: the daemon beside a fake WhatsApp, a fake supplier shop and a fake ERP, with a seeded world.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sutler demo                       open the address that it prints, and play
  sutler demo --list                the conversations that come with it
  sutler demo --once first-order    play one by itself; the result is JSON on standard output
  sutler demo --once my.jsonl       play your own

A conversation is a file with one JSON object a line:
  {\"after\": 2, \"who\": \"+254700000001\", \"text\": \"20 bags cement to Site 4\"}
  {\"who\": \"+254700000001\", \"press\": \"Confirm\"}
  {\"who\": \"+254700000001\", \"expect\": \"ordered\"}")]
pub struct Arguments {
    /// Play a conversation without anyone at the keyboard, print what became of it, and end.
    ///
    /// Ends with 0 when each Confirm and Approve led to exactly one order, 1 when not, 2 when it had
    /// not settled after five minutes.
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["list", "world"])]
    pub once: Option<String>,
    /// Name the conversations that come with the demo.
    #[arg(long, conflicts_with = "world")]
    pub list: bool,
    /// Print the seeded people, sites and items as JSON.
    #[arg(long)]
    pub world: bool,
    /// The port of the first page; the other servers take free ones.
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Work in this folder instead of a temporary one. What is in it goes on where it was.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Keep the temporary folder at the end, and say where it is.
    #[arg(long)]
    pub keep: bool,
}

/// Runs the demo; the exit code is the outcome of `--once`.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let _ = arguments;
    anyhow::bail!("the demo is wired by the lead")
}
