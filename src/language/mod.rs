//! From the messages of a burst to operations on order lines, with rules alone.
//!
//! [`read`] turns what was said into a [`Reading`]: operations with the span of their words, the place
//! and the day, and a question for everything that is not certain. [`fold()`] applies a reading to the
//! open draft, [`explain`] shows one to a person. The words of a language stand in `lexicon/*.toml`.
//!
//! ```text
//! normalise → token → burst (list numbers, stars, repeats, edits)
//!   → date, place → piece (numbers with units, sizes, cues) → intent (what a sentence does)
//!   → correction or lines → reader (pairs, resolves, asks) → gate
//! ```
//!
//! **Invariant:** pure: no IO, no clock, no randomness; of the domain it knows quantities only. Every
//! number of a burst is used exactly once or asked about; nothing is guessed.

mod burst;
#[cfg(test)]
mod cases;
mod correction;
mod date;
mod explain;
mod fold;
mod gate;
mod intent;
mod lexicon;
mod lines;
mod needed;
mod normalise;
mod number;
mod piece;
mod place;
#[cfg(test)]
mod properties;
mod reader;
mod reading;
mod token;

pub use explain::explain;
pub use fold::{Folded, FoldedLine, fold, fold_request};
pub use reader::read;
pub use reading::{
    DateOrder, DayPart, DraftLine, Gate, Intent, Line, NeededBy, NumberFormat, Operation, Pack,
    Place, PlaceRead, Provenance, Question, QuestionCode, Quoted, Reading, Request, Said, Setting,
    Span, UnitFrom, Use,
};
