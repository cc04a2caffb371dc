//! Who asks: the session behind the cookie.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded::byte_serialize;

use super::House;
use super::faults::Struck;
use super::switches::Effects;

pub(super) const COOKIE: &str = "mjengo_session";

/// Anybody, signed in or not.
#[derive(Clone, Default)]
pub(super) struct Visitor {
    /// The session's key; empty without a session.
    pub(super) key: String,
    pub(super) account: Option<usize>,
    pub(super) token: String,
    /// What is wrong with the page that it gets.
    pub(super) struck: Struck,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(super) struct Customer {
    pub(super) visitor: Visitor,
    pub(super) account: usize,
}

impl Visitor {
    /// Whether a form was made by this session's pages.
    pub(super) fn made(&self, token: &str) -> bool {
        !self.token.is_empty() && self.token == token
    }
}

impl FromRequestParts<Arc<House>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        house: &Arc<House>,
    ) -> Result<Self, Self::Rejection> {
        let cookies = parts.headers.get_all(header::COOKIE).iter();
        let key = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == COOKIE).then_some(value))
            .unwrap_or_default();
        let struck = parts.extensions.get::<Effects>();
        let struck = struck.map(|effects| effects.struck.clone());
        let mut visitor = Self {
            struck: struck.unwrap_or_default(),
            ..Self::default()
        };
        if let Some(session) = house.store().session(key) {
            key.clone_into(&mut visitor.key);
            visitor.account = session.account;
            session.token.clone_into(&mut visitor.token);
        }
        Ok(visitor)
    }
}

impl FromRequestParts<Arc<House>> for Customer {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        house: &Arc<House>,
    ) -> Result<Self, Self::Rejection> {
        let Ok(visitor) = Visitor::from_request_parts(parts, house).await;
        if let Some(account) = visitor.account {
            return Ok(Self { visitor, account });
        }
        let back = match (&parts.method, parts.uri.path_and_query()) {
            (&Method::GET, Some(path)) => path.as_str(),
            _ => "/account",
        };
        let next: String = byte_serialize(back.as_bytes()).collect();
        Err(Redirect::to(&format!("/sign-in?next={next}")).into_response())
    }
}
