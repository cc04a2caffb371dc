//! The JSON object in what a model wrote, however it dressed it.
//!
//! **Invariant:** what is cut, too long or no object is nothing; nothing in it is believed here.

use serde_json::Value;

/// Bytes of the longest answer that is looked at.
const LONGEST: usize = 32 * 1024;

/// The answer's JSON object, not looked at yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub object: Value,
}

impl Answer {
    /// The object in what a model wrote.
    pub fn find(text: &str) -> Option<Self> {
        object(text).map(|object| Self { object })
    }
}

/// The object that the text is, that stands in a code fence, or that stands between other words.
fn object(text: &str) -> Option<Value> {
    if text.len() > LONGEST {
        return None;
    }
    let text = text.trim().trim_start_matches('\u{feff}');
    if let Some(object) = whole(text) {
        return Some(object);
    }
    // Models that think aloud do so before the answer.
    let text = text.rsplit("</think>").next().unwrap_or(text);
    let start = text.find('{')?;
    let end = text.rfind('}')?;
    whole(text.get(start..=end)?)
}

fn whole(text: &str) -> Option<Value> {
    serde_json::from_str::<Value>(text)
        .ok()
        .filter(Value::is_object)
}

/// A text field; none if it is absent, empty, too long or no text.
pub(super) fn words(value: Option<&Value>) -> Option<String> {
    const LONGEST: usize = 200;
    let text = value?.as_str()?.trim();
    (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
}

/// A small whole number.
pub(super) fn index(value: Option<&Value>) -> Option<usize> {
    let index = value?.as_u64()?;
    usize::try_from(index).ok().filter(|index| *index < 1000)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_found_in_its_dress_and_nothing_else_is() {
        let x = Some(json!({"a": 1}));
        for (text, expect) in [
            (r#"{"a":1}"#, &x),
            (" {\"a\":1}\n", &x),
            ("```json\n{\"a\":1}\n```", &x),
            ("Here you are: {\"a\":1}. Anything else?", &x),
            ("<think>{\"a\":2}</think>{\"a\":1}", &x),
            ("", &None),
            ("null", &None),
            ("[{\"a\":1}]", &x),
            ("[1]", &None),
            (r#"{"a":NaN}"#, &None),
            (r#"{"a":1"#, &None),
            ("} {", &None),
            ("<html><body>502</body></html>", &None),
            (r#"{"a":1}{"a":1}"#, &None),
        ] {
            assert_eq!(&object(text), expect, "{text}");
        }
        let deep = "{\"a\":".repeat(5000) + "1" + &"}".repeat(5000);
        assert_eq!(object(&deep), None);
        assert_eq!(object(&" ".repeat(LONGEST + 1)), None);
    }
}
