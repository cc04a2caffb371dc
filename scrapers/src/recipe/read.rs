//! Typed reads: what to take from a page, and what it has to be.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use super::locator::{Alternatives, Locator};
use super::sign::Search;
use crate::value::Kind;

/// Pages of a history that are read at most.
const PAGES: u32 = 20;

/// One `[read.name]` table.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    /// One row for each match; without it the read has exactly one row.
    pub(crate) each: Option<Locator>,
    /// What a page shows that has no row; without it an empty page proves nothing.
    pub(crate) empty: Option<Locator>,
    /// The link to the next page of rows.
    pub(crate) next: Option<Locator>,
    pub(crate) pages: u32,
    pub(crate) fields: BTreeMap<String, Field>,
}

/// One value of a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// Inside the row; absent: the row itself.
    pub(crate) at: Option<Alternatives>,
    /// Its type; text when it is not given.
    #[serde(rename = "type", default = "text")]
    pub(crate) kind: Kind,
    /// Its first group is the value, or the whole match.
    pub(crate) re: Option<Search>,
    /// A date's format, as `strftime` writes it.
    pub(crate) format: Option<String>,
    /// An attribute instead of the text.
    pub(crate) attr: Option<String>,
    /// What stands between the texts of all elements that match, in the page's order.
    pub(crate) join: Option<String>,
    #[serde(default)]
    pub(crate) optional: bool,
}

fn text() -> Kind {
    Kind::Text
}

enum Entry {
    Text(String),
    Count(u32),
    Field(Box<Field>),
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyEntry;
        impl<'de> de::Visitor<'de> for AnyEntry {
            type Value = Entry;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a field such as { at = \"css=td\", type = \"money\" }")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Entry, E> {
                Ok(Entry::Text(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Entry, E> {
                u32::try_from(count)
                    .map(Entry::Count)
                    .map_err(|_| E::custom("this is not a count"))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
                let field = Field::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Entry::Field(Box::new(field)))
            }
        }
        deserializer.deserialize_any(AnyEntry)
    }
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut read = Self {
            each: None,
            empty: None,
            next: None,
            pages: PAGES,
            fields: BTreeMap::new(),
        };
        let locator = |text: String| Locator::try_from(text).map_err(de::Error::custom);
        for (name, entry) in BTreeMap::<String, Entry>::deserialize(deserializer)? {
            match (name.as_str(), entry) {
                ("each", Entry::Text(text)) => read.each = Some(locator(text)?),
                ("empty", Entry::Text(text)) => read.empty = Some(locator(text)?),
                ("next", Entry::Text(text)) => read.next = Some(locator(text)?),
                ("max_pages", Entry::Count(count)) => read.pages = count,
                (_, Entry::Field(field)) => {
                    read.fields.insert(name, *field);
                }
                (_, Entry::Text(_) | Entry::Count(_)) => {
                    return Err(de::Error::custom(format!(
                        "`{name}` is neither each, empty, next, max_pages nor a field in braces"
                    )));
                }
            }
        }
        if read.fields.is_empty() {
            return Err(de::Error::custom("this read has no field"));
        }
        if read.each.is_none() && (read.next.is_some() || read.empty.is_some()) {
            return Err(de::Error::custom("`next` and `empty` need `each`"));
        }
        Ok(read)
    }
}
