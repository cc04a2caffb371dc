//! Acting on the page: each action once, with a look before and a wait after.
//!
//! **Invariant:** an action is repeated only when the driver says that the element was gone
//! before the action could leave.

use std::time::Instant;

use tokio::time::sleep;
use url::Url;

use super::look::POLL;
use super::pages::quote;
use super::{Scope, Visit};
use crate::browser::{Answer, Handle, Leaves, Trouble};
use crate::error::SiteError;
use crate::recipe::step::{Dialog, Reply};
use crate::recipe::template::{Template, Var, url_escape};

impl Visit {
    /// The address of a recipe's path, below the base; one that was read must be the site's own.
    pub(super) fn address(&self, scope: Scope<'_>, path: &Template) -> Result<Url, SiteError> {
        if let Some(var @ (Var::LineUrl | Var::LinePage | Var::PastUrl)) = path.only_var() {
            let read = self.var(scope, var)?;
            let url = self.base.join(&read).ok();
            return url
                .filter(|url| url.origin() == self.base.origin())
                .ok_or_else(|| SiteError::Changed {
                    what: "this is no address of the site".into(),
                    locator: quote(&read),
                });
        }
        let path = path.render(|var| self.var(scope, var).map(|text| url_escape(&text)))?;
        let base = self.base.as_str().trim_end_matches('/');
        let whole = if path.starts_with('/') {
            format!("{base}{path}")
        } else {
            format!("{base}/{path}")
        };
        Url::parse(&whole).map_err(|error| SiteError::Changed {
            what: format!("this is no address: {error}"),
            locator: path,
        })
    }

    pub(super) async fn go(&mut self, scope: Scope<'_>, url: &Url) -> Result<(), SiteError> {
        sleep(self.recipe.pace()).await;
        let token = self.session.mark().await?;
        match self.session.go(url).await {
            Ok(()) => {}
            Err(Trouble::Said(text)) if text.contains("net::ERR") => {
                return Err(SiteError::Unavailable("it does not answer".into()));
            }
            Err(trouble) => return Err(trouble.into()),
        }
        self.arrive(scope, &token, Leaves::Always).await
    }

    pub(super) async fn click(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        dialog: Option<&Dialog>,
    ) -> Result<(), SiteError> {
        let token = self.press_on(scope, name).await?;
        self.pressed(scope, name, dialog, &token).await
    }

    /// What follows the click itself.
    pub(super) async fn pressed(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        dialog: Option<&Dialog>,
        token: &str,
    ) -> Result<(), SiteError> {
        if let Some(dialog) = dialog {
            self.answer(name, dialog).await?;
        }
        self.arrive(scope, token, Leaves::Maybe).await
    }

    /// The click itself; what it started must be waited for with the token.
    pub(super) async fn press_on(
        &mut self,
        scope: Scope<'_>,
        name: &str,
    ) -> Result<String, SiteError> {
        // A page that draws itself anew takes the element away between look and action.
        let until = Instant::now() + self.session.limits().query;
        loop {
            sleep(self.recipe.pace()).await;
            let target = self.reach(scope, name).await?;
            let token = self.session.mark().await?;
            match self.session.click(&target.handle).await {
                Ok(()) => {
                    self.note_rank(name, target.rank);
                    return Ok(token);
                }
                // Said before the click leaves.
                Err(Trouble::Stale(_)) if Instant::now() < until => {}
                Err(trouble) => return Err(not_acted(name, trouble)),
            }
        }
    }

    /// The button to the next page of rows, which was found just now.
    pub(super) async fn click_next(
        &mut self,
        scope: Scope<'_>,
        button: &Handle,
    ) -> Result<(), SiteError> {
        sleep(self.recipe.pace()).await;
        let token = self.session.mark().await?;
        match self.session.click(button).await {
            Ok(()) => self.arrive(scope, &token, Leaves::Maybe).await,
            Err(trouble) => Err(not_acted("next", trouble)),
        }
    }

    /// Answers what the page asks after a click.
    async fn answer(&mut self, name: &str, dialog: &Dialog) -> Result<(), SiteError> {
        let until = Instant::now() + self.session.limits().query;
        let question = loop {
            match self.session.question().await {
                Ok(question) => break question,
                Err(Trouble::Said(_)) if Instant::now() < until => sleep(POLL).await,
                Err(Trouble::Said(_)) => {
                    return Err(SiteError::Changed {
                        what: "the page does not ask".into(),
                        locator: name.to_owned(),
                    });
                }
                Err(trouble) => return Err(trouble.into()),
            }
        };
        let expected = dialog
            .says
            .as_ref()
            .is_none_or(|says| says.0.is_match(&question));
        let answer = match dialog.reply {
            Reply::Accept if expected => Answer::Accept,
            Reply::Accept | Reply::Dismiss => Answer::Dismiss,
        };
        self.session.answer(answer).await?;
        if expected {
            Ok(())
        } else {
            Err(SiteError::Changed {
                what: format!("the page asks something else: {}", quote(&question)),
                locator: name.to_owned(),
            })
        }
    }
}

pub(super) fn not_acted(name: &str, trouble: Trouble) -> SiteError {
    match trouble {
        Trouble::Stale(what) | Trouble::Blocked(what) => SiteError::Changed {
            what: quote(&what),
            locator: name.to_owned(),
        },
        Trouble::TimedOut { .. }
        | Trouble::Asked(_)
        | Trouble::Gone(_)
        | Trouble::Moved(_)
        | Trouble::Script(_)
        | Trouble::Said(_) => trouble.into(),
    }
}
