//! A JSON object of a call together with its path, so that a refusal can name the field.

use serde_json::{Map, Value};

use crate::demo::graph::refusal::Refusal;

/// One object and where it stands.
#[derive(Clone)]
pub(super) struct Node<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

/// Refuses every key that Meta does not know in this object.
pub(super) fn check_keys(node: &Node<'_>, allowed: &[&str]) -> Result<(), Refusal> {
    match node
        .object
        .keys()
        .find(|key| !allowed.contains(&key.as_str()))
    {
        None => Ok(()),
        Some(key) => Err(Refusal::parameter(format!(
            "Unexpected key \"{key}\" on param \"{}\".",
            node.path
        ))),
    }
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(object) => Ok(Self {
                object,
                path: String::new(),
            }),
            _ => Err(Refusal::parameter(
                "The request body must be a JSON object.",
            )),
        }
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// 131009 about one field.
    pub(super) fn invalid(&self, key: &str, what: &str) -> Refusal {
        Refusal::caller(131_009, format!("{} {what}", self.name(key)))
    }

    fn missing(&self, key: &str) -> Refusal {
        Refusal::caller(131_008, format!("{} is required", self.name(key)))
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// A text that may be absent.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, Refusal> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::parameter(format!(
                "Param {} must be a string.",
                self.name(key)
            ))),
        }
    }

    /// A text that may be absent and is otherwise 1 to `most` characters long.
    pub(super) fn limited(&self, key: &str, most: usize) -> Result<Option<&'a str>, Refusal> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let length = text.chars().count();
        if length == 0 || length > most {
            return Err(self.invalid(
                key,
                &format!("length invalid. Min length: 1, Max length: {most}"),
            ));
        }
        Ok(Some(text))
    }

    /// A text that must be there, 1 to `most` characters long.
    pub(super) fn required(&self, key: &str, most: usize) -> Result<&'a str, Refusal> {
        self.limited(key, most)?.ok_or_else(|| self.missing(key))
    }

    pub(super) fn optional_flag(&self, key: &str) -> Result<(), Refusal> {
        match self.get(key) {
            None | Some(Value::Bool(_)) => Ok(()),
            Some(_) => Err(Refusal::parameter(format!(
                "Param {} must be a boolean.",
                self.name(key)
            ))),
        }
    }

    pub(super) fn number(&self, key: &str, most: f64) -> Result<f64, Refusal> {
        let value = self.get(key).ok_or_else(|| self.missing(key))?;
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number
            .filter(|number: &f64| number.abs() <= most)
            .ok_or_else(|| self.invalid(key, "is out of range"))
    }

    /// A whole number that Meta takes as number or as text.
    pub(super) fn index(&self, key: &str) -> Result<usize, Refusal> {
        let value = self.get(key).ok_or_else(|| self.missing(key))?;
        let number = match value {
            Value::Number(number) => number.as_u64().and_then(|n| usize::try_from(n).ok()),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.invalid(key, "is not an index"))
    }

    pub(super) fn optional_object(&self, key: &str) -> Result<Option<Node<'a>>, Refusal> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Node {
                object,
                path: self.name(key),
            })),
            Some(_) => Err(Refusal::parameter(format!(
                "Param {} must be a JSON object.",
                self.name(key)
            ))),
        }
    }

    pub(super) fn object(&self, key: &str) -> Result<Node<'a>, Refusal> {
        self.optional_object(key)?.ok_or_else(|| self.missing(key))
    }

    /// The objects of an array with at least `least` and at most `most` entries.
    pub(super) fn list(
        &self,
        key: &str,
        least: usize,
        most: usize,
    ) -> Result<Vec<Node<'a>>, Refusal> {
        let entries: &[Value] = match self.get(key) {
            None => &[],
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                return Err(Refusal::parameter(format!(
                    "Param {} must be an array.",
                    self.name(key)
                )));
            }
        };
        if entries.is_empty() && least > 0 {
            return Err(self.missing(key));
        }
        if entries.len() < least || entries.len() > most {
            return Err(self.invalid(key, &format!("count invalid. Min: {least}, Max: {most}")));
        }
        entries
            .iter()
            .enumerate()
            .map(|(at, entry)| match entry {
                Value::Object(object) => Ok(Node {
                    object,
                    path: format!("{}[{at}]", self.name(key)),
                }),
                _ => Err(self.invalid(key, "must hold JSON objects")),
            })
            .collect()
    }
}
