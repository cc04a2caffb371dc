//! What belongs to an organisation and is changed by it.

use serde::{Deserialize, Serialize};

/// The settings of one organisation. Amounts are ten-thousandths of its currency's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrgSettings {
    /// Seconds of silence that end a burst.
    pub quiet_seconds: i64,
    /// Seconds after which a burst ends whatever comes.
    pub hard_cap_seconds: i64,
    /// Words of a burst that may be unknown before it is asked about.
    pub unknown_words: usize,
    /// "1,500" (`point`), "1.500" (`comma`) or "1 500" (`space`); `unset`: ambiguous numbers are asked.
    pub number_format: NumberFormat,
    /// What 3/4 means; `unset`: it is asked.
    pub date_order: DateOrder,
    /// The language that people are written to in until they have written: `en`, `es`, `pt`, `fr`,
    /// `hi`, `sw` or `ar`.
    pub language: String,
    /// Orders up to this amount need no approver.
    pub auto_approve_limit: i64,
    /// Days for which an approval is valid.
    pub approval_days: i64,
    /// Thousandths by which a price may rise or fall after approval.
    pub price_tolerance_permille: i64,
    /// A total may rise by this amount even if that is more than the tolerance.
    pub total_tolerance: i64,
    /// Thousandths above the last price at which the requester is asked.
    pub price_deviation_permille: i64,
    /// A deviation of less than this on a line is not asked about.
    pub price_deviation_amount: i64,
    /// Thousandths below the last price that look like a wrong unit.
    pub price_low_permille: i64,
    /// Days in which the same item for the same site is asked about.
    pub duplicate_days: i64,
    /// The approved template that asks an approver outside the 24-hour window:
    /// three parameters (requester, total, number), quick replies Approve and Reject.
    pub approval_template: Option<String>,
    pub template_language: String,
    /// Hours after which an unconfirmed draft is recalled, and after which it expires.
    pub recall_hours: i64,
    pub expire_hours: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    Point,
    Comma,
    Space,
    Unset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
    Unset,
}

impl Default for OrgSettings {
    fn default() -> Self {
        Self {
            quiet_seconds: 30,
            hard_cap_seconds: 300,
            unknown_words: 2,
            number_format: NumberFormat::Unset,
            date_order: DateOrder::Unset,
            language: "en".to_owned(),
            auto_approve_limit: 0,
            approval_days: 7,
            price_tolerance_permille: 20,
            total_tolerance: 250_000,
            price_deviation_permille: 150,
            price_deviation_amount: 250_000,
            price_low_permille: 300,
            duplicate_days: 7,
            approval_template: None,
            template_language: "en".to_owned(),
            recall_hours: 4,
            expire_hours: 24,
        }
    }
}
