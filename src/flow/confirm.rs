//! Confirm: the requester's own word on a version, by the button that names it; and the clock of
//! drafts nobody answers.

mod answers;
mod clock;
mod stop;

use jobs::Job;
use serde_json::json;

pub use self::answers::{Answered, Value, answered, apply};
pub use self::clock::confirm_clock;
pub use self::stop::{again, cancel, hold, late, stop_orders};
use super::learn;
use super::tell::{self, Body};
use super::texts::{Texts, say};
use crate::app::App;
use crate::domain::requisition::{Question, RequisitionState};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::messages::Message;
use crate::store::people;
use crate::store::requisitions::{self, Move, Requisition};

/// What a button on a read-back or a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Confirm,
    Change,
    Cancel,
    /// Go on with what was held.
    Resume,
    /// The choice of a question, both counted from 0.
    Answer {
        question: usize,
        choice: usize,
    },
}

/// A requester's press on a button of one version. It counts for that version only.
pub async fn press(
    app: &App,
    tx: &mut Tx,
    press: &Message,
    requisition: &Requisition,
    version: i64,
    wish: Wish,
) -> anyhow::Result<Vec<Job>> {
    let identity = people::identity(tx, &press.org_id, &press.identity_id).await?;
    let is_theirs = identity
        .as_ref()
        .is_some_and(|i| i.person_id.as_ref() == Some(&requisition.person_id));
    let texts = tell::texts(tx, &press.org_id, &press.identity_id).await?;
    let number = requisition.number;
    if !is_theirs {
        return reply(app, tx, press, None, say!(texts, "not-yours")).await;
    }
    if version != requisition.version {
        let text = say!(texts, "older-version", request: number);
        return reply(app, tx, press, Some(requisition), text).await;
    }
    match wish {
        Wish::Confirm => confirm(app, tx, texts, press, requisition).await,
        Wish::Change if requisition.state.is_unconfirmed() => {
            let text = say!(texts, "ask-change", request: number);
            reply(app, tx, press, Some(requisition), text).await
        }
        Wish::Resume if requisition.state.is_unconfirmed() => {
            again(tx, requisition).await?;
            Ok(vec![Job::Check {
                requisition: requisition.id.to_string(),
            }])
        }
        Wish::Change | Wish::Resume => already(app, tx, texts, press, requisition).await,
        Wish::Cancel => {
            let text = cancel(tx, texts, requisition).await?;
            reply(app, tx, press, Some(requisition), text).await
        }
        Wish::Answer { question, choice } => {
            answer(app, tx, texts, press, requisition, (question, choice)).await
        }
    }
}

/// Answers a press, once.
pub async fn reply(
    app: &App,
    tx: &mut Tx,
    press: &Message,
    requisition: Option<&Requisition>,
    text: String,
) -> anyhow::Result<Vec<Job>> {
    let say = tell::Say {
        org: &press.org_id,
        cause: press.id.as_str(),
        kind: "press",
        to: &press.identity_id,
        requisition: requisition.map(|r| &r.id),
        burst: None,
        body: Body::text(text),
    };
    Ok(tell::say(app, tx, say).await?)
}

async fn already(
    app: &App,
    tx: &mut Tx,
    texts: Texts,
    press: &Message,
    requisition: &Requisition,
) -> anyhow::Result<Vec<Job>> {
    let state = texts.state(requisition.state);
    let text = say!(texts, "already", request: requisition.number, state: state);
    reply(app, tx, press, Some(requisition), text).await
}

async fn confirm(
    app: &App,
    tx: &mut Tx,
    texts: Texts,
    press: &Message,
    requisition: &Requisition,
) -> anyhow::Result<Vec<Job>> {
    match confirmed(tx, requisition, json!({ "press": press.id })).await? {
        Some(bells) => Ok(bells),
        None => already(app, tx, texts, press, requisition).await,
    }
}

/// Confirms the version at hand; none: it is past that, or not ready for it.
pub async fn confirmed(
    tx: &mut Tx,
    requisition: &Requisition,
    by: serde_json::Value,
) -> anyhow::Result<Option<Vec<Job>>> {
    let now = tx.now().await?;
    let step = Move {
        org: &requisition.org_id,
        id: &requisition.id,
        version: requisition.version,
        from: RequisitionState::ToConfirm,
        to: RequisitionState::ToApprove,
        due_at: Some(now),
    };
    if requisitions::move_on(tx, step).await? == 0 {
        return Ok(None);
    }
    journal::write(
        tx,
        Note {
            org: &requisition.org_id,
            subject: "requisition",
            subject_id: requisition.id.as_str(),
            epoch: requisition.version,
            event: "confirmed",
            was: Some(requisition.state.as_str()),
            became: Some(RequisitionState::ToApprove.as_str()),
            detail: by,
            person: Some(&requisition.person_id),
        },
    )
    .await?;
    learn::learn(tx, requisition).await?;
    Ok(Some(vec![Job::Approve {
        requisition: requisition.id.to_string(),
    }]))
}

/// A choice pressed on a question.
async fn answer(
    app: &App,
    tx: &mut Tx,
    texts: Texts,
    press: &Message,
    requisition: &Requisition,
    (question, choice): (usize, usize),
) -> anyhow::Result<Vec<Job>> {
    if requisition.state != RequisitionState::Asking {
        return already(app, tx, texts, press, requisition).await;
    }
    let questions = questions(tx, requisition).await?;
    let asked = questions.get(question);
    let chosen = asked.and_then(|q| Value::parse(&q.choices.get(choice)?.value));
    let Some(value) = chosen else {
        let text = say!(texts, "unknown-answer");
        return reply(app, tx, press, Some(requisition), text).await;
    };
    apply(app, tx, requisition, &questions, &[(question, value)]).await
}

/// What is open in the version at hand.
pub async fn questions(tx: &mut Tx, requisition: &Requisition) -> sqlx::Result<Vec<Question>> {
    let (org, id) = (&requisition.org_id, &requisition.id);
    let version = requisitions::version(tx, org, id, requisition.version).await?;
    Ok(version.map(|v| v.questions.0).unwrap_or_default())
}

/// A "yes" in words to questions of which each may be answered so; none: there is another one.
pub async fn all_right(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
) -> anyhow::Result<Option<Vec<Job>>> {
    let questions = questions(tx, requisition).await?;
    let is_yes = |q: &Question| {
        let mut values = q.choices.iter().map(|c| Value::parse(&c.value));
        values.any(|value| value == Some(Value::Right))
    };
    if requisition.state != RequisitionState::Asking || !questions.iter().all(is_yes) {
        return Ok(None);
    }
    let answers: Vec<(usize, Value)> = (0..questions.len()).map(|n| (n, Value::Right)).collect();
    Ok(Some(
        apply(app, tx, requisition, &questions, &answers).await?,
    ))
}
