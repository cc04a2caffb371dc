//! Talks: a burst that orders nothing gets a short answer.

use std::fmt::Write as _;

use chrono::TimeDelta;
use jobs::Job;
use serde_json::json;

use super::Reader;
use super::aim::{Aimed, Target};
use super::hear::Heard;
use crate::domain::requisition::RequisitionState;
use crate::flow::tell::Body;
use crate::flow::texts::say;
use crate::flow::{confirm, office};
use crate::language::{Intent, Reading};
use crate::store::db::Tx;
use crate::store::requisitions::{self, Move, Requisition};
use crate::store::{bursts, cards, outgoing};

/// Hours in which a greeting or thanks is answered once.
const ONCE_HOURS: i64 = 12;

impl Reader<'_> {
    /// A burst that orders nothing gets a short answer.
    pub(super) async fn talk(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        aimed: Aimed,
    ) -> anyhow::Result<Vec<Job>> {
        let about = match aimed.target {
            Target::Change(requisition, _) => Some(*requisition),
            Target::New(_) => None,
        };
        let reading = &aimed.reading;
        let id = about.as_ref().map(|r| &r.id);
        // A row of what answers "the same again" makes a request of its own, once.
        let of = id.filter(|_| reading.intent != Intent::Reorder);
        bursts::read(tx, &self.org.id, &self.burst.id, of).await?;
        let texts = self.texts;
        match (reading.intent, &about) {
            (Intent::Cancel, _) => return self.cancel(tx, heard, about.as_ref()).await,
            (Intent::Hold, _) => return self.hold(tx, heard, about.as_ref()).await,
            (Intent::Status, _) => {
                let text = self.status(tx).await?;
                return self.reply(tx, None, "reply", Body::text(text)).await;
            }
            (Intent::Person, _) => return self.person(tx, about.as_ref()).await,
            (Intent::Reorder, _) => return self.which_again(tx).await,
            (Intent::Enquiry, _) => return self.enquiry(tx, heard, about.as_ref()).await,
            (Intent::Thanks, _) => {
                return self.once(tx, "thanks", say!(texts, "welcome")).await;
            }
            (Intent::Greeting, None) if heard.unreadable.is_empty() => {
                let hello = say!(texts, "hello", name: self.person.name.as_str());
                let text = format!("{hello} {}", say!(texts, "help"));
                return self.once(tx, "hello", text).await;
            }
            (Intent::Yes, Some(requisition)) if is_only_a_yes(heard, reading) => {
                return self.yes(tx, heard, requisition).await;
            }
            _ => {}
        }
        let unread = texts.unread(&heard.unreadable);
        let text = match (reading.intent, &about) {
            (Intent::Help, _) => say!(texts, "help"),
            (Intent::Report, _) => say!(texts, "report"),
            _ if !unread.is_empty() => String::new(),
            (Intent::Yes | Intent::Done, Some(requisition))
                if requisition.state == RequisitionState::ToConfirm =>
            {
                say!(texts, "press-confirm", request: requisition.number)
            }
            (_, Some(requisition)) if requisition.state == RequisitionState::Asking => {
                return self.ask_again(tx, requisition).await;
            }
            (_, Some(requisition)) if requisition.state.is_unconfirmed() => {
                let state = texts.state(requisition.state);
                say!(texts, "where-it-is", request: requisition.number, state: state)
            }
            _ => self.nothing(heard, &aimed.sites, reading),
        };
        let parts = [unread, text].into_iter().filter(|part| !part.is_empty());
        let text = parts.collect::<Vec<_>>().join("\n");
        self.reply(tx, id, "reply", Body::text(text)).await
    }

    /// Nothing to order was found: what is not clear in it, or how to write.
    fn nothing(&self, heard: &Heard, sites: &super::known::Sites, reading: &Reading) -> String {
        let texts = self.texts;
        let setting = self.setting(sites, &[], &[]);
        let spelling = super::ask::Spelling {
            texts,
            said: &heard.said,
            sites: &sites.known,
            lines: &[],
            setting: &setting,
        };
        let asked: Vec<String> = reading
            .questions
            .iter()
            .map(|q| spelling.spell(q, None).text)
            .collect();
        if asked.is_empty() {
            format!("{} {}", say!(texts, "nothing-found"), say!(texts, "help"))
        } else {
            asked.join("\n")
        }
    }

    /// A yes counts under the read-back that it quotes, or for questions that may be answered so.
    async fn yes(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        requisition: &Requisition,
    ) -> anyhow::Result<Vec<Job>> {
        let texts = self.texts;
        let number = requisition.number;
        if let Some(bells) = confirm::all_right(self.app, tx, requisition).await? {
            return Ok(bells);
        }
        let quoted = heard
            .quoted
            .as_ref()
            .filter(|q| q.kind.starts_with("read_back"));
        if let Some(quoted) = quoted {
            let version = format!("{}/{}/", requisition.id, requisition.version);
            let by = json!({ "burst": self.burst.id, "quoted": quoted.id });
            let confirmed = if quoted.cause.starts_with(&version) {
                confirm::confirmed(tx, requisition, by).await?
            } else {
                None
            };
            if let Some(bells) = confirmed {
                return Ok(bells);
            }
            let body = Body::text(say!(texts, "older-version", request: number));
            return self.reply(tx, Some(&requisition.id), "reply", body).await;
        }
        if requisition.state == RequisitionState::Asking {
            return self.ask_again(tx, requisition).await;
        }
        let text = if requisition.state == RequisitionState::ToConfirm {
            say!(texts, "press-confirm", request: number)
        } else {
            let state = texts.state(requisition.state);
            say!(texts, "where-it-is", request: number, state: state)
        };
        let body = Body::text(text);
        self.reply(tx, Some(&requisition.id), "reply", body).await
    }

    /// What was asked and not answered is asked once more, or goes to a person.
    async fn ask_again(&self, tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<Vec<Job>> {
        let step = Move {
            org: &self.org.id,
            id: &requisition.id,
            version: requisition.version,
            from: RequisitionState::Asking,
            to: RequisitionState::Draft,
            due_at: Some(tx.now().await?),
        };
        requisitions::move_on(tx, step).await?;
        Ok(vec![Job::Check {
            requisition: requisition.id.to_string(),
        }])
    }

    /// Answers a courtesy, but not again and again.
    async fn once(&self, tx: &mut Tx, kind: &str, text: String) -> anyhow::Result<Vec<Job>> {
        let since = tx.now().await? - TimeDelta::hours(ONCE_HOURS);
        let (org, to) = (&self.org.id, &self.identity.id);
        if outgoing::told_since(tx, org, to, kind, since).await? {
            return Ok(Vec::new());
        }
        self.reply(tx, None, kind, Body::text(text)).await
    }

    /// Somebody wants a person, or complains: a card, and they hear who has it.
    async fn person(&self, tx: &mut Tx, about: Option<&Requisition>) -> anyhow::Result<Vec<Job>> {
        let buyer = office::buyer(tx, &self.org.id, &self.person.id).await?;
        let mut text = format!("{} asks for a person.", self.person.name);
        if let Some(buyer) = &buyer {
            let _ = write!(text, " They were told that {} will write.", buyer.name);
        }
        let card = cards::NewCard {
            org: &self.org.id,
            kind: "person",
            subject: "burst",
            subject_id: self.burst.id.as_str(),
            requisition: about.map(|r| &r.id),
            text: &text,
        };
        cards::lay(tx, card).await?;
        let text = match &buyer {
            Some(buyer) => say!(self.texts, "person-told", name: buyer.name.as_str()),
            None => say!(self.texts, "office-told"),
        };
        let id = about.map(|r| &r.id);
        self.reply(tx, id, "reply", Body::text(text)).await
    }
}

/// Nothing else is said that could be meant.
fn is_only_a_yes(heard: &Heard, reading: &Reading) -> bool {
    heard.unreadable.is_empty() && reading.questions.is_empty() && reading.gate.is_clean()
}
