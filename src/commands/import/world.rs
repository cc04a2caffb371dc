//! A world as it is to be: the organisation, its sites, people, items and suppliers.
//!
//! **Invariant:** what is in a [`World`] is well formed by itself; whether what it refers to exists
//! is asked of the database.

mod read;

use std::collections::HashMap;

use self::read::{alias, item, organisation, person, site, supplier, supplier_item};
use super::rows::{Kind, Place, Problem, Reader, Row};
use super::values::Overrides;
use super::{from_csv, from_toml};
use crate::domain::money::Currency;
use crate::domain::person::Role;
use crate::domain::quantity::Unit;
use crate::language::Language;

/// Everything of one import. A part that is `None` was left out: what is stored stays.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Whose it is, when no organisation is among the rows.
    pub of: Option<String>,
    pub organisation: Option<Organisation>,
    pub sites: Vec<Site>,
    pub people: Vec<Person>,
    pub items: Vec<Item>,
    pub suppliers: Vec<Supplier>,
    pub supplier_items: Vec<SupplierItem>,
    pub aliases: Vec<Alias>,
}

#[derive(Clone, Debug)]
pub struct Organisation {
    pub place: Place,
    pub code: String,
    pub name: String,
    pub currency: Option<Currency>,
    pub time_zone: String,
    pub settings: Overrides,
    /// App of the configuration, and the provider's id of the number.
    pub numbers: Option<Vec<(String, String)>>,
}

#[derive(Clone, Debug)]
pub struct Site {
    pub place: Place,
    pub code: String,
    pub name: String,
    pub aliases: Option<Vec<String>>,
    pub address_name: Option<String>,
    pub address: Option<String>,
    pub cost_code: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub place: Place,
    pub code: String,
    pub name: String,
    pub phones: Option<Vec<String>>,
    pub user_ids: Option<Vec<String>>,
    pub roles: Option<Vec<Role>>,
    pub approval_limit: Option<Limit>,
    /// Codes; the first is home.
    pub sites: Option<Vec<String>>,
    pub active: Option<bool>,
    pub language: Option<Speaks>,
}

/// The language that a person is written to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    Always(Language),
    /// The one that they write in.
    AsTheyWrite,
}

/// The largest purchase order a person may approve, in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    UpTo(i64),
    /// They may not approve by amount.
    None,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub place: Place,
    pub code: String,
    pub name: String,
    pub unit: Option<Unit>,
    pub aliases: Option<Vec<String>>,
    pub category: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Supplier {
    pub place: Place,
    pub code: String,
    pub name: String,
    pub recipe: String,
    pub currency: Option<Currency>,
    pub base_url: Option<String>,
    pub erp_name: Option<String>,
    pub accounts: Option<Vec<String>>,
    pub terms: Overrides,
}

#[derive(Clone, Debug)]
pub struct SupplierItem {
    pub place: Place,
    pub supplier: String,
    pub item: String,
    pub sku: String,
    pub unit: Option<Unit>,
    /// Ten-thousandths of the supplier's currency.
    pub price: i64,
}

/// What people call an item.
#[derive(Clone, Debug)]
pub struct Alias {
    pub place: Place,
    pub words: String,
    /// Its code.
    pub item: String,
}

impl World {
    /// Reads a TOML text that holds all tables. `file` is named in the complaints.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let mut world = Self::default();
        let mut problems = world.add_toml(file, text);
        problems.extend(world.problems());
        if problems.is_empty() {
            Ok(world)
        } else {
            Err(problems)
        }
    }

    /// Adds the rows of a TOML text; gives what is wrong with them.
    pub fn add_toml(&mut self, file: &str, text: &str) -> Vec<Problem> {
        let (rows, problems) = from_toml::rows(file, text);
        self.add(rows, problems)
    }

    /// Adds the rows of a CSV text; gives what is wrong with them.
    pub fn add_csv(&mut self, file: &str, text: &str, kind: Option<Kind>) -> Vec<Problem> {
        let (rows, problems) = from_csv::rows(file, text, kind);
        self.add(rows, problems)
    }

    fn add(&mut self, rows: Vec<Row>, mut problems: Vec<Problem>) -> Vec<Problem> {
        for row in rows {
            let kind = row.kind;
            let mut reader = Reader::new(row);
            match kind {
                Kind::Organisation => self.organisation(&mut reader),
                Kind::Site => self.sites.push(site(&mut reader)),
                Kind::Person => self.people.push(person(&mut reader)),
                Kind::Item => self.items.push(item(&mut reader)),
                Kind::Supplier => self.suppliers.push(supplier(&mut reader)),
                Kind::SupplierItem => self.supplier_items.push(supplier_item(&mut reader)),
                Kind::Alias => self.aliases.push(alias(&mut reader)),
            }
            problems.extend(reader.finish());
        }
        problems
    }

    fn organisation(&mut self, row: &mut Reader) {
        let organisation = organisation(row);
        if let Some(first) = &self.organisation {
            let text = format!(
                "one import is for one organisation; {} stands in line {} of {}",
                first.code, first.place.line, first.place.file
            );
            row.problems.push(organisation.place.problem("code", text));
        }
        self.organisation = Some(organisation);
    }

    /// What is wrong between the rows: something that stands there twice.
    pub fn problems(&self) -> Vec<Problem> {
        let mut twice = Twice::default();
        for site in &self.sites {
            twice.see("code", format!("the site {}", site.code), &site.place);
        }
        for person in &self.people {
            twice.see("code", format!("the person {}", person.code), &person.place);
            for phone in person.phones.iter().flatten() {
                twice.see("phones", format!("the phone {phone}"), &person.place);
            }
            for id in person.user_ids.iter().flatten() {
                twice.see("user_ids", format!("the user id {id}"), &person.place);
            }
        }
        for item in &self.items {
            twice.see("code", format!("the item {}", item.code), &item.place);
        }
        for supplier in &self.suppliers {
            let what = format!("the supplier {}", supplier.code);
            twice.see("code", what, &supplier.place);
        }
        for offer in &self.supplier_items {
            let what = format!("the item {} of supplier {}", offer.item, offer.supplier);
            twice.see("item", what, &offer.place);
            let what = format!("the sku {} of supplier {}", offer.sku, offer.supplier);
            twice.see("sku", what, &offer.place);
        }
        for alias in &self.aliases {
            twice.see("words", format!("the name {:?}", alias.words), &alias.place);
        }
        twice.problems
    }
}

#[derive(Default)]
struct Twice {
    seen: HashMap<String, Place>,
    problems: Vec<Problem>,
}

impl Twice {
    fn see(&mut self, column: &str, what: String, place: &Place) {
        if let Some(first) = self.seen.get(&what) {
            let text = format!(
                "{what} stands already in line {} of {}",
                first.line, first.file
            );
            self.problems.push(place.problem(column, text));
        } else {
            self.seen.insert(what, place.clone());
        }
    }
}
