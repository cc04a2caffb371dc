//! A burst as it comes in, one JSON object a line: the messages and what is known about their sender.
//!
//! **Invariant:** what was expected of a case is never read.

use chrono::{DateTime, NaiveDate};
use serde::Deserialize;

use super::locale;
use super::names;
use crate::language::{DraftLine, Past, Provenance, Quoted, Said, Setting};

#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) messages: Vec<Message>,
    /// The code of the person who writes, in the organisation that `--org` names.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// Number and date format, as an organisation would set them.
    #[serde(default)]
    pub(crate) locale: Option<String>,
    /// Date and time at the sender's site when the burst closed, with its offset.
    pub(crate) now: String,
    #[serde(default)]
    pub(crate) context: Context,
    /// Names of the catalogue that may be meant.
    #[serde(default)]
    pub(crate) catalog_hint: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    #[serde(default)]
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) via: Option<Via>,
    #[serde(default)]
    pub(crate) reply_to: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    #[default]
    Text,
    Quote,
    Edit,
    Location,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Via {
    Voice,
    Forward,
    Photo,
    Pdf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Context {
    /// The draft that waits for its confirmation.
    #[serde(alias = "draft")]
    pub(crate) open_draft: Vec<Line>,
    /// What the sender asked for earlier.
    pub(crate) last_requests: Vec<LastRequest>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LastRequest {
    pub(crate) date: NaiveDate,
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) item: String,
    #[serde(default)]
    pub(crate) qty: Option<f64>,
    #[serde(default)]
    pub(crate) unit: Option<String>,
    #[serde(default)]
    pub(crate) spec: Option<String>,
}

impl Line {
    fn draft(&self) -> DraftLine {
        DraftLine {
            item: self.item.clone(),
            spec: self.spec.clone(),
            quantity: names::quantity(self.qty, self.unit.as_deref()),
        }
    }
}

impl Case {
    pub(crate) fn messages(&self) -> Vec<Said> {
        self.messages.iter().map(said).collect()
    }

    pub(crate) fn setting(&self) -> Result<Setting, String> {
        let now = DateTime::parse_from_rfc3339(&self.now)
            .map_err(|error| format!("now, {:?}: {error}", self.now))?;
        let (number_format, date_order, language) = locale::settings(self.locale.as_deref());
        Ok(Setting {
            number_format,
            date_order,
            language,
            draft: self.context.open_draft.iter().map(Line::draft).collect(),
            past: self
                .context
                .last_requests
                .iter()
                .map(|request| Past {
                    date: request.date,
                    lines: request.lines.iter().map(Line::draft).collect(),
                })
                .collect(),
            ..Setting::new(now.naive_local())
        })
    }

    /// The name of a place that was sent as a location.
    pub(crate) fn location(&self) -> Option<&str> {
        let sent = self
            .messages
            .iter()
            .rfind(|message| message.kind == Kind::Location)?;
        let name = sent.text.split([',', '(', '\n']).next()?.trim();
        (!name.is_empty()).then_some(name)
    }
}

fn said(message: &Message) -> Said {
    let provenance = match message.via {
        None => Provenance::Typed,
        Some(Via::Voice) => Provenance::Voice,
        Some(Via::Forward) => Provenance::Forwarded,
        Some(Via::Photo) => Provenance::Photo,
        Some(Via::Pdf) => Provenance::Document,
    };
    let text = match message.kind {
        // Its name is no part of the talk.
        Kind::Location => String::new(),
        Kind::Text | Kind::Quote | Kind::Edit => message.text.clone(),
    };
    Said {
        text,
        quoted: message
            .reply_to
            .filter(|_| message.kind == Kind::Quote)
            .map(Quoted::Message),
        edits: message.reply_to.filter(|_| message.kind == Kind::Edit),
        provenance,
    }
}
