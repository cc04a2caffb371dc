//! The index of one organisation's items: for each word and size the items that hold it.
//!
//! **Invariant:** built once from the items as they stood, and never changed.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::Entry;
use super::near::Near;
use super::size::Size;
use super::text::{self, Parsed};
use crate::domain::ids::ItemId;

/// Items by what they are called. Numbers of items are places in `entries`.
#[derive(Debug)]
pub struct Index {
    pub(super) entries: Vec<Entry>,
    /// Numbers in the order of the ids.
    by_id: Vec<u32>,
    /// Hashes of codes, of names and aliases, and of learned ones, each with its item.
    codes: Vec<(u64, u32)>,
    called: Vec<(u64, u32)>,
    learned: Vec<(u64, u32)>,
    /// Hashes of all these without their sizes.
    kinds: Vec<(u64, u32)>,
    /// For each item the hash of its name without sizes: those that share it are variants.
    family_of: Vec<u64>,
    families: Vec<(u64, u32)>,
    /// How many words the name of each item has.
    pub(super) lengths: Vec<u8>,
    terms: HashMap<u64, u32>,
    /// Where the items of each term begin in `postings`.
    begins: Vec<u32>,
    postings: Vec<u32>,
    pub(super) near: Near,
}

/// A hash of 64 bits, the same in every run.
fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What is asked of the postings: a word, or a size in one of the ways in which it can be met.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) enum Term<'a> {
    Word(&'a str),
    /// Dimension and value.
    Measure(super::size::Dimension, i128),
    /// A number, whatever its unit.
    Number(i128),
    /// A number that stands alone.
    Bare(i128),
    Written(&'a str),
}

/// The terms under which an item with this size is found.
fn held(size: &Size) -> Vec<Term<'_>> {
    match size {
        Size::Measure(dimension, value, number) => {
            vec![Term::Measure(*dimension, *value), Term::Number(*number)]
        }
        Size::Bare(number) => vec![Term::Bare(*number), Term::Number(*number)],
        Size::Written(text, inner) => {
            let mut terms = vec![Term::Written(text)];
            terms.extend(inner.map(Term::Number));
            terms
        }
    }
}

/// The terms by which this size is looked for: a number alone is met by every unit.
pub(super) fn sought(size: &Size) -> Vec<Term<'_>> {
    match size {
        Size::Measure(dimension, value, number) => {
            vec![Term::Measure(*dimension, *value), Term::Bare(*number)]
        }
        Size::Bare(number) => vec![Term::Number(*number)],
        Size::Written(text, _) => vec![Term::Written(text)],
    }
}

#[derive(Default)]
struct Terms {
    numbers: HashMap<u64, u32>,
    words: Vec<(String, u32)>,
    pairs: Vec<(u32, u32)>,
}

impl Terms {
    fn add(&mut self, term: Term<'_>, item: u32) {
        let next = number(self.numbers.len());
        let mut is_new = false;
        let id = *self.numbers.entry(hash(term)).or_insert_with(|| {
            is_new = true;
            next
        });
        if let (true, Term::Word(word)) = (is_new, term) {
            self.words.push((word.to_owned(), id));
        }
        self.pairs.push((id, item));
    }

    fn all(&mut self, parsed: &Parsed, item: u32) {
        for word in &parsed.words {
            self.add(Term::Word(word), item);
        }
        for term in parsed.sizes.iter().flat_map(held) {
            self.add(term, item);
        }
    }
}

impl Index {
    #[must_use]
    pub fn build(entries: Vec<Entry>) -> Self {
        let mut terms = Terms::default();
        let (mut codes, mut called, mut learned) = (Vec::new(), Vec::new(), Vec::new());
        let (mut kinds, mut families) = (Vec::new(), Vec::new());
        let (mut family_of, mut lengths) = (Vec::new(), Vec::new());
        for (item, entry) in (0_u32..).zip(&entries) {
            let code = text::code(&entry.code);
            if code.chars().count() > 1 {
                codes.push((hash(code), item));
            }
            let name = text::parse(&entry.name);
            lengths.push(u8::try_from(name.words.len()).unwrap_or(u8::MAX));
            let family = if name.words.is_empty() {
                hash(("alone", item))
            } else {
                hash(name.kind())
            };
            family_of.push(family);
            families.push((family, item));
            called.push((hash(name.key()), item));
            kinds.push((hash(name.kind()), item));
            terms.all(&name, item);
            for alias in &entry.aliases {
                let alias = text::parse(alias);
                called.push((hash(alias.key()), item));
                kinds.push((hash(alias.kind()), item));
                terms.all(&alias, item);
            }
            for alias in &entry.learned {
                let alias = text::parse(alias);
                learned.push((hash(alias.key()), item));
                kinds.push((hash(alias.kind()), item));
                terms.all(&alias, item);
            }
        }
        let mut by_id: Vec<u32> = (0..number(entries.len())).collect();
        by_id.sort_unstable_by(|a, b| entries[*a as usize].id.cmp(&entries[*b as usize].id));
        let Terms {
            numbers,
            words,
            mut pairs,
        } = terms;
        pairs.sort_unstable();
        pairs.dedup();
        let mut begins = vec![0_u32; numbers.len() + 1];
        for (term, _) in &pairs {
            begins[*term as usize + 1] += 1;
        }
        for n in 1..begins.len() {
            begins[n] += begins[n - 1];
        }
        Self {
            by_id,
            codes: sorted(codes),
            called: sorted(called),
            learned: sorted(learned),
            kinds: sorted(kinds),
            families: sorted(families),
            family_of,
            lengths,
            terms: numbers,
            begins,
            postings: pairs.into_iter().map(|(_, item)| item).collect(),
            near: Near::build(&words),
            entries,
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every item, by code.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn get(&self, id: &ItemId) -> Option<&Entry> {
        self.number_of(id).map(|n| &self.entries[n as usize])
    }

    /// The item that has this code.
    pub fn by_code(&self, code: &str) -> Option<&Entry> {
        let found = self.coded(code);
        let [one] = found.as_slice() else { return None };
        Some(&self.entries[*one as usize])
    }

    pub(super) fn number_of(&self, id: &ItemId) -> Option<u32> {
        let at = self
            .by_id
            .binary_search_by(|n| self.entries[*n as usize].id.cmp(id))
            .ok()?;
        Some(self.by_id[at])
    }

    pub(super) fn coded(&self, words: &str) -> Vec<u32> {
        let code = text::code(words);
        if code.is_empty() {
            return Vec::new();
        }
        under(&self.codes, hash(code))
    }

    /// Items with this name, or which the organisation calls so.
    pub(super) fn called(&self, asked: &Parsed) -> Vec<u32> {
        under(&self.called, hash(asked.key()))
    }

    pub(super) fn learned(&self, asked: &Parsed) -> Vec<u32> {
        under(&self.learned, hash(asked.key()))
    }

    /// Items with these words, and no others, as a name or an alias, whatever their sizes.
    pub(super) fn of_kind(&self, words: &Parsed) -> Vec<u32> {
        under(&self.kinds, hash(words.kind()))
    }

    pub(super) fn family(&self, item: u32) -> u64 {
        self.family_of[item as usize]
    }

    /// The item and its other sizes and packs.
    pub(super) fn variants(&self, item: u32) -> Vec<u32> {
        under(&self.families, self.family(item))
    }

    pub(super) fn term(&self, term: Term<'_>) -> Option<u32> {
        self.terms.get(&hash(term)).copied()
    }

    pub(super) fn items(&self, term: u32) -> &[u32] {
        let (begin, end) = (self.begins[term as usize], self.begins[term as usize + 1]);
        &self.postings[begin as usize..end as usize]
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn sorted(mut pairs: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn under(pairs: &[(u64, u32)], hash: u64) -> Vec<u32> {
    let begin = pairs.partition_point(|(h, _)| *h < hash);
    let of_it = pairs[begin..].iter().take_while(|(h, _)| *h == hash);
    of_it.map(|(_, item)| *item).collect()
}
