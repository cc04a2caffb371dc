//! Why a browser command did not do what it should.

use std::fmt;

use fantoccini::error::{CmdError, ErrorStatus};

use crate::error::SiteError;

#[derive(Debug)]
pub(crate) enum Trouble {
    TimedOut {
        what: &'static str,
    },
    /// Browser or driver are gone.
    Gone(String),
    /// The element was no longer there; said before an action leaves.
    Stale(String),
    /// Something lies over the element, or it cannot be acted on; said before an action leaves.
    Blocked(String),
    /// The page was left while it was asked.
    Moved(String),
    /// The engine's script failed on this page, for example on a selector that is none.
    Script(String),
    /// The page asks (`alert`, `confirm`, `prompt`) and waits for an answer.
    Asked(String),
    /// Anything else that the driver said.
    Said(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { what } => write!(f, "{what} was not answered in time"),
            Self::Gone(text)
            | Self::Stale(text)
            | Self::Blocked(text)
            | Self::Moved(text)
            | Self::Script(text)
            | Self::Said(text) => f.write_str(text),
            Self::Asked(text) => write!(f, "the page asks: {text}"),
        }
    }
}

impl From<Trouble> for SiteError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Script(what) => Self::Changed {
                what,
                locator: "a look at the page".into(),
            },
            Trouble::Asked(_) => Self::Changed {
                what: trouble.to_string(),
                locator: "a dialog".into(),
            },
            Trouble::TimedOut { .. }
            | Trouble::Gone(_)
            | Trouble::Stale(_)
            | Trouble::Blocked(_)
            | Trouble::Moved(_)
            | Trouble::Said(_) => Self::Driver(trouble.to_string()),
        }
    }
}

impl From<CmdError> for Trouble {
    fn from(error: CmdError) -> Self {
        let text = error.to_string();
        match error {
            // ChromeDriver 156 has no code of its own for a page that leaves.
            _ if LEAVING.iter().any(|words| text.contains(words)) => Self::Moved(text),
            CmdError::Standard(standard) => match standard.error {
                ErrorStatus::UnexpectedAlertOpen => Self::Asked(question(&standard.message)),
                ErrorStatus::InvalidSessionId | ErrorStatus::NoSuchWindow => Self::Gone(text),
                ErrorStatus::StaleElementReference
                | ErrorStatus::NoSuchElement
                | ErrorStatus::DetachedShadowRoot => Self::Stale(text),
                ErrorStatus::ElementClickIntercepted
                | ErrorStatus::ElementNotInteractable
                | ErrorStatus::InvalidElementState => Self::Blocked(text),
                ErrorStatus::JavascriptError => Self::Script(text),
                _ => Self::Said(text),
            },
            // A crashed tab is reported outside of the standard's form.
            CmdError::NotW3C(_)
            | CmdError::Failed(_)
            | CmdError::FailedC(_)
            | CmdError::Lost(_)
            | CmdError::NotJson(_) => Self::Gone(text),
            CmdError::BadUrl(_)
            | CmdError::Json(_)
            | CmdError::InvalidArgument(..)
            | CmdError::ImageDecodeError(_)
            | CmdError::PdfDecodeError(_)
            | CmdError::WaitTimeout
            | _ => Self::Said(text),
        }
    }
}

/// `ChromeDriver` 156 writes `unexpected alert open: {Alert text : Sure?}`.
fn question(message: &str) -> String {
    let text = message
        .split_once("text : ")
        .map_or(message, |(_, rest)| rest);
    text.split('}').next().unwrap_or(text).trim().to_owned()
}

impl Trouble {
    /// From a BiDi error's code and message.
    pub(super) fn of_bidi(code: &str, message: &str) -> Self {
        let text = format!("{code}: {message}");
        if LEAVING.iter().any(|words| text.contains(words)) {
            return Self::Moved(text);
        }
        match code {
            "no such frame" | "invalid session id" => Self::Gone(text),
            "no such node" | "no such element" | "stale element reference" => Self::Stale(text),
            "move target out of bounds" => Self::Blocked(text),
            _ => Self::Said(text),
        }
    }
}

const LEAVING: [&str; 5] = [
    "aborted by navigation",
    "navigated or closed",
    "document unloaded",
    "execution context",
    "Cannot find context",
];
