//! Stories with a language model: what it adds, and that without it all goes on.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Model, Reply, lines, user_text};
use crate::app::{ACHIENG, BARAKA, SetUp, TestApp};

/// A list with a sentence that no rule reads.
const HARD: &str = "10 bags cement to Site 4\nwheelbarrows zembe 5 plonka";

async fn with(set_up: SetUp, model: &Model, more: &[(&str, &str)]) -> TestApp {
    let mut settings = vec![
        ("SUTLER_LLM__BASE_URL", model.url.as_str()),
        ("SUTLER_LLM__MODEL", "stub"),
        ("SUTLER_LLM__TIMEOUT_SECONDS", "1"),
    ];
    settings.extend_from_slice(more);
    TestApp::start_with(set_up, &settings).await
}

/// The number of the open part that holds these words.
fn part(body: &Value, words: &str) -> usize {
    let text = user_text(body);
    let (_, open) = text.split_once("open:\n").unwrap();
    open.lines().position(|line| line.contains(words)).unwrap()
}

fn completes(body: &Value) -> Reply {
    lines(&[json!({
        "p": part(body, "wheelbarrows"), "act": "add", "m": 0, "item": "wheelbarrows",
        "n": null, "amount": "5", "unit": null, "size": null,
    })])
}

async fn a_burst_that_the_rules_cannot_finish_is_completed_and_read_back(set_up: SetUp) {
    let model = Model::start(completes).await;
    let app = with(set_up, &model, &[]).await;
    app.say(ACHIENG, HARD);
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(
        told.contains("10 bags") && told.contains("5 pieces") && told.contains("[Confirm]"),
        "{told}"
    );
    assert_eq!(model.asked().len(), 1);
    let spent = app.raw.rows(
        "select cast(calls as text), cast(prompt_tokens as text), cast(completion_tokens as text)
         from model_spend",
    );
    assert_eq!(spent.await, [["1", "500", "40"]]);
    app.press(ACHIENG, "Confirm");
    app.drain().await;
    app.press(BARAKA, "Reject");
    app.drain().await;
}

async fn a_model_that_is_down_leaves_a_question(set_up: SetUp) {
    let model = Model::start(|_| Reply::Raw(503, "text/html", "<html>busy</html>".into())).await;
    let app = with(set_up, &model, &[]).await;
    app.say(ACHIENG, HARD);
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(told.contains('?') && !told.contains("[Confirm]"), "{told}");
    assert_eq!(model.asked().len(), 1, "a failed call is not tried again");
    let failed = app.raw.one("select cast(failed as text) from model_spend");
    assert_eq!(failed.await, "1");
}

mod on_sqlite {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_burst_is_completed() {
        a_burst_that_the_rules_cannot_finish_is_completed_and_read_back(SetUp::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn down() {
        a_model_that_is_down_leaves_a_question(SetUp::Embedded).await;
    }
}

mod on_postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_burst_is_completed() {
        a_burst_that_the_rules_cannot_finish_is_completed_and_read_back(SetUp::Scaled).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn down() {
        a_model_that_is_down_leaves_a_question(SetUp::Scaled).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_read_costs_nothing() {
    let model = Model::start(completes).await;
    let app = with(SetUp::Embedded, &model, &[]).await;
    app.say(ACHIENG, "20 bags cement to Site 4");
    app.quiet().await;
    assert!(app.told_once(ACHIENG).contains("[Confirm]"));
    assert!(model.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_up_budget_leaves_the_rules_alone() {
    let model = Model::start(completes).await;
    let none = [("SUTLER_LLM__TOKENS_PER_PERSON_PER_DAY", "900")];
    let app = with(SetUp::Embedded, &model, &none).await;
    app.say(ACHIENG, HARD);
    app.quiet().await;
    assert!(!app.told_once(ACHIENG).contains("[Confirm]"));
    assert!(model.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_none_and_a_newer_message_is_read_after_it() {
    let model = Model::start(|_| Reply::Late(Duration::from_secs(3))).await;
    let app = with(SetUp::Embedded, &model, &[]).await;
    app.say(ACHIENG, HARD);
    app.received().await;
    app.advance(Duration::from_secs(6));
    app.until("the model is asked", async || {
        sutler::flow::sweep::round(app.app()).await.unwrap();
        app.raw
            .count("select count(*) from model_question where until is not null")
            .await
            == 1
    })
    .await;
    app.say(ACHIENG, "and 3 shovels");
    app.quiet().await;
    let told = app.told(ACHIENG);
    let last = told.last().unwrap();
    assert!(
        last.contains("10 bags") && last.contains("3 pieces Shovel") && last.contains('?'),
        "{told:#?}"
    );
    assert_eq!(app.raw.count("select count(*) from requisition").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubt_is_asked_in_our_words_and_named_in_the_console() {
    let model = Model::start(|body| {
        let text = if user_text(body).contains("Cement") {
            json!({"weight": "ask", "line": 1, "text": "<b>400 bags</b> for a crew of 6"})
        } else {
            json!({"weight": null, "line": null, "text": null})
        };
        Reply::Says(text.to_string())
    })
    .await;
    let on = [("SUTLER_LLM__LOOK_OVER", "true")];
    let app = with(SetUp::Embedded, &model, &on).await;
    app.say(ACHIENG, "400 bags cement to Site 4");
    app.quiet().await;
    let told = app.told_once(ACHIENG);
    assert!(
        told.contains("Please look at this again") && !told.contains("crew"),
        "{told}"
    );
    let found = app
        .raw
        .rows("select severity, verdict, text from finding where rule = 'M1'")
        .await;
    assert_eq!(
        found,
        [[
            "ask",
            "fired",
            "the language model noted: <b>400 bags</b> for a crew of 6"
        ]]
    );
    app.press(ACHIENG, "It is right");
    app.drain().await;
    assert!(app.told_once(ACHIENG).contains("[Confirm]"));
    assert_eq!(model.asked().len(), 1, "a version is looked over once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_has_an_approver_asked_although_the_amount_is_small() {
    let doubt = json!({"weight": "hold", "line": null, "text": "SECRET words"}).to_string();
    let model = Model::start(move |_| Reply::Says(doubt.clone())).await;
    let on = [("SUTLER_LLM__LOOK_OVER", "true")];
    let app = with(SetUp::Embedded, &model, &on).await;
    app.set(|settings| settings.auto_approve_limit = i64::MAX / 4)
        .await;
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    let card = app.told_once(BARAKA);
    assert!(
        card.contains("looked odd") && !card.contains("SECRET"),
        "{card}"
    );
    app.press(BARAKA, "Reject");
    app.drain().await;
}
