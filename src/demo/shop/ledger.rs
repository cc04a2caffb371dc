//! What was really ordered, for machines.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::amount::CURRENCY;
use super::store::Store;

/// Every order of the shop, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    pub orders: Vec<LedgerOrder>,
    /// Order posts that arrived, whatever came of them.
    pub posts: u64,
}

/// Amounts are JSON numbers in units of the currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerOrder {
    pub number: String,
    /// What the customer wrote into "Your reference"; may be empty or repeated.
    pub reference: String,
    pub lines: Vec<LedgerLine>,
    /// With freight and VAT.
    pub total: Number,
    pub currency: String,
    /// Name and lines of the delivery address, joined by ", ".
    pub address: String,
    pub placed_at: DateTime<Utc>,
}

/// Quantity in the product's unit, price of one unit before VAT.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerLine {
    pub sku: String,
    pub quantity: Number,
    pub unit_price: Number,
}

impl Ledger {
    pub(super) fn read(store: &Store) -> Self {
        let orders = store.orders.iter().map(|order| LedgerOrder {
            number: order.number.clone(),
            reference: order.reference.clone(),
            lines: order
                .quote
                .lines
                .iter()
                .map(|line| LedgerLine {
                    sku: line.sku.clone(),
                    quantity: number(line.quantity, 1000),
                    unit_price: number(line.price, 100),
                })
                .collect(),
            total: number(order.quote.total, 100),
            currency: CURRENCY.to_owned(),
            address: store.account(order.account).addresses[order.address].one_line(),
            placed_at: order.placed_at,
        });
        Self {
            orders: orders.collect(),
            posts: store.posts,
        }
    }
}

/// `amount / parts`, whole where it is whole.
fn number(amount: i64, parts: i64) -> Number {
    if amount % parts == 0 {
        return Number::from(amount / parts);
    }
    let (whole, rest) = (amount / parts, amount % parts);
    let places = parts.ilog10() as usize;
    let text = format!("{whole}.{rest:0places$}");
    let value: f64 = text.parse().expect("digits around one point");
    Number::from_f64(value).expect("it is finite")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_plain_numbers() {
        for (amount, parts, expect) in [
            (20_000, 1000, "20"),
            (2500, 1000, "2.5"),
            (1_809_605, 100, "18096.05"),
            (78_000, 100, "780"),
        ] {
            assert_eq!(number(amount, parts).to_string(), expect);
        }
    }
}
