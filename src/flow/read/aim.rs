//! Aims: which request a burst is about, and its reading in that light.

use chrono::{NaiveDate, TimeDelta};

use super::hear::Heard;
use super::known::{self, Earlier, Sites};
use super::{Reader, answers};
use crate::domain::ids::SiteId;
use crate::domain::quantity::{Quantity, Unit};
use crate::domain::requisition::{Question, RequisitionState};
use crate::flow::confirm::{self, Answered};
use crate::language::{self, DraftLine, Intent, Operation, Reading, Setting};
use crate::store::db::Tx;
use crate::store::requisitions::{self, Line, Requisition};

/// Days in which a later message may still be about an ordered request.
const ABOUT_ORDERED_DAYS: i64 = 3;

/// What a burst starts from: the lines there were, with the answers that it gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Base {
    pub(super) lines: Vec<Line>,
    pub(super) site: Option<SiteId>,
    pub(super) needed_by: Option<NaiveDate>,
    /// Questions that were asked before and are not answered.
    pub(super) open: Vec<Question>,
    pub(super) rules: Vec<(String, Option<i64>)>,
    pub(super) changed: bool,
    pub(super) nothing: bool,
    pub(super) tried: Vec<(i64, String, u32)>,
}

impl Base {
    fn of(answered: Answered) -> Self {
        Self {
            lines: answered.lines,
            site: answered.site,
            needed_by: answered.needed_by,
            open: answered.open,
            rules: answered.rules,
            changed: answered.changed,
            nothing: answered.nothing,
            tried: answered.tried,
        }
    }
}

/// What a burst is about.
pub(super) enum Target {
    /// An unconfirmed draft, or a confirmed request that was not sent yet.
    Change(Box<Requisition>, Base),
    /// A request of its own; with "the same again", that earlier one and its lines.
    New(Option<(Box<Requisition>, Base)>),
}

/// A burst, read in the light of what it is about.
pub(super) struct Aimed {
    pub(super) target: Target,
    pub(super) reading: Reading,
    pub(super) sites: Sites,
    /// How many questions it answers.
    pub(super) answers: usize,
}

impl Reader<'_> {
    /// Finds which request the burst is about, and reads it in that light.
    pub(super) async fn aim(&self, tx: &mut Tx, heard: &mut Heard) -> anyhow::Result<Aimed> {
        let sites = self.sites(tx).await?;
        let (org, person) = (&self.org.id, &self.person.id);
        let past = known::past(tx, org, person, sites.home.as_ref()).await?;
        let unfinished = requisitions::unfinished_of(tx, &self.org.id, &self.person.id).await?;
        let quoted = heard.quoted.as_ref().and_then(|q| q.requisition_id.clone());
        let drafts = || unfinished.iter().filter(|r| r.state.is_unconfirmed());
        let draft = drafts()
            .find(|r| Some(&r.id) == quoted.as_ref())
            .or_else(|| drafts().next())
            .cloned();
        if let Some(draft) = draft {
            return self.at_draft(tx, heard, sites, &past, draft).await;
        }
        let plain = self.understand(heard, &sites, &past, &[]);
        let recent = match unfinished.into_iter().next() {
            Some(confirmed) => Some(confirmed),
            None => self.lately_ordered(tx).await?,
        };
        if let Some(recent) = recent {
            let lines = requisitions::lines(tx, &self.org.id, &recent.id, recent.version).await?;
            let reading = self.understand(heard, &sites, &past, &lines);
            if refers(&reading) {
                let base = base(&recent, lines);
                let target = Target::Change(Box::new(recent), base);
                return Ok(Aimed {
                    target,
                    reading,
                    sites,
                    answers: 0,
                });
            }
        }
        let again = plain.again.and_then(|at| past.into_iter().nth(at));
        let again = again.map(|e| {
            let base = base(&e.requisition, e.lines);
            (Box::new(e.requisition), base)
        });
        Ok(Aimed {
            target: Target::New(again),
            reading: plain,
            sites,
            answers: 0,
        })
    }

    /// Takes the answers to what was asked out of the burst, and reads the rest as a change.
    async fn at_draft(
        &self,
        tx: &mut Tx,
        heard: &mut Heard,
        sites: Sites,
        past: &[Earlier],
        draft: Requisition,
    ) -> anyhow::Result<Aimed> {
        let lines = requisitions::lines(tx, &self.org.id, &draft.id, draft.version).await?;
        let questions = match draft.state {
            RequisitionState::Asking => confirm::questions(tx, &draft).await?,
            _ => Vec::new(),
        };
        let setting = self.setting(&sites, &[], &[]);
        let written = heard.said.clone();
        let mut taken = answers::take(&mut heard.said, &questions, &setting);
        let other = self.understand(heard, &sites, past, &lines).intent;
        if other == Intent::AnotherOrder && !taken.is_empty() {
            // Then it is no answer either.
            heard.said = written;
            taken.clear();
        }
        let mut before = lines;
        for line in &mut before {
            line.was = None;
        }
        let base = Base::of(confirm::answered(&draft, before, &questions, &taken));
        let reading = self.understand(heard, &sites, past, &base.lines);
        let target = if reading.intent == Intent::AnotherOrder {
            Target::New(None)
        } else {
            Target::Change(Box::new(draft), base)
        };
        Ok(Aimed {
            target,
            reading,
            sites,
            answers: taken.len(),
        })
    }

    async fn lately_ordered(&self, tx: &mut Tx) -> anyhow::Result<Option<Requisition>> {
        let since = tx.now().await? - TimeDelta::days(ABOUT_ORDERED_DAYS);
        let last = requisitions::last_of(tx, &self.org.id, &self.person.id, 1).await?;
        Ok(last.into_iter().find(|r| {
            r.updated_at >= since
                && matches!(
                    r.state,
                    RequisitionState::Ordering | RequisitionState::Ordered
                )
        }))
    }

    fn understand(
        &self,
        heard: &Heard,
        sites: &Sites,
        past: &[Earlier],
        draft: &[Line],
    ) -> Reading {
        let setting = self.setting(sites, past, draft);
        let reading = language::read(&heard.said, &setting);
        match self.second {
            Some(second) => second.add_to(heard, &setting, reading),
            None => reading,
        }
    }

    pub(super) async fn sites(&self, tx: &mut Tx) -> sqlx::Result<Sites> {
        known::sites(tx, &self.org.id, Some(&self.person.id)).await
    }

    /// What is known before the first word is read.
    pub(super) fn setting(&self, sites: &Sites, past: &[Earlier], draft: &[Line]) -> Setting {
        let settings = &self.org.settings.0;
        Setting {
            draft: draft.iter().map(draft_line).collect(),
            ..known::setting(settings, self.texts, self.app.now(), sites, past)
        }
    }
}

/// A request as it stands.
fn base(requisition: &Requisition, lines: Vec<Line>) -> Base {
    Base {
        lines,
        site: requisition.site_id.clone(),
        needed_by: requisition.needed_on(),
        ..Base::default()
    }
}

/// True if something beside lines is said: a site, a day.
pub(super) fn changes_header(reading: &Reading) -> bool {
    reading
        .requests
        .iter()
        .any(|r| r.place.is_some() || r.needed_by.is_some())
}

/// True if a reading speaks of lines that were there before.
fn refers(reading: &Reading) -> bool {
    let touches = reading
        .requests
        .iter()
        .flat_map(|r| &r.operations)
        .any(|o| match o {
            Operation::Add(_) => false,
            Operation::Set { .. }
            | Operation::Increase { .. }
            | Operation::Decrease { .. }
            | Operation::Remove { .. }
            | Operation::Replace { .. }
            | Operation::CancelAll { .. } => true,
        });
    touches || reading.intent == Intent::Cancel
}

pub(super) fn draft_line(line: &Line) -> DraftLine {
    DraftLine {
        item: line.words.clone(),
        spec: line.spec.clone(),
        quantity: Unit::parse(&line.unit)
            .filter(|_| line.quantity > 0)
            .map(|unit| Quantity::new(line.quantity, unit)),
    }
}
