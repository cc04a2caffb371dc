//! Tell: every outgoing text leaves from the outbox, one row for each cause and kind.
//!
//! **Invariant:** a message is sent until the provider has taken it; what may have been taken is sent
//! again only when no status with our own id came for a minute.

mod body;
mod sending;
mod voice;

use jobs::Job;

use self::body::parts;
pub use self::body::{Body, Button};
pub use self::sending::{not_delivered, tell};
pub use self::voice::{texts, texts_of};
use crate::app::App;
use crate::domain::ids::{BurstId, IdentityId, MessageId, OrgId, OutgoingId, RequisitionId};
use crate::store::db::Tx;
use crate::store::orgs;
use crate::store::outgoing::{self, NewOutgoing, Outgoing};
use crate::store::people::Identity;

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
