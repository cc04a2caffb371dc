//! Media: kept in memory, handed out the way Meta does it, by a short-lived address that wants the token too.

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::refusal::Refusal;

const MB: usize = 1024 * 1024;

/// One uploaded or received file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Medium {
    /// `audio`, `image`, `video`, `document` or `sticker`.
    pub kind: MediaKind,
    /// Its MIME type, perhaps with a parameter.
    pub mime: String,
    /// The file.
    pub bytes: Bytes,
    /// The text below it.
    pub caption: Option<String>,
    /// The name of a document.
    pub filename: Option<String>,
}

/// The type of a media message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// A voice note.
    Voice,
    /// A photo.
    Image,
    /// A film.
    Video,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
}

impl MediaKind {
    /// The `type` of the message.
    pub fn name(self) -> &'static str {
        match self {
            Self::Voice => "audio",
            Self::Image => "image",
            Self::Video => "video",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }
}

impl Medium {
    /// A file without caption or name.
    pub fn new(kind: MediaKind, mime: &str, bytes: impl Into<Bytes>) -> Self {
        Self {
            kind,
            mime: mime.to_owned(),
            bytes: bytes.into(),
            caption: None,
            filename: None,
        }
    }

    /// The object inside a message, with the hash as webhooks give it: base64.
    pub(super) fn as_inbound(&self, id: &str) -> Value {
        let mut object = json!({
            "mime_type": self.mime,
            "sha256": STANDARD.encode(Sha256::digest(&self.bytes)),
            "id": id,
        });
        match self.kind {
            MediaKind::Voice => object["voice"] = true.into(),
            MediaKind::Sticker => object["animated"] = false.into(),
            MediaKind::Image | MediaKind::Video | MediaKind::Document => {}
        }
        if let Some(caption) = &self.caption {
            object["caption"] = caption.as_str().into();
        }
        if let Some(filename) = &self.filename {
            object["filename"] = filename.as_str().into();
        }
        object
    }

    /// The answer to `GET /{media id}`, with the hash as that endpoint gives it: hexadecimal.
    pub(super) fn as_object(&self, id: &str, root: &str, now: DateTime<Utc>) -> Value {
        let expires = (now + TimeDelta::minutes(5)).timestamp();
        let url = format!(
            "{root}/whatsapp_business/attachments/?mid={id}&ext={expires}&hash={}",
            proof(id, expires)
        );
        json!({
            "url": url,
            "mime_type": self.mime,
            "sha256": hex::encode(Sha256::digest(&self.bytes)),
            "file_size": self.bytes.len(),
            "id": id,
            "messaging_product": "whatsapp",
        })
    }
}

/// Ties an address to its medium and its end, so that neither can be changed.
pub(super) fn proof(id: &str, expires: i64) -> String {
    hex::encode(&Sha256::digest(format!("{id} {expires}"))[..12])
}

/// Takes an upload that Meta would take.
pub(super) fn check_upload(mime: &str, bytes: Bytes) -> Result<Medium, Refusal> {
    let base = mime.split(';').next().unwrap_or_default().trim();
    let (kind, most) = match base {
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" => {
            (MediaKind::Voice, 16 * MB)
        }
        "image/jpeg" | "image/png" => (MediaKind::Image, 5 * MB),
        "image/webp" => (MediaKind::Sticker, MB / 2),
        "video/mp4" | "video/3gpp" => (MediaKind::Video, 16 * MB),
        "text/plain"
        | "application/pdf"
        | "application/msword"
        | "application/vnd.ms-excel"
        | "application/vnd.ms-powerpoint"
        | "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        | "application/vnd.openxmlformats-officedocument.presentationml.presentation" => {
            (MediaKind::Document, 100 * MB)
        }
        other => {
            return Err(Refusal::parameter(format!(
                "Param file must be a file with one of the supported types. Received file of type '{other}'."
            )));
        }
    };
    if bytes.is_empty() || bytes.len() > most {
        return Err(Refusal::caller(
            131_053,
            format!("file size is not within 1 and {most} bytes"),
        ));
    }
    Ok(Medium::new(kind, mime, bytes))
}
