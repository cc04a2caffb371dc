//! What a few names leave open about words, where there is no catalogue: for reading without a database.

use super::{Asked, Entry, Index, Match, Open};
use crate::domain::ids::ItemId;

/// What must be asked about words of which several of these names may be meant; none: they settle it,
/// or have nothing to do with it.
#[must_use]
pub fn question(asked: &Asked<'_>, names: &[String]) -> Option<Open> {
    let entries = names
        .iter()
        .enumerate()
        .map(|(n, name)| Entry {
            id: ItemId::from(n.to_string()),
            code: String::new(),
            name: name.clone(),
            unit: String::new(),
            aliases: Vec::new(),
            learned: Vec::new(),
        })
        .collect();
    match Index::build(entries).find(asked) {
        Match::Several(choices) if choices.items.len() > 1 => Some(choices.open),
        Match::Several(_) | Match::One(_) | Match::None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_names_leave_open_is_asked() {
        let names = [
            "Chicken feed 20 kg bag",
            "Chicken feed 40 kg bag",
            "Fuse 5A",
            "Fuse 13 A",
            "Arroz largo 5 kg",
            "Arroz largo 25 kg",
            "Pintura blanca mate 4 L",
            "Pintura blanca brillante 4 L",
            "Wheelbarrow",
        ]
        .map(str::to_owned);
        for (words, spec, pack, expect) in [
            ("chicken feed", None, None, Some(Open::Pack)),
            ("chiken feeds", None, None, Some(Open::Pack)),
            ("chicken feed", None, Some("40kg"), None),
            ("fuses", None, None, Some(Open::Variant)),
            ("fuses", Some("13A"), None, None),
            ("fuses", Some("16A"), None, Some(Open::Variant)),
            ("arroz", None, None, Some(Open::Pack)),
            ("pintura blanca", None, None, Some(Open::Item)),
            ("wheel barrows", None, None, None),
            ("wheelbarrow", None, None, None),
            ("tarpaulin", None, None, None),
        ] {
            let asked = Asked {
                words,
                spec,
                pack,
                ..Asked::default()
            };
            assert_eq!(
                question(&asked, &names),
                expect,
                "{words} {spec:?} {pack:?}"
            );
        }
    }
}
