//! Sutler.

pub mod app;
pub mod config;
pub mod crash;
pub mod demo;
pub mod domain;
pub mod flow;
pub mod language;
pub mod store;
pub mod vault;
