//! Typed reads: one question for a whole page, so that its values belong together.

use std::time::Instant;

use serde_json::{Value as Json, json};
use tokio::time::sleep;
use url::Url;

use super::look::{POLL, rank};
use super::pages::quote;
use super::{Scope, Visit};
use crate::browser::Trouble;
use crate::error::SiteError;
use crate::recipe::locator::Locator;
use crate::recipe::read::{Field, Read};
use crate::value::{self, Money, Record, Value};

impl Visit {
    /// Reads all rows of a read, through its pages.
    pub(super) async fn read(&mut self, scope: Scope<'_>, name: &str) -> Result<(), SiteError> {
        let read = self.recipe.reading(name).clone();
        let mut rows = self.read_page(scope, name, &read).await?;
        for _ in 1..read.pages {
            let Some(url) = self.next_page(&read).await? else {
                break;
            };
            self.go(scope, &url).await?;
            rows.extend(self.read_page(scope, name, &read).await?);
        }
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
        let rows = self.read_page(scope, name, &read).await?;
        self.reads.insert(name.to_owned(), rows.clone());
        Ok(rows.into_iter().next().unwrap_or_default())
    }

    async fn next_page(&mut self, read: &Read) -> Result<Option<Url>, SiteError> {
        let Some(next) = &read.next else {
            return Ok(None);
        };
        let locator = next.json(&mut |var| {
            Err(SiteError::Changed {
                what: format!("{{{var}}} has no value here"),
                locator: "next".into(),
            })
        })?;
        let found = self.session.ask("next", locator).await?;
        match (found["count"].as_u64(), found["url"].as_str()) {
            (Some(0), _) => Ok(None),
            (Some(1), Some(url)) => Url::parse(url).map(Some).map_err(|error| {
                SiteError::Driver(format!("the browser gave a broken address: {error}"))
            }),
            _ => Err(SiteError::Changed {
                what: "the link to the next page is not one link".into(),
                locator: "next".into(),
            }),
        }
    }

    async fn read_page(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        read: &Read,
    ) -> Result<Vec<Record>, SiteError> {
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
            fields.push(json!({ "at": at, "attr": field.attr }));
        }
        let question = json!({ "each": each, "empty": empty, "fields": fields });
        let until = Instant::now() + self.session.limits().query;
        loop {
            let answer = match self.session.ask("read", question.clone()).await {
                Ok(answer) => answer,
                Err(Trouble::Moved(_)) => Json::Null,
                Err(trouble) => return Err(trouble.into()),
            };
            match typed(name, read, &answer, self.recipe.money()) {
                Ok(Typed { rows, lower }) => {
                    for (field, rank, used) in lower {
                        self.note_lower(format!("{name}.{field}"), rank, used);
                    }
                    return Ok(rows);
                }
                Err(error) if Instant::now() > until => {
                    self.recognise(scope).await?;
                    return Err(error);
                }
                Err(_) => sleep(POLL).await,
            }
        }
    }
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
