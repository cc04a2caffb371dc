//! Waiting for what should come about: an element, its end, or values.
//!
//! **Invariant:** nothing here acts on the page; all of it may be repeated.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use super::look::{POLL, rank};
use super::{Scope, Visit};
use crate::browser::Trouble;
use crate::error::SiteError;
use crate::recipe::expr::Expr;
use crate::recipe::step::{Condition, Expected, Fail};

/// How long the first rank is waited for before a lower one is taken.
const GRACE: Duration = Duration::from_secs(1);
/// Between two looks whether the page says something else meanwhile; some say it for seconds only.
const AWARE: Duration = Duration::from_millis(500);

/// When a wait next looks whether the page means something by itself.
pub(super) struct Aware(Instant);

impl Aware {
    pub(super) fn start() -> Self {
        Self(Instant::now() + AWARE)
    }
}

impl Visit {
    /// Recognises the page every now and then while something is waited for.
    pub(super) async fn stay_aware(
        &mut self,
        scope: Scope<'_>,
        aware: &mut Aware,
    ) -> Result<(), SiteError> {
        if Instant::now() < aware.0 {
            return Ok(());
        }
        aware.0 = Instant::now() + AWARE;
        self.recognise(scope).await
    }

    pub(super) async fn expect(
        &mut self,
        scope: Scope<'_>,
        expected: &Expected,
    ) -> Result<(), SiteError> {
        let limit = expected
            .within
            .map_or(self.session.limits().query, |span| span.0);
        let until = Instant::now() + limit;
        let result = match &expected.condition {
            Condition::Present(name) => self.appears(scope, name, until).await,
            Condition::Absent(name) => self.goes_away(scope, name, until).await,
            Condition::Holds(expr) => {
                return self.comes_true(scope, expr, expected.fail, until).await;
            }
        };
        match (result, expected.fail) {
            (Err(SiteError::Changed { what, locator }), Some(fail)) => {
                let text = format!("{what} ({locator})");
                Err(super::pages::refusal(scope, fail, None, text))
            }
            (result, _) => result,
        }
    }

    /// Waits until exactly one such element is visible.
    async fn appears(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        until: Instant,
    ) -> Result<(), SiteError> {
        let ranked = self.ranked(scope, self.recipe.loc(name))?;
        let begun = Instant::now();
        let mut aware = Aware::start();
        loop {
            let found = match self.session.ask("locate", ranked.clone()).await {
                Ok(found) => found,
                Err(Trouble::Moved(_)) => json!({ "count": 0 }),
                Err(trouble) => return Err(trouble.into()),
            };
            if found["count"] == 1 && (rank(&found) == 0 || begun.elapsed() > GRACE) {
                self.note_rank(name, rank(&found));
                return Ok(());
            }
            if Instant::now() > until {
                return Err(self.not_one(scope, name, &found).await);
            }
            self.stay_aware(scope, &mut aware).await?;
            sleep(POLL).await;
        }
    }

    /// Waits until no such element is visible.
    async fn goes_away(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        until: Instant,
    ) -> Result<(), SiteError> {
        let ranked = self.ranked(scope, self.recipe.loc(name))?;
        let mut aware = Aware::start();
        loop {
            let found = match self.session.ask("locate", ranked.clone()).await {
                Ok(found) => found,
                Err(Trouble::Moved(_)) => json!({ "count": 1 }),
                Err(trouble) => return Err(trouble.into()),
            };
            if found["count"] == 0 {
                return Ok(());
            }
            if Instant::now() > until {
                self.recognise(scope).await?;
                return Err(SiteError::Changed {
                    what: "the element does not go away".into(),
                    locator: name.to_owned(),
                });
            }
            self.stay_aware(scope, &mut aware).await?;
            sleep(POLL).await;
        }
    }

    /// Reads the values again and again until the comparison holds.
    async fn comes_true(
        &mut self,
        scope: Scope<'_>,
        expr: &Expr,
        fail: Option<Fail>,
        until: Instant,
    ) -> Result<(), SiteError> {
        let mut aware = Aware::start();
        loop {
            let looked = self.compare_now(scope, expr, fail).await;
            let Err(error) = looked else {
                return Ok(());
            };
            if Instant::now() > until {
                self.recognise(scope).await?;
                return Err(error);
            }
            match error {
                SiteError::Refused { .. } | SiteError::Drift { .. } | SiteError::Changed { .. } => {
                    self.stay_aware(scope, &mut aware).await?;
                    sleep(POLL).await;
                }
                SiteError::SignIn(_)
                | SiteError::NeedsPerson { .. }
                | SiteError::Blocked
                | SiteError::Unavailable(_)
                | SiteError::Driver(_) => return Err(error),
            }
        }
    }

    async fn compare_now(
        &mut self,
        scope: Scope<'_>,
        expr: &Expr,
        fail: Option<Fail>,
    ) -> Result<(), SiteError> {
        let names: Vec<String> = expr.reads().map(str::to_owned).collect();
        for name in names {
            self.read_now(scope, &name).await?;
        }
        self.assert(scope, expr, fail)
    }
}
