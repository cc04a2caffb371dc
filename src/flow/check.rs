//! Check: a supplier and a price for each line, then the rules; what is open is asked at once.

use std::collections::HashMap;

use chrono::TimeDelta;
use jobs::Job;
use sqlx::types::Json;

use super::{tell, texts};
use crate::app::App;
use crate::domain::ids::{ItemId, RequisitionId};
use crate::domain::money::{Currency, Money};
use crate::domain::requisition::{Choice, LineState, Question, RequisitionState};
use crate::domain::rules::{Outcome, Severity, Verdict, duplicate_order, price_deviation};
use crate::store::catalogue as stored;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::people;
use crate::store::requisitions::{self, Line, Move, Requisition, Version};
use crate::store::suppliers::{self, Item, Supplier, SupplierItem};

/// Answers to a question of a rule, as they stand in a button.
pub const ALL_RIGHT: &str = "ok";
pub const TAKE_OFF: &str = "off";

/// Sources and judges a draft; asks, or reads the whole back to be confirmed.
pub async fn check(app: &App, id: &RequisitionId) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let taken = requisitions::take(&mut tx, id, RequisitionState::Draft).await?;
    let Some(requisition) = taken else {
        return Ok(());
    };
    let org = tell::org(&mut tx, &requisition.org_id).await?;
    let Some(version) = requisitions::version(&mut tx, &org.id, id, requisition.version).await?
    else {
        return Ok(());
    };
    let mut lines = requisitions::lines(&mut tx, &org.id, id, requisition.version).await?;
    let catalogue = Catalogue::read(&mut tx, &org, &lines).await?;
    let mut questions: Vec<Question> = version
        .questions
        .iter()
        .filter(|q| !is_ours(&q.code))
        .cloned()
        .collect();
    for line in &mut lines {
        questions.extend(missing_quantity(line, &questions, &catalogue));
        questions.extend(source(&mut tx, line, &catalogue).await?);
    }
    let verdicts = judge(app, &mut tx, &org, &requisition, &lines, &catalogue).await?;
    let answered = answered(&mut tx, &requisition).await?;
    for verdict in &verdicts {
        let asks = verdict.outcome == Outcome::Fired && verdict.rule.severity == Severity::Ask;
        if asks && !answered.contains(&key(verdict)) {
            questions.push(question(verdict));
        }
    }
    requisitions::write_findings(&mut tx, &org.id, id, requisition.version, &verdicts).await?;
    requisitions::set_questions(&mut tx, &org.id, id, requisition.version, &questions).await?;
    let bells = answer(
        app,
        &mut tx,
        &Checked {
            org: &org,
            requisition: &requisition,
            version: &version,
            lines: &lines,
            catalogue: &catalogue,
            questions: &questions,
            round: answered.len(),
        },
    )
    .await?;
    tx.commit().await?;
    crate::crash::point("check:after_commit");
    app.ring_all(bells).await;
    Ok(())
}

/// Questions that checking itself makes, anew each time.
fn is_ours(code: &str) -> bool {
    matches!(code, "supplier" | "B3" | "B5")
}

/// The items of some lines, who sells them, and the suppliers of the organisation.
pub struct Catalogue {
    pub items: HashMap<ItemId, Item>,
    pub offers: Vec<SupplierItem>,
    pub suppliers: Vec<Supplier>,
}

impl Catalogue {
    pub async fn read(tx: &mut Tx, org: &Org, lines: &[Line]) -> sqlx::Result<Self> {
        let (mut items, mut offers) = (HashMap::new(), Vec::new());
        for id in lines.iter().filter_map(|line| line.item_id.as_ref()) {
            if items.contains_key(id) {
                continue;
            }
            if let Some(item) = stored::item(tx, &org.id, id).await? {
                offers.extend(stored::offers(tx, &org.id, id).await?);
                items.insert(id.clone(), item);
            }
        }
        Ok(Self {
            items,
            offers,
            suppliers: suppliers::all(tx, &org.id).await?,
        })
    }

    pub fn supplier(&self, offer: &SupplierItem) -> Option<&Supplier> {
        self.suppliers.iter().find(|s| s.id == offer.supplier_id)
    }

    /// A line as people read it.
    pub fn text(&self, line: &Line) -> texts::LineText {
        let item = line.item_id.as_ref().and_then(|id| self.items.get(id));
        let words = [Some(line.words.as_str()), line.spec.as_deref()];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = item.map_or_else(|| words.clone(), |i| i.name.clone());
        let differs = !name.to_lowercase().contains(&words.to_lowercase());
        texts::LineText {
            position: line.position,
            name,
            words: differs.then_some(words),
            quantity: line.quantity,
            unit: line.unit.clone(),
            was: line.was,
            price: line.unit_price,
        }
    }
}

/// A line without a quantity is asked about, however often it was passed over before.
fn missing_quantity(line: &Line, asked: &[Question], catalogue: &Catalogue) -> Option<Question> {
    let is_asked = asked.iter().any(|q| {
        let about = matches!(q.code.as_str(), "quantity" | "number_format" | "pack");
        let chooses_item = q.choices.iter().any(|c| c.value.starts_with("item:"));
        about && !chooses_item && q.line == Some(line.position)
    });
    if line.quantity > 0 || is_asked {
        return None;
    }
    Some(Question {
        code: "quantity".to_owned(),
        line: Some(line.position),
        text: format!("How many {}?", catalogue.text(line).name),
        choices: Vec::new(),
    })
}

/// Gives a line the cheapest offer in its unit; a question if nobody sells it.
async fn source(
    tx: &mut Tx,
    line: &mut Line,
    catalogue: &Catalogue,
) -> sqlx::Result<Option<Question>> {
    let Some(item) = &line.item_id else {
        return Ok(None);
    };
    let offer = catalogue
        .offers
        .iter()
        .find(|o| o.item_id == *item && o.unit == line.unit && catalogue.supplier(o).is_some());
    line.supplier_item_id = offer.map(|o| o.id.clone());
    line.unit_price = offer.map(|o| o.price);
    requisitions::source_line(
        tx,
        &line.org_id,
        &line.id,
        line.supplier_item_id.as_ref(),
        line.unit_price,
    )
    .await?;
    if offer.is_some() {
        return Ok(None);
    }
    let name = catalogue
        .items
        .get(item)
        .map_or(line.words.as_str(), |i| i.name.as_str());
    Ok(Some(Question {
        code: "supplier".to_owned(),
        line: Some(line.position),
        text: format!(
            "No supplier sells {name} at the moment. Shall I take line {} off?",
            line.position
        ),
        choices: vec![choice("Take it off", TAKE_OFF)],
    }))
}

fn choice(title: &str, value: &str) -> Choice {
    Choice {
        title: title.to_owned(),
        value: value.to_owned(),
    }
}

/// Every rule that judges lines, with its verdict.
async fn judge(
    app: &App,
    tx: &mut Tx,
    org: &Org,
    requisition: &Requisition,
    lines: &[Line],
    catalogue: &Catalogue,
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
        let text = catalogue.text(line);
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
            Some(offer) => stored::last_paid(tx, &org.id, offer).await?,
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

pub fn currency(org: &Org) -> Currency {
    Currency::parse(&org.currency).expect("import refuses an organisation without a currency")
}

/// What a verdict is about, so that an answer holds for the next version too.
fn key(verdict: &Verdict) -> (String, String) {
    (
        verdict.rule.id.to_owned(),
        verdict.inputs["item"].to_string(),
    )
}

/// Rules and items that the requester has answered for.
async fn answered(tx: &mut Tx, requisition: &Requisition) -> sqlx::Result<Vec<(String, String)>> {
    let findings = requisitions::findings(tx, &requisition.org_id, &requisition.id).await?;
    Ok(findings
        .into_iter()
        .filter(|f| f.answered_at.is_some())
        .map(|f| (f.rule, f.inputs["item"].to_string()))
        .collect())
}

fn question(verdict: &Verdict) -> Question {
    let yes = match verdict.rule.id {
        "B3" => "Additional",
        _ => "It is right",
    };
    Question {
        code: verdict.rule.id.to_owned(),
        line: verdict.line,
        text: verdict.text.clone(),
        choices: vec![choice(yes, ALL_RIGHT), choice("Take it off", TAKE_OFF)],
    }
}

struct Checked<'a> {
    org: &'a Org,
    requisition: &'a Requisition,
    version: &'a Version,
    lines: &'a [Line],
    catalogue: &'a Catalogue,
    questions: &'a [Question],
    /// Grows with each answer, so that the next message is not the same cause again.
    round: usize,
}

/// Moves the requisition on and says so: one message, with the questions or the read-back.
async fn answer(app: &App, tx: &mut Tx, checked: &Checked<'_>) -> anyhow::Result<Vec<Job>> {
    let Checked {
        org,
        requisition,
        version,
        lines,
        catalogue,
        questions,
        round,
    } = checked;
    let now = tx.now().await?;
    let asking = !questions.is_empty();
    let to = if asking {
        RequisitionState::Asking
    } else {
        RequisitionState::ToConfirm
    };
    let step = Move {
        org: &org.id,
        id: &requisition.id,
        version: requisition.version,
        from: RequisitionState::Draft,
        to,
        due_at: Some(now + TimeDelta::hours(org.settings.recall_hours)),
    };
    if requisitions::move_on(tx, step).await? == 0 {
        return Ok(Vec::new());
    }
    let known: Vec<texts::LineText> = lines.iter().map(|l| catalogue.text(l)).collect();
    let cause = format!("{}/{}/{round}", requisition.id, requisition.version);
    let body = if asking {
        let text = texts::questions(requisition.number, &known, questions, &version.notes);
        match questions {
            [one] if (1..=3).contains(&one.choices.len()) => {
                let ids: Vec<(String, String)> = one
                    .choices
                    .iter()
                    .enumerate()
                    .map(|(n, c)| {
                        let id = format!("answer:{}:{}:0:{n}", requisition.id, requisition.version);
                        (id, c.title.clone())
                    })
                    .collect();
                let pairs: Vec<(&str, &str)> =
                    ids.iter().map(|(i, t)| (i.as_str(), t.as_str())).collect();
                tell::Body::buttons(text, &pairs)
            }
            _ => tell::Body::text(text),
        }
    } else {
        let site = match &requisition.site_id {
            Some(site) => people::site(tx, &org.id, site).await?,
            None => None,
        };
        let site_name = site.map_or_else(String::new, |s| s.name);
        let back = texts::ReadBack {
            number: requisition.number,
            lines: &known,
            site: &site_name,
            needed_by: requisition.needed_on(),
            total: estimate(org, lines, catalogue),
            notes: &version.notes,
        };
        let button = |what: &str| format!("{what}:{}:{}", requisition.id, requisition.version);
        tell::Body::buttons(
            texts::read_back(&back),
            &[
                (&button("confirm"), "Confirm"),
                (&button("change"), "Change"),
                (&button("cancel"), "Cancel"),
            ],
        )
    };
    let say = tell::Say {
        org: &org.id,
        cause: &cause,
        kind: if asking { "questions" } else { "read_back" },
        to: &requisition.identity_id,
        requisition: Some(&requisition.id),
        burst: version.burst_id.as_ref(),
        body,
    };
    Ok(tell::say(app, tx, say).await?)
}

/// The total of all lines with freight and tax by supplier, where one currency has them all.
fn estimate(org: &Org, lines: &[Line], catalogue: &Catalogue) -> Option<Money> {
    let mut by_supplier: HashMap<&str, (i64, &Supplier)> = HashMap::new();
    for line in lines {
        let offer = catalogue
            .offers
            .iter()
            .find(|o| Some(&o.id) == line.supplier_item_id.as_ref())?;
        let supplier = catalogue.supplier(offer)?;
        let currency = Currency::parse(&supplier.currency).filter(|c| *c == currency(org))?;
        let amount = Money::new(line.unit_price?, currency)
            .times(line.quantity)?
            .amount;
        let sum = by_supplier
            .entry(supplier.id.as_str())
            .or_insert((0, supplier));
        sum.0 = sum.0.checked_add(amount)?;
    }
    let mut total: i64 = 0;
    for (sum, supplier) in by_supplier.values() {
        let Json(terms) = &supplier.terms;
        let (freight, tax) = terms.add_to(*sum)?;
        total = total
            .checked_add(*sum)?
            .checked_add(freight)?
            .checked_add(tax)?;
    }
    Some(Money::new(total, currency(org)))
}
