//! The demo's set-up: three real servers, a seeded world, and the daemon that meets them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::OnceCell;

use super::erpnext::{ErpHandle, ErpNext, ErpWorld};
use super::graph::{Graph, GraphSettings, Link, Person, Template};
use super::server::Serving;
use super::shop::{Shop, ShopHandle, ShopWorld};
use crate::app::App;
use crate::commands::import::{self, World};
use crate::commands::serve::{Daemon, Part};
use crate::config::Config;

use crate::store::db::{Opener, Tx};
use crate::store::{orgs, people, sessions, suppliers};

/// The seeded world in the form that `sutler import` takes.
pub const WORLD: &str = include_str!("world.toml");

/// The organisation of the demo.
pub const ORG: &str = "tumaini";
/// The password of everybody who may sign in to the demo's console.
pub const PASSWORD: &str = "demo";

/// How a demo is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where its data go.
    pub folder: PathBuf,
    /// The port of the landing page; 0: any.
    pub port: u16,
    /// The `sutler` program, which becomes the warden of each browser.
    pub program: PathBuf,
    /// Settings over those of the demo, as environment variables.
    pub settings: Vec<(String, String)>,
}

/// A running demo.
pub struct Demo {
    pub app: Arc<App>,
    pub graph: Graph,
    pub shop: ShopHandle,
    pub erp: ErpHandle,
    pub landing: String,
    pub daemon: String,
    running: Daemon,
    _landing: Serving,
}

async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .with_context(|| format!("listening on 127.0.0.1:{port}"))
}

/// The people with a phone, as the seeded world knows them.
fn people_of(world: &World) -> Vec<Person> {
    let mut people = Vec::new();
    for person in &world.people {
        let roles = person.roles.iter().flatten().map(|r| r.as_str());
        let about = roles.collect::<Vec<_>>().join(", ");
        let phones = person
            .phones
            .iter()
            .flatten()
            .map(|p| Person::with_phone(&person.name, p));
        let ids = person
            .user_ids
            .iter()
            .flatten()
            .map(|u| Person::with_user_id(&person.name, u));
        people.extend(phones.chain(ids).map(|p| p.about(&about).window_open()));
    }
    people
}

/// The three servers around a daemon, and the world that they and it share.
pub struct Around {
    pub graph: Graph,
    pub shop: ShopHandle,
    pub erp: ErpHandle,
    /// Where the daemon answers, without a slash at its end.
    pub daemon: String,
    world: World,
}

impl Around {
    /// Starts the servers for a daemon that answers, or will, at `daemon`.
    pub async fn start(daemon: &str) -> anyhow::Result<Self> {
        let world = World::from_toml("world.toml", WORLD).map_err(|problems| {
            let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
            anyhow::anyhow!(all.join("; "))
        })?;
        let shop = Shop::start(listen(0).await?, ShopWorld::demo())?;
        let erp = ErpNext::start(listen(0).await?, ErpWorld::demo())?;
        let link = |title: &str, url: String| Link {
            title: title.to_owned(),
            url,
        };
        let callback = format!("{daemon}/webhook/whatsapp/main").parse()?;
        let graph_settings = GraphSettings {
            people: people_of(&world),
            templates: vec![Template::new(
                "purchase_approval",
                "{{1}} asks you to approve a purchase of {{2}} ({{3}}).",
                &["Approve", "Reject"],
            )],
            links: vec![
                link("Console", format!("{daemon}/requisitions")),
                link("Shop", shop.url.clone()),
                link("Ledger", format!("{}/ledger.json", shop.url)),
                link("ERP", format!("{}/app", erp.url)),
                link("Jobs", format!("{daemon}/jobs")),
            ],
            examples: vec![
                "20 bags cement and 5 rolls of 2.5mm cable to Site 4 tomorrow".to_owned(),
                "make that 15".to_owned(),
                "10 safety helmets, twenty pairs of gloves to Site 7".to_owned(),
                "status".to_owned(),
            ],
            ..GraphSettings::new(callback)
        };
        let graph = Graph::start(listen(0).await?, graph_settings)?;
        Ok(Self {
            graph,
            shop,
            erp,
            daemon: daemon.to_owned(),
            world,
        })
    }

    /// Settings of the daemon, as environment variables; its data go to `folder`.
    pub fn settings(&self, folder: &Path) -> BTreeMap<String, String> {
        let folder = folder.display();
        let graph_settings = GraphSettings::new("http://127.0.0.1:1/".parse().expect("a URL"));
        let erp_world = ErpWorld::demo();
        let pairs = [
            (
                "HTTP__LISTEN",
                self.daemon.trim_start_matches("http://").to_owned(),
            ),
            ("HTTP__PUBLIC_URL", self.daemon.clone()),
            ("DATABASE__URL", format!("sqlite:{folder}/sutler.db")),
            ("MEDIA__URL", format!("file:{folder}/media")),
            ("VAULT__KEY_FILE", format!("{folder}/vault.key")),
            ("WHATSAPP__GRAPH_URL", self.graph.url().to_owned()),
            (
                "WHATSAPP__APPS__MAIN__APP_SECRETS",
                graph_settings.app_secret,
            ),
            (
                "WHATSAPP__APPS__MAIN__VERIFY_TOKEN",
                graph_settings.verify_token,
            ),
            (
                "WHATSAPP__APPS__MAIN__ACCESS_TOKEN",
                graph_settings.access_token,
            ),
            ("WEBDRIVER__PROFILE_DIR", format!("{folder}/profiles")),
            ("ERP__KIND", "erpnext".to_owned()),
            ("ERP__URL", self.erp.url.clone()),
            ("ERP__KEY", erp_world.api_key),
            ("ERP__SECRET", erp_world.api_secret),
            ("ERP__COMPANY", erp_world.company),
            ("ERP__WAREHOUSE", "Main yard - TB".to_owned()),
            (
                "ERP__FREIGHT_ACCOUNT",
                "Freight and Forwarding Charges - TB".to_owned(),
            ),
            ("ERP__TAX_ACCOUNT", "VAT - TB".to_owned()),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (format!("SUTLER_{name}"), value))
            .collect()
    }

    /// Seeds the daemon's database with what is not there yet.
    pub async fn seed(&self, app: &App) -> anyhow::Result<()> {
        app.db.migrate().await?;
        seed(app, &self.world, &self.shop.url).await
    }
}

impl Demo {
    pub async fn start(options: &Options) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&options.folder)
            .with_context(|| format!("making the folder {}", options.folder.display()))?;
        let landing = listen(options.port).await?;
        let landing_url = format!("http://{}", landing.local_addr()?);
        let listener = listen(0).await?;
        let around = Around::start(&format!("http://{}", listener.local_addr()?)).await?;
        let mut environment = around.settings(&options.folder);
        environment.extend(options.settings.iter().cloned());
        let config = Config::read(None, environment)?;
        let running = App::open(config, Opener::Daemon, options.program.clone()).await?;
        around.seed(&running.app).await?;
        let running = Daemon::start(running, Part::Everything, Some(listener)).await?;
        let app = running.app.clone();
        let Around {
            graph,
            shop,
            erp,
            daemon,
            world: _,
        } = around;
        graph.verify_callback().await.map_err(anyhow::Error::msg)?;
        let page = landing_page(&graph, &shop, &erp, &daemon);
        let router = Router::new().route("/", get(move || async move { Html(page) }));
        Ok(Self {
            app,
            graph,
            shop,
            erp,
            landing: landing_url,
            daemon,
            running,
            _landing: Serving::start(landing, router)?,
        })
    }

    /// Ends the daemon in good order: what runs is waited for.
    pub async fn end(self) {
        let wait = self.running.end();
        if tokio::time::timeout(Duration::from_mins(2), wait)
            .await
            .is_err()
        {
            tracing::warn!("the daemon did not end in time");
        }
    }
}

/// Made once a process: it is slow by design, and everybody's is the same.
static HASH: OnceCell<String> = OnceCell::const_new();

/// Seeds what is not there yet; a demo that is started again in its folder goes on.
async fn seed(app: &App, world: &World, shop: &str) -> anyhow::Result<()> {
    import::apply(&app.db, &app.vault, world).await?;
    let mut tx = app.db.begin().await?;
    let org = orgs::find_by_code(&mut tx, ORG)
        .await?
        .context("the demo's organisation")?;
    let account = &ShopWorld::demo().accounts[0];
    for mut supplier in suppliers::all(&mut tx, &org.id).await? {
        shop.clone_into(&mut supplier.base_url);
        suppliers::save(&mut tx, &supplier).await?;
        for mut known in suppliers::accounts(&mut tx, &org.id, &supplier.id).await? {
            let seal = |part: &str, text: &str| {
                let record = format!("{}/account/{}/{part}", supplier.code, known.name);
                app.seal(&org.id, &record, text)
            };
            known.sealed_user = Some(seal("user", &account.email));
            known.sealed_password = Some(seal("password", &account.password));
            suppliers::save_account(&mut tx, &known).await?;
        }
    }
    open_windows(&mut tx, &org).await?;
    let hash = HASH
        .get_or_try_init(|| async { sessions::hash_password(PASSWORD) })
        .await?;
    for person in people::all(&mut tx, &org.id).await? {
        if person.password_hash.is_none() {
            people::set_password(&mut tx, &org.id, &person.id, hash).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Everybody has written just before the demo begins, on both sides.
async fn open_windows(tx: &mut Tx, org: &orgs::Org) -> anyhow::Result<()> {
    let until = tx.now().await? + chrono::TimeDelta::hours(24);
    for person in people::all(tx, &org.id).await? {
        for identity in people::identities(tx, &org.id, &person.id).await? {
            let heard = people::Heard {
                org: &org.id,
                identity: &identity.id,
                number_id: &identity.number_id,
                window_until: until,
            };
            people::heard(tx, &[heard]).await?;
        }
    }
    Ok(())
}

/// What `sutler demo --world` prints.
pub fn world_as_json() -> anyhow::Result<Value> {
    let world: toml::Value = WORLD.parse::<toml::Table>()?.into();
    Ok(
        json!({ "world": world, "console": { "people": ["admin", "baraka", "chebet"], "password": PASSWORD } }),
    )
}

fn landing_page(graph: &Graph, shop: &ShopHandle, erp: &ErpHandle, daemon: &str) -> String {
    let account = &ShopWorld::demo().accounts[0];
    include_str!("landing.html")
        .replace("{chat}", graph.url())
        .replace("{console}", &format!("{daemon}/requisitions"))
        .replace("{jobs}", &format!("{daemon}/jobs"))
        .replace("{metrics}", &format!("{daemon}/metrics"))
        .replace("{shop}", &shop.url)
        .replace("{ledger}", &format!("{}/ledger.json", shop.url))
        .replace("{erp}", &format!("{}/app", erp.url))
        .replace("{password}", PASSWORD)
        .replace("{shop_user}", &account.email)
        .replace("{shop_password}", &account.password)
}

/// Where a demo keeps its data if nobody says.
pub fn default_folder() -> PathBuf {
    Path::new("data").join("demo")
}
