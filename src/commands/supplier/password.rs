//! A password from standard input or from the keyboard.
//!
//! **Invariant:** what is typed is never shown.

use std::io::{IsTerminal as _, Write as _, stderr, stdin};

use anyhow::Context as _;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// A password from the keyboard, unseen, or the first line of standard input.
pub(super) fn password(prompt: &str) -> anyhow::Result<String> {
    let input = stdin();
    let mut line = String::new();
    if input.is_terminal() {
        let hidden = Hidden::start()?;
        eprint!("{prompt}");
        stderr().flush()?;
        input.read_line(&mut line)?;
        drop(hidden);
        eprintln!();
    } else {
        input.read_line(&mut line)?;
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives the terminal does not show what is typed.
struct Hidden {
    before: Termios,
}

impl Hidden {
    fn start() -> anyhow::Result<Self> {
        let before = tcgetattr(stdin()).context("hiding what is typed")?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin(), OptionalActions::Flush, &hidden).context("hiding what is typed")?;
        Ok(Self { before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Nothing is left to do when the terminal is gone.
        let _gone = tcsetattr(stdin(), OptionalActions::Now, &self.before);
    }
}
