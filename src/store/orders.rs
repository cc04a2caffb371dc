//! Purchase orders, their approvals and attempts: the guarded moves of DESIGN's one dangerous instant.
//!
//! **Invariant:** every move names the state it leaves and, from the claim on, the epoch.
//! What leaves `approved` for good has passed [`intend`].
//!
//! Longer than other files: all moves of an order stand together, as its states can only be read whole.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};

use super::db::{Tx, execute, fetch};
use crate::domain::approval::ApprovalState;
use crate::domain::ids::{
    AccountId, ApprovalId, AttemptId, OrgId, PersonId, PurchaseOrderId, RequisitionId, SiteId,
    SupplierId,
};
use crate::domain::order::{AttemptState, Document, OrderState};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Order {
    pub id: PurchaseOrderId,
    pub org_id: OrgId,
    pub requisition_id: RequisitionId,
    pub version: i64,
    pub number: String,
    pub supplier_id: SupplierId,
    pub account_id: AccountId,
    pub site_id: SiteId,
    pub state: OrderState,
    pub document: Json<Document>,
    pub document_hash: String,
    pub total: i64,
    pub currency: String,
    pub approved_until: Option<DateTime<Utc>>,
    pub epoch: i64,
    pub claims: i64,
    pub due_at: Option<DateTime<Utc>>,
    pub rung_at: Option<DateTime<Utc>>,
    pub submit_before: Option<DateTime<Utc>>,
    pub settle_until: Option<DateTime<Utc>>,
    pub refusal: Option<String>,
    pub supplier_number: Option<String>,
    pub error_class: Option<String>,
    pub error: Option<String>,
    pub placed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

macro_rules! select_order {
    ($rest:literal) => {
        concat!(
            "select id, org_id, requisition_id, version, number, supplier_id, account_id, site_id,
                 state, document, document_hash, total, currency, approved_until, epoch, claims,
                 due_at, rung_at, submit_before, settle_until, refusal, supplier_number,
                 error_class, error, placed_at, created_at
             from purchase_order ",
            $rest
        )
    };
}

/// A purchase order whose document is to be approved.
#[derive(Clone, Debug)]
pub struct NewOrder<'a> {
    pub id: PurchaseOrderId,
    pub org: &'a OrgId,
    pub requisition: &'a RequisitionId,
    pub version: i64,
    pub supplier: &'a SupplierId,
    pub account: &'a AccountId,
    pub site: &'a SiteId,
    pub document: &'a Document,
}

pub async fn propose(tx: &mut Tx, new: &NewOrder<'_>) -> sqlx::Result<()> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "insert into purchase_order (id, org_id, requisition_id, version, number, supplier_id,
                 account_id, site_id, state, document, document_hash, total, currency, epoch,
                 claims, rings, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10, $11, $12, 0, 0, 0, $13,
                 $13)"
        )
        .bind(&new.id)
        .bind(new.org)
        .bind(new.requisition)
        .bind(new.version)
        .bind(&new.document.number)
        .bind(new.supplier)
        .bind(new.account)
        .bind(new.site)
        .bind(Json(new.document))
        .bind(new.document.hash())
        .bind(new.document.total)
        .bind(new.document.currency.code())
        .bind(now)
    )?;
    Ok(())
}

/// A purchase order of any organisation: the first look of a job, which has only an id.
pub async fn find(tx: &mut Tx, id: &PurchaseOrderId) -> sqlx::Result<Option<Order>> {
    fetch!(
        tx,
        query_as(select_order!("where id = $1 and org_id is not null")).bind(id),
        fetch_optional
    )
}

pub async fn of_requisition(
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
) -> sqlx::Result<Vec<Order>> {
    fetch!(
        tx,
        query_as(select_order!(
            "where org_id = $1 and requisition_id = $2 order by number"
        ))
        .bind(org)
        .bind(id),
        fetch_all
    )
}

/// Everything that is not at an end, for the page of jobs.
pub async fn unfinished(tx: &mut Tx, org: &OrgId) -> sqlx::Result<Vec<Order>> {
    fetch!(
        tx,
        query_as(select_order!(
            "where org_id = $1 and state in ('proposed', 'approved', 'preparing', 'armed',
                 'submitting', 'unknown', 'needs_person') order by number"
        ))
        .bind(org),
        fetch_all
    )
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Approval {
    pub id: ApprovalId,
    pub org_id: OrgId,
    pub requisition_id: RequisitionId,
    pub purchase_order_id: PurchaseOrderId,
    pub document_hash: String,
    pub approver_id: PersonId,
    pub state: ApprovalState,
    pub reason: Option<String>,
    pub asked_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<PersonId>,
}

/// Asks one approver about an order's document.
pub async fn ask_approval(
    tx: &mut Tx,
    order: &Order,
    approver: &PersonId,
) -> sqlx::Result<ApprovalId> {
    let now = tx.now().await?;
    let id = ApprovalId::new();
    execute!(
        tx,
        query(
            "insert into approval (id, org_id, requisition_id, purchase_order_id, document_hash,
                 approver_id, state, asked_at)
             values ($1, $2, $3, $4, $5, $6, 'pending', $7)"
        )
        .bind(&id)
        .bind(&order.org_id)
        .bind(&order.requisition_id)
        .bind(&order.id)
        .bind(&order.document_hash)
        .bind(approver)
        .bind(now)
    )?;
    Ok(id)
}

pub async fn approval(tx: &mut Tx, org: &OrgId, id: &ApprovalId) -> sqlx::Result<Option<Approval>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, requisition_id, purchase_order_id, document_hash, approver_id,
                 state, reason, asked_at, decided_at, decided_by
             from approval where org_id = $1 and id = $2"
        )
        .bind(org)
        .bind(id),
        fetch_optional
    )
}

pub async fn approvals_of(
    tx: &mut Tx,
    org: &OrgId,
    requisition: &RequisitionId,
) -> sqlx::Result<Vec<Approval>> {
    fetch!(
        tx,
        query_as(
            "select id, org_id, requisition_id, purchase_order_id, document_hash, approver_id,
                 state, reason, asked_at, decided_at, decided_by
             from approval where org_id = $1 and requisition_id = $2 order by asked_at, id"
        )
        .bind(org)
        .bind(requisition),
        fetch_all
    )
}

/// Decides a pending approval, once; zero: it is decided or void.
pub async fn decide(
    tx: &mut Tx,
    org: &OrgId,
    id: &ApprovalId,
    state: ApprovalState,
    by: &PersonId,
    reason: Option<&str>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update approval set state = $3, decided_at = $4, decided_by = $5, reason = $6
             where org_id = $1 and id = $2 and state = 'pending'"
        )
        .bind(org)
        .bind(id)
        .bind(state)
        .bind(now)
        .bind(by)
        .bind(reason)
    )
}

/// Voids every approval of an order that is still pending.
pub async fn void_pending(tx: &mut Tx, org: &OrgId, order: &PurchaseOrderId) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update approval set state = 'void'
             where org_id = $1 and purchase_order_id = $2 and state = 'pending'"
        )
        .bind(org)
        .bind(order)
    )
}

/// A proposed document is approved until a time, by its hash; zero: it changed.
pub async fn approve(
    tx: &mut Tx,
    org: &OrgId,
    id: &PurchaseOrderId,
    document_hash: &str,
    until: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update purchase_order set state = 'approved', approved_until = $4, due_at = $5,
                 rung_at = null, rings = 0, updated_at = $5
             where org_id = $1 and id = $2 and document_hash = $3 and state = 'proposed'"
        )
        .bind(org)
        .bind(id)
        .bind(document_hash)
        .bind(until)
        .bind(now)
    )
}

/// Gives an order that was not sent a changed document, which must be approved anew.
pub async fn repropose(tx: &mut Tx, order: &Order, document: &Document) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'proposed', document = $4, document_hash = $5,
                 total = $6, approved_until = null, due_at = null, rung_at = null, rings = 0,
                 updated_at = $7
             where org_id = $1 and id = $2 and epoch = $3
                 and state in ('approved', 'preparing', 'armed')"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(Json(document))
        .bind(document.hash())
        .bind(document.total)
        .bind(now)
    )?;
    if moved == 1 {
        end_attempt(
            tx,
            &order.org_id,
            &order.id,
            AttemptState::Unreleased,
            "price changed",
        )
        .await?;
    }
    Ok(moved)
}

/// Cancels an order that cannot have been sent; zero: it may have been.
pub async fn cancel(
    tx: &mut Tx,
    org: &OrgId,
    id: &PurchaseOrderId,
    why: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'cancelled', due_at = null, error = $3,
                 updated_at = $4
             where org_id = $1 and id = $2
                 and state in ('proposed', 'approved', 'preparing', 'armed')"
        )
        .bind(org)
        .bind(id)
        .bind(why)
        .bind(now)
    )?;
    if moved == 1 {
        void_pending(tx, org, id).await?;
        end_attempt(tx, org, id, AttemptState::Unreleased, why).await?;
    }
    Ok(moved)
}

/// Ends the attempt of an order that has not ended.
pub async fn end_attempt(
    tx: &mut Tx,
    org: &OrgId,
    order: &PurchaseOrderId,
    state: AttemptState,
    outcome: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update attempt set state = $3, outcome = $4, ended_at = $5
             where org_id = $1 and purchase_order_id = $2 and ended_at is null"
        )
        .bind(org)
        .bind(order)
        .bind(state)
        .bind(outcome)
        .bind(now)
    )
}

/// True while an order of the account may still go out, or its basket may be in use by a person.
pub async fn account_is_busy(
    tx: &mut Tx,
    org: &OrgId,
    account: &AccountId,
    except: &PurchaseOrderId,
) -> sqlx::Result<bool> {
    let now = tx.now().await?;
    let n: i64 = fetch!(
        tx,
        query_scalar(
            "select count(*) from purchase_order
             where org_id = $1 and account_id = $2 and id <> $3 and (state = 'submitting'
                 or (state = 'unknown' and settle_until > $4))"
        )
        .bind(org)
        .bind(account)
        .bind(except)
        .bind(now),
        fetch_one
    )?;
    Ok(n > 0)
}

/// True while a message or a press of the requester waits to be read: it may change the order.
pub async fn requester_is_unread(tx: &mut Tx, order: &Order) -> sqlx::Result<bool> {
    let n: i64 = fetch!(
        tx,
        query_scalar(
            "select (select count(*) from burst b join identity i on i.id = b.identity_id
                     join requisition r on r.person_id = i.person_id
                     where b.org_id = $1 and r.id = $2 and b.state in ('open', 'closed'))
                 + (select count(*) from message m join identity i on i.id = m.identity_id
                     join requisition r on r.person_id = i.person_id
                     where m.org_id = $1 and r.id = $2 and m.state = 'press'
                         and m.due_at is not null)"
        )
        .bind(&order.org_id)
        .bind(&order.requisition_id),
        fetch_one
    )?;
    Ok(n > 0)
}

/// Claims an approved order for one attempt; none: somebody else has it, or it is not due.
pub async fn claim(tx: &mut Tx, org: &OrgId, id: &PurchaseOrderId) -> sqlx::Result<Option<Order>> {
    let now = tx.now().await?;
    let epoch: Option<i64> = fetch!(
        tx,
        query_scalar(
            "update purchase_order set state = 'preparing', epoch = epoch + 1,
                 claims = claims + 1, due_at = null, rung_at = null, rings = 0, error = null,
                 error_class = null, updated_at = $3
             where org_id = $1 and id = $2 and state = 'approved' and due_at <= $3
             returning epoch"
        )
        .bind(org)
        .bind(id)
        .bind(now),
        fetch_optional
    )?;
    let Some(epoch) = epoch else { return Ok(None) };
    execute!(
        tx,
        query(
            "insert into attempt (id, org_id, purchase_order_id, account_id, number, epoch, state,
                 started_at)
             select $1, org_id, id, account_id,
                 (select count(*) + 1 from attempt a where a.purchase_order_id = $3), $4,
                 'preparing', $5
             from purchase_order where org_id = $2 and id = $3"
        )
        .bind(AttemptId::new())
        .bind(org)
        .bind(id)
        .bind(epoch)
        .bind(now)
    )?;
    find(tx, id).await
}

/// The basket satisfies the document and the history before is known; zero: the attempt is over.
pub async fn arm(
    tx: &mut Tx,
    order: &Order,
    before_image: &Value,
    basket: &Value,
    browser: &Value,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'armed', updated_at = $4
             where org_id = $1 and id = $2 and epoch = $3 and state = 'preparing'"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(now)
    )?;
    if moved == 1 {
        execute!(
            tx,
            query(
                "update attempt set state = 'armed', before_image = $4, basket = $5, browser = $6
                 where org_id = $1 and purchase_order_id = $2 and epoch = $3"
            )
            .bind(&order.org_id)
            .bind(&order.id)
            .bind(order.epoch)
            .bind(Json(before_image))
            .bind(Json(basket))
            .bind(Json(browser))
        )?;
    }
    Ok(moved)
}

/// What the intent needs besides the order.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    pub lease_key: &'a str,
    pub lease_epoch: i64,
    pub submit: TimeDelta,
    pub quiet: TimeDelta,
}

/// The intent transaction: one guarded update, one row or nothing. After its commit the order
/// request may go out, once, before the time it gives back.
pub async fn intend(
    tx: &mut Tx,
    order: &Order,
    intent: Intent<'_>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    let now = tx.now().await?;
    let submit_before = now + intent.submit;
    let settle_until = submit_before + intent.quiet;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = 'submitting', submit_before = $4,
                 settle_until = $5, due_at = $5, rung_at = null, rings = 0, updated_at = $6
             where org_id = $1 and id = $2 and epoch = $3 and state = 'armed'
                 and document_hash = $7 and approved_until > $6
                 and exists (select 1 from lease where org_id = $1 and key = $8 and epoch = $9
                     and until > $6)
                 and exists (select 1 from supplier where org_id = $1
                     and id = purchase_order.supplier_id and paused_at is null)
                 and not exists (select 1 from daemon where key = 'ordering'
                     and value = 'disarmed')
                 and exists (select 1 from requisition r where r.org_id = $1
                     and r.id = purchase_order.requisition_id
                     and r.version = purchase_order.version
                     and r.state in ('to_approve', 'approved', 'ordering', 'ordered'))
                 and not exists (select 1 from burst b join identity i on i.id = b.identity_id
                     join requisition r on r.person_id = i.person_id
                     where b.org_id = $1 and r.id = purchase_order.requisition_id
                         and b.state in ('open', 'closed'))
                 and not exists (select 1 from message m join identity i on i.id = m.identity_id
                     join requisition r on r.person_id = i.person_id
                     where m.org_id = $1 and r.id = purchase_order.requisition_id
                         and m.state = 'press' and m.due_at is not null)
                 and not exists (select 1 from purchase_order o where o.org_id = $1
                     and o.account_id = purchase_order.account_id and o.id <> $2
                     and (o.state = 'submitting'
                         or (o.state = 'unknown' and o.settle_until > $6)))"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(submit_before)
        .bind(settle_until)
        .bind(now)
        .bind(&order.document_hash)
        .bind(intent.lease_key)
        .bind(intent.lease_epoch)
    )?;
    if moved == 0 {
        return Ok(None);
    }
    execute!(
        tx,
        query(
            "update attempt set state = 'submitting', intent_at = $4
             where org_id = $1 and purchase_order_id = $2 and epoch = $3"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(now)
    )?;
    Ok(Some(submit_before))
}

/// Notes that the order request was let go, once an attempt; zero: it is noted already.
pub async fn released(tx: &mut Tx, order: &Order) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update attempt set released_at = $4
             where org_id = $1 and purchase_order_id = $2 and epoch = $3 and released_at is null
                 and intent_at is not null"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(now)
    )
}

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

/// How an attempt that was never released ended, and what comes next.
#[derive(Clone, Copy, Debug)]
pub struct Stop<'a> {
    pub state: OrderState,
    pub due_at: Option<DateTime<Utc>>,
    pub error_class: &'a str,
    pub error: &'a str,
}

/// Ends an attempt before the intent; zero: it is past that.
pub async fn stop(tx: &mut Tx, order: &Order, stop: Stop<'_>) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    let moved = execute!(
        tx,
        query(
            "update purchase_order set state = $4, due_at = $5, rung_at = null, rings = 0,
                 error_class = $6, error = $7, updated_at = $8
             where org_id = $1 and id = $2 and epoch = $3 and state in ('preparing', 'armed')"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(stop.state)
        .bind(stop.due_at)
        .bind(stop.error_class)
        .bind(stop.error)
        .bind(now)
    )?;
    if moved == 1 {
        let ended = match stop.state {
            OrderState::Refused => AttemptState::Refused,
            _ => AttemptState::Unreleased,
        };
        end_attempt(tx, &order.org_id, &order.id, ended, stop.error).await?;
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

/// Orders whose attempt lost its lease: what was being prepared may be tried again, what was
/// submitted is unknown.
pub async fn abandoned(tx: &mut Tx, limit: i64) -> sqlx::Result<Vec<Order>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(select_order!(
            "where org_id is not null and state in ('preparing', 'armed', 'submitting')
                 and not exists (select 1 from lease l where l.key = 'account:' || account_id
                     and l.owner = purchase_order.id and l.until > $1)
             order by updated_at limit $2"
        ))
        .bind(now)
        .bind(limit),
        fetch_all
    )
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attempt {
    pub id: AttemptId,
    pub number: i64,
    pub epoch: i64,
    pub state: AttemptState,
    pub before_image: Option<Json<Value>>,
    pub basket: Option<Json<Value>>,
    pub browser: Option<Json<Value>>,
    pub started_at: DateTime<Utc>,
    pub intent_at: Option<DateTime<Utc>>,
    pub released_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
}

pub async fn attempts(
    tx: &mut Tx,
    org: &OrgId,
    order: &PurchaseOrderId,
) -> sqlx::Result<Vec<Attempt>> {
    fetch!(
        tx,
        query_as(
            "select id, number, epoch, state, before_image, basket, browser, started_at, intent_at,
                 released_at, ended_at, outcome
             from attempt where org_id = $1 and purchase_order_id = $2 order by number"
        )
        .bind(org)
        .bind(order),
        fetch_all
    )
}

/// Orders of the account that wait for a lease, the oldest first.
pub async fn waiting_for(
    tx: &mut Tx,
    org: &OrgId,
    account: &AccountId,
) -> sqlx::Result<Vec<(PurchaseOrderId, OrderState)>> {
    let now = tx.now().await?;
    fetch!(
        tx,
        query_as(
            "select id, state from purchase_order
             where org_id = $1 and account_id = $2 and due_at <= $3
                 and state in ('approved', 'unknown')
             order by case when state = 'unknown' then 0 else 1 end, created_at limit 3"
        )
        .bind(org)
        .bind(account)
        .bind(now),
        fetch_all
    )
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

/// Leaves an approved order for later.
pub async fn later(tx: &mut Tx, order: &Order, due_at: DateTime<Utc>) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update purchase_order set due_at = $4, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and epoch = $3 and state = 'approved'"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(due_at)
    )
}

/// An approved order that was tried often enough waits for a person.
pub async fn stop_approved(
    tx: &mut Tx,
    order: &Order,
    error_class: &str,
    error: &str,
) -> sqlx::Result<u64> {
    let now = tx.now().await?;
    execute!(
        tx,
        query(
            "update purchase_order set state = 'needs_person', due_at = null, error_class = $4,
                 error = $5, claims = 0, updated_at = $6
             where org_id = $1 and id = $2 and epoch = $3 and state = 'approved'"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(error_class)
        .bind(error)
        .bind(now)
    )
}

/// A claim that was given back for no fault of the site does not count.
pub async fn uncount(tx: &mut Tx, order: &Order) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update purchase_order set claims = claims - 1
             where org_id = $1 and id = $2 and epoch = $3 and claims > 0"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
    )
}

/// A placed order was looked for once more; with a time, it will be again.
pub async fn looked_again(
    tx: &mut Tx,
    order: &Order,
    due_at: Option<DateTime<Utc>>,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        query(
            "update purchase_order set due_at = $4, rung_at = null, rings = 0
             where org_id = $1 and id = $2 and epoch = $3 and state = 'placed'"
        )
        .bind(&order.org_id)
        .bind(&order.id)
        .bind(order.epoch)
        .bind(due_at)
    )
}
