//! The beat: renews a lease beside the work.
//!
//! **Invariant:** who was stopped or asleep for longer than the lease has lost it.

use std::time::Duration;

use chrono::TimeDelta;
use scrapers::guard::boot_time;
use tokio::sync::watch;

use crate::app::App;
use crate::store::leases::{self, Lease};

/// Renews a lease beside the work until it is stopped.
pub struct Beat {
    task: tokio::task::JoinHandle<()>,
    lost: watch::Receiver<bool>,
}

impl Beat {
    pub fn start(app: &App, lease: &Lease) -> Self {
        let db = app.db.clone();
        let lease = lease.clone();
        let every = app.config.leases.beat_seconds;
        let length = app.config.leases.seconds;
        let (tell, lost) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut renewed = boot_time();
            loop {
                tokio::time::sleep(every).await;
                let asked = boot_time();
                // Stopped or asleep for longer than the lease: it need not be asked for any more.
                if asked.saturating_sub(renewed) >= length {
                    break;
                }
                match renew(&db, &lease, length).await {
                    Ok(0) => break,
                    Ok(_) => renewed = asked,
                    Err(error) => tracing::warn!(lease = lease.key, %error, "a beat was missed"),
                }
            }
            tracing::warn!(lease = lease.key, "a lease was lost");
            tell.send_replace(true);
            // Kept until the work ends: a closed channel would say nothing.
            std::future::pending::<()>().await;
        });
        Self { task, lost }
    }

    /// Waits until the lease is lost; for ever if it never is.
    pub async fn lost(&self) {
        if self.lost.clone().wait_for(|lost| *lost).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    pub fn stop(self) {
        self.task.abort();
    }
}

async fn renew(db: &crate::store::db::Db, lease: &Lease, length: Duration) -> sqlx::Result<u64> {
    let length = TimeDelta::from_std(length).unwrap_or(TimeDelta::seconds(15));
    let mut tx = db.begin().await?;
    let renewed = leases::renew(&mut tx, lease, length).await?;
    tx.commit().await?;
    Ok(renewed)
}
