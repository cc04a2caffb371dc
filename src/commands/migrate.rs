//! `migrate`: the schema, and the way back after a backup was copied in.

use anyhow::Context as _;
use chrono::TimeDelta;
use clap::Args;

use super::database_url;
use crate::config::Config;
use crate::flow;
use crate::store::db::{Db, Opener};
use crate::store::{orgs, suppliers};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sutler migrate                make the database, or bring it up to this version
  sutler migrate --restored     after a backup was copied back, before the daemon starts
  sutler migrate --arm          let orders be placed again

A backup does not know what was ordered after it was made. With --restored every order that may have
been placed since is looked up in the supplier's history first, and nothing is ordered until you say
so with --arm or in the console.")]
pub struct Arguments {
    /// The database was copied back from a backup: order nothing, look everything up first.
    #[arg(long, conflicts_with = "arm")]
    pub restored: bool,
    /// Let orders be placed again, after --restored or after they were switched off.
    #[arg(long)]
    pub arm: bool,
}

/// Watched at least this long after a restore, whatever the recipes say.
const QUIET: TimeDelta = TimeDelta::minutes(15);

#[expect(clippy::print_stdout, reason = "the answer to the command")]
pub(super) async fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.arm {
        let db = super::open_database(config).await?;
        let mut tx = db.begin().await?;
        orgs::set_switch(&mut tx, "ordering", "armed").await?;
        tx.commit().await?;
        println!("Orders are placed again.");
        return Ok(());
    }
    // As a daemon: on SQLite nobody else works on the file meanwhile.
    let db = Db::open(&database_url(config), Opener::Daemon).await?;
    db.migrate().await.context("bringing the schema up")?;
    println!("The database is up to date.");
    if arguments.restored {
        let orders = restore(&db).await?;
        println!("{}", after_restore(orders));
    }
    db.close().await;
    Ok(())
}

/// Switches ordering off and makes every order that may have been placed be looked up; how many.
async fn restore(db: &Db) -> anyhow::Result<u64> {
    let mut tx = db.begin().await?;
    let mut quiet = QUIET;
    for org in orgs::all(&mut tx).await? {
        for supplier in suppliers::all(&mut tx, &org.id).await? {
            let recipe = flow::place::recipe(&supplier.recipe).ok();
            let of_recipe = recipe.and_then(|recipe| TimeDelta::from_std(recipe.quiet()).ok());
            let of_terms = supplier.terms.quiet_seconds.map(TimeDelta::seconds);
            quiet = quiet.max(of_terms.or(of_recipe).unwrap_or(QUIET));
        }
    }
    let orders = flow::settle::restored(&mut tx, quiet).await?;
    tx.commit().await?;
    Ok(orders)
}

fn after_restore(orders: u64) -> String {
    let found = match orders {
        0 => "No order can have been placed since the backup by what it knows.".to_owned(),
        1 => "1 order may have been placed since the backup. It is looked up first.".to_owned(),
        n => format!("{n} orders may have been placed since the backup. They are looked up first."),
    };
    format!(
        "{found}
Nothing is ordered until you say so. What to do now:
  1. Start Sutler. It reads the suppliers' histories.
  2. Decide what waits for a person in the console.
  3. Look in each supplier's history for orders of requests that this backup does not know.
  4. Switch orders on again, in the console or with: sutler migrate --arm"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_restored_database_orders_nothing_until_it_is_armed() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("m.db").display());
        let variables = [("SUTLER_DATABASE__URL".to_owned(), url)];
        let config = Config::read(None, variables).unwrap();
        let arguments = |restored, arm| Arguments { restored, arm };
        let is_armed = async || {
            let db = crate::commands::open_database(&config).await.unwrap();
            let mut tx = db.read().await.unwrap();
            orgs::is_armed(&mut tx).await.unwrap()
        };
        let error = run(&config, &arguments(false, true)).await.unwrap_err();
        assert!(error.to_string().contains("sutler migrate"), "{error}");
        run(&config, &arguments(false, false)).await.unwrap();
        assert!(is_armed().await);
        run(&config, &arguments(true, false)).await.unwrap();
        assert!(!is_armed().await);
        run(&config, &arguments(false, true)).await.unwrap();
        assert!(is_armed().await);
    }
}
