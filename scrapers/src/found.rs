//! Is our order in the supplier's history.
//!
//! **Invariant:** a new order that cannot be told from ours is never passed over: it is either
//! the one, or a person looks.

use std::collections::{BTreeMap, BTreeSet};

use crate::order::{Order, PastOrder};

/// How an order is recognised at this site; the recipe decides it by what it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindBy {
    /// The history shows our purchase order number.
    Reference,
    /// It does not: a new order with the same total, and the same lines where they were read.
    Contents,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The supplier's number of our order.
    One(String),
    None,
    /// These may all be ours, or one of them that does not look as ours should: a person decides.
    Several(Vec<String>),
}

/// Looks for `order` in `now`, the history read after the attempt; `before` is the history read
/// before it.
///
/// By reference an order counts even if it stands in `before`: the reference is the same for
/// every attempt, so it is ours from an earlier one.
pub fn find_order(by: FindBy, before: &[PastOrder], now: &[PastOrder], order: &Order) -> Found {
    let now = without_repeats(now);
    let known: BTreeSet<&str> = before.iter().map(|past| past.number.as_str()).collect();
    let fresh: Vec<&PastOrder> = now
        .iter()
        .copied()
        .filter(|past| !known.contains(past.number.as_str()))
        .collect();
    let (ours, unclear): (Vec<&PastOrder>, Vec<&PastOrder>) = match by {
        FindBy::Reference => (
            now.into_iter()
                .filter(|past| past.reference.as_deref() == Some(&order.reference))
                .collect(),
            fresh
                .into_iter()
                .filter(|past| past.reference.is_none())
                .collect(),
        ),
        FindBy::Contents => fresh
            .into_iter()
            .partition(|past| has_contents(past, order)),
    };
    let several = |orders: &[&PastOrder]| {
        Found::Several(orders.iter().map(|past| past.number.clone()).collect())
    };
    match (ours.as_slice(), unclear.as_slice()) {
        ([one], _) if by == FindBy::Reference => Found::One(one.number.clone()),
        ([one], []) => Found::One(one.number.clone()),
        ([], []) => Found::None,
        ([], unclear) => several(unclear),
        (ours, unclear) => several(&[ours, unclear].concat()),
    }
}

/// Each row once: an order that comes in while the pages are turned shows the last row of one page again on the next.
fn without_repeats(rows: &[PastOrder]) -> Vec<&PastOrder> {
    let mut seen: Vec<&PastOrder> = Vec::new();
    for row in rows {
        if !seen.contains(&row) {
            seen.push(row);
        }
    }
    seen
}

fn has_contents(past: &PastOrder, order: &Order) -> bool {
    let total = past
        .total
        .is_some_and(|total| (order.min_total..=order.max_total).contains(&total));
    let lines = past.lines.as_ref().is_none_or(|lines| {
        let asked: BTreeMap<&str, i64> = order
            .lines
            .iter()
            .map(|line| (line.sku.as_str(), line.quantity))
            .collect();
        let found: BTreeMap<&str, i64> = lines
            .iter()
            .map(|line| (line.sku.as_str(), line.quantity))
            .collect();
        found == asked && lines.len() == asked.len()
    });
    total && lines
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;
    use crate::order::{Address, OrderLine, PastLine};

    fn order() -> Order {
        Order {
            reference: "PO-7".into(),
            account: None,
            address: Address {
                key: "Site 4".into(),
                lines: vec![],
            },
            currency: "KES".into(),
            lines: vec![OrderLine {
                sku: "CEM".into(),
                quantity: 20_000,
                unit: "bag".into(),
                unit_price: 7_500_000,
                max_unit_price: 7_600_000,
                min_unit_price: 7_000_000,
            }],
            freight: 0,
            tax: 0,
            total: 150_000_000,
            max_total: 152_000_000,
            min_total: 140_000_000,
        }
    }

    fn past(number: &str, reference: Option<&str>, total: Option<i64>) -> PastOrder {
        PastOrder {
            number: number.into(),
            reference: reference.map(Into::into),
            total,
            placed_at: None,
            lines: None,
        }
    }

    fn with_lines(mut past: PastOrder, lines: &[(&str, i64)]) -> PastOrder {
        past.lines = Some(
            lines
                .iter()
                .map(|(sku, quantity)| PastLine {
                    sku: (*sku).into(),
                    quantity: *quantity,
                })
                .collect(),
        );
        past
    }

    #[test]
    fn by_reference() {
        let find = |before: &[PastOrder], now: &[PastOrder]| {
            find_order(FindBy::Reference, before, now, &order())
        };
        let old = past("1", Some("PO-1"), Some(5));
        let ours = past("2", Some("PO-7"), Some(150_000_000));
        assert_eq!(find(&[], &[]), Found::None);
        assert_eq!(find(from_ref(&old), from_ref(&old)), Found::None);
        assert_eq!(
            find(from_ref(&old), &[ours.clone(), old.clone()]),
            Found::One("2".into())
        );
        // An earlier attempt placed it before the before-image was read.
        assert_eq!(
            find(from_ref(&ours), from_ref(&ours)),
            Found::One("2".into())
        );
        let twice = past("3", Some("PO-7"), Some(150_000_000));
        assert_eq!(
            find(&[], &[twice, ours.clone()]),
            Found::Several(vec!["3".into(), "2".into()])
        );
        // The same row again on the next page is no second order.
        let again = [ours.clone(), ours.clone()];
        assert_eq!(find(&[], &again), Found::One("2".into()));
        // The field was left empty by the site: it may be ours.
        let blank = past("4", None, Some(150_000_000));
        assert_eq!(find(&[], &[blank]), Found::Several(vec!["4".into()]));
        // Somebody else's.
        let other = past("5", Some("PO-8"), Some(150_000_000));
        assert_eq!(find(&[], &[other]), Found::None);
    }

    #[test]
    fn by_contents() {
        let find = |before: &[PastOrder], now: &[PastOrder]| {
            find_order(FindBy::Contents, before, now, &order())
        };
        let same = past("2", None, Some(151_000_000));
        assert_eq!(find(&[], from_ref(&same)), Found::One("2".into()));
        assert_eq!(find(from_ref(&same), from_ref(&same)), Found::None);
        let again = past("3", None, Some(151_000_000));
        assert_eq!(
            find(&[], &[again, same.clone()]),
            Found::Several(vec!["3".into(), "2".into()])
        );
        // New, but not as ours should be: not passed over.
        for odd in [
            past("6", None, Some(160_000_000)),
            past("6", None, None),
            with_lines(same.clone(), &[("CEM", 10_000)]),
            with_lines(same.clone(), &[("CEM", 20_000), ("NAIL", 1_000)]),
        ] {
            let number = odd.number.clone();
            assert_eq!(find(&[], &[odd]), Found::Several(vec![number]));
        }
        let lines = with_lines(same, &[("CEM", 20_000)]);
        assert_eq!(find(&[], &[lines]), Found::One("2".into()));
    }
}
