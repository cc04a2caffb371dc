//! What the language model was asked, and what it cost.

use chrono::{NaiveDate, TimeDelta};
use sutler::domain::ids::RequisitionId;
use sutler::store::model::{self, Booking, Spent, Subject};

use super::on_each_db;

#[tokio::test]
async fn a_question_has_one_asker_at_a_time_and_an_end() {
    on_each_db(async |store| {
        let subject = Subject {
            org: &store.org,
            kind: "burst",
            id: "b1",
        };
        let minute = TimeDelta::minutes(1);
        let mut tx = store.begin().await;
        assert!(model::question(&mut tx, subject).await.unwrap().is_none());
        assert_eq!(model::claim(&mut tx, subject, 2, minute).await.unwrap(), 1);
        assert_eq!(
            model::claim(&mut tx, subject, 2, minute).await.unwrap(),
            0,
            "somebody asks it"
        );
        let asked = model::question(&mut tx, subject).await.unwrap().unwrap();
        assert!(asked.asked == 1 && asked.until > Some(tx.now().await.unwrap()));
        assert_eq!(model::answered(&mut tx, subject, None).await.unwrap(), 1);
        assert_eq!(
            model::claim(&mut tx, subject, 2, TimeDelta::zero())
                .await
                .unwrap(),
            1,
            "without an answer it is asked once more"
        );
        assert_eq!(
            model::claim(&mut tx, subject, 2, minute).await.unwrap(),
            0,
            "it was asked often enough"
        );
        assert_eq!(
            model::claim(&mut tx, subject, 3, TimeDelta::zero())
                .await
                .unwrap(),
            1,
            "whoever asked last was not heard of again"
        );
        model::answered(&mut tx, subject, Some("sealed"))
            .await
            .unwrap();
        assert_eq!(
            model::claim(&mut tx, subject, 9, minute).await.unwrap(),
            0,
            "it is answered"
        );
        let request = RequisitionId::new();
        let id = format!("{request}/2");
        let version = Subject {
            kind: "requisition",
            id: &id,
            ..subject
        };
        model::claim(&mut tx, version, 1, minute).await.unwrap();
        for (subject, beside) in [(version, 0), (subject, 1)] {
            let asked = model::asked_beside(&mut tx, subject, &request).await;
            assert_eq!(asked.unwrap(), beside);
        }
        let kept = model::question(&mut tx, subject).await.unwrap().unwrap();
        assert_eq!(kept.sealed_answer.as_deref(), Some("sealed"));
        assert_eq!((kept.asked, kept.until), (3, None));
    })
    .await;
}

#[tokio::test]
async fn what_is_spent_adds_up_by_person_and_day() {
    on_each_db(async |store| {
        let mut tx = store.begin().await;
        let (achieng, _) = store.person(&mut tx, "achieng").await;
        let (baraka, _) = store.person(&mut tx, "baraka").await;
        let day = |n| NaiveDate::from_ymd_opt(2026, 11, n).unwrap();
        for (person, day, prompt, completion) in [
            (&achieng, day(20), 900, 0),
            (&achieng, day(20), -300, 40),
            (&baraka, day(20), 500, 10),
            (&achieng, day(19), 7, 0),
        ] {
            let booking = Booking {
                calls: 1,
                failed: i64::from(completion == 0),
                prompt,
                completion,
            };
            let booked = model::book(&mut tx, &store.org, &person.id, day, booking).await;
            assert_eq!(booked.unwrap(), 1);
        }
        let spent = model::spent(&mut tx, &store.org, &achieng.id, day(20));
        let expect = Spent {
            person: 640,
            org: 1150,
        };
        assert_eq!(spent.await.unwrap(), expect);
        let none = model::spent(&mut tx, &store.org, &achieng.id, day(21));
        assert_eq!(none.await.unwrap(), Spent::default());
        let days = model::days(&mut tx, &store.org, 14).await.unwrap();
        let days: Vec<_> = days
            .iter()
            .map(|d| {
                (
                    &*d.day,
                    d.calls,
                    d.failed,
                    d.prompt_tokens,
                    d.completion_tokens,
                )
            })
            .collect();
        assert_eq!(
            days,
            [("2026-11-20", 3, 1, 1100, 50), ("2026-11-19", 1, 1, 7, 0)]
        );
        let spenders = model::spenders(&mut tx, &store.org, day(20), 10).await;
        let spenders: Vec<_> = spenders
            .unwrap()
            .into_iter()
            .map(|one| (one.name, one.calls, one.tokens))
            .collect();
        assert_eq!(spenders, [(achieng.name, 2, 640), (baraka.name, 1, 510)]);
    })
    .await;
}
