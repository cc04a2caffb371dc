//! The recipes of real shops, each against its shop from its own package, unmodified, in a real
//! Chromium. `script/test` installs the shops and says where they are; without them these tests
//! fail, they do not skip.
//!
//! **Invariant:** what was ordered is read from the shop's own database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cutter;
mod evershop;
mod house;
mod oscar;
