//! The daemon's one plain struct: its database, queue, vault and neighbours.

mod catalogues;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use jobs::{Job, Queue};
use scrapers::browser::{BrowserSettings, Browsers, Limits, Sandbox};
use tokio::sync::{mpsc, watch};

use crate::blobs::Blobs;
use crate::channels::whatsapp_cloud;
use crate::config::{self, Config, DatabaseUrl, ErpKind, MediaUrl, QueueUrl, Secret};
use crate::domain::ids::OrgId;
use crate::erp::{Erp, erpnext};
use crate::flow::receive::Post;
use crate::llm::{self, Llm};
use crate::store::db::{Db, Opener};
use crate::store::orgs::Number;
use crate::vault::Vault;

pub use catalogues::Catalogue;

/// POSTs that may wait to be stored; one more is answered 503.
pub const INBOX: usize = 4096;

/// What every step of the flow is given.
pub struct App {
    pub config: Config,
    pub db: Db,
    pub queue: Queue,
    pub vault: Vault,
    pub blobs: Blobs,
    /// The way to WhatsApp of each app of the configuration.
    pub whatsapp: BTreeMap<String, whatsapp_cloud::Client>,
    pub erp: Option<Box<dyn Erp>>,
    pub llm: Option<Llm>,
    pub browsers: Browsers,
    /// Names this process in leases: unique to one start.
    pub process: String,
    /// POSTs on their way to the one writer.
    pub inbox: mpsc::Sender<Post>,
    /// True once the process is to end: no new claim, no new intent.
    pub stopping: watch::Receiver<bool>,
    numbers: RwLock<HashMap<String, Number>>,
    catalogues: catalogues::Catalogues,
}

/// What an [`App`] is made of.
pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub queue: Queue,
    pub vault: Vault,
    pub blobs: Blobs,
    pub erp: Option<Box<dyn Erp>>,
    pub browsers: Browsers,
    pub inbox: mpsc::Sender<Post>,
    pub stopping: watch::Receiver<bool>,
}

impl App {
    pub fn new(parts: Parts) -> anyhow::Result<Arc<Self>> {
        let whatsapp = parts
            .config
            .whatsapp
            .apps
            .iter()
            .map(|(name, app)| {
                let client = whatsapp_cloud::Client::new(
                    parts.config.whatsapp.graph_url.as_str(),
                    &parts.config.whatsapp.version,
                    app.access_token.expose(),
                    Duration::from_secs(parts.config.whatsapp.timeout_seconds),
                )
                .context("making the WhatsApp client")?;
                Ok((name.clone(), client))
            })
            .collect::<anyhow::Result<_>>()?;
        let llm = llm(&parts.config).context("making the language model's client")?;
        Ok(Arc::new(Self {
            llm,
            config: parts.config,
            db: parts.db,
            queue: parts.queue,
            vault: parts.vault,
            blobs: parts.blobs,
            whatsapp,
            erp: parts.erp,
            browsers: parts.browsers,
            process: uuid::Uuid::new_v4().simple().to_string(),
            inbox: parts.inbox,
            stopping: parts.stopping,
            numbers: RwLock::default(),
            catalogues: catalogues::Catalogues::default(),
        }))
    }

    /// The time for texts and rules. Due times are compared with [`crate::store::db::Tx::now`].
    pub fn now(&self) -> DateTime<Utc> {
        self.db.clock().now()
    }

    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Rings the bell of a row that was just committed. A lost one is rung again by the sweep.
    pub async fn ring(&self, job: Job) {
        if let Err(error) = self.queue.ring(job.clone()).await {
            tracing::debug!(%job, %error, "the bell was not rung, the sweep will");
        }
    }

    pub async fn ring_all(&self, jobs: impl IntoIterator<Item = Job>) {
        for job in jobs {
            self.ring(job).await;
        }
    }

    /// Whose number this is; asked of the database once for each known number.
    pub async fn number(&self, channel: &str, number_id: &str) -> sqlx::Result<Option<Number>> {
        let key = format!("{channel}/{number_id}");
        if let Some(number) = self.numbers.read().ok().and_then(|n| n.get(&key).cloned()) {
            return Ok(Some(number));
        }
        let mut tx = self.db.read().await?;
        let found = crate::store::orgs::number(&mut tx, channel, number_id).await?;
        if let (Some(number), Ok(mut numbers)) = (&found, self.numbers.write()) {
            numbers.insert(key, number.clone());
        }
        Ok(found)
    }

    /// Seals a text for one record of an organisation.
    pub fn seal(&self, org: &OrgId, record: &str, text: &str) -> String {
        self.vault.seal(org.as_str(), record, text)
    }

    /// Opens what [`App::seal`] sealed for the same record.
    pub fn unseal(&self, org: &OrgId, record: &str, sealed: &str) -> anyhow::Result<String> {
        self.vault
            .unseal(org.as_str(), record, sealed)
            .with_context(|| format!("opening {record}"))
    }
}

/// What belongs to a running daemon beside its [`App`].
pub struct Running {
    pub app: Arc<App>,
    /// POSTs for the one writer, [`crate::flow::receive::write`].
    pub posts: mpsc::Receiver<Post>,
    /// Set to true to end the process in good order.
    pub stop: watch::Sender<bool>,
}

impl App {
    /// Opens everything that a configuration names. `program` is the `sutler` binary, which becomes the
    /// warden of each browser.
    pub async fn open(config: Config, opener: Opener, program: PathBuf) -> anyhow::Result<Running> {
        let url = match &config.database.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DatabaseUrl::Postgres(url) => url.expose().to_owned(),
        };
        let db = Db::open_with(&url, opener, config.database.connections).await?;
        let queue = match &config.queue.url {
            QueueUrl::InProcess => Queue::in_process(),
            QueueUrl::Redis(url) => Queue::connect(url.expose(), &config.queue.namespace)
                .context("reading queue.url")?,
        };
        let key = config.vault.key.as_ref().map(Secret::expose);
        let source = crate::vault::Source {
            key,
            file: &config.vault.key_file,
        };
        let (vault, made) = Vault::open(source)?;
        if let Some(path) = made {
            tracing::warn!(
                path = %path.display(),
                "made the key that encrypts what is stored: back this file up, without it nothing can be read"
            );
        }
        let blobs = blobs(&config)?;
        let erp = erp(&config)?;
        let browsers = Browsers::new(browser_settings(&config, program))
            .context("making the folder for browser profiles")?;
        let (inbox, posts) = mpsc::channel(INBOX);
        let (stop, stopping) = watch::channel(false);
        let app = Self::new(Parts {
            config,
            db,
            queue,
            vault,
            blobs,
            erp,
            browsers,
            inbox,
            stopping,
        })?;
        Ok(Running { app, posts, stop })
    }
}

/// As [`App::open`] does it.
pub(crate) fn blobs(config: &Config) -> anyhow::Result<Blobs> {
    match &config.media.url {
        MediaUrl::Folder(folder) => Ok(Blobs::Folder(folder.clone())),
        MediaUrl::S3 {
            bucket,
            prefix,
            endpoint,
            region,
        } => Blobs::s3(crate::blobs::S3 {
            bucket,
            prefix,
            endpoint: endpoint.as_deref(),
            region: region.as_deref(),
            access_key: config.media.access_key.expose(),
            secret_key: config.media.secret_key.expose(),
        }),
    }
}

/// As [`App::open`] does it.
pub(crate) fn erp(config: &Config) -> anyhow::Result<Option<Box<dyn Erp>>> {
    match config.erp.kind {
        ErpKind::None => Ok(None),
        ErpKind::Erpnext => {
            let erp = &config.erp;
            let url = erp.url.clone().context("erp.url is not set")?;
            let erp = erpnext::ErpNext::new(erpnext::Settings {
                url,
                key: erp.key.expose().to_owned(),
                secret: erp.secret.expose().to_owned(),
                company: erp.company.clone(),
                warehouse: erp.warehouse.clone(),
                freight_account: erp.freight_account.clone(),
                tax_account: erp.tax_account.clone(),
                timeout: Duration::from_secs(erp.timeout_seconds),
            })?;
            Ok(Some(Box::new(erp)))
        }
    }
}

/// As [`App::new`] does it.
pub(crate) fn llm(config: &Config) -> reqwest::Result<Option<Llm>> {
    let llm = &config.llm;
    let Some(base_url) = &llm.base_url else {
        return Ok(None);
    };
    let effort = llm.reasoning_effort.trim();
    let settings = llm::Settings {
        base_url,
        model: &llm.model,
        key: llm.key.as_ref().map(Secret::expose),
        timeout: Duration::from_secs(llm.timeout_seconds),
        effort: (!effort.is_empty()).then_some(effort),
    };
    Llm::new(settings).map(Some)
}

/// As [`App::open`] does it.
pub(crate) fn browser_settings(config: &Config, program: PathBuf) -> BrowserSettings {
    let driver = &config.webdriver;
    let sandbox = match driver.sandbox {
        config::Sandbox::On => Sandbox::On,
        config::Sandbox::Off => Sandbox::Off,
        config::Sandbox::Auto if rustix::process::getuid().is_root() => Sandbox::Off,
        config::Sandbox::Auto => Sandbox::On,
    };
    let limits = Limits {
        command: Duration::from_secs(driver.command_timeout_seconds),
        commit: Duration::from_secs(config.ordering.answer_seconds),
        ..Limits::default()
    };
    BrowserSettings {
        chromedriver: driver.chromedriver.clone(),
        chromium: driver.chromium.clone(),
        webdriver_url: driver.url.clone(),
        guard_address: driver.guard_address.clone(),
        profile_root: driver.profile_dir.clone(),
        sandbox,
        warden: program,
        warden_arguments: vec!["warden".to_owned(), "--".to_owned()],
        arguments: Vec::new(),
        limits,
    }
}
