//! Cards: the decisions that wait for a person, and what becomes of what a person says.
//!
//! **Invariant:** an answer that may make a second order, or give one up, is asked twice.

mod reply;

use axum::extract::{Path, State};
use axum::response::Response;
use jobs::Job;
use minijinja::context;
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::reply::Reply;
use super::Shared;
use super::guard::{self, Checked, Signed};
use super::pages::{self, Refusal};
use super::words::{self, Shown};
use crate::app::App;
use crate::domain::ids::{PurchaseOrderId, RequisitionId, SyncId};
use crate::domain::order::OrderState;
use crate::domain::requisition::RequisitionState;
use crate::flow::{approve, give, settle, tell};
use crate::store::cards::{self, Card};
use crate::store::db::Tx;
use crate::store::orders::Order;
use crate::store::requisitions::{self, Move};
use crate::store::{catalogue, orders, people, syncs};

/// Longest order number that a supplier can have.
const NUMBER: usize = 60;

#[derive(Serialize)]
struct Row {
    id: String,
    kind: String,
    text: String,
    laid: Shown,
    requisition: Option<i64>,
    replies: Vec<Choice>,
    voices: Vec<String>,
}

#[derive(Serialize)]
struct Choice {
    name: String,
    label: &'static str,
    asks: Option<&'static str>,
}

pub(super) async fn page(
    State(console): State<Shared>,
    signed: Signed,
) -> Result<Response, Refusal> {
    signed.must_see_all()?;
    let org = &signed.org.id;
    let mut tx = console.app.db.read().await?;
    let people = people::all(&mut tx, org).await?;
    let votes = cards::votes(&mut tx, org).await?;
    let mut rows = Vec::new();
    for card in cards::open(&mut tx, org).await? {
        let requisition = match &card.requisition_id {
            Some(id) => requisitions::of_org(&mut tx, org, id).await?,
            None => None,
        };
        rows.push(Row {
            kind: words::card(&card.kind).to_owned(),
            laid: signed.times.show(card.created_at),
            requisition: requisition.map(|r| r.number),
            replies: Reply::of(&card.kind)
                .iter()
                .map(|reply| Choice {
                    name: reply.to_string(),
                    label: reply.label(),
                    asks: reply.asks(),
                })
                .collect(),
            voices: votes
                .iter()
                .filter(|(id, _, answer)| *id == card.id && answer == "again")
                .map(|(_, person, _)| guard::name_of(&people, person))
                .collect(),
            id: card.id.to_string(),
            text: card.text,
        });
    }
    let page =
        context! { tab => "cards", rows => pages::value(&rows), may_answer => signed.may_answer() };
    Ok(signed.page("cards.html", page))
}

#[derive(Deserialize)]
pub(super) struct Answered {
    answer: Reply,
    #[serde(default)]
    number: String,
    #[serde(default)]
    sure: String,
}

pub(super) async fn answer(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Checked { signed, form }: Checked<Answered>,
) -> Result<Response, Refusal> {
    if !signed.may_answer() {
        return Err(Refusal::Forbidden(
            "Only admins, operators and buyers may answer cards.",
        ));
    }
    let app = &console.app;
    let org = &signed.org.id;
    let mut tx = app.db.begin().await?;
    let Some(card) = cards::find(&mut tx, org, &id.into()).await? else {
        return Err(Refusal::NotFound);
    };
    if card.state != "open" {
        return Ok(signed.say("/cards", "That card was answered already."));
    }
    if !Reply::of(&card.kind).contains(&form.answer) {
        return Err(Refusal::Wrong("That is no answer to this card."));
    }
    let number: String = form.number.trim().to_owned();
    if form.answer == Reply::Placed && (number.is_empty() || number.chars().count() > NUMBER) {
        return Err(Refusal::Wrong(
            "Enter the supplier's number of the order, as it stands on their site.",
        ));
    }
    let is_item = form.answer == Reply::Item;
    if is_item && catalogue::by_code(&mut tx, org, &number).await?.is_none() {
        return Err(Refusal::Wrong("There is no item with that code."));
    }
    if let Some(consequence) = form.answer.consequence(&card.kind)
        && form.sure != "yes"
    {
        return Ok(sure(&signed, &card, form.answer, &number, consequence));
    }
    let (text, bells) = match act(app, &mut tx, &signed, &card, form.answer, &number).await {
        Ok(done) => done,
        Err(error) if is_taken(&error) => {
            return Err(Refusal::Wrong(
                "Another order of this account has that number already.",
            ));
        }
        Err(error) => return Err(error.into()),
    };
    note(&mut tx, &signed, &card, form.answer, &number).await?;
    tx.commit().await?;
    app.ring_all(bells).await;
    Ok(signed.say("/cards", &text))
}

/// Asks once more and says what will happen.
fn sure(signed: &Signed, card: &Card, reply: Reply, number: &str, consequence: &str) -> Response {
    let fields = [
        ("answer", reply.to_string()),
        ("number", number.to_owned()),
        ("sure", "yes".to_owned()),
    ];
    let page = context! {
        tab => "cards",
        title => words::card(&card.kind),
        text => card.text.as_str(),
        consequence,
        number => (!number.is_empty()).then_some(number),
        action => format!("/cards/{}/answer", card.id),
        fields,
        label => reply.label(),
        back => "/cards",
    };
    signed.page("sure.html", page)
}

async fn act(
    app: &App,
    tx: &mut Tx,
    signed: &Signed,
    card: &Card,
    reply: Reply,
    number: &str,
) -> anyhow::Result<(String, Vec<Job>)> {
    let (org, by) = (&signed.org.id, &signed.person.id);
    let said = match reply {
        Reply::Placed => settle::Answer::Placed(number.to_owned()),
        Reply::Again => settle::Answer::Again,
        Reply::Drop if card.kind == give::CARD => {
            close(tx, signed, card, "drop").await?;
            return give::drop_line(app, tx, card, by).await;
        }
        Reply::Drop => settle::Answer::Drop,
        Reply::Item => {
            let Some(item) = catalogue::by_code(tx, org, number).await? else {
                return Ok((format!("There is no item {number}."), Vec::new()));
            };
            close(tx, signed, card, "item").await?;
            return give::give(tx, card, &item, by).await;
        }
        Reply::Retry => return retry(tx, signed, card).await,
        Reply::Ask => return ask(app, tx, signed, card).await,
        Reply::Done => {
            close(tx, signed, card, "done").await?;
            return Ok(("Done.".to_owned(), Vec::new()));
        }
    };
    settle::answer(app, tx, org, card, by, &said).await
}

async fn close(tx: &mut Tx, signed: &Signed, card: &Card, answer: &str) -> sqlx::Result<u64> {
    let by = Some(&signed.person.id);
    cards::done(tx, &signed.org.id, &card.kind, &card.subject_id, answer, by).await
}

/// What kept an order or a document is put right: it is due now.
async fn retry(tx: &mut Tx, signed: &Signed, card: &Card) -> anyhow::Result<(String, Vec<Job>)> {
    let org = &signed.org.id;
    let now = tx.now().await?;
    close(tx, signed, card, "retry").await?;
    let mut bells = Vec::new();
    if card.subject == "sync" {
        let id = SyncId::from(card.subject_id.as_str());
        let (was_waiting, text) = (
            syncs::again(tx, org, &id).await?,
            "the console asked for it",
        );
        if was_waiting == 0 {
            syncs::later(tx, org, &id, now, text).await?;
        }
        bells.push(Job::Sync {
            document: id.to_string(),
        });
    } else if let Some(order) = order_of(tx, signed, card).await?
        && order.state == OrderState::Approved
    {
        orders::later(tx, &order, now).await?;
        bells.push(Job::Place {
            order: order.id.to_string(),
        });
    }
    Ok(("It is tried again now.".to_owned(), bells))
}

/// Looks for an approver once more, or makes the purchase orders of a requisition once more.
async fn ask(
    app: &App,
    tx: &mut Tx,
    signed: &Signed,
    card: &Card,
) -> anyhow::Result<(String, Vec<Job>)> {
    let org = &signed.org.id;
    let now = tx.now().await?;
    close(tx, signed, card, "ask").await?;
    if card.subject == "requisition" {
        let id = RequisitionId::from(card.subject_id.as_str());
        let Some(found) = requisitions::of_org(tx, org, &id).await? else {
            return Ok(("That request is gone.".to_owned(), Vec::new()));
        };
        let step = Move {
            org,
            id: &id,
            version: found.version,
            from: RequisitionState::ToApprove,
            to: RequisitionState::ToApprove,
            due_at: Some(now),
        };
        if requisitions::move_on(tx, step).await? == 0 {
            return Ok(("It is past that already.".to_owned(), Vec::new()));
        }
        let bell = Job::Approve {
            requisition: id.to_string(),
        };
        return Ok(("It is tried again now.".to_owned(), vec![bell]));
    }
    let Some(order) = order_of(tx, signed, card).await? else {
        return Ok(("That order is gone.".to_owned(), Vec::new()));
    };
    let asked = orders::approvals_of(tx, org, &order.requisition_id).await?;
    let is_asked = asked.iter().any(|a| {
        a.purchase_order_id == order.id
            && a.state == crate::domain::approval::ApprovalState::Pending
    });
    let requisition = requisitions::of_org(tx, org, &order.requisition_id).await?;
    let Some(requisition) =
        requisition.filter(|_| order.state == OrderState::Proposed && !is_asked)
    else {
        return Ok(("It is past that already.".to_owned(), Vec::new()));
    };
    let settings = tell::org(tx, org).await?;
    let bells = approve::route(app, tx, &settings, &requisition, &order, None).await?;
    Ok(("An approver is looked for again.".to_owned(), bells))
}

async fn order_of(tx: &mut Tx, signed: &Signed, card: &Card) -> sqlx::Result<Option<Order>> {
    let id = PurchaseOrderId::from(card.subject_id.as_str());
    let order = orders::find(tx, &id).await?;
    Ok(order.filter(|o| o.org_id == signed.org.id && card.subject == "purchase_order"))
}

/// Who said what, beside the subject of the card.
async fn note(
    tx: &mut Tx,
    signed: &Signed,
    card: &Card,
    reply: Reply,
    number: &str,
) -> sqlx::Result<()> {
    let mut detail = json!({ "card": card.kind, "answer": reply });
    if !number.is_empty() {
        detail["number"] = number.into();
    }
    let subject = (card.subject.as_str(), card.subject_id.as_str());
    signed.did(tx, "answered", subject, detail).await
}

/// True if the database holds that number for another order of the account.
fn is_taken(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error)
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
