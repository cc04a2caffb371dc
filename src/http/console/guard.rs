//! Who is signed in, and whether a form was really sent from one of our pages.
//!
//! **Invariant:** a handler that changes something takes [`Checked`]: its origin, session and CSRF
//! token were looked at before the form reached it.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Form, RequestExt as _};
use chrono::TimeDelta;
use chrono_tz::Tz;
use minijinja::{Value, context};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;
use url::Url;

use super::cookies::{Cookies, Kept};
use super::pages::{self, Refusal};
use super::words::Times;
use super::{Console, Shared};
use crate::domain::ids::PersonId;
use crate::domain::person::Role;
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::lists::Scope;
use crate::store::orgs::Org;
use crate::store::people::Person;
use crate::store::sessions::Opened;
use crate::store::{cards, orgs, people, sessions};

/// Hours after which one signs in again.
const SESSION_HOURS: i64 = 12;
/// Bytes of a sentence that is kept for the next page.
const SAID: usize = 600;

pub(super) fn session_length() -> TimeDelta {
    TimeDelta::hours(SESSION_HOURS)
}

/// A person who is signed in, and what every page of theirs shows.
pub(super) struct Signed {
    pub org: Org,
    pub person: Person,
    pub csrf: String,
    pub token: String,
    pub times: Times,
    open_cards: i64,
    disarmed: bool,
    /// What the form before this page led to.
    said: Option<String>,
    cookies: Cookies,
}

impl Signed {
    /// What they may see.
    pub(super) fn scope(&self) -> Scope<'_> {
        if self.is_any(&[Role::Admin, Role::Operator, Role::Auditor, Role::Buyer]) {
            Scope::All
        } else {
            Scope::Own(&self.person.id)
        }
    }

    pub(super) fn is_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.person.is(*role))
    }

    /// Refuses a page of the whole organisation to those who see only their own.
    pub(super) fn must_see_all(&self) -> Result<(), Refusal> {
        match self.scope() {
            Scope::All => Ok(()),
            Scope::Own(_) => Err(Refusal::Forbidden(
                "This page is for admins, operators, auditors and buyers.",
            )),
        }
    }

    pub(super) fn may_operate(&self) -> bool {
        self.is_any(&[Role::Admin, Role::Operator])
    }

    pub(super) fn must_operate(&self) -> Result<(), Refusal> {
        if self.may_operate() {
            return Ok(());
        }
        Err(Refusal::Forbidden("Only admins and operators may do that."))
    }

    pub(super) fn may_answer(&self) -> bool {
        self.is_any(&[Role::Admin, Role::Operator, Role::Buyer])
    }

    /// Writes down what they did to something: what it is, and its id.
    pub(super) async fn did(
        &self,
        tx: &mut Tx,
        event: &str,
        (subject, subject_id): (&str, &str),
        detail: serde_json::Value,
    ) -> sqlx::Result<()> {
        let note = Note {
            org: &self.org.id,
            subject,
            subject_id,
            epoch: 0,
            event,
            was: None,
            became: None,
            detail,
            person: Some(&self.person.id),
        };
        journal::write(tx, note).await
    }

    /// Renders a page in its frame; a sentence that was kept is shown once.
    pub(super) fn page(&self, name: &str, page: Value) -> Response {
        let frame = context! {
            org => self.org.name.as_str(),
            me => self.person.name.as_str(),
            csrf => self.csrf.as_str(),
            zone => self.times.zone.name(),
            open_cards => self.open_cards,
            disarmed => self.disarmed,
            sees_all => matches!(self.scope(), Scope::All),
            said => self.said.as_deref(),
        };
        let mut response = pages::render(name, context! { ..page, ..frame });
        if self.said.is_some() {
            self.cookies.set(&mut response, Kept::Said, "", 0);
        }
        response
    }

    /// Goes to a page of ours and shows a sentence there.
    pub(super) fn say(&self, to: &str, text: &str) -> Response {
        let mut response = Redirect::to(to).into_response();
        let cut: String = text.chars().take(SAID / 4).collect();
        let shown = if text.len() > SAID { &cut } else { text };
        self.cookies
            .set(&mut response, Kept::Said, &hex::encode(shown), 60);
        response
    }
}

impl FromRequestParts<Shared> for Signed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, console: &Shared) -> Result<Self, Refusal> {
        let next = (parts.method == Method::GET).then(|| parts.uri.to_string());
        match find(console, &parts.headers).await? {
            Some(signed) => Ok(signed),
            None => Err(Refusal::SignIn { next }),
        }
    }
}

/// Finds who is signed in by the cookie.
pub(super) async fn find(
    console: &Console,
    headers: &HeaderMap,
) -> Result<Option<Signed>, Refusal> {
    let cookies = Cookies::of(console);
    let Some(token) = cookies.get(headers, Kept::Session) else {
        return Ok(None);
    };
    let app = &console.app;
    let mut tx = app.db.read().await?;
    let Some(session) = sessions::find(&mut tx, &token).await? else {
        return Ok(None);
    };
    let person = people::find(&mut tx, &session.org_id, &session.person_id).await?;
    let org = orgs::find(&mut tx, &session.org_id).await?;
    let (Some(person), Some(org)) = (person.filter(|p| p.active), org) else {
        return Ok(None);
    };
    let said = cookies
        .get(headers, Kept::Said)
        .and_then(|text| String::from_utf8(hex::decode(text).ok()?).ok())
        .filter(|text| !text.is_empty());
    Ok(Some(Signed {
        open_cards: cards::count_open(&mut tx, &org.id).await?,
        disarmed: !orgs::is_armed(&mut tx).await?,
        times: Times {
            zone: org.time_zone.parse().unwrap_or(Tz::UTC),
            now: app.now(),
        },
        org,
        person,
        csrf: session.csrf,
        token,
        said,
        cookies,
    }))
}

/// A form of somebody who is signed in, sent from one of our own pages.
pub(super) struct Checked<T> {
    pub signed: Signed,
    pub form: T,
}

/// A form that has its token and no other field.
#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
struct Envelope<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    form: T,
}

impl<T: DeserializeOwned + Send + 'static> FromRequest<Shared> for Checked<T> {
    type Rejection = Refusal;

    async fn from_request(mut request: Request, console: &Shared) -> Result<Self, Refusal> {
        must_be_ours(request.headers(), &console.app.config.http.public_url)?;
        let signed: Signed = request.extract_parts_with_state(console).await?;
        let Form(Envelope { csrf, form }) = Form::<Envelope<T>>::from_request(request, console)
            .await
            .map_err(|_| Refusal::Wrong("The form is not complete: go back and try again."))?;
        let same: bool = csrf.as_bytes().ct_eq(signed.csrf.as_bytes()).into();
        if !same {
            return Err(Refusal::Forbidden(
                "This form is no longer valid: go back, reload the page and try again.",
            ));
        }
        Ok(Self { signed, form })
    }
}

/// Refuses a form that a page of somebody else has sent.
pub(super) fn must_be_ours(headers: &HeaderMap, public_url: &Url) -> Result<(), Refusal> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|v: &HeaderValue| v.to_str().ok())
    };
    let from = text(header::ORIGIN).and_then(|o| Url::parse(o).ok());
    let ours = from.is_some_and(|from| {
        from.origin() == public_url.origin()
            || text(header::HOST).is_some_and(|host| authority(&from) == host)
    });
    if ours {
        return Ok(());
    }
    Err(Refusal::Forbidden(
        "This form was not sent from this console: open the page here and try again.",
    ))
}

/// "host" or "host:port", as a browser writes it in `Host`.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Goes to a page with the cookie of a session that was just opened.
pub(super) fn enter(console: &Console, opened: &Opened, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let seconds = session_length().num_seconds();
    Cookies::of(console).set(&mut response, Kept::Session, &opened.token, seconds);
    response
}

/// Goes to the sign-in and forgets the session.
pub(super) fn leave(console: &Console) -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    Cookies::of(console).set(&mut response, Kept::Session, "", 0);
    response
}

/// A path of ours for after the sign-in; anything that leads elsewhere is the list.
pub(super) fn local(next: Option<&str>) -> &str {
    next.filter(|path| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(['\\', '\r', '\n'])
            && !path.starts_with("/sign-")
    })
    .unwrap_or("/requisitions")
}

/// A page for somebody who is not signed in.
pub(super) fn outside(status: StatusCode, name: &str, page: Value) -> Response {
    (status, pages::render(name, page)).into_response()
}

/// The name of a person of the organisation.
pub(super) fn name_of(people: &[Person], id: &PersonId) -> String {
    people
        .iter()
        .find(|p| p.id == *id)
        .map_or_else(|| "somebody".to_owned(), |p| p.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_counts_only_from_our_own_origin() {
        let public: Url = "https://buy.example.com".parse().unwrap();
        for (origin, host, ours) in [
            (Some("https://buy.example.com"), "buy.example.com", true),
            (Some("https://buy.example.com"), "10.0.0.1:8080", true),
            (Some("http://127.0.0.1:8080"), "127.0.0.1:8080", true),
            (Some("http://127.0.0.1:8081"), "127.0.0.1:8080", false),
            (Some("https://evil.example.com"), "buy.example.com", false),
            (
                Some("https://buy.example.com.evil.com"),
                "buy.example.com",
                false,
            ),
            (Some("null"), "buy.example.com", false),
            (None, "buy.example.com", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            let found = must_be_ours(&headers, &public).is_ok();
            assert_eq!(found, ours, "{origin:?} to {host}");
        }
    }

    #[test]
    fn after_the_sign_in_one_stays_here() {
        for (next, expect) in [
            (Some("/requisitions/7?x=1"), "/requisitions/7?x=1"),
            (Some("//evil.example.com"), "/requisitions"),
            (Some("/\\evil.example.com"), "/requisitions"),
            (Some("https://evil.example.com"), "/requisitions"),
            (Some("/sign-in"), "/requisitions"),
            (Some("/a\r\nb"), "/requisitions"),
            (None, "/requisitions"),
        ] {
            assert_eq!(local(next), expect, "{next:?}");
        }
    }
}
