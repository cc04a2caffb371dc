//! What this server remembers: people, their messages, media, switches and ordered faults.
//!
//! **Invariant:** plain state under one lock. No network, no task, no waiting.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::limits::Rates;
use super::media::Medium;
use super::rules::{Button, ButtonKind, Outgoing, Recipient};
use super::settings::{GraphSettings, Person, Window, digits};

/// How long "typing" stands unless a message ends it.
pub(super) const TYPING: Duration = Duration::from_secs(25);

/// How webhooks are delivered and what is enforced. All but [`Switch::PairRate`] are off at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// Every webhook comes twice, both copies at once.
    Doubled,
    /// Every webhook comes late, see [`super::Graph::set_late`].
    Late,
    /// Webhooks of the same quarter second come in reverse order.
    OutOfOrder,
    /// Webhooks of the same quarter second come in one POST.
    Batched,
    /// No webhooks about sent, delivered and read.
    StatusesOff,
    /// One message in 6 seconds to the same person, 45 of them borrowed; else 131056.
    PairRate,
    /// A shut window is reported by a `failed` status after a 200, not in the answer.
    WindowByStatus,
    /// People without a phone number come with an empty `from`, not without one.
    EmptyFrom,
}

impl Switch {
    /// All of them, with what the page says about each.
    pub const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Doubled, "doubled", "Doubled"),
        (Self::Late, "late", "Late"),
        (Self::OutOfOrder, "out_of_order", "Out of order"),
        (Self::Batched, "batched", "Batched"),
        (Self::StatusesOff, "statuses_off", "No statuses"),
        (Self::PairRate, "pair_rate", "Pair rate"),
        (Self::WindowByStatus, "window_by_status", "Late refusals"),
        (Self::EmptyFrom, "empty_from", "Empty sender"),
    ];
}

impl Switch {
    /// One sentence for the page.
    pub(super) fn about(self) -> &'static str {
        match self {
            Self::Doubled => "Every webhook comes twice at once.",
            Self::Late => "Every webhook comes three seconds late.",
            Self::OutOfOrder => "Webhooks of the same quarter second come in reverse order.",
            Self::Batched => "Webhooks of the same quarter second come in one POST.",
            Self::StatusesOff => "No webhooks about sent, delivered and read.",
            Self::PairRate => "One message in 6 seconds to the same person, after a burst of 45.",
            Self::WindowByStatus => {
                "A shut 24-hour window is reported afterwards, not in the answer."
            }
            Self::EmptyFrom => "People without a phone number have an empty sender, not none.",
        }
    }
}

/// Position of a [`Switch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// It acts.
    On,
    /// It does not.
    Off,
}

/// How far a message got, in the order of the ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tick {
    /// It will never arrive.
    Failed,
    /// The server has it.
    Sent,
    /// The phone has it.
    Delivered,
    /// The person, or for a person's message the business, has read it.
    Read,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// The person.
    Person,
    /// The business.
    Business,
}

/// A message of either side, as it stands in a thread.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) at: DateTime<Utc>,
    pub(super) wamid: String,
    pub(super) number: String,
    pub(super) author: Author,
    pub(super) kind: String,
    pub(super) header: Option<String>,
    pub(super) body: String,
    pub(super) footer: Option<String>,
    pub(super) buttons: Vec<Button>,
    pub(super) opener: Option<String>,
    pub(super) media: Option<String>,
    pub(super) quotes: Option<String>,
    pub(super) reaction: Option<String>,
    pub(super) tick: Tick,
}

impl Entry {
    /// Header, body and footer as the person reads them.
    pub(super) fn whole_text(&self) -> String {
        let parts = [
            self.header.as_deref(),
            Some(self.body.as_str()),
            self.footer.as_deref(),
        ];
        let parts: Vec<&str> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        parts.join("\n")
    }
}

/// A person and their thread with the business.
#[derive(Debug)]
pub(super) struct Contact {
    pub(super) person: Person,
    pub(super) thread: Vec<Entry>,
    /// When the person last wrote to each business number.
    pub(super) wrote: BTreeMap<String, DateTime<Utc>>,
    /// When the last message that starts the quiet time was sent.
    pub(super) quiet_from: Option<DateTime<Utc>>,
    pub(super) typing_from: Option<DateTime<Utc>>,
    /// Where `expect` begins to look.
    pub(super) expect_from: usize,
    /// Whether the person did something since the last `expect` that was met.
    pub(super) acted: bool,
}

/// All of it.
pub(super) struct World {
    pub(super) settings: GraphSettings,
    pub(super) contacts: Vec<Contact>,
    pub(super) media: HashMap<String, Medium>,
    pub(super) switches: BTreeSet<Switch>,
    pub(super) late: Duration,
    pub(super) rates: Rates,
    /// Codes that the next sends are refused with.
    pub(super) refusals: VecDeque<u32>,
    /// Codes that the next accepted sends fail with afterwards.
    pub(super) failures: VecDeque<u32>,
    /// Accepted sends whose answer is still to be lost.
    pub(super) lost_answers: u32,
    pub(super) unexpected: Vec<String>,
}

impl World {
    pub(super) fn new(settings: GraphSettings, now: DateTime<Utc>) -> Self {
        let people = settings.people.clone();
        let mut world = Self {
            settings,
            contacts: Vec::new(),
            media: HashMap::new(),
            switches: BTreeSet::from([Switch::PairRate]),
            late: Duration::from_secs(3),
            rates: Rates::default(),
            refusals: VecDeque::new(),
            failures: VecDeque::new(),
            lost_answers: 0,
            unexpected: Vec::new(),
        };
        for person in people {
            world.add(person, now);
        }
        world
    }

    pub(super) fn add(&mut self, mut person: Person, now: DateTime<Utc>) {
        if person.user_id.is_none() {
            person.user_id = person.phone.as_deref().map(made_up_user_id);
        }
        let number = self.number_of(&person);
        let wrote = match person.window {
            Window::Open => BTreeMap::from([(number, now)]),
            Window::Shut => BTreeMap::new(),
        };
        self.contacts.push(Contact {
            person,
            thread: Vec::new(),
            wrote,
            quiet_from: None,
            typing_from: None,
            expect_from: 0,
            acted: false,
        });
    }

    /// The id of the business number that a person writes to.
    pub(super) fn number_of(&self, person: &Person) -> String {
        person
            .number
            .clone()
            .or_else(|| {
                self.settings
                    .numbers
                    .first()
                    .map(|number| number.phone_number_id.clone())
            })
            .unwrap_or_default()
    }

    pub(super) fn is_on(&self, switch: Switch) -> bool {
        self.switches.contains(&switch)
    }

    /// Finds a person by phone number or user id.
    pub(super) fn find(&self, who: &str) -> Option<usize> {
        self.contacts.iter().position(|contact| {
            let person = &contact.person;
            person.phone.as_deref() == Some(who) || person.user_id.as_deref() == Some(who)
        })
    }

    pub(super) fn find_recipient(&self, to: &Recipient) -> Option<usize> {
        self.contacts.iter().position(|contact| match to {
            Recipient::Phone { digits, .. } => contact.person.wa_id().as_ref() == Some(digits),
            Recipient::UserId(id) => contact.person.user_id.as_ref() == Some(id),
        })
    }

    /// Puts an accepted message into the person's thread. A reaction goes onto its message instead.
    pub(super) fn deliver(
        &mut self,
        contact: usize,
        number: &str,
        wamid: &str,
        message: &Outgoing,
        now: DateTime<Utc>,
    ) {
        let contact = &mut self.contacts[contact];
        contact.typing_from = None;
        if let Some(target) = &message.reacts_to {
            let emoji = Some(message.body.clone()).filter(|emoji| !emoji.is_empty());
            if let Some(entry) = contact
                .thread
                .iter_mut()
                .find(|entry| &entry.wamid == target)
            {
                entry.reaction = emoji;
            }
            return;
        }
        contact.quiet_from = None;
        contact.thread.push(Entry {
            at: now,
            wamid: wamid.to_owned(),
            number: number.to_owned(),
            author: Author::Business,
            kind: message.kind.clone(),
            header: message.header.clone(),
            body: message.body.clone(),
            footer: message.footer.clone(),
            buttons: message.buttons.clone(),
            opener: message.opener.clone(),
            media: message.media.clone(),
            quotes: message.quotes.clone(),
            reaction: None,
            tick: Tick::Sent,
        });
    }

    /// Moves the ticks of a message; they never go back.
    pub(super) fn tick(&mut self, wamid: &str, tick: Tick) {
        for contact in &mut self.contacts {
            if let Some(entry) = contact.thread.iter_mut().find(|entry| entry.wamid == wamid) {
                entry.tick = entry.tick.max(tick);
                if tick == Tick::Failed {
                    entry.tick = tick;
                }
            }
        }
    }

    /// The business has read `wamid` and what the person wrote before it. False when nobody wrote it.
    pub(super) fn mark_read(&mut self, wamid: &str, number: &str) -> Option<usize> {
        let index = self.contacts.iter().position(|contact| {
            contact.thread.iter().any(|entry| {
                entry.wamid == wamid && entry.author == Author::Person && entry.number == number
            })
        })?;
        for entry in &mut self.contacts[index].thread {
            if entry.author == Author::Person {
                entry.tick = Tick::Read;
            }
            if entry.wamid == wamid {
                break;
            }
        }
        Some(index)
    }

    /// The newest message with a button of that title that this person got, and the button.
    pub(super) fn newest_button(&self, contact: usize, title: &str) -> Option<(String, Button)> {
        self.contacts[contact]
            .thread
            .iter()
            .rev()
            .find_map(|entry| {
                let button = entry.buttons.iter().find(|button| button.title == title)?;
                (button.kind != ButtonKind::Link).then(|| (entry.wamid.clone(), button.clone()))
            })
    }
}

/// A user id for somebody of whom only the number is known; the same number gives the same id.
fn made_up_user_id(phone: &str) -> String {
    const COUNTRIES: [(&str, &str); 10] = [
        ("254", "KE"),
        ("255", "TZ"),
        ("256", "UG"),
        ("234", "NG"),
        ("27", "ZA"),
        ("44", "GB"),
        ("49", "DE"),
        ("55", "BR"),
        ("91", "IN"),
        ("1", "US"),
    ];
    let digits = digits(phone);
    let country = COUNTRIES
        .iter()
        .find(|(prefix, _)| digits.starts_with(prefix))
        .map_or("US", |(_, country)| *country);
    let hash = digits
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{country}.{hash:020}")
}
