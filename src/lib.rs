//! Sutler.

pub mod demo;
pub mod domain;
