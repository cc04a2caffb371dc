//! A house with one request in each organisation, as the steps of the flow would have left it.

mod rows;

use std::sync::Arc;

use axum::Router;
use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use self::rows::{check, conversation, document, everybody, org, sellers, site, versions};
use crate::app::App;
use crate::config::Config;
use crate::domain::ids::{
    ApprovalId, CardId, EvidenceId, OrgId, PersonId, PurchaseOrderId, RequisitionId, SupplierId,
};
use crate::flow::approve;
use crate::flow::texts::Texts;
use crate::store::cards::{self, NewCard};
use crate::store::db::Opener;
use crate::store::evidence::{self, Evidence};
use crate::store::orders::{self, Intent, NewOrder};
use crate::store::requisitions::{self, NewRequisition};
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
            // Nobody listens there: the console asks no model.
            ("LLM__BASE_URL", "http://127.0.0.1:9/v1".to_owned()),
            ("LLM__MODEL", "stub".to_owned()),
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
