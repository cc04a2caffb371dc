//! What the trade is made of: requests, money, orders, people and the rules.
//!
//! **Invariant:** pure. No async, no input or output, no clock, no database type beyond column coding.

pub mod ids;
pub mod money;
pub mod quantity;
