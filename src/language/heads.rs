//! Heads of lists side by side: "for the farm: …", "for the hostel: …".
//!
//! **Invariant:** where one of them is a place, none of the others is passed over.

use super::burst::{Burst, Sentence};
use super::lexicon::Class;
use super::piece::{Part, Piece};
use super::place::{Found, Heading, found, heading};
use super::place_phrase::phrase;
use super::place_words::is_capital;
use super::reader::Reader;
use super::reading::QuestionCode;
use super::token::Kind;

/// Words that lead to what a list is for.
const LEADS: [Class; 3] = [Class::PlaceLead, Class::Purpose, Class::Deliver];

/// "For the hostel: 2 cylinders" at the start of a line: the words of the name, with what leads to them.
fn head(burst: &Burst<'_>, at: usize) -> Option<(usize, usize)> {
    let (classes, len) = burst.entry(at);
    if !classes.any(&LEADS) || heading(burst, at) == Heading::No {
        return None;
    }
    let mut from = at + len;
    while burst.single(from).any(&[Class::The, Class::Pronoun]) {
        from += 1;
    }
    let (to, _) = phrase(burst, from)?;
    let colon = burst.tokens.get(to).is_some_and(|token| token.is(':'));
    let counted = burst.tokens[to..]
        .iter()
        .take_while(|token| token.kind != Kind::Break)
        .any(|token| token.kind == Kind::Number);
    (colon && counted).then_some((from, to))
}

/// The heads that are places because they stand beside one, or because they are called by names.
pub(super) fn parallel(burst: &Burst<'_>, places: &[Found]) -> Vec<Found> {
    let heads: Vec<(usize, usize)> = (0..burst.tokens.len())
        .filter_map(|at| head(burst, at))
        .collect();
    let beside = places.iter().any(|place| {
        place.heading == Heading::Yes
            && burst.tokens.get(place.to).is_some_and(|t| t.is(':'))
            && burst.listed(place.from).0.any(&LEADS)
    });
    let named = heads.len() > 1 && heads.iter().all(|(from, _)| is_capital(burst, *from));
    if !(beside || named) {
        return Vec::new();
    }
    let place = |(from, to): &(usize, usize)| found(burst, *from, *to, None, Vec::new());
    heads.iter().map(place).collect()
}

/// "For cleaning: 5 cloths" below another list: a place, or only what it is for.
pub(super) fn purposes(burst: &Burst<'_>) -> Vec<(usize, usize)> {
    let heads = (0..burst.tokens.len()).filter_map(|at| Some((at, head(burst, at)?)));
    heads.map(|(at, (_, to))| (at, to)).collect()
}

impl Reader<'_> {
    /// "Kisumu:" and "Busia:", each above a list of its own: words that nobody knows may be places.
    pub(super) fn doubt_title(&mut self, fragment: &[Part]) {
        let unknown = |part: &Part| {
            part.piece != Piece::Word
                || is_capital(&self.burst, part.from) && self.burst.entry(part.from).0.is_empty()
        };
        let (from, to) = (fragment[0].from, fragment[fragment.len() - 1].to);
        self.titles += usize::from(fragment.iter().all(unknown));
        if self.titles > 1 && fragment.iter().all(unknown) {
            let span = self.burst.span(from, to);
            self.ask(QuestionCode::Place, None, span, Vec::new());
        }
    }

    /// A list with such a head, below one with a head of its own: it may go to another place.
    pub(super) fn doubt_head(&mut self, sentence: Sentence, asked: usize) {
        let inside = |(from, to): &&(usize, usize)| *from >= sentence.from && *to <= sentence.to;
        let Some((from, to)) = self.purposes.iter().find(inside).copied() else {
            return;
        };
        let before = self.purposes.iter().any(|other| other.0 < from)
            || self
                .places
                .iter()
                .any(|place| place.from < from && place.heading == Heading::Yes);
        if before && self.questions.len() == asked {
            let span = self.burst.span(from, to);
            self.ask(QuestionCode::Place, None, span, Vec::new());
        }
    }
}
