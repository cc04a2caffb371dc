//! Names of a catalogue beside the lines: where several of them fit, it is asked which one is meant.
//!
//! **Invariant:** a hint can only add a question.

use super::names;
use crate::domain::catalogue::{self, Asked, Open};
use crate::language::FoldedLine;

/// "pack:layers mash" where the fitting names are the same thing in other packs, else
/// "variant:fertiliser".
pub(super) fn questions(lines: &[&FoldedLine], hints: &[String]) -> Vec<String> {
    lines
        .iter()
        .filter_map(|line| Some(format!("{}:{}", code(line, hints)?, line.item)))
        .collect()
}

fn code(line: &FoldedLine, hints: &[String]) -> Option<&'static str> {
    let pack = line
        .pack
        .as_ref()
        .map(|pack| format!("{} {}", pack.size.number(), names::name(&pack.size.unit)));
    let asked = Asked {
        spec: line.spec.as_deref(),
        pack: pack.as_deref(),
        ..Asked::words(&line.item)
    };
    match catalogue::question(&asked, hints)? {
        Open::Pack => Some("pack"),
        Open::Variant | Open::Item => Some("variant"),
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
