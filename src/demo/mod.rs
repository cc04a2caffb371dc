//! The servers of the demo, each met by the daemon only over its protocol.
//!
//! **Invariant:** no server here calls into the daemon or reads its database.

pub mod erpnext;
pub mod server;
pub mod shop;
