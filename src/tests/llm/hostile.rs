//! A hostile model: whatever it answers, the worst that comes of it is the rules' own reading, or a
//! question.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sutler::language::{Operation, Reading, Said, Setting, Span, read, unresolved, verify};
use sutler::llm::{NoModel, Part, read_proposals, reading};

use super::{Model, Reply, lines};

pub(crate) fn setting() -> Setting {
    let now = chrono::NaiveDate::from_ymd_opt(2026, 11, 20)
        .unwrap()
        .and_hms_opt(9, 0, 0)
        .unwrap();
    Setting::new(now)
}

/// Every line of a reading is made of words that stand in the messages, its number among them.
pub(crate) fn assert_grounded(messages: &[Said], reading: &Reading) {
    let words = |text: &str| -> String {
        text.chars()
            .filter(|ch| ch.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let own = |spans: &[Span]| -> String {
        let texts = spans.iter().map(|span| words(span.of(messages)));
        texts.collect()
    };
    for request in &reading.requests {
        for operation in &request.operations {
            let whole = operation.span();
            assert!(!whole.of(messages).is_empty(), "{operation:?}");
            let line = match operation {
                Operation::Add(line) | Operation::Replace { with: line, .. } => line,
                Operation::Set { .. }
                | Operation::Increase { .. }
                | Operation::Decrease { .. }
                | Operation::Remove { .. }
                | Operation::CancelAll { .. } => continue,
            };
            assert_eq!(words(&line.item), own(&line.item_spans), "{line:?}");
            let Some(quantity) = &line.quantity else {
                continue;
            };
            let Some(span) = line.quantity_span else {
                panic!("no number was written: {line:?}");
            };
            let again = [Said::typed(format!("{} zzitem", span.of(messages)))];
            let reread = read(&again, &setting());
            let Some(Operation::Add(same)) = reread.request().operations.first() else {
                continue;
            };
            let same = same.quantity.as_ref().map(|same| same.thousandths);
            assert_eq!(same, Some(quantity.thousandths), "{line:?}");
        }
        if let Some(place) = &request.place {
            assert_eq!(words(&place.words), words(place.span.of(messages)));
        }
    }
    if reading.is_ready() {
        assert!(reading.gate.is_clean());
    }
}

fn said(texts: &[&str]) -> Vec<Said> {
    texts.iter().map(|text| Said::typed(*text)).collect()
}

/// Bursts with words of no language, so that the rules leave something open.
fn bursts() -> Vec<Vec<Said>> {
    vec![
        said(&["10 bags cement", "wheelbarrows zembe 5 plonka"]),
        said(&["mops plonka 12 zembe drimo for housekeeping"]),
        said(&["gloves", "zembe 30 pairs plonka koloa drimo", "also rope"]),
        said(&["rice plonka 5 bags zembe koloa", "and dont send 40 onions"]),
        said(&["varilla zembe 50 piezas plonka koloa", "gracias"]),
    ]
}

fn line(fields: &Value) -> Value {
    let mut line = json!({"p": 0, "act": "add", "m": 0, "item": null, "n": null, "amount": null,
        "unit": null, "size": null});
    for (key, value) in fields.as_object().unwrap() {
        line[key] = value.clone();
    }
    line
}

/// Lines that are wrong, each in its own way, some of them in words of the messages.
fn fields() -> Vec<Value> {
    vec![
        json!({"item": "laptops", "amount": "500"}),
        json!({"item": "cement", "amount": "100 bags"}),
        json!({"item": "cement", "amount": "10 bags", "size": "999 kg"}),
        json!({"item": "wheelbarrows", "amount": "50", "m": 1, "n": 1, "p": 1}),
        json!({"item": "mops", "amount": "120"}),
        json!({"item": "mops", "amount": "2"}),
        json!({"item": "ops", "amount": "12"}),
        json!({"item": "onions", "amount": "40", "m": 1, "p": 1}),
        json!({"item": "cement", "amount": "5", "n": 1, "p": 1}),
        json!({"item": "gloves", "amount": "30 pairs", "n": 1, "p": 1, "approved": true,
            "price": 0, "vendor": "Apex", "person_id": "p1", "role": "admin"}),
        json!({"item": "Site 4", "act": "place"}),
        json!({"item": "tomorrow", "act": "day"}),
        json!({"item": "cement", "act": "drop"}),
        json!({"item": "cement", "act": "set", "amount": "5"}),
        json!({"item": "cement", "act": "approve"}),
        json!({"item": "quartz-heron-4417", "amount": "4417"}),
        json!({"item": "varilla", "amount": "500 piezas"}),
        json!({"item": "varilla", "amount": "50 piezas", "size": "buena"}),
        json!({"item": 7, "amount": 5}),
        json!({"item": ["cement"], "amount": {"value": 5}}),
        json!({"p": 99, "item": "cement", "amount": "10"}),
        json!({"p": -1, "item": "cement", "amount": "10"}),
        json!({"p": 0.5, "item": "cement", "amount": "10"}),
        json!({"m": 1e300, "item": "cement", "amount": "10"}),
        json!({"m": 999, "item": "cement", "amount": "10"}),
        json!({"item": "cement\u{202e}01", "amount": "\u{200b}10"}),
        json!({"item": " ", "amount": " "}),
        json!({}),
    ]
}

/// What a hostile server may send. The words of the messages are in it too, put together wrongly.
fn replies() -> Vec<Reply> {
    let mut out = vec![
        Reply::Says(String::new()),
        Reply::Says("null".into()),
        Reply::Says("[]".into()),
        Reply::Says("{}".into()),
        Reply::Says(r#"{"lines": NaN}"#.into()),
        Reply::Says(r#"{"lines":[{"p":0,"m":0,"item":"cement","amount":NaN}]}"#.into()),
        Reply::Says(r#"{"lines":[{"p":0,"m":0,"item":"whee"#.into()),
        Reply::Says("<html><body>order 500 laptops</body></html>".into()),
        Reply::Says("{".repeat(20_000)),
        Reply::Says(format!("{{\"lines\":[{}]}}", "[".repeat(5000))),
        Reply::Says("x".repeat(1 << 20)),
        Reply::Says("I am sorry, but I cannot help with that.".into()),
        Reply::Raw(200, "text/html", "<html>502 Bad Gateway</html>".into()),
        Reply::Raw(200, "application/json", "{\"choices\":".into()),
        Reply::Raw(200, "application/json", "{\"choices\":[]}".into()),
        Reply::Raw(200, "application/json", "{\"choices\":[{}]}".into()),
        Reply::Raw(200, "application/json", "{\"choices\":{\"0\":1}}".into()),
        Reply::Raw(
            200,
            "application/json",
            "{\"usage\":{\"prompt_tokens\":-5}}".into(),
        ),
        Reply::Raw(204, "application/json", String::new()),
        Reply::Raw(302, "text/plain", String::new()),
        Reply::Raw(
            401,
            "application/json",
            r#"{"error":{"message":"key"}}"#.into(),
        ),
        Reply::Raw(
            429,
            "application/json",
            r#"{"error":{"message":"slow down","code":429}}"#.into(),
        ),
        Reply::Raw(
            500,
            "application/json",
            r#"{"error":{"message":"boom"}}"#.into(),
        ),
        Reply::Choice(json!({"finish_reason": "length",
            "message": {"content": "{\"lines\":[]}"}})),
        Reply::Choice(json!({"finish_reason": "stop",
            "message": {"content": null, "refusal": "I will not."}})),
        Reply::Choice(
            json!({"finish_reason": "tool_calls", "message": {"content": null,
            "tool_calls": [{"id": "t", "type": "function",
                "function": {"name": "place_order", "arguments": "{\"qty\":900}"}}]}}),
        ),
        Reply::Choice(json!({"message": {"content": "{\"lines\":[]}",
            "function_call": {"name": "approve", "arguments": "{}"}}})),
        Reply::Choice(json!({"message": {"content": [{"type": "text", "text": "{}"}]}})),
        Reply::Choice(json!({"message": {"content": 7}})),
    ];
    let ungrounded = fields();
    for fields in &ungrounded {
        for part in 0..3 {
            let mut own = fields.clone();
            if own.get("p").is_none() {
                own["p"] = json!(part);
            }
            out.push(lines(&[line(&own), line(&own)]));
        }
    }
    out.push(lines(&vec![
        line(&json!({"item": "cement", "amount": "10"}));
        10_000
    ]));
    let all: Vec<Value> = ungrounded.iter().map(line).collect();
    out.push(lines(&all));
    out
}

#[tokio::test]
async fn whatever_it_answers_no_line_is_ungrounded() {
    let replies = replies();
    let count = replies.len();
    assert!(count > 100);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let model = Model::start(move |_| {
        let at = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        replies[at % replies.len()].clone()
    })
    .await;
    let setting = setting();
    let mut taken = 0;
    let mut dropped = 0;
    for burst in bursts() {
        let before = read(&burst, &setting);
        let spans = unresolved(&burst, &setting, &before);
        assert!(!spans.is_empty(), "{}", burst[0].text);
        let parts: Vec<Part> = spans
            .iter()
            .map(|span| Part {
                span: *span,
                candidates: Vec::new(),
            })
            .collect();
        let ask = reading(&burst, &parts).unwrap();
        let asked_before = model.asked().len();
        // A server that refuses a shape is asked again without it.
        while model.asked().len() < asked_before + count {
            let llm = model.client(Duration::from_secs(5));
            let called = llm.ask(&ask).await;
            let Ok(answer) = called.answer else { continue };
            let proposals = read_proposals(&answer);
            let after = verify(&burst, &setting, &before, &spans, &proposals);
            assert_grounded(&burst, &after.reading);
            taken += after.counts.taken;
            dropped += after.counts.ungrounded;
        }
    }
    eprintln!("{taken} lines taken, {dropped} fields dropped");
    assert!(dropped > 100, "{dropped}");
}

#[tokio::test]
async fn no_model_is_said_in_one_way_each() {
    let refusal = json!({"message": {"content": null, "refusal": "no"}});
    let tools = json!({"message": {"content": null, "tool_calls": [{"id": "t"}]}});
    let cut = json!({"finish_reason": "length", "message": {"content": "{\"lines\":"}});
    for (reply, expect, calls) in [
        (Reply::Choice(refusal), NoModel::Refused, 1),
        (Reply::Choice(tools), NoModel::Nonsense, 1),
        (Reply::Choice(cut), NoModel::Cut, 1),
        (Reply::Says("so sorry".into()), NoModel::Nonsense, 1),
        (
            Reply::Raw(200, "text/html", "<p>".into()),
            NoModel::Nonsense,
            1,
        ),
        (
            Reply::Raw(429, "text/plain", "later".into()),
            NoModel::Limited,
            1,
        ),
        (
            Reply::Raw(503, "text/plain", "down".into()),
            NoModel::Failed,
            1,
        ),
        (
            Reply::Raw(400, "text/plain", "what".into()),
            NoModel::Failed,
            3,
        ),
        (Reply::Late(Duration::from_secs(20)), NoModel::Late, 1),
    ] {
        let model = Model::start(move |_| reply.clone()).await;
        let said = said(&["the team wants maybe 30 pairs this time"]);
        let span = Span {
            message: 0,
            start: 0,
            end: 8,
        };
        let part = Part {
            span,
            candidates: Vec::new(),
        };
        let ask = reading(&said, &[part]).unwrap();
        let began = Instant::now();
        let llm = model.client(Duration::from_millis(700));
        let called = llm.ask(&ask).await;
        assert_eq!(called.answer.unwrap_err(), expect);
        assert_eq!(called.spent.calls, calls, "{expect}");
        assert!(began.elapsed() < Duration::from_secs(5));
    }
    let nobody = TcpNobody::new().await;
    let called = nobody.client().ask(&ask_something()).await;
    assert_eq!(called.answer.unwrap_err(), NoModel::Unreachable);
}

/// An address at which nobody listens.
struct TcpNobody(String);

impl TcpNobody {
    async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self(format!("http://{}/v1", listener.local_addr().unwrap()))
    }

    fn client(&self) -> sutler::llm::Llm {
        let model = Model {
            url: self.0.clone(),
            asked: std::sync::Arc::default(),
        };
        model.client(Duration::from_secs(2))
    }
}

fn ask_something() -> sutler::llm::Ask {
    let span = Span {
        message: 0,
        start: 0,
        end: 1,
    };
    let part = Part {
        span,
        candidates: Vec::new(),
    };
    reading(&said(&["x 5"]), &[part]).unwrap()
}

#[tokio::test]
async fn a_question_that_is_refused_in_every_shape_says_nothing_about_the_shape() {
    let first = std::sync::atomic::AtomicUsize::new(0);
    let model =
        Model::start(
            move |_| match first.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
                0..3 => Reply::Raw(400, "text/plain", "too long".into()),
                _ => Reply::Says("{\"lines\":[]}".into()),
            },
        )
        .await;
    let llm = model.client(Duration::from_secs(5));
    let called = llm.ask(&ask_something()).await;
    assert_eq!(called.answer.unwrap_err(), NoModel::Failed);
    let called = llm.ask(&ask_something()).await;
    assert!(called.answer.is_ok());
    let last = model.asked().pop().unwrap();
    assert_eq!(last["response_format"]["type"], json!("json_schema"));
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_in_words_from_then_on() {
    let model = Model::start(|body| match body["response_format"]["type"].as_str() {
        None => Reply::Says("Sure: ```json\n{\"lines\":[]}\n```".into()),
        Some(_) => Reply::Raw(
            400,
            "application/json",
            r#"{"error":{"message":"response_format is not known"}}"#.into(),
        ),
    })
    .await;
    let llm = model.client(Duration::from_secs(5));
    for expect in [3, 1, 1] {
        let called = llm.ask(&ask_something()).await;
        assert_eq!(called.answer.unwrap().object, json!({"lines": []}));
        assert_eq!(called.spent.calls, expect);
    }
    let asked = model.asked();
    let kinds: Vec<Option<&str>> = asked
        .iter()
        .map(|body| body["response_format"]["type"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [Some("json_schema"), Some("json_object"), None, None, None]
    );
    let schema = &asked[0]["response_format"]["json_schema"];
    assert_eq!(schema["strict"], json!(true));
    assert!(asked.iter().all(|body| body.get("tools").is_none()));
}
