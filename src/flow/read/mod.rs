//! Read: a closed burst becomes operations on lines, and these a version of a requisition.
//!
//! **Invariant:** what is not certain is a question, never a guess; a burst gets one reply.

mod aim;
mod answers;
mod ask;
mod enquiry;
mod hear;
pub mod known;
mod lines;
mod pressed;
mod second;
mod status;
mod talk;
mod which;
mod write;

use std::sync::Arc;

use chrono::TimeDelta;
use jobs::Job;

use self::aim::{Target, changes_header};
use self::hear::{Heard, hear};
pub use self::pressed::{pick, repeat};
use self::second::{Plan, Question, Second};
use super::confirm;
use super::tell::{self, Body};
use super::texts::{Texts, say};
use crate::app::{App, Catalogue};
use crate::domain::ids::{BurstId, RequisitionId};
use crate::domain::message::BurstState;
use crate::language::{Intent, Language, Reading, Use};
use crate::store::bursts::Burst;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::people::{self, Identity, Person};
use crate::store::{bursts, cards, catalogue, leases, messages};

/// How often the catalogue may change between its reading and ours, before we take it as it was.
const LOOKS: usize = 5;

pub async fn read(app: &App, id: &BurstId) -> anyhow::Result<()> {
    let Some(taken) = take(app, id).await? else {
        return Ok(());
    };
    let question = match read_once(app, taken, None).await? {
        Step::Ask(question) => question,
        Step::Done => return Ok(()),
    };
    crate::crash::point("read:asking");
    let second = question.ask(app).await;
    let Some(taken) = take(app, id).await? else {
        return Ok(());
    };
    read_once(app, taken, Some(second)).await?;
    Ok(())
}

/// A burst that is to be read, with a transaction that keeps others off it.
struct Taken {
    tx: Tx,
    burst: Burst,
    catalogue: Arc<Catalogue>,
}

/// The burst, if it is the next of its sender to be read.
async fn take(app: &App, id: &BurstId) -> anyhow::Result<Option<Taken>> {
    let mut looks = 0;
    let (mut tx, burst, catalogue) = loop {
        let mut tx = app.db.read().await?;
        let Some(burst) = bursts::find(&mut tx, id).await? else {
            return Ok(None);
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
    let Some(burst) = burst.filter(|burst| burst.state == BurstState::Closed) else {
        return Ok(None);
    };
    let sender = format!("sender:{}", burst.identity_id);
    leases::serialise(&mut tx, &burst.org_id, &sender).await?;
    let oldest = bursts::oldest_closed(&mut tx, &burst.org_id, &burst.identity_id).await?;
    if oldest.as_ref() != Some(id) {
        app.ring_all(oldest.map(|b| Job::Read {
            burst: b.to_string(),
        }))
        .await;
        return Ok(None);
    }
    Ok(Some(Taken {
        tx,
        burst,
        catalogue,
    }))
}

/// What one transaction came to.
enum Step {
    /// The burst is read, or somebody else reads it.
    Done,
    /// Committed with the claim to ask this.
    Ask(Question),
}

async fn read_once(app: &App, taken: Taken, second: Option<Second>) -> anyhow::Result<Step> {
    let Taken {
        mut tx,
        burst,
        catalogue,
    } = taken;
    let bells = match read_burst(app, &mut tx, &burst, &catalogue, second).await? {
        Reply::Bells(bells) => bells,
        Reply::Ask(question) => {
            tx.commit().await?;
            return Ok(Step::Ask(question));
        }
        Reply::Wait => return Ok(Step::Done),
    };
    let next = bursts::oldest_closed(&mut tx, &burst.org_id, &burst.identity_id).await?;
    crate::crash::point("read:before_commit");
    tx.commit().await?;
    crate::crash::point("read:after_commit");
    app.ring_all(bells).await;
    app.ring_all(next.map(|b| Job::Read {
        burst: b.to_string(),
    }))
    .await;
    Ok(Step::Done)
}

enum Reply {
    Bells(Vec<Job>),
    Ask(Question),
    Wait,
}

async fn read_burst(
    app: &App,
    tx: &mut Tx,
    burst: &Burst,
    catalogue: &Catalogue,
    second: Option<Second>,
) -> anyhow::Result<Reply> {
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
    let texts = tell::texts_of(&org, person.as_ref(), Some(&identity));
    if let Some(second) = &second {
        second.book(tx).await?;
    }
    let Some(person) = person else {
        let bells = stranger(app, tx, burst, &identity, texts).await?;
        return Ok(Reply::Bells(bells));
    };
    let heard = hear(app, tx, burst).await?;
    let reader = Reader {
        app,
        org: &org,
        burst,
        identity: &identity,
        person: &person,
        catalogue,
        texts,
        second: second.as_ref(),
    };
    reader.act(tx, heard).await
}

/// Nobody we know: told so once a day, and a card for the office.
async fn stranger(
    app: &App,
    tx: &mut Tx,
    burst: &Burst,
    identity: &Identity,
    texts: Texts,
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
        body: Body::text(say!(texts, "stranger")),
    };
    Ok(tell::say(app, tx, say).await?)
}

/// Known words that must stand in a burst before its sender counts as writing English again.
const ENGLISH_WORDS: usize = 3;

#[derive(Clone, Copy)]
struct Reader<'a> {
    app: &'a App,
    org: &'a Org,
    burst: &'a Burst,
    identity: &'a Identity,
    person: &'a Person,
    catalogue: &'a Catalogue,
    /// How the sender is written to.
    texts: Texts,
    /// What the model said, where it was asked.
    second: Option<&'a Second>,
}

impl Reader<'_> {
    async fn act(mut self, tx: &mut Tx, mut heard: Heard) -> anyhow::Result<Reply> {
        let aimed = self.aim(tx, &mut heard).await?;
        match self.plan(tx, &heard, &aimed).await? {
            Plan::Now => {}
            Plan::Ask(question) => return Ok(Reply::Ask(question)),
            Plan::Wait => return Ok(Reply::Wait),
        }
        let reading = &aimed.reading;
        self.texts = self.listen(tx, reading).await?;
        tracing::info!(
            burst.id = %self.burst.id,
            intent = ?reading.intent,
            questions = reading.questions.len(),
            clean = reading.gate.is_clean(),
            answers = aimed.answers,
            "read"
        );
        let outcome = if reading.is_ready() { "ready" } else { "open" };
        metrics::counter!("sutler_readings_total", "outcome" => outcome).increment(1);
        let has_lines = reading.requests.iter().any(|r| !r.operations.is_empty());
        let works = has_lines || changes_header(reading);
        let orders = match reading.intent {
            Intent::Order | Intent::Change | Intent::AnotherOrder | Intent::Several => works,
            Intent::Done => has_lines,
            Intent::Reorder => reading.again.is_some(),
            Intent::Cancel
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
        let talks = match reading.intent {
            Intent::Cancel | Intent::Hold | Intent::Status | Intent::Help | Intent::Person => true,
            Intent::Order
            | Intent::Change
            | Intent::AnotherOrder
            | Intent::Several
            | Intent::Done
            | Intent::Reorder
            | Intent::Yes
            | Intent::No
            | Intent::Greeting
            | Intent::Thanks
            | Intent::Enquiry
            | Intent::Report
            | Intent::NotARequest => aimed.answers == 0,
        };
        if !orders && talks {
            return Ok(Reply::Bells(self.talk(tx, &heard, aimed).await?));
        }
        let bells = match aimed.target {
            Target::Change(ref requisition, ref base) => {
                self.change(tx, &heard, &aimed, requisition, base).await?
            }
            Target::New(_) => self.open(tx, &heard, &aimed).await?,
        };
        Ok(Reply::Bells(bells))
    }

    /// Notes the language of what was written, and gives how its sender is answered.
    async fn listen(&self, tx: &mut Tx, reading: &Reading) -> sqlx::Result<Texts> {
        let known = |used: &Use| matches!(used, Use::Known | Use::Told);
        let english = reading.gate.words.is_empty()
            && reading.used.iter().filter(|(_, used)| known(used)).count() >= ENGLISH_WORDS;
        if reading.language == Language::English && !english {
            return Ok(self.texts);
        }
        let code = reading.language.code();
        people::spoke(tx, &self.org.id, &self.identity.id, code).await?;
        let set = self.person.language.as_deref().and_then(Language::parse);
        Ok(Texts {
            language: set.unwrap_or(reading.language),
            ..self.texts
        })
    }

    async fn reply(
        &self,
        tx: &mut Tx,
        requisition: Option<&RequisitionId>,
        kind: &str,
        body: Body,
    ) -> anyhow::Result<Vec<Job>> {
        let say = tell::Say {
            org: &self.org.id,
            cause: self.burst.id.as_str(),
            kind,
            to: &self.identity.id,
            requisition,
            burst: Some(&self.burst.id),
            body,
        };
        Ok(tell::say(self.app, tx, say).await?)
    }

    /// Cancels what has no lines left, and says so.
    async fn drop_it(
        &self,
        tx: &mut Tx,
        requisition: &crate::store::requisitions::Requisition,
    ) -> anyhow::Result<Vec<Job>> {
        let text = confirm::cancel(tx, self.texts, requisition).await?;
        let id = Some(&requisition.id);
        self.reply(tx, id, "cancelled", Body::text(text)).await
    }
}
