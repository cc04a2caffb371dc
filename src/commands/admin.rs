//! `admin`: a one-time sign-in link for an administrator.

use anyhow::bail;
use chrono::TimeDelta;
use clap::Args;

use crate::config::Config;
use crate::domain::person::Role;
use crate::store::db::Db;
use crate::store::orgs::Org;
use crate::store::people::{self, Person};
use crate::store::sessions;

#[derive(Debug, Args)]
#[command(after_help = "\
Open the link in a browser and choose a password. It works once, for 24 hours; a new link ends the
older one. The person must be stored and have the role admin: see `sutler import --help`.

Example:
  sutler admin --org tumaini --person otieno")]
pub struct Arguments {
    /// The organisation, by its code. Not needed when there is only one.
    #[arg(long, value_name = "CODE")]
    pub org: Option<String>,
    /// The person, by their code. Not needed when there is only one administrator.
    #[arg(long, value_name = "CODE")]
    pub person: Option<String>,
}

const VALID: TimeDelta = TimeDelta::hours(24);

#[expect(clippy::print_stdout, reason = "the answer to the command")]
pub(super) async fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let db = super::open_database(config).await?;
    let org = super::organisation(&db, arguments.org.as_deref()).await?;
    let person = administrator(&db, &org, arguments.person.as_deref()).await?;
    let mut tx = db.begin().await?;
    let token = sessions::make_link(&mut tx, &org.id, &person.id, VALID).await?;
    tx.commit().await?;
    let base = config.http.public_url.as_str().trim_end_matches('/');
    eprintln!(
        "{} signs in with this link, once, in the next 24 hours:",
        person.name
    );
    println!("{base}/sign-in/{token}");
    Ok(())
}

/// The person of a code, or the only one who may administer.
async fn administrator(db: &Db, org: &Org, code: Option<&str>) -> anyhow::Result<Person> {
    let mut tx = db.read().await?;
    let all = people::all(&mut tx, &org.id).await?;
    let mut admins: Vec<Person> = all.iter().filter(|p| p.is(Role::Admin)).cloned().collect();
    if let Some(code) = code {
        if let Some(at) = admins.iter().position(|person| person.code == code) {
            return Ok(admins.remove(at));
        }
        match all.iter().find(|person| person.code == code) {
            Some(person) if !person.active => bail!("{code} is not active"),
            Some(_) => {
                bail!("{code} does not have the role admin: give it to them with `sutler import`")
            }
            None => bail!("{} has no person {code}", org.code),
        }
    }
    match admins.len() {
        1 => Ok(admins.remove(0)),
        0 => bail!(
            "{} has no person with the role admin: store one with `sutler import`",
            org.code
        ),
        _ => {
            let codes: Vec<&str> = admins.iter().map(|person| person.code.as_str()).collect();
            bail!(
                "several people are administrators: name one with --person, of {}",
                codes.join(", ")
            )
        }
    }
}
