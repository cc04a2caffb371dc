//! Checks that every type of document must pass.

use serde_json::Value;

use super::desk::Document;
use super::doctypes::{Kind, Need};
use super::fault::{Class, Fault};
use super::fields::{Column, text};

/// The longest text of a Data field, in characters.
const DATA: usize = 140;

/// Refuses a document that lacks something or has too much text in a field.
pub(super) fn check_content(
    doctype: &str,
    name: &str,
    document: &Document,
    columns: &[Column],
) -> Result<(), Fault> {
    let (mut fields, mut messages) = (Vec::new(), Vec::new());
    for column in columns {
        let Column {
            name: field,
            label,
            kind,
            need,
            ..
        } = column;
        let value = document.get(field).unwrap_or(&Value::Null);
        let rows = value.as_array().map(Vec::as_slice);
        if *need == Need::Mandatory && (value.is_null() || rows.is_some_and(<[_]>::is_empty)) {
            fields.push(field.clone());
            messages.push(if matches!(kind, Kind::Table(_)) {
                format!("Error: Data missing in table: {label}")
            } else {
                format!("Error: Value missing for {doctype}: {label}")
            });
        }
        if let (Kind::Table(of), Some(rows)) = (kind, rows) {
            for (at, row) in rows.iter().enumerate() {
                for gap in of.iter().filter(|f| f.need == Need::Mandatory) {
                    if row.get(gap.name).is_none_or(Value::is_null) {
                        fields.push(gap.name.to_owned());
                        let row = at + 1;
                        messages.push(format!(
                            "Error: <strong>{doctype} {label}</strong> Row #{row}: \
                             Value missing for: {}",
                            gap.label
                        ));
                    }
                }
            }
        }
    }
    if !fields.is_empty() {
        let text = format!("[{doctype}, {name}]: {}", fields.join(", "));
        return Err(Fault::raised(Class::Mandatory, text, messages));
    }
    let long = |column: &&Column| {
        column.kind == Kind::Data && text(document, &column.name).chars().count() > DATA
    };
    if let Some(column) = columns.iter().find(long) {
        let label = &column.label;
        let text = format!(
            "{doctype} {name}: '{label}' ({}) will get truncated, as max characters allowed is {DATA}",
            text(document, &column.name)
        );
        return Err(Fault::thrown(Class::CharacterLengthExceeded, text));
    }
    Ok(())
}

/// Draft, submitted and cancelled follow each other in that order.
pub(super) fn check_transition(before: u64, after: u64) -> Result<(), Fault> {
    const STATES: [&str; 3] = ["0 (Draft)", "1 (Submitted)", "2 (Cancelled)"];
    match (before, after) {
        (0, 0 | 1) | (1, 1 | 2) => Ok(()),
        (2, _) => Err(Fault::thrown(
            Class::Validation,
            "Cannot edit cancelled document",
        )),
        (before, after) => {
            let state = |at: u64| {
                usize::try_from(at)
                    .ok()
                    .and_then(|at| STATES.get(at).copied())
            };
            let (before, after) = (state(before), state(after));
            let text = format!(
                "Cannot change docstatus from {} to {}",
                before.unwrap_or("unknown"),
                after.unwrap_or("unknown")
            );
            Err(Fault::thrown(Class::DocstatusTransition, text))
        }
    }
}

/// A submitted document cannot be changed.
pub(super) fn check_submitted(
    stored: &Document,
    changes: &Document,
    columns: &[Column],
) -> Result<(), Fault> {
    for column in columns {
        let Some(new) = changes.get(&column.name) else {
            continue;
        };
        let old = stored.get(&column.name).unwrap_or(&Value::Null);
        let table = matches!(column.kind, Kind::Table(_));
        if table || old != new {
            let text = format!("Not allowed to change {} after submission", column.label);
            return Err(Fault::thrown(Class::UpdateAfterSubmit, text));
        }
    }
    Ok(())
}
