//! The one click that cannot be undone: it makes the browser hold the order request, which is
//! compared and, once the intent is committed, let go a single time.
//!
//! **Invariant:** the commit's element is clicked at most once in a visit's life, behind a shut
//! gate. Nothing of the order leaves before [`Visit::release`], which takes what
//! [`Visit::hold`] gave and cannot be repeated. No retry, no lower rank, no refresh. What is not read
//! as placed or refused after an answer that was seen is unknown.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::held::OrderRequest;
use super::pages::shows;
use super::{Clicked, EvidenceKind, Scope, Visit, number_of, text};
use crate::browser::{HeldRequest, LetGo, News, Trouble, Wanted, hosts_of};
use crate::error::SiteError;
use crate::order::{Confirmation, Order};
use crate::recipe::sign::Sign;
use crate::recipe::{Part, Requirement};

const POLL: Duration = Duration::from_millis(100);

/// The order request, held in the browser behind a shut gate. Dropped, it is never sent: the
/// browser ends with its visit.
#[derive(Debug)]
#[must_use]
pub struct Held {
    request: HeldRequest,
    seen: OrderRequest,
}

impl Held {
    /// What is kept of it as evidence.
    pub fn seen(&self) -> &OrderRequest {
        &self.seen
    }
}

/// What came of the released order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Submitted {
    /// The confirmation page was read.
    Placed(Confirmation),
    /// A refusal page was read; its text. The order history has the last word.
    Refused(String),
    /// Anything else.
    Unknown(String),
    /// The held request was failed and the gate was never opened: nothing was sent. The reason.
    NotSent(String),
}

/// What the page shows of the outcome.
enum Outcome {
    Placed,
    Refused(String),
    Nothing,
    /// The browser's own error page: the connection broke.
    Broken,
}

impl Visit {
    /// The commit's element, by its first rank, in this tab.
    pub(super) async fn find_commit(
        &mut self,
        scope: Scope<'_>,
    ) -> Result<super::look::Reachable, SiteError> {
        let name = self.recipe.commit().click.clone();
        let found = self.reach(scope, &name).await?;
        if found.rank > 0 {
            return Err(SiteError::Changed {
                what: "the order button is only found by a lower rank".into(),
                locator: name,
            });
        }
        if !matches!(found.target.as_str(), "" | "_self") {
            return Err(SiteError::Changed {
                what: "the order button opens another tab".into(),
                locator: name,
            });
        }
        Ok(found)
    }

    /// Clicks the staged order's button and holds what the browser then wants to send, compared
    /// with the order. After an error the visit is over, and nothing was sent.
    pub async fn hold(&mut self, order: &Order) -> Result<Held, SiteError> {
        let target = self.may_submit(order).await?;
        self.keep_page("commit").await;
        match self.outcome().await? {
            Outcome::Nothing => {}
            Outcome::Placed | Outcome::Refused(_) | Outcome::Broken => {
                return Err(SiteError::Changed {
                    what: "the review page already looks like an outcome".into(),
                    locator: "commit".into(),
                });
            }
        }
        self.clicked = Clicked::Yes;
        self.staged = None;
        let held = match self.click_and_hold(&target).await {
            Ok(request) => match self.compare_request(order, &request) {
                Ok(seen) => Ok(Held { request, seen }),
                Err(error) => {
                    let _ended = self.session.fail(&request).await;
                    Err(error)
                }
            },
            Err(error) => Err(error),
        };
        match held {
            Ok(held) => {
                let seen = serde_json::to_vec(&held.seen).expect("plain data");
                self.keep("commit", EvidenceKind::Values, seen, "application/json");
                Ok(held)
            }
            Err(error) => {
                self.session.end_at_once().await;
                Err(error)
            }
        }
    }

    async fn click_and_hold(
        &mut self,
        target: &super::look::Reachable,
    ) -> Result<HeldRequest, SiteError> {
        let commit = self.recipe.commit();
        let wanted = Wanted {
            method: commit.request.method.name().to_owned(),
            path: commit.request.path.0.clone(),
            hosts: hosts_of(&self.base, &self.recipe.hosts()),
        };
        let button = commit.click.clone();
        self.session.arm(wanted).await?;
        let until = Instant::now() + self.session.limits().hold;
        let mut click = Box::pin(self.session.press(&target.handle));
        let mut is_pressed = false;
        let mut strays = Vec::new();
        let broken = |what: String| SiteError::Changed {
            what,
            locator: button.clone(),
        };
        loop {
            let news = tokio::select! {
                pressed = &mut click, if !is_pressed => {
                    is_pressed = true;
                    match pressed {
                        Ok(()) => continue,
                        Err(trouble) => return Err(super::act::not_acted(&button, trouble)),
                    }
                }
                news = self.session.news(until) => news,
            };
            match news {
                Some(News::Held(request)) => return Ok(*request),
                Some(News::Stray(what)) => strays.push(what),
                Some(News::Failed(why)) => {
                    return Err(broken(format!("the order request broke off: {why}")));
                }
                // Of a request that was not let go neither can come.
                Some(News::Answered(_) | News::Loaded) => {
                    return Err(broken("the order request was answered unsent".into()));
                }
                None if strays.is_empty() => {
                    return Err(broken("the order button sends no order request".into()));
                }
                None => {
                    let instead = strays.join(", ");
                    return Err(broken(format!(
                        "the order button sends another request, which was stopped: {instead}"
                    )));
                }
            }
        }
    }

    /// Fails the held request for good and ends the browser. `NotSent`, or `Unknown` where the
    /// browser did not confirm it.
    pub async fn withdraw(&mut self, held: Held, why: &str) -> Submitted {
        let failed = self.session.fail(&held.request).await;
        self.session.end_at_once().await;
        match failed {
            Ok(()) => Submitted::NotSent(why.to_owned()),
            Err(trouble) => Submitted::Unknown(format!("{why}; then: {trouble}")),
        }
    }

    /// Lets the held order go, once, before `before` of [`boot_time`](crate::guard::boot_time); to be
    /// called when the intent is committed. Then nothing but listening.
    pub async fn release(&mut self, held: Held, before: Duration) -> Submitted {
        match self.session.let_go(&held.request, before).await {
            LetGo::NotOpened => {
                let why = "the moment for the order had passed";
                return self.withdraw(held, why).await;
            }
            LetGo::Gone => {}
        }
        let submitted = self.await_outcome(&held.request).await;
        let is_seen = match &submitted {
            Submitted::Placed(_) | Submitted::Refused(_) => self.session.disarm().await.is_ok(),
            Submitted::Unknown(_) | Submitted::NotSent(_) => false,
        };
        if !is_seen {
            // Whatever it still holds must not go out.
            self.session.end_at_once().await;
            return submitted;
        }
        // What can still be seen is kept, and cannot change the outcome any more.
        self.keep_page("outcome").await;
        if matches!(submitted, Submitted::Placed(_)) {
            self.keep_values("outcome");
            match self.session.pdf().await {
                Ok(bytes) => self.keep("outcome", EvidenceKind::Pdf, bytes, "application/pdf"),
                Err(error) => tracing::warn!(%error, "the confirmation could not be printed"),
            }
        }
        submitted
    }

    async fn may_submit(&mut self, order: &Order) -> Result<super::look::Reachable, SiteError> {
        let not = |what: &str| {
            Err(SiteError::Changed {
                what: what.to_owned(),
                locator: "commit".into(),
            })
        };
        if self.clicked == Clicked::Yes {
            return not("this visit has already clicked");
        }
        if self.staged.as_ref() != Some(order) {
            return not("this order is not the one that was staged");
        }
        let age = self.reviewed_at.map(|at| at.elapsed());
        for requirement in self.recipe.commit().requires.clone() {
            match requirement {
                // Compared when it was staged; nothing has touched the page since.
                Requirement::ReviewMatches => {}
                Requirement::ReviewAge(limit) if age.is_some_and(|age| age <= limit) => {}
                Requirement::ReviewAge(_) => return not("the review is too old"),
            }
        }
        self.find_commit(Scope::with_order(Part::Review, order))
            .await
    }

    /// Waits for the answer by events alone, then for its page, then looks at it.
    async fn await_outcome(&mut self, request: &HeldRequest) -> Submitted {
        let until = Instant::now() + self.session.limits().commit;
        let status = loop {
            match self.session.news(until).await {
                Some(News::Answered(status)) => break status,
                Some(News::Failed(why)) => return unanswered(&why),
                Some(News::Held(_) | News::Loaded | News::Stray(_)) => {}
                None => return self.too_late("no answer"),
            }
        };
        if request.is_navigation() {
            loop {
                match self.session.news(until).await {
                    Some(News::Loaded) => break,
                    Some(News::Failed(why)) => return unanswered(&why),
                    Some(News::Held(_) | News::Answered(_) | News::Stray(_)) => {}
                    None => return self.too_late("no page"),
                }
            }
        }
        // An error's page does not become a confirmation.
        let until = if status >= 400 {
            until.min(Instant::now() + self.session.limits().query)
        } else {
            until
        };
        loop {
            while let Some(news) = self.session.news(Instant::now()).await {
                if let News::Failed(why) = news {
                    return unanswered(&why);
                }
            }
            match self.outcome().await {
                Ok(Outcome::Placed) => return self.read_confirmation().await,
                Ok(Outcome::Refused(text)) => return Submitted::Refused(text),
                Ok(Outcome::Broken) => return unanswered("the browser shows an error"),
                Ok(Outcome::Nothing) | Err(Trouble::Moved(_) | Trouble::Script(_)) => {}
                Err(trouble) => return Submitted::Unknown(trouble.to_string()),
            }
            if Instant::now() > until {
                return Submitted::Unknown(format!(
                    "the answer, status {status}, says neither that it was placed nor that it was refused"
                ));
            }
            sleep(POLL).await;
        }
    }

    fn too_late(&self, what: &str) -> Submitted {
        let seconds = self.session.limits().commit.as_secs();
        Submitted::Unknown(format!("{what} within {seconds} seconds"))
    }

    async fn outcome(&mut self) -> Result<Outcome, Trouble> {
        let commit = self.recipe.commit().clone();
        let state = self.session.state("").await?;
        if state.is_error_page() {
            return Ok(Outcome::Broken);
        }
        let refused = commit.refused.as_ref().map(|refused| &refused.0);
        let signs: Vec<&Sign> = std::iter::once(&commit.placed.sign)
            .chain(refused)
            .collect();
        let texts = self.signs(&signs).await?;
        let shown = |index: usize| {
            let sign = signs.get(index)?;
            shows(sign, &state, texts.get(index)?.as_deref())
        };
        Ok(if shown(0).is_some() {
            Outcome::Placed
        } else if let Some(text) = shown(1) {
            Outcome::Refused(text)
        } else {
            Outcome::Nothing
        })
    }

    async fn read_confirmation(&mut self) -> Submitted {
        let name = self.recipe.commit().placed.read.clone();
        self.reads.clear();
        // Reading goes through no pages and recognises none: the tab is only looked at.
        match self.read_here(Scope::of(Part::Review), &name).await {
            Ok(row) => match text(&row, "number") {
                Some(number) => Submitted::Placed(Confirmation {
                    number,
                    total: number_of(&row, "total"),
                }),
                None => Submitted::Unknown("the confirmation has no number".into()),
            },
            Err(error) => Submitted::Unknown(format!("the confirmation cannot be read: {error}")),
        }
    }
}

/// An error of the browser or of the guard never says that nothing was sent.
fn unanswered(why: &str) -> Submitted {
    Submitted::Unknown(format!(
        "the connection broke after the order was sent: {why}"
    ))
}
