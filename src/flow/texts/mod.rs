//! The words of Sutler: every text that goes to a person, in their language.
//!
//! `messages/*.ftl` hold the texts, one file a language; what one lacks is sent in English.
//!
//! **Invariant:** short, one subject each, no jargon; a read-back hides no line.

mod approval;
mod catalogue;
mod lines;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use fluent_bundle::{FluentArgs, FluentValue};

pub use self::approval::ApprovalCard;
pub use self::lines::{LineText, ReadBack, fits_buttons};
use crate::domain::message::MessageKind;
use crate::domain::money::{self, Money};
use crate::domain::org::NumberFormat;
use crate::domain::quantity::{self, Unit};
use crate::domain::requisition::{LineState, RequisitionState};
use crate::language::Language;

/// How one person is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    pub language: Language,
    pub format: NumberFormat,
    /// Where the organisation's clocks stand.
    pub zone: Tz,
}

/// A message of the catalogue with its gaps filled: `say!(texts, "cancelled", request: 7)`.
macro_rules! say {
    ($texts:expr, $id:literal) => {
        $texts.say($id, &::fluent_bundle::FluentArgs::new())
    };
    ($texts:expr, $id:literal, $($name:ident: $value:expr),+ $(,)?) => {{
        let mut gaps = ::fluent_bundle::FluentArgs::new();
        $(gaps.set(stringify!($name), $value);)+
        $texts.say($id, &gaps)
    }};
}

pub(crate) use say;

impl Texts {
    /// The language of the console.
    pub fn english() -> Self {
        Self {
            language: Language::English,
            format: NumberFormat::Point,
            zone: Tz::UTC,
        }
    }

    /// A message by its name; where no language has it, its name.
    pub fn say(self, id: &str, gaps: &FluentArgs<'_>) -> String {
        catalogue::message(self.language, id, gaps).unwrap_or_else(|| id.to_owned())
    }

    fn plain(self, id: &str) -> String {
        self.say(id, &FluentArgs::new())
    }

    /// "20", "2.5", "0.125", with the organisation's decimal sign.
    pub fn number(self, thousandths: i64) -> String {
        self.signed(&quantity::number(thousandths))
    }

    /// "20 bags", in the person's language.
    pub fn quantity(self, thousandths: i64, unit: &str) -> String {
        let number = self.number(thousandths);
        say!(self, "amount", number: number, unit: self.unit(unit, thousandths))
    }

    /// The word for so much of a unit: "bags"; a unit nobody knows is its code.
    pub fn unit(self, code: &str, thousandths: i64) -> String {
        if Unit::parse(code).is_none() {
            return code.to_owned();
        }
        let mut gaps = FluentArgs::new();
        let count = FluentValue::try_number(&quantity::number(thousandths)).into_owned();
        gaps.set("count", count);
        self.say(&format!("unit-{code}"), &gaps)
    }

    /// "KES 12,345.00", with the organisation's signs.
    pub fn money(self, amount: Money) -> String {
        let grouped = money::grouped(amount.amount);
        format!("{} {}", amount.currency, self.signed(&grouped))
    }

    /// Turns the signs of "1,234.5" into the organisation's.
    fn signed(self, number: &str) -> String {
        let sign = |c: char| match (self.format, c) {
            (NumberFormat::Comma | NumberFormat::Space, '.') => ',',
            (NumberFormat::Comma, ',') => '.',
            (NumberFormat::Space, ',') => '\u{a0}',
            (
                NumberFormat::Point
                | NumberFormat::Unset
                | NumberFormat::Comma
                | NumberFormat::Space,
                c,
            ) => c,
        };
        number.chars().map(sign).collect()
    }

    /// "Thu 12 Mar 2026".
    pub fn date(self, day: NaiveDate) -> String {
        let weekday = day.weekday().number_from_monday();
        say!(self, "date", weekday: weekday, day: day.day(), month: day.month(), year: day.year())
    }

    /// The day of a moment, as the organisation's clocks show it.
    pub fn day(self, at: DateTime<Utc>) -> String {
        self.date(at.with_timezone(&self.zone).date_naive())
    }

    pub fn state(self, state: RequisitionState) -> String {
        self.plain(&format!("state-{}", state.as_str()))
    }

    /// What has become of a line of a request in this state.
    pub fn line_state(self, line: LineState, request: RequisitionState) -> String {
        match line {
            LineState::Open | LineState::FreeText => self.state(request),
            LineState::Ordered => self.state(RequisitionState::Ordered),
            LineState::PartReceived => self.state(RequisitionState::PartReceived),
            LineState::Received => self.state(RequisitionState::Received),
            LineState::Cancelled => self.state(RequisitionState::Cancelled),
            LineState::ShortClosed => self.state(RequisitionState::Closed),
            LineState::Backordered => say!(self, "line-backordered"),
            LineState::Substituted => say!(self, "line-substituted"),
            LineState::Refused => say!(self, "line-refused"),
        }
    }

    /// What could not be read, once a kind.
    pub fn unread(self, kinds: &[MessageKind]) -> String {
        let mut said: Vec<String> = Vec::new();
        for kind in kinds {
            let apology = self.apology(*kind);
            if !apology.is_empty() && !said.contains(&apology) {
                said.push(apology);
            }
        }
        said.join(" ")
    }

    /// "I cannot … yet: please …", the sentence for its sender.
    fn apology(self, kind: MessageKind) -> String {
        match kind {
            MessageKind::Voice => say!(self, "unread-voice"),
            MessageKind::Image => say!(self, "unread-image"),
            MessageKind::Video => say!(self, "unread-video"),
            MessageKind::Document => say!(self, "unread-document"),
            MessageKind::Sticker => say!(self, "unread-sticker"),
            MessageKind::Location => say!(self, "unread-location"),
            MessageKind::Contacts => say!(self, "unread-contacts"),
            MessageKind::Cart => say!(self, "unread-cart"),
            MessageKind::Edit => say!(self, "unread-edit"),
            MessageKind::Revoke => say!(self, "unread-revoke"),
            MessageKind::Unsupported => say!(self, "unread-unsupported"),
            MessageKind::Text
            | MessageKind::Press
            | MessageKind::Reaction
            | MessageKind::System => String::new(),
        }
    }
}

/// "20 bags", for the console.
pub fn quantity(thousandths: i64, unit: &str) -> String {
    Texts::english().quantity(thousandths, unit)
}

/// "Thu 12 Mar 2026", for the console.
pub fn date(day: NaiveDate) -> String {
    Texts::english().date(day)
}
