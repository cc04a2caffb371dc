//! What is done with each request while the gate is shut: the decisions alone, without the
//! browser.
//!
//! Every request of the browser is held (intercepted without a pattern: a narrower one would miss
//! the second leg of a 307). The first unsafe one that is the recipe's order request is kept; every
//! other unsafe one is failed; safe ones are parked until the order's answer has begun, since they
//! would take its one connection.
//!
//! **Invariant:** nothing here continues an unsafe request. The order's one release is made by
//! whoever has committed the intent.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use regex::Regex;
use serde_json::Value as Json;
use url::Url;

use crate::guard::Authority;

/// How the order request is known.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: Regex,
    pub(crate) hosts: Vec<Authority>,
}

impl Wanted {
    fn is(&self, method: &str, url: &Url) -> bool {
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        self.method == method
            && Authority::of(url).is_some_and(|host| self.hosts.contains(&host))
            && self.path.is_match(&path)
    }
}

/// The order request, held in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldRequest {
    /// The browser's name for it; a redirect keeps it.
    pub(super) id: String,
    /// Absent for a request that a script made.
    pub(super) navigation: Option<String>,
    pub(crate) method: String,
    pub(crate) url: Url,
    pub(crate) content_type: String,
    pub(crate) body: Body,
}

impl HeldRequest {
    /// Will its answer be a page of its own.
    pub(crate) fn is_navigation(&self) -> bool {
        self.navigation.is_some()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    None,
    Text(String),
    /// Too long, or with a file: the browser does not show it whole.
    NotShown,
}

/// What the browser is told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Continue(String),
    Fail(String),
    /// The order's answer has begun: the gate may be opened, before anything is continued.
    Open,
    Tell(News),
}

/// What the one who waits is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Held(Box<HeldRequest>),
    /// HTTP status of the order request's own answer; for a redirect that was seen first by its
    /// next leg, 300.
    Answered(u16),
    /// The browser gave up on the order request or on the page that answers it. It says nothing
    /// about what the shop did.
    Failed(String),
    /// The page that answers the order request is there.
    Loaded,
    /// Another unsafe request, failed.
    Stray(String),
}

#[derive(Debug)]
pub(super) struct Watch {
    wanted: Wanted,
    held: Option<HeldRequest>,
    told: Told,
    answered: Answered,
    parked: Vec<String>,
    /// By request.
    bodies: HashMap<String, (String, Body)>,
}

/// Was the held request announced; that waits for its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    No,
    Yes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    No,
    Yes,
}

impl Watch {
    pub(super) fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            held: None,
            told: Told::No,
            answered: Answered::No,
            parked: Vec::new(),
            bodies: HashMap::new(),
        }
    }

    pub(super) fn hear(&mut self, event: &Json) -> Vec<Deed> {
        let params = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "network.beforeRequestSent" if params["isBlocked"] == true => self.blocked(params),
            "goog:cdp.Fetch.requestPaused" => self.paused(&params["params"]),
            "network.responseStarted" if self.is_held(params) && redirects(params) == 0 => {
                let status = params["response"]["status"].as_u64().unwrap_or(0);
                self.answer(u16::try_from(status).unwrap_or(0))
            }
            "network.fetchError" if self.is_held(params) => {
                let text = params["errorText"].as_str().unwrap_or("no reason");
                vec![Deed::Tell(News::Failed(text.to_owned()))]
            }
            "browsingContext.navigationFailed" if self.is_its_page(params) => {
                let text = params["message"].as_str().unwrap_or("the page broke off");
                vec![Deed::Tell(News::Failed(text.to_owned()))]
            }
            "browsingContext.load" if self.is_its_page(params) => vec![Deed::Tell(News::Loaded)],
            _ => Vec::new(),
        }
    }

    fn is_held(&self, params: &Json) -> bool {
        let id = params["request"]["request"].as_str();
        self.held
            .as_ref()
            .is_some_and(|held| Some(held.id.as_str()) == id)
    }

    fn is_its_page(&self, params: &Json) -> bool {
        let navigation = params["navigation"].as_str();
        self.held
            .as_ref()
            .is_some_and(|held| navigation.is_some() && held.navigation.as_deref() == navigation)
    }

    fn answer(&mut self, status: u16) -> Vec<Deed> {
        if self.answered == Answered::Yes {
            return Vec::new();
        }
        self.answered = Answered::Yes;
        let mut deeds = vec![Deed::Open];
        deeds.extend(self.parked.drain(..).map(Deed::Continue));
        deeds.push(Deed::Tell(News::Answered(status)));
        deeds
    }

    fn blocked(&mut self, params: &Json) -> Vec<Deed> {
        let request = &params["request"];
        let id = request["request"].as_str().unwrap_or_default().to_owned();
        let method = request["method"].as_str().unwrap_or_default();
        let url = request["url"].as_str().unwrap_or_default();
        if matches!(method, "GET" | "HEAD" | "OPTIONS") {
            // The next leg of the order itself shows that it was answered.
            let mut deeds = if self.is_held(params) && redirects(params) > 0 {
                self.answer(300)
            } else {
                Vec::new()
            };
            match self.answered {
                Answered::Yes => deeds.push(Deed::Continue(id)),
                Answered::No => self.parked.push(id),
            }
            return deeds;
        }
        let parsed = Url::parse(url).ok();
        let first = self.held.is_none() && redirects(params) == 0;
        match parsed {
            Some(url) if first && self.wanted.is(method, &url) => {
                self.held = Some(HeldRequest {
                    id,
                    navigation: params["navigation"].as_str().map(str::to_owned),
                    method: method.to_owned(),
                    url,
                    content_type: String::new(),
                    body: Body::NotShown,
                });
                self.announce()
            }
            Some(_) | None => {
                // Never the query: it may hold what is nobody's business.
                let shown = url.split(['?', '#']).next().unwrap_or_default();
                let stray = News::Stray(format!("{method} {shown}"));
                vec![Deed::Fail(id), Deed::Tell(stray)]
            }
        }
    }

    /// Chromium's own event for the same request; only this one shows the body.
    fn paused(&mut self, params: &Json) -> Vec<Deed> {
        let Some(id) = params["networkId"].as_str() else {
            return Vec::new();
        };
        let request = &params["request"];
        let kind = request["headers"]
            .as_object()
            .and_then(|headers| {
                let mut headers = headers.iter();
                headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            })
            .and_then(|(_, value)| value.as_str())
            .unwrap_or_default();
        let seen = (kind.to_owned(), body(request));
        self.bodies.entry(id.to_owned()).or_insert(seen);
        self.announce()
    }

    fn announce(&mut self) -> Vec<Deed> {
        let Some(held) = self.held.as_mut().filter(|_| self.told == Told::No) else {
            return Vec::new();
        };
        let Some((kind, body)) = self.bodies.remove(&held.id) else {
            return Vec::new();
        };
        (held.content_type, held.body) = (kind, body);
        self.told = Told::Yes;
        vec![Deed::Tell(News::Held(Box::new(held.clone())))]
    }
}

fn redirects(params: &Json) -> u64 {
    params["redirectCount"].as_u64().unwrap_or(0)
}

fn body(request: &Json) -> Body {
    if let Some(text) = request["postData"].as_str() {
        return Body::Text(text.to_owned());
    }
    if request["hasPostData"] != true {
        return Body::None;
    }
    let entries = request["postDataEntries"].as_array();
    let bytes = entries.and_then(|entries| {
        let pieces: Option<Vec<Vec<u8>>> = entries
            .iter()
            .map(|entry| BASE64_STANDARD.decode(entry["bytes"].as_str()?).ok())
            .collect();
        pieces.map(|pieces| pieces.concat())
    });
    bytes
        .filter(|bytes| !bytes.is_empty())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map_or(Body::NotShown, Body::Text)
}

#[cfg(test)]
mod tests;
