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
        .filter_map(|line| Some(format!("{}:{}", open(line, hints)?, line.item)))
        .collect()
}

fn open(line: &FoldedLine, hints: &[String]) -> Option<&'static str> {
    let pack = pack(line);
    let asked = Asked {
        spec: line.spec.as_deref(),
        pack: pack.as_deref(),
        ..Asked::words(&line.item)
    };
    catalogue::question(&asked, hints).map(code)
}

/// How much is in one, as the catalogue is asked: "50 kg".
pub(super) fn pack(line: &FoldedLine) -> Option<String> {
    let pack = line.pack.as_ref()?;
    let unit = names::name(&pack.size.unit);
    Some(format!("{} {unit}", pack.size.number()))
}

/// The code of a question which of several is meant.
pub(super) fn code(open: Open) -> &'static str {
    match open {
        Open::Pack => "pack",
        Open::Variant | Open::Item => "variant",
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
