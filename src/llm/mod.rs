//! The language model: any server that speaks the protocol of `OpenAI`.
//!
//! **Invariant:** it gets texts and gives data; it decides nothing and knows no order.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::{ApiError, ApiErrorResponse, OpenAIError};
use async_openai::middleware::ReqwestService;
use serde::Deserialize;
use tower::ServiceExt as _;
use url::Url;

mod answer;
mod ask;
mod finding;
mod proposals;
mod reading;

pub use answer::Answer;
pub use ask::{Ask, Called, NoModel, Spent};
pub use finding::{Finding, FindingLine, Weight, finding, read_finding};
pub use proposals::read_proposals;
pub use reading::{CANARY, Candidates, Part, reading};

/// How to reach a model.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// With the version, such as `https://api.openai.com/v1`.
    pub base_url: &'a Url,
    pub model: &'a str,
    /// None: a server that asks for none.
    pub key: Option<&'a str>,
    /// For a whole call.
    pub timeout: Duration,
    /// What is sent as `reasoning_effort`, for models that think unless they are told not to.
    pub effort: Option<&'a str>,
}

pub struct Llm {
    client: Client<OpenAIConfig>,
    model: String,
    effort: Option<String>,
    timeout: Duration,
    /// How this server wants to be told what shape an answer has: found out once.
    rung: ask::Rung,
}

/// As much of the list of models as is needed: servers differ in the rest.
#[derive(Deserialize)]
struct Models {
    data: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
}

impl Llm {
    /// Needs the process's rustls provider to be installed.
    pub fn new(settings: Settings<'_>) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(settings.timeout)
            .connect_timeout(settings.timeout.min(Duration::from_secs(5)))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        // Without a key of ours, async-openai takes one from the environment.
        let config = OpenAIConfig::new()
            .with_api_base(settings.base_url.as_str().trim_end_matches('/'))
            .with_api_key(settings.key.unwrap_or_default());
        // The client's own way tries three times more and waits as long as the server says.
        let once = ReqwestService::new(http.clone()).and_then(refused);
        Ok(Self {
            client: Client::build(http, config).with_http_service(once),
            model: settings.model.to_owned(),
            effort: settings.effort.map(str::to_owned),
            timeout: settings.timeout,
            rung: ask::Rung::default(),
        })
    }

    /// Proves that the server answers, takes the key and has the model. Costs no tokens.
    pub async fn check(&self) -> anyhow::Result<()> {
        let models: Models = match self.client.models().list_byot().await {
            Ok(models) => models,
            Err(OpenAIError::ApiError(error)) => bail!("the server refuses: {error}"),
            // Its own text holds the whole body.
            Err(OpenAIError::JSONDeserialize(error, _)) => {
                bail!("the server's list of models cannot be read: {error}")
            }
            Err(error) => return Err(error).context("asking for the models"),
        };
        let names: Vec<&str> = models.data.iter().map(|model| model.id.as_str()).collect();
        ensure!(
            names.contains(&self.model.as_str()),
            "the server has no model {}; it has {}",
            self.model,
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        );
        Ok(())
    }
}

/// Servers say what is wrong in many shapes; async-openai knows one, and loses the status of others.
async fn refused(response: reqwest::Response) -> Result<reqwest::Response, OpenAIError> {
    let status_code = response.status();
    if status_code.is_success() {
        return Ok(response);
    }
    let body: serde_json::Value = response.json().await.unwrap_or_default();
    let message = body["error"]["message"].as_str().unwrap_or("");
    Err(OpenAIError::ApiError(ApiErrorResponse {
        status_code,
        api_error: ApiError {
            message: message.chars().take(200).collect(),
            ..ApiError::default()
        },
    }))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode};
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;

    /// Checks the model `m` against a server that answers so to those who bring the key `k`.
    async fn check(status: u16, body: &'static str) -> Result<(), String> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/v1/", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        let models = async move |headers: HeaderMap| {
            assert_eq!(headers["authorization"], "Bearer k");
            (StatusCode::from_u16(status).unwrap(), body)
        };
        let app = axum::Router::new().route("/v1/models", get(models));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let timeout = Duration::from_secs(5);
        let llm = Llm::new(Settings {
            base_url: &url,
            model: "m",
            key: Some("k"),
            timeout,
            effort: None,
        })
        .unwrap();
        llm.check().await.map_err(|error| format!("{error:#}"))
    }

    #[tokio::test]
    async fn the_check_says_what_is_wrong() {
        assert_eq!(
            check(200, r#"{"data":[{"id":"other"},{"id":"m","owned_by":7}]}"#).await,
            Ok(())
        );
        for (status, body, expect) in [
            (
                200,
                r#"{"data":[{"id":"a"},{"id":"b"}]}"#,
                "the server has no model m; it has a, b",
            ),
            (
                200,
                r#"{"data":[]}"#,
                "the server has no model m; it has none",
            ),
            (
                200,
                r#"{"secret":1}"#,
                "the server's list of models cannot be read: missing field `data`",
            ),
            (
                401,
                r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error"}}"#,
                "the server refuses: ",
            ),
        ] {
            let error = check(status, body).await.unwrap_err();
            assert!(error.starts_with(expect), "{error}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_said() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/v1", closed.local_addr().unwrap())
            .parse()
            .unwrap();
        drop(closed);
        let timeout = Duration::from_secs(5);
        let llm = Llm::new(Settings {
            base_url: &url,
            model: "m",
            key: None,
            timeout,
            effort: None,
        })
        .unwrap();
        let error = format!("{:#}", llm.check().await.unwrap_err());
        assert!(
            error.starts_with("asking for the models: http error"),
            "{error}"
        );
    }
}
