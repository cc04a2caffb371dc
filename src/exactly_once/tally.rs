//! What became of approved orders.

use serde_json::{Value, json};

/// How the daemon said that an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Ordered,
    /// The requester knows that nothing was ordered.
    Refused,
    /// Somebody in the office finds out.
    Person,
    Nothing,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) orders: usize,
    pub(crate) exactly_once: usize,
    /// Orders in the ledger beyond the first.
    pub(crate) duplicates: usize,
    /// Orders in the ledger that are not what was approved, or of which the requester was told that there is none.
    pub(crate) unapproved: usize,
    pub(crate) lost: usize,
    pub(crate) refused: usize,
    pub(crate) to_person: usize,
    /// Orders that were over before their fault; they count as any other.
    pub(crate) came_too_late: usize,
}

impl Tally {
    /// One approved order: how often the ledger has it, how many of those are as approved.
    pub(crate) fn of(in_ledger: usize, as_approved: usize, told: Told) -> Self {
        let mut tally = Self {
            orders: 1,
            duplicates: in_ledger.saturating_sub(1),
            unapproved: in_ledger - as_approved,
            ..Self::default()
        };
        match (told, in_ledger) {
            (Told::Person, _) => tally.to_person = 1,
            (Told::Ordered, 1) => tally.exactly_once = as_approved,
            (Told::Refused, 0) => tally.refused = 1,
            (Told::Refused, _) => tally.unapproved = in_ledger,
            // In the ledger or not: who asked for it does not know.
            (Told::Ordered, 0) | (Told::Nothing, _) => tally.lost = 1,
            (Told::Ordered, _) => {}
        }
        tally
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.duplicates + self.unapproved + self.lost > 0
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.exactly_once += other.exactly_once;
        self.duplicates += other.duplicates;
        self.unapproved += other.unapproved;
        self.lost += other.lost;
        self.refused += other.refused;
        self.to_person += other.to_person;
        self.came_too_late += other.came_too_late;
    }

    pub(crate) fn as_json(&self) -> Value {
        json!({
            "orders": self.orders,
            "exactly_once": self.exactly_once,
            "duplicates": self.duplicates,
            "unapproved": self.unapproved,
            "lost": self.lost,
            "refused": self.refused,
            "to_person": self.to_person,
        })
    }
}
