//! The words of a language that numbers are made of, from its lexicon and from `numerals/`.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::super::languages::{Language, number_words};
use super::lex::fold;

/// Which mark separates decimals where digits alone do not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mark {
    #[default]
    Point,
    Comma,
}

/// How "and" and a fraction go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Joint {
    /// "One hundred and thirty and two fifths" is more than a hundred and thirty.
    #[default]
    Adds,
    /// "Ciento treinta y dos quintos" are a hundred and thirty-two of them.
    Counts,
}

/// A file of `numerals/`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    decimal: Mark,
    joint: Joint,
    numbers: HashMap<String, f64>,
    scales: HashMap<String, f64>,
    groups: HashMap<String, f64>,
    /// What is added to the number behind it.
    offsets: HashMap<String, f64>,
    /// Parts that can stand alone: "half".
    halves: HashMap<String, f64>,
    /// What the parts of a fraction are called, by how many make one.
    parts: HashMap<String, f64>,
    /// Ends that make a part of a number word.
    part_ends: Vec<String>,
    /// A part in a word of its own behind its number: "avos".
    behind_number: Vec<String>,
    /// Between the number and the part.
    of: Vec<String>,
    and: Vec<String>,
    article: Vec<String>,
    point: Vec<String>,
    /// A decimal or a fraction follows.
    with: Vec<String>,
    minus: Vec<String>,
    over: Vec<String>,
    /// As over, where the first is the smaller.
    out_of: Vec<String>,
    /// "Among three one".
    among: Vec<String>,
    /// Phrases that only look like a number.
    none: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) decimal: Mark,
    pub(super) joint: Joint,
    pub(super) numbers: HashMap<String, f64>,
    pub(super) scales: HashMap<String, f64>,
    pub(super) groups: HashMap<String, f64>,
    pub(super) offsets: HashMap<String, f64>,
    pub(super) halves: HashMap<String, f64>,
    pub(super) parts: HashMap<String, f64>,
    part_ends: Vec<String>,
    pub(super) behind_number: Vec<Vec<String>>,
    pub(super) of: Vec<Vec<String>>,
    pub(super) and: Vec<Vec<String>>,
    pub(super) article: Vec<Vec<String>>,
    pub(super) point: Vec<Vec<String>>,
    pub(super) with: Vec<Vec<String>>,
    pub(super) minus: Vec<Vec<String>>,
    pub(super) over: Vec<Vec<String>>,
    pub(super) out_of: Vec<Vec<String>>,
    pub(super) among: Vec<Vec<String>>,
    pub(super) none: Vec<Vec<String>>,
    /// Numbers of several words, the longest first.
    pub(super) joined: Vec<Vec<String>>,
}

impl Words {
    fn new(language: Language) -> Result<Self, String> {
        let file: File = toml::from_str(text(language)).map_err(|error| error.to_string())?;
        let keys = |map: HashMap<String, f64>| -> HashMap<String, f64> {
            map.into_iter()
                .map(|(key, value)| (fold(&key), value))
                .collect()
        };
        let phrases = |list: Vec<String>| -> Vec<Vec<String>> {
            let split = |phrase: &String| fold(phrase).split(' ').map(str::to_owned).collect();
            list.iter().map(split).collect()
        };
        let known = number_words(language);
        let mut words = Self {
            decimal: file.decimal,
            joint: file.joint,
            numbers: keys(known.numbers),
            scales: keys(known.scales),
            groups: keys(known.groups),
            offsets: keys(file.offsets),
            halves: keys(file.halves),
            parts: keys(file.parts),
            part_ends: file.part_ends.iter().map(|end| fold(end)).collect(),
            behind_number: phrases(file.behind_number),
            of: phrases(file.of),
            and: phrases(file.and),
            article: phrases(file.article),
            point: phrases(file.point),
            with: phrases(file.with),
            minus: phrases(file.minus),
            over: phrases(file.over),
            out_of: phrases(file.out_of),
            among: phrases(file.among),
            none: phrases(file.none),
            joined: Vec::new(),
        };
        words.numbers.extend(keys(file.numbers));
        words.scales.extend(keys(file.scales));
        words.groups.extend(keys(file.groups));
        let joined = words.numbers.keys().filter(|key| key.contains(' '));
        words.joined = joined
            .map(|key| key.split(' ').map(str::to_owned).collect())
            .collect();
        words
            .joined
            .sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        for scale in words.scales.keys() {
            words.numbers.remove(scale);
            words.groups.remove(scale);
        }
        Ok(words)
    }

    /// How many of such a part make one: "fifth", "पाँचवाँ", "veintiunavos".
    pub(super) fn part(&self, word: &str) -> Option<f64> {
        if let Some(value) = self.parts.get(word) {
            return Some(*value);
        }
        self.part_ends.iter().find_map(|end| {
            let stem = word
                .strip_suffix(end.as_str())
                .filter(|stem| !stem.is_empty())?;
            self.run_together(stem)
        })
    }

    /// A number written as one word: "cientocinco", or that of a part: "dosmilesimos".
    pub(super) fn run_together(&self, word: &str) -> Option<f64> {
        if let Some(value) = self.numbers.get(word).or_else(|| self.scales.get(word)) {
            return Some(*value);
        }
        let cuts = word.char_indices().map(|(at, _)| at).filter(|at| *at > 1);
        cuts.rev().find_map(|at| {
            let (head, tail) = word.split_at(at);
            let first = *self.numbers.get(head)?;
            let rest = self.run_together(tail)?;
            let fits = first >= 100.0 && rest < 100.0 || first >= 20.0 && rest < 10.0;
            if fits {
                Some(first + rest)
            } else {
                self.scales.contains_key(tail).then_some(first * rest)
            }
        })
    }
}

fn text(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("en.toml"),
        Language::Spanish => include_str!("es.toml"),
        Language::Portuguese => include_str!("pt.toml"),
        Language::French => include_str!("fr.toml"),
        Language::Hindi => include_str!("hi.toml"),
        Language::Swahili => include_str!("sw.toml"),
        Language::Arabic => include_str!("ar.toml"),
    }
}

/// The words of a language, read once.
pub(super) fn of(language: Language) -> &'static Words {
    static SHIPPED: OnceLock<Vec<Words>> = OnceLock::new();
    let all = SHIPPED.get_or_init(|| {
        let all: Result<Vec<Words>, String> = Language::ALL.into_iter().map(Words::new).collect();
        all.expect("the shipped words are well formed")
    });
    &all[language as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_words_are_well_formed() {
        assert!(of(Language::English).numbers.contains_key("seven"));
        for language in Language::ALL {
            Words::new(language).unwrap();
        }
    }
}
