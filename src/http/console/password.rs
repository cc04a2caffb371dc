//! Passwords as the console takes them.
//!
//! **Invariant:** hashing runs off the async threads, two at a time, so that sign-ins can neither
//! stop the daemon nor fill its memory.

use std::sync::LazyLock;

use anyhow::Context as _;
use tokio::sync::Semaphore;

use crate::store::sessions::{hash_password, is_password_of};

/// Fewest characters of a password.
pub(super) const LEAST: usize = 12;
/// Most bytes: more only costs time.
pub(super) const MOST: usize = 1024;

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What an unknown account is compared with, so that it takes as long as a known one.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_password("nobody").expect("the parameters are allowed"));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Right,
    Wrong,
}

/// Hashes a password for a person.
pub(super) async fn hash(password: String) -> anyhow::Result<String> {
    let _turn = AT_ONCE.acquire().await.context("nobody closes it")?;
    tokio::task::spawn_blocking(move || hash_password(&password)).await?
}

/// Compares a password with a person's hash; without one it is compared with nobody's.
pub(super) async fn compare(password: String, stored: Option<String>) -> anyhow::Result<Match> {
    let _turn = AT_ONCE.acquire().await.context("nobody closes it")?;
    tokio::task::spawn_blocking(move || {
        let is_right = is_password_of(&password, stored.as_deref().unwrap_or(&NOBODY))?;
        Ok(if is_right && stored.is_some() {
            Match::Right
        } else {
            Match::Wrong
        })
    })
    .await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_nothing_else_is() {
        let stored = hash("correct horse battery".to_owned()).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        for (password, hash, expect) in [
            ("correct horse battery", Some(&stored), Match::Right),
            ("correct horse batter", Some(&stored), Match::Wrong),
            ("", Some(&stored), Match::Wrong),
            ("nobody", None, Match::Wrong),
        ] {
            let found = compare(password.to_owned(), hash.cloned()).await.unwrap();
            assert_eq!(found, expect, "{password}");
        }
    }
}
