//! What Frappe answers: documents, and errors in its nested JSON.

use serde_json::Value;

use super::UID_FIELD;
use crate::domain::{money, quantity};
use crate::erp::{Document, DocumentLine, DocumentState};

/// Reads an order; the error says what it lacks.
pub(super) fn document(value: &Value) -> Result<Document, String> {
    let text = |field: &str| {
        value[field]
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let needed = |field: &str| text(field).ok_or_else(|| format!("the order has no {field}"));
    let amount = |row: &Value, field: &str| {
        scaled(&row[field], money::SCALE).ok_or_else(|| format!("the order has no {field}"))
    };
    let rows = value["items"].as_array().ok_or("the order has no items")?;
    let line = |row: &Value| {
        Ok(DocumentLine {
            item_code: row["item_code"].as_str().unwrap_or_default().to_owned(),
            quantity: scaled(&row["qty"], quantity::SCALE).ok_or("a line has no qty")?,
            unit: row["uom"].as_str().unwrap_or_default().to_owned(),
            rate: amount(row, "rate")?,
        })
    };
    Ok(Document {
        name: needed("name")?,
        uid: text(UID_FIELD),
        state: match value["docstatus"].as_i64() {
            Some(0) => DocumentState::Draft,
            Some(1) => DocumentState::Submitted,
            Some(2) => DocumentState::Cancelled,
            Some(_) | None => return Err("the order has no docstatus".to_owned()),
        },
        supplier: needed("supplier")?,
        currency: needed("currency")?,
        supplier_number: text("order_confirmation_no"),
        lines: rows.iter().map(line).collect::<Result<_, String>>()?,
        net_total: amount(value, "net_total").or_else(|_| amount(value, "total"))?,
        grand_total: amount(value, "grand_total")?,
    })
}

/// What the server says to people, or else to programmers. `_server_messages` is JSON in JSON in JSON.
pub(super) fn words(body: &Value) -> Option<String> {
    let messages: Vec<String> = body["_server_messages"]
        .as_str()
        .and_then(|text| serde_json::from_str::<Vec<String>>(text).ok())
        .unwrap_or_default();
    let said: Vec<String> = messages
        .iter()
        .filter_map(|text| {
            let message: Value = serde_json::from_str(text).ok()?;
            message["message"].as_str().map(without_tags)
        })
        .filter(|text| !text.is_empty())
        .collect();
    if !said.is_empty() {
        return Some(said.join("; "));
    }
    let raised = body["exception"]
        .as_str()
        .or_else(|| body["exc_type"].as_str())?;
    Some(without_tags(
        raised.trim_start_matches("frappe.exceptions."),
    ))
}

fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        if let Some((_, after)) = tag.split_once('>') {
            rest = after;
        } else {
            text.push('<');
            rest = tag;
        }
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number, or a text with one, times a scale; none if it is no number or too large for `f64` to keep
/// it whole.
fn scaled(value: &Value, scale: i64) -> Option<i64> {
    if let Some(whole) = value.as_i64() {
        return whole.checked_mul(scale);
    }
    let number = value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())?;
    #[expect(clippy::cast_precision_loss, reason = "scales are 1,000 and 10,000")]
    let scaled = (number * scale as f64).round();
    #[expect(clippy::cast_possible_truncation, reason = "within 2^53, checked here")]
    (scaled.abs() <= 9_007_199_254_740_992.0).then_some(scaled as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_to_the_last_digit_or_not_at_all() {
        for (value, expect) in [
            (json!(7.35), Some(73_500)),
            (json!("7.35"), Some(73_500)),
            (json!(12), Some(120_000)),
            (json!(0.1), Some(1_000)),
            (json!("123456789.0001"), Some(1_234_567_890_001)),
            (json!(1e15), None),
            (json!(i64::MAX), None),
            (json!("NaN"), None),
            (json!("many"), None),
            (json!(null), None),
        ] {
            assert_eq!(scaled(&value, 10_000), expect, "{value}");
        }
    }

    #[test]
    fn the_words_for_people_come_before_those_for_programmers() {
        let message = |text: &str| json!({ "message": text, "indicator": "red" }).to_string();
        let messages = json!([
            message("Could not find <b>Supplier: X</b>"),
            message("1 < 2")
        ])
        .to_string();
        for (body, expect) in [
            (
                json!({ "_server_messages": messages, "exception": "frappe.exceptions.LinkValidationError" }),
                Some("Could not find Supplier: X; 1 < 2"),
            ),
            (
                json!({ "exception": "frappe.exceptions.ValidationError: no", "exc_type": "ValidationError" }),
                Some("ValidationError: no"),
            ),
            (
                json!({ "exc_type": "AuthenticationError" }),
                Some("AuthenticationError"),
            ),
            (json!({ "_server_messages": "broken" }), None),
            (json!("<html>"), None),
        ] {
            assert_eq!(words(&body).as_deref(), expect, "{body}");
        }
    }
}
