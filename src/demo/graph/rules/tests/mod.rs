//! Each limit at its edge: the last value that Meta takes and the first that it refuses.

mod parts;

use serde_json::{Value, json};

use super::*;

fn templates() -> Vec<Template> {
    vec![Template::new(
        "approval_needed",
        "{{1}} asks for {{2}}. Open the request?",
        &["Approve", "Reject"],
    )]
}

fn read_as(body: &Value) -> Result<Call, u32> {
    read(body, &templates()).map_err(|refusal| refusal.code)
}

fn message(fields: &Value) -> Value {
    let mut body = json!({"messaging_product": "whatsapp", "to": "+254700000001"});
    for (key, value) in fields.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

fn buttons(titles: &[&str]) -> Value {
    let buttons: Vec<Value> = titles
        .iter()
        .enumerate()
        .map(|(n, title)| json!({"type": "reply", "reply": {"id": format!("id{n}"), "title": title}}))
        .collect();
    interactive(
        &json!({"type": "button", "body": {"text": "Sure?"}, "action": {"buttons": buttons}}),
    )
}

fn interactive(interactive: &Value) -> Value {
    message(&json!({"type": "interactive", "interactive": interactive}))
}

fn list(sections: &Value) -> Value {
    interactive(&json!({
        "type": "list",
        "body": {"text": "Which?"},
        "action": {"button": "Choose", "sections": sections},
    }))
}

fn rows(count: usize) -> Value {
    (0..count)
        .map(|n| json!({"id": format!("r{n}"), "title": format!("Row {n}")}))
        .collect()
}

fn template(components: &Value) -> Value {
    message(&json!({
        "type": "template",
        "template": {"name": "approval_needed", "language": {"code": "en"}, "components": components},
    }))
}

fn parameters(texts: &[&str]) -> Value {
    let parameters: Vec<Value> = texts
        .iter()
        .map(|text| json!({"type": "text", "text": text}))
        .collect();
    json!([{"type": "body", "parameters": parameters}])
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[key] = value;
    body
}

fn long(length: usize) -> String {
    "é".repeat(length)
}

#[test]
fn what_meta_takes() {
    let cases = [
        (
            "text of 4096",
            message(&json!({"type": "text", "text": {"body": long(4096)}})),
        ),
        ("three buttons of 20", buttons(&[&long(20), "B", "C"])),
        (
            "body of 1024",
            with(buttons(&["A"]), "/interactive/body/text", long(1024).into()),
        ),
        (
            "header of 60",
            with(
                buttons(&["A"]),
                "/interactive/header",
                json!({"type": "text", "text": long(60)}),
            ),
        ),
        (
            "footer of 60",
            with(
                buttons(&["A"]),
                "/interactive/footer",
                json!({"text": long(60)}),
            ),
        ),
        (
            "id of 256",
            with(
                buttons(&["A"]),
                "/interactive/action/buttons/0/reply/id",
                long(256).into(),
            ),
        ),
        (
            "ten rows",
            list(
                &json!([{"title": "a", "rows": rows(4)}, {"title": "b", "rows": [
                    {"id": "x0", "title": "x"}, {"id": "x1", "title": "x"}, {"id": "x2", "title": "x"},
                    {"id": "x3", "title": "x"}, {"id": "x4", "title": "x"}, {"id": long(200), "title": long(24), "description": long(72)},
                ]}]),
            ),
        ),
        (
            "list body of 4096",
            with(
                list(&json!([{"rows": rows(1)}])),
                "/interactive/body/text",
                long(4096).into(),
            ),
        ),
        ("template", template(&parameters(&["Amina", "20 bags"]))),
        (
            "user id",
            with(
                with(buttons(&["A"]), "/to", Value::Null),
                "/recipient",
                "KE.13491208655302741918".into(),
            ),
        ),
        (
            "opaque data",
            with(
                buttons(&["A"]),
                "/biz_opaque_callback_data",
                long(512).into(),
            ),
        ),
        (
            "location",
            message(
                &json!({"type": "location", "location": {"latitude": -1.28, "longitude": 36.8}}),
            ),
        ),
    ];
    for (name, body) in cases {
        assert!(
            matches!(read_as(&body), Ok(Call::Send(_))),
            "{name}: {:?}",
            read_as(&body)
        );
    }
}

#[test]
fn what_meta_refuses_in_texts_and_envelopes() {
    let text = |body: &str| message(&json!({"type": "text", "text": {"body": body}}));
    let cases = [
        (100, "no body", text("")),
        (100, "4097", text(&long(4097))),
        (
            100,
            "no product",
            with(text("a"), "/messaging_product", Value::Null),
        ),
        (
            100,
            "other product",
            with(text("a"), "/messaging_product", "sms".into()),
        ),
        (100, "nobody", with(text("a"), "/to", Value::Null)),
        (
            131_009,
            "user id in to",
            with(text("a"), "/to", "KE.13491208655302741918".into()),
        ),
        (
            131_009,
            "number in recipient",
            with(
                with(text("a"), "/to", Value::Null),
                "/recipient",
                "+254700000001".into(),
            ),
        ),
        (100, "type", with(text("a"), "/type", "poll".into())),
        (
            100,
            "group",
            with(text("a"), "/recipient_type", "group".into()),
        ),
        (
            100,
            "unknown key",
            with(text("a"), "/text/color", "red".into()),
        ),
        (
            100,
            "number as text",
            with(text("a"), "/text/body", 7.into()),
        ),
        (
            131_009,
            "quote",
            with(text("a"), "/context", json!({"message_id": "m1"})),
        ),
        (
            131_009,
            "opaque",
            with(text("a"), "/biz_opaque_callback_data", long(513).into()),
        ),
        (
            131_009,
            "caption",
            message(&json!({"type": "image", "image": {"id": "1", "caption": long(1025)}})),
        ),
        (
            131_008,
            "no medium",
            message(&json!({"type": "image", "image": {}})),
        ),
        (
            131_009,
            "latitude",
            message(&json!({"type": "location", "location": {"latitude": 91, "longitude": 0}})),
        ),
        (100, "not an object", json!([])),
    ];
    for (code, name, body) in cases {
        assert_eq!(read_as(&body), Err(code), "{name}");
    }
}

#[test]
fn read_marks() {
    let id = wamid::new("254700000001", wamid::Way::In);
    let mark = json!({"messaging_product": "whatsapp", "status": "read", "message_id": id});
    assert_eq!(
        read_as(&mark),
        Ok(Call::Read {
            wamid: id.clone(),
            typing: Typing::Absent
        })
    );
    let typing = with(mark.clone(), "/typing_indicator", json!({"type": "text"}));
    assert_eq!(
        read_as(&typing),
        Ok(Call::Read {
            wamid: id,
            typing: Typing::Shown
        })
    );
    assert_eq!(
        read_as(&with(mark.clone(), "/message_id", "x".into())),
        Err(131_009)
    );
    assert_eq!(
        read_as(&with(mark.clone(), "/status", "seen".into())),
        Err(100)
    );
    assert_eq!(
        read_as(&with(mark, "/typing_indicator", json!({"type": "voice"}))),
        Err(131_009)
    );
}
