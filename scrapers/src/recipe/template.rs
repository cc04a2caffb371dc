//! Texts with variables: `/search?q={line.sku}`.

use std::fmt;

use serde::Deserialize;

/// What a recipe may name in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Var {
    LineSku,
    LineQty,
    LineUnit,
    /// Kept by the step `set = "line.url"`.
    LineUrl,
    /// The product's path in the table `[products]`.
    LinePage,
    OrderPo,
    OrderAddress,
    OrderCurrency,
    /// A part of the delivery address in the table `[address]`.
    Address(AddressPart),
    /// The supplier's number of an order of the history; only in flow `order`.
    PastNumber,
    /// The address of a product of a past order; only in flow `item`.
    PastUrl,
    SecretUser,
    SecretPassword,
}

/// The parts of an address, as sites ask for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AddressPart {
    Name,
    Company,
    Street,
    Street2,
    City,
    Region,
    Postcode,
    Country,
    Phone,
}

pub(super) const NAMES: [(&str, Var); 21] = [
    ("line.sku", Var::LineSku),
    ("line.qty", Var::LineQty),
    ("line.unit", Var::LineUnit),
    ("line.url", Var::LineUrl),
    ("line.page", Var::LinePage),
    ("order.po", Var::OrderPo),
    ("order.address", Var::OrderAddress),
    ("order.currency", Var::OrderCurrency),
    ("address.name", Var::Address(AddressPart::Name)),
    ("address.company", Var::Address(AddressPart::Company)),
    ("address.street", Var::Address(AddressPart::Street)),
    ("address.street2", Var::Address(AddressPart::Street2)),
    ("address.city", Var::Address(AddressPart::City)),
    ("address.region", Var::Address(AddressPart::Region)),
    ("address.postcode", Var::Address(AddressPart::Postcode)),
    ("address.country", Var::Address(AddressPart::Country)),
    ("address.phone", Var::Address(AddressPart::Phone)),
    ("past.number", Var::PastNumber),
    ("past.url", Var::PastUrl),
    ("secret.user", Var::SecretUser),
    ("secret.password", Var::SecretPassword),
];

impl fmt::Display for Var {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, var)| var == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl Var {
    pub(crate) fn is_secret(self) -> bool {
        matches!(self, Self::SecretUser | Self::SecretPassword)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Var(Var),
}

/// A text with variables in braces. `{{` and `}}` stand for the braces themselves; a brace that
/// cannot start a variable (`\d{2}`) stands for itself too.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Template {
    parts: Vec<Part>,
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push_str(&rest[..1]);
                rest = &rest[2..];
            } else if !rest[1..].starts_with(|next: char| next.is_ascii_alphabetic()) {
                plain.push_str(&rest[..1]);
                rest = &rest[1..];
            } else if rest.starts_with('}') {
                plain.push('}');
                rest = &rest[1..];
            } else {
                let end = rest
                    .find('}')
                    .ok_or_else(|| format!("the brace in {text:?} is not closed"))?;
                let name = &rest[1..end];
                let (_, var) = NAMES
                    .iter()
                    .find(|(known, _)| *known == name)
                    .ok_or_else(|| format!("there is no variable {{{name}}}"))?;
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Var(*var));
                rest = &rest[end + 1..];
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }
}

impl Template {
    pub(crate) fn vars(&self) -> impl Iterator<Item = Var> + '_ {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Var(var) => Some(*var),
        })
    }

    /// The variable, when there is nothing else.
    pub(crate) fn only_var(&self) -> Option<Var> {
        match self.parts.as_slice() {
            [Part::Var(var)] => Some(*var),
            _ => None,
        }
    }

    /// The text with each variable replaced by `value(var)`, already escaped for its place.
    pub(crate) fn render<E>(
        &self,
        mut value: impl FnMut(Var) -> Result<String, E>,
    ) -> Result<String, E> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Ok(text.clone()),
                Part::Var(var) => value(*var),
            })
            .collect()
    }
}

/// For a place in a URL: nothing of `text` can end its path segment or parameter.
pub(crate) fn url_escape(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// For a place inside quotes in a CSS selector.
pub(crate) fn css_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '\'' | '\\' => escaped.extend(['\\', letter]),
            letter if letter.is_control() => {
                escaped.push('\\');
                escaped.extend(format!("{:x} ", u32::from(letter)).chars());
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str) -> Result<String, String> {
        Template::try_from(text.to_owned())?.render(|var| Ok(format!("<{var}>")))
    }

    #[test]
    fn variables_are_replaced() {
        assert_eq!(render("/p/{line.sku}/x").as_deref(), Ok("/p/<line.sku>/x"));
        assert_eq!(render(r"\d{4,} {{a}}").as_deref(), Ok(r"\d{4,} {a}"));
        assert!(render("{line.colour}").is_err());
        assert!(render("{line.sku").is_err());
    }

    #[test]
    fn values_stay_in_their_place() {
        assert_eq!(url_escape("a b/c?&"), "a%20b%2Fc%3F%26");
        assert_eq!(css_escape("a'] *"), "a\\'] *");
    }
}
