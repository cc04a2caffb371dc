//! Looking for elements.
//!
//! **Invariant:** nothing here acts on the page; all of it may be repeated.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tokio::time::sleep;

use super::expect::Aware;
use super::pages::refusal;
use super::{Note, Scope, Visit};
use crate::browser::{Handle, Trouble};
use crate::error::SiteError;
use crate::recipe::locator::Alternatives;
use crate::recipe::step::Fail;
use crate::recipe::template::Var;
use crate::value;

pub(super) const POLL: Duration = Duration::from_millis(50);
/// Between two looks that must see an element at the same place.
const STILL: Duration = Duration::from_millis(20);
/// How long the first rank is waited for before a lower one is taken.
const GRACE: Duration = Duration::from_secs(1);

/// An element that an action would reach.
pub(super) struct Reachable {
    pub(super) handle: Handle,
    pub(super) rank: usize,
    /// Whether a check box or radio button is on; absent for anything else.
    pub(super) checked: Option<bool>,
    /// Where a form or link would open its answer; empty for this tab.
    pub(super) target: String,
}

impl Visit {
    /// The value of a recipe's variable.
    pub(super) fn var(&self, scope: Scope<'_>, var: Var) -> Result<String, SiteError> {
        let line = scope.order.and_then(|order| order.lines.get(scope.line?));
        let point = self.recipe.money().decimal;
        let found = match var {
            Var::LineSku => line.map(|line| line.sku.clone()),
            Var::LineQty => line.map(|line| value::show_decimal(line.quantity, 3, point)),
            Var::LineUnit => line.map(|line| line.unit.clone()),
            Var::LineUrl => scope
                .line
                .and_then(|line| self.line_urls.get(&line).cloned()),
            Var::LinePage => {
                let page = line.and_then(|line| self.recipe.product(&line.sku));
                let text = "the recipe's table [products] does not have it";
                Some(
                    page.map(str::to_owned)
                        .ok_or_else(|| refusal(scope, Fail::UnknownItem, None, text.into()))?,
                )
            }
            Var::Address(part) => {
                let key = scope.order.map(|order| order.address.key.as_str());
                let found = key.and_then(|key| self.recipe.address(key, part));
                let text = "the recipe's table [address] does not have it";
                Some(
                    found
                        .map(str::to_owned)
                        .ok_or_else(|| refusal(scope, Fail::Address, None, text.into()))?,
                )
            }
            Var::OrderPo => scope.order.map(|order| order.reference.clone()),
            Var::OrderAddress => scope.order.map(|order| order.address.key.clone()),
            Var::OrderCurrency => scope.order.map(|order| order.currency.clone()),
            Var::PastNumber => scope.past.map(str::to_owned),
            Var::PastUrl => scope.past_url.map(str::to_owned),
            Var::SecretUser => Some(self.secrets.user.clone()),
            Var::SecretPassword => Some(self.secrets.password.clone()),
        };
        found.ok_or_else(|| SiteError::Changed {
            what: format!("{{{var}}} has no value here"),
            locator: format!("flow {}", scope.part.name()),
        })
    }

    pub(super) fn ranked(
        &self,
        scope: Scope<'_>,
        alternatives: &Alternatives,
    ) -> Result<Json, SiteError> {
        alternatives.json(&mut |var| self.var(scope, var))
    }

    /// Is the named element there now; several are a change of the site.
    pub(super) async fn is_present(
        &mut self,
        scope: Scope<'_>,
        name: &str,
    ) -> Result<bool, SiteError> {
        let ranked = self.ranked(scope, self.recipe.loc(name))?;
        let found = self.session.ask("locate", ranked).await?;
        match found["count"].as_u64() {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => Err(self.ambiguous(name, &found)),
        }
    }

    /// Waits until exactly one such element is visible, enabled, at rest and on top.
    pub(super) async fn reach(
        &mut self,
        scope: Scope<'_>,
        name: &str,
    ) -> Result<Reachable, SiteError> {
        let ranked = self.ranked(scope, self.recipe.loc(name))?;
        let begun = Instant::now();
        let until = begun + self.session.limits().query;
        let mut before = Json::Null;
        let mut aware = Aware::start();
        loop {
            let found = match self.session.ask("ready", ranked.clone()).await {
                Ok(found) => found,
                Err(Trouble::Moved(_)) => json!({ "count": 0 }),
                Err(trouble) => return Err(trouble.into()),
            };
            let at_rest = found["box"] == before;
            let in_turn = rank(&found) == 0 || begun.elapsed() > GRACE;
            let usable = found["count"] == 1
                && found["enabled"] == true
                && found["covered"].is_null()
                && in_turn;
            if usable
                && at_rest
                && let Some(handle) = Handle::of(&found["el"])
            {
                let target = found["target"].as_str().unwrap_or_default().to_owned();
                return Ok(Reachable {
                    handle,
                    rank: rank(&found),
                    checked: found["checked"].as_bool(),
                    target,
                });
            }
            if Instant::now() > until {
                return Err(self.not_one(scope, name, &found).await);
            }
            self.stay_aware(scope, &mut aware).await?;
            before = found["box"].clone();
            sleep(if usable { STILL } else { POLL }).await;
        }
    }

    /// A lower rank that worked is drift; it is noted once.
    pub(super) fn note_rank(&mut self, name: &str, rank: usize) {
        let used = self.recipe.loc(name).source(rank).to_owned();
        self.note_lower(name.to_owned(), rank, used);
    }

    pub(super) fn note_lower(&mut self, name: String, rank: usize, used: String) {
        let note = Note::LowerRank { name, used };
        if rank > 0 && !self.notes.contains(&note) {
            tracing::warn!(
                recipe = self.recipe.id(),
                ?note,
                "a recipe's first locator no longer works"
            );
            self.notes.push(note);
        }
    }

    fn ambiguous(&self, name: &str, found: &Json) -> SiteError {
        SiteError::Changed {
            what: format!("{} elements match where one should", found["count"]),
            locator: format!("{name}: {}", self.recipe.loc(name).source(rank(found))),
        }
    }

    /// Why the element cannot be used; a page that is recognised says it better.
    pub(super) async fn not_one(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        found: &Json,
    ) -> SiteError {
        if let Err(error) = self.recognise(scope).await {
            return error;
        }
        if found["count"].as_u64().unwrap_or_default() > 1 {
            return self.ambiguous(name, found);
        }
        let what = if found["count"] == 0 {
            "the element is not there".to_owned()
        } else if found["enabled"] == false {
            "the element is disabled".to_owned()
        } else if let Some(cover) = found["covered"].as_str() {
            format!("the element is covered by {cover}")
        } else {
            "the element does not come to rest".to_owned()
        };
        SiteError::Changed {
            what,
            locator: format!("{name}: {}", self.recipe.loc(name).source(rank(found))),
        }
    }
}

pub(super) fn rank(found: &Json) -> usize {
    found["rank"]
        .as_u64()
        .and_then(|rank| usize::try_from(rank).ok())
        .unwrap_or_default()
}
