//! Hears: opens what a burst holds.

use crate::app::App;
use crate::domain::message::MessageKind;
use crate::flow::receive::record;
use crate::language::{Provenance, Quoted, Said};
use crate::store::bursts::Burst;
use crate::store::db::Tx;
use crate::store::messages::Message;
use crate::store::outgoing::{self, Outgoing};
use crate::store::{cards, messages};

/// What a burst holds, opened.
pub(super) struct Heard {
    /// In the order of their sending.
    pub(super) messages: Vec<Message>,
    pub(super) said: Vec<Said>,
    /// For each of `said`, its place in `messages`.
    pub(super) of: Vec<usize>,
    pub(super) unreadable: Vec<MessageKind>,
    /// More came than are read as one.
    pub(super) flooded: bool,
    /// The message of ours that was quoted last.
    pub(super) quoted: Option<Outgoing>,
}

/// Opens the texts of a burst; what is beyond the limit is set aside for a person.
pub(super) async fn hear(app: &App, tx: &mut Tx, burst: &Burst) -> anyhow::Result<Heard> {
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
    let mut quotes_ours = None;
    for (n, message) in all.iter().enumerate() {
        if message.kind.is_unreadable() {
            unreadable.push(message.kind);
        }
        if let Some(key) = &message.context_key {
            let ours = outgoing::by_provider(tx, &burst.org_id, key).await?;
            quotes_ours = ours.or(quotes_ours);
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
        // The text under a picture was typed.
        let provenance = if message.forwarded {
            Provenance::Forwarded
        } else if message.kind == MessageKind::Voice {
            Provenance::Voice
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
        quoted: quotes_ours,
    })
}
