//! The Graph API as the business sees it: `/v25.0/…`, a bearer token, Meta's answers and Meta's refusals.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::Inner;
use super::limits;
use super::line::Scissors;
use super::media::{check_upload, proof};
use super::refusal::{Blame, Refusal};
use super::rules::{self, Call, Outgoing, Recipient, Typing};
use super::settings::Number;
use super::statuses::{self, Fate, Journey};
use super::wamid::{self, Way};
use super::world::Switch;

pub(super) type Router = axum::Router<Arc<Inner>>;

pub(super) fn routes() -> Router {
    axum::Router::new()
        .route("/{version}/{id}/messages", post(send))
        .route(
            "/{version}/{id}/media",
            post(upload).layer(DefaultBodyLimit::max(110 * 1024 * 1024)),
        )
        .route("/{version}/{id}/message_templates", get(list_templates))
        .route("/{version}/{id}", get(look_up).delete(remove))
        .route("/whatsapp_business/attachments/", get(download))
        .fallback(unknown)
}

/// Notes a refusal that a correct client never meets, then answers it.
fn refuse(inner: &Inner, refusal: Refusal, call: &str) -> Response {
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

fn check_token(inner: &Inner, headers: &HeaderMap) -> Result<(), Refusal> {
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

fn check_version(version: &str) -> Result<(), Refusal> {
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

fn number(inner: &Inner, id: &str, method: &str) -> Result<Number, Refusal> {
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

async fn upload(
    State(inner): State<Arc<Inner>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let checked = check_version(&version)
        .and_then(|()| check_token(&inner, &headers))
        .and_then(|()| number(&inner, &id, "post"));
    let outcome = match checked {
        Ok(_) => store_upload(&inner, form).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refuse(&inner, refusal, &format!("POST /{version}/{id}/media")),
    }
}

async fn store_upload(inner: &Inner, mut form: Multipart) -> Result<Value, Refusal> {
    let broken = |_| Refusal::parameter("The multipart body is broken.");
    let (mut file, mut mime, mut product) = (None, None, None);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "file" => {
                let own = field.content_type().map(str::to_owned);
                file = Some((own, field.bytes().await.map_err(broken)?));
            }
            "type" => mime = Some(field.text().await.map_err(broken)?),
            "messaging_product" => product = Some(field.text().await.map_err(broken)?),
            _ => {}
        }
    }
    if product.as_deref() != Some("whatsapp") {
        return Err(Refusal::parameter(
            "The parameter messaging_product is required.",
        ));
    }
    let (own, bytes) = file.ok_or_else(|| Refusal::parameter("The parameter file is required."))?;
    let mime = own
        .or(mime)
        .ok_or_else(|| Refusal::parameter("The parameter type is required."))?;
    let medium = check_upload(&mime, bytes)?;
    let id = wamid::object_id();
    inner.world().media.insert(id.clone(), medium);
    Ok(json!({"id": id}))
}

async fn remove(
    State(inner): State<Arc<Inner>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let outcome = check_version(&version)
        .and_then(|()| check_token(&inner, &headers))
        .and_then(|()| match inner.world().media.remove(&id) {
            Some(_) => Ok(json!({"success": true})),
            None => Err(Refusal::no_object("delete", &id)),
        });
    match outcome {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refuse(&inner, refusal, &format!("DELETE /{version}/{id}")),
    }
}

/// The file itself. An address is good for five minutes and only with the token.
async fn download(
    State(inner): State<Arc<Inner>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = check_token(&inner, &headers) {
        return refuse(&inner, refusal, "GET /whatsapp_business/attachments/");
    }
    let id = query.get("mid").map(String::as_str).unwrap_or_default();
    let expires = query
        .get("ext")
        .and_then(|text| text.parse::<i64>().ok())
        .unwrap_or(0);
    let genuine = query
        .get("hash")
        .is_some_and(|hash| *hash == proof(id, expires));
    let fresh = inner.clock.now().timestamp() <= expires;
    match inner.world().media.get(id) {
        Some(medium) if genuine && fresh => (
            [(header::CONTENT_TYPE, medium.mime.clone())],
            medium.bytes.clone(),
        )
            .into_response(),
        _ => axum::http::StatusCode::NOT_FOUND.into_response(),
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
