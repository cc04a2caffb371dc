//! ERPNext by Frappe's REST API, version 1.
//!
//! Our id stands in a custom field of Purchase Order that must be unique. Frappe drops fields that it
//! does not know without a word, so that it is looked for before every write and seen in every answer.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use url::Url;

use super::{Document, Erp, ErpError, Finding, PurchaseOrderDraft};

mod answer;
mod order;
#[cfg(test)]
mod tests;

/// The custom field with our id.
pub const UID_FIELD: &str = "custom_sutler_uid";
const ORDER: &str = "Purchase Order";

/// How to reach one company in an ERPNext.
#[derive(Clone)]
pub struct Settings {
    pub url: Url,
    pub key: String,
    pub secret: String,
    pub company: String,
    /// Where goods go that are for no warehouse of their own; empty: the ERP decides.
    pub warehouse: String,
    /// The account that freight is booked on; empty: freight is not written.
    pub freight_account: String,
    /// The account that tax is booked on; empty: tax is not written.
    pub tax_account: String,
    /// For a whole call.
    pub timeout: Duration,
}

pub struct ErpNext {
    http: reqwest::Client,
    settings: Settings,
}

/// What a failure leaves open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Reads,
    Writes,
}

/// A failed call; that a unique value exists already is handled here and nowhere else.
enum Failure {
    Duplicate(String),
    Other(ErpError),
}

impl From<ErpError> for Failure {
    fn from(error: ErpError) -> Self {
        Self::Other(error)
    }
}

impl From<Failure> for ErpError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Duplicate(text) => Self::Refused(text),
            Failure::Other(error) => error,
        }
    }
}

impl ErpNext {
    /// Needs the process's rustls provider to be installed.
    pub fn new(settings: Settings) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(settings.timeout)
            .connect_timeout(settings.timeout.min(Duration::from_secs(5)))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, settings })
    }

    fn request(&self, method: Method, doctype: &str, name: Option<&str>) -> RequestBuilder {
        let mut url = self.settings.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(["api", "resource", doctype])
                .extend(name);
        }
        let Settings { key, secret, .. } = &self.settings;
        self.http
            .request(method, url)
            .header("authorization", format!("token {key}:{secret}"))
    }

    async fn get(&self, doctype: &str, name: &str) -> Result<Value, ErpError> {
        Ok(call(
            self.request(Method::GET, doctype, Some(name)),
            Effect::Reads,
        )
        .await?)
    }

    async fn list(
        &self,
        doctype: &str,
        filters: Value,
        fields: Value,
    ) -> Result<Vec<Value>, ErpError> {
        let request = self.request(Method::GET, doctype, None).query(&[
            ("filters", filters.to_string()),
            ("fields", fields.to_string()),
            ("limit_page_length", "2".to_owned()),
        ]);
        match call(request, Effect::Reads).await? {
            Value::Array(rows) => Ok(rows),
            _ => Err(ErpError::Busy("the answer is no list".to_owned())),
        }
    }

    async fn check_company(&self) -> Finding {
        let company = &self.settings.company;
        match self.get("Company", company).await {
            Ok(found) => {
                let currency = found["default_currency"].as_str().unwrap_or("no currency");
                Finding::Good(format!(
                    "signed in; the company {company} is there, in {currency}"
                ))
            }
            Err(error) => Finding::Bad(format!("the company {company}: {error}")),
        }
    }

    async fn check_named(&self, doctype: &str, name: &str) -> Option<Finding> {
        if name.is_empty() {
            return None;
        }
        let what = doctype.to_lowercase();
        Some(match self.get(doctype, name).await {
            Ok(_) => Finding::Good(format!("the {what} {name} is there")),
            Err(error) => Finding::Bad(format!("the {what} {name}: {error}")),
        })
    }

    async fn check_field(&self) -> Finding {
        let filters = json!([["dt", "=", ORDER], ["fieldname", "=", UID_FIELD]]);
        let fields = json!(["name", "unique", "no_copy"]);
        let field = match self.list("Custom Field", filters, fields).await {
            Ok(rows) => rows.into_iter().next(),
            Err(ErpError::Forbidden(_)) => return self.check_field_without_right().await,
            Err(error) => return Finding::Bad(format!("the field {UID_FIELD}: {error}")),
        };
        let set = |field: &Value, name: &str| field[name] == 1 || field[name] == true;
        match field {
            None => Finding::Bad(format!(
                "the field {UID_FIELD} is missing: add it to {ORDER} as a custom field of type Data, \
                 unique, no copy"
            )),
            Some(field) if !set(&field, "unique") => {
                Finding::Bad(format!("the field {UID_FIELD} is not unique: make it so"))
            }
            Some(field) if !set(&field, "no_copy") => Finding::Bad(format!(
                "the field {UID_FIELD} is copied when an order is amended: set \"no copy\" on it"
            )),
            Some(_) => Finding::Good(format!("the field {UID_FIELD} is there and unique")),
        }
    }

    async fn check_field_without_right(&self) -> Finding {
        match self.find("sutler check").await {
            Ok(_) => Finding::Good(format!(
                "the field {UID_FIELD} is there; whether it is unique our user may not see"
            )),
            Err(error) => Finding::Bad(format!("the field {UID_FIELD}: {error}")),
        }
    }
}

#[async_trait]
impl Erp for ErpNext {
    async fn check(&self) -> Vec<Finding> {
        let company = self.check_company().await;
        if matches!(company, Finding::Bad(_)) {
            return vec![company];
        }
        let Settings {
            warehouse,
            freight_account,
            tax_account,
            ..
        } = &self.settings;
        let mut findings = vec![company, self.check_field().await];
        findings.extend(self.check_named("Warehouse", warehouse).await);
        findings.extend(self.check_named("Account", freight_account).await);
        findings.extend(self.check_named("Account", tax_account).await);
        findings
    }

    async fn find(&self, uid: &str) -> Result<Option<Document>, ErpError> {
        let filters = json!([[UID_FIELD, "=", uid]]);
        let rows = self
            .list(ORDER, filters, json!(["name"]))
            .await
            .map_err(|error| {
                // Frappe says so in several ways: an unknown column, a field that is not permitted.
                let says_so = |text: &String| text.contains(UID_FIELD);
                match error {
                    ErpError::Refused(text) | ErpError::Busy(text) | ErpError::Forbidden(text)
                        if says_so(&text) =>
                    {
                        ErpError::Missing(format!("the field {UID_FIELD} on {ORDER} ({text})"))
                    }
                    error => error,
                }
            })?;
        match rows.first().map(|row| row["name"].as_str()) {
            None => Ok(None),
            Some(Some(name)) => self.read(name).await.map(Some),
            Some(None) => Err(ErpError::Busy("a row of the list has no name".to_owned())),
        }
    }

    async fn create(&self, draft: &PurchaseOrderDraft) -> Result<Document, ErpError> {
        if let Some(found) = self.find(&draft.uid).await? {
            return Ok(found);
        }
        let company = self.get("Company", &self.settings.company).await?;
        let body = order::body(&self.settings, draft, company["default_currency"].as_str());
        let request = self.request(Method::POST, ORDER, None).json(&body);
        let document = match call(request, Effect::Writes).await {
            Ok(answer) => answer::document(&answer).map_err(ErpError::Ambiguous)?,
            // Somebody made it meanwhile, or this is about another unique field.
            Err(Failure::Duplicate(text)) => {
                return self.find(&draft.uid).await?.ok_or(ErpError::Refused(text));
            }
            Err(Failure::Other(error)) => return Err(error),
        };
        if document.uid.as_ref() != Some(&draft.uid) {
            let name = document.name;
            let text = format!("the field {UID_FIELD} on {ORDER}; {name} was made without it");
            return Err(ErpError::Missing(text));
        }
        Ok(document)
    }

    async fn submit(&self, name: &str) -> Result<Document, ErpError> {
        let request = self
            .request(Method::PUT, ORDER, Some(name))
            .json(&json!({ "docstatus": 1 }));
        let answer = call(request, Effect::Writes).await?;
        answer::document(&answer).map_err(ErpError::Ambiguous)
    }

    async fn read(&self, name: &str) -> Result<Document, ErpError> {
        answer::document(&self.get(ORDER, name).await?).map_err(ErpError::Busy)
    }

    fn differences(&self, draft: &PurchaseOrderDraft, document: &Document) -> Vec<String> {
        let charges = order::charges(&self.settings, draft)
            .iter()
            .map(|(_, _, amount)| amount)
            .sum();
        super::differences(draft, document, charges, |quantity| {
            order::uom(quantity).to_owned()
        })
    }
}

async fn call(request: RequestBuilder, effect: Effect) -> Result<Value, Failure> {
    let open = |text: &str| match effect {
        Effect::Reads => ErpError::Busy(text.to_owned()),
        Effect::Writes => ErpError::Ambiguous(text.to_owned()),
    };
    let response = request.send().await.map_err(|error| {
        if error.is_connect() {
            ErpError::Busy("no connection".to_owned())
        } else if error.is_timeout() {
            open("no answer in time")
        } else {
            open("the connection was lost")
        }
    })?;
    let status = response.status();
    let body = response
        .bytes()
        .await
        .map_err(|_| open("the answer was cut off"))?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if status.is_success() {
        return match body.get("data") {
            Some(data) => Ok(data.clone()),
            None => Err(open("the answer cannot be read").into()),
        };
    }
    let text = answer::words(&body).unwrap_or_else(|| format!("HTTP {}", status.as_u16()));
    Err(match (status.as_u16(), body["exc_type"].as_str()) {
        (409, _) | (_, Some("UniqueValidationError")) => Failure::Duplicate(text),
        (401, _) => ErpError::SignIn(text).into(),
        (403, _) => ErpError::Forbidden(text).into(),
        (404, _) | (_, Some("LinkValidationError")) => ErpError::Missing(text).into(),
        (_, Some("TimestampMismatchError")) => ErpError::Changed(text).into(),
        // Frappe rolls back whatever raised an exception; an answer without one is a gateway's.
        (429 | 503, _) | (500.., Some(_)) => ErpError::Busy(text).into(),
        (500.., None) => open(&text).into(),
        _ => ErpError::Refused(text).into(),
    })
}
