//! What the tests of all shops share: a program that serves a shop, a browser, an order.

use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use scrapers::browser::{BrowserSettings, Browsers, Limits, Sandbox};
use scrapers::error::{Refusal, SiteError};
use scrapers::found::{Found, find_order};
use scrapers::guard::boot_time;
use scrapers::order::{Address, Order, OrderLine, PastOrder};
use scrapers::recipe::Recipe;
use scrapers::site::{Secrets, Submitted, Visit};
use tempfile::TempDir;
use url::Url;

use crate::cutter::Cutter;

const LIMITS: Limits = Limits {
    start: Duration::from_mins(1),
    command: Duration::from_secs(30),
    page: Duration::from_secs(40),
    query: Duration::from_secs(15),
    hold: Duration::from_secs(15),
    commit: Duration::from_secs(40),
};

/// One order of the shop's own list.
#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Made {
    pub(crate) number: String,
    pub(crate) address: String,
    pub(crate) lines: Vec<(String, i64)>,
}

/// Where `script/test` has put something that these tests need.
pub(crate) fn installed(variable: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(folder) => folder.into(),
        None => panic!("{variable} is not set: run these tests by script/test"),
    }
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A shop's program; it ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    /// Starts the program, which must listen on `port` soon.
    pub(crate) async fn start(command: &mut Command, port: u16) -> Self {
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, port };
        let until = Instant::now() + Duration::from_mins(2);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.child.try_wait().unwrap();
            assert!(ended.is_none(), "the shop has ended: {ended:?}");
            assert!(Instant::now() < until, "the shop does not listen");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its helpers too; they are in its group.
        let group = rustix::process::Pid::from_child(&self.child);
        let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _gone = self.child.wait();
    }
}

/// Runs a program to its end and gives what it says.
pub(crate) fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Browsers with a folder of their own.
pub(crate) struct Browser {
    browsers: Browsers,
    _folder: TempDir,
}

impl Browser {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let settings = BrowserSettings {
            chromedriver: None,
            chromium: None,
            webdriver_url: None,
            guard_address: None,
            profile_root: folder.path().to_owned(),
            // Chromium's sandbox refuses to run as root.
            sandbox: if rustix::process::geteuid().is_root() {
                Sandbox::Off
            } else {
                Sandbox::On
            },
            warden: env!("CARGO_BIN_EXE_browser-warden").into(),
            warden_arguments: Vec::new(),
            arguments: Vec::new(),
            limits: LIMITS,
        };
        Self {
            browsers: Browsers::new(settings).unwrap(),
            _folder: folder,
        }
    }

    /// A visit that is signed in.
    pub(crate) async fn visit(&self, recipe: &Recipe, port: u16, password: &str) -> Visit {
        let session = self.browsers.open().await.unwrap();
        let base = Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
        let secrets = Secrets {
            user: "buyer@example.test".into(),
            password: password.into(),
        };
        let mut visit = Visit::new(recipe.clone(), Some(base), secrets, session);
        visit.sign_in().await.unwrap();
        visit
    }
}

/// A recipe of this package; read from its file, so that a changed one needs no building.
pub(crate) fn recipe(file: &str) -> Recipe {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("recipes")
        .join(file);
    let text = std::fs::read_to_string(path).unwrap();
    Recipe::parse(file, &text).unwrap_or_else(|error| panic!("{error}"))
}

/// SKU, quantity, unit price in hundredths; then freight in hundredths.
pub(crate) fn order_of(
    currency: &str,
    (key, parts): (&str, &[&str]),
    lines: &[(&str, i64, i64)],
    freight: i64,
) -> Order {
    let sum: i64 = lines.iter().map(|(_, qty, price)| qty * price).sum();
    let total = (sum + freight) * 100;
    Order {
        reference: "PO-2026-7".into(),
        account: None,
        address: Address {
            key: key.into(),
            lines: parts.iter().map(|part| (*part).into()).collect(),
        },
        currency: currency.into(),
        lines: lines
            .iter()
            .map(|(sku, qty, price)| OrderLine {
                sku: (*sku).into(),
                quantity: qty * 1000,
                unit: "each".into(),
                unit_price: price * 100,
                max_unit_price: price * 102,
                min_unit_price: price * 90,
            })
            .collect(),
        freight: freight * 100,
        tax: 0,
        total,
        max_total: total / 100 * 102,
        min_total: total / 100 * 90,
    }
}

/// Holds the order request and lets it go at once, without an intent.
pub(crate) async fn submit(visit: &mut Visit, order: &Order) -> Submitted {
    match visit.hold(order).await {
        Ok(held) => {
            let before = boot_time() + Duration::from_secs(20);
            visit.release(held, before).await
        }
        Err(error) => Submitted::NotSent(error.to_string()),
    }
}

/// Looks for the order in the history, with the lines of what is new.
pub(crate) async fn found(
    recipe: &Recipe,
    visit: &mut Visit,
    before: &[PastOrder],
    order: &Order,
) -> Found {
    let mut now = visit.history().await.unwrap();
    for past in &mut now {
        if !before.iter().any(|old| old.number == past.number) {
            past.lines = visit.order_lines(&past.number).await.unwrap();
        }
    }
    find_order(recipe.finds_by(), before, &now, order)
}

/// The order stands in the shop's ledger once, under the number that was confirmed.
pub(crate) fn placed_once(submitted: Submitted, made: &[Made], lines: &[(String, i64)]) -> String {
    let Submitted::Placed(confirmation) = submitted else {
        panic!("{submitted:?}");
    };
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].number, confirmation.number);
    assert_eq!(made[0].address, "Site 4, Plot 118, Canal Road");
    assert_eq!(made[0].lines, lines);
    confirmation.number
}

/// Why the order was refused before its click.
pub(crate) async fn refusal(visit: &mut Visit, order: &Order) -> Refusal {
    match visit.stage(order).await {
        Err(SiteError::Refused { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

/// Orders while the cutter loses the answer, and looks for the order with a second browser.
pub(crate) async fn found_after_a_lost_answer(
    recipe: &Recipe,
    cutter: &Cutter,
    password: &str,
    order: &Order,
) -> Found {
    let browser = Browser::new();
    let mut visit = browser.visit(recipe, cutter.port, password).await;
    let before = visit.history().await.unwrap();
    visit.stage(order).await.unwrap();
    cutter.arm();
    let submitted = submit(&mut visit, order).await;
    assert!(matches!(submitted, Submitted::Unknown(_)), "{submitted:?}");
    drop(visit);

    cutter.disarm();
    let mut visit = browser.visit(recipe, cutter.port, password).await;
    found(recipe, &mut visit, &before, order).await
}
