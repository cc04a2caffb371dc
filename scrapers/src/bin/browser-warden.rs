//! The warden as a program of its own, for whoever drives a browser without the daemon: this
//! package's tests do.

use std::process::ExitCode;

fn main() -> ExitCode {
    scrapers::warden::run(std::env::args().skip(1))
}
