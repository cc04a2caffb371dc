//! Acting on the page: each action once, with a look before and a wait after.
//!
//! **Invariant:** an action is repeated only when the driver says that the element was gone
//! before the action could leave.

use serde_json::json;
use tokio::time::sleep;
use url::Url;

use super::pages::{quote, refusal};
use super::{Scope, Visit};
use crate::browser::{Handle, Leaves, Trouble};
use crate::error::SiteError;
use crate::recipe::step::Fail;
use crate::recipe::template::{Template, Var, url_escape};

/// How often an element may be gone between look and action.
const LOOKS: u32 = 3;

impl Visit {
    /// The address of a recipe's path, below the base.
    pub(super) fn address(&self, scope: Scope<'_>, path: &Template) -> Result<Url, SiteError> {
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

    pub(super) async fn click(&mut self, scope: Scope<'_>, name: &str) -> Result<(), SiteError> {
        let mut looks = 0;
        loop {
            sleep(self.recipe.pace()).await;
            let target = self.reach(scope, name).await?;
            let token = self.session.mark().await?;
            match self.session.click(&target.handle).await {
                Ok(()) => {
                    self.note_rank(name, target.rank);
                    return self.arrive(scope, &token, Leaves::Maybe).await;
                }
                // Said before the click leaves.
                Err(Trouble::Stale(_)) if looks < LOOKS => looks += 1,
                Err(trouble) => return Err(not_acted(name, trouble)),
            }
        }
    }

    pub(super) async fn fill(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        with: &Template,
    ) -> Result<(), SiteError> {
        let text = with.render(|var| self.var(scope, var))?;
        sleep(self.recipe.pace()).await;
        let target = self.reach(scope, name).await?;
        if let Err(trouble) = self.session.fill(&target.handle, &text).await {
            return Err(not_acted(name, trouble));
        }
        self.note_rank(name, target.rank);
        let question = json!({ "el": target.handle.json(), "value": text });
        let taken = match self.session.ask("taken", question).await {
            Ok(taken) => taken,
            // A page that reloads itself on a change.
            Err(Trouble::Moved(_) | Trouble::Stale(_)) => return self.recognise(scope).await,
            Err(trouble) => return Err(trouble.into()),
        };
        match taken["refusal"].as_str() {
            Some(words) if with.vars().any(|var| var == Var::LineQty) => {
                Err(refusal(scope, Fail::Quantity, None, quote(words)))
            }
            Some(words) => Err(SiteError::Changed {
                what: format!(
                    "the field does not take what was filled in: {}",
                    quote(words)
                ),
                locator: name.to_owned(),
            }),
            None if taken["held"] == true => Ok(()),
            None => Err(SiteError::Changed {
                what: "the field does not keep what was filled in".into(),
                locator: name.to_owned(),
            }),
        }
    }

    pub(super) async fn select(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        with: &Template,
    ) -> Result<(), SiteError> {
        let wanted = with.render(|var| self.var(scope, var))?;
        sleep(self.recipe.pace()).await;
        let target = self.reach(scope, name).await?;
        let question = json!({ "el": target.handle.json(), "wanted": wanted });
        let found = self.session.ask("option", question).await?;
        self.note_rank(name, target.rank);
        let option = match (found["count"].as_i64(), Handle::of(&found["el"])) {
            (Some(1), Some(option)) => option,
            (Some(-1), _) => {
                return Err(SiteError::Changed {
                    what: "this is no list to select from".into(),
                    locator: name.to_owned(),
                });
            }
            (count, _) => {
                return Err(SiteError::Changed {
                    what: format!("{} entries read {wanted:?}", count.unwrap_or_default()),
                    locator: name.to_owned(),
                });
            }
        };
        if found["chosen"] == true {
            return Ok(());
        }
        let token = self.session.mark().await?;
        match self.session.click(&option).await {
            Ok(()) => self.arrive(scope, &token, Leaves::Maybe).await,
            Err(trouble) => Err(not_acted(name, trouble)),
        }
    }
}

fn not_acted(name: &str, trouble: Trouble) -> SiteError {
    match trouble {
        Trouble::Stale(what) | Trouble::Blocked(what) => SiteError::Changed {
            what: quote(&what),
            locator: name.to_owned(),
        },
        Trouble::TimedOut { .. }
        | Trouble::Gone(_)
        | Trouble::Moved(_)
        | Trouble::Script(_)
        | Trouble::Said(_) => trouble.into(),
    }
}
