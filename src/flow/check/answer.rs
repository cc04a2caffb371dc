//! What a checked draft is answered with: the questions, the read-back, or a person who takes over.

use std::collections::HashMap;

use chrono::TimeDelta;
use jobs::Job;
use sqlx::types::Json;

use super::{Catalogue, currency};
use crate::app::App;
use crate::domain::money::{Currency, Money};
use crate::domain::requisition::{LineState, Question, RequisitionState};
use crate::flow::office;
use crate::flow::tell::{self, Body, Button};
use crate::flow::texts::{LineText, ReadBack, Texts, fits_buttons, say};
use crate::store::cards;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::people;
use crate::store::requisitions::{self, Line, Move, Requisition, Version};
use crate::store::suppliers::Supplier;

/// A question is sent so often; what is open then goes to a person.
const ASKED: u32 = 2;

/// Hours after which the requester is reminded of what a person took over.
const HANDED_HOURS: i64 = 72;

pub(super) struct Checked<'a> {
    pub org: &'a Org,
    pub texts: Texts,
    pub requisition: &'a Requisition,
    pub version: &'a Version,
    pub lines: &'a [Line],
    pub catalogue: &'a Catalogue,
    pub questions: &'a [Question],
    /// Grows with each answer, so that the next message is not the same cause again.
    pub round: usize,
}

/// Moves the requisition on and says so: one message, with the questions or the read-back.
pub(super) async fn answer(
    app: &App,
    tx: &mut Tx,
    checked: &Checked<'_>,
) -> anyhow::Result<Vec<Job>> {
    let Checked {
        org,
        requisition,
        version,
        questions,
        round,
        ..
    } = checked;
    let now = tx.now().await?;
    let hand_over = questions.iter().any(|q| q.asked > ASKED);
    let to = if questions.is_empty() {
        RequisitionState::ToConfirm
    } else {
        RequisitionState::Asking
    };
    let hours = if hand_over {
        HANDED_HOURS
    } else {
        org.settings.recall_hours
    };
    let step = Move {
        org: &org.id,
        id: &requisition.id,
        version: requisition.version,
        from: RequisitionState::Draft,
        to,
        due_at: Some(now + TimeDelta::hours(hours)),
    };
    if requisitions::move_on(tx, step).await? == 0 {
        return Ok(Vec::new());
    }
    let (kind, body) = if hand_over {
        ("handed_over", self::hand_over(tx, checked).await?)
    } else {
        let subject = requisition.id.as_str();
        cards::done(tx, &org.id, "questions", subject, "answered", None).await?;
        if questions.is_empty() {
            ("read_back", read_back(tx, checked).await?)
        } else {
            ("questions", ask(checked))
        }
    };
    let cause = format!("{}/{}/{round}", requisition.id, requisition.version);
    let say = tell::Say {
        org: &org.id,
        cause: &cause,
        kind,
        to: &requisition.identity_id,
        requisition: Some(&requisition.id),
        burst: version.burst_id.as_ref(),
        body,
    };
    Ok(tell::say(app, tx, say).await?)
}

fn known(checked: &Checked<'_>) -> Vec<LineText> {
    let lines = checked.lines.iter();
    lines.map(|l| checked.catalogue.text(l)).collect()
}

/// One message with all that is open; a single question with choices gets them as buttons or a list.
fn ask(checked: &Checked<'_>) -> Body {
    let Checked {
        texts,
        requisition,
        version,
        questions,
        ..
    } = checked;
    let text = texts.questions(
        requisition.number,
        &known(checked),
        questions,
        &version.notes,
    );
    let [one] = questions else {
        return Body::text(text);
    };
    let plain = fits_buttons(one);
    let choice = |(n, letter): (usize, char)| {
        let title = &one.choices[n].title;
        let title = if plain {
            title.clone()
        } else {
            format!("{letter}) {title}")
        };
        let id = format!("answer:{}:{}:0:{n}", requisition.id, requisition.version);
        Button::new(id, title)
    };
    let choices = (0..one.choices.len()).zip('a'..='z').map(choice).collect();
    Body::choices(*texts, text, choices)
}

async fn read_back(tx: &mut Tx, checked: &Checked<'_>) -> anyhow::Result<Body> {
    let Checked {
        org,
        texts,
        requisition,
        version,
        lines,
        catalogue,
        ..
    } = checked;
    let site = match &requisition.site_id {
        Some(site) => people::site(tx, &org.id, site).await?,
        None => None,
    };
    let site_name = site.map_or_else(String::new, |s| s.name);
    let mut notes = version.notes.0.clone();
    let own_words = lines.iter().filter(|l| l.state == LineState::FreeText);
    notes.extend(own_words.map(|l| say!(texts, "note-office-looks", name: l.words.as_str())));
    let back = ReadBack {
        number: requisition.number,
        lines: &known(checked),
        site: &site_name,
        needed_by: requisition.needed_on(),
        total: estimate(org, lines, catalogue),
        notes: &notes,
    };
    let button = |what: &str, title: String| {
        let id = format!("{what}:{}:{}", requisition.id, requisition.version);
        Button::new(id, title)
    };
    Ok(Body::buttons(
        texts.read_back(&back),
        vec![
            button("confirm", say!(texts, "button-confirm")),
            button("change", say!(texts, "button-change")),
            button("cancel", say!(texts, "button-cancel")),
        ],
    ))
}

/// What nobody answered goes to somebody in the office, and the requester hears who has it.
async fn hand_over(tx: &mut Tx, checked: &Checked<'_>) -> anyhow::Result<Body> {
    let Checked {
        org,
        texts,
        requisition,
        questions,
        ..
    } = checked;
    let buyer = office::buyer(tx, &org.id, &requisition.person_id).await?;
    let open: Vec<&str> = questions.iter().map(|q| q.text.as_str()).collect();
    let card = format!(
        "Request {} is not clear, and its requester was asked twice{}: {}",
        requisition.number,
        buyer.as_ref().map_or_else(String::new, |b| format!(
            "; they were told that {} has it",
            b.name
        )),
        open.join(" / ")
    );
    let new = cards::NewCard {
        org: &org.id,
        kind: "questions",
        subject: "requisition",
        subject_id: requisition.id.as_str(),
        requisition: Some(&requisition.id),
        text: &card,
    };
    cards::lay(tx, new).await?;
    let request = requisition.number;
    Ok(Body::text(match &buyer {
        Some(buyer) => say!(texts, "handed-over", request: request, name: buyer.name.as_str()),
        None => say!(texts, "handed-to-office", request: request),
    }))
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
