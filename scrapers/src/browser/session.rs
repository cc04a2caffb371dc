//! One `WebDriver` session: each command with its own time-out.
//!
//! **Invariant:** after one time-out no further command is sent; the session is deleted over
//! another connection and the group is killed, behind a shut gate.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value as Json, json};
use tokio::time::{sleep, timeout};
use url::Url;
use uuid::Uuid;

use super::capabilities::capabilities;
use super::driver::Driver;
use super::trouble::Trouble;
use super::window::{Line, Window};
use super::{BrowserSettings, Death, Limits};
use crate::error::SiteError;
use crate::guard::Guard;

pub(super) const SCRIPT: &str = include_str!("page.js");
/// How the W3C names an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long a page may take to begin leaving after a click.
const LEAVE: Duration = Duration::from_millis(200);
/// Milliseconds without a change after which a page that stays is done.
const QUIET: u64 = 100;
/// A page that never comes to rest, for example by a moving picture, is not waited for longer.
const RESTLESS: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(25);
/// For ending what does not answer any more.
const FAREWELL: Duration = Duration::from_secs(2);

/// An open browser with one tab.
#[derive(Debug)]
pub struct Session {
    pub(super) client: Client,
    id: String,
    url: Url,
    driver: Option<Driver>,
    limits: Limits,
    /// Set once the session is over; nothing is sent after that.
    over: Option<Death>,
    /// Absent on a driver that is not ours and cannot reach this process.
    pub(super) guard: Option<Arc<Guard>>,
    pub(super) line: Option<Line>,
    /// While it is open no classic command is sent.
    pub(super) window: Option<Window>,
}

/// An element of the page that is shown now.
#[derive(Clone, Debug)]
pub(crate) struct Handle(String);

impl Handle {
    /// From a field of the script's answer.
    pub(crate) fn of(json: &Json) -> Option<Self> {
        json.get(ELEMENT)?.as_str().map(|id| Self(id.to_owned()))
    }

    pub(crate) fn json(&self) -> Json {
        json!({ ELEMENT: self.0 })
    }

    /// The same in BiDi, where it is called a shared id.
    pub(super) fn id(&self) -> &str {
        &self.0
    }
}

/// What came of an action that may have left the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Settle {
    Stayed,
    NewPage,
    /// The browser shows its own error page.
    NoAnswer,
    /// The page was left, and nothing came in time.
    TooSlow,
}

/// The page as it is now.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct PageState {
    pub(crate) marked: bool,
    pub(crate) leaving: bool,
    /// Milliseconds since the page last changed.
    pub(crate) quiet: u64,
    pub(crate) ready: String,
    pub(crate) url: String,
    pub(crate) path: String,
    pub(crate) title: String,
    /// HTTP status, 0 when the browser does not tell.
    pub(crate) status: u16,
}

impl PageState {
    pub(crate) fn is_error_page(&self) -> bool {
        self.url.starts_with("chrome-error:") || self.url.starts_with("about:neterror")
    }
}

impl Session {
    pub(super) async fn open(
        url: Url,
        driver: Option<Driver>,
        guard: Option<Guard>,
        settings: &BrowserSettings,
    ) -> Result<Self, SiteError> {
        let capabilities = capabilities(settings, driver.as_ref(), guard.as_ref());
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let opened = timeout(settings.limits.start, builder.connect(url.as_str())).await;
        let failed = match opened {
            Ok(Ok(client)) => match timeout(settings.limits.command, client.session_id()).await {
                Ok(Ok(Some(id))) => {
                    return Ok(Self {
                        client,
                        id,
                        url,
                        driver,
                        limits: settings.limits,
                        over: None,
                        guard: guard.map(Arc::new),
                        line: None,
                        window: None,
                    });
                }
                Ok(Ok(None) | Err(_)) | Err(_) => "the new session has no id".to_owned(),
            },
            Ok(Err(error)) => format!("no browser session: {error}"),
            Err(_) => "the browser does not start in time".to_owned(),
        };
        if let Some(mut driver) = driver {
            driver.end().await;
        }
        Err(SiteError::Driver(failed))
    }

    /// This run's own folder; absent where the driver is not ours.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.driver.as_ref().map(Driver::folder)
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// What the driver said about itself and the browser.
    pub(super) fn versions(&self) -> (String, String) {
        let of = |path: &[&str]| {
            let capabilities = self.client.capabilities();
            let mut value = capabilities.and_then(|all| all.get(path[0]));
            for key in &path[1..] {
                value = value.and_then(|value| value.get(*key));
            }
            value.and_then(Json::as_str).unwrap_or("unknown").to_owned()
        };
        let driver = of(&["chrome", "chromedriverVersion"]);
        let driver = driver.split(' ').next().unwrap_or_default().to_owned();
        (driver, of(&["browserVersion"]))
    }

    pub(super) fn capability(&self, name: &str) -> Option<String> {
        let value = self.client.capabilities()?.get(name)?;
        value.as_str().map(str::to_owned)
    }

    /// Ends the browser and says whether it is known to be gone.
    pub async fn close(mut self) -> Death {
        self.end(FAREWELL).await
    }

    /// Ends a browser that may hold the order request or have it in its hands.
    pub(crate) async fn end_at_once(&mut self) {
        self.end(FAREWELL).await;
    }

    async fn end(&mut self, patience: Duration) -> Death {
        if let Some(death) = &self.over {
            return death.clone();
        }
        // Before anything else: an ending browser sends what it holds.
        if let Some(guard) = &self.guard {
            guard.shut();
        }
        let was_armed = self.window.take().is_some();
        if let Some(driver) = self.driver.as_mut().filter(|_| was_armed) {
            let death = driver.end().await;
            self.over = Some(death.clone());
            return death;
        }
        // Over another connection: a command that hangs blocks its own.
        let goodbye = async {
            let other = HttpConnector::new();
            match Client::with_existing_session(self.url.as_str(), &self.id, other).await {
                Ok(client) => client.close().await,
                Err(_) => Ok(()),
            }
        };
        let deleted = timeout(patience, goodbye).await;
        let death = match &mut self.driver {
            Some(driver) => driver.end().await,
            None => Death::Unproven {
                why: match deleted {
                    Ok(Ok(())) => "the session was deleted at a driver that is not ours".to_owned(),
                    Ok(Err(_)) | Err(_) => "the driver is not ours and did not answer".to_owned(),
                },
            },
        };
        self.over = Some(death.clone());
        death
    }

    pub(super) async fn command<T>(
        &mut self,
        what: &'static str,
        run: impl Future<Output = Result<T, CmdError>>,
    ) -> Result<T, Trouble> {
        if self.over.is_some() {
            return Err(Trouble::Gone("the browser is closed".into()));
        }
        if self.window.is_some() {
            let why = format!("{what}: no classic command while the order is on its way");
            return Err(Trouble::Said(why));
        }
        match timeout(self.limits.command, run).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                let trouble = Trouble::from(error);
                if matches!(trouble, Trouble::Asked(_)) {
                    // Nobody foresaw the question; no is the answer that changes least.
                    let no = timeout(self.limits.command, self.client.dismiss_alert()).await;
                    tracing::warn!(what, %trouble, dismissed = matches!(no, Ok(Ok(()))), "a dialog");
                }
                Err(trouble)
            }
            Err(_) => {
                tracing::warn!(
                    what,
                    "a browser command was not answered; the browser is ended"
                );
                self.end(FAREWELL).await;
                Err(Trouble::TimedOut { what })
            }
        }
    }

    /// Asks the engine's script.
    pub(crate) async fn ask(&mut self, operation: &str, argument: Json) -> Result<Json, Trouble> {
        if self.window.is_some() {
            return self.ask_by_bidi(operation, &argument).await;
        }
        let client = self.client.clone();
        let arguments = vec![operation.into(), argument];
        let asked = self.command("looking at the page", client.execute(SCRIPT, arguments));
        // ChromeDriver 156 answers a selector that is none as an "invalid element state".
        asked.await.map_err(|trouble| match trouble {
            Trouble::Blocked(text) => Trouble::Script(text),
            other => other,
        })
    }

    pub(crate) async fn state(&mut self, token: &str) -> Result<PageState, Trouble> {
        let state = self.ask("state", token.into()).await?;
        if state.is_null() {
            // A new window before its first page.
            return Err(Trouble::Moved("there is no page yet".into()));
        }
        serde_json::from_value(state).map_err(|error| Trouble::Said(error.to_string()))
    }

    /// Marks the page that is shown, to know it from the next.
    pub(crate) async fn mark(&mut self) -> Result<String, Trouble> {
        let token = Uuid::new_v4().simple().to_string();
        self.ask("mark", token.as_str().into()).await?;
        Ok(token)
    }

    /// Starts loading; [`Self::settle`] waits for it.
    pub(crate) async fn go(&mut self, url: &Url) -> Result<(), Trouble> {
        let client = self.client.clone();
        self.command("opening a page", client.goto(url.as_str()))
            .await
    }

    /// Waits until the page that `token` marked was left and the next one is there, or until it
    /// is clear that it stays. `leaves` says that it must be left.
    pub(crate) async fn settle(&mut self, token: &str, leaves: Leaves) -> Result<Settle, Trouble> {
        let begun = Instant::now();
        loop {
            let late = begun.elapsed() > self.limits.page;
            match self.state(token).await {
                Ok(state) if state.is_error_page() && !state.marked => return Ok(Settle::NoAnswer),
                Ok(state) if !state.marked => {
                    if state.ready == "complete" || (late && state.ready == "interactive") {
                        match self.ask("idle", Json::Null).await {
                            Ok(_) => return Ok(Settle::NewPage),
                            // It was only a station on the way.
                            Err(Trouble::Moved(_)) => {}
                            Err(trouble) => return Err(trouble),
                        }
                    }
                }
                Ok(state) => {
                    let stays = leaves == Leaves::Maybe && !state.leaving;
                    let calm = state.quiet >= QUIET || begun.elapsed() > RESTLESS;
                    if stays && calm && begun.elapsed() > LEAVE {
                        return Ok(Settle::Stayed);
                    }
                }
                // Between two pages there is nothing to ask.
                Err(Trouble::Moved(_)) => {}
                Err(trouble) => return Err(trouble),
            }
            if late {
                return Ok(Settle::TooSlow);
            }
            sleep(POLL).await;
        }
    }

    fn element(&self, handle: &Handle) -> Element {
        Element::from_element_id(self.client.clone(), ElementRef::from(handle.0.clone()))
    }

    pub(crate) async fn click(&mut self, handle: &Handle) -> Result<(), Trouble> {
        let element = self.element(handle);
        self.command("a click", element.click()).await
    }

    /// Replaces what is in a field.
    pub(crate) async fn fill(&mut self, handle: &Handle, text: &str) -> Result<(), Trouble> {
        let element = self.element(handle);
        self.command("clearing a field", element.clear()).await?;
        self.command("filling a field", element.send_keys(text))
            .await
    }

    pub(crate) async fn screenshot(&mut self) -> Result<Vec<u8>, Trouble> {
        let client = self.client.clone();
        self.command("a screenshot", client.screenshot()).await
    }

    pub(crate) async fn source(&mut self) -> Result<String, Trouble> {
        let client = self.client.clone();
        self.command("reading the page", client.source()).await
    }

    pub(crate) async fn pdf(&mut self) -> Result<Vec<u8>, Trouble> {
        let client = self.client.clone();
        let print = fantoccini::wd::PrintConfiguration::default();
        self.command("printing the page", client.print(print)).await
    }
}

/// Must an action lead to another page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    Always,
    Maybe,
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(guard) = &self.guard {
            guard.shut();
        }
    }
}
