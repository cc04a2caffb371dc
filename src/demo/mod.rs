//! The demo: three servers that the daemon meets only over their protocols, and a seeded world.
//!
//! **Invariant:** no server here calls into the daemon or reads its database.

pub mod conversation;
pub mod erpnext;
pub mod graph;
pub mod once;
pub mod run;
pub mod server;
pub mod shop;
