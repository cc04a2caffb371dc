//! Merge: a sender's messages become one burst, which closes when they fall silent.

use jobs::Job;

use crate::app::App;
use crate::domain::ids::BurstId;
use crate::domain::message::BurstState;
use crate::language;
use crate::store::bursts;

/// True if a text says that nothing more will come, so that its burst need not wait.
pub fn ends_burst(text: &str) -> bool {
    language::ends_burst(text)
}

/// Closes one burst if it is due; the sweep does the same for all.
pub async fn merge(app: &App, id: &BurstId) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let Some(burst) = bursts::find(&mut tx, id).await? else {
        return Ok(());
    };
    if burst.state == BurstState::Open && burst.due_at <= now {
        let closed = bursts::close_now(&mut tx, &burst.org_id, &burst.identity_id).await?;
        tx.commit().await?;
        app.ring_all(closed.map(|b| Job::Read {
            burst: b.to_string(),
        }))
        .await;
    }
    Ok(())
}
