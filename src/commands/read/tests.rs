//! The labelled cases of `src/tests/reading`, scored, without a model and with a perfect reader in its
//! place.
//!
//! `metrics.toml` and `perfect.toml` beside them hold what was reached: no measure may fall below it, and no burst may be
//! accepted wrongly that is not named there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::case::Case;
use super::perfect;
use super::prediction::{Read, reading};
use super::scorer::{Score, score};

const SETS: [(&str, &str); 3] = [
    ("a", include_str!("../../tests/reading/a.jsonl")),
    ("b", include_str!("../../tests/reading/b.jsonl")),
    ("c", include_str!("../../tests/reading/c.jsonl")),
];
const REACHED: &str = include_str!("../../tests/reading/metrics.toml");
const PERFECT: &str = include_str!("../../tests/reading/perfect.toml");

/// The figures of the snapshot have three decimals.
const SLACK: f64 = 0.000_51;

/// What the perfect reader loses is ours alone: only the rounding of the file is forgiven.
const ROUNDING: f64 = 0.0006;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reached {
    lines: f64,
    exact: f64,
    asked: f64,
    straight: f64,
    needless: f64,
    false_accepts: Vec<String>,
}

impl Reached {
    fn value(&self, measure: &str) -> f64 {
        match measure {
            "lines" => self.lines,
            "exact" => self.exact,
            "asked" => self.asked,
            "straight" => self.straight,
            _ => self.needless,
        }
    }
}

fn shown(set: &str, score: &Score) -> String {
    let mut out = format!("[{set}]\n");
    for (name, value) in score.measures() {
        let _ = writeln!(out, "{name} = {value:.3}");
    }
    let _ = writeln!(out, "false_accepts = {:?}", score.false_accepts);
    out
}

#[test]
fn labelled_bursts_are_read_no_worse_than_before() {
    assert_no_worse(REACHED, SLACK, |_, case| reading(case, None).unwrap());
}

#[test]
fn a_perfect_reader_s_words_are_not_lost() {
    assert_no_worse(PERFECT, ROUNDING, perfect::reading);
}

/// A reader that hears nothing, and one that gives each item the amount of another.
#[test]
fn a_reader_that_is_wrong_has_no_burst_accepted_wrongly() {
    for read in [perfect::deaf, perfect::confused] {
        for (set, cases) in SETS {
            for (language, score) in score(cases, read) {
                let wrong = &score.false_accepts;
                assert!(wrong.is_empty(), "{set}-{language}: {wrong:?}");
            }
        }
    }
}

fn assert_no_worse(reached: &str, slack: f64, read: fn(&str, &Case) -> Read) {
    let reached: BTreeMap<String, Reached> = toml::from_str(reached).unwrap();
    let (mut now, mut worse) = (String::new(), Vec::new());
    let mut count = 0;
    for (set, cases) in SETS {
        let by_language = score(cases, read);
        for (language, score) in by_language {
            let set = format!("{set}-{language}");
            now.push_str(&shown(&set, &score));
            count += score.cases;
            let Some(before) = reached.get(&set) else {
                worse.push(format!("{set} is new"));
                continue;
            };
            for (name, value) in score.measures() {
                let fell = match name {
                    "needless" => value - before.value(name),
                    _ => before.value(name) - value,
                };
                if fell > slack {
                    worse.push(format!("{set}: {name} was {:.3}", before.value(name)));
                }
            }
            for id in &score.false_accepts {
                if !before.false_accepts.contains(id) {
                    worse.push(format!("{set}: {id} is accepted wrongly"));
                }
            }
        }
    }
    assert!(
        worse.is_empty(),
        "{}\n\nthe figures are:\n{now}",
        worse.join("\n")
    );
    assert!(count >= 300, "only {count} cases");
}
