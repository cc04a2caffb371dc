//! The value of a recipe's comparison.

use super::{Scope, Visit};
use crate::error::SiteError;
use crate::order::{Order, OrderLine};
use crate::recipe::expr::{Expr, LineField, Op, OrderField, Term, line_field};
use crate::value::{Record, Value};

/// What a comparison came to; rows are shown as a text.
pub(super) struct Outcome {
    pub(super) holds: bool,
    pub(super) left: Value,
    pub(super) right: Value,
}

impl Visit {
    pub(super) fn evaluate(&self, scope: Scope<'_>, expr: &Expr) -> Result<Outcome, SiteError> {
        if let (Term::Rows(read), Term::OrderLines) = (&expr.left, &expr.right) {
            let rows = self.reads.get(read).ok_or_else(|| unread(expr))?;
            let order = scope.order.ok_or_else(|| unread(expr))?;
            let (found, asked) = (shown(rows, &expr.by), self.asked(order, &expr.by));
            let complete = found.iter().all(|row| row.len() == expr.by.len());
            let text = |rows: &[Vec<String>]| {
                let rows: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
                Value::Text(rows.join(", "))
            };
            return Ok(Outcome {
                holds: complete && found == asked,
                left: text(&found),
                right: text(&asked),
            });
        }
        let left = self.value(scope, expr, &expr.left)?;
        let right = self.value(scope, expr, &expr.right)?;
        let holds = match expr.op {
            Op::Is => scaled(&left) == scaled(&right),
            Op::IsNot => scaled(&left) != scaled(&right),
            Op::AtMost => scaled(&left) <= scaled(&right),
            Op::AtLeast => scaled(&left) >= scaled(&right),
            Op::In => match (&left, &right) {
                (Value::Text(part), Value::Text(whole)) => has_words(whole, part),
                _ => false,
            },
        };
        Ok(Outcome { holds, left, right })
    }

    fn value(&self, scope: Scope<'_>, expr: &Expr, term: &Term) -> Result<Value, SiteError> {
        let found = match term {
            Term::Line(field) => scope.line.and_then(|index| {
                let line = scope.order?.lines.get(index)?;
                self.line_value(line, index, *field)
            }),
            Term::Order(field) => scope.order.map(|order| order_value(order, *field)),
            Term::Read { read, field } => self
                .reads
                .get(read)
                .and_then(|rows| rows.first()?.get(field).cloned()),
            Term::Text(text) => Some(Value::Text(text.clone())),
            // Compared with a quantity or an amount, both scaled alike.
            Term::Number(number) => Some(Value::Money(*number)),
            Term::OrderLines | Term::Rows(_) => None,
        };
        found.ok_or_else(|| unread(expr))
    }

    fn line_value(&self, line: &OrderLine, index: usize, field: LineField) -> Option<Value> {
        Some(match field {
            LineField::Sku => Value::Text(line.sku.clone()),
            LineField::Unit => Value::Text(line.unit.clone()),
            LineField::Url => Value::Text(self.line_urls.get(&index)?.clone()),
            LineField::Qty => Value::Quantity(line.quantity),
            LineField::Price => Value::Money(line.unit_price),
            LineField::MaxPrice => Value::Money(line.max_unit_price),
            LineField::MinPrice => Value::Money(line.min_unit_price),
        })
    }

    /// The order's lines in these fields, sorted.
    fn asked(&self, order: &Order, by: &[String]) -> Vec<Vec<String>> {
        let fields = |(index, line): (usize, &OrderLine)| {
            by.iter()
                .filter_map(|name| self.line_value(line, index, line_field(name)?))
                .map(|value| value.to_string())
                .collect()
        };
        let mut asked: Vec<Vec<String>> = order.lines.iter().enumerate().map(fields).collect();
        asked.sort();
        asked
    }
}

/// The rows in these fields, sorted; a row without one of them is shorter.
fn shown(rows: &[Record], by: &[String]) -> Vec<Vec<String>> {
    let fields = |row: &Record| {
        by.iter()
            .filter_map(|name| row.get(name))
            .map(Value::to_string)
            .collect()
    };
    let mut shown: Vec<Vec<String>> = rows.iter().map(fields).collect();
    shown.sort();
    shown
}

fn order_value(order: &Order, field: OrderField) -> Value {
    match field {
        OrderField::Po => Value::Text(order.reference.clone()),
        OrderField::Address => Value::Text(order.address.key.clone()),
        OrderField::Currency => Value::Text(order.currency.clone()),
        OrderField::Freight => Value::Money(order.freight),
        OrderField::Tax => Value::Money(order.tax),
        OrderField::Total => Value::Money(order.total),
        OrderField::MaxTotal => Value::Money(order.max_total),
        OrderField::MinTotal => Value::Money(order.min_total),
    }
}

/// Numbers of all types on one scale; recipes are checked to compare like with like.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Scaled<'a> {
    Text(&'a str),
    Number(i128),
    Time(chrono::NaiveDateTime),
}

fn scaled(value: &Value) -> Scaled<'_> {
    match value {
        Value::Text(text) => Scaled::Text(text),
        Value::Quantity(thousandths) => Scaled::Number(i128::from(*thousandths) * 10),
        Value::Money(amount) => Scaled::Number(i128::from(*amount)),
        Value::Time(time) => Scaled::Time(*time),
    }
}

fn unread(expr: &Expr) -> SiteError {
    SiteError::Changed {
        what: "a value of this comparison was not read".into(),
        locator: expr.source.clone(),
    }
}

/// Does `part` stand in `whole` as whole words, whatever the spaces between.
pub(super) fn has_words(whole: &str, part: &str) -> bool {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (whole, part) = (squeeze(whole), squeeze(part));
    if part.is_empty() {
        return false;
    }
    whole.match_indices(&part).any(|(at, _)| {
        let before = whole[..at].chars().next_back();
        let after = whole[at + part.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::has_words;

    #[test]
    fn words_are_whole() {
        assert!(has_words("Site 1  Thika Road", "Site 1 Thika"));
        assert!(!has_words("Site 12, Thika Road", "Site 1"));
        assert!(!has_words("Site 1", ""));
    }
}
