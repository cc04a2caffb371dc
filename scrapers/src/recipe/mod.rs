//! One supplier site as data.
//!
//! A recipe is a TOML file that says how a site is signed in to, searched, filled and read, and
//! which one click places the order. It holds no code. Its parts:
//!
//! | table | what it says |
//! |---|---|
//! | top | `schema` (1), `id`, `base` (URL), `hosts`, `money`, `pace = { min_step_ms }` |
//! | `[loc]` | named elements, each with ranked alternatives; using a lower rank is drift |
//! | `[page]` | pages to be recognised after each navigation, and what they mean |
//! | `[read.*]` | typed values of a page; `each` makes rows, `next` goes through pages |
//! | `[states]` | what the site's words for an order's state mean |
//! | `[products]`, `[address]` | where products are, and addresses to type in |
//! | `[flow]` | steps: `session`, `login`, `empty`, `line`, `review`, `orders`, and some more |
//! | `[commit]` | the click that places the order, and how its outcome is known |
//!
//! The format is documented in `RECIPES.md`, beside this package's `Cargo.toml`, for people who
//! write recipes; [`schema`](schema()) describes it to their editors, [`hints`] advises them.
//!
//! **Invariant:** a [`Recipe`] is whole: every name it uses exists, every comparison compares
//! like with like, and it can tell placed from refused from unknown.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;
use url::Url;

use crate::found::FindBy;
use crate::guard::Authority;
use crate::order::State;
use crate::value::Money;

mod check;
mod commit;
pub(crate) mod expr;
mod flow;
mod lint;
pub(crate) mod locator;
pub(crate) mod read;
pub(crate) mod request;
mod schema;
pub(crate) mod sign;
pub(crate) mod span;
pub(crate) mod step;
mod step_table;
pub(crate) mod template;

pub use commit::NotFound;
pub(crate) use commit::{Commit, Requirement};
pub(crate) use flow::Part;
use flow::{Flow, Steps};
pub use lint::{Hint, hints};
use locator::Alternatives;
use read::Read;
pub use schema::schema;
use sign::{Classifier, Search};
use step::Step;
use template::AddressPart;

/// The recipes that come with this package: file name and text.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    &[
        ("demo.toml", include_str!("../../recipes/demo.toml")),
        ("oscar.toml", include_str!("../../recipes/oscar.toml")),
        ("evershop.toml", include_str!("../../recipes/evershop.toml")),
    ]
}

/// A recipe that cannot be used, in a sentence.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", self.sentence())]
pub struct RecipeError {
    pub file: String,
    /// Counted from 1.
    pub line: Option<usize>,
    /// The table and key on that line.
    pub key: Option<String>,
    pub message: String,
}

impl RecipeError {
    fn sentence(&self) -> String {
        let line = self.line.map(|line| format!(", line {line}"));
        let key = self.key.as_ref().map(|key| format!(", {key}"));
        let (line, key) = (line.unwrap_or_default(), key.unwrap_or_default());
        format!("recipe {}{line}{key}: {}", self.file, self.message)
    }
}

/// A checked recipe.
#[derive(Clone, Debug)]
pub struct Recipe {
    raw: Raw,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    schema: Spanned<u32>,
    id: Spanned<String>,
    base: Spanned<Base>,
    #[serde(default)]
    hosts: Vec<Host>,
    money: Money,
    #[serde(default)]
    pace: Pace,
    #[serde(default)]
    loc: BTreeMap<String, Spanned<Alternatives>>,
    #[serde(default)]
    page: BTreeMap<String, Spanned<Classifier>>,
    #[serde(default)]
    states: States,
    /// A product's path on the site, by its SKU.
    #[serde(default)]
    products: BTreeMap<String, ProductPath>,
    /// Addresses that the site wants typed in, by the key by which we know them.
    #[serde(default)]
    address: BTreeMap<String, BTreeMap<AddressPart, String>>,
    read: BTreeMap<String, Spanned<Read>>,
    flow: Flow,
    commit: Spanned<Commit>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Base(Url);

impl TryFrom<String> for Base {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = Url::parse(&text).map_err(|error| format!("{text:?} is no address: {error}"))?;
        let plain = url.username().is_empty() && url.query().is_none();
        if plain && matches!(url.scheme(), "http" | "https") {
            Ok(Self(url))
        } else {
            Err(format!(
                "{text:?} is not an http or https address without user and query"
            ))
        }
    }
}

/// `HOST` or `HOST:PORT`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Host(Vec<Authority>);

impl TryFrom<String> for Host {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let hosts: Option<Vec<Authority>> = [443, 80]
            .into_iter()
            .map(|port| Authority::parse(&text, port))
            .collect();
        hosts
            .map(Self)
            .ok_or_else(|| format!("{text:?} is not a host such as images.example.com"))
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pace {
    #[serde(default)]
    min_step_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct ProductPath(String);

impl TryFrom<String> for ProductPath {
    type Error = String;

    fn try_from(path: String) -> Result<Self, String> {
        if path.starts_with('/') && !path.starts_with("//") {
            Ok(Self(path))
        } else {
            Err(format!("{path:?} is not a path such as /products/cement"))
        }
    }
}

/// Patterns of the words by which the site names an order's state.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct States {
    accepted: Option<Search>,
    backordered: Option<Search>,
    shipped: Option<Search>,
    delivered: Option<Search>,
    cancelled: Option<Search>,
}

impl States {
    /// The one state whose pattern is found; none when several are.
    fn of(&self, words: &str) -> Option<State> {
        let known = [
            (State::Accepted, &self.accepted),
            (State::Backordered, &self.backordered),
            (State::Shipped, &self.shipped),
            (State::Delivered, &self.delivered),
            (State::Cancelled, &self.cancelled),
        ];
        let mut found = known.into_iter().filter_map(|(state, search)| {
            let is_it = search.as_ref()?.0.is_match(words);
            is_it.then_some(state)
        });
        found.next().filter(|_| found.next().is_none())
    }
}

impl Recipe {
    /// Reads and checks a recipe; `file_name` is for the error.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, RecipeError> {
        let error = |at: Option<usize>, message: String| {
            let (line, key) = place(text, at);
            RecipeError {
                file: file_name.to_owned(),
                line,
                key,
                message,
            }
        };
        let raw: Raw = toml::from_str(text).map_err(|bad| {
            error(
                bad.span().map(|span| span.start),
                bad.message().trim().to_owned(),
            )
        })?;
        check::whole(&raw).map_err(|wrong| error(Some(wrong.at), wrong.message))?;
        Ok(Self { raw })
    }

    pub fn id(&self) -> &str {
        self.raw.id.get_ref()
    }

    pub fn base(&self) -> &Url {
        &self.raw.base.get_ref().0
    }

    /// What the site needs besides the host of its base.
    pub(crate) fn hosts(&self) -> Vec<Authority> {
        let hosts = self.raw.hosts.iter();
        hosts.flat_map(|host| host.0.iter().cloned()).collect()
    }

    pub fn money(&self) -> &Money {
        &self.raw.money
    }

    /// The least time between two steps.
    pub fn pace(&self) -> Duration {
        Duration::from_millis(self.raw.pace.min_step_ms)
    }

    /// How an order of ours is recognised in the history.
    pub fn finds_by(&self) -> FindBy {
        match self.raw.read["orders"].get_ref().fields.get("reference") {
            Some(_) => FindBy::Reference,
            None => FindBy::Contents,
        }
    }

    /// How long after the last moment of a click the history can still be behind.
    pub fn quiet(&self) -> Duration {
        self.raw.commit.get_ref().unknown.quiet.0
    }

    /// What follows when the order is not found after [`Self::quiet`].
    pub fn not_found(&self) -> NotFound {
        self.raw.commit.get_ref().unknown.not_found
    }

    pub(crate) fn commit(&self) -> &Commit {
        self.raw.commit.get_ref()
    }

    pub(crate) fn loc(&self, name: &str) -> &Alternatives {
        self.raw.loc[name].get_ref()
    }

    pub(crate) fn reading(&self, name: &str) -> &Read {
        self.raw.read[name].get_ref()
    }

    /// The steps of a part; `order`, `item`, `status` and `documents` may be absent.
    pub(crate) fn steps(&self, part: Part) -> Option<&[Spanned<Step>]> {
        self.raw
            .flow
            .steps(part)
            .map(|steps| steps.get_ref().as_slice())
    }

    /// Where the site shows a product.
    pub(crate) fn product(&self, sku: &str) -> Option<&str> {
        self.raw.products.get(sku).map(|path| path.0.as_str())
    }

    /// A part of the address that we know by `key`.
    pub(crate) fn address(&self, key: &str, part: AddressPart) -> Option<&str> {
        self.raw.address.get(key)?.get(&part).map(String::as_str)
    }

    /// What the site's words for an order's state mean.
    pub(crate) fn state(&self, words: &str) -> Option<State> {
        self.raw.states.of(words)
    }

    /// The pages to be recognised, in the order of the file.
    pub(crate) fn pages(&self) -> Vec<(&str, &Classifier)> {
        let mut pages: Vec<_> = self.raw.page.iter().collect();
        pages.sort_by_key(|(_, page)| page.span().start);
        pages
            .into_iter()
            .map(|(name, page)| (name.as_str(), page.get_ref()))
            .collect()
    }
}

/// Line and key of a byte offset; the key carries its table.
fn place(text: &str, at: Option<usize>) -> (Option<usize>, Option<String>) {
    let Some(before) = at.and_then(|at| text.get(..at)) else {
        return (None, None);
    };
    let number = before.matches('\n').count();
    let lines: Vec<&str> = text.lines().take(number + 1).collect();
    let table = lines.iter().rev().find_map(|line| {
        let line = line.trim();
        line.strip_prefix('[')?
            .split_once(']')
            .map(|(table, _)| table.to_owned())
    });
    // A value that goes over several lines has its key above.
    let key = lines.iter().rev().map(|line| line.trim()).find_map(|line| {
        if line.starts_with('[') {
            return Some(None);
        }
        let (key, _) = line.split_once('=')?;
        let key = key.trim();
        key.chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            .then(|| Some(key.to_owned()))
    });
    let key = match (table, key.flatten()) {
        (Some(table), Some(key)) => Some(format!("{table}.{key}")),
        (table, key) => table.or(key),
    };
    (Some(number + 1), key)
}

#[cfg(test)]
mod tests;
