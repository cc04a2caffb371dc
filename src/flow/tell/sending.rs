//! Sends one message of the outbox, in its turn and at the provider's pace, and notes what became of it.

use chrono::TimeDelta;
use jobs::Job;

use super::body;
use super::body::wire;
use crate::app::App;
use crate::channels::{Address, Outgoing as Wire, SendError};
use crate::domain::ids::{OrgId, OutgoingId};
use crate::domain::message::{IdentityKind, OutgoingState};
use crate::flow::receive::{CHANNEL, record};
use crate::store::db::Tx;
use crate::store::messages;
use crate::store::outgoing::{self, Outgoing};
use crate::store::people::{self, Identity};
use crate::store::{bursts, cards};

/// Seconds in which a status can show that an unanswered message was taken after all.
const AMBIGUOUS_SECONDS: i64 = 60;
/// Seconds after which a claim whose process is gone is taken over.
const CLAIM_SECONDS: i64 = 45;
/// WhatsApp allows one message in six seconds to the same person, with a loan for short runs.
const PACE_SECONDS: i64 = 6;
const PACE_WINDOW_SECONDS: i64 = 60;
const PACE_BURST: i64 = 20;
/// Times that a message is tried before a person hears of it.
const ATTEMPTS: i64 = 12;

/// Sends one message of the outbox if it is its turn.
pub async fn tell(app: &App, id: &OutgoingId) -> anyhow::Result<()> {
    let Some((message, identity, wire)) = claim(app, id).await? else {
        return Ok(());
    };
    crate::crash::point("tell:before_send");
    let outcome = send(app, &message, &identity, &wire).await;
    crate::crash::point("tell:after_send");
    let next = note(app, &message, &identity, outcome).await?;
    app.ring_all(next.map(|id| Job::Tell {
        message: id.to_string(),
    }))
    .await;
    Ok(())
}

/// What goes over the wire for one row.
enum Parcel {
    Message(Wire),
    Seen { provider_id: String },
}

/// Takes the row if it is due, its turn, and still worth sending.
async fn claim(app: &App, id: &OutgoingId) -> anyhow::Result<Option<(Outgoing, Identity, Parcel)>> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let Some(message) = outgoing::find(&mut tx, id).await? else {
        return Ok(None);
    };
    let org = message.org_id.clone();
    let is_due = message.due_at.is_some_and(|due| due <= now);
    if !is_due || outgoing::has_earlier(&mut tx, &org, &message.identity_id, id).await? {
        return Ok(None);
    }
    let Some(identity) = people::identity(&mut tx, &org, &message.identity_id).await? else {
        outgoing::end(
            &mut tx,
            &org,
            id,
            OutgoingState::Failed,
            "nobody to send it to",
        )
        .await?;
        tx.commit().await?;
        return Ok(None);
    };
    if let Some(burst) = &message.burst_id
        && bursts::has_newer(&mut tx, &org, &identity.id, burst).await?
    {
        outgoing::end(
            &mut tx,
            &org,
            id,
            OutgoingState::Dropped,
            "a newer message came",
        )
        .await?;
        let next = outgoing::next_of(&mut tx, &org, &identity.id).await?;
        tx.commit().await?;
        app.ring_all(next.map(|id| Job::Tell {
            message: id.to_string(),
        }))
        .await;
        return Ok(None);
    }
    let parcel = match wire(body(app, &message)?) {
        Ok(wire) => Parcel::Message(wire),
        Err(seen) => {
            let Some(theirs) = messages::find(&mut tx, &seen).await? else {
                return Ok(None);
            };
            let name = record(&theirs.id, "provider");
            let provider_id = app.unseal(&org, &name, &theirs.sealed_provider_id)?;
            Parcel::Seen { provider_id }
        }
    };
    if matches!(parcel, Parcel::Message(_)) {
        let since = now - TimeDelta::seconds(PACE_WINDOW_SECONDS);
        let lately = outgoing::sent_since(&mut tx, &org, &identity.id, since).await?;
        if lately >= PACE_BURST {
            let at = now + TimeDelta::seconds(PACE_SECONDS);
            outgoing::later(&mut tx, &org, id, at, "paced").await?;
            tx.commit().await?;
            return Ok(None);
        }
    }
    let again_at = now + TimeDelta::seconds(CLAIM_SECONDS);
    if outgoing::claim(&mut tx, &org, id, again_at).await? == 0 {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some((message, identity, parcel)))
}

async fn send(
    app: &App,
    message: &Outgoing,
    identity: &Identity,
    parcel: &Parcel,
) -> Result<String, SendError> {
    let trouble = |text: String| SendError::Retry(crate::channels::Reason::new(None, &text));
    let number = app
        .number(CHANNEL, &identity.number_id)
        .await
        .map_err(|error| trouble(error.to_string()))?;
    let Some(client) = number.as_ref().and_then(|n| app.whatsapp.get(&n.app)) else {
        let text = "the number belongs to no app of the configuration";
        return Err(SendError::Operator(crate::channels::Reason::new(
            None, text,
        )));
    };
    match parcel {
        Parcel::Seen { provider_id } => {
            client.show_typing(&identity.number_id, provider_id).await?;
            Ok(String::new())
        }
        Parcel::Message(wire) => {
            let name = format!("identity/{}", identity.key);
            let address = app
                .unseal(&message.org_id, &name, &identity.sealed_address)
                .map_err(|error| trouble(error.to_string()))?;
            let to = match identity.kind {
                IdentityKind::Phone => Address::Phone(address),
                IdentityKind::UserId => Address::UserId(address),
            };
            client
                .send(&identity.number_id, &to, wire, message.id.as_str())
                .await
        }
    }
}

/// Notes what became of the attempt, and gives the next message to the same person.
async fn note(
    app: &App,
    message: &Outgoing,
    identity: &Identity,
    outcome: Result<String, SendError>,
) -> anyhow::Result<Option<OutgoingId>> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let org = &message.org_id;
    let id = &message.id;
    let result = outcome.as_ref().map_or_else(label, |_| "sent");
    metrics::counter!("sutler_outgoing_total", "result" => result).increment(1);
    match outcome {
        Ok(provider_id) => {
            let about = message.requisition_id.as_ref().map(ToString::to_string);
            tracing::info!(outgoing.id = %id, kind = message.kind, requisition.id = about, "sent");
            let key = app.vault.hmac(org.as_str(), &provider_id);
            outgoing::sent(&mut tx, org, id, &key).await?;
        }
        // A read mark is a courtesy: it is tried once.
        Err(error) if message.kind == "seen" => {
            let text = error.to_string();
            outgoing::end(&mut tx, org, id, OutgoingState::Failed, &text).await?;
        }
        Err(SendError::Ambiguous(_)) => {
            let at = now + TimeDelta::seconds(AMBIGUOUS_SECONDS);
            outgoing::ambiguous(&mut tx, org, id, at).await?;
            tracing::warn!(outgoing.id = %id, "the answer to a message was lost");
        }
        Err(error) => {
            let text = error.to_string();
            tracing::warn!(outgoing.id = %id, error = text, "a message was not taken");
            match retry_after(&error, message, identity, now) {
                Some(pause) => {
                    outgoing::later(&mut tx, org, id, now + pause, &text).await?;
                    if let SendError::Operator(_) = error {
                        let text = format!("WhatsApp refuses to send: {text}");
                        lay_card(
                            &mut tx,
                            message,
                            "whatsapp",
                            identity.number_id.as_str(),
                            &text,
                        )
                        .await?;
                    }
                }
                None => fail(&mut tx, message, &text).await?,
            }
        }
    }
    let next = outgoing::next_of(&mut tx, org, &identity.id).await?;
    tx.commit().await?;
    Ok(next)
}

fn label(error: &SendError) -> &'static str {
    match error {
        SendError::Retry(_) => "retry",
        SendError::Throttled(_) => "throttled",
        SendError::WindowShut(_) => "window_shut",
        SendError::NotReachable(_) => "not_reachable",
        SendError::Operator(_) => "operator",
        SendError::OurBug(_) => "our_bug",
        SendError::Ambiguous(_) => "ambiguous",
    }
}

/// When to try again; none: it is given up.
fn retry_after(
    error: &SendError,
    message: &Outgoing,
    identity: &Identity,
    now: chrono::DateTime<chrono::Utc>,
) -> Option<TimeDelta> {
    let tries = u32::try_from(message.attempts + 1).unwrap_or(u32::MAX);
    match error {
        SendError::Retry(_) | SendError::Throttled(_) => {
            if message.attempts + 1 >= ATTEMPTS {
                return None;
            }
            error
                .pause(tries)
                .and_then(|pause| TimeDelta::from_std(pause).ok())
        }
        // WhatsApp sometimes says so right after a message: once more, if our own clock disagrees.
        SendError::WindowShut(_) => {
            let open = identity.window_until.is_some_and(|until| until > now);
            (open && message.attempts == 0).then(|| TimeDelta::seconds(10))
        }
        SendError::Operator(_) => Some(TimeDelta::minutes(5)),
        SendError::NotReachable(_) | SendError::OurBug(_) | SendError::Ambiguous(_) => None,
    }
}

/// Gives a message up; what it was about waits for a person.
async fn fail(tx: &mut Tx, message: &Outgoing, why: &str) -> sqlx::Result<()> {
    outgoing::end(tx, &message.org_id, &message.id, OutgoingState::Failed, why).await?;
    let text = format!("A message could not be sent ({}): {why}", message.kind);
    lay_card(tx, message, "not_told", message.id.as_str(), &text).await
}

async fn lay_card(
    tx: &mut Tx,
    message: &Outgoing,
    kind: &str,
    subject_id: &str,
    text: &str,
) -> sqlx::Result<()> {
    let card = cards::NewCard {
        org: &message.org_id,
        kind,
        subject: "outgoing",
        subject_id,
        requisition: message.requisition_id.as_ref(),
        text,
    };
    cards::lay(tx, card).await
}

/// A status says that a message was taken and could not be delivered.
pub async fn not_delivered(
    tx: &mut Tx,
    org: &OrgId,
    id: &OutgoingId,
    error: &SendError,
) -> sqlx::Result<()> {
    let Some(message) = outgoing::find(tx, id).await?.filter(|m| m.org_id == *org) else {
        return Ok(());
    };
    let text = error.to_string();
    if outgoing::undeliverable(tx, org, id, &text).await? == 1 {
        let text = format!("A message did not arrive ({}): {text}", message.kind);
        lay_card(tx, &message, "not_told", id.as_str(), &text).await?;
    }
    Ok(())
}
