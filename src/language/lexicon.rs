//! The words that are known: classes, numbers, units and calendar words, read from data files.
//!
//! **Invariant:** no word of any language stands in the code of this floor, only in the data files.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

pub(crate) use super::calendar_word::Calendar;
use super::token::words;
use super::verbs::Verbs;
use crate::domain::quantity::Unit;

macro_rules! classes {
    ($($name:ident = $key:literal),+ $(,)?) => {
        /// What a word of the lexicon does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Class { $($name),+ }

        impl Class {
            pub(super) fn parse(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

classes! {
    Vague = "vague", About = "about", Greeting = "greeting", Thanks = "thanks", Polite = "polite",
    Address = "address", Filler = "filler", Yes = "yes", No = "no", Done = "done",
    Request = "request", Add = "add", More = "more", Less = "less", Increase = "increase",
    Decrease = "decrease", Remove = "remove", Correct = "correct", InsteadOf = "instead_of",
    Replace = "replace", Not = "not", Cancel = "cancel", Hold = "hold", Status = "status",
    Help = "help", Person = "person", Report = "report", Enquiry = "enquiry",
    AnotherOrder = "another_order", Reorder = "reorder", Pronoun = "pronoun", That = "that",
    Auxiliary = "auxiliary", Determiner = "determiner", Preposition = "preposition",
    Conjunction = "conjunction", Talk = "talk", PlaceNoun = "place_noun", Deliver = "deliver",
    SpecHead = "spec_head", SpecNoun = "spec_noun", Reference = "reference",
    Currency = "currency", Each = "each", Introduction = "introduction", And = "and",
    Uncountable = "uncountable", Purpose = "purpose",
    Article = "article", The = "the", PlaceLead = "place_lead", PlaceTo = "place_to", HomePlace = "home_place",
    ReferenceShort = "reference_short", Abbreviation = "abbreviation", Modifier = "modifier",
    Compound = "compound", SpecNumber = "spec_number", Link = "link", Aside = "aside", Range = "range", SizeLetters = "size_letters", Attribute = "attribute", Recurring = "recurring", Away = "away",
    After = "after", Foreign = "foreign", CancelThat = "cancel_that", Closing = "closing",
    Vessel = "vessel", ByHour = "by_hour", Firm = "firm", FromValue = "from_value", ByAmount = "by_amount",
    ReplaceBy = "replace_by", Yesterday = "yesterday", Of = "of", Times = "times", Holding = "holding",
    Distance = "distance", Header = "header", Wants = "wants",
    NumberAnd = "number_and", PlaceTail = "place_tail", PlaceItself = "place_itself",
    PurposeTail = "purpose_tail", Genitive = "genitive", NotBehind = "not_behind",
    InsteadBehind = "instead_behind", AfterBehind = "after_behind", Dual = "dual",
    ToValue = "to_value", Goods = "goods", OutOf = "out_of", Title = "title", Verb = "verb", Told = "told", People = "people", SpecBehind = "spec_behind", Counter = "counter", Needs = "needs", Machine = "machine", Holder = "holder", Saint = "saint", PlaceOnly = "place_only", Distributive = "distributive", Yet = "yet", Serial = "serial", Column = "column", Gone = "gone", Label = "label", Had = "had", Sized = "sized", Material = "material", States = "states", Agent = "agent", Calling = "calling", NamedUnit = "named_unit",
}

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes(u128);

impl Classes {
    pub(crate) fn has(self, class: Class) -> bool {
        self.0 & (1_u128 << class as u32) != 0
    }

    pub(crate) fn any(self, classes: &[Class]) -> bool {
        classes.iter().any(|class| self.has(*class))
    }

    /// It has no class but these.
    pub(crate) fn is_within(self, classes: &[Class]) -> bool {
        let allowed = classes
            .iter()
            .fold(0, |set, class| set | 1_u128 << *class as u32);
        self.0 & !allowed == 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(super) fn add(&mut self, class: Class) {
        self.0 |= 1_u128 << class as u32;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnitKind {
    /// Counts single things.
    Count,
    /// Holds things.
    Package,
    /// Holds loose goods, so that a measure beside it is what one holds.
    Bulk,
    /// Length, weight, area, volume.
    Measure,
    /// Another amount in every country: it is asked which unit is meant.
    Unclear,
}

impl UnitKind {
    pub(crate) fn holds(self) -> bool {
        matches!(self, Self::Package | Self::Bulk)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnitWord {
    pub(crate) unit: Unit,
    pub(crate) kind: UnitKind,
}

/// Phrases by their first word, the longest first.
#[derive(Debug)]
pub(crate) struct Phrases<T>(HashMap<String, Vec<(Vec<String>, T)>>);

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> Phrases<T> {
    pub(super) fn entry(&mut self, text: &str, new: T, merge: impl FnOnce(&mut T)) {
        let words = words(text);
        let Some(first) = words.first() else { return };
        let list = self.0.entry(first.clone()).or_default();
        if let Some((_, found)) = list.iter_mut().find(|(known, _)| *known == words) {
            merge(found);
            return;
        }
        list.push((words, new));
        list.sort_by_key(|(known, _)| std::cmp::Reverse(known.len()));
    }

    /// The longest entry that the texts start with, and its number of words.
    pub(crate) fn longest<'a>(
        &self,
        mut text: impl FnMut(usize) -> Option<&'a str>,
    ) -> Option<(&T, usize)> {
        let list = self.0.get(text(0)?)?;
        list.iter()
            .find(|(known, _)| {
                known
                    .iter()
                    .enumerate()
                    .all(|(at, word)| text(at) == Some(word))
            })
            .map(|(known, found)| (found, known.len()))
    }

    /// The entry that is this one word.
    pub(crate) fn get(&self, word: &str) -> Option<&T> {
        let list = self.0.get(word)?;
        let found = list.iter().find(|(known, _)| known.len() == 1);
        found.map(|(_, found)| found)
    }

    pub(crate) fn contains_key(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    fn begins(&self, word: &str) -> bool {
        self.0.contains_key(word)
    }
}

/// How a language puts its words together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Habit {
    /// The noun stands first in an item's name, its adjectives behind it.
    HeadFirst,
    /// "Five and twenty".
    UnitBeforeTen,
    /// "A kilo and half nails": nothing stands between a half and the item.
    HalfBeforeItem,
    /// The hours of the day are counted from six.
    HoursFromSix,
    /// "8h" is in the morning: the hours are counted to twenty-four.
    HoursToMidnight,
    /// "Kilo 8": the unit stands before its number.
    UnitFirst,
    /// "20 bori chahiye": what asks for it stands behind it.
    VerbLast,
}

/// Short words that are written on the next one: "l'", "و".
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Prefixes {
    /// Taken off where the rest is a known word or a number.
    pub(super) known: Vec<String>,
    /// Taken off before any word of at least two letters.
    pub(super) always: Vec<String>,
    /// Words that only look as if they began with one.
    pub(super) whole: HashSet<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub(super) classes: Phrases<Classes>,
    pub(super) calendar: Phrases<Vec<Calendar>>,
    pub(super) units: Phrases<UnitWord>,
    /// Words that say two of a unit.
    pub(super) twos: Phrases<UnitWord>,
    /// Words that, alone, say one of a unit.
    pub(super) ones: Phrases<UnitWord>,
    pub(super) sizes: Phrases<()>,
    pub(super) glued_sizes: Phrases<()>,
    /// Short words that are written on the next one.
    pub(super) prefixes: Prefixes,
    pub(super) verbs: Verbs,
    /// Thousandths.
    pub(crate) numbers: Phrases<i64>,
    /// Thousandths to be added to the number behind the word.
    pub(crate) offsets: Phrases<i64>,
    /// Times the number before the word, and times that behind it.
    pub(crate) scales: Phrases<i64>,
    pub(crate) leading_scales: Phrases<i64>,
    pub(crate) groups: Phrases<i64>,
    /// Thousandths: of one, and of which there are several.
    pub(crate) fractions: Phrases<i64>,
    pub(crate) parts: Phrases<i64>,
    pub(super) habits: HashSet<Habit>,
    /// The blocks of letters beyond Latin that its words are written in.
    pub(super) blocks: HashSet<u32>,
}

/// A function that gives the text of the n-th token from here.
pub(crate) trait Texts<'a>: FnMut(usize) -> Option<&'a str> {}
impl<'a, F: FnMut(usize) -> Option<&'a str>> Texts<'a> for F {}

impl Lexicon {
    /// The first word of every phrase that means something.
    pub(super) fn first_words(&self) -> impl Iterator<Item = &str> {
        let values = [
            &self.numbers,
            &self.offsets,
            &self.scales,
            &self.leading_scales,
            &self.groups,
            &self.fractions,
            &self.parts,
        ];
        let phrases = self.classes.0.keys().chain(self.calendar.0.keys());
        phrases
            .chain(self.units.0.keys())
            .chain(self.twos.0.keys())
            .chain(values.into_iter().flat_map(|values| values.0.keys()))
            .map(String::as_str)
    }

    /// Whether a word begins an entry of any kind.
    fn knows(&self, word: &str) -> bool {
        self.classes.begins(word)
            || self.calendar.begins(word)
            || self.units.begins(word)
            || self.twos.begins(word)
            || self.numbers.begins(word)
            || self.offsets.begins(word)
            || self.scales.begins(word)
            || self.leading_scales.begins(word)
            || self.parts.begins(word)
            || self.groups.begins(word)
            || self.fractions.begins(word)
    }

    /// What a word that stands in no list is, by its form.
    pub(crate) fn by_form(&self, word: &str) -> Option<Classes> {
        let class = self.verbs.class(word).filter(|_| !self.knows(word))?;
        let mut classes = Classes::default();
        classes.add(Class::Verb);
        classes.add(class);
        Some(classes)
    }

    pub(crate) fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    /// What asks for an item may stand behind it.
    pub(crate) fn asks_anywhere(&self) -> bool {
        self.has(Habit::VerbLast) || self.has(Habit::UnitFirst)
    }

    pub(crate) fn has_prefixes(&self) -> bool {
        !self.prefixes.known.is_empty() || !self.prefixes.always.is_empty()
    }

    /// The length in characters of a short word that is written on this one.
    pub(crate) fn prefix(&self, word: &str) -> Option<usize> {
        let Prefixes {
            known,
            always,
            whole,
        } = &self.prefixes;
        if whole.contains(word) || self.knows(word) {
            return None;
        }
        let rest = |prefix: &String| {
            word.strip_prefix(prefix.as_str())
                .filter(|rest| !rest.is_empty())
        };
        let is_number = |rest: &str| rest.starts_with(|ch: char| ch.is_ascii_digit());
        known
            .iter()
            .find(|prefix| rest(prefix).is_some_and(|rest| self.knows(rest) || is_number(rest)))
            .or_else(|| {
                always.iter().find(|prefix| {
                    rest(prefix)
                        .is_some_and(|rest| is_number(rest) || rest.chars().nth(1).is_some())
                })
            })
            .map(|prefix| prefix.chars().count())
    }

    /// Whether all letters are of a script that a word of the lexicon is written in.
    pub(crate) fn can_read(&self, text: &str) -> bool {
        text.chars()
            .filter_map(block)
            .all(|block| self.blocks.contains(&block))
    }

    pub(crate) fn classes<'a>(&self, text: impl Texts<'a>) -> Option<(Classes, usize)> {
        self.classes.longest(text).map(|(found, len)| (*found, len))
    }

    pub(crate) fn calendar<'a>(&self, text: impl Texts<'a>) -> Option<(&[Calendar], usize)> {
        self.calendar
            .longest(text)
            .map(|(found, len)| (found.as_slice(), len))
    }

    pub(crate) fn unit<'a>(&self, text: impl Texts<'a>) -> Option<(&UnitWord, usize)> {
        self.units.longest(text)
    }

    /// A word for two of a unit.
    pub(crate) fn two<'a>(&self, text: impl Texts<'a>) -> Option<(&UnitWord, usize)> {
        self.twos.longest(text)
    }

    /// A word for one of a unit.
    pub(crate) fn one<'a>(&self, text: impl Texts<'a>) -> Option<(&UnitWord, usize)> {
        self.ones.longest(text)
    }

    /// The number of words of a size unit that may stand apart from its number ("2 inch").
    pub(crate) fn size<'a>(&self, text: impl Texts<'a>) -> Option<usize> {
        self.sizes.longest(text).map(|((), len)| len)
    }

    /// As [`Self::size`], for what must be written on the number ("16A").
    pub(crate) fn glued_size<'a>(&self, text: impl Texts<'a>) -> Option<usize> {
        self.glued_sizes.longest(text).map(|((), len)| len)
    }
}

/// The block of 256 code points of a letter that is not Latin.
pub(super) fn block(ch: char) -> Option<u32> {
    let code = u32::from(ch);
    (ch.is_alphabetic() && code > 0x024F && !(0x1E00..0x1F00).contains(&code)).then_some(code >> 8)
}
