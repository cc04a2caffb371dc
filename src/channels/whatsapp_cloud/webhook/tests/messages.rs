//! Messages of every type, and who sent them.

use super::*;

#[test]
fn each_type_of_message_is_read_or_named() {
    let button = |kind: &str, reply: Value| json!({ "type": kind, kind: reply });
    for (kind, part, expect) in [
        ("text", json!({ "body": "2 bags" }), "text 2 bags"),
        ("text", json!({ "body": "" }), "text "),
        ("text", json!({}), "Unknown(\"text\") None"),
        (
            "interactive",
            button("button_reply", json!({ "id": "b1", "title": "Confirm" })),
            "Button b1 \"Confirm\" of None",
        ),
        (
            "interactive",
            button(
                "list_reply",
                json!({ "id": "r1", "title": "Site 4", "description": "d" }),
            ),
            "ListRow r1 \"Site 4\" of None",
        ),
        (
            "interactive",
            button(
                "nfm_reply",
                json!({ "response_json": "[1]", "body": "Sent" }),
            ),
            "Unknown(\"interactive/nfm_reply\") None",
        ),
        ("interactive", Value::Null, "Unknown(\"interactive\") None"),
        (
            "interactive",
            button("button_reply", json!({})),
            "Unknown(\"interactive/button_reply\") None",
        ),
        (
            "button",
            json!({ "payload": "p", "text": "Approve" }),
            "TemplateButton p \"Approve\" of None",
        ),
        (
            "button",
            json!({ "text": "Approve" }),
            "TemplateButton Approve \"Approve\" of None",
        ),
        ("button", json!({}), "Unknown(\"button\") None"),
        (
            "image",
            json!({ "id": "m", "caption": "5 of these" }),
            "Image Some(\"5 of these\")",
        ),
        ("video", json!({ "id": "m" }), "Video None"),
        (
            "document",
            json!({ "id": "m", "filename": "a.pdf" }),
            "Document None",
        ),
        ("audio", json!({ "id": "m", "voice": true }), "Voice None"),
        (
            "sticker",
            json!({ "id": "m", "animated": true }),
            "Sticker None",
        ),
        (
            "location",
            json!({ "latitude": 1.5, "longitude": 2 }),
            "Location None",
        ),
        ("contacts", json!([{ "origin": "other" }]), "Contacts None"),
        ("reaction", json!({ "message_id": "x" }), "Reaction None"),
        (
            "order",
            json!({ "product_items": [{ "item_price": 7.99 }] }),
            "Order None",
        ),
        ("edit", json!({ "original_message_id": "x" }), "Edit None"),
        (
            "revoke",
            json!({ "original_message_id": "x" }),
            "Revoke None",
        ),
        ("unsupported", json!({ "type": "edit" }), "Edit None"),
        (
            "unsupported",
            json!({ "type": "poll_creation" }),
            "Unsupported None",
        ),
        ("unsupported", Value::Null, "Unsupported None"),
        (
            "system",
            json!({ "type": "customer_identity_changed" }),
            "System None",
        ),
        (
            "hologram",
            json!({ "size": 3 }),
            "Unknown(\"hologram\") None",
        ),
    ] {
        assert_eq!(only_message(kind, &part), expect, "{kind} {part}");
    }
}

#[test]
fn context_names_the_quoted_message_or_says_forwarded() {
    for (context, expect) in [
        (
            json!({ "from": "1", "id": "wamid.0" }),
            "Reply Some(\"wamid.0\") | text x",
        ),
        (json!({ "forwarded": true }), "Forwarded None | text x"),
        (
            json!({ "frequently_forwarded": true }),
            "Forwarded None | text x",
        ),
        (
            json!({ "forwarded": false, "referred_product": {} }),
            "text x",
        ),
        (Value::Null, "text x"),
    ] {
        let mut message = message("text", &json!({ "body": "x" }));
        message["context"] = context.clone();
        let told = told(&body(json!({ "messages": [message] })));
        assert!(
            told[0].ends_with(&format!("+254700000001 - - | {expect}")),
            "{context}: {}",
            told[0]
        );
    }
    let mut press = message("button", &json!({ "payload": "p", "text": "t" }));
    press["context"] = json!({ "id": "wamid.card" });
    let told = told(&body(json!({ "messages": [press] })));
    assert!(
        told[0].ends_with("TemplateButton p \"t\" of Some(\"wamid.card\")"),
        "{}",
        told[0]
    );
}

#[test]
fn a_sender_is_known_by_phone_by_user_id_or_by_both() {
    let ana = json!({ "wa_id": "254700000001", "user_id": "KE.1", "profile": { "name": "Ana" } });
    let hidden = json!({ "user_id": "KE.2", "profile": { "username": "ben.k" } });
    for (from, contacts, expect) in [
        (
            json!({ "from": "254700000001" }),
            json!([]),
            "+254700000001 - -",
        ),
        (
            json!({ "from": "254700000001" }),
            json!([ana]),
            "+254700000001 KE.1 Ana",
        ),
        (
            json!({ "from": "254700000001" }),
            json!([hidden, ana]),
            "+254700000001 KE.1 Ana",
        ),
        (
            json!({ "from": "254700000009" }),
            json!([ana]),
            "+254700000009 - -",
        ),
        (
            json!({ "from": "+254 700-000 001" }),
            json!([]),
            "+254700000001 - -",
        ),
        (
            json!({ "from_user_id": "KE.2" }),
            json!([ana, hidden]),
            "- KE.2 ben.k",
        ),
        (
            json!({ "from": "", "from_user_id": "KE.2" }),
            json!([hidden]),
            "- KE.2 ben.k",
        ),
        (
            json!({ "from": "", "from_user_id": "KE.1" }),
            json!([ana]),
            "+254700000001 KE.1 Ana",
        ),
        (json!({}), json!([hidden]), "- KE.2 ben.k"),
        (json!({}), json!([ana, hidden]), "- - -"),
        (json!({ "from": "KE.2" }), json!([]), "- - -"),
        (json!({ "from": null }), json!(null), "- - -"),
    ] {
        let mut message = json!({ "id": "m", "type": "text", "text": { "body": "x" } });
        for (key, value) in from.as_object().unwrap() {
            message[key] = value.clone();
        }
        let told = told(&body(
            json!({ "messages": [message], "contacts": contacts }),
        ));
        assert_eq!(
            told,
            [format!("111 | m | no time | {expect} | text x")],
            "{from} {contacts}"
        );
    }
}

#[test]
fn a_group_is_kept_apart() {
    let mut message = message("text", &json!({ "body": "x" }));
    message["group_id"] = json!("g1");
    let told = told(&body(json!({ "messages": [message] })));
    assert_eq!(
        told,
        ["111 | wamid.1 | 1760000000 | +254700000001 - - | group g1 | text x"]
    );
}

#[test]
fn the_raw_message_is_kept_whole() {
    let sent = message(
        "image",
        &json!({ "id": "media7", "sha256": "a+b/c=", "caption": "é 😀" }),
    );
    let body = body(json!({ "messages": [sent] }));
    let Inbound::Message(read) = parse(body.to_string().as_bytes()).unwrap().remove(0) else {
        panic!("not a message");
    };
    assert_eq!(serde_json::from_str::<Value>(&read.raw).unwrap(), sent);
    let shown = format!("{read:?}");
    assert!(
        !shown.contains("254700000001") && !shown.contains("wamid") && !shown.contains('é'),
        "{shown}"
    );
}

#[test]
fn times_that_make_no_sense_are_no_times() {
    for (timestamp, expect) in [
        (json!("1760000000"), "1760000000"),
        (json!(1_760_000_000), "1760000000"),
        (json!("yesterday"), "no time"),
        (json!("-5"), "no time"),
        (json!(""), "no time"),
        (json!("99999999999999999999"), "no time"),
        (Value::Null, "no time"),
    ] {
        let mut message = message("text", &json!({ "body": "x" }));
        message["timestamp"] = timestamp.clone();
        let told = told(&body(json!({ "messages": [message] })));
        assert_eq!(
            told,
            [format!(
                "111 | wamid.1 | {expect} | +254700000001 - - | text x"
            )],
            "{timestamp}"
        );
    }
}
