//! Message ids: opaque to a client, yet built like Meta's, with the peer's number inside.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Which way a message goes; the id differs in length and one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From a person to the business.
    In,
    /// From the business to a person.
    Out,
}

/// A new id, `wamid.` and base64 of a small binary record that holds `peer` in clear.
pub(super) fn new(peer: &str, way: Way) -> String {
    let (mark, length) = match way {
        Way::Out => (0x11, 18),
        Way::In => (0x12, 20),
    };
    let unique = hex::encode_upper(rand::random::<[u8; 10]>());
    let unique = &unique.as_bytes()[..length];
    let mut bytes = vec![0x1c, 0x18, u8::try_from(peer.len()).unwrap_or(u8::MAX)];
    bytes.extend_from_slice(peer.as_bytes());
    bytes.extend_from_slice(&[0x15, 0x02, 0x00, mark, 0x18]);
    bytes.push(u8::try_from(length).expect("18 or 20"));
    bytes.extend_from_slice(unique);
    bytes.push(0);
    format!("wamid.{}", STANDARD.encode(bytes))
}

/// Whether `text` has the shape of a message id.
pub(super) fn is_wamid(text: &str) -> bool {
    text.strip_prefix("wamid.").is_some_and(|rest| {
        STANDARD
            .decode(rest)
            .is_ok_and(|bytes| bytes.first() == Some(&0x1c))
    })
}

/// An `fbtrace_id`.
pub(super) fn trace_id() -> String {
    format!("A{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()))
}

/// A numeric id as media objects have, as text.
pub(super) fn object_id() -> String {
    format!(
        "{}",
        rand::random_range(1_000_000_000_000_000_u64..9_999_999_999_999_999)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_can_be_read_from_an_id_and_ids_differ() {
        let id = new("254700000001", Way::Out);
        let bytes = STANDARD.decode(id.strip_prefix("wamid.").unwrap()).unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains("254700000001"));
        assert!(is_wamid(&id));
        assert!(!is_wamid("254700000001"));
        assert_ne!(id, new("254700000001", Way::Out));
    }
}
