//! A language model beside the rules, for whoever measures one. Nothing of it is stored or counted.

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use url::Url;

use super::case::Case;
use super::prediction::Read;
use crate::language::{unresolved, verify};
use crate::llm::{self, Llm, Part};

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Args)]
pub struct SecondReader {
    /// Have this language model read what the rules leave open.
    #[arg(long, value_name = "NAME", requires = "model_url")]
    pub model: Option<String>,
    /// Its server, OpenAI-compatible, with the version: <http://127.0.0.1:8000/v1>.
    #[arg(long, value_name = "URL", requires = "model")]
    pub model_url: Option<Url>,
    /// The server's API key.
    #[arg(
        long,
        value_name = "KEY",
        env = "SUTLER_LLM__KEY",
        hide_env_values = true
    )]
    pub model_key: Option<String>,
}

impl SecondReader {
    /// The client, if a model is named.
    pub(super) fn open(&self) -> anyhow::Result<Option<Llm>> {
        let (Some(model), Some(base_url)) = (&self.model, &self.model_url) else {
            return Ok(None);
        };
        let settings = llm::Settings {
            base_url,
            model,
            key: self.model_key.as_deref(),
            timeout: PATIENCE,
            effort: None,
        };
        Llm::new(settings)
            .context("making the client of the model")
            .map(Some)
    }
}

/// Puts what the rules left open to the model; without an answer all stays as it is.
pub(super) fn add(llm: &Llm, case: &Case, read: &mut Read) {
    if read.reading.is_ready() {
        return;
    }
    let spans = unresolved(&read.messages, &read.setting, &read.reading);
    let parts: Vec<Part> = spans
        .iter()
        .map(|span| Part {
            span: *span,
            candidates: case.catalog_hint.clone(),
        })
        .collect();
    let Some(question) = llm::reading(&read.messages, &parts) else {
        return;
    };
    let called = block_in_place(|| Handle::current().block_on(llm.ask(&question)));
    match called.answer {
        Ok(answer) => {
            let proposals = llm::read_proposals(&answer);
            let verified = verify(
                &read.messages,
                &read.setting,
                &read.reading,
                &spans,
                &proposals,
            );
            read.reading = verified.reading;
        }
        Err(why) => eprintln!("sutler: {}: no answer of the model: {why}", case.id),
    }
}
