//! Learn: what people said that their words mean, and confirmed, becomes a name of the item.
//!
//! **Invariant:** a name says which item is meant, never how many or of what unit; it is learned from
//! two independent confirmations, seen in the console, and not learned again once it was taken back.

use chrono_tz::Tz;
use serde_json::json;

use super::tell;
use crate::domain::catalogue::{self, memory};
use crate::store::aliases::{self, NewAlias, Voice};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::requisitions::{self, Line, Requisition};
use crate::store::suppliers::Item;

/// Notes what the lines of a version that is being confirmed say about names.
pub async fn learn(tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<()> {
    let (org, id) = (&requisition.org_id, &requisition.id);
    for line in requisitions::lines(tx, org, id, requisition.version).await? {
        learn_from(tx, requisition, &line).await?;
    }
    Ok(())
}

async fn learn_from(tx: &mut Tx, requisition: &Requisition, line: &Line) -> anyhow::Result<()> {
    let (Some(item), Some(person)) = (&line.item_id, &line.item_by) else {
        return Ok(());
    };
    let org = &requisition.org_id;
    let Some(item) = crate::store::catalogue::item(tx, org, item).await? else {
        return Ok(());
    };
    let words = [Some(line.words.as_str()), line.spec.as_deref()];
    let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let key = catalogue::key(&words);
    if key.is_empty() || is_called(&item, &key) {
        return Ok(());
    }
    let new = NewAlias {
        org,
        words: &words,
        key: &key,
        item: &item.id,
    };
    aliases::hear(tx, new, &requisition.id, person).await?;
    let voices = aliases::voices(tx, org, &key).await?;
    let zone: Tz = tell::org(tx, org)
        .await?
        .time_zone
        .parse()
        .unwrap_or(Tz::UTC);
    let said: Vec<memory::Voice<'_>> = voices.iter().map(|voice| said(voice, zone)).collect();
    if memory::learned(&said) == Some(item.id.as_str()) && aliases::learn(tx, new).await? == 1 {
        let note = Note {
            org,
            subject: "item",
            subject_id: item.id.as_str(),
            epoch: 0,
            event: "learned",
            was: None,
            became: None,
            detail: json!({ "words": words }),
            person: Some(person),
        };
        journal::write(tx, note).await?;
    }
    Ok(())
}

fn said(voice: &Voice, zone: Tz) -> memory::Voice<'_> {
    memory::Voice {
        item: voice.item_id.as_str(),
        person: voice.person_id.as_str(),
        requisition: voice.requisition_id.as_str(),
        day: voice.at.with_timezone(&zone).date_naive(),
    }
}

/// True if the item has that name of itself.
fn is_called(item: &Item, key: &str) -> bool {
    let names = [&item.code, &item.name].into_iter().chain(&item.aliases.0);
    names.into_iter().any(|name| catalogue::key(name) == key)
}
