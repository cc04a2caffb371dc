//! What people do, and what the business hears of it.

use super::*;

/// Sends Joseph a card with two buttons and returns its id.
async fn card(setup: &Setup) -> String {
    let (status, answer) = setup
        .post(&json!({
            "messaging_product": "whatsapp", "to": JOSEPH, "type": "interactive",
            "interactive": {
                "type": "button", "header": {"type": "text", "text": "Request R-1"},
                "body": {"text": "20 bags"}, "footer": {"text": "KES 15,000"},
                "action": {"buttons": [
                    {"type": "reply", "reply": {"id": "ok:1", "title": "Approve"}},
                    {"type": "reply", "reply": {"id": "no:1", "title": "Reject"}},
                ]},
            },
        }))
        .await
        .unwrap();
    assert_eq!(status, 200, "{answer}");
    answer["messages"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_text_carries_number_user_id_and_name() {
    let setup = setup().await;
    let id = setup.graph.say(AMINA, "hello").unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let webhook = setup.business.webhooks().remove(0);
    let value = &webhook["entry"][0]["changes"][0]["value"];
    let user_id = setup.graph.people()[0].user_id.clone().unwrap();
    assert!(user_id.starts_with("KE."));
    assert_eq!(webhook["object"], "whatsapp_business_account");
    assert_eq!(
        value["metadata"],
        json!({"display_phone_number": "254711000000", "phone_number_id": "106540352242922"})
    );
    assert_eq!(
        value["contacts"],
        json!([{"profile": {"name": "Amina"}, "wa_id": "254700000001", "user_id": user_id}])
    );
    let message = &value["messages"][0];
    assert_eq!(
        (&message["id"], &message["from"]),
        (&id.into(), &"254700000001".into())
    );
    assert!(
        message["timestamp"]
            .as_str()
            .unwrap()
            .parse::<i64>()
            .unwrap()
            > 1_700_000_000
    );
}

#[tokio::test]
async fn a_hidden_number_is_absent_or_empty() {
    let setup = setup().await;
    setup.graph.say(HIDDEN, "one").unwrap();
    setup.graph.set_switch(Switch::EmptyFrom, Position::On);
    setup.graph.say(HIDDEN, "two").unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let messages = setup.business.all("messages");
    assert!(messages[0].get("from").is_none());
    assert_eq!(messages[1]["from"], "");
    assert!(
        messages
            .iter()
            .all(|message| message["from_user_id"] == HIDDEN)
    );
}

#[tokio::test]
async fn a_press_takes_the_newest_button_and_names_its_message() {
    let setup = setup().await;
    let old = card(&setup).await;
    let new = card(&setup).await;
    setup.graph.press(JOSEPH, "Approve").unwrap();
    setup.graph.press_on(JOSEPH, &old, "Reject").unwrap();
    assert!(setup.graph.press(JOSEPH, "Confirm").is_err());
    assert!(setup.graph.press(AMINA, "Approve").is_err());
    setup.graph.settled(WAIT).await.unwrap();
    let messages = setup.business.all("messages");
    assert_eq!(messages.len(), 2);
    assert_eq!(
        messages[0]["context"],
        json!({"from": "254711000000", "id": new})
    );
    assert_eq!(
        messages[0]["interactive"],
        json!({"type": "button_reply", "button_reply": {"id": "ok:1", "title": "Approve"}})
    );
    assert_eq!(messages[1]["context"]["id"], old.as_str());
    assert_eq!(messages[1]["interactive"]["button_reply"]["id"], "no:1");
}

#[tokio::test]
async fn a_row_and_a_quick_reply_answer_in_their_own_way() {
    let setup = setup().await;
    let list = json!({
        "messaging_product": "whatsapp", "to": JOSEPH, "type": "interactive",
        "interactive": {"type": "list", "body": {"text": "Which?"}, "action": {"button": "Choose", "sections": [
            {"rows": [{"id": "a", "title": "Cement 32.5", "description": "50 kg"}, {"id": "b", "title": "Cement 42.5"}]},
        ]}},
    });
    assert_eq!(setup.post(&list).await.unwrap().0, 200);
    let template = json!({
        "messaging_product": "whatsapp", "to": JOSEPH, "type": "template",
        "template": {"name": "approval_needed", "language": {"code": "en"}, "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Amina"}]},
            {"type": "button", "sub_type": "quick_reply", "index": 0,
                "parameters": [{"type": "payload", "payload": "ok:9"}]},
        ]},
    });
    assert_eq!(setup.post(&template).await.unwrap().0, 200);
    setup.graph.press(JOSEPH, "Cement 32.5").unwrap();
    setup.graph.press(JOSEPH, "Approve").unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let messages = setup.business.all("messages");
    assert_eq!(
        messages[0]["interactive"],
        json!({"type": "list_reply", "list_reply": {"id": "a", "title": "Cement 32.5", "description": "50 kg"}})
    );
    assert_eq!(messages[1]["type"], "button");
    assert_eq!(
        messages[1]["button"],
        json!({"payload": "ok:9", "text": "Approve"})
    );
}

#[tokio::test]
async fn quotes_forwards_reactions_edits_and_raw_messages() {
    let setup = setup().await;
    let card = card(&setup).await;
    setup.graph.reply(JOSEPH, &card, "this one").unwrap();
    setup.graph.forward(JOSEPH, "from Amina").unwrap();
    setup.graph.react(JOSEPH, &card, "👍").unwrap();
    setup.graph.edit(JOSEPH).unwrap();
    let old = json!({"type": "text", "text": {"body": "old"}, "timestamp": "1700000000", "id": "wamid.OLD"});
    setup.graph.send_raw(JOSEPH, old).unwrap();
    let system = json!({"type": "system", "system": {"type": "user_changed_number", "wa_id": "254700000009"}});
    setup.graph.send_raw(JOSEPH, system).unwrap();
    assert!(setup.graph.reply(JOSEPH, "wamid.NONE", "x").is_err());
    assert!(setup.graph.say("+1", "x").is_err());
    setup.graph.settled(WAIT).await.unwrap();

    let messages = setup.business.all("messages");
    assert_eq!(
        messages[0]["context"],
        json!({"from": "254711000000", "id": card})
    );
    assert_eq!(messages[1]["context"], json!({"forwarded": true}));
    assert_eq!(
        messages[2]["reaction"],
        json!({"message_id": card, "emoji": "👍"})
    );
    assert_eq!(messages[3]["unsupported"]["type"], "edit");
    assert_eq!(messages[3]["errors"][0]["code"], 131_051);
    assert_eq!(
        (&messages[4]["id"], &messages[4]["timestamp"]),
        (&"wamid.OLD".into(), &"1700000000".into())
    );
    let webhooks = setup.business.webhooks();
    let of_system = webhooks
        .iter()
        .map(|webhook| &webhook["entry"][0]["changes"][0]["value"]);
    let of_system = of_system.filter(|value| value["messages"][0]["type"] == "system");
    assert!(
        of_system
            .clone()
            .all(|value| value.get("contacts").is_none())
    );
    assert_eq!(of_system.count(), 1);
}

#[tokio::test]
async fn a_voice_note_has_a_mime_type_with_a_parameter() {
    let setup = setup().await;
    let note = Medium::new(MediaKind::Voice, "audio/ogg; codecs=opus", &b"OggS"[..]);
    setup.graph.send_media(AMINA, note).unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let message = setup.business.all("messages").remove(0);
    assert_eq!(message["type"], "audio");
    assert_eq!(message["audio"]["voice"], true);
    assert_eq!(message["audio"]["mime_type"], "audio/ogg; codecs=opus");
    assert_eq!(
        message["audio"]["sha256"].as_str().unwrap().len(),
        44,
        "base64, as webhooks have it"
    );
}

#[tokio::test]
async fn expect_waits_and_does_not_take_an_older_answer() {
    let setup = setup().await;
    let brief = Duration::from_millis(50);
    setup.graph.say(AMINA, "20 bags").unwrap();
    setup.text(AMINA, "I understood: 20 bags").await;
    setup
        .graph
        .expect(AMINA, "I understood", WAIT)
        .await
        .unwrap();
    setup
        .graph
        .expect(AMINA, "20 bags", brief)
        .await
        .expect("the same message may be met again");

    setup.graph.say(AMINA, "make that 15").unwrap();
    let missed = setup
        .graph
        .expect(AMINA, "I understood", brief)
        .await
        .unwrap_err();
    assert!(
        missed.to_string().contains("I understood: 20 bags"),
        "it says what came: {missed}"
    );

    let graph = setup.graph.clone();
    let waiting = tokio::spawn(async move { graph.expect(AMINA, "I understood", WAIT).await });
    tokio::task::yield_now().await;
    setup.text(AMINA, "I understood: 15 bags").await;
    assert_eq!(
        waiting.await.unwrap().unwrap().text,
        "I understood: 15 bags"
    );
}

#[tokio::test]
async fn the_transcript_has_both_sides() {
    let setup = setup().await;
    setup.graph.say(JOSEPH, "hello").unwrap();
    card(&setup).await;
    let transcript = setup.graph.transcript();
    let messages = transcript["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["from"], JOSEPH);
    assert_eq!(messages[0]["text"], "hello");
    assert_eq!(messages[1]["to"], JOSEPH);
    assert_eq!(messages[1]["text"], "Request R-1\n20 bags\nKES 15,000");
    assert_eq!(messages[1]["buttons"], json!(["Approve", "Reject"]));
    assert_eq!(messages[1]["kind"], "button");
}
