//! Whom a document is asked of: nobody where a rule approves it, else the first who may decide it.
//!
//! **Invariant:** what has changed, or is held by a finding, is never approved by rule.

use chrono::TimeDelta;
use jobs::Job;
use serde_json::json;

use super::ask::{Asking, ask};
use super::{inform_of, lay, note, progress};
use crate::app::App;
use crate::domain::money::Money;
use crate::domain::order::{Document, OrderState};
use crate::domain::person::Role;
use crate::domain::rules::{Outcome, Severity, authority, self_approval};
use crate::flow::tell;
use crate::flow::texts::{Texts, say};
use crate::store::db::Tx;
use crate::store::orders::{self, Order};
use crate::store::orgs::Org;
use crate::store::people;
use crate::store::requisitions::{self, Requisition};
use crate::store::suppliers;

/// True if a finding of this version has a person look at it first.
async fn is_held(tx: &mut Tx, requisition: &Requisition) -> sqlx::Result<bool> {
    let findings = requisitions::findings(tx, &requisition.org_id, &requisition.id).await?;
    Ok(findings.iter().any(|f| {
        f.version == requisition.version
            && f.verdict == Outcome::Fired
            && f.severity == Severity::Hold
    }))
}

/// Approves by rule, asks the approver, or lays a card where nobody can be asked.
pub async fn route(
    app: &App,
    tx: &mut Tx,
    org: &Org,
    requisition: &Requisition,
    order: &Order,
    changed: Option<&Changed>,
) -> anyhow::Result<Vec<Job>> {
    let Some(supplier) = suppliers::find(tx, &org.id, &order.supplier_id).await? else {
        anyhow::bail!("supplier {} is gone", order.supplier_id);
    };
    let texts = tell::texts(tx, &org.id, &requisition.identity_id).await?;
    let held = is_held(tx, requisition).await?;
    if order.total <= org.settings.auto_approve_limit && changed.is_none() && !held {
        let until = tx.now().await? + TimeDelta::days(org.settings.approval_days);
        orders::approve(tx, &org.id, &order.id, &order.document_hash, until).await?;
        note(
            tx,
            order,
            "approved_by_rule",
            OrderState::Approved,
            None,
            json!({}),
        )
        .await?;
        let text = say!(texts, "approved-by-rule", request: requisition.number,
            supplier: supplier.name.as_str());
        let cause = format!("{}/rule", order.id);
        return inform_of(app, tx, requisition, &cause, "approved", &text).await;
    }
    let others: i64 = orders::of_requisition(tx, &org.id, &requisition.id)
        .await?
        .iter()
        .filter(|o| o.id != order.id && o.version == order.version)
        .map(|o| o.total)
        .fold(0, i64::saturating_add);
    let amount = order.total.saturating_add(others);
    let staff = people::all(tx, &org.id).await?;
    let approvers: Vec<authority::Approver> = staff
        .iter()
        .filter(|p| p.is(Role::Approver))
        .map(|p| authority::Approver {
            person: p.id.clone(),
            limit: p.approval_limit,
        })
        .collect();
    let verdicts: Vec<_> = approvers
        .iter()
        .flat_map(|a| {
            [
                authority::check(a, amount),
                self_approval::check(&requisition.person_id, &a.person, amount, 0),
            ]
        })
        .collect();
    requisitions::add_findings(tx, &org.id, &requisition.id, requisition.version, &verdicts)
        .await?;
    let eligible = authority::eligible(&approvers, &requisition.person_id, amount);
    let chosen = eligible
        .first()
        .and_then(|a| staff.iter().find(|p| p.id == a.person));
    let Some(approver) = chosen else {
        let money = Money::new(amount, order.document.currency);
        let text = format!(
            "Nobody may approve {money} for request {}: give an approver a higher limit.",
            requisition.number
        );
        lay(tx, order, "no_approver", &text).await?;
        let total = texts.money(money);
        let text = say!(texts, "nobody-may-approve", request: requisition.number, total: total);
        let cause = format!("{}/route", order.id);
        return inform_of(app, tx, requisition, &cause, "no_approver", &text).await;
    };
    ask(
        app,
        tx,
        &Asking {
            org,
            texts,
            requisition,
            order,
            supplier: &supplier,
            approver,
            changed,
        },
    )
    .await
}

/// Sends an approved document back to its approver with a changed one.
pub async fn back(
    app: &App,
    tx: &mut Tx,
    order: &Order,
    document: &Document,
    changed: &Changed,
) -> anyhow::Result<Vec<Job>> {
    if orders::repropose(tx, order, document).await? == 0 {
        return Ok(Vec::new());
    }
    note(
        tx,
        order,
        "drift",
        OrderState::Proposed,
        None,
        json!({ "changed": changed.say(Texts::english()) }),
    )
    .await?;
    let org = tell::org(tx, &order.org_id).await?;
    let Some(requisition) = requisitions::of_org(tx, &org.id, &order.requisition_id).await? else {
        return Ok(Vec::new());
    };
    progress(tx, &requisition).await?;
    let Some(order) = orders::find(tx, &order.id).await? else {
        return Ok(Vec::new());
    };
    route(app, tx, &org, &requisition, &order, Some(changed)).await
}

/// Why an approved document is asked about again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The site has another price now.
    Price {
        name: String,
        now: Money,
        before: Money,
    },
    TooOld,
}

impl Changed {
    pub fn say(&self, texts: Texts) -> String {
        match self {
            Self::Price { name, now, before } => {
                let (now, before) = (texts.money(*now), texts.money(*before));
                say!(texts, "price-moved", name: name.as_str(), now: now, before: before)
            }
            Self::TooOld => say!(texts, "approval-too-old"),
        }
    }
}
