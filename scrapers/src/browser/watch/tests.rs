//! What is done with each request of a page, in the order of the browser's events.

use serde_json::json;

use super::*;

fn watch() -> Watch {
    let shop = Url::parse("https://shop.test/").unwrap();
    Watch::new(Wanted {
        method: "POST".into(),
        path: Regex::new("^/place$").unwrap(),
        hosts: vec![Authority::of(&shop).unwrap()],
    })
}

fn blocked(id: &str, method: &str, path: &str, redirects: u64) -> Json {
    json!({ "method": "network.beforeRequestSent", "params": {
        "isBlocked": true, "redirectCount": redirects, "navigation": "n1",
        "request": { "request": id, "method": method, "url": format!("https://shop.test{path}") },
    }})
}

fn paused(id: &str, body: &str) -> Json {
    json!({ "method": "goog:cdp.Fetch.requestPaused", "params": { "params": {
        "networkId": id,
        "request": { "headers": { "Content-Type": "text/plain" }, "postData": body },
    }}})
}

fn about(method: &str, id: &str) -> Json {
    json!({ "method": method, "params": {
        "redirectCount": 0, "request": { "request": id }, "response": { "status": 303 },
        "errorText": "net::ERR_EMPTY_RESPONSE",
    }})
}

fn fail(id: &str, what: &str) -> Vec<Deed> {
    let stray = News::Stray(format!("POST https://shop.test{what}"));
    vec![Deed::Fail(id.into()), Deed::Tell(stray)]
}

fn go(id: &str) -> Deed {
    Deed::Continue(id.into())
}

#[test]
fn the_order_is_held_and_only_its_answer_frees_the_rest() {
    let mut watch = watch();
    assert_eq!(watch.hear(&blocked("g1", "GET", "/poll", 0)), []);
    assert_eq!(
        watch.hear(&blocked("p1", "POST", "/track", 0)),
        fail("p1", "/track")
    );
    assert_eq!(watch.hear(&blocked("o", "POST", "/place", 0)), []);
    let held = watch.hear(&paused("o", "a=b"));
    let [Deed::Tell(News::Held(held))] = held.as_slice() else {
        panic!("{held:?}");
    };
    assert_eq!(held.body, Body::Text("a=b".into()));
    assert_eq!(held.content_type, "text/plain");
    // Neither the same order again nor a poll gets out before the answer.
    assert_eq!(
        watch.hear(&blocked("o2", "POST", "/place", 0)),
        fail("o2", "/place")
    );
    assert_eq!(watch.hear(&blocked("g2", "GET", "/poll", 0)), []);
    assert_eq!(watch.hear(&about("network.responseStarted", "g1")), []);
    assert_eq!(
        watch.hear(&about("network.responseStarted", "o")),
        [
            Deed::Open,
            go("g1"),
            go("g2"),
            Deed::Tell(News::Answered(303))
        ]
    );
    assert_eq!(watch.hear(&blocked("o", "GET", "/thanks", 1)), [go("o")]);
    assert_eq!(watch.hear(&blocked("g3", "GET", "/a.css", 0)), [go("g3")]);
    // Also afterwards nothing unsafe goes.
    assert_eq!(
        watch.hear(&blocked("p2", "POST", "/track", 0)),
        fail("p2", "/track")
    );
    let load = json!({ "method": "browsingContext.load", "params": { "navigation": "n1" } });
    assert_eq!(watch.hear(&load), [Deed::Tell(News::Loaded)]);
    let other = json!({ "method": "browsingContext.load", "params": { "navigation": "n2" } });
    assert_eq!(watch.hear(&other), []);
}

#[test]
fn a_redirect_that_keeps_the_method_is_failed() {
    let mut watch = watch();
    watch.hear(&paused("o", "a=b"));
    assert_eq!(watch.hear(&blocked("o", "POST", "/place", 0)).len(), 1);
    assert_eq!(
        watch.hear(&blocked("o", "POST", "/place", 1)),
        fail("o", "/place")
    );
}

#[test]
fn a_leg_seen_before_its_answer_counts_as_the_answer() {
    let mut watch = watch();
    watch.hear(&blocked("o", "POST", "/place", 0));
    assert_eq!(
        watch.hear(&blocked("o", "GET", "/thanks", 1)),
        [Deed::Open, Deed::Tell(News::Answered(300)), go("o")]
    );
    assert_eq!(watch.hear(&about("network.responseStarted", "o")), []);
}

#[test]
fn a_broken_connection_is_told_and_frees_nothing() {
    let mut watch = watch();
    watch.hear(&blocked("o", "POST", "/place", 0));
    watch.hear(&blocked("g", "GET", "/poll", 0));
    assert_eq!(
        watch.hear(&about("network.fetchError", "o")),
        [Deed::Tell(News::Failed("net::ERR_EMPTY_RESPONSE".into()))]
    );
    assert_eq!(watch.hear(&about("network.fetchError", "g")), []);
}

#[test]
fn other_hosts_and_methods_are_not_the_order() {
    let mut watch = watch();
    for (method, url) in [
        ("PUT", "https://shop.test/place"),
        ("POST", "https://shop.test:8443/place"),
        ("POST", "https://shop.test.evil/place"),
        ("POST", "https://shop.test/place/again"),
        ("POST", "https://shop.test/place?twice"),
        ("POST", "nonsense"),
    ] {
        let event = json!({ "method": "network.beforeRequestSent", "params": {
            "isBlocked": true, "redirectCount": 0,
            "request": { "request": "x", "method": method, "url": url },
        }});
        let deeds = watch.hear(&event);
        assert_eq!(
            deeds.first(),
            Some(&Deed::Fail("x".into())),
            "{method} {url}"
        );
    }
}

#[test]
fn a_body_that_is_not_shown_whole_is_said_to_be_so() {
    let with = |request: Json| body(&request);
    assert_eq!(with(json!({})), Body::None);
    assert_eq!(with(json!({ "hasPostData": true })), Body::NotShown);
    let bytes = json!({ "hasPostData": true, "postDataEntries": [{ "bytes": "YT0=" }, { "bytes": "Yg==" }] });
    assert_eq!(with(bytes), Body::Text("a=b".into()));
    let file = json!({ "hasPostData": true, "postDataEntries": [{ "bytes": "YT0=" }, {}] });
    assert_eq!(with(file), Body::NotShown);
}
