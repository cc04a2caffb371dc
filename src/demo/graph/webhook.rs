//! Webhooks to the business: built, escaped and signed as Meta does it, delivered at least once.
//!
//! A person's messages go one after the other, as do their statuses; different people go at the same time. A POST
//! that is not answered with 200 is sent again with the same bytes while later ones pass it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, RwLock, Weak};
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use http::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

use super::Inner;
use super::settings::{GraphSettings, Retries};
use super::world::{Switch, Tick};

/// How long messages are collected for one POST or for turning their order round.
const GATHER: Duration = Duration::from_millis(250);

/// One change of a webhook on its way; who drops it has delivered it.
pub(super) struct Parcel {
    /// What is delivered in order among itself.
    pub(super) lane: String,
    /// The `value` of the change.
    pub(super) value: Value,
    /// The person's message that it carries.
    pub(super) wamid: Option<String>,
    pub(super) pending: Pending,
}

/// Counts what is not delivered yet, for as long as it lives.
pub(super) struct Pending(Arc<watch::Sender<usize>>);

impl Pending {
    pub(super) fn new(counter: &Arc<watch::Sender<usize>>) -> Self {
        counter.send_modify(|count| *count += 1);
        Self(counter.clone())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

struct Posting {
    body: Vec<u8>,
    not_before: Instant,
    copies: usize,
    /// The persons' messages that it carries.
    wamids: Vec<String>,
    /// Held until the POST is through.
    _pending: Vec<Pending>,
}

/// The other end: the callback of the app.
pub(super) struct Callback {
    pub(super) url: RwLock<Url>,
    client: reqwest::Client,
    app_secret: String,
    verify_token: String,
    retries: Retries,
}

impl Callback {
    pub(super) fn new(settings: &GraphSettings) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            url: RwLock::new(settings.callback.clone()),
            client,
            app_secret: settings.app_secret.clone(),
            verify_token: settings.verify_token.clone(),
            retries: settings.retries,
        })
    }

    fn url(&self) -> Url {
        self.url
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// One POST with a signature over exactly these bytes.
    pub(super) async fn post(&self, body: Vec<u8>) -> reqwest::Result<StatusCode> {
        let signature = sign(&self.app_secret, &body);
        let answer = self
            .client
            .post(self.url())
            .header("Content-Type", "application/json")
            .header("User-Agent", "facebookexternalua")
            .header("X-Hub-Signature-256", signature)
            .body(body)
            .send()
            .await?;
        let status = answer.status();
        answer.bytes().await?;
        Ok(status)
    }

    async fn is_taken(&self, body: &[u8]) -> bool {
        matches!(self.post(body.to_vec()).await, Ok(StatusCode::OK))
    }

    /// Meta's verification of a callback: the challenge must come back.
    pub(super) async fn verify(&self) -> Result<(), String> {
        let challenge = rand::random_range(100_000_000_u32..2_000_000_000).to_string();
        let answer = self
            .client
            .get(self.url())
            .query(&[
                ("hub.mode", "subscribe"),
                ("hub.challenge", &challenge),
                ("hub.verify_token", &self.verify_token),
            ])
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| error.to_string())?;
        if status == StatusCode::OK && text == challenge {
            Ok(())
        } else {
            Err(format!(
                "the callback answered {status} and not the challenge"
            ))
        }
    }

    /// Sends again and again until it is taken or the time is over.
    async fn retry(&self, posting: Posting, inner: Weak<Inner>) {
        let began = Instant::now();
        let mut pause = self.retries.first;
        while began.elapsed() < self.retries.give_up_after {
            tokio::time::sleep(pause).await;
            if self.is_taken(&posting.body).await {
                mark_delivered(&inner, &posting.wamids);
                return;
            }
            pause = (pause * 2).min(self.retries.longest);
        }
    }
}

/// The header value: `sha256=` and the hexadecimal HMAC.
pub fn sign(app_secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// JSON as Meta writes it: everything outside ASCII as `\uXXXX`, and `/` as `\/`.
pub fn escape(value: &Value) -> String {
    let plain = value.to_string();
    let mut escaped = String::with_capacity(plain.len() + 16);
    for character in plain.chars() {
        // Neither can stand outside a string of a JSON text.
        if character == '/' {
            escaped.push_str("\\/");
        } else if character.is_ascii() {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(escaped, "\\u{unit:04x}").expect("writing to a String cannot fail");
            }
        }
    }
    escaped
}

/// The envelope of one or more changes; neighbours about the same number and of the same sort share a change.
pub(super) fn envelope(waba_id: &str, values: Vec<Value>) -> Value {
    let several = values.len() > 1;
    let mut changes: Vec<Value> = Vec::new();
    for value in values {
        match changes.last_mut() {
            Some(last) if may_share(&last["value"], &value) => merge(&mut last["value"], &value),
            _ => changes.push(json!({"field": "messages", "value": value})),
        }
    }
    // A batch shows that an entry may come more than once, too.
    let rest = if several && changes.len() > 1 {
        changes.split_off(changes.len() / 2)
    } else {
        Vec::new()
    };
    let mut entries = vec![json!({"id": waba_id, "changes": changes})];
    if !rest.is_empty() {
        entries.push(json!({"id": waba_id, "changes": rest}));
    }
    json!({"object": "whatsapp_business_account", "entry": entries})
}

fn may_share(one: &Value, other: &Value) -> bool {
    one["metadata"] == other["metadata"]
        && ["messages", "statuses"]
            .iter()
            .all(|key| one.get(key).is_some() == other.get(key).is_some())
}

fn merge(into: &mut Value, from: &Value) {
    for key in ["contacts", "messages", "statuses"] {
        let Some(Value::Array(new)) = from.get(key) else {
            continue;
        };
        match into.get_mut(key).and_then(Value::as_array_mut) {
            Some(list) => {
                for item in new {
                    if key != "contacts" || !list.contains(item) {
                        list.push(item.clone());
                    }
                }
            }
            None => into[key] = Value::Array(new.clone()),
        }
    }
}

/// Takes parcels, forms POSTs by the switches and hands each to its lane. Ends, with all it started, when dropped.
pub(super) async fn dispatch(
    inner: Weak<Inner>,
    callback: Arc<Callback>,
    mut parcels: mpsc::UnboundedReceiver<Parcel>,
) {
    let mut lanes: HashMap<String, mpsc::UnboundedSender<Posting>> = HashMap::new();
    let mut tasks = JoinSet::new();
    while let Some(first) = parcels.recv().await {
        let mut gathered = vec![first];
        let is_on = |switch| {
            inner
                .upgrade()
                .is_some_and(|inner| inner.world().is_on(switch))
        };
        if is_on(Switch::OutOfOrder) || is_on(Switch::Batched) {
            tokio::time::sleep(GATHER).await;
            while let Ok(next) = parcels.try_recv() {
                gathered.push(next);
            }
        }
        let Some(inner) = inner.upgrade() else {
            return;
        };
        for (lane, posting) in form(&inner, gathered) {
            let lane = lanes.entry(lane).or_insert_with(|| {
                let (sender, receiver) = mpsc::unbounded_channel();
                tasks.spawn(serve_lane(
                    Arc::downgrade(&inner),
                    callback.clone(),
                    receiver,
                ));
                sender
            });
            // A lane lives as long as this function.
            let _ = lane.send(posting);
        }
    }
}

fn form(inner: &Inner, mut gathered: Vec<Parcel>) -> Vec<(String, Posting)> {
    let world = inner.world();
    let copies = if world.is_on(Switch::Doubled) { 2 } else { 1 };
    let delay = if world.is_on(Switch::Late) {
        world.late
    } else {
        Duration::ZERO
    };
    let not_before = Instant::now() + delay;
    if world.is_on(Switch::OutOfOrder) {
        gathered.reverse();
    }
    let post = |parcels: Vec<Parcel>| {
        let (mut values, mut wamids, mut pending) = (Vec::new(), Vec::new(), Vec::new());
        for parcel in parcels {
            values.push(parcel.value);
            wamids.extend(parcel.wamid);
            pending.push(parcel.pending);
        }
        let body = escape(&envelope(&world.settings.waba_id, values)).into_bytes();
        Posting {
            body,
            not_before,
            copies,
            wamids,
            _pending: pending,
        }
    };
    if world.is_on(Switch::Batched) {
        return vec![("batches".to_owned(), post(gathered))];
    }
    gathered
        .into_iter()
        .map(|parcel| (parcel.lane.clone(), post(vec![parcel])))
        .collect()
}

/// The second tick on the persons' phones.
fn mark_delivered(inner: &Weak<Inner>, wamids: &[String]) {
    let Some(inner) = inner.upgrade() else {
        return;
    };
    for wamid in wamids {
        inner.world().tick(wamid, Tick::Delivered);
    }
    inner.changed();
}

async fn serve_lane(
    inner: Weak<Inner>,
    callback: Arc<Callback>,
    mut postings: mpsc::UnboundedReceiver<Posting>,
) {
    let mut retries = JoinSet::new();
    while let Some(posting) = postings.recv().await {
        tokio::time::sleep_until(posting.not_before).await;
        let copies = (0..posting.copies).map(|_| callback.is_taken(&posting.body));
        let taken = futures_util::future::join_all(copies).await;
        if taken.contains(&false) {
            let (callback, inner) = (callback.clone(), inner.clone());
            retries.spawn(async move { callback.retry(posting, inner).await });
        } else {
            mark_delivered(&inner, &posting.wamids);
        }
        while retries.try_join_next().is_some() {}
    }
}
