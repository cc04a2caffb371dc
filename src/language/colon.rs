//! Amounts behind a colon: "Fer 10 : 60 barres", "jeringa caja x 100: 3 cajas".

use super::burst::Burst;
use super::lexicon::UnitWord;
use super::line::{Content, Joined, line};
use super::lines::{Parsed, parse_core};
use super::piece::{Part, Piece};
use super::reading::Use;
use super::several::{Sort, sort};

/// The word for a package, by itself or behind the size of what it holds, and where it begins.
fn package(burst: &Burst<'_>, part: &Part) -> Option<(UnitWord, usize)> {
    if part.piece == Piece::Word {
        let (unit, len) = burst.lexicon.unit(|n| burst.text(part.from + n))?;
        let whole = len == part.to - part.from && unit.kind.holds();
        return whole.then(|| (unit.clone(), part.from));
    }
    let holder = part.number()?.holder.clone()?;
    Some((holder, part.to - 1))
}

/// "Fer 10 : 60 barres": a bare number behind the item and before a colon is its size.
pub(super) fn size_before_colon(burst: &Burst<'_>, core: &[Part]) -> Option<Parsed> {
    let at = core.iter().position(|part| part.number().is_some())?;
    let colon = core.get(at + 1)?;
    let amount = core.get(at + 2)?.number()?;
    let counted = matches!(sort(amount), Sort::Package);
    let bare = core[at].number().is_some_and(|number| match sort(number) {
        Sort::Bare => true,
        // "solución salina 500 ml: 48 unidades"
        Sort::Measure => counted,
        Sort::Package | Sort::Held => false,
    });
    let last = core[at + 3..].iter().all(|part| part.number().is_none());
    let fits = at > 0 && bare && burst.tokens[colon.from].is(':') && amount.value.exact().is_some();
    if !(fits && last) {
        return None;
    }
    let mut sized = core.to_vec();
    sized[at].piece = Piece::Size;
    sized.remove(at + 1);
    Some(parse_core(burst, &sized))
}

/// "jeringa 5 ml caja x 100: 3 cajas": what one of the packages holds, before their number.
pub(super) fn package_before_colon(burst: &Burst<'_>, core: &[Part]) -> Option<Parsed> {
    let at = core.windows(3).position(|three| {
        let held = three[2]
            .number()
            .is_some_and(|held| matches!(sort(held), Sort::Bare | Sort::Measure));
        let joined = matches!(three[1].piece, Piece::Times | Piece::Of);
        package(burst, &three[0]).is_some() && joined && held
    })?;
    let held = &core[at + 2];
    let (unit, from) = package(burst, &core[at])?;
    let [colon, amount] = core.get(at + 3..)? else {
        return None;
    };
    let number = amount.number()?;
    let same = number.unit.as_ref().is_none_or(|own| own.unit == unit.unit);
    if !(at > 0 && same && burst.tokens[colon.from].is(':')) {
        return None;
    }
    let mut words = core[..=at].to_vec();
    // "5 ml" of "5 ml caja"
    words[at].to = from;
    words.retain(|part| part.from < part.to);
    for part in words.iter_mut().filter(|part| part.number().is_some()) {
        part.piece = Piece::Size;
    }
    let mut number = number.clone();
    number.unit = Some(unit);
    let content = Content {
        number: held.number()?,
        part: held,
        joined: Joined::Yes,
    };
    let quantity = Some((&number, amount.from, amount.to));
    let mut read = line(burst, &words, quantity, Some(&content))?;
    read.claims.push((from, core[at].to, Use::Pack));
    Some(Parsed::Lines(vec![read]))
}
