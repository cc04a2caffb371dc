//! Ways in and out for messages. One folder a provider; here the words that all of them share.
//!
//! **Invariant:** a provider's JSON, limits and error codes stay in its folder.

use std::fmt;
use std::time::Duration;

pub mod whatsapp_cloud;

/// One thing that a webhook tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    Message(Message),
    Status(Status),
    NumberChanged(NumberChanged),
    Trouble(Trouble),
    /// An event of a kind that Sutler does not use, by the provider's name for it.
    Other {
        event: String,
    },
}

/// A message from a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Our number, as the provider names it; empty when the webhook does not say.
    pub number: String,
    /// Unique together with `number`. Embeds the sender's phone number: personal.
    pub provider_id: String,
    /// When the sender sent it, in seconds since 1970; none when the webhook does not say.
    pub sent_at: Option<i64>,
    pub from: Sender,
    pub context: Option<Context>,
    /// The group it was written in. Never to be mixed with the sender's own conversation.
    pub group_id: Option<String>,
    pub content: Content,
    /// The message as JSON, with everything that is not read here.
    pub raw: String,
}

/// Who wrote. A person with a user name may have no phone number.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// With a plus and digits only.
    pub phone: Option<String>,
    /// The provider's own id of the person.
    pub user_id: Option<String>,
    /// What the person calls themselves.
    pub name: Option<String>,
}

/// What a message refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The message that is quoted; a forwarded one names none.
    pub id: Option<String>,
    pub origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Reply,
    Forwarded,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    Text(String),
    Press(Press),
    Unreadable {
        kind: Unreadable,
        caption: Option<String>,
    },
}

/// A button or list row that was chosen.
#[derive(Clone, PartialEq, Eq)]
pub struct Press {
    /// What we gave the button.
    pub id: String,
    pub title: String,
    /// The message that held the button, where the provider says so.
    pub of: Option<String>,
    pub kind: PressKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PressKind {
    Button,
    ListRow,
    TemplateButton,
}

/// What Sutler stores and shows, but cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A voice note or another sound.
    Voice,
    Image,
    Video,
    Document,
    Sticker,
    Location,
    Contacts,
    Reaction,
    /// A basket from the provider's own catalogue.
    Order,
    /// The sender changed an earlier message; what it says now may not be told.
    Edit,
    /// The sender took an earlier message back.
    Revoke,
    System,
    /// The provider itself says that it cannot pass it on.
    Unsupported,
    Unknown(String),
}

/// What became of a message that we sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Status {
    pub number: String,
    /// The id that `send` gave back.
    pub provider_id: String,
    pub delivery: Delivery,
    /// In seconds since 1970.
    pub at: Option<i64>,
    /// What we gave `send` as callback.
    pub callback: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    Sent,
    Delivered,
    Read,
    Played,
    Failed(SendError),
}

/// A person has another phone number or provider's id from now on.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberChanged {
    pub number: String,
    pub provider_id: String,
    pub sent_at: Option<i64>,
    pub old: Sender,
    pub new: Sender,
    pub raw: String,
}

/// Something the provider complains about that belongs to no message of ours; for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub number: String,
    pub code: Option<i64>,
    pub text: String,
}

/// Where a message goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// With a plus and digits only.
    Phone(String),
    UserId(String),
}

/// A message to a person.
#[derive(Clone, PartialEq, Eq)]
pub enum Outgoing {
    Text(String),
    Buttons {
        body: String,
        buttons: Vec<Choice>,
    },
    List {
        body: String,
        /// What opens the list.
        open: String,
        rows: Vec<Choice>,
    },
    /// A text that the provider has approved, for a person who has not written for a day.
    Template {
        name: String,
        language: String,
        /// In the order of the template's gaps.
        params: Vec<String>,
        /// The id that a press of each of the template's buttons will bring, in their order.
        buttons: Vec<String>,
    },
}

/// A button or a row: what comes back and what is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    pub id: String,
    pub title: String,
}

/// Why a message was not sent, by what is to be done. The code is the provider's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The provider is not there or has trouble of its own. Nothing was sent.
    #[error("the provider cannot send now ({0})")]
    Retry(Reason),
    /// We send too fast.
    #[error("sent too fast ({0})")]
    Throttled(Reason),
    /// The person has not written for a day: only a template may be sent.
    #[error("the 24-hour window is shut ({0})")]
    WindowShut(Reason),
    /// This person cannot or will not get it.
    #[error("the person cannot be reached ({0})")]
    NotReachable(Reason),
    /// Token, rights, account or payment: nothing goes out until the operator acts.
    #[error("the operator must act ({0})")]
    Operator(Reason),
    /// The provider refuses what we made.
    #[error("the provider refuses the message as it is made ({0})")]
    OurBug(Reason),
    /// It may have been sent. Only a status with our callback tells.
    #[error("it is not known whether the message was sent ({0})")]
    Ambiguous(Reason),
}

/// The provider's code and words, without phone numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    pub code: Option<i64>,
    pub text: String,
    /// How long the provider asks us to wait.
    pub wait: Option<Duration>,
}

impl Reason {
    pub fn new(code: Option<i64>, text: &str) -> Self {
        Self {
            code,
            text: without_numbers(text),
            wait: None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "code {code}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl SendError {
    pub fn reason(&self) -> &Reason {
        match self {
            Self::Retry(reason)
            | Self::Throttled(reason)
            | Self::WindowShut(reason)
            | Self::NotReachable(reason)
            | Self::Operator(reason)
            | Self::OurBug(reason)
            | Self::Ambiguous(reason) => reason,
        }
    }

    /// The pause before the next try after `tries` that failed; none when trying again is no use, or
    /// only after something else has happened.
    pub fn pause(&self, tries: u32) -> Option<Duration> {
        let grown = |base: u64, factor: u64, most: u64| {
            let seconds = base.saturating_mul(factor.saturating_pow(tries.saturating_sub(1)));
            Duration::from_secs(seconds.min(most))
        };
        match self {
            Self::Retry(reason) => Some(reason.wait.unwrap_or_else(|| grown(2, 2, 600))),
            Self::Throttled(reason) => Some(reason.wait.unwrap_or_else(|| grown(1, 4, 3600))),
            Self::WindowShut(_)
            | Self::NotReachable(_)
            | Self::Operator(_)
            | Self::OurBug(_)
            | Self::Ambiguous(_) => None,
        }
    }
}

/// A text with every run of seven or more digits taken out, as it may be a phone number.
fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
        let (before, run) = (&rest[..start], &rest[start..start + digits]);
        out.push_str(before);
        out.push_str(if digits >= 7 { "(number)" } else { run });
        rest = &rest[start + digits..];
    }
    out + rest
}

/// Shows what may stand in a log of the types that hold what is personal.
macro_rules! debug_without_the_personal {
    ($($name:ident: $($field:ident)*;)+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    )+};
}

debug_without_the_personal! {
    Message: number sent_at content;
    Sender: ;
    Press: kind;
    Status: number delivery at;
    NumberChanged: number sent_at;
    Choice: ;
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(..)"),
            Self::Press(press) => press.fmt(f),
            Self::Unreadable { kind, caption: _ } => write!(f, "Unreadable({kind:?})"),
        }
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(..)"),
            Self::Buttons { .. } => f.write_str("Buttons(..)"),
            Self::List { .. } => f.write_str("List(..)"),
            Self::Template { name, .. } => write!(f, "Template({name})"),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(_) => f.write_str("Phone(..)"),
            Self::UserId(_) => f.write_str("UserId(..)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_holds_no_phone_number() {
        for (text, expect) in [
            (
                "Recipient +254700000001 is not known",
                "Recipient +(number) is not known",
            ),
            ("(#131056) pair rate", "(#131056) pair rate"),
            ("1234567 é 12 89123456", "(number) é 12 (number)"),
        ] {
            assert_eq!(Reason::new(None, text).text, expect);
        }
    }

    #[test]
    fn throttling_is_waited_out_in_powers_of_four_and_trouble_in_powers_of_two() {
        let seconds = |error: &SendError| {
            [1, 2, 3, 40].map(|tries| error.pause(tries).map(|pause| pause.as_secs()))
        };
        let reason = Reason::default();
        let throttled = SendError::Throttled(reason.clone());
        assert_eq!(
            seconds(&throttled),
            [Some(1), Some(4), Some(16), Some(3600)]
        );
        let retry = SendError::Retry(reason.clone());
        assert_eq!(seconds(&retry), [Some(2), Some(4), Some(8), Some(600)]);
        let asked = SendError::Retry(Reason {
            wait: Some(Duration::from_secs(7)),
            ..reason.clone()
        });
        assert_eq!(seconds(&asked), [Some(7); 4]);
        assert_eq!(seconds(&SendError::Ambiguous(reason)), [None; 4]);
    }
}
