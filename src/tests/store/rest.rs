//! Cards, journal, evidence, documents for the ERP, organisations, people.

use serde_json::json;
use sutler::domain::ids::EvidenceId;
use sutler::domain::requisition::LineState;
use sutler::domain::rules::{Outcome, Rule, Severity, Verdict};
use sutler::store::cards::{self, NewCard};
use sutler::store::evidence::{self, Evidence};
use sutler::store::journal::{self, Note};
use sutler::store::{catalogue, orgs, people, requisitions, suppliers, syncs};

use super::{Store, on_each_db};

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_laid_once_done_once_and_needs_two_voices() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let card = |text| NewCard {
            org,
            kind: "order_unknown",
            subject: "purchase_order",
            subject_id: "o1",
            requisition: None,
            text,
        };
        cards::lay(&mut tx, card("one")).await.unwrap();
        cards::lay(&mut tx, card("two")).await.unwrap();
        let open = cards::open(&mut tx, org).await.unwrap();
        assert_eq!((open.len(), open[0].text.as_str()), (1, "two"));
        let (chebet, _) = store.person(&mut tx, "chebet").await;
        let (baraka, _) = store.person(&mut tx, "baraka").await;
        let id = &open[0].id;
        for (who, voices) in [(&chebet, 1), (&chebet, 1), (&baraka, 2)] {
            assert_eq!(
                cards::vote(&mut tx, org, id, &who.id, "again")
                    .await
                    .unwrap(),
                voices
            );
        }
        let by = Some(&chebet.id);
        assert_eq!(
            cards::done(&mut tx, org, "order_unknown", "o1", "again", by)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            cards::done(&mut tx, org, "order_unknown", "o1", "again", by)
                .await
                .unwrap(),
            0
        );
        let found = cards::find(&mut tx, org, id).await.unwrap().unwrap();
        assert_eq!(
            (found.state.as_str(), found.answer.as_deref()),
            ("done", Some("again"))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_for_the_erp_is_asked_for_once_and_done_once() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let order = store.approved(&mut tx).await;
        let id = syncs::ask(&mut tx, org, &order.id).await.unwrap();
        assert_eq!(syncs::ask(&mut tx, org, &order.id).await.unwrap(), id);
        let again = tx.now().await.unwrap() + chrono::TimeDelta::seconds(120);
        assert_eq!(syncs::claim(&mut tx, org, &id, again).await.unwrap(), 1);
        assert_eq!(syncs::claim(&mut tx, org, &id, again).await.unwrap(), 0);
        assert_eq!(syncs::free_the_dead(&mut tx).await.unwrap(), 1);
        assert_eq!(syncs::claim(&mut tx, org, &id, again).await.unwrap(), 1);
        assert_eq!(
            syncs::later(&mut tx, org, &id, again, "closed")
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            syncs::needs_person(&mut tx, org, &id, "refused")
                .await
                .unwrap(),
            1
        );
        assert_eq!(syncs::again(&mut tx, org, &id).await.unwrap(), 1);
        assert_eq!(
            syncs::done(&mut tx, org, &id, "PUR-ORD-1").await.unwrap(),
            1
        );
        assert_eq!(
            syncs::done(&mut tx, org, &id, "PUR-ORD-1").await.unwrap(),
            0
        );
        let found = syncs::of_order(&mut tx, org, &order.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.name.as_deref(), Some("PUR-ORD-1"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_written_anew_and_answered_once() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let id = &store.confirmed(&mut tx).await.id;
        let rule = Rule {
            id: "B3",
            version: 1,
            severity: Severity::Ask,
        };
        let verdict = Verdict::fired(rule, json!({"item": "x"}), "again?".to_owned()).on_line(1);
        for _ in 0..2 {
            let verdicts = std::slice::from_ref(&verdict);
            requisitions::write_findings(&mut tx, org, id, 1, verdicts)
                .await
                .unwrap();
        }
        let found = requisitions::findings(&mut tx, org, id).await.unwrap();
        assert_eq!((found.len(), found[0].verdict), (1, Outcome::Fired));
        for answered in [1, 0] {
            let done = requisitions::answer_findings(&mut tx, org, id, 1, "B3", None).await;
            assert_eq!(done.unwrap(), answered);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_gets_its_price_its_order_and_its_state() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let order = store.approved(&mut tx).await;
        let id = &order.requisition_id;
        let line = requisitions::lines(&mut tx, org, id, 1)
            .await
            .unwrap()
            .remove(0);
        let item = line.item_id.as_ref().unwrap();
        let offer = catalogue::offers(&mut tx, org, item)
            .await
            .unwrap()
            .remove(0);
        let price = Some(offer.price);
        requisitions::source_line(&mut tx, org, &line.id, Some(&offer.id), price)
            .await
            .unwrap();
        requisitions::put_on_order(&mut tx, org, &line.id, &order.id)
            .await
            .unwrap();
        let ordered = LineState::Ordered;
        let moved = requisitions::lines_of_order_became(&mut tx, org, &order.id, ordered).await;
        assert_eq!(moved.unwrap(), 1);
        let line = requisitions::lines(&mut tx, org, id, 1)
            .await
            .unwrap()
            .remove(0);
        assert_eq!((line.state, line.unit_price), (ordered, price));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requisition_is_found_by_its_person_and_its_number() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let requisition = store.confirmed(&mut tx).await;
        let (id, person) = (&requisition.id, &requisition.person_id);
        requisitions::set_questions(&mut tx, org, id, 1, &[])
            .await
            .unwrap();
        let version = requisitions::version(&mut tx, org, id, 1).await.unwrap();
        assert_eq!(version.map(|v| v.questions.0), Some(Vec::new()));
        let held = requisitions::hold(&mut tx, org, id).await.unwrap();
        assert_eq!(held.map(|r| r.number), Some(requisition.number));
        let newest = requisitions::newest(&mut tx, org, i64::MAX, 10).await;
        let open = requisitions::unfinished_of(&mut tx, org, person).await;
        let last = requisitions::last_of(&mut tx, org, person, 5).await;
        for list in [newest, open, last] {
            let ids: Vec<_> = list.unwrap().into_iter().map(|r| r.id).collect();
            assert_eq!(ids, std::slice::from_ref(id));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn journal_and_evidence_are_kept() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        let order = store.approved(&mut tx).await;
        let note = Note {
            org,
            subject: "purchase_order",
            subject_id: order.id.as_str(),
            epoch: 0,
            event: "approved",
            was: Some("proposed"),
            became: Some("approved"),
            detail: json!({"a": 1}),
            person: None,
        };
        journal::write(&mut tx, note).await.unwrap();
        let kept = journal::of_requisition(&mut tx, org, &order.requisition_id).await;
        assert_eq!(kept.unwrap().len(), 1);

        let piece = Evidence {
            id: EvidenceId::new(),
            org_id: org.clone(),
            purchase_order_id: order.id.clone(),
            epoch: 1,
            step: "review".to_owned(),
            media_type: "image/png".to_owned(),
            blob_key: "a/b.png".to_owned(),
            sha256: "00".to_owned(),
            at: tx.now().await.unwrap(),
        };
        evidence::add(&mut tx, &piece).await.unwrap();
        let kept = evidence::of_order(&mut tx, org, &order.id).await.unwrap();
        assert_eq!(kept.len(), 1);
        let found = evidence::find(&mut tx, org, &piece.id).await.unwrap();
        assert_eq!(found.map(|p| p.blob_key), Some(piece.blob_key));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_count_switches_switch_and_prices_are_seen() {
    on_each_db(async |store: Store| {
        let mut tx = store.begin().await;
        let org = &store.org;
        assert_eq!(orgs::next(&mut tx, org, "x").await.unwrap(), 1);
        assert_eq!(orgs::next(&mut tx, org, "x").await.unwrap(), 2);
        assert!(orgs::skip(&mut tx, 1000).await.unwrap() >= 1);
        assert_eq!(orgs::next(&mut tx, org, "x").await.unwrap(), 1003);
        assert!(orgs::is_armed(&mut tx).await.unwrap());
        orgs::set_switch(&mut tx, "ordering", "disarmed")
            .await
            .unwrap();
        assert!(!orgs::is_armed(&mut tx).await.unwrap());

        let supplier = suppliers::all(&mut tx, org).await.unwrap().remove(0);
        let seen = suppliers::price_seen(&mut tx, org, &supplier.id, "CEM-425-50", 9_990_000).await;
        assert_eq!(seen.unwrap(), 1);
        let offers = suppliers::offers_of(&mut tx, org, &supplier.id)
            .await
            .unwrap();
        let offer = offers.iter().find(|o| o.sku == "CEM-425-50").unwrap();
        assert_eq!(offer.price, 9_990_000);

        let order = store.approved(&mut tx).await;
        let since = tx.now().await.unwrap() - chrono::TimeDelta::days(1);
        let other = sutler::domain::ids::RequisitionId::new();
        let recent = suppliers::recent_lines(&mut tx, org, &other, since)
            .await
            .unwrap();
        assert_eq!(recent.len(), 1);
        let own = suppliers::recent_lines(&mut tx, org, &order.requisition_id, since)
            .await
            .unwrap();
        assert_eq!(own, []);
        let (person, identity) = store.person(&mut tx, "achieng").await;
        let now = tx.now().await.unwrap();
        assert_eq!(
            people::greeted(&mut tx, org, &identity.id, now)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            people::greeted(&mut tx, org, &identity.id, now)
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            people::sites_of(&mut tx, org, &person.id)
                .await
                .unwrap()
                .len(),
            3
        );
    })
    .await;
}
