//! WhatsApp by Meta's Cloud API: signed webhooks in, the Graph API out.

pub mod limits;
pub mod send;
pub mod signature;
pub mod webhook;

pub use send::{Client, Profile};
pub use signature::{SignatureError, handshake, verify};
pub use webhook::{ParseError, parse};
