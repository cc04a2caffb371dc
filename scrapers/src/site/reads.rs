//! Typed reads: one question for a whole page, so that its values belong together.

use std::time::Instant;

use serde_json::{Value as Json, json};
use tokio::time::sleep;
use url::Url;

use super::look::{POLL, rank};
use super::pages::quote;
use super::{Scope, Visit};
use crate::browser::{Handle, Trouble};
use crate::error::SiteError;
use crate::recipe::locator::Locator;
use crate::recipe::read::{Field, Read};
use crate::value::{self, Money, Record, Value};

impl Visit {
    /// Reads all rows of a read, through its pages.
    pub(super) async fn read(&mut self, scope: Scope<'_>, name: &str) -> Result<(), SiteError> {
        let read = self.recipe.reading(name).clone();
        let mut rows = self.read_page(scope, name, &read, &[]).await?;
        let mut shown = rows.clone();
        for _ in 1..read.pages {
            match self.next_page(&read).await? {
                Next::None => break,
                Next::Page(url) => {
                    self.go(scope, &url).await?;
                    shown = self.read_page(scope, name, &read, &[]).await?;
                }
                Next::Button(button) => {
                    self.click_next(scope, &button).await?;
                    shown = self.read_page(scope, name, &read, &shown).await?;
                }
            }
            rows.extend_from_slice(&shown);
        }
        self.reads.insert(name.to_owned(), rows);
        Ok(())
    }

    /// Looks once, whatever is there now.
    pub(super) async fn read_now(&mut self, scope: Scope<'_>, name: &str) -> Result<(), SiteError> {
        let read = self.recipe.reading(name).clone();
        let question = self.question(scope, &read)?;
        let rows = self.look(name, &read, &question).await??;
        self.reads.insert(name.to_owned(), rows);
        Ok(())
    }

    /// Reads the one row of a read without pages.
    pub(super) async fn read_here(
        &mut self,
        scope: Scope<'_>,
        name: &str,
    ) -> Result<Record, SiteError> {
        let read = self.recipe.reading(name).clone();
        let rows = self.read_page(scope, name, &read, &[]).await?;
        self.reads.insert(name.to_owned(), rows.clone());
        Ok(rows.into_iter().next().unwrap_or_default())
    }

    async fn next_page(&mut self, read: &Read) -> Result<Next, SiteError> {
        let Some(next) = &read.next else {
            return Ok(Next::None);
        };
        let locator = next.json(&mut |var| {
            Err(SiteError::Changed {
                what: format!("{{{var}}} has no value here"),
                locator: "next".into(),
            })
        })?;
        let found = self.session.ask("next", locator).await?;
        match (found["count"].as_u64(), found["url"].as_str()) {
            (Some(0), _) => Ok(Next::None),
            (Some(1), Some(url)) => Url::parse(url).map(Next::Page).map_err(|error| {
                SiteError::Driver(format!("the browser gave a broken address: {error}"))
            }),
            (Some(1), None) => Handle::of(&found["el"])
                .map(Next::Button)
                .ok_or_else(|| SiteError::Driver("the browser names no element".into())),
            _ => Err(SiteError::Changed {
                what: "the way to the next page is not one link or button".into(),
                locator: "next".into(),
            }),
        }
    }

    fn question(&self, scope: Scope<'_>, read: &Read) -> Result<Json, SiteError> {
        let one = |locator: &Option<Locator>| match locator {
            Some(locator) => locator.json(&mut |var| self.var(scope, var)),
            None => Ok(Json::Null),
        };
        let (each, empty) = (one(&read.each)?, one(&read.empty)?);
        let mut fields = Vec::new();
        for field in read.fields.values() {
            let at = match &field.at {
                Some(at) => self.ranked(scope, at)?,
                None => Json::Null,
            };
            fields.push(json!({ "at": at, "attr": field.attr, "join": field.join }));
        }
        Ok(json!({ "each": each, "empty": empty, "fields": fields }))
    }

    /// One look. The outer error ends the run, the inner one may be gone at the next look.
    async fn look(
        &mut self,
        name: &str,
        read: &Read,
        question: &Json,
    ) -> Result<Result<Vec<Record>, SiteError>, SiteError> {
        let answer = match self.session.ask("read", question.clone()).await {
            Ok(answer) => answer,
            Err(Trouble::Moved(_)) => Json::Null,
            Err(trouble) => return Err(trouble.into()),
        };
        Ok(
            typed(name, read, &answer, self.recipe.money()).map(|typed| {
                for (field, rank, used) in typed.lower {
                    self.note_lower(format!("{name}.{field}"), rank, used);
                }
                typed.rows
            }),
        )
    }

    /// Looks until every value is there and other than `before`.
    async fn read_page(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        read: &Read,
        before: &[Record],
    ) -> Result<Vec<Record>, SiteError> {
        let question = self.question(scope, read)?;
        let until = Instant::now() + self.session.limits().query;
        loop {
            let error = match self.look(name, read, &question).await? {
                Ok(rows) if before.is_empty() || rows != before => return Ok(rows),
                Ok(_) => SiteError::Changed {
                    what: "the next page does not come".into(),
                    locator: format!("{name}.next"),
                },
                Err(error) => error,
            };
            if Instant::now() > until {
                self.recognise(scope).await?;
                return Err(error);
            }
            sleep(POLL).await;
        }
    }
}

/// The way to more rows.
enum Next {
    None,
    Page(Url),
    /// It stays on the page and changes the rows.
    Button(Handle),
}

/// The rows of one page, and the fields that only a lower rank found: name, rank, locator.
struct Typed {
    rows: Vec<Record>,
    lower: Vec<(String, usize, String)>,
}

/// Makes typed rows of the script's answer.
fn typed(name: &str, read: &Read, answer: &Json, money: &Money) -> Result<Typed, SiteError> {
    let changed = |field: &str, what: String| SiteError::Changed {
        what,
        locator: format!("{name}.{field}"),
    };
    let answers = answer["rows"]
        .as_array()
        .ok_or_else(|| changed("each", "the page does not stay".into()))?;
    if answers.is_empty() && read.empty.is_some() && answer["empty"] == 0 {
        let what = "there is no row, and the page does not say that there is none";
        return Err(changed("each", what.into()));
    }
    let mut typed = Typed {
        rows: Vec::new(),
        lower: Vec::new(),
    };
    for row in answers {
        let mut record = Record::new();
        for ((field_name, field), found) in
            read.fields.iter().zip(row.as_array().into_iter().flatten())
        {
            let value = match one(field, found, money) {
                Ok(Some(value)) => value,
                Ok(None) => continue,
                Err(what) => return Err(changed(field_name, what)),
            };
            let rank = rank(found);
            if rank > 0
                && let Some(at) = &field.at
            {
                let used = at.source(rank).to_owned();
                typed.lower.push((field_name.clone(), rank, used));
            }
            record.insert(field_name.clone(), value);
        }
        typed.rows.push(record);
    }
    Ok(typed)
}

/// One value; `None` when it is optional and not there.
fn one(field: &Field, found: &Json, money: &Money) -> Result<Option<Value>, String> {
    let text = match (found["count"].as_u64(), found["text"].as_str()) {
        (Some(1), Some(text)) if !text.is_empty() => text,
        (Some(0 | 1), _) if field.optional => return Ok(None),
        (Some(0 | 1), _) => return Err("the value is not there".into()),
        _ => {
            let count = &found["count"];
            return Err(format!("{count} values match where one should"));
        }
    };
    let picked = match &field.re {
        None => Some(text),
        Some(search) => search.0.captures(text).and_then(|found| {
            let group = found.get(1).or_else(|| found.get(0))?;
            Some(group.as_str())
        }),
    };
    match picked {
        Some(text) => value::read(text, field.kind, field.format.as_deref(), money).map(Some),
        None if field.optional => Ok(None),
        None => Err(format!("{:?} is not as expected", quote(text))),
    }
}
