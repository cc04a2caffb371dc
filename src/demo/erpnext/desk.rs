//! The documents that the server keeps, and what every type of them must satisfy.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use super::checks::{check_content, check_submitted, check_transition};
use super::doctypes::{DocType, Field, Kind, Naming, Need, STANDARD};
use super::fault::{Class, Fault};
use super::fields::{Column, adopt_rows, clean, label, number, text};
use super::purchase_order;
use super::query::Query;
use super::world::ErpWorld;

/// A document or a row of one.
pub(super) type Document = Map<String, Value>;

pub(super) struct Desk {
    pub(super) world: ErpWorld,
    documents: HashMap<&'static str, Vec<Document>>,
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

    /// The fields of a type, the custom ones last.
    pub(super) fn columns(&self, doctype: &DocType) -> Vec<Column> {
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
            let value = document.get(&column.name).unwrap_or(&Value::Null);
            if let (Kind::Link(target), Some(name)) = (column.kind, value.as_str())
                && self.find(target, name).is_none()
            {
                missing.push(format!("{}: {name}", column.label));
            }
            if let (Kind::Table(fields), Some(rows)) = (column.kind, value.as_array()) {
                for (at, row) in rows.iter().enumerate() {
                    for (label, name) in self.broken_links(fields, row) {
                        missing.push(format!("Row #{}: {label}: {name}", at + 1));
                    }
                }
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let text = format!("Could not find {}", missing.join(", "));
        Err(Fault::thrown(Class::LinkValidation, text))
    }

    fn broken_links<'a>(&self, fields: &[Field], row: &'a Value) -> Vec<(&'static str, &'a str)> {
        let link = |field: &Field| {
            let Kind::Link(target) = field.kind else {
                return None;
            };
            let name = row.get(field.name)?.as_str()?;
            self.find(target, name)
                .is_none()
                .then_some((field.label, name))
        };
        fields.iter().filter_map(link).collect()
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

fn docstatus(document: &Document) -> Option<u64> {
    document.get("docstatus")?.as_u64()
}
