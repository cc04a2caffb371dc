//! Filling in forms: each field once, and a look whether it took what was given.

use std::time::Instant;

use serde_json::json;
use tokio::time::sleep;

use super::act::not_acted;
use super::look::POLL;
use super::pages::{quote, refusal};
use super::{Scope, Visit};
use crate::browser::{Handle, Leaves, Trouble};
use crate::error::SiteError;
use crate::recipe::step::{Checked, Fail, Key, Upload};
use crate::recipe::template::{Template, Var};

impl Visit {
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

    /// Puts a check box or radio button into a state; one that is in it is left alone.
    pub(super) async fn check(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        to: Checked,
    ) -> Result<(), SiteError> {
        let wanted = to == Checked::On;
        // A page that draws itself anew takes the box away between look and click.
        let until = Instant::now() + self.session.limits().query;
        let token = loop {
            sleep(self.recipe.pace()).await;
            let target = self.reach(scope, name).await?;
            self.note_rank(name, target.rank);
            match target.checked {
                Some(checked) if checked == wanted => return Ok(()),
                Some(_) => {}
                None => {
                    return Err(SiteError::Changed {
                        what: "this is no check box, radio button or switch".into(),
                        locator: name.to_owned(),
                    });
                }
            }
            let token = self.session.mark().await?;
            match self.session.click(&target.handle).await {
                Ok(()) => break token,
                // Said before the click leaves.
                Err(Trouble::Stale(_)) if Instant::now() < until => {}
                Err(trouble) => return Err(not_acted(name, trouble)),
            }
        };
        self.arrive(scope, &token, Leaves::Maybe).await?;
        if self
            .session
            .state(&token)
            .await
            .is_ok_and(|state| !state.marked)
        {
            // It led to another page; what follows sees whether it is the right one.
            return Ok(());
        }
        let ranked = self.ranked(scope, self.recipe.loc(name))?;
        let until = Instant::now() + self.session.limits().query;
        loop {
            match self.session.ask("ready", ranked.clone()).await {
                Ok(found) if found["checked"] == wanted => return Ok(()),
                Ok(_) | Err(Trouble::Moved(_)) => {}
                Err(trouble) => return Err(trouble.into()),
            }
            if Instant::now() > until {
                self.recognise(scope).await?;
                return Err(SiteError::Changed {
                    what: "the box does not keep what was chosen".into(),
                    locator: name.to_owned(),
                });
            }
            sleep(POLL).await;
        }
    }

    pub(super) async fn press(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        key: Key,
    ) -> Result<(), SiteError> {
        sleep(self.recipe.pace()).await;
        let target = self.reach(scope, name).await?;
        let token = self.session.mark().await?;
        if let Err(trouble) = self.session.type_keys(&target.handle, key.code()).await {
            return Err(not_acted(name, trouble));
        }
        self.note_rank(name, target.rank);
        self.arrive(scope, &token, Leaves::Maybe).await
    }

    /// Makes a text file of the order and gives it to a field for files.
    pub(super) async fn upload(
        &mut self,
        scope: Scope<'_>,
        upload: &Upload,
    ) -> Result<(), SiteError> {
        let text = self.file_text(scope, upload)?;
        sleep(self.recipe.pace()).await;
        let ranked = self.ranked(scope, self.recipe.loc(&upload.at))?;
        let found = self.session.ask("file", ranked).await?;
        let changed = |what: &str| SiteError::Changed {
            what: what.to_owned(),
            locator: upload.at.clone(),
        };
        let field = match (found["count"].as_u64(), Handle::of(&found["el"])) {
            (Some(1), Some(field)) if found["file"] == true => field,
            (Some(1), _) => return Err(changed("this is no field for files")),
            (Some(0), _) => return Err(changed("the element is not there")),
            _ => return Err(changed("several elements match where one should")),
        };
        self.note_rank(&upload.at, super::look::rank(&found));
        let token = self.session.mark().await?;
        let given = self.session.upload(&field, &upload.file.0, text.as_bytes());
        if let Err(trouble) = given.await {
            return Err(not_acted(&upload.at, trouble));
        }
        self.arrive(scope, &token, Leaves::Maybe).await
    }

    fn file_text(&self, scope: Scope<'_>, upload: &Upload) -> Result<String, SiteError> {
        let mut text = match &upload.text {
            Some(text) => text.render(|var| self.var(scope, var))?,
            None => String::new(),
        };
        let lines = scope.order.map_or(0, |order| order.lines.len());
        if let Some(each_line) = &upload.each_line {
            for index in 0..lines {
                let scope = Scope {
                    line: Some(index),
                    ..scope
                };
                text.push_str(&each_line.render(|var| self.var(scope, var))?);
                text.push('\n');
            }
        }
        Ok(text)
    }
}
