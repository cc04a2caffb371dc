//! A purchase order for the one who must approve it.

use chrono::NaiveDate;

use super::{LineText, Texts, say};
use crate::domain::money::{Currency, Money};

#[derive(Clone, Debug)]
pub struct ApprovalCard<'a> {
    pub requester: &'a str,
    pub number: &'a str,
    pub request: i64,
    pub supplier: &'a str,
    pub site: &'a str,
    pub needed_by: Option<NaiveDate>,
    pub lines: &'a [LineText],
    pub currency: Currency,
    pub freight: i64,
    pub tax: i64,
    pub total: i64,
    pub findings: &'a [String],
    pub words: &'a str,
    /// What changed since it was approved before.
    pub changed: Option<&'a str>,
}

impl Texts {
    pub fn approval_card(self, card: &ApprovalCard<'_>) -> String {
        let amount = |a: i64| self.money(Money::new(a, card.currency));
        let mut parts = Vec::new();
        if let Some(changed) = card.changed {
            parts.push(say!(self, "approval-changed", changed: changed));
        }
        parts.push(match card.needed_by {
            Some(day) => {
                say!(self, "approval-card-by", requester: card.requester, number: card.number,
                    request: card.request, supplier: card.supplier, site: card.site,
                    date: self.date(day))
            }
            None => {
                say!(self, "approval-card", requester: card.requester, number: card.number,
                    request: card.request, supplier: card.supplier, site: card.site)
            }
        });
        for line in card.lines {
            let text = self.line(line);
            parts.push(match line.price {
                Some(price) => say!(self, "approval-line", line: text, price: amount(price)),
                None => text,
            });
        }
        parts.push(
            say!(self, "approval-sums", freight: amount(card.freight), tax: amount(card.tax)),
        );
        parts.push(say!(self, "approval-total", total: amount(card.total)));
        for finding in card.findings {
            parts.push(say!(self, "approval-note", text: finding.as_str()));
        }
        if !card.words.is_empty() {
            parts.push(say!(self, "approval-words", words: card.words));
        }
        parts.join("\n")
    }
}
