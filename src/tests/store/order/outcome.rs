//! How an attempt ends, and the order with it.

use serde_json::json;
use sutler::domain::ids::PurchaseOrderId;
use sutler::domain::order::{AttemptState, OrderState};
use sutler::store::db::Tx;
use sutler::store::leases;
use sutler::store::orders::{self, Order, Stop};

use super::{QUIET, armed, execute, intend, stop};
use crate::store::{Store, on_each_db};

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
                orders::account_is_busy(&mut tx, org, &order.account_id, &PurchaseOrderId::new())
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
