//! WebDriver BiDi: commands and events over the session's WebSocket.
//!
//! **Invariant:** every command has a time-out; what comes after it is thrown away.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use url::Url;

use super::Trouble;

/// What the browser tells by itself, in its order.
pub(super) type Events = mpsc::UnboundedReceiver<Json>;

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Json>>>>;

#[derive(Debug)]
pub(super) struct Bidi {
    out: mpsc::UnboundedSender<Message>,
    waiting: Waiting,
    next: AtomicU64,
    tasks: [JoinHandle<()>; 2],
}

impl Bidi {
    /// `url` is the capability `webSocketUrl`.
    pub(super) async fn connect(url: &str, limit: Duration) -> Result<(Self, Events), Trouble> {
        let plain = Url::parse(url).is_ok_and(|url| url.scheme() == "ws");
        if !plain {
            let what = "the driver's BiDi address is not a ws:// address";
            return Err(Trouble::Gone(what.into()));
        }
        let (socket, _) = match timeout(limit, connect_async(url)).await {
            Ok(Ok(connected)) => connected,
            Ok(Err(error)) => return Err(Trouble::Gone(format!("no BiDi connection: {error}"))),
            Err(_) => return Err(Trouble::TimedOut { what: "BiDi" }),
        };
        let (mut sink, mut stream) = socket.split();
        let (out, mut outgoing) = mpsc::unbounded_channel::<Message>();
        let (tell, events) = mpsc::unbounded_channel();
        let waiting = Waiting::default();
        let writer = tokio::spawn(async move {
            while let Some(message) = outgoing.recv().await {
                if sink.send(message).await.is_err() {
                    return;
                }
            }
        });
        let answers = Arc::clone(&waiting);
        let reader = tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                let Message::Text(text) = message else {
                    continue;
                };
                let Ok(json) = serde_json::from_str::<Json>(&text) else {
                    continue;
                };
                if let Some(id) = json["id"].as_u64() {
                    if let Some(answer) = lock(&answers).remove(&id) {
                        let _gone = answer.send(json);
                    }
                } else if json["type"] == "event" {
                    let _gone = tell.send(json);
                }
            }
            // Whoever waits learns that the connection is over.
            lock(&answers).clear();
        });
        let bidi = Self {
            out,
            waiting,
            next: AtomicU64::new(1),
            tasks: [reader, writer],
        };
        Ok((bidi, events))
    }

    /// Sends a command whose answer changes nothing.
    pub(super) fn send(&self, method: &str, params: &Json) {
        self.post(method, params);
    }

    fn post(&self, method: &str, params: &Json) -> u64 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let command = json!({ "id": id, "method": method, "params": params });
        let _gone = self.out.send(Message::text(command.to_string()));
        id
    }

    /// The result of a command.
    pub(super) async fn command(
        &self,
        method: &'static str,
        params: &Json,
        limit: Duration,
    ) -> Result<Json, Trouble> {
        let (answer, answered) = oneshot::channel();
        let id = {
            // Held until the answer has where to go.
            let mut waiting = lock(&self.waiting);
            if self.tasks[0].is_finished() {
                return Err(gone());
            }
            let id = self.post(method, params);
            waiting.insert(id, answer);
            id
        };
        let mut answer = match timeout(limit, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => return Err(gone()),
            Err(_) => {
                lock(&self.waiting).remove(&id);
                return Err(Trouble::TimedOut { what: method });
            }
        };
        if answer["type"] == "success" {
            return Ok(answer["result"].take());
        }
        let code = answer["error"].as_str().unwrap_or("no reason");
        let message = answer["message"].as_str().unwrap_or_default();
        Err(Trouble::of_bidi(code, message))
    }
}

impl Drop for Bidi {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn gone() -> Trouble {
    Trouble::Gone("the BiDi connection is over".into())
}

fn lock(
    waiting: &Mutex<HashMap<u64, oneshot::Sender<Json>>>,
) -> std::sync::MutexGuard<'_, HashMap<u64, oneshot::Sender<Json>>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}
