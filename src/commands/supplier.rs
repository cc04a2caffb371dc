//! `supplier`: the sign-ins of supplier accounts, and recipes.
//!
//! **Invariant:** a password comes from standard input or from the keyboard unseen, never from the
//! command line, and leaves this process sealed only.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use scrapers::site::{Secrets, Visit};

use crate::app::App;
use crate::config::Config;
use crate::domain::ids::OrgId;
use crate::flow::place::{self, Beat};
use crate::store::db::{Db, Opener, Tx};
use crate::store::leases;
use crate::store::suppliers::{self, Account, Supplier};
use crate::vault::Vault;

mod password;
mod recipe;

use password::password;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    pub action: Action,
}

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Store user name and password of an account, encrypted.
    #[command(after_help = "\
The password is asked for, or read from standard input:
  sutler supplier add-credentials mjengo --user orders@tumaini.example
  sutler supplier add-credentials mjengo --user orders@tumaini.example < password.txt

The account must be Sutler's alone. Its basket is emptied before each order, so what anybody else
puts into it is lost.")]
    AddCredentials {
        #[command(flatten)]
        account: Which,
        /// The user name, or whatever the shop asks for beside the password.
        #[arg(long)]
        user: String,
    },
    /// List suppliers, their accounts, and which of them have a sign-in.
    List {
        /// The organisation, by its code. Not needed when there is only one.
        #[arg(long, value_name = "CODE")]
        org: Option<String>,
    },
    /// Sign in to the supplier's site with a real browser and say what happened.
    #[command(after_help = "\
Nothing is put into the basket and nothing is ordered. While an order is being placed with the
account this waits for nobody and says so.

Example:
  sutler supplier try mjengo")]
    Try {
        #[command(flatten)]
        account: Which,
    },
    /// Check recipes: what is wrong with its file, line and key, then what could be better.
    #[command(after_help = "\
Example:
  sutler supplier check my-shop.toml

The format is explained in scrapers/RECIPES.md.")]
    Check {
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Print a JSON schema of recipes, for editors.
    #[command(after_help = "\
Example:
  sutler supplier schema > recipe.json

Then put this into the first line of a recipe, for editors that know taplo:
  #:schema ./recipe.json")]
    Schema,
}

/// An account of a supplier.
#[derive(Debug, Args)]
pub struct Which {
    /// The supplier, by its code.
    #[arg(value_name = "SUPPLIER")]
    pub supplier: String,
    /// The account, by its name. Not needed when the supplier has only one.
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// The organisation, by its code. Not needed when there is only one.
    #[arg(long, value_name = "CODE")]
    pub org: Option<String>,
}

pub(super) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Action::AddCredentials { account, user } => {
            add_credentials(&config, &account, &user).await?;
            Ok(ExitCode::SUCCESS)
        }
        Action::List { org } => {
            list(&config, org.as_deref()).await?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Try { account } => try_sign_in(config, &account).await,
        Action::Check { files } => recipe::check(&files),
        Action::Schema => {
            recipe::print_schema();
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the answer to the command")]
async fn add_credentials(config: &Config, which: &Which, user: &str) -> anyhow::Result<()> {
    let db = super::open_database(config).await?;
    let vault = super::open_vault(config)?;
    let org = super::organisation(&db, which.org.as_deref()).await?;
    let mut tx = db.read().await?;
    let (supplier, account) = find(&mut tx, &org.id, which).await?;
    drop(tx);
    let user = user.trim();
    ensure!(!user.is_empty(), "the user name is empty");
    let password = password(&format!("Password of {user} at {}: ", supplier.name))?;
    ensure!(!password.is_empty(), "the password is empty");
    store_credentials(&db, &vault, (&supplier, &account), (user, &password)).await?;
    println!(
        "Stored the sign-in of {}, account {}. The account must be Sutler's alone.
Try it with: sutler supplier try {}",
        supplier.name, account.name, supplier.code
    );
    Ok(())
}

/// Seals user name and password for an account and stores them.
pub async fn store_credentials(
    db: &Db,
    vault: &Vault,
    (supplier, account): (&Supplier, &Account),
    (user, password): (&str, &str),
) -> sqlx::Result<()> {
    let seal = |part: &str, text: &str| {
        let record = record(supplier, account, part);
        Some(vault.seal(account.org_id.as_str(), &record, text))
    };
    let account = Account {
        sealed_user: seal("user", user),
        sealed_password: seal("password", password),
        ..account.clone()
    };
    let mut tx = db.begin().await?;
    suppliers::save_account(&mut tx, &account).await?;
    tx.commit().await
}

/// The name under which a part of a sign-in is sealed.
fn record(supplier: &Supplier, account: &Account, part: &str) -> String {
    format!("{}/account/{}/{part}", supplier.code, account.name)
}

async fn find(tx: &mut Tx, org: &OrgId, which: &Which) -> anyhow::Result<(Supplier, Account)> {
    let all = suppliers::all(tx, org).await?;
    let codes: Vec<&str> = all.iter().map(|s| s.code.as_str()).collect();
    let codes = codes.join(", ");
    let Some(supplier) = all.iter().find(|s| s.code == which.supplier).cloned() else {
        if codes.is_empty() {
            bail!("there is no supplier yet: store one with `sutler import`");
        }
        bail!(
            "there is no supplier {}; the suppliers are {codes}",
            which.supplier
        );
    };
    let mut accounts = suppliers::accounts(tx, org, &supplier.id).await?;
    let names: Vec<String> = accounts.iter().map(|a| a.name.clone()).collect();
    let names = names.join(", ");
    let at = match &which.account {
        Some(name) => accounts.iter().position(|a| a.name == *name),
        None if accounts.len() == 1 => Some(0),
        None => bail!(
            "{} has several accounts: name one with --account, of {names}",
            supplier.code
        ),
    };
    match at {
        Some(at) => Ok((supplier, accounts.remove(at))),
        None => bail!(
            "{} has no such account; its accounts are {names}. `sutler import` adds accounts",
            supplier.code
        ),
    }
}

#[expect(clippy::print_stdout, reason = "the answer to the command")]
async fn list(config: &Config, org: Option<&str>) -> anyhow::Result<()> {
    let db = super::open_database(config).await?;
    let org = super::organisation(&db, org).await?;
    let mut tx = db.read().await?;
    let all = suppliers::all(&mut tx, &org.id).await?;
    if all.is_empty() {
        println!("{} has no supplier yet.", org.name);
    }
    for supplier in all {
        let items = suppliers::offers_of(&mut tx, &org.id, &supplier.id).await?;
        let paused = match supplier.paused_at {
            Some(at) => format!(", paused since {}", at.format("%Y-%m-%d %H:%M UTC")),
            None => String::new(),
        };
        println!(
            "{}  {}, {}, recipe {}, {}{paused}",
            supplier.code,
            supplier.name,
            supplier.base_url,
            supplier.recipe,
            super::count(items.len(), "item", "items")
        );
        for account in suppliers::accounts(&mut tx, &org.id, &supplier.id).await? {
            let stored = if has_sign_in(&account) {
                "sign-in stored"
            } else {
                "no sign-in: sutler supplier add-credentials"
            };
            println!("    account {}: {stored}", account.name);
        }
    }
    Ok(())
}

pub(super) fn has_sign_in(account: &Account) -> bool {
    account.sealed_user.is_some() && account.sealed_password.is_some()
}

#[expect(clippy::print_stdout, reason = "the answer to the command")]
async fn try_sign_in(config: Config, which: &Which) -> anyhow::Result<ExitCode> {
    let program = std::env::current_exe().context("finding the program itself")?;
    let running = App::open(config, Opener::Visitor, program).await?;
    let app = running.app;
    app.db.check_schema().await?;
    let org = super::organisation(&app.db, which.org.as_deref()).await?;
    let mut tx = app.db.begin().await?;
    let (supplier, account) = find(&mut tx, &org.id, which).await?;
    let length = chrono::TimeDelta::from_std(app.config.leases.seconds)?;
    let lease = leases::take(
        &mut tx,
        &org.id,
        &place::account_lease(&account.id),
        "supplier try",
        &app.process,
        length,
    )
    .await?;
    tx.commit().await?;
    let Some(lease) = lease else {
        bail!(
            "an order is being placed with the account {}: try again in a minute",
            account.name
        );
    };
    let beat = Beat::start(&app, &lease);
    let result = sign_in(&app, &supplier, &account).await;
    beat.stop();
    let mut tx = app.db.begin().await?;
    leases::release(&mut tx, &lease).await?;
    tx.commit().await?;
    match result {
        Ok(()) => {
            println!(
                "Signed in to {} ({}) as account {}.",
                supplier.name, supplier.base_url, account.name
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!(
                "Not signed in to {} ({}): {error:#}",
                supplier.name, supplier.base_url
            );
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn sign_in(app: &App, supplier: &Supplier, account: &Account) -> anyhow::Result<()> {
    let open = |part: &str, sealed: &Option<String>| -> anyhow::Result<String> {
        let sealed = sealed.as_ref().context(
            "no sign-in is stored for this account: store one with `sutler supplier add-credentials`",
        )?;
        app.unseal(&account.org_id, &record(supplier, account, part), sealed)
    };
    let secrets = Secrets {
        user: open("user", &account.sealed_user)?,
        password: open("password", &account.sealed_password)?,
    };
    let recipe = place::recipe(&supplier.recipe)?;
    let base = supplier
        .base_url
        .parse()
        .with_context(|| format!("{} is no address", supplier.base_url))?;
    let session = app.browsers.open().await?;
    let mut visit = Visit::new(recipe, Some(base), secrets, session);
    let signed_in = visit.sign_in().await;
    let _death = visit.close().await;
    Ok(signed_in?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::import::{World, apply};
    use crate::vault::Source;

    const WORLD: &str = r#"
        organisation = { code = "t", name = "T", currency = "KES", time_zone = "UTC" }
        [[supplier]]
        code = "mjengo"
        name = "Mjengo"
        recipe = "demo"
        currency = "KES"
        accounts = ["north", "south"]
    "#;

    #[tokio::test]
    async fn credentials_are_stored_sealed_for_their_own_account() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("c.db").display());
        let db = Db::open(&url, Opener::Daemon).await.unwrap();
        db.migrate().await.unwrap();
        let file = folder.path().join("vault.key");
        let (vault, _) = Vault::open(Source {
            key: None,
            file: &file,
        })
        .unwrap();
        let world = World::from_toml("w.toml", WORLD).unwrap();
        apply(&db, &vault, &world).await.unwrap();
        let org = crate::commands::organisation(&db, None).await.unwrap();
        let which = |account: Option<&str>| Which {
            supplier: "mjengo".to_owned(),
            account: account.map(str::to_owned),
            org: None,
        };
        let mut tx = db.read().await.unwrap();
        let unclear = find(&mut tx, &org.id, &which(None)).await.unwrap_err();
        assert!(unclear.to_string().contains("north, south"), "{unclear}");
        let (supplier, account) = find(&mut tx, &org.id, &which(Some("south"))).await.unwrap();
        drop(tx);
        store_credentials(&db, &vault, (&supplier, &account), ("me", "secret"))
            .await
            .unwrap();

        let mut tx = db.read().await.unwrap();
        let accounts = suppliers::accounts(&mut tx, &org.id, &supplier.id)
            .await
            .unwrap();
        let stored: Vec<bool> = accounts.iter().map(has_sign_in).collect();
        let names: Vec<&str> = accounts.iter().map(|a| a.name.as_str()).collect();
        assert_eq!((names, stored), (vec!["north", "south"], vec![false, true]));
        let sealed = accounts[1].sealed_password.clone().unwrap();
        let opened = |record: &str| vault.unseal(org.id.as_str(), record, &sealed);
        assert_eq!(
            opened("mjengo/account/south/password").unwrap(),
            "secret",
            "as the placing of orders opens it"
        );
        assert!(opened("mjengo/account/north/password").is_err());
    }
}
