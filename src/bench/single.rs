//! What ours is compared with: a receiver that verifies a webhook, stores it in a transaction of its own,
//! commits and answers. The same checks, keys, seals and statements as ours; only nothing waits for company.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::{DateTime, TimeDelta};
use sutler::app::App;
use sutler::channels::whatsapp_cloud::{signature, webhook};
use sutler::channels::{Content, Inbound, Message};
use sutler::config::Secret;
use sutler::domain::ids::{MessageId, OrgId};
use sutler::domain::message::{IdentityKind, MessageKind};
use sutler::flow::receive::{CHANNEL, record};
use sutler::flow::{merge, tell};
use sutler::store::arrivals::{self, NewMessage, SenderKey, Stored};
use sutler::store::bursts::{self, Timing};

use crate::world::APP;

/// What the receiver is given; it need not ask the database how long a burst waits.
pub(crate) struct Single {
    pub(crate) app: Arc<App>,
    pub(crate) timing: Timing,
}

pub(crate) fn router(single: Single) -> Router {
    let path = format!("/webhook/whatsapp/{APP}");
    Router::new()
        .route(&path, post(take))
        .with_state(Arc::new(single))
}

async fn take(State(single): State<Arc<Single>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let app = &single.app;
    let secrets = app.config.whatsapp.apps[APP]
        .app_secrets
        .iter()
        .map(Secret::expose);
    let header = headers.get(signature::HEADER).and_then(|h| h.to_str().ok());
    if signature::verify(secrets, header, &body).is_err() {
        return StatusCode::FORBIDDEN;
    }
    let Ok(inbound) = webhook::parse(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    match store(app, single.timing, inbound).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn store(app: &App, timing: Timing, inbound: Vec<Inbound>) -> anyhow::Result<()> {
    let mut new = Vec::new();
    for one in inbound {
        if let Inbound::Message(message) = one
            && let Some(number) = app.number(CHANNEL, &message.number).await?
            && let Content::Text(text) = &message.content
        {
            let ends_burst = merge::ends_burst(text);
            new.push((prepare(app, number.org_id, &message, text), ends_burst));
        }
    }
    let mut bells = Vec::new();
    let mut tx = app.db.begin().await?;
    for (new, ends_burst) in &new {
        let stored = arrivals::receive(&mut tx, new, timing).await?;
        if let Stored::InBurst {
            identity, first, ..
        } = stored
        {
            if first {
                let seen = tell::seen(&new.org_id, &identity, &new.id);
                bells.extend(tell::say(app, &mut tx, seen).await?);
            }
            if *ends_burst {
                bursts::close_now(&mut tx, &new.org_id, &identity).await?;
            }
        }
    }
    tx.commit().await?;
    app.ring_all(bells).await;
    Ok(())
}

/// Keys and seals a text, as ours does.
pub(crate) fn prepare(app: &App, org: OrgId, message: &Message, text: &str) -> NewMessage {
    let id = MessageId::new();
    let key = |kind: IdentityKind, address: &String| {
        let key = app.vault.hmac(org.as_str(), address);
        let sealed_address = app.seal(&org, &format!("identity/{key}"), address);
        SenderKey {
            kind,
            key,
            sealed_address,
        }
    };
    let phone = message
        .from
        .phone
        .iter()
        .map(|p| key(IdentityKind::Phone, p));
    let user = message
        .from
        .user_id
        .iter()
        .map(|u| key(IdentityKind::UserId, u));
    let seal = |part: &str, text: &str| app.seal(&org, &record(&id, part), text);
    let sent_at = message.sent_at.and_then(|s| DateTime::from_timestamp(s, 0));
    NewMessage {
        channel: CHANNEL,
        number_id: message.number.clone(),
        senders: phone.chain(user).collect(),
        provider_key: app.vault.hmac(org.as_str(), &message.provider_id),
        sealed_provider_id: seal("provider", &message.provider_id),
        kind: MessageKind::Text,
        sealed_text: Some(seal("text", text)),
        context_key: None,
        forwarded: false,
        press: None,
        sealed_raw: seal("raw", &message.raw),
        provider_at: sent_at.unwrap_or_else(|| app.now()),
        org_id: org,
        id,
    }
}

/// How long a burst waits in the world that is measured; none of its bursts ends by itself meanwhile.
pub(crate) fn timing(quiet_seconds: i64) -> Timing {
    Timing {
        quiet: TimeDelta::seconds(quiet_seconds),
        hard_cap: TimeDelta::seconds(300),
    }
}
