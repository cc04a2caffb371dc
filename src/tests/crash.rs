//! The real program, killed at every named point, stopped and let go on, several at once; judged by
//! the shop's ledger, which lives in this process and outlives them.

mod outside;

use std::time::{Duration, Instant};

use sutler::demo::shop::{Delay, Switches};

use self::outside::{Outside, Process, until};
use crate::app::{ACHIENG, BARAKA, SetUp};

/// Runs the conversation while the daemon is killed at each of these points, one after the other,
/// and started again each time.
async fn crash_at(outside: &Outside, points: &[&str]) -> Process {
    let killing = async {
        for point in points {
            outside.spawn("serve", point).crashed(point).await;
        }
        outside.spawn("serve", "")
    };
    let (process, ()) = tokio::join!(killing, outside.converse());
    process
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_point_before_and_after_the_order_it_orders_once() {
    let outside = Outside::start(SetUp::Embedded).await;
    let points = [
        "receive:before_commit",
        "receive:after_commit",
        "read:before_commit",
        "read:after_commit",
        "check:after_commit",
        "confirm:after_commit",
        "approve:after_commit",
        "tell:after_send",
        "place:after_claim",
        "place:after_arm",
        "place:before_intent",
        "place:after_commit",
        "sync:before_create",
        "sync:after_create",
        "sync:after_commit",
    ];
    let _daemon = crash_at(&outside, &points).await;
    outside.ordered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_a_text_is_sent_it_is_sent_later() {
    let outside = Outside::start(SetUp::Embedded).await;
    let _daemon = crash_at(&outside, &["tell:before_send"]).await;
    outside.ordered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_intent_and_the_click_a_person_decides() {
    let outside = Outside::start(SetUp::Embedded).await;
    let _daemon = crash_at(&outside, &["place:after_intent"]).await;
    outside.until_order(&["needs_person"]).await;
    outside.expect(ACHIENG, "could not find out whether").await;
    assert_eq!(outside.around.shop.ledger().posts, 0);
    let cards = outside.raw.rows("select kind, state from card").await;
    assert_eq!(cards, [["order_unknown", "open"]]);
    outside.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_click_and_its_answer_the_history_tells() {
    let outside = Outside::start(SetUp::Embedded).await;
    let _daemon = crash_at(&outside, &["place:after_click", "settle:before_commit"]).await;
    outside.ordered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_with_the_answer_in_hand_the_history_tells() {
    let outside = Outside::start(SetUp::Embedded).await;
    let _daemon = crash_at(&outside, &["place:after_answer"]).await;
    outside.ordered_once().await;
}

/// The order in mid-preparation is taken over from the stopped worker by another, which is killed;
/// then the first goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_one_is_stopped_and_one_killed_in_mid_order_and_it_is_ordered_once() {
    let outside = Outside::start(SetUp::Scaled).await;
    let slow = Some(Delay {
        ms: 400,
        posts: None,
    });
    outside
        .around
        .shop
        .switch(Switches {
            slow,
            ..Switches::default()
        })
        .unwrap();
    let _web = outside.spawn("web", "");
    let mut workers = [outside.spawn("work", ""), outside.spawn("work", "")];
    outside.answers().await;
    outside.converse().await;
    outside.until_order(&["preparing"]).await;
    until("a worker has a browser", async || {
        workers.iter().any(Process::has_browser)
    })
    .await;
    if workers[1].has_browser() {
        workers.swap(0, 1);
    }
    let [stopped, killed] = workers;
    stopped.signal(rustix::process::Signal::STOP);
    let epoch = "select count(*) from purchase_order where epoch = 2 and state = 'preparing'";
    until("the other worker has taken the order over", async || {
        outside.raw.count(epoch).await == 1
    })
    .await;
    drop(killed);
    stopped.signal(rustix::process::Signal::CONT);
    outside.ordered_once().await;
}

/// Stopped as soon as the intent stands, longer than the order may go out: the click was made before
/// or never.
#[tokio::test(flavor = "multi_thread")]
async fn stopped_after_the_intent_nothing_goes_out_late() {
    let outside = Outside::start(SetUp::Embedded).await;
    let daemon = outside.spawn("serve", "");
    outside.answers().await;
    outside.converse().await;
    outside.until_order(&["submitting"]).await;
    daemon.signal(rustix::process::Signal::STOP);
    let posts = outside.around.shop.ledger().posts;
    let began = Instant::now();
    until("the time in which it may go out is over", async || {
        began.elapsed() > Duration::from_secs(6)
    })
    .await;
    let ordered = outside.around.shop.ledger().orders.len();
    daemon.signal(rustix::process::Signal::CONT);
    let state = outside.until_order(&["placed", "needs_person"]).await;
    let ledger = outside.around.shop.ledger();
    // Held when it was stopped, it was failed and is placed by an attempt of its own.
    let attempts = outside.raw.count("select count(*) from attempt").await;
    assert!(
        ledger.orders.len() == ordered || attempts == 2,
        "it went out late; {posts} posts before"
    );
    assert_eq!(ledger.orders.len(), usize::from(state == "placed"));
    outside.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_end_it_ends_in_good_order() {
    let outside = Outside::start(SetUp::Embedded).await;
    let daemon = outside.spawn("serve", "");
    outside.answers().await;
    outside.around.graph.say(ACHIENG, "status").unwrap();
    outside.expect(ACHIENG, "You have no requests yet.").await;
    daemon.ended().await;
}

/// The backup knows an order as approved that was placed since, and nothing of another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_copied_back_from_an_hour_ago_places_nothing_twice() {
    let outside = Outside::start(SetUp::Embedded).await;
    let graph = &outside.around.graph;
    let database = outside.folder.path().join("sutler.db");
    let backup = outside.folder.path().join("backup.db");

    let mut daemon = outside.spawn("serve", "place:after_claim");
    outside.answers().await;
    outside.converse().await;
    daemon.crashed("place:after_claim").await;
    outside
        .raw
        .execute(&format!("vacuum into '{}'", backup.display()))
        .await;
    let daemon = outside.spawn("serve", "");
    outside.ordered_once().await;
    graph
        .say(ACHIENG, "another order: 3 wheelbarrows to Site 7")
        .unwrap();
    outside.expect(ACHIENG, "Is this right?").await;
    graph.press(ACHIENG, "Confirm").unwrap();
    outside.expect(BARAKA, "Wheelbarrow").await;
    graph.press(BARAKA, "Approve").unwrap();
    outside.expect(ACHIENG, "their number W-10002").await;
    daemon.ended().await;

    outside.raw.close().await;
    for ending in ["db-wal", "db-shm"] {
        let _ = std::fs::remove_file(database.with_extension(ending));
    }
    std::fs::copy(&backup, &database).unwrap();
    outside.run(&["migrate", "--restored"]).await;
    let outside = outside.reopened().await;
    let graph = &outside.around.graph;
    let _daemon = outside.spawn("serve", "");
    outside.answers().await;
    outside.until_order(&["placed"]).await;
    assert_eq!(
        outside
            .raw
            .one("select supplier_number from purchase_order")
            .await,
        "W-10001"
    );

    // Nothing is ordered until a person says so, and then under a number that was never used.
    graph
        .say(ACHIENG, "another order: 5 shovels to Site 12")
        .unwrap();
    outside.expect(ACHIENG, "Is this right?").await;
    graph.press(ACHIENG, "Confirm").unwrap();
    outside.expect(BARAKA, "Shovel").await;
    graph.press(BARAKA, "Approve").unwrap();
    let waiting = "select count(*) from purchase_order where state = 'approved'";
    until("the new order waits", async || {
        outside.raw.count(waiting).await == 1
    })
    .await;
    assert_eq!(outside.around.shop.ledger().orders.len(), 2);
    outside.run(&["migrate", "--arm"]).await;
    outside.expect(ACHIENG, "their number W-10003").await;
    let ledger = outside.around.shop.ledger().orders;
    let references: std::collections::BTreeSet<&str> = ledger
        .iter()
        .map(|order| order.reference.as_str())
        .collect();
    assert_eq!((ledger.len(), references.len()), (3, 3), "{ledger:#?}");
    outside.sound().await;
}
