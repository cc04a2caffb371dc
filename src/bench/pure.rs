//! Reading and matching, without a database: bursts a second, and look-ups in 10,000 items.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::NaiveDateTime;
use sutler::domain::catalogue::{self, Entry};
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

    let entries: Vec<Entry> = (0..10_000).map(entry).collect();
    let words = ["paint brush 20 mm", "ITEM-7777", "cable 2.5 mm", "unicorn"];
    let each = time(|n| {
        black_box(catalogue::find(words[n % words.len()], &entries, &[]));
    });
    table.row(
        "one look-up among 10,000 items",
        format!("{:.1} ms", each * 1000.0),
        "",
    );
}

fn entry(n: usize) -> Entry {
    let thing = THINGS[n % THINGS.len()];
    Entry {
        id: ItemId::from(n.to_string()),
        code: format!("ITEM-{n}"),
        name: format!("{thing} {} mm, type {}", n / 10 % 40 + 1, n / 400),
        aliases: vec![format!("{thing} {n}")],
    }
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
