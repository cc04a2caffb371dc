//! The books of the organisation: a purchase order is written there after it was placed.
//!
//! **Invariant:** a document carries our unique id, and none is made before it was looked for. What an
//! ERP calls things stays in its file.

use async_trait::async_trait;
use chrono::NaiveDate;

use crate::domain::money::{Currency, Money};
use crate::domain::quantity::{Quantity, number};

pub mod erpnext;

/// An ERP that purchase orders are written to.
#[async_trait]
pub trait Erp: Send + Sync {
    /// Says whether this ERP can be worked with, one finding for each thing that it takes.
    async fn check(&self) -> Vec<Finding>;

    /// Looks for the document with our id.
    async fn find(&self, uid: &str) -> Result<Option<Document>, ErpError>;

    /// Makes a draft, or gives back the document that has our id already, in whatever state. Never
    /// tries twice: after `Ambiguous` the caller waits and calls again, which looks first.
    async fn create(&self, draft: &PurchaseOrderDraft) -> Result<Document, ErpError>;

    /// Makes a draft binding. A document that is binding already stays so.
    async fn submit(&self, name: &str) -> Result<Document, ErpError>;

    async fn read(&self, name: &str) -> Result<Document, ErpError>;

    /// Says in what a document differs from what was to be written; empty: nothing.
    fn differences(&self, draft: &PurchaseOrderDraft, document: &Document) -> Vec<String>;
}

/// What `check` found, as a sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    Good(String),
    Bad(String),
}

/// A purchase order to be written. Names of suppliers, items, warehouses and cost centres are the
/// ERP's own. Amounts are ten-thousandths of the currency's unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseOrderDraft {
    /// Ours; at most 140 characters.
    pub uid: String,
    pub supplier: String,
    pub currency: Currency,
    /// The number that the supplier gave the order.
    pub supplier_number: String,
    pub ordered_on: NaiveDate,
    /// When the goods are wanted; taken as the day of the order if it is before it.
    pub wanted_on: NaiveDate,
    /// Where the goods go; none: the warehouse of the settings.
    pub warehouse: Option<String>,
    pub cost_center: Option<String>,
    pub project: Option<String>,
    pub lines: Vec<DraftLine>,
    pub freight: i64,
    pub tax: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLine {
    pub item_code: String,
    pub description: String,
    pub quantity: Quantity,
    /// The price of one, ten-thousandths.
    pub rate: i64,
}

/// A purchase order as it stands in the ERP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The ERP's number of it.
    pub name: String,
    pub uid: Option<String>,
    pub state: DocumentState,
    pub supplier: String,
    pub currency: String,
    pub supplier_number: Option<String>,
    pub lines: Vec<DocumentLine>,
    /// Of the lines alone, ten-thousandths.
    pub net_total: i64,
    /// With freight and tax, ten-thousandths.
    pub grand_total: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLine {
    pub item_code: String,
    /// In thousandths of the unit.
    pub quantity: i64,
    /// The ERP's name of the unit.
    pub unit: String,
    pub rate: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentState {
    Draft,
    Submitted,
    Cancelled,
}

/// Why the ERP did not do it, by who acts. The text is the ERP's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErpError {
    /// The operator: the key is wrong or was revoked.
    #[error("the ERP does not take our key: {0}")]
    SignIn(String),
    /// The operator: the ERP's user lacks a right.
    #[error("the ERP forbids it: {0}")]
    Forbidden(String),
    /// Who keeps the ERP's records: it lacks a supplier, item, unit, field or the like.
    #[error("the ERP does not know it: {0}")]
    Missing(String),
    /// A person: a rule of the ERP is against it.
    #[error("the ERP refuses it: {0}")]
    Refused(String),
    /// Nobody: later.
    #[error("the ERP cannot be reached or is busy: {0}")]
    Busy(String),
    /// Nobody: whether it was done is not known, look first.
    #[error("whether the ERP did it is not known: {0}")]
    Ambiguous(String),
    /// Nobody: somebody changed the document meanwhile, read it again.
    #[error("the document was changed meanwhile: {0}")]
    Changed(String),
}

impl PurchaseOrderDraft {
    /// The sum of the lines; none if it overflows.
    pub fn net_total(&self) -> Option<i64> {
        self.lines.iter().try_fold(0_i64, |sum, line| {
            let rate = Money::new(line.rate, self.currency);
            sum.checked_add(rate.times(line.quantity.thousandths)?.amount)
        })
    }
}

/// Compares what every ERP has; `unit` is its name of a unit and `charges` what it was given beside the
/// lines.
fn differences(
    draft: &PurchaseOrderDraft,
    document: &Document,
    charges: i64,
    unit: impl Fn(&Quantity) -> String,
) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, ours: &str, theirs: &str| {
        if ours != theirs {
            differences.push(format!(
                "{what}: {ours} was to be written, the ERP has {theirs}"
            ));
        }
    };
    compare(
        "our id",
        &draft.uid,
        document.uid.as_deref().unwrap_or("none"),
    );
    compare("supplier", &draft.supplier, &document.supplier);
    compare("currency", draft.currency.code(), &document.currency);
    let number_there = document.supplier_number.as_deref().unwrap_or("none");
    compare("supplier's number", &draft.supplier_number, number_there);
    compare(
        "number of lines",
        &draft.lines.len().to_string(),
        &document.lines.len().to_string(),
    );
    for (n, (ours, theirs)) in draft.lines.iter().zip(&document.lines).enumerate() {
        let line = n + 1;
        compare(
            &format!("item of line {line}"),
            &ours.item_code,
            &theirs.item_code,
        );
        let ours_quantity = format!("{} {}", ours.quantity.number(), unit(&ours.quantity));
        let their_quantity = format!("{} {}", number(theirs.quantity), theirs.unit);
        compare(
            &format!("quantity of line {line}"),
            &ours_quantity,
            &their_quantity,
        );
    }
    // ERPs round lines and taxes in their own order.
    let lines = i64::try_from(draft.lines.len()).unwrap_or(i64::MAX);
    let tolerance = lines.saturating_mul(100).max(500);
    let money = |amount| Money::new(amount, draft.currency).to_string();
    let net = draft.net_total();
    let grand = net.and_then(|net| net.checked_add(charges));
    for (what, ours, theirs) in [
        ("total of the lines", net, document.net_total),
        ("total", grand, document.grand_total),
    ] {
        let Some(ours) = ours else {
            differences.push(format!("{what}: too large"));
            continue;
        };
        if ours.abs_diff(theirs) > tolerance.unsigned_abs() {
            differences.push(format!(
                "{what}: {} was to be written, the ERP has {}",
                money(ours),
                money(theirs)
            ));
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quantity::Unit;

    fn draft() -> PurchaseOrderDraft {
        let line = |item_code: &str, thousandths, rate| DraftLine {
            item_code: item_code.into(),
            description: String::new(),
            quantity: Quantity::new(thousandths, Unit::parse("XBG").unwrap()),
            rate,
        };
        PurchaseOrderDraft {
            uid: "u".into(),
            supplier: "S".into(),
            currency: Currency::parse("KES").unwrap(),
            supplier_number: "W-1".into(),
            ordered_on: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
            wanted_on: NaiveDate::from_ymd_opt(2026, 3, 5).unwrap(),
            warehouse: None,
            cost_center: None,
            project: None,
            lines: vec![line("A", 20_000, 7_500_000), line("B", 1_500, 10_000)],
            freight: 0,
            tax: 0,
        }
    }

    fn document() -> Document {
        let line = |item_code: &str, quantity, rate| DocumentLine {
            item_code: item_code.into(),
            quantity,
            unit: "Bag".into(),
            rate,
        };
        Document {
            name: "PO-1".into(),
            uid: Some("u".into()),
            state: DocumentState::Draft,
            supplier: "S".into(),
            currency: "KES".into(),
            supplier_number: Some("W-1".into()),
            lines: vec![line("A", 20_000, 7_500_000), line("B", 1_500, 10_000)],
            net_total: 150_015_000,
            grand_total: 150_015_000,
        }
    }

    fn compared(change: impl Fn(&mut Document), charges: i64) -> String {
        let mut document = document();
        change(&mut document);
        differences(&draft(), &document, charges, |_| "Bag".to_owned()).join("; ")
    }

    #[test]
    fn every_difference_is_told_and_rounding_is_none() {
        assert_eq!(compared(|_| {}, 0), "");
        assert_eq!(compared(|d| d.grand_total += 500, 0), "");
        assert_eq!(compared(|d| d.grand_total += 240_000, 240_000), "");
        for (told, expect) in [
            (
                compared(|d| d.uid = None, 0),
                "our id: u was to be written, the ERP has none",
            ),
            (
                compared(|d| d.currency = "USD".into(), 0),
                "currency: KES was to be written, the ERP has USD",
            ),
            (
                compared(|d| d.supplier_number = Some("W-2".into()), 0),
                "supplier's number: W-1 was to be written, the ERP has W-2",
            ),
            (
                compared(|d| d.lines[1].quantity = 2_000, 0),
                "quantity of line 2: 1.5 Bag was to be written, the ERP has 2 Bag",
            ),
            (
                compared(|d| d.lines[0].unit = "Nos".into(), 0),
                "quantity of line 1: 20 Bag was to be written, the ERP has 20 Nos",
            ),
            (
                compared(|d| d.lines[0].item_code = "C".into(), 0),
                "item of line 1: A was to be written, the ERP has C",
            ),
            (
                compared(|d| drop(d.lines.pop()), 0),
                "number of lines: 2 was to be written, the ERP has 1",
            ),
            (
                compared(|d| d.grand_total += 501, 0),
                "total: KES 15,001.50 was to be written, the ERP has KES 15,001.5501",
            ),
            (
                compared(|_| {}, 240_000),
                "total: KES 15,025.50 was to be written, the ERP has KES 15,001.50",
            ),
        ] {
            assert_eq!(told, expect);
        }
    }

    #[test]
    fn a_total_that_overflows_is_none() {
        let mut draft = draft();
        draft.lines[0].rate = i64::MAX / 2;
        assert_eq!(draft.net_total(), None);
    }
}
