//! Sutler takes purchase requests from WhatsApp and orders them once.
//!
//! The modules stand in floor order; a file names no upper floor and no sibling of its own.
//!
//! | floor | module | what it holds |
//! |---|---|---|
//! | 1, pure | [`domain`] | ids, money, quantities, requests, orders, approvals, people, the rules |
//! | | [`language`] | messages to operations on lines |
//! | 2, one neighbour each | [`config`] | every setting of the process |
//! | | [`store`] | SQL, on SQLite and PostgreSQL |
//! | | [`channels`] | WhatsApp |
//! | | [`llm`] | a language model |
//! | | [`erp`] | ERPNext |
//! | | [`blobs`] | a folder or S3 |
//! | | [`vault`] | encryption at rest |
//! | 3 | [`app`] | what every step is given |
//! | | [`flow`] | the story, one file a step; [`flow::work`] is the one `match` over [`jobs::Job`] |
//! | | [`crash`] | places at which a test kills the process |
//! | 4 | [`http`] | webhook, console, health, metrics |
//! | | [`commands`] | the subcommands of the program |
//! | | [`demo`] | a shop, a Graph API and an ERP to try it with |
//!
//! A message goes through [`flow::receive`], [`flow::merge`], [`flow::read`], [`flow::check`],
//! [`flow::confirm`], [`flow::approve`], [`flow::place`], [`flow::settle`] and [`flow::sync`];
//! [`flow::tell`] answers, and [`flow::sweep`] rings for what is due.
//!
//! **Invariant:** the database is the truth, the queue is a bell.

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
