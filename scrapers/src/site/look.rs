//! Looking at the page: elements, values, and which page this is.
//!
//! **Invariant:** nothing here acts on the page; all of it may be repeated.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tokio::time::sleep;
use url::Url;

use super::{Note, Scope, Visit};
use crate::browser::{Handle, Leaves, PageState, Settle, Trouble};
use crate::error::{Refusal, SiteError};
use crate::order::OrderLine;
use crate::recipe::locator::Alternatives;
use crate::recipe::read::{Field, Read};
use crate::recipe::step::{Fail, Sign, Then};
use crate::recipe::template::Var;
use crate::value::{self, Record};

const POLL: Duration = Duration::from_millis(50);
/// Longest page text that goes into an error.
const QUOTE: usize = 300;

/// An element that an action would reach.
pub(super) struct Reachable {
    pub(super) handle: Handle,
    pub(super) rank: usize,
    /// Where a form or link would open its answer; empty for this tab.
    pub(super) target: String,
}

impl Visit {
    /// The value of a recipe's variable.
    pub(super) fn var(&self, scope: Scope<'_>, var: Var) -> Result<String, SiteError> {
        let line = |value: fn(&OrderLine) -> String| {
            let line = scope.order?.lines.get(scope.line?)?;
            Some(value(line))
        };
        let found = match var {
            Var::LineSku => line(|line| line.sku.clone()),
            Var::LineQty => line(|line| line.quantity.to_string()).and_then(|thousandths| {
                let point = self.recipe.money().decimal;
                Some(value::show_decimal(thousandths.parse().ok()?, 3, point))
            }),
            Var::LineUnit => line(|line| line.unit.clone()),
            Var::LineUrl => scope
                .line
                .and_then(|line| self.line_urls.get(&line).cloned()),
            Var::OrderPo => scope.order.map(|order| order.reference.clone()),
            Var::OrderAddress => scope.order.map(|order| order.address.key.clone()),
            Var::OrderCurrency => scope.order.map(|order| order.currency.clone()),
            Var::PastNumber => scope.past.map(str::to_owned),
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

    /// Waits until exactly one such element is visible.
    pub(super) async fn expect(&mut self, scope: Scope<'_>, name: &str) -> Result<(), SiteError> {
        let ranked = self.ranked(scope, self.recipe.loc(name))?;
        let until = Instant::now() + self.session.limits().query;
        loop {
            let found = match self.session.ask("locate", ranked.clone()).await {
                Ok(found) => found,
                Err(Trouble::Moved(_)) => json!({ "count": 0 }),
                Err(trouble) => return Err(trouble.into()),
            };
            if found["count"] == 1 {
                self.note_rank(name, rank(&found));
                return Ok(());
            }
            if Instant::now() > until {
                return Err(self.not_one(scope, name, &found).await);
            }
            sleep(POLL).await;
        }
    }

    /// Waits until exactly one such element is visible, enabled, at rest and on top.
    pub(super) async fn reach(
        &mut self,
        scope: Scope<'_>,
        name: &str,
    ) -> Result<Reachable, SiteError> {
        let ranked = self.ranked(scope, self.recipe.loc(name))?;
        let until = Instant::now() + self.session.limits().query;
        let mut before = Json::Null;
        loop {
            let found = match self.session.ask("ready", ranked.clone()).await {
                Ok(found) => found,
                Err(Trouble::Moved(_)) => json!({ "count": 0 }),
                Err(trouble) => return Err(trouble.into()),
            };
            let at_rest = found["box"] == before;
            if found["count"] == 1
                && found["enabled"] == true
                && found["covered"].is_null()
                && at_rest
                && let Some(handle) = Handle::of(&found["el"])
            {
                let target = found["target"].as_str().unwrap_or_default().to_owned();
                return Ok(Reachable {
                    handle,
                    rank: rank(&found),
                    target,
                });
            }
            if Instant::now() > until {
                return Err(self.not_one(scope, name, &found).await);
            }
            before = found["box"].clone();
            sleep(POLL).await;
        }
    }

    /// A lower rank that worked is drift; it is noted once.
    pub(super) fn note_rank(&mut self, name: &str, rank: usize) {
        let used = self.recipe.loc(name).source(rank).to_owned();
        self.note_lower(name.to_owned(), rank, used);
    }

    fn note_lower(&mut self, name: String, rank: usize, used: String) {
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
    async fn not_one(&mut self, scope: Scope<'_>, name: &str, found: &Json) -> SiteError {
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

    /// Waits for what an action has started, then recognises the page.
    pub(super) async fn arrive(
        &mut self,
        scope: Scope<'_>,
        token: &str,
        leaves: Leaves,
    ) -> Result<(), SiteError> {
        match self.session.settle(token, leaves).await? {
            Settle::Stayed | Settle::NewPage => self.recognise(scope).await,
            Settle::NoAnswer => Err(SiteError::Unavailable("it does not answer".into())),
            Settle::TooSlow => {
                let seconds = self.session.limits().page.as_secs();
                Err(SiteError::Unavailable(format!(
                    "no page within {seconds} seconds"
                )))
            }
        }
    }

    /// Runs the recipe's page signs; the first that matches decides.
    pub(super) async fn recognise(&mut self, scope: Scope<'_>) -> Result<(), SiteError> {
        let pages: Vec<(Sign, Then)> = self
            .recipe
            .pages()
            .into_iter()
            .map(|(_, page)| (page.sign.clone(), page.then))
            .collect();
        let state = match self.session.state("").await {
            Ok(state) => state,
            // Already on its way to another page: the next look recognises that one.
            Err(Trouble::Moved(_)) => return Ok(()),
            Err(trouble) => return Err(trouble.into()),
        };
        let signs: Vec<&Sign> = pages.iter().map(|(sign, _)| sign).collect();
        let texts = match self.signs(&signs).await {
            Ok(texts) => texts,
            Err(Trouble::Moved(_)) => return Ok(()),
            Err(trouble) => return Err(trouble.into()),
        };
        for ((sign, then), texts) in pages.iter().zip(texts) {
            if let Some(text) = shows(sign, &state, texts.as_deref())
                && let Some(error) = self.means(scope, *then, text)
            {
                return Err(error);
            }
        }
        match state.status {
            429 => Err(SiteError::Blocked),
            500.. => Err(SiteError::Unavailable(format!(
                "it answers {}",
                state.status
            ))),
            _ => Ok(()),
        }
    }

    /// The texts at each sign's element; `None` for a sign without one.
    pub(super) async fn signs(
        &mut self,
        signs: &[&Sign],
    ) -> Result<Vec<Option<Vec<String>>>, Trouble> {
        let list: Vec<Json> = signs
            .iter()
            .map(|sign| match &sign.at {
                // Signs have no variables: recipes are checked for it.
                Some(at) => at
                    .json(&mut |_| Ok::<_, std::convert::Infallible>(String::new()))
                    .unwrap_or_else(|never| match never {}),
                None => Json::Null,
            })
            .collect();
        let texts = self.session.ask("signs", list.into()).await?;
        serde_json::from_value(texts).map_err(|error| Trouble::Said(error.to_string()))
    }

    fn means(&self, scope: Scope<'_>, then: Then, text: String) -> Option<SiteError> {
        match then {
            Then::Handoff(what) => Some(SiteError::NeedsPerson { what }),
            Then::Login if scope.part == crate::recipe::Part::Login => None,
            Then::Login if scope.part == crate::recipe::Part::Session => {
                Some(SiteError::SignIn("not signed in".into()))
            }
            Then::Login => Some(SiteError::Unavailable("the session has ended".into())),
            Then::RetryLater => Some(SiteError::Unavailable(text)),
            Then::Blocked => Some(SiteError::Blocked),
            Then::Fail(fail) => Some(self.refusal(scope, fail, None, text)),
        }
    }

    /// A recipe's reason with what the engine knows of the line.
    pub(super) fn refusal(
        &self,
        scope: Scope<'_>,
        fail: Fail,
        found: Option<i64>,
        text: String,
    ) -> SiteError {
        let line = scope
            .line
            .and_then(|index| scope.order.and_then(|order| order.lines.get(index)));
        let cap = line.map_or_else(
            || scope.order.map(|order| (order.min_total, order.max_total)),
            |line| Some((line.min_unit_price, line.max_unit_price)),
        );
        let (floor, cap) = cap.unwrap_or_default();
        let reason = match fail {
            Fail::OutOfStock => Refusal::OutOfStock,
            Fail::BelowMinimum => Refusal::BelowMinimum,
            Fail::PriceAboveCap => Refusal::PriceAboveCap {
                approved: cap,
                found,
            },
            Fail::PriceBelowFloor => Refusal::PriceBelowFloor {
                approved: floor,
                found,
            },
            Fail::Address => Refusal::Address,
            Fail::Quantity => Refusal::Quantity,
            Fail::UnknownItem => Refusal::UnknownItem,
            Fail::Other => Refusal::Other,
        };
        SiteError::Refused {
            reason,
            text,
            sku: line.map(|line| line.sku.clone()),
        }
    }

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
        let each = match &read.each {
            Some(each) => each.json(&mut |var| self.var(scope, var))?,
            None => Json::Null,
        };
        let mut fields = Vec::new();
        for field in read.fields.values() {
            let at = match &field.at {
                Some(at) => self.ranked(scope, at)?,
                None => Json::Null,
            };
            fields.push(json!({ "at": at, "attr": field.attr }));
        }
        let question = json!({ "each": each, "fields": fields });
        let until = Instant::now() + self.session.limits().query;
        loop {
            let answer = match self.session.ask("read", question.clone()).await {
                Ok(answer) => answer,
                Err(Trouble::Moved(_)) => Json::Null,
                Err(trouble) => return Err(trouble.into()),
            };
            match self.typed(name, &read.fields, &answer) {
                Ok((rows, notes)) => {
                    for (field, rank, used) in notes {
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

    /// Makes typed rows of the script's answer; the notes are fields read by a lower rank.
    fn typed(
        &self,
        name: &str,
        fields: &BTreeMap<String, Field>,
        answer: &Json,
    ) -> Result<(Vec<Record>, Vec<(String, usize, String)>), SiteError> {
        let mut notes = Vec::new();
        let mut rows = Vec::new();
        let changed = |field: &str, what: String| SiteError::Changed {
            what,
            locator: format!("{name}.{field}"),
        };
        let answers = answer
            .as_array()
            .ok_or_else(|| changed("each", "the page does not stay".into()))?;
        for row in answers {
            let mut record = Record::new();
            for ((field_name, field), found) in
                fields.iter().zip(row.as_array().into_iter().flatten())
            {
                let text = match (found["count"].as_u64(), found["text"].as_str()) {
                    (Some(1), Some(text)) if !(text.is_empty() && field.optional) => text,
                    (Some(0 | 1), _) if field.optional => continue,
                    (Some(0 | 1), _) => {
                        return Err(changed(field_name, "the value is not there".into()));
                    }
                    _ => {
                        let what = format!("{} values match where one should", found["count"]);
                        return Err(changed(field_name, what));
                    }
                };
                let Some(text) = pick(text, field) else {
                    if field.optional {
                        continue;
                    }
                    let what = format!("{:?} is not as expected", quote(text));
                    return Err(changed(field_name, what));
                };
                let format = field.format.as_deref();
                let value = value::read(&text, field.kind, format, self.recipe.money())
                    .map_err(|what| changed(field_name, what))?;
                let rank = rank(found);
                if rank > 0
                    && let Some(at) = &field.at
                {
                    notes.push((field_name.clone(), rank, at.source(rank).to_owned()));
                }
                record.insert(field_name.clone(), value);
            }
            rows.push(record);
        }
        Ok((rows, notes))
    }
}

/// The part of the text that the field's pattern takes.
fn pick(text: &str, field: &Field) -> Option<String> {
    match &field.re {
        None => Some(text.to_owned()),
        Some(search) => {
            let found = search.0.captures(text)?;
            let group = found.get(1).or_else(|| found.get(0))?;
            Some(group.as_str().to_owned())
        }
    }
}

/// The text of the sign when this page shows it.
pub(super) fn shows(sign: &Sign, state: &PageState, texts: Option<&[String]>) -> Option<String> {
    let url = sign
        .url
        .as_ref()
        .is_none_or(|url| url.0.is_match(&state.path));
    let title = sign
        .title
        .as_ref()
        .is_none_or(|title| title.0.is_match(&state.title));
    if !url || !title {
        return None;
    }
    match (&sign.at, texts) {
        (None, _) => Some(quote(&state.title)),
        (Some(_), None) => None,
        (Some(_), Some(texts)) => texts
            .iter()
            .find(|text| {
                sign.text
                    .as_ref()
                    .is_none_or(|search| search.0.is_match(text))
            })
            .map(|text| quote(text)),
    }
}

pub(super) fn quote(text: &str) -> String {
    text.chars().take(QUOTE).collect()
}

fn rank(found: &Json) -> usize {
    found["rank"]
        .as_u64()
        .and_then(|rank| usize::try_from(rank).ok())
        .unwrap_or_default()
}
