//! The console over its router, on a SQLite of its own: who gets in, and what a form may change.

mod decisions;
mod pages;
mod sign_in;
mod spending;
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
