//! One step of a flow, and what a page can tell us to do.

use std::time::Duration;

use regex::Regex;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::expr::Expr;
use super::locator::Alternatives;
use super::template::Template;
use crate::error::Handoff;

/// How often a `while` goes round before the site counts as changed.
const ROUNDS: u32 = 50;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawStep")]
pub(crate) enum Step {
    Go(Template),
    /// The name of an entry of `[loc]`, here and below.
    Click(String),
    Fill {
        at: String,
        with: Template,
    },
    Select {
        at: String,
        with: Template,
    },
    Expect(String),
    Read(String),
    Assert {
        expr: Expr,
        fail: Option<Fail>,
    },
    /// Keeps the path of the page as `line.url`.
    KeepUrl,
    When {
        condition: Condition,
        steps: Vec<Spanned<Step>>,
    },
    While {
        condition: Condition,
        rounds: u32,
        steps: Vec<Spanned<Step>>,
    },
    Fail(Fail),
}

/// When to take a branch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Condition {
    /// The element is there and visible now.
    Present(String),
    Absent(String),
    Holds(Expr),
}

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(source: String) -> Result<Self, String> {
        let is_name = |text: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        };
        match source.strip_prefix("not ") {
            Some(name) if is_name(name) => Ok(Self::Absent(name.to_owned())),
            _ if is_name(&source) => Ok(Self::Present(source)),
            _ => Expr::try_from(source).map(Self::Holds),
        }
    }
}

/// A business reason in a recipe; what the engine knows besides (line, prices) is added when it
/// is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fail {
    OutOfStock,
    BelowMinimum,
    PriceAboveCap,
    PriceBelowFloor,
    Address,
    Quantity,
    UnknownItem,
    Other,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    go: Option<Template>,
    click: Option<String>,
    fill: Option<String>,
    select: Option<String>,
    expect: Option<String>,
    read: Option<String>,
    assert: Option<String>,
    set: Option<String>,
    when: Option<Condition>,
    r#while: Option<Condition>,
    fail: Option<Fail>,
    with: Option<Template>,
    by: Option<String>,
    path: Option<bool>,
    r#do: Option<Vec<Spanned<Step>>>,
    max: Option<u32>,
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(mut raw: RawStep) -> Result<Self, String> {
        let step = if let Some(url) = raw.go.take() {
            Self::Go(url)
        } else if let Some(at) = raw.click.take() {
            Self::Click(at)
        } else if let Some(at) = raw.fill.take() {
            let with = raw.with.take().ok_or("`fill` needs `with`")?;
            Self::Fill { at, with }
        } else if let Some(at) = raw.select.take() {
            let with = raw.with.take().ok_or("`select` needs `with`")?;
            Self::Select { at, with }
        } else if let Some(at) = raw.expect.take() {
            Self::Expect(at)
        } else if let Some(read) = raw.read.take() {
            Self::Read(read)
        } else if let Some(source) = raw.assert.take() {
            let source = match raw.by.take() {
                Some(by) => format!("{source} by '{by}'"),
                None => source,
            };
            let expr = Expr::try_from(source)?;
            let fail = raw.fail.take();
            Self::Assert { expr, fail }
        } else if let Some(name) = raw.set.take() {
            if name != "line.url" || raw.path.take() != Some(true) {
                return Err("`set` can only be: set = \"line.url\", path = true".into());
            }
            Self::KeepUrl
        } else if let Some(condition) = raw.when.take() {
            let steps = raw.r#do.take().ok_or("`when` needs `do`")?;
            Self::When { condition, steps }
        } else if let Some(condition) = raw.r#while.take() {
            let steps = raw.r#do.take().ok_or("`while` needs `do`")?;
            let rounds = raw.max.take().unwrap_or(ROUNDS);
            Self::While {
                condition,
                rounds,
                steps,
            }
        } else if let Some(fail) = raw.fail.take() {
            Self::Fail(fail)
        } else {
            return Err("this step has no verb".into());
        };
        match raw.left_over() {
            Some(key) => Err(format!("`{key}` does not belong to this step")),
            None => Ok(step),
        }
    }
}

impl RawStep {
    fn left_over(&self) -> Option<&'static str> {
        [
            ("go", self.go.is_some()),
            ("click", self.click.is_some()),
            ("fill", self.fill.is_some()),
            ("select", self.select.is_some()),
            ("expect", self.expect.is_some()),
            ("read", self.read.is_some()),
            ("assert", self.assert.is_some()),
            ("set", self.set.is_some()),
            ("when", self.when.is_some()),
            ("while", self.r#while.is_some()),
            ("fail", self.fail.is_some()),
            ("with", self.with.is_some()),
            ("by", self.by.is_some()),
            ("path", self.path.is_some()),
            ("do", self.r#do.is_some()),
            ("max", self.max.is_some()),
        ]
        .into_iter()
        .find_map(|(key, there)| there.then_some(key))
    }
}

/// A regular expression searched in a text.
#[derive(Clone, Debug)]
pub(crate) struct Search(pub(crate) Regex);

impl<'de> Deserialize<'de> for Search {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        Regex::new(&source)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

/// What shows which page this is; every part that is given must hold.
#[derive(Clone, Debug)]
pub(crate) struct Sign {
    pub(crate) at: Option<Alternatives>,
    /// Searched in the element's text.
    pub(crate) text: Option<Search>,
    /// Searched in path and query.
    pub(crate) url: Option<Search>,
    pub(crate) title: Option<Search>,
}

/// A sign and what it means; in the recipe one table.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawMeaning")]
pub(crate) struct Classifier {
    pub(crate) sign: Sign,
    pub(crate) then: Then,
}

/// The page that shows that the order was made.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawMeaning")]
pub(crate) struct Placed {
    pub(crate) sign: Sign,
    pub(crate) read: String,
}

/// The page that shows that it was not.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawMeaning")]
pub(crate) struct Refused(pub(crate) Sign);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMeaning {
    at: Option<Alternatives>,
    text: Option<Search>,
    url: Option<Search>,
    title: Option<Search>,
    then: Option<Then>,
    read: Option<String>,
}

impl RawMeaning {
    fn sign(self) -> Result<Sign, String> {
        if self.at.is_none() && self.url.is_none() && self.title.is_none() {
            return Err("a page needs at least one of `at`, `url`, `title`".into());
        }
        if self.text.is_some() && self.at.is_none() {
            return Err("`text` needs `at`".into());
        }
        if self.then.is_some() {
            return Err("`then` does not belong here".into());
        }
        if self.read.is_some() {
            return Err("`read` does not belong here".into());
        }
        Ok(Sign {
            at: self.at,
            text: self.text,
            url: self.url,
            title: self.title,
        })
    }
}

impl TryFrom<RawMeaning> for Classifier {
    type Error = String;

    fn try_from(mut raw: RawMeaning) -> Result<Self, String> {
        let then = raw.then.take().ok_or("missing field `then`")?;
        let sign = raw.sign()?;
        Ok(Self { sign, then })
    }
}

impl TryFrom<RawMeaning> for Placed {
    type Error = String;

    fn try_from(mut raw: RawMeaning) -> Result<Self, String> {
        let read = raw.read.take().ok_or("missing field `read`")?;
        let sign = raw.sign()?;
        Ok(Self { sign, read })
    }
}

impl TryFrom<RawMeaning> for Refused {
    type Error = String;

    fn try_from(raw: RawMeaning) -> Result<Self, String> {
        raw.sign().map(Self)
    }
}

/// What a recognised page means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Then {
    Handoff(Handoff),
    /// We are not signed in.
    Login,
    RetryLater,
    Blocked,
    Fail(Fail),
}

impl TryFrom<String> for Then {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let named = |name: &str| toml::Value::String(name.to_owned());
        match text.split_once(' ') {
            Some(("handoff", what)) => named(what).try_into().map(Self::Handoff).map_err(|_| {
                format!("a handoff is code, captcha, terms or approval, not {what:?}")
            }),
            Some(("fail", reason)) => named(reason)
                .try_into()
                .map(Self::Fail)
                .map_err(|_| format!("{reason:?} is no reason to fail")),
            _ if text == "login" => Ok(Self::Login),
            _ if text == "retry_later" => Ok(Self::RetryLater),
            _ if text == "blocked" => Ok(Self::Blocked),
            _ => Err(format!(
                "{text:?} is not one of handoff WHAT, login, retry_later, blocked, fail REASON"
            )),
        }
    }
}

/// `120s`, `15m`, `2h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span(pub(crate) Duration);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            _ => return Err(format!("{text:?} is not a time such as 120s, 15m or 2h")),
        };
        text[..text.len() - 1]
            .parse::<u32>()
            .map(|count| Self(Duration::from_secs(u64::from(count) * unit)))
            .map_err(|_| format!("{text:?} is not a time such as 120s, 15m or 2h"))
    }
}
