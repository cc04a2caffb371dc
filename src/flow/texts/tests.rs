//! The catalogue is whole, fits WhatsApp, and is used as it is written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::catalogue::{bundle, file, filled};
use super::*;
use crate::channels::whatsapp_cloud::limits;
use crate::domain::money::{Currency, Money};
use crate::domain::requisition::{Choice, Question, Via};
use crate::language::{Intent, Said, Setting};

/// The names of a file's messages, each with its gaps and the messages that it refers to.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in file(language).lines() {
        let head = line.split_once(" =").map(|(name, _)| name);
        if let Some(name) = head.filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic())) {
            current = Some(name.to_owned());
            let twice = all.insert(name.to_owned(), BTreeSet::new());
            assert_eq!(twice, None, "{name} stands twice in {}", language.code());
        }
        let Some(name) = &current else { continue };
        if line.starts_with('#') {
            continue;
        }
        let used = all.entry(name.clone()).or_default();
        for gap in line.split('{').skip(1) {
            let inner = gap.split(['}', '-']).next().unwrap_or_default();
            let inner = gap.split('}').next().map_or(inner, |i| i);
            let word = inner.split_whitespace().next().unwrap_or_default();
            used.insert(word.to_owned());
        }
    }
    all
}

/// Gaps as long as they get in practice.
fn long() -> FluentArgs<'static> {
    let mut gaps = FluentArgs::new();
    for language in Language::ALL {
        for name in messages(language).into_values().flatten() {
            if let Some(name) = name.strip_prefix('$') {
                gaps.set(name.to_owned(), "x".repeat(40));
            }
        }
    }
    for count in [
        "count", "request", "weekday", "day", "month", "year", "position",
    ] {
        gaps.set(count, 7);
    }
    gaps
}

fn texts(language: Language) -> Texts {
    Texts {
        language,
        ..Texts::english()
    }
}

#[test]
fn every_message_stands_in_every_language_with_the_same_gaps() {
    let english = messages(Language::English);
    assert!(english.len() > 200, "{}", english.len());
    for language in Language::ALL {
        let theirs = messages(language);
        let names = |all: &BTreeMap<String, BTreeSet<String>>| -> BTreeSet<String> {
            all.keys().cloned().collect()
        };
        assert_eq!(names(&theirs), names(&english), "{}", language.code());
        for (name, gaps) in &theirs {
            // A unit whose word never changes needs no count.
            if !name.starts_with("unit-") {
                assert_eq!(gaps, &english[name], "{name} in {}", language.code());
            }
        }
    }
}

#[test]
fn every_message_can_be_filled_in_its_own_language_and_fits_whatsapp() {
    let gaps = long();
    for language in Language::ALL {
        let mut titles = BTreeSet::new();
        for name in messages(language).into_keys() {
            let text = filled(bundle(language), &name, &gaps);
            let text = text.unwrap_or_else(|| panic!("{name} in {}", language.code()));
            assert!(!text.trim().is_empty(), "{name} in {}", language.code());
            let most = if name.starts_with("button-") {
                assert!(titles.insert(text.clone()), "two buttons: {text}");
                limits::BUTTON_TITLE
            } else {
                limits::BUTTONS_BODY
            };
            let length = limits::length(&text);
            assert!(length <= most, "{name} in {} has {length}", language.code());
        }
    }
}

#[test]
fn every_unit_and_state_has_its_words() {
    for language in Language::ALL {
        let texts = texts(language);
        for state in RequisitionState::ALL {
            assert!(!texts.state(*state).starts_with("state-"), "{state:?}");
        }
        for unit in Unit::all() {
            for thousandths in [0, 500, 1000, 2000, 5000, 11_000, 100_000] {
                let word = texts.unit(unit.code(), thousandths);
                assert!(!word.starts_with("unit-"), "{} {word}", unit.code());
            }
        }
    }
}

#[test]
fn what_people_are_told_to_write_is_understood() {
    for language in Language::ALL {
        let texts = texts(language);
        let now = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let setting = Setting {
            language: Some(language),
            ..Setting::new(now.and_hms_opt(9, 0, 0).unwrap())
        };
        for (id, expect) in [
            ("word-status", Intent::Status),
            ("word-cancel", Intent::Cancel),
            ("word-yes", Intent::Yes),
        ] {
            let word = texts.plain(id);
            let read = crate::language::read(&[Said::typed(word.as_str())], &setting);
            assert_eq!(read.intent, expect, "{word} in {}", language.code());
        }
    }
}

/// What the sources of the steps say, each message with the gaps it is given.
fn said() -> BTreeMap<String, BTreeSet<BTreeSet<String>>> {
    fn walk(folder: &Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
                into.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut sources = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/flow"),
        &mut sources,
    );
    let mut all: BTreeMap<String, BTreeSet<BTreeSet<String>>> = BTreeMap::new();
    for source in sources {
        for call in source.split("say!(").skip(1) {
            let Some((_, rest)) = call.split_once('"') else {
                continue;
            };
            let Some((id, rest)) = rest.split_once('"') else {
                continue;
            };
            let mut depth = 0_i32;
            let mut gaps = BTreeSet::new();
            let mut word = String::new();
            let mut before = ' ';
            for (n, c) in rest.char_indices() {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth -= 1,
                    _ => {}
                }
                if depth < 0 {
                    break;
                }
                let is_gap =
                    c == ':' && depth == 0 && before != ':' && !rest[n + 1..].starts_with(':');
                if is_gap && !word.is_empty() {
                    gaps.insert(format!("${word}"));
                }
                if c.is_ascii_alphanumeric() || c == '_' {
                    word.push(c);
                } else {
                    word.clear();
                }
                before = c;
            }
            all.entry(id.to_owned()).or_default().insert(gaps);
        }
    }
    all
}

#[test]
fn what_the_steps_say_stands_in_the_catalogue_and_nothing_else_does() {
    let english = messages(Language::English);
    let said = said();
    let told: BTreeSet<String> = english.values().flatten().cloned().collect();
    for (id, uses) in &said {
        let Some(gaps) = english.get(id) else {
            panic!("no message {id}");
        };
        let gaps: BTreeSet<String> = gaps
            .iter()
            .filter(|g| g.starts_with('$'))
            .cloned()
            .collect();
        for used in uses {
            assert_eq!(used, &gaps, "{id}");
        }
    }
    for id in english.keys() {
        let by_name = ["unit-", "state-"].iter().any(|p| id.starts_with(p));
        assert!(
            by_name || said.contains_key(id) || told.contains(id),
            "nobody says {id}"
        );
    }
}

#[test]
fn amounts_take_the_form_of_their_number() {
    for (language, one, two, many) in [
        (Language::English, "1 bag", "2 bags", "12.5 bags"),
        (Language::Spanish, "1 bolsa", "2 bolsas", "12.5 bolsas"),
        (Language::Portuguese, "1 saco", "2 sacos", "12.5 sacos"),
        (Language::French, "1 sac", "2 sacs", "12.5 sacs"),
        (Language::Hindi, "1 बोरी", "2 बोरी", "12.5 बोरी"),
        (Language::Swahili, "mfuko 1", "mifuko 2", "mifuko 12.5"),
    ] {
        let texts = texts(language);
        let amounts = [1000, 2000, 12_500].map(|n| texts.quantity(n, "XBG"));
        assert_eq!(amounts, [one, two, many], "{}", language.code());
    }
    let arabic = texts(Language::Arabic);
    for (thousandths, expect) in [
        (1000, "كيس"),
        (3000, "أكياس"),
        (11_000, "كيسًا"),
        (100_000, "كيس"),
    ] {
        assert_eq!(arabic.unit("XBG", thousandths), expect);
    }
    assert_eq!(arabic.unit("XXX", 1000), "XXX");
}

#[test]
fn numbers_carry_the_signs_of_the_organisation() {
    let kes = Currency::parse("KES").unwrap();
    for (format, number, money) in [
        (NumberFormat::Point, "1.125", "KES 1,560.00"),
        (NumberFormat::Unset, "1.125", "KES 1,560.00"),
        (NumberFormat::Comma, "1,125", "KES 1.560,00"),
        (NumberFormat::Space, "1,125", "KES 1\u{a0}560,00"),
    ] {
        let texts = Texts {
            format,
            ..Texts::english()
        };
        assert_eq!(texts.number(1125), number);
        assert_eq!(texts.money(Money::new(15_600_000, kes)), money);
    }
}

#[test]
fn days_are_named_in_every_language() {
    let day = NaiveDate::from_ymd_opt(2026, 12, 2).unwrap();
    for (language, expect) in [
        (Language::English, "Wed 2 Dec 2026"),
        (Language::Spanish, "mié 2 dic 2026"),
        (Language::Portuguese, "qua 2 dez 2026"),
        (Language::French, "mer. 2 déc. 2026"),
        (Language::Hindi, "बुध 2 दिस॰ 2026"),
        (Language::Swahili, "Jtn 2 Des 2026"),
        (
            Language::Arabic,
            "\u{2068}الأربعاء\u{2069} 2 \u{2068}ديسمبر\u{2069} 2026",
        ),
    ] {
        let plain = |text: &str| text.replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(plain(&texts(language).date(day)), plain(expect));
    }
}

fn line(position: i64, name: &str) -> LineText {
    LineText {
        position,
        name: name.to_owned(),
        words: None,
        quantity: 15_000,
        unit: "XBG".into(),
        was: None,
        price: None,
        via: None,
    }
}

#[test]
fn a_read_back_shows_each_line_what_changed_where_from_and_the_weekday() {
    let lines = [
        LineText {
            words: Some("cement".into()),
            was: Some(20_000),
            ..line(1, "Cement 50 kg")
        },
        LineText {
            quantity: 1000,
            unit: "XRO".into(),
            via: Some(Via::Forwarded),
            ..line(2, "Cable 2.5 mm")
        },
    ];
    let notes = ["Taken off: 3 shovels".to_owned()];
    let back = ReadBack {
        number: 7,
        lines: &lines,
        site: "Site 4",
        needed_by: NaiveDate::from_ymd_opt(2026, 3, 12),
        total: Some(Money::new(123_456_700, Currency::parse("KES").unwrap())),
        notes: &notes,
    };
    assert_eq!(
        Texts::english().read_back(&back),
        "Request 7, to Site 4, by Thu 12 Mar 2026:\n1) 15 bags Cement 50 kg (“cement”) (was 20)\n2) 1 roll Cable 2.5 mm (forwarded)\nTaken off: 3 shovels\nAbout KES 12,345.67 with freight and tax.\nIs this right?"
    );
    assert_eq!(
        texts(Language::Spanish).read_back(&back),
        "Solicitud 7, para Site 4, a más tardar el jue 12 mar 2026:\n1) 15 bolsas Cement 50 kg («cement») (antes 20)\n2) 1 rollo Cable 2.5 mm (reenviado)\nTaken off: 3 shovels\nUnos KES 12,345.67 con flete e impuestos.\n¿Es correcto?"
    );
}

#[test]
fn a_read_back_of_many_lines_hides_none() {
    let lines: Vec<LineText> = (1..=200)
        .map(|n| line(n, &format!("Item number {n}")))
        .collect();
    let back = ReadBack {
        number: 1,
        lines: &lines,
        site: "Site 4",
        needed_by: None,
        total: None,
        notes: &[],
    };
    for language in Language::ALL {
        let text = texts(language).read_back(&back);
        for n in 1..=200 {
            assert!(text.contains(&format!("Item number {n}")), "{n}");
        }
    }
}

#[test]
fn questions_are_numbered_and_their_choices_lettered() {
    let question = |text: &str, choices: &[&str]| Question {
        code: "item".to_owned(),
        line: None,
        text: text.to_owned(),
        choices: choices
            .iter()
            .map(|title| Choice {
                title: (*title).to_owned(),
                value: "ok".to_owned(),
            })
            .collect(),
        unit: None,
        asked: 1,
    };
    let long = "Cement 42.5N in bags of 50 kg, ordinary Portland";
    let open = [
        question("“mash”: which one?", &["50 kg", "70 kg"]),
        question("How many?", &[]),
        question("Which cement?", &[long, "Cement 32.5R"]),
    ];
    let known = [line(1, "Sand")];
    let texts = Texts::english();
    assert_eq!(
        texts.questions(3, &known, &open, &[]),
        format!(
            "Request 3:\n• 15 bags Sand\n\nBefore I can go on:\n1. “mash”: which one? (a) 50 kg (b) 70 kg\n2. How many?\n3. Which cement?\n    (a) {long}\n    (b) Cement 32.5R\nAnswer for example “1 a, 3 b”."
        )
    );
    assert_eq!(
        texts.questions(3, &[], &open[..1], &[]),
        "Request 3:\n\nBefore I can go on:\n“mash”: which one?"
    );
    assert!(texts.questions(3, &[], &open[2..], &[]).contains("(a)"));
}
