//! What happens to a message after it was accepted: sent, delivered, read, or failed, each told to the business.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Inner;
use super::refusal::Refusal;
use super::rules::Recipient;
use super::settings::{Number, Person, Reading};
use super::webhook::{Parcel, Pending};
use super::world::{Switch, Tick};

/// How long a message takes to the phone.
const TRAVEL: Duration = Duration::from_millis(80);

/// An accepted message.
#[derive(Clone)]
pub(super) struct Journey {
    pub(super) wamid: String,
    pub(super) number: Number,
    pub(super) to: Recipient,
    pub(super) person: Option<Person>,
    pub(super) opaque: Option<String>,
    /// Whether it is a template, which costs money.
    pub(super) kind: String,
}

/// What becomes of it.
pub(super) enum Fate {
    Arrives,
    Fails(Refusal),
}

/// Starts the journey; it goes on by itself.
pub(super) fn start(inner: &Arc<Inner>, journey: Journey, fate: Fate) {
    let pending = Pending::new(&inner.undelivered);
    let reading = inner.world().settings.reading;
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        let steps: Vec<(Duration, Tick)> = match (&fate, reading) {
            (Fate::Fails(_), _) => vec![(TRAVEL, Tick::Failed)],
            (Fate::Arrives, Reading::Never) => {
                vec![(Duration::ZERO, Tick::Sent), (TRAVEL, Tick::Delivered)]
            }
            (Fate::Arrives, Reading::After(pause)) => {
                vec![
                    (Duration::ZERO, Tick::Sent),
                    (TRAVEL, Tick::Delivered),
                    (pause, Tick::Read),
                ]
            }
        };
        for (pause, tick) in steps {
            tokio::time::sleep(pause).await;
            let Some(inner) = weak.upgrade() else {
                return;
            };
            inner.world().tick(&journey.wamid, tick);
            inner.changed();
            let failure = match &fate {
                Fate::Fails(refusal) => Some(refusal),
                Fate::Arrives => None,
            };
            tell(&inner, &journey, tick, failure);
        }
        drop(pending);
    });
}

fn tell(inner: &Inner, journey: &Journey, tick: Tick, failure: Option<&Refusal>) {
    if inner.world().is_on(Switch::StatusesOff) {
        return;
    }
    let now = inner.clock.now();
    inner.send(Parcel {
        lane: format!("statuses {:?}", journey.to),
        value: value(journey, tick, failure, now),
        wamid: None,
        pending: Pending::new(&inner.undelivered),
    });
}

fn value(journey: &Journey, tick: Tick, failure: Option<&Refusal>, now: DateTime<Utc>) -> Value {
    let name = match tick {
        Tick::Failed => "failed",
        Tick::Sent => "sent",
        Tick::Delivered => "delivered",
        Tick::Read => "read",
    };
    let mut status = json!({
        "id": journey.wamid,
        "status": name,
        "timestamp": now.timestamp().to_string(),
    });
    let wa_id = match &journey.to {
        Recipient::Phone { digits, .. } => Some(digits.clone()),
        Recipient::UserId(_) => journey.person.as_ref().and_then(Person::wa_id),
    };
    if let Some(wa_id) = &wa_id {
        status["recipient_id"] = wa_id.as_str().into();
    }
    let user_id = journey
        .person
        .as_ref()
        .and_then(|person| person.user_id.clone());
    if let Some(user_id) = &user_id {
        status["recipient_user_id"] = user_id.as_str().into();
    }
    if let Some(opaque) = &journey.opaque {
        status["biz_opaque_callback_data"] = opaque.as_str().into();
    }
    if matches!(tick, Tick::Sent | Tick::Delivered) {
        status["pricing"] = if journey.kind == "template" {
            json!({"billable": true, "pricing_model": "PMP", "type": "regular", "category": "utility"})
        } else {
            json!({"billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"})
        };
    }
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": metadata(&journey.number),
    });
    match failure {
        Some(refusal) => status["errors"] = json!([refusal.as_status_error()]),
        None => {
            if let Some(person) = &journey.person {
                value["contacts"] = json!([contact(person, wa_id.as_deref())]);
            }
        }
    }
    value["statuses"] = json!([status]);
    value
}

/// `value.metadata`.
pub(super) fn metadata(number: &Number) -> Value {
    json!({"display_phone_number": number.digits(), "phone_number_id": number.phone_number_id})
}

/// An entry of `value.contacts`.
pub(super) fn contact(person: &Person, wa_id: Option<&str>) -> Value {
    let mut contact = json!({"profile": {"name": person.name}});
    if let Some(wa_id) = wa_id {
        contact["wa_id"] = wa_id.into();
    }
    if let Some(user_id) = &person.user_id {
        contact["user_id"] = user_id.as_str().into();
    }
    contact
}
