//! Is a recipe whole: does every name exist, and is like compared with like.

use toml::Spanned;

use super::expr::{Expr, Op, Term, Type};
use super::locator::{Alternatives, Locator};
use super::sign::Sign;
use super::template::{AddressPart, Template, Var};
use super::{Part, Raw};

mod steps;
mod uses;

pub(super) struct Wrong {
    /// Byte offset in the file.
    pub(super) at: usize,
    pub(super) message: String,
}

type Checked = Result<(), Wrong>;

fn wrong(at: usize, message: impl Into<String>) -> Wrong {
    Wrong {
        at,
        message: message.into(),
    }
}

pub(super) const PARTS: [Part; 10] = [
    Part::Session,
    Part::Login,
    Part::Empty,
    Part::Line,
    Part::Review,
    Part::Orders,
    Part::Order,
    Part::Item,
    Part::Status,
    Part::Documents,
];

pub(super) fn whole(raw: &Raw) -> Checked {
    top(raw)?;
    for (part, steps) in PARTS
        .into_iter()
        .filter_map(|part| Some((part, raw.flow.steps(part)?)))
    {
        if steps.get_ref().is_empty() {
            let at = steps.span().start;
            return Err(wrong(at, format!("flow `{}` has no step", part.name())));
        }
        steps::steps(raw, part, steps::Where::Page, steps.get_ref())?;
    }
    uses::reads(raw)?;
    uses::commit(raw)?;
    pages(raw)
}

fn top(raw: &Raw) -> Checked {
    if *raw.schema.get_ref() != 1 {
        let at = raw.schema.span().start;
        return Err(wrong(at, "this program understands schema 1 only"));
    }
    let id = raw.id.get_ref();
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if id.is_empty() || !id.chars().all(plain) {
        let at = raw.id.span().start;
        return Err(wrong(at, "the id is small letters, digits and hyphens"));
    }
    Ok(())
}

/// Which variables have a value in a part.
fn has(part: Part, var: Var) -> bool {
    match var {
        Var::LineSku | Var::LineQty | Var::LineUnit | Var::LineUrl | Var::LinePage => {
            part == Part::Line
        }
        Var::OrderPo | Var::OrderAddress | Var::OrderCurrency | Var::Address(_) => {
            matches!(part, Part::Empty | Part::Line | Part::Review)
        }
        Var::PastNumber => matches!(part, Part::Order | Part::Status | Part::Documents),
        Var::PastUrl => part == Part::Item,
        Var::SecretUser | Var::SecretPassword => part == Part::Login,
    }
}

fn vars(raw: &Raw, part: Part, at: usize, vars: impl Iterator<Item = Var>) -> Checked {
    for var in vars {
        if let Var::Address(part) = var
            && let Some(message) = lacks(raw, part, var)
        {
            return Err(wrong(at, message));
        }
        if var == Var::LinePage && raw.products.is_empty() {
            return Err(wrong(at, "{line.page} needs a table [products]"));
        }
        if !has(part, var) {
            let message = format!("{{{var}}} has no value in flow `{}`", part.name());
            return Err(wrong(at, message));
        }
    }
    Ok(())
}

/// Which address has no such part.
fn lacks(raw: &Raw, part: AddressPart, var: Var) -> Option<String> {
    if raw.address.is_empty() {
        return Some(format!(
            "{{{var}}} needs a table [address.KEY] for each address"
        ));
    }
    let mut addresses = raw.address.iter();
    addresses
        .find(|(_, parts)| !parts.contains_key(&part))
        .map(|(key, _)| format!("{{{var}}} is not in the address {key:?}"))
}

fn no_secret(at: usize, template: &Template) -> Checked {
    match template.vars().find(|var| var.is_secret()) {
        Some(var) => Err(wrong(
            at,
            format!("{{{var}}} may only be filled into a field"),
        )),
        None => Ok(()),
    }
}

fn loc(raw: &Raw, part: Part, at: usize, name: &str) -> Checked {
    let Some(alternatives) = raw.loc.get(name) else {
        return Err(wrong(at, format!("[loc] has no {name:?}")));
    };
    let alternatives = alternatives.get_ref();
    if let Some(var) = alternatives.vars().find(|var| var.is_secret()) {
        let message = format!("{{{var}}} may only be filled into a field");
        return Err(wrong(raw.loc[name].span().start, message));
    }
    if alternatives.is_page() {
        let message = "url and title can be read, but they are no element of the page";
        return Err(wrong(raw.loc[name].span().start, message));
    }
    vars(raw, part, at, alternatives.vars())
}

fn expression(raw: &Raw, part: Part, at: usize, expr: &Expr) -> Checked {
    let left = term(raw, part, at, &expr.left)?;
    let right = term(raw, part, at, &expr.right)?;
    let rows = left == Type::Rows || right == Type::Rows;
    if rows {
        let (Term::Rows(read), Op::Is, Term::OrderLines) = (&expr.left, expr.op, &expr.right)
        else {
            return Err(wrong(
                at,
                "rows compare only as: READ == order.lines by \"sku,qty\"",
            ));
        };
        return by(raw, at, read, &expr.by);
    }
    if !expr.by.is_empty() {
        return Err(wrong(at, "`by` is for rows only"));
    }
    let numeric = |kind: Type| matches!(kind, Type::Quantity | Type::Money);
    let alike = left == right
        || (left == Type::Number && numeric(right))
        || (right == Type::Number && numeric(left));
    if !alike {
        return Err(wrong(
            at,
            format!("{:?} compares things of different types", expr.source),
        ));
    }
    match expr.op {
        Op::In if left != Type::Text => Err(wrong(at, "`in` is for texts only")),
        Op::AtMost | Op::AtLeast if left == Type::Text => {
            Err(wrong(at, "texts compare with ==, != and in only"))
        }
        Op::Is | Op::IsNot | Op::AtMost | Op::AtLeast | Op::In => Ok(()),
    }
}

fn by(raw: &Raw, at: usize, read: &str, names: &[String]) -> Checked {
    if names.is_empty() {
        return Err(wrong(at, "rows need `by`, for example by = \"sku,qty\""));
    }
    let fields = &raw.read[read].get_ref().fields;
    for name in names {
        let ours = super::expr::line_field(name)
            .ok_or_else(|| wrong(at, format!("a line has no {name:?}")))?;
        let theirs = fields
            .get(name)
            .ok_or_else(|| wrong(at, format!("[read.{read}] has no {name:?}")))?;
        if Type::from(theirs.kind) != ours.kind() {
            return Err(wrong(
                at,
                format!("{name:?} has different types on both sides"),
            ));
        }
    }
    Ok(())
}

fn term(raw: &Raw, part: Part, at: usize, term: &Term) -> Result<Type, Wrong> {
    let table = |read: &str| {
        raw.read
            .get(read)
            .map(Spanned::get_ref)
            .ok_or_else(|| wrong(at, format!("there is no [read.{read}]")))
    };
    match term {
        Term::Line(field) if part == Part::Line => Ok(field.kind()),
        Term::Line(_) => Err(wrong(at, "only flow `line` has a line")),
        Term::Order(_) | Term::OrderLines
            if !matches!(part, Part::Empty | Part::Line | Part::Review) =>
        {
            Err(wrong(at, format!("flow `{}` has no order", part.name())))
        }
        Term::Order(field) => Ok(field.kind()),
        Term::OrderLines => Ok(Type::Rows),
        Term::Rows(read) => match table(read)?.each {
            Some(_) => Ok(Type::Rows),
            None => Err(wrong(at, format!("[read.{read}] has no rows"))),
        },
        Term::Read { read, field } => {
            let table = table(read)?;
            if table.each.is_some() {
                return Err(wrong(at, format!("[read.{read}] has rows, not one value")));
            }
            table
                .fields
                .get(field)
                .map(|field| field.kind.into())
                .ok_or_else(|| wrong(at, format!("[read.{read}] has no {field:?}")))
        }
        Term::Text(_) => Ok(Type::Text),
        Term::Number(_) => Ok(Type::Number),
    }
}

fn pages(raw: &Raw) -> Checked {
    for page in raw.page.values() {
        sign(page.span().start, &page.get_ref().sign)?;
    }
    for read in raw.read.values() {
        let table = read.get_ref();
        let page_wide = [&table.each, &table.empty, &table.next];
        if let Some(var) = page_wide
            .into_iter()
            .flatten()
            .flat_map(Locator::vars)
            .next()
        {
            let message = format!("each, empty and next cannot name {{{var}}}");
            return Err(wrong(read.span().start, message));
        }
    }
    Ok(())
}

/// Signs are looked for in every part, so they cannot depend on one.
fn sign(at: usize, sign: &Sign) -> Checked {
    match sign.at.iter().flat_map(Alternatives::vars).next() {
        Some(var) => Err(wrong(at, format!("a page's sign cannot name {{{var}}}"))),
        None => Ok(()),
    }
}
