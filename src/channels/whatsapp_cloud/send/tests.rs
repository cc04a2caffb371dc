//! Sending against a small HTTP server that says what Meta says.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

use super::*;

type Seen = Arc<Mutex<Vec<String>>>;

/// What the server does with the one request that it gets.
#[derive(Clone)]
enum Answer {
    Json(u16, Value),
    Header(u16, &'static str, &'static str),
    Text(u16, &'static str),
    /// Takes the request and never answers.
    Hang,
    /// Takes the request and closes the connection.
    HangUp,
}

async fn answer(State((answer, seen)): State<(Answer, Seen)>, request: Request) -> Response {
    let authorization = request.headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    seen.lock()
        .unwrap()
        .push(format!("{method} {uri} {authorization} {body}"));
    match answer {
        Answer::Json(status, body) => {
            (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response()
        }
        Answer::Header(status, name, value) => {
            (StatusCode::from_u16(status).unwrap(), [(name, value)], "").into_response()
        }
        Answer::Text(status, text) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
        Answer::Hang => std::future::pending().await,
        Answer::HangUp => panic!("the connection ends with this task"),
    }
}

async fn server(what: Answer) -> (Client, Seen) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let seen = Seen::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let app = axum::Router::new()
        .fallback(answer)
        .with_state((what, seen.clone()));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (
        Client::new(&url, "v25.0", "token", Duration::from_millis(500)).unwrap(),
        seen,
    )
}

fn text() -> Outgoing {
    Outgoing::Text("hello".into())
}

fn phone() -> Address {
    Address::Phone("+254700000001".into())
}

async fn send_against(what: Answer) -> Result<String, SendError> {
    let (client, seen) = server(what).await;
    let result = client.send("111", &phone(), &text(), "out-1").await;
    assert_eq!(seen.lock().unwrap().len(), 1, "one call is one request");
    result
}

fn accepted() -> Answer {
    Answer::Json(
        200,
        json!({ "messaging_product": "whatsapp", "messages": [{ "id": "wamid.X" }] }),
    )
}

#[tokio::test]
async fn each_kind_of_message_is_written_as_the_api_wants_it() {
    let choice = |id: &str, title: &str| Choice {
        id: id.into(),
        title: title.into(),
    };
    let user = Address::UserId("KE.1".into());
    for (to, outgoing, expect) in [
        (
            phone(),
            text(),
            json!({ "to": "+254700000001", "type": "text",
            "text": { "body": "hello", "preview_url": false } }),
        ),
        (
            user,
            Outgoing::Buttons {
                body: "ok?".into(),
                buttons: vec![choice("c", "Confirm")],
            },
            json!({ "recipient": "KE.1", "type": "interactive", "interactive": {
                "type": "button", "body": { "text": "ok?" },
                "action": { "buttons": [
                    { "type": "reply", "reply": { "id": "c", "title": "Confirm" } }] } } }),
        ),
        (
            phone(),
            Outgoing::List {
                body: "which?".into(),
                open: "Sites".into(),
                rows: vec![choice("4", "Site 4")],
            },
            json!({ "to": "+254700000001", "type": "interactive", "interactive": {
                "type": "list", "body": { "text": "which?" },
                "action": { "button": "Sites", "sections": [
                    { "rows": [{ "id": "4", "title": "Site 4" }] }] } } }),
        ),
        (
            phone(),
            Outgoing::Template {
                name: "approval".into(),
                language: "en".into(),
                params: vec!["Ana".into()],
                buttons: vec!["yes".into(), "no".into()],
            },
            json!({ "to": "+254700000001", "type": "template", "template": {
                "name": "approval", "language": { "code": "en" }, "components": [
                    { "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] },
                    { "type": "button", "sub_type": "quick_reply", "index": "0",
                      "parameters": [{ "type": "payload", "payload": "yes" }] },
                    { "type": "button", "sub_type": "quick_reply", "index": "1",
                      "parameters": [{ "type": "payload", "payload": "no" }] }] } }),
        ),
    ] {
        let (client, seen) = server(accepted()).await;
        assert_eq!(
            client.send("111", &to, &outgoing, "out-1").await.unwrap(),
            "wamid.X"
        );
        let seen = seen.lock().unwrap();
        let body = seen[0]
            .strip_prefix("POST /v25.0/111/messages Bearer token ")
            .unwrap();
        let mut expect = expect;
        expect["messaging_product"] = json!("whatsapp");
        expect["recipient_type"] = json!("individual");
        expect["biz_opaque_callback_data"] = json!("out-1");
        assert_eq!(serde_json::from_str::<Value>(body).unwrap(), expect);
    }
}

#[tokio::test]
async fn an_error_is_named_by_its_code_whatever_the_http_status() {
    let refused = async |status: u16, error: Value| {
        let error = send_against(Answer::Json(status, json!({ "error": error })))
            .await
            .unwrap_err();
        let name = format!("{error:?}");
        (
            name.split('(').next().unwrap().to_owned(),
            error.reason().code,
        )
    };
    for (status, code, expect) in [
        (400, 130_429, "Throttled"),
        (400, 131_056, "Throttled"),
        (500, 131_000, "Retry"),
        (503, 2, "Retry"),
        (400, 131_047, "WindowShut"),
        (400, 131_026, "NotReachable"),
        (401, 190, "Operator"),
        (403, 219, "Operator"),
        (400, 131_048, "Operator"),
        (400, 100, "OurBug"),
        (400, 132_012, "OurBug"),
        (400, 7_777_777, "OurBug"),
        (429, 7_777_777, "Throttled"),
        (500, 7_777_777, "Retry"),
    ] {
        let error = json!({ "code": code, "message": "m" });
        assert_eq!(
            refused(status, error).await,
            (expect.to_owned(), Some(code)),
            "{status} {code}"
        );
    }
    let number = json!({ "code": 100, "error_subcode": 33, "message": "m" });
    assert_eq!(
        refused(400, number).await,
        ("Operator".to_owned(), Some(100))
    );
}

#[tokio::test]
async fn what_may_have_been_taken_is_ambiguous() {
    for what in [
        Answer::Hang,
        Answer::HangUp,
        Answer::Text(502, "<html>bad gateway</html>"),
        Answer::Text(200, "not json"),
        Answer::Text(302, ""),
        Answer::Json(200, json!({ "messages": [] })),
    ] {
        let result = send_against(what).await;
        assert!(matches!(result, Err(SendError::Ambiguous(_))), "{result:?}");
    }
}

#[tokio::test]
async fn a_pause_that_the_provider_asks_for_is_kept() {
    let error = send_against(Answer::Header(429, "retry-after", "7"))
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Throttled(_)), "{error:?}");
    assert_eq!(error.pause(1), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let client = Client::new(&url, "v25.0", "token", Duration::from_secs(5)).unwrap();
    let result = client.send("111", &phone(), &text(), "out-1").await;
    assert!(matches!(result, Err(SendError::Retry(_))), "{result:?}");
}

#[tokio::test]
async fn a_message_over_the_limits_never_leaves() {
    let (client, seen) = server(accepted()).await;
    let long = Outgoing::Text("x".repeat(4097));
    let error = client
        .send("111", &phone(), &long, "out-1")
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::OurBug(_)), "{error:?}");
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn reading_typing_and_checking_name_what_they_are_about() {
    let (client, seen) = server(Answer::Json(200, json!({ "success": true }))).await;
    client.mark_read("111", "wamid.1").await.unwrap();
    client.show_typing("111", "wamid.2").await.unwrap();
    let bodies: Vec<Value> = seen
        .lock()
        .unwrap()
        .iter()
        .map(|seen| {
            seen.strip_prefix("POST /v25.0/111/messages Bearer token ")
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    let read =
        |id: &str| json!({ "messaging_product": "whatsapp", "status": "read", "message_id": id });
    let mut typing = read("wamid.2");
    typing["typing_indicator"] = json!({ "type": "text" });
    assert_eq!(bodies, [read("wamid.1"), typing]);

    let profile =
        json!({ "display_phone_number": "+1 555", "verified_name": "Build Co", "id": "111" });
    let (client, seen) = server(Answer::Json(200, profile)).await;
    let profile = client.check("111").await.unwrap();
    assert_eq!(
        (
            profile.display_number.as_str(),
            profile.verified_name.as_str()
        ),
        ("+1 555", "Build Co")
    );
    assert!(seen.lock().unwrap()[0].starts_with("GET /v25.0/111?fields="));
}
