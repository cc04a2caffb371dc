//! Rows from a CSV file that holds one kind, told by its header.

use std::sync::Arc;

use super::rows::{Cell, Kind, Place, Problem, Row, Value, column_name};

/// Reads a whole file; what is no row is a problem. Empty cells count as left out.
pub(super) fn rows(file: &str, text: &str, kind: Option<Kind>) -> (Vec<Row>, Vec<Problem>) {
    let file: Arc<str> = file.into();
    let place = |line: u64| Place {
        file: file.clone(),
        line: usize::try_from(line).unwrap_or(usize::MAX),
    };
    let complain = |line: u64, text: String| Problem {
        place: place(line),
        column: None,
        text,
    };
    // A spreadsheet puts this mark before UTF-8.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => return (Vec::new(), vec![complain(1, error.to_string())]),
    };
    let kind = match kind.map_or_else(|| told_by(&header), Ok) {
        Ok(kind) => kind,
        Err(text) => return (Vec::new(), vec![complain(1, text)]),
    };
    let mut problems: Vec<Problem> = kind
        .required()
        .iter()
        .filter(|column| !header.iter().any(|h| column_name(kind, h) == **column))
        .map(|column| place(1).problem(column, "this column is missing"))
        .collect();
    for (n, column) in header.iter().enumerate() {
        if header[..n].contains(column) {
            problems.push(place(1).problem(column, "this column stands there twice"));
        }
    }
    let mut rows = Vec::new();
    if !problems.is_empty() {
        return (rows, problems);
    }
    for record in reader.records() {
        match record {
            Ok(record) => {
                let place = place(record.position().map_or(1, csv::Position::line));
                let cells = cells(kind, &place, &header, &record);
                rows.push(Row { kind, place, cells });
            }
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                let text = match error.kind() {
                    csv::ErrorKind::UnequalLengths { len, .. } => {
                        format!("{len} columns, but the header has {}", header.len())
                    }
                    _ => error.to_string(),
                };
                problems.push(complain(line, text));
            }
        }
    }
    (rows, problems)
}

/// The cells of a record that are not empty; columns such as `terms.freight` become one table.
fn cells(kind: Kind, place: &Place, header: &[String], record: &csv::StringRecord) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for (column, text) in header.iter().zip(record) {
        if text.is_empty() {
            continue;
        }
        let text = Value::Text(text.to_owned());
        let Some((table, key)) = column.split_once('.') else {
            cells.push(Cell {
                column: column_name(kind, column),
                place: place.clone(),
                value: text,
            });
            continue;
        };
        let known = cells.iter_mut().find(|cell| cell.column == table);
        match known.map(|cell| &mut cell.value) {
            Some(Value::Table(inner)) => inner.push((key.to_owned(), text)),
            Some(_) | None => cells.push(Cell {
                column: table.to_owned(),
                place: place.clone(),
                value: Value::Table(vec![(key.to_owned(), text)]),
            }),
        }
    }
    cells
}

/// The kind whose columns these are.
fn told_by(header: &[String]) -> Result<Kind, String> {
    let known = |kind: Kind| {
        let column = |h: &String| {
            let name = h.split_once('.').map_or(h.as_str(), |(table, _)| table);
            kind.knows(&column_name(kind, name))
        };
        header.iter().filter(|h| column(h)).count()
    };
    let has_required = |kind: Kind| {
        let has = |column: &str| header.iter().any(|h| column_name(kind, h) == column);
        kind.required().iter().all(|column| has(column))
    };
    let fitting: Vec<Kind> = Kind::ALL.into_iter().filter(|k| has_required(*k)).collect();
    let most = fitting.iter().map(|kind| known(*kind)).max();
    let best: Vec<Kind> = fitting
        .into_iter()
        .filter(|kind| Some(known(*kind)) == most)
        .collect();
    match best.as_slice() {
        [kind] => Ok(*kind),
        [] => {
            let columns: Vec<String> = Kind::ALL
                .iter()
                .map(|kind| format!("{} ({})", kind.name(), kind.required().join(", ")))
                .collect();
            Err(format!(
                "the header is of no kind that can be imported; each kind needs its columns: {}",
                columns.join("; ")
            ))
        }
        several => {
            let names: Vec<&str> = several.iter().map(|kind| kind.name()).collect();
            Err(format!(
                "the header could be of {}: say which with --kind",
                names.join(" or ")
            ))
        }
    }
}
