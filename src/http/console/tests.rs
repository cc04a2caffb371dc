//! The console over its router, on a SQLite of its own: who gets in, and what a form may change.

mod world;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use chrono::TimeDelta;
use tower::ServiceExt as _;

use self::world::{House, World};
use crate::domain::approval::ApprovalState;
use crate::domain::order::OrderState;
use crate::store::{aliases, cards, evidence, journal, orders, orgs, people, sessions, suppliers};

const PASSWORD: &str = "a long password";

/// A browser that keeps its cookies.
struct Browser<'a> {
    router: &'a Router,
    cookies: Vec<(String, String)>,
    origin: Option<&'static str>,
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

impl<'a> Browser<'a> {
    fn new(router: &'a Router) -> Self {
        Self {
            router,
            cookies: Vec::new(),
            origin: Some("http://127.0.0.1:8080"),
        }
    }

    async fn send(&mut self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, cookies.join("; "));
        if let Some(origin) = self.origin {
            request = request.header(header::ORIGIN, origin);
        }
        request
    }

    async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        self.send(request).await
    }

    /// The token in the forms of this session.
    async fn csrf(&mut self) -> String {
        let page = self.get("/requisitions").await.body;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    async fn post_checked(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }
}

/// Sets a password by a link and is signed in by that.
async fn signed_in<'a>(house: &'a House, world: &World, code: &str) -> Browser<'a> {
    let mut browser = Browser::new(&house.router);
    let link = link(house, world, code).await;
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    let answer = browser.post(&link, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    browser
}

async fn link(house: &House, world: &World, code: &str) -> String {
    let mut tx = house.app.db.begin().await.unwrap();
    let person = people::find_by_code(&mut tx, &world.org, code)
        .await
        .unwrap()
        .unwrap();
    let ttl = TimeDelta::hours(1);
    let token = sessions::make_link(&mut tx, &world.org, &person.id, ttl)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    format!("/sign-in/{token}")
}

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
async fn a_form_needs_its_token_and_our_origin() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    let path = format!("/suppliers/{}/pause", world.supplier);
    for csrf in ["", "0", &"0".repeat(64)] {
        let answer = admin.post(&path, &[("csrf", csrf)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{csrf}");
    }
    assert_eq!(admin.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
    let csrf = admin.csrf().await;
    for origin in [None, Some("null"), Some("https://evil.example.com")] {
        admin.origin = origin;
        let answer = admin.post(&path, &[("csrf", &csrf)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
        let fields = [("code", "admin"), ("password", PASSWORD)];
        let answer = admin.post("/sign-in", &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    assert!(!house.is_paused(&world).await);
    admin.origin = Some("http://127.0.0.1:8080");
    let answer = admin.post(&path, &[("csrf", &csrf)]).await;
    assert_eq!(answer.location(), "/suppliers");
    assert!(house.is_paused(&world).await);
}

#[tokio::test]
async fn the_token_of_another_session_is_none() {
    let house = House::open().await;
    let world = house.world("acme").await;
    let mut admin = signed_in(&house, &world, "admin").await;
    let mut clerk = signed_in(&house, &world, "clerk").await;
    let stolen = clerk.csrf().await;
    let fields = [("csrf", stolen.as_str()), ("to", "disarmed")];
    assert_eq!(
        admin.post("/switch", &fields).await.status,
        StatusCode::FORBIDDEN
    );
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
async fn the_console_is_the_same_on_postgresql() {
    let house = House::open_on_postgres().await;
    let own = house.world("acme").await;
    let foreign = house.world("umbrella").await;
    let mut admin = signed_in(&house, &own, "admin").await;
    let mut boss = signed_in(&house, &own, "boss").await;
    assert_eq!(boss.get("/requisitions/1").await.status, StatusCode::OK);
    house.unknown_order(&own).await;
    for path in [
        "/requisitions",
        "/requisitions?before=2",
        "/requisitions/1",
        "/cards",
        "/jobs",
        "/suppliers",
    ] {
        let page = admin.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains("acme"), "{path}: {}", page.body);
        assert!(!page.body.contains("umbrella"), "{path}");
    }
    let foreign = format!("/requisitions/{}", foreign.requisition);
    assert_eq!(admin.get(&foreign).await.status, StatusCode::NOT_FOUND);
    let path = format!("/cards/{}/answer", own.card);
    let fields = [("answer", "placed"), ("number", "SO-77"), ("sure", "yes")];
    admin.post_checked(&path, &fields).await;
    assert_eq!(house.order(&own).await.state, OrderState::Placed);
    admin.post_checked("/switch", &[("to", "disarmed")]).await;
    assert!(!house.is_armed().await);
    let path = format!("/suppliers/{}/pause", own.supplier);
    admin.post_checked(&path, &[]).await;
    assert!(house.is_paused(&own).await);
    admin.post_checked("/sign-out", &[]).await;
    assert_eq!(admin.get("/jobs").await.status, StatusCode::SEE_OTHER);
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

impl House {
    async fn order(&self, world: &World) -> orders::Order {
        let mut tx = self.app.db.read().await.unwrap();
        orders::find(&mut tx, &world.order).await.unwrap().unwrap()
    }

    async fn approval(&self, world: &World) -> orders::Approval {
        let mut tx = self.app.db.read().await.unwrap();
        let found = orders::approval(&mut tx, &world.org, &world.approval).await;
        found.unwrap().unwrap()
    }

    async fn is_paused(&self, world: &World) -> bool {
        let mut tx = self.app.db.read().await.unwrap();
        let found = suppliers::find(&mut tx, &world.org, &world.supplier).await;
        found.unwrap().unwrap().paused_at.is_some()
    }

    async fn is_armed(&self) -> bool {
        let mut tx = self.app.db.read().await.unwrap();
        orgs::is_armed(&mut tx).await.unwrap()
    }
}
