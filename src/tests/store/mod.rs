//! The store on each dialect: the guarded moves, who wins a race, and every query at least once.

mod catalogue;
mod conversation;
mod model;
mod order;
mod races;
mod rest;

use chrono::TimeDelta;
use sutler::commands::import::{self, World};
use sutler::demo::run::{ORG, WORLD};
use sutler::domain::ids::{OrgId, PurchaseOrderId};
use sutler::domain::money::Currency;
use sutler::domain::order::{Document, DocumentLine};
use sutler::domain::quantity::Unit;
use sutler::domain::requisition::{LineState, RequisitionState};
use sutler::store::db::{Db, Opener, Tx};
use sutler::store::orders::{self, NewOrder, Order};
use sutler::store::orgs;
use sutler::store::people::{self, Identity, Person};
use sutler::store::requisitions::{self, Move, NewLine, NewRequisition, NewVersion, Requisition};
use sutler::store::suppliers;
use sutler::vault::{Source, Vault};

use crate::database::{self, Raw};

/// A seeded database of one dialect.
pub(crate) struct Store {
    pub(crate) db: Db,
    pub(crate) raw: Raw,
    pub(crate) org: OrgId,
}

/// Runs a test on SQLite and on PostgreSQL; without the address of one it fails with the command to run.
pub(crate) async fn on_each_db(test: impl AsyncFn(Store)) {
    database::prepare();
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("sutler.db").display());
    for url in [sqlite, database::create_postgres().await] {
        let db = Db::open(&url, Opener::Daemon).await.unwrap();
        db.migrate().await.unwrap();
        let key_file = folder.path().join("vault.key");
        let source = Source {
            key: None,
            file: &key_file,
        };
        let (vault, _) = Vault::open(source).unwrap();
        let world = World::from_toml("world.toml", WORLD).unwrap();
        import::apply(&db, &vault, &world).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let org = orgs::find_by_code(&mut tx, ORG).await.unwrap().unwrap().id;
        drop(tx);
        let raw = Raw::open(&url).await;
        test(Store { db, raw, org }).await;
    }
}

impl Store {
    pub(crate) async fn begin(&self) -> Tx {
        self.db.begin().await.unwrap()
    }

    pub(crate) async fn person(&self, tx: &mut Tx, code: &str) -> (Person, Identity) {
        let all = people::all(tx, &self.org).await.unwrap();
        let person = all.into_iter().find(|p| p.code == code).unwrap();
        let identities = people::identities(tx, &self.org, &person.id).await.unwrap();
        (person, identities.into_iter().next().unwrap())
    }

    /// A requisition of Achieng for one bag of cement, confirmed.
    pub(crate) async fn confirmed(&self, tx: &mut Tx) -> Requisition {
        let (person, identity) = self.person(tx, "achieng").await;
        let number = orgs::next(tx, &self.org, "requisition").await.unwrap();
        let site = people::sites(tx, &self.org).await.unwrap().remove(0).id;
        let item = suppliers::items(tx, &self.org).await.unwrap().remove(0).id;
        let new = NewRequisition {
            org: &self.org,
            number,
            person: &person.id,
            identity: &identity.id,
        };
        let opened = requisitions::open(tx, new).await.unwrap();
        let version = NewVersion {
            burst: None,
            identity: &identity.id,
            site: Some(&site),
            needed_by: None,
            questions: Vec::new(),
            notes: Vec::new(),
            lines: vec![NewLine {
                state: LineState::Open,
                words: "cement".to_owned(),
                spec: None,
                item: Some(item),
                item_by: None,
                quantity: 1000,
                unit: "XBG".to_owned(),
                was: None,
                spans: Vec::new(),
            }],
        };
        requisitions::write_version(tx, &opened, version)
            .await
            .unwrap()
            .unwrap();
        let step = Move {
            org: &self.org,
            id: &opened.id,
            version: 1,
            from: RequisitionState::Draft,
            to: RequisitionState::ToApprove,
            due_at: None,
        };
        assert_eq!(requisitions::move_on(tx, step).await.unwrap(), 1);
        requisitions::find(tx, &opened.id).await.unwrap().unwrap()
    }

    /// Its purchase order, proposed.
    pub(crate) async fn proposed(&self, tx: &mut Tx) -> Order {
        let requisition = self.confirmed(tx).await;
        let supplier = suppliers::all(tx, &self.org).await.unwrap().remove(0);
        let account = suppliers::accounts(tx, &self.org, &supplier.id)
            .await
            .unwrap()
            .remove(0);
        let n = orgs::next(tx, &self.org, "purchase_order").await.unwrap();
        let document = document(&format!("PO-{n:05}"), 7_800_000);
        let new = NewOrder {
            id: PurchaseOrderId::new(),
            org: &self.org,
            requisition: &requisition.id,
            version: requisition.version,
            supplier: &supplier.id,
            account: &account.id,
            site: requisition.site_id.as_ref().unwrap(),
            document: &document,
        };
        orders::propose(tx, &new).await.unwrap();
        orders::find(tx, &new.id).await.unwrap().unwrap()
    }

    /// The same, approved for seven days.
    pub(crate) async fn approved(&self, tx: &mut Tx) -> Order {
        let order = self.proposed(tx).await;
        let until = tx.now().await.unwrap() + TimeDelta::days(7);
        let hash = &order.document_hash;
        assert_eq!(
            orders::approve(tx, &self.org, &order.id, hash, until)
                .await
                .unwrap(),
            1
        );
        orders::find(tx, &order.id).await.unwrap().unwrap()
    }
}

/// A document of one line at a price.
pub(crate) fn document(number: &str, price: i64) -> Document {
    Document {
        number: number.to_owned(),
        supplier: "mjengo".to_owned(),
        account: "main".to_owned(),
        address_name: "Site 4".to_owned(),
        address: "Plot 118".to_owned(),
        cost_code: "Site 4 - TB".to_owned(),
        currency: Currency::parse("KES").unwrap(),
        lines: vec![DocumentLine {
            position: 1,
            item: "CEMENT-42".to_owned(),
            name: "Cement".to_owned(),
            sku: "CEM-425-50".to_owned(),
            quantity: 1000,
            unit: Unit::parse("XBG").unwrap(),
            unit_price: price,
            price_cap: price,
            price_floor: price,
        }],
        freight: 0,
        tax: 0,
        total: price,
        total_cap: price,
        total_floor: price,
    }
}
