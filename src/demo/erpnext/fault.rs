//! Errors in the shape in which Frappe's REST API v1 sends them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// The exception classes that this server raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Authentication,
    Permission,
    DoesNotExist,
    DuplicateEntry,
    Validation,
    Mandatory,
    LinkValidation,
    UniqueValidation,
    TimestampMismatch,
    DocstatusTransition,
    UpdateAfterSubmit,
    CharacterLengthExceeded,
    UomMustBeInteger,
    Data,
    Operational,
    JsonDecode,
}

impl Class {
    /// Status, module and name of the exception.
    fn facts(self) -> (StatusCode, &'static str, &'static str) {
        const FRAPPE: &str = "frappe.exceptions";
        let rule = StatusCode::EXPECTATION_FAILED;
        let server = StatusCode::INTERNAL_SERVER_ERROR;
        match self {
            Self::Authentication => (StatusCode::UNAUTHORIZED, FRAPPE, "AuthenticationError"),
            Self::Permission => (StatusCode::FORBIDDEN, FRAPPE, "PermissionError"),
            Self::DoesNotExist => (StatusCode::NOT_FOUND, FRAPPE, "DoesNotExistError"),
            Self::DuplicateEntry => (StatusCode::CONFLICT, FRAPPE, "DuplicateEntryError"),
            Self::Validation => (rule, FRAPPE, "ValidationError"),
            Self::Mandatory => (rule, FRAPPE, "MandatoryError"),
            Self::LinkValidation => (rule, FRAPPE, "LinkValidationError"),
            Self::UniqueValidation => (rule, FRAPPE, "UniqueValidationError"),
            Self::TimestampMismatch => (rule, FRAPPE, "TimestampMismatchError"),
            Self::DocstatusTransition => (rule, FRAPPE, "DocstatusTransitionError"),
            Self::UpdateAfterSubmit => (rule, FRAPPE, "UpdateAfterSubmitError"),
            Self::CharacterLengthExceeded => (rule, FRAPPE, "CharacterLengthExceededError"),
            Self::UomMustBeInteger => (
                rule,
                "erpnext.utilities.transaction_base",
                "UOMMustBeIntegerError",
            ),
            Self::Data => (rule, FRAPPE, "DataError"),
            Self::Operational => (server, "pymysql.err", "OperationalError"),
            Self::JsonDecode => (server, "json.decoder", "JSONDecodeError"),
        }
    }
}

/// A request that failed.
#[derive(Debug)]
pub(super) struct Fault {
    class: Class,
    /// What the exception was raised with.
    text: String,
    /// What a person would see in the desk.
    messages: Vec<String>,
}

impl Fault {
    /// An exception without a word.
    pub(super) fn bare(class: Class) -> Self {
        Self::raised(class, String::new(), Vec::new())
    }

    /// `frappe.throw`: the exception and the message are the same text.
    pub(super) fn thrown(class: Class, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::raised(class, text.clone(), vec![text])
    }

    /// An exception whose text is not what people see.
    pub(super) fn raised(class: Class, text: String, messages: Vec<String>) -> Self {
        Self {
            class,
            text,
            messages,
        }
    }

    fn body(&self) -> Value {
        let (_, module, name) = self.class.facts();
        let exception = match self.text.as_str() {
            "" => format!("{module}.{name}"),
            text => format!("{module}.{name}: {text}"),
        };
        let trace = format!("Traceback (most recent call last):\n{exception}\n");
        let mut body = Map::new();
        body.insert("exception".to_owned(), exception.into());
        body.insert("exc_type".to_owned(), name.into());
        body.insert("exc".to_owned(), json!([trace]).to_string().into());
        if !self.messages.is_empty() {
            let messages: Vec<String> = self
                .messages
                .iter()
                .map(|text| json!({"message": text, "title": "Message", "raise_exception": 1}))
                .map(|message| message.to_string())
                .collect();
            let messages = json!(messages).to_string();
            body.insert("_server_messages".to_owned(), messages.into());
        }
        Value::Object(body)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, _, _) = self.class.facts();
        (status, Json(self.body())).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_json_in_json_in_json() {
        let body = Fault::thrown(Class::LinkValidation, "Could not find Supplier: X").body();
        assert_eq!(body["exc_type"], "LinkValidationError");
        let expect = "frappe.exceptions.LinkValidationError: Could not find Supplier: X";
        assert_eq!(body["exception"], expect);
        let list: Vec<String> =
            serde_json::from_str(body["_server_messages"].as_str().unwrap()).unwrap();
        let message: Value = serde_json::from_str(&list[0]).unwrap();
        assert_eq!(message["message"], "Could not find Supplier: X");
    }
}
