//! The guarded moves of a purchase order: each from the states that it may leave, and from no other.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sutler::domain::approval::ApprovalState;
use sutler::domain::order::{AttemptState, OrderState};
use sutler::store::db::Tx;
use sutler::store::leases::{self, Lease};
use sutler::store::orders::{self, Intent, Order, Stop};
use sutler::store::{invariants, orgs, suppliers};

use super::conversation::{outgoing_of, text_of};
use super::{Store, document, on_each_db};

const SUBMIT: TimeDelta = TimeDelta::seconds(20);
const QUIET: TimeDelta = TimeDelta::seconds(45);

/// An armed order with the lease of its account.
async fn armed(store: &Store, tx: &mut Tx) -> (Order, Lease) {
    let order = store.approved(tx).await;
    let key = format!("account:{}", order.account_id);
    let length = TimeDelta::seconds(15);
    let lease = leases::take(tx, &store.org, &key, order.id.as_str(), "p", length)
        .await
        .unwrap();
    let order = orders::claim(tx, &store.org, &order.id)
        .await
        .unwrap()
        .unwrap();
    let empty = json!([]);
    assert_eq!(
        orders::arm(tx, &order, &empty, &empty, &empty)
            .await
            .unwrap(),
        1
    );
    (
        orders::find(tx, &order.id).await.unwrap().unwrap(),
        lease.unwrap(),
    )
}

async fn intend(tx: &mut Tx, order: &Order, lease: &Lease) -> Option<DateTime<Utc>> {
    let intent = Intent {
        lease_key: &lease.key,
        lease_epoch: lease.epoch,
        submit: SUBMIT,
        quiet: QUIET,
    };
    orders::intend(tx, order, intent).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_intent_stands_once_and_gives_the_last_moment() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let (order, lease) = armed(&store, &mut tx).await;
        let now = tx.now().await.unwrap();
        assert_eq!(intend(&mut tx, &order, &lease).await, Some(now + SUBMIT));
        assert_eq!(
            intend(&mut tx, &order, &lease).await,
            None,
            "a second intent"
        );
        let found = orders::find(&mut tx, &order.id).await.unwrap().unwrap();
        assert_eq!(found.state, OrderState::Submitting);
        assert_eq!(found.settle_until, Some(now + SUBMIT + QUIET));
        assert_eq!(orders::released(&mut tx, &order).await.unwrap(), 1);
        assert_eq!(
            orders::released(&mut tx, &order).await.unwrap(),
            0,
            "a second release"
        );
        let why = "too late";
        assert_eq!(
            orders::cancel(&mut tx, &store.org, &order.id, why)
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            orders::stop(&mut tx, &order, stop(OrderState::Approved))
                .await
                .unwrap(),
            0
        );
    })
    .await;
}

fn stop(state: OrderState) -> Stop<'static> {
    Stop {
        state,
        due_at: None,
        error_class: "test",
        error: "test",
    }
}

/// What must keep the intent from standing, one by one.
#[derive(Clone, Copy, Debug)]
enum Obstacle {
    OldEpoch,
    LeaseOfAnother,
    LeaseRunOut,
    ApprovalTooOld,
    OtherDocument,
    SupplierPaused,
    Disarmed,
    NewVersion,
    RequisitionCancelled,
    UnreadMessage,
    UnansweredPress,
    OtherOrderSubmitting,
    OtherOrderUnknown,
    Cancelled,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_must_keep_the_intent_from_standing_does() {
    use Obstacle::*;
    on_each_db(async |store: Store| {
        for obstacle in [
            OldEpoch,
            LeaseOfAnother,
            LeaseRunOut,
            ApprovalTooOld,
            OtherDocument,
            SupplierPaused,
            Disarmed,
            NewVersion,
            RequisitionCancelled,
            UnreadMessage,
            UnansweredPress,
            OtherOrderSubmitting,
            OtherOrderUnknown,
            Cancelled,
        ] {
            // Rolled back each time: every obstacle stands alone.
            let mut tx = store.begin().await;
            let (mut order, mut lease) = armed(&store, &mut tx).await;
            lay(&store, &mut tx, obstacle, &mut order, &mut lease).await;
            assert_eq!(intend(&mut tx, &order, &lease).await, None, "{obstacle:?}");
        }
        let mut tx = store.begin().await;
        let (order, lease) = armed(&store, &mut tx).await;
        assert!(
            intend(&mut tx, &order, &lease).await.is_some(),
            "without an obstacle"
        );
    })
    .await;
}

async fn lay(store: &Store, tx: &mut Tx, obstacle: Obstacle, order: &mut Order, lease: &mut Lease) {
    let org = &store.org;
    let other = async |tx: &mut Tx| {
        let other = store.approved(tx).await;
        let other = orders::claim(tx, org, &other.id).await.unwrap().unwrap();
        orders::arm(tx, &other, &json!([]), &json!([]), &json!([]))
            .await
            .unwrap();
        other
    };
    match obstacle {
        Obstacle::OldEpoch => order.epoch -= 1,
        Obstacle::LeaseOfAnother => lease.epoch -= 1,
        Obstacle::LeaseRunOut => {
            leases::release(tx, lease).await.unwrap();
        }
        Obstacle::ApprovalTooOld => {
            execute(tx, "update purchase_order set approved_until = created_at").await;
        }
        Obstacle::OtherDocument => "another".clone_into(&mut order.document_hash),
        Obstacle::SupplierPaused => {
            let now = tx.now().await.unwrap();
            suppliers::set_paused(tx, org, &order.supplier_id, Some(now))
                .await
                .unwrap();
        }
        Obstacle::Disarmed => orgs::set_switch(tx, "ordering", "disarmed").await.unwrap(),
        Obstacle::NewVersion => execute(tx, "update requisition set version = version + 1").await,
        Obstacle::RequisitionCancelled => {
            execute(tx, "update requisition set state = 'cancelled'").await;
        }
        Obstacle::UnreadMessage => {
            text_of(store, tx, "wait").await;
        }
        Obstacle::UnansweredPress => {
            super::conversation::press_of(store, tx, "cancel:x:1").await;
        }
        Obstacle::OtherOrderSubmitting => {
            let other = other(tx).await;
            intend(tx, &other, lease).await.unwrap();
        }
        Obstacle::OtherOrderUnknown => {
            let other = other(tx).await;
            intend(tx, &other, lease).await.unwrap();
            let now = tx.now().await.unwrap();
            assert_eq!(
                orders::unknown(tx, &other, now, "lost", None)
                    .await
                    .unwrap(),
                1
            );
        }
        Obstacle::Cancelled => {
            assert_eq!(
                orders::cancel(tx, org, &order.id, "changed").await.unwrap(),
                1
            );
        }
    }
}

/// One statement in the test's own transaction.
async fn execute(tx: &mut Tx, sql: &'static str) {
    tx.execute_raw(sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_ends_once_and_the_next_has_the_next_epoch() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let order = store.approved(&mut tx).await;
        let first = orders::claim(&mut tx, org, &order.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            orders::claim(&mut tx, org, &order.id)
                .await
                .unwrap()
                .map(|o| o.epoch),
            None
        );
        let now = tx.now().await.unwrap();
        let again = Stop {
            due_at: Some(now),
            ..stop(OrderState::Approved)
        };
        assert_eq!(orders::stop(&mut tx, &first, again).await.unwrap(), 1);
        assert_eq!(orders::stop(&mut tx, &first, again).await.unwrap(), 0);
        let second = orders::claim(&mut tx, org, &order.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((first.epoch, second.epoch, second.claims), (1, 2, 2));
        let empty = json!([]);
        assert_eq!(
            orders::arm(&mut tx, &first, &empty, &empty, &empty)
                .await
                .unwrap(),
            0
        );
        assert_eq!(orders::uncount(&mut tx, &second).await.unwrap(), 1);
        assert_eq!(
            orders::arm(&mut tx, &second, &empty, &empty, &empty)
                .await
                .unwrap(),
            1
        );
        let attempts = orders::attempts(&mut tx, org, &order.id).await.unwrap();
        let states: Vec<AttemptState> = attempts.iter().map(|a| a.state).collect();
        assert_eq!(states, [AttemptState::Unreleased, AttemptState::Armed]);
        assert_eq!(attempts[0].outcome.as_deref(), Some("test"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_unknown_outcome_ends_found_refused_or_with_a_person() {
    on_each_db(async |store: Store| {
        let org = &store.org;
        for (n, end) in [
            OrderState::Placed,
            OrderState::Refused,
            OrderState::Cancelled,
        ]
        .into_iter()
        .enumerate()
        {
            let mut tx = store.begin().await;
            let (order, lease) = armed(&store, &mut tx).await;
            intend(&mut tx, &order, &lease).await.unwrap();
            let now = tx.now().await.unwrap();
            assert_eq!(
                orders::unknown(&mut tx, &order, now, "lost", Some("no"))
                    .await
                    .unwrap(),
                1
            );
            assert_eq!(
                orders::unknown(&mut tx, &order, now, "lost", None)
                    .await
                    .unwrap(),
                0
            );
            assert!(
                orders::account_is_busy(
                    &mut tx,
                    org,
                    &order.account_id,
                    &super::PurchaseOrderId::new()
                )
                .await
                .unwrap()
            );
            assert!(
                !orders::account_is_busy(&mut tx, org, &order.account_id, &order.id)
                    .await
                    .unwrap()
            );
            let waiting = orders::waiting_for(&mut tx, org, &order.account_id)
                .await
                .unwrap();
            assert_eq!(waiting, [(order.id.clone(), OrderState::Unknown)]);
            let number = format!("W-{n}");
            match end {
                OrderState::Placed => {
                    assert_eq!(orders::placed(&mut tx, &order, &number).await.unwrap(), 1);
                    assert_eq!(orders::placed(&mut tx, &order, &number).await.unwrap(), 0);
                }
                OrderState::Refused => {
                    let moved = orders::settled(&mut tx, &order, end, None, "no")
                        .await
                        .unwrap();
                    assert_eq!(moved, 1);
                }
                _ => {
                    let person = OrderState::NeedsPerson;
                    orders::settled(&mut tx, &order, person, None, "ask")
                        .await
                        .unwrap();
                    let early = orders::decided(&mut tx, &order, end, "dropped")
                        .await
                        .unwrap();
                    assert_eq!(early, 0, "its time is not over");
                    execute(
                        &mut tx,
                        "update purchase_order set settle_until = created_at",
                    )
                    .await;
                    assert_eq!(
                        orders::decided(&mut tx, &order, end, "dropped")
                            .await
                            .unwrap(),
                        1
                    );
                }
            }
            let found = orders::find(&mut tx, &order.id).await.unwrap().unwrap();
            assert_eq!(found.state, end);
            let attempts = orders::attempts(&mut tx, org, &order.id).await.unwrap();
            assert!(attempts[0].ended_at.is_some(), "{end:?}");
            assert_eq!(orders::unfinished(&mut tx, org).await.unwrap().len(), 0);
            tx.commit().await.unwrap();
            let mut tx = store.begin().await;
            leases::release(&mut tx, &lease).await.unwrap();
            tx.commit().await.unwrap();
        }
        let numbers = "select count(*) from purchase_order where supplier_number is not null";
        assert_eq!(store.raw.count(numbers).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_process_is_gone_is_found_when_the_lease_has_run_out() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let (order, lease) = armed(&store, &mut tx).await;
        assert_eq!(orders::abandoned(&mut tx, 10).await.unwrap().len(), 0);
        leases::release(&mut tx, &lease).await.unwrap();
        let left = orders::abandoned(&mut tx, 10).await.unwrap();
        assert_eq!(left.iter().map(|o| &o.id).collect::<Vec<_>>(), [&order.id]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_document_must_be_approved_anew() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let order = store.proposed(&mut tx).await;
        let (approver, _) = store.person(&mut tx, "baraka").await;
        let asked = orders::ask_approval(&mut tx, &order, &approver.id)
            .await
            .unwrap();
        let until = tx.now().await.unwrap() + TimeDelta::days(7);
        let other = orders::approve(&mut tx, org, &order.id, "another hash", until)
            .await
            .unwrap();
        assert_eq!(other, 0);
        let state = ApprovalState::Approved;
        let by = &approver.id;
        assert_eq!(
            orders::decide(&mut tx, org, &asked, state, by, None)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            orders::decide(&mut tx, org, &asked, state, by, None)
                .await
                .unwrap(),
            0
        );
        let hash = &order.document_hash;
        assert_eq!(
            orders::approve(&mut tx, org, &order.id, hash, until)
                .await
                .unwrap(),
            1
        );

        let dearer = document(&order.number, 9_000_000);
        let order = orders::find(&mut tx, &order.id).await.unwrap().unwrap();
        assert_eq!(
            orders::repropose(&mut tx, &order, &dearer).await.unwrap(),
            1
        );
        let changed = orders::find(&mut tx, &order.id).await.unwrap().unwrap();
        assert_eq!(
            (changed.state, changed.total),
            (OrderState::Proposed, 9_000_000)
        );
        assert_ne!(changed.document_hash, *hash);
        assert_eq!(
            orders::approve(&mut tx, org, &order.id, hash, until)
                .await
                .unwrap(),
            0
        );

        let again = orders::ask_approval(&mut tx, &changed, &approver.id)
            .await
            .unwrap();
        assert_eq!(
            orders::void_pending(&mut tx, org, &order.id).await.unwrap(),
            1
        );
        let found = orders::approval(&mut tx, org, &again)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.state, ApprovalState::Void);
        let all = orders::approvals_of(&mut tx, org, &order.requisition_id)
            .await
            .unwrap();
        assert_eq!(all.len(), 2);
        let of = orders::of_requisition(&mut tx, org, &order.requisition_id)
            .await
            .unwrap();
        assert_eq!(of.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_everything_that_may_have_gone_out_is_looked_up() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let approved = store.approved(&mut tx).await;
        let proposed = store.proposed(&mut tx).await;
        assert_eq!(orders::unsettle(&mut tx, QUIET).await.unwrap(), 1);
        let state = async |tx: &mut Tx, order: &Order| {
            orders::find(tx, &order.id).await.unwrap().unwrap().state
        };
        assert_eq!(state(&mut tx, &approved).await, OrderState::Unknown);
        assert_eq!(state(&mut tx, &proposed).await, OrderState::Proposed);
        let found = orders::find(&mut tx, &approved.id).await.unwrap().unwrap();
        assert_eq!(orders::placed(&mut tx, &found, "W-1").await.unwrap(), 1);
        let stopped = orders::stop_approved(&mut tx, &found, "x", "y")
            .await
            .unwrap();
        assert_eq!(stopped, 0, "it is not approved any more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rests_or_belongs_nowhere_is_counted() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        store.confirmed(&mut tx).await;
        let broken = async |tx: &mut Tx, sent| {
            let readings = invariants::read(tx, sent).await.unwrap();
            readings.iter().map(|r| r.broken).collect::<Vec<i64>>()
        };
        let whole = broken(&mut tx, invariants::Sent::All).await;
        assert_eq!(whole, vec![0; 12]);
        execute(
            &mut tx,
            "update requisition set state = 'asking', due_at = null",
        )
        .await;
        outgoing_of(&store, &mut tx, "a cause").await;
        execute(
            &mut tx,
            "update outgoing set due_at = null, kind = 'seen', cause = 'nothing'",
        )
        .await;
        for sent in [invariants::Sent::All, invariants::Sent::Lately] {
            let counts = broken(&mut tx, sent).await;
            assert_eq!((counts[0], counts[9]), (1, 2), "{counts:?}");
        }
        // A text that was sent long ago is looked at by the console alone.
        execute(
            &mut tx,
            "update outgoing set id = '00000000000000000000000000000001'",
        )
        .await;
        let counts = broken(&mut tx, invariants::Sent::Lately).await;
        assert_eq!((counts[0], counts[9]), (0, 2), "{counts:?}");
        assert_eq!(broken(&mut tx, invariants::Sent::All).await[0], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_invariant_is_counted() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let (order, lease) = armed(&store, &mut tx).await;
        intend(&mut tx, &order, &lease).await.unwrap();
        execute(
            &mut tx,
            "update attempt set released_at = started_at, intent_at = null, basket = null",
        )
        .await;
        execute(
            &mut tx,
            "update purchase_order set state = 'placed', supplier_number = null",
        )
        .await;
        let readings = invariants::read(&mut tx, invariants::Sent::All)
            .await
            .unwrap();
        assert_eq!(readings.len(), 12);
        let broken: Vec<i64> = readings
            .iter()
            .filter(|r| r.broken > 0)
            .map(|r| r.number)
            .collect();
        assert!(
            broken.contains(&4) && broken.contains(&7) && broken.contains(&9),
            "{broken:?}"
        );
    })
    .await;
}
