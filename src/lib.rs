//! Sutler.

pub mod domain;
