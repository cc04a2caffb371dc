//! Verbs that are told by their form.

use serde::Deserialize;

use super::lexicon::Class;

/// How verbs are told by their form: "tu-li-sema".
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Verbs {
    pub(super) persons: Vec<String>,
    /// Times that tell what was.
    pub(super) told: Vec<String>,
    pub(super) other: Vec<String>,
    pub(super) endings: Vec<String>,
    /// "We" of what was and what it was done to, written on the verb: "استأجرناهم".
    pub(super) had: Vec<String>,
    /// The length of the shortest such verb.
    pub(super) shortest: usize,
}

impl Verbs {
    pub(super) fn class(&self, word: &str) -> Option<Class> {
        let mut stems = self
            .had
            .iter()
            .filter_map(|ending| word.strip_suffix(ending.as_str()));
        if stems.any(|stem| stem.chars().count() >= STEM) {
            return Some(Class::Had);
        }
        let ends = self
            .endings
            .iter()
            .any(|ending| word.ends_with(ending.as_str()));
        if !ends || word.chars().count() < self.shortest {
            return None;
        }
        let said = |times: &[String]| {
            let rests = self
                .persons
                .iter()
                .filter_map(|person| word.strip_prefix(person.as_str()));
            let mut stems = rests.flat_map(|rest| {
                times
                    .iter()
                    .filter_map(|time| rest.strip_prefix(time.as_str()))
            });
            stems.any(|stem| stem.chars().count() >= STEM)
        };
        if said(&self.told) {
            Some(Class::Told)
        } else {
            said(&self.other).then_some(Class::Talk)
        }
    }
}

/// The shortest stem of a verb that is told by its form.
const STEM: usize = 3;
