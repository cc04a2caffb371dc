//! Numbers that are no amount of anything that is ordered: telephones, prices, people.

use super::burst::Burst;
use super::lexicon::{Class, Habit};
use super::measure::read_number;
use super::piece::{Part, Piece};
use super::reading::Use;
use super::token::Kind;

/// Longest telephone number, in tokens and in digits.
const GROUPS: usize = 8;
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// The tokens of such a number that starts here, and what it is used for.
pub(crate) fn no_amount(burst: &Burst<'_>, at: usize) -> Option<(usize, Use)> {
    if let Some(len) = telephone(burst, at) {
        return Some((len, Use::Reference));
    }
    let read = read_number(burst, at)?;
    let behind = at + read.len;
    // "Send 20 men" asks for them.
    let asks = [Class::Request, Class::Add];
    let sent = at > 0 && burst.single(at - 1).any(&asks)
        || burst.entry(behind + burst.entry(behind).1).0.any(&asks);
    if burst.has(behind, Class::People) && !sent {
        let len = burst.entry(behind).1;
        let next = burst.tokens.get(behind + len);
        // "20 workers gloves"
        let item = next.is_some_and(|next| next.kind == Kind::Word)
            && burst.entry(behind + len).0.is_empty()
            && !burst.lexicon.has(Habit::HeadFirst)
            && !burst.lexicon.asks_anywhere();
        // "Gloves for 20 workers"
        let led = at > 0 && burst.single(at - 1).has(Class::Purpose);
        return (!item && !led).then_some((read.len + len, Use::Told));
    }
    // "Masons 6, helpers 11", but not "chairs for students 6" or "student chairs 6", in whatever order.
    let begins = at < 2
        || matches!(burst.tokens[at - 2].kind, Kind::Break | Kind::Mark(_))
        || burst.single(at - 2).any(&[Class::And, Class::Conjunction]);
    let ends = burst
        .tokens
        .get(behind)
        .is_none_or(|next| matches!(next.kind, Kind::Break | Kind::Mark(',' | '.' | ';')));
    if at > 0 && ends && begins && burst.single(at - 1).has(Class::People) {
        return Some((read.len, Use::Told));
    }
    // "at 18,500 each"
    let led = at > 0 && burst.single(at - 1).any(&[Class::ByHour, Class::Currency]);
    if led && burst.has(behind, Class::Each) {
        return Some((read.len + burst.entry(behind).1, Use::Reference));
    }
    price(burst, behind).map(|len| (read.len + len, Use::Reference))
}

/// "0722123456", "77 412 03 55": digits that nobody orders so many of.
pub(crate) fn telephone(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let digits = |at: usize| {
        let token = burst.tokens.get(at)?;
        let plain = token.kind == Kind::Number && token.text.bytes().all(|b| b.is_ascii_digit());
        (plain && burst.is_free(at, at + 1)).then_some(token.text.len())
    };
    let first = digits(at)?;
    let unit = |at: usize| burst.lexicon.unit(|n| burst.text(at + n)).is_some();
    if (9..=15).contains(&first) && !unit(at + 1) {
        return Some(1);
    }
    let groups: Vec<usize> = (at..at + GROUPS).map_while(digits).collect();
    let sum: usize = groups.iter().sum();
    let short = groups.iter().all(|len| (2..=4).contains(len));
    let grouped = groups.len() >= 3 && short && DIGITS.contains(&sum);
    // "2 500 000": thousands, but "0722 123 456".
    let nought = burst.tokens[at].text.starts_with('0');
    let thousands = !nought && groups[1..].iter().all(|len| *len == 3);
    let end = at + groups.len();
    (grouped && !thousands && !unit(end)).then_some(groups.len())
}

/// "JMX-45-21", "AGX 482 MC": short words in capitals, and digits.
pub(crate) fn plate(burst: &Burst<'_>, at: usize) -> Option<usize> {
    let letters = |at: usize| {
        let word = burst
            .tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Word);
        let written = burst.words(at, at + 1);
        word && written.len() <= 3 && written.chars().all(|ch| ch.is_ascii_uppercase())
    };
    let digits = |at: usize| {
        let token = burst.tokens.get(at);
        token.is_some_and(|token| token.kind == Kind::Number && token.text.len() <= 4)
    };
    let dash = |at: usize| {
        burst
            .tokens
            .get(at)
            .is_some_and(|token| token.is('-') && token.glued)
    };
    let run = (at..at + GROUPS).take_while(|at| letters(*at) || digits(*at) || dash(*at));
    let len = run.count();
    let both = (at..at + len).any(letters) && (at..at + len).any(digits);
    both.then_some(len)
}

/// "25 pesos", "6 500 le sac", "3 la unidad": what it costs; the tokens behind the number.
fn price(burst: &Burst<'_>, behind: usize) -> Option<usize> {
    let mut end = behind;
    if burst.has(end, Class::Currency) && burst.lexicon.unit(|n| burst.text(end + n)).is_none() {
        end += burst.entry(end).1;
    }
    let unit = |at: usize| {
        burst
            .lexicon
            .unit(|n| burst.text(at + n))
            .map(|(_, len)| len)
    };
    if burst.single(end).has(Class::The)
        && let Some(len) = unit(end + 1)
    {
        end += 1 + len;
    }
    if end > behind && burst.has(end, Class::Each) {
        end += burst.entry(end).1;
    }
    (end > behind).then_some(end - behind)
}

/// "un cuaderno de 100 hojas": a number of parts behind the item that has them.
pub(crate) fn parts_of(burst: &Burst<'_>, at: usize, before: &[Part]) -> Option<usize> {
    let read = read_number(burst, at)?;
    let behind = at + read.len;
    let line = before
        .iter()
        .rev()
        .take_while(|part| part.piece != Piece::Separator);
    let named = line.clone().any(|part| part.piece == Piece::Word);
    let counted = line.into_iter().any(|part| part.number().is_some());
    let unit = burst.lexicon.unit(|n| burst.text(behind + n)).is_some();
    let has = burst.has(behind, Class::SpecBehind) && named && !unit;
    // "cuadernos 100 hojas 20": behind "de" they are surely parts.
    let of = before.last().is_some_and(|part| part.piece == Piece::Of);
    (has && (counted || of)).then(|| read.len + burst.entry(behind).1)
}
