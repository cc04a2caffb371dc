//! Encryption of what rests in the database, and the look-up keys for what is encrypted there.
//!
//! **Invariant:** what was sealed for one organisation and record opens for no other. The key never
//! leaves this file.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use rand::TryRngCore as _;
use rand::rngs::OsRng;
use sha2::Sha256;

const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;
const VERSION: &str = "v1";

/// Where the key comes from: the text if there is one, else the file.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// 32 bytes in hexadecimal or base64.
    pub key: Option<&'a str>,
    /// Holds such a text; made when it is missing.
    pub file: &'a Path,
}

/// What keeps the vault from opening; for the operator.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "{source_name} is not a key: expected 32 bytes in hexadecimal (64 digits) or base64 (44 characters)"
    )]
    NotAKey { source_name: String },
    #[error("the key file {} cannot be read: {error}", path.display())]
    Read {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("the key file {} cannot be made: {error}", path.display())]
    Make {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("the system gives no random bytes")]
    NoRandom,
}

/// Why something sealed does not open.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Somebody else's format, or cut off.
    #[error("not a sealed text")]
    NotSealed,
    /// The operator must give back the key that was in use then.
    #[error("sealed with the key {sealed_with}, but the key in use is {in_use}")]
    OtherKey { sealed_with: String, in_use: String },
    /// Changed, or moved from another organisation or record.
    #[error("sealed for another record, or changed")]
    Refused,
}

/// Seals texts and makes look-up keys. One master key; each use has its own key derived from it.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    lookup: [u8; KEY_LENGTH],
    /// Names the master key without telling it.
    key_id: String,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.key_id)
    }
}

impl Vault {
    /// Opens the vault. When there is neither key nor file, makes the file (mode 0600) and gives its
    /// path back, so that the operator can be told.
    pub fn open(source: Source<'_>) -> Result<(Self, Option<PathBuf>), KeyError> {
        if let Some(text) = source.key {
            let key = read_key(text, || "vault.key".to_owned())?;
            return Ok((Self::with_key(&key), None));
        }
        let path = source.file;
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let key = read_key(&text, || format!("the file {}", path.display()))?;
                Ok((Self::with_key(&key), None))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = random()?;
                make_file(path, &key).map_err(|error| KeyError::Make {
                    path: path.to_owned(),
                    error,
                })?;
                Ok((Self::with_key(&key), Some(path.to_owned())))
            }
            Err(error) => Err(KeyError::Read {
                path: path.to_owned(),
                error,
            }),
        }
    }

    fn with_key(master: &[u8; KEY_LENGTH]) -> Self {
        let key_id = derive(master, "sutler key id");
        Self {
            cipher: XChaCha20Poly1305::new(Key::from_slice(&derive(master, "sutler seal"))),
            lookup: derive(master, "sutler lookup"),
            key_id: hex::encode(&key_id[..4]),
        }
    }

    /// The look-up key of a value within an organisation: 64 hexadecimal digits. Equal values of two
    /// organisations have different keys.
    pub fn hmac(&self, org: &str, value: &str) -> String {
        hex::encode(mac(&self.lookup, &bound(org, value)))
    }

    /// Encrypts a text for one record of an organisation. The record names table, id and column, so
    /// that no sealed text can be put in another's place.
    pub fn seal(&self, org: &str, record: &str, plain: &str) -> String {
        let nonce: [u8; NONCE_LENGTH] = random().expect("the system gave random bytes before");
        let associated = bound(org, record);
        let payload = Payload {
            msg: plain.as_bytes(),
            aad: &associated,
        };
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .expect("a text in memory is shorter than the cipher's limit");
        let bytes = [nonce.as_slice(), &sealed].concat();
        format!("{VERSION}.{}.{}", self.key_id, BASE64.encode(bytes))
    }

    /// Decrypts what was sealed for the same organisation and record.
    pub fn unseal(&self, org: &str, record: &str, sealed: &str) -> Result<String, OpenError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(VERSION), Some(key_id), Some(text)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(OpenError::NotSealed);
        };
        if key_id != self.key_id {
            return Err(OpenError::OtherKey {
                sealed_with: key_id.to_owned(),
                in_use: self.key_id.clone(),
            });
        }
        let bytes = BASE64.decode(text).map_err(|_| OpenError::NotSealed)?;
        let (nonce, body) = bytes
            .split_at_checked(NONCE_LENGTH)
            .ok_or(OpenError::NotSealed)?;
        let associated = bound(org, record);
        let payload = Payload {
            msg: body,
            aad: &associated,
        };
        let plain = self
            .cipher
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_| OpenError::Refused)?;
        String::from_utf8(plain).map_err(|_| OpenError::Refused)
    }
}

/// Two texts as one that no other two give: the length of the first stands before it.
fn bound(org: &str, rest: &str) -> Vec<u8> {
    [
        &(org.len() as u64).to_be_bytes(),
        org.as_bytes(),
        rest.as_bytes(),
    ]
    .concat()
}

fn derive(master: &[u8; KEY_LENGTH], label: &str) -> [u8; KEY_LENGTH] {
    mac(master, label.as_bytes())
}

fn mac(key: &[u8; KEY_LENGTH], message: &[u8]) -> [u8; KEY_LENGTH] {
    let mut mac =
        <Hmac<Sha256> as hmac::Mac>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| KeyError::NoRandom)?;
    Ok(bytes)
}

fn read_key(
    text: &str,
    source_name: impl FnOnce() -> String,
) -> Result<[u8; KEY_LENGTH], KeyError> {
    let text = text.trim();
    let bytes = hex::decode(text)
        .or_else(|_| BASE64.decode(text))
        .unwrap_or_default();
    bytes.try_into().map_err(|_| KeyError::NotAKey {
        source_name: source_name(),
    })
}

/// The file appears whole or not at all. Fails when another process has made it meanwhile; the next
/// start reads that one.
fn make_file(path: &Path, key: &[u8; KEY_LENGTH]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let part = path.with_extension(format!("part{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)?;
    let linked = writeln!(file, "{}", hex::encode(key))
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::hard_link(&part, path));
    std::fs::remove_file(&part)?;
    linked?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::with_key(&[byte; KEY_LENGTH])
    }

    #[test]
    fn what_is_sealed_opens_for_its_own_record_only() {
        let vault = vault(1);
        let sealed = vault.seal("org1", "message/7/text", "20 bags of cement ☂");
        assert!(!sealed.contains("cement"));
        assert_eq!(
            vault.unseal("org1", "message/7/text", &sealed).unwrap(),
            "20 bags of cement ☂"
        );
        for (org, record) in [
            ("org2", "message/7/text"),
            ("org1", "message/8/text"),
            ("org1m", "essage/7/text"),
            ("org1", ""),
        ] {
            assert_eq!(
                vault.unseal(org, record, &sealed),
                Err(OpenError::Refused),
                "{org} {record}"
            );
        }
    }

    #[test]
    fn a_changed_text_does_not_open() {
        let vault = vault(1);
        let sealed = vault.seal("o", "r", "plain");
        let (head, body) = sealed.rsplit_once('.').unwrap();
        let bytes = BASE64.decode(body).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let changed = format!("{head}.{}", BASE64.encode(changed));
            assert_eq!(
                vault.unseal("o", "r", &changed),
                Err(OpenError::Refused),
                "byte {at}"
            );
        }
    }

    #[test]
    fn what_is_no_sealed_text_is_said_to_be_none() {
        let vault = vault(1);
        let id = &vault.key_id;
        for text in [
            "",
            "plain",
            "v2.a.b",
            &format!("v1.{id}.%%"),
            &format!("v1.{id}.AAAA"),
        ] {
            assert_eq!(
                vault.unseal("o", "r", text),
                Err(OpenError::NotSealed),
                "{text}"
            );
        }
    }

    #[test]
    fn another_key_is_named_and_not_taken_for_tampering() {
        let sealed = vault(1).seal("o", "r", "plain");
        let error = vault(2).unseal("o", "r", &sealed).unwrap_err();
        let expect = OpenError::OtherKey {
            sealed_with: vault(1).key_id,
            in_use: vault(2).key_id,
        };
        assert_eq!(error, expect);
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time() {
        assert_ne!(vault(1).seal("o", "r", "x"), vault(1).seal("o", "r", "x"));
    }

    #[test]
    fn a_lookup_key_is_stable_and_differs_by_organisation_value_and_key() {
        let key = vault(1).hmac("o", "+254700000001");
        assert_eq!(key, vault(1).hmac("o", "+254700000001"));
        assert_eq!(key.len(), 64);
        assert_ne!(key, vault(1).hmac("o", "+254700000002"));
        assert_ne!(key, vault(1).hmac("p", "+254700000001"));
        assert_ne!(key, vault(1).hmac("o+", "254700000001"));
        assert_ne!(key, vault(2).hmac("o", "+254700000001"));
    }

    #[test]
    fn a_missing_file_is_made_for_its_owner_alone_and_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/vault.key");
        let source = Source {
            key: None,
            file: &path,
        };
        let (first, made) = Vault::open(source).unwrap();
        assert_eq!(made.as_deref(), Some(path.as_path()));
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
        assert_eq!(files.count(), 1);
        let (second, made) = Vault::open(source).unwrap();
        assert_eq!(made, None);
        let sealed = first.seal("o", "r", "x");
        assert_eq!(second.unseal("o", "r", &sealed).unwrap(), "x");
    }

    #[test]
    fn the_key_is_read_as_hexadecimal_or_base64_and_nothing_else() {
        let bytes = [0xA5; KEY_LENGTH];
        let upper = hex::encode_upper(bytes);
        let id = Vault::with_key(&bytes).key_id;
        let none = Path::new("/nowhere/at/all");
        for key in [
            hex::encode(bytes),
            upper,
            BASE64.encode(bytes),
            format!(" {}\n", hex::encode(bytes)),
        ] {
            let source = Source {
                key: Some(&key),
                file: none,
            };
            assert_eq!(Vault::open(source).unwrap().0.key_id, id);
        }
        for key in [
            "",
            "hunter2",
            &hex::encode(&bytes[1..]),
            &BASE64.encode([1; 33]),
        ] {
            let error = Vault::open(Source {
                key: Some(key),
                file: none,
            })
            .unwrap_err();
            assert!(
                error.to_string().starts_with("vault.key is not a key"),
                "{error}"
            );
            assert!(key.is_empty() || !error.to_string().contains(key));
        }
    }
}
