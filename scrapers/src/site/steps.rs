//! Running the steps of a flow.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use toml::Spanned;

use super::pages::refusal;
use super::{Scope, Visit};
use crate::error::SiteError;
use crate::recipe::Part;
use crate::recipe::expr::{Expr, Op};
use crate::recipe::step::{Condition, Fail, Step};
use crate::value::Value;

impl Visit {
    /// Runs a part of the recipe's flow.
    pub(super) async fn run(&mut self, scope: Scope<'_>) -> Result<(), SiteError> {
        let steps = self.recipe.steps(scope.part).unwrap_or_default().to_vec();
        if scope.part == Part::Line {
            self.reads.clear();
        }
        self.run_all(scope, &steps).await
    }

    pub(super) fn run_all<'a>(
        &'a mut self,
        scope: Scope<'a>,
        steps: &'a [Spanned<Step>],
    ) -> BoxFuture<'a, Result<(), SiteError>> {
        async move {
            for step in steps {
                self.step(scope, step.get_ref()).await?;
            }
            Ok(())
        }
        .boxed()
    }

    async fn step(&mut self, scope: Scope<'_>, step: &Step) -> Result<(), SiteError> {
        if let Some(what) = self.lost {
            return Err(SiteError::Changed {
                what: format!("{what}, and more was to be done there"),
                locator: format!("flow {}", scope.part.name()),
            });
        }
        match step {
            Step::Go(path) => {
                let url = self.address(scope, path)?;
                self.go(scope, &url).await
            }
            Step::Click { at, dialog } => self.click(scope, at, dialog.as_ref()).await,
            Step::Check { at, to } => self.check(scope, at, *to).await,
            Step::Fill { at, with } => self.fill(scope, at, with).await,
            Step::Select { at, with } => self.select(scope, at, with).await,
            Step::Press { key, at } => self.press(scope, at, *key).await,
            Step::Upload(upload) => self.upload(scope, upload).await,
            Step::Download { at, file } => self.download(scope, at, file.as_ref()).await,
            Step::Print(file) => self.print(file).await,
            Step::Frame { at, steps } => self.inside_frame(scope, at, steps).await,
            Step::Popup { at, steps } => self.inside_popup(scope, at, steps).await,
            Step::Expect(expected) => self.expect(scope, expected).await,
            Step::Read(name) => self.read(scope, name).await,
            Step::Assert { expr, fail } => self.assert(scope, expr, *fail),
            Step::KeepUrl => {
                let state = self.session.state("").await?;
                let line = scope.line.unwrap_or_default();
                self.line_urls.insert(line, state.path);
                Ok(())
            }
            Step::When { condition, steps } => {
                if self.holds(scope, condition).await? {
                    self.run_all(scope, steps).await?;
                }
                Ok(())
            }
            Step::While {
                condition,
                rounds,
                steps,
            } => {
                for _ in 0..*rounds {
                    if !self.holds(scope, condition).await? {
                        return Ok(());
                    }
                    self.round(scope, condition, steps).await?;
                }
                Err(SiteError::Changed {
                    what: format!("still not done after {rounds} rounds"),
                    locator: format!("while in flow {}", scope.part.name()),
                })
            }
            Step::Fail(fail) => {
                let text = "the recipe stops here".to_owned();
                Err(refusal(scope, *fail, None, text))
            }
        }
    }

    /// One round of a loop. A button may stand there until the answer to its last click has come; when
    /// it goes away before it could be clicked again, nothing is left to do.
    async fn round(
        &mut self,
        scope: Scope<'_>,
        condition: &Condition,
        steps: &[Spanned<Step>],
    ) -> Result<(), SiteError> {
        let Some((first, others)) = steps.split_first() else {
            return Ok(());
        };
        match (condition, first.get_ref()) {
            (Condition::Present(name), Step::Click { at, dialog })
                if at == name && self.lost.is_none() =>
            {
                let token = match self.press_on(scope, at).await {
                    Err(SiteError::Changed { .. }) if !self.is_present(scope, at).await? => {
                        return Ok(());
                    }
                    pressed => pressed?,
                };
                self.pressed(scope, at, dialog.as_ref(), &token).await?;
                self.run_all(scope, others).await
            }
            _ => self.run_all(scope, steps).await,
        }
    }

    async fn holds(&mut self, scope: Scope<'_>, condition: &Condition) -> Result<bool, SiteError> {
        match condition {
            Condition::Present(name) => self.is_present(scope, name).await,
            Condition::Absent(name) => self.is_present(scope, name).await.map(|there| !there),
            Condition::Holds(expr) => self.evaluate(scope, expr).map(|outcome| outcome.holds),
        }
    }

    pub(super) fn assert(
        &self,
        scope: Scope<'_>,
        expr: &Expr,
        fail: Option<Fail>,
    ) -> Result<(), SiteError> {
        let outcome = self.evaluate(scope, expr)?;
        if outcome.holds {
            return Ok(());
        }
        // Where one text should hold the other, the right one is what was found.
        let (approved, found) = match expr.op {
            Op::In => (&outcome.left, &outcome.right),
            Op::Is | Op::IsNot | Op::AtMost | Op::AtLeast => (&outcome.right, &outcome.left),
        };
        let Some(fail) = fail else {
            return Err(SiteError::Drift {
                field: expr.source.clone(),
                approved: approved.to_string(),
                found: found.to_string(),
            });
        };
        let price = match found {
            Value::Money(amount) => Some(*amount),
            Value::Text(_) | Value::Quantity(_) | Value::Time(_) => None,
        };
        let text = format!("{}: found {found}, approved {approved}", expr.source);
        Err(refusal(scope, fail, price, text))
    }

    /// After a sign-in that did not get through: was it the account or the site.
    pub(super) async fn refused_sign_in(&mut self, error: SiteError) -> SiteError {
        let form =
            serde_json::json!([{ "by": "css", "css": "input[type=password]", "first": true }]);
        let alerts = serde_json::json!([{ "by": "css", "css": "[role=alert], .alert, .error", "first": true }]);
        let asked = self.session.ask("locate", form).await;
        if !asked.is_ok_and(|found| found["count"] == 1) {
            return error;
        }
        match self.session.ask("texts", alerts).await {
            Ok(texts) => match texts[0].as_str() {
                Some(text) => SiteError::SignIn(super::pages::quote(text)),
                // The form is there, and nothing says that it was sent.
                None => error,
            },
            Err(_) => error,
        }
    }
}
