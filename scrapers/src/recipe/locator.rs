//! How a recipe points at one element of a page.
//!
//! `css=…`, `role=button 'Name'`, `label=…`, `text=…`, `beside 'Header'`, `column 'Header'`, each
//! with an optional `@ css-of-the-scope`, `near 'text'`, and `>> first`.

use regex::Regex;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Value as Json, json};

use super::template::{Template, Var, css_escape};

pub(super) const ROLES: [&str; 22] = [
    "alert",
    "button",
    "cell",
    "checkbox",
    "combobox",
    "dialog",
    "heading",
    "img",
    "link",
    "listbox",
    "listitem",
    "menuitem",
    "navigation",
    "option",
    "radio",
    "row",
    "searchbox",
    "spinbutton",
    "status",
    "switch",
    "tab",
    "textbox",
];

/// A pattern that must match a whole name; values in it stand for themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    template: Template,
    ignore_case: bool,
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let (ignore_case, source) = match text.strip_prefix("(?i)") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if source.contains("(?") && !source.contains("(?:") {
            return Err(format!(
                "{text:?}: only a leading (?i) and (?:…) are understood"
            ));
        }
        let template = Template::try_from(source.to_owned())?;
        let sample = template.render(|_| Ok::<_, String>("x".into()))?;
        Regex::new(&sample).map_err(|error| format!("{text:?} is not a pattern: {error}"))?;
        Ok(Self {
            template,
            ignore_case,
        })
    }

    fn json<E>(&self, value: &mut impl FnMut(Var) -> Result<String, E>) -> Result<Json, E> {
        let source = self
            .template
            .render(|var| value(var).map(|text| regex::escape(&text)))?;
        let flags = if self.ignore_case { "i" } else { "" };
        Ok(json!({ "source": format!("^(?:{source})$"), "flags": flags }))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Base {
    Css(Template),
    Role {
        kind: &'static str,
        name: Option<Pattern>,
    },
    Label(Pattern),
    Text(Pattern),
    /// The value next to a `th`, `dt` or label.
    Beside(Pattern),
    /// The cell of this row under that table header.
    Column(Pattern),
    /// Path and query of the page's address; for reads.
    Url,
    /// The page's title; for reads.
    Title,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pick {
    TheOnly,
    TheFirst,
}

/// One way to point at an element.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Locator {
    source: String,
    base: Base,
    scope: Option<Template>,
    near: Option<Template>,
    pick: Pick,
}

impl TryFrom<String> for Locator {
    type Error = String;

    fn try_from(source: String) -> Result<Self, String> {
        let mut rest = source.trim();
        let mut pick = Pick::TheOnly;
        if let Some(shorter) = rest.strip_suffix(">> first") {
            pick = Pick::TheFirst;
            rest = shorter.trim_end();
        }
        let mut near = None;
        if let Some((shorter, text)) = rest
            .strip_suffix('\'')
            .and_then(|shorter| shorter.rsplit_once(" near '"))
        {
            near = Some(Template::try_from(text.to_owned())?);
            rest = shorter.trim_end();
        }
        let mut scope = None;
        if let Some((shorter, css)) = rest.rsplit_once(" @ ") {
            scope = Some(Template::try_from(css.trim().to_owned())?);
            rest = shorter.trim_end();
        }
        let base = base(rest)?;
        Ok(Self {
            source,
            base,
            scope,
            near,
            pick,
        })
    }
}

fn base(text: &str) -> Result<Base, String> {
    let quoted = |text: &str| {
        text.trim()
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''))
            .ok_or_else(|| format!("{text:?} must stand in single quotes"))
            .and_then(Pattern::parse)
    };
    if let Some(css) = text.strip_prefix("css=") {
        return Ok(Base::Css(Template::try_from(css.to_owned())?));
    }
    if let Some(role) = text.strip_prefix("role=") {
        let (kind, name) = match role.split_once(' ') {
            Some((kind, name)) => (kind, Some(quoted(name)?)),
            None => (role, None),
        };
        let kind = ROLES
            .into_iter()
            .find(|known| *known == kind)
            .ok_or_else(|| format!("role {kind:?} is not one of {}", ROLES.join(", ")))?;
        return Ok(Base::Role { kind, name });
    }
    if let Some(label) = text.strip_prefix("label=") {
        return Ok(Base::Label(Pattern::parse(label)?));
    }
    if let Some(words) = text.strip_prefix("text=") {
        return Ok(Base::Text(Pattern::parse(words)?));
    }
    if let Some(header) = text.strip_prefix("beside ") {
        return Ok(Base::Beside(quoted(header)?));
    }
    if let Some(header) = text.strip_prefix("column ") {
        return Ok(Base::Column(quoted(header)?));
    }
    match text {
        "url" => Ok(Base::Url),
        "title" => Ok(Base::Title),
        _ => Err(format!(
            "{text:?} is no locator; they start with css=, role=, label=, text=, beside or column, \
             or are url or title"
        )),
    }
}

impl Locator {
    /// For the engine's script, with the variables' values put in and escaped.
    pub(crate) fn json<E>(
        &self,
        value: &mut impl FnMut(Var) -> Result<String, E>,
    ) -> Result<Json, E> {
        let css = |template: &Template, value: &mut dyn FnMut(Var) -> Result<String, E>| {
            template.render(|var| value(var).map(|text| css_escape(&text)))
        };
        let mut json = match &self.base {
            Base::Css(template) => json!({ "by": "css", "css": css(template, value)? }),
            Base::Role { kind, name } => {
                let name = name.as_ref().map(|name| name.json(value)).transpose()?;
                json!({ "by": "role", "role": kind, "pattern": name })
            }
            Base::Label(pattern) => json!({ "by": "label", "pattern": pattern.json(value)? }),
            Base::Text(pattern) => json!({ "by": "text", "pattern": pattern.json(value)? }),
            Base::Beside(pattern) => json!({ "by": "beside", "pattern": pattern.json(value)? }),
            Base::Column(pattern) => json!({ "by": "column", "pattern": pattern.json(value)? }),
            Base::Url => json!({ "by": "url" }),
            Base::Title => json!({ "by": "title" }),
        };
        if let Some(scope) = &self.scope {
            json["scope"] = css(scope, value)?.into();
        }
        if let Some(near) = &self.near {
            json["near"] = near.render(&mut *value)?.into();
        }
        json["first"] = matches!(self.pick, Pick::TheFirst).into();
        Ok(json)
    }

    pub(crate) fn vars(&self) -> impl Iterator<Item = Var> + '_ {
        let base = match &self.base {
            Base::Css(template) => Some(template),
            Base::Role { name, .. } => name.as_ref().map(|name| &name.template),
            Base::Label(pattern)
            | Base::Text(pattern)
            | Base::Beside(pattern)
            | Base::Column(pattern) => Some(&pattern.template),
            Base::Url | Base::Title => None,
        };
        [base, self.scope.as_ref(), self.near.as_ref()]
            .into_iter()
            .flatten()
            .flat_map(Template::vars)
    }
}

/// Ranked ways to point at the same element; a lower one in use is drift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alternatives(Vec<Locator>);

impl<'de> Deserialize<'de> for Alternatives {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ranked;
        impl<'de> de::Visitor<'de> for Ranked {
            type Value = Alternatives;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a locator or a list of locators")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Alternatives, E> {
                Locator::try_from(text.to_owned())
                    .map(|locator| Alternatives(vec![locator]))
                    .map_err(E::custom)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Alternatives, A::Error> {
                let mut locators = Vec::new();
                while let Some(locator) = seq.next_element()? {
                    locators.push(locator);
                }
                if locators.is_empty() {
                    return Err(de::Error::custom("the list of locators is empty"));
                }
                Ok(Alternatives(locators))
            }
        }
        deserializer.deserialize_any(Ranked)
    }
}

impl Alternatives {
    /// The locator at `rank`, as the recipe writes it.
    pub(crate) fn source(&self, rank: usize) -> &str {
        self.0.get(rank).map_or("", |locator| &locator.source)
    }

    pub(crate) fn json<E>(
        &self,
        value: &mut impl FnMut(Var) -> Result<String, E>,
    ) -> Result<Json, E> {
        self.0.iter().map(|locator| locator.json(value)).collect()
    }

    pub(crate) fn vars(&self) -> impl Iterator<Item = Var> + '_ {
        self.0.iter().flat_map(Locator::vars)
    }

    /// As the recipe writes them.
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|locator| locator.source.as_str())
    }

    /// Does one of them mean the page itself, which can only be read.
    pub(crate) fn is_page(&self) -> bool {
        let page = |locator: &Locator| matches!(locator.base, Base::Url | Base::Title);
        self.0.iter().any(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(source: &str) -> Result<Json, String> {
        Locator::try_from(source.to_owned())?.json(&mut |_| Ok("a'b.c".into()))
    }

    #[test]
    fn every_part_is_read() {
        let cases = [
            (
                "css=tr:has(a[href='{line.url}']) input @ #cart >> first",
                json!({ "by": "css", "css": "tr:has(a[href='a\\'b.c']) input", "scope": "#cart", "first": true }),
            ),
            (
                "role=button '(?i)ship to (this|that) address' near '{order.address}'",
                json!({ "by": "role", "role": "button", "near": "a'b.c", "first": false,
                        "pattern": { "source": "^(?:ship to (this|that) address)$", "flags": "i" } }),
            ),
            (
                "label=PO {line.sku}",
                json!({ "by": "label", "first": false,
                        "pattern": { "source": "^(?:PO a'b\\.c)$", "flags": "" } }),
            ),
            (
                "role=alert",
                json!({ "by": "role", "role": "alert", "pattern": null, "first": false }),
            ),
        ];
        for (source, expected) in cases {
            assert_eq!(json(source), Ok(expected), "{source}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for source in [
            "#id",
            "role=knob 'Volume'",
            "uri",
            "role=button Save",
            "label=(",
            "text=a(?=b)",
            "css=[x='{line.colour}']",
        ] {
            assert!(json(source).is_err(), "{source}");
        }
    }
}
