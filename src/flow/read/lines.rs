//! Lines: operations become lines, and these get their items.

use super::aim::draft_line;
use super::ask::ask;
use super::hear::Heard;
use crate::domain::catalogue::{Asked, Index, Match, Open};
use crate::domain::ids::{ItemId, PersonId, SiteId};
use crate::domain::quantity::Unit;
use crate::domain::requisition::{LineState, Question, Source, Via};
use crate::flow::check::choice;
use crate::flow::confirm::Value;
use crate::flow::texts::{Texts, say};
use crate::language::{self, DraftLine, Operation, Provenance, Reading, Span, UnitFrom};
use crate::store::catalogue;
use crate::store::db::Tx;
use crate::store::orgs::Org;
use crate::store::people::Person;
use crate::store::requisitions::{Line, NewLine};

/// A line after the operations, before the catalogue.
pub(super) struct Folded {
    /// Its number as the reading counts lines.
    pub(super) number: usize,
    pub(super) words: String,
    pub(super) spec: Option<String>,
    /// How much is in one: "50 kg".
    pub(super) pack: Option<String>,
    pub(super) item: Option<ItemId>,
    pub(super) item_by: Option<PersonId>,
    /// Free text, once its requester left it to the office.
    pub(super) state: LineState,
    /// Zero: not known yet.
    pub(super) quantity: i64,
    pub(super) unit: String,
    pub(super) unit_from: UnitFrom,
    pub(super) was: Option<i64>,
    pub(super) spans: Vec<Source>,
    /// The position that the line had before.
    pub(super) from: Option<i64>,
}

/// Applies the operations of one request to the lines there were.
pub(super) fn fold(
    lines: &[Line],
    reading: &Reading,
    request: usize,
    heard: &Heard,
) -> Vec<Folded> {
    let before: Vec<DraftLine> = if request == 0 {
        lines.iter().map(draft_line).collect()
    } else {
        Vec::new()
    };
    let read = &reading.requests[request];
    let added: Vec<UnitFrom> = read
        .operations
        .iter()
        .filter_map(|o| match o {
            Operation::Add(line) => Some(line.unit_from),
            Operation::Set { .. }
            | Operation::Increase { .. }
            | Operation::Decrease { .. }
            | Operation::Remove { .. }
            | Operation::Replace { .. }
            | Operation::CancelAll { .. } => None,
        })
        .collect();
    let folded = language::fold_request(&before, read);
    folded
        .lines
        .into_iter()
        .map(|line| {
            let old = line.draft.and_then(|n| lines.get(n));
            let same_words = old.is_some_and(|o| o.words == line.item && o.spec == line.spec);
            let mut spans: Vec<Source> = old.map(|o| o.spans.0.clone()).unwrap_or_default();
            spans.extend(line.spans.iter().filter_map(|s| source(heard, *s)));
            let unit = line
                .quantity
                .as_ref()
                .map(|q| q.unit.code().to_owned())
                .or_else(|| old.map(|o| o.unit.clone()))
                .unwrap_or_else(|| Unit::piece().code().to_owned());
            let counted = unit == Unit::piece().code();
            let unit_from = line
                .number
                .checked_sub(before.len())
                .and_then(|n| added.get(n).copied())
                .unwrap_or(if counted {
                    UnitFrom::Counted
                } else {
                    UnitFrom::Said
                });
            Folded {
                number: line.number,
                item: old.filter(|_| same_words).and_then(|o| o.item_id.clone()),
                item_by: old.filter(|_| same_words).and_then(|o| o.item_by.clone()),
                state: old
                    .filter(|o| same_words && o.state == LineState::FreeText)
                    .map_or(LineState::Open, |o| o.state),
                words: line.item,
                spec: line.spec,
                pack: line
                    .pack
                    .map(|p| format!("{} {}", p.size.number(), p.size.unit.word())),
                quantity: line.quantity.as_ref().map_or(0, |q| q.thousandths),
                unit,
                unit_from,
                // An answer may have changed it just before.
                was: line
                    .was
                    .map(|q| q.thousandths)
                    .or_else(|| old.filter(|_| same_words).and_then(|o| o.was)),
                spans,
                from: old.map(|o| o.position),
            }
        })
        .collect()
}

pub(super) fn source(heard: &Heard, span: Span) -> Option<Source> {
    let message = heard.messages.get(*heard.of.get(span.message)?)?;
    Some(Source {
        message: message.id.to_string(),
        start: span.start,
        end: span.end,
        via: match heard.said.get(span.message)?.provenance {
            Provenance::Typed => None,
            Provenance::Forwarded => Some(Via::Forwarded),
            Provenance::Voice => Some(Via::Voice),
            Provenance::Photo => Some(Via::Picture),
            Provenance::Document => Some(Via::Document),
        },
    })
}

/// The organisation's catalogue, for finding what words mean.
pub(super) struct Matcher<'a> {
    index: &'a Index,
    /// Items of the person's and of the site's last requests.
    person: Vec<ItemId>,
    site: Vec<ItemId>,
}

impl<'a> Matcher<'a> {
    pub(super) async fn read(
        tx: &mut Tx,
        org: &Org,
        index: &'a Index,
        person: &Person,
        site: Option<&SiteId>,
    ) -> sqlx::Result<Self> {
        let person = catalogue::lately_of_person(tx, &org.id, &person.id).await?;
        let site = match site {
            Some(site) => catalogue::lately_of_site(tx, &org.id, site).await?,
            None => Vec::new(),
        };
        Ok(Self {
            index,
            person,
            site,
        })
    }

    /// Names that may be meant by words, the likeliest first.
    pub(super) fn candidates(&self, words: &str) -> Vec<String> {
        let asked = Asked {
            words,
            spec: None,
            pack: None,
            person: &self.person,
            site: &self.site,
        };
        match self.index.find(&asked) {
            Match::One(entry) => vec![entry.name.clone()],
            Match::Several(few) => few.items.iter().map(|entry| entry.name.clone()).collect(),
            Match::None => Vec::new(),
        }
    }

    fn asked<'b>(&'b self, folded: &'b Folded) -> Asked<'b> {
        Asked {
            words: &folded.words,
            spec: folded.spec.as_deref(),
            pack: folded.pack.as_deref(),
            person: &self.person,
            site: &self.site,
        }
    }

    /// Gives a line its item and the item's unit where none was said; what is open is asked.
    pub(super) fn line(
        &self,
        texts: Texts,
        folded: Folded,
        position: i64,
    ) -> (NewLine, Option<Question>) {
        let spoken = match &folded.spec {
            Some(spec) => format!("{} {spec}", folded.words),
            None => folded.words.clone(),
        };
        let off = || choice(say!(texts, "button-take-off"), Value::Off);
        let (item, mut question) = match folded.item {
            Some(item) => (Some(item), None),
            None if folded.state == LineState::FreeText => (None, None),
            None => match self.index.find(&self.asked(&folded)) {
                Match::One(entry) => (Some(entry.id.clone()), None),
                Match::Several(few) => {
                    let items = few.items.iter();
                    let choices = items
                        .map(|e| choice(e.name.as_str(), Value::Item(e.id.clone())))
                        .chain([off()])
                        .collect();
                    let text = say!(texts, "ask-which-item", words: spoken.as_str());
                    let code = match few.open {
                        Open::Item => "item",
                        Open::Pack => "pack",
                        Open::Variant => "variant",
                    };
                    (None, Some(ask(code, Some(position), text, choices)))
                }
                Match::None => {
                    let text = say!(texts, "ask-no-item", words: spoken.as_str());
                    let office = choice(say!(texts, "button-office"), Value::Office);
                    (
                        None,
                        Some(ask("item", Some(position), text, vec![office, off()])),
                    )
                }
            },
        };
        let mut unit = folded.unit;
        let entry = item.as_ref().and_then(|i| self.index.get(i));
        if let Some(sold) = entry.map(|e| &e.unit)
            && *sold != unit
        {
            match folded.unit_from {
                // How many is asked anyhow, in the unit that it is sold in.
                _ if folded.quantity <= 0 => unit.clone_from(sold),
                UnitFrom::Counted | UnitFrom::Missing => unit.clone_from(sold),
                UnitFrom::Said => {
                    let said = texts.quantity(folded.quantity, &unit);
                    let text = say!(texts, "ask-sold-by", said: said, name: spoken.as_str(),
                        unit: texts.unit(sold, 1000));
                    question = question.or(Some(Question {
                        unit: Some(sold.clone()),
                        ..ask("unit", Some(position), text, Vec::new())
                    }));
                }
            }
        }
        let line = NewLine {
            state: folded.state,
            words: folded.words,
            spec: folded.spec,
            item,
            item_by: folded.item_by,
            quantity: folded.quantity,
            unit,
            was: folded.was,
            spans: folded.spans,
        };
        (line, question)
    }
}
