//! Matching words to the catalogue: exact codes and names first, then the words they share.
//!
//! **Invariant:** a proposal, never a guess: one clear winner, a few to choose from, or nothing.

use std::collections::BTreeSet;

use super::ids::ItemId;

/// An item as far as matching needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: ItemId,
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<'a> {
    One(&'a Entry),
    /// The best few, the closest first.
    Several(Vec<&'a Entry>),
    None,
}

/// Most items that are offered to choose from.
const CHOICES: usize = 5;

/// Finds what "2.5mm cable" is. `favourites` are the requester's own last items, the newest first.
pub fn find<'a>(words: &str, entries: &'a [Entry], favourites: &[ItemId]) -> Match<'a> {
    let asked = normal(words);
    if asked.is_empty() {
        return Match::None;
    }
    let exact: Vec<&Entry> = entries.iter().filter(|e| is_named(e, &asked)).collect();
    if let Some(found) = decide(exact, favourites) {
        return found;
    }
    let asked = tokens(&asked);
    let mut scored: Vec<(f64, &Entry)> = entries
        .iter()
        .map(|entry| (score(&asked, entry), entry))
        .filter(|(score, _)| *score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.code.cmp(&b.1.code)));
    let Some((best, _)) = scored.first().copied() else {
        return Match::None;
    };
    let close: Vec<&Entry> = scored
        .iter()
        .filter(|(score, _)| best - score < 0.05)
        .map(|(_, e)| *e)
        .collect();
    // Every word asked for stands in the item: that is what they call it.
    if best >= 1.0 {
        return decide(close, favourites).unwrap_or(Match::None);
    }
    let few: Vec<&Entry> = scored.into_iter().take(CHOICES).map(|(_, e)| e).collect();
    if best >= 0.3 {
        Match::Several(few)
    } else {
        Match::None
    }
}

fn decide<'a>(found: Vec<&'a Entry>, favourites: &[ItemId]) -> Option<Match<'a>> {
    match found.as_slice() {
        [] => None,
        [one] => Some(Match::One(one)),
        several => {
            let liked: Vec<&&Entry> = several
                .iter()
                .filter(|e| favourites.contains(&e.id))
                .collect();
            match liked.as_slice() {
                [one] => Some(Match::One(one)),
                _ => Some(Match::Several(found.into_iter().take(CHOICES).collect())),
            }
        }
    }
}

fn is_named(entry: &Entry, asked: &str) -> bool {
    normal(&entry.code) == asked
        || normal(&entry.name) == asked
        || entry.aliases.iter().any(|alias| normal(alias) == asked)
}

/// The share of the asked words that stand in the item, by its best name.
fn score(asked: &BTreeSet<String>, entry: &Entry) -> f64 {
    let names = std::iter::once(&entry.name).chain(&entry.aliases);
    names
        .map(|name| {
            let named = tokens(&normal(name));
            let shared = asked.intersection(&named).count();
            ratio(shared, asked.len())
        })
        .fold(0.0, f64::max)
}

fn ratio(part: usize, whole: usize) -> f64 {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if whole == 0 {
        0.0
    } else {
        count(part) / count(whole)
    }
}

/// Lower case, letters and digits only; a number and its unit are one word: "2.5 mm" is "2.5mm".
fn normal(text: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    for (n, c) in chars.iter().enumerate() {
        let between_digits = |c: char| {
            (c == '.' || c == ',' || c == '/')
                && n > 0
                && chars[n - 1].is_ascii_digit()
                && chars.get(n + 1).is_some_and(char::is_ascii_digit)
        };
        if c.is_alphanumeric() || between_digits(*c) {
            out.push(*c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        let is_measure = matches!(
            word,
            "mm" | "cm"
                | "m"
                | "kg"
                | "g"
                | "l"
                | "ml"
                | "hp"
                | "kw"
                | "w"
                | "v"
                | "a"
                | "in"
                | "inch"
                | "ft"
        );
        match joined.last_mut() {
            Some(last) if is_measure && last.ends_with(|c: char| c.is_ascii_digit()) => {
                last.push_str(word);
            }
            _ => joined.push(word.to_owned()),
        }
    }
    joined.join(" ")
}

/// The words that tell items apart, in the singular.
fn tokens(normal: &str) -> BTreeSet<String> {
    normal
        .split(' ')
        .filter(|w| !w.is_empty() && !matches!(*w, "of" | "the" | "a" | "for" | "and"))
        .map(singular)
        .collect()
}

fn singular(word: &str) -> String {
    if word.len() > 3 && word.ends_with("ies") {
        return format!("{}y", &word[..word.len() - 3]);
    }
    let sibilant = ["sses", "shes", "ches", "xes"];
    if sibilant.iter().any(|end| word.ends_with(end)) {
        return word[..word.len() - 2].to_owned();
    }
    let is_plural = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss");
    if is_plural {
        word[..word.len() - 1].to_owned()
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |id: &str, code: &str, name: &str, aliases: &[&str]| Entry {
            id: ItemId::from(id),
            code: code.into(),
            name: name.into(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        };
        vec![
            entry("1", "CEM-50", "Portland cement 50 kg", &["cement"]),
            entry("2", "CAB-25", "Copper cable 2.5 mm", &[]),
            entry("3", "CAB-40", "Copper cable 4 mm", &[]),
            entry(
                "4",
                "GLV",
                "Leather work gloves",
                &["gloves", "hand gloves"],
            ),
            entry("5", "BRU-1", "Paint brush 1 inch", &[]),
            entry("6", "BRU-2", "Paint brush 2 inch", &[]),
        ]
    }

    #[test]
    fn one_clear_winner_a_few_to_choose_from_or_nothing() {
        let all = entries();
        for (words, expect) in [
            ("cement", &["1"][..]),
            ("CEM-50", &["1"]),
            ("2.5mm cable", &["2"]),
            ("cables 2.5 mm", &["2"]),
            ("cable", &["2", "3"]),
            ("glove", &["4"]),
            ("paint brushes", &["5", "6"]),
            ("2 inch paint brush", &["6"]),
            ("unicorn", &[]),
            ("", &[]),
            ("🙂", &[]),
        ] {
            let found: Vec<&str> = match find(words, &all, &[]) {
                Match::One(e) => vec![e.id.as_str()],
                Match::Several(several) => several.iter().map(|e| e.id.as_str()).collect(),
                Match::None => vec![],
            };
            assert_eq!(found, expect, "{words}");
        }
    }

    #[test]
    fn a_size_that_nobody_sells_is_asked_about() {
        let all = entries();
        assert!(matches!(find("6mm cable", &all, &[]), Match::Several(_)));
    }

    #[test]
    fn what_the_requester_had_last_decides_between_equals() {
        let all = entries();
        let found = find("cable", &all, &[ItemId::from("3")]);
        assert!(matches!(found, Match::One(e) if e.id.as_str() == "3"));
    }
}
