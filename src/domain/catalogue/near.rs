//! Words of the catalogue that are nearly a given one: a letter more, less, other, or two changed places.

use std::collections::HashMap;

/// Fewest letters of a word that may hold a slip.
const LETTERS: usize = 4;
/// Letters from which a word may hold two.
const LONG: usize = 8;
/// Words that are compared letter by letter, those that share most with the given one.
const COMPARED: usize = 64;
/// Most words that are given back.
const GIVEN: usize = 8;

/// The words of all names with the groups of three letters that they hold.
#[derive(Debug, Default)]
pub(super) struct Near {
    text: String,
    /// Where each word ends in the text.
    ends: Vec<u32>,
    letters: Vec<u8>,
    terms: Vec<u32>,
    /// For each group of letters its place in `words`.
    groups: HashMap<u64, (u32, u32)>,
    words: Vec<u32>,
}

/// A word of the catalogue and how alike it is: 1 is the same.
#[derive(Clone, Debug)]
pub(super) struct Alike {
    pub term: u32,
    pub word: String,
    pub likeness: f32,
}

impl Near {
    /// Of words, each once, with the terms that they are in the index.
    pub(super) fn build(all: &[(String, u32)]) -> Self {
        let mut near = Self::default();
        let mut pairs: Vec<(u64, u32)> = Vec::new();
        for (word, term) in all {
            let letters = word.chars().count();
            if letters < LETTERS - 1 || !word.chars().all(|c| !c.is_ascii_digit()) {
                continue;
            }
            let number = count(near.ends.len());
            near.text.push_str(word);
            near.ends.push(count(near.text.len()));
            near.letters.push(u8::try_from(letters).unwrap_or(u8::MAX));
            near.terms.push(*term);
            pairs.extend(groups(word).into_iter().map(|group| (group, number)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        near.words = pairs.iter().map(|(_, word)| *word).collect();
        let mut begin = 0;
        for chunk in pairs.chunk_by(|a, b| a.0 == b.0) {
            let end = begin + count(chunk.len());
            near.groups.insert(chunk[0].0, (begin, end));
            begin = end;
        }
        near
    }

    fn word(&self, number: u32) -> &str {
        let at = number as usize;
        let begin = if at == 0 {
            0
        } else {
            self.ends[at - 1] as usize
        };
        &self.text[begin..self.ends[at] as usize]
    }

    /// The words most like this one, the best first.
    pub(super) fn alike(&self, word: &str) -> Vec<Alike> {
        let wanted: Vec<char> = word.chars().collect();
        if wanted.len() < LETTERS || wanted.iter().any(char::is_ascii_digit) {
            return Vec::new();
        }
        let slips = if wanted.len() < LONG { 1 } else { 2 };
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for group in groups(word) {
            let Some((begin, end)) = self.groups.get(&group) else {
                continue;
            };
            for number in &self.words[*begin as usize..*end as usize] {
                let letters = usize::from(self.letters[*number as usize]);
                if letters.abs_diff(wanted.len()) <= slips {
                    *shared.entry(*number).or_default() += 1;
                }
            }
        }
        let least = wanted.len().saturating_sub(4 * slips).max(1);
        let mut close: Vec<(usize, u32)> = shared
            .into_iter()
            .filter(|(_, groups)| *groups >= least)
            .map(|(number, groups)| (groups, number))
            .collect();
        close.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        close.truncate(COMPARED);
        let mut alike: Vec<Alike> = close
            .into_iter()
            .filter_map(|(_, number)| {
                let other: Vec<char> = self.word(number).chars().collect();
                let away = distance(&wanted, &other).filter(|away| *away <= slips)?;
                Some(Alike {
                    term: self.terms[number as usize],
                    word: self.word(number).to_owned(),
                    likeness: likeness(&wanted, &other, away),
                })
            })
            .collect();
        alike.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.word.cmp(&b.word)));
        alike.truncate(GIVEN);
        alike
    }
}

fn likeness(one: &[char], other: &[char], away: usize) -> f32 {
    let part = |n: usize| f32::from(u16::try_from(n).unwrap_or(u16::MAX));
    let alike = 1.0 - part(away) / part(one.len().max(other.len()).max(1));
    // Nobody gets the first letter wrong but by meaning another word.
    if one.first() == other.first() {
        alike
    } else {
        alike * 0.9
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Each three letters in a row, the ends of the word being letters too.
fn groups(word: &str) -> Vec<u64> {
    let mut letters = vec!['^'];
    letters.extend(word.chars());
    letters.push('$');
    let packed = |three: &[char]| {
        three
            .iter()
            .fold(0, |sum, c| (sum << 21) | u64::from(u32::from(*c)))
    };
    letters.windows(3).map(packed).collect()
}

/// Letters to put in, leave out, change or swap with the next; none if there are many.
fn distance(one: &[char], other: &[char]) -> Option<usize> {
    if one.len() > 40 || other.len() > 40 {
        return None;
    }
    let width = other.len() + 1;
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..width).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut best = (last[j] + usize::from(a != b))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_forgiven_and_another_word_is_not() {
        let all: Vec<(String, u32)> = ["cabl", "matress", "submersibl", "cement", "pip", "सीमेंट"]
            .iter()
            .zip(0..)
            .map(|(word, n)| ((*word).to_owned(), n))
            .collect();
        let near = Near::build(&all);
        for (word, expect) in [
            ("cabel", Some("cabl")),
            ("mattress", Some("matress")),
            ("submersabl", Some("submersibl")),
            ("cemnet", Some("cement")),
            ("सिमेंट", Some("सीमेंट")),
            ("pup", None),
            ("demand", None),
            ("cement42", None),
            ("", None),
        ] {
            let found = near.alike(word);
            assert_eq!(found.first().map(|a| a.word.as_str()), expect, "{word}");
        }
    }
}
