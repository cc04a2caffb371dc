//! The same behaviour over a folder and over a real S3 protocol server.

use hyper_util::rt::{TokioExecutor, TokioIo};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::*;

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

fn settings(endpoint: &str) -> S3<'_> {
    S3 {
        bucket: "media",
        prefix: "deep/er",
        endpoint: Some(endpoint),
        region: None,
        access_key: "access",
        secret_key: "secret",
    }
}

async fn on_each(test: impl AsyncFn(Blobs, &Path)) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("made/when/needed");
    test(Blobs::Folder(root.clone()), &root).await;
    let (url, folder) = s3_server().await;
    test(
        Blobs::s3(settings(&url)).unwrap(),
        &folder.path().join("media/deep/er"),
    )
    .await;
}

fn blob(media_type: &str, bytes: &'static [u8]) -> Blob {
    Blob {
        media_type: media_type.into(),
        bytes: Bytes::from_static(bytes),
    }
}

async fn put(blobs: &Blobs, key: &str, blob: &Blob) {
    blobs
        .put(key, &blob.media_type, blob.bytes.clone())
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_put_is_got_with_its_media_type_until_it_is_deleted() {
    on_each(async |blobs, _| {
        let png = blob("image/png", b"\x89PNG\r\n\0");
        let voice = blob("audio/ogg; codecs=opus", b"");
        put(&blobs, "evidence/a1/1.png", &png).await;
        put(&blobs, "voice", &voice).await;
        assert_eq!(blobs.get("evidence/a1/1.png").await.unwrap(), Some(png));
        assert_eq!(blobs.get("voice").await.unwrap(), Some(voice));
        assert_eq!(blobs.get("evidence/a1/2.png").await.unwrap(), None);

        let newer = blob("text/plain", b"newer");
        put(&blobs, "voice", &newer).await;
        assert_eq!(blobs.get("voice").await.unwrap(), Some(newer));

        blobs.delete("voice").await.unwrap();
        assert_eq!(blobs.get("voice").await.unwrap(), None);
        blobs.delete("voice").await.unwrap();
        blobs.check().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_bytes_lie_under_their_key_and_nothing_half_written_beside_them() {
    on_each(async |blobs, root| {
        put(&blobs, "evidence/1.png", &blob("image/png", b"png")).await;
        assert_eq!(std::fs::read(root.join("evidence/1.png")).unwrap(), b"png");
        let names = std::fs::read_dir(root.join("evidence")).unwrap();
        let parts = names.filter(|name| {
            let name = name.as_ref().unwrap().file_name();
            name.to_string_lossy().contains("part")
        });
        assert_eq!(parts.count(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_leads_elsewhere_is_refused() {
    on_each(async |blobs, _| {
        for key in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "a/",
            ".",
            ".hidden",
            "a b",
            "ä",
            "a\0",
            "a\\b",
        ] {
            for error in [
                blobs
                    .put(key, "text/plain", Bytes::new())
                    .await
                    .unwrap_err(),
                blobs.get(key).await.unwrap_err(),
                blobs.delete(key).await.unwrap_err(),
            ] {
                assert!(
                    error.to_string().starts_with("not a key for a blob"),
                    "{key:?}: {error}"
                );
            }
        }
        assert!(blobs.get(&"a".repeat(201)).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let blobs = Blobs::Folder(file.path().join("inside-a-file"));
    let error = format!("{:#}", blobs.check().await.unwrap_err());
    assert!(error.starts_with("cannot store the blob check/"), "{error}");
}

#[tokio::test]
async fn a_wrong_secret_and_a_missing_server_are_said() {
    let (url, _root) = s3_server().await;
    let wrong = S3 {
        secret_key: "guessed",
        ..settings(&url)
    };
    let error = format!("{:#}", Blobs::s3(wrong).unwrap().check().await.unwrap_err());
    assert!(error.contains("SignatureDoesNotMatch"), "{error}");
    let error = Blobs::s3(S3 {
        access_key: "",
        ..settings(&url)
    })
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the bucket media needs an access key and a secret key"
    );

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let error = format!(
        "{:#}",
        Blobs::s3(settings(&url))
            .unwrap()
            .check()
            .await
            .unwrap_err()
    );
    assert!(error.starts_with("cannot store the blob"), "{error}");
}
