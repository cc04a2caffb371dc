//! Fragments with more than one number: which is the amount, which the content or a size.

use super::burst::Burst;
use super::colon::{package_before_colon, size_before_colon};
use super::in_turn::in_turn;
use super::inside::{is_loose, without_name_inside};
use super::lexicon::{Class, Habit, UnitKind};
use super::line::{Content, Joined, line};
use super::lines::{Doubt, Parsed, parse_core};
use super::piece::{Glued, Number, Part, Piece};
use super::reading::{QuestionCode, Span};

/// What a number can be when there are several in a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Bare,
    Package,
    Measure,
    /// "50kg bags"
    Held,
}

pub(crate) fn sort(number: &Number) -> Sort {
    match number.unit.as_ref().map(|unit| unit.kind) {
        None => Sort::Bare,
        Some(UnitKind::Count | UnitKind::Package | UnitKind::Bulk | UnitKind::Unclear) => {
            Sort::Package
        }
        Some(UnitKind::Measure) if number.holder.is_some() => Sort::Held,
        Some(UnitKind::Measure) => Sort::Measure,
    }
}

/// A line or lines with several numbers.
pub(crate) fn several(burst: &Burst<'_>, core: &[Part]) -> Parsed {
    if core
        .iter()
        .any(|part| part.piece == Piece::Dash && !burst.tokens[part.from].is(':'))
    {
        let plain = |part: &&Part| part.piece != Piece::Dash || burst.tokens[part.from].is(':');
        return several(
            burst,
            &core.iter().filter(plain).cloned().collect::<Vec<_>>(),
        );
    }
    if let Some(parsed) = without_name_inside(burst, core) {
        return parsed;
    }
    if let Some(parsed) = fraction_as_size(burst, core)
        .or_else(|| package_before_colon(burst, core))
        .or_else(|| size_before_colon(burst, core))
        .or_else(|| type_number(burst, core))
    {
        return parsed;
    }
    let at: Vec<usize> = (0..core.len())
        .filter(|at| core[*at].number().is_some())
        .collect();
    if let Some(lines) = in_turn(burst, core, &at) {
        return Parsed::Lines(lines);
    }
    if at.len() == 3 {
        return measure_as_size(burst, core, &at);
    }
    // "20 bags cement 5 kg nails": two names, and numbers that do not pair.
    let runs = core.split(|part| part.number().is_some());
    if runs
        .filter(|run| run.iter().any(|part| part.piece == Piece::Word))
        .count()
        > 1
    {
        return Parsed::Unclear;
    }
    if let Some(parsed) = decimal_as_size(burst, core, &at) {
        return parsed;
    }
    let [a, b] = at[..] else {
        return Parsed::Unclear;
    };
    let joined = matches!(core[b - 1].piece, Piece::Of | Piece::Open)
        || core[b - 1].piece == Piece::Times && b == a + 2
        || burst.has(core[b - 1].from, Class::Holding);
    let of = core[b - 1].piece == Piece::Of && b > a + 2;
    let Some((amount, content, ask)) =
        size_behind(core, a, b, of).or_else(|| roles(core, a, b, joined))
    else {
        return Parsed::Unclear;
    };
    let ask = if is_loose(burst, core, a, b) {
        Ask::Pack
    } else {
        ask
    };
    let words: Vec<Part> = core
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != amount && *at != content)
        .map(|(_, part)| part.clone())
        .filter(|part| !matches!(part.piece, Piece::Open | Piece::Close))
        .collect();
    let mut number = core[amount].number().expect("a number").clone();
    let held = core[content].number().expect("a number");
    if number.unit.is_none() {
        number.unit.clone_from(&held.holder);
    }
    let quantity = Some((&number, core[amount].from, core[amount].to));
    let bulk = number
        .unit
        .as_ref()
        .is_some_and(|unit| unit.kind == UnitKind::Bulk);
    // "kila katoni ina 12" says what one holds.
    let holds = core[b - 1].to - core[b - 1].from > 1;
    let apart =
        bulk && held.unit.is_none() && core[b - 1].piece == Piece::Of && b > a + 2 && !holds;
    let content = Content {
        number: held,
        part: &core[content],
        joined: if apart {
            Joined::Apart
        } else if joined || held.holder.is_some() {
            Joined::Yes
        } else {
            Joined::No
        },
    };
    let Some(mut read) = line(burst, &words, quantity, Some(&content)) else {
        return Parsed::Unclear;
    };
    if ask == Ask::Pack {
        let span = burst.span(core[a].from, core[b].to);
        read.doubts.push(doubt(QuestionCode::Pack, span));
    }
    Parsed::Lines(vec![read])
}

/// "3/8 hose - 15m": a bare fraction beside an amount is a size. At the end it may be a date.
fn fraction_as_size(burst: &Burst<'_>, core: &[Part]) -> Option<Parsed> {
    let is_fraction = |part: &Part| {
        part.number().is_some_and(|number| number.unit.is_none())
            && (part.from..part.to).any(|at| burst.tokens[at].is('/'))
    };
    let numbers = core.iter().filter(|part| part.number().is_some());
    let fractions = numbers.clone().filter(|part| is_fraction(part)).count();
    if fractions != 1 || numbers.count() < 2 {
        return None;
    }
    // "10 varillas de 3/8", "10 tubos pvc 1/2"; else it may be a day.
    let before = core[..core.len() - 1].last();
    let sized = before.is_some_and(|part| match part.piece {
        Piece::Of => true,
        Piece::Word | Piece::Size => burst.lexicon.has(Habit::HeadFirst),
        Piece::Number(_)
        | Piece::Cue(_)
        | Piece::Article
        | Piece::Times
        | Piece::Dash
        | Piece::Open
        | Piece::Close
        | Piece::Separator
        | Piece::Odd
        | Piece::Gap => false,
    });
    if core.last().is_some_and(is_fraction) && core[0].number().is_some() && !sized {
        return Some(Parsed::Unclear);
    }
    let mut sized = core.to_vec();
    for part in sized.iter_mut().filter(|part| is_fraction(part)) {
        part.piece = Piece::Size;
    }
    Some(parse_core(burst, &sized))
}

/// "70 bags cement 42.5": a bare decimal at the end, behind an amount with its unit, is a grade.
fn decimal_as_size(burst: &Burst<'_>, core: &[Part], at: &[usize]) -> Option<Parsed> {
    let &[a, b] = at else { return None };
    let (first, second) = (core[a].number()?, core[b].number()?);
    let decimal = second.value.exact().is_some_and(|value| value % 1000 != 0);
    let behind_item = b + 1 == core.len() && core[b - 1].piece == Piece::Word;
    if !(first.unit.is_some() && second.unit.is_none() && decimal && behind_item) {
        return None;
    }
    let mut sized = core.to_vec();
    sized[b].piece = Piece::Size;
    Some(parse_core(burst, &sized))
}

/// "5 boxes of 100 syringes 5ml": the one measure beside a package and what it holds is a size.
fn measure_as_size(burst: &Burst<'_>, core: &[Part], at: &[usize]) -> Parsed {
    let sorts: Vec<Sort> = at
        .iter()
        .filter_map(|at| core[*at].number().map(sort))
        .collect();
    let measures: Vec<usize> = (0..at.len())
        .filter(|n| sorts[*n] == Sort::Measure)
        .collect();
    let packages = sorts.iter().filter(|sort| **sort == Sort::Package).count();
    let held = at
        .iter()
        .zip(&sorts)
        .any(|(at, sort)| *sort == Sort::Bare && *at > 0 && core[*at - 1].piece == Piece::Of);
    let &[measure] = measures.as_slice() else {
        return Parsed::Unclear;
    };
    let beside = |at: usize| core.get(at).is_some_and(|part| part.piece == Piece::Word);
    let here = at[measure];
    if packages != 1 || !held || !(here > 0 && beside(here - 1) || beside(here + 1)) {
        return Parsed::Unclear;
    }
    let mut sized = core.to_vec();
    sized[here].piece = Piece::Size;
    parse_core(burst, &sized)
}

/// "15 sacs de ciment CPJ 45", "2 rolamentos 6205", "fer de 8 15 barres": a number that belongs to a type, or to the noun.
fn type_number(burst: &Burst<'_>, core: &[Part]) -> Option<Parsed> {
    let numbers: Vec<usize> = (0..core.len())
        .filter(|at| core[*at].number().is_some())
        .collect();
    let [a, b] = numbers[..] else { return None };
    let bare = |at: usize| {
        core[at]
            .number()
            .is_some_and(|number| sort(number) == Sort::Bare)
    };
    let capitals = |part: &Part| {
        let written = burst.words(part.from, part.to);
        part.piece == Piece::Word
            && written.chars().count() > 1
            && written.chars().all(char::is_uppercase)
    };
    let first = burst.lexicon.has(Habit::HeadFirst);
    let behind = a == 0 && b > 1 && b + 1 == core.len() && bare(b);
    let type_behind = behind && (bare(a) || b > 2 && capitals(&core[b - 1]));
    let of_before = a > 1 && core[a - 1].piece == Piece::Of && core[0].piece == Piece::Word;
    let size_before = of_before && b == a + 1 && bare(a) && !bare(b) && b + 1 == core.len();
    // "bota 42 2 pares"
    let counted = core[b].number().is_some_and(|number| {
        let kind = number.unit.as_ref().map(|unit| unit.kind);
        kind == Some(UnitKind::Count) && number.value.exact().is_some()
    });
    let size_of_pair = a > 0 && b == a + 1 && bare(a) && counted && b + 1 == core.len();
    let at = match (first, type_behind, size_before, size_of_pair) {
        (true, true, ..) => b,
        (true, false, true, _) | (_, _, _, true) => a,
        _ => return None,
    };
    let mut sized = core.to_vec();
    sized[at].piece = Piece::Size;
    Some(parse_core(burst, &sized))
}

/// Whether the roles of two numbers must be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Nothing,
    Pack,
}

/// Which of the numbers at `a` and `b` is the amount, which the content or size.
fn roles(core: &[Part], a: usize, b: usize, joined: bool) -> Option<(usize, usize, Ask)> {
    let (first, second) = (core[a].number()?, core[b].number()?);
    let adjacent = b == a + 1 || (joined && b == a + 2);
    let glued = |number: &Number| number.glued == Glued::Yes;
    let kind = second.unit.as_ref().map(|unit| unit.kind);
    let ask_unless = |sure: bool| if sure { Ask::Nothing } else { Ask::Pack };
    match (sort(first), sort(second)) {
        // "2 boxes of 100"
        (Sort::Package, Sort::Bare | Sort::Package | Sort::Measure) if joined => {
            Some((a, b, Ask::Nothing))
        }
        // "20 50kg bags"
        (Sort::Bare, Sort::Held) => Some((a, b, Ask::Nothing)),
        (Sort::Held, Sort::Bare) => Some((b, a, Ask::Nothing)),
        // "DOT 4 2 litres": only a number in front is surely the amount.
        (Sort::Bare, Sort::Measure) => Some((a, b, ask_unless(a == 0 || glued(second)))),
        // "gas cylinder 13kg 4"
        (Sort::Measure, Sort::Bare) => Some((b, a, ask_unless(adjacent))),
        // "10m cable 6 pcs"
        (Sort::Measure, Sort::Package)
            if (glued(first) || adjacent) && kind == Some(UnitKind::Count) =>
        {
            Some((b, a, Ask::Nothing))
        }
        // "20 bags cement 50kg"
        (Sort::Package, Sort::Measure) => {
            let sure = glued(second) || adjacent || b + 1 == core.len();
            Some((a, b, ask_unless(sure)))
        }
        // "cement 50kg 20 bags"
        (Sort::Measure, Sort::Package) if adjacent => Some((b, a, ask_unless(glued(first)))),
        (Sort::Package, Sort::Package | Sort::Bare) if adjacent => Some((a, b, Ask::Pack)),
        (Sort::Bare, Sort::Bare) if joined && core[b - 1].piece == Piece::Open => {
            Some((a, b, Ask::Pack))
        }
        _ => None,
    }
}

/// "10 tubes PE de 32", "5 kg de pointes de 80": a size behind the item.
fn size_behind(core: &[Part], a: usize, b: usize, of: bool) -> Option<(usize, usize, Ask)> {
    let (first, second) = (core[a].number()?, core[b].number()?);
    let bare =
        sort(second) == Sort::Bare && core[a + 1..b].iter().any(|part| part.piece == Piece::Word);
    let counts = matches!(sort(first), Sort::Bare | Sort::Measure);
    (of && bare && counts && a == 0).then_some((a, b, Ask::Nothing))
}

/// A question without choices.
pub(crate) fn doubt(code: QuestionCode, span: Span) -> Doubt {
    Doubt {
        code,
        span,
        choices: Vec::new(),
    }
}
