//! The engines below: a queue that forgets, evidence in S3, an ERP that lacks a field, none at all.

use std::fmt::Write as _;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use sutler::demo::erpnext::{ErpNext, ErpWorld};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::app::{ACHIENG, BARAKA, CHEBET, SetUp, TestApp, assert_story};
use crate::database;

/// Forgets whatever this test has in Redis, as `FLUSHALL` would on a server of its own.
async fn empty_redis(app: &TestApp) {
    const SCRIPT: &str = "local all = redis.call('KEYS', ARGV[1]) \
        for _, key in ipairs(all) do redis.call('DEL', key) end return #all";
    let pattern = format!("*{}*", app.app().config.queue.namespace);
    let (url, _) = database::redis();
    let url = url::Url::parse(&url).unwrap();
    let address = (url.host_str().unwrap(), url.port().unwrap_or(6379));
    let mut redis = TcpStream::connect(address).await.unwrap();
    let parts = ["EVAL", SCRIPT, "0", &pattern];
    let mut command = format!("*{}\r\n", parts.len());
    for part in parts {
        let _ = write!(command, "${}\r\n{part}\r\n", part.len());
    }
    redis.write_all(command.as_bytes()).await.unwrap();
    let mut answer = [0; 64];
    let read = redis.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    let emptied: Option<i64> = answer.trim().strip_prefix(':').and_then(|n| n.parse().ok());
    assert!(
        emptied.is_some_and(|keys| keys > 0),
        "nothing of this test was in Redis: {answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_emptied_in_mid_flow_loses_nothing() {
    let app = TestApp::start(SetUp::Scaled).await;
    app.say(
        ACHIENG,
        "20 bags cement and 5 rolls of 2.5mm cable to Site 4 tomorrow",
    );
    app.received().await;
    empty_redis(&app).await;
    app.quiet().await;
    app.press(ACHIENG, "Confirm");
    app.received().await;
    empty_redis(&app).await;
    app.quiet().await;
    app.press(BARAKA, "Approve");
    app.until_order("PO-00001", "preparing").await;
    empty_redis(&app).await;
    app.quiet().await;
    app.pass(Duration::from_secs(60)).await;
    assert_eq!(app.order_state("PO-00001").await.unwrap(), "placed");
    assert_eq!(app.ledger().len(), 1);
    assert_eq!(app.demo.erp.documents().len(), 1);
}

/// A server with the bucket `media` in a folder; gives its address.
async fn s3_server() -> (String, TempDir) {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("media")).unwrap();
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root.path()).unwrap());
    service.set_auth(SimpleAuth::from_single("access", "secret"));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = service.clone();
            tokio::spawn(async move {
                hyper_util::server::conn::auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await
            });
        }
    });
    (url, root)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_of_an_order_lies_in_s3() {
    let (endpoint, root) = s3_server().await;
    let url = format!("s3://media/deep?endpoint={endpoint}&region=eu-west-1");
    let settings = [
        ("SUTLER_MEDIA__URL", url.as_str()),
        ("SUTLER_MEDIA__ACCESS_KEY", "access"),
        ("SUTLER_MEDIA__SECRET_KEY", "secret"),
    ];
    let app = TestApp::start_with(SetUp::Embedded, &settings).await;
    app.set(|settings| settings.auto_approve_limit = i64::MAX)
        .await;
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.quiet().await;
    assert_eq!(app.ledger().len(), 1);
    let pieces = app
        .raw
        .rows("select blob_key, sha256, media_type, step from evidence")
        .await;
    assert!(
        pieces.iter().any(|piece| piece[2] == "application/pdf"),
        "{pieces:#?}"
    );
    assert!(
        pieces.iter().all(|piece| piece[3] != "sign_in"),
        "{pieces:#?}"
    );
    for piece in &pieces {
        let blob = app
            .app()
            .blobs
            .get(&piece[0])
            .await
            .unwrap()
            .expect("it is there");
        let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&blob.bytes));
        assert_eq!(hash, piece[1]);
        assert!(root.path().join("media/deep").join(&piece[0]).exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erp_without_our_field_gets_no_document_until_it_has_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut world = ErpWorld::demo();
    world.unique_fields.clear();
    let erp = ErpNext::start(listener, world).unwrap();
    let app = TestApp::start_with(SetUp::Embedded, &[("SUTLER_ERP__URL", erp.url.as_str())]).await;
    app.set(|settings| settings.auto_approve_limit = i64::MAX)
        .await;
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.quiet().await;
    assert_eq!(app.order_state("PO-00001").await.unwrap(), "placed");
    assert_eq!(erp.documents().len(), 0);
    assert_eq!(
        app.raw.rows("select kind, state from card").await,
        [["erp", "open"]]
    );
    let told = app.told(ACHIENG);
    assert!(
        told.iter().any(|text| text.contains("W-10001")),
        "{told:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_erp_the_flow_ends_at_the_order() {
    let app = TestApp::start_with(SetUp::Embedded, &[("SUTLER_ERP__KIND", "none")]).await;
    app.confirmed(BARAKA, "20 bags cement to Site 4").await;
    app.press(CHEBET, "Approve");
    app.quiet().await;
    assert_story!(app, "without_an_erp");
}
