//! One visit at one supplier account: sign in, read the history, stage a basket, hold the order
//! request, let it go once.
//!
//! **Invariant:** queries are retried until a deadline, actions are done once. Nothing but
//! [`Visit::hold`] touches the commit's element, and it does so once in a visit's life.

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use url::Url;

use crate::browser::{Death, Handle, Session, hosts_of};
use crate::error::SiteError;
use crate::order::{Basket, Order, SiteFile};
use crate::recipe::{Part, Recipe};
use crate::value::{Record, Value};

mod act;
mod arrive;
mod basket;
mod commit;
mod compare;
mod expect;
mod forms;
mod held;
mod look;
mod pages;
mod past;
mod reads;
mod steps;

pub use commit::{Held, Submitted};
pub use held::OrderRequest;

/// The sign-in of a supplier account.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    pub user: String,
    pub password: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

/// Something kept of a step, for whoever asks later what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// `orders`, `empty`, `line 1`, `review`, `commit`, `outcome`, or `stopped in …`.
    pub step: String,
    pub kind: EvidenceKind,
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    Screenshot,
    Dom,
    /// The typed values that were read, as JSON.
    Values,
    Pdf,
}

/// Something the run got over, for the maintainer of the recipe or the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The first way to point at an element no longer works; `used` does.
    LowerRank { name: String, used: String },
    /// A value that has no cap of its own is not the approved one.
    Differs {
        field: String,
        approved: i64,
        found: i64,
    },
}

/// One run at one supplier account.
#[derive(Debug)]
pub struct Visit {
    recipe: Recipe,
    base: Url,
    secrets: Secrets,
    session: Session,
    /// The last rows of each read.
    reads: BTreeMap<String, Vec<Record>>,
    /// `line.url` of each line of the staged order.
    line_urls: BTreeMap<usize, String>,
    reviewed_at: Option<Instant>,
    staged: Option<Order>,
    clicked: Clicked,
    /// The frames that are looked into, the outermost first.
    frames: Vec<Handle>,
    /// How many windows should be open.
    windows: usize,
    /// The frame or window in which the steps are is no longer there.
    lost: Option<&'static str>,
    files: Vec<SiteFile>,
    notes: Vec<Note>,
    evidence: Vec<Evidence>,
}

/// Has this visit used its one commit click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clicked {
    No,
    Yes,
}

/// What a flow's steps may refer to.
#[derive(Clone, Copy, Debug)]
struct Scope<'a> {
    part: Part,
    order: Option<&'a Order>,
    line: Option<usize>,
    past: Option<&'a str>,
    past_url: Option<&'a str>,
}

impl<'a> Scope<'a> {
    fn of(part: Part) -> Self {
        Self {
            part,
            order: None,
            line: None,
            past: None,
            past_url: None,
        }
    }

    fn with_order(part: Part, order: &'a Order) -> Self {
        Self {
            order: Some(order),
            ..Self::of(part)
        }
    }

    fn step(&self) -> String {
        match self.line {
            Some(index) => format!("line {}", index + 1),
            None => self.part.name().to_owned(),
        }
    }
}

impl Visit {
    /// `base` replaces the recipe's address, for a test system of the same shop.
    pub fn new(recipe: Recipe, base: Option<Url>, secrets: Secrets, session: Session) -> Self {
        let base = base.unwrap_or_else(|| recipe.base().clone());
        session.serve(hosts_of(&base, &recipe.hosts()));
        Self {
            recipe,
            base,
            secrets,
            session,
            reads: BTreeMap::new(),
            line_urls: BTreeMap::new(),
            reviewed_at: None,
            staged: None,
            clicked: Clicked::No,
            frames: Vec::new(),
            windows: 1,
            lost: None,
            files: Vec::new(),
            notes: Vec::new(),
            evidence: Vec::new(),
        }
    }

    /// Signs in, unless the session already is. Leaves no evidence.
    pub async fn sign_in(&mut self) -> Result<(), SiteError> {
        match self.run(Scope::of(Part::Session)).await {
            Ok(()) => return Ok(()),
            // Not signed in: which of the two it is depends on what the site shows.
            Err(SiteError::SignIn(_) | SiteError::Changed { .. }) => {}
            Err(error) => return Err(error),
        }
        match self.run(Scope::of(Part::Login)).await {
            Err(error @ SiteError::Changed { .. }) => Err(self.refused_sign_in(error).await),
            other => other,
        }
    }

    /// Empties the basket, adds each line, goes to the review page and compares it with `order`,
    /// field by field. After this the visit is armed: the commit's element was found, and nothing
    /// has been ordered. May be repeated.
    pub async fn stage(&mut self, order: &Order) -> Result<Basket, SiteError> {
        self.staged = None;
        self.reviewed_at = None;
        self.line_urls.clear();
        basket::check_order(order, &self.recipe.money().currency)?;
        self.session.prepare().await?;
        self.run_with_evidence(Scope::with_order(Part::Empty, order))
            .await?;
        for index in 0..order.lines.len() {
            let scope = Scope {
                line: Some(index),
                ..Scope::with_order(Part::Line, order)
            };
            self.run_with_evidence(scope).await?;
        }
        let scope = Scope::with_order(Part::Review, order);
        self.reads.clear();
        self.run_with_evidence(scope).await?;
        let basket = match self.compare(order) {
            Ok(basket) => basket,
            Err(error) => {
                self.keep_page("stopped in review").await;
                return Err(error);
            }
        };
        self.find_commit(scope).await?;
        self.reviewed_at = Some(Instant::now());
        self.staged = Some(order.clone());
        Ok(basket)
    }

    /// What this run got over so far; drained.
    pub fn notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }

    /// What was kept so far; drained.
    pub fn evidence(&mut self) -> Vec<Evidence> {
        std::mem::take(&mut self.evidence)
    }

    /// Ends the browser and says whether it is known to be gone.
    pub async fn close(self) -> Death {
        self.session.close().await
    }

    async fn run_with_evidence(&mut self, scope: Scope<'_>) -> Result<(), SiteError> {
        let result = self.run(scope).await;
        let step = scope.step();
        match &result {
            Ok(()) => {
                self.keep_page(&step).await;
                self.keep_values(&step);
            }
            Err(_) => self.keep_page(&format!("stopped in {step}")).await,
        }
        result
    }

    /// Picture and text of the page. What cannot be kept does not stop the run.
    async fn keep_page(&mut self, step: &str) {
        match self.session.screenshot().await {
            Ok(bytes) => self.keep(step, EvidenceKind::Screenshot, bytes, "image/png"),
            Err(error) => tracing::warn!(%error, step, "no screenshot"),
        }
        match self.session.source().await {
            Ok(text) => self.keep(step, EvidenceKind::Dom, text.into_bytes(), "text/html"),
            Err(error) => tracing::warn!(%error, step, "no page text"),
        }
    }

    fn keep_values(&mut self, step: &str) {
        if self.reads.is_empty() {
            return;
        }
        let reads: serde_json::Map<String, Json> = self
            .reads
            .iter()
            .map(|(name, rows)| {
                let rows: Vec<Json> = rows
                    .iter()
                    .map(|row| {
                        let fields = row.iter().map(|(name, value)| (name.clone(), value.json()));
                        Json::Object(fields.collect())
                    })
                    .collect();
                (name.clone(), rows.into())
            })
            .collect();
        let bytes = json!(reads).to_string().into_bytes();
        self.keep(step, EvidenceKind::Values, bytes, "application/json");
    }

    fn keep(&mut self, step: &str, kind: EvidenceKind, bytes: Vec<u8>, media_type: &'static str) {
        self.evidence.push(Evidence {
            step: step.to_owned(),
            kind,
            bytes,
            media_type,
        });
    }
}

fn text(row: &Record, field: &str) -> Option<String> {
    match row.get(field) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(Value::Quantity(_) | Value::Money(_) | Value::Time(_)) | None => None,
    }
}

/// Ten-thousandths or thousandths, by the field's type.
fn number_of(row: &Record, field: &str) -> Option<i64> {
    match row.get(field) {
        Some(Value::Quantity(number) | Value::Money(number)) => Some(*number),
        Some(Value::Text(_) | Value::Time(_)) | None => None,
    }
}

fn time(row: &Record, field: &str) -> Option<NaiveDateTime> {
    match row.get(field) {
        Some(Value::Time(time)) => Some(*time),
        Some(Value::Text(_) | Value::Quantity(_) | Value::Money(_)) | None => None,
    }
}
