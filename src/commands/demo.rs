//! `demo`: the daemon beside a fake WhatsApp, a fake supplier shop and a fake ERP, with a seeded world.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::serve;
use crate::demo::conversation::{self, Conversation};
use crate::demo::once::{self, Ending};
use crate::demo::run::{self as demo, Demo};

/// The port of the first page, if it is free and nobody names another.
const PORT: u16 = 8088;

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
  {\"who\": \"+254700000001\", \"expect\": \"ordered\"}

--once ends with 0 when each Confirm and Approve led to exactly one order, with 1 when not, and with
2 when not everything had settled after five minutes.")]
pub struct Arguments {
    /// Play a conversation without anyone at the keyboard, print what became of it, and end.
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
    if arguments.list {
        for (name, what, _) in conversation::SHIPPED {
            say(&format!("{name:16} {what}"));
        }
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.world {
        say(&serde_json::to_string_pretty(&demo::world_as_json()?)?);
        return Ok(ExitCode::SUCCESS);
    }
    let conversation = arguments
        .once
        .as_deref()
        .map(Conversation::open)
        .transpose()?;
    let (folder, temporary) = match arguments.data {
        Some(folder) => (folder, None),
        None => {
            let made = tempfile::Builder::new().prefix("sutler-demo-").tempdir()?;
            (made.path().to_owned(), Some(made))
        }
    };
    let options = demo::Options {
        folder: folder.clone(),
        port: arguments
            .port
            .unwrap_or(if conversation.is_some() { 0 } else { PORT }),
        program: std::env::current_exe().context("finding the program itself")?,
        settings: crate::config::environment(),
    };
    let running = Demo::start(&options).await?;
    let code = match conversation {
        Some(conversation) => {
            let (ending, report) = once::play(&running, conversation).await?;
            say(&serde_json::to_string_pretty(&report)?);
            ExitCode::from(match ending {
                Ending::AsAsked => 0,
                Ending::Otherwise => 1,
                Ending::Unsettled => 2,
            })
        }
        None => {
            say(&format!(
                "The demo runs. Open {} and follow the three steps.",
                running.landing
            ));
            say("Ctrl-C ends it.");
            serve::told_to_end().await?;
            ExitCode::SUCCESS
        }
    };
    running.end().await;
    if let Some(made) = temporary
        && arguments.keep
    {
        eprintln!("kept: {}", made.keep().display());
    }
    Ok(code)
}

#[expect(clippy::print_stdout, reason = "what a command prints is its result")]
fn say(text: &str) {
    println!("{text}");
}
