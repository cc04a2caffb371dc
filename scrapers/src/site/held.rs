//! Is the held order request what was approved.
//!
//! **Invariant:** a field that the recipe does not name, or a body that cannot be read whole, is a
//! difference.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Scope, Visit};
use crate::browser::{Body, HeldRequest};
use crate::error::SiteError;
use crate::order::Order;
use crate::recipe::Part;
use crate::recipe::request::{self, Wanted};
use crate::value::{self, Kind, Value};

/// What is kept of the order request; its values may be anybody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderRequest {
    pub method: String,
    pub path: String,
    /// Names only, in the order of the body.
    pub fields: Vec<String>,
    /// Of the body, in hexadecimal.
    pub sha256: String,
}

fn differs(what: impl Into<String>) -> SiteError {
    SiteError::Changed {
        what: what.into(),
        locator: "commit.request".into(),
    }
}

impl Visit {
    /// Compares the request's body with the recipe, the order and what was read of it. Method,
    /// host and path are those by which it was held.
    pub(super) fn compare_request(
        &self,
        order: &Order,
        held: &HeldRequest,
    ) -> Result<OrderRequest, SiteError> {
        let body = match &held.body {
            Body::None => "",
            Body::Text(text) => text.as_str(),
            Body::NotShown => return Err(differs("the order request is not shown whole")),
        };
        let sent = request::fields(&held.content_type, body).map_err(differs)?;
        let wanted = &self.recipe.commit().request.fields;
        if let Some((name, _)) = sent.iter().find(|(name, _)| !wanted.contains_key(name)) {
            return Err(differs(format!("the order request also says {name:?}")));
        }
        for (name, wanted) in wanted {
            let values: Vec<&str> = sent
                .iter()
                .filter(|(found, _)| found == name)
                .map(|(_, value)| value.as_str())
                .collect();
            self.compare_field(order, name, wanted, &values)?;
        }
        Ok(OrderRequest {
            method: held.method.clone(),
            path: held.url.path().to_owned(),
            fields: sent.into_iter().map(|(name, _)| name).collect(),
            sha256: format!("{:x}", Sha256::digest(body.as_bytes())),
        })
    }

    fn compare_field(
        &self,
        order: &Order,
        name: &str,
        wanted: &Wanted,
        values: &[&str],
    ) -> Result<(), SiteError> {
        let one = || match values {
            [one] => Ok(*one),
            _ => {
                let times = values.len();
                Err(differs(format!(
                    "the order request says {name:?} {times} times"
                )))
            }
        };
        let drift = |approved: String, found: &str| SiteError::Drift {
            field: format!("{name} of the order request"),
            approved,
            found: found.to_owned(),
        };
        match wanted {
            Wanted::Optional => Ok(()),
            Wanted::Anything if values.is_empty() => one().map(drop),
            Wanted::Anything => Ok(()),
            Wanted::Text(text) => {
                let scope = Scope::with_order(Part::Review, order);
                let approved = text.render(|var| self.var(scope, var))?;
                match one()? {
                    found if found == approved => Ok(()),
                    found => Err(drift(approved, found)),
                }
            }
            Wanted::Read { read, field, minor } => {
                let rows = self.reads.get(read);
                let Some(known) = rows.and_then(|rows| rows.first()?.get(field)) else {
                    return Err(differs(format!("{read}.{field} was not read")));
                };
                match one()? {
                    found if self.says(found, known, *minor) => Ok(()),
                    found => Err(drift(known.to_string(), found)),
                }
            }
        }
    }

    /// Does the text say the value: as the site writes numbers, or as programs do.
    fn says(&self, text: &str, known: &Value, minor: u32) -> bool {
        let money = self.recipe.money();
        let plain = value::Money {
            decimal: '.',
            group: None,
            ..money.clone()
        };
        let kind = match known {
            Value::Text(known) => return known == text,
            Value::Time(_) => return false,
            Value::Quantity(_) => Kind::Quantity,
            Value::Money(amount) if minor > 0 => {
                let unit = 10_i64.pow(4_u32.saturating_sub(minor));
                let number = text.parse::<i64>().ok();
                return number.and_then(|number| number.checked_mul(unit)) == Some(*amount);
            }
            Value::Money(_) => Kind::Money,
        };
        [money, &plain]
            .into_iter()
            .any(|money| value::read(text, kind, None, money).as_ref() == Ok(known))
    }
}
