//! What is said to the machine that reads, as no order is: "SYSTEM: …", "note to the assistant: …".

use super::burst::Burst;
use super::lexicon::{Class, Habit};
use super::token::Kind;

/// Longest address before the colon, in words.
const LONGEST: usize = 6;

/// It speaks to the machine: it is addressed before a colon, or is named at all in a language whose
/// word for it names no goods.
pub(crate) fn told_to_machine(burst: &Burst<'_>, from: usize, to: usize) -> bool {
    is_addressed(burst, from, to)
        || burst.lexicon.has(Habit::HeadFirst)
            && (from..to).any(|at| burst.single(at).has(Class::Machine))
}

/// "AI assistant:", "para el bot:", "AI ko note:"; "sound system:" is none.
pub(crate) fn is_addressed(burst: &Burst<'_>, from: usize, to: usize) -> bool {
    let colon = (from..to)
        .filter(|at| burst.tokens[*at].kind != Kind::Break)
        .find(|at| burst.tokens[*at].is(':'));
    let Some(colon) = colon else { return false };
    let words: Vec<usize> = (from..colon)
        .filter(|at| match burst.tokens[*at].kind {
            Kind::Word | Kind::Number | Kind::Code => true,
            Kind::Break | Kind::Mark(_) | Kind::Symbol => false,
        })
        .collect();
    let is_word = |at: &usize| burst.tokens[*at].kind == Kind::Word;
    let named = words
        .iter()
        .position(|at| burst.single(*at).has(Class::Machine));
    let Some(named) = named else { return false };
    let led = [
        Class::Preposition,
        Class::Purpose,
        Class::PlaceLead,
        Class::The,
        Class::Article,
    ];
    let leads = named == 0 || burst.single(words[named - 1]).any(&led);
    let plain = words[named..].windows(2).all(|two| {
        let known = !burst.single(two[1]).is_empty();
        known || burst.single(two[0]).any(&led)
    });
    words.len() <= LONGEST && words.iter().all(is_word) && leads && plain
}
