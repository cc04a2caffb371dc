//! SQLite's write-ahead log, carried into the database file beside the writer.
//!
//! Left to itself SQLite does this within a commit, whenever the log has 1,000 pages: with a large
//! database these go to a thousand places on the disk, and every webhook behind that commit waits.
//! So a connection of its own does it twice a second. It cannot reach the end of the log while the
//! writer goes on; when the log has become long, the rest, which is short, is carried over on the
//! writer's connection, and the next commit begins the log anew.

use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection, SqlitePool};
use tokio::task::JoinHandle;

const PAUSE: Duration = Duration::from_millis(500);

/// Pages of 4 KiB that the log may have before it is begun anew.
const LONG: i64 = 8_000;

/// Pages after which a commit carries them over itself, should this task have stopped.
pub(super) const BACKSTOP: &str = "64000";

/// The task that does it; dropping this ends it.
#[derive(Debug)]
pub(super) struct Carrying(JoinHandle<()>);

impl Carrying {
    pub(super) async fn start(
        options: &SqliteConnectOptions,
        writer: SqlitePool,
    ) -> sqlx::Result<Self> {
        let mut own = options.connect().await?;
        Ok(Self(tokio::spawn(async move {
            while !writer.is_closed() {
                tokio::time::sleep(PAUSE).await;
                if let Err(error) = carry_over(&mut own, &writer, LONG).await {
                    tracing::debug!(%error, "SQLite's log was not carried over, it will be");
                }
            }
        })))
    }

    pub(super) fn end(&self) {
        self.0.abort();
    }
}

impl Drop for Carrying {
    fn drop(&mut self) {
        self.end();
    }
}

/// Carries over what there is; a log of at least `long` pages to its end.
async fn carry_over(
    own: &mut SqliteConnection,
    writer: &SqlitePool,
    long: i64,
) -> sqlx::Result<()> {
    let sql = "pragma wal_checkpoint(passive)";
    let (_, pages, _): (i64, i64, i64) = sqlx::query_as(sql).fetch_one(own).await?;
    if pages >= long {
        let mut writer = writer.acquire().await?;
        sqlx::query(sql).execute(&mut *writer).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::{SqliteJournalMode, SqlitePoolOptions};

    use super::*;

    async fn pages(own: &mut SqliteConnection) -> (i64, i64) {
        let sql = "pragma wal_checkpoint(noop)";
        let row: Result<(i64, i64, i64), _> = sqlx::query_as(sql).fetch_one(own).await;
        let (_, all, carried) = row.unwrap();
        (all, carried)
    }

    #[tokio::test]
    async fn a_long_log_is_carried_over_to_its_end_and_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("x.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("wal_autocheckpoint", BACKSTOP);
        let pool = SqlitePoolOptions::new().max_connections(1);
        let writer = pool.connect_with(options.clone()).await.unwrap();
        let mut own = options.connect().await.unwrap();
        let run = |sql: &'static str| sqlx::raw_sql(sql).execute(&writer);
        run("create table t (x text)").await.unwrap();
        for _ in 0..20 {
            run("insert into t values (hex(randomblob(4000)))")
                .await
                .unwrap();
        }
        let (all, carried) = pages(&mut own).await;
        assert!(all >= 40 && carried == 0, "{carried} of {all}");
        carry_over(&mut own, &writer, 40).await.unwrap();
        let (all, carried) = pages(&mut own).await;
        assert_eq!(all, carried);
        run("insert into t values ('y')").await.unwrap();
        let (all, _) = pages(&mut own).await;
        assert!(all < 10, "the log was not begun anew: {all} pages");
        let rows: i64 = sqlx::query_scalar("select count(*) from t")
            .fetch_one(&mut own)
            .await
            .unwrap();
        assert_eq!(rows, 21);
    }
}
