//! The warden: starts one program in a process group of its own and ends the whole group when
//! its standard input closes.
//!
//! The daemon holds the other end of that pipe. However the daemon ends, the pipe closes, and
//! with it end chromedriver and every process of Chromium. Ending chromedriver alone would leave
//! Chromium running, and Chromium sends a request that chromedriver was holding.
//!
//! **Invariant:** nothing of the group is left when the warden is gone by its own doing.

use std::io::{self, Read};
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use rustix::process::{Signal, getpgrp, getpid, kill_process_group, setpgid};

/// Runs `program` with `arguments` until it ends or standard input closes; then every process of
/// the group is killed, this one included. Returns only when `program` cannot be started.
///
/// This is what the hidden subcommand `warden -- PROGRAM ARGUMENTS` calls.
pub fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let Some(program) = arguments.next() else {
        return complain("warden: name a program to run");
    };
    // In somebody else's group the end of ours would be the end of theirs.
    if getpgrp() != getpid() && setpgid(None, None).is_err() {
        return complain("warden: cannot make a process group");
    }
    let child = Command::new(&program)
        .args(arguments)
        .stdin(Stdio::null())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return complain(&format!("warden: cannot start {program}: {error}")),
    };
    thread::spawn(move || {
        // Chromium without its driver is of no use to anybody.
        let _ended = child.wait();
        end_group();
    });
    wait_for_close();
    end_group()
}

fn wait_for_close() {
    let mut input = io::stdin().lock();
    let mut ignored = [0; 64];
    loop {
        match input.read(&mut ignored) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

fn end_group() -> ! {
    let _killed = kill_process_group(getpgrp(), Signal::KILL);
    std::process::abort()
}

fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(2)
}
