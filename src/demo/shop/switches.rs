//! What can be made to go wrong in the shop.
//!
//! A switch with `posts: N` acts on the next N order posts and on no other page; without, it acts
//! on every page that it concerns until it is taken away.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use serde::{Deserialize, Serialize};

use super::amount;
use super::faults::{self, Faults, Struck};

/// All switches as they stand; what is absent is off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// Every answer comes late.
    pub slow: Option<Delay>,
    /// Products that turn out to be out of stock.
    pub refused: Option<Refused>,
    /// Prices that differ from the listed ones from the basket on.
    pub moved_prices: Option<MovedPrices>,
    /// The order post is worked off, then its connection is closed without an answer.
    pub answer_lost: Option<During>,
    /// Everything is answered 503, nothing is done.
    pub maintenance: Option<During>,
    /// The order is made at once, its answer comes late.
    pub hang_after_order: Option<Delay>,
    /// Everything else that goes wrong.
    #[serde(skip_serializing_if = "Faults::is_empty")]
    pub faults: Faults,
    /// Decides when a fault acts that is left to chance.
    #[serde(skip_serializing_if = "is_zero")]
    pub seed: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(seed: &u64) -> bool {
    *seed == 0
}

/// For how long a switch stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct During {
    pub posts: Option<u32>,
}

/// Milliseconds to wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    pub ms: u64,
    #[serde(default)]
    pub posts: Option<u32>,
}

/// SKUs that the shop will not sell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub skus: BTreeSet<String>,
    /// The first step that notices.
    #[serde(default)]
    pub at: RefusedAt,
    #[serde(default)]
    pub posts: Option<u32>,
}

/// Where a refused line is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedAt {
    /// On the way to the review page, and at the order post.
    Review,
    /// Only at the order post.
    #[default]
    Place,
}

/// SKU to new unit price, a decimal in KES.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedPrices {
    pub prices: BTreeMap<String, String>,
    #[serde(default)]
    pub posts: Option<u32>,
}

/// What acts on one request.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    pub(super) slow_ms: u64,
    pub(super) maintenance: bool,
    pub(super) answer_lost: bool,
    pub(super) hang_ms: u64,
    pub(super) refused_at_review: BTreeSet<String>,
    pub(super) refused_at_place: BTreeSet<String>,
    /// SKU to unit price in cents.
    pub(super) prices: BTreeMap<String, i64>,
    pub(super) struck: Struck,
}

impl Switches {
    /// Says what is wrong with them: a price that is none, a switch for no post at all.
    pub fn check(&self) -> Result<(), String> {
        let counts = [
            self.slow.as_ref().and_then(|s| s.posts),
            self.refused.as_ref().and_then(|s| s.posts),
            self.moved_prices.as_ref().and_then(|s| s.posts),
            self.answer_lost.as_ref().and_then(|s| s.posts),
            self.maintenance.as_ref().and_then(|s| s.posts),
            self.hang_after_order.as_ref().and_then(|s| s.posts),
        ];
        if counts.contains(&Some(0)) {
            return Err("posts must be at least 1".to_owned());
        }
        for (sku, price) in self.moved_prices.iter().flat_map(|moved| &moved.prices) {
            if amount::price(price).is_none() {
                return Err(format!("the new price of {sku} is not a price: {price}"));
            }
        }
        faults::check(&self.faults)
    }

    /// What acts on the `nth` request to the shop.
    pub(super) fn on(&mut self, nth: u64, method: &Method, path: &str) -> Effects {
        let mut effects = if faults::is_order_post(method, path) {
            self.on_order_post()
        } else {
            self.on_page()
        };
        effects.struck = faults::strike(&mut self.faults, self.seed, nth, method, path);
        effects
    }

    /// What acts on a page that is not the order post.
    fn on_page(&self) -> Effects {
        let lasting = Self {
            slow: self.slow.clone().filter(|s| s.posts.is_none()),
            refused: self.refused.clone().filter(|s| s.posts.is_none()),
            moved_prices: self.moved_prices.clone().filter(|s| s.posts.is_none()),
            answer_lost: None,
            maintenance: self.maintenance.clone().filter(|s| s.posts.is_none()),
            hang_after_order: None,
            ..Self::default()
        };
        lasting.effects()
    }

    /// What acts on an order post; counted switches are one post nearer to their end.
    fn on_order_post(&mut self) -> Effects {
        let effects = self.effects();
        spend(&mut self.slow, |s| &mut s.posts);
        spend(&mut self.refused, |s| &mut s.posts);
        spend(&mut self.moved_prices, |s| &mut s.posts);
        spend(&mut self.answer_lost, |s| &mut s.posts);
        spend(&mut self.maintenance, |s| &mut s.posts);
        spend(&mut self.hang_after_order, |s| &mut s.posts);
        effects
    }

    fn effects(&self) -> Effects {
        let mut effects = Effects {
            slow_ms: self.slow.as_ref().map_or(0, |s| s.ms),
            maintenance: self.maintenance.is_some(),
            answer_lost: self.answer_lost.is_some(),
            hang_ms: self.hang_after_order.as_ref().map_or(0, |s| s.ms),
            ..Effects::default()
        };
        if let Some(refused) = &self.refused {
            effects.refused_at_place.clone_from(&refused.skus);
            match refused.at {
                RefusedAt::Review => effects.refused_at_review.clone_from(&refused.skus),
                RefusedAt::Place => {}
            }
        }
        for (sku, price) in self.moved_prices.iter().flat_map(|moved| &moved.prices) {
            let price = amount::price(price).expect("switches are checked when they are set");
            effects.prices.insert(sku.clone(), price);
        }
        effects
    }
}

fn spend<T>(switch: &mut Option<T>, posts: impl Fn(&mut T) -> &mut Option<u32>) {
    let Some(left) = switch.as_mut().and_then(|s| posts(s).as_mut()) else {
        return;
    };
    *left = left.saturating_sub(1);
    if *left == 0 {
        *switch = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_switch_acts_on_so_many_order_posts_and_no_page() {
        let mut switches = Switches {
            maintenance: Some(During { posts: Some(2) }),
            slow: Some(Delay { ms: 5, posts: None }),
            ..Switches::default()
        };
        assert!(!switches.on_page().maintenance);
        assert_eq!(switches.on_page().slow_ms, 5);
        assert!(switches.on_order_post().maintenance);
        assert!(switches.on_order_post().maintenance);
        assert!(!switches.on_order_post().maintenance);
        assert_eq!(switches.maintenance, None);
        assert_eq!(switches.on_order_post().slow_ms, 5);
    }

    #[test]
    fn switches_are_read_strictly() {
        assert!(serde_json::from_str::<Switches>(r#"{"slwo": {"ms": 1}}"#).is_err());
        let moved = r#"{"moved_prices": {"prices": {"A": "cheap"}}}"#;
        let moved: Switches = serde_json::from_str(moved).unwrap();
        assert!(moved.check().is_err());
    }
}
