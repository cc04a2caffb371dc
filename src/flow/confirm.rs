//! Confirm: the requester's own word on a version, by the button that names it; and the clock of
//! drafts nobody answers.

use chrono::TimeDelta;
use jobs::Job;
use serde_json::json;

use super::{check, learn, tell, texts};
use crate::app::App;
use crate::domain::ids::RequisitionId;
use crate::domain::order::OrderState;
use crate::domain::requisition::{LineState, Question, RequisitionState};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::messages::Message;
use crate::store::requisitions::{self, Move, NewLine, NewVersion, Requisition};
use crate::store::{orders, people};

/// What a button on a read-back or a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Confirm,
    Change,
    Cancel,
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
    if !is_theirs {
        return reply(
            app,
            tx,
            press,
            None,
            "That button is for the one who asked.",
        )
        .await;
    }
    if version != requisition.version {
        let text = format!(
            "That button belongs to an older version of request {}, so it did nothing. Please use the newest message.",
            requisition.number
        );
        return reply(app, tx, press, Some(requisition), &text).await;
    }
    match wish {
        Wish::Confirm => confirm(app, tx, press, requisition).await,
        Wish::Change if requisition.state.is_unconfirmed() => {
            reply(
                app,
                tx,
                press,
                Some(requisition),
                &texts::ask_change(requisition.number),
            )
            .await
        }
        Wish::Change => already(app, tx, press, requisition).await,
        Wish::Cancel => {
            let text = cancel(tx, requisition).await?;
            reply(app, tx, press, Some(requisition), &text).await
        }
        Wish::Answer { question, choice } => {
            answer(app, tx, press, requisition, question, choice).await
        }
    }
}

/// Answers a press, once.
pub async fn reply(
    app: &App,
    tx: &mut Tx,
    press: &Message,
    requisition: Option<&Requisition>,
    text: &str,
) -> anyhow::Result<Vec<Job>> {
    let say = tell::Say {
        org: &press.org_id,
        cause: press.id.as_str(),
        kind: "press",
        to: &press.identity_id,
        requisition: requisition.map(|r| &r.id),
        burst: None,
        body: tell::Body::text(text),
    };
    Ok(tell::say(app, tx, say).await?)
}

async fn already(
    app: &App,
    tx: &mut Tx,
    press: &Message,
    requisition: &Requisition,
) -> anyhow::Result<Vec<Job>> {
    let text = format!(
        "Request {} is already past that ({}). To change it, write to me.",
        requisition.number,
        texts::state(requisition.state)
    );
    reply(app, tx, press, Some(requisition), &text).await
}

async fn confirm(
    app: &App,
    tx: &mut Tx,
    press: &Message,
    requisition: &Requisition,
) -> anyhow::Result<Vec<Job>> {
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
        return already(app, tx, press, requisition).await;
    }
    note(tx, requisition, "confirmed", "to_approve", press).await?;
    learn::learn(tx, requisition).await?;
    Ok(vec![Job::Approve {
        requisition: requisition.id.to_string(),
    }])
}

async fn note(
    tx: &mut Tx,
    requisition: &Requisition,
    event: &str,
    became: &str,
    press: &Message,
) -> sqlx::Result<()> {
    journal::write(
        tx,
        Note {
            org: &requisition.org_id,
            subject: "requisition",
            subject_id: requisition.id.as_str(),
            epoch: requisition.version,
            event,
            was: Some(requisition.state.as_str()),
            became: Some(became),
            detail: json!({ "press": press.id }),
            person: Some(&requisition.person_id),
        },
    )
    .await
}

/// Cancels what was not sent; gives the sentence for the requester.
pub async fn cancel(tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<String> {
    let placed = stop_orders(tx, requisition, "cancelled by the requester").await?;
    if !placed.is_empty() {
        return late(tx, requisition, "asks to cancel it").await;
    }
    for from in [
        RequisitionState::Draft,
        RequisitionState::Asking,
        RequisitionState::ToConfirm,
        RequisitionState::ToApprove,
        RequisitionState::Approved,
        RequisitionState::Ordering,
    ] {
        let step = Move {
            org: &requisition.org_id,
            id: &requisition.id,
            version: requisition.version,
            from,
            to: RequisitionState::Cancelled,
            due_at: None,
        };
        if requisitions::move_on(tx, step).await? == 1 {
            return Ok(texts::cancelled(requisition.number));
        }
    }
    Ok(format!(
        "Request {} cannot be cancelled any more ({}).",
        requisition.number,
        texts::state(requisition.state)
    ))
}

/// Stops every order of a requisition that cannot have been sent; gives the numbers of the others.
pub async fn stop_orders(
    tx: &mut Tx,
    requisition: &Requisition,
    why: &str,
) -> sqlx::Result<Vec<String>> {
    let mut past = Vec::new();
    for order in orders::of_requisition(tx, &requisition.org_id, &requisition.id).await? {
        if orders::cancel(tx, &requisition.org_id, &order.id, why).await? == 1 {
            journal::write(
                tx,
                Note {
                    org: &requisition.org_id,
                    subject: "purchase_order",
                    subject_id: order.id.as_str(),
                    epoch: order.epoch,
                    event: "cancelled",
                    was: Some(order.state.as_str()),
                    became: Some(OrderState::Cancelled.as_str()),
                    detail: json!({ "why": why }),
                    person: Some(&requisition.person_id),
                },
            )
            .await?;
        } else if order.state.is_past_intent() {
            past.push(order.number);
        }
    }
    Ok(past)
}

/// Something came too late: a card for the buyer, and the sentence for the requester.
pub async fn late(tx: &mut Tx, requisition: &Requisition, what: &str) -> anyhow::Result<String> {
    let text = format!(
        "The requester of request {} {what}, after it was ordered.",
        requisition.number
    );
    let card = crate::store::cards::NewCard {
        org: &requisition.org_id,
        kind: "late_message",
        subject: "requisition",
        subject_id: requisition.id.as_str(),
        requisition: Some(&requisition.id),
        text: &text,
    };
    crate::store::cards::lay(tx, card).await?;
    Ok(format!(
        "Request {} is already with the supplier, so I changed nothing. I have passed your message to the office: they will see what can be done.",
        requisition.number
    ))
}

/// A choice pressed on a question.
async fn answer(
    app: &App,
    tx: &mut Tx,
    press: &Message,
    requisition: &Requisition,
    question: usize,
    choice: usize,
) -> anyhow::Result<Vec<Job>> {
    if requisition.state != RequisitionState::Asking {
        return already(app, tx, press, requisition).await;
    }
    let version = requisitions::version(
        tx,
        &requisition.org_id,
        &requisition.id,
        requisition.version,
    )
    .await?;
    let asked = version.as_ref().and_then(|v| v.questions.get(question));
    let Some((asked, chosen)) = asked.and_then(|q| Some((q, q.choices.get(choice)?))) else {
        return reply(
            app,
            tx,
            press,
            Some(requisition),
            "I do not know that answer any more.",
        )
        .await;
    };
    apply(app, tx, requisition, asked, &chosen.value).await
}

/// A "yes" in words to questions of which each may be answered so; none: there is another one.
pub async fn all_right(tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<Option<Vec<Job>>> {
    let (org, id, version) = (&requisition.org_id, &requisition.id, requisition.version);
    let open = requisitions::version(tx, org, id, version).await?;
    let questions = open.map(|v| v.questions.0).unwrap_or_default();
    let is_yes = |q: &Question| q.choices.iter().any(|c| c.value == check::ALL_RIGHT);
    if requisition.state != RequisitionState::Asking || !questions.iter().all(is_yes) {
        return Ok(None);
    }
    for question in &questions {
        requisitions::answer_findings(tx, org, id, version, &question.code).await?;
    }
    let step = Move {
        org,
        id,
        version,
        from: RequisitionState::Asking,
        to: RequisitionState::Draft,
        due_at: Some(tx.now().await?),
    };
    requisitions::move_on(tx, step).await?;
    Ok(Some(vec![Job::Check {
        requisition: id.to_string(),
    }]))
}

/// Does what an answer to a question asks for, as a new version or a new look at this one.
pub async fn apply(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    asked: &Question,
    value: &str,
) -> anyhow::Result<Vec<Job>> {
    let now = tx.now().await?;
    let org = &requisition.org_id;
    let check_again = Job::Check {
        requisition: requisition.id.to_string(),
    };
    if value == check::ALL_RIGHT {
        requisitions::answer_findings(tx, org, &requisition.id, requisition.version, &asked.code)
            .await?;
        let step = Move {
            org,
            id: &requisition.id,
            version: requisition.version,
            from: RequisitionState::Asking,
            to: RequisitionState::Draft,
            due_at: Some(now),
        };
        requisitions::move_on(tx, step).await?;
        return Ok(vec![check_again]);
    }
    let lines = requisitions::lines(tx, org, &requisition.id, requisition.version).await?;
    let version = requisitions::version(tx, org, &requisition.id, requisition.version).await?;
    let questions = version.map(|v| v.questions.0).unwrap_or_default();
    let mut site = requisition.site_id.clone();
    let mut kept: Vec<NewLine> = Vec::new();
    // Line positions shift when a line is taken off: the questions that stay move with them.
    let mut moved = std::collections::HashMap::new();
    for line in lines {
        let is_it = asked.line == Some(line.position);
        if is_it && value == check::TAKE_OFF {
            continue;
        }
        let (item, item_by) = match value.strip_prefix("item:") {
            // Which size of a thing is meant is said each time: it teaches no name.
            Some(item) if is_it => {
                let by = (asked.code == "item").then(|| requisition.person_id.clone());
                (Some(item.into()), by)
            }
            Some(_) | None => (line.item_id.clone(), line.item_by.clone()),
        };
        let unit = match value.strip_prefix("unit:") {
            Some(unit) if is_it => unit.to_owned(),
            Some(_) | None => line.unit.clone(),
        };
        kept.push(NewLine {
            state: LineState::Open,
            words: line.words,
            spec: line.spec,
            item,
            item_by,
            quantity: line.quantity,
            unit,
            was: None,
            spans: line.spans.0,
        });
        moved.insert(line.position, i64::try_from(kept.len()).unwrap_or(i64::MAX));
    }
    if let Some(chosen) = value.strip_prefix("site:") {
        site = Some(chosen.into());
    }
    let rest = questions
        .into_iter()
        .filter(|q| q != asked)
        .filter_map(|mut q| match q.line {
            Some(line) => {
                q.line = Some(*moved.get(&line)?);
                Some(q)
            }
            None => Some(q),
        })
        .collect();
    if kept.is_empty() {
        let text = cancel(tx, requisition).await?;
        let cause = format!("{}/{}/emptied", requisition.id, requisition.version);
        let say = tell::Say {
            org,
            cause: &cause,
            kind: "cancelled",
            to: &requisition.identity_id,
            requisition: Some(&requisition.id),
            burst: None,
            body: tell::Body::text(text),
        };
        return Ok(tell::say(app, tx, say).await?);
    }
    let new = NewVersion {
        burst: None,
        identity: &requisition.identity_id,
        site: site.as_ref(),
        needed_by: requisition.needed_on(),
        questions: rest,
        notes: Vec::new(),
        lines: kept,
    };
    requisitions::write_version(tx, requisition, new).await?;
    Ok(vec![check_again])
}

/// The clock of a draft nobody answered: recalled after some hours, dropped after a day.
pub async fn confirm_clock(app: &App, id: &RequisitionId) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let now = tx.now().await?;
    let asking = requisitions::take(&mut tx, id, RequisitionState::Asking).await?;
    let taken = match asking {
        Some(asking) => Some(asking),
        None => requisitions::take(&mut tx, id, RequisitionState::ToConfirm).await?,
    };
    let Some(requisition) = taken else {
        return Ok(());
    };
    let org = tell::org(&mut tx, &requisition.org_id).await?;
    let left = TimeDelta::hours((org.settings.expire_hours - org.settings.recall_hours).max(1));
    let recalled =
        requisitions::recalled(&mut tx, &org.id, id, requisition.version, now + left).await?;
    let (kind, text) = if recalled == 1 {
        ("recall", texts::recall(requisition.number))
    } else {
        let step = Move {
            org: &org.id,
            id,
            version: requisition.version,
            from: requisition.state,
            to: RequisitionState::Expired,
            due_at: None,
        };
        if requisitions::move_on(&mut tx, step).await? == 0 {
            return Ok(());
        }
        // They were reminded; a text after their 24 hours could not arrive.
        let identity = people::identity(&mut tx, &org.id, &requisition.identity_id).await?;
        let hears = match &identity {
            Some(identity) => tell::window_is_open(&mut tx, identity).await?,
            None => false,
        };
        if !hears {
            tx.commit().await?;
            return Ok(());
        }
        ("expired", texts::expired(requisition.number))
    };
    let cause = format!("{id}/{}", requisition.version);
    let say = tell::Say {
        org: &org.id,
        cause: &cause,
        kind,
        to: &requisition.identity_id,
        requisition: Some(id),
        burst: None,
        body: tell::Body::text(text),
    };
    let bells = tell::say(app, &mut tx, say).await?;
    tx.commit().await?;
    app.ring_all(bells).await;
    Ok(())
}
