//! The whole daemon in a test: the demo's three real servers around it, on either set-up, with a
//! clock that a story moves.
//!
//! **Invariant:** nothing here sleeps for a time; it waits for a state. What a story leaves behind
//! fails it: a job, a call that WhatsApp would never have got from a careful client, a broken
//! invariant.

mod story;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sutler::app::App;
use sutler::demo::graph::Reading;
use sutler::demo::run::{Demo, ORG, Options};
use sutler::domain::org::OrgSettings;
use sutler::flow::sweep;
use sutler::store::{invariants, orgs};
use tempfile::TempDir;

use self::story::with_buttons;
use crate::database::{self, Raw};

/// A requester of Site 4, 7 and 12.
pub(crate) const ACHIENG: &str = "+254700000001";
/// Approves up to KES 500,000, and may ask for something too.
pub(crate) const BARAKA: &str = "+254700000002";
/// Approves up to KES 5,000,000.
pub(crate) const CHEBET: &str = "+254700000003";
/// A requester of Site 7 whose phone number stays hidden.
pub(crate) const DAUDI: &str = "KE.13491208655302741918";

/// Longer than the quiet time of the demo's organisation, 4 s.
const QUIET: Duration = Duration::from_secs(6);
/// The longest that a story waits for one state; an order at the shop takes about ten seconds.
const PATIENCE: Duration = Duration::from_secs(90);
/// Between two looks at a state.
const LOOK: Duration = Duration::from_millis(10);

/// The two set-ups on which every behaviour is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetUp {
    /// SQLite in a file, the queue in the process.
    Embedded,
    /// PostgreSQL and Redis.
    Scaled,
}

pub(crate) struct TestApp {
    pub(crate) demo: Demo,
    pub(crate) raw: Raw,
    _folder: TempDir,
    began_on: NaiveDate,
    told: Mutex<HashMap<String, usize>>,
}

/// The `sutler` program, the warden of the browsers among its subcommands.
pub(crate) fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_sutler").into()
}

impl TestApp {
    pub(crate) async fn start(set_up: SetUp) -> Self {
        Self::start_with(set_up, &[]).await
    }

    /// Starts with settings of its own, as environment variables: `SUTLER_MEDIA__URL`.
    pub(crate) async fn start_with(set_up: SetUp, settings: &[(&str, &str)]) -> Self {
        database::prepare();
        let folder = tempfile::tempdir().unwrap();
        let mut all = Vec::new();
        let url = match set_up {
            SetUp::Embedded => format!("sqlite:{}", folder.path().join("sutler.db").display()),
            SetUp::Scaled => {
                let (queue, namespace) = database::redis();
                all.push(("SUTLER_QUEUE__URL".to_owned(), queue));
                all.push(("SUTLER_QUEUE__NAMESPACE".to_owned(), namespace));
                database::create_postgres().await
            }
        };
        all.push(("SUTLER_DATABASE__URL".to_owned(), url.clone()));
        all.push(("SUTLER_ORDERING__ANSWER_SECONDS".to_owned(), "8".to_owned()));
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        all.extend(settings.iter().map(pair));
        let options = Options {
            folder: folder.path().to_owned(),
            port: 0,
            program: program(),
            settings: all,
        };
        let demo = Demo::start(&options).await.unwrap();
        demo.graph
            .set_reading(Reading::After(Duration::from_millis(1)));
        demo.graph.set_late(Duration::from_millis(100));
        Self {
            raw: Raw::open(&url).await,
            began_on: day(demo.app.now()),
            demo,
            _folder: folder,
            told: Mutex::default(),
        }
    }

    pub(crate) fn app(&self) -> &App {
        &self.demo.app
    }

    /// `who` writes a text; the webhook is on its way.
    pub(crate) fn say(&self, who: &str, text: &str) {
        self.demo.graph.say(who, text).unwrap();
    }

    /// `who` presses the newest button of that title that they got.
    pub(crate) fn press(&self, who: &str, title: &str) {
        self.demo.graph.press(who, title).unwrap();
    }

    /// `who` presses a button of that title if they ever got one.
    pub(crate) fn press_if_any(&self, who: &str, title: &str) {
        if self
            .demo
            .graph
            .inbox(who)
            .iter()
            .any(|got| got.titles().contains(&title))
        {
            self.press(who, title);
        }
    }

    /// Waits until every webhook has been answered.
    pub(crate) async fn received(&self) {
        self.demo.graph.settled(PATIENCE).await.unwrap();
    }

    /// Lets the quiet time pass, and waits until nothing happens of its own accord any more.
    pub(crate) async fn quiet(&self) {
        self.pass(QUIET).await;
    }

    /// Lets time pass, step by step: whatever becomes due meanwhile is done at its time.
    pub(crate) async fn pass(&self, time: Duration) {
        self.drain().await;
        let until = self.app().now() + time;
        while let Some(due) = self
            .raw
            .next_due(self.app().now())
            .await
            .filter(|due| *due <= until)
        {
            let step = due - self.app().now() + TimeDelta::milliseconds(1);
            self.advance(step.to_std().unwrap_or_default());
            self.drain().await;
        }
        self.advance((until - self.app().now()).to_std().unwrap_or_default());
        self.drain().await;
    }

    /// Moves every clock at once; nothing is done for what becomes due.
    pub(crate) fn advance(&self, time: Duration) {
        self.app().db.clock().advance(time);
        self.demo.graph.advance(time);
    }

    /// Waits until nothing is due and nothing runs.
    pub(crate) async fn drain(&self) {
        let began = Instant::now();
        let mut calm = 0;
        while calm < 2 {
            sweep::round(self.app()).await.unwrap();
            self.received().await;
            let idle = self.app().queue.is_idle().await.unwrap();
            let due = self.raw.due(self.app().now()).await;
            calm = if idle && due.is_empty() { calm + 1 } else { 0 };
            assert!(
                began.elapsed() < PATIENCE,
                "still due after {PATIENCE:?}: {due:?}"
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits for a state, named for the message that a time-out gives.
    pub(crate) async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let began = Instant::now();
        while !is_so().await {
            assert!(
                began.elapsed() < PATIENCE,
                "not within {PATIENCE:?}: {what}"
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until the purchase order of that number is in a state.
    pub(crate) async fn until_order(&self, number: &str, state: &str) {
        let what = format!("{number} is {state}");
        self.until(&what, async || {
            self.order_state(number).await.as_deref() == Some(state)
        })
        .await;
    }

    pub(crate) async fn order_state(&self, number: &str) -> Option<String> {
        let rows = self
            .raw
            .rows("select number, state from purchase_order")
            .await;
        rows.into_iter()
            .find(|r| r[0] == number)
            .map(|r| r[1].clone())
    }

    /// What a person was sent since this was last asked, each text with the titles of its buttons.
    pub(crate) fn told(&self, who: &str) -> Vec<String> {
        let all = self.demo.graph.inbox(who);
        let mut told = self.told.lock().unwrap();
        let seen = told.insert(who.to_owned(), all.len()).unwrap_or(0);
        let new = all.iter().skip(seen);
        new.map(|got| with_buttons(&got.text, &got.titles()))
            .map(|t| self.normal(&t))
            .collect()
    }

    /// The only text that a person was sent since this was last asked.
    pub(crate) fn told_once(&self, who: &str) -> String {
        let told = self.told(who);
        let [one] = told.as_slice() else {
            panic!("{who} was told {} texts, not one: {told:#?}", told.len());
        };
        one.clone()
    }

    /// Changes the settings of the organisation.
    pub(crate) async fn set(&self, change: impl FnOnce(&mut OrgSettings)) {
        let mut tx = self.app().db.begin().await.unwrap();
        let mut org = orgs::find_by_code(&mut tx, ORG).await.unwrap().unwrap();
        change(&mut org.settings.0);
        orgs::save(&mut tx, &org).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Runs a conversation up to the approved order: a list, Confirm, Approve.
    pub(crate) async fn confirmed(&self, who: &str, list: &str) {
        self.say(who, list);
        self.quiet().await;
        self.press(who, "Confirm");
        self.drain().await;
    }

    /// Takes back the calls that a story provokes; there must be some, each with this text.
    pub(crate) fn provoked(&self, text: &str) {
        let calls = self.demo.graph.take_unexpected();
        assert!(!calls.is_empty(), "no call was refused with: {text}");
        assert!(calls.iter().all(|call| call.contains(text)), "{calls:#?}");
    }

    pub(crate) fn ledger(&self) -> Vec<sutler::demo::shop::LedgerOrder> {
        self.demo.shop.ledger().orders
    }

    /// Whatever a story must not leave behind.
    async fn leftovers(&self) -> Vec<String> {
        let mut left = self.demo.graph.unexpected();
        let due = self.raw.due(self.app().now()).await;
        left.extend(due.into_iter().map(|d| format!("due: {d}")));
        for job in self.app().queue.waiting_jobs().await.unwrap() {
            left.push(format!("job left: {job}"));
        }
        let mut tx = self.app().db.read().await.unwrap();
        for reading in invariants::read(&mut tx, invariants::Sent::All)
            .await
            .unwrap()
        {
            if reading.broken != 0 {
                left.push(format!(
                    "invariant {} broken {} times: {}",
                    reading.number, reading.broken, reading.name
                ));
            }
        }
        left
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let left = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(self.leftovers())
        });
        assert!(left.is_empty(), "the story left behind: {left:#?}");
    }
}

/// The day in the demo's time zone.
fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&chrono_tz::Africa::Nairobi).date_naive()
}

/// Runs a story on both set-ups: `on_both!(a_sentence);` for `async fn a_sentence(app: TestApp)`.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use crate::app::{SetUp, TestApp};

            #[tokio::test(flavor = "multi_thread")]
            async fn embedded() {
                super::$story(TestApp::start(SetUp::Embedded).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn scaled() {
                super::$story(TestApp::start(SetUp::Scaled).await).await;
            }
        }
    )+};
}

/// Runs a story on SQLite with the queue in the process: where the other set-up has nothing to add.
macro_rules! on_embedded {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use crate::app::{SetUp, TestApp};

            #[tokio::test(flavor = "multi_thread")]
            async fn embedded() {
                super::$story(TestApp::start(SetUp::Embedded).await).await;
            }
        }
    )+};
}

/// Compares a story with its snapshot, the same for both set-ups.
macro_rules! assert_story {
    ($app:expr, $name:literal) => {{
        let story = $app.story().await;
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, story));
    }};
}

pub(crate) use {assert_story, on_both, on_embedded};
