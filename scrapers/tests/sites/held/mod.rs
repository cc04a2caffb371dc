//! The commit under every fault that was measured: after each, the shop has read the order post as
//! often as it should, and never twice.
//!
//! Each case runs `SUTLER_TEST_TRIALS` times. Two by default: a trial is a browser of its own, and
//! what the gate lets through does not depend on luck; more trials look for races in the browser.

mod deaths;
mod faults;
mod shop;

use std::time::Duration;

use scrapers::browser::Browsers;
use scrapers::guard::boot_time;
use scrapers::order::Order;
use scrapers::recipe::Recipe;
use scrapers::site::{Submitted, Visit};
use tempfile::TempDir;
use tokio::time::sleep;

use self::shop::{RECIPE, Shop};
use crate::common::shop::order_of;
use crate::common::{LIMITS, environment, secrets, settings};

/// After the visit is closed nothing can come any more but what is on the wire.
const QUIET: Duration = Duration::from_millis(300);

fn trials() -> usize {
    environment("SUTLER_TEST_TRIALS").map_or(2, |text| text.parse().unwrap())
}

fn order() -> Order {
    order_of(&[("CEM", 1, 750)])
}

fn browsers(folder: &std::path::Path) -> Browsers {
    let mut settings = settings(folder, LIMITS);
    settings
        .arguments
        .push("--ignore-certificate-errors".into());
    Browsers::new(settings).unwrap()
}

/// A visit at the shop whose order is staged.
async fn staged(shop: &Shop, browsers: &Browsers) -> Visit {
    let recipe = Recipe::parse("held.toml", RECIPE).unwrap_or_else(|error| panic!("{error}"));
    let session = browsers.open().await.unwrap();
    let mut visit = Visit::new(recipe, Some(shop.url.clone()), secrets("right"), session);
    visit.stage(&order()).await.unwrap();
    visit
}

/// Holds the order for a while, lets it go, ends the browser and waits for what may still come.
async fn place(shop: &Shop) -> Result<Submitted, String> {
    let folder = TempDir::new().unwrap();
    let browsers = browsers(folder.path());
    let mut visit = staged(shop, &browsers).await;
    let submitted = match visit.hold(&order()).await {
        Ok(held) => {
            sleep(Duration::from_millis(300)).await;
            assert_eq!(shop.posts(), 0, "it was held");
            let until = boot_time() + Duration::from_secs(20);
            Ok(visit.release(held, until).await)
        }
        Err(error) => Err(error.to_string()),
    };
    visit.close().await;
    sleep(QUIET).await;
    submitted
}
