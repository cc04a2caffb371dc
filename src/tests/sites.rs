//! The shipped recipes against their shops, in a real browser; the shop's ledger is the oracle.

use std::path::Path;
use std::time::Duration;

use scrapers::browser::{BrowserSettings, Browsers, Death, Limits, Sandbox};
use scrapers::error::{Refusal, SiteError};
use scrapers::found::{Found, find_order};
use scrapers::guard::boot_time;
use scrapers::order::{Address, Order, OrderLine, PastLine};
use scrapers::recipe::Recipe;
use scrapers::site::{Secrets, Submitted, Visit};
use sutler::demo::shop::{
    Delay, During, MovedPrices, Refused, RefusedAt, Shop, ShopHandle, ShopWorld, Switches,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

mod faults;

struct Counter {
    shop: ShopHandle,
    browsers: Browsers,
    _folder: TempDir,
}

fn settings(profile_root: &Path) -> BrowserSettings {
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
        warden: env!("CARGO_BIN_EXE_sutler").into(),
        warden_arguments: vec!["warden".into(), "--".into()],
        arguments: Vec::new(),
        limits: Limits {
            query: Duration::from_secs(3),
            ..Limits::default()
        },
    }
}

impl Counter {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let folder = TempDir::new().unwrap();
        Self {
            shop: Shop::start(listener, ShopWorld::demo()).unwrap(),
            browsers: Browsers::new(settings(folder.path())).unwrap(),
            _folder: folder,
        }
    }

    async fn visit(&self) -> Visit {
        let mut visit = self.visit_with("jenga-imara-2026").await;
        visit.sign_in().await.unwrap();
        visit
    }

    async fn visit_with(&self, password: &str) -> Visit {
        let secrets = Secrets {
            user: "orders@tumaini.example".into(),
            password: password.into(),
        };
        let session = self.browsers.open().await.unwrap();
        let base = self.shop.url.parse().unwrap();
        Visit::new(recipe(), Some(base), secrets, session)
    }

    fn switch(&self, switches: Switches) {
        self.shop.switch(switches).unwrap();
    }
}

/// Holds the order request and lets it go at once, without an intent.
async fn submit(visit: &mut Visit, order: &Order) -> Submitted {
    match visit.hold(order).await {
        Ok(held) => {
            visit
                .release(held, boot_time() + Duration::from_secs(20))
                .await
        }
        Err(error) => Submitted::NotSent(error.to_string()),
    }
}

fn recipe() -> Recipe {
    let (file, text) = scrapers::recipe::shipped()
        .iter()
        .find(|(file, _)| *file == "demo.toml")
        .unwrap();
    Recipe::parse(file, text).unwrap()
}

/// Cement, sand by weight, and cable; goods 15,600 + 6,625 + 34,500, VAT 16%, freight free.
fn order() -> Order {
    let line = |sku: &str, unit: &str, quantity: i64, price: i64| OrderLine {
        sku: sku.into(),
        quantity,
        unit: unit.into(),
        unit_price: price * 10_000,
        max_unit_price: price * 10_200,
        min_unit_price: price * 9_000,
    };
    Order {
        reference: "PO-2026-0007".into(),
        account: None,
        address: Address {
            key: "Site 4".into(),
            lines: vec!["Plot 118, Namanga Road".into(), "Kitengela, Kajiado".into()],
        },
        currency: "KES".into(),
        lines: vec![
            line("CEM-425-50", "bag", 20_000, 780),
            line("SND-RIV-T", "tonne", 2_500, 2650),
            line("CBL-25-100", "roll", 5_000, 6900),
        ],
        freight: 0,
        tax: 90_760_000,
        total: 658_010_000,
        max_total: 671_000_000,
        min_total: 600_000_000,
    }
}

#[tokio::test]
async fn the_demo_recipe_orders_once_what_was_approved() {
    let counter = Counter::open().await;
    let mut visit = counter.visit().await;
    let order = order();
    let before = visit.history().await.unwrap();
    let basket = visit.stage(&order).await.unwrap();
    assert_eq!(basket.total, 658_010_000);
    assert_eq!((basket.freight, basket.tax), (Some(0), Some(90_760_000)));
    assert_eq!(counter.shop.ledger().orders.len(), 0);
    // Staged again: the basket is emptied first.
    assert_eq!(visit.stage(&order).await.unwrap(), basket);
    let Submitted::Placed(confirmation) = submit(&mut visit, &order).await else {
        panic!("not placed");
    };
    assert_eq!(confirmation.total, Some(658_010_000));
    assert_eq!(visit.notes(), []);

    let ledger = counter.shop.ledger();
    assert_eq!(ledger.orders.len(), 1);
    let made = &ledger.orders[0];
    assert_eq!(made.number, confirmation.number);
    assert_eq!(made.reference, "PO-2026-0007");

    let now = visit.history().await.unwrap();
    let found = find_order(recipe().finds_by(), &before, &now, &order);
    assert_eq!(found, Found::One(confirmation.number.clone()));
    let lines = visit
        .order_lines(&confirmation.number)
        .await
        .unwrap()
        .unwrap();
    let asked: Vec<PastLine> = order
        .lines
        .iter()
        .map(|line| PastLine {
            sku: line.sku.clone(),
            quantity: line.quantity,
        })
        .collect();
    assert_eq!(lines, asked);
    assert!(matches!(visit.close().await, Death::Proven { .. }));
}

#[tokio::test]
async fn the_demo_recipe_names_who_must_act() {
    let counter = Counter::open().await;
    let mut stranger = counter.visit_with("guessed").await;
    assert_eq!(
        stranger.sign_in().await,
        Err(SiteError::SignIn(
            "Email or password is not correct.".into()
        ))
    );
    drop(stranger);

    let mut visit = counter.visit().await;
    let refusal = |error: SiteError| match error {
        SiteError::Refused { reason, sku, .. } => (reason, sku),
        other => panic!("{other:?}"),
    };
    let mut unknown = order();
    unknown.lines[1].sku = "XYZ-404".into();
    assert_eq!(
        refusal(visit.stage(&unknown).await.unwrap_err()),
        (Refusal::UnknownItem, Some("XYZ-404".into()))
    );
    let mut much = order();
    much.lines[2].quantity = 9_000_000;
    assert_eq!(
        refusal(visit.stage(&much).await.unwrap_err()),
        (Refusal::OutOfStock, Some("CBL-25-100".into()))
    );
    let mut part = order();
    part.lines[0].quantity = 1_500;
    assert_eq!(
        refusal(visit.stage(&part).await.unwrap_err()),
        (Refusal::Quantity, Some("CEM-425-50".into()))
    );
    let mut few = order();
    few.lines[0].sku = "BLK-150".into();
    few.lines[0].unit_price = 680_000;
    few.lines[0].max_unit_price = 680_000;
    few.lines[0].min_unit_price = 680_000;
    assert_eq!(
        refusal(visit.stage(&few).await.unwrap_err()),
        (Refusal::BelowMinimum, Some("BLK-150".into()))
    );

    // A price that moved after the product page.
    counter.switch(Switches {
        moved_prices: Some(MovedPrices {
            prices: [("CEM-425-50".to_owned(), "999.00".to_owned())].into(),
            posts: None,
        }),
        ..Switches::default()
    });
    assert_eq!(
        refusal(visit.stage(&order()).await.unwrap_err()),
        (
            Refusal::PriceAboveCap {
                approved: 7_956_000,
                found: Some(9_990_000)
            },
            Some("CEM-425-50".into())
        )
    );
    counter.switch(Switches {
        refused: Some(Refused {
            skus: ["CEM-425-50".to_owned()].into(),
            at: RefusedAt::Review,
            posts: None,
        }),
        ..Switches::default()
    });
    assert_eq!(
        refusal(visit.stage(&order()).await.unwrap_err()).0,
        Refusal::OutOfStock
    );
    counter.switch(Switches {
        maintenance: Some(During { posts: None }),
        ..Switches::default()
    });
    let closed = visit.stage(&order()).await.unwrap_err();
    assert!(matches!(closed, SiteError::Unavailable(_)), "{closed:?}");
    counter.switch(Switches::default());
    counter.shop.end_sessions();
    let ended = visit.stage(&order()).await.unwrap_err();
    assert!(matches!(ended, SiteError::Unavailable(_)), "{ended:?}");
    assert_eq!(counter.shop.ledger().orders.len(), 0);
}

#[tokio::test]
async fn the_demo_recipe_knows_a_refusal_from_an_unknown_outcome() {
    let counter = Counter::open().await;
    let order = order();
    let mut visit = counter.visit().await;
    visit.stage(&order).await.unwrap();
    counter.switch(Switches {
        refused: Some(Refused {
            skus: ["CEM-425-50".to_owned()].into(),
            at: RefusedAt::Place,
            posts: Some(1),
        }),
        ..Switches::default()
    });
    let refused = submit(&mut visit, &order).await;
    assert!(
        matches!(&refused, Submitted::Refused(text) if text.contains("out of stock")),
        "{refused:?}"
    );
    assert_eq!(counter.shop.ledger().orders.len(), 0);
    visit.close().await;

    let mut visit = counter.visit().await;
    visit.stage(&order).await.unwrap();
    counter.switch(Switches {
        answer_lost: Some(During { posts: None }),
        ..Switches::default()
    });
    let lost = submit(&mut visit, &order).await;
    assert!(matches!(lost, Submitted::Unknown(_)), "{lost:?}");
    visit.close().await;
    counter.switch(Switches::default());
    let ledger = counter.shop.ledger();
    let made = ledger.orders.len();
    // Chromium would send the order again on another connection; the guard has one.
    assert_eq!((made, ledger.posts), (1, 2), "one post of each submit");

    let mut visit = counter.visit().await;
    let history = visit.history().await.unwrap();
    assert_eq!(history.len(), made);
    let found = find_order(recipe().finds_by(), &[], &history, &order);
    assert_ne!(found, Found::None);

    let mut late = order.clone();
    late.reference = "PO-2026-0008".into();
    visit.stage(&late).await.unwrap();
    counter.switch(Switches {
        hang_after_order: Some(Delay {
            ms: 5000,
            posts: Some(1),
        }),
        ..Switches::default()
    });
    let submitted = submit(&mut visit, &late).await;
    assert!(matches!(submitted, Submitted::Placed(_)), "{submitted:?}");
    assert_eq!(counter.shop.ledger().orders.len(), made + 1);
}
