//! Organisations, their numbers and counters, and the switches of the whole daemon.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use crate::domain::ids::OrgId;
use crate::domain::org::OrgSettings;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Org {
    pub id: OrgId,
    pub code: String,
    pub name: String,
    pub currency: String,
    pub time_zone: String,
    pub settings: Json<OrgSettings>,
}

pub async fn find(tx: &mut Tx, id: &OrgId) -> sqlx::Result<Option<Org>> {
    fetch!(
        tx,
        query_as("select id, code, name, currency, time_zone, settings from org where id = $1")
            .bind(id),
        fetch_optional
    )
}

pub async fn find_by_code(tx: &mut Tx, code: &str) -> sqlx::Result<Option<Org>> {
    fetch!(
        tx,
        query_as("select id, code, name, currency, time_zone, settings from org where code = $1")
            .bind(code),
        fetch_optional
    )
}

/// Every organisation of this daemon, by code.
pub async fn all(tx: &mut Tx) -> sqlx::Result<Vec<Org>> {
    fetch!(
        tx,
        query_as("select id, code, name, currency, time_zone, settings from org order by code"),
        fetch_all
    )
}

/// Adds an organisation, or changes the one of that code.
pub async fn save(tx: &mut Tx, org: &Org) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into org (id, code, name, currency, time_zone, settings, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (code) do update set name = excluded.name, currency = excluded.currency,
                 time_zone = excluded.time_zone, settings = excluded.settings"
        )
        .bind(&org.id)
        .bind(&org.code)
        .bind(&org.name)
        .bind(&org.currency)
        .bind(&org.time_zone)
        .bind(&org.settings)
        .bind(now)
    )?;
    Ok(())
}

/// A number of ours: the provider's id of it, and the app of the configuration it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Number {
    pub org_id: OrgId,
    pub channel: String,
    pub app: String,
    pub number_id: String,
}

/// Finds whose number this is, of any organisation.
pub async fn number(tx: &mut Tx, channel: &str, number_id: &str) -> sqlx::Result<Option<Number>> {
    fetch!(
        tx,
        query_as(
            "select org_id, channel, app, number_id from channel_number
             where channel = $1 and number_id = $2"
        )
        .bind(channel)
        .bind(number_id),
        fetch_optional
    )
}

pub async fn numbers(tx: &mut Tx) -> sqlx::Result<Vec<Number>> {
    fetch!(
        tx,
        query_as("select org_id, channel, app, number_id from channel_number order by number_id"),
        fetch_all
    )
}

pub async fn save_number(tx: &mut Tx, number: &Number) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into channel_number (org_id, channel, app, number_id, created_at)
             values ($1, $2, $3, $4, $5)
             on conflict (channel, number_id) do update set app = excluded.app
             where channel_number.org_id = excluded.org_id"
        )
        .bind(&number.org_id)
        .bind(&number.channel)
        .bind(&number.app)
        .bind(&number.number_id)
        .bind(now)
    )?;
    Ok(())
}

pub async fn remove_number(tx: &mut Tx, number: &Number) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("delete from channel_number where org_id = $1 and channel = $2 and number_id = $3")
            .bind(&number.org_id)
            .bind(&number.channel)
            .bind(&number.number_id)
    )
}

/// Leaves out numbers that were perhaps given out, and are not known any more.
pub async fn skip(tx: &mut Tx, how_many: i64) -> sqlx::Result<u64> {
    execute!(
        tx,
        query("update counter set value = value + $1 where org_id is not null").bind(how_many)
    )
}

/// The next value of an organisation's counter, from 1.
pub async fn next(tx: &mut Tx, org: &OrgId, counter: &str) -> sqlx::Result<i64> {
    fetch!(
        tx,
        query_scalar(
            "insert into counter (org_id, name, value) values ($1, $2, 1)
             on conflict (org_id, name) do update set value = counter.value + 1
             returning value"
        )
        .bind(org)
        .bind(counter),
        fetch_one
    )
}

/// True unless orders are switched off for the whole daemon.
pub async fn is_armed(tx: &mut Tx) -> sqlx::Result<bool> {
    let value: Option<String> = fetch!(
        tx,
        query_scalar("select value from daemon where key = 'ordering'"),
        fetch_optional
    )?;
    Ok(value.as_deref() != Some("disarmed"))
}

/// Switches ordering on (`armed`) or off (`disarmed`) for the whole daemon.
pub async fn set_switch(tx: &mut Tx, key: &str, value: &str) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into daemon (key, value, at) values ($1, $2, $3)
             on conflict (key) do update set value = excluded.value, at = excluded.at"
        )
        .bind(key)
        .bind(value)
        .bind(now)
    )?;
    Ok(())
}

/// How ordering stands for the whole daemon, and since when; none: it was never switched.
pub async fn ordering(tx: &mut Tx) -> sqlx::Result<Option<(String, DateTime<Utc>)>> {
    fetch!(
        tx,
        query_as("select value, at from daemon where key = 'ordering'"),
        fetch_optional
    )
}

pub async fn switch(tx: &mut Tx, key: &str) -> sqlx::Result<Option<String>> {
    fetch!(
        tx,
        query_scalar("select value from daemon where key = $1").bind(key),
        fetch_optional
    )
}
