//! What stands beside the shop: its ledger and its switches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::{Value, context};
use serde::Deserialize;
use serde_json::json;
use url::form_urlencoded;

use super::House;
use super::faults;
use super::ledger::Ledger;
use super::switches::{Delay, During, MovedPrices, Refused, RefusedAt, Switches};
use super::visit::Visitor;

pub(super) async fn ledger(State(house): State<Arc<House>>) -> Json<Ledger> {
    Json(Ledger::read(&house.store()))
}

/// The switches as a page, or as JSON for who accepts only that.
pub(super) async fn page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let switches = house.store().switches.clone();
    if says(&headers, &header::ACCEPT, "application/json") {
        return Json(switches).into_response();
    }
    let form = Answers::from(&switches).view();
    house.page(&visitor, "switches.html", context! { form })
}

/// Replaces all switches, from JSON or from the page's form.
pub(super) async fn set(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let json = says(&headers, &header::CONTENT_TYPE, "application/json");
    let switches = if json {
        serde_json::from_slice(&body).map_err(|error| error.to_string())
    } else {
        Answers::parse(&body).and_then(|answers| answers.switches())
    };
    let checked = switches.and_then(|switches: Switches| switches.check().map(|()| switches));
    match checked {
        Ok(switches) => {
            house.store().switches = switches.clone();
            if json {
                Json(switches).into_response()
            } else {
                Redirect::to("/switches").into_response()
            }
        }
        Err(error) if json => {
            (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
        }
        Err(error) => house.message(&visitor, StatusCode::BAD_REQUEST, "Not understood", &error),
    }
}

fn says(headers: &HeaderMap, name: &header::HeaderName, kind: &str) -> bool {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.starts_with(kind))
}

/// The fields of the switches page; an empty one is off.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Answers {
    slow_ms: String,
    slow_posts: String,
    hang_ms: String,
    hang_posts: String,
    maintenance: String,
    maintenance_posts: String,
    answer_lost: String,
    answer_lost_posts: String,
    refused: String,
    refused_at: String,
    refused_posts: String,
    moved: String,
    moved_posts: String,
    faults: String,
    seed: String,
}

impl Answers {
    fn parse(body: &[u8]) -> Result<Self, String> {
        let pairs: serde_json::Map<String, serde_json::Value> = form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.trim().into()))
            .collect();
        serde_json::from_value(pairs.into()).map_err(|error| error.to_string())
    }

    fn view(&self) -> Value {
        context! {
            slow_ms => &self.slow_ms,
            slow_posts => &self.slow_posts,
            hang_ms => &self.hang_ms,
            hang_posts => &self.hang_posts,
            maintenance => &self.maintenance,
            maintenance_posts => &self.maintenance_posts,
            answer_lost => &self.answer_lost,
            answer_lost_posts => &self.answer_lost_posts,
            refused => &self.refused,
            refused_at => &self.refused_at,
            refused_posts => &self.refused_posts,
            moved => &self.moved,
            moved_posts => &self.moved_posts,
            faults => &self.faults,
            seed => &self.seed,
        }
    }

    fn switches(&self) -> Result<Switches, String> {
        let delay = |ms: &str, posts: &str| -> Result<Option<Delay>, String> {
            let ms = (!ms.is_empty()).then(|| whole(ms)).transpose()?;
            let posts = count(posts)?;
            Ok(ms.map(|ms| Delay { ms, posts }))
        };
        let during = |on: &str, posts: &str| -> Result<Option<During>, String> {
            let posts = count(posts)?;
            Ok((!on.is_empty()).then_some(During { posts }))
        };
        let skus: BTreeSet<String> = words(&self.refused).map(str::to_owned).collect();
        let at = match self.refused_at.as_str() {
            "review" => RefusedAt::Review,
            _ => RefusedAt::Place,
        };
        let refused_posts = count(&self.refused_posts)?;
        let mut prices = BTreeMap::new();
        for word in words(&self.moved) {
            let (sku, price) = word
                .split_once('=')
                .ok_or("write moved prices as SKU=price")?;
            prices.insert(sku.to_owned(), price.to_owned());
        }
        let moved_posts = count(&self.moved_posts)?;
        Ok(Switches {
            slow: delay(&self.slow_ms, &self.slow_posts)?,
            refused: (!skus.is_empty()).then_some(Refused {
                skus,
                at,
                posts: refused_posts,
            }),
            moved_prices: (!prices.is_empty()).then_some(MovedPrices {
                prices,
                posts: moved_posts,
            }),
            answer_lost: during(&self.answer_lost, &self.answer_lost_posts)?,
            maintenance: during(&self.maintenance, &self.maintenance_posts)?,
            hang_after_order: delay(&self.hang_ms, &self.hang_posts)?,
            faults: faults::parse(&self.faults)?,
            seed: if self.seed.is_empty() {
                0
            } else {
                whole(&self.seed)?
            },
        })
    }
}

impl From<&Switches> for Answers {
    fn from(switches: &Switches) -> Self {
        let shown = |posts: Option<u32>| posts.map(|n| n.to_string()).unwrap_or_default();
        let mut answers = Self::default();
        if let Some(Delay { ms, posts }) = &switches.slow {
            (answers.slow_ms, answers.slow_posts) = (ms.to_string(), shown(*posts));
        }
        if let Some(Delay { ms, posts }) = &switches.hang_after_order {
            (answers.hang_ms, answers.hang_posts) = (ms.to_string(), shown(*posts));
        }
        if let Some(During { posts }) = &switches.maintenance {
            (answers.maintenance, answers.maintenance_posts) = ("on".to_owned(), shown(*posts));
        }
        if let Some(During { posts }) = &switches.answer_lost {
            (answers.answer_lost, answers.answer_lost_posts) = ("on".to_owned(), shown(*posts));
        }
        if let Some(Refused { skus, at, posts }) = &switches.refused {
            answers.refused = skus.iter().cloned().collect::<Vec<_>>().join(" ");
            answers.refused_at = match at {
                RefusedAt::Review => "review".to_owned(),
                RefusedAt::Place => "place".to_owned(),
            };
            answers.refused_posts = shown(*posts);
        }
        if let Some(MovedPrices { prices, posts }) = &switches.moved_prices {
            let pairs = prices.iter().map(|(sku, price)| format!("{sku}={price}"));
            answers.moved = pairs.collect::<Vec<_>>().join(" ");
            answers.moved_posts = shown(*posts);
        }
        answers.faults = faults::show(&switches.faults);
        answers.seed = switches.seed.to_string();
        answers
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '\n', '\r'])
        .filter(|word| !word.is_empty())
}

fn whole(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("not a whole number: {text}"))
}

fn count(text: &str) -> Result<Option<u32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let count = text
        .parse()
        .map_err(|_| format!("not a number of posts: {text}"))?;
    Ok(Some(count))
}
