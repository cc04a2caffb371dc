//! Short words that are written on the next one: "l'huile", "و20".

use super::lexicon::Lexicon;
use super::normalise::normalise;
use super::reading::Span;
use super::setting::Said;
use super::token::{Kind, Token, tokenise};

/// The tokens with such short words taken off, each as a word of its own.
pub(crate) fn detached(tokens: Vec<Token>, messages: &[Said], lexicon: &Lexicon) -> Vec<Token> {
    if !lexicon.has_prefixes() {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len() + 8);
    for token in tokens {
        push(&mut out, token, messages, lexicon, DEEPEST);
    }
    out
}

/// Short words that stand one on the other: "وبال".
const DEEPEST: usize = 3;

fn push(out: &mut Vec<Token>, token: Token, messages: &[Said], lexicon: &Lexicon, deepest: usize) {
    let parted = split(&token, messages, lexicon).filter(|_| deepest > 0);
    let Some((prefix, rest)) = parted else {
        out.push(token);
        return;
    };
    out.push(prefix);
    for token in rest {
        push(out, token, messages, lexicon, deepest - 1);
    }
}

fn split(token: &Token, messages: &[Said], lexicon: &Lexicon) -> Option<(Token, Vec<Token>)> {
    if !matches!(token.kind, Kind::Word | Kind::Code) {
        return None;
    }
    let count = lexicon.prefix(&token.text)?;
    let glyphs = normalise(token.span.of(messages));
    if glyphs.len() != token.text.chars().count() {
        return None;
    }
    let Span {
        message,
        start,
        end,
    } = token.span;
    let cut = start + glyphs.get(count)?.start;
    let elided = token.text.chars().nth(count - 1) == Some('\'');
    let prefix = Token {
        kind: Kind::Word,
        text: token.text.chars().take(count).collect(),
        span: Span {
            message,
            start,
            end: cut,
        },
        glued: token.glued,
    };
    let behind = Span {
        message,
        start: cut,
        end,
    };
    let rest = tokenise(message, behind.of(messages))
        .into_iter()
        .filter(|token| token.kind != Kind::Break)
        .enumerate()
        .map(|(at, token)| Token {
            span: Span {
                message,
                start: token.span.start + cut,
                end: token.span.end + cut,
            },
            glued: if at == 0 { elided } else { token.glued },
            ..token
        });
    Some((prefix, rest.collect()))
}

#[cfg(test)]
mod tests {
    use super::super::lexicon_file::{File, build};
    use super::*;

    #[test]
    fn a_short_word_is_taken_off_where_the_rest_stands_alone() {
        let file = "[numbers]\n\"خمسة\" = 5\n[words]\nfiller = [\"tout d'abord\"]\nof = [\"d'\"]\n\
                    [prefixes]\nknown = [\"ل\"]\nalways = [\"و\", \"d'\"]\nwhole = [\"وصلة\"]\n";
        let lexicon = build(&File::parse(file).unwrap(), None).unwrap();
        for (text, expect) in [
            ("ورمل", "و|رمل"),
            ("و20", "و|20"),
            ("وصلة", "وصله"),
            ("لخمسة", "ل|خمسه"),
            ("لوح", "لوح"),
            ("D’huile", "d'|huile"),
            ("tout d'abord", "tout|d'|abord"),
            ("و", "و"),
            ("ولخمسة", "و|ل|خمسه"),
        ] {
            let messages = [Said::typed(text)];
            let tokens = detached(tokenise(0, text), &messages, &lexicon);
            let shown: Vec<&str> = tokens[1..]
                .iter()
                .map(|token| token.text.as_str())
                .collect();
            assert_eq!(shown.join("|"), expect, "{text}");
            let spans: Vec<&str> = tokens[1..]
                .iter()
                .map(|token| token.span.of(&messages))
                .collect();
            assert_eq!(
                spans.concat().to_lowercase(),
                text.replace(' ', "").to_lowercase()
            );
        }
    }
}
