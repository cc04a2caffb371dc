//! What else can go wrong in the shop: each fault has a name, acts on the requests that it concerns, and may be
//! left to chance, which a seed decides.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use axum::http::Method;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde::{Deserialize, Serialize};

use super::{ORDER_POST, ORDER_POST_AGAIN};

/// A fault by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The order is made, its connection is reset.
    Reset,
    /// The order post is read, nothing is made, its connection is closed.
    Dropped,
    /// The order is made and answered 408, its connection is closed.
    #[serde(rename = "status_408")]
    Status408,
    /// The order is made and answered 421, which asks for another connection.
    #[serde(rename = "status_421")]
    Status421,
    /// The order is made and answered 500.
    #[serde(rename = "status_500")]
    Status500,
    /// The order is made and answered 307: the same once more, to another path that orders too.
    #[serde(rename = "redirect_307")]
    Redirect307,
    /// The basket is emptied by the confirmation page, not by the order: the same post again orders again.
    BasketKept,
    /// The confirmation page is answered 500.
    ConfirmationLost,
    /// All sessions end.
    SignedOut,
    /// A page that asks who is there, until somebody answers it.
    Captcha,
    /// Who signs in is asked for a code.
    OneTimeCode,
    /// Everything is answered 429.
    TooMany,
    /// Other words and other tables.
    LayoutB,
    /// Products go into the basket without a new page.
    AjaxBasket,
    /// An order stands in the history only so many milliseconds after it was made.
    HistoryLate,
    /// The history shows each order twice.
    HistoryTwice,
    /// The history shows the newest order under two numbers.
    HistoryTwoNumbers,
}

/// When a fault acts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// From which of the requests that it concerns on; absent: from the first.
    pub from: Option<u32>,
    /// On how many of them; absent: until it is taken away.
    pub times: Option<u32>,
    /// On each with this probability; absent: 1.
    pub probability: Option<f64>,
    /// How late, for what is late.
    pub ms: u64,
}

/// The faults that act on one request.
#[derive(Clone, Debug, Default)]
pub(super) struct Struck {
    faults: BTreeSet<Fault>,
    pub(super) history_late_ms: u64,
}

impl Struck {
    pub(super) fn by(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }
}

/// All faults as they stand.
pub type Faults = BTreeMap<Fault, When>;

/// Says what is wrong with them.
pub(super) fn check(faults: &Faults) -> Result<(), String> {
    for when in faults.values() {
        if when.from == Some(0) || when.times == Some(0) {
            return Err("from and times must be at least 1".to_owned());
        }
        if !(0.0..=1.0).contains(&when.probability.unwrap_or(1.0)) {
            return Err("a probability is between 0 and 1".to_owned());
        }
    }
    Ok(())
}

/// What acts on the `nth` request to the shop; counted faults are one request nearer to their end.
pub(super) fn strike(
    faults: &mut Faults,
    seed: u64,
    nth: u64,
    method: &Method,
    path: &str,
) -> Struck {
    let mut struck = Struck::default();
    faults.retain(|fault, when| {
        if !fault.concerns(method, path) {
            return true;
        }
        if let Some(from) = when.from.as_mut().filter(|from| **from > 1) {
            *from -= 1;
            return true;
        }
        let mut chance = StdRng::seed_from_u64(seed ^ (nth << 8) ^ *fault as u64);
        if !chance.random_bool(when.probability.unwrap_or(1.0)) {
            return true;
        }
        struck.faults.insert(*fault);
        if *fault == Fault::HistoryLate {
            struck.history_late_ms = when.ms;
        }
        match &mut when.times {
            None => true,
            Some(times) => {
                *times -= 1;
                *times > 0
            }
        }
    });
    struck
}

impl Fault {
    fn concerns(self, method: &Method, path: &str) -> bool {
        match self {
            Self::Reset
            | Self::Dropped
            | Self::Status408
            | Self::Status421
            | Self::Status500
            | Self::Redirect307 => is_order_post(method, path),
            Self::ConfirmationLost => path.ends_with("/thank-you"),
            Self::OneTimeCode => method == Method::POST && path == "/sign-in",
            Self::HistoryLate | Self::HistoryTwice | Self::HistoryTwoNumbers => path == "/orders",
            Self::BasketKept
            | Self::SignedOut
            | Self::Captcha
            | Self::TooMany
            | Self::LayoutB
            | Self::AjaxBasket => true,
        }
    }
}

pub(super) fn is_order_post(method: &Method, path: &str) -> bool {
    method == Method::POST && (path == ORDER_POST || path == ORDER_POST_AGAIN)
}

/// Reads words as the switches page writes them: `reset captcha:from=3 status_500:times=1,probability=0.5`.
pub(super) fn parse(text: &str) -> Result<Faults, String> {
    let mut faults = Faults::new();
    for word in text.split_whitespace() {
        let (name, rest) = word.split_once(':').unwrap_or((word, ""));
        let fault =
            serde_json::from_value(name.into()).map_err(|_| format!("there is no fault {name}"))?;
        let mut when = When::default();
        for part in rest.split(',').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key {
                "from" => when.from = Some(number(value)?),
                "times" => when.times = Some(number(value)?),
                "probability" => when.probability = Some(number(value)?),
                "ms" => when.ms = number(value)?,
                _ => return Err(format!("{name} has no {key}")),
            }
        }
        faults.insert(fault, when);
    }
    Ok(faults)
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("not a number: {text}"))
}

/// The words that [`parse`] reads.
pub(super) fn show(faults: &Faults) -> String {
    let word = |(fault, when): (&Fault, &When)| {
        let name = serde_json::to_value(fault).unwrap_or_default();
        let parts = [
            when.from.map(|from| format!("from={from}")),
            when.times.map(|times| format!("times={times}")),
            when.probability.map(|p| format!("probability={p}")),
            (when.ms > 0).then(|| format!("ms={}", when.ms)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let name = name.as_str().unwrap_or_default();
        if parts.is_empty() {
            return name.to_owned();
        }
        format!("{name}:{}", parts.join(","))
    };
    faults.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(faults: &mut Faults, nth: u64, path: &str) -> Struck {
        let method = if path == ORDER_POST {
            Method::POST
        } else {
            Method::GET
        };
        strike(faults, 7, nth, &method, path)
    }

    #[test]
    fn a_fault_acts_where_it_belongs_from_when_and_as_often_as_it_says() {
        let mut faults = parse("reset:times=1 captcha:from=3").unwrap();
        assert!(!on(&mut faults, 1, "/basket").by(Fault::Captcha));
        let order = on(&mut faults, 2, ORDER_POST);
        assert!(order.by(Fault::Reset) && !order.by(Fault::Captcha));
        let order = on(&mut faults, 3, ORDER_POST);
        assert!(!order.by(Fault::Reset) && order.by(Fault::Captcha));
        assert!(on(&mut faults, 4, "/basket").by(Fault::Captcha));
    }

    #[test]
    fn chance_is_the_seeds() {
        let draw = |seed: u64| -> Vec<bool> {
            let mut faults = parse("signed_out:probability=0.5").unwrap();
            let get = Method::GET;
            (0..200)
                .map(|nth| strike(&mut faults, seed, nth, &get, "/").by(Fault::SignedOut))
                .collect()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let often = draw(1).into_iter().filter(|struck| *struck).count();
        assert!((60..140).contains(&often), "{often} of 200");
    }

    #[test]
    fn faults_are_written_as_they_are_read() {
        let text = "reset captcha:from=3 history_late:times=2,probability=0.5,ms=2000";
        let faults = parse(text).unwrap();
        assert_eq!(show(&faults), text);
        assert_eq!(check(&faults), Ok(()));
        for wrong in ["rest", "reset:often=1", "reset:times=x"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        for wrong in ["reset:times=0", "reset:probability=1.5"] {
            assert!(check(&parse(wrong).unwrap()).is_err(), "{wrong}");
        }
    }
}
