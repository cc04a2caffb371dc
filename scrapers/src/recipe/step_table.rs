//! A step as the recipe writes it: one table, whose keys say which step it is.

use serde::Deserialize;
use toml::Spanned;

use super::expr::Expr;
use super::sign::Search;
use super::span::Span;
use super::step::{
    Checked, Condition, Dialog, Expected, Fail, FileName, Key, ROUNDS, Reply, Step, Upload,
};
use super::template::Template;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    go: Option<Template>,
    click: Option<String>,
    check: Option<String>,
    uncheck: Option<String>,
    fill: Option<String>,
    select: Option<String>,
    press: Option<Key>,
    upload: Option<String>,
    download: Option<String>,
    print: Option<FileName>,
    expect: Option<Condition>,
    read: Option<String>,
    assert: Option<String>,
    set: Option<String>,
    when: Option<Condition>,
    r#while: Option<Condition>,
    frame: Option<String>,
    popup: Option<String>,
    fail: Option<Fail>,
    with: Option<Template>,
    at: Option<String>,
    dialog: Option<Reply>,
    says: Option<Search>,
    file: Option<FileName>,
    text: Option<Template>,
    each_line: Option<Template>,
    by: Option<String>,
    within: Option<Span>,
    path: Option<bool>,
    r#do: Option<Vec<Spanned<Step>>>,
    max: Option<u32>,
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(mut raw: RawStep) -> Result<Self, String> {
        let step = raw.act()?;
        let step = match step {
            Some(step) => Some(step),
            None => raw.look()?,
        };
        let step = match step {
            Some(step) => step,
            None => raw.branch()?.ok_or("this step has no verb")?,
        };
        match raw.left_over() {
            Some(key) => Err(format!("`{key}` does not belong to this step")),
            None => Ok(step),
        }
    }
}

/// The steps inside a step.
fn inner(steps: Option<Vec<Spanned<Step>>>, verb: &str) -> Result<Vec<Spanned<Step>>, String> {
    match steps {
        Some(steps) if !steps.is_empty() => Ok(steps),
        Some(_) | None => Err(format!("`{verb}` needs steps in `do`")),
    }
}

impl RawStep {
    fn act(&mut self) -> Result<Option<Step>, String> {
        let step = if let Some(url) = self.go.take() {
            Step::Go(url)
        } else if let Some(at) = self.click.take() {
            let reply = self.dialog.take();
            let says = self.says.take();
            if says.is_some() && reply.is_none() {
                return Err("`says` needs `dialog`".into());
            }
            let dialog = reply.map(|reply| Dialog { reply, says });
            Step::Click { at, dialog }
        } else if let Some(at) = self.check.take() {
            let to = Checked::On;
            Step::Check { at, to }
        } else if let Some(at) = self.uncheck.take() {
            let to = Checked::Off;
            Step::Check { at, to }
        } else if let Some(at) = self.fill.take() {
            let with = self.with.take().ok_or("`fill` needs `with`")?;
            Step::Fill { at, with }
        } else if let Some(at) = self.select.take() {
            let with = self.with.take().ok_or("`select` needs `with`")?;
            Step::Select { at, with }
        } else if let Some(key) = self.press.take() {
            let at = self.at.take().ok_or("`press` needs `at`")?;
            Step::Press { key, at }
        } else if let Some(at) = self.upload.take() {
            let file = self.file.take().ok_or("`upload` needs `file`, its name")?;
            let (text, each_line) = (self.text.take(), self.each_line.take());
            if text.is_none() && each_line.is_none() {
                return Err("`upload` needs `text` or `each_line`".into());
            }
            Step::Upload(Upload {
                at,
                file,
                text,
                each_line,
            })
        } else if let Some(at) = self.download.take() {
            Step::Download {
                at,
                file: self.file.take(),
            }
        } else if let Some(file) = self.print.take() {
            Step::Print(file)
        } else {
            return Ok(None);
        };
        Ok(Some(step))
    }

    fn look(&mut self) -> Result<Option<Step>, String> {
        let step = if let Some(mut condition) = self.expect.take() {
            if let (Condition::Holds(expr), Some(by)) = (&condition, self.by.take()) {
                condition = Condition::Holds(compared(&expr.source, &by)?);
            }
            let fail = self.fail.take();
            let within = self.within.take();
            Step::Expect(Expected {
                condition,
                fail,
                within,
            })
        } else if let Some(read) = self.read.take() {
            Step::Read(read)
        } else if let Some(source) = self.assert.take() {
            let expr = match self.by.take() {
                Some(by) => compared(&source, &by)?,
                None => Expr::try_from(source)?,
            };
            let fail = self.fail.take();
            Step::Assert { expr, fail }
        } else if let Some(name) = self.set.take() {
            if name != "line.url" || self.path.take() != Some(true) {
                return Err("`set` can only be: set = \"line.url\", path = true".into());
            }
            Step::KeepUrl
        } else {
            return Ok(None);
        };
        Ok(Some(step))
    }

    fn branch(&mut self) -> Result<Option<Step>, String> {
        let step = if let Some(condition) = self.when.take() {
            let steps = inner(self.r#do.take(), "when")?;
            Step::When { condition, steps }
        } else if let Some(condition) = self.r#while.take() {
            let steps = inner(self.r#do.take(), "while")?;
            let rounds = self.max.take().unwrap_or(ROUNDS);
            Step::While {
                condition,
                rounds,
                steps,
            }
        } else if let Some(at) = self.frame.take() {
            let steps = inner(self.r#do.take(), "frame")?;
            Step::Frame { at, steps }
        } else if let Some(at) = self.popup.take() {
            let steps = inner(self.r#do.take(), "popup")?;
            Step::Popup { at, steps }
        } else if let Some(fail) = self.fail.take() {
            Step::Fail(fail)
        } else {
            return Ok(None);
        };
        Ok(Some(step))
    }

    fn left_over(&self) -> Option<&'static str> {
        [
            ("go", self.go.is_some()),
            ("click", self.click.is_some()),
            ("check", self.check.is_some()),
            ("uncheck", self.uncheck.is_some()),
            ("fill", self.fill.is_some()),
            ("select", self.select.is_some()),
            ("press", self.press.is_some()),
            ("upload", self.upload.is_some()),
            ("download", self.download.is_some()),
            ("print", self.print.is_some()),
            ("expect", self.expect.is_some()),
            ("read", self.read.is_some()),
            ("assert", self.assert.is_some()),
            ("set", self.set.is_some()),
            ("when", self.when.is_some()),
            ("while", self.r#while.is_some()),
            ("frame", self.frame.is_some()),
            ("popup", self.popup.is_some()),
            ("fail", self.fail.is_some()),
            ("with", self.with.is_some()),
            ("at", self.at.is_some()),
            ("dialog", self.dialog.is_some()),
            ("says", self.says.is_some()),
            ("file", self.file.is_some()),
            ("text", self.text.is_some()),
            ("each_line", self.each_line.is_some()),
            ("by", self.by.is_some()),
            ("within", self.within.is_some()),
            ("path", self.path.is_some()),
            ("do", self.r#do.is_some()),
            ("max", self.max.is_some()),
        ]
        .into_iter()
        .find_map(|(key, there)| there.then_some(key))
    }
}

fn compared(source: &str, by: &str) -> Result<Expr, String> {
    Expr::try_from(format!("{source} by '{by}'"))
}
