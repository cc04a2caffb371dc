//! The twelve invariants, each a query that counts what breaks it: all must read 0.
//!
//! Four of them would read whole tables. What breaks the second, the fifth and the tenth stands in small
//! partial indexes, whose condition SQLite must find word for word in the query. The first and the
//! twelfth are about every text ever sent: the metrics ask them of the newest rows, the console and the
//! tests of all.

use std::time::Duration;

use chrono::TimeDelta;
use sqlx::query_scalar;

use super::db::{Tx, fetch};
use crate::domain::ids;

/// One invariant: its number, its sentence, and how many rows break it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub number: i64,
    pub name: &'static str,
    pub broken: i64,
}

/// Seconds that something may be overdue before it counts as resting.
const OVERDUE: i64 = 900;

/// Which of the texts that were sent are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    All,
    /// Those of the last hour by the clock of whoever made them.
    Lately,
}

/// Reads all twelve. What the first can see of answered messages are those we marked as read.
pub async fn read(tx: &mut Tx, sent: Sent) -> sqlx::Result<Vec<Reading>> {
    let now = tx.now().await?;
    let overdue = now - TimeDelta::seconds(OVERDUE);
    let first = match sent {
        Sent::All => String::new(),
        Sent::Lately => ids::made_since(Duration::from_secs(3600)),
    };
    let mut readings = Vec::new();
    for (number, name, sql) in QUERIES {
        let broken: i64 = fetch!(
            tx,
            query_scalar(*sql).bind(now).bind(overdue).bind(&first),
            fetch_one
        )?;
        readings.push(Reading {
            number: *number,
            name,
            broken,
        });
    }
    Ok(readings)
}

/// `$1` is now, `$2` the time before which a due row rests, `$3` the first id of a text that was sent;
/// each query uses all three, as the drivers ask.
const QUERIES: &[(i64, &str, &str)] = &[
    (
        1,
        "an answered message has a row",
        "select count(*) from outgoing o where org_id is not null and $1 >= $2 and id >= $3
             and kind = 'seen' and not exists (select 1 from message m where m.id = o.cause)",
    ),
    (
        2,
        "every message is in exactly one burst, a press, a status, or set aside",
        "select count(*) from message m where org_id is not null and $1 >= $2 and '' <= $3
             and ((state = 'in_burst' and burst_id is null)
                 or (state = 'press' and burst_id is not null) or state = 'stored')",
    ),
    (
        3,
        "one attempt of an order, and one order of an account, is on its way at a time",
        "select (select count(*) from (select purchase_order_id from attempt
                 where org_id is not null and state in ('armed', 'submitting', 'unknown', 'placed')
                 group by purchase_order_id having count(*) > 1) a)
             + (select count(*) from (select account_id from purchase_order
                 where org_id is not null and $1 >= $2 and '' <= $3 and (state = 'submitting'
                     or (state = 'unknown' and error_class <> 'restored' and settle_until > $1))
                 group by account_id having count(*) > 1) b)",
    ),
    (
        4,
        "what was released had its intent before",
        "select count(*) from attempt where org_id is not null and $1 >= $2 and '' <= $3
             and released_at is not null and (intent_at is null or intent_at > released_at)",
    ),
    (
        5,
        "one release an attempt",
        "select count(*) from (select subject_id, epoch from journal
             where org_id is not null and event = 'released' and $1 >= $2 and '' <= $3
             group by subject_id, epoch having count(*) > 1) r",
    ),
    (
        6,
        "an attempt follows one that ended for sure",
        "select count(*) from attempt a join attempt b on b.purchase_order_id = a.purchase_order_id
             and b.number = a.number + 1
         where a.org_id is not null and $1 >= $2 and '' <= $3 and (a.ended_at is null
             or a.state not in ('unreleased', 'refused', 'not_found', 'decided'))",
    ),
    (
        7,
        "a placed order has a number, unique at its account",
        "select count(*) from purchase_order where org_id is not null and $1 >= $2 and '' <= $3
             and state in ('placed', 'part_received', 'received', 'closed')
             and supplier_number is null",
    ),
    (
        8,
        "the basket at the commit satisfies the approved document",
        "select count(*) from attempt a join purchase_order p on p.id = a.purchase_order_id
         where a.org_id is not null and $1 >= $2 and '' <= $3 and a.intent_at is not null
             and (a.basket is null
                 or cast(a.basket ->> 'total' as bigint)
                     > cast(p.document ->> 'total_cap' as bigint))",
    ),
    (
        9,
        "no change of state without a line in the journal",
        "select count(*) from purchase_order p where org_id is not null and $1 >= $2 and '' <= $3
             and state <> 'proposed' and not exists (select 1 from journal j
                 where j.subject_id = p.id and j.became = p.state)",
    ),
    (
        10,
        "nothing rests unfinished without due time, lease or card",
        "select (select count(*) from purchase_order p where org_id is not null
                 and ((state in ('approved', 'unknown') and due_at is null)
                     or (state in ('approved', 'unknown') and due_at < $2
                         and (rung_at is null or rung_at < $2)
                         and not exists (select 1 from supplier s where s.id = p.supplier_id
                             and s.paused_at is not null))
                     or (state = 'needs_person' and not exists (select 1 from card c
                         where c.subject_id = p.id and c.state = 'open'))
                     or (state = 'proposed' and not exists (select 1 from approval a
                         where a.purchase_order_id = p.id and a.state = 'pending')
                         and not exists (select 1 from card c where c.subject_id = p.id
                             and c.state = 'open'))))
             + (select count(*) from requisition where org_id is not null and $1 >= $2 and '' <= $3
                 and state in ('draft', 'asking', 'to_confirm') and due_at is null)
             + (select count(*) from outgoing where org_id is not null
                 and state in ('due', 'sending') and due_at is null)
             + (select count(*) from sync where org_id is not null and state = 'due'
                 and due_at is null)",
    ),
    (
        11,
        "evidence of what was released is kept",
        "select count(*) from attempt a where org_id is not null and $1 >= $2 and '' <= $3
             and released_at < $2 and not exists (select 1 from evidence e
                 where e.purchase_order_id = a.purchase_order_id and e.epoch = a.epoch)",
    ),
    (
        12,
        "one outgoing message for each cause and kind",
        "select count(*) from outgoing o where org_id is not null and $1 >= $2 and id >= $3
             and exists (select 1 from outgoing p where p.org_id = o.org_id
                 and p.cause = o.cause and p.kind = o.kind and p.id <> o.id)",
    ),
];

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use super::*;
    use crate::store::db::{Conn, Db, Opener};

    /// Looking at what is broken must not read a whole table of messages, texts or the journal.
    #[tokio::test]
    async fn sqlite_looks_into_the_small_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("db").display());
        let db = Db::open(&url, Opener::Visitor).await.unwrap();
        db.migrate().await.unwrap();
        let mut tx = db.read().await.unwrap();
        let Conn::Sqlite(connection) = &mut tx.conn else {
            panic!("it is SQLite");
        };
        for (number, indexes) in [
            (1, &["sqlite_autoindex_outgoing_1"][..]),
            (2, &["message_nowhere"]),
            (5, &["journal_released"]),
            (10, &["requisition_resting", "outgoing_resting"]),
            (12, &["sqlite_autoindex_outgoing_1"]),
        ] {
            let (_, _, sql) = QUERIES.iter().find(|(n, ..)| *n == number).unwrap();
            let explain = format!("explain query plan {sql}");
            let rows = sqlx::query(sqlx::AssertSqlSafe(explain))
                .bind("2026-01-01T00:00:00+00:00")
                .bind("2026-01-01T00:00:00+00:00")
                .bind("0")
                .fetch_all(&mut **connection)
                .await
                .unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let plan = plan.join("; ");
            for index in indexes {
                assert!(plan.contains(index), "{number}: {plan}");
            }
        }
    }
}
