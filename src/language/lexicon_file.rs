//! The form of a lexicon file, and how a lexicon is made of one or of two.
//!
//! **Invariant:** a phrase that the first language knows means nothing else: the same phrase of the
//! language behind it is left out, of whatever kind it is there.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::languages::NumberWords;
use super::lexicon::{
    Calendar, Class, Classes, Habit, Lexicon, Prefixes, UnitKind, UnitWord, block,
};
use super::token::words;
use super::verbs::Verbs;
use crate::domain::quantity::Unit;

/// A lexicon file; the head of `lexicon/en.toml` explains it to a speaker.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    numbers: HashMap<String, Decimal>,
    offsets: HashMap<String, i64>,
    scales: HashMap<String, i64>,
    leading_scales: HashMap<String, i64>,
    groups: HashMap<String, i64>,
    fractions: HashMap<String, i64>,
    parts: HashMap<String, i64>,
    grammar: HashMap<Habit, bool>,
    words: HashMap<String, Vec<String>>,
    dates: HashMap<String, Vec<String>>,
    weekdays: HashMap<String, u32>,
    months: HashMap<String, u32>,
    units: Vec<UnitEntry>,
    sizes: Sizes,
    prefixes: Prefixes,
    verbs: Verbs,
}

/// A number with up to three decimals, as thousandths.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "f64")]
struct Decimal(i64);

impl TryFrom<f64> for Decimal {
    type Error = String;

    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and small"
    )]
    fn try_from(value: f64) -> Result<Self, String> {
        let thousandths = value * 1000.0;
        let whole = thousandths.round();
        if (thousandths - whole).abs() > 1e-6 || !(0.0..1e15).contains(&whole) {
            return Err(format!("{value} has more than three decimals"));
        }
        Ok(Self(whole as i64))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitEntry {
    code: String,
    kind: UnitKind,
    words: Vec<String>,
    #[serde(default)]
    two: Vec<String>,
    #[serde(default)]
    one: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Sizes {
    spaced: Vec<String>,
    glued: Vec<String>,
}

impl File {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let elided = file.prefixes.always.iter();
        let elided: Vec<String> = elided
            .filter(|prefix| prefix.ends_with('\''))
            .cloned()
            .collect();
        let lists = file.words.values_mut().chain(file.dates.values_mut());
        let units = file.units.iter_mut().map(|entry| &mut entry.words);
        for phrase in lists.chain(units).flatten() {
            *phrase = apart(phrase, &elided);
        }
        Ok(file)
    }

    #[expect(clippy::cast_precision_loss, reason = "no number word is that large")]
    pub(super) fn number_words(&self) -> NumberWords {
        let single = |map: &HashMap<String, i64>| -> HashMap<String, f64> {
            let single = map.iter().filter(|(word, _)| !word.contains(' '));
            single
                .map(|(word, value)| (word.clone(), *value as f64))
                .collect()
        };
        let numbers = self.numbers.iter().filter(|(word, _)| !word.contains(' '));
        NumberWords {
            numbers: numbers
                .map(|(word, value)| (word.clone(), value.0 as f64 / 1000.0))
                .collect(),
            scales: single(&self.scales),
            groups: single(&self.groups),
        }
    }

    /// Every phrase of the file, but those that only tell that it is of another language.
    fn phrases(&self) -> impl Iterator<Item = &String> {
        let own = self
            .words
            .iter()
            .filter(|(key, _)| Class::parse(key) != Some(Class::Foreign));
        let lists = own.map(|(_, list)| list).chain(self.dates.values());
        let units = self
            .units
            .iter()
            .flat_map(|entry| entry.words.iter().chain(&entry.two));
        let values = [
            &self.offsets,
            &self.scales,
            &self.leading_scales,
            &self.groups,
            &self.fractions,
            &self.parts,
        ];
        self.numbers
            .keys()
            .chain(values.into_iter().flat_map(HashMap::keys))
            .chain(self.weekdays.keys())
            .chain(self.months.keys())
            .chain(lists.flatten())
            .chain(units)
            .chain(&self.sizes.spaced)
    }

    /// Every single word that occurs in a phrase of the file, and how much it says of the language.
    pub(super) fn vocabulary(&self) -> HashMap<String, u32> {
        let mut out = HashMap::new();
        let listed = |class: Class| {
            let lists = self.words.iter();
            let lists = lists.filter(move |(key, _)| Class::parse(key) == Some(class));
            lists.flat_map(|(_, list)| list).collect::<HashSet<_>>()
        };
        let foreign = listed(Class::Foreign);
        let goods: HashSet<&String> = NAMING.into_iter().flat_map(listed).collect();
        let mut add = |phrase: &String, weight: u32| {
            for word in words(phrase) {
                let known = out.entry(word).or_insert(weight);
                *known = weight.max(*known);
            }
        };
        for phrase in self.phrases().filter(|phrase| !foreign.contains(phrase)) {
            add(phrase, if goods.contains(phrase) { GOODS } else { ANY });
        }
        // Nobody counts in another language than that of the rest.
        for phrase in self.numbers.keys() {
            add(phrase, BUILDS);
        }
        for (key, list) in &self.words {
            if Class::parse(key).is_some_and(|class| BUILDING.contains(&class)) {
                for phrase in list {
                    add(phrase, BUILDS);
                }
            }
        }
        out
    }
}

/// How much a word says of the language: the name of a thing, any other word, and one that a sentence
/// is built with.
/// What names things, places and kinds: such words are borrowed.
const NAMING: [Class; 9] = [
    Class::PlaceOnly,
    Class::Saint,
    Class::Goods,
    Class::Uncountable,
    Class::Compound,
    Class::Modifier,
    Class::Attribute,
    Class::PlaceNoun,
    Class::SpecNoun,
];

const GOODS: u32 = 1;
const ANY: u32 = 4;
pub(super) const BUILDS: u32 = 8;

/// "tout d'abord" as a message with it is split: "tout d' abord".
fn apart(phrase: &str, elided: &[String]) -> String {
    let word = |word: &str| {
        let prefix = elided.iter().find(|prefix| {
            word.strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.chars().nth(1).is_some())
        });
        match prefix {
            Some(prefix) => format!("{prefix} {}", &word[prefix.len()..]),
            None => word.to_owned(),
        }
    };
    let apart: Vec<String> = phrase.split(' ').map(word).collect();
    apart.join(" ")
}

/// What a sentence is built with, where a speaker hardly borrows from another language.
const BUILDING: [Class; 14] = [
    Class::Request,
    Class::Add,
    Class::Remove,
    Class::Preposition,
    Class::Conjunction,
    Class::And,
    Class::Not,
    Class::Pronoun,
    Class::Auxiliary,
    Class::Determiner,
    Class::The,
    Class::Polite,
    Class::Thanks,
    Class::Of,
];

/// The lexicon of a language, with another behind it for what it does not know.
pub(super) fn build(first: &File, behind: Option<&File>) -> Result<Lexicon, String> {
    let mut lexicon = Lexicon::default();
    add(&mut lexicon, first, &HashSet::new())?;
    if let Some(behind) = behind {
        let known = first.phrases().map(|phrase| words(phrase)).collect();
        add(&mut lexicon, behind, &known)?;
    }
    lexicon.blocks = lexicon
        .first_words()
        .flat_map(str::chars)
        .filter_map(block)
        .collect();
    Ok(lexicon)
}

fn add(lexicon: &mut Lexicon, file: &File, shadowed: &HashSet<Vec<String>>) -> Result<(), String> {
    let is_free = |phrase: &str| shadowed.is_empty() || !shadowed.contains(&words(phrase));
    for (phrase, value) in file.numbers.iter().filter(|(phrase, _)| is_free(phrase)) {
        lexicon.numbers.entry(phrase, value.0, |_| {});
    }
    if !(file.verbs.persons.is_empty() && file.verbs.had.is_empty()) {
        lexicon.verbs = file.verbs.clone();
    }
    let habits = file.grammar.iter().filter(|(_, has)| **has);
    lexicon.habits.extend(habits.map(|(habit, _)| *habit));
    for (from, to) in [
        (&file.offsets, &mut lexicon.offsets),
        (&file.scales, &mut lexicon.scales),
        (&file.leading_scales, &mut lexicon.leading_scales),
        (&file.groups, &mut lexicon.groups),
        (&file.fractions, &mut lexicon.fractions),
        (&file.parts, &mut lexicon.parts),
    ] {
        for (phrase, value) in from.iter().filter(|(phrase, _)| is_free(phrase)) {
            to.entry(phrase, *value, |_| {});
        }
    }
    for (key, list) in &file.words {
        let class = Class::parse(key).ok_or_else(|| format!("no class {key}"))?;
        let mut one = Classes::default();
        one.add(class);
        for phrase in list.iter().filter(|phrase| is_free(phrase)) {
            lexicon.classes.entry(phrase, one, |found| found.add(class));
        }
    }
    let mut calendar_word = |phrase: &str, meaning: Calendar| {
        if is_free(phrase) {
            lexicon
                .calendar
                .entry(phrase, vec![meaning], |found| found.push(meaning));
        }
    };
    for (key, list) in &file.dates {
        let meaning = Calendar::parse(key).ok_or_else(|| format!("no calendar word {key}"))?;
        for phrase in list {
            calendar_word(phrase, meaning);
        }
    }
    for (word, day) in &file.weekdays {
        calendar_word(word, Calendar::Weekday(*day));
    }
    for (word, month) in &file.months {
        calendar_word(word, Calendar::MonthName(*month));
    }
    for entry in &file.units {
        let unit = Unit::parse(&entry.code).ok_or_else(|| format!("no unit {}", entry.code))?;
        let lists = [
            (&entry.words, &mut lexicon.units),
            (&entry.two, &mut lexicon.twos),
            (&entry.one, &mut lexicon.ones),
        ];
        for (list, to) in lists {
            for phrase in list.iter().filter(|phrase| is_free(phrase)) {
                let kind = entry.kind;
                let unit = unit.clone();
                to.entry(phrase, UnitWord { unit, kind }, |_| {});
            }
        }
    }
    for phrase in file.sizes.spaced.iter().filter(|phrase| is_free(phrase)) {
        lexicon.sizes.entry(phrase, (), |()| {});
    }
    for phrase in file.sizes.glued.iter().filter(|phrase| is_free(phrase)) {
        lexicon.glued_sizes.entry(phrase, (), |()| {});
    }
    let Prefixes {
        known,
        always,
        whole,
    } = &file.prefixes;
    lexicon.prefixes.known.extend(known.iter().cloned());
    lexicon.prefixes.always.extend(always.iter().cloned());
    let whole = whole.iter().flat_map(|word| words(word));
    lexicon.prefixes.whole.extend(whole);
    // The words of a phrase stay as they are written there.
    let phrases = file.phrases().map(|phrase| words(phrase));
    let inner = phrases.flat_map(|words| words.into_iter().skip(1));
    lexicon.prefixes.whole.extend(inner);
    Ok(())
}
