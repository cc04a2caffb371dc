//! Rows as they stand in a file, whatever its form, and reading their cells one by one.
//!
//! **Invariant:** every complaint names the file, the line and the column.

use std::fmt;
use std::sync::Arc;

use clap::ValueEnum;

use crate::domain::money;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum Kind {
    Organisation,
    Site,
    Person,
    Item,
    Supplier,
    /// What a supplier calls an item, and its price there.
    SupplierItem,
    /// What the organisation's people call an item.
    Alias,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Organisation,
        Self::Site,
        Self::Person,
        Self::Item,
        Self::Supplier,
        Self::SupplierItem,
        Self::Alias,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Site => "site",
            Self::Person => "person",
            Self::Item => "item",
            Self::Supplier => "supplier",
            Self::SupplierItem => "supplier-item",
            Self::Alias => "alias",
        }
    }

    /// The columns that each row must have.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::Organisation => &["code", "name", "currency", "time_zone"],
            Self::Site | Self::Person => &["code", "name"],
            Self::Item => &["code", "name", "unit"],
            Self::Supplier => &["code", "name", "recipe", "currency"],
            Self::SupplierItem => &["supplier", "item", "sku", "price"],
            Self::Alias => &["words", "item"],
        }
    }

    /// The columns that may be left out; what is stored then stays.
    pub fn optional(self) -> &'static [&'static str] {
        match self {
            Self::Organisation => &["whatsapp_numbers", "settings"],
            Self::Site => &["aliases", "address_name", "address", "cost_code"],
            Self::Person => &[
                "phones",
                "user_ids",
                "roles",
                "approval_limit",
                "sites",
                "active",
                "language",
            ],
            Self::Item => &["aliases", "category"],
            Self::Supplier => &["base_url", "erp_name", "accounts", "terms"],
            Self::SupplierItem => &["unit"],
            Self::Alias => &[],
        }
    }

    pub fn knows(self, column: &str) -> bool {
        self.required().contains(&column) || self.optional().contains(&column)
    }
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: usize,
}

/// What is wrong with a row, for the one who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    pub column: Option<String>,
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.place.file, self.place.line)?;
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.text)
    }
}

impl Place {
    pub fn problem(&self, column: &str, text: impl Into<String>) -> Problem {
        Problem {
            place: self.clone(),
            column: Some(column.to_owned()),
            text: text.into(),
        }
    }
}

/// One row of one kind.
#[derive(Clone, Debug)]
pub struct Row {
    pub kind: Kind,
    pub place: Place,
    pub cells: Vec<Cell>,
}

/// One named value of a row.
#[derive(Clone, Debug)]
pub struct Cell {
    pub column: String,
    pub place: Place,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The cells of a CSV file are all of this kind.
    Text(String),
    Whole(i64),
    Flag(bool),
    /// A decimal number outside of quotes, or a date: nothing here takes one.
    Other(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

impl Value {
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::Whole(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Other(text) => text.clone(),
            Self::List(_) => "a list".to_owned(),
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

/// Takes the cells out of a row and keeps what is wrong with them.
#[derive(Debug)]
pub struct Reader {
    row: Row,
    pub problems: Vec<Problem>,
}

/// A list of texts in one cell of a CSV file is written with this between them.
const BETWEEN: char = ';';

impl Reader {
    pub fn new(row: Row) -> Self {
        Self {
            row,
            problems: Vec::new(),
        }
    }

    pub fn place(&self) -> Place {
        self.row.place.clone()
    }

    /// The cell of a column, once.
    pub fn take(&mut self, column: &str) -> Option<Cell> {
        let at = self.row.cells.iter().position(|c| c.column == column)?;
        Some(self.row.cells.remove(at))
    }

    pub fn wrong(&mut self, cell: &Cell, expected: &str) {
        let text = format!("{} is not {expected}", cell.value.shown());
        self.problems.push(cell.place.problem(&cell.column, text));
    }

    /// A text that must be there. Spaces around it do not count.
    pub fn required(&mut self, column: &str) -> String {
        match self.text(column) {
            Some(text) if !text.is_empty() => text,
            Some(_) | None => {
                let text = "this is missing";
                // A value of another type has its own complaint already.
                if !self
                    .problems
                    .iter()
                    .any(|p| p.column.as_deref() == Some(column))
                {
                    self.problems.push(self.row.place.problem(column, text));
                }
                String::new()
            }
        }
    }

    pub fn text(&mut self, column: &str) -> Option<String> {
        let cell = self.take(column)?;
        if let Value::Text(text) = &cell.value {
            return Some(text.trim().to_owned());
        }
        self.wrong(&cell, "a text: put it in quotes");
        None
    }

    /// A text that `read` makes something of; else the complaint says what was expected.
    pub fn read<T>(
        &mut self,
        column: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let cell = self.take(column)?;
        let value = match &cell.value {
            Value::Text(text) => read(text.trim()),
            Value::Whole(_)
            | Value::Flag(_)
            | Value::Other(_)
            | Value::List(_)
            | Value::Table(_) => None,
        };
        if value.is_none() {
            self.wrong(&cell, expected);
        }
        value
    }

    /// Several texts: a list, or one text with semicolons between.
    pub fn list(&mut self, column: &str) -> Option<(Place, Vec<String>)> {
        let cell = self.take(column)?;
        let texts = match &cell.value {
            Value::Text(text) => Some(split(text)),
            Value::List(values) => values
                .iter()
                .map(|value| match value {
                    Value::Text(text) => Some(text.trim().to_owned()),
                    Value::Whole(_)
                    | Value::Flag(_)
                    | Value::Other(_)
                    | Value::List(_)
                    | Value::Table(_) => None,
                })
                .collect(),
            Value::Whole(_) | Value::Flag(_) | Value::Other(_) | Value::Table(_) => None,
        };
        match texts {
            Some(texts) if texts.iter().all(|text| !text.is_empty()) => Some((cell.place, texts)),
            Some(_) | None => {
                self.wrong(&cell, "a list of texts");
                None
            }
        }
    }

    /// Several texts that `read` makes something of, each complained of by itself.
    pub fn each<T>(
        &mut self,
        column: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let (place, texts) = self.list(column)?;
        let mut values = Vec::with_capacity(texts.len());
        for text in texts {
            match read(&text) {
                Some(value) => values.push(value),
                None => self
                    .problems
                    .push(place.problem(column, format!("{text:?} is not {expected}"))),
            }
        }
        Some(values)
    }

    pub fn flag(&mut self, column: &str) -> Option<bool> {
        let cell = self.take(column)?;
        let flag = match &cell.value {
            Value::Flag(flag) => Some(*flag),
            Value::Text(text) => match text.trim() {
                "yes" | "true" => Some(true),
                "no" | "false" => Some(false),
                _ => None,
            },
            Value::Whole(_) | Value::Other(_) | Value::List(_) | Value::Table(_) => None,
        };
        if flag.is_none() {
            self.wrong(&cell, "yes or no");
        }
        flag
    }

    /// Ends the row: what is left is a column that nobody knows.
    pub fn finish(mut self) -> Vec<Problem> {
        let kind = self.row.kind;
        let known = [kind.required(), kind.optional()].concat().join(", ");
        for cell in std::mem::take(&mut self.row.cells) {
            let text = format!("there is no such column; {} has {known}", kind.name());
            self.problems.push(cell.place.problem(&cell.column, text));
        }
        self.problems
    }
}

fn split(text: &str) -> Vec<String> {
    text.split(BETWEEN)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

pub const AMOUNT: &str =
    "an amount: digits, a point and at most four decimals, in quotes, such as \"1500.00\"";

/// An amount in ten-thousandths of a currency's unit.
pub fn amount(text: &str) -> Option<i64> {
    money::parse_amount(text)
}

/// Puts the names for one in the place of those for several: `phone` for `phones`.
pub fn column_name(kind: Kind, written: &str) -> String {
    let written = written.trim();
    let several = [
        written.to_owned(),
        format!("{written}s"),
        format!("{written}es"),
    ];
    let known = several.iter().find(|column| kind.knows(column));
    known.map_or_else(|| written.to_owned(), String::clone)
}
