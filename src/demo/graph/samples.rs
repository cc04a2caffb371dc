//! What the attach menu of the page sends.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::media::{MediaKind, Medium};
use super::{Inner, people};

const PHOTO: &[u8] = include_bytes!("page/list.jpg");
const VOICE: &[u8] = include_bytes!("page/voice.ogg");
const NOTE: &[u8] = include_bytes!("page/note.pdf");

/// An entry of the menu.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sample {
    Photo,
    Voice,
    Document,
    Location,
    Contact,
    Edit,
}

pub(super) fn send(inner: &Arc<Inner>, who: &str, what: Sample) -> anyhow::Result<String> {
    match what {
        Sample::Photo => people::send_media(
            inner,
            who,
            Medium::new(MediaKind::Image, "image/jpeg", PHOTO),
        ),
        Sample::Voice => people::send_media(
            inner,
            who,
            Medium::new(MediaKind::Voice, "audio/ogg; codecs=opus", VOICE),
        ),
        Sample::Document => {
            let mut note = Medium::new(MediaKind::Document, "application/pdf", NOTE);
            note.filename = Some("materials.pdf".to_owned());
            people::send_media(inner, who, note)
        }
        Sample::Location => people::send_raw(
            inner,
            who,
            json!({"type": "location", "location": {
                "latitude": -1.2921, "longitude": 36.8219, "name": "Site gate", "address": "Nairobi",
            }}),
        ),
        Sample::Contact => people::send_raw(
            inner,
            who,
            json!({"type": "contacts", "contacts": [{
                "name": {"formatted_name": "Site storekeeper"},
                "phones": [{"phone": "+254 700 000 099", "type": "CELL"}],
            }]}),
        ),
        Sample::Edit => people::edit(inner, who),
    }
}
