//! A text as words, numbers in digits and marks, with the way back to its bytes.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::super::normalise::{Glyph, normalise};
use super::digits::digits;
use super::words::Words;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Word(String),
    /// Its value, and whether more may be made of it: "2" of "2 million".
    Digits(f64, Form),
    Mark(char),
}

/// How a number in digits is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Digits alone.
    Whole,
    Decimal,
    /// With a fraction, a power or a letter: complete.
    Closed,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// White space stands before it.
    pub(super) apart: bool,
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            Kind::Digits(..) | Kind::Mark(_) => None,
        }
    }
}

/// One form for a word: small letters, no accents, no dots below.
pub(super) fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|ch| !is_accent(*ch))
        .flat_map(char::to_lowercase)
        .map(|ch| if ch == '\u{0901}' { '\u{0902}' } else { ch })
        .collect()
}

/// Marks that change no word: those of Latin letters, and the nukta. The signs of Devanagari stay.
fn is_accent(ch: char) -> bool {
    let code = u32::from(ch);
    ch == '\u{093C}' || is_combining_mark(ch) && !(0x0900..0x0980).contains(&code)
}

pub(super) fn lex(text: &str, words: &Words) -> Vec<Token> {
    let glyphs = normalise(text);
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    let mut apart = true;
    while let Some(glyph) = glyphs.get(at) {
        if glyph.ch.is_whitespace() {
            apart = true;
            at += 1;
            continue;
        }
        let (kind, len) = next(&glyphs, at, words);
        out.push(Token {
            kind,
            start: glyph.start,
            end: glyphs[at + len - 1].end,
            apart,
        });
        apart = false;
        at += len;
    }
    join(out, words)
}

/// "quatre-vingt" as one word, where the data holds it as one number.
fn join(tokens: Vec<Token>, words: &Words) -> Vec<Token> {
    if words.joined.is_empty() {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match words
            .joined
            .iter()
            .find_map(|phrase| ends(&tokens, at, phrase))
        {
            Some((to, word)) => {
                out.push(Token {
                    kind: Kind::Word(word),
                    end: tokens[to - 1].end,
                    ..token.clone()
                });
                at = to;
            }
            None => {
                out.push(token.clone());
                at += 1;
            }
        }
    }
    out
}

/// Where a phrase that starts here ends, hyphens between its words or not.
fn ends(tokens: &[Token], at: usize, phrase: &[String]) -> Option<(usize, String)> {
    let mut here = at;
    for (n, word) in phrase.iter().enumerate() {
        let hyphen = n > 0 && tokens.get(here)?.kind == Kind::Mark('-');
        here += usize::from(hyphen);
        if tokens.get(here)?.word()? != word {
            return None;
        }
        here += 1;
    }
    Some((here, phrase.join(" ")))
}

fn next(glyphs: &[Glyph], at: usize, words: &Words) -> (Kind, usize) {
    if let Some((value, form, len)) = digits(glyphs, at, words.decimal) {
        return (Kind::Digits(value, form), len);
    }
    let first = glyphs[at].ch;
    if !is_letter(first) {
        return (Kind::Mark(first), 1);
    }
    let len = glyphs[at..]
        .iter()
        .take_while(|glyph| is_letter(glyph.ch))
        .count();
    let word: String = glyphs[at..at + len].iter().map(|glyph| glyph.ch).collect();
    (Kind::Word(fold(&word)), len)
}

fn is_letter(ch: char) -> bool {
    ch.is_alphabetic() || is_combining_mark(ch)
}
