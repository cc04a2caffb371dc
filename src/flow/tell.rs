//! Tell: every outgoing text leaves from the outbox, one row for each cause and kind.
//!
//! **Invariant:** a message is sent until the provider has taken it; what may have been taken is sent
//! again only when no status with our own id came for a minute.

mod body;
mod voice;

use chrono::TimeDelta;
use jobs::Job;

pub use self::body::{Body, Button};
use self::body::{parts, wire};
pub use self::voice::{texts, texts_of};
use super::receive::{CHANNEL, record};
use crate::app::App;
use crate::channels::{Address, Outgoing as Wire, SendError};
use crate::domain::ids::{BurstId, IdentityId, MessageId, OrgId, OutgoingId, RequisitionId};
use crate::domain::message::{IdentityKind, OutgoingState};
use crate::store::db::Tx;
use crate::store::messages;
use crate::store::outgoing::{self, NewOutgoing, Outgoing};
use crate::store::people::{self, Identity};
use crate::store::{bursts, cards, orgs};

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

/// Something to be said to one person.
#[derive(Clone, Debug)]
pub struct Say<'a> {
    pub org: &'a OrgId,
    /// The burst, press, change of state or reminder that makes it.
    pub cause: &'a str,
    pub kind: &'a str,
    pub to: &'a IdentityId,
    pub requisition: Option<&'a RequisitionId>,
    /// Set where a newer message of theirs makes it worthless.
    pub burst: Option<&'a BurstId>,
    pub body: Body,
}

/// Puts a message into the outbox, split where it is too long for one; the bells are rung after
/// the commit. Nothing is added if this cause has said this already.
pub async fn say(app: &App, tx: &mut Tx, say: Say<'_>) -> sqlx::Result<Vec<Job>> {
    say_all(app, tx, vec![say]).await
}

/// As [`say`], for many at once.
pub async fn say_all(app: &App, tx: &mut Tx, all: Vec<Say<'_>>) -> sqlx::Result<Vec<Job>> {
    let due_at = tx.now().await?;
    let mut wording = Vec::with_capacity(all.len());
    for mut say in all {
        for (n, body) in (1..).zip(parts(std::mem::replace(&mut say.body, Body::text("")))) {
            let id = OutgoingId::new();
            let json = serde_json::to_string(&body).expect("a body is plain data");
            let sealed = app.seal(say.org, &sealed_as(&id), &json);
            let kind = if n == 1 {
                say.kind.to_owned()
            } else {
                format!("{}.{n}", say.kind)
            };
            wording.push((say.clone(), id, kind, sealed));
        }
    }
    let new: Vec<NewOutgoing<'_>> = wording
        .iter()
        .map(|(say, id, kind, sealed)| NewOutgoing {
            id,
            org: say.org,
            cause: say.cause,
            kind,
            identity: say.to,
            requisition: say.requisition,
            burst: say.burst,
            sealed_body: sealed,
            due_at,
        })
        .collect();
    let added = outgoing::add(tx, &new).await?;
    let is_added = |id: &&OutgoingId| added.contains(id);
    let bells = new.iter().map(|one| one.id).filter(is_added);
    Ok(bells
        .map(|id| Job::Tell {
            message: id.to_string(),
        })
        .collect())
}

fn sealed_as(id: &OutgoingId) -> String {
    format!("outgoing/{id}/body")
}

/// Marks the first message of a burst as read.
pub fn seen<'a>(org: &'a OrgId, to: &'a IdentityId, message: &'a MessageId) -> Say<'a> {
    Say {
        org,
        cause: message.as_str(),
        kind: "seen",
        to,
        requisition: None,
        burst: None,
        body: Body::Seen {
            message: message.clone(),
        },
    }
}

/// Opens the body of a message of the outbox, for sending and for the console.
pub fn body(app: &App, message: &Outgoing) -> anyhow::Result<Body> {
    let json = app.unseal(
        &message.org_id,
        &sealed_as(&message.id),
        &message.sealed_body,
    )?;
    Ok(serde_json::from_str(&json)?)
}

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

/// True while free text may be sent to this person.
pub async fn window_is_open(tx: &mut Tx, identity: &Identity) -> sqlx::Result<bool> {
    let now = tx.now().await?;
    Ok(identity.window_until.is_some_and(|until| until > now))
}

/// The organisation of a step, which exists as long as its rows do.
pub async fn org(tx: &mut Tx, id: &OrgId) -> anyhow::Result<orgs::Org> {
    orgs::find(tx, id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("organisation {id} is gone"))
}
