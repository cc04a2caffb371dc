//! Check: a supplier and a price for each line, then the rules; what is open is asked at once.

mod answer;
mod judge;

use std::collections::HashMap;

use self::answer::{Checked, answer};
pub use self::judge::finding;
use self::judge::{answered, judge, key, question};
use super::confirm::Value;
use super::look_over::{self, Look, Open};
use super::model;
use super::tell;
use super::texts::{LineText, Texts, say};
use crate::app::App;
use crate::domain::ids::{ItemId, RequisitionId};
use crate::domain::money::Currency;
use crate::domain::requisition::{Choice, Question, RequisitionState};
use crate::domain::rules::{Outcome, Severity};
use crate::store::catalogue as stored;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::requisitions::{self, Line, Requisition, Version};
use crate::store::suppliers::{self, Item, Supplier, SupplierItem};

/// Sources and judges a draft; asks, or reads the whole back to be confirmed.
pub async fn check(app: &App, id: &RequisitionId) -> anyhow::Result<()> {
    let Some(claim) = check_once(app, id, None).await? else {
        return Ok(());
    };
    let heard = model::ask(app, claim).await;
    check_once(app, id, heard).await?;
    Ok(())
}

/// One look; gives what the language model is to be asked before the next.
async fn check_once(
    app: &App,
    id: &RequisitionId,
    heard: Option<model::Heard>,
) -> anyhow::Result<Option<Box<model::Claim>>> {
    let mut tx = app.db.begin().await?;
    let taken = requisitions::take(&mut tx, id, RequisitionState::Draft).await?;
    let Some(requisition) = taken else {
        return Ok(None);
    };
    let org = tell::org(&mut tx, &requisition.org_id).await?;
    let Some(version) = requisitions::version(&mut tx, &org.id, id, requisition.version).await?
    else {
        return Ok(None);
    };
    let texts = tell::texts(&mut tx, &org.id, &requisition.identity_id).await?;
    let mut lines = requisitions::lines(&mut tx, &org.id, id, requisition.version).await?;
    let catalogue = Catalogue::read(&mut tx, &org, &lines).await?;
    let mut questions: Vec<Question> = version
        .questions
        .iter()
        .filter(|q| !is_ours(&q.code))
        .cloned()
        .collect();
    for line in &mut lines {
        questions.extend(missing_quantity(texts, line, &questions, &catalogue));
        questions.extend(source(texts, &mut tx, line, &catalogue).await?);
    }
    let mut verdicts = judge(app, &mut tx, &org, &requisition, &lines, &catalogue).await?;
    let answered = answered(&mut tx, &requisition).await?;
    for verdict in &verdicts {
        let asks = verdict.outcome == Outcome::Fired && verdict.rule.severity == Severity::Ask;
        if asks && !answered.contains(&key(verdict)) {
            questions.push(question(texts, verdict));
        }
    }
    let open = if questions.is_empty() {
        Open::Nothing
    } else {
        Open::Questions
    };
    let (of, heard) = (&requisition, heard.as_ref());
    match look_over::look(app, &mut tx, of, &lines, &catalogue, heard, open).await? {
        Look::Ask(claim) => {
            tx.commit().await?;
            return Ok(Some(claim));
        }
        Look::Wait => return Ok(None),
        Look::Doubt(verdict) => {
            let asks = verdict.rule.severity == Severity::Ask;
            if asks && !answered.contains(&key(&verdict)) {
                questions.push(question(texts, &verdict));
            }
            verdicts.push(verdict);
        }
        Look::None => {}
    }
    requisitions::write_findings(&mut tx, &org.id, id, requisition.version, &verdicts).await?;
    count_asking(&mut tx, &requisition, &version, &mut questions).await?;
    requisitions::set_questions(&mut tx, &org.id, id, requisition.version, &questions).await?;
    let bells = answer(
        app,
        &mut tx,
        &Checked {
            org: &org,
            texts,
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
    Ok(None)
}

/// Questions that checking itself makes, anew each time.
fn is_ours(code: &str) -> bool {
    matches!(code, "supplier" | "B3" | "B5" | look_over::RULE)
}

/// Counts how often each question was sent, this time included: a question that is made anew has
/// the count of its like in the version before.
async fn count_asking(
    tx: &mut Tx,
    requisition: &Requisition,
    version: &Version,
    questions: &mut [Question],
) -> sqlx::Result<()> {
    let (org, id) = (&requisition.org_id, &requisition.id);
    let before = requisitions::version(tx, org, id, requisition.version - 1).await?;
    let earlier = before.map(|v| v.questions.0).unwrap_or_default();
    for question in questions {
        let like = earlier.iter().chain(version.questions.iter());
        let asked = like
            .filter(|q| q.code == question.code && q.text == question.text)
            .map(|q| q.asked)
            .max();
        question.asked = asked.unwrap_or(question.asked).max(question.asked) + 1;
    }
    Ok(())
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
    pub fn text(&self, line: &Line) -> LineText {
        let item = line.item_id.as_ref().and_then(|id| self.items.get(id));
        let words = [Some(line.words.as_str()), line.spec.as_deref()];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = item.map_or_else(|| words.clone(), |i| i.name.clone());
        let differs = !name.to_lowercase().contains(&words.to_lowercase());
        LineText {
            position: line.position,
            name,
            words: differs.then_some(words),
            quantity: line.quantity,
            unit: line.unit.clone(),
            was: line.was,
            price: line.unit_price,
            via: line.spans.iter().find_map(|s| s.via),
        }
    }
}

/// A line without a quantity is asked about, however often it was passed over before.
fn missing_quantity(
    texts: Texts,
    line: &Line,
    asked: &[Question],
    catalogue: &Catalogue,
) -> Option<Question> {
    let is_asked = asked.iter().any(|q| {
        let about = matches!(q.code.as_str(), "qty" | "number_format" | "pack");
        let chooses_item = q.choices.iter().any(|c| c.value.starts_with("item:"));
        about && !chooses_item && q.line == Some(line.position)
    });
    if line.quantity > 0 || is_asked {
        return None;
    }
    Some(Question {
        code: "qty".to_owned(),
        line: Some(line.position),
        text: say!(texts, "ask-quantity", name: catalogue.text(line).name),
        choices: Vec::new(),
        unit: Some(line.unit.clone()),
        asked: 0,
    })
}

/// Gives a line the cheapest offer in its unit; a question if nobody sells it.
async fn source(
    texts: Texts,
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
        text: say!(texts, "ask-no-supplier", name: name),
        choices: vec![choice(say!(texts, "button-take-off"), Value::Off)],
        unit: None,
        asked: 0,
    }))
}

/// A choice as it stands in a question.
pub fn choice(title: impl Into<String>, value: Value) -> Choice {
    Choice {
        title: title.into(),
        value: value.into(),
    }
}

pub fn currency(org: &Org) -> Currency {
    Currency::parse(&org.currency).expect("import refuses an organisation without a currency")
}
