//! The conditions of a recipe: `item.price <= line.max_price`, `cart == order.lines by "sku,qty"`.

use serde::Deserialize;

use crate::value::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Is,
    IsNot,
    AtMost,
    AtLeast,
    /// The left text stands in the right one, as whole words.
    In,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineField {
    Sku,
    Qty,
    Unit,
    Url,
    Price,
    MaxPrice,
    MinPrice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderField {
    Po,
    Address,
    Currency,
    Freight,
    Tax,
    Total,
    MaxTotal,
    MinTotal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    Line(LineField),
    Order(OrderField),
    OrderLines,
    /// A field of a read that has no rows.
    Read {
        read: String,
        field: String,
    },
    /// All rows of a read.
    Rows(String),
    Text(String),
    /// A bare number, in ten-thousandths; compares with quantities and amounts.
    Number(i64),
}

/// What a term is; two terms of different types are never compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Quantity,
    Money,
    Time,
    Number,
    Rows,
}

impl From<Kind> for Type {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::Int | Kind::Quantity => Self::Quantity,
            Kind::Money => Self::Money,
            Kind::Date | Kind::Datetime => Self::Time,
        }
    }
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Expr {
    pub(crate) source: String,
    pub(crate) left: Term,
    pub(crate) op: Op,
    pub(crate) right: Term,
    /// The fields by which rows are compared with the order's lines.
    pub(crate) by: Vec<String>,
}

impl TryFrom<String> for Expr {
    type Error = String;

    fn try_from(source: String) -> Result<Self, String> {
        let words = words(&source)?;
        let (comparison, by) = match words.as_slice() {
            [comparison @ .., by, fields] if by == "by" => (
                comparison,
                unquoted(fields)
                    .ok_or_else(|| format!("{source:?}: the fields after `by` need quotes"))?
                    .split(',')
                    .map(|field| field.trim().to_owned())
                    .collect(),
            ),
            all => (all, Vec::new()),
        };
        let [left, op, right] = comparison else {
            return Err(format!(
                "{source:?} is not of the form: value operator value"
            ));
        };
        let op = match op.as_str() {
            "==" => Op::Is,
            "!=" => Op::IsNot,
            "<=" => Op::AtMost,
            ">=" => Op::AtLeast,
            "in" => Op::In,
            other => return Err(format!("{other:?} is not one of ==, !=, <=, >=, in")),
        };
        Ok(Self {
            left: term(left)?,
            op,
            right: term(right)?,
            by,
            source,
        })
    }
}

impl Expr {
    /// The names of the reads that it compares.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &str> {
        [&self.left, &self.right]
            .into_iter()
            .filter_map(|term| match term {
                Term::Read { read, .. } | Term::Rows(read) => Some(read.as_str()),
                Term::Line(_)
                | Term::Order(_)
                | Term::OrderLines
                | Term::Text(_)
                | Term::Number(_) => None,
            })
    }
}

/// Splits at spaces outside quotes; a quoted word keeps its quotes.
fn words(source: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if first == '\'' || first == '"' {
            1 + rest[1..]
                .find(first)
                .ok_or_else(|| format!("a quote in {source:?} is not closed"))?
                + 1
        } else {
            rest.find(' ').unwrap_or(rest.len())
        };
        words.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    Ok(words)
}

fn unquoted(word: &str) -> Option<&str> {
    ['\'', '"']
        .into_iter()
        .find_map(|quote| word.strip_prefix(quote)?.strip_suffix(quote))
}

fn term(word: &str) -> Result<Term, String> {
    if let Some(text) = unquoted(word) {
        return Ok(Term::Text(text.to_owned()));
    }
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return number(word).ok_or_else(|| format!("{word:?} is not a number"));
    }
    if word == "order.lines" {
        return Ok(Term::OrderLines);
    }
    let name = |name: &str| {
        name.chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
            && !name.is_empty()
    };
    match word.split_once('.') {
        Some(("line", field)) => line_field(field)
            .map(Term::Line)
            .ok_or_else(|| format!("a line has no {field:?}")),
        Some(("order", field)) => order_field(field)
            .map(Term::Order)
            .ok_or_else(|| format!("an order has no {field:?}")),
        Some((read, field)) if name(read) && name(field) => Ok(Term::Read {
            read: read.to_owned(),
            field: field.to_owned(),
        }),
        None if name(word) => Ok(Term::Rows(word.to_owned())),
        Some(_) | None => Err(format!("{word:?} is not a value")),
    }
}

fn number(word: &str) -> Option<Term> {
    let (whole, fraction) = word.split_once('.').unwrap_or((word, ""));
    if fraction.len() > 4 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{whole}{fraction:0<4}")
        .parse()
        .ok()
        .map(Term::Number)
}

pub(crate) fn line_field(name: &str) -> Option<LineField> {
    Some(match name {
        "sku" => LineField::Sku,
        "qty" => LineField::Qty,
        "unit" => LineField::Unit,
        "url" => LineField::Url,
        "price" => LineField::Price,
        "max_price" => LineField::MaxPrice,
        "min_price" => LineField::MinPrice,
        _ => return None,
    })
}

fn order_field(name: &str) -> Option<OrderField> {
    Some(match name {
        "po" => OrderField::Po,
        "address" => OrderField::Address,
        "currency" => OrderField::Currency,
        "freight" => OrderField::Freight,
        "tax" => OrderField::Tax,
        "total" => OrderField::Total,
        "max_total" => OrderField::MaxTotal,
        "min_total" => OrderField::MinTotal,
        _ => return None,
    })
}

impl LineField {
    pub(crate) fn kind(self) -> Type {
        match self {
            Self::Sku | Self::Unit | Self::Url => Type::Text,
            Self::Qty => Type::Quantity,
            Self::Price | Self::MaxPrice | Self::MinPrice => Type::Money,
        }
    }
}

impl OrderField {
    pub(crate) fn kind(self) -> Type {
        match self {
            Self::Po | Self::Address | Self::Currency => Type::Text,
            Self::Freight | Self::Tax | Self::Total | Self::MaxTotal | Self::MinTotal => {
                Type::Money
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(source: &str) -> Result<Expr, String> {
        Expr::try_from(source.to_owned())
    }

    #[test]
    fn comparisons_are_read() {
        let rows = parse("cart == order.lines by 'sku, qty'").expect("an expression");
        assert_eq!(rows.left, Term::Rows("cart".into()));
        assert_eq!((rows.op, rows.right), (Op::Is, Term::OrderLines));
        assert_eq!(rows.by, ["sku", "qty"]);
        let number = parse("review.total >= 12.5").expect("an expression");
        assert_eq!(number.right, Term::Number(125_000));
        let text = parse("item.state != 'sold out'").expect("an expression");
        assert_eq!(text.right, Term::Text("sold out".into()));
        assert_eq!(text.op, Op::IsNot);
    }

    #[test]
    fn nonsense_is_refused() {
        for source in [
            "",
            "a",
            "a.b < c.d",
            "a.b == 'x",
            "line.colour == 'red'",
            "order.number == '1'",
            "cart == order.lines by sku",
            "a.b == 1 and c.d == 2",
            "a.b == 1.23456",
            "alert(1) == 2",
        ] {
            assert!(parse(source).is_err(), "{source}");
        }
    }
}
