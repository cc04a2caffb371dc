//! One supplier account: a daemon, its shop and its chat, and one order after the other.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rand::Rng as _;
use rand::rngs::StdRng;
use sutler::app::App;
use sutler::config::Config;
use sutler::demo::graph::Got;
use sutler::demo::run::{Around, ORG};
use sutler::demo::shop::LedgerOrder;
use sutler::store::db::Opener;
use sutler::store::{orgs, suppliers};
use tempfile::TempDir;

use crate::card::Approved;
use crate::daemon::{Daemon, program};
use crate::fault::{self, ANSWER_SECONDS, Fault, Moment};
use crate::say;
use crate::tally::{Tally, Told};

const REQUESTER: &str = "+254700000001";
const APPROVER: &str = "+254700000002";
/// What one step may take, restarts included.
const PATIENCE: Duration = Duration::from_mins(4);
/// What follows on a placed order may take.
const AFTERWARDS: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(10);
const QUIET_SECONDS: i64 = 3;
const SUBMIT_SECONDS: u64 = 6;

/// What the lines are made of, words and SKU, of a size that one approver may approve.
const GOODS: [(&str, &str); 6] = [
    ("bags cement", "CEM-425-50"),
    ("bags masonry cement", "CEM-325-50"),
    ("rolls of 2.5mm cable", "CBL-25-100"),
    ("pairs gumboots", "PPE-BTS"),
    ("safety helmets", "PPE-HLM-W"),
    ("pairs of gloves", "PPE-GLV-L"),
];
const READ_BACK: &str = "Is this right?";
/// What the requester hears: the read-back, or first a question after a price that has moved before.
const ANSWERS: [&str; 3] = [READ_BACK, "higher price all right?", "same unit and pack?"];
const SITES: [&str; 3] = ["Site 4", "Site 7", "Site 12"];

pub(crate) struct Lane {
    number: usize,
    around: Around,
    daemon: Daemon,
    chance: StdRng,
    approved: Vec<Approved>,
    /// The daemon's data; removed with this.
    _folder: TempDir,
}

/// A port below those that the kernel gives out by itself: nobody takes it while the daemon is dead.
fn free_port(chance: &mut StdRng) -> anyhow::Result<u16> {
    (0..100)
        .map(|_| chance.random_range(20_000..32_000))
        .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .context("no port is free")
}

impl Lane {
    /// Seeds a world of its own and starts its daemon.
    pub(crate) async fn start(
        number: usize,
        chance: StdRng,
        logs: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port(&mut rand::SeedableRng::from_os_rng())?;
        let around = Around::start(&format!("http://127.0.0.1:{port}")).await?;
        let mut settings = around.settings(folder.path());
        let filter = if logs.is_some() { "info" } else { "error" };
        for (name, value) in [
            ("LEASES__SECONDS", "2".to_owned()),
            ("LEASES__BEAT_SECONDS", "0.5".to_owned()),
            ("ORDERING__SUBMIT_SECONDS", SUBMIT_SECONDS.to_string()),
            ("ORDERING__ANSWER_SECONDS", ANSWER_SECONDS.to_string()),
            ("LOG__FILTER", filter.to_owned()),
        ] {
            settings.insert(format!("SUTLER_{name}"), value);
        }
        let config = Config::read(None, settings.clone())?;
        let app = App::open(config, Opener::Daemon, program()).await?.app;
        around.seed(&app).await?;
        let mut tx = app.db.begin().await?;
        let mut org = orgs::find_by_code(&mut tx, ORG)
            .await?
            .context("the demo's organisation")?;
        org.settings.quiet_seconds = 1;
        // The same goods are asked for again and again here.
        org.settings.duplicate_days = 0;
        orgs::save(&mut tx, &org).await?;
        for mut supplier in suppliers::all(&mut tx, &org.id).await? {
            supplier.terms.quiet_seconds = Some(QUIET_SECONDS);
            suppliers::save(&mut tx, &supplier).await?;
        }
        tx.commit().await?;
        app.db.close().await;
        drop(app);
        let log = logs.map(|logs| logs.join(format!("daemon-{number}.log")));
        Ok(Self {
            number,
            daemon: Daemon::start(settings, log)?,
            around,
            chance,
            approved: Vec::new(),
            _folder: folder,
        })
    }

    /// Orders once with each fault, waits until all is quiet, and counts. False when it could not order with all.
    pub(crate) async fn order(
        mut self,
        faults: Vec<Fault>,
        is_told_to_end: &AtomicBool,
    ) -> (Vec<(Fault, Tally)>, bool) {
        let mut is_whole = true;
        for fault in faults {
            if is_told_to_end.load(Ordering::Relaxed) {
                break;
            }
            let began = Instant::now();
            let one = match self.one(fault).await {
                Ok(one) => one,
                Err(error) => {
                    say(&format!(
                        "account {} with {}: {error:#}",
                        self.number,
                        fault.name()
                    ));
                    is_whole = false;
                    break;
                }
            };
            let told = one.told(&self.around.graph.inbox(REQUESTER));
            say(&format!(
                "account {}: {} with {}{}: {told:?} after {:.0} s",
                self.number,
                one.reference,
                fault.name(),
                if one.was_struck {
                    ""
                } else {
                    ", which came too late"
                },
                began.elapsed().as_secs_f64()
            ));
            self.approved.push(one);
        }
        // What is still under way somewhere has this long to come out.
        tokio::time::sleep(Duration::from_secs(SUBMIT_SECONDS + ANSWER_SECONDS)).await;
        let began = Instant::now();
        while began.elapsed() < PATIENCE && !self.is_told_of_all() {
            tokio::time::sleep(LOOK).await;
        }
        let tallies = self.count();
        self.daemon.end().await;
        (tallies, is_whole)
    }

    fn is_told_of_all(&self) -> bool {
        let inbox = self.around.graph.inbox(REQUESTER);
        (self.approved.iter()).all(|one| one.told(&inbox) != Told::Nothing)
    }

    /// What was approved against what the ledger has.
    fn count(&self) -> Vec<(Fault, Tally)> {
        let ledger = self.around.shop.ledger().orders;
        let inbox = self.around.graph.inbox(REQUESTER);
        let mut tallies = Vec::new();
        for one in &self.approved {
            let made: Vec<&LedgerOrder> = (ledger.iter())
                .filter(|order| order.reference == one.reference)
                .collect();
            let right = made.iter().filter(|order| one.is(order)).count();
            let told = one.told(&inbox);
            let mut tally = Tally::of(made.len(), right, told);
            tally.came_too_late = usize::from(!one.was_struck);
            if tally.is_broken() {
                say(&format!(
                    "{one:#?}\ntold: {told:?}, in the ledger: {made:#?}"
                ));
            }
            tallies.push((one.fault, tally));
        }
        let is_known = |order: &&LedgerOrder| {
            (self.approved.iter()).any(|one| one.reference == order.reference)
        };
        let strange: Vec<_> = ledger.iter().filter(|order| !is_known(order)).collect();
        if !strange.is_empty() {
            say(&format!("orders that nobody approved: {strange:#?}"));
            let unapproved = Tally {
                unapproved: strange.len(),
                ..Tally::default()
            };
            tallies.push((Fault::None, unapproved));
        }
        tallies
    }

    async fn one(&mut self, fault: Fault) -> anyhow::Result<Approved> {
        let shop = &self.around.shop;
        shop.switch(fault::fair_weather())
            .map_err(anyhow::Error::msg)?;
        match fault {
            Fault::Crash(point) if fault.crashes_before_approval() => {
                self.daemon.restart(point).await?;
            }
            // The last order did not pass the point of its daemon.
            _ if self.daemon.is_armed().await => self.daemon.restart("").await?,
            Fault::None | Fault::Shop(_) | Fault::Process(..) | Fault::Crash(_) => {}
        }
        let (card, sku) = self.converse().await?;
        let mut approved = Approved::read(&card, fault)?;
        let weather = fault::weather(fault, sku, &mut self.chance);
        self.around
            .shop
            .switch(weather.clone())
            .map_err(anyhow::Error::msg)?;
        if let Fault::Crash(point) = fault
            && !fault.crashes_before_approval()
        {
            self.daemon.restart(point).await?;
        }
        let pages = self.around.shop.trail().len();
        self.around
            .graph
            .press_on(APPROVER, &card.wamid, "Approve")?;
        let moment = fault::moment(&mut self.chance);
        let pause = Duration::from_millis(self.chance.random_range(1000..9000));
        let (struck, ended) = tokio::join!(
            self.strike(fault, (moment, pause), &approved, pages),
            self.end(fault, &approved, &card)
        );
        ended?;
        let struck = struck?;
        approved.was_struck = match fault {
            Fault::None => true,
            Fault::Process(..) => struck,
            Fault::Crash(point) => self.has_crashed(point).await,
            // What was to act so often, or from some page on, has changed by doing so.
            Fault::Shop("closed") => true,
            Fault::Shop(_) => {
                let lasts = |faults: &sutler::demo::shop::Faults| {
                    faults
                        .values()
                        .all(|when| when.from.is_none() && when.times.is_none())
                };
                let counts = weather.answer_lost.is_some()
                    || weather.hang_after_order.is_some()
                    || !lasts(&weather.faults);
                !counts || self.around.shop.switches() != weather
            }
        };
        Ok(approved)
    }

    /// What is done after the order was placed is waited for a little longer.
    async fn has_crashed(&self, point: &str) -> bool {
        let began = Instant::now();
        while point.starts_with("sync:") && began.elapsed() < AFTERWARDS {
            if self.daemon.has_crashed().await {
                return true;
            }
            tokio::time::sleep(LOOK).await;
        }
        self.daemon.has_crashed().await
    }

    /// From the first word to the card; also the SKU of the first line.
    async fn converse(&mut self) -> anyhow::Result<(Got, &'static str)> {
        let first = self.chance.random_range(0..GOODS.len());
        let second = (first + self.chance.random_range(1..GOODS.len())) % GOODS.len();
        let mut some = || self.chance.random_range(2..=9);
        let (one, two) = (some(), some());
        let site = SITES[self.chance.random_range(0..SITES.len())];
        let text = format!(
            "another order: {one} {} and {two} {} to {site}",
            GOODS[first].0, GOODS[second].0
        );
        let graph = &self.around.graph;
        let mut heard = graph.inbox(REQUESTER).len();
        let cards = graph.inbox(APPROVER).len();
        graph.say(REQUESTER, &text)?;
        loop {
            let got;
            (got, heard) = self.hear(REQUESTER, heard, &ANSWERS).await?;
            if got.text.contains(READ_BACK) {
                graph.press_on(REQUESTER, &got.wamid, "Confirm")?;
                break;
            }
            graph.say(REQUESTER, "yes")?;
        }
        let (card, _) = self.hear(APPROVER, cards, &["asks for approval"]).await?;
        Ok((card, GOODS[first].1))
    }

    /// Waits for a message after the first `heard` that holds one of these words; how many were heard then.
    async fn hear(&self, who: &str, heard: usize, words: &[&str]) -> anyhow::Result<(Got, usize)> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let inbox = self.around.graph.inbox(who);
            let holds = |got: &Got| words.iter().any(|words| got.text.contains(words));
            if let Some(at) = inbox.iter().skip(heard).position(holds) {
                let at = heard + at;
                return Ok((inbox[at].clone(), at + 1));
            }
            tokio::time::sleep(LOOK).await;
        }
        let last = self.around.graph.inbox(who).pop().map(|got| got.text);
        anyhow::bail!("{who} heard none of {words:?} within {PATIENCE:?}; the last was {last:?}")
    }

    /// What is done from outside while the order is placed; whether it met something.
    async fn strike(
        &self,
        fault: Fault,
        (moment, pause): (Moment, Duration),
        approved: &Approved,
        pages: usize,
    ) -> anyhow::Result<bool> {
        match fault {
            Fault::Process(victim, blow) => {
                let in_time = self.wait_for(moment, approved, pages).await;
                Ok(in_time && self.daemon.hit(victim, blow, pause).await)
            }
            Fault::Shop("closed") => {
                tokio::time::sleep(pause).await;
                let open = fault::fair_weather();
                self.around.shop.switch(open).map_err(anyhow::Error::msg)?;
                Ok(true)
            }
            Fault::None | Fault::Shop(_) | Fault::Crash(_) => Ok(true),
        }
    }

    /// False when the order is over before the moment comes.
    async fn wait_for(&self, moment: Moment, approved: &Approved, pages: usize) -> bool {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let inbox = self.around.graph.inbox(REQUESTER);
            if approved.told(&inbox) != Told::Nothing {
                return false;
            }
            let trail = self.around.shop.trail();
            let since = trail.get(pages..).unwrap_or_default();
            match moment {
                Moment::Page(nth) if since.len() >= nth => return true,
                Moment::AfterReview(ms) if since.iter().any(|p| p == "/checkout/review") => {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    return true;
                }
                Moment::Page(_) | Moment::AfterReview(_) => {}
            }
            tokio::time::sleep(LOOK).await;
        }
        false
    }

    /// Waits for what the requester is told in the end. What has changed is approved again, unless the
    /// change is the fault.
    async fn end(&self, fault: Fault, approved: &Approved, card: &Got) -> anyhow::Result<()> {
        let graph = &self.around.graph;
        let answer = match fault {
            Fault::Shop("price_moved" | "price_moved_at_order") => "Reject",
            Fault::None | Fault::Shop(_) | Fault::Process(..) | Fault::Crash(_) => "Approve",
        };
        let mut answered = card.wamid.clone();
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if approved.told(&graph.inbox(REQUESTER)) != Told::Nothing {
                return Ok(());
            }
            let cards = graph.inbox(APPROVER);
            let later = cards.iter().skip_while(|got| got.wamid != answered).skip(1);
            let again = later.filter(|got| got.titles().contains(&answer)).last();
            if let Some(again) = again {
                graph.press_on(APPROVER, &again.wamid, answer)?;
                answered.clone_from(&again.wamid);
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }
}
