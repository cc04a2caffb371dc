//! Supplier sites by `WebDriver`: the recipe engine, the browser and its warden.
//!
//! | module | what it holds |
//! |---|---|
//! | [`recipe`] | one supplier site as data: TOML, checked whole when it is loaded |
//! | [`browser`] | chromedriver and Chromium: started, checked, watched, ended, proven dead |
//! | [`guard`] | the proxy between browser and shop that lets an order through once |
//! | [`warden`] | the small process that ends a browser's whole group when its parent is gone |
//! | [`site`] | one visit at one supplier account: sign in, look, stage, hold the order, let it go once |
//! | [`order`] | what is to be ordered and what was read, as plain values |
//! | [`found`] | is our order in the supplier's history |
//! | [`error`] | what can go wrong, named by who must act |
//!
//! Amounts are `i64` ten-thousandths of a currency unit, quantities `i64` thousandths of a unit.
//!
//! **Invariant:** nothing here knows a requisition, a database or a chat; a daemon hands in an
//! [`order::Order`] and gets values back.

pub mod browser;
pub mod error;
pub mod found;
pub mod guard;
pub mod order;
pub mod recipe;
pub mod site;
pub mod warden;

mod value;
