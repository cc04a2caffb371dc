//! The order request: what the commit click must make the browser send, field by field.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::sign::Search;
use super::template::Template;

/// `commit.request` of a recipe.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    #[serde(default)]
    pub(crate) method: Method,
    /// Searched in path and query.
    pub(crate) path: Search,
    /// Every field of the body, by its name; a body with another one is not sent.
    pub(crate) fields: BTreeMap<String, Wanted>,
}

/// The methods that a browser holds for us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    #[default]
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What a field of the body must be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawWanted")]
pub(crate) enum Wanted {
    /// `"*"`: anything, such as a token.
    Anything,
    /// `"?"`: anything, or not there.
    Optional,
    /// This text.
    Text(Template),
    /// What the staged order has read, as text or as number.
    Read {
        read: String,
        field: String,
        /// The number is written without its point: 2 for cents.
        minor: u32,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawWanted {
    Text(String),
    Read(RawRead),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRead {
    read: String,
    #[serde(default)]
    minor: u32,
}

/// More places than any currency has.
const PLACES: u32 = 4;

impl TryFrom<RawWanted> for Wanted {
    type Error = String;

    fn try_from(raw: RawWanted) -> Result<Self, String> {
        match raw {
            RawWanted::Text(text) => match text.as_str() {
                "*" => Ok(Self::Anything),
                "?" => Ok(Self::Optional),
                _ => Template::try_from(text).map(Self::Text),
            },
            RawWanted::Read(RawRead { read, minor }) => {
                let (read, field) = read
                    .split_once('.')
                    .ok_or_else(|| format!("{read:?} is not a value such as review.total"))?;
                if minor > PLACES {
                    return Err(format!("`minor` is at most {PLACES}"));
                }
                Ok(Self::Read {
                    read: read.to_owned(),
                    field: field.to_owned(),
                    minor,
                })
            }
        }
    }
}

/// The fields of a body, in its order; an error says why they cannot be told.
pub(crate) fn fields(content_type: &str, body: &str) -> Result<Vec<(String, String)>, String> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    match kind.to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Ok(url::form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect()),
        "application/json" => {
            let json = serde_json::from_str(body).map_err(|error| error.to_string())?;
            let mut fields = Vec::new();
            flatten(String::new(), &json, &mut fields);
            Ok(fields)
        }
        "multipart/form-data" => parts(content_type, body),
        other => Err(format!("a body of the kind {other:?} is not understood")),
    }
}

/// `lines.0.sku`
fn flatten(name: String, json: &serde_json::Value, fields: &mut Vec<(String, String)>) {
    let below = |key: &str| {
        if name.is_empty() {
            key.to_owned()
        } else {
            format!("{name}.{key}")
        }
    };
    match json {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                flatten(below(key), value, fields);
            }
        }
        serde_json::Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                flatten(below(&index.to_string()), value, fields);
            }
        }
        serde_json::Value::String(text) => fields.push((name, text.clone())),
        serde_json::Value::Null => fields.push((name, String::new())),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {
            fields.push((name, json.to_string()));
        }
    }
}

/// A form with its fields in parts, as browsers write it; a file is not understood.
fn parts(content_type: &str, body: &str) -> Result<Vec<(String, String)>, String> {
    let broken = || "the parts of the body cannot be told".to_owned();
    let (_, boundary) = content_type.split_once("boundary=").ok_or_else(broken)?;
    let boundary = format!("--{}", boundary.trim_matches('"'));
    let inner = body
        .strip_prefix(&boundary)
        .and_then(|rest| rest.trim_end().strip_suffix("--"))
        .and_then(|rest| rest.strip_suffix(boundary.as_str()))
        .ok_or_else(broken)?;
    inner
        .split(&format!("\r\n{boundary}"))
        .map(|part| {
            let (head, value) = part.split_once("\r\n\r\n").ok_or_else(broken)?;
            let value = value.strip_suffix("\r\n").unwrap_or(value);
            if head.contains("filename=") {
                return Err("the body has a file".to_owned());
            }
            let (_, name) = head.split_once("name=\"").ok_or_else(broken)?;
            let (name, _) = name.split_once('"').ok_or_else(broken)?;
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, body: &str) -> Result<String, String> {
        let fields = fields(kind, body)?;
        let shown: Vec<String> = fields.iter().map(|(n, v)| format!("{n}={v}")).collect();
        Ok(shown.join("|"))
    }

    #[test]
    fn bodies_are_taken_apart_or_refused() {
        let multipart = "multipart/form-data; boundary=x1";
        for (kind, body, expected) in [
            (
                "application/x-www-form-urlencoded; charset=UTF-8",
                "a=1&b=x+y%26",
                Some("a=1|b=x y&"),
            ),
            (
                "application/json",
                r#"{"total": 12.5, "lines": [{"sku": "A"}], "note": null, "ok": true}"#,
                Some("lines.0.sku=A|note=|ok=true|total=12.5"),
            ),
            (
                multipart,
                "--x1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x1\r\n\
                 Content-Disposition: form-data; name=\"b\"\r\n\r\ntwo\r\nlines\r\n--x1--\r\n",
                Some("a=1|b=two\r\nlines"),
            ),
            ("", "", Some("")),
            (
                multipart,
                "--x1\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n1\r\n--x1--",
                None,
            ),
            (multipart, "--x2\r\n", None),
            ("application/json", "{", None),
            ("text/plain", "a=1", None),
        ] {
            let found = of(kind, body);
            assert_eq!(found.as_deref().ok(), expected, "{kind} {body}: {found:?}");
        }
    }

    #[test]
    fn what_a_field_must_be_is_read_from_the_recipe() {
        let request = |fields: &str| {
            toml::from_str::<Request>(&format!("path = '^/place$'\nfields = {{ {fields} }}"))
        };
        let read = request("a = '*', b = '?', c = '{order.po}', d = { read = 'review.total' }");
        let read = read.unwrap();
        assert_eq!(read.method.name(), "POST");
        assert_eq!(read.fields["a"], Wanted::Anything);
        assert_eq!(read.fields["b"], Wanted::Optional);
        assert!(matches!(read.fields["c"], Wanted::Text(_)));
        assert!(matches!(read.fields["d"], Wanted::Read { minor: 0, .. }));
        for wrong in [
            "a = '{order.colour}'",
            "a = { read = 'total' }",
            "a = { read = 'review.total', minor = 9 }",
            "a = { read = 'review.total', colour = 1 }",
        ] {
            assert!(request(wrong).is_err(), "{wrong}");
        }
    }
}
