//! Process groups as `/proc` shows them: finding, ending, proving them dead.
//!
//! **Invariant:** a process is chosen by its group or by a path of ours in its arguments, never
//! by its name.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpgrp, kill_process_group};

/// How long the kernel may take to end a killed group.
const DEATH: Duration = Duration::from_secs(5);

/// A live process. `started` is in clock ticks since boot.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Process {
    pid: i32,
    group: i32,
    started: u64,
}

/// Every process that still runs; those that wait to be reaped do not.
fn all() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(one)
        .collect()
}

fn one(pid: i32) -> Option<Process> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before the last bracket may hold anything, also spaces and brackets.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let state = *fields.first()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    Some(Process {
        pid,
        group: fields.get(2)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

/// When this process was started, in clock ticks since boot.
pub(super) fn started(pid: i32) -> Option<u64> {
    one(pid).map(|process| process.started)
}

/// Does a process of this group still run.
pub(super) fn group_runs(group: i32) -> bool {
    all().iter().any(|process| process.group == group)
}

/// The groups of the processes whose browser or driver works in `folder`.
pub(super) fn groups_in(folder: &Path) -> Vec<i32> {
    let own = getpgrp().as_raw_nonzero().get();
    let folder = format!("{}/", folder.display());
    let mut groups: Vec<i32> = all()
        .into_iter()
        .filter(|process| process.group != own && works_in(process.pid, &folder))
        .map(|process| process.group)
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn works_in(pid: i32, folder: &str) -> bool {
    let Ok(line) = std::fs::read(format!("/proc/{pid}/cmdline")) else {
        return false;
    };
    String::from_utf8_lossy(&line).split('\0').any(|argument| {
        ["--user-data-dir=", "--log-path="].iter().any(|option| {
            argument
                .strip_prefix(option)
                .is_some_and(|path| path.starts_with(folder))
        })
    })
}

/// Kills the group and waits until nothing of it runs; false when something does.
pub(super) async fn end_group(group: i32) -> bool {
    let ours = getpgrp().as_raw_nonzero().get();
    let Some(pid) = Pid::from_raw(group).filter(|_| group > 1 && group != ours) else {
        return false;
    };
    // No such group: already dead, which the look at /proc shows.
    let _sent = kill_process_group(pid, Signal::KILL);
    let until = Instant::now() + DEATH;
    while group_runs(group) {
        if Instant::now() > until {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    true
}
