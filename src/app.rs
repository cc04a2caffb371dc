//! The daemon's one plain struct: its database, queue, vault and neighbours.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use anyhow::Context;
use chrono::{DateTime, Utc};
use jobs::{Job, Queue};
use scrapers::browser::Browsers;
use tokio::sync::{mpsc, watch};

use crate::blobs::Blobs;
use crate::channels::whatsapp_cloud;
use crate::config::Config;
use crate::domain::ids::OrgId;
use crate::erp::Erp;
use crate::flow::receive::Post;
use crate::store::db::Db;
use crate::store::orgs::Number;
use crate::vault::Vault;

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
    pub browsers: Browsers,
    /// Names this process in leases: unique to one start.
    pub process: String,
    /// POSTs on their way to the one writer.
    pub inbox: mpsc::Sender<Post>,
    /// True once the process is to end: no new claim, no new intent.
    pub stopping: watch::Receiver<bool>,
    numbers: RwLock<HashMap<String, Number>>,
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
                    std::time::Duration::from_secs(parts.config.whatsapp.timeout_seconds),
                )
                .context("making the WhatsApp client")?;
                Ok((name.clone(), client))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Arc::new(Self {
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
