//! Django-Oscar: pages from the server, an address book, a basket that asks the server quietly.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use scrapers::error::Refusal;
use scrapers::found::Found;
use scrapers::order::{Order, State};
use scrapers::recipe::Recipe;
use tempfile::TempDir;

use crate::cutter::Cutter;
use crate::house::{self, Browser, Made, Server, free_port, installed, said};

/// A shop with its own copy of the seeded database.
struct Oscar {
    server: Server,
    folder: TempDir,
}

fn files() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/shops/oscar")
}

impl Oscar {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let seeded = installed("SUTLER_TEST_OSCAR").join("seed/shop.sqlite3");
        fs::copy(seeded, folder.path().join("shop.sqlite3")).unwrap();
        let port = free_port();
        let mut command = Self::python(&folder);
        command.args(["-m", "django", "runserver", "--noreload"]);
        command.arg(format!("127.0.0.1:{port}"));
        let server = Server::start(&mut command, port).await;
        Self { server, folder }
    }

    fn python(folder: &TempDir) -> Command {
        let mut command = Command::new(installed("SUTLER_TEST_OSCAR").join("venv/bin/python"));
        command
            .env("SHOP_FOLDER", folder.path())
            .env("DJANGO_SETTINGS_MODULE", "settings")
            .env("PYTHONPATH", files())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    fn run(&self, file: &str) -> String {
        said(Self::python(&self.folder).arg(files().join(file)))
    }

    /// The shop's ledger.
    fn made(&self) -> Vec<Made> {
        serde_json::from_str(&self.run("ledger.py")).unwrap()
    }
}

fn recipe() -> Recipe {
    house::recipe("oscar.toml")
}

fn order_of(lines: &[(&str, i64, i64)]) -> Order {
    let site = ("Plot 118", &["Site 4", "Bradford", "BD1 4SJ"][..]);
    house::order_of("GBP", site, lines, 0)
}

const TWO: &[(&str, i64, i64)] = &[("CEM-425-50", 20, 790), ("NAIL-4-1", 5, 325)];

fn lines() -> Vec<(String, i64)> {
    vec![("CEM-425-50".into(), 20), ("NAIL-4-1".into(), 5)]
}

#[tokio::test]
async fn two_lines_are_ordered_and_a_basket_of_somebody_else_is_not() {
    let shop = Oscar::start().await;
    shop.run("foreign.py");
    let browser = Browser::new();
    let recipe = recipe();
    let mut visit = browser.visit(&recipe, shop.server.port, "right").await;
    let before = visit.history().await.unwrap();
    assert_eq!(before, []);
    let order = order_of(TWO);
    let basket = visit.stage(&order).await.unwrap();
    assert_eq!(basket.total, 1_742_500);
    assert_eq!(basket.lines[1].unit_price, 32_500);
    assert_eq!(shop.made(), []);

    let submitted = house::submit(&mut visit, &order).await;
    let number = house::placed_once(submitted, &shop.made(), &lines());
    let found = house::found(&recipe, &mut visit, &before, &order).await;
    assert_eq!(found, Found::One(number.clone()));
    let status = visit.status(&number).await.unwrap().unwrap();
    assert_eq!(
        (status.words.as_str(), status.state),
        ("Pending", Some(State::Accepted))
    );
    let files = visit.documents(&number).await.unwrap();
    assert_eq!(files[0].name, "order.pdf");
    assert!(files[0].bytes.starts_with(b"%PDF"));
    assert_eq!(visit.notes(), [], "the recipe fits this version");
}

#[tokio::test]
async fn what_was_not_approved_is_stopped() {
    let shop = Oscar::start().await;
    let browser = Browser::new();
    let mut visit = browser.visit(&recipe(), shop.server.port, "right").await;
    let mut stopped = async |order: &Order| house::refusal(&mut visit, order).await;
    let unknown = stopped(&order_of(&[("SAND-1", 1, 500)])).await;
    assert_eq!(unknown, Refusal::UnknownItem);
    // A part of a SKU is found, and is not the item.
    let part = stopped(&order_of(&[("CEM-425", 1, 790)])).await;
    assert_eq!(part, Refusal::UnknownItem);
    let excess = stopped(&order_of(&[("NAIL-4-1", 61, 325)])).await;
    assert_eq!(excess, Refusal::Quantity);
    let dear = stopped(&order_of(&[("NAIL-4-1", 5, 300)])).await;
    let approved = 30_600;
    let found = Some(32_500);
    assert_eq!(dear, Refusal::PriceAboveCap { approved, found });
    let mut elsewhere = order_of(TWO);
    elsewhere.address.key = "Plot 11".into();
    assert_eq!(stopped(&elsewhere).await, Refusal::Address);
    assert_eq!(shop.made(), []);
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found() {
    let shop = Oscar::start().await;
    let is_order = |line: &str| line.starts_with("POST ") && line.contains("/checkout/preview/");
    let cutter = Cutter::start(shop.server.port, is_order).await;
    let (recipe, order) = (recipe(), order_of(TWO));
    let found = house::found_after_a_lost_answer(&recipe, &cutter, "right", &order).await;
    let made = shop.made();
    let sent = cutter.orders.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!((made.len(), sent), (1, 1), "orders, requests");
    assert_eq!(made[0].lines, lines());
    assert_eq!(found, Found::One(made[0].number.clone()));
}
