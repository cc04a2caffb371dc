//! The rules on the lines of a draft, and what they ask of the requester.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Catalogue, choice, currency};
use crate::app::App;
use crate::domain::money::{Currency, Money};
use crate::domain::requisition::{LineState, Question, RequisitionState};
use crate::domain::rules::{Verdict, duplicate_order, price_deviation};
use crate::flow::confirm::Value as Answer;
use crate::flow::look_over;
use crate::flow::texts::{Texts, say};
use crate::store::catalogue;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::requisitions::{self, Line, Requisition};
use crate::store::suppliers;

/// Every rule that judges lines, with its verdict.
pub(super) async fn judge(
    app: &App,
    tx: &mut Tx,
    org: &Org,
    requisition: &Requisition,
    lines: &[Line],
    known: &Catalogue,
) -> anyhow::Result<Vec<Verdict>> {
    let settings = &org.settings;
    let now = app.now();
    let since = now - TimeDelta::days(settings.duplicate_days);
    let earlier = suppliers::recent_lines(tx, &org.id, &requisition.id, since).await?;
    let currency = currency(org);
    let limits = price_deviation::Limits {
        above_permille: settings.price_deviation_permille,
        amount: settings.price_deviation_amount,
        below_permille: settings.price_low_permille,
    };
    let mut verdicts = Vec::new();
    for line in lines.iter().filter(|l| l.state == LineState::Open) {
        let text = known.text(line);
        let asked = duplicate_order::Asked {
            position: line.position,
            item: line.item_id.as_ref(),
            name: &text.name,
            site: requisition.site_id.as_ref(),
        };
        verdicts.push(duplicate_order::check(
            &asked,
            &earlier,
            settings.duplicate_days,
            now,
        ));
        let Some(price) = line.unit_price else {
            continue;
        };
        let reference = match &line.supplier_item_id {
            Some(offer) => catalogue::last_paid(tx, &org.id, offer).await?,
            None => None,
        };
        let priced = price_deviation::Priced {
            position: line.position,
            name: &text.name,
            price,
            quantity: line.quantity,
            currency,
            reference,
        };
        let item = line.item_id.as_ref().map(ToString::to_string);
        let mut verdict = price_deviation::check(&priced, limits);
        verdict.inputs["item"] = serde_json::json!(item);
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

/// What a verdict is about, so that an answer holds for the next version too.
pub(super) fn key(verdict: &Verdict) -> (String, String) {
    (
        verdict.rule.id.to_owned(),
        verdict.inputs["item"].to_string(),
    )
}

/// Rules and items that the requester has answered for.
pub(super) async fn answered(
    tx: &mut Tx,
    requisition: &Requisition,
) -> sqlx::Result<Vec<(String, String)>> {
    let findings = requisitions::findings(tx, &requisition.org_id, &requisition.id).await?;
    Ok(findings
        .into_iter()
        .filter(|f| f.answered_at.is_some())
        .map(|f| (f.rule, f.inputs["item"].to_string()))
        .collect())
}

/// What a verdict asks of the requester, in their language.
pub(super) fn question(texts: Texts, verdict: &Verdict) -> Question {
    let yes = match verdict.rule.id {
        "B3" => say!(texts, "button-additional"),
        _ => say!(texts, "button-right"),
    };
    let text = finding(texts, verdict.rule.id, &verdict.inputs);
    let text = match verdict.rule.id {
        look_over::RULE => say!(texts, "ask-looks-odd"),
        _ => text.unwrap_or_else(|| verdict.text.clone()),
    };
    let mut choices = vec![choice(yes, Answer::Right)];
    if verdict.line.is_some() {
        choices.push(choice(say!(texts, "button-take-off"), Answer::Off));
    }
    Question {
        code: verdict.rule.id.to_owned(),
        line: verdict.line,
        text,
        choices,
        unit: None,
        asked: 0,
    }
}

/// The sentence of a rule that fired, from the values that it judged by; none: only the rule has one.
pub fn finding(texts: Texts, rule: &str, inputs: &Value) -> Option<String> {
    let text = |key: &str| inputs[key].as_str();
    match rule {
        "B3" => {
            let quantity = inputs["earlier_quantity"].as_i64()?;
            let at: DateTime<Utc> = text("earlier_at")?.parse().ok()?;
            let state = RequisitionState::parse(text("earlier_state")?)?;
            Some(say!(texts, "ask-duplicate",
                requester: text("earlier_requester")?,
                quantity: texts.quantity(quantity, text("earlier_unit")?),
                name: text("name")?,
                date: texts.day(at),
                request: inputs["earlier_number"].as_i64()?,
                state: texts.state(state),
            ))
        }
        "B5" => {
            let currency = Currency::parse(text("currency")?)?;
            let (price, before) = (inputs["price"].as_i64()?, inputs["reference"].as_i64()?);
            let money = |amount| texts.money(Money::new(amount, currency));
            let name = text("name")?;
            Some(if price > before {
                say!(texts, "ask-dearer", name: name, price: money(price), before: money(before))
            } else {
                say!(texts, "ask-cheaper", name: name, price: money(price), before: money(before))
            })
        }
        // What the language model wrote stands in the console only.
        look_over::RULE => Some(say!(texts, "card-looks-odd")),
        _ => None,
    }
}
