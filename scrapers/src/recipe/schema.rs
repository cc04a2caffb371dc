//! A JSON schema of the format, for completion and hints in editors.
//!
//! **Invariant:** it names the keys that the reader of recipes takes, no more and no fewer; the
//! tests below hold the two together. What a schema cannot say (do the names exist, is like
//! compared with like) is said by loading the recipe.

use serde_json::{Map, Value as Json, json};

use super::locator::ROLES;
use super::template::NAMES;

/// The schema, draft 2020-12.
pub fn schema() -> Json {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A recipe: how to order at one supplier's web site",
        "type": "object",
        "additionalProperties": false,
        "required": ["schema", "id", "base", "money", "read", "flow", "commit"],
        "properties": {
            "schema": { "const": 1, "description": "The version of this format." },
            "id": { "type": "string", "pattern": "^[a-z0-9-]+$", "description": "The file's name without .toml." },
            "base": { "type": "string", "pattern": "^https?://", "description": "The site's address; `go` is relative to it." },
            "hosts": { "type": "array", "items": { "type": "string" }, "description": "Other hosts that the site needs; all else is unreachable." },
            "money": money(),
            "pace": object(&json!({
                "min_step_ms": { "type": "integer", "minimum": 0, "description": "The least time between two actions." }
            }), &[]),
            "products": named(&json!({ "type": "string", "pattern": "^/[^/]?" }), "A product's path by its SKU, as {line.page}."),
            "address": named(&address(), "Addresses to type in, by the key by which Sutler knows them."),
            "loc": named(&reference("ways"), "Elements by name, each with the ways to find it, best first."),
            "page": named(&page(), "Pages that mean something; the first that fits decides."),
            "read": named(&reference("read"), "Values of a page, by name."),
            "states": object(&states(), &[]),
            "flow": flow(),
            "commit": commit()
        },
        "$defs": {
            "way": way(),
            "ways": { "anyOf": [reference("way"), { "type": "array", "minItems": 1, "items": reference("way") }] },
            "pattern": { "type": "string", "format": "regex" },
            "span": { "type": "string", "pattern": "^[0-9]+[smh]$", "description": "A time such as 3s, 15m or 2h." },
            "read": read(),
            "field": field(),
            "steps": { "type": "array", "minItems": 1, "items": reference("step") },
            "step": { "anyOf": steps() }
        }
    })
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn object(properties: &Json, required: &[&str]) -> Json {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}

fn named(value: &Json, description: &str) -> Json {
    json!({ "type": "object", "additionalProperties": value, "description": description })
}

fn money() -> Json {
    object(
        &json!({
            "currency": { "type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217." },
            "decimal": { "type": "string", "minLength": 1, "maxLength": 1 },
            "group": { "type": "string", "minLength": 1, "maxLength": 1, "description": "A space stands for any space." },
            "symbols": { "type": "array", "items": { "type": "string" }, "description": "Other signs of the same currency." }
        }),
        &["currency", "decimal"],
    )
}

fn address() -> Json {
    let parts = NAMES
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("address."));
    let parts: Map<String, Json> = parts
        .map(|part| (part.to_owned(), json!({ "type": "string" })))
        .collect();
    object(&parts.into(), &[])
}

fn way() -> Json {
    json!({
        "type": "string",
        "pattern": format!("^(css=|role=({})( |$)|label=|text=|beside '|column '|url$|title$)", ROLES.join("|")),
        "description": "css=SELECTOR, role=KIND 'NAME', label=NAME, text=TEXT, beside 'TEXT', column 'TEXT', url or title; then optionally @ SELECTOR, near 'TEXT', >> first.",
    })
}

fn sign() -> Map<String, Json> {
    let keys = [
        ("at", reference("ways")),
        ("text", reference("pattern")),
        ("url", reference("pattern")),
        ("title", reference("pattern")),
    ];
    keys.map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect()
}

fn reasons() -> Json {
    json!({ "enum": [
        "out_of_stock", "below_minimum", "price_above_cap", "price_below_floor", "address",
        "quantity", "unknown_item", "other",
    ] })
}

fn page() -> Json {
    let mut keys = sign();
    let then = "^(login|retry_later|blocked|handoff (code|captcha|terms|approval)|fail (out_of_stock|below_minimum|price_above_cap|price_below_floor|address|quantity|unknown_item|other))$";
    keys.insert(
        "then".to_owned(),
        json!({ "type": "string", "pattern": then }),
    );
    object(&keys.into(), &["then"])
}

fn read() -> Json {
    json!({
        "type": "object",
        "properties": {
            "each": reference("way"),
            "empty": reference("way"),
            "next": reference("way"),
            "max_pages": { "type": "integer", "minimum": 1 }
        },
        "additionalProperties": reference("field"),
    })
}

fn field() -> Json {
    object(
        &json!({
            "at": reference("ways"),
            "type": { "enum": ["text", "int", "quantity", "money", "date", "datetime"] },
            "re": reference("pattern"),
            "format": { "type": "string", "description": "A date's format, as strftime writes it." },
            "attr": { "type": "string" },
            "join": { "type": "string", "description": "Take all that match, with this between them." },
            "optional": { "type": "boolean" }
        }),
        &[],
    )
}

fn states() -> Json {
    json!({
        "accepted": reference("pattern"),
        "backordered": reference("pattern"),
        "shipped": reference("pattern"),
        "delivered": reference("pattern"),
        "cancelled": reference("pattern")
    })
}

fn flow() -> Json {
    let always = ["session", "login", "empty", "line", "review", "orders"];
    let maybe = ["order", "item", "status", "documents"];
    let parts: Map<String, Json> = always
        .iter()
        .chain(&maybe)
        .map(|part| ((*part).to_owned(), reference("steps")))
        .collect();
    object(&parts.into(), &always)
}

/// Each kind of step: its keys, and which of them it needs.
fn steps() -> Json {
    let name = json!({ "type": "string", "description": "A name of [loc]." });
    let text = json!({ "type": "string" });
    let inner = reference("steps");
    let file = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]*$" });
    let kinds = [
        (json!({ "go": text }), vec!["go"]),
        (
            json!({ "click": name, "dialog": { "enum": ["accept", "dismiss"] }, "says": reference("pattern") }),
            vec!["click"],
        ),
        (json!({ "check": name }), vec!["check"]),
        (json!({ "uncheck": name }), vec!["uncheck"]),
        (json!({ "fill": name, "with": text }), vec!["fill", "with"]),
        (
            json!({ "select": name, "with": text }),
            vec!["select", "with"],
        ),
        (
            json!({ "press": { "enum": ["Enter", "Tab", "Escape", "ArrowDown", "ArrowUp"] }, "at": name }),
            vec!["press", "at"],
        ),
        (
            json!({ "upload": name, "file": file, "text": text, "each_line": text }),
            vec!["upload", "file"],
        ),
        (json!({ "download": name, "file": file }), vec!["download"]),
        (json!({ "print": file }), vec!["print"]),
        (
            json!({ "expect": text, "by": text, "fail": reasons(), "within": reference("span") }),
            vec!["expect"],
        ),
        (
            json!({ "read": { "type": "string", "description": "A name of [read]." } }),
            vec!["read"],
        ),
        (
            json!({ "assert": text, "by": text, "fail": reasons() }),
            vec!["assert"],
        ),
        (
            json!({ "set": { "const": "line.url" }, "path": { "const": true } }),
            vec!["set", "path"],
        ),
        (json!({ "when": text, "do": inner }), vec!["when", "do"]),
        (
            json!({ "while": text, "do": inner, "max": { "type": "integer", "minimum": 1 } }),
            vec!["while", "do"],
        ),
        (json!({ "frame": name, "do": inner }), vec!["frame", "do"]),
        (json!({ "popup": name, "do": inner }), vec!["popup", "do"]),
        (json!({ "fail": reasons() }), vec!["fail"]),
    ];
    kinds
        .iter()
        .map(|(keys, required)| object(keys, required))
        .collect()
}

fn commit() -> Json {
    let mut placed = sign();
    placed.insert(
        "read".to_owned(),
        json!({ "type": "string", "description": "A name of [read]." }),
    );
    object(
        &json!({
            "click": { "type": "string", "description": "A name of [loc]; clicked once." },
            "request": request(),
            "requires": {
                "type": "array",
                "contains": { "const": "review matches order.document" },
                "items": { "type": "string", "pattern": "^(review matches order\\.document|age\\(review\\) <= [0-9]+[smh])$" }
            },
            "placed": object(&placed.into(), &["read"]),
            "refused": object(&sign().into(), &["at"]),
            "unknown": object(&json!({
                "reconcile": { "const": "orders" },
                "quiet": reference("span"),
                "not_found": { "enum": ["person", "try_again"] }
            }), &["reconcile", "quiet"])
        }),
        &["click", "request", "requires", "placed", "unknown"],
    )
}

fn request() -> Json {
    let read = object(
        &json!({
            "read": { "type": "string", "pattern": "^[a-z0-9_]+\\.[a-z0-9_]+$" },
            "minor": { "type": "integer", "minimum": 0, "maximum": 4, "description": "2 when it is sent in hundredths." }
        }),
        &["read"],
    );
    object(
        &json!({
            "method": { "enum": ["POST", "PUT", "PATCH", "DELETE"] },
            "path": reference("pattern"),
            "fields": named(
                &json!({ "anyOf": [{ "type": "string", "description": "\"*\" anything, \"?\" anything or absent, or this text." }, read] }),
                "Every field of the body.",
            )
        }),
        &["path", "fields"],
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::recipe::commit::{Commit, Unknown};
    use crate::recipe::flow::Flow;
    use crate::recipe::read::Field;
    use crate::recipe::request::Request;
    use crate::recipe::step_table::RawStep;
    use crate::recipe::{Raw, sign};
    use crate::value::Money;

    /// The keys that a table takes, as its reader says when it meets another.
    fn taken<T: serde::de::DeserializeOwned>() -> BTreeSet<String> {
        let error = toml::from_str::<T>("no_such_key = 1")
            .err()
            .expect("an unknown key");
        let words = error.message();
        assert!(words.contains("no_such_key"), "{words}");
        let keys: Vec<&str> = words.split('`').skip(3).step_by(2).collect();
        keys.into_iter().map(str::to_owned).collect()
    }

    fn shown(schema: &Json) -> BTreeSet<String> {
        let keys = schema["properties"].as_object().expect("an object").keys();
        keys.cloned().collect()
    }

    #[test]
    fn it_names_the_keys_that_are_taken() {
        let schema = schema();
        let tables = &schema["properties"];
        assert_eq!(shown(&schema), taken::<Raw>());
        assert_eq!(shown(&tables["money"]), taken::<Money>());
        assert_eq!(shown(&tables["flow"]), taken::<Flow>());
        assert_eq!(shown(&tables["commit"]), taken::<Commit>());
        assert_eq!(
            shown(&tables["commit"]["properties"]["request"]),
            taken::<Request>()
        );
        assert_eq!(
            shown(&tables["commit"]["properties"]["unknown"]),
            taken::<Unknown>()
        );
        assert_eq!(shown(&schema["$defs"]["field"]), taken::<Field>());
        let steps = schema["$defs"]["step"]["anyOf"].as_array().expect("kinds");
        let keys: BTreeSet<String> = steps.iter().flat_map(shown).collect();
        assert_eq!(keys, taken::<RawStep>());
        let mut signs = shown(&tables["page"]["additionalProperties"]);
        signs.extend(shown(&tables["commit"]["properties"]["placed"]));
        assert_eq!(signs, taken::<sign::RawMeaning>());
    }

    #[test]
    fn its_patterns_are_patterns() {
        let mut open = vec![schema()];
        let mut seen = 0;
        while let Some(json) = open.pop() {
            match json {
                Json::Object(map) => {
                    if let Some(Json::String(pattern)) = map.get("pattern") {
                        assert!(regex::Regex::new(pattern).is_ok(), "{pattern}");
                        seen += 1;
                    }
                    open.extend(map.into_iter().map(|(_, value)| value));
                }
                Json::Array(list) => open.extend(list),
                Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
            }
        }
        assert!(seen > 5);
    }
}
