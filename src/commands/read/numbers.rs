//! The numbers of a text, one JSON object a line.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::language::{Language, numerals};

/// What comes in; whatever else it holds comes out again.
#[derive(Debug, Deserialize)]
struct Text {
    input: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// The line with its numbers.
pub(crate) fn numbers(line: &str, language: Language) -> Result<String, String> {
    let Text { input, mut rest } = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let found: Vec<Value> = numerals(&input, language)
        .into_iter()
        .map(|one| {
            json!({
                "text": one.text,
                "start": one.start,
                "end": one.end,
                "value": one.value.to_string(),
            })
        })
        .collect();
    rest.insert("input".to_owned(), Value::String(input));
    rest.insert("numbers".to_owned(), Value::Array(found));
    serde_json::to_string(&rest).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_gains_its_numbers_in_utf_16() {
        let line = r#"{"id": 7, "input": "\ud83d\ude42 half a dozen, 2.5"}"#;
        let answer = numbers(line, Language::English).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["id"], 7);
        assert_eq!(
            answer["numbers"],
            json!([
                {"text": "half a dozen", "start": 3, "end": 14, "value": "6"},
                {"text": "2.5", "start": 17, "end": 19, "value": "2.5"},
            ])
        );
        assert!(numbers("{}", Language::English).is_err());
    }
}
