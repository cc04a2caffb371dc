//! Approve: a document for each purchase order, asked of the one who may decide it, decided once.
//!
//! **Invariant:** an approval names the hash of its document; the requester never decides.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use jobs::Job;
use serde_json::json;
use sqlx::types::Json;

use super::check;
use super::check::Catalogue;
use super::give;
use super::tell::{self, Body, Button};
use super::texts::{ApprovalCard, LineText, Texts, say};
use crate::app::App;
use crate::domain::approval::ApprovalState;
use crate::domain::ids::{ApprovalId, OrgId, PersonId, PurchaseOrderId, RequisitionId};
use crate::domain::money::{Currency, Money};
use crate::domain::order::{self, Document, DocumentLine, OrderState};
use crate::domain::person::Role;
use crate::domain::quantity::Unit;
use crate::domain::requisition::{LineState, RequisitionState};
use crate::domain::rules::{Outcome, authority, self_approval};
use crate::store::db::Tx;
use crate::store::journal::{self, Note};
use crate::store::orders::{self, NewOrder, Order};
use crate::store::orgs::{self, Org};
use crate::store::people::{self, Person, Site};
use crate::store::requisitions::{self, Line, Move, Requisition};
use crate::store::suppliers::{self, Account, Supplier};
use crate::store::{cards, messages};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Reject,
}

/// Makes the purchase orders of a confirmed requisition and asks for their approval.
pub async fn approve(app: &App, id: &RequisitionId) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let taken = requisitions::take(&mut tx, id, RequisitionState::ToApprove).await?;
    let Some(requisition) = taken else {
        return Ok(());
    };
    let org = tell::org(&mut tx, &requisition.org_id).await?;
    let mut bells = Vec::new();
    match propose(&mut tx, &org, &requisition).await? {
        Proposal::Orders(made) => {
            for order in made {
                bells.extend(route(app, &mut tx, &org, &requisition, &order, None).await?);
            }
            requisitions::waits(&mut tx, &org.id, id, requisition.version).await?;
        }
        Proposal::Impossible(why) => {
            let card = cards::NewCard {
                org: &org.id,
                kind: "no_order",
                subject: "requisition",
                subject_id: id.as_str(),
                requisition: Some(id),
                text: &why.say(Texts::english()),
            };
            cards::lay(&mut tx, card).await?;
            let texts = tell::texts(&mut tx, &org.id, &requisition.identity_id).await?;
            let why = why.say(texts);
            let text = say!(texts, "no-order", request: requisition.number, why: why);
            bells.extend(inform(app, &mut tx, &requisition, "no_order", &text).await?);
            requisitions::waits(&mut tx, &org.id, id, requisition.version).await?;
        }
    }
    bells.extend(progress(&mut tx, &requisition).await?);
    tx.commit().await?;
    crate::crash::point("approve:after_commit");
    app.ring_all(bells).await;
    Ok(())
}

enum Proposal {
    Orders(Vec<Order>),
    Impossible(Why),
}

/// What a confirmed requisition lacks to become purchase orders.
enum Why {
    Site,
    Supplier { line: i64 },
    Account { supplier: String },
    Sum { supplier: String },
}

impl Why {
    fn say(&self, texts: Texts) -> String {
        match self {
            Self::Site => say!(texts, "no-order-site"),
            Self::Supplier { line } => say!(texts, "no-order-line", line: *line),
            Self::Account { supplier } => {
                say!(texts, "no-order-account", supplier: supplier.as_str())
            }
            Self::Sum { supplier } => say!(texts, "no-order-sum", supplier: supplier.as_str()),
        }
    }
}

/// One purchase order for each supplier; those of this version that exist already are kept.
async fn propose(tx: &mut Tx, org: &Org, requisition: &Requisition) -> anyhow::Result<Proposal> {
    let existing = orders::of_requisition(tx, &org.id, &requisition.id).await?;
    if existing.iter().any(|o| o.version == requisition.version) {
        let open = existing
            .into_iter()
            .filter(|o| o.version == requisition.version && o.state == OrderState::Proposed);
        return Ok(Proposal::Orders(open.collect()));
    }
    let lines = requisitions::lines(tx, &org.id, &requisition.id, requisition.version).await?;
    let catalogue = Catalogue::read(tx, org, &lines).await?;
    let site = match &requisition.site_id {
        Some(site) => people::site(tx, &org.id, site).await?,
        None => None,
    };
    let Some(site) = site else {
        return Ok(Proposal::Impossible(Why::Site));
    };
    let mut by_supplier: BTreeMap<String, (Supplier, Vec<&Line>)> = BTreeMap::new();
    for line in &lines {
        match line.state {
            LineState::FreeText => {
                give::ask(tx, requisition, line).await?;
                continue;
            }
            LineState::Cancelled => continue,
            LineState::Open
            | LineState::Ordered
            | LineState::Backordered
            | LineState::Substituted
            | LineState::PartReceived
            | LineState::Received
            | LineState::Refused
            | LineState::ShortClosed => {}
        }
        let offer = catalogue
            .offers
            .iter()
            .find(|o| Some(&o.id) == line.supplier_item_id.as_ref());
        let Some(supplier) = offer.and_then(|o| catalogue.supplier(o)) else {
            let line = line.position;
            return Ok(Proposal::Impossible(Why::Supplier { line }));
        };
        by_supplier
            .entry(supplier.code.clone())
            .or_insert_with(|| (supplier.clone(), Vec::new()))
            .1
            .push(line);
    }
    let mut made = Vec::new();
    for (supplier, lines) in by_supplier.into_values() {
        let accounts = suppliers::accounts(tx, &org.id, &supplier.id).await?;
        let Some(account) = accounts.into_iter().next() else {
            let supplier = supplier.name;
            return Ok(Proposal::Impossible(Why::Account { supplier }));
        };
        let n = orgs::next(tx, &org.id, "purchase_order").await?;
        let parts = DocumentParts {
            number: format!("PO-{n:05}"),
            org,
            supplier: &supplier,
            account: &account,
            site: &site,
            catalogue: &catalogue,
            lines: &lines,
        };
        let Some(document) = document(&parts) else {
            let supplier = supplier.name;
            return Ok(Proposal::Impossible(Why::Sum { supplier }));
        };
        let new = NewOrder {
            id: PurchaseOrderId::new(),
            org: &org.id,
            requisition: &requisition.id,
            version: requisition.version,
            supplier: &supplier.id,
            account: &account.id,
            site: &site.id,
            document: &document,
        };
        orders::propose(tx, &new).await?;
        for line in lines {
            requisitions::put_on_order(tx, &org.id, &line.id, &new.id).await?;
        }
        made.extend(orders::find(tx, &new.id).await?);
    }
    Ok(Proposal::Orders(made))
}

struct DocumentParts<'a> {
    number: String,
    org: &'a Org,
    supplier: &'a Supplier,
    account: &'a Account,
    site: &'a Site,
    catalogue: &'a Catalogue,
    lines: &'a [&'a Line],
}

/// The document that is approved; none if an amount overflows.
fn document(parts: &DocumentParts<'_>) -> Option<Document> {
    let settings = &parts.org.settings;
    let permille = settings.price_tolerance_permille;
    let currency = Currency::parse(&parts.supplier.currency)?;
    let mut sum: i64 = 0;
    let mut lines = Vec::new();
    for line in parts.lines {
        let offer = parts
            .catalogue
            .offers
            .iter()
            .find(|o| Some(&o.id) == line.supplier_item_id.as_ref())?;
        let item = parts.catalogue.items.get(&offer.item_id)?;
        let price = line.unit_price?;
        sum = sum.checked_add(Money::new(price, currency).times(line.quantity)?.amount)?;
        lines.push(DocumentLine {
            position: line.position,
            item: item.code.clone(),
            name: item.name.clone(),
            sku: offer.sku.clone(),
            quantity: line.quantity,
            unit: Unit::parse(&line.unit)?,
            unit_price: price,
            price_cap: order::cap(price, permille),
            price_floor: order::floor(price, permille),
        });
    }
    let (freight, tax) = parts.supplier.terms.add_to(sum)?;
    let total = sum.checked_add(freight)?.checked_add(tax)?;
    Some(Document {
        number: parts.number.clone(),
        supplier: parts.supplier.code.clone(),
        account: parts.account.name.clone(),
        address_name: parts.site.address_name.clone(),
        address: parts.site.address.clone(),
        cost_code: parts.site.cost_code.clone(),
        currency,
        lines,
        freight,
        tax,
        total,
        total_cap: order::cap(total, permille).max(total.checked_add(settings.total_tolerance)?),
        total_floor: order::floor(total, permille)
            .min(total.saturating_sub(settings.total_tolerance))
            .max(0),
    })
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
    if order.total <= org.settings.auto_approve_limit && changed.is_none() {
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

struct Asking<'a> {
    org: &'a Org,
    /// How the requester is written to.
    texts: Texts,
    requisition: &'a Requisition,
    order: &'a Order,
    supplier: &'a Supplier,
    approver: &'a Person,
    changed: Option<&'a Changed>,
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

async fn ask(app: &App, tx: &mut Tx, asking: &Asking<'_>) -> anyhow::Result<Vec<Job>> {
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
            position: l.position,
            name: l.name.clone(),
            words: None,
            quantity: l.quantity,
            unit: l.unit.code().to_owned(),
            was: None,
            price: Some(l.unit_price),
            via: None,
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
pub async fn words_of(app: &App, tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<String> {
    let mut words = Vec::new();
    for burst in requisitions::bursts_of(tx, &requisition.org_id, &requisition.id).await? {
        for message in messages::of_burst(tx, &requisition.org_id, &burst).await? {
            if let Some(sealed) = &message.sealed_text {
                let name = super::receive::record(&message.id, "text");
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

pub async fn supplier_name(tx: &mut Tx, order: &Order) -> sqlx::Result<String> {
    let supplier = suppliers::find(tx, &order.org_id, &order.supplier_id).await?;
    Ok(supplier.map(|s| s.name).unwrap_or_default())
}

/// Moves a requisition to where its purchase orders are.
pub async fn progress(tx: &mut Tx, requisition: &Requisition) -> anyhow::Result<Vec<Job>> {
    // Held first: of two orders that move at once, the second sees what became of the first.
    let held = requisitions::hold(tx, &requisition.org_id, &requisition.id).await?;
    let Some(current) = held else {
        return Ok(Vec::new());
    };
    let all = orders::of_requisition(tx, &requisition.org_id, &requisition.id).await?;
    let mine: Vec<&Order> = all
        .iter()
        .filter(|o| o.version == requisition.version)
        .collect();
    let is = |states: &[OrderState]| mine.iter().all(|o| states.contains(&o.state));
    let any = |states: &[OrderState]| mine.iter().any(|o| states.contains(&o.state));
    let to = if mine.is_empty() || any(&[OrderState::Proposed]) {
        RequisitionState::ToApprove
    } else if is(&[OrderState::Cancelled]) {
        RequisitionState::Rejected
    } else if is(&[OrderState::Cancelled, OrderState::Refused]) {
        RequisitionState::Cancelled
    } else if is(&[
        OrderState::Placed,
        OrderState::Cancelled,
        OrderState::Refused,
    ]) {
        RequisitionState::Ordered
    } else if is(&[OrderState::Approved, OrderState::Cancelled]) {
        RequisitionState::Approved
    } else {
        RequisitionState::Ordering
    };
    let may_move = matches!(
        current.state,
        RequisitionState::ToApprove
            | RequisitionState::Approved
            | RequisitionState::Ordering
            | RequisitionState::Ordered
    );
    if may_move && current.state != to && current.version == requisition.version {
        let step = Move {
            org: &current.org_id,
            id: &current.id,
            version: current.version,
            from: current.state,
            to,
            due_at: None,
        };
        requisitions::move_on(tx, step).await?;
    }
    Ok(Vec::new())
}

/// Tells the requester about a change of state, once for each cause.
async fn inform(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    kind: &str,
    text: &str,
) -> anyhow::Result<Vec<Job>> {
    let cause = format!("{}/{}", requisition.id, requisition.version);
    inform_of(app, tx, requisition, &cause, kind, text).await
}

pub async fn inform_of(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    cause: &str,
    kind: &str,
    text: &str,
) -> anyhow::Result<Vec<Job>> {
    let say = tell::Say {
        org: &requisition.org_id,
        cause,
        kind,
        to: &requisition.identity_id,
        requisition: Some(&requisition.id),
        burst: None,
        body: tell::Body::text(text),
    };
    Ok(tell::say(app, tx, say).await?)
}

async fn lay(tx: &mut Tx, order: &Order, kind: &str, text: &str) -> sqlx::Result<()> {
    let card = cards::NewCard {
        org: &order.org_id,
        kind,
        subject: "purchase_order",
        subject_id: order.id.as_str(),
        requisition: Some(&order.requisition_id),
        text,
    };
    cards::lay(tx, card).await
}

/// A line of the journal about an order.
pub async fn note(
    tx: &mut Tx,
    order: &Order,
    event: &str,
    became: OrderState,
    person: Option<&PersonId>,
    detail: serde_json::Value,
) -> sqlx::Result<()> {
    journal::write(
        tx,
        Note {
            org: &order.org_id,
            subject: "purchase_order",
            subject_id: order.id.as_str(),
            epoch: order.epoch,
            event,
            was: Some(order.state.as_str()),
            became: Some(became.as_str()),
            detail,
            person,
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
