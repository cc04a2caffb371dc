//! The queue of Sutler: what may be asked of the workers ([`Job`]), by whom it is done ([`Lane`]),
//! and what carries it there ([`Queue`]): a queue inside the process, or apalis on Redis.
//!
//! The bodies of the jobs stand in the daemon's `src/flow/`, one file a step; `src/flow/mod.rs`
//! holds the one `match` over [`Job`]. They cannot stand here, for they need the daemon's store,
//! and the daemon needs this package.
//!
//! A job is a bell: it names one row of the database, and the row says whether anything is to be
//! done. A bell may be lost, doubled or late; whoever rings does not depend on it, because the
//! daemon's sweep rings again for every row that is still due.
//!
//! **Invariant:** this package knows no order and no SQL. A job carries one id and nothing else.

pub mod health;
pub mod in_process;
pub mod job;
pub mod on_redis;
pub mod queue;
mod work;

pub use health::{LaneHealth, Waiting};
pub use job::{Job, Lane};
pub use on_redis::Settings;
pub use queue::{Queue, RingError};
