//! Which page is this, and what does it mean.

use serde_json::Value as Json;

use super::{Scope, Visit};
use crate::browser::{PageState, Trouble};
use crate::error::{Refusal, SiteError};
use crate::recipe::Part;
use crate::recipe::sign::{Sign, Then};
use crate::recipe::step::Fail;

/// Longest page text that goes into an error.
const QUOTE: usize = 300;

impl Visit {
    /// Runs the recipe's page signs; the first that matches decides.
    pub(super) async fn recognise_here(&mut self, scope: Scope<'_>) -> Result<(), SiteError> {
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
                && let Some(error) = means(scope, *then, text)
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
}

fn means(scope: Scope<'_>, then: Then, text: String) -> Option<SiteError> {
    match then {
        Then::Handoff(what) => Some(SiteError::NeedsPerson { what }),
        Then::Login if scope.part == Part::Login => None,
        Then::Login if scope.part == Part::Session => {
            Some(SiteError::SignIn("not signed in".into()))
        }
        Then::Login => Some(SiteError::Unavailable("the session has ended".into())),
        Then::RetryLater => Some(SiteError::Unavailable(text)),
        Then::Blocked => Some(SiteError::Blocked),
        Then::Fail(fail) => Some(refusal(scope, fail, None, text)),
    }
}

/// A recipe's reason with what the engine knows of the line.
pub(super) fn refusal(scope: Scope<'_>, fail: Fail, found: Option<i64>, text: String) -> SiteError {
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
