//! What goes in: the messages, and what is known about their sender.

use chrono::{NaiveDate, NaiveDateTime};

use super::languages::Language;
use crate::domain::quantity::Quantity;

/// How the words came to us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Provenance {
    #[default]
    Typed,
    Forwarded,
    Voice,
    Photo,
    Document,
}

/// What a message quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quoted {
    /// Another message of this burst.
    Message(usize),
    /// Lines of the open draft, by position.
    Lines(Vec<usize>),
    /// Something that cannot be told.
    Elsewhere,
}

/// One message of a burst.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub quoted: Option<Quoted>,
    /// The message of this burst whose text this one takes the place of.
    pub edits: Option<usize>,
    pub provenance: Provenance,
}

impl Said {
    pub fn typed(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Which character separates decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumberFormat {
    /// 1,500.25
    Point,
    /// 1.500,25
    Comma,
    /// 1 500,25
    Space,
    /// Nobody has said: what can be read in two ways is asked.
    #[default]
    Unset,
}

/// How 12/02 is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
    #[default]
    Unset,
}

/// A site of the sender's organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: String,
    pub name: String,
    pub aliases: Vec<String>,
}

/// A line of the open draft that this burst may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLine {
    pub item: String,
    pub spec: Option<String>,
    pub quantity: Option<Quantity>,
}

/// An earlier request of the sender or of the site, for "same as last week".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    pub date: NaiveDate,
    pub lines: Vec<DraftLine>,
}

/// What is known before the first word is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub number_format: NumberFormat,
    pub date_order: DateOrder,
    /// The language that the sender or the organisation usually writes in.
    pub language: Option<Language>,
    /// How many words may stay without a meaning before we ask.
    pub unknown_words: usize,
    /// Local date and time at the sender's site when the burst closed.
    pub now: NaiveDateTime,
    /// The sites that the sender may name; empty: places are read but not checked.
    pub sites: Vec<Place>,
    /// Id of the site that is meant when none is named.
    pub home_site: Option<String>,
    /// The open draft, empty if there is none.
    pub draft: Vec<DraftLine>,
    /// Earlier requests that may be meant by "the same again".
    pub past: Vec<Past>,
}

impl Setting {
    pub fn new(now: NaiveDateTime) -> Self {
        Self {
            number_format: NumberFormat::Unset,
            date_order: DateOrder::Unset,
            language: None,
            unknown_words: 2,
            now,
            sites: Vec::new(),
            home_site: None,
            draft: Vec::new(),
            past: Vec::new(),
        }
    }
}
