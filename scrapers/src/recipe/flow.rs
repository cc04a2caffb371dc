//! The flows of a recipe.

use serde::Deserialize;
use toml::Spanned;

use super::step::Step;

pub(super) type Steps = Spanned<Vec<Spanned<Step>>>;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flow {
    pub(super) session: Steps,
    pub(super) login: Steps,
    pub(super) empty: Steps,
    pub(super) line: Steps,
    pub(super) review: Steps,
    pub(super) orders: Steps,
    pub(super) order: Option<Steps>,
    pub(super) item: Option<Steps>,
    pub(super) status: Option<Steps>,
    pub(super) documents: Option<Steps>,
}

/// A part of `[flow]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Session,
    Login,
    Empty,
    Line,
    Review,
    Orders,
    /// The lines of one past order.
    Order,
    /// The SKU of a product whose address is known.
    Item,
    Status,
    Documents,
}

impl Part {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Login => "login",
            Self::Empty => "empty",
            Self::Line => "line",
            Self::Review => "review",
            Self::Orders => "orders",
            Self::Order => "order",
            Self::Item => "item",
            Self::Status => "status",
            Self::Documents => "documents",
        }
    }
}

impl Flow {
    pub(super) fn steps(&self, part: Part) -> Option<&Steps> {
        match part {
            Part::Session => Some(&self.session),
            Part::Login => Some(&self.login),
            Part::Empty => Some(&self.empty),
            Part::Line => Some(&self.line),
            Part::Review => Some(&self.review),
            Part::Orders => Some(&self.orders),
            Part::Order => self.order.as_ref(),
            Part::Item => self.item.as_ref(),
            Part::Status => self.status.as_ref(),
            Part::Documents => self.documents.as_ref(),
        }
    }
}
