//! The subcommands of `sutler`: what can be said on the command line, and who does it.
//!
//! **Invariant:** results go to standard output, the log and errors to standard error.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::config::{self, Config, DatabaseUrl, Secret};
use crate::store::db::{Db, Opener};
use crate::store::orgs::{self, Org};
use crate::vault::{Source, Vault};

pub mod admin;
pub mod check;
pub mod demo;
pub mod import;
pub mod logging;
pub mod migrate;
pub mod read;
pub mod serve;
pub mod supplier;
#[cfg(test)]
mod tests;

use logging::Audience;

/// What the command line says.
#[derive(Debug, Parser)]
#[command(
    name = "sutler",
    version,
    about = "Takes requests for supplies on WhatsApp and orders them from suppliers, each once.",
    after_help = FIRST_STEPS,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// The file with your settings. Without it the defaults hold; `sutler config` shows them.
    ///
    /// `SUTLER_CONFIG` can name the file instead. Environment variables override single settings.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

const FIRST_STEPS: &str = "\
See it work, without any account:
  sutler demo

Run it for real:
  sutler config > sutler.toml                        your settings: edit them
  sutler --config sutler.toml migrate                make the database
  sutler --config sutler.toml import company.toml    see what would be stored; then --apply
  sutler --config sutler.toml supplier add-credentials SUPPLIER --user NAME
  sutler --config sutler.toml check                  can it work like this?
  sutler --config sutler.toml serve                  start
  sutler --config sutler.toml admin --org CODE       a link to sign in to the console";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything in one process: web server, queue and browsers.
    #[command(after_help = "\
With the default settings this needs nothing else: the database is a file, the queue is in the
process. Stop it with Ctrl-C; an order that is being sent is waited for.

Example:
  sutler --config sutler.toml serve")]
    Serve,
    /// Answer HTTP only: webhooks, console, metrics. Needs PostgreSQL and Redis.
    #[command(after_help = "\
One or more `web` processes answer HTTP, one or more `work` processes do the work. All of them need
the same settings, with database.url at PostgreSQL and queue.url at Redis.

Example:
  sutler --config sutler.toml web")]
    Web,
    /// Work only: read messages, place orders, write to the ERP. Needs PostgreSQL and Redis.
    #[command(after_help = "\
Start as many as you need, on any machine. See `sutler web --help`.

Example:
  sutler --config sutler.toml work")]
    Work,
    /// See an order placed on this machine, without any account.
    Demo(demo::Arguments),
    /// Make the database, or bring it up to this version of Sutler.
    Migrate(migrate::Arguments),
    /// Check that these settings can work: one line for each part.
    #[command(after_help = check::HELP)]
    Check,
    /// Print every setting with its default and its explanation.
    #[command(after_help = "\
Example:
  sutler config > sutler.toml

Keep in that file only what you change.")]
    Config,
    /// Store the organisation, people, sites, items and suppliers from TOML or CSV files.
    Import(import::Arguments),
    /// Print a link with which an administrator signs in to the console once.
    Admin(admin::Arguments),
    /// Store the sign-ins of supplier accounts, list them, try them.
    Supplier(supplier::Arguments),
    /// See what is read from messages. Needs neither a database nor settings, but for `--org`.
    #[command(after_help = read::HELP)]
    Read(read::Arguments),
    /// Start a program and end its whole process group when standard input closes.
    #[command(hide = true)]
    Warden(Warden),
}

#[derive(Debug, Args)]
pub struct Warden {
    /// The program and its arguments.
    #[arg(last = true, required = true)]
    pub program: Vec<String>,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // Before any thread: the warden makes itself the leader of a process group.
    let command = match cli.command {
        Command::Warden(warden) => return scrapers::warden::run(warden.program.into_iter()),
        command => command,
    };
    match run(cli.config, command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("sutler: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(file: Option<PathBuf>, command: Command) -> anyhow::Result<ExitCode> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("TLS was set up twice"))?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?
        .block_on(dispatch(file, command))
}

async fn dispatch(file: Option<PathBuf>, command: Command) -> anyhow::Result<ExitCode> {
    let load = |audience| -> anyhow::Result<Config> {
        let config = Config::load(file.as_deref())?;
        logging::start(&config.log, audience)?;
        Ok(config)
    };
    match command {
        Command::Serve => serve::serve(load(Audience::Operator)?).await?,
        Command::Web => serve::web(load(Audience::Operator)?).await?,
        Command::Work => serve::work(load(Audience::Operator)?).await?,
        Command::Demo(_) if file.is_some() => {
            anyhow::bail!("the demo has settings of its own: leave --config out")
        }
        Command::Demo(arguments) => return demo::run(arguments).await,
        Command::Migrate(arguments) => {
            migrate::run(&load(Audience::Terminal)?, &arguments).await?;
        }
        Command::Check => return check::run(load(Audience::Terminal)?).await,
        Command::Config => print_defaults(),
        Command::Import(arguments) => {
            return import::run(&load(Audience::Terminal)?, &arguments).await;
        }
        Command::Admin(arguments) => admin::run(&load(Audience::Terminal)?, &arguments).await?,
        Command::Supplier(arguments) => {
            return supplier::run(load(Audience::Terminal)?, arguments).await;
        }
        Command::Read(arguments) => {
            return read::run(&arguments, || load(Audience::Terminal)).await;
        }
        Command::Warden(_) => anyhow::bail!("the warden was started too late"),
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "it is what was asked for")]
fn print_defaults() {
    print!("{}", config::DEFAULTS);
}

/// Opens the database beside a daemon that may be running, and refuses one with another schema.
pub(crate) async fn open_database(config: &Config) -> anyhow::Result<Db> {
    if let DatabaseUrl::Sqlite(path) = &config.database.url
        && !path.exists()
    {
        // Opening would make the file.
        anyhow::bail!("{} is not there yet: run `sutler migrate`", path.display());
    }
    let db = Db::open(&database_url(config), Opener::Visitor).await?;
    // Its own sentence says what to do; the causes below it say it in the database's words.
    db.check_schema()
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(db)
}

/// "1 item", "3 items".
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

pub(crate) fn database_url(config: &Config) -> String {
    match &config.database.url {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(url) => url.expose().to_owned(),
    }
}

/// Opens the vault; says so when it had to make the key.
pub(crate) fn open_vault(config: &Config) -> anyhow::Result<Vault> {
    let source = Source {
        key: config.vault.key.as_ref().map(Secret::expose),
        file: &config.vault.key_file,
    };
    let (vault, made) = Vault::open(source)?;
    if let Some(path) = made {
        eprintln!(
            "Made the key that encrypts what is stored: {}. Back it up: without it nothing \
             encrypted can be read.",
            path.display()
        );
    }
    Ok(vault)
}

/// The organisation of a code; without a code the only one there is.
pub(crate) async fn organisation(db: &Db, code: Option<&str>) -> anyhow::Result<Org> {
    let mut tx = db.read().await?;
    let mut all = orgs::all(&mut tx).await?;
    let codes = all
        .iter()
        .map(|org| org.code.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    match code {
        Some(code) => match all.into_iter().find(|org| org.code == code) {
            Some(org) => Ok(org),
            None if codes.is_empty() => anyhow::bail!("{NO_ORGANISATION}"),
            None => {
                anyhow::bail!("there is no organisation {code}; the ones there are: {codes}")
            }
        },
        None if all.len() == 1 => Ok(all.remove(0)),
        None if all.is_empty() => anyhow::bail!("{NO_ORGANISATION}"),
        None => {
            anyhow::bail!("there are several organisations: name one with --org, of {codes}")
        }
    }
}

const NO_ORGANISATION: &str =
    "there is no organisation yet: store one with `sutler import FILE --apply`";
