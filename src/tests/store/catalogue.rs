//! The catalogue on each dialect: its version, its offers, and what was ordered lately.

use sqlx::types::Json;
use sutler::domain::catalogue::{Source, key};
use sutler::domain::requisition::RequisitionState;
use sutler::store::aliases::{self, NewAlias};
use sutler::store::requisitions::Move;
use sutler::store::{catalogue, requisitions, suppliers};

use super::{Store, on_each_db};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_catalogue_is_counted_and_read() {
    on_each_db(async |store: Store| {
        let org = &store.org;
        let mut tx = store.begin().await;
        let version = catalogue::version(&mut tx, org).await.unwrap();
        assert!(version > 0, "the import counted its change");
        let all = catalogue::entries(&mut tx, org).await.unwrap();
        let stored = suppliers::items(&mut tx, org).await.unwrap();
        assert_eq!(all.len(), stored.len());
        let mut cement = stored.into_iter().find(|i| i.code == "CEMENT-42").unwrap();
        cement.aliases = Json(vec!["saruji".to_owned()]);
        suppliers::save_item(&mut tx, &cement).await.unwrap();
        catalogue::changed(&mut tx, org).await.unwrap();
        assert_eq!(catalogue::version(&mut tx, org).await.unwrap(), version + 1);
        let entries = catalogue::entries(&mut tx, org).await.unwrap();
        let entry = entries.iter().find(|e| e.code == "CEMENT-42").unwrap();
        assert_eq!(entry.aliases, ["saruji"]);
        assert_eq!((&entry.id, entry.unit.as_str()), (&cement.id, "XBG"));
        let found = catalogue::item(&mut tx, org, &cement.id).await.unwrap();
        assert_eq!(found.unwrap().name, cement.name);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_end_with_a_pause_and_prices_come_from_what_was_placed() {
    on_each_db(async |store: Store| {
        let org = &store.org;
        let mut tx = store.begin().await;
        let order = store.approved(&mut tx).await;
        let (id, version) = (&order.requisition_id, order.version);
        let line = requisitions::lines(&mut tx, org, id, version)
            .await
            .unwrap()
            .remove(0);
        let item = line.item_id.clone().unwrap();
        let offer = catalogue::offers(&mut tx, org, &item)
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
        let names = catalogue::names_of(&mut tx, org, id).await.unwrap();
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].0, item);

        // Not placed yet: nothing was paid, nothing was had.
        assert_eq!(
            catalogue::last_paid(&mut tx, org, &offer.id).await.unwrap(),
            None
        );
        let (person, _) = store.person(&mut tx, "achieng").await;
        let lately = catalogue::lately_of_person(&mut tx, org, &person.id).await;
        assert_eq!(lately.unwrap(), []);
        let placed = "update purchase_order set state = 'placed', placed_at = created_at";
        tx.execute_raw(placed).await.unwrap();
        let step = Move {
            org,
            id,
            version,
            from: RequisitionState::ToApprove,
            to: RequisitionState::Ordered,
            due_at: None,
        };
        assert_eq!(requisitions::move_on(&mut tx, step).await.unwrap(), 1);
        assert_eq!(
            catalogue::last_paid(&mut tx, org, &offer.id).await.unwrap(),
            price
        );
        let lately = catalogue::lately_of_person(&mut tx, org, &person.id).await;
        assert_eq!(lately.unwrap(), std::slice::from_ref(&item));
        let lately = catalogue::lately_of_site(&mut tx, org, &order.site_id).await;
        assert_eq!(lately.unwrap(), std::slice::from_ref(&item));

        let now = tx.now().await.unwrap();
        let supplier = &offer.supplier_id;
        suppliers::set_paused(&mut tx, org, supplier, Some(now))
            .await
            .unwrap();
        assert!(
            catalogue::offers(&mut tx, org, &item)
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_kept_taken_back_and_not_learned_again() {
    on_each_db(async |store: Store| {
        let org = &store.org;
        let mut tx = store.begin().await;
        let requisition = store.confirmed(&mut tx).await.id;
        let (achieng, _) = store.person(&mut tx, "achieng").await;
        let item = suppliers::items(&mut tx, org).await.unwrap().remove(0);
        let form = key("Saruji");
        let new = NewAlias {
            org,
            words: "Saruji",
            key: &form,
            item: &item.id,
        };
        for heard in [1, 0] {
            let again = aliases::hear(&mut tx, new, &requisition, &achieng.id).await;
            assert_eq!(again.unwrap(), heard, "a request counts once");
        }
        let voices = aliases::voices(&mut tx, org, &form).await.unwrap();
        assert_eq!(voices.len(), 1);
        assert_eq!(
            (&voices[0].item_id, &voices[0].person_id),
            (&item.id, &achieng.id)
        );

        let before = catalogue::version(&mut tx, org).await.unwrap();
        assert_eq!(aliases::learn(&mut tx, new).await.unwrap(), 1);
        assert_eq!(aliases::learn(&mut tx, new).await.unwrap(), 0);
        assert_eq!(catalogue::version(&mut tx, org).await.unwrap(), before + 1);
        let learned = async |tx: &mut _| {
            let entries = catalogue::entries(tx, org).await.unwrap();
            entries
                .into_iter()
                .find(|e| e.id == item.id)
                .unwrap()
                .learned
        };
        assert_eq!(learned(&mut tx).await, ["Saruji"]);

        let alias = aliases::all(&mut tx, org).await.unwrap().remove(0);
        assert_eq!(
            (alias.source, alias.code),
            (Source::Learned, item.code.clone())
        );
        let id = &alias.id;
        for revoked in [1, 0] {
            let again = aliases::revoke(&mut tx, org, id, &achieng.id).await;
            assert_eq!(again.unwrap(), revoked);
        }
        assert_eq!(learned(&mut tx).await, [""; 0]);
        assert_eq!(aliases::learn(&mut tx, new).await.unwrap(), 0);
        assert_eq!(learned(&mut tx).await, [""; 0], "not learned again");
        let found = aliases::find(&mut tx, org, id).await.unwrap().unwrap();
        assert_eq!(found.revoked_by, Some(achieng.id));

        assert_eq!(aliases::restore(&mut tx, org, id).await.unwrap(), 1);
        assert_eq!(learned(&mut tx).await, ["Saruji"]);
        aliases::import(&mut tx, new).await.unwrap();
        assert_eq!(
            learned(&mut tx).await,
            [""; 0],
            "it is the organisation's own now"
        );
    })
    .await;
}
