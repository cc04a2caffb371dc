//! `check`.
use crate::config::Config;
use std::process::ExitCode;
pub(super) const HELP: &str = "";
pub(super) async fn run(_config: Config) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not written yet")
}
