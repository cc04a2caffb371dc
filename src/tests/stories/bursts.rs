//! Bursts: messages until their sender falls silent, read together and answered once.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::json;
use sutler::demo::graph::{MediaKind, Medium};

use crate::app::{ACHIENG, TestApp, assert_story, on_both, on_embedded};

on_both!(
    two_messages_become_one_requisition,
    a_message_that_comes_while_the_answer_waits_drops_that_answer,
);
on_embedded!(
    ten_thousand_messages_at_once_are_stored_and_the_rest_set_aside,
    what_cannot_be_read_is_said_once_for_each_kind_and_never_ready,
    only_what_cannot_be_read_orders_nothing_and_is_said,
    only_emoji_order_nothing,
    a_requisition_for_nothing_is_no_requisition,
    amounts_that_overflow_are_never_ordered,
    the_same_text_twice_is_read_once_and_said_so,
    done_ends_a_burst_at_once,
);

async fn two_messages_become_one_requisition(app: TestApp) {
    app.say(ACHIENG, "Hello, for site 12 please:");
    app.say(ACHIENG, "10 safety helmets");
    app.received().await;
    app.advance(Duration::from_secs(2));
    app.say(ACHIENG, "twenty pairs of gloves");
    app.quiet().await;
    assert_story!(app, "two_messages");
}

async fn a_message_that_comes_while_the_answer_waits_drops_that_answer(app: TestApp) {
    // WhatsApp takes nothing for a while, so the read-back waits in the outbox.
    app.demo.graph.refuse_next(130_429, 1);
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    assert_eq!(
        app.told(ACHIENG).len(),
        1,
        "the read-back was tried again and sent"
    );

    app.demo.graph.refuse_next(131_016, 3);
    app.say(ACHIENG, "make that 15");
    app.received().await;
    app.advance(Duration::from_secs(5));
    app.until("the read-back waits", async || {
        app.raw
            .count("select count(*) from outgoing where state = 'due' and error is not null")
            .await
            == 1
    })
    .await;
    app.say(ACHIENG, "and 3 shovels");
    app.received().await;
    app.pass(Duration::from_secs(60)).await;
    let told = app.told_once(ACHIENG);
    assert!(
        told.contains("15 bags") && told.contains("3 pieces Shovel"),
        "{told}"
    );
    let dropped = "select count(*) from outgoing where state = 'dropped' and kind = 'read_back'";
    assert_eq!(app.raw.count(dropped).await, 1);
}

async fn ten_thousand_messages_at_once_are_stored_and_the_rest_set_aside(app: TestApp) {
    let began = Instant::now();
    let mut posts = Vec::new();
    for post in 0..100 {
        let messages: Vec<_> = (0..100)
            .map(|n| {
                let id = format!("wamid.flood{post}x{n}");
                let text = if n == 0 { "5 bags cement to Site 4" } else { "2 shovels" };
                json!({"id": id, "from": "254700000001", "timestamp": (1_760_000_000 + post).to_string(),
                    "type": "text", "text": {"body": text}})
            })
            .collect();
        posts.push(
            json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
                "field": "messages",
                "value": {"messaging_product": "whatsapp",
                    "metadata": {"display_phone_number": "1", "phone_number_id": "106540352242922"},
                    "messages": messages},
            }]}]}),
        );
    }
    for group in posts.chunks(10) {
        let answers = group.iter().map(|post| app.demo.graph.post_webhook(post));
        for answer in futures_util::future::join_all(answers).await {
            assert_eq!(answer.unwrap(), 200);
        }
    }
    app.quiet().await;
    assert_eq!(app.raw.count("select count(*) from message").await, 10_000);
    let aside = "select count(*) from message where state = 'set_aside'";
    assert_eq!(app.raw.count(aside).await, 9_800);
    let told = app.told_once(ACHIENG);
    assert!(
        told.contains("more messages than I can read at once"),
        "{told}"
    );
    assert_eq!(
        app.raw.rows("select kind, state from card").await,
        [["flood", "open"]]
    );
    assert_ne!(
        app.raw.one("select state from requisition").await,
        "to_confirm"
    );
    app.provoked("message_id");
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "{:?}",
        began.elapsed()
    );
}

fn medium(kind: MediaKind, mime: &str) -> Medium {
    Medium::new(kind, mime, &b"not a real recording"[..])
}

async fn what_cannot_be_read_is_said_once_for_each_kind_and_never_ready(app: TestApp) {
    let graph = &app.demo.graph;
    app.say(ACHIENG, "10 bags cement to Site 4");
    for _ in 0..2 {
        graph
            .send_media(ACHIENG, medium(MediaKind::Voice, "audio/ogg; codecs=opus"))
            .unwrap();
        graph
            .send_media(ACHIENG, medium(MediaKind::Image, "image/jpeg"))
            .unwrap();
    }
    graph
        .send_media(ACHIENG, medium(MediaKind::Document, "application/pdf"))
        .unwrap();
    graph
        .send_media(ACHIENG, medium(MediaKind::Video, "video/mp4"))
        .unwrap();
    graph
        .send_media(ACHIENG, medium(MediaKind::Sticker, "image/webp"))
        .unwrap();
    graph
        .send_raw(
            ACHIENG,
            json!({"type": "location", "location": {"latitude": -1.4, "longitude": 36.9}}),
        )
        .unwrap();
    let contact = json!([{"name": {"formatted_name": "Juma", "first_name": "Juma"}, "phones": []}]);
    graph
        .send_raw(ACHIENG, json!({"type": "contacts", "contacts": contact}))
        .unwrap();
    let cart = json!({"catalog_id": "1", "product_items": []});
    graph
        .send_raw(ACHIENG, json!({"type": "order", "order": cart}))
        .unwrap();
    graph.edit(ACHIENG).unwrap();
    graph
        .send_raw(
            ACHIENG,
            json!({"type": "something_new", "something_new": {"a": 1}}),
        )
        .unwrap();
    app.quiet().await;
    assert_story!(app, "unreadable_kinds");
    // What was answered stays asked: a text alone does not make it ready.
    app.told(ACHIENG);
    app.say(ACHIENG, "and 2 shovels");
    app.quiet().await;
    assert!(app.told_once(ACHIENG).contains("2 pieces Shovel"));
}

async fn only_what_cannot_be_read_orders_nothing_and_is_said(app: TestApp) {
    let graph = &app.demo.graph;
    graph
        .send_media(ACHIENG, medium(MediaKind::Voice, "audio/ogg; codecs=opus"))
        .unwrap();
    graph
        .send_media(ACHIENG, medium(MediaKind::Voice, "audio/ogg; codecs=opus"))
        .unwrap();
    app.quiet().await;
    assert_eq!(
        app.told_once(ACHIENG),
        "I cannot listen to voice notes yet: please type it."
    );
    assert_eq!(app.raw.count("select count(*) from requisition").await, 0);
    let reacted = graph.inbox(ACHIENG).pop().unwrap();
    graph.react(ACHIENG, &reacted.wamid, "👍").unwrap();
    app.quiet().await;
    assert_eq!(app.told(ACHIENG), Vec::<String>::new());
}

async fn only_emoji_order_nothing(app: TestApp) {
    app.say(ACHIENG, "👍👍🏗️");
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(told.contains("nothing to order"), "{told}");
    assert_eq!(app.raw.count("select count(*) from requisition").await, 0);
}

async fn a_requisition_for_nothing_is_no_requisition(app: TestApp) {
    for text in ["0 bags cement to Site 4", "to Site 4", "no bags of cement"] {
        app.say(ACHIENG, text);
        app.quiet().await;
        let told = app.told(ACHIENG);
        assert_eq!(told.len(), 1, "{text}: {told:#?}");
    }
    app.press_if_any(ACHIENG, "Confirm");
    app.quiet().await;
    assert_story!(app, "for_nothing");
}

async fn amounts_that_overflow_are_never_ordered(app: TestApp) {
    for text in [
        "99999999999999999999 bags cement to Site 4",
        "9000000000000 bags cement to Site 4",
        "900000000000 bags cement to Site 4",
    ] {
        app.say(ACHIENG, text);
        app.quiet().await;
        app.press_if_any(ACHIENG, "Confirm");
        app.quiet().await;
        app.say(ACHIENG, "cancel");
        app.quiet().await;
    }
    assert_story!(app, "overflow");
}

async fn the_same_text_twice_is_read_once_and_said_so(app: TestApp) {
    app.say(ACHIENG, "10 bags cement to Site 4");
    app.say(ACHIENG, "10 bags cement to Site 4");
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(
        told.contains("1) 10 bags") && !told.contains("2)"),
        "{told}"
    );
    assert!(told.contains("sent the same text more than once"), "{told}");
    assert_eq!(app.raw.count("select count(*) from message").await, 2);
}

async fn done_ends_a_burst_at_once(app: TestApp) {
    let mut list = String::from("Site 7 needs:");
    for line in ["4 bags cement", "2 wheelbarrows"] {
        let _ = write!(list, "\n{line}");
    }
    app.say(ACHIENG, &list);
    app.say(ACHIENG, "that's all");
    app.drain().await;
    let told = app.told_once(ACHIENG);
    assert!(told.starts_with("Request 1, to Site 7"), "{told}");
}
