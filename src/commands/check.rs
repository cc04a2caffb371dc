//! `check`: can this configuration work. One line for each part of it.
//!
//! **Invariant:** changes nothing that is stored; a part that fails does not keep the others from being looked at.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use jobs::Queue;
use scrapers::browser::Browsers;
use tokio::time::timeout;

use crate::app;
use crate::config::{Config, DatabaseUrl, MediaUrl, QueueUrl, Secret};
use crate::erp::Finding;
use crate::store::db::Db;
use crate::vault::{Source, Vault};

mod stored;
#[cfg(test)]
mod tests;

pub(super) const HELP: &str = "\
Each line begins with what it says about one part:
  ok    it can work
  warn  it can work, but something will not be as you may expect
  none  it is not set up, and Sutler works without it
  bad   it cannot work

Ends with 0 when no line is bad, else with 1. Nothing is changed, no message is sent.

Example:
  sutler --config sutler.toml check";

/// What is said about one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    Warn,
    None,
    Bad,
}

/// One line of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub verdict: Verdict,
    /// `database`, `supplier mjengo`.
    pub part: String,
    pub sentence: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::None => "none",
            Verdict::Bad => "bad",
        };
        write!(f, "{verdict:<5} {}: {}", self.part, self.sentence)
    }
}

impl Line {
    fn new(verdict: Verdict, part: &str, sentence: impl Into<String>) -> Self {
        Self {
            verdict,
            part: part.to_owned(),
            sentence: sentence.into(),
        }
    }
}

/// No part is waited for longer.
const PATIENCE: Duration = Duration::from_secs(30);

#[expect(clippy::print_stdout, reason = "the answer to the command")]
pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let lines = lines(&config).await;
    for line in &lines {
        println!("{line}");
    }
    let bad = lines.iter().any(|line| line.verdict == Verdict::Bad);
    Ok(if bad {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Looks at every part.
pub async fn lines(config: &Config) -> Vec<Line> {
    let mut lines = Vec::new();
    let (db, line) = database(config).await;
    lines.push(line);
    lines.push(queue(config).await);
    let (vault, line) = vault(config);
    lines.push(line);
    lines.push(media(config).await);
    lines.push(browser(config).await);
    lines.push(public_url(config));
    lines.extend(apps(config));
    match db {
        Some(db) => match stored::lines(config, &db, vault.as_ref()).await {
            Ok(stored) => lines.extend(stored),
            Err(error) => lines.push(Line::new(
                Verdict::Bad,
                "database",
                format!("it cannot be read: {error:#}"),
            )),
        },
        None => lines.push(Line::new(
            Verdict::None,
            "organisations",
            "not looked at, as the database is not ready",
        )),
    }
    lines.extend(erp(config).await);
    lines.push(llm(config).await);
    lines.extend(for_tests(config));
    lines
}

async fn database(config: &Config) -> (Option<Db>, Line) {
    let bad = |sentence: String| (None, Line::new(Verdict::Bad, "database", sentence));
    let kind = match &config.database.url {
        DatabaseUrl::Sqlite(path) => format!("SQLite, {}", path.display()),
        DatabaseUrl::Postgres(_) => "PostgreSQL".to_owned(),
    };
    match timeout(PATIENCE, super::open_database(config)).await {
        Ok(Ok(db)) => {
            let sentence = format!("{kind}; the schema is up to date, commits are durable");
            (Some(db), Line::new(Verdict::Ok, "database", sentence))
        }
        Ok(Err(error)) => bad(format!("{kind}: {error:#}")),
        Err(_) => bad(format!("{kind} does not answer")),
    }
}

async fn queue(config: &Config) -> Line {
    let url = match &config.queue.url {
        QueueUrl::InProcess => {
            let sentence = "in the process; enough for `sutler serve`";
            return Line::new(Verdict::Ok, "queue", sentence);
        }
        QueueUrl::Redis(url) => url,
    };
    let queue = match Queue::connect(url.expose(), &config.queue.namespace) {
        Ok(queue) => queue,
        Err(error) => return Line::new(Verdict::Bad, "queue", format!("queue.url: {error}")),
    };
    match timeout(PATIENCE, queue.ping()).await {
        Ok(Ok(())) => Line::new(Verdict::Ok, "queue", "Redis answers"),
        Ok(Err(error)) => Line::new(Verdict::Bad, "queue", error.to_string()),
        Err(_) => Line::new(Verdict::Bad, "queue", "Redis does not answer"),
    }
}

fn vault(config: &Config) -> (Option<Vault>, Line) {
    let key = config.vault.key.as_ref().map(Secret::expose);
    let file = &config.vault.key_file;
    if key.is_none() && !file.exists() {
        let sentence = format!(
            "there is no key yet; `sutler serve` or `import` makes {}. Back it up then",
            file.display()
        );
        return (None, Line::new(Verdict::Warn, "vault", sentence));
    }
    match Vault::open(Source { key, file }) {
        Ok((vault, _)) => {
            let sentence = match key {
                Some(_) => "the key is that of the settings".to_owned(),
                None => format!("the key is in {}", file.display()),
            };
            (Some(vault), Line::new(Verdict::Ok, "vault", sentence))
        }
        Err(error) => (None, Line::new(Verdict::Bad, "vault", error.to_string())),
    }
}

async fn media(config: &Config) -> Line {
    let place = match &config.media.url {
        MediaUrl::Folder(folder) => format!("folder {}", folder.display()),
        MediaUrl::S3 { bucket, .. } => format!("bucket {bucket}"),
    };
    let check = async { app::blobs(config)?.check().await };
    match timeout(PATIENCE, check).await {
        Ok(Ok(())) => {
            let sentence = format!("{place}; can be written, read and deleted");
            Line::new(Verdict::Ok, "media", sentence)
        }
        Ok(Err(error)) => Line::new(Verdict::Bad, "media", format!("{place}: {error:#}")),
        Err(_) => Line::new(Verdict::Bad, "media", format!("{place} does not answer")),
    }
}

async fn browser(config: &Config) -> Line {
    // No browser is started, so nothing needs the warden.
    let settings = app::browser_settings(config, "sutler".into());
    let browsers = match Browsers::new(settings) {
        Ok(browsers) => browsers,
        Err(error) => {
            let folder = config.webdriver.profile_dir.display();
            let sentence = format!("the folder for profiles {folder}: {error}");
            return Line::new(Verdict::Bad, "browser", sentence);
        }
    };
    match timeout(PATIENCE, browsers.check()).await {
        Ok(Ok(versions)) if cannot_order(config) => {
            let sentence = format!(
                "{versions}; it places no orders: webdriver.guard_address is not set, the address \
                 at which its browsers reach this daemon"
            );
            Line::new(Verdict::Warn, "browser", sentence)
        }
        Ok(Ok(versions)) => Line::new(Verdict::Ok, "browser", versions),
        Ok(Err(error)) => Line::new(Verdict::Bad, "browser", error.to_string()),
        Err(_) => Line::new(Verdict::Bad, "browser", "the driver does not answer"),
    }
}

/// Browsers of another server that cannot reach the guard of this daemon.
fn cannot_order(config: &Config) -> bool {
    config.webdriver.url.is_some() && config.webdriver.guard_address.is_none()
}

fn public_url(config: &Config) -> Line {
    let url = &config.http.public_url;
    if url.scheme() == "https" {
        return Line::new(Verdict::Ok, "public address", url.as_str());
    }
    let sentence = format!(
        "{url} is not https: WhatsApp delivers to https only. Put a proxy with a certificate before \
         Sutler and set http.public_url"
    );
    Line::new(Verdict::Warn, "public address", sentence)
}

/// What each WhatsApp app of the settings needs, without asking anybody.
fn apps(config: &Config) -> Vec<Line> {
    let line = |(name, app): (&String, &crate::config::WhatsAppApp)| {
        let part = format!("whatsapp app {name}");
        let missing: Vec<&str> = [
            (app.app_secrets.iter().all(Secret::is_empty), "app_secrets"),
            (app.verify_token.is_empty(), "verify_token"),
            (app.access_token.is_empty(), "access_token"),
        ]
        .into_iter()
        .filter_map(|(is_missing, key)| is_missing.then_some(key))
        .collect();
        if missing.is_empty() {
            let callback = format!("/webhook/whatsapp/{name}");
            let base = config.http.public_url.as_str().trim_end_matches('/');
            let sentence = format!("its callback address is {base}{callback}");
            return Line::new(Verdict::Ok, &part, sentence);
        }
        let keys = missing.join(", ");
        let sentence = format!("[whatsapp.apps.{name}] lacks {keys}");
        Line::new(Verdict::Bad, &part, sentence)
    };
    config.whatsapp.apps.iter().map(line).collect()
}

async fn erp(config: &Config) -> Vec<Line> {
    let erp = match app::erp(config) {
        Ok(Some(erp)) => erp,
        Ok(None) => {
            let sentence = "no ERP is set; a request ends with the order";
            return vec![Line::new(Verdict::None, "erp", sentence)];
        }
        Err(error) => return vec![Line::new(Verdict::Bad, "erp", format!("{error:#}"))],
    };
    match timeout(PATIENCE, erp.check()).await {
        Ok(findings) => findings
            .into_iter()
            .map(|finding| match finding {
                Finding::Good(sentence) => Line::new(Verdict::Ok, "erp", sentence),
                Finding::Bad(sentence) => Line::new(Verdict::Bad, "erp", sentence),
            })
            .collect(),
        Err(_) => vec![Line::new(Verdict::Bad, "erp", "it does not answer")],
    }
}

async fn llm(config: &Config) -> Line {
    let checked = match app::llm(config) {
        Ok(Some(llm)) => llm.check().await,
        Ok(None) => {
            let sentence = "no model is set; what is not certain is asked of the requester";
            return Line::new(Verdict::None, "llm", sentence);
        }
        Err(error) => Err(error.into()),
    };
    match checked {
        Ok(()) => {
            let sentence = format!(
                "{} answers; it reads what the rules leave open",
                config.llm.model
            );
            Line::new(Verdict::Ok, "llm", sentence)
        }
        Err(error) => Line::new(Verdict::Bad, "llm", format!("{error:#}")),
    }
}

fn for_tests(config: &Config) -> Option<Line> {
    let points = config.test.crash_at.join(", ");
    let sentence = format!("test.crash_at is set: the process kills itself at {points}");
    (!points.is_empty()).then(|| Line::new(Verdict::Warn, "test", sentence))
}
