//! A world as it is to be: the organisation, its sites, people, items and suppliers.
//!
//! A little long, so that all that a world can hold is seen in one place.
//!
//! **Invariant:** what is in a [`World`] is well formed by itself; whether what it refers to exists
//! is asked of the database.

use std::collections::HashMap;

use super::rows::{AMOUNT, Kind, Place, Problem, Reader, Row, Value, amount};
use super::values::{self, Overrides};
use super::{from_csv, from_toml};
use crate::domain::money::Currency;
use crate::domain::org::OrgSettings;
use crate::domain::person::Role;
use crate::domain::quantity::Unit;
use crate::domain::supplier::SupplierTerms;
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

fn code(row: &mut Reader, column: &str) -> String {
    let place = row.place();
    let text = row.required(column);
    if !text.is_empty() && values::code(&text).is_none() {
        let complaint = format!("{text:?} is not {}", values::CODE);
        row.problems.push(place.problem(column, complaint));
    }
    text
}

/// A value that must be there; `None` only after a complaint.
fn must<T>(
    row: &mut Reader,
    column: &str,
    expected: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let before = row.problems.len();
    let value = row.read(column, expected, read);
    if value.is_none() && row.problems.len() == before {
        let problem = row.place().problem(column, "this is missing");
        row.problems.push(problem);
    }
    value
}

fn organisation(row: &mut Reader) -> Organisation {
    Organisation {
        place: row.place(),
        code: code(row, "code"),
        name: row.required("name"),
        currency: must(row, "currency", values::CURRENCY, values::currency),
        time_zone: must(row, "time_zone", values::TIME_ZONE, values::time_zone).unwrap_or_default(),
        settings: settings(row),
        numbers: numbers(row),
    }
}

fn settings(row: &mut Reader) -> Overrides {
    let Some(cell) = row.take("settings") else {
        return Overrides::default();
    };
    let settings =
        Overrides::read::<OrgSettings>(&cell, &values::SETTING_AMOUNTS, &mut row.problems);
    let Ok(whole) = settings.over(&OrgSettings::default()) else {
        return settings;
    };
    let mut wrong = |key: &str, text: &str| {
        let column = format!("settings.{key}");
        row.problems.push(cell.place.problem(&column, text));
    };
    if whole.hard_cap_seconds < whole.quiet_seconds {
        wrong("hard_cap_seconds", "this must be at least quiet_seconds");
    }
    if Language::parse(&whole.language).is_none() {
        wrong("language", "this must be en, es, pt, fr, hi, sw or ar");
    }
    if whole.expire_hours < whole.recall_hours {
        wrong("expire_hours", "this must be at least recall_hours");
    }
    settings
}

/// `[{ app = "main", number_id = "1055" }]`, or in a CSV file `main/1055`.
fn numbers(row: &mut Reader) -> Option<Vec<(String, String)>> {
    let cell = row.take("whatsapp_numbers")?;
    let one = |value: &Value| -> Option<(String, String)> {
        let (app, number) = match value {
            Value::Text(text) => text
                .split_once('/')
                .map(|(app, number)| (app.trim().to_owned(), number.trim().to_owned()))?,
            Value::Table(table) => {
                let text = |key: &str| match table.iter().find(|(name, _)| name == key)?.1 {
                    Value::Text(ref text) => Some(text.clone()),
                    Value::Whole(_)
                    | Value::Flag(_)
                    | Value::Other(_)
                    | Value::List(_)
                    | Value::Table(_) => None,
                };
                if table.len() != 2 {
                    return None;
                }
                (text("app")?, text("number_id")?)
            }
            Value::Whole(_) | Value::Flag(_) | Value::Other(_) | Value::List(_) => return None,
        };
        let is_id = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        (!app.is_empty() && is_id).then_some((app, number))
    };
    let numbers: Option<Vec<(String, String)>> = match &cell.value {
        Value::List(values) => values.iter().map(one).collect(),
        Value::Text(text) => text
            .split(';')
            .map(|part| one(&Value::Text(part.to_owned())))
            .collect(),
        Value::Table(_) => one(&cell.value).map(|number| vec![number]),
        Value::Whole(_) | Value::Flag(_) | Value::Other(_) => None,
    };
    if numbers.is_none() {
        let expected = "a list such as [{ app = \"main\", number_id = \"106540352242922\" }], where \
                        number_id is the phone number id that Meta shows (in CSV: main/106540352242922)";
        row.wrong(&cell, expected);
    }
    numbers
}

fn site(row: &mut Reader) -> Site {
    Site {
        place: row.place(),
        code: code(row, "code"),
        name: row.required("name"),
        aliases: row.list("aliases").map(|(_, texts)| texts),
        address_name: row.text("address_name"),
        address: row.text("address"),
        cost_code: row.text("cost_code"),
    }
}

fn person(row: &mut Reader) -> Person {
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    let roles = format!("a role; the roles are {}", roles.join(", "));
    let limit = |text: &str| match text {
        "none" => Some(Limit::None),
        text => amount(text).map(Limit::UpTo),
    };
    Person {
        place: row.place(),
        code: code(row, "code"),
        name: row.required("name"),
        phones: row.each("phones", values::PHONE, values::phone),
        user_ids: row.each("user_ids", values::USER_ID, values::user_id),
        roles: row.each("roles", &roles, Role::parse),
        approval_limit: row.read("approval_limit", AMOUNT, limit),
        sites: row.list("sites").map(|(_, texts)| texts),
        active: row.flag("active"),
        language: row.read("language", LANGUAGE, |text| match text {
            "auto" => Some(Speaks::AsTheyWrite),
            text => Language::parse(text).map(Speaks::Always),
        }),
    }
}

const LANGUAGE: &str =
    "a language: en, es, pt, fr, hi, sw, ar, or auto for the one that they write in";
const UNIT: &str =
    "a unit that Sutler knows, such as \"bag\", \"roll\", \"kg\" or the code \"XBG\"";

fn item(row: &mut Reader) -> Item {
    Item {
        place: row.place(),
        code: code(row, "code"),
        name: row.required("name"),
        unit: must(row, "unit", UNIT, Unit::named),
        aliases: row.list("aliases").map(|(_, texts)| texts),
        category: row.text("category"),
    }
}

fn supplier(row: &mut Reader) -> Supplier {
    let place = row.place();
    let terms = row.take("terms").map(|cell| {
        Overrides::read::<SupplierTerms>(&cell, &values::TERM_AMOUNTS, &mut row.problems)
    });
    let is_recipe = |text: &str| {
        crate::flow::place::recipe(text)
            .is_ok()
            .then(|| text.to_owned())
    };
    let known: Vec<&str> = scrapers::recipe::shipped()
        .iter()
        .map(|(file, _)| file.trim_end_matches(".toml"))
        .collect();
    let recipe = format!(
        "a recipe: {}, or the path of a .toml file that `sutler supplier check` accepts",
        known.join(", ")
    );
    Supplier {
        place,
        code: code(row, "code"),
        name: row.required("name"),
        recipe: must(row, "recipe", &recipe, is_recipe).unwrap_or_default(),
        currency: must(row, "currency", values::CURRENCY, values::currency),
        base_url: row.read("base_url", values::URL, values::url),
        erp_name: row.text("erp_name"),
        accounts: row.each("accounts", values::CODE, values::code),
        terms: terms.unwrap_or_default(),
    }
}

fn alias(row: &mut Reader) -> Alias {
    Alias {
        place: row.place(),
        words: row.required("words"),
        item: row.required("item"),
    }
}

fn supplier_item(row: &mut Reader) -> SupplierItem {
    SupplierItem {
        place: row.place(),
        supplier: row.required("supplier"),
        item: row.required("item"),
        sku: row.required("sku"),
        unit: row.read("unit", UNIT, Unit::named),
        price: must(row, "price", AMOUNT, amount).unwrap_or_default(),
    }
}
