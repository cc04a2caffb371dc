//! A real Chromium for the tests, and small pages to look at.

pub(crate) mod shop;

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use scrapers::browser::{BrowserSettings, Browsers, Limits, Sandbox};
use scrapers::guard::boot_time;
use scrapers::order::Order;
use scrapers::recipe::Recipe;
use scrapers::site::{Secrets, Submitted, Visit};
use tempfile::TempDir;
use tokio::net::TcpListener;
use url::Url;

pub(crate) const LIMITS: Limits = Limits {
    start: Duration::from_mins(1),
    command: Duration::from_secs(20),
    page: Duration::from_secs(20),
    query: Duration::from_secs(2),
    hold: Duration::from_secs(10),
    commit: Duration::from_secs(20),
};

pub(crate) fn settings(profile_root: &Path, limits: Limits) -> BrowserSettings {
    BrowserSettings {
        chromedriver: None,
        chromium: None,
        webdriver_url: None,
        guard_address: None,
        profile_root: profile_root.to_owned(),
        // Chromium's sandbox refuses to run as root.
        sandbox: if rustix::process::geteuid().is_root() {
            Sandbox::Off
        } else {
            Sandbox::On
        },
        warden: env!("CARGO_BIN_EXE_browser-warden").into(),
        warden_arguments: Vec::new(),
        arguments: Vec::new(),
        limits,
    }
}

/// Browsers with a folder of their own.
pub(crate) struct Browser {
    pub(crate) browsers: Browsers,
    pub(crate) folder: TempDir,
}

impl Browser {
    pub(crate) fn new(limits: Limits) -> Self {
        let folder = TempDir::new().unwrap();
        let browsers = Browsers::new(settings(folder.path(), limits)).unwrap();
        Self { browsers, folder }
    }

    pub(crate) async fn visit(&self, recipe: &str, base: &Url) -> Visit {
        let recipe = Recipe::parse("test.toml", recipe).unwrap_or_else(|error| panic!("{error}"));
        let session = self.browsers.open().await.unwrap();
        Visit::new(recipe, Some(base.clone()), secrets("right"), session)
    }
}

/// Holds the order request and lets it go at once, without an intent.
pub(crate) async fn submit(visit: &mut Visit, order: &Order) -> Submitted {
    match visit.hold(order).await {
        Ok(held) => {
            visit
                .release(held, boot_time() + Duration::from_secs(20))
                .await
        }
        Err(error) => Submitted::NotSent(error.to_string()),
    }
}

pub(crate) fn secrets(password: &str) -> Secrets {
    Secrets {
        user: "buyer@example.test".into(),
        password: password.into(),
    }
}

/// Serves until the test ends.
pub(crate) async fn serve(router: Router) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Url::parse(&url).unwrap()
}

/// Serves one page at `/`.
pub(crate) async fn serve_page(html: &'static str) -> Url {
    serve(Router::new().route("/", get(move || async move { Html(html) }))).await
}

/// Processes that run in the group, without those that wait to be reaped.
pub(crate) fn group_size(group: i32) -> usize {
    std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let path = entry.ok()?.path().join("stat");
            let stat = std::fs::read_to_string(path).ok()?;
            let fields: Vec<String> = stat
                .rsplit_once(')')?
                .1
                .split_whitespace()
                .map(str::to_owned)
                .collect();
            (fields[0] != "Z" && fields[2] == group.to_string()).then_some(())
        })
        .count()
}

/// The group of the Chromium whose profile stands under the folder.
pub(crate) fn group_under(folder: &Path) -> Option<i32> {
    let wanted = format!(
        "--user-data-dir={}",
        folder.canonicalize().unwrap().display()
    );
    std::fs::read_dir("/proc").unwrap().find_map(|entry| {
        let path = entry.ok()?.path();
        let line = std::fs::read(path.join("cmdline")).ok()?;
        String::from_utf8_lossy(&line)
            .split('\0')
            .any(|argument| argument.starts_with(&wanted))
            .then_some(())?;
        let stat = std::fs::read_to_string(path.join("stat")).ok()?;
        stat.rsplit_once(')')?
            .1
            .split_whitespace()
            .nth(2)?
            .parse()
            .ok()
    })
}

pub(crate) async fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(std::time::Instant::now() < until, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A process of the group whose parent is the group's leader.
pub(crate) fn child_of(group: i32) -> Option<i32> {
    std::fs::read_dir("/proc").unwrap().find_map(|entry| {
        let path = entry.ok()?.path();
        let stat = std::fs::read_to_string(path.join("stat")).ok()?;
        let parent = stat
            .rsplit_once(')')?
            .1
            .split_whitespace()
            .nth(1)?
            .to_owned();
        let pid = path.file_name()?.to_str()?.parse().ok()?;
        (parent == group.to_string()).then_some(pid)
    })
}

/// A recipe whose history is read from `/` by the given `[read.orders]`.
pub(crate) fn looking(orders: &str) -> String {
    format!(
        r#"
schema = 1
id = "looking"
base = "http://127.0.0.1:1"
money = {{ currency = "KES", decimal = ".", group = "," }}
[loc]
next = "role=button 'Next'"
[read.cart]
each = "css=tr"
sku = {{}}
qty = {{ type = "int" }}
price = {{ type = "money" }}
[read.review]
total = {{ type = "money" }}
address = {{}}
{orders}
[flow]
session = [{{ expect = "next" }}]
login = [{{ expect = "next" }}]
empty = [{{ expect = "next" }}]
line = [{{ expect = "next" }}]
review = [{{ read = "cart" }}, {{ read = "review" }}]
orders = [{{ go = "/" }}, {{ read = "orders" }}]
[read.confirm]
number = {{}}
[commit]
click = "next"
request = {{ path = "^/place$", fields = {{}} }}
requires = ["review matches order.document"]
placed = {{ url = "/thanks", read = "confirm" }}
unknown = {{ reconcile = "orders", quiet = "1m" }}
"#
    )
}

/// Chromium's first process in the group, which has no type.
pub(crate) fn browser_in(group: i32) -> Option<i32> {
    std::fs::read_dir("/proc").unwrap().find_map(|entry| {
        let path = entry.ok()?.path();
        let stat = std::fs::read_to_string(path.join("stat")).ok()?;
        let of = stat.rsplit_once(')')?.1.split_whitespace().nth(2)?;
        let line = std::fs::read(path.join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line);
        let is_first = line.contains("--user-data-dir=") && !line.contains("--type=");
        let is_ours = of == group.to_string() && is_first && !line.contains("chromedriver");
        is_ours.then(|| path.file_name()?.to_str()?.parse().ok())?
    })
}

/// What is set for the tests from outside.
#[expect(
    clippy::disallowed_methods,
    reason = "a test has no settings of its own"
)]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
