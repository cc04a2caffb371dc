//! What the database holds: organisations with their numbers and people, suppliers and accounts.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::timeout;

use super::{Line, PATIENCE, Verdict};
use crate::channels::whatsapp_cloud::Client;
use crate::commands::count;
use crate::commands::supplier::has_sign_in;
use crate::config::Config;
use crate::domain::person::Role;
use crate::flow::place;
use crate::flow::receive::CHANNEL;
use crate::store::db::Db;
use crate::store::orgs::{self, Number, Org};
use crate::store::people::{self, Person};
use crate::store::suppliers::{self, Account, Supplier};
use crate::vault::Vault;

/// Everything of one organisation that is looked at.
struct House {
    org: Org,
    people: Vec<Person>,
    /// Codes of people whom no message reaches.
    unreachable: BTreeSet<String>,
    sites: usize,
    items: usize,
    suppliers: Vec<(Supplier, Vec<Account>, usize)>,
    /// A sealed address and its record.
    sealed: Option<(String, String)>,
}

pub(super) async fn lines(
    config: &Config,
    db: &Db,
    vault: Option<&Vault>,
) -> anyhow::Result<Vec<Line>> {
    let (armed, numbers, houses) = read(db).await?;
    let mut lines = Vec::new();
    if !armed {
        let sentence = "orders are switched off: switch them on in the console or with \
                        `sutler migrate --arm`";
        lines.push(Line::new(Verdict::Warn, "ordering", sentence));
    }
    if houses.is_empty() {
        let sentence = "there is none yet: store one with `sutler import`";
        lines.push(Line::new(Verdict::Bad, "organisations", sentence));
    }
    for house in &houses {
        lines.extend(key(house, vault));
        lines.extend(organisation(house, &numbers));
        for number in numbers.iter().filter(|n| n.org_id == house.org.id) {
            lines.push(self::number(config, number).await);
        }
        for (supplier, accounts, items) in &house.suppliers {
            lines.extend(self::supplier(supplier, accounts, *items));
        }
    }
    Ok(lines)
}

async fn read(db: &Db) -> sqlx::Result<(bool, Vec<Number>, Vec<House>)> {
    let mut tx = db.read().await?;
    let armed = orgs::is_armed(&mut tx).await?;
    let mut numbers = orgs::numbers(&mut tx).await?;
    numbers.retain(|number| number.channel == CHANNEL);
    let mut houses = Vec::new();
    for org in orgs::all(&mut tx).await? {
        let people = people::all(&mut tx, &org.id).await?;
        let mut unreachable = BTreeSet::new();
        let mut sealed = None;
        for person in people.iter().filter(|person| person.active) {
            let identities = people::identities(&mut tx, &org.id, &person.id).await?;
            match identities.first() {
                Some(one) => {
                    let record = format!("identity/{}", one.key);
                    sealed.get_or_insert((one.sealed_address.clone(), record));
                }
                None => {
                    unreachable.insert(person.code.clone());
                }
            }
        }
        let mut with_accounts = Vec::new();
        for supplier in suppliers::all(&mut tx, &org.id).await? {
            let accounts = suppliers::accounts(&mut tx, &org.id, &supplier.id).await?;
            let items = suppliers::offers_of(&mut tx, &org.id, &supplier.id).await?;
            with_accounts.push((supplier, accounts, items.len()));
        }
        houses.push(House {
            sites: people::sites(&mut tx, &org.id).await?.len(),
            items: suppliers::items(&mut tx, &org.id).await?.len(),
            people,
            unreachable,
            suppliers: with_accounts,
            sealed,
            org,
        });
    }
    Ok((armed, numbers, houses))
}

/// The key in use must be the one that what is stored was sealed with.
fn key(house: &House, vault: Option<&Vault>) -> Option<Line> {
    let (sealed, record) = house.sealed.as_ref()?;
    let error = match vault {
        Some(vault) => vault
            .unseal(house.org.id.as_str(), record, sealed)
            .err()?
            .to_string(),
        None => "the key is missing".to_owned(),
    };
    let sentence = format!(
        "what is stored for {} does not open: {error}",
        house.org.code
    );
    Some(Line::new(Verdict::Bad, "vault", sentence))
}

fn organisation(house: &House, numbers: &[Number]) -> Vec<Line> {
    let org = &house.org;
    let part = format!("organisation {}", org.code);
    let mut lines = Vec::new();
    let mut say = |verdict, sentence: &str| lines.push(Line::new(verdict, &part, sentence));
    let with = |role| house.people.iter().filter(move |person| person.is(role));
    let without_number = !numbers.iter().any(|number| number.org_id == org.id);
    for (is_missing, sentence) in [
        (
            without_number,
            "no WhatsApp number is stored: nobody can write to it",
        ),
        (
            with(Role::Requester).next().is_none(),
            "nobody has the role requester",
        ),
        (
            house.sites == 0,
            "no site is stored: nothing can be delivered",
        ),
        (
            house.items == 0,
            "no item is stored: every line is asked about",
        ),
        (
            house.suppliers.is_empty(),
            "no supplier is stored: nothing can be ordered",
        ),
    ] {
        if is_missing {
            say(Verdict::Bad, sentence);
        }
    }
    let approvers: Vec<&Person> = with(Role::Approver).collect();
    if approvers.is_empty() {
        let sentence = "nobody has the role approver: what is above auto_approve_limit waits";
        say(Verdict::Warn, sentence);
    } else if org.settings.approval_template.is_none() {
        let sentence = "no approval_template is set: approvers who have not written for 24 hours \
                        cannot be asked on WhatsApp, their cards wait in the console";
        say(Verdict::Warn, sentence);
    }
    if with(Role::Admin).next().is_none() {
        say(
            Verdict::Warn,
            "nobody has the role admin: nobody can sign in to the console",
        );
    }
    let unreachable: Vec<&str> = approvers
        .iter()
        .map(|person| person.code.as_str())
        .filter(|code| house.unreachable.contains(*code))
        .collect();
    if !unreachable.is_empty() {
        let sentence = format!(
            "approvers without phone or user id: {}; they are asked in the console only",
            unreachable.join(", ")
        );
        say(Verdict::Warn, &sentence);
    }
    if lines.is_empty() {
        let sentence = format!(
            "{}, {}, {}, {}",
            count(house.people.len(), "person", "people"),
            count(house.sites, "site", "sites"),
            count(house.items, "item", "items"),
            count(house.suppliers.len(), "supplier", "suppliers")
        );
        lines.push(Line::new(Verdict::Ok, &part, sentence));
    }
    lines
}

/// Asks WhatsApp about a number of ours, with the token of its app.
async fn number(config: &Config, number: &Number) -> Line {
    let part = format!("whatsapp number {}", number.number_id);
    let Some(app) = config.whatsapp.apps.get(&number.app) else {
        let sentence = format!("its app {} is not in the settings", number.app);
        return Line::new(Verdict::Bad, &part, sentence);
    };
    if app.access_token.is_empty() {
        let sentence = format!("not asked: the app {} has no access_token", number.app);
        return Line::new(Verdict::Bad, &part, sentence);
    }
    let client = Client::new(
        config.whatsapp.graph_url.as_str(),
        &config.whatsapp.version,
        app.access_token.expose(),
        Duration::from_secs(config.whatsapp.timeout_seconds),
    );
    let client = match client {
        Ok(client) => client,
        Err(error) => return Line::new(Verdict::Bad, &part, error.to_string()),
    };
    match timeout(PATIENCE, client.check(&number.number_id)).await {
        Ok(Ok(profile)) => {
            let sentence = format!(
                "{}, {}; the token is accepted",
                profile.display_number, profile.verified_name
            );
            Line::new(Verdict::Ok, &part, sentence)
        }
        Ok(Err(error)) => Line::new(Verdict::Bad, &part, error.to_string()),
        Err(_) => Line::new(Verdict::Bad, &part, "WhatsApp does not answer"),
    }
}

fn supplier(supplier: &Supplier, accounts: &[Account], items: usize) -> Vec<Line> {
    let part = format!("supplier {}", supplier.code);
    let mut lines = Vec::new();
    let mut say = |verdict, sentence: String| lines.push(Line::new(verdict, &part, sentence));
    if let Err(error) = place::recipe(&supplier.recipe) {
        say(Verdict::Bad, format!("{error:#}"));
    }
    if accounts.is_empty() {
        say(Verdict::Bad, "it has no account".to_owned());
    }
    for account in accounts.iter().filter(|account| !has_sign_in(account)) {
        let sentence = format!(
            "no sign-in is stored for the account {}: `sutler supplier add-credentials {}`",
            account.name, supplier.code
        );
        say(Verdict::Bad, sentence);
    }
    if items == 0 {
        let sentence = "it sells no item that is stored: nothing is ordered there";
        say(Verdict::Warn, sentence.to_owned());
    }
    if let Some(at) = supplier.paused_at {
        let at = at.format("%Y-%m-%d %H:%M UTC");
        say(Verdict::Warn, format!("paused since {at}"));
    }
    if lines.is_empty() {
        let names: Vec<&str> = accounts.iter().map(|a| a.name.as_str()).collect();
        let sentence = format!(
            "recipe {}, {}, account {}; the account must be Sutler's alone",
            supplier.recipe,
            count(items, "item", "items"),
            names.join(", ")
        );
        lines.push(Line::new(Verdict::Ok, &part, sentence));
    }
    lines
}
