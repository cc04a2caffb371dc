//! The page: what it shows, and that only the page itself can move the people.

use super::*;

impl Setup {
    async fn page(&self, path: &str) -> String {
        let answer = self
            .client
            .get(format!("{}{path}", self.graph.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    async fn act(&self, path: &str, body: Value) -> u16 {
        let request = self
            .client
            .post(format!("{}{path}", self.graph.url()))
            .json(&body);
        request.send().await.unwrap().status().as_u16()
    }

    async fn view(&self) -> Value {
        serde_json::from_str(&self.page("/chat/state").await).unwrap()
    }
}

#[tokio::test]
async fn the_page_holds_links_people_and_the_state() {
    let mut settings = GraphSettings::new("http://127.0.0.1:9/".parse().unwrap());
    settings.people = vec![Person::with_phone("Am</script>ina", AMINA)];
    settings.links = vec![Link {
        title: "Console".to_owned(),
        url: "http://127.0.0.1:9/console".to_owned(),
    }];
    let setup = setup_with(settings).await;
    let page = setup.page("/").await;
    assert!(
        page.contains("http:&#x2f;&#x2f;127.0.0.1:9&#x2f;console"),
        "{page}"
    );
    assert!(
        page.contains("Am&lt;&#x2f;script&gt;ina"),
        "names are escaped in the page"
    );
    let state = page
        .split(r#"id="state">"#)
        .nth(1)
        .unwrap()
        .split("</script>")
        .next()
        .unwrap();
    let state: Value = serde_json::from_str(state).unwrap();
    assert_eq!(state["people"][0]["name"], "Am</script>ina");
    assert!(setup.page("/chat/chat.js").await.contains("/chat/state"));
    assert!(setup.page("/chat/chat.css").await.contains(".phone"));
}

#[tokio::test]
async fn it_writes_and_attaches() {
    let setup = setup().await;
    assert_eq!(
        setup
            .act("/chat/say", json!({"who": AMINA, "text": "hello"}))
            .await,
        204
    );
    assert_eq!(
        setup
            .act("/chat/say", json!({"who": "+1", "text": "hello"}))
            .await,
        400
    );
    let id = setup.view().await["people"][0]["thread"][0]["wamid"].clone();
    assert_eq!(
        setup
            .act(
                "/chat/say",
                json!({"who": AMINA, "text": "more", "quotes": id})
            )
            .await,
        204
    );
    for what in ["photo", "voice", "document", "location", "contact", "edit"] {
        assert_eq!(
            setup
                .act("/chat/attach", json!({"who": AMINA, "what": what}))
                .await,
            204,
            "{what}"
        );
    }
    let photo = setup.client.post(format!(
        "{}/chat/photo?who=%2B254700000001",
        setup.graph.url()
    ));
    let photo = photo
        .header("Content-Type", "image/png")
        .body("not really")
        .send()
        .await
        .unwrap();
    assert_eq!(photo.status(), 204);
    setup.graph.settled(WAIT).await.unwrap();
    let kinds: Vec<String> = setup
        .business
        .all("messages")
        .iter()
        .map(|m| m["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            "text",
            "text",
            "image",
            "audio",
            "document",
            "location",
            "contacts",
            "unsupported",
            "image"
        ]
    );
    let view = setup.view().await;
    let thread = view["people"][0]["thread"].as_array().unwrap();
    assert_eq!(thread.len(), 9);
    assert_eq!(
        thread[0]["tick"], "delivered",
        "the business has answered 200"
    );
    let medium = thread[2]["media"].as_str().unwrap();
    let picture = setup
        .client
        .get(format!("{}/chat/media/{medium}", setup.graph.url()));
    assert!(
        picture
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap()
            .starts_with(&[0xff, 0xd8])
    );
}

#[tokio::test]
async fn it_presses() {
    let setup = setup().await;
    setup.graph.say(AMINA, "hello").unwrap();
    let card = json!({
        "messaging_product": "whatsapp", "to": AMINA, "type": "interactive",
        "interactive": {"type": "button", "body": {"text": "?"}, "action": {"buttons": [
            {"type": "reply", "reply": {"id": "ok", "title": "Confirm"}},
        ]}},
    });
    assert_eq!(setup.post(&card).await.unwrap().0, 200);
    let wamid = setup.graph.inbox(AMINA)[0].wamid.clone();
    assert_eq!(
        setup
            .act(
                "/chat/press",
                json!({"who": AMINA, "wamid": wamid, "title": "Confirm"})
            )
            .await,
        204
    );
    assert_eq!(
        setup
            .act(
                "/chat/press",
                json!({"who": AMINA, "wamid": wamid, "title": "Other"})
            )
            .await,
        400
    );
    setup.graph.settled(WAIT).await.unwrap();
    assert_eq!(
        setup.business.all("messages")[1]["interactive"]["button_reply"]["id"],
        "ok"
    );
}

#[tokio::test]
async fn a_form_of_another_site_moves_nobody() {
    let setup = setup().await;
    let forged = setup.client.post(format!("{}/chat/say", setup.graph.url()));
    let forged = forged
        .header("Content-Type", "text/plain")
        .body(json!({"who": AMINA, "text": "20 bags"}).to_string());
    assert_eq!(forged.send().await.unwrap().status(), 415);
    setup.graph.settled(WAIT).await.unwrap();
    assert!(setup.business.webhooks().is_empty());
}

#[tokio::test]
async fn the_quiet_time_runs_from_a_message_to_the_reply() {
    let setup = setup().await;
    let left = async || setup.view().await["people"][0]["quiet_left_ms"].as_u64();
    assert_eq!(left().await, None);
    setup.graph.say(AMINA, "20 bags").unwrap();
    assert!(left().await.is_some_and(|ms| (1..=4000).contains(&ms)));
    setup.graph.advance(Duration::from_secs(4));
    assert_eq!(left().await, None);
    setup.graph.say(AMINA, "and 5 rolls").unwrap();
    assert!(left().await.is_some());
    setup.text(AMINA, "I understood").await;
    assert_eq!(left().await, None);
}

#[tokio::test]
async fn a_switch_turns_and_the_waiting_page_hears_of_it() {
    let setup = setup().await;
    let change = setup.view().await["change"].as_u64().unwrap();
    let news = setup
        .client
        .get(format!("{}/chat/state?after={change}", setup.graph.url()))
        .send();
    let turn = setup.act("/chat/switch", json!({"name": "doubled", "on": true}));
    let (news, turned) = tokio::join!(news, turn);
    assert_eq!(turned, 204);
    let view: Value = news.unwrap().json().await.unwrap();
    assert_eq!(
        (&view["switches"][0]["name"], &view["switches"][0]["on"]),
        (&"doubled".into(), &true.into())
    );
    assert_eq!(
        setup
            .act("/chat/switch", json!({"name": "tripled", "on": true}))
            .await,
        404
    );
}
