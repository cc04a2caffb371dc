//! Writes: a reading becomes the next version of a requisition.

use std::collections::HashMap;

use jobs::Job;
use serde_json::json;

use super::Reader;
use super::aim::{Aimed, Base, Target};
use super::ask::{Spelling, account, ask, site_choices, which_site};
use super::hear::Heard;
use super::known::Sites;
use super::lines::{Folded, Matcher, fold};
use crate::domain::ids::SiteId;
use crate::domain::requisition::{Question, RequisitionState};
use crate::flow::confirm;
use crate::flow::tell::Body;
use crate::flow::texts::{LineText, say};
use crate::language::{self, Intent, QuestionCode, Reading};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::requisitions::{
    self, Line, Move, NewLine, NewRequisition, NewVersion, Requisition,
};
use crate::store::{bursts, orgs, people};

/// One request of a burst, and what it becomes a version of.
struct Writing<'a> {
    heard: &'a Heard,
    reading: &'a Reading,
    sites: &'a Sites,
    requisition: &'a Requisition,
    base: &'a Base,
    /// Which of the reading's requests.
    request: usize,
    notes: Vec<String>,
}

impl Reader<'_> {
    /// A request of its own, or several.
    pub(super) async fn open(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        aimed: &Aimed,
    ) -> anyhow::Result<Vec<Job>> {
        let mut bells = Vec::new();
        let mut first = None;
        let nothing = Base::default();
        for n in 0..aimed.reading.requests.len() {
            let number = orgs::next(tx, &self.org.id, "requisition").await?;
            let new = NewRequisition {
                org: &self.org.id,
                number,
                person: &self.person.id,
                identity: &self.identity.id,
            };
            let requisition = requisitions::open(tx, new).await?;
            first.get_or_insert_with(|| requisition.id.clone());
            let again = match &aimed.target {
                Target::New(Some(again)) if n == 0 && aimed.reading.intent == Intent::Reorder => {
                    Some(again)
                }
                Target::New(_) | Target::Change(..) => None,
            };
            let notes = again.map(|(earlier, _)| {
                let date = self.texts.day(earlier.created_at);
                say!(self.texts, "note-same-as", request: earlier.number, date: date)
            });
            let base = again.map(|(_, base)| Base {
                needed_by: None,
                ..base.clone()
            });
            let writing = Writing {
                heard,
                reading: &aimed.reading,
                sites: &aimed.sites,
                requisition: &requisition,
                base: base.as_ref().unwrap_or(&nothing),
                request: n,
                notes: notes.into_iter().collect(),
            };
            bells.extend(self.write(tx, writing).await?);
        }
        bursts::read(tx, &self.org.id, &self.burst.id, first.as_ref()).await?;
        Ok(bells)
    }

    /// A change of a request: before the intent a new version, after it a card.
    pub(super) async fn change(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        aimed: &Aimed,
        requisition: &Requisition,
        base: &Base,
    ) -> anyhow::Result<Vec<Job>> {
        bursts::read(tx, &self.org.id, &self.burst.id, Some(&requisition.id)).await?;
        if !requisition.state.is_unconfirmed() {
            let past = confirm::stop_orders(tx, requisition, "changed by the requester").await?;
            if !past.is_empty() || requisition.state == RequisitionState::Ordered {
                let text = confirm::late(tx, self.texts, requisition, "wants to change it").await?;
                let body = Body::text(text);
                return self.reply(tx, Some(&requisition.id), "late", body).await;
            }
        }
        let (org, id, version) = (&self.org.id, &requisition.id, requisition.version);
        for (rule, line) in &base.rules {
            requisitions::answer_findings(tx, org, id, version, rule, *line).await?;
        }
        if base.nothing {
            return self.drop_it(tx, requisition).await;
        }
        let read = aimed.reading.requests.iter();
        let says = read.map(|r| r.operations.len()).sum::<usize>() > 0
            || super::changes_header(&aimed.reading)
            || !aimed.reading.gate.is_clean()
            || !heard.unreadable.is_empty();
        if aimed.answers > 0 && !base.changed && !says {
            // Only rules were answered: the same version is looked at again.
            let step = Move {
                org,
                id,
                version,
                from: requisition.state,
                to: RequisitionState::Draft,
                due_at: Some(tx.now().await?),
            };
            requisitions::move_on(tx, step).await?;
            return Ok(vec![Job::Check {
                requisition: id.to_string(),
            }]);
        }
        let notes = self.notes_of_header(tx, aimed, requisition).await?;
        let writing = Writing {
            heard,
            reading: &aimed.reading,
            sites: &aimed.sites,
            requisition,
            base,
            request: 0,
            notes,
        };
        self.write(tx, writing).await
    }

    /// What was said of site and day before, where that changes.
    async fn notes_of_header(
        &self,
        tx: &mut Tx,
        aimed: &Aimed,
        requisition: &Requisition,
    ) -> anyhow::Result<Vec<String>> {
        let mut notes = Vec::new();
        let read = aimed.reading.request();
        let site = read.place.as_ref().and_then(|p| p.site.as_deref());
        if let (Some(new), Some(old)) = (site, &requisition.site_id)
            && new != old.as_str()
            && let Some(was) = people::site(tx, &self.org.id, old).await?
        {
            notes.push(say!(self.texts, "note-place-was", site: was.name));
        }
        if let (Some(new), Some(old)) = (&read.needed_by, requisition.needed_on())
            && new.date != old
        {
            let date = self.texts.date(old);
            notes.push(say!(self.texts, "note-date-was", date: date));
        }
        Ok(notes)
    }

    /// Writes the next version of a requisition and asks for it to be checked.
    async fn write(&self, tx: &mut Tx, writing: Writing<'_>) -> anyhow::Result<Vec<Job>> {
        let Writing {
            heard,
            reading,
            sites,
            requisition,
            base,
            request,
            mut notes,
        } = writing;
        let folded = fold(&base.lines, reading, request, heard);
        if folded.is_empty() {
            return self.drop_it(tx, requisition).await;
        }
        let read = &reading.requests[request];
        let likely = likely_site(read.place.as_ref(), base, sites);
        let index = &self.catalogue.index;
        let matcher = Matcher::read(tx, self.org, index, self.person, likely.as_ref()).await?;
        let mut questions = Vec::new();
        let mut new_lines = Vec::new();
        let mut positions = HashMap::new();
        let mut moved = HashMap::new();
        notes.extend(self.taken_off(&base.lines, &folded));
        for (position, line) in (1_i64..).zip(folded) {
            positions.insert(line.number, position);
            moved.extend(line.from.map(|from| (from, position)));
            let from = line.from;
            let (new, mut asked) = matcher.line(self.texts, line, position);
            if let Some(question) = &mut asked {
                let mut tried = base.tried.iter();
                let before = tried.find(|(p, code, _)| Some(*p) == from && *code == question.code);
                question.asked = before.map_or(0, |(_, _, asked)| *asked);
            }
            questions.extend(asked);
            new_lines.push(new);
        }
        let setting = self.setting(sites, &[], &[]);
        let spelling = Spelling {
            texts: self.texts,
            said: &heard.said,
            sites: &sites.known,
            lines: &new_lines,
            setting: &setting,
        };
        let asked = reading.questions.iter().filter(|q| q.request == request);
        for question in asked {
            let line = question.about.and_then(|n| positions.get(&n).copied());
            let known = line.and_then(|p: i64| new_lines.get(usize::try_from(p - 1).ok()?));
            // A unit that nobody said is the catalogue's, where it has one.
            let settled = question.code == QuestionCode::Unit
                && known.is_some_and(|l| l.item.is_some() && l.quantity > 0);
            if !settled {
                questions.push(spelling.spell(question, line));
            }
        }
        account(self.texts, reading, heard, &mut questions);
        let still = still_open(base, reading, request, &moved, &new_lines);
        let still = still.filter(|q| {
            !questions
                .iter()
                .any(|n| n.code == q.code && n.line == q.line)
        });
        let still: Vec<Question> = still.collect();
        questions.extend(still);
        let site_id = self.site(
            read.place.as_ref(),
            requisition,
            base,
            sites,
            &mut questions,
        );
        let needed_by = read.needed_by.as_ref().map(|n| n.date).or(base.needed_by);
        if !reading.repeated.is_empty() {
            notes.push(say!(self.texts, "note-repeated"));
        }
        for span in &reading.left_out {
            let words = span.of(&heard.said).trim();
            notes.push(say!(self.texts, "note-left-out", words: words));
        }
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

    /// The lines that were there and are not any more.
    fn taken_off(&self, before: &[Line], folded: &[Folded]) -> Vec<String> {
        let kept = |line: &&Line| folded.iter().any(|f| f.from == Some(line.position));
        let gone = before.iter().filter(|line| !kept(line));
        gone.map(|line| {
            let words = [Some(line.words.as_str()), line.spec.as_deref()];
            let text = LineText {
                position: line.position,
                name: words.into_iter().flatten().collect::<Vec<_>>().join(" "),
                words: None,
                quantity: line.quantity,
                unit: line.unit.clone(),
                was: None,
                price: None,
                via: None,
            };
            let line = self.texts.short_line(&text);
            say!(self.texts, "note-taken-off", line: line)
        })
        .collect()
    }

    /// Where it goes: what was said, else what the draft had, else home. A site that was asked for
    /// stays asked until it is answered.
    fn site(
        &self,
        said: Option<&language::PlaceRead>,
        requisition: &Requisition,
        base: &Base,
        sites: &Sites,
        questions: &mut Vec<Question>,
    ) -> Option<SiteId> {
        let is_asked = questions.iter().any(|q| q.code == "place");
        if let Some(place) = said {
            if let Some(site) = &place.site {
                return Some(SiteId::from(site.as_str()));
            }
            if !is_asked {
                let text = say!(self.texts, "ask-place-unknown", words: place.words.as_str());
                questions.push(ask("place", None, text, site_choices(&sites.known)));
            }
            return None;
        }
        if base.site.is_some() || is_asked {
            return base.site.clone();
        }
        let home = sites.home.clone().filter(|_| requisition.version == 0);
        if home.is_none() {
            questions.push(which_site(self.texts, &sites.known));
        }
        home
    }

    async fn journal(&self, tx: &mut Tx, requisition: &Requisition) -> sqlx::Result<()> {
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
fn likely_site(said: Option<&language::PlaceRead>, base: &Base, sites: &Sites) -> Option<SiteId> {
    let said = said.and_then(|place| place.site.as_deref());
    said.map(SiteId::from)
        .or_else(|| base.site.clone())
        .or_else(|| sites.home.clone())
}

/// Questions of the version before that this burst leaves open. What matching and checking ask is
/// asked anew by them; what was not understood counts as answered by what is understood now.
fn still_open<'a>(
    base: &'a Base,
    reading: &'a Reading,
    request: usize,
    moved: &'a HashMap<i64, i64>,
    lines: &'a [NewLine],
) -> impl Iterator<Item = Question> + 'a {
    let read = &reading.requests[request];
    base.open.iter().filter_map(move |question| {
        // Which item is meant is asked anew by the catalogue.
        if question
            .choices
            .iter()
            .any(|c| c.value.starts_with("item:"))
        {
            return None;
        }
        let mut question = question.clone();
        let old = question.line;
        if let Some(line) = old {
            question.line = Some(*moved.get(&line)?);
        }
        let at = question.line.and_then(|p| usize::try_from(p - 1).ok());
        let now = at.and_then(|at| lines.get(at));
        let before = base.lines.iter().find(|l| Some(l.position) == old);
        let touched = match (now, before) {
            (Some(now), Some(before)) => {
                now.quantity != before.quantity || now.words != before.words
            }
            _ => false,
        };
        let stays = match question.code.as_str() {
            "place" => read.place.is_none() && base.site.is_none(),
            "date" => read.needed_by.is_none(),
            "variant" | "pack" | "duplicate" | "report_or_order" => !touched,
            "unit" => !touched && now.is_some_and(|l| l.item.is_none()),
            "qty" | "number_format" => now.is_some_and(|l| l.quantity <= 0),
            "words" | "reference" | "unread" | "flood" => read.operations.is_empty(),
            _ => false,
        };
        stays.then_some(question)
    })
}
