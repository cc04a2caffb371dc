//! What an import changes, as a list for people.

use std::fmt;

use super::rows::{Kind, Problem};

/// Every row with what becomes of it, in the order in which they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub rows: Vec<Outcome>,
}

/// What becomes of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub kind: Kind,
    /// The code; for an item of a supplier both codes.
    pub code: String,
    pub change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The values that are not empty.
    Added(Vec<(String, String)>),
    Changed(Vec<Difference>),
    Unchanged,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub column: String,
    pub was: String,
    pub becomes: String,
}

/// Why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// For the one who wrote the files; all of them.
    #[error("{}", lines(.0))]
    Rows(Vec<Problem>),
    #[error("the database did not take it: {0}")]
    Database(#[from] sqlx::Error),
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// A record as columns and values.
pub(super) type Shown = Vec<(String, String)>;

/// Columns by their names.
pub(super) fn shown<const N: usize>(columns: [(&str, String); N]) -> Shown {
    columns
        .map(|(column, value)| (column.to_owned(), value))
        .into()
}

impl Report {
    pub(super) fn note(&mut self, kind: Kind, code: &str, was: Option<Shown>, becomes: Shown) {
        let change = match was {
            None => Change::Added(becomes.into_iter().filter(|(_, v)| !v.is_empty()).collect()),
            Some(was) => {
                let differences: Vec<Difference> = was
                    .into_iter()
                    .zip(becomes)
                    .filter(|((_, was), (_, becomes))| was != becomes)
                    .map(|((column, was), (_, becomes))| Difference {
                        column,
                        was,
                        becomes,
                    })
                    .collect();
                if differences.is_empty() {
                    Change::Unchanged
                } else {
                    Change::Changed(differences)
                }
            }
        };
        self.rows.push(Outcome {
            kind,
            code: code.to_owned(),
            change,
        });
    }

    /// Rows added, changed and unchanged.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Change) -> bool| self.rows.iter().filter(|r| is(&r.change)).count();
        (
            count(|change| matches!(change, Change::Added(_))),
            count(|change| matches!(change, Change::Changed(_))),
            count(|change| matches!(change, Change::Unchanged)),
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            let name = row.kind.name();
            match &row.change {
                Change::Added(values) => {
                    let values: Vec<String> = values
                        .iter()
                        .map(|(column, value)| format!("{column} {value}"))
                        .collect();
                    writeln!(f, "added    {name} {}: {}", row.code, values.join(", "))?;
                }
                Change::Changed(differences) => {
                    writeln!(f, "changed  {name} {}", row.code)?;
                    for one in differences {
                        let was = or_nothing(&one.was);
                        let becomes = or_nothing(&one.becomes);
                        writeln!(f, "           {}: {was} -> {becomes}", one.column)?;
                    }
                }
                Change::Unchanged => {}
            }
        }
        let (added, changed, unchanged) = self.counts();
        write!(
            f,
            "{added} added, {changed} changed, {unchanged} unchanged."
        )
    }
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "(nothing)" } else { text }
}
