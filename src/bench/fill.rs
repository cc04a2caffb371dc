//! A database with many messages stored, each as long as a real one.
//!
//! One message goes through the receiver; its row is then copied with ids, keys and times of their own, a
//! burst for every three and a read mark for each burst. SQL alone, because a million webhooks take an hour.

use std::path::{Path, PathBuf};
use std::time::Instant;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::load::Pace;
use crate::receiver::Receiver;
use crate::table::say;
use crate::world::{self, PEOPLE};

/// A folder whose database holds many messages.
pub(crate) struct Full {
    folder: TempDir,
    pub(crate) messages: u64,
}

impl Full {
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

/// Ids sort by time: twelve hexadecimal digits of milliseconds, here of the year before.
const FILL: &str = "
create temp table sender as
    select row_number() over (order by id) - 1 as n, id from identity where kind = 'phone';
create unique index temp.sender_n on sender (n);
create temp table nth (i integer primary key, burst text, at text);
insert into nth
    with recursive n (i) as (select 0 union all select i + 1 from n where i < {last})
    select i, printf('%012x7%019x', 1740000000000 + i / 3 * 90000, i / 3),
        strftime('%Y-%m-%dT%H:%M:%f000+00:00', 1740000000 + i / 3 * 90, 'unixepoch')
    from n;
insert into burst (id, org_id, identity_id, state, messages, opened_at, due_at, hard_due_at,
        closed_at, read_at, rung_at, rings)
    select nth.burst, t.org_id, s.id, 'read', 3, nth.at, nth.at, nth.at, nth.at, nth.at, nth.at, 0
    from nth join sender s on s.n = nth.i / 3 % (select count(*) from sender)
        join (select * from burst limit 1) t
    where nth.i % 3 = 0;
insert into message (id, org_id, channel, identity_id, provider_key, sealed_provider_id, kind,
        sealed_text, context_key, forwarded, press, sealed_raw, provider_at, arrived_at, state,
        reason, burst_id, due_at, rung_at, rings)
    select printf('%012x8%019x', 1740000000000 + nth.i * 30000, nth.i), t.org_id, t.channel, s.id,
        lower(hex(randomblob(32))), t.sealed_provider_id, t.kind, t.sealed_text, t.context_key,
        t.forwarded, t.press, t.sealed_raw, nth.at, nth.at, t.state, t.reason, nth.burst, null,
        null, 0
    from nth join sender s on s.n = nth.i / 3 % (select count(*) from sender)
        join (select * from message limit 1) t;
insert into outgoing (id, org_id, cause, kind, identity_id, sealed_body, state, rings, attempts,
        created_at, sent_at)
    select printf('%012x9%019x', 1740000000000 + nth.i * 30000, nth.i), t.org_id,
        printf('%012x8%019x', 1740000000000 + nth.i * 30000, nth.i), t.kind, s.id, t.sealed_body,
        'sent', 0, 1, nth.at, nth.at
    from nth join sender s on s.n = nth.i / 3 % (select count(*) from sender)
        join (select * from outgoing limit 1) t
    where nth.i % 3 = 0;
";

/// Makes a database with this many messages stored.
pub(crate) async fn full(messages: u64) -> anyhow::Result<Full> {
    say(&format!("storing {messages} messages"));
    let began = Instant::now();
    let folder = world::folder()?;
    let receiver = Receiver::grouped(folder.path()).await?;
    receiver.seed().await?;
    receiver
        .post(
            1,
            Pace::Closed {
                until: std::time::Duration::from_secs(30),
            },
        )
        .await?;
    receiver.close().await;
    let mut connection = connect(folder.path()).await?;
    let sql = FILL.replace("{last}", &(messages - 1).to_string());
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut connection)
        .await?;
    sqlx::raw_sql("pragma wal_checkpoint(truncate)")
        .execute(&mut connection)
        .await?;
    let stored: i64 = sqlx::query_scalar("select count(*) from message")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    let size = std::fs::metadata(folder.path().join("sutler.db"))?.len() / 1_000_000;
    say(&format!(
        "  {stored} messages of {PEOPLE} people, {size} MB, in {:.0} s",
        began.elapsed().as_secs_f64()
    ));
    Ok(Full { folder, messages })
}

/// The database beside the daemon, without care for its safety.
async fn connect(folder: &Path) -> anyhow::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("sutler.db"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-1000000")
        .pragma("temp_store", "memory");
    Ok(options.connect().await?)
}
