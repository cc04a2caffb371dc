//! What goes wrong with an order, by name, and which order meets what.

use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use sutler::crash;
use sutler::demo::shop::{
    Delay, During, Fault as ShopFault, Faults, MovedPrices, Refused, RefusedAt, Switches, When,
};

/// For how long the shop's answer to an order is waited for.
pub(crate) const ANSWER_SECONDS: u64 = 8;
/// Requests to the shop from the sign-in to the review of an order of two lines.
const PAGES: u32 = 20;
/// Milliseconds from the review page on in which the order is held, let go and answered.
const AROUND_THE_CLICK: u64 = 2500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Shop(&'static str),
    Process(Victim, Blow),
    /// SIGKILL of the daemon by itself at a named point.
    Crash(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Victim {
    Daemon,
    Driver,
    Browser,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// SIGKILL.
    Killed,
    /// SIGSTOP, and SIGCONT some seconds later.
    Stopped,
}

/// What the shop does. Each of these that lets an order be made loses, delays or garbles what is said of it.
const SHOP: [&str; 24] = [
    "slow",
    "reset",
    "closed_connection",
    "dropped",
    "status_408",
    "status_421",
    "status_500",
    "redirect_307",
    "answer_late",
    "confirmation_lost",
    "closed",
    "closed_at_order",
    "stock_gone",
    "stock_gone_at_order",
    "price_moved",
    "price_moved_at_order",
    "signed_out",
    "captcha",
    "one_time_code",
    "too_many",
    "layout_b_and_ajax",
    "history_late",
    "history_too_late",
    "history_twice",
];
const TWO_NUMBERS: &str = "history_two_numbers";

const PROCESSES: [(Victim, Blow, &str); 6] = [
    (Victim::Daemon, Blow::Killed, "daemon_killed"),
    (Victim::Daemon, Blow::Stopped, "daemon_stopped"),
    (Victim::Driver, Blow::Killed, "driver_killed"),
    (Victim::Driver, Blow::Stopped, "driver_stopped"),
    (Victim::Browser, Blow::Killed, "browser_killed"),
    (Victim::Browser, Blow::Stopped, "browser_stopped"),
];

impl Fault {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Shop(name) | Self::Crash(name) => name,
            Self::Process(victim, blow) => PROCESSES
                .iter()
                .find(|(v, b, _)| (*v, *b) == (victim, blow))
                .map_or("process", |(_, _, name)| name),
        }
    }

    /// Whether it crashes before the approver has the card.
    pub(crate) fn crashes_before_approval(self) -> bool {
        match self {
            Self::Crash(point) => {
                let at = |name| crash::POINTS.iter().position(|p| *p == name);
                at(point) <= at("approve:after_commit")
            }
            Self::None | Self::Shop(_) | Self::Process(..) => false,
        }
    }
}

pub(crate) fn all() -> impl Iterator<Item = Fault> {
    let shop = SHOP.into_iter().chain([TWO_NUMBERS]).map(Fault::Shop);
    let processes = (PROCESSES.into_iter()).map(|(victim, blow, _)| Fault::Process(victim, blow));
    let crashes = crash::POINTS.iter().copied().map(Fault::Crash);
    shop.chain(processes).chain(crashes)
}

/// One fault for each order: each name equally often, every fifth none.
pub(crate) fn draw(
    orders: usize,
    only: &[String],
    chance: &mut StdRng,
) -> anyhow::Result<Vec<Fault>> {
    let is_asked = |fault: &Fault| only.is_empty() || only.iter().any(|n| n == fault.name());
    let wanted: Vec<Fault> = all().filter(is_asked).collect();
    let only_none = only.iter().any(|name| name == "none");
    let unknown = only
        .iter()
        .find(|name| *name != "none" && !all().any(|fault| fault.name() == **name));
    if let Some(name) = unknown {
        anyhow::bail!("there is no fault {name}");
    }
    let mut drawn = Vec::with_capacity(orders);
    let mut round: Vec<Fault> = Vec::new();
    while drawn.len() < orders {
        let is_fifth = drawn.len() % 5 == 4 && only.is_empty();
        if is_fifth || (only_none && wanted.is_empty()) {
            drawn.push(Fault::None);
            continue;
        }
        if round.is_empty() {
            round.clone_from(&wanted);
            if only_none {
                round.push(Fault::None);
            }
            round.shuffle(chance);
        }
        drawn.extend(round.pop());
    }
    Ok(drawn)
}

/// When something is done to a process.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// When the shop is asked for the so-manieth page since the approval.
    Page(usize),
    /// So many milliseconds after it has shown the review page.
    AfterReview(u64),
}

pub(crate) fn moment(chance: &mut StdRng) -> Moment {
    if chance.random_bool(0.5) {
        Moment::AfterReview(chance.random_range(0..AROUND_THE_CLICK))
    } else {
        Moment::Page(chance.random_range(1..=PAGES as usize))
    }
}

/// What the shop does while nothing is wrong: the same order post again makes the order again.
pub(crate) fn fair_weather() -> Switches {
    Switches {
        faults: Faults::from([(ShopFault::BasketKept, When::default())]),
        ..Switches::default()
    }
}

/// How the shop's switches stand while an order of this product meets its fault.
pub(crate) fn weather(fault: Fault, sku: &str, chance: &mut StdRng) -> Switches {
    let mut switches = fair_weather();
    let name = match fault {
        Fault::Shop(name) => name,
        // Only who looks into the history passes this point.
        Fault::Crash("settle:before_commit") => "closed_connection",
        Fault::None | Fault::Process(..) | Fault::Crash(_) => return switches,
    };
    let once = || Some(During { posts: Some(1) });
    let lost = When {
        times: Some(1),
        ..When::default()
    };
    let refused = |at| {
        Some(Refused {
            skus: [sku.to_owned()].into(),
            at,
            posts: None,
        })
    };
    let moved = |posts| {
        Some(MovedPrices {
            prices: [(sku.to_owned(), "999.50".to_owned())].into(),
            posts,
        })
    };
    let at_a_page = When {
        from: Some(chance.random_range(1..=PAGES)),
        ..When::default()
    };
    let late = |ms| When {
        ms,
        ..When::default()
    };
    let mut add = |fault, when| {
        switches.faults.insert(fault, when);
    };
    match name {
        "reset" => add(ShopFault::Reset, lost),
        "dropped" => add(ShopFault::Dropped, lost),
        "status_408" => add(ShopFault::Status408, lost),
        "status_421" => add(ShopFault::Status421, lost),
        "status_500" => add(ShopFault::Status500, lost),
        "redirect_307" => add(ShopFault::Redirect307, lost),
        "confirmation_lost" => add(ShopFault::ConfirmationLost, lost),
        "signed_out" => add(
            ShopFault::SignedOut,
            When {
                times: Some(1),
                ..at_a_page
            },
        ),
        "captcha" => add(ShopFault::Captcha, at_a_page),
        "too_many" => add(ShopFault::TooMany, at_a_page),
        "one_time_code" => add(ShopFault::OneTimeCode, When::default()),
        "layout_b_and_ajax" => {
            add(ShopFault::LayoutB, When::default());
            add(ShopFault::AjaxBasket, When::default());
        }
        "history_late" => add(ShopFault::HistoryLate, late(2000)),
        "history_too_late" => add(ShopFault::HistoryLate, late(600_000)),
        "history_twice" => add(ShopFault::HistoryTwice, When::default()),
        TWO_NUMBERS => add(ShopFault::HistoryTwoNumbers, When::default()),
        _ => {}
    }
    match name {
        "slow" => {
            switches.slow = Some(Delay {
                ms: 700,
                posts: None,
            });
        }
        "closed_connection" | "history_late" | "history_too_late" | "history_twice"
        | TWO_NUMBERS => switches.answer_lost = once(),
        "answer_late" => {
            let ms = (ANSWER_SECONDS + 4) * 1000;
            switches.hang_after_order = Some(Delay { ms, posts: Some(1) });
        }
        "closed" => switches.maintenance = Some(During { posts: None }),
        "closed_at_order" => switches.maintenance = once(),
        "stock_gone" => switches.refused = refused(RefusedAt::Review),
        "stock_gone_at_order" => switches.refused = refused(RefusedAt::Place),
        "price_moved" => switches.moved_prices = moved(None),
        "price_moved_at_order" => switches.moved_prices = moved(Some(1)),
        _ => {}
    }
    switches
}
