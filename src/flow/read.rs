//! Read: a closed burst becomes operations on lines, and these a version of a requisition.
//!
//! **Invariant:** what is not certain is a question, never a guess; a burst gets one reply.

use std::fmt::Write as _;

use chrono::TimeDelta;
use jobs::Job;
use serde_json::json;

use super::receive::record;
use super::{confirm, tell, texts};
use crate::app::App;
use crate::domain::catalogue::{self, Entry, Match};
use crate::domain::ids::{BurstId, ItemId, RequisitionId, SiteId};
use crate::domain::message::{BurstState, MessageKind};
use crate::domain::org::{DateOrder, NumberFormat, OrgSettings};
use crate::domain::quantity::{Quantity, Unit};
use crate::domain::requisition::{Choice, LineState, Question, RequisitionState, Source};
use crate::language::{
    self, DraftLine, Intent, Operation, Place, Provenance, QuestionCode, Quoted, Reading, Said,
    Setting, Span, UnitFrom,
};
use crate::store::bursts::Burst;
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::messages::Message;
use crate::store::orgs::{self, Org};
use crate::store::people::{self, Identity, Person, Site};
use crate::store::requisitions::{self, Line, NewLine, NewRequisition, NewVersion, Requisition};
use crate::store::{bursts, cards, leases, messages, suppliers};

/// Days in which a later message may still be about an ordered request.
const ABOUT_ORDERED_DAYS: i64 = 3;

pub async fn read(app: &App, id: &BurstId) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(burst) = bursts::find(&mut tx, id).await? else {
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
    let bells = read_burst(app, &mut tx, &burst).await?;
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

async fn read_burst(app: &App, tx: &mut Tx, burst: &Burst) -> anyhow::Result<Vec<Job>> {
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

/// What a burst holds, opened.
struct Heard {
    /// In the order of their sending.
    messages: Vec<Message>,
    said: Vec<Said>,
    /// For each of `said`, its place in `messages`.
    of: Vec<usize>,
    unreadable: Vec<MessageKind>,
    /// More came than are read as one.
    flooded: bool,
}

/// Opens the texts of a burst; what is beyond the limit is set aside for a person.
async fn hear(app: &App, tx: &mut Tx, burst: &Burst) -> anyhow::Result<Heard> {
    let most = usize::try_from(app.config.bursts.max_messages).unwrap_or(200);
    let mut all = messages::of_burst(tx, &burst.org_id, &burst.id).await?;
    let rest = all.split_off(all.len().min(most));
    if !rest.is_empty() {
        for message in &rest {
            messages::set_aside(tx, &burst.org_id, &message.id, "more than are read as one")
                .await?;
        }
        let text = format!(
            "{} messages in one go: {} were not read.",
            rest.len() + all.len(),
            rest.len()
        );
        let card = cards::NewCard {
            org: &burst.org_id,
            kind: "flood",
            subject: "burst",
            subject_id: burst.id.as_str(),
            requisition: None,
            text: &text,
        };
        cards::lay(tx, card).await?;
    }
    let (mut said, mut of, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    for (n, message) in all.iter().enumerate() {
        if message.kind.is_unreadable() {
            unreadable.push(message.kind);
        }
        let Some(sealed) = &message.sealed_text else {
            continue;
        };
        let text = app.unseal(&burst.org_id, &record(&message.id, "text"), sealed)?;
        let quoted = message.context_key.as_ref().map(|key| {
            let here = all.iter().position(|m| m.provider_key == *key);
            here.and_then(|m| of.iter().position(|s| *s == m))
                .map_or(Quoted::Elsewhere, Quoted::Message)
        });
        let provenance = if message.forwarded {
            Provenance::Forwarded
        } else {
            Provenance::Typed
        };
        said.push(Said {
            text,
            quoted,
            edits: None,
            provenance,
        });
        of.push(n);
    }
    Ok(Heard {
        messages: all,
        said,
        of,
        unreadable,
        flooded: !rest.is_empty(),
    })
}

struct Reader<'a> {
    app: &'a App,
    org: &'a Org,
    burst: &'a Burst,
    identity: &'a Identity,
    person: &'a Person,
}

/// What a burst is about.
enum Target {
    /// An unconfirmed draft, or a confirmed request that was not sent yet.
    Change(Box<Requisition>, Vec<Line>),
    New,
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

    /// Finds which request the burst is about, and reads it in that light.
    async fn aim(
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

    fn understand(&self, heard: &Heard, sites: &[Site], draft: &[Line]) -> Reading {
        language::read(&heard.said, &self.setting(sites, draft))
    }

    /// The sites that the sender may name: theirs, or all where none are set.
    async fn sites(&self, tx: &mut Tx) -> anyhow::Result<Vec<Site>> {
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

    fn setting(&self, sites: &[Site], draft: &[Line]) -> Setting {
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

    /// A request of its own, or several.
    async fn open(
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
    async fn change(
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
    async fn write(
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
        let matcher = Matcher::read(tx, self.org, self.person).await?;
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
        let read = &reading.requests[request];
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

    /// A burst that orders nothing gets a short answer.
    async fn talk(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        reading: &Reading,
        target: Target,
    ) -> anyhow::Result<Vec<Job>> {
        let about = match &target {
            Target::Change(requisition, _) => Some((**requisition).clone()),
            Target::New => None,
        };
        bursts::read(
            tx,
            &self.org.id,
            &self.burst.id,
            about.as_ref().map(|r| &r.id),
        )
        .await?;
        if let (Intent::Yes, Some(requisition), true) =
            (reading.intent, &about, heard.unreadable.is_empty())
            && let Some(bells) = confirm::all_right(tx, requisition).await?
        {
            return Ok(bells);
        }
        let unread = texts::unread(&heard.unreadable);
        let mut text = match (reading.intent, &about) {
            (Intent::Cancel, Some(requisition)) => {
                let text = confirm::cancel(tx, requisition).await?;
                return self.reply(tx, Some(&requisition.id), "reply", &text).await;
            }
            (Intent::Status, _) => self.status(tx).await?,
            (Intent::Greeting, None) => format!("Hello {}. {}", self.person.name, texts::help()),
            (Intent::Thanks, _) => "You are welcome.".to_owned(),
            (Intent::Help, _) => texts::help().to_owned(),
            (Intent::Person, _) => {
                let text = format!("{} asks for a person.", self.person.name);
                let card = cards::NewCard {
                    org: &self.org.id,
                    kind: "person",
                    subject: "burst",
                    subject_id: self.burst.id.as_str(),
                    requisition: about.as_ref().map(|r| &r.id),
                    text: &text,
                };
                cards::lay(tx, card).await?;
                "I have told the office: somebody will write to you.".to_owned()
            }
            (Intent::Yes | Intent::Done, Some(requisition))
                if requisition.state == RequisitionState::ToConfirm =>
            {
                format!("Please press Confirm under request {}: only the button counts.", requisition.number)
            }
            (Intent::Report, _) => {
                "I read that as a report, so I ordered nothing. If you want to order it, write “please order” before it.".to_owned()
            }
            (Intent::Enquiry | Intent::Reorder | Intent::Hold, _) => format!(
                "I cannot do that yet. {}",
                texts::help()
            ),
            _ if !unread.is_empty() => String::new(),
            (_, Some(requisition)) if requisition.state.is_unconfirmed() => format!(
                "Request {}: {}. Write what should change, or “cancel”.",
                requisition.number,
                texts::state(requisition.state)
            ),
            _ => format!("I found nothing to order in that. {}", texts::help()),
        };
        if !unread.is_empty() {
            format!("{unread}\n{text}").trim().clone_into(&mut text);
        }
        self.reply(tx, about.as_ref().map(|r| &r.id), "reply", &text)
            .await
    }

    async fn status(&self, tx: &mut Tx) -> anyhow::Result<String> {
        let last = requisitions::last_of(tx, &self.org.id, &self.person.id, 5).await?;
        if last.is_empty() {
            return Ok("You have no requests yet.".to_owned());
        }
        let mut text = "Your last requests:".to_owned();
        for one in last {
            let orders = crate::store::orders::of_requisition(tx, &self.org.id, &one.id).await?;
            let numbers: Vec<String> = orders
                .into_iter()
                .filter_map(|o| o.supplier_number)
                .collect();
            let _ = write!(text, "\n{}: {}", one.number, texts::state(one.state));
            if !numbers.is_empty() {
                let _ = write!(text, ", supplier's number {}", numbers.join(", "));
            }
        }
        Ok(text)
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

/// What the burst said that was used for nothing is asked about, never dropped.
fn account(reading: &Reading, heard: &Heard, questions: &mut Vec<Question>) {
    let words = |spans: &[Span]| {
        spans
            .iter()
            .map(|s| format!("“{}”", s.of(&heard.said)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !reading.gate.numbers.is_empty() {
        let text = format!("What is {} for?", words(&reading.gate.numbers));
        questions.push(ask("reference", None, text, Vec::new()));
    }
    if reading.gate.words.len() > reading.gate.words_allowed {
        let text = format!(
            "I did not understand {}. What is meant?",
            words(&reading.gate.words)
        );
        questions.push(ask("words", None, text, Vec::new()));
    }
    if !heard.unreadable.is_empty() {
        questions.push(ask(
            "unread",
            None,
            texts::unread(&heard.unreadable),
            Vec::new(),
        ));
    }
    if heard.flooded {
        let text = "You sent more messages than I can read at once: is the list complete?";
        questions.push(ask("flood", None, text.to_owned(), Vec::new()));
    }
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

/// True if something beside lines is said: a site, a day.
fn changes_header(reading: &Reading) -> bool {
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

fn draft_line(line: &Line) -> DraftLine {
    DraftLine {
        item: line.words.clone(),
        spec: line.spec.clone(),
        quantity: Unit::parse(&line.unit)
            .filter(|_| line.quantity > 0)
            .map(|unit| Quantity::new(line.quantity, unit)),
    }
}

/// A line after the operations, before the catalogue.
struct Folded {
    /// Its number as the reading counts lines.
    number: usize,
    words: String,
    spec: Option<String>,
    item: Option<ItemId>,
    /// Zero: not known yet.
    quantity: i64,
    unit: String,
    unit_from: UnitFrom,
    was: Option<i64>,
    spans: Vec<Source>,
}

/// Applies the operations of one request to the lines there were.
fn fold(lines: &[Line], reading: &Reading, request: usize, heard: &Heard) -> Vec<Folded> {
    let before: Vec<DraftLine> = if request == 0 {
        lines.iter().map(draft_line).collect()
    } else {
        Vec::new()
    };
    let read = &reading.requests[request];
    let added: Vec<UnitFrom> = read
        .operations
        .iter()
        .filter_map(|o| match o {
            Operation::Add(line) => Some(line.unit_from),
            Operation::Set { .. }
            | Operation::Increase { .. }
            | Operation::Decrease { .. }
            | Operation::Remove { .. }
            | Operation::Replace { .. }
            | Operation::CancelAll { .. } => None,
        })
        .collect();
    let folded = language::fold_request(&before, read);
    folded
        .lines
        .into_iter()
        .map(|line| {
            let old = line.draft.and_then(|n| lines.get(n));
            let same_words = old.is_some_and(|o| o.words == line.item && o.spec == line.spec);
            let mut spans: Vec<Source> = old.map(|o| o.spans.0.clone()).unwrap_or_default();
            spans.extend(line.spans.iter().filter_map(|s| source(heard, *s)));
            let unit = line
                .quantity
                .as_ref()
                .map(|q| q.unit.code().to_owned())
                .or_else(|| old.map(|o| o.unit.clone()))
                .unwrap_or_else(|| Unit::piece().code().to_owned());
            let counted = unit == Unit::piece().code();
            let unit_from = line
                .number
                .checked_sub(before.len())
                .and_then(|n| added.get(n).copied())
                .unwrap_or(if counted {
                    UnitFrom::Counted
                } else {
                    UnitFrom::Said
                });
            Folded {
                number: line.number,
                item: old.filter(|_| same_words).and_then(|o| o.item_id.clone()),
                words: line.item,
                spec: line.spec,
                quantity: line.quantity.as_ref().map_or(0, |q| q.thousandths),
                unit,
                unit_from,
                was: line.was.map(|q| q.thousandths),
                spans,
            }
        })
        .collect()
}

fn source(heard: &Heard, span: Span) -> Option<Source> {
    let message = heard.messages.get(*heard.of.get(span.message)?)?;
    Some(Source {
        message: message.id.to_string(),
        start: span.start,
        end: span.end,
    })
}

/// The organisation's catalogue, for finding what words mean.
struct Matcher {
    entries: Vec<Entry>,
    units: std::collections::HashMap<ItemId, String>,
    favourites: Vec<ItemId>,
}

impl Matcher {
    async fn read(tx: &mut Tx, org: &Org, person: &Person) -> sqlx::Result<Self> {
        let items = suppliers::items(tx, &org.id).await?;
        let favourites = suppliers::favourites(tx, &org.id, &person.id).await?;
        let units = items
            .iter()
            .map(|i| (i.id.clone(), i.unit.clone()))
            .collect();
        let entries = items
            .into_iter()
            .map(|i| Entry {
                id: i.id,
                code: i.code,
                name: i.name,
                aliases: i.aliases.0,
            })
            .collect();
        Ok(Self {
            entries,
            units,
            favourites,
        })
    }

    /// Gives a line its item and the item's unit where none was said; what is open is asked.
    fn line(&self, folded: Folded, position: i64) -> (NewLine, Option<Question>) {
        let spoken = match &folded.spec {
            Some(spec) => format!("{} {spec}", folded.words),
            None => folded.words.clone(),
        };
        let (item, mut question) = match folded.item {
            Some(item) => (Some(item), None),
            None => match catalogue::find(&spoken, &self.entries, &self.favourites) {
                Match::One(entry) => (Some(entry.id.clone()), None),
                Match::Several(few) => {
                    let choices = few
                        .iter()
                        .map(|e| Choice {
                            title: e.name.clone(),
                            value: format!("item:{}", e.id),
                        })
                        .collect();
                    let text = format!("Line {position}, “{spoken}”: which one?");
                    (None, Some(ask("item", Some(position), text, choices)))
                }
                Match::None => {
                    let text = format!(
                        "Line {position}: “{spoken}” is not in the catalogue. What else is it called, or shall I take it off?"
                    );
                    let off = Choice {
                        title: "Take it off".into(),
                        value: "off".into(),
                    };
                    (None, Some(ask("item", Some(position), text, vec![off])))
                }
            },
        };
        let mut unit = folded.unit;
        if let Some(sold) = item.as_ref().and_then(|i| self.units.get(i))
            && *sold != unit
        {
            match folded.unit_from {
                // How many is asked anyhow, in the unit that it is sold in.
                _ if folded.quantity <= 0 => unit.clone_from(sold),
                UnitFrom::Counted | UnitFrom::Missing => unit.clone_from(sold),
                UnitFrom::Said => {
                    let said = texts::quantity(folded.quantity, &unit);
                    let one = texts::quantity(1000, sold);
                    let text = format!(
                        "Line {position}: you wrote {said}, but {spoken} is sold by the {}. How many is that?",
                        one.trim_start_matches("1 ")
                    );
                    question = question.or(Some(ask("unit", Some(position), text, Vec::new())));
                }
            }
        }
        let line = NewLine {
            state: LineState::Open,
            words: folded.words,
            spec: folded.spec,
            item,
            quantity: folded.quantity,
            unit,
            was: folded.was,
            spans: folded.spans,
        };
        (line, question)
    }
}

fn ask(code: &str, line: Option<i64>, text: String, choices: Vec<Choice>) -> Question {
    Question {
        code: code.to_owned(),
        line,
        text,
        choices,
    }
}

fn site_choices(sites: &[Site]) -> Vec<Choice> {
    sites
        .iter()
        .take(5)
        .map(|s| Choice {
            title: s.name.clone(),
            value: format!("site:{}", s.id),
        })
        .collect()
}

/// A question of the reading as a sentence for its sender.
fn spell(
    question: &language::Question,
    line: Option<i64>,
    known: Option<&NewLine>,
    said: &[Said],
) -> Question {
    let words = question.span.of(said).trim();
    let name = known.map_or(words, |l| l.words.as_str());
    let text = match question.code {
        QuestionCode::Quantity => format!("How many {name}?"),
        QuestionCode::Unit => {
            format!("In what unit is “{words}”: pieces, bags, kg or something else?")
        }
        QuestionCode::Pack => format!("“{words}”: how much is in one, or how many in all?"),
        QuestionCode::Variant => format!("Which kind of {name}?"),
        QuestionCode::NumberFormat => format!("How many is “{words}”?"),
        QuestionCode::Date => format!("Which day is “{words}”?"),
        QuestionCode::Place => format!("Which site is “{words}”?"),
        QuestionCode::Reference => format!("What does “{words}” refer to?"),
        QuestionCode::Item => format!("What is “{words}”?"),
        QuestionCode::Duplicate => format!("“{words}”: once more, or the same?"),
        QuestionCode::ReportOrOrder => {
            format!("“{words}”: do you want it ordered, or are you telling me about it?")
        }
    };
    let choices = question
        .choices
        .iter()
        .map(|c| Choice {
            title: c.clone(),
            value: format!("said:{c}"),
        })
        .collect();
    ask(question.code.as_str(), line, text, choices)
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
