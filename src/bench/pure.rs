//! Reading and matching, without a database: bursts a second, and look-ups among 100,000 items.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::NaiveDateTime;
use sutler::domain::catalogue::{Asked, Entry, Index};
use sutler::domain::ids::ItemId;
use sutler::language::{self, Said, Setting};

use crate::table::{Table, say};

const BURSTS: [&[&str]; 5] = [
    &["20 bags cement and 5 rolls of 2.5mm cable to Site 4 tomorrow"],
    &[
        "Hi, please send",
        "10 safety helmets, twenty pairs of gloves",
        "to Site 7",
    ],
    &["3 x paint brush 2 inch\n2 buckets white paint\n1.5 kg nails\n12 pcs 8mm bolts"],
    &["20 bags cement", "make that 15", "and remove the cable"],
    &["what happened to my order?"],
];

const THINGS: [&str; 10] = [
    "cement",
    "cable",
    "paint brush",
    "safety helmet",
    "work gloves",
    "steel nail",
    "hex bolt",
    "PVC pipe",
    "sand paper",
    "wall plug",
];

pub(crate) fn measure(table: &mut Table) {
    say("language and catalogue");
    let setting = Setting::new(NaiveDateTime::default());
    let bursts: Vec<Vec<Said>> = BURSTS
        .iter()
        .map(|b| b.iter().map(|text| Said::typed(*text)).collect())
        .collect();
    let each = time(|n| {
        black_box(language::read(&bursts[n % bursts.len()], &setting));
    });
    table.row(
        "bursts read a second, one core",
        format!("{:.0}", 1.0 / each),
        "",
    );

    let labelled: Vec<Vec<Said>> = LABELLED
        .iter()
        .flat_map(|set| set.lines().map(said))
        .collect();
    let mut took: Vec<Duration> = (0..ROUNDS * labelled.len())
        .map(|n| {
            let began = Instant::now();
            black_box(language::read(&labelled[n % labelled.len()], &setting));
            began.elapsed()
        })
        .collect();
    took.sort_unstable();
    let micros = |share: usize| took[took.len() * share / 100].as_secs_f64() * 1_000_000.0;
    table.row(
        "one burst of 350 in seven languages read and gated: median, p99",
        format!("{:.0} µs, {:.0} µs", micros(50), micros(99)),
        "300 µs, 2 ms",
    );

    let entries: Vec<Entry> = (0..ITEMS).map(entry).collect();
    let before = resident();
    let began = Instant::now();
    let index = Index::build(entries.clone());
    let built = began.elapsed();
    let held = resident().saturating_sub(before);
    table.row(
        "index of 100,000 items, the items' own texts among it",
        format!("{held} MB, built in {:.2} s", built.as_secs_f64()),
        "150 MB",
    );
    let mut took = Vec::new();
    for n in 0..LOOK_UPS {
        let words = asked(&entries[n * 7919 % ITEMS], n);
        let began = Instant::now();
        black_box(index.find(&Asked::words(&words)));
        took.push(began.elapsed());
    }
    took.sort_unstable();
    let millis = |share: usize| took[LOOK_UPS * share / 100].as_secs_f64() * 1000.0;
    table.row(
        "one line found among them: median, p95, p99",
        format!(
            "{:.2} ms, {:.2} ms, {:.2} ms",
            millis(50),
            millis(95),
            millis(99)
        ),
        "p95 3 ms",
    );
}

const ROUNDS: usize = 20;
const LABELLED: [&str; 3] = [
    include_str!("../tests/reading/a.jsonl"),
    include_str!("../tests/reading/b.jsonl"),
    include_str!("../tests/reading/c.jsonl"),
];

/// The messages of a labelled case.
fn said(line: &str) -> Vec<Said> {
    let case: serde_json::Value = serde_json::from_str(line).expect("a labelled case is JSON");
    let messages = case["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let text = |message: &serde_json::Value| message["text"].as_str().unwrap_or("").to_owned();
    messages
        .iter()
        .map(|message| Said::typed(text(message)))
        .collect()
}

const ITEMS: usize = 100_000;
const LOOK_UPS: usize = 4000;

const MATERIALS: [&str; 8] = [
    "Copper",
    "Steel",
    "PVC",
    "Galvanised",
    "Nylon",
    "Leather",
    "Brass",
    "Rubber",
];
const SIZES: [&str; 8] = ["mm", "kg", "inch", "l", "A", "W", "m", "pcs"];
const SYLLABLES: [&str; 10] = [
    "ka", "lo", "mi", "te", "ru", "ban", "dor", "sil", "vex", "pol",
];

fn maker(n: usize) -> String {
    let of = |n: usize| SYLLABLES[n % SYLLABLES.len()];
    format!("{}{}{}", of(n), of(n / 10), of(n * 7 + 3))
}

/// An item of a large merchant: thing, material, size, maker and type.
fn entry(n: usize) -> Entry {
    let thing = THINGS[n % THINGS.len()];
    let material = MATERIALS[n / 10 % MATERIALS.len()];
    let (size, unit) = (n / 80 % 40 + 1, SIZES[n % SIZES.len()]);
    let (maker, kind) = (maker(n / 3200 % 70), n / 9000);
    Entry {
        id: ItemId::from(format!("{n:032x}")),
        code: format!("ITEM-{n}"),
        name: format!("{material} {thing} {size} {unit} {maker} type {kind}"),
        unit: "C62".to_owned(),
        aliases: vec![format!("{thing} {maker} {n}")],
        learned: Vec::new(),
    }
}

/// How people ask for it: the name, a part of it with its size, with letters amiss, the code, something
/// else.
fn asked(entry: &Entry, n: usize) -> String {
    let words: Vec<&str> = entry.name.split(' ').collect();
    match n % 6 {
        0 => entry.name.to_lowercase(),
        1 => words[1..words.len() - 3].join(" "),
        2 => words[..words.len() - 3].join(" "),
        3 => words[..words.len() - 5]
            .join(" ")
            .replace("bl", "lb")
            .replace("et", "te"),
        4 => entry.code.clone(),
        _ => format!("{} unicorn", words[1]),
    }
}

/// Megabytes of this process in memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kilobytes.unwrap_or_default() / 1000
}

/// Seconds of one call, over two seconds.
fn time(mut call: impl FnMut(usize)) -> f64 {
    let began = Instant::now();
    let mut calls = 0_u32;
    while began.elapsed() < Duration::from_secs(2) {
        call(usize::try_from(calls).unwrap_or_default());
        calls += 1;
    }
    began.elapsed().as_secs_f64() / f64::from(calls)
}
