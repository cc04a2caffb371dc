//! What a person says of an order that nobody could settle.
//!
//! **Invariant:** what may have been sent is tried again only when two people say so.

use jobs::Job;
use serde_json::json;

use super::outcome::{placed, refused};
use crate::app::App;
use crate::domain::ids::{OrgId, PersonId, PurchaseOrderId};
use crate::domain::order::OrderState;
use crate::flow::approve;
use crate::store::db::Tx;
use crate::store::orders;
use crate::store::{cards, requisitions};

/// What a person says of an order that nobody could settle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It stands at the supplier under this number.
    Placed(String),
    /// It was not made: one more attempt. Two people must say so once it may have been sent.
    Again,
    Drop,
}

/// Acts on a person's answer; gives the sentence for them.
pub async fn answer(
    app: &App,
    tx: &mut Tx,
    org: &OrgId,
    card: &cards::Card,
    by: &PersonId,
    answer: &Answer,
) -> anyhow::Result<(String, Vec<Job>)> {
    let id = PurchaseOrderId::from(card.subject_id.as_str());
    let order = orders::find(tx, &id).await?.filter(|o| o.org_id == *org);
    let Some(order) = order.filter(|o| o.state == OrderState::NeedsPerson) else {
        return Ok((
            "This order waits for nobody any more.".to_owned(),
            Vec::new(),
        ));
    };
    let attempts = orders::attempts(tx, org, &order.id).await?;
    let was_released = attempts
        .last()
        .is_some_and(|a| a.intent_at.is_some() && a.ended_at.is_none());
    let name = match answer {
        Answer::Placed(_) => "placed",
        Answer::Again => "again",
        Answer::Drop => "drop",
    };
    if was_released && *answer == Answer::Again {
        let voices = cards::vote(tx, org, &card.id, by, name).await?;
        if voices < 2 {
            let text =
                "Noted. A second person must say so too, for this may create a second order.";
            return Ok((text.to_owned(), Vec::new()));
        }
    }
    let mut bells = Vec::new();
    let done = match answer {
        Answer::Placed(number) => {
            bells = placed(app, tx, &order, number, "person").await?;
            true
        }
        Answer::Again => {
            let why = "a person asked for another attempt";
            let moved = orders::decided(tx, &order, OrderState::Approved, why).await? == 1;
            if moved {
                approve::note(
                    tx,
                    &order,
                    "again",
                    OrderState::Approved,
                    Some(by),
                    json!({}),
                )
                .await?;
                bells.push(Job::Place {
                    order: order.id.to_string(),
                });
            }
            moved
        }
        Answer::Drop => {
            let why = "dropped by a person";
            let moved = orders::decided(tx, &order, OrderState::Cancelled, why).await? == 1;
            if moved {
                approve::note(
                    tx,
                    &order,
                    "dropped",
                    OrderState::Cancelled,
                    Some(by),
                    json!({}),
                )
                .await?;
                bells = refused(app, tx, &order, "the office dropped it").await?;
            }
            moved
        }
    };
    if !done {
        let text = "Not yet: the supplier's history is still being watched.";
        return Ok((text.to_owned(), Vec::new()));
    }
    cards::done(tx, org, &card.kind, &card.subject_id, name, Some(by)).await?;
    if let Some(requisition) = requisitions::of_org(tx, org, &order.requisition_id).await? {
        approve::progress(tx, &requisition).await?;
    }
    Ok(("Done.".to_owned(), bells))
}
