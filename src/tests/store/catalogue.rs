//! The catalogue on each dialect: its version, its offers, and what was ordered lately.

use sqlx::types::Json;
use sutler::domain::requisition::RequisitionState;
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
        assert_eq!(lately.unwrap(), [item.clone()]);
        let lately = catalogue::lately_of_site(&mut tx, org, &order.site_id).await;
        assert_eq!(lately.unwrap(), [item.clone()]);

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
