//! Messages to and from the phones of the demo's Graph API.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use sutler::channels::whatsapp_cloud::{Client, handshake, limits, parse, signature, verify};
use sutler::channels::{
    Address, Choice, Content, Delivery, Inbound, Outgoing, PressKind, SendError, Status, Unreadable,
};
use sutler::demo::graph::{Graph, GraphSettings, Person, Position, Reading, Switch, Template};
use tokio::net::TcpListener;

const NUMBER: &str = "106540352242922";
const AMINA: &str = "+254700000001";
const SHUT: &str = "+254700000002";
const HIDDEN: &str = "KE.13491208655302741918";
const WAIT: Duration = Duration::from_secs(10);

type Told = Arc<Mutex<Vec<Inbound>>>;

async fn receive(State(told): State<Told>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = headers
        .get(signature::HEADER)
        .map(|value| value.to_str().unwrap());
    if verify(["rotated-in", "demo-app-secret"], header, &body).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    told.lock().unwrap().extend(parse(&body).unwrap());
    StatusCode::OK
}

async fn shake(Query(query): Query<HashMap<String, String>>) -> (StatusCode, String) {
    let part = |name: &str| query.get(name).map(String::as_str);
    let (mode, token) = (part("hub.mode"), part("hub.verify_token"));
    match handshake(mode, token, part("hub.challenge"), "demo-verify-token") {
        Some(challenge) => (StatusCode::OK, challenge.to_owned()),
        None => (StatusCode::FORBIDDEN, String::new()),
    }
}

struct Line {
    graph: Graph,
    client: Client,
    told: Told,
}

async fn open() -> Line {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let told = Told::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let callback = format!("http://{}/webhook", listener.local_addr().unwrap());
    let app = axum::Router::new()
        .route("/webhook", get(shake).post(receive))
        .with_state(told.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let mut settings = GraphSettings::new(callback.parse().unwrap());
    settings.reading = Reading::After(Duration::from_millis(10));
    settings.people = vec![
        Person::with_phone("Amina", AMINA).window_open(),
        Person::with_phone("Joseph", SHUT),
        Person::with_user_id("Sam", HIDDEN).window_open(),
    ];
    settings.templates = vec![Template::new(
        "approval_needed",
        "{{1}} asks.",
        &["Approve", "Reject"],
    )];
    let token = settings.access_token.clone();
    let graph = Graph::start(TcpListener::bind("127.0.0.1:0").await.unwrap(), settings).unwrap();
    let client = Client::new(graph.url(), "v25.0", &token, WAIT).unwrap();
    Line {
        graph,
        client,
        told,
    }
}

impl Line {
    async fn send(&self, to: &str, outgoing: &Outgoing) -> Result<String, SendError> {
        let to = match to.strip_prefix('+') {
            Some(_) => Address::Phone(to.into()),
            None => Address::UserId(to.into()),
        };
        self.client.send(NUMBER, &to, outgoing, "out-1").await
    }

    /// Everything that was told, once all is delivered.
    async fn told(&self) -> Vec<Inbound> {
        self.graph.settled(WAIT).await.unwrap();
        std::mem::take(&mut *self.told.lock().unwrap())
    }

    /// What became of our messages, in the order in which it was told.
    async fn statuses(&self) -> Vec<Status> {
        let told = self.told().await.into_iter();
        told.filter_map(|inbound| match inbound {
            Inbound::Status(status) => Some(status),
            Inbound::Message(_)
            | Inbound::NumberChanged(_)
            | Inbound::Trouble(_)
            | Inbound::Other { .. } => None,
        })
        .collect()
    }

    async fn only_message(&self) -> sutler::channels::Message {
        let mut told = self.told().await;
        assert_eq!(told.len(), 1);
        match told.remove(0) {
            Inbound::Message(message) => message,
            other => panic!("{other:?}"),
        }
    }
}

fn text(body: &str) -> Outgoing {
    Outgoing::Text(body.into())
}

fn choices(titles: &[&str]) -> Vec<Choice> {
    let choice = |title: &&str| Choice {
        id: format!("id {title}"),
        title: (*title).into(),
    };
    titles.iter().map(choice).collect()
}

#[tokio::test]
async fn a_person_is_heard_answered_and_the_answer_is_followed() {
    let line = open().await;
    line.graph.verify_callback().await.unwrap();
    let wamid = line.graph.say(AMINA, "20 bags cement, é 😀 a/b").unwrap();
    let message = line.only_message().await;
    assert!(message.content == Content::Text("20 bags cement, é 😀 a/b".into()));
    assert_eq!(
        (message.number.as_str(), message.provider_id == wamid),
        (NUMBER, true)
    );
    assert_eq!(message.from.phone.as_deref(), Some(AMINA));
    assert_eq!(message.from.name.as_deref(), Some("Amina"));
    assert!(message.sent_at.is_some() && message.from.user_id.is_some());

    line.client.mark_read(NUMBER, &wamid).await.unwrap();
    line.client.show_typing(NUMBER, &wamid).await.unwrap();
    let id = line.send(AMINA, &text("Seen.")).await.unwrap();
    let statuses = line.statuses().await;
    assert!(
        statuses
            .iter()
            .all(|s| s.provider_id == id && s.callback.as_deref() == Some("out-1"))
    );
    assert!(
        statuses
            .iter()
            .any(|status| status.delivery == Delivery::Read)
    );
    let profile = line.client.check(NUMBER).await.unwrap();
    assert_eq!(profile.verified_name, "Sutler");
    assert_eq!(line.graph.unexpected(), Vec::<String>::new());
}

#[tokio::test]
async fn every_kind_of_button_comes_back_as_it_was_sent() {
    let line = open().await;
    let body = "Which?".to_owned();
    let buttons = Outgoing::Buttons {
        body: body.clone(),
        buttons: choices(&["Confirm", "Change"]),
    };
    let list = Outgoing::List {
        body,
        open: "Sites".into(),
        rows: choices(&["Site 4", "Site 7"]),
    };
    let template = Outgoing::Template {
        name: "approval_needed".into(),
        language: "en".into(),
        params: vec!["Ana".into()],
        buttons: vec!["id Approve".into(), "id Reject".into()],
    };
    for (outgoing, title, kind) in [
        (buttons, "Change", PressKind::Button),
        (list, "Site 7", PressKind::ListRow),
        (template, "Approve", PressKind::TemplateButton),
    ] {
        let sent = line.send(AMINA, &outgoing).await.unwrap();
        line.told().await;
        line.graph.press(AMINA, title).unwrap();
        let message = line.only_message().await;
        let Content::Press(press) = message.content else {
            panic!("{:?}", message.content);
        };
        assert_eq!(
            (press.id, press.title.as_str()),
            (format!("id {title}"), title)
        );
        assert_eq!(press.of, Some(sent));
        assert_eq!(press.kind, kind);
    }
    assert_eq!(line.graph.unexpected(), Vec::<String>::new());
}

#[tokio::test]
async fn a_person_without_a_phone_number_is_heard_and_answered() {
    let line = open().await;
    for position in [Position::Off, Position::On] {
        line.graph.set_switch(Switch::EmptyFrom, position);
        line.graph.say(HIDDEN, "5 rolls").unwrap();
        let from = line.only_message().await.from;
        assert_eq!((from.phone, from.user_id.as_deref()), (None, Some(HIDDEN)));
        line.send(HIDDEN, &text("Seen.")).await.unwrap();
        assert_eq!(line.graph.inbox(HIDDEN).last().unwrap().text, "Seen.");
        line.told().await;
    }
}

#[tokio::test]
async fn a_change_in_the_chat_is_told_without_its_text() {
    let line = open().await;
    line.graph.edit(AMINA).unwrap();
    let content = line.only_message().await.content;
    assert!(
        content
            == Content::Unreadable {
                kind: Unreadable::Edit,
                caption: None
            },
        "{content:?}"
    );
}

#[tokio::test]
async fn doubled_and_batched_webhooks_tell_everything_twice() {
    let line = open().await;
    line.graph.set_switch(Switch::Doubled, Position::On);
    line.graph.set_switch(Switch::Batched, Position::On);
    for n in 0..5 {
        line.graph.say(AMINA, &format!("line {n}")).unwrap();
    }
    let mut ids: Vec<String> = line
        .told()
        .await
        .into_iter()
        .map(|inbound| match inbound {
            Inbound::Message(message) => message.provider_id,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids.len(), 10);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn a_shut_window_takes_the_template_only() {
    let line = open().await;
    let error = line.send(SHUT, &text("Please approve.")).await.unwrap_err();
    assert!(matches!(error, SendError::WindowShut(_)), "{error:?}");
    let template = Outgoing::Template {
        name: "approval_needed".into(),
        language: "en".into(),
        params: vec!["Ana".into()],
        buttons: vec!["yes".into(), "no".into()],
    };
    line.send(SHUT, &template).await.unwrap();
    assert_eq!(
        line.graph.inbox(SHUT).last().unwrap().titles(),
        ["Approve", "Reject"]
    );

    line.graph.set_switch(Switch::WindowByStatus, Position::On);
    let other = Person::with_phone("Wanjiru", "+254700000009");
    line.graph.add_person(other);
    line.told().await;
    line.send("+254700000009", &text("Please approve."))
        .await
        .unwrap();
    let statuses = line.statuses().await;
    let failed =
        |status: &Status| matches!(status.delivery, Delivery::Failed(SendError::WindowShut(_)));
    assert!(statuses.iter().any(failed), "{statuses:?}");
}

#[tokio::test]
async fn a_lost_answer_is_ambiguous_and_its_status_tells() {
    let line = open().await;
    line.graph.lose_answers(1);
    let error = line.send(AMINA, &text("Ordered.")).await.unwrap_err();
    assert!(matches!(error, SendError::Ambiguous(_)), "{error:?}");
    let statuses = line.statuses().await;
    assert_eq!(statuses[0].callback.as_deref(), Some("out-1"));
    assert_eq!(line.graph.inbox(AMINA).len(), 1);
}

#[tokio::test]
async fn refusals_are_named_by_what_is_to_be_done() {
    let line = open().await;
    for (code, expect) in [
        (130_429, "Throttled"),
        (131_056, "Throttled"),
        (131_000, "Retry"),
        (131_026, "NotReachable"),
        (190, "Operator"),
        (131_009, "OurBug"),
    ] {
        line.graph.refuse_next(code, 1);
        let error = line.send(AMINA, &text("x")).await.unwrap_err();
        assert!(
            format!("{error:?}").starts_with(expect),
            "{code}: {error:?}"
        );
        assert_eq!(error.reason().code, Some(i64::from(code)));
    }
    let wrong = Client::new(line.graph.url(), "v25.0", "other", WAIT).unwrap();
    let error = wrong.check(NUMBER).await.unwrap_err();
    assert!(matches!(error, SendError::Operator(_)), "{error:?}");
    let error = line.client.check("4711").await.unwrap_err();
    assert!(matches!(error, SendError::Operator(_)), "{error:?}");
    line.graph.take_unexpected();
}

#[tokio::test]
async fn whatever_is_fitted_is_taken() {
    let line = open().await;
    line.graph.set_switch(Switch::PairRate, Position::Off);
    let long = (1..=300)
        .map(|n| format!("{n}) cement 50 kg 😀, {n} bags"))
        .collect::<Vec<_>>();
    let body = long.join("\n") + "\nIs this right?";
    let buttons = choices(&["Confirm 👷🏽 and order everything", "Change"]);
    let rows = choices(&["The new site on the road to the lake 👷🏽", "Site 4"]);
    let open = "Choose one of the sites".to_owned();
    for outgoing in [
        Outgoing::Text(body.clone()),
        Outgoing::Buttons {
            body: body.clone(),
            buttons,
        },
        Outgoing::List {
            body: body.clone(),
            open,
            rows,
        },
    ] {
        let parts = limits::fit(outgoing);
        assert!(parts.len() > 1);
        for part in parts {
            line.send(AMINA, &part).await.unwrap();
        }
    }
    assert_eq!(line.graph.unexpected(), Vec::<String>::new());
}
