//! Passwords: argon2id, 19 MiB, two passes, one lane (the least that OWASP's password storage sheet
//! names).
//!
//! **Invariant:** hashing runs off the async threads, two at a time, so that sign-ins can neither
//! stop the daemon nor fill its memory.

use std::sync::LazyLock;

use anyhow::{Context as _, anyhow};
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Fewest characters of a password.
pub(super) const LEAST: usize = 12;
/// Most bytes: more only costs time.
pub(super) const MOST: usize = 1024;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What an unknown account is compared with, so that it takes as long as a known one.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody").expect("the parameters are allowed"));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Right,
    Wrong,
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are allowed");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> anyhow::Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = argon2id()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|error| anyhow!("hashing a password: {error}"))?;
    Ok(hash.to_string())
}

/// Hashes a password in the PHC form, for `person.password_hash`.
pub async fn hash(password: String) -> anyhow::Result<String> {
    let _turn = AT_ONCE.acquire().await.context("nobody closes it")?;
    tokio::task::spawn_blocking(move || hash_now(&password)).await?
}

/// Compares a password with a person's hash; without one it is compared with nobody's.
pub(super) async fn compare(password: String, stored: Option<String>) -> anyhow::Result<Match> {
    let _turn = AT_ONCE.acquire().await.context("nobody closes it")?;
    tokio::task::spawn_blocking(move || {
        let against = stored.as_deref().unwrap_or(&NOBODY);
        let parsed =
            PasswordHash::new(against).map_err(|error| anyhow!("a stored password: {error}"))?;
        let same = argon2id().verify_password(password.as_bytes(), &parsed);
        Ok(if same.is_ok() && stored.is_some() {
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
