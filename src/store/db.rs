//! The database: SQLite in a file, or PostgreSQL. The only place that knows which.
//!
//! **Invariant:** every SQL text is shared by both dialects; what differs stands here.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{DateTime, SubsecRound, Utc};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

mod clock;
mod log;

pub use self::clock::Clock;
use self::log::Carrying;

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// A database of either kind.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    clock: Clock,
    /// Held while a daemon has the SQLite file; others may open it, no second daemon may.
    _lock: Option<Arc<File>>,
}

#[derive(Clone, Debug)]
enum Pools {
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
        /// Of a daemon only; a visitor writes little.
        carrying: Option<Arc<Carrying>>,
    },
    Postgres(PgPool),
}

/// Prepared statements that a connection keeps: those over many rows have a text for each number of rows.
const STATEMENTS: usize = 500;

/// Connections of who does not say: the subcommands beside a daemon.
const CONNECTIONS: u32 = 8;

/// Who opens the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// A process that works the flow: on SQLite there may be one.
    Daemon,
    /// A subcommand beside it.
    Visitor,
}

/// A transaction of either dialect. Dropped without [`Tx::commit`] it is rolled back.
pub struct Tx {
    pub(super) conn: Conn,
    clock: Clock,
    now: Option<DateTime<Utc>>,
}

pub(super) enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one query on whichever dialect the transaction speaks: `fetch!(tx, query, fetch_one)`.
macro_rules! fetch {
    ($tx:expr, $query:expr, $how:ident) => {
        match &mut $tx.conn {
            $crate::store::db::Conn::Sqlite(c) => $query.$how(&mut **c).await,
            $crate::store::db::Conn::Postgres(c) => $query.$how(&mut **c).await,
        }
    };
}

/// Runs one statement and gives back the number of rows it changed.
macro_rules! execute {
    ($tx:expr, $query:expr) => {
        match &mut $tx.conn {
            $crate::store::db::Conn::Sqlite(c) => $query
                .execute(&mut **c)
                .await
                .map(|done| done.rows_affected()),
            $crate::store::db::Conn::Postgres(c) => $query
                .execute(&mut **c)
                .await
                .map(|done| done.rows_affected()),
        }
    };
}

pub(super) use {execute, fetch};

impl Db {
    /// Opens the database of a URL: `sqlite:path` or `postgres://…`.
    pub async fn open(url: &str, opener: Opener) -> anyhow::Result<Self> {
        Self::open_with(url, opener, CONNECTIONS).await
    }

    /// [`Db::open`] with at most so many connections; on SQLite these are the readers.
    pub async fn open_with(url: &str, opener: Opener, connections: u32) -> anyhow::Result<Self> {
        let clock = Clock::default();
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = PathBuf::from(path.trim_start_matches("//"));
            return Self::open_sqlite(&path, opener, connections, clock).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options: PgConnectOptions = url.parse().context("reading database.url")?;
            let options = options
                .application_name("sutler")
                .statement_cache_capacity(STATEMENTS);
            let options = options.options([
                ("synchronous_commit", "on"),
                ("timezone", "UTC"),
                // A stopped process must not hold rows that the others wait for.
                ("idle_in_transaction_session_timeout", "20s"),
            ]);
            let pool = PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(options)
                .await
                .context("connecting to PostgreSQL")?;
            let db = Self {
                pools: Pools::Postgres(pool),
                clock,
                _lock: None,
            };
            db.assert_durable().await?;
            return Ok(db);
        }
        bail!("database.url must start with sqlite: or postgres://");
    }

    async fn open_sqlite(
        path: &Path,
        opener: Opener,
        connections: u32,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("making the folder {}", folder.display()))?;
        }
        let lock = match opener {
            Opener::Daemon => Some(Arc::new(lock_beside(path)?)),
            Opener::Visitor => None,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(STATEMENTS)
            .pragma("cache_size", "-16000");
        let options = match opener {
            Opener::Daemon => options.pragma("wal_autocheckpoint", log::BACKSTOP),
            Opener::Visitor => options,
        };
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await
            .with_context(|| format!("opening {}", path.display()))?;
        let read = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone().read_only(true).pragma("query_only", "on"))
            .await
            .with_context(|| format!("opening {} for reading", path.display()))?;
        let carrying = match opener {
            Opener::Daemon => Some(Arc::new(Carrying::start(&options, write.clone()).await?)),
            Opener::Visitor => None,
        };
        let db = Self {
            pools: Pools::Sqlite {
                write,
                read,
                carrying,
            },
            clock,
            _lock: lock,
        };
        db.assert_durable().await?;
        Ok(db)
    }

    /// Refuses a database that answers a commit before it is on the disk.
    async fn assert_durable(&self) -> anyhow::Result<()> {
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                let level: i64 = sqlx::query_scalar("pragma synchronous")
                    .fetch_one(write)
                    .await?;
                if level < 2 {
                    bail!("SQLite must run with synchronous=FULL, it says {level}");
                }
            }
            Pools::Postgres(pool) => {
                let level: String = sqlx::query_scalar("show synchronous_commit")
                    .fetch_one(pool)
                    .await?;
                if level == "off" || level == "local" {
                    bail!("PostgreSQL must run with synchronous_commit = on, it says {level}");
                }
            }
        }
        Ok(())
    }

    /// Brings the schema up to this binary's.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        match &self.pools {
            Pools::Sqlite { write, .. } => SQLITE_MIGRATIONS.run(write).await?,
            Pools::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// Says whether the schema is this binary's, in a sentence if not.
    pub async fn check_schema(&self) -> anyhow::Result<()> {
        let migrations = match &self.pools {
            Pools::Sqlite { .. } => &SQLITE_MIGRATIONS,
            Pools::Postgres(_) => &POSTGRES_MIGRATIONS,
        };
        let newest = migrations.iter().map(|m| m.version).max().unwrap_or(0);
        let sql = "select cast(max(version) as bigint) from _sqlx_migrations";
        let found: Option<i64> = match &self.pools {
            Pools::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await,
            Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        }
        .context("the database has no schema yet: run `sutler migrate`")?;
        let found = found.unwrap_or(0);
        if found != newest {
            bail!("the schema is at {found}, this binary needs {newest}: run `sutler migrate`");
        }
        Ok(())
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        let conn = match &self.pools {
            Pools::Sqlite { write, .. } => Conn::Sqlite(begin_immediate(write).await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        };
        Ok(Tx {
            conn,
            clock: self.clock.clone(),
            now: None,
        })
    }

    /// Begins a transaction that only reads, beside the writer.
    pub async fn read(&self) -> sqlx::Result<Tx> {
        let conn = match &self.pools {
            Pools::Sqlite { read, .. } => Conn::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        };
        Ok(Tx {
            conn,
            clock: self.clock.clone(),
            now: None,
        })
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// True where a lock on the file proves that no other process has work in hand.
    pub fn is_exclusive(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite {
                write,
                read,
                carrying,
            } => {
                if let Some(carrying) = carrying {
                    carrying.end();
                }
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Free and used connections, for the metrics.
    pub fn connections(&self) -> (u32, usize) {
        match &self.pools {
            Pools::Sqlite { write, read, .. } => (write.size() + read.size(), read.num_idle()),
            Pools::Postgres(pool) => (pool.size(), pool.num_idle()),
        }
    }

    /// Runs one statement outside of any transaction: for tests and maintenance.
    pub async fn execute_raw(&self, sql: &'static str) -> sqlx::Result<()> {
        match &self.pools {
            Pools::Sqlite { write, .. } => sqlx::raw_sql(sql).execute(write).await.map(drop),
            Pools::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop),
        }
    }
}

/// Begins on the one write connection; on a new one if that is out of step.
///
/// When the disk is full SQLite ends a transaction by itself, and sqlx 0.9 goes on counting it: no other
/// would ever begin on that connection.
async fn begin_immediate(write: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    match write.begin_with("begin immediate").await {
        Err(sqlx::Error::InvalidSavePointStatement | sqlx::Error::BeginFailed) => {
            tracing::warn!("the write connection is out of step: a new one takes its place");
            write.acquire().await?.close().await?;
            write.begin_with("begin immediate").await
        }
        begun => begun,
    }
}

fn lock_beside(path: &Path) -> anyhow::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = PathBuf::from(name);
    let file = File::create(&lock).with_context(|| format!("making {}", lock.display()))?;
    if file.try_lock().is_err() {
        bail!(
            "another sutler already works on {}: stop it first",
            path.display()
        );
    }
    Ok(file)
}

impl Tx {
    /// The time by which due, lease and submit times are compared: the server's on PostgreSQL,
    /// the daemon's on SQLite, read once in a transaction.
    pub async fn now(&mut self) -> sqlx::Result<DateTime<Utc>> {
        if let Some(now) = self.now {
            return Ok(now);
        }
        let now = match &mut self.conn {
            Conn::Sqlite(_) => self.clock.now(),
            Conn::Postgres(c) => {
                let server: DateTime<Utc> = sqlx::query_scalar("select clock_timestamp()")
                    .fetch_one(&mut **c)
                    .await?;
                (server + self.clock.offset()).trunc_subsecs(6)
            }
        };
        self.now = Some(now);
        Ok(now)
    }

    /// Runs one statement in this transaction: for tests.
    pub async fn execute_raw(&mut self, sql: &'static str) -> sqlx::Result<()> {
        match &mut self.conn {
            Conn::Sqlite(c) => sqlx::raw_sql(sql).execute(&mut **c).await.map(drop),
            Conn::Postgres(c) => sqlx::raw_sql(sql).execute(&mut **c).await.map(drop),
        }
    }

    pub async fn commit(self) -> sqlx::Result<()> {
        match self.conn {
            Conn::Sqlite(c) => c.commit().await,
            Conn::Postgres(c) => c.commit().await,
        }
    }
}
