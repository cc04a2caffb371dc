//! Matching words to the catalogue: an index of an organisation's items, held in memory.
//!
//! Exact codes and names come first, then the organisation's own words, then the words that an item
//! shares with what was asked, forgiving letters that are amiss. A size or a pack decides between items
//! that are otherwise called the same.
//!
//! **Invariant:** a proposal, never a guess: one clear winner, a few to choose from, or nothing. A size
//! that was said is never passed over, and one that was not said is never made up.

mod choose;
mod find;
mod hint;
mod index;
pub mod memory;
mod near;
mod size;
#[cfg(test)]
mod tests;
mod text;

pub use hint::question;
pub use index::Index;

use super::ids::ItemId;

/// An item as far as matching needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: ItemId,
    pub code: String,
    pub name: String,
    /// The code of the unit it is sold in.
    pub unit: String,
    /// What the organisation itself says that it is called.
    pub aliases: Vec<String>,
    /// What people's answers say that it is called.
    pub learned: Vec<String>,
}

/// What somebody asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    pub words: &'a str,
    /// Sizes and types: "2.5mm", "3hp".
    pub spec: Option<&'a str>,
    /// How much is in one: "50 kg".
    pub pack: Option<&'a str>,
    /// Items of the person's last requests, the newest first.
    pub person: &'a [ItemId],
    /// Items of the site's last requests, the newest first.
    pub site: &'a [ItemId],
}

impl<'a> Asked<'a> {
    /// Words alone, of somebody whose last requests are not known.
    #[must_use]
    pub fn words(words: &'a str) -> Self {
        Self {
            words,
            ..Self::default()
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<'a> {
    One(&'a Entry),
    Several(Choices<'a>),
    /// Nothing here is called so: a line in the requester's own words.
    None,
}

/// Items that may be meant: the person's own first, then the closest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices<'a> {
    pub open: Open,
    /// At most [`CHOICES`].
    pub items: Vec<&'a Entry>,
    /// How many more would fit as well.
    pub more: usize,
}

/// What is open between several items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// One thing in several packs: how much is in one?
    Pack,
    /// One thing in several sizes or types.
    Variant,
    /// Different things.
    Item,
}

text_enum! {
    /// Where a name of an item comes from.
    Source {
        Imported = "imported",
        Learned = "learned",
    }
}

/// Most items that are offered to choose from; a list of WhatsApp has ten rows, one is for "none of
/// these".
pub const CHOICES: usize = 9;

/// The words in the one form in which two ways of writing are the same: the key of an alias.
#[must_use]
pub fn key(words: &str) -> String {
    text::parse(words).key()
}
