//! Glyphs to tokens: words, numbers as written, codes ("M12", "6205-2RS"), marks and line breaks.
//!
//! **Invariant:** tokens stand in the order of the text and do not overlap; nothing but white space
//! stands between them.

use unicode_normalization::char::decompose_canonical;

use super::normalise::{Glyph, normalise};
use super::reading::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    /// Digits with the separators inside them.
    Number,
    /// Letters and digits that belong together.
    Code,
    Mark(char),
    /// The start of a message or of a line in it.
    Break,
    /// Pictures and signs without a meaning here.
    Symbol,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// In small letters, and as [`unaccented`].
    pub(crate) text: String,
    pub(crate) span: Span,
    /// No space stands before it.
    pub(crate) glued: bool,
}

impl Token {
    pub(crate) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

pub(crate) fn tokenise(message: usize, text: &str) -> Vec<Token> {
    let glyphs = normalise(text);
    let mut out = Vec::with_capacity(glyphs.len() / 4 + 1);
    let first = Span {
        message,
        start: 0,
        end: 0,
    };
    out.push(Token {
        kind: Kind::Break,
        text: String::new(),
        span: first,
        glued: false,
    });
    let mut at = 0;
    let mut glued = false;
    while let Some(glyph) = glyphs.get(at) {
        if glyph.ch == '\n' {
            push(&mut out, message, Kind::Break, &glyphs[at..=at], false);
            at += 1;
            glued = false;
            continue;
        }
        if glyph.ch.is_whitespace() {
            at += 1;
            glued = false;
            continue;
        }
        let (kind, len) = next(&glyphs[at..]);
        push(&mut out, message, kind, &glyphs[at..at + len], glued);
        at += len;
        glued = true;
    }
    out
}

/// Without the accents of Latin letters, which few people type on a phone. In a word of one or two
/// letters they stay: they tell "é" from "e" and "où" from "ou".
pub(crate) fn unaccented(word: String) -> String {
    if word.is_ascii() || word.chars().nth(2).is_none() {
        return word;
    }
    let plain = |ch: char| {
        // "maïs" is not "mais".
        if ch == 'ï' || !matches!(ch, '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}') {
            return ch;
        }
        let mut base = ch;
        decompose_canonical(ch, |part| {
            if part.is_ascii_alphabetic() {
                base = part;
            }
        });
        base
    };
    word.chars().map(plain).collect()
}

/// The words of a lexicon entry, split as a message would be; "d'" is one.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for token in tokenise(0, text) {
        match out.last_mut() {
            Some(last) if token.is('\'') && token.glued => last.push('\''),
            Some(_) | None if token.kind != Kind::Break => out.push(token.text),
            Some(_) | None => {}
        }
    }
    out
}

fn push(out: &mut Vec<Token>, message: usize, kind: Kind, glyphs: &[Glyph], glued: bool) {
    let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else {
        return;
    };
    let text: String = glyphs
        .iter()
        .flat_map(|glyph| glyph.ch.to_lowercase())
        .collect();
    out.push(Token {
        kind,
        text: unaccented(text),
        span: Span {
            message,
            start: first.start,
            end: last.end.max(first.end),
        },
        glued,
    });
}

fn next(rest: &[Glyph]) -> (Kind, usize) {
    let ch = |at: usize| rest.get(at).map_or(' ', |glyph| glyph.ch);
    let first = ch(0);
    if let Some(len) = address_length(rest) {
        return (Kind::Symbol, len);
    }
    if first.is_ascii_digit() || (first == '.' && ch(1).is_ascii_digit()) {
        let code = code_length(rest);
        return if code > 0 {
            (Kind::Code, code)
        } else {
            (Kind::Number, number_length(rest))
        };
    }
    if is_letter(first) {
        let letters = letters_length(rest);
        // "x20" is a count; any other word that runs into digits is a code.
        if ch(letters).is_ascii_digit() && !(letters == 1 && first.eq_ignore_ascii_case(&'x')) {
            return (Kind::Code, alnum_run(rest));
        }
        // "C-1007" is a part number, "DAP-20" may be twenty of it.
        let capitals = letters <= 2 && rest[..letters].iter().all(|glyph| glyph.ch.is_uppercase());
        let digits = rest
            .iter()
            .skip(letters + 1)
            .take_while(|glyph| glyph.ch.is_ascii_digit())
            .count();
        if capitals && ch(letters) == '-' && digits >= 3 {
            return (Kind::Code, alnum_run(rest));
        }
        return (Kind::Word, letters);
    }
    if first.is_ascii() || is_currency(first) || first == '\u{2022}' {
        return (Kind::Mark(first), 1);
    }
    let len = rest
        .iter()
        .take_while(|glyph| {
            !glyph.ch.is_ascii() && !glyph.ch.is_alphanumeric() && !glyph.ch.is_whitespace()
        })
        .count();
    (Kind::Symbol, len.max(1))
}

/// A mail or web address, which says nothing about a line.
fn address_length(rest: &[Glyph]) -> Option<usize> {
    if !rest
        .first()
        .is_some_and(|glyph| glyph.ch.is_ascii_alphanumeric())
    {
        return None;
    }
    let run = rest.iter().take(200).take_while(|glyph| {
        glyph.ch.is_ascii_alphanumeric()
            || matches!(
                glyph.ch,
                '@' | '.' | '-' | '_' | '+' | ':' | '/' | '?' | '=' | '&' | '%' | '~'
            )
    });
    let text: String = run.map(|glyph| glyph.ch).collect();
    let text = text.trim_end_matches(['.', ':', '?', '-', '/', '&', '=']);
    let (name, host) = text.split_once('@').unwrap_or(("", ""));
    let mail = name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.contains('.')
        && host.ends_with(|c: char| c.is_ascii_alphabetic());
    let web = text.contains("://") || (text.starts_with("www.") && text.len() > 6);
    (mail || web).then_some(text.len())
}

fn is_currency(ch: char) -> bool {
    matches!(ch, '€' | '£' | '₹' | '₦' | '¥')
}

fn is_letter(ch: char) -> bool {
    ch.is_alphabetic() || (ch.is_alphanumeric() && !ch.is_ascii_digit())
}

fn letters_length(rest: &[Glyph]) -> usize {
    let mut len = 0;
    while let Some(glyph) = rest.get(len) {
        let inner =
            glyph.ch == '\'' && len > 0 && rest.get(len + 1).is_some_and(|next| is_letter(next.ch));
        let mark = unicode_normalization::char::is_combining_mark(glyph.ch);
        if !is_letter(glyph.ch) && !inner && !mark {
            break;
        }
        len += 1;
    }
    len.max(1)
}

/// Digits, with single separators between digits.
fn number_length(rest: &[Glyph]) -> usize {
    let mut len = 0;
    while let Some(glyph) = rest.get(len) {
        let separator = matches!(glyph.ch, '.' | ',' | '\'' | '\u{066B}' | '\u{066C}')
            && rest
                .get(len + 1)
                .is_some_and(|next| next.ch.is_ascii_digit());
        if !glyph.ch.is_ascii_digit() && !separator {
            break;
        }
        len += 1;
    }
    len
}

/// The length of a code that starts with a digit, 0 if it is none: "6205-2rs", "3g2.5". A number with
/// letters behind it ("50kg"), a size ("12mmx6m") and a date are none.
fn code_length(rest: &[Glyph]) -> usize {
    let run = alnum_run(rest);
    let text: Vec<char> = rest[..run]
        .iter()
        .map(|glyph| glyph.ch.to_ascii_lowercase())
        .collect();
    let digits = text.iter().take_while(|ch| ch.is_ascii_digit()).count();
    let letters = text[digits..]
        .iter()
        .take_while(|ch| is_letter(**ch))
        .count();
    let after = text.get(digits + letters);
    let in_code = match (text.get(digits), letters, after) {
        // 3g2.5, 6205zz8; but 12x6 and 12mmx6m are sizes.
        (_, 1.., Some(ch)) if ch.is_ascii_digit() => text[digits + letters - 1] != 'x',
        // 6205-2rs, 20-20-20a; letters must follow, else it may be a range or a date.
        (Some('-'), _, _) => {
            text.windows(2)
                .skip(digits + 1)
                .any(|pair| pair[0].is_ascii_digit() && is_letter(pair[1]))
                && text.get(digits + 1).is_some_and(char::is_ascii_digit)
                && text.iter().filter(|ch| **ch == '-').count() == 1
                && rest[..run].iter().any(|glyph| glyph.ch.is_uppercase())
        }
        _ => false,
    };
    if in_code { run } else { 0 }
}

/// Letters and digits, with single "-", "." or "/" between them.
fn alnum_run(rest: &[Glyph]) -> usize {
    let mut len = 0;
    while let Some(glyph) = rest.get(len) {
        let inner = matches!(glyph.ch, '-' | '.' | '/')
            && len > 0
            && rest
                .get(len + 1)
                .is_some_and(|next| next.ch.is_alphanumeric());
        if !glyph.ch.is_alphanumeric() && !inner {
            break;
        }
        len += 1;
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let parts: Vec<String> = tokenise(0, text)
            .iter()
            .map(|token| match token.kind {
                Kind::Word => format!("w:{}", token.text),
                Kind::Number => format!("n:{}", token.text),
                Kind::Code => format!("c:{}", token.text),
                Kind::Mark(mark) => mark.to_string(),
                Kind::Break => "|".to_owned(),
                Kind::Symbol => "~".to_owned(),
            })
            .collect();
        parts.join(" ")
    }

    #[test]
    fn tokens_are_what_a_reader_would_see() {
        for (text, expect) in [
            ("20 bags", "| n:20 w:bags"),
            ("20bags", "| n:20 w:bags"),
            ("2.5mm cable", "| n:2.5 w:mm w:cable"),
            ("M12", "| c:m12"),
            ("6205-2RS", "| c:6205-2rs"),
            ("3G2.5", "| c:3g2.5"),
            ("cement x20", "| w:cement w:x n:20"),
            ("12x6", "| n:12 w:x n:6"),
            ("12mm x 6m", "| n:12 w:mm w:x n:6 w:m"),
            ("1. 20 bags", "| n:1 . n:20 w:bags"),
            ("1,500", "| n:1,500"),
            ("cement 20,sand", "| w:cement n:20 , w:sand"),
            ("12/02", "| n:12 / n:02"),
            ("2026-12-02", "| n:2026 - n:12 - n:02"),
            ("10-12mm", "| n:10 - n:12 w:mm"),
            ("don't", "| w:don't"),
            ("v-belt B68", "| w:v - w:belt c:b68"),
            ("a\nb", "| w:a | w:b"),
            ("👍🙏", "| ~"),
            ("", "|"),
            (".5", "| n:.5"),
            ("write to a.b@x-mail.test.", "| w:write w:to ~ ."),
            ("see https://x.test/5?a=1 now", "| w:see ~ w:now"),
            ("20@650", "| n:20 @ n:650"),
            ("C-1007 DAP-20", "| c:c-1007 w:dap - n:20"),
            ("...", "| . . ."),
            ("Camión é où Ñandú", "| w:camion w:é w:où w:nandu"),
        ] {
            assert_eq!(shown(text), expect, "{text}");
        }
    }
}
