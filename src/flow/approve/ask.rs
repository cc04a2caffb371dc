//! What the approver reads: the card with the document, or a template where their window is shut.

use jobs::Job;
use serde_json::json;
use sqlx::types::Json;

use super::route::Changed;
use super::{inform_of, lay, note};
use crate::app::App;
use crate::domain::money::Money;
use crate::domain::order::OrderState;
use crate::domain::rules::Outcome;
use crate::flow::tell::{self, Body, Button};
use crate::flow::texts::{ApprovalCard, LineText, Texts, say};
use crate::flow::{check, receive};
use crate::store::db::Tx;
use crate::store::messages;
use crate::store::orders::{self, Order};
use crate::store::orgs::Org;
use crate::store::people::{self, Person};
use crate::store::requisitions::{self, Requisition};
use crate::store::suppliers::Supplier;

pub(super) struct Asking<'a> {
    pub org: &'a Org,
    /// How the requester is written to.
    pub texts: Texts,
    pub requisition: &'a Requisition,
    pub order: &'a Order,
    pub supplier: &'a Supplier,
    pub approver: &'a Person,
    pub changed: Option<&'a Changed>,
}

pub(super) async fn ask(app: &App, tx: &mut Tx, asking: &Asking<'_>) -> anyhow::Result<Vec<Job>> {
    let Asking {
        org,
        texts,
        requisition,
        order,
        supplier,
        approver,
        changed,
    } = asking;
    let approval = orders::ask_approval(tx, order, &approver.id).await?;
    let identity = people::identities(tx, &org.id, &approver.id)
        .await?
        .into_iter()
        .next();
    let Some(requester) = people::find(tx, &org.id, &requisition.person_id).await? else {
        anyhow::bail!("the requester of {} is gone", requisition.id);
    };
    let open = match &identity {
        Some(identity) => tell::window_is_open(tx, identity).await?,
        None => false,
    };
    let approve_id = format!("approve:{approval}");
    let reject_id = format!("reject:{approval}");
    let theirs = tell::texts_of(org, Some(approver), identity.as_ref());
    let body = if open {
        let text = card_text(app, tx, asking, theirs, &requester).await?;
        let buttons = vec![
            Button::new(approve_id, say!(theirs, "button-approve")),
            Button::new(reject_id, say!(theirs, "button-reject")),
        ];
        Some(Body::buttons(text, buttons))
    } else {
        let money = texts.money(Money::new(order.total, order.document.currency));
        org.settings
            .approval_template
            .clone()
            .map(|name| Body::Template {
                name,
                language: org.settings.template_language.clone(),
                params: vec![requester.name.clone(), money, order.number.clone()],
                buttons: vec![approve_id, reject_id],
            })
    };
    let mut bells = Vec::new();
    let cause = format!("{}/{approval}", order.id);
    let text = match (&identity, body) {
        (Some(identity), Some(body)) => {
            let say = tell::Say {
                org: &org.id,
                cause: approval.as_str(),
                kind: "approval",
                to: &identity.id,
                requisition: Some(&requisition.id),
                burst: None,
                body,
            };
            bells.extend(tell::say(app, tx, say).await?);
            match changed {
                Some(changed) => {
                    let changed = changed.say(*texts);
                    say!(texts, "back-to-approval", request: requisition.number,
                        approver: approver.name.as_str(), changed: changed)
                }
                None => say!(texts, "waits-for-approval", request: requisition.number,
                    approver: approver.name.as_str()),
            }
        }
        (_, _) => {
            let text = format!(
                "{} waits for approval by {}, who cannot be written to now.",
                order.number, approver.name
            );
            lay(tx, order, "approval", &text).await?;
            say!(texts, "waits-in-console", request: requisition.number,
                approver: approver.name.as_str())
        }
    };
    note(
        tx,
        order,
        "approval_asked",
        OrderState::Proposed,
        None,
        json!({ "approval": approval, "supplier": supplier.code }),
    )
    .await?;
    bells.extend(inform_of(app, tx, requisition, &cause, "waits", &text).await?);
    Ok(bells)
}

async fn card_text(
    app: &App,
    tx: &mut Tx,
    asking: &Asking<'_>,
    theirs: Texts,
    requester: &Person,
) -> anyhow::Result<String> {
    let Asking {
        org,
        requisition,
        order,
        supplier,
        changed,
        ..
    } = asking;
    let Json(document) = &order.document;
    let site = people::site(tx, &org.id, &order.site_id).await?;
    let lines: Vec<LineText> = document
        .lines
        .iter()
        .map(|l| LineText {
            price: Some(l.unit_price),
            ..LineText::ordered(l)
        })
        .collect();
    let mut findings: Vec<String> = requisitions::findings(tx, &org.id, &requisition.id)
        .await?
        .into_iter()
        .filter(|f| {
            f.version == requisition.version
                && f.verdict == Outcome::Fired
                && !matches!(f.rule.as_str(), "A1" | "A3")
        })
        .map(|f| check::finding(theirs, &f.rule, &f.inputs).unwrap_or(f.text))
        .collect();
    // A version that was judged again after an answer has the same finding twice.
    let mut shown = std::collections::HashSet::new();
    findings.retain(|text| shown.insert(text.clone()));
    let words = words_of(app, tx, requisition).await?;
    let changed = changed.map(|c| c.say(theirs));
    Ok(theirs.approval_card(&ApprovalCard {
        requester: &requester.name,
        number: &order.number,
        request: requisition.number,
        supplier: &supplier.name,
        site: site.as_ref().map_or("", |s| s.name.as_str()),
        needed_by: requisition.needed_on(),
        lines: &lines,
        currency: document.currency,
        freight: document.freight,
        tax: document.tax,
        total: document.total,
        findings: &findings,
        words: &words,
        changed: changed.as_deref(),
    }))
}

/// What the requester wrote, in their own words, as far as a card has room.
async fn words_of(app: &App, tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<String> {
    let mut words = Vec::new();
    for burst in requisitions::bursts_of(tx, &requisition.org_id, &requisition.id).await? {
        for message in messages::of_burst(tx, &requisition.org_id, &burst).await? {
            if let Some(sealed) = &message.sealed_text {
                let name = receive::record(&message.id, "text");
                words.push(app.unseal(&message.org_id, &name, sealed)?);
            }
        }
    }
    let all = words.join(" / ");
    let cut: String = all.chars().take(300).collect();
    Ok(if cut.len() < all.len() {
        format!("{cut} …")
    } else {
        all
    })
}
