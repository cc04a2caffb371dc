//! `supplier`.
use crate::config::Config;
use clap::Args;
use std::process::ExitCode;
#[derive(Debug, Args)]
pub struct Arguments {}
pub(super) async fn run(_config: Config, _arguments: Arguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not written yet")
}
