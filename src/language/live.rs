//! A line as it stands while the burst is read, and how it is called.

use super::normalise::{is_pointing, same_letter};
use super::token::unaccented;
use crate::domain::quantity::Quantity;

/// A line as it stands while the burst is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) item: String,
    pub(crate) spec: Option<String>,
    pub(crate) quantity: Option<Quantity>,
    /// The message that made it; none for the draft's.
    pub(crate) message: Option<usize>,
    pub(crate) removed: bool,
    /// Stems of the item's words, and of the size's.
    item_stems: Vec<String>,
    spec_stems: Vec<String>,
}

impl Live {
    pub(crate) fn new(
        item: &str,
        spec: Option<&str>,
        quantity: Option<Quantity>,
        message: Option<usize>,
    ) -> Self {
        let stems = |text: &str| split_words(text).into_iter().map(stem).collect();
        Self {
            item: item.to_owned(),
            spec: spec.map(str::to_owned),
            quantity,
            message,
            removed: false,
            item_stems: stems(item),
            spec_stems: spec.map_or_else(Vec::new, stems),
        }
    }

    /// One of its words, given as a stem.
    pub(crate) fn names(&self, stem: &str) -> bool {
        self.item_stems
            .iter()
            .chain(&self.spec_stems)
            .any(|own| same_stem(own, stem))
    }

    /// Every word, given as a stem, is one of this line's.
    pub(crate) fn is_called(&self, stems: &[String]) -> bool {
        !stems.is_empty() && stems.iter().all(|stem| self.names(stem))
    }

    /// These are all the words of its item.
    pub(crate) fn is_exactly(&self, stems: &[String]) -> bool {
        let covers =
            |a: &[String], b: &[String]| a.iter().all(|x| b.iter().any(|y| same_stem(x, y)));
        covers(&self.item_stems, stems) && covers(stems, &self.item_stems)
    }

    /// Equal for the same item in the same size.
    pub(crate) fn key(&self) -> String {
        let mut stems = self.item_stems.clone();
        stems.sort();
        stems.dedup();
        let plain = |c: &char| c.is_alphanumeric();
        let spec: String = self
            .spec
            .iter()
            .flat_map(|spec| spec.chars())
            .filter(plain)
            .collect();
        format!("{} {}", stems.join(" "), spec.to_lowercase())
    }

    /// The same item and the same size, but for a slip of the pen.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let covers =
            |a: &[String], b: &[String]| a.iter().all(|x| b.iter().any(|y| same_stem(x, y)));
        covers(&self.item_stems, &other.item_stems)
            && covers(&other.item_stems, &self.item_stems)
            && self.spec_stems == other.spec_stems
    }
}

/// With more lines than this a burst is no conversation: what refers to a line is asked.
pub(crate) const MANY: usize = 1000;

/// With more lines than this, slips of the pen in a repeated name are not looked for.
pub(crate) const FUZZY: usize = 200;

/// Choices shown in a question.
pub(crate) const CHOICES: usize = 10;

/// Stems compared; one slip of the pen is forgiven in a long one.
pub(crate) fn same_stem(a: &str, b: &str) -> bool {
    a == b
        || same_root(a, b)
        || (a.chars().count() >= 5 && b.chars().count() >= 5 && one_apart(a, b))
}

/// In a script other than Latin, words that part only in their last two letters: "طلمبة", "طلمبات".
fn same_root(a: &str, b: &str) -> bool {
    if a.is_ascii() || b.is_ascii() {
        return false;
    }
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let rest = |word: &str| word.chars().count() - same;
    same >= 4 && rest(a) <= 2 && rest(b) <= 2
}

pub(crate) fn stem(word: &str) -> String {
    let word: String = word
        .chars()
        .filter(|ch| !is_pointing(*ch))
        .map(same_letter)
        .collect();
    let word = unaccented(word.to_lowercase());
    for ending in ["es", "s"] {
        if let Some(short) = word.strip_suffix(ending)
            && short.chars().count() >= 3
            && word.chars().count() > 4
        {
            return short.trim_end_matches('e').to_owned();
        }
    }
    if word.chars().count() > 4 {
        return word.trim_end_matches('e').to_owned();
    }
    word
}

/// At most one letter changed, missing, added or swapped with its neighbour.
pub(crate) fn one_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[same..], &b[same..]);
    let rest = |v: &[char], n: usize| v.get(n..).map(<[char]>::to_vec);
    rest(x, 1) == rest(y, 1) && !x.is_empty()
        || rest(x, 1).as_deref() == Some(y)
        || rest(y, 1).as_deref() == Some(x)
        || (x.len() > 1 && y.len() > 1 && x[0] == y[1] && x[1] == y[0] && x[2..] == y[2..])
}

pub(crate) fn split_words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The standing line that a new one is like, where there are few enough to compare.
pub(crate) fn like(live: &[Live], new: &Live) -> Option<usize> {
    let few = live.len() <= FUZZY;
    live.iter()
        .position(|line| few && !line.removed && line.is_like(new))
}
