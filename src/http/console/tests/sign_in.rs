//! Links, passwords, sessions: who gets in, and who is out.

use super::*;

#[tokio::test]
async fn without_a_session_every_page_leads_to_the_sign_in_and_no_form_does_anything() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut stranger = Browser::new(&house.router);
    for path in [
        "/requisitions",
        "/requisitions/1",
        "/cards",
        "/jobs",
        "/suppliers",
        "/names",
        &format!("/evidence/{}", world.evidence),
    ] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
        assert_eq!(answer.location(), format!("/sign-in?next={next}"));
    }
    let answer = stranger.get("/").await;
    assert_eq!(answer.location(), "/requisitions");
    for path in [
        format!("/approvals/{}/approve", world.approval),
        format!("/cards/{}/answer", world.card),
        format!("/suppliers/{}/pause", world.supplier),
        "/switch".to_owned(),
        "/sign-out".to_owned(),
    ] {
        let answer = stranger
            .post(&path, &[("to", "disarmed"), ("csrf", "")])
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.location(), "/sign-in");
    }
    let mut tx = house.app.db.read().await.unwrap();
    assert!(orgs::is_armed(&mut tx).await.unwrap());
}

#[tokio::test]
async fn a_link_sets_one_password_once_and_the_password_signs_in() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let link = link(&house, &world, "admin").await;
    let mut first = Browser::new(&house.router);
    for _ in 0..2 {
        let page = first.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Set a password"));
    }
    let short = first
        .post(&link, &[("password", "short"), ("again", "short")])
        .await;
    assert_eq!(short.status, StatusCode::BAD_REQUEST);
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    let answer = first.post(&link, &fields).await;
    assert_eq!(answer.location(), "/requisitions");
    assert_eq!(first.get("/requisitions").await.status, StatusCode::OK);

    let mut second = Browser::new(&house.router);
    assert_eq!(second.get(&link).await.status, StatusCode::GONE);
    let other = [
        ("password", "another password"),
        ("again", "another password"),
    ];
    assert_eq!(second.post(&link, &other).await.status, StatusCode::GONE);
    assert!(second.cookies.is_empty());

    let wrong = [("code", "admin"), ("password", "another password")];
    assert_eq!(
        second.post("/sign-in", &wrong).await.status,
        StatusCode::UNAUTHORIZED
    );
    let unknown = [("code", "nobody"), ("password", PASSWORD)];
    let unknown = second.post("/sign-in", &unknown).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert!(second.cookies.is_empty());
    let right = [("code", "admin"), ("password", PASSWORD), ("next", "/jobs")];
    let answer = second.post("/sign-in", &right).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/jobs")
    );
    assert_eq!(second.get("/jobs").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_that_is_too_old_is_none_and_a_session_ends_by_itself() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    let link = link(&house, &world, "boss").await;
    house
        .app
        .db
        .clock()
        .advance(std::time::Duration::from_secs(3601));
    assert_eq!(admin.get(&link).await.status, StatusCode::GONE);
    assert_eq!(admin.get("/requisitions").await.status, StatusCode::OK);
    house
        .app
        .db
        .clock()
        .advance(std::time::Duration::from_hours(12));
    assert_eq!(
        admin.get("/requisitions").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn the_database_holds_no_token_and_each_sign_in_has_a_new_one() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    let before = admin.cookies.clone();
    let fields = [("code", "admin"), ("password", PASSWORD)];
    admin.post("/sign-in", &fields).await;
    let after = admin.cookies.clone();
    assert_ne!(before, after);
    let mut tx = house.app.db.read().await.unwrap();
    let token = |cookies: &[(String, String)]| cookies[0].1.clone();
    assert_eq!(token(&after).len(), 64);
    assert!(
        sessions::find(&mut tx, &token(&after))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        sessions::find(&mut tx, &token(&before))
            .await
            .unwrap()
            .is_none()
    );
    let hashes = house.session_hashes().await;
    assert_eq!(hashes.len(), 1);
    assert!(!hashes.contains(&token(&after)));
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    let stolen = admin.cookies.clone();
    admin.post_checked("/sign-out", &[]).await;
    assert!(admin.cookies.is_empty());
    admin.cookies = stolen;
    assert_eq!(
        admin.get("/requisitions").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn wrong_passwords_make_the_right_one_wait() {
    let house = House::open().await;
    let world = house.world("acme").await;
    signed_in(&house, &world, "admin").await;
    let mut browser = Browser::new(&house.router);
    let wrong = [("code", "Admin "), ("password", "wrong")];
    for _ in 0..5 {
        assert_eq!(
            browser.post("/sign-in", &wrong).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let right = [("code", "admin"), ("org", "acme"), ("password", PASSWORD)];
    let answer = browser.post("/sign-in", &right).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    house
        .app
        .db
        .clock()
        .advance(std::time::Duration::from_secs(31));
    assert_eq!(
        browser.post("/sign-in", &right).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_person_who_left_is_out_at_once() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut clerk = signed_in(&house, &world, "clerk").await;
    assert_eq!(clerk.get("/requisitions").await.status, StatusCode::OK);
    let mut tx = house.app.db.begin().await.unwrap();
    let mut person = people::find_by_code(&mut tx, &world.org, "clerk")
        .await
        .unwrap()
        .unwrap();
    person.active = false;
    people::save(&mut tx, &person).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        clerk.get("/requisitions").await.status,
        StatusCode::SEE_OTHER
    );
    let fields = [("code", "clerk"), ("password", PASSWORD)];
    assert_eq!(
        clerk.post("/sign-in", &fields).await.status,
        StatusCode::UNAUTHORIZED
    );
}
