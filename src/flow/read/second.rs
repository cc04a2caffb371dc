//! Second reader: what the rules leave open in a burst is put to the language model, once.
//!
//! **Invariant:** the burst stays closed and due while the model is asked, so that a newer message, a
//! second process or a crash in between only means that it is read again.

use super::Reader;
use super::aim::{Aimed, Target};
use super::hear::Heard;
use super::lines::Matcher;
use crate::app::App;
use crate::flow::model::{self, About, Claim, Leave};
use crate::language::{self, Proposed, Reading, Setting, Span};
use crate::llm;
use crate::store::db::Tx;

/// Times that a burst is put to the model before the rules stand alone.
const MOST_CALLS: i64 = 3;

/// A question about a burst, and the parts that it is about.
pub(super) struct Question {
    claim: Box<Claim>,
    parts: Vec<Span>,
}

/// What the model said of a burst; nothing, if it gave no answer.
pub(super) struct Second {
    heard: Option<model::Heard>,
    parts: Vec<Span>,
    proposals: Vec<Proposed>,
}

/// Whether a burst is read now.
pub(super) enum Plan {
    Now,
    Ask(Question),
    /// Another process asks about it.
    Wait,
}

impl Question {
    /// Asks the model. No transaction may be open.
    pub(super) async fn ask(self, app: &App) -> Second {
        let heard = model::ask(app, self.claim).await;
        let answer = heard.as_ref().and_then(model::Heard::answer);
        let proposals = answer.map(llm::read_proposals).unwrap_or_default();
        Second {
            heard,
            parts: self.parts,
            proposals,
        }
    }
}

impl Second {
    /// Books what was spent, with the rest of the reading.
    pub(super) async fn book(&self, tx: &mut Tx) -> sqlx::Result<()> {
        match &self.heard {
            Some(heard) => heard.book(tx, None).await,
            None => Ok(()),
        }
    }

    /// The rules' reading with what the messages bear out of the proposals.
    pub(super) fn add_to(&self, heard: &Heard, setting: &Setting, reading: Reading) -> Reading {
        if self.proposals.is_empty() {
            return reading;
        }
        let verified =
            language::verify(&heard.said, setting, &reading, &self.parts, &self.proposals);
        for (outcome, count) in [
            ("grounded", verified.counts.grounded),
            ("ungrounded", verified.counts.ungrounded),
            ("contradicted", verified.counts.contradicted),
        ] {
            metrics::counter!("sutler_model_fields_total", "outcome" => outcome)
                .increment(u64::try_from(count).unwrap_or(0));
        }
        verified.reading
    }
}

impl Reader<'_> {
    /// Looks what the rules leave open, and claims the question about it.
    pub(super) async fn plan(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        aimed: &Aimed,
    ) -> anyhow::Result<Plan> {
        let reading = &aimed.reading;
        let asked = self.second.is_some() || self.app.llm.is_none();
        if asked || heard.flooded || reading.is_ready() {
            return Ok(Plan::Now);
        }
        let setting = self.setting(&aimed.sites, &[], &[]);
        let spans = language::unresolved(&heard.said, &setting, reading);
        if spans.is_empty() {
            return Ok(Plan::Now);
        }
        let index = &self.catalogue.index;
        let matcher = Matcher::read(tx, self.org, index, self.person, None).await?;
        let parts: Vec<llm::Part> = spans
            .iter()
            .map(|span| llm::Part {
                span: *span,
                candidates: matcher.candidates(span.of(&heard.said)),
            })
            .collect();
        let Some(question) = llm::reading(&heard.said, &parts) else {
            return Ok(Plan::Now);
        };
        let requisition = match &aimed.target {
            Target::Change(requisition, _) => Some(&requisition.id),
            Target::New(_) => None,
        };
        let about = About {
            org: &self.org.id,
            person: &self.person.id,
            kind: "burst",
            id: self.burst.id.as_str(),
            requisition,
            most: MOST_CALLS,
        };
        Ok(match model::claim(self.app, tx, about, question).await? {
            Leave::Ask(claim) => Plan::Ask(Question {
                claim,
                parts: spans,
            }),
            Leave::Wait => Plan::Wait,
            Leave::No => Plan::Now,
        })
    }
}
