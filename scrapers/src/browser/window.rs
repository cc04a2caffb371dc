//! The commit window of a session: from the shut gate to the order's answer.
//!
//! In it the browser is spoken to by BiDi alone. A classic command would wait for the held
//! request, and the release would wait for that command (`ChromeDriver` 156).
//!
//! **Invariant:** the gate is shut before anything is intercepted, and the order request is
//! continued at most once, after the guard has given its one permit.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout_at;
use url::Url;

use super::bidi::{Bidi, Events};
use super::session::{Handle, SCRIPT, Session};
use super::trouble::Trouble;
use super::watch::{Deed, HeldRequest, News, Wanted, Watch};
use crate::guard::{Asked, Authority, Guard};

/// One look at a page; while a navigation is under way the browser does not answer it.
const LOOK: Duration = Duration::from_secs(3);
const EVENTS: [&str; 6] = [
    "network.beforeRequestSent",
    "network.responseStarted",
    "network.fetchError",
    "browsingContext.load",
    "browsingContext.navigationFailed",
    "goog:cdp.Fetch.requestPaused",
];

/// The session's second language, once it was asked for.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) bidi: Arc<Bidi>,
    /// Taken by the window.
    events: Option<Events>,
    /// The tab.
    context: String,
}

/// Open from [`Session::arm`] to [`Session::disarm`].
#[derive(Debug)]
pub(super) struct Window {
    intercept: String,
    news: mpsc::UnboundedReceiver<News>,
    watching: JoinHandle<()>,
}

impl Drop for Window {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

/// Was the order request let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetGo {
    /// The gate stayed shut: its time is over.
    NotOpened,
    /// From here on nobody knows, until its answer is seen.
    Gone,
}

impl Session {
    /// Names the hosts of the shop to the guard; the browser reaches no other.
    pub(crate) fn serve(&self, hosts: impl IntoIterator<Item = Authority>) {
        if let Some(guard) = &self.guard {
            guard.serve(hosts);
        }
    }

    /// Gets ready for [`Self::arm`], before the review page is loaded: a request that a service
    /// worker made would not be seen.
    pub(crate) async fn prepare(&mut self) -> Result<(), Trouble> {
        if self.guard.is_none() {
            let what = "orders are not placed through this WebDriver server: set \
                webdriver.guard_address, under which its browsers reach this daemon";
            return Err(Trouble::Said(what.into()));
        }
        if self.line.is_some() {
            return Ok(());
        }
        let url = self
            .capability("webSocketUrl")
            .ok_or_else(|| Trouble::Gone("the driver has no BiDi".into()))?;
        let client = self.client.clone();
        let tab = self.command("naming the tab", client.window()).await?;
        let context = String::from(tab);
        let limit = self.limits().command;
        let (bidi, events) = Bidi::connect(&url, limit).await?;
        self.line = Some(Line {
            bidi: Arc::new(bidi),
            events: Some(events),
            context: context.clone(),
        });
        self.tell("session.subscribe", json!({ "events": EVENTS }))
            .await?;
        let session = self
            .tell("goog:cdp.getSession", json!({ "context": context }))
            .await?;
        let bypass = json!({
            "method": "Network.setBypassServiceWorker",
            "params": { "bypass": true },
            "session": session["session"],
        });
        self.tell("goog:cdp.sendCommand", bypass).await?;
        Ok(())
    }

    /// One BiDi command with its answer; one that hangs ends the browser.
    async fn tell(&mut self, method: &'static str, params: Json) -> Result<Json, Trouble> {
        let Some(bidi) = self.bidi() else {
            return Err(Trouble::Gone("there is no BiDi connection".into()));
        };
        let limit = self.limits().command;
        match bidi.command(method, &params, limit).await {
            Err(trouble @ Trouble::TimedOut { .. }) => {
                tracing::warn!(method, "BiDi does not answer; the browser is ended");
                self.end_at_once().await;
                Err(trouble)
            }
            other => other,
        }
    }

    fn bidi(&self) -> Option<Arc<Bidi>> {
        self.line.as_ref().map(|line| Arc::clone(&line.bidi))
    }

    fn context(&self) -> &str {
        self.line.as_ref().map_or("", |line| line.context.as_str())
    }

    /// Shuts the gate and holds every request from here on. After an error the browser is to be
    /// ended; nothing can have gone out.
    pub(crate) async fn arm(&mut self, wanted: Wanted) -> Result<(), Trouble> {
        let (Some(guard), Some(bidi)) = (self.guard.clone(), self.bidi()) else {
            return Err(Trouble::Said("the session is not prepared".into()));
        };
        let events = self.line.as_mut().and_then(|line| line.events.take());
        let Some(mut events) = events else {
            return Err(Trouble::Said("a session has one commit window".into()));
        };
        guard.shut();
        while events.try_recv().is_ok() {}
        let (tell, news) = mpsc::unbounded_channel();
        let watching = tokio::spawn(watch(events, Watch::new(wanted), bidi, guard, tell));
        self.window = Some(Window {
            intercept: String::new(),
            news,
            watching,
        });
        // Without patterns: a narrower one would miss the second leg of a redirect.
        let added = self
            .tell(
                "network.addIntercept",
                json!({ "phases": ["beforeRequestSent"] }),
            )
            .await?;
        if let (Some(window), Some(id)) = (&mut self.window, added["intercept"].as_str()) {
            id.clone_into(&mut window.intercept);
        }
        Ok(())
    }

    /// One trusted click, beside which the news are heard. Its answer says nothing about the
    /// request.
    pub(crate) fn press(
        &self,
        handle: &Handle,
    ) -> impl Future<Output = Result<(), Trouble>> + Send + use<> {
        let params = json!({ "context": self.context(), "actions": [{
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
            "actions": [
                { "type": "pointerMove", "x": 0, "y": 0,
                  "origin": { "type": "element", "element": { "sharedId": handle.id() } } },
                { "type": "pointerDown", "button": 0 },
                { "type": "pointerUp", "button": 0 },
            ],
        }]});
        let (bidi, limit) = (self.bidi(), self.limits().command);
        async move {
            match bidi {
                Some(bidi) => bidi
                    .command("input.performActions", &params, limit)
                    .await
                    .map(drop),
                None => Err(Trouble::Gone("there is no BiDi connection".into())),
            }
        }
    }

    /// What the window has seen next; `None` when nothing came until then.
    pub(crate) async fn news(&mut self, until: Instant) -> Option<News> {
        let news = &mut self.window.as_mut()?.news;
        timeout_at(until.into(), news.recv()).await.ok().flatten()
    }

    /// Lets the order request go, through one connection and before `before` of
    /// [`boot_time`](crate::guard::boot_time). Never called twice for a request.
    pub(crate) async fn let_go(&mut self, held: &HeldRequest, before: Duration) -> LetGo {
        let asked = Asked::for_request(&held.method, &held.url);
        let (Some(guard), Some(bidi), Some(asked)) = (&self.guard, self.bidi(), asked) else {
            return LetGo::NotOpened;
        };
        if !guard.allow_one(asked, before) {
            return LetGo::NotOpened;
        }
        let request = json!({ "request": held.id });
        let limit = self.limits().command;
        let answer = bidi.command("network.continueRequest", &request, limit);
        if let Err(trouble) = answer.await {
            // It may have gone all the same.
            tracing::warn!(%trouble, "the release of the order request was not confirmed");
        }
        LetGo::Gone
    }

    /// Fails the held request in the browser; an error leaves it held.
    pub(crate) async fn fail(&mut self, held: &HeldRequest) -> Result<(), Trouble> {
        let request = json!({ "request": held.id });
        self.tell("network.failRequest", request).await.map(drop)
    }

    /// Ends the window after an answer that was read: the session is as it was before.
    pub(crate) async fn disarm(&mut self) -> Result<(), Trouble> {
        let intercept = match &self.window {
            Some(window) => json!({ "intercept": window.intercept }),
            None => return Ok(()),
        };
        self.tell("network.removeIntercept", intercept).await?;
        self.window = None;
        Ok(())
    }

    /// Asks the engine's script by BiDi. A page on its way does not answer; that ends nothing.
    pub(super) async fn ask_by_bidi(
        &mut self,
        operation: &str,
        argument: &Json,
    ) -> Result<Json, Trouble> {
        let Some(bidi) = self.bidi() else {
            return Err(Trouble::Gone("there is no BiDi connection".into()));
        };
        let text = |text: String| json!({ "type": "string", "value": text });
        let function = format!(
            "function () {{ const look = function () {{\n{SCRIPT}\n}}; \
             return JSON.stringify(look(arguments[0], JSON.parse(arguments[1]))) ?? 'null'; }}"
        );
        let params = json!({
            "functionDeclaration": function,
            "awaitPromise": false,
            "target": { "context": self.context() },
            "arguments": [text(operation.to_owned()), text(argument.to_string())],
        });
        let answer = match bidi.command("script.callFunction", &params, LOOK).await {
            Ok(answer) => answer,
            Err(Trouble::TimedOut { what }) => {
                return Err(Trouble::Moved(format!("{what} is not answered yet")));
            }
            Err(trouble) => return Err(trouble),
        };
        match answer["result"]["value"].as_str() {
            Some(value) => {
                serde_json::from_str(value).map_err(|error| Trouble::Said(error.to_string()))
            }
            None => {
                let text = answer["exceptionDetails"]["text"].as_str();
                Err(Trouble::Script(text.unwrap_or("no value").to_owned()))
            }
        }
    }
}

/// Does what the [`Watch`] decides, in the order of the events.
async fn watch(
    mut events: Events,
    mut watch: Watch,
    bidi: Arc<Bidi>,
    guard: Arc<Guard>,
    tell: mpsc::UnboundedSender<News>,
) {
    while let Some(event) = events.recv().await {
        for deed in watch.hear(&event) {
            match deed {
                Deed::Continue(id) => {
                    bidi.send("network.continueRequest", &json!({ "request": id }));
                }
                Deed::Fail(id) => bidi.send("network.failRequest", &json!({ "request": id })),
                Deed::Open => guard.open(),
                Deed::Tell(news) => {
                    let _gone = tell.send(news);
                }
            }
        }
    }
}

/// The shop's own host by http and https, and what else its recipe names.
pub(crate) fn hosts_of(base: &Url, others: &[Authority]) -> Vec<Authority> {
    let mut hosts: Vec<Authority> = Authority::of(base).into_iter().collect();
    if base.port().is_none()
        && let Some(host) = base.host_str()
    {
        hosts.extend([80, 443].map(|port| Authority::new(host, port)));
    }
    hosts.extend(others.iter().cloned());
    hosts
}
