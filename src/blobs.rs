//! Media and evidence: bytes under a key, in a folder or an S3 bucket.
//!
//! **Invariant:** after `put` has returned, the bytes survive a power cut, and nobody ever reads half
//! of them. What a blob is about stands in the database; here it has only its media type.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    SharedCredentialsProvider,
};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::Bytes;
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// Where blobs are kept.
#[derive(Clone, Debug)]
pub enum Blobs {
    Folder(PathBuf),
    S3(Bucket),
}

/// A part of an S3 bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: aws_sdk_s3::Client,
    name: String,
    /// Empty, or ends in a slash.
    prefix: String,
}

/// What it takes to reach a bucket.
#[derive(Clone, Copy)]
pub struct S3<'a> {
    pub bucket: &'a str,
    pub prefix: &'a str,
    /// None: AWS itself.
    pub endpoint: Option<&'a str>,
    /// None: us-east-1, which servers outside AWS take too.
    pub region: Option<&'a str>,
    pub access_key: &'a str,
    pub secret_key: &'a str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    pub media_type: String,
    pub bytes: Bytes,
}

impl Blobs {
    /// Blobs in a bucket. Does not connect; `check` does.
    pub fn s3(settings: S3<'_>) -> anyhow::Result<Self> {
        ensure!(
            !settings.access_key.is_empty() && !settings.secret_key.is_empty(),
            "the bucket {} needs an access key and a secret key",
            settings.bucket
        );
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let (access, secret) = (settings.access_key, settings.secret_key);
        let credentials = Credentials::new(access, secret, None, None, "settings");
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_mins(1))
            .build();
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(
                settings.region.unwrap_or("us-east-1").to_owned(),
            ))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(timeouts)
            .http_client(http);
        if let Some(endpoint) = settings.endpoint {
            // Servers other than AWS often know neither bucket host names nor the newer checksums.
            config = config
                .endpoint_url(endpoint)
                .force_path_style(true)
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
                .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        }
        let prefix = settings.prefix.trim_matches('/');
        Ok(Self::S3(Bucket {
            client: aws_sdk_s3::Client::from_conf(config.build()),
            name: settings.bucket.to_owned(),
            prefix: if prefix.is_empty() {
                String::new()
            } else {
                format!("{prefix}/")
            },
        }))
    }

    /// Keeps the bytes under the key, in place of any that were there.
    pub async fn put(&self, key: &str, media_type: &str, bytes: Bytes) -> anyhow::Result<()> {
        check_key(key)?;
        match self {
            Self::Folder(root) => {
                let (root, key, media_type) = (root.clone(), key.to_owned(), media_type.to_owned());
                blocking(move || put_files(&root, &key, &media_type, &bytes)).await
            }
            Self::S3(bucket) => bucket.put(key, media_type, bytes).await,
        }
        .with_context(|| format!("cannot store the blob {key}"))
    }

    /// Gives what is kept under the key, if anything is.
    pub async fn get(&self, key: &str) -> anyhow::Result<Option<Blob>> {
        check_key(key)?;
        match self {
            Self::Folder(root) => {
                let (root, key) = (root.clone(), key.to_owned());
                blocking(move || get_files(&root, &key)).await
            }
            Self::S3(bucket) => bucket.get(key).await,
        }
        .with_context(|| format!("cannot read the blob {key}"))
    }

    /// Removes what is kept under the key; nothing there is no error.
    pub async fn delete(&self, key: &str) -> anyhow::Result<()> {
        check_key(key)?;
        match self {
            Self::Folder(root) => {
                let (root, key) = (root.clone(), key.to_owned());
                blocking(move || delete_files(&root, &key)).await
            }
            Self::S3(bucket) => bucket.delete(key).await,
        }
        .with_context(|| format!("cannot delete the blob {key}"))
    }

    /// Proves that blobs can be written, read and deleted, by doing so.
    pub async fn check(&self) -> anyhow::Result<()> {
        let key = format!("check/{}", Uuid::new_v4().simple());
        let bytes = Bytes::from_static(b"can be deleted");
        self.put(&key, "text/plain", bytes.clone()).await?;
        let read = self.get(&key).await?;
        self.delete(&key).await?;
        ensure!(
            read == Some(Blob {
                media_type: "text/plain".to_owned(),
                bytes
            }),
            "what was stored is read back differently"
        );
        Ok(())
    }
}

/// Keys are words of letters, digits and `-_.`, none beginning with a dot, with slashes between; the
/// folder's own files begin with one.
fn check_key(key: &str) -> anyhow::Result<()> {
    let is_word = |word: &str| {
        !word.is_empty()
            && !word.starts_with('.')
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    ensure!(
        key.len() <= 200 && key.split('/').all(is_word),
        "not a key for a blob: {key:?}"
    );
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await?
}

/// The bytes lie in the file that the key names, the media type in a hidden file beside it, which is
/// written first.
fn put_files(root: &Path, key: &str, media_type: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = root.join(key);
    let folder = path.parent().context("a key has a folder")?;
    make_folder(folder)?;
    write_whole(folder, &media_type_path(&path), media_type.as_bytes())?;
    write_whole(folder, &path, bytes)?;
    Ok(())
}

fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = folder.join(format!(".part-{}", Uuid::new_v4().simple()));
    let written = File::create_new(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // The disk may be full: do not leave more on it. The first error is the one to tell.
        let _ = std::fs::remove_file(&part);
    }
    written?;
    File::open(folder)?.sync_all()
}

/// Makes a folder and those above it, each durable.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().unwrap_or(Path::new(""));
    make_folder(above)?;
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let above = if above.as_os_str().is_empty() {
        Path::new(".")
    } else {
        above
    };
    File::open(above)?.sync_all()
}

fn get_files(root: &Path, key: &str) -> anyhow::Result<Option<Blob>> {
    let path = root.join(key);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => Bytes::from(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => bail!(error),
    };
    let media_type = std::fs::read_to_string(media_type_path(&path))?;
    Ok(Some(Blob { media_type, bytes }))
}

fn delete_files(root: &Path, key: &str) -> anyhow::Result<()> {
    let path = root.join(key);
    for path in [&path, &media_type_path(&path)] {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => bail!(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn media_type_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.media-type"))
}

impl Bucket {
    async fn put(&self, key: &str, media_type: &str, bytes: Bytes) -> anyhow::Result<()> {
        self.client
            .put_object()
            .bucket(&self.name)
            .key(self.path(key))
            .content_type(media_type)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(said)?;
        Ok(())
    }

    async fn get(&self, key: &str) -> anyhow::Result<Option<Blob>> {
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(self.path(key));
        let object = match request.send().await {
            Ok(object) => object,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetObjectError::is_no_such_key) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(said(error)),
        };
        let media_type = object.content_type.unwrap_or_default();
        let bytes = object.body.collect().await?.into_bytes();
        Ok(Some(Blob { media_type, bytes }))
    }

    async fn delete(&self, key: &str) -> anyhow::Result<()> {
        let request = self
            .client
            .delete_object()
            .bucket(&self.name)
            .key(self.path(key));
        match request.send().await {
            Ok(_) => Ok(()),
            // AWS says yes when nothing is there; some servers say this instead.
            Err(error)
                if error
                    .raw_response()
                    .is_some_and(|r| r.status().as_u16() == 404) =>
            {
                Ok(())
            }
            Err(error) => Err(said(error)),
        }
    }

    fn path(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

/// The SDK's errors say what they mean only with their causes.
fn said(error: impl std::error::Error) -> anyhow::Error {
    anyhow::anyhow!("{}", DisplayErrorContext(&error))
}
