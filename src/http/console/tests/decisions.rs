//! What people decide here, each once and only where they may.

use super::*;

#[tokio::test]
async fn only_the_approver_who_was_asked_decides_and_only_once() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let path = format!("/approvals/{}/approve", world.approval);
    for code in ["admin", "clerk", "deputy"] {
        let mut other = signed_in(&house, &world, code).await;
        let answer = other.post_checked(&path, &[]).await;
        assert_eq!(answer.location(), "/requisitions/1");
        let order = house.order(&world).await;
        assert_eq!(order.state, OrderState::Proposed, "{code}");
        assert_eq!(house.approval(&world).await.state, ApprovalState::Pending);
    }
    let mut boss = signed_in(&house, &world, "boss").await;
    let page = boss.get("/requisitions/1").await.body;
    assert!(page.contains(&path));
    let answer = boss.post_checked(&path, &[]).await;
    assert_eq!(answer.location(), "/requisitions/1");
    let page = boss.get("/requisitions/1").await.body;
    assert!(page.contains("Approved: PO-acme-1"), "{page}");
    assert!(!page.contains(&path));
    assert_eq!(house.order(&world).await.state, OrderState::Approved);
    let approval = house.approval(&world).await;
    assert_eq!(approval.state, ApprovalState::Approved);
    assert_eq!(approval.decided_by, Some(world.boss.clone()));
    boss.post_checked(
        &path.replace("/approve", "/reject"),
        &[("reason", "changed my mind")],
    )
    .await;
    assert_eq!(house.order(&world).await.state, OrderState::Approved);
}

#[tokio::test]
async fn a_rejection_needs_its_reason() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut boss = signed_in(&house, &world, "boss").await;
    let path = format!("/approvals/{}/reject", world.approval);
    let answer = boss.post_checked(&path, &[("reason", "  ")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(house.approval(&world).await.state, ApprovalState::Pending);
    boss.post_checked(&path, &[("reason", "too <b>dear</b>")])
        .await;
    let approval = house.approval(&world).await;
    assert_eq!(approval.state, ApprovalState::Rejected);
    assert_eq!(approval.reason.as_deref(), Some("too <b>dear</b>"));
    let page = boss.get("/requisitions/1").await.body;
    assert!(page.contains("too &lt;b&gt;dear&lt;&#x2f;b&gt;"), "{page}");
}

#[tokio::test]
async fn a_name_is_taken_back_by_those_who_may_answer() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let other = house.world("other").await;
    let mut tx = house.app.db.begin().await.unwrap();
    let item = suppliers::items(&mut tx, &world.org)
        .await
        .unwrap()
        .remove(0);
    let new = aliases::NewAlias {
        org: &world.org,
        words: "<b>stuff</b>",
        key: "stuff",
        item: &item.id,
    };
    aliases::learn(&mut tx, new).await.unwrap();
    let id = aliases::all(&mut tx, &world.org)
        .await
        .unwrap()
        .remove(0)
        .id;
    tx.commit().await.unwrap();
    let path = format!("/names/{id}/revoke");
    for (world, code, expect) in [
        (&world, "auditor", StatusCode::FORBIDDEN),
        (&other, "admin", StatusCode::NOT_FOUND),
        (&world, "clerk", StatusCode::SEE_OTHER),
    ] {
        let mut person = signed_in(&house, world, code).await;
        let answer = person.post_checked(&path, &[]).await;
        assert_eq!(answer.status, expect, "{code}");
    }
    let mut clerk = signed_in(&house, &world, "clerk").await;
    let page = clerk.get("/names").await.body;
    assert!(
        page.contains("&lt;b&gt;stuff") && page.contains("taken back"),
        "{page}"
    );
    clerk
        .post_checked(&format!("/names/{id}/restore"), &[])
        .await;
    let page = clerk.get("/names").await.body;
    assert!(page.contains("in use"), "{page}");
}

#[tokio::test]
async fn an_answer_that_may_make_a_second_order_is_asked_twice_and_wants_two_people() {
    let house = House::open().await;
    let world = house.world("acme").await;
    house.unknown_order(&world).await;
    let path = format!("/cards/{}/answer", world.card);
    let mut clerk = signed_in(&house, &world, "clerk").await;
    let page = clerk.post_checked(&path, &[("answer", "again")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("may create a second order"));
    assert_eq!(house.order(&world).await.state, OrderState::NeedsPerson);

    let sure = [("answer", "again"), ("sure", "yes")];
    for _ in 0..2 {
        clerk.post_checked(&path, &sure).await;
        assert_eq!(house.order(&world).await.state, OrderState::NeedsPerson);
    }
    let page = clerk.get("/cards").await.body;
    assert!(page.contains("Clerk wants it tried again"), "{page}");
    let mut admin = signed_in(&house, &world, "admin").await;
    admin.post_checked(&path, &sure).await;
    assert_eq!(house.order(&world).await.state, OrderState::Approved);
    let mut tx = house.app.db.read().await.unwrap();
    let said = journal::last_of(&mut tx, &world.org, world.order.as_str(), 20)
        .await
        .unwrap();
    let people: Vec<_> = said
        .iter()
        .filter(|e| e.event == "answered")
        .filter_map(|e| e.person_id.clone())
        .collect();
    assert_eq!(people.len(), 3);
}

#[tokio::test]
async fn a_person_gives_the_number_that_the_supplier_shows() {
    let house = House::open().await;
    let world = house.world("acme").await;
    house.unknown_order(&world).await;
    let path = format!("/cards/{}/answer", world.card);
    let mut clerk = signed_in(&house, &world, "clerk").await;
    let fields = [("answer", "placed"), ("number", " "), ("sure", "yes")];
    let answer = clerk.post_checked(&path, &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let fields = [("answer", "placed"), ("number", "SO-77"), ("sure", "yes")];
    let answer = clerk.post_checked(&path, &fields).await;
    assert_eq!(answer.location(), "/cards");
    let order = house.order(&world).await;
    assert_eq!(order.state, OrderState::Placed);
    assert_eq!(order.supplier_number.as_deref(), Some("SO-77"));
    let page = clerk.get("/requisitions/1").await.body;
    assert!(page.contains("SO-77"));
}

#[tokio::test]
async fn ordering_is_switched_off_at_once_and_on_after_a_second_question() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    admin.post_checked("/switch", &[("to", "disarmed")]).await;
    assert!(!house.is_armed().await);
    let page = admin.get("/requisitions").await.body;
    assert!(page.contains("Ordering is off"), "{page}");
    let page = admin.post_checked("/switch", &[("to", "armed")]).await;
    assert!(
        page.body
            .contains("Every approved order that is due is placed")
    );
    assert!(!house.is_armed().await);
    admin
        .post_checked("/switch", &[("to", "armed"), ("sure", "yes")])
        .await;
    assert!(house.is_armed().await);
    let page = admin.get("/jobs").await.body;
    assert!(page.contains("by Admin"), "{page}");
}
