//! Sutler.

pub mod domain;
pub mod language;
