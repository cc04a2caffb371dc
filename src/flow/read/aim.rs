//! Aims: which request a burst is about, and its reading in that light.

use chrono::TimeDelta;

use super::Reader;
use super::hear::Heard;
use crate::domain::org::{DateOrder, NumberFormat, OrgSettings};
use crate::domain::quantity::{Quantity, Unit};
use crate::domain::requisition::RequisitionState;
use crate::language::{self, DraftLine, Intent, Operation, Place, Reading, Setting};
use crate::store::db::Tx;
use crate::store::people::{self, Site};
use crate::store::requisitions::{self, Line, Requisition};

/// Days in which a later message may still be about an ordered request.
const ABOUT_ORDERED_DAYS: i64 = 3;

/// What a burst is about.
pub(super) enum Target {
    /// An unconfirmed draft, or a confirmed request that was not sent yet.
    Change(Box<Requisition>, Vec<Line>),
    New,
}

impl Reader<'_> {
    /// Finds which request the burst is about, and reads it in that light.
    pub(super) async fn aim(
        &self,
        tx: &mut Tx,
        heard: &Heard,
    ) -> anyhow::Result<(Target, Reading, Vec<Site>)> {
        let sites = self.sites(tx).await?;
        let unfinished = requisitions::unfinished_of(tx, &self.org.id, &self.person.id).await?;
        let draft = unfinished
            .iter()
            .find(|r| r.state.is_unconfirmed())
            .cloned();
        let confirmed = unfinished.into_iter().find(|r| !r.state.is_unconfirmed());
        if let Some(draft) = draft {
            let lines = requisitions::lines(tx, &self.org.id, &draft.id, draft.version).await?;
            let reading = self.understand(heard, &sites, &lines);
            if reading.intent != Intent::AnotherOrder {
                return Ok((Target::Change(Box::new(draft), lines), reading, sites));
            }
            return Ok((Target::New, reading, sites));
        }
        let plain = self.understand(heard, &sites, &[]);
        let recent = match confirmed {
            Some(confirmed) => Some(confirmed),
            None => self.lately_ordered(tx).await?,
        };
        let Some(recent) = recent else {
            return Ok((Target::New, plain, sites));
        };
        let lines = requisitions::lines(tx, &self.org.id, &recent.id, recent.version).await?;
        let aimed = self.understand(heard, &sites, &lines);
        if refers(&aimed) {
            return Ok((Target::Change(Box::new(recent), lines), aimed, sites));
        }
        Ok((Target::New, plain, sites))
    }

    pub(super) async fn lately_ordered(&self, tx: &mut Tx) -> anyhow::Result<Option<Requisition>> {
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

    pub(super) fn understand(&self, heard: &Heard, sites: &[Site], draft: &[Line]) -> Reading {
        language::read(&heard.said, &self.setting(sites, draft))
    }

    /// The sites that the sender may name: theirs, or all where none are set.
    pub(super) async fn sites(&self, tx: &mut Tx) -> anyhow::Result<Vec<Site>> {
        let all = people::sites(tx, &self.org.id).await?;
        let theirs = people::sites_of(tx, &self.org.id, &self.person.id).await?;
        if theirs.is_empty() {
            return Ok(all);
        }
        Ok(theirs
            .iter()
            .filter_map(|(id, _)| all.iter().find(|s| s.id == *id).cloned())
            .collect())
    }

    pub(super) fn setting(&self, sites: &[Site], draft: &[Line]) -> Setting {
        let zone: chrono_tz::Tz = self.org.time_zone.parse().unwrap_or(chrono_tz::UTC);
        let OrgSettings {
            number_format,
            date_order,
            unknown_words,
            ..
        } = &self.org.settings.0;
        let now = self.app.now().with_timezone(&zone).naive_local();
        Setting {
            number_format: match number_format {
                NumberFormat::Point => language::NumberFormat::Point,
                NumberFormat::Comma => language::NumberFormat::Comma,
                NumberFormat::Space => language::NumberFormat::Space,
                NumberFormat::Unset => language::NumberFormat::Unset,
            },
            date_order: match date_order {
                DateOrder::DayFirst => language::DateOrder::DayFirst,
                DateOrder::MonthFirst => language::DateOrder::MonthFirst,
                DateOrder::Unset => language::DateOrder::Unset,
            },
            unknown_words: *unknown_words,
            sites: sites
                .iter()
                .map(|s| Place {
                    id: s.id.to_string(),
                    name: s.name.clone(),
                    aliases: s
                        .aliases
                        .0
                        .iter()
                        .cloned()
                        .chain([s.code.clone()])
                        .collect(),
                })
                .collect(),
            home_site: sites.first().map(|s| s.id.to_string()),
            draft: draft.iter().map(draft_line).collect(),
            ..Setting::new(now)
        }
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
pub(super) fn refers(reading: &Reading) -> bool {
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
