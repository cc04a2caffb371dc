//! The databases of the tests: fresh ones, and rows as text beside the store's functions.

use std::sync::Once;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Executor as _, PgPool, Row as _, SqlitePool};
use url::Url;

/// Once a process: TLS, and a log for who asks for one.
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let filter = environment("SUTLER_TEST_LOG").unwrap_or_else(|| "off".to_owned());
        let _ = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
            .with_test_writer()
            .try_init();
    });
}

/// Where an engine for the tests is; `script/test` starts it.
pub(crate) fn environment(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "it is not a setting of the daemon"
    )]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn needed(name: &str) -> String {
    environment(name).unwrap_or_else(|| panic!("{name} is not set: run script/test"))
}

/// The PostgreSQL server's own database, from which others are made and shut.
pub(crate) fn admin_url() -> String {
    needed("SUTLER_TEST_POSTGRES")
}

/// A new PostgreSQL database; gives its URL.
pub(crate) async fn create_postgres() -> String {
    let server = admin_url();
    let name = format!("sutler_{}", uuid::Uuid::new_v4().simple());
    let pool = PgPool::connect(&server).await.unwrap();
    let create = format!("create database {name} template template0");
    pool.execute(AssertSqlSafe(create)).await.unwrap();
    pool.close().await;
    let mut url = Url::parse(&server).unwrap();
    url.set_path(&name);
    url.into()
}

/// The Redis of the tests and a namespace of this test alone.
pub(crate) fn redis() -> (String, String) {
    let namespace = format!("test-{}", uuid::Uuid::new_v4().simple());
    (needed("SUTLER_TEST_REDIS"), namespace)
}

/// The database of a test, read beside the daemon.
pub(crate) enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

macro_rules! texts {
    ($pool:expr, $query:expr) => {
        $query
            .fetch_all($pool)
            .await
            .unwrap()
            .iter()
            .map(|row| {
                let columns = 0..row.columns().len();
                columns
                    .map(|n| row.get::<Option<String>, _>(n).unwrap_or_default())
                    .collect()
            })
            .collect()
    };
}

impl Raw {
    pub(crate) async fn open(url: &str) -> Self {
        match url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                Self::Sqlite(SqlitePool::connect_with(options).await.unwrap())
            }
            None => Self::Postgres(PgPool::connect(url).await.unwrap()),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Rows of texts; a null is empty.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let query = sqlx::query::<sqlx::Sqlite>;
        match self {
            Self::Sqlite(pool) => texts!(pool, query(AssertSqlSafe(sql.to_owned()))),
            Self::Postgres(pool) => {
                texts!(
                    pool,
                    sqlx::query::<sqlx::Postgres>(AssertSqlSafe(sql.to_owned()))
                )
            }
        }
    }

    /// The one text of a query.
    pub(crate) async fn one(&self, sql: &str) -> String {
        let rows = self.rows(sql).await;
        let [row] = rows.as_slice() else {
            panic!("{} rows of {sql}", rows.len())
        };
        row[0].clone()
    }

    /// How many rows a query counts.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
                .fetch_one(pool)
                .await
                .unwrap(),
            Self::Postgres(pool) => sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
                .fetch_one(pool)
                .await
                .unwrap(),
        }
    }

    /// Changes rows behind the daemon's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => {
                pool.execute(sql).await.unwrap();
            }
            Self::Postgres(pool) => {
                pool.execute(sql).await.unwrap();
            }
        }
    }

    /// What waits to be done at a time, and what is being done.
    pub(crate) async fn due(&self, now: DateTime<Utc>) -> Vec<String> {
        let sql = "select 'burst ' || id from burst
                 where state = 'closed' or (state = 'open' and due_at <= $1)
             union all select 'press ' || id from message where due_at <= $1
             union all select 'requisition ' || cast(number as text) || ' ' || state from requisition
                 where due_at <= $1
             union all select o.number || ' ' || o.state || ' ' || coalesce(error, '')
                 from purchase_order o join supplier s on s.id = o.supplier_id
                 where o.state in ('preparing', 'armed', 'submitting')
                     or (o.due_at <= $1 and (o.state <> 'approved' or (s.paused_at is null
                         and not exists (select 1 from daemon where key = 'ordering'
                             and value = 'disarmed'))))
             union all select 'message ' || kind || ' ' || coalesce(error, '') from outgoing
                 where due_at <= $1
             union all select 'sync ' || coalesce(error, '') from sync where due_at <= $1";
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql)
                .bind(now)
                .fetch_all(pool)
                .await
                .unwrap(),
            Self::Postgres(pool) => sqlx::query_scalar(sql)
                .bind(now)
                .fetch_all(pool)
                .await
                .unwrap(),
        }
    }

    /// When something next becomes due of its own accord.
    pub(crate) async fn next_due(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let sql = "select min(due_at) from (
                 select due_at from burst where state = 'open'
                 union all select due_at from message
                 union all select due_at from requisition
                 union all select due_at from purchase_order
                 union all select due_at from outgoing
                 union all select due_at from sync) d
             where due_at > $1";
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql)
                .bind(now)
                .fetch_one(pool)
                .await
                .unwrap(),
            Self::Postgres(pool) => sqlx::query_scalar(sql)
                .bind(now)
                .fetch_one(pool)
                .await
                .unwrap(),
        }
    }
}
