//! WhatsApp on this machine: Meta's Cloud API and the phones of the people behind it.
//!
//! The business meets this server only over HTTP: it posts messages to `/v25.0/{phone_number_id}/messages` and gets
//! signed webhooks. What Meta refuses is refused here with the same code. Tests and the demo move the people by
//! [`Graph`]; a person at a keyboard does it on the page at `/`.
//!
//! | file | about |
//! |---|---|
//! | `api`, `files` | the Graph API |
//! | `rules` | limits on a message, by its content alone |
//! | `limits` | limits by time: window, pair rate, throughput |
//! | `refusal` | Meta's errors |
//! | `webhook`, `statuses` | what the business is told, and how it is delivered |
//! | `people`, `inbox` | what people do and see |
//! | `chat`, `samples` | the page |
//! | `world`, `settings`, `clock`, `media`, `wamid`, `line` | state and small parts |
//!
//! **Invariant:** nothing here knows Sutler; it could serve any business.

mod api;
mod chat;
mod clock;
mod files;
mod inbox;
mod limits;
mod line;
mod media;
mod people;
mod refusal;
mod rules;
mod samples;
mod settings;
mod statuses;
mod wamid;
mod webhook;
mod world;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use url::Url;

use self::clock::Clock;
use self::webhook::{Callback, Parcel};
use self::world::World;

pub use self::inbox::Got;
pub use self::media::{MediaKind, Medium};
pub use self::rules::{Button, ButtonKind, Template};
pub use self::settings::{GraphSettings, Link, Number, Person, Reading, Retries, Window};
pub use self::webhook::{escape, sign};
pub use self::world::{Author, Position, Switch, Tick};

/// A running server. Clones are handles to the same one; it stops when the last is dropped.
#[derive(Clone)]
pub struct Graph {
    inner: Arc<Inner>,
    _running: Arc<Running>,
}

struct Inner {
    world: Mutex<World>,
    clock: Clock,
    /// Counts every change that somebody could see.
    changes: watch::Sender<u64>,
    /// Webhooks that are not delivered yet.
    undelivered: Arc<watch::Sender<usize>>,
    parcels: mpsc::UnboundedSender<Parcel>,
    callback: Arc<Callback>,
    /// `http://127.0.0.1:1234`
    root: String,
}

impl Inner {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn set_switch(&self, switch: Switch, position: Position) {
        let mut world = self.world();
        match position {
            Position::On => world.switches.insert(switch),
            Position::Off => world.switches.remove(&switch),
        };
        drop(world);
        self.changed();
    }

    fn send(&self, parcel: Parcel) {
        // Without a receiver the server is stopping, and nobody waits for the webhook.
        let _ = self.parcels.send(parcel);
    }
}

/// Ends the tasks of a server when it is dropped.
struct Running {
    dispatcher: AbortHandle,
    server: Mutex<Option<oneshot::Sender<()>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.dispatcher.abort();
        let server = self
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(stop) = server {
            // The receiver is gone when the server has ended by itself.
            let _ = stop.send(());
        }
    }
}

impl Graph {
    /// Serves on `listener`. Needs a tokio runtime and a default rustls provider.
    pub fn start(listener: TcpListener, settings: GraphSettings) -> anyhow::Result<Self> {
        let root = format!("http://{}", listener.local_addr()?);
        let callback = Arc::new(Callback::new(&settings)?);
        let clock = Clock::default();
        let (parcels, received) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            world: Mutex::new(World::new(settings, clock.now())),
            clock,
            changes: watch::Sender::new(0),
            undelivered: Arc::new(watch::Sender::new(0)),
            parcels,
            callback: callback.clone(),
            root,
        });
        let dispatcher = tokio::spawn(webhook::dispatch(
            Arc::downgrade(&inner),
            callback,
            received,
        ));
        let app = api::routes()
            .merge(chat::routes())
            .with_state(inner.clone());
        let app = app.into_make_service_with_connect_info::<line::Scissors>();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            axum::serve(line::Lines(listener), app)
                .with_graceful_shutdown(stopped)
                .await
        });
        let running = Running {
            dispatcher: dispatcher.abort_handle(),
            server: Mutex::new(Some(stop)),
        };
        Ok(Self {
            inner,
            _running: Arc::new(running),
        })
    }

    /// The root of the server, `http://127.0.0.1:1234`; the API is below `/v25.0`.
    pub fn url(&self) -> &str {
        &self.inner.root
    }

    /// Webhooks go there from now on, also those that are being retried.
    pub fn set_callback(&self, url: Url) {
        *self
            .inner
            .callback
            .url
            .write()
            .unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// Meta's handshake with the callback.
    pub async fn verify_callback(&self) -> Result<(), String> {
        self.inner.callback.verify().await
    }

    /// Posts a whole webhook body once, escaped and signed, and returns the status of the answer.
    pub async fn post_webhook(&self, body: &Value) -> anyhow::Result<u16> {
        let status = self.inner.callback.post(escape(body).into_bytes()).await?;
        Ok(status.as_u16())
    }

    /// One more person.
    pub fn add_person(&self, person: Person) {
        let now = self.inner.clock.now();
        self.inner.world().add(person, now);
        self.inner.changed();
    }

    /// The people, as they were given, each with a user id.
    pub fn people(&self) -> Vec<Person> {
        let world = self.inner.world();
        world
            .contacts
            .iter()
            .map(|contact| contact.person.clone())
            .collect()
    }

    /// Turns a switch.
    pub fn set_switch(&self, switch: Switch, position: Position) {
        self.inner.set_switch(switch, position);
    }

    /// How late webhooks come while [`Switch::Late`] is on; 3 seconds at the start.
    pub fn set_late(&self, delay: Duration) {
        self.inner.world().late = delay;
    }

    /// Whether and when people read from now on.
    pub fn set_reading(&self, reading: Reading) {
        self.inner.world().settings.reading = reading;
    }

    /// The next `count` well-formed messages are refused with this code.
    pub fn refuse_next(&self, code: u32, count: usize) {
        self.inner
            .world()
            .refusals
            .extend(std::iter::repeat_n(code, count));
    }

    /// The next `count` messages are accepted, and then fail with this code in a status.
    pub fn fail_next(&self, code: u32, count: usize) {
        self.inner
            .world()
            .failures
            .extend(std::iter::repeat_n(code, count));
    }

    /// The next `count` messages are accepted and delivered, but the connection closes without an answer.
    pub fn lose_answers(&self, count: u32) {
        self.inner.world().lost_answers += count;
    }

    /// Moves the server's clock on: the 24-hour window, rates, addresses of media.
    pub fn advance(&self, by: Duration) {
        self.inner.clock.advance(by);
        self.inner.changed();
    }

    /// Calls that were refused although a correct client cannot meet the refusal, with their bodies.
    pub fn unexpected(&self) -> Vec<String> {
        self.inner.world().unexpected.clone()
    }

    /// Forgets the unexpected calls and returns them, for tests that provoke some.
    pub fn take_unexpected(&self) -> Vec<String> {
        std::mem::take(&mut self.inner.world().unexpected)
    }

    /// Webhooks that are still on their way, statuses to come included.
    pub fn undelivered(&self) -> usize {
        *self.inner.undelivered.borrow()
    }

    /// Waits until every webhook is delivered.
    pub async fn settled(&self, within: Duration) -> anyhow::Result<()> {
        let mut undelivered = self.inner.undelivered.subscribe();
        match tokio::time::timeout(within, undelivered.wait_for(|count| *count == 0)).await {
            Ok(_) => Ok(()),
            Err(_) => anyhow::bail!(
                "{} webhooks are not delivered after {within:?}",
                self.undelivered()
            ),
        }
    }
}
