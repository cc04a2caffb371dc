//! Purchase orders: their states, and the document that is approved and must be met at the commit.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::money::Currency;
use super::quantity::Unit;

text_enum! {
    OrderState {
        /// Its document waits for an approver.
        Proposed = "proposed",
        Approved = "approved",
        Preparing = "preparing",
        Armed = "armed",
        Submitting = "submitting",
        Unknown = "unknown",
        NeedsPerson = "needs_person",
        Placed = "placed",
        Refused = "refused",
        Cancelled = "cancelled",
        PartReceived = "part_received",
        Received = "received",
        Closed = "closed",
    }
}

impl OrderState {
    /// The order request may have been sent: nothing may be taken back quietly.
    pub fn is_past_intent(self) -> bool {
        match self {
            Self::Submitting
            | Self::Unknown
            | Self::NeedsPerson
            | Self::Placed
            | Self::PartReceived
            | Self::Received
            | Self::Closed => true,
            Self::Proposed
            | Self::Approved
            | Self::Preparing
            | Self::Armed
            | Self::Refused
            | Self::Cancelled => false,
        }
    }
}

text_enum! {
    /// How one attempt stands, and how it ended.
    AttemptState {
        Preparing = "preparing",
        Armed = "armed",
        Submitting = "submitting",
        Unknown = "unknown",
        Placed = "placed",
        /// Ended before the intent.
        Unreleased = "unreleased",
        Refused = "refused",
        NotFound = "not_found",
        /// Ended by named people.
        Decided = "decided",
    }
}

/// What is approved: everything that must be equal, or within its cap, at the commit.
///
/// Amounts are ten-thousandths of the currency's unit, quantities thousandths of the unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub number: String,
    pub supplier: String,
    pub account: String,
    pub address_name: String,
    pub address: String,
    pub cost_code: String,
    pub currency: Currency,
    pub lines: Vec<DocumentLine>,
    pub freight: i64,
    pub tax: i64,
    pub total: i64,
    /// The total may not be above this at the commit, nor below the floor.
    pub total_cap: i64,
    pub total_floor: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLine {
    /// The line's position in the requisition.
    pub position: i64,
    pub item: String,
    pub name: String,
    pub sku: String,
    pub quantity: i64,
    pub unit: Unit,
    pub unit_price: i64,
    pub price_cap: i64,
    pub price_floor: i64,
}

impl Document {
    /// The hash that an approval names: SHA-256 of the document's JSON, in hex.
    pub fn hash(&self) -> String {
        let json = serde_json::to_vec(self).expect("a document is plain data");
        hex::encode(Sha256::digest(json))
    }
}

/// An amount with its tolerance added: the cap, in thousandths of the amount.
pub fn cap(amount: i64, permille: i64) -> i64 {
    let more = i128::from(amount) * i128::from(permille) / 1000;
    i64::try_from(i128::from(amount) + more).unwrap_or(i64::MAX)
}

/// An amount with its tolerance taken off: the floor.
pub fn floor(amount: i64, permille: i64) -> i64 {
    let less = i128::from(amount) * i128::from(permille) / 1000;
    i64::try_from(i128::from(amount) - less).unwrap_or(0).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        Document {
            number: "PO-1".into(),
            supplier: "mjengo".into(),
            account: "main".into(),
            address_name: "Site 4".into(),
            address: "Plot 4".into(),
            cost_code: "C4".into(),
            currency: Currency::parse("KES").unwrap(),
            lines: vec![DocumentLine {
                position: 1,
                item: "CEM".into(),
                name: "Cement".into(),
                sku: "M-1".into(),
                quantity: 20_000,
                unit: Unit::parse("XBG").unwrap(),
                unit_price: 7_500_000,
                price_cap: cap(7_500_000, 20),
                price_floor: floor(7_500_000, 20),
            }],
            freight: 0,
            tax: 0,
            total: 150_000_000,
            total_cap: 153_000_000,
            total_floor: 147_000_000,
        }
    }

    #[test]
    fn any_change_of_a_document_changes_its_hash() {
        let original = document().hash();
        let changes: [fn(&mut Document); 6] = [
            |d| d.number.push('x'),
            |d| d.address.push('x'),
            |d| d.lines[0].quantity += 1,
            |d| d.lines[0].unit = Unit::piece(),
            |d| d.total_cap += 1,
            |d| d.lines.push(d.lines[0].clone()),
        ];
        for (n, change) in changes.iter().enumerate() {
            let mut changed = document();
            change(&mut changed);
            assert_ne!(changed.hash(), original, "change {n}");
        }
        assert_eq!(document().hash(), original);
    }

    #[test]
    fn caps_do_not_overflow() {
        assert_eq!(cap(i64::MAX, 20), i64::MAX);
        assert_eq!(cap(1_000_000, 20), 1_020_000);
        assert_eq!(floor(1_000_000, 20), 980_000);
    }
}
