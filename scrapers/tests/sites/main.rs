//! The package against a real Chromium and real pages, all on loopback.
//!
//! Without chromedriver and chromium these tests fail; they do not skip.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod browser;
mod common;
mod held;
mod locators;
mod steps;
mod visit;
