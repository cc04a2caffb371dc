//! Merge: a sender's messages become one burst, which closes when they fall silent.

use chrono::NaiveDateTime;
use jobs::Job;

use crate::app::App;
use crate::domain::ids::BurstId;
use crate::domain::message::BurstState;
use crate::language::{self, Intent, Operation, Said, Setting};
use crate::store::bursts;

/// Bytes of the longest text that can be a word of command.
const LONGEST_END: usize = 40;

/// True if a text says that nothing more will come, so that its burst need not wait.
pub fn ends_burst(text: &str) -> bool {
    if text.len() > LONGEST_END {
        return false;
    }
    let reading = language::read(
        &[Said::typed(text)],
        &Setting::new(NaiveDateTime::default()),
    );
    let is_line = |o: &Operation| !matches!(o, Operation::CancelAll { .. });
    let has_lines = reading
        .requests
        .iter()
        .flat_map(|r| &r.operations)
        .any(is_line);
    let is_command = matches!(
        reading.intent,
        Intent::Done | Intent::Cancel | Intent::Status
    );
    !has_lines && is_command
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_command_ends_a_burst_and_a_line_does_not() {
        for (text, expect) in [
            ("that's all", true),
            ("done", true),
            ("cancel", true),
            ("20 bags cement", false),
            ("hello", false),
            ("", false),
        ] {
            assert_eq!(ends_burst(text), expect, "{text}");
        }
    }
}
