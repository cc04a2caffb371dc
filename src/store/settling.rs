//! Whether anything is still on its way: for the demo and the tests, which wait for an end.

use sqlx::query_scalar;

use super::db::{Tx, fetch};

/// Open bursts, unanswered presses, drafts being read, orders that will move by themselves, messages
/// not sent and documents not written.
pub async fn unsettled(tx: &mut Tx) -> sqlx::Result<i64> {
    fetch!(
        tx,
        query_scalar(
            "select (select count(*) from burst where org_id is not null and state <> 'read')
                 + (select count(*) from message where org_id is not null and due_at is not null)
                 + (select count(*) from requisition where org_id is not null
                     and (state = 'draft' or (state = 'to_approve' and due_at is not null)))
                 + (select count(*) from purchase_order where org_id is not null
                     and state in ('approved', 'preparing', 'armed', 'submitting', 'unknown'))
                 + (select count(*) from outgoing where org_id is not null
                     and state in ('due', 'sending'))
                 + (select count(*) from sync where org_id is not null and state = 'due')"
        ),
        fetch_one
    )
}
