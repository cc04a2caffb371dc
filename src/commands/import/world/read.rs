//! Each kind of row, read into what a world holds of it.
//!
//! **Invariant:** what cannot be read is a complaint that names its column; nothing is guessed.

use super::{Alias, Item, Limit, Organisation, Person, Site, Speaks, Supplier, SupplierItem};
use crate::commands::import::rows::{AMOUNT, Reader, Value, amount};
use crate::commands::import::values::{self, Overrides};
use crate::domain::org::OrgSettings;
use crate::domain::person::Role;
use crate::domain::quantity::Unit;
use crate::domain::supplier::SupplierTerms;
use crate::language::Language;

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

pub(super) fn organisation(row: &mut Reader) -> Organisation {
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

pub(super) fn site(row: &mut Reader) -> Site {
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

pub(super) fn person(row: &mut Reader) -> Person {
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

pub(super) fn item(row: &mut Reader) -> Item {
    Item {
        place: row.place(),
        code: code(row, "code"),
        name: row.required("name"),
        unit: must(row, "unit", UNIT, Unit::named),
        aliases: row.list("aliases").map(|(_, texts)| texts),
        category: row.text("category"),
    }
}

pub(super) fn supplier(row: &mut Reader) -> Supplier {
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

pub(super) fn supplier_item(row: &mut Reader) -> SupplierItem {
    SupplierItem {
        place: row.place(),
        supplier: row.required("supplier"),
        item: row.required("item"),
        sku: row.required("sku"),
        unit: row.read("unit", UNIT, Unit::named),
        price: must(row, "price", AMOUNT, amount).unwrap_or_default(),
    }
}

pub(super) fn alias(row: &mut Reader) -> Alias {
    Alias {
        place: row.place(),
        words: row.required("words"),
        item: row.required("item"),
    }
}
