//! Two at once: one wins, and both know.

use chrono::TimeDelta;
use sutler::domain::requisition::RequisitionState;
use sutler::store::requisitions::Move;
use sutler::store::{bursts, leases, orders, outgoing, requisitions};

use super::conversation::text_of;
use super::{Store, on_each_db};

/// Runs one thing several times at once, each in a transaction of its own; how many of them won.
macro_rules! winners {
    ($store:expr, $tx:ident, $won:expr) => {{
        let tries = (0..8).map(|_| async {
            let mut $tx = $store.begin().await;
            let won = $won;
            $tx.commit().await.unwrap();
            usize::from(won)
        });
        futures_util::future::join_all(tries)
            .await
            .into_iter()
            .sum::<usize>()
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_claims_of_an_order_one_wins() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let order = store.approved(&mut tx).await;
        tx.commit().await.unwrap();
        let won = winners!(store, tx, {
            orders::claim(&mut tx, &store.org, &order.id)
                .await
                .unwrap()
                .is_some()
        });
        assert_eq!(won, 1);
        let mut tx = store.begin().await;
        let attempts = orders::attempts(&mut tx, &store.org, &order.id)
            .await
            .unwrap();
        assert_eq!(
            (attempts.len(), attempts[0].number, attempts[0].epoch),
            (1, 1, 1)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_takers_of_a_lease_one_wins_and_an_old_epoch_changes_nothing() {
    on_each_db(async |store: Store| {
        let length = TimeDelta::seconds(60);
        let won = winners!(store, tx, {
            let owner = uuid::Uuid::new_v4().to_string();
            let taken = leases::take(&mut tx, &store.org, "account:a", &owner, "p", length).await;
            taken.unwrap().is_some()
        });
        assert_eq!(won, 1);

        let mut tx = store.begin().await;
        let held = leases::held(&mut tx, &store.org).await.unwrap().remove(0);
        assert_eq!(leases::renew(&mut tx, &held, length).await.unwrap(), 1);
        assert_eq!(leases::release(&mut tx, &held).await.unwrap(), 1);
        assert_eq!(
            leases::renew(&mut tx, &held, length).await.unwrap(),
            0,
            "it is given back"
        );
        let again = leases::take(&mut tx, &store.org, "account:a", "b", "q", length)
            .await
            .unwrap();
        let again = again.unwrap();
        assert_eq!(again.epoch, held.epoch + 1);
        assert_eq!(
            leases::release(&mut tx, &held).await.unwrap(),
            0,
            "an old epoch"
        );
        assert_eq!(
            leases::free_the_dead(&mut tx, "q").await.unwrap(),
            0,
            "q lives"
        );
        assert_eq!(
            leases::free_the_dead(&mut tx, "r").await.unwrap(),
            1,
            "q is dead"
        );
        assert_eq!(leases::held(&mut tx, &store.org).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_of_one_key_wait_for_each_other() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let order = store.approved(&mut tx).await;
        tx.commit().await.unwrap();
        // Each reads and writes what it read plus one: without the lock some would be lost.
        let tries = (0..8).map(|_| async {
            let mut tx = store.begin().await;
            leases::serialise(&mut tx, &store.org, "sender:a")
                .await
                .unwrap();
            let found = orders::find(&mut tx, &order.id).await.unwrap().unwrap();
            let at = found.due_at.unwrap() + TimeDelta::seconds(1);
            orders::later(&mut tx, &found, at).await.unwrap();
            tx.commit().await.unwrap();
        });
        futures_util::future::join_all(tries).await;
        let mut tx = store.begin().await;
        let found = orders::find(&mut tx, &order.id).await.unwrap().unwrap();
        assert_eq!(
            found.due_at.unwrap() - order.due_at.unwrap(),
            TimeDelta::seconds(8)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_closed_once_and_a_message_is_in_exactly_one() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        text_of(&store, &mut tx, "first").await;
        tx.commit().await.unwrap();
        store.db.clock().advance(std::time::Duration::from_secs(5));
        // Some close what is due while others bring more of the same sender.
        let closing = (0..4).map(|_| async {
            let mut tx = store.begin().await;
            let closed = bursts::close_due(&mut tx, 10).await.unwrap().len();
            tx.commit().await.unwrap();
            closed
        });
        let bringing = (0..4).map(|n| {
            let store = &store;
            async move {
                let mut tx = store.begin().await;
                text_of(store, &mut tx, &format!("more {n}")).await;
                tx.commit().await.unwrap();
                0
            }
        });
        let (closed, _) = futures_util::future::join(
            futures_util::future::join_all(closing),
            futures_util::future::join_all(bringing),
        )
        .await;
        // Where all of them came before the first look, the burst is not due any more.
        let closed = closed.into_iter().sum::<usize>();
        assert!(closed <= 1, "closed {closed} times");
        store.db.clock().advance(std::time::Duration::from_secs(5));
        let mut tx = store.begin().await;
        let rest = bursts::close_due(&mut tx, 10).await.unwrap().len();
        tx.commit().await.unwrap();
        let bursts = store.raw.count("select count(*) from burst").await;
        assert_eq!(i64::try_from(closed + rest), Ok(bursts), "each closed once");
        assert_eq!(
            store
                .raw
                .count("select count(*) from message where burst_id is null")
                .await,
            0
        );
        assert_eq!(store.raw.count("select count(*) from message").await, 5);
        let counted = "select cast(sum(messages) as bigint) from burst";
        assert_eq!(store.raw.count(counted).await, 5);
        let open = store
            .raw
            .count("select count(*) from burst where state = 'open'")
            .await;
        assert_eq!(open, 0, "open bursts of one sender");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_requisition_is_taken_by_one_and_moved_once() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let requisition = store.confirmed(&mut tx).await;
        let now = tx.now().await.unwrap();
        let due = Move {
            org: &store.org,
            id: &requisition.id,
            version: 1,
            from: RequisitionState::ToApprove,
            to: RequisitionState::ToApprove,
            due_at: Some(now),
        };
        requisitions::move_on(&mut tx, due).await.unwrap();
        tx.commit().await.unwrap();
        let won = winners!(store, tx, {
            let state = RequisitionState::ToApprove;
            let taken = requisitions::take(&mut tx, &requisition.id, state)
                .await
                .unwrap();
            if taken.is_some() {
                requisitions::waits(&mut tx, &store.org, &requisition.id, 1)
                    .await
                    .unwrap();
            }
            taken.is_some()
        });
        assert_eq!(won, 1);
        let won = winners!(store, tx, {
            let step = Move {
                to: RequisitionState::Approved,
                due_at: None,
                ..due
            };
            requisitions::move_on(&mut tx, step).await.unwrap() == 1
        });
        assert_eq!(won, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_claimed_by_one() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let id = super::conversation::outgoing_of(&store, &mut tx, "cause").await;
        tx.commit().await.unwrap();
        let won = winners!(store, tx, {
            let again = tx.now().await.unwrap() + TimeDelta::seconds(45);
            outgoing::claim(&mut tx, &store.org, &id, again)
                .await
                .unwrap()
                == 1
        });
        assert_eq!(won, 1);
    })
    .await;
}
