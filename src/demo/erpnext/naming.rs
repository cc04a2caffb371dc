//! How a new document gets its name.

use super::desk::{Desk, Document};
use super::doctypes::{DocType, Naming, STANDARD};
use super::fault::{Class, Fault};
use super::fields::{label, text};

impl Desk {
    /// The name of a new document.
    pub(super) fn name(&self, doctype: &DocType, document: &mut Document) -> Result<String, Fault> {
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
}
