//! Lists: filters, fields, order and page, as `frappe.client.get_list` takes them.

use std::cmp::Ordering;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::desk::Document;
use super::fault::{Class, Fault};

const PAGE: usize = 20;

/// The query string of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    filters: Option<String>,
    fields: Option<String>,
    order_by: Option<String>,
    limit_start: Option<usize>,
    limit_page_length: Option<usize>,
    limit: Option<usize>,
}

struct Filter {
    field: String,
    operator: String,
    value: Value,
}

impl Query {
    /// The rows that it asks for; `known` says which fields the type has.
    pub(super) fn run<'a>(
        &self,
        doctype: &str,
        documents: impl Iterator<Item = &'a Document>,
        known: impl Fn(&str) -> bool,
    ) -> Result<Vec<Value>, Fault> {
        let filters = self.filters(doctype)?;
        for filter in &filters {
            if !known(&filter.field) {
                let column = format!("tab{doctype}.{}", filter.field);
                let text = format!("(1054, \"Unknown column '{column}' in 'where clause'\")");
                return Err(Fault::raised(Class::Operational, text, Vec::new()));
            }
        }
        let fields = self.fields()?;
        if let Some(field) = fields.iter().find(|field| *field != "*" && !known(field)) {
            let text = format!("Field not permitted in query: {field}");
            return Err(Fault::thrown(Class::Data, text));
        }
        let mut rows = Vec::new();
        for document in documents {
            let mut keep = true;
            for filter in &filters {
                keep &= filter.holds(document.get(&filter.field).unwrap_or(&Value::Null))?;
            }
            if keep {
                rows.push(document);
            }
        }
        let (field, newest_first) = self.order(&known)?;
        rows.sort_by(|a, b| {
            let order = compare(a.get(&field), b.get(&field));
            if newest_first { order.reverse() } else { order }
        });
        let most = match self.limit_page_length.or(self.limit).unwrap_or(PAGE) {
            0 => usize::MAX,
            most => most,
        };
        let rows = rows
            .into_iter()
            .skip(self.limit_start.unwrap_or(0))
            .take(most);
        Ok(rows.map(|row| select(row, &fields)).collect())
    }

    fn filters(&self, doctype: &str) -> Result<Vec<Filter>, Fault> {
        let Some(text) = self.filters.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(Vec::new());
        };
        match parse(text)? {
            Value::Array(rows) => rows.iter().map(|row| Filter::row(doctype, row)).collect(),
            Value::Object(pairs) => Ok(pairs.into_iter().map(Filter::pair).collect()),
            other => Err(bad_filter(&other)),
        }
    }

    fn fields(&self) -> Result<Vec<String>, Fault> {
        let Some(text) = &self.fields else {
            return Ok(vec!["name".to_owned()]);
        };
        serde_json::from_value(parse(text)?)
            .map_err(|error| Fault::thrown(Class::Data, error.to_string()))
    }

    fn order(&self, known: &impl Fn(&str) -> bool) -> Result<(String, bool), Fault> {
        let text = self.order_by.as_deref().unwrap_or("modified desc");
        let mut words = text.split_whitespace();
        let field = words.next().unwrap_or("modified");
        let descending = match words.next().map(str::to_lowercase).as_deref() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(Fault::thrown(Class::Data, format!("Invalid order: {text}"))),
        };
        if !known(field) {
            return Err(Fault::thrown(Class::Data, format!("Invalid order: {text}")));
        }
        Ok((field.to_owned(), descending))
    }
}

impl Filter {
    /// `[field, operator, value]`, with or without the type before it.
    fn row(doctype: &str, row: &Value) -> Result<Self, Fault> {
        let parts = row.as_array().map_or(&[][..], Vec::as_slice);
        let parts = match parts {
            [kind, rest @ ..] if rest.len() == 3 && kind == doctype => rest,
            parts => parts,
        };
        match parts {
            [Value::String(field), Value::String(operator), value] => Ok(Self {
                field: field.clone(),
                operator: operator.to_lowercase(),
                value: value.clone(),
            }),
            [Value::String(field), value] => Ok(Self::pair((field.clone(), value.clone()))),
            _ => Err(bad_filter(row)),
        }
    }

    /// `field: value`, or `field: [operator, value]`.
    fn pair((field, value): (String, Value)) -> Self {
        match value {
            Value::Array(parts) if parts.len() == 2 && parts[0].is_string() => Self {
                field,
                operator: parts[0].as_str().unwrap_or_default().to_lowercase(),
                value: parts[1].clone(),
            },
            value => Self {
                field,
                operator: "=".to_owned(),
                value,
            },
        }
    }

    fn holds(&self, found: &Value) -> Result<bool, Fault> {
        let order = compare(Some(found), Some(&self.value));
        let among = || {
            let text = self
                .value
                .as_str()
                .map(|text| text.split(',').map(Value::from).collect());
            let values: Vec<Value> = text.or(self.value.as_array().cloned()).unwrap_or_default();
            values
                .iter()
                .any(|value| compare(Some(found), Some(value)).is_eq())
        };
        Ok(match self.operator.as_str() {
            "=" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "in" => among(),
            "not in" => !among(),
            "like" => like(&plain(found), &plain(&self.value)),
            "not like" => !like(&plain(found), &plain(&self.value)),
            "is" if self.value == "set" => !plain(found).is_empty(),
            "is" if self.value == "not set" => plain(found).is_empty(),
            other => {
                let text = format!("Invalid filter operator: {other}");
                return Err(Fault::thrown(Class::Validation, text));
            }
        })
    }
}

fn parse(text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text)
        .map_err(|error| Fault::raised(Class::JsonDecode, error.to_string(), Vec::new()))
}

fn bad_filter(filter: &Value) -> Fault {
    Fault::thrown(Class::Validation, format!("Invalid filter: {filter}"))
}

fn select(document: &Document, fields: &[String]) -> Value {
    if fields.iter().any(|field| field == "*") {
        let flat = document.iter().filter(|(_, value)| !value.is_array());
        return Value::Object(flat.map(|(k, v)| (k.clone(), v.clone())).collect());
    }
    let pairs = fields.iter().map(|field| {
        let value = document.get(field).cloned().unwrap_or_default();
        (field.clone(), value)
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// As the database compares: numbers as numbers, all else as text, nothing as an empty text.
fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let number = |value: &Value| match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(is) => Some(f64::from(u8::from(*is))),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let (a, b) = (a.unwrap_or(&Value::Null), b.unwrap_or(&Value::Null));
    match (number(a), number(b)) {
        (Some(x), Some(y)) if a.is_number() || b.is_number() => x.total_cmp(&y),
        _ => plain(a).to_lowercase().cmp(&plain(b).to_lowercase()),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// SQL's LIKE with `%` alone.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
    let mut parts = pattern.split('%');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_knows_the_percent_sign() {
        for (text, pattern, expect) in [
            ("PUR-ORD-2026-00001", "pur%", true),
            ("PUR-ORD-2026-00001", "%2026%", true),
            ("PUR-ORD-2026-00001", "%0001", true),
            ("PUR-ORD-2026-00001", "2026", false),
            ("abc", "abc", true),
            ("ab", "a%b%c", false),
        ] {
            assert_eq!(like(text, pattern), expect, "{text} {pattern}");
        }
    }
}
