//! Sentences and what is read from them, as tables in `cases/`, one a language.
//!
//! A case is a line with the messages of a burst, `|` between them, and an indented line with the
//! reading. `{…}` at the start changes the setting: `comma` or `unset` number format, `monthfirst` or
//! `unsetdates`, `nosites`, `quote N` (the last message quotes message N), `edit N` (it replaces it),
//! `usual` (the sender usually writes the language of the table),
//! `draft: 20 XBG cement; 5 XRO cable [2.5mm]`. The day is Monday 23 November 2026, 08:15.

use std::fmt::Write;

use chrono::NaiveDate;

use super::*;
use crate::domain::quantity::{Quantity, Unit, number};

const CASES: [(Language, &str); 7] = [
    (Language::English, include_str!("cases/en.txt")),
    (Language::Spanish, include_str!("cases/es.txt")),
    (Language::Portuguese, include_str!("cases/pt.txt")),
    (Language::French, include_str!("cases/fr.txt")),
    (Language::Hindi, include_str!("cases/hi.txt")),
    (Language::Swahili, include_str!("cases/sw.txt")),
    (Language::Arabic, include_str!("cases/ar.txt")),
];

fn setting() -> Setting {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut setting = Setting::new(day.and_hms_opt(8, 15, 0).unwrap());
    setting.number_format = NumberFormat::Point;
    setting.date_order = DateOrder::DayFirst;
    let place = |id: &str, name: &str, aliases: &[&str]| Place {
        id: id.to_owned(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
    };
    setting.sites = vec![
        place("s4", "Site 4", &["S4", "Ridge"]),
        place("s5", "Site 5", &[]),
        place("west", "Westlands Mall", &["Westlands", "westlands site"]),
        place("karen", "Karen Clinic", &["the clinic"]),
    ];
    setting.home_site = Some("s4".to_owned());
    setting
}

fn draft_line(text: &str) -> DraftLine {
    let (text, spec) = match text.split_once('[') {
        Some((text, spec)) => (text, Some(spec.trim_end_matches(']').to_owned())),
        None => (text, None),
    };
    let mut words = text.trim().splitn(3, ' ');
    let count: i64 = words.next().unwrap().parse().unwrap();
    let unit = Unit::parse(words.next().unwrap()).unwrap();
    DraftLine {
        item: words.next().unwrap().to_owned(),
        spec,
        quantity: Quantity::whole(count, unit),
    }
}

/// The messages and the setting of a case.
fn case(line: &str, language: Language) -> (Vec<Said>, Setting) {
    let mut setting = setting();
    let (options, text) = match line.strip_prefix('{') {
        Some(rest) => rest.split_once('}').unwrap(),
        None => ("", line),
    };
    let mut messages: Vec<Said> = text
        .split('|')
        .map(|text| Said::typed(text.trim().replace("\\n", "\n")))
        .collect();
    for option in options
        .split(',')
        .map(str::trim)
        .filter(|option| !option.is_empty())
    {
        let last = messages.last_mut().unwrap();
        match option.split_once(' ') {
            None if option == "comma" => setting.number_format = NumberFormat::Comma,
            None if option == "unset" => setting.number_format = NumberFormat::Unset,
            None if option == "monthfirst" => setting.date_order = DateOrder::MonthFirst,
            None if option == "unsetdates" => setting.date_order = DateOrder::Unset,
            None if option == "usual" => setting.language = Some(language),
            None if option == "nosites" => setting.sites.clear(),
            Some(("quote", "elsewhere")) => last.quoted = Some(Quoted::Elsewhere),
            Some(("quote", number)) => {
                last.quoted = Some(Quoted::Message(number.parse::<usize>().unwrap() - 1));
            }
            Some(("edit", number)) => last.edits = Some(number.parse::<usize>().unwrap() - 1),
            Some(("draft:", lines)) => setting.draft = lines.split(';').map(draft_line).collect(),
            _ => panic!("{option}"),
        }
    }
    (messages, setting)
}

fn amount(quantity: Option<&Quantity>) -> String {
    quantity.map_or("?".to_owned(), |quantity| {
        format!("{} {}", number(quantity.thousandths), quantity.unit.code())
    })
}

/// A reading in one line.
fn shown(messages: &[Said], setting: &Setting, reading: &Reading) -> String {
    let ready = if reading.is_ready() { "ready " } else { "" };
    let mut parts = vec![format!("{ready}{:?}", reading.intent)];
    for (at, request) in reading.requests.iter().enumerate() {
        if at > 0 {
            parts.push("and".to_owned());
        }
        let own = at == 0 && reading.intent != Intent::AnotherOrder;
        let folded = fold_request(if own { &setting.draft } else { &[] }, request);
        let ends = reading.intent == Intent::Cancel;
        for line in folded.lines.iter().filter(|_| !ends) {
            let mut text = format!("{} {}", amount(line.quantity.as_ref()), line.item);
            if let Some(spec) = &line.spec {
                let _ = write!(text, " [{spec}]");
            }
            if let Some(pack) = &line.pack {
                let _ = write!(text, " of {}", amount(Some(&pack.size)));
            }
            if let Some(note) = &line.note {
                let _ = write!(text, " ({note})");
            }
            if let Some(was) = &line.was {
                let _ = write!(text, " was {}", number(was.thousandths));
            }
            parts.push(text);
        }
        if let Some(place) = &request.place {
            parts.push(format!(
                "to {}",
                place.site.as_ref().unwrap_or(&place.words)
            ));
        }
        if let Some(needed) = &request.needed_by {
            let time = needed
                .time
                .map_or(String::new(), |time| time.format(" %H:%M").to_string());
            let part = needed
                .part
                .map_or(String::new(), |part| format!(" {part:?}").to_lowercase());
            parts.push(format!("by {}{time}{part}", needed.date));
        }
    }
    for question in &reading.questions {
        let about = question
            .about
            .map_or(String::new(), |line| format!(" #{}", line + 1));
        let words = question.span.of(messages).replace('\n', "\\n");
        parts.push(format!("?{}{about} \"{words}\"", question.code.as_str()));
    }
    if reading.done.is_some() {
        parts.push("done".to_owned());
    }
    for (this, that) in &reading.repeated {
        parts.push(format!("{} repeats {}", this + 1, that + 1));
    }
    parts.join(" | ")
}

#[test]
fn sentences_are_read_as_the_tables_say() {
    let (mut count, mut wrong) = (0, Vec::new());
    for (language, cases) in CASES {
        let mut lines = cases
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        while let Some(line) = lines.next() {
            let expect = lines.next().expect("every case has its reading").trim();
            let (messages, setting) = case(line, language);
            let got = shown(&messages, &setting, &read(&messages, &setting));
            if got != expect {
                wrong.push(format!("{line}\n  want {expect}\n  got  {got}"));
            }
            count += 1;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 250, "only {count} cases");
}
