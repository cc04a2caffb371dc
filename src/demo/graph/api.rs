//! The Graph API as the business sees it: `/v25.0/…`, a bearer token, Meta's answers and Meta's refusals.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::Inner;
use super::files;
use super::limits;
use super::line::Scissors;
use super::refusal::{Blame, Refusal};
use super::rules::{self, Call, Outgoing, Recipient, Typing};
use super::settings::Number;
use super::statuses::{self, Fate, Journey};
use super::wamid::{self, Way};
use super::world::Switch;

pub(super) type Router = axum::Router<Arc<Inner>>;

pub(super) fn routes() -> Router {
    files::routes()
        .route("/{version}/{id}/messages", post(send))
        .route("/{version}/{id}/message_templates", get(list_templates))
        .route("/{version}/{id}", get(look_up).delete(files::remove))
        .fallback(unknown)
}

/// Notes a refusal that a correct client never meets, then answers it.
pub(super) fn refuse(inner: &Inner, refusal: Refusal, call: &str) -> Response {
    match refusal.blame {
        Blame::Caller => {
            let details = refusal.details.as_deref().unwrap_or_default();
            let line = format!("{} {details} on {call}", refusal.message);
            inner.world().unexpected.push(line);
        }
        Blame::Circumstance => {}
    }
    refusal.into_response()
}

pub(super) fn check_token(inner: &Inner, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    if given == Some(inner.world().settings.access_token.as_str()) {
        Ok(())
    } else {
        Err(Refusal::token())
    }
}

pub(super) fn check_version(version: &str) -> Result<(), Refusal> {
    let number = version
        .strip_prefix('v')
        .and_then(|rest| rest.split_once('.'));
    match number {
        Some((major, "0"))
            if major
                .parse::<u8>()
                .is_ok_and(|major| (13..=25).contains(&major)) =>
        {
            Ok(())
        }
        _ => Err(Refusal::path(&format!("/{version}"))),
    }
}

pub(super) fn number(inner: &Inner, id: &str, method: &str) -> Result<Number, Refusal> {
    let world = inner.world();
    let found = world
        .settings
        .numbers
        .iter()
        .find(|number| number.phone_number_id == id);
    found.cloned().ok_or_else(|| Refusal::no_object(method, id))
}

async fn send(
    State(inner): State<Arc<Inner>>,
    Path((version, id)): Path<(String, String)>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let call = || {
        format!(
            "POST /{version}/{id}/messages {}",
            String::from_utf8_lossy(&body)
        )
    };
    let outcome = check_version(&version)
        .and_then(|()| check_token(&inner, &headers))
        .and_then(|()| number(&inner, &id, "post"))
        .and_then(|number| Ok((number, read_body(&inner, &headers, &body)?)))
        .and_then(|(number, sent)| match sent {
            Call::Read { wamid, typing } => mark_read(&inner, &number, &wamid, typing),
            Call::Send(message) => accept(&inner, &number, *message, &scissors),
        });
    match outcome {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refuse(&inner, refusal, &call()),
    }
}

fn read_body(inner: &Inner, headers: &HeaderMap, body: &[u8]) -> Result<Call, Refusal> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"));
    let value = if is_json {
        serde_json::from_slice(body)
            .map_err(|_| Refusal::parameter("Invalid JSON in the request body."))?
    } else {
        json!({})
    };
    rules::read(&value, &inner.world().settings.templates)
}

fn mark_read(
    inner: &Inner,
    number: &Number,
    wamid: &str,
    typing: Typing,
) -> Result<Value, Refusal> {
    let now = inner.clock.now();
    let mut world = inner.world();
    let contact = world
        .mark_read(wamid, &number.phone_number_id)
        .ok_or_else(|| {
            Refusal::caller(
                131_009,
                "message_id does not belong to a message to this number",
            )
        })?;
    match typing {
        Typing::Shown => world.contacts[contact].typing_from = Some(now),
        Typing::Absent => {}
    }
    drop(world);
    inner.changed();
    Ok(json!({"success": true}))
}

/// Everything after the form of a message: ordered faults, rates, the window; then it goes to the phone.
fn accept(
    inner: &Arc<Inner>,
    number: &Number,
    message: Outgoing,
    scissors: &Scissors,
) -> Result<Value, Refusal> {
    let now = inner.clock.now();
    let mut world = inner.world();
    if let Some(medium) = &message.media
        && !world.media.contains_key(medium)
    {
        return Err(Refusal::caller(
            131_009,
            format!("{medium} is not a media id of this account"),
        ));
    }
    if let Some(code) = world.refusals.pop_front() {
        return Err(Refusal::circumstance(code, None));
    }
    world.rates.take_throughput(&number.phone_number_id, now)?;
    let contact = world.find_recipient(&message.to);
    let person = contact.map(|index| world.contacts[index].person.clone());
    let mut fate = match world.failures.pop_front() {
        Some(code) => Fate::Fails(Refusal::circumstance(code, None)),
        None => Fate::Arrives,
    };
    if let Some(index) = contact {
        let wrote_at = world.contacts[index]
            .wrote
            .get(&number.phone_number_id)
            .copied();
        if message.kind != "template"
            && let Err(shut) = limits::check_window(wrote_at, now)
        {
            if !world.is_on(Switch::WindowByStatus) {
                return Err(shut);
            }
            fate = Fate::Fails(shut);
        }
        if world.is_on(Switch::PairRate) {
            let key = world.contacts[index].person.key().to_owned();
            world.rates.take_pair(&number.phone_number_id, &key, now)?;
        }
    } else {
        let details = Some("Message undeliverable: the recipient has no WhatsApp account.");
        fate = Fate::Fails(Refusal::circumstance(131_026, details));
    }
    let peer = match &message.to {
        Recipient::Phone { digits, .. } => digits.clone(),
        Recipient::UserId(id) => id.clone(),
    };
    let wamid = wamid::new(&peer, Way::Out);
    if let (Some(index), Fate::Arrives) = (contact, &fate) {
        world.deliver(index, &number.phone_number_id, &wamid, &message, now);
    }
    if world.lost_answers > 0 {
        world.lost_answers -= 1;
        scissors.cut();
    }
    drop(world);
    inner.changed();
    let answer = answer(&message, &wamid);
    let journey = Journey {
        wamid,
        number: number.clone(),
        to: message.to,
        person,
        opaque: message.opaque,
        kind: message.kind,
    };
    statuses::start(inner, journey, fate);
    Ok(answer)
}

fn answer(message: &Outgoing, wamid: &str) -> Value {
    let contact = match &message.to {
        Recipient::Phone { digits, given } => json!({"input": given, "wa_id": digits}),
        Recipient::UserId(id) => json!({"input": id, "user_id": id}),
    };
    let mut sent = json!({"id": wamid});
    if message.kind == "template" {
        sent["message_status"] = "accepted".into();
    }
    json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]})
}

async fn look_up(
    State(inner): State<Arc<Inner>>,
    Path((version, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let outcome = check_version(&version)
        .and_then(|()| check_token(&inner, &headers))
        .and_then(|()| {
            if let Some(medium) = inner.world().media.get(&id) {
                return Ok(medium.as_object(&id, &inner.root, inner.clock.now()));
            }
            number(&inner, &id, "get").map(|number| describe(&number, query.get("fields")))
        });
    match outcome {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refuse(&inner, refusal, &format!("GET /{version}/{id}")),
    }
}

fn describe(number: &Number, fields: Option<&String>) -> Value {
    let mut object = json!({
        "verified_name": number.name,
        "code_verification_status": "VERIFIED",
        "display_phone_number": number.display,
        "quality_rating": "GREEN",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "id": number.phone_number_id,
    });
    if let (Some(fields), Some(map)) = (fields, object.as_object_mut()) {
        let wanted: Vec<&str> = fields.split(',').map(str::trim).collect();
        map.retain(|key, _| key == "id" || wanted.contains(&key.as_str()));
    }
    object
}

async fn list_templates(
    State(inner): State<Arc<Inner>>,
    Path((version, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let outcome = check_version(&version)
        .and_then(|()| check_token(&inner, &headers))
        .and_then(|()| {
            let world = inner.world();
            if id != world.settings.waba_id {
                return Err(Refusal::no_object("get", &id));
            }
            let wanted = query.get("name");
            let templates = world.settings.templates.iter();
            let found: Vec<Value> = templates
                .filter(|template| wanted.is_none_or(|name| template.name.contains(name.as_str())))
                .map(|template| {
                    json!({
                        "name": template.name,
                        "language": template.language,
                        "status": "APPROVED",
                        "category": "UTILITY",
                        "components": [{"type": "BODY", "text": template.body}],
                    })
                })
                .collect();
            Ok(json!({"data": found}))
        });
    match outcome {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refuse(
            &inner,
            refusal,
            &format!("GET /{version}/{id}/message_templates"),
        ),
    }
}

async fn unknown(State(inner): State<Arc<Inner>>, method: Method, uri: Uri) -> Response {
    if uri.path() == "/favicon.ico" {
        return axum::http::StatusCode::NO_CONTENT.into_response();
    }
    refuse(
        &inner,
        Refusal::path(uri.path()),
        &format!("{method} {}", uri.path()),
    )
}
