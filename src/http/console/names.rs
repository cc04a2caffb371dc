//! Names: what the organisation's people call its items, and taking one back.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::context;
use serde::Serialize;
use serde_json::json;

use super::Shared;
use super::guard::{self, Checked, Nothing, Signed};
use super::pages::{self, Refusal};
use super::words::Shown;
use crate::domain::catalogue::Source;
use crate::domain::ids::AliasId;
use crate::store::{aliases, people};

#[derive(Serialize)]
struct Row {
    id: String,
    words: String,
    code: String,
    name: String,
    from: &'static str,
    since: Shown,
    revoked: Option<Shown>,
    by: Option<String>,
}

pub(super) async fn page(
    State(console): State<Shared>,
    signed: Signed,
) -> Result<Response, Refusal> {
    signed.must_see_all()?;
    let org = &signed.org.id;
    let mut tx = console.app.db.read().await?;
    let people = people::all(&mut tx, org).await?;
    let rows: Vec<Row> = aliases::all(&mut tx, org)
        .await?
        .into_iter()
        .map(|alias| Row {
            id: alias.id.to_string(),
            words: alias.words,
            code: alias.code,
            name: alias.name,
            from: match alias.source {
                Source::Imported => "imported",
                Source::Learned => "learned from two confirmed requests",
            },
            since: signed.times.show(alias.created_at),
            revoked: alias.revoked_at.map(|at| signed.times.show(at)),
            by: alias.revoked_by.map(|by| guard::name_of(&people, &by)),
        })
        .collect();
    let page =
        context! { tab => "names", rows => pages::value(&rows), may_answer => signed.may_answer() };
    Ok(signed.page("names.html", page))
}

#[derive(Clone, Copy)]
enum To {
    Revoked,
    InUse,
}

pub(super) async fn revoke(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Checked { signed, .. }: Checked<Nothing>,
) -> Result<Response, Refusal> {
    set(&console, &signed, &id.into(), To::Revoked).await
}

pub(super) async fn restore(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Checked { signed, .. }: Checked<Nothing>,
) -> Result<Response, Refusal> {
    set(&console, &signed, &id.into(), To::InUse).await
}

async fn set(console: &Shared, signed: &Signed, id: &AliasId, to: To) -> Result<Response, Refusal> {
    if !signed.may_answer() {
        return Err(Refusal::Forbidden(
            "Only admins, operators and buyers may change names.",
        ));
    }
    let org = &signed.org.id;
    let mut tx = console.app.db.begin().await?;
    let Some(alias) = aliases::find(&mut tx, org, id).await? else {
        return Err(Refusal::NotFound);
    };
    let (changed, event, text) = match to {
        To::Revoked => (
            aliases::revoke(&mut tx, org, id, &signed.person.id).await?,
            "revoked",
            "no longer stands for",
        ),
        To::InUse => (
            aliases::restore(&mut tx, org, id).await?,
            "restored",
            "stands again for",
        ),
    };
    if changed == 1 {
        let subject = ("item", alias.item_id.as_str());
        let detail = json!({ "words": alias.words });
        signed.did(&mut tx, event, subject, detail).await?;
        tx.commit().await?;
    }
    Ok(signed.say(
        "/names",
        &format!("“{}” {text} {}.", alias.words, alias.name),
    ))
}
