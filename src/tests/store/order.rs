//! The guarded moves of a purchase order: each from the states that it may leave, and from no other.

mod intent;
mod outcome;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sutler::domain::approval::ApprovalState;
use sutler::domain::order::OrderState;
use sutler::store::db::Tx;
use sutler::store::invariants;
use sutler::store::leases::{self, Lease};
use sutler::store::orders::{self, Intent, Order, Stop};

use super::conversation::outgoing_of;
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

fn stop(state: OrderState) -> Stop<'static> {
    Stop {
        state,
        due_at: None,
        error_class: "test",
        error: "test",
    }
}

/// One statement in the test's own transaction.
async fn execute(tx: &mut Tx, sql: &'static str) {
    tx.execute_raw(sql).await.unwrap();
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
