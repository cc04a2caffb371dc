//! The one writer: takes what waits, writes it in one transaction, then answers.
//!
//! **Invariant:** one bad POST fails alone.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;
use jobs::Job;
use tokio::sync::mpsc;

use super::{CHANNEL, Incoming, Item, NotStored, Post, Status};
use crate::app::App;
use crate::channels::Delivery;
use crate::domain::ids::OrgId;
use crate::flow::tell;
use crate::store::arrivals::{self, Arrival, Stored};
use crate::store::bursts::{self, Timing};
use crate::store::db::Tx;
use crate::store::{cards, messages, orgs, outgoing};

/// Most POSTs written in one transaction.
const GROUP: usize = 256;

/// The one writer: takes what waits, writes it in one transaction, then answers.
pub async fn write(app: Arc<App>, mut inbox: mpsc::Receiver<Post>) {
    let mut posts = Vec::with_capacity(GROUP);
    while inbox.recv_many(&mut posts, GROUP).await > 0 {
        write_group(&app, std::mem::take(&mut posts)).await;
    }
}

async fn write_group(app: &Arc<App>, posts: Vec<Post>) {
    let refs: Vec<&Post> = posts.iter().collect();
    match write_all(app, &refs).await {
        Ok(bells) => {
            for post in posts {
                let _ = post.answer.send(Ok(()));
            }
            ring_soon(app, bells);
        }
        Err(error) if posts.len() == 1 => {
            tracing::error!(%error, "a webhook was not stored");
            for post in posts {
                let _ = post.answer.send(Err(NotStored::Database));
            }
        }
        Err(error) => {
            tracing::warn!(%error, posts = posts.len(), "a group failed, trying one by one");
            for post in posts {
                let stored = write_all(app, &[&post]).await;
                let answer = stored.as_ref().map(|_| ()).map_err(|error| {
                    tracing::error!(%error, "a webhook was not stored");
                    NotStored::Database
                });
                let _ = post.answer.send(answer);
                if let Ok(bells) = stored {
                    ring_soon(app, bells);
                }
            }
        }
    }
}

/// Bells are rung beside the writer, so that a slow carrier keeps no webhook waiting.
fn ring_soon(app: &Arc<App>, bells: Vec<Job>) {
    if !bells.is_empty() {
        let app = app.clone();
        tokio::spawn(async move { app.ring_all(bells).await });
    }
}

async fn write_all(app: &App, posts: &[&Post]) -> sqlx::Result<Vec<Job>> {
    let mut items: Vec<&Item> = posts.iter().flat_map(|p| &p.items).collect();
    // Senders in sorted order: two processes that write the same senders cannot wait for each other.
    items.sort_by_key(|item| match item {
        Item::Message(m) => (1, m.new.senders[0].key.as_str()),
        Item::Status(s) => (2, s.message.as_str()),
        Item::Stray { .. } | Item::NumberChanged { .. } => (3, ""),
    });
    let mut tx = app.db.begin().await?;
    let mut bells = Vec::new();
    let mut timings = HashMap::new();
    let mut messages: Vec<&Incoming> = Vec::new();
    for item in items {
        match item {
            Item::Message(incoming) => {
                let org = &incoming.new.org_id;
                if !timings.contains_key(org) {
                    timings.insert(org.clone(), timing(&mut tx, org).await?);
                }
                messages.push(incoming);
            }
            Item::Status(_) | Item::Stray { .. } | Item::NumberChanged { .. } => {
                write_other(&mut tx, item).await?;
            }
        }
    }
    // What follows an explicit end opens a burst of its own.
    for run in messages.split_inclusive(|incoming| incoming.ends_burst) {
        write_messages(app, &mut tx, run, &timings, &mut bells).await?;
    }
    crate::crash::point("receive:before_commit");
    tx.commit().await?;
    crate::crash::point("receive:after_commit");
    Ok(bells)
}

/// How long a burst of this organisation waits for more.
async fn timing(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Timing> {
    let org = orgs::find(tx, org).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Timing {
        quiet: TimeDelta::seconds(org.settings.quiet_seconds),
        hard_cap: TimeDelta::seconds(org.settings.hard_cap_seconds),
    })
}

/// Messages that were sent one after the other, and at most the last of them ends a burst.
async fn write_messages(
    app: &App,
    tx: &mut Tx,
    run: &[&Incoming],
    timings: &HashMap<OrgId, Timing>,
    bells: &mut Vec<Job>,
) -> sqlx::Result<()> {
    let arrivals: Vec<Arrival<'_>> = run
        .iter()
        .map(|Incoming { new, .. }| Arrival {
            new,
            timing: timings[&new.org_id],
        })
        .collect();
    let stored = arrivals::receive_all(tx, &arrivals).await?;
    let mut seen = Vec::new();
    for (Incoming { new, ends_burst }, stored) in run.iter().zip(&stored) {
        metrics::counter!("sutler_messages_total", "kind" => new.kind.as_str()).increment(1);
        match stored {
            Stored::Again => metrics::counter!("sutler_messages_again_total").increment(1),
            Stored::Aside => {}
            Stored::Press { message } => {
                tracing::info!(message.id = %message, "stored a press");
                bells.push(Job::Press {
                    message: message.to_string(),
                });
            }
            Stored::InBurst {
                burst,
                identity,
                first,
            } => {
                tracing::info!(message.id = %new.id, burst.id = %burst, "stored");
                if *first {
                    seen.push(tell::seen(&new.org_id, identity, &new.id));
                }
                if *ends_burst {
                    bursts::close_now(tx, &new.org_id, identity).await?;
                    bells.push(Job::Read {
                        burst: burst.to_string(),
                    });
                }
            }
        }
    }
    bells.extend(tell::say_all(app, tx, seen).await?);
    Ok(())
}

async fn write_other(tx: &mut Tx, item: &Item) -> sqlx::Result<()> {
    match item {
        Item::Message(_) => {}
        Item::Status(status) => write_status(tx, status).await?,
        Item::Stray { app: name, sealed } => {
            tracing::warn!(
                app = name,
                "a message for a number that no organisation has"
            );
            messages::keep_stray(tx, name, sealed).await?;
        }
        Item::NumberChanged { org, record } => {
            let known = crate::store::people::identity_by_key(tx, org, CHANNEL, record).await?;
            if let Some(identity) = known {
                let card = cards::NewCard {
                    org,
                    kind: "number_changed",
                    subject: "identity",
                    subject_id: identity.id.as_str(),
                    requisition: None,
                    text: "A person has a new WhatsApp number. Check with them before it is used.",
                };
                cards::lay(tx, card).await?;
            }
        }
    }
    Ok(())
}

async fn write_status(tx: &mut Tx, status: &Status) -> sqlx::Result<()> {
    let (delivered, read) = match &status.delivery {
        Delivery::Sent => (false, false),
        Delivery::Delivered => (true, false),
        Delivery::Read | Delivery::Played => (true, true),
        Delivery::Failed(error) => {
            return tell::not_delivered(tx, &status.org, &status.message, error).await;
        }
    };
    outgoing::status(
        tx,
        &status.org,
        &status.message,
        &status.provider_key,
        delivered,
        read,
    )
    .await?;
    Ok(())
}
