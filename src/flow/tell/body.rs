//! What is sent, and how it is cut to what the provider takes.

use serde::{Deserialize, Serialize};

use crate::channels::whatsapp_cloud::limits;
use crate::channels::{Choice, Outgoing as Wire};
use crate::domain::ids::MessageId;
use crate::flow::texts::{Texts, say};

/// What is sent, as it rests sealed in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    Text {
        text: String,
    },
    Buttons {
        text: String,
        buttons: Vec<Button>,
    },
    /// At most ten rows, behind a button that opens them.
    List {
        text: String,
        open: String,
        rows: Vec<Button>,
    },
    Template {
        name: String,
        language: String,
        params: Vec<String>,
        buttons: Vec<String>,
    },
    /// Marks a message of theirs as read and shows that we write.
    Seen {
        message: MessageId,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub id: String,
    pub title: String,
}

impl Body {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    pub fn buttons(text: impl Into<String>, buttons: Vec<Button>) -> Self {
        Self::Buttons {
            text: text.into(),
            buttons,
        }
    }

    /// Choices as buttons where they fit, else as a list; without any, or with too many, as a text.
    pub fn choices(texts: Texts, text: impl Into<String>, choices: Vec<Button>) -> Self {
        let text = text.into();
        let fits = |b: &Button| limits::length(&b.title) <= limits::BUTTON_TITLE;
        match choices.len() {
            1..=limits::BUTTONS if choices.iter().all(fits) => Self::buttons(text, choices),
            1..=limits::ROWS => Self::List {
                text,
                open: say!(texts, "button-choose"),
                rows: choices,
            },
            _ => Self::Text { text },
        }
    }
}

/// The marks that keep a name of another script together; a title has no room for them.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

impl Button {
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into().replace(ISOLATES, ""),
        }
    }

    fn choice(self) -> Choice {
        Choice {
            id: self.id,
            title: self.title,
        }
    }

    fn of(choice: Choice) -> Self {
        Self::new(choice.id, choice.title)
    }
}

/// Splits a body that is longer than the provider takes.
pub(super) fn parts(body: Body) -> Vec<Body> {
    let Ok(wire) = wire(body.clone()) else {
        return vec![body];
    };
    limits::fit(wire)
        .into_iter()
        .map(|part| match part {
            Wire::Text(text) => Body::Text { text },
            Wire::Buttons { body, buttons } => Body::Buttons {
                text: body,
                buttons: buttons.into_iter().map(Button::of).collect(),
            },
            Wire::List { body, open, rows } => Body::List {
                text: body,
                open,
                rows: rows.into_iter().map(Button::of).collect(),
            },
            Wire::Template {
                name,
                language,
                params,
                buttons,
            } => Body::Template {
                name,
                language,
                params,
                buttons,
            },
        })
        .collect()
}

/// A body as the provider takes it; the message to be marked as read, where it is no message.
pub(super) fn wire(body: Body) -> Result<Wire, MessageId> {
    Ok(match body {
        Body::Text { text } => Wire::Text(text),
        Body::Buttons { text, buttons } => Wire::Buttons {
            body: text,
            buttons: buttons.into_iter().map(Button::choice).collect(),
        },
        Body::List { text, open, rows } => Wire::List {
            body: text,
            open,
            rows: rows.into_iter().map(Button::choice).collect(),
        },
        Body::Template {
            name,
            language,
            params,
            buttons,
        } => Wire::Template {
            name,
            language,
            params,
            buttons,
        },
        Body::Seen { message } => return Err(message),
    })
}
