//! Looking at the phones: what somebody got, waiting for a text, the whole conversation as JSON.

use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::Graph;
use super::rules::Button;
use super::world::{Author, Entry, Tick, World};

/// A message that a person got from the business.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// Its id.
    pub wamid: String,
    /// `text`, `button`, `list`, `template`, `image` and so on.
    pub kind: String,
    /// Header, body and footer, each on its own line.
    pub text: String,
    /// What can be pressed.
    pub buttons: Vec<Button>,
    /// The message that it quotes.
    pub quotes: Option<String>,
    /// How far it got.
    pub tick: Tick,
}

impl Got {
    fn from(entry: &Entry) -> Self {
        Self {
            at: entry.at,
            wamid: entry.wamid.clone(),
            kind: entry.kind.clone(),
            text: entry.whole_text(),
            buttons: entry.buttons.clone(),
            quotes: entry.quotes.clone(),
            tick: entry.tick,
        }
    }

    /// The titles of its buttons.
    pub fn titles(&self) -> Vec<&str> {
        self.buttons
            .iter()
            .map(|button| button.title.as_str())
            .collect()
    }
}

#[derive(Serialize)]
struct Line<'a> {
    at: DateTime<Utc>,
    from: &'a str,
    to: &'a str,
    kind: &'a str,
    text: String,
    buttons: Vec<&'a str>,
}

impl Graph {
    /// Everything that `who` got from the business, oldest first. Empty for somebody unknown.
    pub fn inbox(&self, who: &str) -> Vec<Got> {
        let world = self.inner.world();
        let Some(contact) = world.find(who) else {
            return Vec::new();
        };
        let thread = world.contacts[contact].thread.iter();
        thread
            .filter(|entry| entry.author == Author::Business)
            .map(Got::from)
            .collect()
    }

    /// Waits until `who` has a message that contains `text`, and returns the newest such message.
    ///
    /// Only messages count that came after the person's first action (a text, a press) since the last `expect` that
    /// was met; without one, from where that `expect` looked. So the answer to an earlier message cannot be taken for
    /// the answer to a later one.
    pub async fn expect(&self, who: &str, text: &str, within: Duration) -> anyhow::Result<Got> {
        let mut changes = self.inner.changes.subscribe();
        let search = async {
            loop {
                changes.borrow_and_update();
                if let Some(got) = self.find_expected(who, text)? {
                    return anyhow::Ok(got);
                }
                changes.changed().await.context("the server has stopped")?;
            }
        };
        if let Ok(found) = tokio::time::timeout(within, search).await {
            return found;
        }
        let got: Vec<String> = self.inbox(who).into_iter().map(|got| got.text).collect();
        bail!("{who} did not get \"{text}\" within {within:?}; got {got:#?}")
    }

    fn find_expected(&self, who: &str, text: &str) -> anyhow::Result<Option<Got>> {
        let mut world = self.inner.world();
        let index = world
            .find(who)
            .with_context(|| format!("nobody with the number or user id {who} has a phone here"))?;
        let contact = &mut world.contacts[index];
        let recent = contact.thread[contact.expect_from..].iter().rev();
        let found = recent
            .filter(|entry| entry.author == Author::Business)
            .find(|entry| entry.whole_text().contains(text))
            .map(Got::from);
        if found.is_some() {
            contact.acted = false;
        }
        Ok(found)
    }

    /// Every message of every thread by time: `{"messages": [{at, from, to, kind, text, buttons}]}`.
    pub fn transcript(&self) -> Value {
        transcript(&self.inner.world())
    }
}

pub(super) fn transcript(world: &World) -> Value {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for contact in &world.contacts {
        let key = contact.person.key();
        for entry in &contact.thread {
            let numbers = world.settings.numbers.iter();
            let business = numbers
                .filter(|number| number.phone_number_id == entry.number)
                .map(|number| number.display.as_str())
                .next()
                .unwrap_or_default();
            let (from, to) = match entry.author {
                Author::Person => (key, business),
                Author::Business => (business, key),
            };
            lines.push(Line {
                at: entry.at,
                from,
                to,
                kind: &entry.kind,
                text: entry.whole_text(),
                buttons: entry
                    .buttons
                    .iter()
                    .map(|button| button.title.as_str())
                    .collect(),
            });
        }
    }
    lines.sort_by_key(|line| line.at);
    json!({"messages": lines})
}
