//! Sending by the Graph API, and what its error codes mean.
//!
//! **Invariant:** one call, one request: nothing here tries again. A failure that leaves open whether
//! the message was taken is `Ambiguous`, never anything else.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{limits, webhook};
use crate::channels::{Address, Choice, Outgoing, Reason, SendError};

#[cfg(test)]
mod tests;

/// One Meta app's way to the Graph API.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Address and version, without a slash at the end.
    base: String,
    token: String,
}

/// One of our numbers, as Meta knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub display_number: String,
    pub verified_name: String,
}

impl Client {
    /// `timeout` bounds a whole call. Needs the process's rustls provider to be installed.
    pub fn new(
        graph_url: &str,
        version: &str,
        token: &str,
        timeout: Duration,
    ) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout.min(Duration::from_secs(5)))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let base = format!("{}/{version}", graph_url.trim_end_matches('/'));
        Ok(Self {
            http,
            base,
            token: token.to_owned(),
        })
    }

    /// Sends one message and gives its provider id back. `callback` comes back in its statuses; it is
    /// how to find out what became of an ambiguous one.
    pub async fn send(
        &self,
        number: &str,
        to: &Address,
        outgoing: &Outgoing,
        callback: &str,
    ) -> Result<String, SendError> {
        limits::check(outgoing)
            .map_err(|breach| SendError::OurBug(Reason::new(None, &breach.to_string())))?;
        let mut body = content(outgoing);
        body["messaging_product"] = json!("whatsapp");
        body["recipient_type"] = json!("individual");
        body["biz_opaque_callback_data"] = json!(callback);
        match to {
            Address::Phone(phone) => body["to"] = json!(phone),
            Address::UserId(user_id) => body["recipient"] = json!(user_id),
        }
        let answer = call(self.post(number).json(&body)).await?;
        let id = answer["messages"][0]["id"]
            .as_str()
            .filter(|id| !id.is_empty());
        id.map(str::to_owned).ok_or_else(|| {
            SendError::Ambiguous(Reason::new(None, "the answer names no message id"))
        })
    }

    /// Marks a message, and those before it, as read.
    pub async fn mark_read(&self, number: &str, message_id: &str) -> Result<(), SendError> {
        let body = json!({
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": message_id,
        });
        call(self.post(number).json(&body)).await.map(|_| ())
    }

    /// Shows the sender of a message that we write, for 25 seconds or until we send. Marks it read.
    pub async fn show_typing(&self, number: &str, message_id: &str) -> Result<(), SendError> {
        let body = json!({
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": message_id,
            "typing_indicator": { "type": "text" },
        });
        call(self.post(number).json(&body)).await.map(|_| ())
    }

    /// Asks for one of our numbers: proves address, token and right.
    pub async fn check(&self, number: &str) -> Result<Profile, SendError> {
        let request = self
            .http
            .get(format!("{}/{number}", self.base))
            .query(&[("fields", "display_phone_number,verified_name")]);
        let answer = call(request.bearer_auth(&self.token)).await?;
        let field = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Ok(Profile {
            display_number: field("display_phone_number"),
            verified_name: field("verified_name"),
        })
    }

    fn post(&self, number: &str) -> RequestBuilder {
        self.http
            .post(format!("{}/{number}/messages", self.base))
            .bearer_auth(&self.token)
    }
}

fn content(outgoing: &Outgoing) -> Value {
    match outgoing {
        Outgoing::Text(body) => json!({
            "type": "text",
            "text": { "body": body, "preview_url": false },
        }),
        Outgoing::Buttons { body, buttons } => {
            let button = |button: &Choice| json!({ "type": "reply", "reply": { "id": button.id, "title": button.title } });
            json!({
                "type": "interactive",
                "interactive": {
                    "type": "button",
                    "body": { "text": body },
                    "action": { "buttons": buttons.iter().map(button).collect::<Vec<_>>() },
                },
            })
        }
        Outgoing::List { body, open, rows } => {
            let row = |row: &Choice| json!({ "id": row.id, "title": row.title });
            json!({
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": { "text": body },
                    "action": {
                        "button": open,
                        "sections": [{ "rows": rows.iter().map(row).collect::<Vec<_>>() }],
                    },
                },
            })
        }
        Outgoing::Template {
            name,
            language,
            params,
            buttons,
        } => {
            let texts: Vec<Value> = params
                .iter()
                .map(|text| json!({ "type": "text", "text": text }))
                .collect();
            let body = (!texts.is_empty()).then(|| json!({ "type": "body", "parameters": texts }));
            let buttons = buttons.iter().enumerate().map(|(index, id)| {
                json!({
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": index.to_string(),
                    "parameters": [{ "type": "payload", "payload": id }],
                })
            });
            json!({
                "type": "template",
                "template": {
                    "name": name,
                    "language": { "code": language },
                    "components": body.into_iter().chain(buttons).collect::<Vec<_>>(),
                },
            })
        }
    }
}

/// Makes the call. What failed before a connection stood was not sent; what failed later may have
/// been.
async fn call(request: RequestBuilder) -> Result<Value, SendError> {
    let response = request.send().await.map_err(|error| {
        if error.is_connect() {
            SendError::Retry(Reason::new(None, "no connection to the provider"))
        } else if error.is_builder() {
            SendError::OurBug(Reason::new(None, "the request cannot be built"))
        } else if error.is_timeout() {
            SendError::Ambiguous(Reason::new(None, "no answer in time"))
        } else {
            SendError::Ambiguous(Reason::new(None, "the connection was lost"))
        }
    })?;
    let status = response.status();
    let wait = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .map(Duration::from_secs);
    let body: Option<Value> = response
        .bytes()
        .await
        .ok()
        .and_then(|b| serde_json::from_slice(&b).ok());
    let error = body
        .as_ref()
        .map(|body| &body["error"])
        .filter(|error| error.is_object());
    match (body.as_ref(), error) {
        (_, Some(error)) => Err(refused(status, error, wait)),
        (Some(body), None) if status.is_success() => Ok(body.clone()),
        (_, None) => Err(without_code(status, wait)),
    }
}

fn refused(status: StatusCode, error: &Value, wait: Option<Duration>) -> SendError {
    let mut reason = Reason::new(error["code"].as_i64(), &webhook::words(error));
    reason.wait = wait;
    // Code 100 is a wrong parameter, but with this subcode the number's id is not this token's.
    if reason.code == Some(100) && error["error_subcode"] == 33 {
        return SendError::Operator(reason);
    }
    known(reason).unwrap_or_else(|reason| match status.as_u16() {
        401 | 403 => SendError::Operator(reason),
        429 => SendError::Throttled(reason),
        500.. => SendError::Retry(reason),
        _ => SendError::OurBug(reason),
    })
}

/// No words of Meta's own. A gateway's 5xx does not tell whether the message was taken, nor does a
/// success that cannot be read.
fn without_code(status: StatusCode, wait: Option<Duration>) -> SendError {
    let mut reason = Reason::new(None, &format!("HTTP {} and no error code", status.as_u16()));
    reason.wait = wait;
    match status.as_u16() {
        401 | 403 => SendError::Operator(reason),
        429 => SendError::Throttled(reason),
        400..500 => SendError::OurBug(reason),
        _ => SendError::Ambiguous(reason),
    }
}

/// Says what a code means that came with a status instead of an answer.
pub fn classify(code: Option<i64>, text: &str) -> SendError {
    known(Reason::new(code, text)).unwrap_or_else(SendError::OurBug)
}

/// Source: Cloud API error codes, Dec 2025. The HTTP status is no help: throttling comes as 400.
fn known(reason: Reason) -> Result<SendError, Reason> {
    Ok(match reason.code {
        Some(1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 | 2_494_100) => SendError::Retry(reason),
        Some(4 | 80_007 | 130_429 | 131_056) => SendError::Throttled(reason),
        Some(131_047) => SendError::WindowShut(reason),
        Some(130_472 | 131_021 | 131_026 | 131_030 | 131_049 | 131_050) => {
            SendError::NotReachable(reason)
        }
        Some(
            0
            | 3
            | 10
            | 33
            | 190
            | 200..=299
            | 368
            | 130_497
            | 131_005
            | 131_031
            | 131_037
            | 131_042
            | 131_045
            | 131_048
            | 133_010,
        ) => SendError::Operator(reason),
        Some(
            100 | 131_008 | 131_009 | 131_051 | 131_053 | 131_062 | 132_000 | 132_001 | 132_005
            | 132_007 | 132_012 | 132_015 | 132_016 | 132_068 | 132_069 | 135_000 | 137_000,
        ) => SendError::OurBug(reason),
        Some(_) | None => return Err(reason),
    })
}
