//! Read: a closed burst becomes operations on lines, and these a version of a requisition.
//!
//! **Invariant:** what is not certain is a question, never a guess; a burst gets one reply.

mod aim;
mod ask;
mod hear;
mod lines;
mod talk;
mod write;

use chrono::TimeDelta;
use jobs::Job;

use self::aim::{Target, changes_header};
use self::hear::{Heard, hear};
use super::{tell, texts};
use crate::app::{App, Catalogue};
use crate::domain::ids::{BurstId, RequisitionId};
use crate::domain::message::BurstState;
use crate::language::Intent;
use crate::store::bursts::Burst;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::people::{self, Identity, Person};
use crate::store::{bursts, cards, catalogue, leases, messages};

/// How often the catalogue may change between its reading and ours, before we take it as it was.
const LOOKS: usize = 5;

pub async fn read(app: &App, id: &BurstId) -> anyhow::Result<()> {
    let mut looks = 0;
    let (mut tx, burst, catalogue) = loop {
        let mut tx = app.db.read().await?;
        let Some(burst) = bursts::find(&mut tx, id).await? else {
            return Ok(());
        };
        drop(tx);
        let catalogue = app.catalogue(&burst.org_id).await?;
        let mut tx = app.db.begin().await?;
        let version = catalogue::version(&mut tx, &burst.org_id).await?;
        looks += 1;
        if version == catalogue.version || looks == LOOKS {
            let burst = bursts::find(&mut tx, id).await?;
            break (tx, burst, catalogue);
        }
    };
    let Some(burst) = burst else {
        return Ok(());
    };
    if burst.state != BurstState::Closed {
        return Ok(());
    }
    let sender = format!("sender:{}", burst.identity_id);
    leases::serialise(&mut tx, &burst.org_id, &sender).await?;
    let oldest = bursts::oldest_closed(&mut tx, &burst.org_id, &burst.identity_id).await?;
    if oldest.as_ref() != Some(id) {
        app.ring_all(oldest.map(|b| Job::Read {
            burst: b.to_string(),
        }))
        .await;
        return Ok(());
    }
    let bells = read_burst(app, &mut tx, &burst, &catalogue).await?;
    let next = bursts::oldest_closed(&mut tx, &burst.org_id, &burst.identity_id).await?;
    crate::crash::point("read:before_commit");
    tx.commit().await?;
    crate::crash::point("read:after_commit");
    app.ring_all(bells).await;
    app.ring_all(next.map(|b| Job::Read {
        burst: b.to_string(),
    }))
    .await;
    Ok(())
}

async fn read_burst(
    app: &App,
    tx: &mut Tx,
    burst: &Burst,
    catalogue: &Catalogue,
) -> anyhow::Result<Vec<Job>> {
    let org = tell::org(tx, &burst.org_id).await?;
    let identity = people::identity(tx, &org.id, &burst.identity_id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("the sender of burst {} is gone", burst.id))?;
    let person = match &identity.person_id {
        Some(person) => people::find(tx, &org.id, person)
            .await?
            .filter(|p| p.active),
        None => None,
    };
    let Some(person) = person else {
        return stranger(app, tx, burst, &identity).await;
    };
    let heard = hear(app, tx, burst).await?;
    let reader = Reader {
        app,
        org: &org,
        burst,
        identity: &identity,
        person: &person,
        catalogue,
    };
    reader.act(tx, heard).await
}

/// Nobody we know: told so once a day, and a card for the office.
async fn stranger(
    app: &App,
    tx: &mut Tx,
    burst: &Burst,
    identity: &Identity,
) -> anyhow::Result<Vec<Job>> {
    for message in messages::of_burst(tx, &burst.org_id, &burst.id).await? {
        messages::set_aside(tx, &burst.org_id, &message.id, "unknown sender").await?;
    }
    bursts::read(tx, &burst.org_id, &burst.id, None).await?;
    let since = tx.now().await? - TimeDelta::days(1);
    if people::greeted(tx, &burst.org_id, &identity.id, since).await? == 0 {
        return Ok(Vec::new());
    }
    let card = cards::NewCard {
        org: &burst.org_id,
        kind: "join",
        subject: "identity",
        subject_id: identity.id.as_str(),
        requisition: None,
        text: "Somebody whom nobody knows wrote on WhatsApp. Add them with sutler import, or leave it.",
    };
    cards::lay(tx, card).await?;
    let say = tell::Say {
        org: &burst.org_id,
        cause: burst.id.as_str(),
        kind: "stranger",
        to: &identity.id,
        requisition: None,
        burst: None,
        body: tell::Body::text(texts::stranger()),
    };
    Ok(tell::say(app, tx, say).await?)
}

struct Reader<'a> {
    app: &'a App,
    org: &'a Org,
    burst: &'a Burst,
    identity: &'a Identity,
    person: &'a Person,
    catalogue: &'a Catalogue,
}

impl Reader<'_> {
    async fn act(&self, tx: &mut Tx, heard: Heard) -> anyhow::Result<Vec<Job>> {
        let (target, reading, sites) = self.aim(tx, &heard).await?;
        tracing::info!(
            burst.id = %self.burst.id,
            intent = ?reading.intent,
            questions = reading.questions.len(),
            clean = reading.gate.is_clean(),
            "read"
        );
        let outcome = if reading.is_ready() { "ready" } else { "open" };
        metrics::counter!("sutler_readings_total", "outcome" => outcome).increment(1);
        let has_lines = reading.requests.iter().any(|r| !r.operations.is_empty());
        let orders = match reading.intent {
            Intent::Order | Intent::Change | Intent::AnotherOrder | Intent::Several => true,
            Intent::Done => has_lines,
            Intent::Reorder
            | Intent::Cancel
            | Intent::Hold
            | Intent::Yes
            | Intent::No
            | Intent::Greeting
            | Intent::Thanks
            | Intent::Status
            | Intent::Help
            | Intent::Person
            | Intent::Enquiry
            | Intent::Report
            | Intent::NotARequest => false,
        };
        if !orders || (!has_lines && !changes_header(&reading)) {
            return self.talk(tx, &heard, &reading, target).await;
        }
        match target {
            Target::Change(requisition, lines) => {
                self.change(tx, &heard, &reading, &sites, &requisition, &lines)
                    .await
            }
            Target::New => self.open(tx, &heard, &reading, &sites).await,
        }
    }

    async fn reply(
        &self,
        tx: &mut Tx,
        requisition: Option<&RequisitionId>,
        kind: &str,
        text: &str,
    ) -> anyhow::Result<Vec<Job>> {
        let say = tell::Say {
            org: &self.org.id,
            cause: self.burst.id.as_str(),
            kind,
            to: &self.identity.id,
            requisition,
            burst: Some(&self.burst.id),
            body: tell::Body::text(text),
        };
        Ok(tell::say(self.app, tx, say).await?)
    }
}
