//! Sending: tokens, refusals, the window, rates, lost answers, media.

use super::*;

#[tokio::test]
async fn a_text_arrives_and_is_answered_as_meta_answers() {
    let setup = setup().await;
    let (status, answer) = setup.text("+254 700 000 002", "Seen.").await;
    assert_eq!(status, 200);
    assert_eq!(answer["messaging_product"], "whatsapp");
    assert_eq!(
        answer["contacts"],
        json!([{"input": "+254 700 000 002", "wa_id": "254700000002"}])
    );
    let inbox = setup.graph.inbox(JOSEPH);
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].text, "Seen.");
    assert_eq!(answer["messages"][0]["id"], inbox[0].wamid.as_str());
    assert!(setup.graph.unexpected().is_empty());
}

#[tokio::test]
async fn statuses_follow_with_our_own_string() {
    let setup = setup().await;
    setup.text(JOSEPH, "Seen.").await;
    setup.graph.settled(WAIT).await.unwrap();
    let statuses = setup.business.all("statuses");
    let names: Vec<&str> = statuses
        .iter()
        .map(|status| status["status"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["sent", "delivered", "read"]);
    for status in &statuses {
        assert_eq!(status["biz_opaque_callback_data"], "row-7");
        assert_eq!(status["recipient_id"], "254700000002");
        assert_eq!(status["id"], setup.graph.inbox(JOSEPH)[0].wamid.as_str());
    }
    assert_eq!(setup.graph.inbox(JOSEPH)[0].tick, Tick::Read);
}

#[tokio::test]
async fn without_the_token_or_the_number_nothing_works() {
    let setup = setup().await;
    let body = json!({"messaging_product": "whatsapp", "to": JOSEPH, "type": "text", "text": {"body": "a"}});
    let url = setup.path("106540352242922/messages");
    for request in [
        setup.client.post(&url).json(&body),
        setup.client.post(&url).json(&body).bearer_auth("another"),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], 190);
    }
    let answer = setup
        .client
        .post(setup.path("999/messages"))
        .bearer_auth("demo-access-token")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 400);
    let error = answer.json::<Value>().await.unwrap();
    assert_eq!(
        (&error["error"]["code"], &error["error"]["error_subcode"]),
        (&100.into(), &33.into())
    );
    assert_eq!(setup.graph.take_unexpected().len(), 3);
    assert!(setup.graph.inbox(JOSEPH).is_empty());
}

#[tokio::test]
async fn a_malformed_message_is_refused_and_remembered_as_our_fault() {
    let setup = setup().await;
    let answer = setup.text(JOSEPH, &"a".repeat(4097)).await;
    assert_eq!(code(&answer), (400, 100));
    let error = &answer.1["error"];
    assert_eq!(error["type"], "OAuthException");
    assert!(error["fbtrace_id"].is_string());
    let answer = setup
        .post(&json!({
            "messaging_product": "whatsapp", "to": JOSEPH, "type": "interactive",
            "interactive": {"type": "button", "body": {"text": "?"}, "action": {"buttons": [
                {"type": "reply", "reply": {"id": "a", "title": "A title of 21 letters"}},
            ]}},
        }))
        .await
        .unwrap();
    assert_eq!(code(&answer), (400, 131_009));
    let details = answer.1["error"]["error_data"]["details"].as_str().unwrap();
    assert!(details.contains("Max length: 20"), "{details}");
    assert_eq!(setup.graph.take_unexpected().len(), 2);
    assert!(setup.graph.unexpected().is_empty());
}

#[tokio::test]
async fn the_window_opens_with_a_message_and_shuts_after_a_day() {
    let setup = setup().await;
    assert_eq!(code(&setup.text(AMINA, "Hello").await), (400, 131_047));
    setup.graph.say(AMINA, "20 bags cement").unwrap();
    assert_eq!(setup.text(AMINA, "Hello").await.0, 200);
    setup.graph.advance(Duration::from_hours(24));
    assert_eq!(code(&setup.text(AMINA, "Hello").await), (400, 131_047));
    let template = json!({
        "messaging_product": "whatsapp", "to": AMINA, "type": "template",
        "template": {"name": "approval_needed", "language": {"code": "en"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": "Joseph"}]}]},
    });
    let (status, answer) = setup.post(&template).await.unwrap();
    assert_eq!(
        (status, &answer["messages"][0]["message_status"]),
        (200, &"accepted".into())
    );
    assert_eq!(setup.graph.inbox(AMINA)[1].text, "Joseph asks.");
    assert!(
        setup.graph.unexpected().is_empty(),
        "a shut window is nobody's fault"
    );
}

#[tokio::test]
async fn a_shut_window_may_come_as_a_status() {
    let setup = setup().await;
    setup.graph.set_switch(Switch::WindowByStatus, Position::On);
    assert_eq!(setup.text(AMINA, "Hello").await.0, 200);
    setup.graph.settled(WAIT).await.unwrap();
    let statuses = setup.business.all("statuses");
    assert_eq!(statuses.len(), 1);
    assert_eq!(statuses[0]["status"], "failed");
    assert_eq!(statuses[0]["errors"][0]["code"], 131_047);
    assert!(setup.graph.inbox(AMINA).is_empty());
}

#[tokio::test]
async fn the_pair_rate_holds_until_it_is_switched_off() {
    let setup = setup().await;
    for _ in 0..45 {
        assert_eq!(setup.text(JOSEPH, "one more").await.0, 200);
    }
    assert_eq!(code(&setup.text(JOSEPH, "too many").await), (400, 131_056));
    setup.graph.advance(Duration::from_secs(6));
    assert_eq!(setup.text(JOSEPH, "after 6 s").await.0, 200);
    setup.graph.set_switch(Switch::PairRate, Position::Off);
    assert_eq!(setup.text(JOSEPH, "free").await.0, 200);
}

#[tokio::test]
async fn ordered_faults_come_as_ordered() {
    let setup = setup().await;
    setup.graph.refuse_next(130_429, 1);
    setup.graph.refuse_next(131_016, 1);
    assert_eq!(code(&setup.text(JOSEPH, "a").await), (400, 130_429));
    assert_eq!(code(&setup.text(JOSEPH, "a").await), (500, 131_016));
    setup.graph.fail_next(131_026, 1);
    assert_eq!(setup.text(JOSEPH, "a").await.0, 200);
    setup.graph.settled(WAIT).await.unwrap();
    let statuses = setup.business.all("statuses");
    assert_eq!(statuses[0]["errors"][0]["code"], 131_026);
    assert!(setup.graph.inbox(JOSEPH).is_empty());
    assert!(setup.graph.unexpected().is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_still_a_sent_message() {
    let setup = setup().await;
    setup.graph.lose_answers(1);
    let body = json!({"messaging_product": "whatsapp", "to": JOSEPH, "text": {"body": "Once"}});
    let error = setup.post(&body).await.unwrap_err();
    assert!(
        error.is_request(),
        "the connection closed without an answer: {error:?}"
    );
    assert_eq!(setup.graph.inbox(JOSEPH).len(), 1);
    assert_eq!(setup.post(&body).await.unwrap().0, 200);
    assert_eq!(setup.graph.inbox(JOSEPH).len(), 2);
}

#[tokio::test]
async fn a_person_without_a_number_is_reached_by_recipient() {
    let setup = setup().await;
    setup.graph.say(HIDDEN, "hi").unwrap();
    let body = json!({"messaging_product": "whatsapp", "recipient": HIDDEN, "type": "text", "text": {"body": "Hi"}});
    let (status, answer) = setup.post(&body).await.unwrap();
    assert_eq!(status, 200);
    assert_eq!(
        answer["contacts"],
        json!([{"input": HIDDEN, "user_id": HIDDEN}])
    );
    setup.graph.expect(HIDDEN, "Hi", WAIT).await.unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let status = &setup.business.all("statuses")[0];
    assert_eq!(status["recipient_user_id"], HIDDEN);
    assert!(status.get("recipient_id").is_none());
}

#[tokio::test]
async fn a_number_without_whatsapp_fails_later() {
    let setup = setup().await;
    assert_eq!(setup.text("+254799999999", "Hello?").await.0, 200);
    setup.graph.settled(WAIT).await.unwrap();
    assert_eq!(
        setup.business.all("statuses")[0]["errors"][0]["code"],
        131_026
    );
}

#[tokio::test]
async fn a_read_mark_turns_the_ticks_blue_and_shows_typing() {
    let setup = setup().await;
    let first = setup.graph.say(AMINA, "one").unwrap();
    let second = setup.graph.say(AMINA, "two").unwrap();
    let mark = json!({
        "messaging_product": "whatsapp", "status": "read", "message_id": second,
        "typing_indicator": {"type": "text"},
    });
    let (status, answer) = setup.post(&mark).await.unwrap();
    assert_eq!((status, answer), (200, json!({"success": true})));
    let ticks = || {
        let world = setup.graph.inner.world();
        let thread = &world.contacts[0].thread;
        thread
            .iter()
            .map(|entry| (entry.wamid.clone(), entry.tick))
            .collect::<Vec<_>>()
    };
    assert_eq!(ticks(), [(first, Tick::Read), (second.clone(), Tick::Read)]);
    let is_typing = async || {
        let page = setup
            .client
            .get(format!("{}/chat/state", setup.graph.url()));
        let view: Value = page.send().await.unwrap().json().await.unwrap();
        view["people"][0]["typing_left_ms"].is_u64()
    };
    assert!(is_typing().await);
    setup.text(AMINA, "Seen.").await;
    assert!(!is_typing().await);
    setup.post(&mark).await.unwrap();
    setup.graph.advance(Duration::from_secs(25));
    assert!(!is_typing().await);

    let theirs = setup.graph.inbox(AMINA)[0].wamid.clone();
    let own = json!({"messaging_product": "whatsapp", "status": "read", "message_id": theirs});
    assert_eq!(code(&setup.post(&own).await.unwrap()), (400, 131_009));
}

#[tokio::test]
async fn the_number_describes_itself() {
    let setup = setup().await;
    let get = async |path: &str| {
        let request = setup
            .client
            .get(setup.path(path))
            .bearer_auth("demo-access-token");
        let answer = request.send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    let (status, number) = get("106540352242922").await;
    assert_eq!(status, 200);
    assert_eq!(number["display_phone_number"], "+254 711 000000");
    assert_eq!(number["verified_name"], "Sutler");
    let (_, number) = get("106540352242922?fields=verified_name").await;
    assert_eq!(
        number,
        json!({"id": "106540352242922", "verified_name": "Sutler"})
    );
    let (_, templates) = get("102290129340398/message_templates?name=approval_needed").await;
    assert_eq!(templates["data"][0]["status"], "APPROVED");
    assert_eq!(code(&get("5").await), (400, 100));
}

#[tokio::test]
async fn media_are_fetched_by_a_short_lived_address_with_the_token() {
    let setup = setup().await;
    let photo = Medium::new(MediaKind::Image, "image/jpeg", vec![1, 2, 3]);
    setup.graph.send_media(AMINA, photo).unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let message = setup.business.all("messages").remove(0);
    let id = message["image"]["id"].as_str().unwrap();
    let get = async |url: String| {
        let request = setup.client.get(url).bearer_auth("demo-access-token");
        request.send().await.unwrap()
    };
    let object: Value = get(setup.path(id)).await.json().await.unwrap();
    assert_eq!(object["file_size"], 3);
    let url = object["url"].as_str().unwrap().to_owned();
    assert_eq!(
        get(url.clone()).await.bytes().await.unwrap().as_ref(),
        [1, 2, 3]
    );
    assert_eq!(setup.client.get(&url).send().await.unwrap().status(), 401);
    assert_eq!(get(url.replace("mid=", "mid=9")).await.status(), 404);
    setup.graph.advance(Duration::from_secs(301));
    assert_eq!(get(url).await.status(), 404);
    let fresh: Value = get(setup.path(id)).await.json().await.unwrap();
    assert_eq!(
        get(fresh["url"].as_str().unwrap().to_owned())
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn an_uploaded_file_can_be_sent() {
    let setup = setup().await;
    let upload = async |mime: &str| {
        let part = reqwest::multipart::Part::bytes(vec![0; 10])
            .file_name("a")
            .mime_str(mime)
            .unwrap();
        let form = reqwest::multipart::Form::new()
            .text("messaging_product", "whatsapp")
            .part("file", part);
        let request = setup
            .client
            .post(setup.path("106540352242922/media"))
            .bearer_auth("demo-access-token");
        let answer = request.multipart(form).send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    let (status, answer) = upload("application/pdf").await;
    assert_eq!(status, 200);
    let document = |id: &str| json!({"messaging_product": "whatsapp", "to": JOSEPH, "type": "document", "document": {"id": id}});
    assert_eq!(
        setup
            .post(&document(answer["id"].as_str().unwrap()))
            .await
            .unwrap()
            .0,
        200
    );
    assert_eq!(
        code(&setup.post(&document("123")).await.unwrap()),
        (400, 131_009)
    );
    assert_eq!(code(&upload("application/zip").await), (400, 100));
}
