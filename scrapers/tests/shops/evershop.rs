//! `EverShop`: one React page as checkout, lists that are no lists, nothing found by its SKU.

use std::path::PathBuf;
use std::process::Command;

use scrapers::error::Refusal;
use scrapers::found::Found;
use scrapers::order::{Order, State};
use scrapers::recipe::Recipe;
use url::Url;

use crate::cutter::Cutter;
use crate::house::{self, Browser, Made, Server, free_port, installed, said};

const PASSWORD: &str = "right-Pass-1";

/// A shop with its own copy of the seeded database.
struct EverShop {
    server: Server,
    database: String,
}

/// The server on which `script/test` has seeded the shop's database.
fn postgres() -> Url {
    Url::parse(installed("SUTLER_TEST_POSTGRES").to_str().unwrap()).unwrap()
}

fn sql(database: &str, statement: &str) -> String {
    let mut url = postgres();
    url.set_path(database);
    said(Command::new(installed("SUTLER_TEST_PSQL")).args([
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-c",
        statement,
        url.as_str(),
    ]))
}

impl EverShop {
    /// `seen` is the port at which the browser sees the shop, where that is not its own.
    async fn start(port: u16, seen: u16) -> Self {
        let database = format!("evershop_{}", uuid::Uuid::new_v4().simple());
        sql(
            "postgres",
            &format!("create database {database} template evershop_seed"),
        );
        let folder = installed("SUTLER_TEST_EVERSHOP");
        let preload =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/shops/evershop/loopback.cjs");
        let server = postgres();
        let mut command = Command::new(installed("SUTLER_TEST_NODE"));
        command
            .arg("--require")
            .arg(preload)
            .args(["node_modules/.bin/evershop", "start"])
            .current_dir(folder)
            .env("DB_HOST", "127.0.0.1")
            .env("DB_PORT", server.port().unwrap().to_string())
            .env("DB_NAME", &database)
            .env("DB_USER", server.username())
            .env("DB_PASSWORD", "none")
            .env("DB_SSLMODE", "disable")
            .env("NODE_ENV", "production")
            .env("PORT", port.to_string())
            .env("EVERSHOP_HOME_URL", format!("http://127.0.0.1:{seen}"));
        for name in [
            "JWT_ADMIN_SECRET",
            "JWT_ADMIN_REFRESH_SECRET",
            "JWT_CUSTOMER_SECRET",
            "JWT_CUSTOMER_REFRESH_SECRET",
            "ORDER_TRACKING_TOKEN_SECRET",
        ] {
            // At least 40 characters, and not two alike.
            command.env(name, format!("{name} only for tests on loopback {name}"));
        }
        let server = Server::start(&mut command, port).await;
        Self { server, database }
    }

    /// The shop's ledger.
    fn made(&self) -> Vec<Made> {
        let made = sql(
            &self.database,
            "select coalesce(json_agg(made), '[]') from (
                select o.order_number as number, a.address_1 as address,
                    (select json_agg(json_build_array(i.product_sku, i.qty::int) order by i.product_sku)
                        from order_item i where i.order_item_order_id = o.order_id) as lines
                from \"order\" o
                join order_address a on a.order_address_id = o.shipping_address_id
                order by o.order_id) made",
        );
        serde_json::from_str(made.trim()).unwrap()
    }
}

impl Drop for EverShop {
    fn drop(&mut self) {
        // Before the server ends, so that it loses its connections now.
        sql(
            "postgres",
            &format!("drop database {} with (force)", self.database),
        );
    }
}

fn recipe() -> Recipe {
    house::recipe("evershop.toml")
}

fn order_of(lines: &[(&str, i64, i64)]) -> Order {
    let site = ("Site 4", &["Plot 118", "Houston", "77001"][..]);
    house::order_of("USD", site, lines, 500)
}

const TWO: &[(&str, i64, i64)] = &[("CUP-001-WHT", 3, 1500), ("PEN-002-BLK", 2, 1200)];

fn lines() -> Vec<(String, i64)> {
    vec![("CUP-001-WHT".into(), 3), ("PEN-002-BLK".into(), 2)]
}

#[tokio::test]
async fn two_lines_are_ordered_and_a_basket_of_somebody_else_is_not() {
    let port = free_port();
    let shop = EverShop::start(port, port).await;
    let browser = Browser::new();
    let recipe = recipe();
    // Somebody else fills the account's basket and goes away.
    let mut other = browser.visit(&recipe, shop.server.port, PASSWORD).await;
    other
        .stage(&order_of(&[("THERMO-005-BLK", 4, 3500)]))
        .await
        .unwrap();
    drop(other);

    let mut visit = browser.visit(&recipe, shop.server.port, PASSWORD).await;
    let before = visit.history().await.unwrap();
    assert_eq!(before, []);
    let order = order_of(TWO);
    let basket = visit.stage(&order).await.unwrap();
    assert_eq!((basket.total, basket.freight), (740_000, Some(50_000)));
    assert_eq!(basket.lines[0].unit_price, 150_000);
    assert_eq!(shop.made(), []);

    let submitted = house::submit(&mut visit, &order).await;
    let number = house::placed_once(submitted, &shop.made(), &lines());
    let found = house::found(&recipe, &mut visit, &before, &order).await;
    assert_eq!(found, Found::One(number.clone()));
    let status = visit.status(&number).await.unwrap().unwrap();
    assert_eq!(status.state, Some(State::Accepted), "{status:?}");
    let files = visit.documents(&number).await.unwrap();
    assert!(files[0].bytes.starts_with(b"%PDF"));
    assert_eq!(visit.notes(), [], "the recipe fits this version");
}

#[tokio::test]
async fn what_was_not_approved_is_stopped() {
    let port = free_port();
    let shop = EverShop::start(port, port).await;
    let browser = Browser::new();
    let mut visit = browser.visit(&recipe(), shop.server.port, PASSWORD).await;
    let mut stopped = async |order: &Order| house::refusal(&mut visit, order).await;
    let unknown = stopped(&order_of(&[("SAND-1", 1, 500)])).await;
    assert_eq!(unknown, Refusal::UnknownItem);
    let excess = stopped(&order_of(&[("CUP-001-WHT", 500, 1500)])).await;
    assert_eq!(excess, Refusal::OutOfStock);
    let dear = stopped(&order_of(&[("CUP-001-WHT", 1, 1400)])).await;
    let approved = 142_800;
    let found = Some(150_000);
    assert_eq!(dear, Refusal::PriceAboveCap { approved, found });
    let mut elsewhere = order_of(TWO);
    elsewhere.address.key = "Site 5".into();
    assert_eq!(stopped(&elsewhere).await, Refusal::Address);
    assert_eq!(shop.made(), []);
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found() {
    let is_order = |line: &str| line.starts_with("POST ") && line.contains("/checkout HTTP/");
    let port = free_port();
    let cutter = Cutter::start(port, is_order).await;
    let shop = EverShop::start(port, cutter.port).await;
    let (recipe, order) = (recipe(), order_of(TWO));
    let found = house::found_after_a_lost_answer(&recipe, &cutter, PASSWORD, &order).await;
    let made = shop.made();
    let sent = cutter.orders.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!((made.len(), sent), (1, 1), "orders, requests");
    assert_eq!(made[0].lines, lines());
    assert_eq!(found, Found::One(made[0].number.clone()));
}
