//! What shows which page this is, and what a page means.

use regex::Regex;
use serde::{Deserialize, Deserializer};

use super::locator::Alternatives;
use super::step::Fail;
use crate::error::Handoff;

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
pub(super) struct RawMeaning {
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
