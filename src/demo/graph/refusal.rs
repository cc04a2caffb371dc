//! Refusals as Meta words them: code, HTTP status and the JSON shape of an error.
//!
//! Source: Meta's error code page as of late 2026. Throttling codes come as HTTP 400 there, so they do here.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Whether a refusal shows a fault of the caller's payload or set-up, which no careful client provokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// The call itself was wrong.
    Caller,
    /// A limit, a shut window or a fault that was asked for: a correct client meets these too.
    Circumstance,
}

/// One refused call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Meta's error code, for example 131047.
    pub code: u32,
    /// Meta's sub-code, where it gives one.
    pub subcode: Option<u32>,
    /// The text after the code.
    pub message: String,
    /// What exactly is wrong (`error_data.details`).
    pub details: Option<String>,
    /// Who could have avoided it.
    pub blame: Blame,
    status: StatusCode,
    kind: &'static str,
}

impl Refusal {
    /// A fault of the caller, with Meta's title for the code and its own details.
    pub(super) fn caller(code: u32, details: impl Into<String>) -> Self {
        Self::with_title(code, Some(details.into()), Blame::Caller)
    }

    /// A limit or an ordered fault, with Meta's title for the code.
    pub(super) fn circumstance(code: u32, details: Option<&str>) -> Self {
        Self::with_title(code, details.map(str::to_owned), Blame::Circumstance)
    }

    /// Code 100 with a message of its own, as the Graph API words faults of top-level parameters.
    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self {
            message: format!("(#100) {}", message.into()),
            details: None,
            ..Self::caller(100, "")
        }
    }

    /// Code 100, sub-code 33: there is no such object behind this path.
    pub(super) fn no_object(method: &str, id: &str) -> Self {
        Self {
            subcode: Some(33),
            kind: "GraphMethodException",
            message: format!(
                "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to \
                 missing permissions, or does not support this operation. Please read the Graph API \
                 documentation at https://developers.facebook.com/docs/graph-api"
            ),
            details: None,
            ..Self::caller(100, "")
        }
    }

    /// Code 190: no token, or not ours.
    pub(super) fn token() -> Self {
        Self {
            message: "Invalid OAuth access token - Cannot parse access token".to_owned(),
            details: None,
            ..Self::caller(190, "")
        }
    }

    /// Code 2500: the path means nothing.
    pub(super) fn path(path: &str) -> Self {
        Self {
            message: format!("Unknown path components: {path}"),
            details: None,
            ..Self::caller(2500, "")
        }
    }

    fn with_title(code: u32, details: Option<String>, blame: Blame) -> Self {
        let (title, status) = known(code);
        Self {
            code,
            subcode: None,
            message: format!("(#{code}) {title}"),
            details,
            blame,
            status: StatusCode::from_u16(status).expect("the table holds valid statuses"),
            kind: "OAuthException",
        }
    }

    /// The entry of `statuses[].errors` for this refusal.
    pub(super) fn as_status_error(&self) -> Value {
        let title = known(self.code).0;
        json!({
            "code": self.code,
            "title": title,
            "message": title,
            "error_data": {"details": self.details.as_deref().unwrap_or(title)},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "fbtrace_id": super::wamid::trace_id(),
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = subcode.into();
        }
        if let Some(details) = self.details {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": details});
        }
        (self.status, Json(json!({"error": error}))).into_response()
    }
}

/// Meta's title and HTTP status for a code.
fn known(code: u32) -> (&'static str, u16) {
    match code {
        0 => ("AuthException", 401),
        1 => ("API Unknown", 400),
        2 => ("API Service", 503),
        3 => ("API Method", 500),
        4 => ("API Too Many Calls", 400),
        10 => ("Permission Denied", 403),
        100 => ("Invalid parameter", 400),
        190 => ("Access token has expired", 401),
        200..=299 => ("API Permission", 403),
        368 => ("Temporarily blocked for policies violations", 403),
        80007 => ("Rate limit issues", 400),
        130_429 => ("Rate limit hit", 400),
        130_472 => ("User's number is part of an experiment", 400),
        130_497 => (
            "Business account is restricted from messaging users in this country",
            403,
        ),
        131_000 => ("Something went wrong", 500),
        131_005 => ("Access denied", 403),
        131_008 => ("Required parameter is missing", 400),
        131_009 => ("Parameter value is not valid", 400),
        131_016 => ("Service unavailable", 500),
        131_021 => ("Recipient cannot be sender", 400),
        131_026 => ("Message undeliverable", 400),
        131_030 => ("Recipient not in allowed list", 400),
        131_031 => ("Account has been locked", 403),
        131_037 => ("WhatsApp provided number needs display name approval", 400),
        131_042 => ("Business eligibility payment issue", 400),
        131_045 => ("Incorrect certificate", 500),
        131_047 => ("Re-engagement message", 400),
        131_048 => ("Spam rate limit hit", 400),
        131_049 => ("Meta chose not to deliver", 400),
        131_050 => ("User has stopped marketing messages", 400),
        131_051 => ("Unsupported message type", 400),
        131_052 => ("Media download error", 400),
        131_053 => ("Media upload error", 400),
        131_056 => (
            "(Business Account, Consumer Account) pair rate limit hit",
            400,
        ),
        131_057 => ("Account in maintenance mode", 500),
        131_062 => (
            "Business-scoped user id is not allowed for this message",
            400,
        ),
        132_000 => (
            "Number of parameters does not match the expected number of params",
            400,
        ),
        132_001 => ("Template name does not exist in the translation", 404),
        132_005 => ("Translated text too long", 400),
        132_007 => ("Template format character policy violated", 400),
        132_012 => (
            "Parameter format does not match format in the created template",
            400,
        ),
        132_015 => ("Template is paused", 400),
        132_016 => ("Template is disabled", 400),
        133_004 => ("Server temporarily unavailable", 503),
        133_010 => ("Phone number not registered", 400),
        135_000 => ("Generic user error", 400),
        _ => ("An unknown error occurred", 400),
    }
}
