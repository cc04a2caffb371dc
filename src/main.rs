//! The program `sutler`; its subcommands stand in `commands`.

use std::process::ExitCode;

fn main() -> ExitCode {
    sutler::commands::main()
}
