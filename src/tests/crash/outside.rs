//! The real program and what it meets: the demo's servers in this process, which outlive it.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use sutler::app::App;
use sutler::config::Config;
use sutler::demo::run::{Around, ORG};
use sutler::store::db::Opener;
use sutler::store::{invariants, orgs, suppliers};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::app::{ACHIENG, BARAKA, SetUp, program};
use crate::database::{self, Raw};

/// What one step of a conversation may take, restarts included.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(5);

/// The world around the daemons of one test.
pub(super) struct Outside {
    pub(super) around: Around,
    settings: BTreeMap<String, String>,
    pub(super) raw: Raw,
    pub(super) folder: TempDir,
}

impl Outside {
    pub(super) async fn start(set_up: SetUp) -> Self {
        database::prepare();
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let around = Around::start(&format!("http://{}", port.local_addr().unwrap()))
            .await
            .unwrap();
        drop(port);
        let mut settings = around.settings(folder.path());
        let mut set = |name: &str, value: String| settings.insert(format!("SUTLER_{name}"), value);
        // Everything that is waited for is shorter here, so that a test sees its end.
        set("LEASES__SECONDS", "4".to_owned());
        set("LEASES__BEAT_SECONDS", "1".to_owned());
        set("ORDERING__SUBMIT_SECONDS", "4".to_owned());
        set("ORDERING__ANSWER_SECONDS", "8".to_owned());
        if set_up == SetUp::Scaled {
            let (queue, namespace) = database::redis();
            set("QUEUE__URL", queue);
            set("QUEUE__NAMESPACE", namespace);
            set("DATABASE__URL", database::create_postgres().await);
        }
        let url = settings["SUTLER_DATABASE__URL"].clone();
        seed(&around, &settings).await;
        Self {
            raw: Raw::open(&url).await,
            around,
            settings,
            folder,
        }
    }

    /// Starts one process of the real program.
    pub(super) fn spawn(&self, subcommand: &str, crash_at: &str) -> Process {
        let mut command = Command::new(program());
        command
            .arg(subcommand)
            .envs(&self.settings)
            .env("SUTLER_TEST__CRASH_AT", crash_at);
        for of_the_tests in [
            "SUTLER_TEST_POSTGRES",
            "SUTLER_TEST_REDIS",
            "SUTLER_TEST_LOG",
        ] {
            command.env_remove(of_the_tests);
        }
        let log = if database::environment("SUTLER_TEST_LOG").is_some() {
            Stdio::inherit()
        } else {
            Stdio::null()
        };
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        Process(child.kill_on_drop(true).spawn().unwrap())
    }

    /// Runs one subcommand to its end.
    pub(super) async fn run(&self, arguments: &[&str]) {
        let mut command = Command::new(program());
        command.args(arguments).envs(&self.settings);
        let output = command.output().await.unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
    }

    /// Waits until the web server answers.
    pub(super) async fn answers(&self) {
        let client = reqwest::Client::builder().build().unwrap();
        let url = format!("{}/health/live", self.around.daemon);
        until("the daemon answers", async || {
            client.get(&url).send().await.is_ok()
        })
        .await;
    }

    pub(super) async fn expect(&self, who: &str, text: &str) {
        self.around.graph.expect(who, text, PATIENCE).await.unwrap();
    }

    /// From the first word to the approval.
    pub(super) async fn converse(&self) {
        let graph = &self.around.graph;
        graph
            .say(
                ACHIENG,
                "20 bags cement and 5 rolls of 2.5mm cable to Site 4",
            )
            .unwrap();
        self.expect(ACHIENG, "Is this right?").await;
        graph.press(ACHIENG, "Confirm").unwrap();
        self.expect(BARAKA, "asks for approval").await;
        graph.press(BARAKA, "Approve").unwrap();
    }

    pub(super) async fn until_order(&self, states: &[&str]) -> String {
        let sql = "select state from purchase_order";
        let mut state = String::new();
        let what = format!("the order is {}", states.join(" or "));
        let began = Instant::now();
        while !states.contains(&state.as_str()) {
            assert!(
                began.elapsed() < PATIENCE,
                "not within {PATIENCE:?}: {what}, it is {state}"
            );
            let rows = self.raw.rows(sql).await;
            state = rows.first().map(|row| row[0].clone()).unwrap_or_default();
            tokio::time::sleep(LOOK).await;
        }
        state
    }

    /// Waits until everything has been done, then looks at what came of it: the shop has the order
    /// once, the requester was told its number, the ERP has it once.
    pub(super) async fn ordered_once(&self) {
        self.until_order(&["placed"]).await;
        self.expect(
            ACHIENG,
            "Ordered from Mjengo Supplies, their number W-10001",
        )
        .await;
        let erp = &self.around.erp;
        until("the ERP has it", async || {
            erp.documents().len() == 1
                && self
                    .raw
                    .count("select count(*) from sync where state = 'done'")
                    .await
                    == 1
        })
        .await;
        let ledger = self.around.shop.ledger().orders;
        assert_eq!(ledger.len(), 1, "{ledger:#?}");
        assert_eq!(ledger[0].reference, "PO-00001");
        let lines: Vec<String> = ledger[0]
            .lines
            .iter()
            .map(|l| format!("{} {}", l.quantity, l.sku))
            .collect();
        assert_eq!(lines, ["20 CEM-425-50", "5 CBL-25-100"]);
        assert_eq!(self.raw.count("select count(*) from requisition").await, 1);
        self.sound().await;
    }

    /// The same world with the database opened anew.
    pub(super) async fn reopened(self) -> Self {
        let raw = Raw::open(&self.settings["SUTLER_DATABASE__URL"]).await;
        Self { raw, ..self }
    }

    /// Every invariant holds.
    pub(super) async fn sound(&self) {
        let config = Config::read(None, self.settings.clone()).unwrap();
        let url = match &config.database.url {
            sutler::config::DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            sutler::config::DatabaseUrl::Postgres(url) => url.expose().to_owned(),
        };
        let db = sutler::store::db::Db::open(&url, Opener::Visitor)
            .await
            .unwrap();
        let mut tx = db.read().await.unwrap();
        let readings = invariants::read(&mut tx, invariants::Sent::All)
            .await
            .unwrap();
        let broken: Vec<_> = readings.iter().filter(|r| r.broken != 0).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}

async fn seed(around: &Around, settings: &BTreeMap<String, String>) {
    let config = Config::read(None, settings.clone()).unwrap();
    let running = App::open(config, Opener::Daemon, program()).await.unwrap();
    let app = running.app;
    around.seed(&app).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    let mut org = orgs::find_by_code(&mut tx, ORG).await.unwrap().unwrap();
    org.settings.quiet_seconds = 1;
    orgs::save(&mut tx, &org).await.unwrap();
    for mut supplier in suppliers::all(&mut tx, &org.id).await.unwrap() {
        supplier.terms.quiet_seconds = Some(4);
        suppliers::save(&mut tx, &supplier).await.unwrap();
    }
    tx.commit().await.unwrap();
    app.db.close().await;
}

pub(super) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(
            began.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        tokio::time::sleep(LOOK).await;
    }
}

/// A running program; killed when dropped.
pub(super) struct Process(Child);

impl Process {
    pub(super) fn pid(&self) -> rustix::process::Pid {
        let id = self.0.id().expect("it was not waited for");
        rustix::process::Pid::from_raw(id.cast_signed()).unwrap()
    }

    pub(super) fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until it has killed itself.
    pub(super) async fn crashed(&mut self, point: &str) {
        let ended = tokio::time::timeout(PATIENCE, self.0.wait()).await;
        let status = ended
            .unwrap_or_else(|_| panic!("{point} was never passed"))
            .unwrap();
        assert_eq!(status.signal(), Some(9), "{point}: {status}");
    }

    /// Ends it as an operator does, and waits for its end.
    pub(super) async fn ended(mut self) {
        self.signal(rustix::process::Signal::TERM);
        let status = tokio::time::timeout(PATIENCE, self.0.wait()).await;
        assert!(status.expect("it does not end").unwrap().success());
    }

    /// Whether it has started a browser, whose warden is its child.
    pub(super) fn has_browser(&self) -> bool {
        let id = self.0.id().unwrap();
        std::fs::read_dir(format!("/proc/{id}/task"))
            .unwrap()
            .any(|task| {
                let path = task.unwrap().path().join("children");
                std::fs::read_to_string(path).is_ok_and(|children| !children.trim().is_empty())
            })
    }
}
