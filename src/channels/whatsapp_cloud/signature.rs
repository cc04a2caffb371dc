//! Whether a webhook comes from Meta: the signature over the raw bytes, and the handshake.
//!
//! **Invariant:** an app without secrets accepts nothing. Secrets are compared in constant time.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

/// The header that carries the signature.
pub const HEADER: &str = "x-hub-signature-256";

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the request is not signed")]
    Missing,
    #[error("the signature is not sha256= and 64 hexadecimal digits")]
    Malformed,
    #[error("the signature is of another secret or another body")]
    Wrong,
}

/// Checks the signature over the bytes as they came; one right secret suffices.
pub fn verify<'a>(
    secrets: impl IntoIterator<Item = &'a str>,
    header: Option<&str>,
    body: &[u8],
) -> Result<(), SignatureError> {
    let header = header.ok_or(SignatureError::Missing)?;
    let digits = header
        .trim()
        .strip_prefix("sha256=")
        .ok_or(SignatureError::Malformed)?;
    let mut given = [0; 32];
    hex::decode_to_slice(digits, &mut given).map_err(|_| SignatureError::Malformed)?;
    let mut right = Choice::from(0);
    for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(body);
        right |= mac.finalize().into_bytes().ct_eq(&given);
    }
    if right.into() {
        Ok(())
    } else {
        Err(SignatureError::Wrong)
    }
}

/// Answers the registration of the callback address: the challenge, if mode and token are right.
pub fn handshake<'a>(
    mode: Option<&str>,
    token: Option<&str>,
    challenge: Option<&'a str>,
    expected: &str,
) -> Option<&'a str> {
    let right: bool = token?.as_bytes().ct_eq(expected.as_bytes()).into();
    challenge.filter(|_| right && !expected.is_empty() && mode == Some("subscribe"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '%s' BODY | openssl dgst -sha256 -hmac app-secret`, the body with Meta's escapes.
    const BODY: &str = r#"{"text":"caf\u00e9 \/ \ud83d\ude00"}"#;
    const RIGHT: &str = "0772f9ad108fa3102ed143320d98ad00c3ae9ab9a4292b923b0803f91995e1ff";

    #[test]
    fn only_the_right_signature_over_the_raw_bytes_passes() {
        let right = format!("sha256={RIGHT}");
        let upper = format!("sha256={}", RIGHT.to_uppercase());
        let cut = format!("sha256={}", &RIGHT[..62]);
        let reserialised = serde_json::from_str::<serde_json::Value>(BODY)
            .unwrap()
            .to_string();
        let (both, other) = (["rotated-out", "app-secret"], ["other"]);
        let (wrong, malformed) = (Err(SignatureError::Wrong), Err(SignatureError::Malformed));
        for (what, secrets, header, body, expect) in [
            ("right", &both[1..], Some(right.as_str()), BODY, Ok(())),
            ("second secret", &both[..], Some(&right), BODY, Ok(())),
            ("upper case", &both[..], Some(&upper), BODY, Ok(())),
            (
                "absent",
                &both[..],
                None,
                BODY,
                Err(SignatureError::Missing),
            ),
            ("truncated", &both[..], Some(&cut), BODY, malformed),
            ("no prefix", &both[..], Some(RIGHT), BODY, malformed),
            ("sha1", &both[..], Some("sha1=00"), BODY, malformed),
            ("empty", &both[..], Some(""), BODY, malformed),
            ("other secret", &other[..], Some(&right), BODY, wrong),
            ("no secret", &[], Some(&right), BODY, wrong),
            (
                "written anew",
                &both[..],
                Some(&right),
                &reserialised,
                wrong,
            ),
            (
                "one byte more",
                &both[..],
                Some(&right),
                &format!("{BODY} "),
                wrong,
            ),
        ] {
            let result = verify(secrets.iter().copied(), header, body.as_bytes());
            assert_eq!(result, expect, "{what}");
        }
    }

    #[test]
    fn an_empty_secret_signs_nothing() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        mac.update(b"body");
        let header = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        assert_eq!(
            verify([""], Some(&header), b"body"),
            Err(SignatureError::Wrong)
        );
    }

    #[test]
    fn the_handshake_wants_mode_and_token() {
        let answer = |mode, token, expected| handshake(mode, token, Some("42"), expected);
        assert_eq!(answer(Some("subscribe"), Some("word"), "word"), Some("42"));
        assert_eq!(answer(Some("subscribe"), Some("ward"), "word"), None);
        assert_eq!(answer(Some("subscribe"), None, "word"), None);
        assert_eq!(answer(Some("unsubscribe"), Some("word"), "word"), None);
        assert_eq!(answer(None, Some("word"), "word"), None);
        assert_eq!(answer(Some("subscribe"), Some(""), ""), None);
    }
}
