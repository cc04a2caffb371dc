//! The language model in the console: what it cost, and its doubts under its name.

use serde_json::json;

use super::signed_in;
use super::world::House;
use crate::domain::rules::{Rule, Severity, Verdict};
use crate::store::model::{self, Booking};
use crate::store::requisitions;

#[tokio::test]
async fn what_the_model_cost_is_shown_to_its_organisation_alone() {
    let house = House::open().await;
    let (acme, other) = (house.world("acme").await, house.world("other").await);
    let mut tx = house.app.db.begin().await.unwrap();
    let today = tx.now().await.unwrap().date_naive();
    let booking = Booking {
        calls: 3,
        failed: 1,
        prompt: 1_234,
        completion: 56,
    };
    model::book(&mut tx, &acme.org, &acme.boss, today, booking)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = signed_in(&house, &acme, "admin").await.get("/jobs").await;
    for shown in [
        &*today.to_string(),
        ">3<",
        ">1<",
        ">1234<",
        ">56<",
        "1290 in 3 calls",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let page = signed_in(&house, &other, "admin").await.get("/jobs").await;
    assert!(page.body.contains("It was not asked yet") && !page.body.contains("1234"));
}

#[tokio::test]
async fn a_doubt_of_the_model_is_escaped_and_says_whose_it_is() {
    let house = House::open().await;
    let acme = house.world("acme").await;
    let mut tx = house.app.db.begin().await.unwrap();
    let requisition = requisitions::find(&mut tx, &acme.requisition).await;
    let version = requisition.unwrap().unwrap().version;
    let rule = Rule {
        id: "M1",
        version: 1,
        severity: Severity::Hold,
    };
    let text = "the language model noted: <script>alert(1)</script>";
    let verdict = Verdict::fired(rule, json!({}), text.to_owned());
    requisitions::write_findings(&mut tx, &acme.org, &acme.requisition, version, &[verdict])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut admin = signed_in(&house, &acme, "admin").await;
    let page = admin.get("/requisitions/1").await.body;
    assert!(
        page.contains("the language model noted: &lt;script&gt;"),
        "{page}"
    );
    assert!(!page.contains("<script>alert"), "{page}");
}
