//! Every setting of the process, typed. `config.toml` beside this file holds each key's default and
//! explanation; a file and then the environment override it.
//!
//! **Invariant:** the only module that reads environment variables. No secret is ever shown by an
//! error or by `Debug`.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use url::Url;

mod load;
#[cfg(test)]
mod tests;

pub use load::{ConfigError, environment};

/// The default settings with their explanations, as `sutler config` prints them.
pub const DEFAULTS: &str = include_str!("config.toml");

macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_meta])* pub $field: $kind,)+ }
    )+};
}

settings! {
    /// All settings. Each key is explained in `config.toml`.
    Config {
        http: Http,
        database: Database,
        queue: Queue,
        media: Media,
        vault: Vault,
        whatsapp: WhatsApp,
        bursts: Bursts,
        ordering: Ordering,
        lanes: Lanes,
        leases: Leases,
        sweep: Sweep,
        webdriver: WebDriver,
        erp: Erp,
        llm: Llm,
        log: Log,
        metrics: Metrics,
        test: Test,
    }
    Http {
        #[serde(deserialize_with = "address")]
        listen: SocketAddr,
        #[serde(deserialize_with = "http_url")]
        public_url: Url,
        #[serde(deserialize_with = "size")]
        body_limit_bytes: usize,
    }
    Database {
        url: DatabaseUrl,
        #[serde(deserialize_with = "count")]
        connections: u32,
    }
    Queue {
        url: QueueUrl,
        #[serde(deserialize_with = "word")]
        namespace: String,
    }
    Media {
        url: MediaUrl,
        access_key: Secret,
        secret_key: Secret,
    }
    Vault {
        key_file: PathBuf,
        #[serde(deserialize_with = "optional_secret")]
        key: Option<Secret>,
    }
    WhatsApp {
        #[serde(deserialize_with = "http_url")]
        graph_url: Url,
        #[serde(deserialize_with = "word")]
        version: String,
        #[serde(deserialize_with = "positive")]
        timeout_seconds: u64,
        /// By the name that ends the callback path.
        apps: BTreeMap<String, WhatsAppApp>,
    }
    /// One Meta app. Without secrets every webhook for it is refused.
    WhatsAppApp {
        app_secrets: Vec<Secret>,
        verify_token: Secret,
        access_token: Secret,
    }
    Bursts {
        #[serde(deserialize_with = "count")]
        max_messages: u32,
    }
    Ordering {
        #[serde(deserialize_with = "count")]
        claims: u32,
        #[serde(deserialize_with = "positive")]
        submit_seconds: u64,
        #[serde(deserialize_with = "positive")]
        answer_seconds: u64,
    }
    Lanes {
        #[serde(deserialize_with = "size")]
        chat: usize,
        #[serde(deserialize_with = "size")]
        browser: usize,
        #[serde(deserialize_with = "size")]
        erp: usize,
    }
    Leases {
        #[serde(deserialize_with = "span")]
        seconds: Duration,
        #[serde(deserialize_with = "span")]
        beat_seconds: Duration,
    }
    Sweep {
        #[serde(deserialize_with = "count")]
        batch: u32,
    }
    WebDriver {
        #[serde(deserialize_with = "optional_url")]
        url: Option<Url>,
        #[serde(deserialize_with = "optional_host")]
        guard_address: Option<String>,
        #[serde(deserialize_with = "optional_path")]
        chromedriver: Option<PathBuf>,
        #[serde(deserialize_with = "optional_path")]
        chromium: Option<PathBuf>,
        sandbox: Sandbox,
        profile_dir: PathBuf,
        #[serde(deserialize_with = "positive")]
        command_timeout_seconds: u64,
    }
    Erp {
        kind: ErpKind,
        #[serde(deserialize_with = "optional_url")]
        url: Option<Url>,
        key: Secret,
        secret: Secret,
        company: String,
        warehouse: String,
        freight_account: String,
        tax_account: String,
        #[serde(deserialize_with = "positive")]
        timeout_seconds: u64,
    }
    Llm {
        #[serde(deserialize_with = "optional_url")]
        base_url: Option<Url>,
        model: String,
        #[serde(deserialize_with = "optional_secret")]
        key: Option<Secret>,
        #[serde(deserialize_with = "positive")]
        timeout_seconds: u64,
        reasoning_effort: String,
        tokens_per_person_per_day: u32,
        tokens_per_organisation_per_day: u32,
        look_over: bool,
    }
    Log {
        format: LogFormat,
        filter: String,
    }
    Metrics {
        #[serde(deserialize_with = "optional_secret")]
        token: Option<Secret>,
    }
    Test {
        crash_at: Vec<String>,
    }
}

/// Where the rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(Secret),
}

/// What carries the jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueUrl {
    InProcess,
    Redis(Secret),
}

/// Where the media are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaUrl {
    Folder(PathBuf),
    /// The prefix has no slash at either end and may be empty.
    S3 {
        bucket: String,
        prefix: String,
        endpoint: Option<String>,
        region: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sandbox {
    On,
    Off,
    Auto,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErpKind {
    None,
    Erpnext,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// A text that `Debug` does not show.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() {
            "(not set)"
        } else {
            "(hidden)"
        })
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(path.trim_start_matches("//").into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Secret(text)));
        }
        Err(D::Error::custom(
            "expected sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
        ))
    }
}

impl<'de> Deserialize<'de> for QueueUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "in-process" => Ok(Self::InProcess),
            url if url.starts_with("redis://") => Ok(Self::Redis(Secret(text))),
            _ => Err(D::Error::custom("expected in-process or redis://HOST:PORT")),
        }
    }
}

impl<'de> Deserialize<'de> for MediaUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some(path) = text.strip_prefix("file:").filter(|path| !path.is_empty()) {
            return Ok(Self::Folder(path.trim_start_matches("//").into()));
        }
        s3(&text).ok_or_else(|| {
            D::Error::custom(
                "expected file:FOLDER or s3://BUCKET/PREFIX?endpoint=URL&region=REGION",
            )
        })
    }
}

fn s3(text: &str) -> Option<MediaUrl> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "s3")?;
    let (mut endpoint, mut region) = (None, None);
    for (key, value) in url.query_pairs() {
        match key.as_ref() {
            "endpoint" => endpoint = Some(Url::parse(&value).ok()?.to_string()),
            "region" => region = Some(value.into_owned()),
            _ => return None,
        }
    }
    Some(MediaUrl::S3 {
        bucket: url.host_str()?.to_owned(),
        prefix: url.path().trim_matches('/').to_owned(),
        endpoint,
        region,
    })
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| D::Error::custom("expected ADDRESS:PORT, such as 0.0.0.0:8080"))
}

fn http_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    optional_url(deserializer)?.ok_or_else(|| D::Error::custom("expected http://… or https://…"))
}

fn optional_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .map(Some)
        .ok_or_else(|| D::Error::custom("expected http://… or https://…"))
}

fn optional_host<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
    if text.chars().all(is_host) {
        Ok(Some(text).filter(|text| !text.is_empty()))
    } else {
        Err(D::Error::custom(
            "expected an address of this machine, without a port",
        ))
    }
}

fn optional_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let path = PathBuf::deserialize(deserializer)?;
    Ok(Some(path).filter(|path| !path.as_os_str().is_empty()))
}

fn optional_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    let secret = Secret::deserialize(deserializer)?;
    Ok(Some(secret).filter(|secret| !secret.is_empty()))
}

fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if text.is_empty() || !text.chars().all(is_word) {
        return Err(D::Error::custom(
            "expected letters, digits and - _ . : only",
        ));
    }
    Ok(text)
}

fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    count(deserializer).map(u64::from)
}

fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    f64::deserialize(deserializer)
        .ok()
        .filter(|seconds| (0.1..=86_400.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| D::Error::custom("expected seconds, between 0.1 and a day"))
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let number = count(deserializer)?;
    usize::try_from(number).map_err(|_| D::Error::custom("expected a smaller number"))
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    u32::deserialize(deserializer)
        .ok()
        .filter(|number| *number >= 1)
        .ok_or_else(|| D::Error::custom("expected a whole number, at least 1"))
}
