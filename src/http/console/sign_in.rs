//! Signing in and out, and the link by which a first password is set.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use minijinja::context;
use serde::Deserialize;

use super::cookies::{Cookies, Kept};
use super::guard::{self, Checked, Nothing};
use super::pages::Refusal;
use super::password::{self, Match};
use super::{Console, Shared};
use crate::store::orgs::{self, Org};
use crate::store::people::{self, Person};
use crate::store::sessions::{self, Link};

#[derive(Deserialize)]
pub(super) struct Next {
    next: Option<String>,
}

pub(super) async fn page(
    State(console): State<Shared>,
    Query(query): Query<Next>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let next = guard::local(query.next.as_deref());
    if guard::find(&console, &headers).await?.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    form(&console, StatusCode::OK, &Entered::default(), next, None).await
}

#[derive(Default, Deserialize)]
pub(super) struct Entered {
    #[serde(default)]
    org: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
}

async fn form(
    console: &Console,
    status: StatusCode,
    entered: &Entered,
    next: &str,
    wrong: Option<&str>,
) -> Result<Response, Refusal> {
    let mut tx = console.app.db.read().await?;
    let several = orgs::all(&mut tx).await?.len() > 1;
    let page = context! { several, org_code => entered.org.as_str(), code => entered.code.as_str(), next, wrong };
    Ok(guard::outside(status, "sign-in.html", page))
}

pub(super) async fn sign_in(
    State(console): State<Shared>,
    headers: HeaderMap,
    Form(mut entered): Form<Entered>,
) -> Result<Response, Refusal> {
    guard::must_be_ours(&headers, &console.app.config.http.public_url)?;
    let next = guard::local(entered.next.as_deref()).to_owned();
    entered.org = short(&entered.org);
    entered.code = short(&entered.code);
    let (org, known) = find(&console, &entered).await?;
    let account = format!("{org}/{}", entered.code).to_lowercase();
    let now = console.app.now();
    if console.tries.wait_until(&account, now).is_some() {
        let wrong = "Too many wrong passwords. Wait a little, then try again.";
        let status = StatusCode::TOO_MANY_REQUESTS;
        return form(&console, status, &entered, &next, Some(wrong)).await;
    }
    console.tries.begin(&account, now);
    let stored = known.as_ref().and_then(|p| p.password_hash.clone());
    let given = std::mem::take(&mut entered.password);
    let found = if given.len() <= password::MOST {
        password::compare(given, stored).await?
    } else {
        Match::Wrong
    };
    match (found, known) {
        (Match::Right, Some(person)) => {
            console.tries.right(&account);
            let mut tx = console.app.db.begin().await?;
            if let Some(old) = Cookies::of(&console).get(&headers, Kept::Session) {
                sessions::close(&mut tx, &old).await?;
            }
            let length = guard::session_length();
            let opened = sessions::open(&mut tx, &person.org_id, &person.id, length).await?;
            tx.commit().await?;
            tracing::info!(person.id = %person.id, "signed in to the console");
            Ok(guard::enter(&console, &opened, &next))
        }
        (Match::Right | Match::Wrong, _) => {
            let wrong = "That name and password do not belong together.";
            let status = StatusCode::UNAUTHORIZED;
            form(&console, status, &entered, &next, Some(wrong)).await
        }
    }
}

/// What was typed, without blanks around it and cut to what can be a code.
fn short(text: &str) -> String {
    text.trim().chars().take(100).collect()
}

/// The organisation named, or the only one, and the active person of that code in it.
async fn find(console: &Console, entered: &Entered) -> Result<(String, Option<Person>), Refusal> {
    let mut tx = console.app.db.read().await?;
    let all = orgs::all(&mut tx).await?;
    let org: Option<&Org> = match all.as_slice() {
        [only] => Some(only),
        several => several.iter().find(|o| o.code == entered.org),
    };
    let Some(org) = org else {
        return Ok((entered.org.clone(), None));
    };
    let person = people::find_by_code(&mut tx, &org.id, &entered.code).await?;
    Ok((org.code.clone(), person.filter(|p| p.active)))
}

pub(super) async fn sign_out(
    State(console): State<Shared>,
    Checked { signed, .. }: Checked<Nothing>,
) -> Result<Response, Refusal> {
    let mut tx = console.app.db.begin().await?;
    sessions::close(&mut tx, &signed.token).await?;
    tx.commit().await?;
    Ok(guard::leave(&console))
}

/// Shows the form of a link; the link is used when a password is set, not by looking at it.
pub(super) async fn link(
    State(console): State<Shared>,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let Some((_, person)) = whose(&console, &token).await? else {
        return Ok(ended());
    };
    Ok(password_form(StatusCode::OK, &person, None))
}

async fn whose(console: &Arc<Console>, token: &str) -> Result<Option<(Link, Person)>, Refusal> {
    let mut tx = console.app.db.read().await?;
    let Some(link) = sessions::link(&mut tx, token).await? else {
        return Ok(None);
    };
    let person = people::find(&mut tx, &link.org_id, &link.person_id).await?;
    Ok(person.filter(|p| p.active).map(|p| (link, p)))
}

fn ended() -> Response {
    super::pages::message(
        StatusCode::GONE,
        "This link has ended",
        "It was used or is too old. On the server, `sutler admin` makes a new one.",
    )
}

fn password_form(status: StatusCode, person: &Person, wrong: Option<&str>) -> Response {
    let page = context! {
        name => person.name.as_str(), code => person.code.as_str(), least => password::LEAST, wrong
    };
    guard::outside(status, "set-password.html", page)
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

pub(super) async fn set_password(
    State(console): State<Shared>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Refusal> {
    guard::must_be_ours(&headers, &console.app.config.http.public_url)?;
    let Some((_, person)) = whose(&console, &token).await? else {
        return Ok(ended());
    };
    if let Some(wrong) = wrong_with(&chosen) {
        return Ok(password_form(StatusCode::BAD_REQUEST, &person, Some(wrong)));
    }
    let hash = password::hash(chosen.password).await?;
    let mut tx = console.app.db.begin().await?;
    let Some(used) = sessions::use_link(&mut tx, &token).await? else {
        return Ok(ended());
    };
    people::set_password(&mut tx, &used.org_id, &used.person_id, &hash).await?;
    sessions::close_all(&mut tx, &used.org_id, &used.person_id).await?;
    let length = guard::session_length();
    let opened = sessions::open(&mut tx, &used.org_id, &used.person_id, length).await?;
    tx.commit().await?;
    tracing::info!(person.id = %used.person_id, "set a password for the console");
    Ok(guard::enter(&console, &opened, "/requisitions"))
}

fn wrong_with(chosen: &Chosen) -> Option<&'static str> {
    if chosen.password.chars().count() < password::LEAST {
        return Some("A password needs at least 12 characters.");
    }
    if chosen.password.len() > password::MOST {
        return Some("That password is too long.");
    }
    (chosen.password != chosen.again).then_some("The two are not the same.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_typed_twice() {
        for (password, again, fits) in [
            ("twelve chars", "twelve chars", true),
            ("eleven char", "eleven char", false),
            ("twelve chars", "twelve charz", false),
            ("ééééééééééé", "ééééééééééé", false),
        ] {
            let chosen = Chosen {
                password: password.to_owned(),
                again: again.to_owned(),
            };
            assert_eq!(wrong_with(&chosen).is_none(), fits, "{password}");
        }
    }
}
