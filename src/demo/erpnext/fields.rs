//! Fields: what is kept of what was sent, and how it is read again.

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::desk::Document;
use super::doctypes::{Field, Kind, Need};
use super::fault::{Class, Fault};

/// A standard or custom field of a type.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) kind: Kind,
    pub(super) need: Need,
    pub(super) unique: bool,
}

/// The fields that the type has, each as its kind; the rest is dropped.
pub(super) fn clean(sent: &Document, columns: &[Column]) -> Result<Document, Fault> {
    let mut document = Document::new();
    for column in columns {
        let Some(value) = sent.get(&column.name) else {
            continue;
        };
        let value = match column.kind {
            Kind::Table(fields) => clean_rows(value, fields)?,
            kind => clean_value(value, kind, &column.label)?,
        };
        document.insert(column.name.clone(), value);
    }
    Ok(document)
}

fn clean_rows(value: &Value, fields: &'static [Field]) -> Result<Value, Fault> {
    let mut rows = Vec::new();
    for row in value.as_array().map_or(&[][..], Vec::as_slice) {
        let mut cleaned = Document::new();
        for field in fields {
            if let Some(value) = row.get(field.name) {
                cleaned.insert(
                    field.name.to_owned(),
                    clean_value(value, field.kind, field.label)?,
                );
            }
        }
        if let Some(name) = row.get("name") {
            cleaned.insert("name".to_owned(), name.clone());
        }
        rows.push(Value::Object(cleaned));
    }
    Ok(Value::Array(rows))
}

fn clean_value(value: &Value, kind: Kind, label: &str) -> Result<Value, Fault> {
    let number = || match value {
        Value::String(text) => text.trim().parse().unwrap_or(0.0),
        other => other
            .as_f64()
            .unwrap_or(f64::from(u8::from(other == &Value::Bool(true)))),
    };
    Ok(match kind {
        _ if value.is_null() || value == "" => Value::Null,
        Kind::Float => number().into(),
        Kind::Check => u8::from(number() != 0.0).into(),
        Kind::Date => {
            let date = value
                .as_str()
                .and_then(|text| text.parse::<NaiveDate>().ok());
            let date = date.ok_or_else(|| {
                let text = format!("{label}: {value} is not a valid date.");
                Fault::thrown(Class::Validation, text)
            })?;
            date.to_string().into()
        }
        Kind::Data | Kind::Text | Kind::Link(_) | Kind::Table(_) => match value {
            Value::String(text) => text.clone().into(),
            other => other.to_string().into(),
        },
    })
}

/// Gives the rows of every table their name, place and parent.
pub(super) fn adopt_rows(doctype: &str, name: &str, document: &mut Document) {
    for (field, value) in document.iter_mut() {
        let Value::Array(rows) = value else { continue };
        for (at, row) in rows.iter_mut().filter_map(Value::as_object_mut).enumerate() {
            let id = Uuid::new_v4().simple().to_string();
            row.entry("name").or_insert(id[..10].into());
            row.insert("idx".to_owned(), (at + 1).into());
            row.insert("parent".to_owned(), name.into());
            row.insert("parentfield".to_owned(), field.clone().into());
            row.insert("parenttype".to_owned(), doctype.into());
        }
    }
}

/// The text of a field; empty when there is none.
pub(super) fn text<'a>(document: &'a Document, field: &str) -> &'a str {
    document
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The number of a field; 0 when there is none.
pub(super) fn number(document: &Document, field: &str) -> f64 {
    document.get(field).and_then(Value::as_f64).unwrap_or(0.0)
}

/// `custom_sutler_uid` → `Custom Sutler Uid`
pub(super) fn label(fieldname: &str) -> String {
    let words = fieldname.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    });
    words.collect::<Vec<_>>().join(" ")
}
