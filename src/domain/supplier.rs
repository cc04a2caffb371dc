//! Suppliers and what they add to the lines.

use serde::{Deserialize, Serialize};

/// What a supplier adds to the sum of the lines. Amounts are ten-thousandths of its currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupplierTerms {
    /// Tax on lines and freight, in thousandths.
    pub tax_permille: i64,
    /// Freight of one order.
    pub freight: i64,
    /// Sum of the lines from which freight is free; none: never.
    pub freight_free_from: Option<i64>,
    /// The smallest sum of the lines that is delivered.
    pub minimum: Option<i64>,
    /// Seconds after the last moment an order can go out for which its history is watched.
    pub quiet_seconds: Option<i64>,
}

impl SupplierTerms {
    /// Freight and tax on a sum of lines; none if it overflows.
    pub fn add_to(&self, lines: i64) -> Option<(i64, i64)> {
        let freight = match self.freight_free_from {
            Some(from) if lines >= from => 0,
            Some(_) | None => self.freight,
        };
        let taxed = i128::from(lines) + i128::from(freight);
        let tax = (taxed * i128::from(self.tax_permille) + 500).div_euclid(1000);
        Some((freight, i64::try_from(tax).ok()?))
    }
}
