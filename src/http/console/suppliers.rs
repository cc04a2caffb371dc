//! Suppliers: which are paused, and the switch for each.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::context;
use serde::Serialize;
use serde_json::json;

use super::Shared;
use super::guard::{self, Checked, Nothing, Signed};
use super::pages::{self, Refusal};
use super::words::Shown;
use crate::domain::ids::SupplierId;
use crate::store::{journal, people, suppliers};

#[derive(Serialize)]
struct Row {
    id: String,
    code: String,
    name: String,
    url: String,
    recipe: String,
    currency: String,
    accounts: Vec<Account>,
    paused: Option<Shown>,
    by: Option<String>,
}

#[derive(Serialize)]
struct Account {
    name: String,
    has_sign_in: bool,
}

pub(super) async fn page(
    State(console): State<Shared>,
    signed: Signed,
) -> Result<Response, Refusal> {
    signed.must_see_all()?;
    let org = &signed.org.id;
    let mut tx = console.app.db.read().await?;
    let people = people::all(&mut tx, org).await?;
    let mut rows = Vec::new();
    for supplier in suppliers::all(&mut tx, org).await? {
        let accounts = suppliers::accounts(&mut tx, org, &supplier.id).await?;
        let last = journal::last_of(&mut tx, org, supplier.id.as_str(), 1).await?;
        rows.push(Row {
            id: supplier.id.to_string(),
            code: supplier.code,
            name: supplier.name,
            url: supplier.base_url,
            recipe: supplier.recipe,
            currency: supplier.currency,
            accounts: accounts
                .into_iter()
                .map(|a| Account {
                    has_sign_in: a.sealed_user.is_some() && a.sealed_password.is_some(),
                    name: a.name,
                })
                .collect(),
            paused: supplier.paused_at.map(|at| signed.times.show(at)),
            by: last
                .into_iter()
                .find_map(|e| e.person_id)
                .filter(|_| supplier.paused_at.is_some())
                .map(|p| guard::name_of(&people, &p)),
        });
    }
    let page = context! { tab => "suppliers", rows => pages::value(&rows), may_operate => signed.may_operate() };
    Ok(signed.page("suppliers.html", page))
}

#[derive(Clone, Copy)]
enum To {
    Paused,
    Running,
}

pub(super) async fn pause(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Checked { signed, .. }: Checked<Nothing>,
) -> Result<Response, Refusal> {
    set(&console, &signed, &id.into(), To::Paused).await
}

pub(super) async fn resume(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Checked { signed, .. }: Checked<Nothing>,
) -> Result<Response, Refusal> {
    set(&console, &signed, &id.into(), To::Running).await
}

async fn set(
    console: &Shared,
    signed: &Signed,
    id: &SupplierId,
    to: To,
) -> Result<Response, Refusal> {
    signed.must_operate()?;
    let org = &signed.org.id;
    let mut tx = console.app.db.begin().await?;
    let now = tx.now().await?;
    let Some(supplier) = suppliers::find(&mut tx, org, id).await? else {
        return Err(Refusal::NotFound);
    };
    let (at, event, text) = match to {
        To::Paused => (Some(now), "paused", "is paused: no new order goes there."),
        To::Running => (None, "resumed", "goes on: what waits is taken up."),
    };
    if supplier.paused_at.is_some() != at.is_some() {
        suppliers::set_paused(&mut tx, org, id, at).await?;
        let subject = ("supplier", id.as_str());
        signed.did(&mut tx, event, subject, json!({})).await?;
        tx.commit().await?;
    }
    Ok(signed.say("/suppliers", &format!("{} {text}", supplier.name)))
}
