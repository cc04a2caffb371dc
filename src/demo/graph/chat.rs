//! The page at `/`: phones side by side, the switches, links to the other parts of the demo.
//!
//! The page asks for the state after the one it has; the answer waits until there is one. It changes things only by
//! POSTs whose content type a form of another site cannot send.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use minijinja::{Environment, Value, context};
use serde::{Deserialize, Serialize};

use super::media::{MediaKind, Medium};
use super::rules::ButtonKind;
use super::world::{Author, Contact, Entry, Position, Switch, Tick, World};
use super::{Inner, people, samples};

const PAGE: &str = include_str!("page/page.html");
const SCRIPT: &str = include_str!("page/chat.js");
const STYLE: &str = include_str!("page/chat.css");

/// How long an answer about the state waits for news.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn routes() -> super::api::Router {
    axum::Router::new()
        .route("/", get(page))
        .route(
            "/chat/chat.js",
            get(async || asset("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route(
            "/chat/chat.css",
            get(async || asset("text/css; charset=utf-8", STYLE)),
        )
        .route("/chat/state", get(state))
        .route("/chat/transcript", get(transcript))
        .route("/chat/media/{id}", get(media))
        .route("/chat/say", post(say))
        .route("/chat/press", post(press))
        .route("/chat/attach", post(attach))
        .route(
            "/chat/photo",
            post(photo).layer(DefaultBodyLimit::max(6 * 1024 * 1024)),
        )
        .route("/chat/switch", post(switch))
}

fn asset(mime: &'static str, text: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, mime),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        text,
    )
        .into_response()
}

async fn page(State(inner): State<Arc<Inner>>) -> Response {
    match render(&inner) {
        Ok(page) => {
            let policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'";
            ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
    }
}

fn render(inner: &Inner) -> anyhow::Result<String> {
    let view = View::of(inner);
    // Inside a script element only `<` could end the JSON early.
    let state = serde_json::to_string(&view)?.replace('<', "\\u003c");
    let links: Vec<Value> = inner
        .world()
        .settings
        .links
        .iter()
        .map(|link| context! { title => link.title.as_str(), url => link.url.as_str() })
        .collect();
    let switches: Vec<Value> = view
        .switches
        .iter()
        .map(
            |switch| context! { name => switch.name, label => switch.label, about => switch.about },
        )
        .collect();
    let people: Vec<Value> = view
        .people
        .iter()
        .map(|person| context! { key => person.key.as_str(), name => person.name.as_str() })
        .collect();
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    let template = templates.template_from_str(PAGE)?;
    Ok(template.render(context! {
        business => view.business,
        number => view.number,
        state => Value::from_safe_string(state),
        links,
        switches,
        people,
    })?)
}

#[derive(Deserialize)]
struct After {
    after: Option<u64>,
}

async fn state(
    State(inner): State<Arc<Inner>>,
    Query(After { after }): Query<After>,
) -> Json<View> {
    let mut changes = inner.changes.subscribe();
    if let Some(after) = after {
        // Out of patience is an answer too: nothing new.
        let _ = tokio::time::timeout(PATIENCE, changes.wait_for(|count| *count != after)).await;
    }
    Json(View::of(&inner))
}

async fn transcript(State(inner): State<Arc<Inner>>) -> Json<serde_json::Value> {
    Json(super::inbox::transcript(&inner.world()))
}

async fn media(State(inner): State<Arc<Inner>>, Path(id): Path<String>) -> Response {
    match inner.world().media.get(&id) {
        Some(medium) => (
            [
                (header::CONTENT_TYPE, medium.mime.clone()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
                (header::CONTENT_SECURITY_POLICY, "sandbox".to_owned()),
            ],
            medium.bytes.clone(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// 204, or 400 with the reason.
fn done(outcome: anyhow::Result<String>) -> Response {
    match outcome {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error:#}")).into_response(),
    }
}

#[derive(Deserialize)]
struct Say {
    who: String,
    text: String,
    quotes: Option<String>,
}

async fn say(State(inner): State<Arc<Inner>>, Json(say): Json<Say>) -> Response {
    done(match &say.quotes {
        Some(quoted) => people::reply(&inner, &say.who, quoted, &say.text),
        None => people::say(&inner, &say.who, &say.text),
    })
}

#[derive(Deserialize)]
struct Press {
    who: String,
    wamid: String,
    title: String,
}

async fn press(State(inner): State<Arc<Inner>>, Json(press): Json<Press>) -> Response {
    done(people::press_on(
        &inner,
        &press.who,
        &press.wamid,
        &press.title,
    ))
}

#[derive(Deserialize)]
struct Attach {
    who: String,
    what: samples::Sample,
}

async fn attach(State(inner): State<Arc<Inner>>, Json(attach): Json<Attach>) -> Response {
    done(samples::send(&inner, &attach.who, attach.what))
}

#[derive(Deserialize)]
struct Who {
    who: String,
}

async fn photo(
    State(inner): State<Arc<Inner>>,
    Query(Who { who }): Query<Who>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let mime = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match mime {
        Some(mime @ ("image/jpeg" | "image/png")) => done(people::send_media(
            &inner,
            &who,
            Medium::new(MediaKind::Image, mime, bytes),
        )),
        _ => (StatusCode::BAD_REQUEST, "A photo is a JPEG or PNG file.").into_response(),
    }
}

#[derive(Deserialize)]
struct Turn {
    name: String,
    on: bool,
}

async fn switch(State(inner): State<Arc<Inner>>, Json(turn): Json<Turn>) -> Response {
    let Some((switch, ..)) = Switch::ALL
        .into_iter()
        .find(|(_, name, _)| *name == turn.name)
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    inner.set_switch(switch, if turn.on { Position::On } else { Position::Off });
    StatusCode::NO_CONTENT.into_response()
}

/// Everything that the page shows.
#[derive(Serialize)]
struct View {
    change: u64,
    business: String,
    number: String,
    quiet_ms: u64,
    switches: Vec<SwitchView>,
    examples: Vec<String>,
    people: Vec<PersonView>,
}

#[derive(Serialize)]
struct SwitchView {
    name: &'static str,
    label: &'static str,
    about: &'static str,
    on: bool,
}

#[derive(Serialize)]
struct PersonView {
    key: String,
    name: String,
    about: String,
    /// Milliseconds of quiet time that are left; absent when none runs.
    quiet_left_ms: Option<u64>,
    typing_left_ms: Option<u64>,
    thread: Vec<EntryView>,
}

#[derive(Serialize)]
struct EntryView {
    wamid: String,
    at: DateTime<Utc>,
    author: Author,
    kind: String,
    header: Option<String>,
    body: String,
    footer: Option<String>,
    buttons: Vec<ButtonView>,
    opener: Option<String>,
    media: Option<String>,
    quotes: Option<String>,
    reaction: Option<String>,
    tick: Tick,
}

#[derive(Serialize)]
struct ButtonView {
    title: String,
    description: Option<String>,
    /// Where a link button leads.
    url: Option<String>,
}

impl View {
    fn of(inner: &Inner) -> Self {
        let change = *inner.changes.borrow();
        let now = inner.clock.now();
        let world = inner.world();
        let settings = &world.settings;
        let number = settings.numbers.first();
        Self {
            change,
            business: number.map(|number| number.name.clone()).unwrap_or_default(),
            number: number
                .map(|number| number.display.clone())
                .unwrap_or_default(),
            quiet_ms: u64::try_from(settings.quiet.as_millis()).unwrap_or(u64::MAX),
            switches: Switch::ALL
                .into_iter()
                .map(|(switch, name, label)| SwitchView {
                    name,
                    label,
                    about: switch.about(),
                    on: world.is_on(switch),
                })
                .collect(),
            examples: settings.examples.clone(),
            people: world
                .contacts
                .iter()
                .map(|contact| PersonView::of(contact, &world, now))
                .collect(),
        }
    }
}

/// Milliseconds until `span` after `from`; nothing when that is past.
fn left(from: Option<DateTime<Utc>>, span: Duration, now: DateTime<Utc>) -> Option<u64> {
    let passed = (now - from?).to_std().unwrap_or_default();
    let left = span.checked_sub(passed)?;
    u64::try_from(left.as_millis()).ok()
}

impl PersonView {
    fn of(contact: &Contact, world: &World, now: DateTime<Utc>) -> Self {
        Self {
            key: contact.person.key().to_owned(),
            name: contact.person.name.clone(),
            about: contact.person.about.clone(),
            quiet_left_ms: left(contact.quiet_from, world.settings.quiet, now),
            typing_left_ms: left(contact.typing_from, super::world::TYPING, now),
            thread: contact.thread.iter().map(EntryView::of).collect(),
        }
    }
}

impl EntryView {
    fn of(entry: &Entry) -> Self {
        Self {
            wamid: entry.wamid.clone(),
            at: entry.at,
            author: entry.author,
            kind: entry.kind.clone(),
            header: entry.header.clone(),
            body: entry.body.clone(),
            footer: entry.footer.clone(),
            buttons: entry
                .buttons
                .iter()
                .map(|button| ButtonView {
                    title: button.title.clone(),
                    description: button.description.clone(),
                    url: (button.kind == ButtonKind::Link).then(|| button.id.clone()),
                })
                .collect(),
            opener: entry.opener.clone(),
            media: entry.media.clone(),
            quotes: entry.quotes.clone(),
            reaction: entry.reaction.clone(),
            tick: entry.tick,
        }
    }
}
