//! Orders that were placed: the history, their lines, how far they have got, their files.

use super::{Scope, Visit, number_of, text, time};
use crate::error::SiteError;
use crate::order::{PastLine, PastOrder, SiteFile, Status};
use crate::recipe::Part;
use crate::value::Record;

impl Visit {
    /// The account's orders, newest first as the site lists them: the before-image.
    pub async fn history(&mut self) -> Result<Vec<PastOrder>, SiteError> {
        let scope = Scope::of(Part::Orders);
        self.run_with_evidence(scope).await?;
        let rows = self.reads.get("orders").cloned().unwrap_or_default();
        Ok(rows.iter().map(past_order).collect())
    }

    /// The lines of one past order; `None` when the recipe has no flow `order`.
    pub async fn order_lines(&mut self, number: &str) -> Result<Option<Vec<PastLine>>, SiteError> {
        if self.recipe.steps(Part::Order).is_none() {
            return Ok(None);
        }
        let scope = Scope {
            past: Some(number),
            ..Scope::of(Part::Order)
        };
        self.run_with_evidence(scope).await?;
        let rows = self.reads.get("order_lines").cloned().unwrap_or_default();
        let mut lines = Vec::new();
        for row in &rows {
            let sku = match (text(row, "sku"), text(row, "url")) {
                (None, Some(url)) => self.sku_at(&url).await?,
                (sku, _) => sku.unwrap_or_default(),
            };
            lines.push(PastLine {
                sku,
                quantity: number_of(row, "qty").unwrap_or_default(),
            });
        }
        Ok(Some(lines))
    }

    /// The SKU of a product, from its own page.
    async fn sku_at(&mut self, url: &str) -> Result<String, SiteError> {
        self.run(Scope {
            past_url: Some(url),
            ..Scope::of(Part::Item)
        })
        .await?;
        let item = self.reads.get("item").and_then(|rows| rows.first());
        Ok(item.and_then(|row| text(row, "sku")).unwrap_or_default())
    }

    /// How far the supplier has got with an order; `None` when the recipe has no flow `status`.
    pub async fn status(&mut self, number: &str) -> Result<Option<Status>, SiteError> {
        if self.recipe.steps(Part::Status).is_none() {
            return Ok(None);
        }
        let scope = Scope {
            past: Some(number),
            ..Scope::of(Part::Status)
        };
        self.run_with_evidence(scope).await?;
        let rows = self.reads.get("status").cloned().unwrap_or_default();
        let row = rows.into_iter().next().unwrap_or_default();
        let words = text(&row, "state").unwrap_or_default();
        Ok(Some(Status {
            state: self.recipe.state(&words),
            words,
            tracking: text(&row, "tracking"),
            carrier: text(&row, "carrier"),
            expected: time(&row, "expected"),
        }))
    }

    /// The files that the site has of an order, such as its invoice; none when the recipe has no
    /// flow `documents`.
    pub async fn documents(&mut self, number: &str) -> Result<Vec<SiteFile>, SiteError> {
        if self.recipe.steps(Part::Documents).is_none() {
            return Ok(Vec::new());
        }
        self.files.clear();
        self.run_with_evidence(Scope {
            past: Some(number),
            ..Scope::of(Part::Documents)
        })
        .await?;
        Ok(std::mem::take(&mut self.files))
    }
}

fn past_order(row: &Record) -> PastOrder {
    PastOrder {
        number: text(row, "number").unwrap_or_default(),
        reference: text(row, "reference"),
        total: number_of(row, "total"),
        placed_at: time(row, "placed"),
        lines: None,
    }
}
