//! What became of an order after its intent.
//!
//! **Invariant:** only what was never let go, or what a person decided, may be tried again.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::query;

use super::attempts::end_attempt;
use super::{Order, set_due};
use crate::domain::order::{AttemptState, OrderState};
use crate::store::db::{Tx, execute};

/// Hours after which the supplier's history is looked at once more for a second order.
const LOOK_AGAIN_HOURS: i64 = 24;

/// The order stands at the supplier under this number; zero: it is known already.
pub async fn placed(tx: &mut Tx, order: &Order, supplier_number: &str) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'placed', supplier_number = $4, placed_at = $5,
                 due_at = $6, rung_at = null, rings = 0, error = null, error_class = null,
                 updated_at = $5
             where org_id = $1 and id = $2 and epoch = $3
                 and state in ('submitting', 'unknown', 'needs_person')"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(supplier_number)
        .bind(now)
        .bind(now + TimeDelta::hours(LOOK_AGAIN_HOURS))
    )?;
    if moved == 1 {
        end_attempt(
            tx,
            &order.org_id,
            &order.id,
            AttemptState::Placed,
            supplier_number,
        )
        .await?;
    }
    Ok(moved)
}

/// Nobody knows whether the order was made; settling is due at a time.
pub async fn unknown(
    tx: &mut Tx,
    order: &Order,
    due_at: DateTime<Utc>,
    why: &str,
    refusal: Option<&str>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'unknown', due_at = $4, rung_at = null, rings = 0,
                 error_class = 'unknown', error = $5, refusal = $6, updated_at = $7
             where org_id = $1 and id = $2 and epoch = $3 and state = 'submitting'"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(due_at)
        .bind(why)
        .bind(refusal)
        .bind(now)
    )?;
    if moved == 1 {
        execute!(
            tx,
            query(
                "update attempt set state = 'unknown' where org_id = $1
                     and purchase_order_id = $2 and epoch = $3 and ended_at is null"
            )
            .bind(&order.org_id)
            .bind(&order.id)
            .bind(order.epoch)
        )?;
    }
    Ok(moved)
}

/// The held request of a submitted order was failed and never let go; the order is due again at a
/// time. Zero: it is past that.
pub async fn unsent(
    tx: &mut Tx,
    order: &Order,
    due_at: DateTime<Utc>,
    why: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'approved', due_at = $4, submit_before = null,
                 settle_until = null, rung_at = null, rings = 0, error_class = 'held', error = $5,
                 updated_at = $6
             where org_id = $1 and id = $2 and epoch = $3 and state = 'submitting'
                 and exists (select 1 from attempt a where a.org_id = $1
                     and a.purchase_order_id = $2 and a.epoch = $3 and a.released_at is null)"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(due_at)
        .bind(why)
        .bind(now)
    )?;
    if moved == 1 {
        end_attempt(tx, &order.org_id, &order.id, AttemptState::Unreleased, why).await?;
    }
    Ok(moved)
}

/// Settling found nothing yet, or ended without an order.
pub async fn settled(
    tx: &mut Tx,
    order: &Order,
    state: OrderState,
    due_at: Option<DateTime<Utc>>,
    why: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = $4, due_at = $5, rung_at = null, rings = 0,
                 error = $6, updated_at = $7
             where org_id = $1 and id = $2 and epoch = $3 and state = 'unknown'"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(state)
        .bind(due_at)
        .bind(why)
        .bind(now)
    )?;
    if moved == 1 && state == OrderState::Refused {
        end_attempt(tx, &order.org_id, &order.id, AttemptState::Refused, why).await?;
    }
    Ok(moved)
}

/// A person's answer about an order that nobody could settle; zero: somebody answered before.
pub async fn decided(
    tx: &mut Tx,
    order: &Order,
    state: OrderState,
    why: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let due_at = (state == OrderState::Approved).then_some(now);
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = $4, due_at = $5, rung_at = null, rings = 0,
                 error = $6, updated_at = $7
             where org_id = $1 and id = $2 and epoch = $3 and state = 'needs_person'
                 and (settle_until is null or settle_until <= $7)"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(state)
        .bind(due_at)
        .bind(why)
        .bind(now)
    )?;
    if moved == 1 {
        end_attempt(tx, &order.org_id, &order.id, AttemptState::Decided, why).await?;
    }
    Ok(moved)
}

/// A placed order was looked for once more; with a time, it will be again.
pub async fn looked_again(
    tx: &mut Tx,
    order: &Order,
    due_at: Option<DateTime<Utc>>,
) -> sqlx::Result<u64> {
    set_due(tx, order, OrderState::Placed, due_at).await
}

/// After a restore: every order that could have been placed since is looked up before anything else.
pub async fn unsettle(tx: &mut Tx, quiet: TimeDelta) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update purchase_order set state = 'unknown', due_at = $1, rung_at = null, rings = 0,
                 settle_until = $2, error_class = 'restored',
                 error = 'The database was restored from a backup: the order may have been placed since.',
                 updated_at = $1
             where org_id is not null
                 and state in ('approved', 'preparing', 'armed', 'submitting', 'unknown')"
        )
        .bind(now)
        .bind(now + quiet)
    )
}
