//! The tests of the whole daemon, in one binary: stories over real servers on both set-ups, the
//! store on each dialect, crashes of the real program, and the rules of the house.
//!
//! `script/test` starts what they need: PostgreSQL, Redis, Chromium with its driver.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod app;
mod crash;
mod database;
mod docs;
mod exactly_once;
mod floors;
mod llm;
mod model;
mod neighbours;
mod schema;
mod sites;
mod store;
mod stories;
