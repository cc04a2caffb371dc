//! Sutler.

pub mod blobs;
pub mod channels;
pub mod config;
pub mod domain;
pub mod erp;
pub mod store;
pub mod vault;
