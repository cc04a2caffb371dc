//! Model: one question to the language model, asked between two transactions and within its budget.
//!
//! **Invariant:** no transaction is open while the model is asked; whatever it answers or fails to
//! answer, the step that asked goes on with what the rules said.

use chrono::{NaiveDate, TimeDelta};

use crate::app::App;
use crate::domain::ids::{OrgId, PersonId, RequisitionId};
use crate::llm::{Answer, Ask, Called};
use crate::store::db::Tx;
use crate::store::model::{self, Booking, Subject};

/// Times that the model is asked about one request, all its bursts and versions together.
const MOST_A_REQUEST: i64 = 3;

/// Seconds beyond the time-out after which another process may ask the same.
const GRACE_SECONDS: i64 = 5;

/// Bytes of a prompt that are booked as one token until the server has counted them.
const BYTES_A_TOKEN: usize = 3;

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub org: &'a OrgId,
    pub person: &'a PersonId,
    /// `burst`, or `requisition`.
    pub kind: &'static str,
    pub id: &'a str,
    /// The request that it belongs to, if there is one yet.
    pub requisition: Option<&'a RequisitionId>,
    /// Times that it may be asked before the rules stand alone.
    pub most: i64,
}

/// A question that this process may ask now: claimed, and booked at what it may cost.
pub struct Claim {
    org: OrgId,
    person: PersonId,
    kind: &'static str,
    id: String,
    ask: Ask,
    day: NaiveDate,
    booked: i64,
}

/// Whether the model is asked.
pub enum Leave {
    Ask(Box<Claim>),
    /// Another process asks it at this moment.
    Wait,
    /// The budget is used up, or it was asked often enough.
    No,
}

/// Claims a question. The transaction must be committed before [`ask`].
pub async fn claim(app: &App, tx: &mut Tx, about: About<'_>, question: Ask) -> sqlx::Result<Leave> {
    let subject = Subject {
        org: about.org,
        kind: about.kind,
        id: about.id,
    };
    let now = tx.now().await?;
    let before = model::question(tx, subject).await?;
    let until = before.as_ref().and_then(|before| before.until);
    if until.is_some_and(|until| until > now) {
        return Ok(Leave::Wait);
    }
    let asked = before.map_or(0, |before| before.asked);
    let beside = match about.requisition {
        Some(requisition) => model::asked_beside(tx, subject, requisition).await?,
        None => 0,
    };
    if asked >= about.most || asked + beside >= MOST_A_REQUEST {
        return Ok(Leave::No);
    }
    let day = now.date_naive();
    let booked = estimate(&question);
    let spent = model::spent(tx, about.org, about.person, day).await?;
    let settings = &app.config.llm;
    let over = [
        (spent.person, settings.tokens_per_person_per_day),
        (spent.org, settings.tokens_per_organisation_per_day),
    ]
    .into_iter()
    .any(|(spent, most)| spent.saturating_add(booked) > i64::from(most));
    if over {
        metrics::counter!("sutler_model_calls_total", "kind" => about.kind, "outcome" => "budget")
            .increment(1);
        return Ok(Leave::No);
    }
    let wait = i64::try_from(settings.timeout_seconds).unwrap_or(60) + GRACE_SECONDS;
    if model::claim(tx, subject, about.most, TimeDelta::seconds(wait)).await? == 0 {
        return Ok(Leave::Wait);
    }
    let booking = Booking {
        calls: 1,
        prompt: booked,
        ..Booking::default()
    };
    model::book(tx, about.org, about.person, day, booking).await?;
    Ok(Leave::Ask(Box::new(Claim {
        org: about.org.clone(),
        person: about.person.clone(),
        kind: about.kind,
        id: about.id.to_owned(),
        ask: question,
        day,
        booked,
    })))
}

fn estimate(question: &Ask) -> i64 {
    let bytes = question.system.len() + question.user.len() + question.schema.to_string().len();
    let prompt = i64::try_from(bytes / BYTES_A_TOKEN).unwrap_or(i64::MAX / 2);
    prompt.saturating_add(i64::from(question.most))
}

/// What the model said to a claimed question.
pub struct Heard {
    claim: Box<Claim>,
    called: Called,
}

/// Asks. Never an error: what fails is no answer.
pub async fn ask(app: &App, claim: Box<Claim>) -> Option<Heard> {
    let llm = app.llm.as_ref()?;
    let started = std::time::Instant::now();
    let called = llm.ask(&claim.ask).await;
    let outcome = match &called.answer {
        Ok(_) => "answered",
        Err(why) => why.as_str(),
    };
    let kind = claim.kind;
    metrics::counter!("sutler_model_calls_total", "kind" => kind, "outcome" => outcome)
        .increment(1);
    metrics::histogram!("sutler_model_seconds", "kind" => kind)
        .record(started.elapsed().as_secs_f64());
    for (direction, tokens) in [
        ("prompt", called.spent.prompt),
        ("completion", called.spent.completion),
    ] {
        metrics::counter!("sutler_model_tokens_total", "kind" => kind, "direction" => direction)
            .increment(u64::try_from(tokens).unwrap_or(0));
    }
    if let Err(why) = &called.answer {
        tracing::warn!(kind, subject.id = %claim.id, %why, "the model gave no answer");
    }
    Some(Heard { claim, called })
}

impl Heard {
    pub fn answer(&self) -> Option<&Answer> {
        self.called.answer.as_ref().ok()
    }

    /// Books what the answer did cost, and lets the question go. `sealed` is kept as its answer.
    pub async fn book(&self, tx: &mut Tx, sealed: Option<&str>) -> sqlx::Result<()> {
        let Self { claim, called } = self;
        let spent = called.spent;
        // A server that counts nothing is believed to have used what was booked.
        let counted = spent.prompt + spent.completion > 0;
        let booking = Booking {
            calls: i64::from(spent.calls.saturating_sub(1)),
            failed: i64::from(called.answer.is_err()),
            prompt: if counted {
                spent.prompt - claim.booked
            } else {
                0
            },
            completion: spent.completion,
        };
        model::book(tx, &claim.org, &claim.person, claim.day, booking).await?;
        let subject = Subject {
            org: &claim.org,
            kind: claim.kind,
            id: &claim.id,
        };
        model::answered(tx, subject, sealed).await?;
        Ok(())
    }
}
