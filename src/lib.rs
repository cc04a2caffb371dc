//! Sutler.

pub mod app;
pub mod blobs;
pub mod channels;
pub mod commands;
pub mod config;
pub mod crash;
pub mod demo;
pub mod domain;
pub mod erp;
pub mod flow;
pub mod http;
pub mod language;
pub mod llm;
pub mod store;
pub mod vault;
