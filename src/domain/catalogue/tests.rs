//! What is found for what people write, as tables.

use super::*;

fn entry(id: &str, code: &str, name: &str, aliases: &[&str]) -> Entry {
    Entry {
        id: ItemId::from(id),
        code: code.to_owned(),
        name: name.to_owned(),
        unit: "C62".to_owned(),
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        learned: Vec::new(),
    }
}

fn shop() -> Index {
    Index::build(vec![
        entry("1", "CEM-50", "Portland cement 50 kg", &["cement"]),
        entry("2", "CAB-25", "Copper cable 2.5 mm²", &[]),
        entry("3", "CAB-40", "Copper cable 4 mm²", &[]),
        entry(
            "4",
            "GLV",
            "Leather work gloves",
            &["gloves", "hand gloves"],
        ),
        entry("5", "BRU-1", "Paint brush 1 inch", &[]),
        entry("6", "BRU-2", "Paint brush 2 inch", &[]),
        entry("7", "MASH-50", "Layers mash 50 kg bag", &[]),
        entry("8", "MASH-70", "Layers mash 70 kg bag", &[]),
        entry("9", "PUMP-3", "Submersible pump 3 hp", &[]),
        entry("10", "GUM", "Gumboots", &[]),
        entry("11", "BAR", "Wheelbarrow", &[]),
        entry("12", "CEMW-25", "White cement 25 kg", &[]),
        entry("13", "ROPE-N", "Nylon rope", &[]),
        entry("14", "ROPE-S", "Sisal rope", &[]),
        entry("15", "BOLT-12", "Hex bolt M12", &[]),
        entry("16", "BOLT-16", "Hex bolt M16", &[]),
        entry("17", "TUB-20", "Tubo de PVC 20 mm", &[]),
        entry("18", "MIX", "Concrete mixer with electric motor 350 l", &[]),
        entry("19", "MAB", "Bati la rangi", &[]),
        entry("20", "4X2", "Cypress timber 4 × 2 in", &[]),
    ])
}

fn ids(found: &Match<'_>) -> String {
    let list = |items: &[&Entry]| {
        let ids: Vec<&str> = items.iter().map(|e| e.id.as_str()).collect();
        ids.join(" ")
    };
    match found {
        Match::One(one) => format!("= {}", one.id.as_str()),
        Match::Several(choices) => format!("{:?} {}", choices.open, list(&choices.items)),
        Match::None => "-".to_owned(),
    }
}

#[test]
fn one_clear_winner_a_few_to_choose_from_or_nothing() {
    let shop = shop();
    for (words, expect) in [
        // Codes, names, aliases.
        ("CEM-50", "= 1"),
        ("cem 50", "= 1"),
        ("cement", "= 1"),
        ("hand glove", "= 4"),
        // Words and sizes, in any order and writing.
        ("2.5mm cable", "= 2"),
        ("cables 2,5 mm", "= 2"),
        ("copper cable 2.5 sq mm", "= 2"),
        ("2 inch paint brush", "= 6"),
        ("m12 bolts", "= 15"),
        ("hex bolt 16", "= 16"),
        ("tubos pvc 20mm", "= 17"),
        ("timber 4x2", "= 20"),
        ("white cement", "= 12"),
        // A pack or a size that nobody said is asked about, whatever was ordered last.
        ("layers mash", "Pack 7 8"),
        ("cable", "Variant 2 3"),
        ("paint brushes", "Variant 5 6"),
        ("layers mash 70kg", "= 8"),
        // A size that nobody sells too.
        ("6mm cable", "Variant 2 3"),
        ("layers mash 25 kg", "Pack 7 8"),
        ("cement 25kg", "= 12"),
        ("cement 40kg", "Pack 1"),
        // Letters amiss, two words for one, one for two.
        ("submersable pump", "= 9"),
        ("portlant cement", "= 1"),
        ("gum boots", "= 10"),
        ("wheel barrow", "= 11"),
        ("paintbrush 1 inch", "= 5"),
        ("mabati rangi", "= 19"),
        // A part of the words: shown, never taken.
        ("red rope", "Item 13 14"),
        ("basmati mash", "Pack 7 8"),
        ("motor", "Pack 18"),
        // Short words one letter away are another thing until somebody says so.
        ("ropa", "Item 13 14"),
        // Nothing.
        ("unicorn", "-"),
        ("purple flying unicorn rope", "-"),
        ("", "-"),
        ("🙂", "-"),
        ("50 kg", "-"),
    ] {
        assert_eq!(ids(&shop.find(&Asked::words(words))), expect, "{words}");
    }
}

#[test]
fn what_was_ordered_last_decides_between_things_and_orders_their_sizes() {
    let shop = shop();
    let [sisal, nylon, mash] = ["14", "13", "8"].map(ItemId::from);
    for (words, person, site, expect) in [
        ("rope", vec![], vec![], "Item 13 14"),
        ("rope", vec![sisal.clone()], vec![], "= 14"),
        (
            "rope",
            vec![sisal.clone(), nylon.clone()],
            vec![],
            "Item 14 13",
        ),
        ("rope", vec![], vec![nylon.clone()], "= 13"),
        ("rope", vec![sisal.clone()], vec![nylon], "= 14"),
        ("layers mash", vec![mash.clone()], vec![mash], "Pack 8 7"),
        ("unicorn", vec![sisal], vec![], "-"),
    ] {
        let asked = Asked {
            words,
            person: &person,
            site: &site,
            ..Asked::default()
        };
        assert_eq!(
            ids(&shop.find(&asked)),
            expect,
            "{words} {person:?} {site:?}"
        );
    }
}

#[test]
fn what_people_taught_names_a_thing_but_no_size_of_it() {
    let mut entries = shop().entries;
    entries[7].learned.push("chakula".to_owned());
    entries[8].learned.push("borehole machine".to_owned());
    entries[13].learned.push("kamba 10mm".to_owned());
    // The organisation's own word stands before what people taught.
    entries[13].learned.push("gloves".to_owned());
    let shop = Index::build(entries);
    for (words, spec, expect) in [
        ("chakula", None, "Pack 7 8"),
        ("chakula", Some("70kg"), "= 8"),
        ("chakula", Some("50kg"), "Pack 8"),
        ("Borehole machines", None, "= 9"),
        ("kamba", Some("10 mm"), "= 14"),
        ("gloves", None, "= 4"),
    ] {
        let asked = Asked {
            words,
            spec,
            ..Asked::default()
        };
        assert_eq!(ids(&shop.find(&asked)), expect, "{words} {spec:?}");
    }
}

#[test]
fn how_much_is_in_one_decides_where_a_name_says_it() {
    let mut entries = shop().entries;
    entries.push(entry("21", "NIT-50", "Nitrile gloves 50 pcs", &[]));
    entries.push(entry("22", "NIT-100", "Nitrile gloves 100 pcs", &[]));
    entries.push(entry("23", "UREA", "Fertilizante urea 50 kg", &[]));
    entries.push(entry("24", "NPK", "Fertilizante 20-20-20 25 kg", &[]));
    let shop = Index::build(entries);
    for (words, pack, expect) in [
        ("nitrile gloves", Some("100 piece"), "= 22"),
        ("nitrile gloves", Some("200 piece"), "Pack 22 21"),
        ("gumboots", Some("10 piece"), "= 10"),
        ("layers mash", Some("70 kg"), "= 8"),
        ("layers mash", Some("25 kg"), "Pack 7 8"),
        // One of the two has a type for a name, and nobody said it.
        ("fertilizante", None, "Item 24 23"),
        ("fertilizante", Some("50 kg"), "= 23"),
    ] {
        let asked = Asked {
            words,
            pack,
            ..Asked::default()
        };
        assert_eq!(ids(&shop.find(&asked)), expect, "{words} {pack:?}");
    }
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let entries = (0..30)
        .map(|n| entry(&n.to_string(), "", &format!("Rope {} mm", n + 1), &[]))
        .collect();
    let shop = Index::build(entries);
    let Match::Several(choices) = shop.find(&Asked::words("ropes")) else {
        panic!("there are thirty");
    };
    assert_eq!((choices.items.len(), choices.more), (CHOICES, 21));
    assert_eq!(choices.open, Open::Variant);
}

#[test]
fn any_text_finds_something_or_nothing() {
    let shop = shop();
    let long = "cement cable ".repeat(2000);
    for words in [
        long.as_str(),
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
        "\u{202e}tnemec",
        "1/0",
        "४/२",
    ] {
        let _ = ids(&shop.find(&Asked::words(words)));
    }
    assert_eq!(
        ids(&Index::build(Vec::new()).find(&Asked::words("cement"))),
        "-"
    );
    assert_eq!(
        shop.get(&ItemId::from("9")).map(|e| e.code.as_str()),
        Some("PUMP-3")
    );
    assert!(shop.get(&ItemId::from("99")).is_none());
    assert_eq!(shop.by_code("cem-50").map(|e| e.id.as_str()), Some("1"));
}
