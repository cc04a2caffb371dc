//! `admin`: a one-time sign-in link for the first administrator.

use clap::Args;

use crate::config::Config;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The organisation, by its code.
    #[arg(long, value_name = "CODE")]
    pub org: Option<String>,
    /// The person, by their code. Without it the only administrator there is.
    #[arg(long, value_name = "CODE")]
    pub person: Option<String>,
}

pub(super) async fn run(_config: &Config, _arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::bail!("not written yet")
}
