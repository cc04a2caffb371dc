//! The floors of the house: no file names an upper floor, and no neighbour of the second floor
//! knows another.

use std::path::{Path, PathBuf};

/// The modules of `src/`, floor by floor; those of the second floor never name each other.
const FLOORS: [&[&str]; 4] = [
    &["domain", "language"],
    &[
        "store", "channels", "llm", "erp", "blobs", "vault", "config",
    ],
    &["app", "flow", "crash"],
    &["http", "demo", "commands"],
];

/// The demo's servers, which the daemon meets only over their protocols.
const STRANGERS: [&str; 3] = ["demo/graph", "demo/shop", "demo/erpnext"];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The text without its comments.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let is_comment = line.trim_start().starts_with("//");
        if is_comment { "" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules of the crate that a code text names: `crate::x`, `crate::{x, y}`, and enough `super::`
/// to leave a module that lies `depth` levels below the crate.
fn named(code: &str, depth: usize) -> Vec<String> {
    let mut found = Vec::new();
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect()
    };
    for (at, _) in code.match_indices("crate::") {
        let is_part = code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if is_part || code[..at].ends_with('$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let (mut level, mut start) = (0, true);
        for (n, c) in group.char_indices() {
            match c {
                '{' => level += 1,
                '}' if level == 0 => break,
                '}' => level -= 1,
                ',' if level == 0 => start = true,
                c if start && c.is_ascii_alphabetic() => {
                    found.push(word(&group[n..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    let upward = "super::".repeat(depth);
    for (at, _) in code.match_indices(&upward) {
        found.push(word(&code[at + upward.len()..]));
    }
    found
}

#[test]
fn every_module_stands_on_a_floor() {
    for entry in std::fs::read_dir(source()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_module = path.is_dir() || path.extension().is_some_and(|e| e == "rs");
        let is_outside = [
            "main",
            "lib",
            "build",
            "tests",
            "bench",
            "exactly_once",
            "fuzz",
        ]
        .contains(&name.as_str());
        assert!(
            !is_module || is_outside || floor(&name).is_some(),
            "{name} stands on no floor"
        );
    }
}

#[test]
fn no_file_names_an_upper_floor_or_a_neighbour() {
    let source = source();
    let mut wrong = Vec::new();
    for (below, floor_modules) in FLOORS.iter().enumerate() {
        for module in *floor_modules {
            let single = source.join(format!("{module}.rs"));
            let folder = source.join(module);
            let mut all = if folder.is_dir() {
                files(&folder)
            } else {
                Vec::new()
            };
            all.extend(Some(single).filter(|file| file.exists()));
            for file in all {
                let text = code(&std::fs::read_to_string(&file).unwrap());
                let shown = file.strip_prefix(&source).unwrap();
                let is_root = file.file_name().is_some_and(|n| n == "mod.rs");
                let depth = shown.components().count() - usize::from(is_root);
                for other in named(&text, depth) {
                    let Some(other_floor) = floor(&other) else {
                        continue;
                    };
                    let is_sibling = below == 1 && other_floor == 1 && other != *module;
                    if other_floor > below || is_sibling {
                        wrong.push(format!("{} names {other}", shown.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_demos_servers_know_nothing_of_the_daemon() {
    for stranger in STRANGERS {
        let all = files(&source().join(stranger));
        assert!(!all.is_empty(), "{stranger} is gone");
        for file in all {
            let text = code(&std::fs::read_to_string(&file).unwrap());
            for other in named(&text, 64) {
                let ours = other == "demo" || floor(&other).is_none();
                assert!(ours, "{} names {other}", file.display());
            }
        }
    }
}

#[test]
fn names_are_found_where_they_stand() {
    let text =
        "use crate::store::db;\nuse crate::{app::App, flow::{self, read}, http};\n$crate::llm";
    assert_eq!(named(text, 9), ["store", "app", "flow", "http"]);
    assert_eq!(named("super::super::store::x; super::texts", 2), ["store"]);
    assert_eq!(code("// crate::store\nlet x = 1;"), "\nlet x = 1;");
}
