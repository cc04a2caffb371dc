//! What each page shows to whom.

use super::*;

#[tokio::test]
async fn people_see_what_their_role_allows() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let ok = StatusCode::OK;
    let (no, gone) = (StatusCode::FORBIDDEN, StatusCode::NOT_FOUND);
    for (code, request, evidence, cards, jobs) in [
        ("admin", ok, ok, ok, ok),
        ("clerk", ok, ok, ok, ok),
        ("auditor", ok, ok, ok, ok),
        ("boss", ok, ok, no, no),
        ("amina", ok, ok, no, no),
        ("deputy", gone, gone, no, no),
    ] {
        let mut person = signed_in(&house, &world, code).await;
        for (path, expect) in [
            ("/requisitions/1".to_owned(), request),
            (format!("/evidence/{}", world.evidence), evidence),
            ("/cards".to_owned(), cards),
            ("/jobs".to_owned(), jobs),
            ("/suppliers".to_owned(), jobs),
            ("/names".to_owned(), jobs),
        ] {
            assert_eq!(person.get(&path).await.status, expect, "{code} {path}");
        }
    }
    for (code, may_answer, may_operate) in [
        ("auditor", false, false),
        ("clerk", true, false),
        ("boss", false, false),
    ] {
        let mut person = signed_in(&house, &world, code).await;
        let path = format!("/cards/{}/answer", world.card);
        let answer = person.post_checked(&path, &[("answer", "drop")]).await;
        let expect = if may_answer { ok } else { no };
        assert_eq!(answer.status, expect, "{code}");
        let answer = person.post_checked("/switch", &[("to", "disarmed")]).await;
        assert_eq!(answer.status == no, !may_operate, "{code}");
    }
}

#[tokio::test]
async fn what_belongs_to_another_organisation_is_not_there() {
    let house = House::open().await;
    let own = house.world("acme").await;
    let foreign = house.world("umbrella").await;
    let mut admin = signed_in(&house, &own, "admin").await;
    for (path, there) in [
        (format!("/requisitions/{}", own.requisition), true),
        (format!("/requisitions/{}", foreign.requisition), false),
        (format!("/evidence/{}", own.evidence), true),
        (format!("/evidence/{}", foreign.evidence), false),
        ("/requisitions/999".to_owned(), false),
        ("/requisitions/none".to_owned(), false),
    ] {
        let expect = if there {
            StatusCode::OK
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(admin.get(&path).await.status, expect, "{path}");
    }
    for path in [
        format!("/approvals/{}/approve", foreign.approval),
        format!("/approvals/{}/reject", foreign.approval),
        format!("/cards/{}/answer", foreign.card),
        format!("/suppliers/{}/pause", foreign.supplier),
        format!("/suppliers/{}/resume", foreign.supplier),
    ] {
        let fields = [("answer", "drop"), ("sure", "yes"), ("reason", "no")];
        let answer = admin.post_checked(&path, &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in [
        "/requisitions",
        "/cards",
        "/jobs",
        "/suppliers",
        "/requisitions/1",
    ] {
        let page = admin.get(path).await.body;
        assert!(page.contains("acme"), "{path}");
        assert!(!page.contains("umbrella"), "{path}");
    }
    assert!(!house.is_paused(&foreign).await);
    let mut tx = house.app.db.read().await.unwrap();
    let card = cards::find(&mut tx, &foreign.org, &foreign.card)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(card.state, "open");
}

#[tokio::test]
async fn the_page_of_a_request_tells_its_whole_story() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    let page = admin.get("/requisitions/1").await;
    assert_eq!(page.status, StatusCode::OK);
    for expect in [
        "20 bags cement &lt;b&gt;please&lt;&#x2f;b&gt;",
        "voice note",
        "It could not be read.",
        "Is this right?",
        "Cement 50 kg",
        "15 bags",
        "<del>20 bags</del>",
        "No earlier price to compare with.",
        "no data",
        "PO-acme-1 waits for approval by Boss since",
        "KES 14,700.00",
        &world.hash,
        &format!("/evidence/{}", world.evidence),
    ] {
        assert!(
            page.body.contains(expect),
            "{expect} is missing in {}",
            page.body
        );
    }
}

#[tokio::test]
async fn evidence_is_shown_as_a_picture_only_and_never_when_it_was_changed() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    let picture = admin.get(&format!("/evidence/{}", world.evidence)).await;
    assert_eq!(picture.headers[header::CONTENT_TYPE], "image/png");
    let dom = admin.get(&format!("/evidence/{}", world.dom)).await;
    assert_eq!(
        dom.headers[header::CONTENT_TYPE],
        "text/plain; charset=utf-8"
    );
    let disposition = dom.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.starts_with("attachment"), "{disposition}");

    let mut tx = house.app.db.read().await.unwrap();
    let row = evidence::find(&mut tx, &world.org, &world.dom)
        .await
        .unwrap()
        .unwrap();
    let forged = bytes::Bytes::from_static(b"forged");
    house
        .app
        .blobs
        .put(&row.blob_key, "text/html", forged)
        .await
        .unwrap();
    let answer = admin.get(&format!("/evidence/{}", world.dom)).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.body.contains("forged"));
}

#[tokio::test]
async fn every_answer_is_hardened_and_shows_nothing_from_elsewhere() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    let mut paths = vec!["/console.css".to_owned(), "/console.svg".to_owned()];
    for path in [
        "/",
        "/requisitions",
        "/requisitions/1",
        "/cards",
        "/jobs",
        "/suppliers",
    ] {
        paths.push(path.to_owned());
    }
    paths.push("/requisitions/999".to_owned());
    paths.push(format!("/evidence/{}", world.evidence));
    for path in paths {
        let answer = admin.get(&path).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.headers[name], value, "{path}");
        }
        for forbidden in ["<script", " style=", "javascript:", "onclick"] {
            assert!(!answer.body.contains(forbidden), "{path} has {forbidden}");
        }
    }
    let page = admin.get("/requisitions").await;
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
}
