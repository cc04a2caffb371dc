//! A house with one request in each organisation, as the steps of the flow would have left it.

use std::sync::Arc;

use axum::Router;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use tempfile::TempDir;

use crate::app::App;
use crate::config::Config;
use crate::domain::ids::{
    AccountId, ApprovalId, BurstId, CardId, EvidenceId, IdentityId, ItemId, MessageId, OrgId,
    PersonId, PurchaseOrderId, RequisitionId, SiteId, SupplierId, SupplierItemId,
};
use crate::domain::message::{IdentityKind, MessageKind};
use crate::domain::money::Currency;
use crate::domain::order::{Document, DocumentLine};
use crate::domain::person::Role;
use crate::domain::quantity::Unit;
use crate::domain::requisition::{LineState, RequisitionState};
use crate::domain::rules::price_deviation;
use crate::domain::rules::{Outcome, Verdict};
use crate::flow::texts::Texts;
use crate::flow::{approve, receive, tell};
use crate::store::arrivals::{self, NewMessage, SenderKey};
use crate::store::bursts::Timing;
use crate::store::cards::{self, NewCard};
use crate::store::db::{Opener, Tx};
use crate::store::evidence::{self, Evidence};
use crate::store::orders::{self, Intent, NewOrder};
use crate::store::orgs::{self, Org};
use crate::store::people::{self, Identity, Person, Site};
use crate::store::requisitions::{self, Move, NewLine, NewRequisition, NewVersion};
use crate::store::suppliers::{self, Account, Item, Supplier, SupplierItem};
use crate::store::{bursts, leases};

/// A daemon without workers.
pub(super) struct House {
    pub app: Arc<App>,
    pub router: Router,
    folder: TempDir,
    _stop: tokio::sync::watch::Sender<bool>,
}

/// What stands in one organisation.
pub(super) struct World {
    pub org: OrgId,
    pub boss: PersonId,
    pub supplier: SupplierId,
    pub requisition: RequisitionId,
    pub order: PurchaseOrderId,
    pub hash: String,
    pub approval: ApprovalId,
    pub card: CardId,
    /// A screenshot.
    pub evidence: EvidenceId,
    pub dom: EvidenceId,
}

impl House {
    /// On a SQLite of its own.
    pub(super) async fn open() -> Self {
        Self::open_on(None).await
    }

    /// On a new PostgreSQL database of the server that `script/test` starts.
    pub(super) async fn open_on_postgres() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "it is not a setting of the daemon"
        )]
        let server = std::env::var("SUTLER_TEST_POSTGRES").expect("run script/test");
        let name = format!("sutler_{}", uuid::Uuid::new_v4().simple());
        let pool = sqlx::PgPool::connect(&server).await.unwrap();
        let create = format!("create database {name} template template0");
        sqlx::query(sqlx::AssertSqlSafe(create))
            .execute(&pool)
            .await
            .unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Self::open_on(Some(url.into())).await
    }

    async fn open_on(url: Option<String>) -> Self {
        // Fails when another test of this process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let settings = [
            (
                "DATABASE__URL",
                url.unwrap_or_else(|| format!("sqlite:{}", at("db"))),
            ),
            ("MEDIA__URL", format!("file:{}", at("media"))),
            ("VAULT__KEY_FILE", at("key")),
            ("WEBDRIVER__PROFILE_DIR", at("profiles")),
        ]
        .map(|(name, value)| (format!("SUTLER_{name}"), value));
        let config = Config::read(None, settings).unwrap();
        let running = App::open(config, Opener::Daemon, "sutler".into())
            .await
            .unwrap();
        running.app.db.migrate().await.unwrap();
        Self {
            router: crate::http::console::routes(running.app.clone()),
            app: running.app,
            folder,
            _stop: running.stop,
        }
    }

    /// An organisation in which one request waits for approval and one card for a person.
    pub(super) async fn world(&self, code: &str) -> World {
        let mut tx = self.app.db.begin().await.unwrap();
        let now = tx.now().await.unwrap();
        let org = org(&mut tx, code).await;
        let (amina, boss, to) = everybody(&mut tx, &org).await;
        let site = site(&mut tx, &org).await;
        let (supplier, account, item, offer) = sellers(&mut tx, &org, code).await;
        let burst = conversation(&self.app, &mut tx, &org, now).await;
        let opened = requisitions::open(
            &mut tx,
            NewRequisition {
                org: &org,
                number: 1,
                person: &amina,
                identity: &to,
            },
        )
        .await
        .unwrap();
        bursts::read(&mut tx, &org, &burst, Some(&opened.id))
            .await
            .unwrap();
        let id = opened.id.clone();
        let version = versions(&mut tx, opened, &burst, &to, &site, &item).await;
        check(&self.app, &mut tx, &org, &id, version, &offer, &to).await;
        let document = document(code);
        let new = NewOrder {
            id: PurchaseOrderId::new(),
            org: &org,
            requisition: &id,
            version,
            supplier: &supplier,
            account: &account,
            site: &site,
            document: &document,
        };
        orders::propose(&mut tx, &new).await.unwrap();
        let order = orders::find(&mut tx, &new.id).await.unwrap().unwrap();
        for line in requisitions::lines(&mut tx, &org, &id, version)
            .await
            .unwrap()
        {
            requisitions::put_on_order(&mut tx, &org, &line.id, &order.id)
                .await
                .unwrap();
        }
        let approval = orders::ask_approval(&mut tx, &order, &boss).await.unwrap();
        let card = NewCard {
            org: &org,
            kind: "order_unknown",
            subject: "purchase_order",
            subject_id: order.id.as_str(),
            requisition: Some(&id),
            text: &format!("Was {} ordered at {code} Supplies?", order.number),
        };
        cards::lay(&mut tx, card).await.unwrap();
        let card = cards::open(&mut tx, &org).await.unwrap().remove(0).id;
        tx.commit().await.unwrap();
        let evidence = self.keep(&order, "basket", "image/png", b"a picture").await;
        let dom = self
            .keep(&order, "basket", "text/html", b"<script>1</script>")
            .await;
        World {
            org,
            boss,
            supplier,
            requisition: id,
            order: order.id,
            hash: order.document_hash,
            approval,
            card,
            evidence,
            dom,
        }
    }

    async fn keep(
        &self,
        order: &orders::Order,
        step: &str,
        media_type: &str,
        bytes: &'static [u8],
    ) -> EvidenceId {
        let id = EvidenceId::new();
        let key = format!("{}/{}/{id}", order.org_id, order.id);
        let blobs = &self.app.blobs;
        blobs
            .put(&key, media_type, Bytes::from_static(bytes))
            .await
            .unwrap();
        let mut tx = self.app.db.begin().await.unwrap();
        let row = Evidence {
            id: id.clone(),
            org_id: order.org_id.clone(),
            purchase_order_id: order.id.clone(),
            epoch: 1,
            step: step.to_owned(),
            media_type: media_type.to_owned(),
            blob_key: key,
            sha256: hex::encode(Sha256::digest(bytes)),
            at: tx.now().await.unwrap(),
        };
        evidence::add(&mut tx, &row).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Takes the order of a world past its intent, to where only a person can tell.
    pub(super) async fn unknown_order(&self, world: &World) {
        let app = &self.app;
        let org = &world.org;
        let mut tx = app.db.begin().await.unwrap();
        let deciding = approve::Deciding {
            org,
            id: &world.approval,
            by: &world.boss,
            decision: approve::Decision::Approve,
            reason: None,
        };
        approve::decide(app, &mut tx, Texts::english(), deciding)
            .await
            .unwrap();
        let order = orders::claim(&mut tx, org, &world.order)
            .await
            .unwrap()
            .unwrap();
        let key = format!("account:{}", order.account_id);
        let length = TimeDelta::seconds(15);
        let lease = leases::take(&mut tx, org, &key, order.id.as_str(), "test", length)
            .await
            .unwrap()
            .unwrap();
        let (empty, browser) = (json!([]), json!({}));
        assert_eq!(
            orders::arm(&mut tx, &order, &empty, &empty, &browser)
                .await
                .unwrap(),
            1
        );
        let intent = Intent {
            lease_key: &key,
            lease_epoch: lease.epoch,
            submit: TimeDelta::seconds(20),
            quiet: TimeDelta::seconds(60),
        };
        assert!(
            orders::intend(&mut tx, &order, intent)
                .await
                .unwrap()
                .is_some()
        );
        orders::released(&mut tx, &order).await.unwrap();
        let now = tx.now().await.unwrap();
        orders::unknown(&mut tx, &order, now, "no answer", None)
            .await
            .unwrap();
        let state = crate::domain::order::OrderState::NeedsPerson;
        orders::settled(&mut tx, &order, state, None, "the history does not show it")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        app.db.clock().advance(std::time::Duration::from_secs(81));
    }

    /// What stands in place of tokens in the table of sessions.
    pub(super) async fn session_hashes(&self) -> Vec<String> {
        let url = format!("sqlite:{}", self.folder.path().join("db").display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        sqlx::query_scalar("select hash from session")
            .fetch_all(&pool)
            .await
            .unwrap()
    }
}

async fn org(tx: &mut Tx, code: &str) -> OrgId {
    let org = Org {
        id: OrgId::new(),
        code: code.to_owned(),
        name: format!("{code} builders"),
        currency: "KES".to_owned(),
        time_zone: "Africa/Nairobi".to_owned(),
        settings: Json::default(),
    };
    orgs::save(tx, &org).await.unwrap();
    org.id
}

/// Amina, who asks; Boss, who is asked; and the way to reach Amina.
async fn everybody(tx: &mut Tx, org: &OrgId) -> (PersonId, PersonId, IdentityId) {
    let mut ids = Vec::new();
    for (code, name, role, limit) in [
        ("amina", "Amina", Role::Requester, None),
        ("boss", "Boss", Role::Approver, Some(10_000_000_000)),
        ("deputy", "Deputy", Role::Approver, Some(10_000_000_000)),
        ("admin", "Admin", Role::Admin, None),
        ("clerk", "Clerk", Role::Buyer, None),
        ("auditor", "Auditor", Role::Auditor, None),
    ] {
        let person = Person {
            id: PersonId::new(),
            org_id: org.clone(),
            code: code.to_owned(),
            name: name.to_owned(),
            roles: Json(vec![role]),
            approval_limit: limit,
            password_hash: None,
            active: true,
            language: None,
        };
        people::save(tx, &person).await.unwrap();
        ids.push(person.id);
    }
    let identity = Identity {
        id: IdentityId::new(),
        org_id: org.clone(),
        person_id: Some(ids[0].clone()),
        channel: receive::CHANNEL.to_owned(),
        kind: IdentityKind::Phone,
        key: "amina's number".to_owned(),
        sealed_address: String::new(),
        number_id: "1".to_owned(),
        window_until: None,
        greeted_at: None,
        language: None,
    };
    people::save_identity(tx, &identity).await.unwrap();
    (ids[0].clone(), ids[1].clone(), identity.id)
}

async fn site(tx: &mut Tx, org: &OrgId) -> SiteId {
    let site = Site {
        id: SiteId::new(),
        org_id: org.clone(),
        code: "S4".to_owned(),
        name: "Site 4".to_owned(),
        aliases: Json(Vec::new()),
        address_name: "Site 4".to_owned(),
        address: "Plot 4\nNairobi".to_owned(),
        cost_code: "C4".to_owned(),
    };
    people::save_site(tx, &site).await.unwrap();
    site.id
}

async fn sellers(
    tx: &mut Tx,
    org: &OrgId,
    code: &str,
) -> (SupplierId, AccountId, ItemId, SupplierItemId) {
    let now = tx.now().await.unwrap();
    let supplier = Supplier {
        id: SupplierId::new(),
        org_id: org.clone(),
        code: "mjengo".to_owned(),
        name: format!("{code} Supplies"),
        recipe: "mjengo".to_owned(),
        base_url: "http://127.0.0.1:9".to_owned(),
        currency: "KES".to_owned(),
        terms: Json::default(),
        erp_name: "Mjengo".to_owned(),
        paused_at: None,
    };
    suppliers::save(tx, &supplier).await.unwrap();
    let account = Account {
        id: AccountId::new(),
        org_id: org.clone(),
        supplier_id: supplier.id.clone(),
        name: "main".to_owned(),
        sealed_user: None,
        sealed_password: None,
    };
    suppliers::save_account(tx, &account).await.unwrap();
    let item = Item {
        id: ItemId::new(),
        org_id: org.clone(),
        code: "CEM".to_owned(),
        name: "Cement 50 kg".to_owned(),
        aliases: Json(vec!["cement".to_owned()]),
        unit: "XBG".to_owned(),
        category: "materials".to_owned(),
    };
    suppliers::save_item(tx, &item).await.unwrap();
    let offer = SupplierItem {
        id: SupplierItemId::new(),
        org_id: org.clone(),
        supplier_id: supplier.id.clone(),
        item_id: item.id.clone(),
        sku: "M-1".to_owned(),
        unit: "XBG".to_owned(),
        price: 9_800_000,
        price_at: now,
    };
    suppliers::save_offer(tx, &offer).await.unwrap();
    (supplier.id, account.id, item.id, offer.id)
}

/// A text and a voice note of Amina, in one burst that is closed.
async fn conversation(app: &App, tx: &mut Tx, org: &OrgId, now: DateTime<Utc>) -> BurstId {
    let timing = Timing {
        quiet: TimeDelta::zero(),
        hard_cap: TimeDelta::zero(),
    };
    let kinds = [
        (MessageKind::Text, Some("20 bags cement <b>please</b>")),
        (MessageKind::Voice, None),
    ];
    let mut burst = None;
    for (n, (kind, text)) in kinds.into_iter().enumerate() {
        let id = MessageId::new();
        let sealed_text = text.map(|text| app.seal(org, &receive::record(&id, "text"), text));
        let message = NewMessage {
            id,
            org_id: org.clone(),
            channel: receive::CHANNEL,
            number_id: "1".to_owned(),
            senders: vec![SenderKey {
                kind: IdentityKind::Phone,
                key: "amina's number".to_owned(),
                sealed_address: String::new(),
            }],
            provider_key: format!("wamid {n}"),
            sealed_provider_id: String::new(),
            kind,
            sealed_text,
            context_key: None,
            forwarded: false,
            press: None,
            sealed_raw: "sealed".to_owned(),
            provider_at: now,
        };
        if let arrivals::Stored::InBurst { burst: id, .. } =
            arrivals::receive(tx, &message, timing).await.unwrap()
        {
            burst = Some(id);
        }
    }
    bursts::close_due(tx, 10).await.unwrap();
    burst.unwrap()
}

/// Twenty bags, then fifteen.
async fn versions(
    tx: &mut Tx,
    opened: requisitions::Requisition,
    burst: &BurstId,
    to: &IdentityId,
    site: &SiteId,
    item: &ItemId,
) -> i64 {
    let mut current = opened;
    for (quantity, was) in [(20_000, None), (15_000, Some(20_000))] {
        let new = NewVersion {
            burst: Some(burst),
            identity: to,
            site: Some(site),
            needed_by: None,
            questions: Vec::new(),
            notes: Vec::new(),
            lines: vec![NewLine {
                state: LineState::Open,
                words: "cement".to_owned(),
                spec: None,
                item: Some(item.clone()),
                item_by: None,
                quantity,
                unit: "XBG".to_owned(),
                was,
                spans: Vec::new(),
            }],
        };
        requisitions::write_version(tx, &current, new)
            .await
            .unwrap();
        current = requisitions::find(tx, &current.id).await.unwrap().unwrap();
    }
    current.version
}

/// The verdict of one rule, the read-back, and the state of waiting for approval.
async fn check(
    app: &App,
    tx: &mut Tx,
    org: &OrgId,
    id: &RequisitionId,
    version: i64,
    offer: &SupplierItemId,
    to: &IdentityId,
) {
    for line in requisitions::lines(tx, org, id, version).await.unwrap() {
        requisitions::source_line(tx, org, &line.id, Some(offer), Some(9_800_000))
            .await
            .unwrap();
    }
    let verdict = Verdict {
        rule: price_deviation::RULE,
        outcome: Outcome::NoData,
        text: "No earlier price to compare with.".to_owned(),
        inputs: json!({ "price": 9_800_000, "reference": null }),
        line: Some(1),
    };
    requisitions::write_findings(tx, org, id, version, &[verdict])
        .await
        .unwrap();
    let say = tell::Say {
        org,
        cause: "read-back",
        kind: "read_back",
        to,
        requisition: Some(id),
        burst: None,
        body: tell::Body::buttons(
            "15 bags Cement 50 kg. Is this right?",
            vec![tell::Button::new("c", "Confirm")],
        ),
    };
    tell::say(app, tx, say).await.unwrap();
    let step = Move {
        org,
        id,
        version,
        from: RequisitionState::Draft,
        to: RequisitionState::ToApprove,
        due_at: None,
    };
    assert_eq!(requisitions::move_on(tx, step).await.unwrap(), 1);
}

fn document(code: &str) -> Document {
    Document {
        number: format!("PO-{code}-1"),
        supplier: "mjengo".to_owned(),
        account: "main".to_owned(),
        address_name: "Site 4".to_owned(),
        address: "Plot 4\nNairobi".to_owned(),
        cost_code: "C4".to_owned(),
        currency: Currency::parse("KES").unwrap(),
        lines: vec![DocumentLine {
            position: 1,
            item: "CEM".to_owned(),
            name: "Cement 50 kg".to_owned(),
            sku: "M-1".to_owned(),
            quantity: 15_000,
            unit: Unit::parse("XBG").unwrap(),
            unit_price: 9_800_000,
            price_cap: 9_996_000,
            price_floor: 9_604_000,
        }],
        freight: 0,
        tax: 0,
        total: 147_000_000,
        total_cap: 149_940_000,
        total_floor: 144_060_000,
    }
}
