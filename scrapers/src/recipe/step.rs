//! One step of a flow.

use serde::Deserialize;
use toml::Spanned;

use super::expr::Expr;
use super::sign::Search;
use super::span::Span;
use super::step_table::RawStep;
use super::template::Template;

/// How often a `while` goes round before the site counts as changed.
pub(super) const ROUNDS: u32 = 50;

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawStep")]
pub(crate) enum Step {
    Go(Template),
    /// `at` is the name of an entry of `[loc]`, here and below.
    Click {
        at: String,
        dialog: Option<Dialog>,
    },
    /// A check box, radio button or switch.
    Check {
        at: String,
        to: Checked,
    },
    Fill {
        at: String,
        with: Template,
    },
    Select {
        at: String,
        with: Template,
    },
    Press {
        key: Key,
        at: String,
    },
    Upload(Upload),
    /// Clicks, and keeps the file that comes.
    Download {
        at: String,
        file: Option<FileName>,
    },
    /// Keeps the page as a PDF of that name.
    Print(FileName),
    Expect(Expected),
    Read(String),
    Assert {
        expr: Expr,
        fail: Option<Fail>,
    },
    /// Keeps the path of the page as `line.url`.
    KeepUrl,
    When {
        condition: Condition,
        steps: Vec<Spanned<Step>>,
    },
    While {
        condition: Condition,
        rounds: u32,
        steps: Vec<Spanned<Step>>,
    },
    /// The steps happen inside this frame.
    Frame {
        at: String,
        steps: Vec<Spanned<Step>>,
    },
    /// Clicks; the steps happen in the window that this opens, which is closed afterwards.
    Popup {
        at: String,
        steps: Vec<Spanned<Step>>,
    },
    Fail(Fail),
}

impl Step {
    /// The steps inside this step.
    pub(crate) fn inner(&self) -> &[Spanned<Step>] {
        match self {
            Self::When { steps, .. }
            | Self::While { steps, .. }
            | Self::Frame { steps, .. }
            | Self::Popup { steps, .. } => steps,
            Self::Go(_)
            | Self::Click { .. }
            | Self::Check { .. }
            | Self::Fill { .. }
            | Self::Select { .. }
            | Self::Press { .. }
            | Self::Upload(_)
            | Self::Download { .. }
            | Self::Print(_)
            | Self::Expect(_)
            | Self::Read(_)
            | Self::Assert { .. }
            | Self::KeepUrl
            | Self::Fail(_) => &[],
        }
    }
}

/// What the page asks after a click, and the answer.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) reply: Reply,
    /// Must be found in what it asks.
    pub(crate) says: Option<Search>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    Accept,
    Dismiss,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Key {
    Enter,
    Tab,
    Escape,
    ArrowDown,
    ArrowUp,
}

impl Key {
    /// As `WebDriver` writes keys.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Enter => "\u{e007}",
            Self::Tab => "\u{e004}",
            Self::Escape => "\u{e00c}",
            Self::ArrowDown => "\u{e015}",
            Self::ArrowUp => "\u{e013}",
        }
    }
}

/// A text file made from the order, for sites that take one.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) at: String,
    pub(crate) file: FileName,
    /// What comes first.
    pub(crate) text: Option<Template>,
    /// One line of text for each line of the order.
    pub(crate) each_line: Option<Template>,
}

/// A file's name without folder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct FileName(pub(crate) String);

impl TryFrom<String> for FileName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if name.chars().all(plain) && !name.starts_with('.') && !name.is_empty() {
            Ok(Self(name))
        } else {
            Err(format!(
                "{name:?} is not a file name of letters, digits, -, _ and ."
            ))
        }
    }
}

/// What must come about before the flow goes on.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) condition: Condition,
    pub(crate) fail: Option<Fail>,
    /// Instead of the time that the engine waits for an element.
    pub(crate) within: Option<Span>,
}

/// When to take a branch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Condition {
    /// The element is there and visible now.
    Present(String),
    Absent(String),
    Holds(Expr),
}

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(source: String) -> Result<Self, String> {
        let is_name = |text: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        };
        match source.strip_prefix("not ") {
            Some(name) if is_name(name) => Ok(Self::Absent(name.to_owned())),
            _ if is_name(&source) => Ok(Self::Present(source)),
            _ => Expr::try_from(source).map(Self::Holds),
        }
    }
}

/// A business reason in a recipe; what the engine knows besides (line, prices) is added when it
/// is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fail {
    OutOfStock,
    BelowMinimum,
    PriceAboveCap,
    PriceBelowFloor,
    Address,
    Quantity,
    UnknownItem,
    Other,
}
