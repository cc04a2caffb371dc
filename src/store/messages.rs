//! Messages as they were stored.

use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{BurstId, IdentityId, MessageId, OrgId};
use crate::domain::message::{MessageKind, MessageState};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    pub id: MessageId,
    pub org_id: OrgId,
    pub channel: String,
    pub identity_id: IdentityId,
    pub sealed_provider_id: String,
    pub provider_key: String,
    pub kind: MessageKind,
    pub sealed_text: Option<String>,
    pub context_key: Option<String>,
    pub forwarded: bool,
    pub press: Option<String>,
    pub provider_at: DateTime<Utc>,
    pub arrived_at: DateTime<Utc>,
    pub state: MessageState,
    pub reason: Option<String>,
    pub burst_id: Option<BurstId>,
    pub due_at: Option<DateTime<Utc>>,
}

/// The messages of a burst in the order of their sending.
pub async fn of_burst(tx: &mut Tx, org: &OrgId, burst: &BurstId) -> sqlx::Result<Vec<Message>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, channel, identity_id, sealed_provider_id, provider_key, kind,
                 sealed_text, context_key, forwarded, press, provider_at, arrived_at, state,
                 reason, burst_id, due_at
             from message where org_id = $1 and burst_id = $2 order by provider_at, id"
        )
        .bind(org)
        .bind(burst),
        fetch_all
    )
}

/// A message of any organisation: the first look of a job, which has only an id.
pub async fn find(tx: &mut Tx, id: &MessageId) -> sqlx::Result<Option<Message>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, channel, identity_id, sealed_provider_id, provider_key, kind,
                 sealed_text, context_key, forwarded, press, provider_at, arrived_at, state,
                 reason, burst_id, due_at
             from message where id = $1 and org_id is not null"
        )
        .bind(id),
        fetch_optional
    )
}

/// Messages of this organisation by their ids, in the order of their arrival.
pub async fn of_org(tx: &mut Tx, org: &OrgId, ids: &[MessageId]) -> sqlx::Result<Vec<Message>> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(find(tx, id).await?.filter(|m| m.org_id == *org));
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// The press of a message is answered; zero: it was before.
pub async fn press_done(tx: &mut Tx, org: &OrgId, id: &MessageId) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update message set due_at = null, rung_at = null
             where org_id = $1 and id = $2 and state = 'press' and due_at is not null"
        )
        .bind(org)
        .bind(id)
    )
}

/// The sender's first press that is not answered yet: presses count in the order of their sending.
pub async fn first_press(
    tx: &mut Tx,
    org: &OrgId,
    identity: &IdentityId,
) -> sqlx::Result<Option<MessageId>> {
    fetch!(
        tx,
        query_scalar(
            "select id from message where org_id = $1 and identity_id = $2 and state = 'press'
                 and due_at is not null order by provider_at, id limit 1"
        )
        .bind(org)
        .bind(identity),
        fetch_optional
    )
}

/// Leaves a press for later: the sender's unread messages come first.
pub async fn press_later(
    tx: &mut Tx,
    org: &OrgId,
    id: &MessageId,
    at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update message set due_at = $3, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and state = 'press' and due_at is not null"
        )
        .bind(org)
        .bind(id)
        .bind(at)
    )
}

/// Sets a message of a burst aside for a person, with the reason.
pub async fn set_aside(
    tx: &mut Tx,
    org: &OrgId,
    id: &MessageId,
    reason: &str,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update message set state = 'set_aside', reason = $3 where org_id = $1 and id = $2")
            .bind(org)
            .bind(id)
            .bind(reason)
    )
}

/// Keeps a valid webhook of a number that nobody has.
pub async fn keep_stray(tx: &mut Tx, app: &str, sealed_raw: &str) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query("insert into stray (id, app, sealed_raw, arrived_at) values ($1, $2, $3, $4)")
            .bind(MessageId::new())
            .bind(app)
            .bind(sealed_raw)
            .bind(now)
    )?;
    Ok(())
}

pub async fn strays(tx: &mut Tx) -> sqlx::Result<i64> {
    fetch!(tx, query_scalar("select count(*) from stray"), fetch_one)
}
