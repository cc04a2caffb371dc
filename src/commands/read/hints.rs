//! Names of a catalogue beside the lines: where several of them fit, it is asked which one is meant.
//!
//! **Invariant:** a hint can only add a question.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::names;
use crate::language::FoldedLine;

/// A word of a name: letters, or a number with what is written on it.
type Word = String;

/// "pack:layers mash" where the fitting names are the same thing in other packs, else
/// "variant:fertiliser".
pub(super) fn questions(lines: &[&FoldedLine], hints: &[String]) -> Vec<String> {
    let hints: Vec<Vec<Word>> = hints.iter().map(|hint| words(hint)).collect();
    lines
        .iter()
        .filter_map(|line| Some(format!("{}:{}", code(line, &hints)?, line.item)))
        .collect()
}

fn code(line: &FoldedLine, hints: &[Vec<Word>]) -> Option<&'static str> {
    let wanted = words(&line.item);
    let shared = |hint: &Vec<Word>| {
        wanted
            .iter()
            .filter(|word| hint.iter().any(|other| is_same(word, other)))
            .count()
    };
    let most = hints.iter().map(shared).max().filter(|most| *most > 0)?;
    let mut fitting: Vec<&Vec<Word>> = hints.iter().filter(|hint| shared(hint) == most).collect();
    // What was said of size and pack decides between them.
    for said in specifics(line) {
        let holding = |hint: &&Vec<Word>| hint.contains(&said);
        if fitting.iter().any(&holding) {
            fitting.retain(holding);
        }
    }
    let (first, others) = fitting.split_first()?;
    if others.is_empty() {
        return None;
    }
    let packed = line
        .quantity
        .as_ref()
        .is_some_and(|quantity| quantity.unit.code().starts_with('X'));
    let same_but_amount = others
        .iter()
        .all(|other| without_amounts(other) == without_amounts(first));
    Some(if packed && same_but_amount {
        "pack"
    } else {
        "variant"
    })
}

/// The words of the sizes and of the pack of a line.
fn specifics(line: &FoldedLine) -> Vec<Word> {
    let mut out: Vec<Word> = line.spec.as_deref().map(words).unwrap_or_default();
    if let Some(pack) = &line.pack {
        let size = format!("{}{}", pack.size.number(), names::name(&pack.size.unit));
        out.extend(words(&size));
    }
    out
}

fn without_amounts(hint: &[Word]) -> Vec<&Word> {
    hint.iter()
        .filter(|word| !word.starts_with(|ch: char| ch.is_ascii_digit()))
        .collect()
}

/// The words of a name in one form; a number takes the short word behind it along ("50 kg" is "50kg").
fn words(text: &str) -> Vec<Word> {
    let plain: String = text
        .nfkd()
        .filter(|ch| !is_combining_mark(*ch))
        .flat_map(char::to_lowercase)
        .collect();
    let split = plain.split(|ch: char| !ch.is_alphanumeric() && !matches!(ch, '.' | ','));
    let mut out: Vec<Word> = Vec::new();
    for word in split.map(|word| word.trim_matches(['.', ','])) {
        if word.is_empty() {
            continue;
        }
        let word = word.replace(',', ".");
        match out.last_mut() {
            Some(last)
                if last.ends_with(|ch: char| ch.is_ascii_digit())
                    && last.starts_with(|ch: char| ch.is_ascii_digit())
                    && word.chars().all(char::is_alphabetic)
                    && word.chars().count() <= 3 =>
            {
                last.push_str(&word);
            }
            _ => out.push(word),
        }
    }
    out
}

/// The same word in singular and plural, or one letter amiss in a long one.
fn is_same(one: &str, other: &str) -> bool {
    let forms = |word: &str| {
        let long = word.chars().count() > 3;
        let cut = ["s", "es", "x"].map(|end| word.strip_suffix(end).filter(|_| long));
        let mut forms: Vec<String> = cut.into_iter().flatten().map(str::to_owned).collect();
        forms.push(word.to_owned());
        forms
    };
    let others = forms(other);
    forms(one).iter().any(|one| {
        others
            .iter()
            .any(|other| one == other || one.chars().count() > 5 && is_near(one, other))
    })
}

/// One letter more, less or other.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let head = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let rest = &short[head..];
    match long.len() - short.len() {
        0 => rest.is_empty() || rest[1..] == long[head + 1..],
        1 => *rest == long[head + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quantity::{Quantity, Unit};

    fn line(item: &str, spec: Option<&str>, unit: &str) -> FoldedLine {
        FoldedLine {
            number: 0,
            draft: None,
            item: item.to_owned(),
            spec: spec.map(str::to_owned),
            quantity: Quantity::whole(5, Unit::parse(unit).unwrap()),
            pack: None,
            note: None,
            was: None,
            spans: Vec::new(),
        }
    }

    #[test]
    fn several_fitting_names_are_asked_about() {
        let hints = [
            "Chicken feed 20 kg bag",
            "Chicken feed 40 kg bag",
            "Fuse 5A",
            "Fuse 13 A",
            "Wheelbarrow",
        ]
        .map(str::to_owned);
        for (line, expect) in [
            (line("chicken feed", None, "XBG"), Some("pack:chicken feed")),
            (line("chiken feeds", None, "XBG"), Some("pack:chiken feeds")),
            (line("fuses", None, "C62"), Some("variant:fuses")),
            (line("fuses", Some("13A"), "C62"), None),
            (line("wheelbarrows", None, "C62"), None),
            (line("tarpaulin", None, "C62"), None),
        ] {
            let asked = questions(&[&line], &hints);
            assert_eq!(asked.first().map(String::as_str), expect, "{}", line.item);
        }
    }
}
