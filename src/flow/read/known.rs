//! What is known of a sender before the first word is read: how their organisation writes, their sites,
//! and what they asked for before.

use chrono::{DateTime, Utc};

use super::aim::draft_line;
use crate::domain::ids::{OrgId, PersonId, SiteId};
use crate::domain::org::{DateOrder, NumberFormat, OrgSettings};
use crate::flow::texts::Texts;
use crate::language::{self, Past, Place, Setting};
use crate::store::db::Tx;
use crate::store::people::{self, Site};
use crate::store::requisitions::{self, Line, Requisition};

/// Earlier requests that may be meant by "the same again".
const PAST: i64 = 10;

/// The sites that the sender may name.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    pub known: Vec<Site>,
    /// Where it goes when nothing is said; none: it is asked.
    pub home: Option<SiteId>,
}

/// An earlier request of the sender or of their site.
#[derive(Clone, Debug)]
pub struct Earlier {
    pub requisition: Requisition,
    pub lines: Vec<Line>,
}

/// The sites that a person may name: theirs, or all where none are set.
pub async fn sites(tx: &mut Tx, org: &OrgId, person: Option<&PersonId>) -> sqlx::Result<Sites> {
    let all = people::sites(tx, org).await?;
    let theirs = match person {
        Some(person) => people::sites_of(tx, org, person).await?,
        None => Vec::new(),
    };
    let known: Vec<Site> = if theirs.is_empty() {
        all
    } else {
        let of = |id: &SiteId| all.iter().find(|s| s.id == *id).cloned();
        theirs.iter().filter_map(|(id, _)| of(id)).collect()
    };
    let home = match known.as_slice() {
        [one] => Some(one.id.clone()),
        [first, ..] if !theirs.is_empty() => Some(first.id.clone()),
        _ => None,
    };
    Ok(Sites { known, home })
}

/// The last ordered requests of a person or for their site, the newest first.
pub async fn past(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
    home: Option<&SiteId>,
) -> sqlx::Result<Vec<Earlier>> {
    let mut past = Vec::new();
    for requisition in requisitions::ordered_of(tx, org, person, home, PAST).await? {
        let lines = requisitions::lines(tx, org, &requisition.id, requisition.version).await?;
        past.push(Earlier { requisition, lines });
    }
    Ok(past)
}

/// The same for the reader; without a draft.
#[must_use]
pub fn setting(
    org: &OrgSettings,
    texts: Texts,
    now: DateTime<Utc>,
    sites: &Sites,
    past: &[Earlier],
) -> Setting {
    let place = |site: &Site| Place {
        id: site.id.to_string(),
        name: site.name.clone(),
        aliases: site
            .aliases
            .0
            .iter()
            .cloned()
            .chain([site.code.clone()])
            .collect(),
    };
    let earlier = |one: &Earlier| Past {
        date: one
            .requisition
            .created_at
            .with_timezone(&texts.zone)
            .date_naive(),
        lines: one.lines.iter().map(draft_line).collect(),
    };
    Setting {
        number_format: match org.number_format {
            NumberFormat::Point => language::NumberFormat::Point,
            NumberFormat::Comma => language::NumberFormat::Comma,
            NumberFormat::Space => language::NumberFormat::Space,
            NumberFormat::Unset => language::NumberFormat::Unset,
        },
        date_order: match org.date_order {
            DateOrder::DayFirst => language::DateOrder::DayFirst,
            DateOrder::MonthFirst => language::DateOrder::MonthFirst,
            DateOrder::Unset => language::DateOrder::Unset,
        },
        language: Some(texts.language),
        unknown_words: org.unknown_words,
        sites: sites.known.iter().map(place).collect(),
        home_site: sites.home.as_ref().map(ToString::to_string),
        past: past.iter().map(earlier).collect(),
        ..Setting::new(now.with_timezone(&texts.zone).naive_local())
    }
}
