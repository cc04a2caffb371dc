//! Webhook bodies, ordinary and odd, and what each tells.

mod messages;

use serde_json::{Value, json};

use super::*;
use crate::channels::{Reason, SendError};

/// What each event of a body says, a line each.
fn told(body: &Value) -> Vec<String> {
    parse(body.to_string().as_bytes())
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

fn line(inbound: &Inbound) -> String {
    match inbound {
        Inbound::Message(message) => {
            let mut parts = vec![message.number.clone(), message.provider_id.clone()];
            parts.push(
                message
                    .sent_at
                    .map_or("no time".into(), |at| at.to_string()),
            );
            parts.push(who(&message.from));
            if let Some(context) = &message.context {
                parts.push(format!("{:?} {:?}", context.origin, context.id));
            }
            if let Some(group) = &message.group_id {
                parts.push(format!("group {group}"));
            }
            parts.push(match &message.content {
                Content::Text(body) => format!("text {body}"),
                Content::Press(Press {
                    id,
                    title,
                    of,
                    kind,
                }) => {
                    format!("{kind:?} {id} {title:?} of {of:?}")
                }
                Content::Unreadable { kind, caption } => format!("{kind:?} {caption:?}"),
            });
            parts.join(" | ")
        }
        Inbound::Status(status) => format!(
            "{} | {} | {:?} | {:?} | {:?}",
            status.number, status.provider_id, status.delivery, status.at, status.callback
        ),
        Inbound::NumberChanged(changed) => {
            format!(
                "{} | {} -> {}",
                changed.provider_id,
                who(&changed.old),
                who(&changed.new)
            )
        }
        Inbound::Trouble(trouble) => {
            format!(
                "{} | trouble {:?} {}",
                trouble.number, trouble.code, trouble.text
            )
        }
        Inbound::Other { event } => format!("other {event}"),
    }
}

fn who(sender: &Sender) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or("-".into());
    format!(
        "{} {} {}",
        part(&sender.phone),
        part(&sender.user_id),
        part(&sender.name)
    )
}

/// A body with one change that holds these.
fn body(mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({ "display_phone_number": "+1 555", "phone_number_id": "111" });
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "waba", "changes": [{ "field": "messages", "value": value }] }],
    })
}

/// A message with this type and part, from +254700000001.
fn message(kind: &str, part: &Value) -> Value {
    let mut message = json!({ "id": "wamid.1", "from": "254700000001", "timestamp": "1760000000" });
    message["type"] = json!(kind);
    message[kind] = part.clone();
    message
}

fn only_message(kind: &str, part: &Value) -> String {
    let told = told(&body(json!({ "messages": [message(kind, part)] })));
    assert_eq!(told.len(), 1);
    told[0].replace("111 | wamid.1 | 1760000000 | +254700000001 - - | ", "")
}

#[test]
fn every_entry_change_message_and_status_is_read_in_order() {
    let text = |id: &str| {
        json!({ "id": id, "from": "254700000001", "timestamp": "1760000000",
        "type": "text", "text": { "body": id } })
    };
    let change = |number: &str, value: Value| {
        let mut value = value;
        value["metadata"] = json!({ "phone_number_id": number });
        json!({ "field": "messages", "value": value })
    };
    let body = json!({ "object": "whatsapp_business_account", "entry": [
        { "changes": [
            change("1", json!({ "messages": [text("a"), text("b"), text("a")] })),
            change("2", json!({ "messages": [text("a")],
                "statuses": [{ "id": "s1", "status": "read", "timestamp": "1760000001" }] })),
        ] },
        { "changes": [{ "field": "calls", "value": { "calls": [{}] } }, { "value": 3 }] },
        { "changes": [change("1", json!({ "statuses": [{ "id": "s2", "status": "sent" }] }))] },
    ] });
    let from = "1760000000 | +254700000001 - -";
    assert_eq!(
        told(&body),
        [
            format!("1 | a | {from} | text a"),
            format!("1 | b | {from} | text b"),
            format!("1 | a | {from} | text a"),
            format!("2 | a | {from} | text a"),
            "2 | s1 | Read | Some(1760000001) | None".to_owned(),
            "other calls".to_owned(),
            "other ".to_owned(),
            "1 | s2 | Sent | None | None".to_owned(),
        ]
    );
}

#[test]
fn a_changed_number_tells_old_and_new() {
    for (system, expect) in [
        (
            json!({ "type": "user_changed_number", "wa_id": "254700000002", "body": "b" }),
            "wamid.1 | +254700000001 KE.1 - -> +254700000002 - -",
        ),
        (
            json!({ "type": "user_changed_number", "new_wa_id": "254700000002" }),
            "wamid.1 | +254700000001 KE.1 - -> +254700000002 - -",
        ),
        (
            json!({ "type": "user_changed_number", "wa_id": "254700000002", "previous_user_id": "KE.0" }),
            "wamid.1 | +254700000001 KE.0 - -> +254700000002 KE.1 -",
        ),
        (
            json!({ "type": "user_changed_user_id", "previous_user_id": "KE.0" }),
            "wamid.1 | +254700000001 KE.0 - -> - KE.1 -",
        ),
    ] {
        let mut message = message("system", &system);
        message["from_user_id"] = json!("KE.1");
        assert_eq!(
            told(&body(json!({ "messages": [message] }))),
            [expect],
            "{system}"
        );
    }
    assert_eq!(
        only_message("system", &json!({ "type": "user_changed_number" })),
        "System None"
    );
}

#[test]
fn statuses_bring_our_callback_and_the_meaning_of_a_failure() {
    let failed = |code: i64| {
        json!({ "id": "s", "status": "failed", "errors": [
        { "code": code, "title": "t", "message": "m", "error_data": { "details": "to 254700000001" } }] })
    };
    let delivery =
        |status: &Value| match parse(body(json!({ "statuses": [status] })).to_string().as_bytes())
            .unwrap()
            .remove(0)
        {
            Inbound::Status(status) => status.delivery,
            other => panic!("{other:?}"),
        };
    let reason = |code| Reason {
        code: Some(code),
        text: "m: to (number)".into(),
        wait: None,
    };
    for (code, expect) in [
        (131_047, SendError::WindowShut(reason(131_047))),
        (131_026, SendError::NotReachable(reason(131_026))),
        (131_056, SendError::Throttled(reason(131_056))),
        (190, SendError::Operator(reason(190))),
        (999_999, SendError::OurBug(reason(999_999))),
    ] {
        assert_eq!(delivery(&failed(code)), Delivery::Failed(expect));
    }
    let status = json!({ "id": "s", "status": "delivered", "timestamp": "1760000000",
        "recipient_id": "254700000001", "biz_opaque_callback_data": "out-7", "pricing": {} });
    assert_eq!(
        told(&body(
            json!({ "statuses": [status, { "id": "s", "status": "warm" }, { "status": "sent" }] })
        )),
        [
            "111 | s | Delivered | Some(1760000000) | Some(\"out-7\")",
            "other status/warm",
            "111 | trouble None a status without an id",
        ]
    );
}

#[test]
fn errors_beside_a_message_do_not_hide_it() {
    let value = json!({
        "messages": [message("interactive", &Value::Null), { "from": "1" }],
        "errors": [{ "code": 131_000, "title": "Something went wrong" }],
    });
    assert_eq!(
        told(&body(value)),
        [
            "111 | wamid.1 | 1760000000 | +254700000001 - - | Unknown(\"interactive\") None",
            "111 | trouble None a message without an id",
            "111 | trouble Some(131000) Something went wrong",
        ]
    );
}

#[test]
fn only_what_is_no_object_is_an_error() {
    for body in [
        "{}",
        r#"{"entry":3}"#,
        r#"{"entry":[{"changes":{}}]}"#,
        r#"{"entry":[null]}"#,
    ] {
        assert_eq!(parse(body.as_bytes()).unwrap(), [], "{body}");
    }
    let deep = "[".repeat(100_000);
    for body in ["", "not json", "{\"entry\":", "\u{0}", &deep] {
        assert!(matches!(
            parse(body.as_bytes()),
            Err(ParseError::NotJson(_))
        ));
    }
    assert!(matches!(parse(b"\xff\xfe"), Err(ParseError::NotJson(_))));
    assert!(matches!(parse(b"[1]"), Err(ParseError::NotAnObject)));
}

#[test]
fn half_an_emoji_does_not_hide_the_other_messages() {
    let written = |text: &str| {
        let body = body(json!({ "messages": [message("text", &json!({ "body": "TEXT" }))] }));
        let told = parse(body.to_string().replace("TEXT", text).as_bytes()).unwrap();
        line(&told[0]).rsplit(" | ").next().unwrap().to_owned()
    };
    for (text, expect) in [
        (r"caf\u00e9 \ud83d\ude00 a\/b", "text café 😀 a/b"),
        (r"cut \ud83d", "text cut \u{FFFD}"),
        (r"\ude00\ud83d\ude00\ud83d", "text \u{FFFD}😀\u{FFFD}"),
        (
            r"no escape: \\ud83d \ud83dx",
            "text no escape: \\ud83d \u{FFFD}x",
        ),
        (r"a\u0000b", "text ab"),
    ] {
        assert_eq!(written(text), expect, "{text}");
    }
}
