//! What is to be ordered, and what was read at the supplier.
//!
//! Amounts are ten-thousandths of a unit of `currency`; quantities are thousandths of the
//! supplier's unit.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// One approved purchase order: one supplier account, one delivery address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Our purchase order number; the same for every attempt.
    pub reference: String,
    /// The account's name, compared where the recipe reads `review.account`.
    pub account: Option<String>,
    pub address: Address,
    /// ISO 4217 code; must be the recipe's.
    pub currency: String,
    /// Each `sku` once.
    pub lines: Vec<OrderLine>,
    pub freight: i64,
    pub tax: i64,
    pub total: i64,
    /// The total may be this much, tolerance included.
    pub max_total: i64,
    /// A lower total is a mistake of somebody's.
    pub min_total: i64,
}

/// A delivery address that the supplier already has on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The text by which it is chosen at the site, `{order.address}` in a recipe.
    pub key: String,
    /// Each of these must stand in the address that the review page shows.
    pub lines: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    pub sku: String,
    /// Thousandths of `unit`, above zero.
    pub quantity: i64,
    /// The supplier's unit, compared where the recipe reads `cart.unit`.
    pub unit: String,
    pub unit_price: i64,
    pub max_unit_price: i64,
    pub min_unit_price: i64,
}

/// What the supplier's review page would order if the commit were clicked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basket {
    /// In the order's line order.
    pub lines: Vec<BasketLine>,
    pub currency: String,
    /// Absent where the recipe does not read it.
    pub freight: Option<i64>,
    pub tax: Option<i64>,
    pub total: i64,
    /// The address as the review page shows it, on one line.
    pub address: String,
    /// Our number as the review page shows it.
    pub reference: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketLine {
    pub sku: String,
    pub quantity: i64,
    pub unit_price: i64,
}

/// One order of the supplier's order history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastOrder {
    /// The supplier's order number.
    pub number: String,
    /// Our number, where the history shows one.
    pub reference: Option<String>,
    pub total: Option<i64>,
    /// The site's local time; midnight where it shows only a date.
    pub placed_at: Option<NaiveDateTime>,
    /// Filled by [`Visit::order_lines`](crate::site::Visit::order_lines) on demand.
    pub lines: Option<Vec<PastLine>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastLine {
    pub sku: String,
    pub quantity: i64,
}

/// What the confirmation page said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The supplier's order number.
    pub number: String,
    pub total: Option<i64>,
}

/// How far the supplier has got with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Accepted,
    Backordered,
    Shipped,
    Delivered,
    Cancelled,
}

/// What the supplier's site says about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// In the site's words.
    pub words: String,
    /// Absent when the recipe does not know these words.
    pub state: Option<State>,
    pub tracking: Option<String>,
    pub carrier: Option<String>,
    /// The site's date of delivery.
    pub expected: Option<NaiveDateTime>,
}

/// A file of the supplier's, such as an invoice.
#[derive(Clone, PartialEq, Eq)]
pub struct SiteFile {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for SiteFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} ({} bytes of {})",
            self.name,
            self.bytes.len(),
            self.media_type
        )
    }
}
