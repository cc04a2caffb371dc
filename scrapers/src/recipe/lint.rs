//! What a recipe that loads could do better.

use std::collections::BTreeSet;

use toml::Spanned;

use super::expr::Expr;
use super::step::{Condition, Step};
use super::{Recipe, place};

/// A piece of advice with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Counted from 1.
    pub line: Option<usize>,
    /// The table and key on that line.
    pub key: Option<String>,
    pub message: String,
}

impl std::fmt::Display for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, &self.key) {
            (Some(line), Some(key)) => write!(f, "line {line}, {key}: {}", self.message),
            (Some(line), None) => write!(f, "line {line}: {}", self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}

/// Looks through a recipe that was made of `text`.
pub fn hints(recipe: &Recipe, text: &str) -> Vec<Hint> {
    let mut found = Vec::new();
    let mut hint = |at: usize, message: String| {
        let (line, key) = place(text, Some(at));
        found.push((at, Hint { line, key, message }));
    };
    let raw = &recipe.raw;
    let mut used = Used::default();
    let flows: Vec<_> = super::check::PARTS
        .into_iter()
        .filter_map(|part| raw.flow.steps(part))
        .collect();
    for steps in &flows {
        used.take(steps.get_ref());
        click_without_proof(steps.get_ref(), &mut hint);
    }
    let commit = raw.commit.get_ref();
    used.locs.insert(commit.click.clone());
    used.reads.insert(commit.placed.read.clone());
    for (name, ways) in &raw.loc {
        let at = ways.span().start;
        if !used.locs.contains(name) {
            hint(at, format!("no step uses {name:?}"));
        }
        let ways = ways.get_ref();
        if let Some(weak) = ways.sources().find(|way| way.contains(":nth-")) {
            hint(
                at,
                format!("{weak:?} counts elements: it breaks when the site adds one"),
            );
        }
        let first = ways.sources().any(|way| way.ends_with(">> first"));
        if first && *name == commit.click {
            hint(
                at,
                "the click that orders takes the first of several buttons".to_owned(),
            );
        }
        if ways.sources().count() == 1
            && *name != commit.click
            && ways.source(0).starts_with("css=")
        {
            hint(at, "a second way (role, label or text) would show a change of the site without stopping the order".to_owned());
        }
    }
    for (name, read) in &raw.read {
        if !used.reads.contains(name) {
            hint(read.span().start, format!("no step reads {name:?}"));
        }
    }
    let at = raw.commit.span().start;
    if commit.refused.is_none() {
        hint(
            at,
            "without `refused` every no of the shop is an unknown outcome".to_owned(),
        );
    }
    if !raw.read["orders"]
        .get_ref()
        .fields
        .contains_key("reference")
    {
        let at = raw.read["orders"].span().start;
        hint(
            at,
            "the history shows no reference of ours: a lost order is found by its contents only"
                .to_owned(),
        );
        if raw.flow.order.is_none() {
            hint(
                at,
                "and there is no flow `order`: only its total tells it from another".to_owned(),
            );
        }
    }
    if raw.page.is_empty() {
        hint(at, "there is no [page]: a captcha, a closed shop and an empty stock all look like a changed site".to_owned());
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, hint)| hint).collect()
}

/// A click after which nothing shows that it worked.
fn click_without_proof(steps: &[Spanned<Step>], hint: &mut impl FnMut(usize, String)) {
    for (index, step) in steps.iter().enumerate() {
        click_without_proof(step.get_ref().inner(), hint);
        let Step::Click { at, .. } = step.get_ref() else {
            continue;
        };
        // What follows needs an element or value; only a `go` or the end takes any page.
        let proven = match steps.get(index + 1).map(Spanned::get_ref) {
            Some(Step::Go(_) | Step::Fail(_)) => false,
            Some(_) => true,
            None => index == 0 && steps.len() == 1,
        };
        if !proven {
            hint(
                step.span().start,
                format!("nothing after the click on {at:?} shows that it worked: add an `expect`"),
            );
        }
    }
}

#[derive(Default)]
struct Used {
    locs: BTreeSet<String>,
    reads: BTreeSet<String>,
}

impl Used {
    fn take(&mut self, steps: &[Spanned<Step>]) {
        for step in steps {
            self.one(step.get_ref());
            self.take(step.get_ref().inner());
        }
    }

    fn one(&mut self, step: &Step) {
        match step {
            Step::Click { at, .. }
            | Step::Check { at, .. }
            | Step::Fill { at, .. }
            | Step::Select { at, .. }
            | Step::Press { at, .. }
            | Step::Download { at, .. }
            | Step::Frame { at, .. }
            | Step::Popup { at, .. } => {
                self.locs.insert(at.clone());
            }
            Step::Upload(upload) => {
                self.locs.insert(upload.at.clone());
            }
            Step::Read(name) => {
                self.reads.insert(name.clone());
            }
            Step::Assert { expr, .. } => self.compared(expr),
            Step::Expect(expected) => self.condition(&expected.condition),
            Step::When { condition, .. } | Step::While { condition, .. } => {
                self.condition(condition);
            }
            Step::Go(_) | Step::Print(_) | Step::KeepUrl | Step::Fail(_) => {}
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Present(name) | Condition::Absent(name) => {
                self.locs.insert(name.clone());
            }
            Condition::Holds(expr) => self.compared(expr),
        }
    }

    fn compared(&mut self, expr: &Expr) {
        self.reads.extend(expr.reads().map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::shipped;

    fn of(text: &str) -> Vec<String> {
        let recipe = Recipe::parse("some.toml", text).unwrap_or_else(|error| panic!("{error}"));
        hints(&recipe, text)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn what_could_be_better_is_said_with_its_place() {
        let (_, demo) = shipped()[0];
        let before = of(demo);
        let text = demo
            .replacen("[loc]\n", "[loc]\nspare = \"css=tr:nth-child(2)\"\n", 1)
            .replacen("{ fill = \"quantity\", with = \"{line.qty}\" },\n  { click = \"add\" },\n", "{ fill = \"quantity\", with = \"{line.qty}\" },\n  { click = \"add\" },\n  { go = \"/basket\" },\n", 1);
        let new: Vec<String> = of(&text)
            .into_iter()
            .filter(|hint| hint.contains("spare") || hint.contains("\"add\""))
            .collect();
        let line = text
            .lines()
            .position(|line| line.starts_with("spare"))
            .expect("a line")
            + 1;
        assert!(
            new.contains(&format!("line {line}, loc.spare: no step uses \"spare\"")),
            "{new:?}"
        );
        assert!(
            new.iter().any(|hint| hint.contains("counts elements")),
            "{new:?}"
        );
        assert!(
            new.iter().any(|hint| hint.contains("shows that it worked")),
            "{new:?}"
        );
        assert!(
            !before.iter().any(|hint| hint.contains("spare")),
            "{before:?}"
        );
    }
}
