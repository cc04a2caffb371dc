//! Cookies: what a browser keeps for us, and how it is written.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::Console;

/// What a browser keeps for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// The token of the session.
    Session,
    /// A sentence for the next page.
    Said,
}

/// How cookies are written: bound to this host alone where the console is reached by https.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cookies {
    Secure,
    Plain,
}

impl Cookies {
    pub(super) fn of(console: &Console) -> Self {
        match console.app.config.http.public_url.scheme() {
            "https" => Self::Secure,
            _ => Self::Plain,
        }
    }

    fn name(self, kept: Kept) -> &'static str {
        match (self, kept) {
            (Self::Secure, Kept::Session) => "__Host-sutler_session",
            (Self::Secure, Kept::Said) => "__Host-sutler_said",
            (Self::Plain, Kept::Session) => "sutler_session",
            (Self::Plain, Kept::Said) => "sutler_said",
        }
    }

    pub(super) fn get(self, headers: &HeaderMap, kept: Kept) -> Option<String> {
        let name = self.name(kept);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }

    /// Keeps hexadecimal digits for a time; none of it at 0 seconds.
    pub(super) fn set(self, response: &mut Response, kept: Kept, value: &str, seconds: i64) {
        let secure = match self {
            Self::Secure => "; Secure",
            Self::Plain => "",
        };
        let cookie = format!(
            "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
            self.name(kept)
        );
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;

    use super::*;

    #[test]
    fn cookies_are_bound_to_the_host_where_the_console_is_reached_by_https() {
        for (cookies, expect) in [
            (
                Cookies::Secure,
                "__Host-sutler_session=ab; Path=/; Max-Age=9; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                Cookies::Plain,
                "sutler_session=ab; Path=/; Max-Age=9; HttpOnly; SameSite=Lax",
            ),
        ] {
            let mut response = ().into_response();
            cookies.set(&mut response, Kept::Session, "ab", 9);
            assert_eq!(response.headers()[header::SET_COOKIE], expect);
            let mut headers = HeaderMap::new();
            let sent = format!("other=1; {}", expect.split(';').next().unwrap());
            headers.insert(header::COOKIE, sent.parse().unwrap());
            assert_eq!(cookies.get(&headers, Kept::Session).as_deref(), Some("ab"));
            assert_eq!(cookies.get(&headers, Kept::Said), None);
        }
    }
}
