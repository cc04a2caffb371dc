//! A run at a supplier's site: the account with its lease, the recipe, the browser.

use chrono::TimeDelta;
use jobs::Job;
use scrapers::error::SiteError;
use scrapers::recipe::Recipe;
use scrapers::site::{Secrets, Visit};

use crate::app::App;
use crate::domain::ids::AccountId;
use crate::domain::order::{Document, OrderState};
use crate::store::db::Tx;
use crate::store::leases::{self, Lease};
use crate::store::orders::{self, Order};
use crate::store::suppliers::{self, Account, Supplier};

/// Everything that one run at a supplier's site needs.
pub struct Run {
    pub order: Order,
    pub supplier: Supplier,
    pub account: Account,
    pub recipe: Recipe,
    pub lease: Lease,
}

/// The lease of a supplier account: one browser at a time.
pub fn lease_key(order: &Order) -> String {
    account_lease(&order.account_id)
}

/// The lease of an account's browser.
pub fn account_lease(account: &AccountId) -> String {
    format!("account:{account}")
}

/// Seconds in which the history is watched after the last moment an order can go out.
pub(super) fn quiet(run: &Run) -> TimeDelta {
    let recipe = TimeDelta::from_std(run.recipe.quiet()).unwrap_or(TimeDelta::minutes(15));
    run.supplier
        .terms
        .quiet_seconds
        .map_or(recipe, TimeDelta::seconds)
}

/// Takes the lease of the order's account for one order; none: somebody has it.
pub async fn take_lease(app: &App, tx: &mut Tx, order: &Order) -> sqlx::Result<Option<Lease>> {
    let length = TimeDelta::from_std(app.config.leases.seconds).unwrap_or(TimeDelta::seconds(15));
    let key = lease_key(order);
    leases::take(
        tx,
        &order.org_id,
        &key,
        order.id.as_str(),
        &app.process,
        length,
    )
    .await
}

/// Puts together what a run needs.
pub async fn assemble(
    tx: &mut Tx,
    order: Order,
    supplier: Supplier,
    lease: Lease,
) -> anyhow::Result<Run> {
    let account = suppliers::account(tx, &order.org_id, &order.account_id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("account {} is gone", order.account_id))?;
    let recipe = recipe(&supplier.recipe)?;
    Ok(Run {
        order,
        supplier,
        account,
        recipe,
        lease,
    })
}

/// A recipe by its name, or by the path of its file, which ends in `.toml`.
pub fn recipe(name: &str) -> anyhow::Result<Recipe> {
    let ending = std::path::Path::new(name).extension();
    if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        let text = std::fs::read_to_string(name)
            .map_err(|error| anyhow::anyhow!("the recipe {name} cannot be read: {error}"))?;
        return Ok(Recipe::parse(name, &text)?);
    }
    let (file, text) = scrapers::recipe::shipped()
        .iter()
        .find(|(file, _)| file.trim_end_matches(".toml") == name)
        .ok_or_else(|| anyhow::anyhow!("there is no recipe {name}"))?;
    Ok(Recipe::parse(file, text)?)
}

/// Opens a browser at the supplier's site with the account's sign-in.
pub async fn visit(app: &App, run: &Run) -> Result<Visit, SiteError> {
    let open = |part: &str, sealed: &Option<String>| {
        let sealed = sealed
            .as_ref()
            .ok_or_else(|| SiteError::SignIn("no sign-in is stored for this account".to_owned()))?;
        let name = format!("account/{}/{part}", run.account.name);
        let record = format!("{}/{name}", run.supplier.code);
        app.unseal(&run.order.org_id, &record, sealed)
            .map_err(|error| {
                SiteError::SignIn(format!("the stored sign-in does not open: {error}"))
            })
    };
    let secrets = Secrets {
        user: open("user", &run.account.sealed_user)?,
        password: open("password", &run.account.sealed_password)?,
    };
    let base = run
        .supplier
        .base_url
        .parse()
        .map_err(|_| SiteError::Driver("the supplier's address is no address".to_owned()))?;
    let session = app.browsers.open().await?;
    Ok(Visit::new(run.recipe.clone(), Some(base), secrets, session))
}

/// What the site is to do: the approved document.
pub fn site_order(document: &Document) -> scrapers::order::Order {
    scrapers::order::Order {
        reference: document.number.clone(),
        account: None,
        address: scrapers::order::Address {
            key: document.address_name.clone(),
            lines: document.address.lines().map(str::to_owned).collect(),
        },
        currency: document.currency.code().to_owned(),
        lines: document
            .lines
            .iter()
            .map(|l| scrapers::order::OrderLine {
                sku: l.sku.clone(),
                quantity: l.quantity,
                unit: l.unit.word().to_owned(),
                unit_price: l.unit_price,
                max_unit_price: l.price_cap,
                min_unit_price: l.price_floor,
            })
            .collect(),
        freight: document.freight,
        tax: document.tax,
        total: document.total,
        max_total: document.total_cap,
        min_total: document.total_floor,
    }
}

/// Gives the account back and rings whoever waits for it.
pub async fn release(app: &App, run: &Run) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    leases::release(&mut tx, &run.lease).await?;
    let next = orders::waiting_for(&mut tx, &run.order.org_id, &run.order.account_id).await?;
    tx.commit().await?;
    app.ring_all(next.into_iter().map(|(id, state)| match state {
        OrderState::Unknown => Job::Settle {
            order: id.to_string(),
        },
        _ => Job::Place {
            order: id.to_string(),
        },
    }))
    .await;
    Ok(())
}
