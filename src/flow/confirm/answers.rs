//! Answers: what was pressed or written to questions becomes lines, a site and a day.
//!
//! **Invariant:** pure but for its last step; an answer changes what its question names and nothing else.

use std::fmt;

use chrono::NaiveDate;
use jobs::Job;

use crate::app::App;
use crate::domain::ids::{ItemId, PersonId, SiteId};
use crate::domain::requisition::{LineState, Question, RequisitionState};
use crate::flow::{look_over, tell};
use crate::store::db::Tx;
use crate::store::requisitions::{self, Line, Move, NewLine, NewVersion, Requisition};

/// An answer to one question, as it stands in a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// It is right, or: leave it out.
    Right,
    /// The line goes.
    Off,
    /// The office is to look for the line.
    Office,
    /// The whole is no order.
    Nothing,
    Item(ItemId),
    Site(SiteId),
    Day(NaiveDate),
    /// So many thousandths, of a unit if one was said.
    Quantity(i64, Option<String>),
    /// So many of the line of these words.
    For(i64, Option<String>, String),
    /// What else the item is called.
    Called(String),
    /// Of what kind it is.
    Kind(String),
}

impl Value {
    pub fn parse(text: &str) -> Option<Self> {
        let (head, rest) = text.split_once(':').unwrap_or((text, ""));
        let amount = |text: &str| -> Option<(i64, Option<String>)> {
            let (number, unit) = text.split_once(':').unwrap_or((text, ""));
            let unit = (!unit.is_empty()).then(|| unit.to_owned());
            Some((number.parse().ok()?, unit))
        };
        Some(match head {
            "ok" => Self::Right,
            "off" => Self::Off,
            "office" => Self::Office,
            "nothing" => Self::Nothing,
            "item" => Self::Item(rest.into()),
            "site" => Self::Site(rest.into()),
            "day" => Self::Day(rest.parse().ok()?),
            "qty" => {
                let (number, unit) = amount(rest)?;
                Self::Quantity(number, unit)
            }
            "for" => {
                let mut parts = rest.splitn(3, ':');
                let (number, unit) = (parts.next()?, parts.next()?);
                let (number, unit) = amount(&format!("{number}:{unit}"))?;
                Self::For(number, unit, parts.next()?.to_owned())
            }
            "called" => Self::Called(rest.to_owned()),
            "kind" => Self::Kind(rest.to_owned()),
            _ => return None,
        })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = |unit: &Option<String>| unit.clone().unwrap_or_default();
        match self {
            Self::Right => f.write_str("ok"),
            Self::Off => f.write_str("off"),
            Self::Office => f.write_str("office"),
            Self::Nothing => f.write_str("nothing"),
            Self::Item(item) => write!(f, "item:{item}"),
            Self::Site(site) => write!(f, "site:{site}"),
            Self::Day(day) => write!(f, "day:{day}"),
            Self::Quantity(number, of) => write!(f, "qty:{number}:{}", unit(of)),
            Self::For(number, of, words) => write!(f, "for:{number}:{}:{words}", unit(of)),
            Self::Called(words) => write!(f, "called:{words}"),
            Self::Kind(kind) => write!(f, "kind:{kind}"),
        }
    }
}

impl From<Value> for String {
    fn from(value: Value) -> Self {
        value.to_string()
    }
}

/// A draft after answers.
#[derive(Clone, Debug)]
pub struct Answered {
    /// With the positions that they had.
    pub lines: Vec<Line>,
    pub site: Option<SiteId>,
    pub needed_by: Option<NaiveDate>,
    /// What is still open.
    pub open: Vec<Question>,
    /// Rules whose findings were answered, each with its line.
    pub rules: Vec<(String, Option<i64>)>,
    /// Something beside that was answered.
    pub changed: bool,
    /// It is no order after all.
    pub nothing: bool,
    /// Questions that were answered by words which may be no answer: the position, the code, and how
    /// often it was asked.
    pub tried: Vec<(i64, String, u32)>,
    /// Who answers.
    person: PersonId,
}

/// Applies answers, each with the place of its question.
pub fn answered(
    requisition: &Requisition,
    lines: Vec<Line>,
    questions: &[Question],
    answers: &[(usize, Value)],
) -> Answered {
    let mut out = Answered {
        lines,
        site: requisition.site_id.clone(),
        needed_by: requisition.needed_on(),
        open: Vec::new(),
        rules: Vec::new(),
        changed: false,
        nothing: false,
        tried: Vec::new(),
        person: requisition.person_id.clone(),
    };
    for (at, question) in questions.iter().enumerate() {
        match answers.iter().find(|(n, _)| *n == at) {
            Some((_, value)) => out.take(question, value),
            None => out.open.push(question.clone()),
        }
    }
    let kept: Vec<i64> = out.lines.iter().map(|l| l.position).collect();
    out.open
        .retain(|q| q.line.is_none_or(|line| kept.contains(&line)));
    out
}

impl Answered {
    fn take(&mut self, question: &Question, value: &Value) {
        let of_rule = matches!(question.code.as_str(), "B3" | "B5" | look_over::RULE);
        if *value == Value::Right && of_rule {
            self.rules.push((question.code.clone(), question.line));
            return;
        }
        self.changed = true;
        if let (Value::Called(_) | Value::Kind(_), Some(line)) = (value, question.line) {
            let tried = (line, question.code.clone(), question.asked);
            self.tried.push(tried);
        }
        let at = |lines: &[Line]| lines.iter().position(|l| Some(l.position) == question.line);
        match value {
            Value::Right => {}
            Value::Nothing => self.nothing = true,
            Value::Off => self.lines.retain(|l| Some(l.position) != question.line),
            Value::Office => {
                if let Some(at) = at(&self.lines) {
                    self.lines[at].state = LineState::FreeText;
                }
            }
            Value::Site(site) => self.site = Some(site.clone()),
            Value::Day(day) => self.needed_by = Some(*day),
            Value::For(number, unit, words) => {
                let line = self.lines.iter_mut().find(|l| l.words == *words);
                if let Some(line) = line {
                    set(line, *number, unit.as_deref());
                }
            }
            Value::Item(item) => {
                if let Some(at) = at(&self.lines) {
                    self.lines[at].item_id = Some(item.clone());
                    // Which size of a thing is meant is said each time: it teaches no name.
                    if question.code == "item" {
                        self.lines[at].item_by = Some(self.person.clone());
                    }
                }
            }
            Value::Quantity(number, unit) => {
                if let Some(at) = at(&self.lines) {
                    let unit = unit.as_deref().or(question.unit.as_deref());
                    set(&mut self.lines[at], *number, unit);
                }
            }
            Value::Called(words) => {
                if let Some(at) = at(&self.lines) {
                    let line = &mut self.lines[at];
                    line.words.clone_from(words);
                    line.spec = None;
                    line.item_id = None;
                    line.item_by = None;
                    line.state = LineState::Open;
                }
            }
            Value::Kind(kind) => {
                if let Some(at) = at(&self.lines) {
                    let line = &mut self.lines[at];
                    line.spec = Some(match &line.spec {
                        Some(spec) => format!("{spec} {kind}"),
                        None => kind.clone(),
                    });
                    line.item_id = None;
                    line.item_by = None;
                }
            }
        }
    }
}

fn set(line: &mut Line, number: i64, unit: Option<&str>) {
    line.was = (line.quantity > 0).then_some(line.quantity);
    line.quantity = number;
    if let Some(unit) = unit {
        unit.clone_into(&mut line.unit);
    }
}

/// Writes what pressed answers made of a draft: a new version, or a new look at this one.
pub async fn apply(
    app: &App,
    tx: &mut Tx,
    requisition: &Requisition,
    questions: &[Question],
    answers: &[(usize, Value)],
) -> anyhow::Result<Vec<Job>> {
    let (org, id, version) = (&requisition.org_id, &requisition.id, requisition.version);
    let lines = requisitions::lines(tx, org, id, version).await?;
    let mut known: Vec<Line> = lines;
    for line in &mut known {
        line.was = None;
    }
    let out = answered(requisition, known, questions, answers);
    for (rule, line) in &out.rules {
        requisitions::answer_findings(tx, org, id, version, rule, *line).await?;
    }
    let check = Job::Check {
        requisition: id.to_string(),
    };
    if out.nothing || out.lines.is_empty() {
        let texts = tell::texts(tx, org, &requisition.identity_id).await?;
        let text = super::cancel(tx, texts, requisition).await?;
        let cause = format!("{id}/{version}/emptied");
        let say = tell::Say {
            org,
            cause: &cause,
            kind: "cancelled",
            to: &requisition.identity_id,
            requisition: Some(id),
            burst: None,
            body: tell::Body::text(text),
        };
        return Ok(tell::say(app, tx, say).await?);
    }
    if !out.changed {
        let step = Move {
            org,
            id,
            version,
            from: RequisitionState::Asking,
            to: RequisitionState::Draft,
            due_at: Some(tx.now().await?),
        };
        requisitions::move_on(tx, step).await?;
        return Ok(vec![check]);
    }
    // Line positions shift when a line is taken off: the questions that stay move with them.
    let mut open = out.open;
    for question in &mut open {
        if let Some(line) = question.line {
            let at = out.lines.iter().position(|l| l.position == line);
            question.line = at.and_then(|at| i64::try_from(at + 1).ok());
        }
    }
    let new = NewVersion {
        burst: None,
        identity: &requisition.identity_id,
        site: out.site.as_ref(),
        needed_by: out.needed_by,
        questions: open,
        notes: Vec::new(),
        lines: out.lines.into_iter().map(NewLine::again).collect(),
    };
    requisitions::write_version(tx, requisition, new).await?;
    Ok(vec![check])
}
