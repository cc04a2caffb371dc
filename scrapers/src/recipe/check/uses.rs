//! The reads and the commit, whose values the engine itself uses.

use toml::Spanned;

use super::super::read::{Field, Read};
use super::super::request::Wanted;
use super::super::step::{Condition, Step};
use super::super::{Part, Raw, Requirement, Steps};
use super::{Checked, Wrong, loc, sign, wrong};
use crate::value::Kind;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Rows,
    One,
}

/// A read whose values the engine itself uses.
fn fixed<'a>(
    raw: &'a Raw,
    name: &str,
    shape: Shape,
    steps: &Steps,
) -> Result<&'a Spanned<Read>, Wrong> {
    let here = steps.span().start;
    let read = raw
        .read
        .get(name)
        .ok_or_else(|| wrong(here, format!("there is no [read.{name}]")))?;
    let rows = if read.get_ref().each.is_some() {
        Shape::Rows
    } else {
        Shape::One
    };
    if rows != shape {
        let needs = match shape {
            Shape::Rows => "needs `each`",
            Shape::One => "cannot have `each`",
        };
        return Err(wrong(read.span().start, format!("[read.{name}] {needs}")));
    }
    if !reads_always(steps.get_ref(), name) {
        return Err(wrong(
            here,
            format!("this flow must read {name:?}, outside of when and while"),
        ));
    }
    Ok(read)
}

/// Is it read whenever these steps run to their end.
fn reads_always(steps: &[Spanned<Step>], name: &str) -> bool {
    steps.iter().any(|step| match step.get_ref() {
        Step::Read(read) => read == name,
        Step::Expect(expected) => match &expected.condition {
            Condition::Holds(expr) => expr.reads().any(|read| read == name),
            Condition::Present(_) | Condition::Absent(_) => false,
        },
        Step::Frame { steps, .. } | Step::Popup { steps, .. } => reads_always(steps, name),
        _ => false,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Always,
    MayLack,
}

fn field(read: &Spanned<Read>, name: &str, kinds: &[Kind], need: Need) -> Checked {
    let at = read.span().start;
    let problem = match read.get_ref().fields.get(name) {
        None if need == Need::Always => format!("this read needs the field {name:?}"),
        Some(Field { kind, .. }) if !kinds.contains(kind) => {
            format!("the field {name:?} has the wrong type")
        }
        Some(field) if field.optional && need == Need::Always => {
            format!("the field {name:?} cannot be optional")
        }
        None | Some(_) => return Ok(()),
    };
    Err(wrong(at, problem))
}

pub(super) fn reads(raw: &Raw) -> Checked {
    const TEXT: &[Kind] = &[Kind::Text];
    const MONEY: &[Kind] = &[Kind::Money];
    const QUANTITY: &[Kind] = &[Kind::Int, Kind::Quantity];
    let cart = fixed(raw, "cart", Shape::Rows, &raw.flow.review)?;
    let named = if cart.get_ref().fields.contains_key("sku") {
        "sku"
    } else {
        "url"
    };
    field(cart, named, TEXT, Need::Always)?;
    if named == "url" && !keeps_url(raw.flow.line.get_ref()) {
        let message = "cart lines are known by url, so flow `line` must set line.url";
        return Err(wrong(cart.span().start, message));
    }
    field(cart, "qty", QUANTITY, Need::Always)?;
    let price = if cart.get_ref().fields.contains_key("amount") {
        "amount"
    } else {
        "price"
    };
    field(cart, price, MONEY, Need::Always)?;
    field(cart, "price", MONEY, Need::MayLack)?;
    field(cart, "unit", TEXT, Need::MayLack)?;
    let review = fixed(raw, "review", Shape::One, &raw.flow.review)?;
    field(review, "total", MONEY, Need::Always)?;
    field(review, "address", TEXT, Need::Always)?;
    for name in ["freight", "tax"] {
        field(review, name, MONEY, Need::MayLack)?;
    }
    for name in ["currency", "reference", "account"] {
        field(review, name, TEXT, Need::MayLack)?;
    }
    let orders = fixed(raw, "orders", Shape::Rows, &raw.flow.orders)?;
    if orders.get_ref().empty.is_none() {
        let message = "orders needs `empty`: what an account without orders sees";
        return Err(wrong(orders.span().start, message));
    }
    field(orders, "number", TEXT, Need::Always)?;
    field(orders, "reference", TEXT, Need::MayLack)?;
    field(orders, "total", MONEY, Need::MayLack)?;
    field(
        orders,
        "placed",
        &[Kind::Date, Kind::Datetime],
        Need::MayLack,
    )?;
    if !["reference", "total"]
        .iter()
        .any(|name| orders.get_ref().fields.contains_key(*name))
    {
        let message = "orders must read `reference` or `total`, or ours could not be told";
        return Err(wrong(orders.span().start, message));
    }
    past(raw)
}

/// What is read of an order that was placed.
fn past(raw: &Raw) -> Checked {
    const TEXT: &[Kind] = &[Kind::Text];
    const QUANTITY: &[Kind] = &[Kind::Int, Kind::Quantity];
    if let Some(steps) = &raw.flow.order {
        let lines = fixed(raw, "order_lines", Shape::Rows, steps)?;
        field(lines, "qty", QUANTITY, Need::Always)?;
        if lines.get_ref().fields.contains_key("sku") {
            field(lines, "sku", TEXT, Need::Always)?;
        } else {
            field(lines, "url", TEXT, Need::Always)?;
            let Some(steps) = &raw.flow.item else {
                let message = "order_lines are known by url, so there must be a flow `item`";
                return Err(wrong(lines.span().start, message));
            };
            let item = fixed(raw, "item", Shape::One, steps)?;
            field(item, "sku", TEXT, Need::Always)?;
        }
    }
    if let Some(steps) = &raw.flow.status {
        let status = fixed(raw, "status", Shape::One, steps)?;
        field(status, "state", TEXT, Need::Always)?;
        field(status, "tracking", TEXT, Need::MayLack)?;
        field(status, "carrier", TEXT, Need::MayLack)?;
        let dates = &[Kind::Date, Kind::Datetime];
        field(status, "expected", dates, Need::MayLack)?;
    }
    match &raw.flow.documents {
        Some(steps) if !keeps_a_file(steps.get_ref()) => {
            let message = "flow `documents` needs a `download` or a `print`";
            Err(wrong(steps.span().start, message))
        }
        Some(_) | None => Ok(()),
    }
}

fn keeps_a_file(steps: &[Spanned<Step>]) -> bool {
    steps.iter().any(|step| {
        let step = step.get_ref();
        matches!(step, Step::Download { .. } | Step::Print(_)) || keeps_a_file(step.inner())
    })
}

fn keeps_url(steps: &[Spanned<Step>]) -> bool {
    steps
        .iter()
        .any(|step| matches!(step.get_ref(), Step::KeepUrl))
}

/// Is there such a value to compare a field of the order request with.
fn sent(raw: &Raw, at: usize, name: &str, read: &str, field: &str, minor: u32) -> Checked {
    let table = raw.read.get(read).map(Spanned::get_ref);
    let Some(known) = table
        .filter(|table| table.each.is_none())
        .and_then(|table| table.fields.get(field))
    else {
        let message = format!("commit.request: {name:?} needs {read}.{field}, which is not read");
        return Err(wrong(at, message));
    };
    match known.kind {
        Kind::Money => Ok(()),
        Kind::Text | Kind::Int | Kind::Quantity if minor == 0 => Ok(()),
        Kind::Text | Kind::Int | Kind::Quantity | Kind::Date | Kind::Datetime => {
            let message =
                format!("commit.request: {name:?} cannot be compared with {read}.{field}");
            Err(wrong(at, message))
        }
    }
}

pub(super) fn commit(raw: &Raw) -> Checked {
    let at = raw.commit.span().start;
    let commit = raw.commit.get_ref();
    loc(raw, Part::Review, at, &commit.click)?;
    if !commit.requires.contains(&Requirement::ReviewMatches) {
        let message = "commit.requires must contain \"review matches order.document\"";
        return Err(wrong(at, message));
    }
    for (name, wanted) in &commit.request.fields {
        match wanted {
            Wanted::Anything | Wanted::Optional => {}
            Wanted::Text(text) => {
                super::no_secret(at, text)?;
                super::vars(raw, Part::Review, at, text.vars())?;
            }
            Wanted::Read { read, field, minor } => sent(raw, at, name, read, field, *minor)?,
        }
    }
    let read = &commit.placed.read;
    let confirm = raw
        .read
        .get(read)
        .ok_or_else(|| wrong(at, format!("there is no [read.{read}]")))?;
    if confirm.get_ref().each.is_some() {
        return Err(wrong(
            confirm.span().start,
            "a confirmation cannot have `each`",
        ));
    }
    field(confirm, "number", &[Kind::Text], Need::Always)?;
    field(confirm, "total", &[Kind::Money], Need::MayLack)?;
    sign(at, &commit.placed.sign)?;
    match &commit.refused {
        Some(refused) if refused.0.at.is_none() => Err(wrong(
            at,
            "commit.refused needs `at`: its text is what people get to read",
        )),
        Some(refused) => sign(at, &refused.0),
        None => Ok(()),
    }
}
