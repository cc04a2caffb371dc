//! Rows from a TOML file that holds all kinds.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::rows::{Cell, Kind, Place, Problem, Row, Value, column_name};

/// Reads a whole file; what is no row is a problem.
pub(super) fn rows(file: &str, text: &str) -> (Vec<Row>, Vec<Problem>) {
    let mut source = Source {
        file: file.into(),
        text,
        rows: Vec::new(),
        problems: Vec::new(),
    };
    match DeTable::parse(text) {
        Ok(table) => source.tables(table.get_ref()),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            source.problems.push(Problem {
                place: source.place(at),
                column: None,
                text: format!("this is not TOML: {}", error.message()),
            });
        }
    }
    (source.rows, source.problems)
}

struct Source<'a> {
    file: Arc<str>,
    text: &'a str,
    rows: Vec<Row>,
    problems: Vec<Problem>,
}

const KINDS: [Kind; 6] = [
    Kind::Organisation,
    Kind::Site,
    Kind::Person,
    Kind::Item,
    Kind::Supplier,
    Kind::Alias,
];

impl Source<'_> {
    fn place(&self, at: usize) -> Place {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        Place {
            file: self.file.clone(),
            line: before.split(|b| *b == b'\n').count(),
        }
    }

    fn tables(&mut self, root: &DeTable<'_>) {
        for (name, value) in root {
            let kind = KINDS.into_iter().find(|k| k.name() == name.get_ref());
            let Some(kind) = kind else {
                let place = self.place(name.span().start);
                let text = "there is no such table; there are [organisation], [[person]], [[site]], \
                            [[item]], [[alias]], [[supplier]] and [[supplier.item]]";
                self.problems.push(place.problem(name.get_ref(), text));
                continue;
            };
            for (at, table) in tables_of(value) {
                if let Some(table) = table {
                    self.row(kind, at, table, None);
                } else {
                    let text = format!("write it as [[{}]]", kind.name());
                    let place = self.place(at);
                    self.problems.push(place.problem(name.get_ref(), text));
                }
            }
        }
    }

    fn row(&mut self, kind: Kind, at: usize, table: &DeTable<'_>, of: Option<&Value>) {
        let place = self.place(at);
        let mut cells: Vec<Cell> = of
            .map(|supplier| Cell {
                column: "supplier".to_owned(),
                place: place.clone(),
                value: supplier.clone(),
            })
            .into_iter()
            .collect();
        let mut items = Vec::new();
        for (name, inner) in table {
            if kind == Kind::Supplier && name.get_ref() == "item" {
                items.extend(tables_of(inner));
                continue;
            }
            cells.push(Cell {
                column: column_name(kind, name.get_ref()),
                place: self.place(name.span().start),
                value: value(inner.get_ref()),
            });
        }
        let code = cells
            .iter()
            .find(|cell| cell.column == "code")
            .map(|cell| cell.value.clone());
        self.rows.push(Row { kind, place, cells });
        for (at, item) in items {
            if let Some(item) = item {
                self.row(Kind::SupplierItem, at, item, code.as_ref());
            } else {
                let place = self.place(at);
                let text = "write it as [[supplier.item]]";
                self.problems.push(place.problem("item", text));
            }
        }
    }
}

/// The one table, or those of a list, each with where it stands; none for what is no table.
fn tables_of<'a, 'i>(value: &'a Spanned<DeValue<'i>>) -> Vec<(usize, Option<&'a DeTable<'i>>)> {
    let one = |value: &'a Spanned<DeValue<'i>>| {
        let table = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => None,
        };
        (value.span().start, table)
    };
    match value.get_ref() {
        DeValue::Array(values) => values.iter().map(one).collect(),
        DeValue::Table(_)
        | DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => vec![one(value)],
    }
}

fn value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::Other(number.to_string()), Value::Whole),
        DeValue::Float(number) => Value::Other(number.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(at) => Value::Other(at.to_string()),
        DeValue::Array(values) => {
            Value::List(values.iter().map(|v| self::value(v.get_ref())).collect())
        }
        DeValue::Table(table) => Value::Table(
            table
                .iter()
                .map(|(name, v)| (name.get_ref().to_string(), self::value(v.get_ref())))
                .collect(),
        ),
    }
}
