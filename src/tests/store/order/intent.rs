//! The intent stands once, and never where anything is in its way.

use serde_json::json;
use sutler::domain::order::OrderState;
use sutler::store::db::Tx;
use sutler::store::leases::{self, Lease};
use sutler::store::orders::{self, Order};
use sutler::store::{orgs, suppliers};

use super::{QUIET, SUBMIT, armed, execute, intend, stop};
use crate::store::conversation::{press_of, text_of};
use crate::store::{Store, on_each_db};

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
            press_of(store, tx, "cancel:x:1").await;
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
