//! The one click that cannot be undone.
//!
//! **Invariant:** the commit's element is clicked at most once in a visit's life; afterwards the
//! tab is only read. No retry, no lower rank, no refresh, no second click. What is not read as
//! placed or refused is unknown.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::pages::shows;
use super::{Clicked, EvidenceKind, Scope, Visit, number_of, text};
use crate::browser::Trouble;
use crate::error::SiteError;
use crate::order::{Confirmation, Order};
use crate::recipe::sign::Sign;
use crate::recipe::{Part, Requirement};

const POLL: Duration = Duration::from_millis(100);

/// What came of the one click.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Submitted {
    /// The confirmation page was read.
    Placed(Confirmation),
    /// A refusal page was read; its text. The order history has the last word.
    Refused(String),
    /// Anything else after the click.
    Unknown(String),
    /// The click was not made: this call sent nothing but questions to the page.
    NotSent(SiteError),
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

    /// Places the staged order: one click, then nothing but looking.
    pub async fn submit(&mut self, order: &Order) -> Submitted {
        self.submit_if(order, || true).await
    }

    /// As [`Self::submit`]; `may_still` is asked right before the click, and no means that the
    /// click is not made. It is for a time limit that the looks before the click could outlast.
    pub async fn submit_if(
        &mut self,
        order: &Order,
        may_still: impl FnOnce() -> bool + Send,
    ) -> Submitted {
        let target = match self.may_submit(order).await {
            Ok(target) => target,
            Err(error) => return Submitted::NotSent(error),
        };
        self.keep_page("commit").await;
        let before = match self.outcome().await {
            Ok(Outcome::Nothing) => Ok(()),
            Ok(Outcome::Placed | Outcome::Refused(_) | Outcome::Broken) => {
                Err(SiteError::Changed {
                    what: "the review page already looks like an outcome".into(),
                    locator: "commit".into(),
                })
            }
            Err(trouble) => Err(trouble.into()),
        };
        if let Err(error) = before {
            return Submitted::NotSent(error);
        }
        if !may_still() {
            let late = "the moment for the click has passed";
            return Submitted::NotSent(SiteError::Driver(late.into()));
        }
        self.clicked = Clicked::Yes;
        self.staged = None;
        let submitted = match self.session.click(&target.handle).await {
            Ok(()) => self.wait_for_outcome().await,
            Err(trouble) => Submitted::Unknown(format!("the click: {trouble}")),
        };
        // Whatever can still be seen is kept, and cannot change the outcome any more.
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

    async fn wait_for_outcome(&mut self) -> Submitted {
        let until = Instant::now() + self.session.limits().commit;
        loop {
            match self.outcome().await {
                Ok(Outcome::Placed) => return self.read_confirmation().await,
                Ok(Outcome::Refused(text)) => return Submitted::Refused(text),
                Ok(Outcome::Broken) => {
                    return Submitted::Unknown("the connection broke after the click".into());
                }
                Ok(Outcome::Nothing) | Err(Trouble::Moved(_) | Trouble::Script(_)) => {}
                Err(trouble) => return Submitted::Unknown(trouble.to_string()),
            }
            if Instant::now() > until {
                let seconds = self.session.limits().commit.as_secs();
                return Submitted::Unknown(format!("no outcome within {seconds} seconds"));
            }
            sleep(POLL).await;
        }
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
