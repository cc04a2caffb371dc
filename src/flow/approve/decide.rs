//! Decides: what the person asked has said of a document, once.
//!
//! **Invariant:** only the one who was asked decides, and never the requester.

use chrono::TimeDelta;
use jobs::Job;
use serde_json::json;

use super::{inform_of, note, progress, supplier_name};
use crate::app::App;
use crate::domain::approval::ApprovalState;
use crate::domain::ids::{ApprovalId, OrgId, PersonId};
use crate::domain::money::Money;
use crate::domain::order::OrderState;
use crate::domain::person::Role;
use crate::domain::rules::{Outcome, authority, self_approval};
use crate::flow::tell;
use crate::flow::texts::{Texts, say};
use crate::store::cards;
use crate::store::db::Tx;
use crate::store::orders::{self, Order};
use crate::store::people::{self, Person};
use crate::store::requisitions::{self, Requisition};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Reject,
}

/// What somebody decides of an approval.
#[derive(Clone, Copy, Debug)]
pub struct Deciding<'a> {
    pub org: &'a OrgId,
    pub id: &'a ApprovalId,
    pub by: &'a PersonId,
    pub decision: Decision,
    pub reason: Option<&'a str>,
}

/// Decides an approval, once, by the person asked; gives the sentence for who pressed.
pub async fn decide(
    app: &App,
    tx: &mut Tx,
    texts: Texts,
    deciding: Deciding<'_>,
) -> anyhow::Result<(String, Vec<Job>)> {
    let Deciding {
        org,
        id,
        by,
        decision,
        reason,
    } = deciding;
    let only = |text: String| Ok((text, Vec::new()));
    let Some(approval) = orders::approval(tx, org, id).await? else {
        return only(say!(texts, "approval-unknown"));
    };
    let Some(order) = orders::find(tx, &approval.purchase_order_id).await? else {
        return only(say!(texts, "approval-gone"));
    };
    let number = order.number.as_str();
    if approval.approver_id != *by {
        return only(say!(texts, "approval-not-yours", number: number));
    }
    let Some(requisition) = requisitions::of_org(tx, org, &approval.requisition_id).await? else {
        return only(say!(texts, "unknown-request"));
    };
    let person = people::find(tx, org, by)
        .await?
        .filter(|p| p.is(Role::Approver));
    let Some(person) = person else {
        return only(say!(texts, "approval-no-right"));
    };
    let amount = order.total;
    let itself = self_approval::check(&requisition.person_id, by, amount, 0);
    if decision == Decision::Approve && itself.outcome != Outcome::Passed {
        return only(say!(texts, "approval-own"));
    }
    let rights = authority::Approver {
        person: by.clone(),
        limit: person.approval_limit,
    };
    match authority::check(&rights, amount).outcome {
        Outcome::Passed => {}
        Outcome::Fired | Outcome::NoData if decision == Decision::Reject => {}
        Outcome::Fired => return only(say!(texts, "approval-limit")),
        Outcome::NoData => return only(say!(texts, "approval-no-limit")),
    }
    let state = match decision {
        Decision::Approve => ApprovalState::Approved,
        Decision::Reject => ApprovalState::Rejected,
    };
    if orders::decide(tx, org, id, state, by, reason).await? == 0 {
        return only(already(texts, &approval, &order));
    }
    let settings = tell::org(tx, org).await?.settings;
    match decision {
        Decision::Approve => {
            let until = tx.now().await? + TimeDelta::days(settings.approval_days);
            let hash = &approval.document_hash;
            if orders::approve(tx, org, &order.id, hash, until).await? == 0 {
                return only(say!(texts, "changed-meanwhile", number: number));
            }
            let bells = approved(app, tx, &requisition, &order, &person).await?;
            let total = texts.money(Money::new(order.total, order.document.currency));
            Ok((
                say!(texts, "you-approved", number: number, total: total),
                bells,
            ))
        }
        Decision::Reject => {
            orders::cancel(tx, org, &order.id, "rejected").await?;
            let bells = rejected(app, tx, &requisition, &order, &person, reason).await?;
            Ok((say!(texts, "you-rejected", number: number), bells))
        }
    }
}

fn already(texts: Texts, approval: &orders::Approval, order: &Order) -> String {
    let number = order.number.as_str();
    match approval.state {
        ApprovalState::Approved => say!(texts, "approved-already", number: number),
        ApprovalState::Rejected => say!(texts, "rejected-already", number: number),
        ApprovalState::Void | ApprovalState::Pending => {
            say!(texts, "changed-since", number: number)
        }
    }
}

async fn approved(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    order: &Order,
    by: &Person,
) -> anyhow::Result<Vec<Job>> {
    orders::void_pending(tx, &order.org_id, &order.id).await?;
    cards::done(
        tx,
        &order.org_id,
        "approval",
        order.id.as_str(),
        "approved",
        Some(&by.id),
    )
    .await?;
    note(
        tx,
        order,
        "approved",
        OrderState::Approved,
        Some(&by.id),
        json!({ "hash": order.document_hash }),
    )
    .await?;
    let supplier = supplier_name(tx, order).await?;
    let texts = tell::texts(tx, &order.org_id, &requisition.identity_id).await?;
    let text = say!(texts, "approved-by", request: requisition.number, by: by.name.as_str(),
        supplier: supplier);
    let cause = format!("{}/{}", order.id, order.document_hash);
    let mut bells = inform_of(app, tx, requisition, &cause, "approved", &text).await?;
    bells.extend(progress(tx, requisition).await?);
    bells.push(Job::Place {
        order: order.id.to_string(),
    });
    Ok(bells)
}

async fn rejected(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    order: &Order,
    by: &Person,
    reason: Option<&str>,
) -> anyhow::Result<Vec<Job>> {
    cards::done(
        tx,
        &order.org_id,
        "approval",
        order.id.as_str(),
        "rejected",
        Some(&by.id),
    )
    .await?;
    let detail = json!({ "reason": reason });
    note(
        tx,
        order,
        "rejected",
        OrderState::Cancelled,
        Some(&by.id),
        detail,
    )
    .await?;
    let supplier = supplier_name(tx, order).await?;
    let texts = tell::texts(tx, &order.org_id, &requisition.identity_id).await?;
    let (request, by) = (requisition.number, by.name.as_str());
    let mut text = match reason {
        Some(reason) => {
            say!(texts, "rejected-because", request: request, by: by, supplier: supplier,
                reason: reason)
        }
        None => say!(texts, "rejected", request: request, by: by, supplier: supplier),
    };
    text.push('\n');
    text.push_str(&say!(texts, "write-again"));
    let cause = format!("{}/{}", order.id, order.document_hash);
    let mut bells = inform_of(app, tx, requisition, &cause, "rejected", &text).await?;
    bells.extend(progress(tx, requisition).await?);
    Ok(bells)
}
