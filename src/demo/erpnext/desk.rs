//! The documents that the server keeps, and what every type of them must satisfy.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::doctypes::{DocType, Field, Kind, Naming, Need, STANDARD};
use super::fault::{Class, Fault};
use super::purchase_order;
use super::query::Query;
use super::world::ErpWorld;

/// A document or a row of one.
pub(super) type Document = Map<String, Value>;

/// The longest text of a Data field, in characters.
const DATA: usize = 140;

pub(super) struct Desk {
    pub(super) world: ErpWorld,
    documents: HashMap<&'static str, Vec<Document>>,
}

/// A standard or custom field of a type.
struct Column {
    name: String,
    label: String,
    kind: Kind,
    need: Need,
    unique: bool,
}

impl Desk {
    pub(super) fn new(world: ErpWorld) -> Self {
        let mut desk = Self {
            documents: HashMap::new(),
            world,
        };
        let world = desk.world.clone();
        for name in DocType::names() {
            desk.seed("DocType", name, json!({}));
        }
        for currency in &world.currencies {
            desk.seed("Currency", currency, json!({}));
        }
        let currency = world.currencies.first();
        desk.seed(
            "Company",
            &world.company,
            json!({"default_currency": currency}),
        );
        for (doctype, names) in [
            ("Warehouse", &world.warehouses),
            ("Account", &world.accounts),
            ("Cost Center", &world.cost_centers),
            ("Project", &world.projects),
        ] {
            for name in names {
                desk.seed(doctype, name, json!({}));
            }
        }
        for uom in &world.uoms {
            let whole = u8::from(uom.must_be_whole_number);
            desk.seed("UOM", &uom.name, json!({"must_be_whole_number": whole}));
        }
        for supplier in &world.suppliers {
            desk.seed(
                "Supplier",
                supplier,
                json!({"supplier_name": supplier, "disabled": 0}),
            );
        }
        for item in &world.items {
            let fields = json!({
                "item_code": item.code, "item_name": item.name, "item_group": item.group,
                "stock_uom": item.uom, "is_stock_item": 1, "disabled": 0,
            });
            desk.seed("Item", &item.code, fields);
        }
        for field in &world.unique_fields {
            let fields = json!({
                "dt": "Purchase Order", "fieldname": field, "fieldtype": "Data",
                "label": label(field), "unique": 1, "no_copy": 1, "read_only": 1,
            });
            desk.seed("Custom Field", &format!("Purchase Order-{field}"), fields);
        }
        desk
    }

    fn seed(&mut self, doctype: &'static str, name: &str, fields: Value) {
        let mut document = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        self.stamp(&mut document, doctype, name);
        self.documents.entry(doctype).or_default().push(document);
    }

    fn now(&self) -> DateTime<Utc> {
        (self.world.clock)()
    }

    /// The day of now.
    pub(super) fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    fn stamp(&self, document: &mut Document, doctype: &str, name: &str) {
        let now = self.now().format("%Y-%m-%d %H:%M:%S%.6f").to_string();
        document.insert("name".to_owned(), name.into());
        document.insert("doctype".to_owned(), doctype.into());
        document.insert("modified".to_owned(), now.clone().into());
        document.insert("modified_by".to_owned(), self.world.user.clone().into());
        document
            .entry("owner")
            .or_insert(self.world.user.clone().into());
        document.entry("creation").or_insert(now.into());
        document.entry("docstatus").or_insert(0.into());
        document.entry("idx").or_insert(0.into());
    }

    /// Every document of a type, oldest first.
    pub(super) fn all(&self, doctype: &str) -> &[Document] {
        self.documents.get(doctype).map_or(&[], Vec::as_slice)
    }

    pub(super) fn find(&self, doctype: &str, name: &str) -> Option<&Document> {
        self.all(doctype)
            .iter()
            .find(|document| document["name"] == name)
    }

    pub(super) fn list(&self, doctype: &str, query: &Query) -> Result<Vec<Value>, Fault> {
        let doctype = known(doctype)?;
        let columns = self.columns(doctype);
        let is_known = |field: &str| {
            STANDARD.contains(&field) || columns.iter().any(|column| column.name == field)
        };
        query.run(doctype.name, self.all(doctype.name).iter(), is_known)
    }

    pub(super) fn read(&self, doctype: &str, name: &str) -> Result<Document, Fault> {
        known(doctype)?;
        self.find(doctype, name).cloned().ok_or_else(|| {
            let text = format!("{doctype} {name} not found");
            Fault::thrown(Class::DoesNotExist, text)
        })
    }

    pub(super) fn insert(&mut self, doctype: &str, sent: &Document) -> Result<Document, Fault> {
        let doctype = known(doctype)?;
        if doctype.naming == Naming::Seeded {
            let text = format!("User {} may not create {}", self.world.user, doctype.name);
            return Err(Fault::thrown(Class::Permission, text));
        }
        let columns = self.columns(doctype);
        let mut document = clean(sent, &columns)?;
        let docstatus = docstatus(sent).unwrap_or(0);
        if docstatus == 2 {
            let text = "Cannot change docstatus from 0 (Draft) to 2 (Cancelled)";
            return Err(Fault::thrown(Class::DocstatusTransition, text));
        }
        document.insert("docstatus".to_owned(), docstatus.into());
        self.default(doctype, &mut document);
        self.check_links(&document, &columns)?;
        let name = self.name(doctype, &mut document)?;
        if doctype.name == "Purchase Order" {
            purchase_order::validate(self, &name, &mut document)?;
        }
        check_content(doctype.name, &name, &document, &columns)?;
        if self.find(doctype.name, &name).is_some() {
            let cause =
                format!("IntegrityError(1062, \"Duplicate entry '{name}' for key 'PRIMARY'\")");
            let text = format!("('{}', '{name}', {cause})", doctype.name);
            let message = format!("{} <strong>{name}</strong> already exists", doctype.name);
            return Err(Fault::raised(Class::DuplicateEntry, text, vec![message]));
        }
        self.check_unique(doctype.name, &name, &document, &columns)?;
        self.stamp(&mut document, doctype.name, &name);
        adopt_rows(doctype.name, &name, &mut document);
        let kept = self.documents.entry(doctype.name).or_default();
        kept.push(document.clone());
        Ok(document)
    }

    pub(super) fn update(
        &mut self,
        doctype: &str,
        name: &str,
        sent: &Document,
    ) -> Result<Document, Fault> {
        let doctype = known(doctype)?;
        let stored = self.read(doctype.name, name)?;
        if doctype.naming == Naming::Seeded {
            let text = format!("User {} may not change {}", self.world.user, doctype.name);
            return Err(Fault::thrown(Class::Permission, text));
        }
        if sent
            .get("modified")
            .is_some_and(|modified| *modified != stored["modified"])
        {
            let text = "Document has been modified after you have opened it. \
                Please refresh to get the latest document.";
            return Err(Fault::thrown(Class::TimestampMismatch, text));
        }
        let columns = self.columns(doctype);
        let changes = clean(sent, &columns)?;
        let before = docstatus(&stored).unwrap_or(0);
        let after = docstatus(sent).unwrap_or(before);
        check_transition(before, after)?;
        if before == 1 {
            check_submitted(&stored, &changes, &columns)?;
        }
        let mut document = stored;
        document.extend(changes);
        document.insert("docstatus".to_owned(), after.into());
        if before == 0 {
            self.check_links(&document, &columns)?;
        }
        if doctype.name == "Purchase Order" {
            if before == 0 {
                purchase_order::validate(self, name, &mut document)?;
            }
            document.insert("status".to_owned(), purchase_order::status(after).into());
        }
        check_content(doctype.name, name, &document, &columns)?;
        self.check_unique(doctype.name, name, &document, &columns)?;
        self.stamp(&mut document, doctype.name, name);
        adopt_rows(doctype.name, name, &mut document);
        let kept = self.documents.entry(doctype.name).or_default();
        if let Some(place) = kept.iter_mut().find(|kept| kept["name"] == name) {
            place.clone_from(&document);
        }
        Ok(document)
    }

    fn columns(&self, doctype: &DocType) -> Vec<Column> {
        let standard = doctype.fields.iter().map(|field| Column {
            name: field.name.to_owned(),
            label: field.label.to_owned(),
            kind: field.kind,
            need: field.need,
            unique: false,
        });
        let custom = self.all("Custom Field").iter();
        let custom = custom
            .filter(|field| field["dt"] == doctype.name)
            .map(|field| Column {
                name: text(field, "fieldname").to_owned(),
                label: text(field, "label").to_owned(),
                kind: match text(field, "fieldtype") {
                    "Check" => Kind::Check,
                    "Float" | "Int" | "Currency" | "Percent" => Kind::Float,
                    "Date" => Kind::Date,
                    "Text" | "Small Text" | "Long Text" | "Text Editor" => Kind::Text,
                    _ => Kind::Data,
                },
                need: if number(field, "reqd") > 0.0 {
                    Need::Mandatory
                } else {
                    Need::Optional
                },
                unique: number(field, "unique") > 0.0,
            });
        standard.chain(custom).collect()
    }

    /// What an absent field becomes before anything is checked.
    fn default(&self, doctype: &DocType, document: &mut Document) {
        let mut set = |field: &str, value: Value| {
            if document.get(field).is_none_or(Value::is_null) {
                document.insert(field.to_owned(), value);
            }
        };
        match doctype.name {
            "Purchase Order" => {
                set("naming_series", "PUR-ORD-.YYYY.-".into());
                set("company", self.world.company.clone().into());
                set("transaction_date", self.today().to_string().into());
                set("currency", json!(self.world.currencies.first()));
                set("conversion_rate", 1.0.into());
            }
            "Supplier" => set("supplier_type", "Company".into()),
            "Item" => set("is_stock_item", 1.into()),
            "Custom Field" => set("fieldtype", "Data".into()),
            _ => {}
        }
    }

    fn check_links(&self, document: &Document, columns: &[Column]) -> Result<(), Fault> {
        let mut missing = Vec::new();
        for column in columns {
            let value = document.get(&column.name);
            match (column.kind, value) {
                (Kind::Link(target), Some(Value::String(name))) => {
                    if self.find(target, name).is_none() {
                        missing.push(format!("{}: {name}", column.label));
                    }
                }
                (Kind::Table(fields), Some(Value::Array(rows))) => {
                    for (at, row) in rows.iter().enumerate() {
                        for (label, name) in self.broken_links(fields, row) {
                            missing.push(format!("Row #{}: {label}: {name}", at + 1));
                        }
                    }
                }
                _ => {}
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let text = format!("Could not find {}", missing.join(", "));
        Err(Fault::thrown(Class::LinkValidation, text))
    }

    fn broken_links<'a>(&self, fields: &[Field], row: &'a Value) -> Vec<(&'static str, &'a str)> {
        let link = |field: &Field| match field.kind {
            Kind::Link(target) => {
                let name = row.get(field.name)?.as_str()?;
                self.find(target, name)
                    .is_none()
                    .then_some((field.label, name))
            }
            Kind::Data | Kind::Text | Kind::Float | Kind::Check | Kind::Date | Kind::Table(_) => {
                None
            }
        };
        fields.iter().filter_map(link).collect()
    }

    fn name(&self, doctype: &DocType, document: &mut Document) -> Result<String, Fault> {
        match doctype.naming {
            Naming::Series(prefix) => {
                let prefix = format!("{prefix}{}-", self.today().format("%Y"));
                let numbers = self.all(doctype.name).iter().filter_map(|document| {
                    text(document, "name")
                        .strip_prefix(&prefix)?
                        .parse::<u32>()
                        .ok()
                });
                let next = numbers.max().unwrap_or(0) + 1;
                Ok(format!("{prefix}{next:05}"))
            }
            Naming::Field(field) => {
                let name = text(document, field).trim().to_owned();
                if name.is_empty() {
                    let text = format!("[{}, None]: {field}", doctype.name);
                    let message = format!("{} is required", label(field));
                    return Err(Fault::raised(Class::Mandatory, text, vec![message]));
                }
                Ok(name)
            }
            Naming::CustomField => self.name_custom_field(document),
            Naming::Seeded => Err(Fault::bare(Class::Permission)),
        }
    }

    fn name_custom_field(&self, document: &mut Document) -> Result<String, Fault> {
        let given = match text(document, "fieldname") {
            "" => text(document, "label").replace(' ', "_"),
            given => given.to_owned(),
        };
        if given.is_empty() {
            return Err(Fault::thrown(Class::Validation, "Label is mandatory"));
        }
        let fieldname = given.to_lowercase();
        let dt = text(document, "dt").to_owned();
        let taken = DocType::find(&dt).is_some_and(|doctype| {
            let mut columns = self.columns(doctype).into_iter();
            STANDARD.contains(&fieldname.as_str()) || columns.any(|c| c.name == fieldname)
        });
        if taken {
            let text =
                format!("A field with the name '{fieldname}' already exists in doctype {dt}.");
            return Err(Fault::thrown(Class::Validation, text));
        }
        if text(document, "label").is_empty() {
            document.insert("label".to_owned(), label(&fieldname).into());
        }
        let name = format!("{dt}-{fieldname}");
        document.insert("fieldname".to_owned(), fieldname.into());
        Ok(name)
    }

    fn check_unique(
        &self,
        doctype: &str,
        name: &str,
        document: &Document,
        columns: &[Column],
    ) -> Result<(), Fault> {
        for column in columns.iter().filter(|column| column.unique) {
            let value = text(document, &column.name);
            let taken = |other: &&Document| {
                other["name"] != name && text(other, &column.name).eq_ignore_ascii_case(value)
            };
            if value.is_empty() || !self.all(doctype).iter().any(|other| taken(&other)) {
                continue;
            }
            let field = &column.name;
            let cause =
                format!("IntegrityError(1062, \"Duplicate entry '{value}' for key '{field}'\")");
            let text = format!("('{doctype}', '{name}', {cause})");
            let message = format!("{} must be unique", column.label);
            return Err(Fault::raised(Class::UniqueValidation, text, vec![message]));
        }
        Ok(())
    }
}

fn known(doctype: &str) -> Result<&'static DocType, Fault> {
    DocType::find(doctype).ok_or_else(|| {
        let text = format!("DocType {doctype} not found");
        Fault::thrown(Class::DoesNotExist, text)
    })
}

/// The fields that the type has, each as its kind; the rest is dropped.
fn clean(sent: &Document, columns: &[Column]) -> Result<Document, Fault> {
    let mut document = Document::new();
    for column in columns {
        let Some(value) = sent.get(&column.name) else {
            continue;
        };
        let value = match column.kind {
            Kind::Table(fields) => clean_rows(value, fields)?,
            kind => clean_value(value, kind, &column.label)?,
        };
        document.insert(column.name.clone(), value);
    }
    Ok(document)
}

fn clean_rows(value: &Value, fields: &'static [Field]) -> Result<Value, Fault> {
    let mut rows = Vec::new();
    for row in value.as_array().map_or(&[][..], Vec::as_slice) {
        let mut cleaned = Document::new();
        for field in fields {
            if let Some(value) = row.get(field.name) {
                cleaned.insert(
                    field.name.to_owned(),
                    clean_value(value, field.kind, field.label)?,
                );
            }
        }
        if let Some(name) = row.get("name") {
            cleaned.insert("name".to_owned(), name.clone());
        }
        rows.push(Value::Object(cleaned));
    }
    Ok(Value::Array(rows))
}

fn clean_value(value: &Value, kind: Kind, label: &str) -> Result<Value, Fault> {
    let number = || match value {
        Value::String(text) => text.trim().parse().unwrap_or(0.0),
        other => other
            .as_f64()
            .unwrap_or(f64::from(u8::from(other == &Value::Bool(true)))),
    };
    Ok(match kind {
        _ if value.is_null() || value == "" => Value::Null,
        Kind::Float => number().into(),
        Kind::Check => u8::from(number() != 0.0).into(),
        Kind::Date => {
            let date = value
                .as_str()
                .and_then(|text| text.parse::<NaiveDate>().ok());
            let date = date.ok_or_else(|| {
                let text = format!("{label}: {value} is not a valid date.");
                Fault::thrown(Class::Validation, text)
            })?;
            date.to_string().into()
        }
        Kind::Data | Kind::Text | Kind::Link(_) | Kind::Table(_) => match value {
            Value::String(text) => text.clone().into(),
            other => other.to_string().into(),
        },
    })
}

fn check_content(
    doctype: &str,
    name: &str,
    document: &Document,
    columns: &[Column],
) -> Result<(), Fault> {
    let (mut fields, mut messages) = (Vec::new(), Vec::new());
    for column in columns {
        let Column {
            name: field,
            label,
            kind,
            need,
            ..
        } = column;
        let value = document.get(field).unwrap_or(&Value::Null);
        let rows = value.as_array().map(Vec::as_slice);
        if *need == Need::Mandatory && (value.is_null() || rows.is_some_and(<[_]>::is_empty)) {
            fields.push(field.clone());
            messages.push(match kind {
                Kind::Table(_) => format!("Error: Data missing in table: {label}"),
                _ => format!("Error: Value missing for {doctype}: {label}"),
            });
        }
        if let (Kind::Table(of), Some(rows)) = (kind, rows) {
            for (at, row) in rows.iter().enumerate() {
                for gap in of.iter().filter(|f| f.need == Need::Mandatory) {
                    if row.get(gap.name).is_none_or(Value::is_null) {
                        fields.push(gap.name.to_owned());
                        let row = at + 1;
                        messages.push(format!(
                            "Error: <strong>{doctype} {label}</strong> Row #{row}: \
                             Value missing for: {}",
                            gap.label
                        ));
                    }
                }
            }
        }
    }
    if !fields.is_empty() {
        let text = format!("[{doctype}, {name}]: {}", fields.join(", "));
        return Err(Fault::raised(Class::Mandatory, text, messages));
    }
    let long = |column: &&Column| {
        column.kind == Kind::Data && text(document, &column.name).chars().count() > DATA
    };
    if let Some(column) = columns.iter().find(long) {
        let label = &column.label;
        let text = format!(
            "{doctype} {name}: '{label}' ({}) will get truncated, as max characters allowed is {DATA}",
            text(document, &column.name)
        );
        return Err(Fault::thrown(Class::CharacterLengthExceeded, text));
    }
    Ok(())
}

fn check_transition(before: u64, after: u64) -> Result<(), Fault> {
    const STATES: [&str; 3] = ["0 (Draft)", "1 (Submitted)", "2 (Cancelled)"];
    match (before, after) {
        (0, 0 | 1) | (1, 1 | 2) => Ok(()),
        (2, _) => Err(Fault::thrown(
            Class::Validation,
            "Cannot edit cancelled document",
        )),
        (before, after) => {
            let state = |at: u64| {
                usize::try_from(at)
                    .ok()
                    .and_then(|at| STATES.get(at).copied())
            };
            let (before, after) = (state(before), state(after));
            let text = format!(
                "Cannot change docstatus from {} to {}",
                before.unwrap_or("unknown"),
                after.unwrap_or("unknown")
            );
            Err(Fault::thrown(Class::DocstatusTransition, text))
        }
    }
}

/// A submitted document cannot be changed.
fn check_submitted(stored: &Document, changes: &Document, columns: &[Column]) -> Result<(), Fault> {
    for column in columns {
        let Some(new) = changes.get(&column.name) else {
            continue;
        };
        let old = stored.get(&column.name).unwrap_or(&Value::Null);
        let table = matches!(column.kind, Kind::Table(_));
        if table || old != new {
            let text = format!("Not allowed to change {} after submission", column.label);
            return Err(Fault::thrown(Class::UpdateAfterSubmit, text));
        }
    }
    Ok(())
}

/// Gives the rows of every table their name, place and parent.
fn adopt_rows(doctype: &str, name: &str, document: &mut Document) {
    for (field, value) in document.iter_mut() {
        let Value::Array(rows) = value else { continue };
        for (at, row) in rows.iter_mut().filter_map(Value::as_object_mut).enumerate() {
            let id = Uuid::new_v4().simple().to_string();
            row.entry("name").or_insert(id[..10].into());
            row.insert("idx".to_owned(), (at + 1).into());
            row.insert("parent".to_owned(), name.into());
            row.insert("parentfield".to_owned(), field.clone().into());
            row.insert("parenttype".to_owned(), doctype.into());
        }
    }
}

fn docstatus(document: &Document) -> Option<u64> {
    document.get("docstatus")?.as_u64()
}

/// The text of a field; empty when there is none.
pub(super) fn text<'a>(document: &'a Document, field: &str) -> &'a str {
    document
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The number of a field; 0 when there is none.
pub(super) fn number(document: &Document, field: &str) -> f64 {
    document.get(field).and_then(Value::as_f64).unwrap_or(0.0)
}

/// `custom_sutler_uid` → `Custom Sutler Uid`
fn label(fieldname: &str) -> String {
    let words = fieldname.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    });
    words.collect::<Vec<_>>().join(" ")
}
