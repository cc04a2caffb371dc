//! From the messages of a burst to operations on order lines, with rules alone.
//!
//! [`read`] turns what was said into a [`Reading`]: operations with the span of their words, the place
//! and the day, and a question for everything that is not certain. [`fold()`] applies a reading to the
//! open draft, [`explain()`] shows one to a person. The words of a language stand in `lexicon/*.toml`.
//!
//! ```text
//! normalise → token → burst (list numbers, stars, repeats, edits)
//!   → date, place → piece (numbers with units, sizes, cues) → intent (what a sentence does)
//!   → correction or lines → reader (pairs, resolves, asks) → gate
//! ```
//!
//! **Invariant:** pure: no IO, no clock, no randomness; of the domain it knows quantities only. Every
//! number of a burst is used exactly once or asked about; nothing is guessed.

mod again;
mod alone;
mod between;
mod burst;
mod calendar_day;
mod calendar_word;
mod called_off;
mod cardinal;
mod clock;
mod closing;
mod colon;
mod contents;
mod correction;
mod date;
mod duration;
mod explain;
mod fold;
mod fragments;
mod gate;
mod gone;
mod ground;
mod halves;
mod heads;
mod in_turn;
mod inside;
mod intent;
mod languages;
mod left_out;
mod lexicon;
mod lexicon_file;
mod line;
mod line_starts;
mod lines;
mod literal;
mod live;
mod machine;
mod measure;
mod named_unit;
mod needed;
mod no_amount;
mod normalise;
mod note;
mod number;
mod number_words;
mod numerals;
mod other_size;
mod outcome;
mod piece;
mod place;
mod place_name;
mod place_phrase;
mod place_words;
mod prefix;
mod proposal;
mod proposed_change;
mod proposed_header;
mod proposed_line;
mod reader;
mod reading;
mod references;
mod remarks;
mod replace;
mod run_on;
mod setting;
mod settled;
mod several;
mod share;
mod sizes;
mod soften;
mod standing;
mod statements;
mod tables;
mod take;
mod target;
mod token;
mod units;
mod verbs;
mod verify;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod properties;

pub use explain::explain;
pub use fold::{Folded, FoldedLine, fold, fold_request};
pub use languages::Language;
pub use numerals::{Numeral, numerals};
pub use proposal::{Act, MOST_PARTS, Proposed, unresolved};
pub use reader::read;
pub use reading::{
    DayPart, Gate, Intent, Line, NeededBy, Operation, Pack, PlaceRead, Question, QuestionCode,
    Reading, Request, Span, UnitFrom, Use,
};
pub use setting::{
    DateOrder, DraftLine, NumberFormat, Past, Place, Provenance, Quoted, Said, Setting,
};
pub use verify::{Counts, Verified, verify};
