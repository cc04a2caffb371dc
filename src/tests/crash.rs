//! The real program, killed at every named point, stopped and let go on, several at once; judged by
//! the shop's ledger, which lives in this process and outlives them.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use sutler::app::App;
use sutler::config::Config;
use sutler::demo::run::{Around, ORG};
use sutler::demo::shop::{Delay, Switches};
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
struct Outside {
    around: Around,
    settings: BTreeMap<String, String>,
    raw: Raw,
    folder: TempDir,
}

impl Outside {
    async fn start(set_up: SetUp) -> Self {
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
    fn spawn(&self, subcommand: &str, crash_at: &str) -> Process {
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
    async fn run(&self, arguments: &[&str]) {
        let mut command = Command::new(program());
        command.args(arguments).envs(&self.settings);
        let output = command.output().await.unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
    }

    /// Waits until the web server answers.
    async fn answers(&self) {
        let client = reqwest::Client::builder().build().unwrap();
        let url = format!("{}/health/live", self.around.daemon);
        until("the daemon answers", async || {
            client.get(&url).send().await.is_ok()
        })
        .await;
    }

    async fn expect(&self, who: &str, text: &str) {
        self.around.graph.expect(who, text, PATIENCE).await.unwrap();
    }

    /// From the first word to the approval.
    async fn converse(&self) {
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

    async fn until_order(&self, states: &[&str]) -> String {
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
    async fn ordered_once(&self) {
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
    async fn reopened(self) -> Self {
        let raw = Raw::open(&self.settings["SUTLER_DATABASE__URL"]).await;
        Self { raw, ..self }
    }

    /// Every invariant holds.
    async fn sound(&self) {
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

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
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
struct Process(Child);

impl Process {
    fn pid(&self) -> rustix::process::Pid {
        let id = self.0.id().expect("it was not waited for");
        rustix::process::Pid::from_raw(id.cast_signed()).unwrap()
    }

    fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until it has killed itself.
    async fn crashed(&mut self, point: &str) {
        let ended = tokio::time::timeout(PATIENCE, self.0.wait()).await;
        let status = ended
            .unwrap_or_else(|_| panic!("{point} was never passed"))
            .unwrap();
        assert_eq!(status.signal(), Some(9), "{point}: {status}");
    }

    /// Ends it as an operator does, and waits for its end.
    async fn ended(mut self) {
        self.signal(rustix::process::Signal::TERM);
        let status = tokio::time::timeout(PATIENCE, self.0.wait()).await;
        assert!(status.expect("it does not end").unwrap().success());
    }

    /// Whether it has started a browser, whose warden is its child.
    fn has_browser(&self) -> bool {
        let id = self.0.id().unwrap();
        std::fs::read_dir(format!("/proc/{id}/task"))
            .unwrap()
            .any(|task| {
                let path = task.unwrap().path().join("children");
                std::fs::read_to_string(path).is_ok_and(|children| !children.trim().is_empty())
            })
    }
}

/// Runs the conversation while the daemon is killed at each of these points, one after the other,
/// and started again each time.
async fn crash_at(outside: &Outside, points: &[&str]) -> Process {
    let killing = async {
        for point in points {
            outside.spawn("serve", point).crashed(point).await;
        }
        outside.spawn("serve", "")
    };
    let (process, ()) = tokio::join!(killing, outside.converse());
    process
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_point_before_and_after_the_order_it_orders_once() {
    let outside = Outside::start(SetUp::Embedded).await;
    let points = [
        "receive:before_commit",
        "receive:after_commit",
        "read:before_commit",
        "read:after_commit",
        "check:after_commit",
        "confirm:after_commit",
        "approve:after_commit",
        "tell:after_send",
        "place:after_claim",
        "place:after_arm",
        "place:before_intent",
        "place:after_commit",
        "sync:before_create",
        "sync:after_create",
        "sync:after_commit",
    ];
    let _daemon = crash_at(&outside, &points).await;
    outside.ordered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_a_text_is_sent_it_is_sent_later() {
    let outside = Outside::start(SetUp::Embedded).await;
    let _daemon = crash_at(&outside, &["tell:before_send"]).await;
    outside.ordered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_intent_and_the_click_a_person_decides() {
    let outside = Outside::start(SetUp::Embedded).await;
    let _daemon = crash_at(&outside, &["place:after_intent"]).await;
    outside.until_order(&["needs_person"]).await;
    outside.expect(ACHIENG, "could not find out whether").await;
    assert_eq!(outside.around.shop.ledger().posts, 0);
    let cards = outside.raw.rows("select kind, state from card").await;
    assert_eq!(cards, [["order_unknown", "open"]]);
    outside.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_click_and_its_answer_the_history_tells() {
    let outside = Outside::start(SetUp::Embedded).await;
    let _daemon = crash_at(&outside, &["place:after_click", "settle:before_commit"]).await;
    outside.ordered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_with_the_answer_in_hand_the_history_tells() {
    let outside = Outside::start(SetUp::Embedded).await;
    let _daemon = crash_at(&outside, &["place:after_answer"]).await;
    outside.ordered_once().await;
}

/// The order in mid-preparation is taken over from the stopped worker by another, which is killed;
/// then the first goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_one_is_stopped_and_one_killed_in_mid_order_and_it_is_ordered_once() {
    let outside = Outside::start(SetUp::Scaled).await;
    let slow = Some(Delay {
        ms: 400,
        posts: None,
    });
    outside
        .around
        .shop
        .switch(Switches {
            slow,
            ..Switches::default()
        })
        .unwrap();
    let _web = outside.spawn("web", "");
    let mut workers = [outside.spawn("work", ""), outside.spawn("work", "")];
    outside.answers().await;
    outside.converse().await;
    outside.until_order(&["preparing"]).await;
    until("a worker has a browser", async || {
        workers.iter().any(Process::has_browser)
    })
    .await;
    if workers[1].has_browser() {
        workers.swap(0, 1);
    }
    let [stopped, killed] = workers;
    stopped.signal(rustix::process::Signal::STOP);
    let epoch = "select count(*) from purchase_order where epoch = 2 and state = 'preparing'";
    until("the other worker has taken the order over", async || {
        outside.raw.count(epoch).await == 1
    })
    .await;
    drop(killed);
    stopped.signal(rustix::process::Signal::CONT);
    outside.ordered_once().await;
}

/// Stopped as soon as the intent stands, longer than the order may go out: the click was made before
/// or never.
#[tokio::test(flavor = "multi_thread")]
async fn stopped_after_the_intent_nothing_goes_out_late() {
    let outside = Outside::start(SetUp::Embedded).await;
    let daemon = outside.spawn("serve", "");
    outside.answers().await;
    outside.converse().await;
    outside.until_order(&["submitting"]).await;
    daemon.signal(rustix::process::Signal::STOP);
    let posts = outside.around.shop.ledger().posts;
    let began = Instant::now();
    until("the time in which it may go out is over", async || {
        began.elapsed() > Duration::from_secs(6)
    })
    .await;
    let ordered = outside.around.shop.ledger().orders.len();
    daemon.signal(rustix::process::Signal::CONT);
    let state = outside.until_order(&["placed", "needs_person"]).await;
    let ledger = outside.around.shop.ledger();
    // Held when it was stopped, it was failed and is placed by an attempt of its own.
    let attempts = outside.raw.count("select count(*) from attempt").await;
    assert!(
        ledger.orders.len() == ordered || attempts == 2,
        "it went out late; {posts} posts before"
    );
    assert_eq!(ledger.orders.len(), usize::from(state == "placed"));
    outside.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_end_it_ends_in_good_order() {
    let outside = Outside::start(SetUp::Embedded).await;
    let daemon = outside.spawn("serve", "");
    outside.answers().await;
    outside.around.graph.say(ACHIENG, "status").unwrap();
    outside.expect(ACHIENG, "You have no requests yet.").await;
    daemon.ended().await;
}

/// The backup knows an order as approved that was placed since, and nothing of another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_copied_back_from_an_hour_ago_places_nothing_twice() {
    let outside = Outside::start(SetUp::Embedded).await;
    let graph = &outside.around.graph;
    let database = outside.folder.path().join("sutler.db");
    let backup = outside.folder.path().join("backup.db");

    let mut daemon = outside.spawn("serve", "place:after_claim");
    outside.answers().await;
    outside.converse().await;
    daemon.crashed("place:after_claim").await;
    outside
        .raw
        .execute(&format!("vacuum into '{}'", backup.display()))
        .await;
    let daemon = outside.spawn("serve", "");
    outside.ordered_once().await;
    graph
        .say(ACHIENG, "another order: 3 wheelbarrows to Site 7")
        .unwrap();
    outside.expect(ACHIENG, "Is this right?").await;
    graph.press(ACHIENG, "Confirm").unwrap();
    outside.expect(BARAKA, "Wheelbarrow").await;
    graph.press(BARAKA, "Approve").unwrap();
    outside.expect(ACHIENG, "their number W-10002").await;
    daemon.ended().await;

    outside.raw.close().await;
    for ending in ["db-wal", "db-shm"] {
        let _ = std::fs::remove_file(database.with_extension(ending));
    }
    std::fs::copy(&backup, &database).unwrap();
    outside.run(&["migrate", "--restored"]).await;
    let outside = outside.reopened().await;
    let graph = &outside.around.graph;
    let _daemon = outside.spawn("serve", "");
    outside.answers().await;
    outside.until_order(&["placed"]).await;
    assert_eq!(
        outside
            .raw
            .one("select supplier_number from purchase_order")
            .await,
        "W-10001"
    );

    // Nothing is ordered until a person says so, and then under a number that was never used.
    graph
        .say(ACHIENG, "another order: 5 shovels to Site 12")
        .unwrap();
    outside.expect(ACHIENG, "Is this right?").await;
    graph.press(ACHIENG, "Confirm").unwrap();
    outside.expect(BARAKA, "Shovel").await;
    graph.press(BARAKA, "Approve").unwrap();
    let waiting = "select count(*) from purchase_order where state = 'approved'";
    until("the new order waits", async || {
        outside.raw.count(waiting).await == 1
    })
    .await;
    assert_eq!(outside.around.shop.ledger().orders.len(), 2);
    outside.run(&["migrate", "--arm"]).await;
    outside.expect(ACHIENG, "their number W-10003").await;
    let ledger = outside.around.shop.ledger().orders;
    let references: std::collections::BTreeSet<&str> = ledger
        .iter()
        .map(|order| order.reference.as_str())
        .collect();
    assert_eq!((ledger.len(), references.len()), (3, 3), "{ledger:#?}");
    outside.sound().await;
}
