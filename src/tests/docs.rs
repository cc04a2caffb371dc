//! What is written down is true: settings, the README's map, crash points.

use std::path::{Path, PathBuf};

use sutler::config::{Config, DEFAULTS};
use sutler::crash;

use crate::floors::files;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Reading the defaults alone proves both directions: an unknown key and a missing one are refused.
#[test]
fn every_setting_stands_in_the_default_file_and_nothing_else_does() {
    let none: [(String, String); 0] = [];
    Config::read(None, none).unwrap();
}

#[test]
fn every_setting_is_explained() {
    let lines: Vec<&str> = DEFAULTS.lines().collect();
    let mut keys = 0;
    for (n, line) in lines.iter().enumerate() {
        let is_key = !line.starts_with(['#', '[', ' ']) && line.contains(" = ");
        if is_key {
            keys += 1;
            assert!(
                lines[n - 1].starts_with("# "),
                "no explanation before: {line}"
            );
        }
    }
    assert!(keys > 40, "only {keys} settings were found");
}

/// The README's map: what stands under its heading.
fn map() -> String {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut lines = readme.lines().skip_while(|l| *l != "## How it works");
    let heading = lines.next().expect("the README says how it works");
    let rest = lines.take_while(|l| !l.starts_with("## "));
    std::iter::once(heading)
        .chain(rest)
        .collect::<Vec<_>>()
        .join("\n")
}

fn names(map: &str, name: &str) -> bool {
    map.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word == name)
}

#[test]
fn every_job_and_every_step_stands_in_the_readmes_map() {
    let map = map();
    for job in jobs::Job::NAMES {
        assert!(names(&map, job), "the job {job} is not in the README's map");
    }
    for entry in std::fs::read_dir(root().join("src/flow")).unwrap() {
        let path = entry.unwrap().path();
        let step = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            step == "mod" || names(&map, &step),
            "src/flow/{step} is not in the README's map"
        );
    }
}

#[test]
fn every_folder_of_the_house_stands_in_the_readmes_map() {
    let map = map();
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_part = path.is_dir() || path.extension().is_some_and(|e| e == "rs");
        if is_part && name != "build" {
            assert!(names(&map, &name), "src/{name} is not in the README's map");
        }
    }
}

#[test]
fn every_crash_point_is_passed_somewhere() {
    let flow: String = files(&root().join("src/flow"))
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    for point in crash::POINTS {
        let call = format!("crash::point(\"{point}\")");
        assert!(
            flow.contains(&call),
            "nobody passes the crash point {point}"
        );
    }
}
