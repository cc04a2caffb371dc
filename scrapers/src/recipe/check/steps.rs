//! The steps: does what they name exist, and does every variable have a value there.

use toml::Spanned;

use super::super::locator::Alternatives;
use super::super::step::{Condition, Step, Upload};
use super::super::template::Var;
use super::super::{Part, Raw};
use super::{Checked, expression, has, loc, no_secret, vars, wrong};

/// What a step looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    Page,
    Frame,
}

pub(super) fn steps(raw: &Raw, part: Part, place: Where, steps: &[Spanned<Step>]) -> Checked {
    for step in steps {
        let at = step.span().start;
        one(raw, part, place, (at, step.get_ref()))?;
        let inside = match step.get_ref() {
            Step::Frame { .. } => Where::Frame,
            Step::Popup { .. } => Where::Page,
            _ => place,
        };
        self::steps(raw, part, inside, step.get_ref().inner())?;
    }
    Ok(())
}

fn one(raw: &Raw, part: Part, place: Where, (at, step): (usize, &Step)) -> Checked {
    match step {
        Step::Go(_) | Step::Popup { .. } if place == Where::Frame => {
            Err(wrong(at, "inside a frame there is no `go` and no `popup`"))
        }
        Step::Go(url) => {
            no_secret(at, url)?;
            vars(raw, part, at, url.vars())
        }
        Step::Click { at: name, .. }
        | Step::Check { at: name, .. }
        | Step::Press { at: name, .. }
        | Step::Frame { at: name, .. }
        | Step::Popup { at: name, .. } => loc(raw, part, at, name),
        Step::Fill { at: name, with } => {
            loc(raw, part, at, name)?;
            vars(raw, part, at, with.vars())
        }
        Step::Select { at: name, with } => {
            no_secret(at, with)?;
            loc(raw, part, at, name)?;
            vars(raw, part, at, with.vars())
        }
        Step::Upload(file) => upload(raw, part, at, file),
        Step::Download { .. } | Step::Print(_) if part != Part::Documents => Err(wrong(
            at,
            "`download` and `print` belong into flow `documents`",
        )),
        Step::Download { at: name, .. } => loc(raw, part, at, name),
        Step::Print(_) | Step::Fail(_) => Ok(()),
        Step::Expect(expected) => condition(raw, part, at, &expected.condition, Reread::Yes),
        Step::Read(name) => read(raw, part, at, name),
        Step::Assert { expr, fail: _ } => expression(raw, part, at, expr),
        Step::KeepUrl => vars(raw, part, at, std::iter::once(Var::LineUrl)),
        Step::When {
            condition: if_so, ..
        }
        | Step::While {
            condition: if_so, ..
        } => condition(raw, part, at, if_so, Reread::No),
    }
}

fn read(raw: &Raw, part: Part, at: usize, name: &str) -> Checked {
    let read = raw
        .read
        .get(name)
        .ok_or_else(|| wrong(at, format!("there is no [read.{name}]")))?;
    let fields = read.get_ref().fields.values();
    let named = fields
        .filter_map(|field| field.at.as_ref())
        .flat_map(Alternatives::vars);
    vars(raw, part, at, named)
}

/// Does the engine read the values again until they are as they should be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reread {
    Yes,
    No,
}

fn condition(raw: &Raw, part: Part, at: usize, condition: &Condition, reread: Reread) -> Checked {
    match condition {
        Condition::Present(name) | Condition::Absent(name) => loc(raw, part, at, name),
        Condition::Holds(expr) => {
            expression(raw, part, at, expr)?;
            for name in expr.reads().filter(|_| reread == Reread::Yes) {
                read(raw, part, at, name)?;
                if raw.read[name].get_ref().next.is_some() {
                    let message = format!("[read.{name}] has `next`: it cannot be waited for");
                    return Err(wrong(at, message));
                }
            }
            Ok(())
        }
    }
}

fn upload(raw: &Raw, part: Part, at: usize, file: &Upload) -> Checked {
    loc(raw, part, at, &file.at)?;
    if !has(part, Var::OrderPo) {
        let message = format!("flow `{}` has no order to make a file of", part.name());
        return Err(wrong(at, message));
    }
    if let Some(text) = &file.text {
        no_secret(at, text)?;
        vars(raw, part, at, text.vars())?;
    }
    if let Some(line) = &file.each_line {
        no_secret(at, line)?;
        if let Some(var) = line
            .vars()
            .find(|var| !has(Part::Line, *var) || *var == Var::LineUrl)
        {
            return Err(wrong(at, format!("{{{var}}} has no value in `each_line`")));
        }
    }
    Ok(())
}
