//! When what people say that their words mean is learned.
//!
//! A name is learned from two confirmations that do not hang on each other: of two people, or of one
//! person in two requests of different days. Whoever confirmed a request that named the item counts; one
//! request counts once. While people mean different items by the same words, nothing is learned: the
//! words stay a question.

use chrono::NaiveDate;

/// One confirmed saying of what some words mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice<'a> {
    pub item: &'a str,
    pub person: &'a str,
    pub requisition: &'a str,
    /// The day of the confirmation, where the organisation is.
    pub day: NaiveDate,
}

/// The item that these words have come to mean, of all that was ever said about them.
#[must_use]
pub fn learned<'a>(voices: &[Voice<'a>]) -> Option<&'a str> {
    let first = voices.first()?;
    let agree = voices.iter().all(|voice| voice.item == first.item);
    let independent = |one: &Voice<'_>, other: &Voice<'_>| {
        one.requisition != other.requisition && (one.person != other.person || one.day != other.day)
    };
    let are_two = voices
        .iter()
        .any(|one| voices.iter().any(|other| independent(one, other)));
    (agree && are_two).then_some(first.item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_confirmations_teach_if_they_are_independent_and_agree() {
        let voice = |item, person, requisition, day| Voice {
            item,
            person,
            requisition,
            day: NaiveDate::from_ymd_opt(2026, 3, day).unwrap(),
        };
        for (voices, expect) in [
            (vec![], None),
            (vec![voice("saw", "amina", "1", 1)], None),
            // The same request once more.
            (
                vec![
                    voice("saw", "amina", "1", 1),
                    voice("saw", "baraka", "1", 2),
                ],
                None,
            ),
            // The same person on the same day.
            (
                vec![voice("saw", "amina", "1", 1), voice("saw", "amina", "2", 1)],
                None,
            ),
            (
                vec![voice("saw", "amina", "1", 1), voice("saw", "amina", "2", 2)],
                Some("saw"),
            ),
            (
                vec![
                    voice("saw", "amina", "1", 1),
                    voice("saw", "baraka", "2", 1),
                ],
                Some("saw"),
            ),
            // They mean different things.
            (
                vec![
                    voice("saw", "amina", "1", 1),
                    voice("axe", "baraka", "2", 2),
                    voice("saw", "chebet", "3", 3),
                ],
                None,
            ),
        ] {
            assert_eq!(learned(&voices), expect, "{voices:?}");
        }
    }
}
