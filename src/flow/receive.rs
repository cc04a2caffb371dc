//! Receive: what a verified webhook brings is stored once and committed before it is answered.
//!
//! **Invariant:** no answer of 200 without a commit. One task writes for all POSTs of the process.

mod prepare;
mod writer;

use tokio::sync::oneshot;

use self::prepare::prepare;
pub use self::writer::write;
use crate::app::App;
use crate::channels::{Delivery, Inbound, SendError};
use crate::domain::ids::{MessageId, OrgId, OutgoingId};
use crate::store::arrivals::NewMessage;

pub const CHANNEL: &str = "whatsapp";

/// One verified POST on its way to the writer.
pub struct Post {
    items: Vec<Item>,
    answer: oneshot::Sender<Result<(), NotStored>>,
}

/// Why a POST was not stored; the provider sends it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    #[error("too many webhooks wait to be stored")]
    Full,
    #[error("the database did not take it")]
    Database,
}

/// What a POST holds, keyed and sealed.
enum Item {
    Message(Box<Incoming>),
    Status(Status),
    Stray { app: String, sealed: String },
    NumberChanged { org: OrgId, record: String },
}

struct Incoming {
    new: NewMessage,
    /// It says that nothing more will come.
    ends_burst: bool,
}

struct Status {
    org: OrgId,
    message: OutgoingId,
    provider_key: String,
    delivery: Delivery,
}

/// Stores what a verified webhook of an app brought, and returns after the commit.
pub async fn receive(app: &App, app_name: &str, inbound: Vec<Inbound>) -> Result<(), NotStored> {
    let mut items = Vec::with_capacity(inbound.len());
    for one in inbound {
        match prepare(app, app_name, one).await {
            Ok(item) => items.extend(item),
            Err(error) => {
                tracing::error!(%error, "a webhook could not be prepared");
                return Err(NotStored::Database);
            }
        }
    }
    let (answer, answered) = oneshot::channel();
    app.inbox
        .try_send(Post { items, answer })
        .map_err(|_| NotStored::Full)?;
    answered.await.unwrap_or(Err(NotStored::Database))
}

/// The name under which a part of a message is sealed.
pub fn record(id: &MessageId, part: &str) -> String {
    format!("message/{id}/{part}")
}

/// The reason of a failed delivery, as it is stored.
pub fn reason(error: &SendError) -> String {
    error.to_string()
}
