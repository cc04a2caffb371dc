//! What comes out: the reading, its operations and its questions.
//!
//! **Invariant:** every span is a byte range of the text that came in, on character boundaries.

use chrono::{NaiveDate, NaiveTime};

use super::languages::Language;
use super::setting::{DraftLine, Said, Setting};
use crate::domain::quantity::Quantity;

/// A byte range of the original text of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Index into the messages as given.
    pub message: usize,
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// The words that the span covers; empty if it is of another burst.
    pub fn of(self, messages: &[Said]) -> &str {
        messages
            .get(self.message)
            .and_then(|said| said.text.get(self.start..self.end))
            .unwrap_or("")
    }

    pub(crate) fn to(self, other: Self) -> Self {
        if self.message != other.message {
            return self;
        }
        Self {
            message: self.message,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// What the burst as a whole is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// New lines, and no open draft.
    Order,
    /// Changes the open draft.
    Change,
    /// A request of its own although a draft is open.
    AnotherOrder,
    /// More than one request.
    Several,
    /// "Same as last week".
    Reorder,
    /// Nothing is to be ordered after all.
    Cancel,
    /// Wait with it.
    Hold,
    /// "That's all".
    Done,
    /// A bare yes.
    Yes,
    /// A bare no.
    No,
    Greeting,
    Thanks,
    /// Where is my order?
    Status,
    Help,
    /// Wants a person, or complains.
    Person,
    /// A question about items, prices or times.
    Enquiry,
    /// Tells what is there, came or was used.
    Report,
    NotARequest,
}

/// How the unit of a new line came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitFrom {
    /// It was written.
    Said,
    /// Nothing was written and the item can be counted: pieces.
    Counted,
    /// Nothing was written and the item cannot be counted: it is asked.
    Missing,
}

/// How much is in one package: the 100 of "2 boxes of 100", the 50 kg of "50 kg bags".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    pub size: Quantity,
    pub span: Span,
}

/// A new line as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The item's words as written, without sizes.
    pub item: String,
    pub item_spans: Vec<Span>,
    /// Sizes and types as written, in order, with spaces between.
    pub spec: Option<String>,
    pub spec_spans: Vec<Span>,
    /// None: a question about it is open.
    pub quantity: Option<Quantity>,
    /// The number and the unit; none when no number was written.
    pub quantity_span: Option<Span>,
    pub unit_from: UnitFrom,
    pub pack: Option<Pack>,
    /// What it is for, where that is no place.
    pub note: Option<String>,
    /// The whole of it.
    pub span: Span,
}

/// One thing to do with the lines. Lines are numbered: first those of the draft, then each
/// [`Operation::Add`] in order; a removed line keeps its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    Add(Line),
    Set {
        line: usize,
        quantity: Quantity,
        span: Span,
    },
    Increase {
        line: usize,
        by: Quantity,
        span: Span,
    },
    Decrease {
        line: usize,
        by: Quantity,
        span: Span,
    },
    Remove {
        line: usize,
        span: Span,
    },
    Replace {
        line: usize,
        with: Line,
        span: Span,
    },
    /// Everything said so far, the draft included.
    CancelAll {
        span: Span,
    },
}

impl Operation {
    pub fn span(&self) -> Span {
        match self {
            Self::Add(line) => line.span,
            Self::Set { span, .. }
            | Self::Increase { span, .. }
            | Self::Decrease { span, .. }
            | Self::Remove { span, .. }
            | Self::Replace { span, .. }
            | Self::CancelAll { span } => *span,
        }
    }
}

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRead {
    /// Id of the site; none when it is not among the known ones.
    pub site: Option<String>,
    /// The name as written.
    pub words: String,
    pub span: Span,
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayPart {
    Morning,
    Afternoon,
    Evening,
}

/// By when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededBy {
    pub date: NaiveDate,
    pub time: Option<NaiveTime>,
    pub part: Option<DayPart>,
    pub span: Span,
}

/// One request of the burst.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub operations: Vec<Operation>,
    pub place: Option<PlaceRead>,
    pub needed_by: Option<NeededBy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuestionCode {
    /// How many?
    Quantity,
    /// Of what unit?
    Unit,
    /// How much in one package, or package or single?
    Pack,
    /// Which of several?
    Variant,
    /// Is 1.500 one and a half, or one thousand five hundred?
    NumberFormat,
    Date,
    /// Which site?
    Place,
    /// Which line, which earlier order?
    Reference,
    /// What is this?
    Item,
    /// Once more, or the same?
    Duplicate,
    /// To be ordered, or only told?
    ReportOrOrder,
}

impl QuestionCode {
    /// The short name that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quantity => "qty",
            Self::Unit => "unit",
            Self::Pack => "pack",
            Self::Variant => "variant",
            Self::NumberFormat => "number_format",
            Self::Date => "date",
            Self::Place => "place",
            Self::Reference => "reference",
            Self::Item => "item",
            Self::Duplicate => "duplicate",
            Self::ReportOrOrder => "report_or_order",
        }
    }
}

/// What must be known before the request can be shown as ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub code: QuestionCode,
    /// Index into [`Reading::requests`].
    pub request: usize,
    /// Number of the line, counted as in [`Operation`].
    pub about: Option<usize>,
    pub span: Span,
    /// What it could be, as texts for a person; may be empty.
    pub choices: Vec<String>,
}

/// The accounting: what was used for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    pub numbers: Vec<Span>,
    pub words: Vec<Span>,
    /// The setting that was applied.
    pub words_allowed: usize,
}

impl Gate {
    pub fn is_clean(&self) -> bool {
        self.numbers.is_empty() && self.words.len() <= self.words_allowed
    }
}

/// What a number or a word was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Quantity,
    Item,
    Spec,
    Pack,
    Date,
    Place,
    /// "1." before an entry.
    ListNumber,
    /// The value that is given up: the 50 of "15 not 50".
    OldValue,
    /// A reference, telephone or account number.
    Reference,
    /// Part of a report, an enquiry or talk that orders nothing.
    Told,
    /// A word of the lexicon: greeting, "please", "and".
    Known,
}

/// The reading of a burst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The language that the burst was read in, with English behind it.
    pub language: Language,
    pub intent: Intent,
    /// The earlier request that is meant by "the same again", as a position in [`Setting::past`]. Its
    /// lines stand where else those of the draft would.
    pub again: Option<usize>,
    /// At least one; more only with [`Intent::Several`]. The draft belongs to the first.
    pub requests: Vec<Request>,
    pub questions: Vec<Question>,
    pub gate: Gate,
    /// Messages that repeat another of the burst word by word, read once: (this, that).
    pub repeated: Vec<(usize, usize)>,
    /// "That's all": the burst may close at once.
    pub done: Option<Span>,
    /// Each number and word that was used, once, in order.
    pub used: Vec<(Span, Use)>,
    /// Sentences that a second reader said to ask for nothing. The read-back names them.
    pub left_out: Vec<Span>,
}

impl Reading {
    /// The first request, usually the only one.
    pub fn request(&self) -> &Request {
        self.requests.first().expect("a reading has a request")
    }

    /// The lines that the first request starts from.
    pub fn base<'a>(&self, setting: &'a Setting) -> &'a [DraftLine] {
        let past = self.again.and_then(|at| setting.past.get(at));
        match past {
            Some(past) => &past.lines,
            None if self.intent == Intent::AnotherOrder => &[],
            None => &setting.draft,
        }
    }

    /// Something is to be ordered or changed, nothing is open and everything is accounted for.
    pub fn is_ready(&self) -> bool {
        let orders = match self.intent {
            Intent::Order | Intent::Change | Intent::AnotherOrder | Intent::Several => true,
            Intent::Reorder => self.again.is_some(),
            Intent::Cancel
            | Intent::Hold
            | Intent::Done
            | Intent::Yes
            | Intent::No
            | Intent::Greeting
            | Intent::Thanks
            | Intent::Status
            | Intent::Help
            | Intent::Person
            | Intent::Enquiry
            | Intent::Report
            | Intent::NotARequest => false,
        };
        orders && self.questions.is_empty() && self.gate.is_clean()
    }
}
