//! Writes: a reading becomes the next version of a requisition.

use jobs::Job;
use serde_json::json;

use super::Reader;
use super::ask::{account, ask, site_choices, spell};
use super::hear::Heard;
use super::lines::{Matcher, fold};
use crate::domain::ids::SiteId;
use crate::domain::requisition::{Question, RequisitionState};
use crate::flow::confirm;
use crate::language::{self, Provenance, QuestionCode, Reading};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::people::Site;
use crate::store::requisitions::{self, Line, NewRequisition, NewVersion, Requisition};
use crate::store::{bursts, orgs};

impl Reader<'_> {
    /// A request of its own, or several.
    pub(super) async fn open(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        reading: &Reading,
        sites: &[Site],
    ) -> anyhow::Result<Vec<Job>> {
        let mut bells = Vec::new();
        let mut first = None;
        for n in 0..reading.requests.len() {
            let number = orgs::next(tx, &self.org.id, "requisition").await?;
            let new = NewRequisition {
                org: &self.org.id,
                number,
                person: &self.person.id,
                identity: &self.identity.id,
            };
            let requisition = requisitions::open(tx, new).await?;
            first.get_or_insert_with(|| requisition.id.clone());
            bells.extend(
                self.write(tx, heard, reading, sites, &requisition, &[], n)
                    .await?,
            );
        }
        bursts::read(tx, &self.org.id, &self.burst.id, first.as_ref()).await?;
        Ok(bells)
    }

    /// A change of a request: before the intent a new version, after it a card.
    pub(super) async fn change(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        reading: &Reading,
        sites: &[Site],
        requisition: &Requisition,
        lines: &[Line],
    ) -> anyhow::Result<Vec<Job>> {
        bursts::read(tx, &self.org.id, &self.burst.id, Some(&requisition.id)).await?;
        if !requisition.state.is_unconfirmed() {
            let past = confirm::stop_orders(tx, requisition, "changed by the requester").await?;
            if !past.is_empty() || requisition.state == RequisitionState::Ordered {
                let text = confirm::late(tx, requisition, "wants to change it").await?;
                return self.reply(tx, Some(&requisition.id), "late", &text).await;
            }
        }
        self.write(tx, heard, reading, sites, requisition, lines, 0)
            .await
    }

    /// Writes the next version of a requisition and asks for it to be checked.
    #[expect(clippy::too_many_arguments, reason = "the parts of one reading")]
    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        reading: &Reading,
        sites: &[Site],
        requisition: &Requisition,
        lines: &[Line],
        request: usize,
    ) -> anyhow::Result<Vec<Job>> {
        let folded = fold(lines, reading, request, heard);
        if folded.is_empty() {
            let text = confirm::cancel(tx, requisition).await?;
            return self
                .reply(tx, Some(&requisition.id), "cancelled", &text)
                .await;
        }
        let read = &reading.requests[request];
        let likely = likely_site(read.place.as_ref(), requisition, sites);
        let index = &self.catalogue.index;
        let matcher = Matcher::read(tx, self.org, index, self.person, likely.as_ref()).await?;
        let mut questions = Vec::new();
        let mut new_lines = Vec::new();
        let mut positions = std::collections::HashMap::new();
        for (position, line) in (1..).zip(folded) {
            positions.insert(line.number, position);
            let (new, asked) = matcher.line(line, position);
            questions.extend(asked);
            new_lines.push(new);
        }
        let asked = reading.questions.iter().filter(|q| q.request == request);
        for question in asked {
            let line = question.about.and_then(|n| positions.get(&n).copied());
            let known = line.and_then(|p: i64| new_lines.get(usize::try_from(p - 1).ok()?));
            // A unit that nobody said is the catalogue's, where it has one.
            let settled = question.code == QuestionCode::Unit
                && known.is_some_and(|l| l.item.is_some() && l.quantity > 0);
            if !settled {
                questions.push(spell(question, line, known, &heard.said));
            }
        }
        account(reading, heard, &mut questions);
        let site_id = site(read.place.as_ref(), requisition, sites, &mut questions);
        let needed_by = read
            .needed_by
            .as_ref()
            .map(|n| n.date)
            .or(requisition.needed_on());
        let notes = notes(reading, heard);
        let new = NewVersion {
            burst: Some(&self.burst.id),
            identity: &self.identity.id,
            site: site_id.as_ref(),
            needed_by,
            questions,
            notes,
            lines: new_lines,
        };
        if requisitions::write_version(tx, requisition, new)
            .await?
            .is_none()
        {
            anyhow::bail!("requisition {} changed while it was read", requisition.id);
        }
        self.journal(tx, requisition).await?;
        Ok(vec![Job::Check {
            requisition: requisition.id.to_string(),
        }])
    }

    pub(super) async fn journal(&self, tx: &mut Tx, requisition: &Requisition) -> sqlx::Result<()> {
        journal::write(
            tx,
            Note {
                org: &self.org.id,
                subject: "requisition",
                subject_id: requisition.id.as_str(),
                epoch: requisition.version + 1,
                event: "read",
                was: Some(requisition.state.as_str()),
                became: Some(RequisitionState::Draft.as_str()),
                detail: json!({ "burst": self.burst.id }),
                person: Some(&self.person.id),
            },
        )
        .await
    }
}

/// The site whose last requests tell what is meant.
fn likely_site(
    said: Option<&language::PlaceRead>,
    requisition: &Requisition,
    sites: &[Site],
) -> Option<SiteId> {
    let said = said
        .and_then(|place| place.site.as_deref())
        .map(SiteId::from);
    said.or_else(|| requisition.site_id.clone())
        .or_else(|| sites.first().map(|s| s.id.clone()))
}

/// Where it goes: what was said, else what the draft had, else home.
fn site(
    said: Option<&language::PlaceRead>,
    requisition: &Requisition,
    sites: &[Site],
    questions: &mut Vec<Question>,
) -> Option<SiteId> {
    match said {
        Some(place) => {
            if let Some(site) = &place.site {
                return Some(SiteId::from(site.as_str()));
            }
            let is_asked = questions.iter().any(|q| q.code == "place");
            if !is_asked {
                let text = format!("I do not know the site “{}”. Which one is it?", place.words);
                questions.push(ask("place", None, text, site_choices(sites)));
            }
            None
        }
        None => {
            let home = requisition
                .site_id
                .clone()
                .or_else(|| sites.first().map(|s| s.id.clone()));
            if home.is_none() {
                questions.push(ask(
                    "place",
                    None,
                    "Which site is it for?".to_owned(),
                    Vec::new(),
                ));
            }
            home
        }
    }
}

/// What the read-back says besides the lines.
fn notes(reading: &Reading, heard: &Heard) -> Vec<String> {
    let mut notes = Vec::new();
    if !reading.repeated.is_empty() {
        notes.push("You sent the same text more than once: I counted it once.".to_owned());
    }
    if heard
        .said
        .iter()
        .any(|s| s.provenance == Provenance::Forwarded)
    {
        notes.push("Some of this was forwarded.".to_owned());
    }
    notes
}
