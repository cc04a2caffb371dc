//! Is the basket what was approved, field by field.
//!
//! **Invariant:** identity, quantity, unit, account, address, reference and currency are equal; no
//! line is missing or extra; each unit price and the total stand between floor and cap.

use std::collections::BTreeSet;

use super::compare::has_words;
use super::{Note, Visit, number_of, text};
use crate::error::{Refusal, SiteError};
use crate::order::{Basket, BasketLine, Order, OrderLine};
use crate::value::{Record, show_decimal, show_money};

fn drift(field: &str, approved: impl Into<String>, found: impl Into<String>) -> SiteError {
    SiteError::Drift {
        field: field.to_owned(),
        approved: approved.into(),
        found: found.into(),
    }
}

/// Can this order be staged at all.
pub(super) fn check_order(order: &Order, currency: &str) -> Result<(), SiteError> {
    if order.currency != currency {
        return Err(drift("currency", &order.currency, currency));
    }
    let skus: BTreeSet<&str> = order.lines.iter().map(|line| line.sku.as_str()).collect();
    if order.lines.is_empty() || skus.len() != order.lines.len() {
        return Err(drift(
            "lines",
            "at least one, each item once",
            "other lines",
        ));
    }
    match order.lines.iter().find(|line| line.quantity <= 0) {
        Some(line) => Err(drift(
            "quantity",
            show_decimal(line.quantity, 3, '.'),
            "none",
        )),
        None => Ok(()),
    }
}

impl Visit {
    /// Compares what the review flow has read with the order.
    pub(super) fn compare(&mut self, order: &Order) -> Result<Basket, SiteError> {
        let cart = self.reads.get("cart").cloned().unwrap_or_default();
        let review = self
            .reads
            .get("review")
            .and_then(|rows| rows.first().cloned())
            .unwrap_or_default();
        let lines = self.compare_lines(order, &cart)?;
        for (field, approved) in [
            ("currency", Some(&order.currency)),
            ("reference", Some(&order.reference)),
            ("account", order.account.as_ref()),
        ] {
            if let (Some(found), Some(approved)) = (text(&review, field), approved)
                && found != *approved
            {
                return Err(drift(field, approved, found));
            }
        }
        let address = text(&review, "address").unwrap_or_default();
        let wanted = std::iter::once(&order.address.key).chain(&order.address.lines);
        for part in wanted {
            if !has_words(&address, part) {
                return Err(drift("address", part, address));
            }
        }
        let total = number_of(&review, "total").unwrap_or_default();
        if total > order.max_total {
            let reason = Refusal::PriceAboveCap {
                approved: order.max_total,
                found: Some(total),
            };
            return Err(refused(reason, "the total", order.max_total, total, None));
        }
        if total < order.min_total {
            let reason = Refusal::PriceBelowFloor {
                approved: order.min_total,
                found: Some(total),
            };
            return Err(refused(reason, "the total", order.min_total, total, None));
        }
        let freight = number_of(&review, "freight");
        let tax = number_of(&review, "tax");
        for (field, approved, found) in
            [("freight", order.freight, freight), ("tax", order.tax, tax)]
        {
            if let Some(found) = found.filter(|found| *found != approved) {
                self.notes.push(Note::Differs {
                    field: field.to_owned(),
                    approved,
                    found,
                });
            }
        }
        Ok(Basket {
            lines,
            currency: order.currency.clone(),
            freight,
            tax,
            total,
            address,
            reference: text(&review, "reference"),
        })
    }

    fn compare_lines(&self, order: &Order, cart: &[Record]) -> Result<Vec<BasketLine>, SiteError> {
        let by_sku = self.recipe.reading("cart").fields.contains_key("sku");
        let mut used = BTreeSet::new();
        let mut lines = Vec::new();
        for (index, line) in order.lines.iter().enumerate() {
            let is_line = |row: &Record| {
                if by_sku {
                    text(row, "sku").as_ref() == Some(&line.sku)
                } else {
                    text(row, "url").is_some()
                        && text(row, "url").as_ref() == self.line_urls.get(&index)
                }
            };
            let rows: Vec<usize> = (0..cart.len()).filter(|row| is_line(&cart[*row])).collect();
            let [row] = rows.as_slice() else {
                let found = format!("{} lines of {}", rows.len(), line.sku);
                return Err(drift("lines", format!("1 line of {}", line.sku), found));
            };
            used.insert(*row);
            lines.push(compare_line(line, &cart[*row])?);
        }
        if used.len() != cart.len() {
            let approved = format!("{} lines", order.lines.len());
            return Err(drift("lines", approved, format!("{} lines", cart.len())));
        }
        Ok(lines)
    }
}

fn compare_line(line: &OrderLine, row: &Record) -> Result<BasketLine, SiteError> {
    let quantity = number_of(row, "qty").unwrap_or_default();
    if quantity != line.quantity {
        let show = |quantity| show_decimal(quantity, 3, '.');
        let field = format!("quantity of {}", line.sku);
        return Err(drift(&field, show(line.quantity), show(quantity)));
    }
    if let Some(unit) = text(row, "unit").filter(|unit| *unit != line.unit) {
        return Err(drift(&format!("unit of {}", line.sku), &line.unit, unit));
    }
    let price = unit_price(row, quantity);
    if price > line.max_unit_price {
        let approved = line.max_unit_price;
        let reason = Refusal::PriceAboveCap {
            approved,
            found: Some(price),
        };
        return Err(refused(
            reason,
            "the unit price",
            approved,
            price,
            Some(line),
        ));
    }
    if price < line.min_unit_price {
        let approved = line.min_unit_price;
        let reason = Refusal::PriceBelowFloor {
            approved,
            found: Some(price),
        };
        return Err(refused(
            reason,
            "the unit price",
            approved,
            price,
            Some(line),
        ));
    }
    Ok(BasketLine {
        sku: line.sku.clone(),
        quantity,
        unit_price: price,
    })
}

/// The price of one unit; from the line's amount where the site shows only that, rounded up.
fn unit_price(row: &Record, quantity: i64) -> i64 {
    if let Some(price) = number_of(row, "price") {
        return price;
    }
    let amount = i128::from(number_of(row, "amount").unwrap_or_default()) * 1000;
    let quantity = i128::from(quantity.max(1));
    let rounded = amount.div_euclid(quantity) + i128::from(amount.rem_euclid(quantity) != 0);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

fn refused(
    reason: Refusal,
    what: &str,
    limit: i64,
    found: i64,
    line: Option<&OrderLine>,
) -> SiteError {
    SiteError::Refused {
        reason,
        text: format!(
            "{what} is {}, the limit {}",
            show_money(found),
            show_money(limit)
        ),
        sku: line.map(|line| line.sku.clone()),
    }
}
