//! Who is signed in to the console, the links by which a first password is set, and how passwords and
//! tokens rest in the database.
//!
//! **Invariant:** a token leaves this file once, to the one it is for; the database has only its hash.

use anyhow::anyhow;
use argon2::password_hash::rand_core::OsRng as SaltRng;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, TimeDelta, Utc};
use rand::TryRngCore as _;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use sqlx::{query, query_as};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::{OrgId, PersonId};

/// Somebody who is signed in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    pub org_id: OrgId,
    pub person_id: PersonId,
    /// Stands in every form of the session.
    pub csrf: String,
    pub expires_at: DateTime<Utc>,
}

/// A session that was just opened; the token goes into the cookie.
#[derive(Clone)]
pub struct Opened {
    pub token: String,
    pub csrf: String,
}

/// A link that has not been used and has not expired.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Link {
    pub org_id: OrgId,
    pub person_id: PersonId,
}

/// 32 random bytes in hexadecimal digits.
fn token() -> String {
    let mut bytes = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut bytes)
        .expect("the system gives random bytes");
    hex::encode(bytes)
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Argon2id with 19 MiB, two passes and one lane: the least that OWASP's password storage sheet names.
fn argon2id() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are allowed");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password for `person.password_hash`, in the PHC form. Takes tens of milliseconds.
pub fn hash_password(password: &str) -> anyhow::Result<String> {
    let salt = SaltString::generate(&mut SaltRng);
    let hash = argon2id()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|error| anyhow!("hashing a password: {error}"))?;
    Ok(hash.to_string())
}

/// True if the hash is this password's. Takes as long as hashing.
pub fn is_password_of(password: &str, hash: &str) -> anyhow::Result<bool> {
    let hash = PasswordHash::new(hash).map_err(|error| anyhow!("a stored password: {error}"))?;
    Ok(argon2id()
        .verify_password(password.as_bytes(), &hash)
        .is_ok())
}

/// Makes a link with which a person can set their password once; gives its token, which ends the
/// address `/sign-in/{token}`. Earlier links of the person end.
pub async fn make_link(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
    ttl: TimeDelta,
) -> sqlx::Result<String> {
    let now = tx.now().await?;
    execute!(
        tx,
        query("delete from sign_in_link where org_id = $1 and person_id = $2")
            .bind(org)
            .bind(person)
    )?;
    let token = token();
    execute!(
        tx,
        query(
            "insert into sign_in_link (hash, org_id, person_id, expires_at)
             values ($1, $2, $3, $4)"
        )
        .bind(hash(&token))
        .bind(org)
        .bind(person)
        .bind(now + ttl)
    )?;
    Ok(token)
}

/// Whose link this is, without using it.
pub async fn link(tx: &mut Tx, token: &str) -> sqlx::Result<Option<Link>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(
            "select org_id, person_id from sign_in_link
             where hash = $1 and used_at is null and expires_at > $2"
        )
        .bind(hash(token))
        .bind(now),
        fetch_optional
    )
}

/// Uses a link, once; none: it was used, has expired, or never was.
pub async fn use_link(tx: &mut Tx, token: &str) -> sqlx::Result<Option<Link>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(
            "update sign_in_link set used_at = $2
             where hash = $1 and used_at is null and expires_at > $2
             returning org_id, person_id"
        )
        .bind(hash(token))
        .bind(now),
        fetch_optional
    )
}

/// Opens a session, and removes those that have expired.
pub async fn open(
    tx: &mut Tx,
    org: &OrgId,
    person: &PersonId,
    ttl: TimeDelta,
) -> sqlx::Result<Opened> {
    let now = tx.now().await?;
    execute!(
        tx,
        query("delete from session where org_id is not null and expires_at <= $1").bind(now)
    )?;
    let opened = Opened {
        token: token(),
        csrf: token(),
    };
    execute!(
        tx,
        query(
            "insert into session (hash, org_id, person_id, csrf, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)"
        )
        .bind(hash(&opened.token))
        .bind(org)
        .bind(person)
        .bind(&opened.csrf)
        .bind(now)
        .bind(now + ttl)
    )?;
    Ok(opened)
}

/// The session of a token, if it has not expired.
pub async fn find(tx: &mut Tx, token: &str) -> sqlx::Result<Option<Session>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(
            "select org_id, person_id, csrf, expires_at from session
             where hash = $1 and expires_at > $2"
        )
        .bind(hash(token))
        .bind(now),
        fetch_optional
    )
}

/// Ends the session of a token.
pub async fn close(tx: &mut Tx, token: &str) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("delete from session where hash = $1 and org_id is not null").bind(hash(token))
    )
}

/// Ends every session of a person.
pub async fn close_all(tx: &mut Tx, org: &OrgId, person: &PersonId) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("delete from session where org_id = $1 and person_id = $2")
            .bind(org)
            .bind(person)
    )
}
