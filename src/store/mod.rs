//! SQL, and nothing else: one function a question, `&mut Tx` as the only way in.
//!
//! **Invariant:** knows no channel, no queue, no browser; texts of people reach it sealed.

pub mod aliases;
pub mod arrivals;
pub mod bells;
pub mod bursts;
pub mod cards;
pub mod catalogue;
pub mod db;
pub mod evidence;
pub mod invariants;
pub mod journal;
pub mod leases;
pub mod lists;
pub mod messages;
pub mod model;
pub mod orders;
pub mod orgs;
pub mod outgoing;
pub mod people;
pub mod requisitions;
mod rows;
pub mod sessions;
pub mod settling;
pub mod suppliers;
pub mod syncs;
pub mod work;
