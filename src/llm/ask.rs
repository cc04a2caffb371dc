//! One question to the model: chat completions, one JSON object back.
//!
//! Servers differ in how they can be told the shape of an answer: a strict schema, any JSON object, or
//! only the words of the prompt. The first way that a server takes is kept while the process runs.
//!
//! **Invariant:** whatever goes wrong is "no model": a refusal, an answer cut short, a late one, a
//! tool call, a limit, nonsense. Nothing is tried twice in the same way.

use std::sync::atomic::{AtomicU8, Ordering};

use async_openai::error::OpenAIError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Llm;
use super::answer::Answer;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The same bytes for every question of a kind, so that servers may keep it.
    pub system: &'static str,
    /// Data only.
    pub user: String,
    pub name: &'static str,
    pub schema: Value,
    /// Most tokens of the answer.
    pub most: u32,
}

/// Tokens that a question cost, as the server counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    pub calls: u32,
    pub prompt: i64,
    pub completion: i64,
}

/// What became of a question, and what it cost in any case.
#[derive(Debug)]
pub struct Called {
    pub answer: Result<Answer, NoModel>,
    pub spent: Spent,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoModel {
    #[error("it refuses to answer")]
    Refused,
    #[error("its answer was cut short")]
    Cut,
    #[error("it did not answer in time")]
    Late,
    #[error("it takes no more questions now")]
    Limited,
    #[error("its server answers with an error")]
    Failed,
    #[error("it cannot be reached")]
    Unreachable,
    #[error("its answer makes no sense")]
    Nonsense,
}

impl NoModel {
    /// The short name for metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Cut => "cut",
            Self::Late => "late",
            Self::Limited => "limited",
            Self::Failed => "failed",
            Self::Unreachable => "unreachable",
            Self::Nonsense => "nonsense",
        }
    }
}

/// How the shape of the answer is told: 0 a strict schema, 1 any JSON object, 2 in words.
#[derive(Debug, Default)]
pub(super) struct Rung(AtomicU8);

const RUNGS: u8 = 3;

/// As much of an answer as is needed: servers differ in the rest.
#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<Value>,
    #[serde(default)]
    refusal: Option<Value>,
    #[serde(default)]
    tool_calls: Option<Value>,
    #[serde(default)]
    function_call: Option<Value>,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: Option<i64>,
    #[serde(default)]
    completion_tokens: Option<i64>,
}

impl Llm {
    /// Asks once; a server that cannot take the shape of the answer is asked again without it, all
    /// within the one time-out.
    pub async fn ask(&self, ask: &Ask) -> Called {
        let mut spent = Spent::default();
        let answer = tokio::time::timeout(self.timeout, self.climb(ask, &mut spent)).await;
        Called {
            answer: answer.unwrap_or(Err(NoModel::Late)),
            spent,
        }
    }

    async fn climb(&self, ask: &Ask, spent: &mut Spent) -> Result<Answer, NoModel> {
        let mut rung = self.rung.0.load(Ordering::Relaxed);
        loop {
            spent.calls += 1;
            match self.send(ask, rung, spent).await {
                Err(Failure::Shape) if rung + 1 < RUNGS => rung += 1,
                // It refuses the question itself: that says nothing about the shape.
                Err(Failure::Shape) => return Err(NoModel::Failed),
                Err(Failure::None(why)) => return Err(why),
                Ok(answer) => {
                    self.rung.0.fetch_max(rung, Ordering::Relaxed);
                    return Ok(answer);
                }
            }
        }
    }

    async fn send(&self, ask: &Ask, rung: u8, spent: &mut Spent) -> Result<Answer, Failure> {
        let body = self.body(ask, rung);
        let sent: Result<Value, OpenAIError> = self.client.chat().create_byot(body).await;
        let value = sent.map_err(|error| failure(&error))?;
        let nonsense = Failure::None(NoModel::Nonsense);
        let Ok(completion) = serde_json::from_value::<Completion>(value) else {
            return Err(nonsense);
        };
        let usage = completion.usage.unwrap_or_default();
        let sane = |tokens: Option<i64>| tokens.unwrap_or(0).clamp(0, 10_000_000);
        spent.prompt += sane(usage.prompt_tokens);
        spent.completion += sane(usage.completion_tokens);
        let Some(choice) = completion.choices.into_iter().next() else {
            return Err(nonsense);
        };
        let Some(message) = choice.message else {
            return Err(nonsense);
        };
        let says = |value: &Option<Value>| {
            value.as_ref().is_some_and(|value| match value {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(list) => !list.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
            })
        };
        if says(&message.refusal) {
            return Err(Failure::None(NoModel::Refused));
        }
        match choice.finish_reason.as_deref() {
            Some("length") => return Err(Failure::None(NoModel::Cut)),
            Some("content_filter") => return Err(Failure::None(NoModel::Refused)),
            Some(_) | None => {}
        }
        // It was given no tools.
        if says(&message.tool_calls) || says(&message.function_call) {
            return Err(nonsense);
        }
        let Some(Value::String(text)) = message.content else {
            return Err(nonsense);
        };
        Answer::find(&text).ok_or(nonsense)
    }

    fn body(&self, ask: &Ask, rung: u8) -> Value {
        let mut body = json!({
            "model": self.model,
            "messages": [
                { "role": "system", "content": ask.system },
                { "role": "user", "content": ask.user },
            ],
            "stream": false,
        });
        let format = match rung {
            0 => json!({
                "type": "json_schema",
                "json_schema": { "name": ask.name, "strict": true, "schema": ask.schema },
            }),
            1 => json!({ "type": "json_object" }),
            _ => Value::Null,
        };
        if format.is_null() {
            // The name that servers without schemas know.
            body["max_tokens"] = json!(ask.most);
            return body;
        }
        body["response_format"] = format;
        body["max_completion_tokens"] = json!(ask.most);
        if let Some(effort) = &self.effort {
            body["reasoning_effort"] = json!(effort);
        }
        body
    }
}

enum Failure {
    /// The server may not know this way of telling the shape.
    Shape,
    None(NoModel),
}

fn failure(error: &OpenAIError) -> Failure {
    Failure::None(match error {
        OpenAIError::ApiError(response) => match response.status_code.as_u16() {
            400 | 404 | 415 | 422 | 501 => return Failure::Shape,
            429 => NoModel::Limited,
            _ => NoModel::Failed,
        },
        OpenAIError::Reqwest(error) if error.is_timeout() => NoModel::Late,
        OpenAIError::Reqwest(error) if error.is_connect() => NoModel::Unreachable,
        OpenAIError::JSONDeserialize(..) => NoModel::Nonsense,
        _ => NoModel::Failed,
    })
}
