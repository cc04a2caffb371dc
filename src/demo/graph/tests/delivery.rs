//! Webhooks: signed bytes, retries, and the switches.

use super::*;

#[tokio::test]
async fn the_handshake_and_a_hand_made_webhook() {
    let setup = setup().await;
    setup.graph.verify_callback().await.unwrap();
    let status = setup
        .graph
        .post_webhook(&json!({"object": "whatsapp_business_account", "entry": []}))
        .await;
    assert_eq!(status.unwrap(), 200);
    assert_eq!(setup.business.webhooks().len(), 1);
}

#[tokio::test]
async fn the_signed_bytes_are_escaped_as_meta_escapes_them() {
    let setup = setup().await;
    setup.graph.say(AMINA, "café 3/4\" 👷").unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let body = setup.business.bodies.lock().unwrap()[0].clone();
    assert!(body.is_ascii());
    let text = String::from_utf8(body).unwrap();
    assert!(
        text.contains(r#""body":"caf\u00e9 3\/4\" \ud83d\udc77""#),
        "{text}"
    );
    assert_eq!(setup.business.texts(), ["café 3/4\" 👷"]);
}

#[tokio::test]
async fn a_webhook_that_is_not_taken_comes_again_with_the_same_bytes() {
    let setup = setup().await;
    *setup.business.failing.lock().unwrap() = 2;
    setup.graph.say(AMINA, "again").unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let bodies = setup.business.bodies.lock().unwrap();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| body == &bodies[0]));
}

#[tokio::test]
async fn a_business_that_is_away_gets_it_later() {
    let setup = setup().await;
    let here = setup.graph.inner.callback.url.read().unwrap().clone();
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let away = format!("http://{}/webhook", nobody.local_addr().unwrap());
    drop(nobody);
    setup.graph.set_callback(away.parse().unwrap());
    setup.graph.say(AMINA, "later").unwrap();
    assert!(
        setup
            .graph
            .settled(Duration::from_millis(100))
            .await
            .is_err()
    );
    assert_eq!(setup.graph.undelivered(), 1);
    setup.graph.set_callback(here);
    setup.graph.settled(WAIT).await.unwrap();
    assert_eq!(setup.business.texts(), ["later"]);
}

#[tokio::test]
async fn a_persons_messages_keep_their_order() {
    let setup = setup().await;
    let texts: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    for text in &texts {
        setup.graph.say(AMINA, text).unwrap();
    }
    setup.graph.settled(WAIT).await.unwrap();
    assert_eq!(setup.business.texts(), texts);
}

#[tokio::test]
async fn doubled() {
    let setup = setup().await;
    setup.graph.set_switch(Switch::Doubled, Position::On);
    setup.graph.say(AMINA, "twice").unwrap();
    setup.graph.settled(WAIT).await.unwrap();
    let messages = setup.business.all("messages");
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0], messages[1]);
}

#[tokio::test]
async fn late() {
    let setup = setup().await;
    setup.graph.set_switch(Switch::Late, Position::On);
    setup.graph.set_late(Duration::from_millis(300));
    let began = std::time::Instant::now();
    setup.graph.say(AMINA, "late").unwrap();
    setup.posts(1).await;
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn out_of_order() {
    let setup = setup().await;
    setup.graph.set_switch(Switch::OutOfOrder, Position::On);
    for text in ["one", "two", "three"] {
        setup.graph.say(AMINA, text).unwrap();
    }
    setup.graph.settled(WAIT).await.unwrap();
    assert_eq!(setup.business.texts(), ["three", "two", "one"]);
    assert_eq!(setup.business.webhooks().len(), 3);
}

#[tokio::test]
async fn batched() {
    let setup = setup().await;
    setup.graph.set_switch(Switch::Batched, Position::On);
    let otto = Person::with_phone("Otto", "+49300000001").writes_to("200000000000002");
    setup.graph.add_person(otto);
    setup.graph.say(AMINA, "one").unwrap();
    setup.graph.say(JOSEPH, "two").unwrap();
    setup.graph.say("+49300000001", "three").unwrap();
    setup.text(JOSEPH, "Seen.").await;
    setup.graph.settled(WAIT).await.unwrap();
    assert_eq!(setup.business.texts(), ["one", "two", "three"]);
    assert_eq!(setup.business.all("statuses").len(), 3);
    let first = &setup.business.webhooks()[0];
    assert_eq!(first["entry"].as_array().unwrap().len(), 2);
    let value = &first["entry"][0]["changes"][0]["value"];
    assert_eq!(
        value["messages"].as_array().unwrap().len(),
        2,
        "neighbours share a change"
    );
    assert_eq!(value["contacts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn statuses_off() {
    let setup = setup().await;
    setup.graph.set_switch(Switch::StatusesOff, Position::On);
    setup.text(JOSEPH, "Seen.").await;
    setup.graph.settled(WAIT).await.unwrap();
    assert!(setup.business.webhooks().is_empty());
    assert_eq!(
        setup.graph.inbox(JOSEPH)[0].tick,
        Tick::Read,
        "the phone has it all the same"
    );
}

#[tokio::test]
async fn the_server_ends_with_its_last_handle() {
    let setup = setup().await;
    let (url, client) = (setup.path("106540352242922"), setup.client.clone());
    drop(setup);
    let gone = async {
        while client.get(&url).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(WAIT, gone)
        .await
        .expect("nobody listens any more");
}
