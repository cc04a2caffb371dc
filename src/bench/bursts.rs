//! How late a burst is closed: from the time it is due to the moment a lane is given the job to read it,
//! so after the commit and through the queue. The sweep runs as in the daemon, over the full database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use jobs::{Job, Lane};
use sutler::app::{App, Running};
use sutler::channels::whatsapp_cloud::webhook;
use sutler::channels::{Content, Inbound};
use sutler::flow::receive::CHANNEL;
use sutler::flow::sweep;
use sutler::store::arrivals::{self, Stored};
use sutler::store::bursts::{self, Timing};

use crate::fill::Full;
use crate::table::{Table, quantile, say, sorted};
use crate::{Size, single, world};

type Times = HashMap<String, DateTime<Utc>>;

pub(crate) async fn measure(size: &Size, full: &Full, table: &mut Table) -> anyhow::Result<()> {
    say("closing bursts");
    let Running {
        app,
        posts: _,
        stop,
    } = world::open(&full.path()).await?;
    // What earlier rounds left open would fall due in between.
    app.db
        .execute_raw("update burst set state = 'read' where state <> 'read'")
        .await?;
    app.db
        .execute_raw("update outgoing set state = 'sent', due_at = null where due_at is not null")
        .await?;
    let given: Arc<Mutex<Times>> = Arc::default();
    let note = given.clone();
    let clock = app.db.clock().clone();
    let handler = move |job: Job| {
        if let Job::Read { burst } = job {
            let mut given = note.lock().unwrap_or_else(PoisonError::into_inner);
            given.entry(burst).or_insert_with(|| clock.now());
        }
        std::future::ready(())
    };
    let mut stopping = app.stopping.clone();
    let until = async move { drop(stopping.wait_for(|s| *s).await) };
    let queue = app.queue.clone();
    let worker = tokio::spawn(async move { queue.run(Lane::Chat, 8, handler, until).await });
    let sweep = tokio::spawn(sweep::run(app.clone(), app.stopping.clone()));

    let due = open(&app, size.bursts).await?;
    let last = due.values().max().copied().context("no burst was opened")?;
    let rest = (last - app.now()).to_std().unwrap_or_default();
    tokio::time::sleep(rest + Duration::from_secs(2)).await;
    stop.send_replace(true);
    worker.await?;
    sweep.await?;

    app.db.close().await;

    let given = given.lock().unwrap_or_else(PoisonError::into_inner);
    let late: Vec<f64> = due
        .iter()
        .filter_map(|(burst, due)| given.get(burst).map(|at| milliseconds(*at - *due)))
        .collect();
    let missing = due.len() - late.len();
    let late = sorted(late);
    table.row(
        format!(
            "burst closed after it is due, {} bursts: p99, most",
            due.len()
        ),
        format!(
            "{:.0} ms, {:.0} ms{}",
            quantile(&late, 0.99),
            quantile(&late, 1.0),
            if missing == 0 {
                String::new()
            } else {
                format!(" ({missing} never)")
            }
        ),
        "< 250 ms",
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "below a minute")]
fn milliseconds(span: TimeDelta) -> f64 {
    span.num_microseconds().unwrap_or(i64::MAX) as f64 / 1000.0
}

/// Opens bursts of as many senders that fall due one by one, 37 ms apart, from 3 s on.
async fn open(app: &App, count: u64) -> anyhow::Result<Times> {
    let mut due = Times::new();
    for n in 0..count {
        let wait = TimeDelta::milliseconds(3000 + i64::try_from(n)? * 37);
        let timing = Timing {
            quiet: wait,
            hard_cap: TimeDelta::minutes(5),
        };
        let mut tx = app.db.begin().await?;
        let stored = arrivals::receive(&mut tx, &message(app, n).await?, timing).await?;
        let Stored::InBurst { burst, .. } = stored else {
            anyhow::bail!("a message opened no burst: {stored:?}");
        };
        let row = bursts::find(&mut tx, &burst)
            .await?
            .context("the burst just opened")?;
        tx.commit().await?;
        due.insert(burst.to_string(), row.due_at);
    }
    Ok(due)
}

/// A message of the n-th sender that was not stored before.
async fn message(app: &App, n: u64) -> anyhow::Result<arrivals::NewMessage> {
    let request = world::requests(1_000_000_000 + n * 3, 1, app.now().timestamp()).remove(0);
    let body = request
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .context("no body")?
        + 4;
    let inbound = webhook::parse(&request[body..])?;
    let Some(Inbound::Message(message)) = inbound.into_iter().next() else {
        anyhow::bail!("no message in the webhook");
    };
    let number = app
        .number(CHANNEL, &message.number)
        .await?
        .context("whose number?")?;
    let Content::Text(text) = &message.content else {
        anyhow::bail!("no text in the webhook");
    };
    Ok(single::prepare(app, number.org_id, &message, text))
}
