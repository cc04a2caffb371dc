//! The burst as one row of tokens, each with its lexicon entry and the use it was put to.
//!
//! **Invariant:** a token is used at most once; [`Burst::claim`] never takes what is taken.

use std::collections::{HashMap, HashSet};

use super::languages::{Language, language, lexicon};
use super::lexicon::{Class, Classes, Lexicon};
use super::prefix::detached;
use super::reading::{Span, Use};
use super::setting::{Said, Setting};
use super::token::{Kind, Token, tokenise};

pub(crate) struct Burst<'a> {
    pub(crate) tokens: Vec<Token>,
    pub(crate) setting: &'a Setting,
    pub(crate) language: Language,
    pub(crate) lexicon: &'static Lexicon,
    pub(crate) messages: &'a [Said],
    /// The lexicon's longest entry that starts at each token, and its length in tokens.
    entries: Vec<(Classes, usize)>,
    uses: Vec<Option<Use>>,
    /// Tokens that were read as a star before a correction.
    pub(super) stars: HashSet<usize>,
    /// Numbers that may hold a list number and an amount.
    dotted: HashSet<usize>,
    pub(crate) repeated: Vec<(usize, usize)>,
}

/// A stretch of tokens up to a full stop or the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) message: usize,
    pub(crate) ending: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Plain,
    Asks,
}

/// So many points in a row lead the eye.
const LEADER: usize = 4;

impl<'a> Burst<'a> {
    pub(crate) fn new(messages: &'a [Said], setting: &'a Setting) -> Self {
        Self::of(messages, setting, |tokens| {
            language(tokens, setting.language)
        })
    }

    /// Words of a burst whose language is known: too few to tell it by.
    pub(crate) fn in_language(
        language: Language,
        messages: &'a [Said],
        setting: &'a Setting,
    ) -> Self {
        Self::of(messages, setting, |_| language)
    }

    fn of(
        messages: &'a [Said],
        setting: &'a Setting,
        language: impl FnOnce(&[Token]) -> Language,
    ) -> Self {
        let (order, repeated) = reading_order(messages);
        let mut tokens = Vec::new();
        for message in order {
            tokens.extend(tokenise(message, &messages[message].text));
        }
        let language = language(&tokens);
        let lexicon = lexicon(language);
        let tokens = detached(tokens, messages, lexicon);
        let entries = (0..tokens.len())
            .map(|at| entry(&tokens, at, lexicon))
            .collect();
        let mut burst = Self {
            uses: vec![None; tokens.len()],
            tokens,
            setting,
            language,
            lexicon,
            messages,
            entries,
            stars: HashSet::new(),
            dotted: HashSet::new(),
            repeated,
        };
        burst.read_line_starts();
        burst.read_tables();
        burst.dotted = burst.dotted_lists();
        burst
    }

    pub(crate) fn text(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).map(|token| token.text.as_str())
    }

    /// The lexicon entry at a token; nothing when it is used already.
    pub(crate) fn entry(&self, at: usize) -> (Classes, usize) {
        let none = (Classes::default(), 1);
        let Some((classes, len)) = self.entries.get(at).copied() else {
            return none;
        };
        if self.is_free(at, at + len) {
            return (classes, len);
        }
        // Part of the phrase is used: what is left may be a shorter one.
        let free = |n: usize| self.text(at + n).filter(|_| self.uses[at + n].is_none());
        self.lexicon.classes(free).unwrap_or(none)
    }

    /// What the word means by itself, apart from the phrases that begin with it.
    pub(crate) fn single(&self, at: usize) -> Classes {
        let text = |n: usize| self.text(at + n).filter(|_| n == 0);
        self.lexicon
            .classes(text)
            .map_or(Classes::default(), |(found, _)| found)
    }

    /// What the longest phrase that the token stands in means.
    pub(crate) fn around(&self, at: usize) -> Classes {
        let covers = (1..=4).rev().filter_map(|back| {
            let (classes, len) = self.entry(at.checked_sub(back)?);
            (len > back && !classes.is_empty()).then_some(classes)
        });
        covers.into_iter().next().unwrap_or(self.entry(at).0)
    }

    /// The lexicon entry at a token, whatever it was used for.
    pub(crate) fn listed(&self, at: usize) -> (Classes, usize) {
        let none = (Classes::default(), 1);
        self.entries.get(at).copied().unwrap_or(none)
    }

    pub(crate) fn has(&self, at: usize, class: Class) -> bool {
        self.entry(at).0.has(class)
    }

    pub(crate) fn is_free(&self, from: usize, to: usize) -> bool {
        self.uses
            .get(from..to)
            .is_some_and(|uses| uses.iter().all(Option::is_none))
    }

    pub(crate) fn is_star(&self, at: usize) -> bool {
        self.stars.contains(&at)
    }

    pub(crate) fn used(&self, at: usize) -> Option<Use> {
        self.uses.get(at).copied().flatten()
    }

    pub(crate) fn claim(&mut self, from: usize, to: usize, with: Use) {
        for slot in self.uses.iter_mut().take(to).skip(from) {
            if slot.is_none() {
                *slot = Some(with);
            }
        }
    }

    /// From the first token to the last, within one message.
    pub(crate) fn span(&self, from: usize, to: usize) -> Span {
        let first = self.tokens.get(from).map_or(
            Span {
                message: 0,
                start: 0,
                end: 0,
            },
            |token| token.span,
        );
        let last = self.tokens.get(to.saturating_sub(1).max(from));
        last.map_or(first, |last| first.to(last.span))
    }

    /// As written.
    pub(crate) fn words(&self, from: usize, to: usize) -> String {
        let text = self.span(from, to).of(self.messages);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn sentences(&self) -> Vec<Sentence> {
        let mut out = Vec::new();
        let mut from = 0;
        for (at, token) in self.tokens.iter().enumerate() {
            if token.is('.') && (self.is_abbreviated(at) || self.is_leader(at)) {
                continue;
            }
            let ending = match token.kind {
                Kind::Mark('?') => Ending::Asks,
                Kind::Break | Kind::Mark('.' | '!' | ';') => Ending::Plain,
                Kind::Word | Kind::Number | Kind::Code | Kind::Mark(_) | Kind::Symbol => continue,
            };
            self.sentence(from, at, ending, &mut out);
            from = at + 1;
        }
        self.sentence(from, self.tokens.len(), Ending::Plain, &mut out);
        out
    }

    /// "Colle 500ml ..... 4 pots": points that lead to an amount.
    fn is_leader(&self, at: usize) -> bool {
        let point = |at: &usize| self.tokens.get(*at).is_some_and(|token| token.is('.'));
        let before = (0..at).rev().take_while(point).count();
        let behind = (at..self.tokens.len()).take_while(point).count();
        let amount = self.tokens.get(at + behind);
        before + behind >= LEADER && amount.is_some_and(|token| token.kind == Kind::Number)
    }

    /// "20 nos. bolts", "no. 8": the point belongs to the short word before it.
    fn is_abbreviated(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| &self.tokens[before]) else {
            return false;
        };
        let goes_on = self
            .tokens
            .get(at + 1)
            .is_some_and(|next| matches!(next.kind, Kind::Word | Kind::Number | Kind::Code));
        let short = before.kind == Kind::Word && before.text.chars().count() <= 4;
        let unit = self
            .lexicon
            .unit(|n| (n == 0).then_some(before.text.as_str()))
            .is_some();
        let known = self.entries[at - 1].0.has(Class::Abbreviation);
        let ends = unit && !known && self.is_line_end(at);
        let short = short && !self.ends_in_word(at);
        self.tokens[at].glued && goes_on && (short && unit || known) && !ends
    }

    /// "Cotton 10 roll. It is urgent": a whole line before the point, and a space behind it.
    fn is_line_end(&self, point: usize) -> bool {
        let Some(item) = point.checked_sub(3) else {
            return false;
        };
        let named = [Class::Goods, Class::Uncountable, Class::Compound];
        let plain = self.tokens[item].kind == Kind::Word && self.entries[item].0.is_within(&named);
        let number = self.tokens[item + 1].kind == Kind::Number;
        let word = self
            .tokens
            .get(point + 1)
            .is_some_and(|next| next.kind == Kind::Word && !next.glued);
        plain && number && word
    }

    /// "20 bags. Send": the word before the point is no short one, and what follows begins a sentence.
    fn ends_in_word(&self, at: usize) -> bool {
        let whole = self.tokens[at - 1].text.contains(['a', 'e', 'i', 'o', 'u']);
        let capital = self
            .tokens
            .get(at + 1)
            .is_some_and(|next| next.span.of(self.messages).starts_with(char::is_uppercase));
        let begins = [
            Class::Request,
            Class::Add,
            Class::Greeting,
            Class::Thanks,
            Class::Polite,
            Class::Correct,
            Class::Pronoun,
        ];
        let next = self.entries.get(at + 1).map(|(classes, _)| *classes);
        whole && (capital || next.is_some_and(|next| next.any(&begins)))
    }

    fn sentence(&self, from: usize, to: usize, ending: Ending, out: &mut Vec<Sentence>) {
        let speaks = |at: usize| match self.tokens[at].kind {
            Kind::Break => false,
            Kind::Symbol => !self.entries[at].0.is_empty(),
            Kind::Word | Kind::Number | Kind::Code | Kind::Mark(_) => true,
        };
        if (from..to).any(speaks) {
            out.push(Sentence {
                from,
                to,
                message: self.tokens[from].span.message,
                ending,
            });
        }
    }

    pub(crate) fn is_dotted(&self, at: usize) -> bool {
        self.dotted.contains(&at)
    }
}

fn entry(tokens: &[Token], at: usize, lexicon: &Lexicon) -> (Classes, usize) {
    let found = lexicon.classes(|n| tokens.get(at + n).map(|token| token.text.as_str()));
    found.unwrap_or_else(|| {
        let word = tokens.get(at).filter(|token| token.kind == Kind::Word);
        let by_form = word.and_then(|word| lexicon.by_form(&word.text));
        (by_form.unwrap_or_default(), 1)
    })
}

/// The messages in the order to read them: an edit stands where its original stood, an exact repeat is
/// left out.
fn reading_order(messages: &[Said]) -> (Vec<usize>, Vec<(usize, usize)>) {
    let mut stands_for: Vec<usize> = (0..messages.len()).collect();
    let mut gone = vec![false; messages.len()];
    for (at, said) in messages.iter().enumerate() {
        if let Some(original) = said.edits.filter(|original| *original < at) {
            gone[stands_for[original]] = stands_for[original] != original;
            stands_for[original] = at;
            gone[at] = true;
        }
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut repeated = Vec::new();
    let mut order = Vec::new();
    for original in 0..messages.len() {
        if gone[original] {
            continue;
        }
        let at = stands_for[original];
        let text = messages[at].text.trim();
        let plain = messages[at].quoted.is_none() && !text.is_empty();
        match seen.get(text) {
            Some(first) if plain => repeated.push((at, *first)),
            _ => {
                if plain {
                    seen.insert(text.to_owned(), at);
                }
                order.push(at);
            }
        }
    }
    (order, repeated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_take_the_place_of_their_original_and_repeats_are_read_once() {
        let said = |text: &str, edits| Said {
            edits,
            ..Said::typed(text)
        };
        let messages = [
            said("a", None),
            said("b", None),
            said("a2", Some(0)),
            said("b", None),
            said("a3", Some(0)),
        ];
        let (order, repeated) = reading_order(&messages);
        assert_eq!(order, [4, 1]);
        assert_eq!(repeated, [(3, 1)]);
    }

    #[test]
    fn list_numbers_count_up_from_one() {
        let now = chrono::NaiveDate::from_ymd_opt(2026, 11, 23)
            .unwrap()
            .and_hms_opt(8, 0, 0)
            .unwrap();
        let setting = Setting::new(now);
        for (text, expect) in [
            ("1. a\n2. b\n3) c", 3),
            ("2. a", 0),
            ("1) 20 bags\n(2) 5 rolls", 2),
            ("20. a", 0),
            ("1- a\n2- b", 2),
            ("1 - 2", 0),
            ("- 1. a", 1),
        ] {
            let messages = [Said::typed(text)];
            let burst = Burst::new(&messages, &setting);
            let found = (0..burst.tokens.len())
                .filter(|at| {
                    burst.used(*at) == Some(Use::ListNumber)
                        && burst.tokens[*at].kind == Kind::Number
                })
                .count();
            assert_eq!(found, expect, "{text}");
        }
    }
}
