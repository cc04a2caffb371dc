//! One form for what looks the same, with the way back to the bytes that were sent.
//!
//! NFKC, invisible and bidi characters stripped, digits of every script folded to ASCII, typographic
//! quotes and dashes made plain, letters that people write in more than one way made one.
//! **Invariant:** glyphs stand in the order of the text, and each knows
//! the byte range it was made from.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// A character after normalisation, with the bytes it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glyph {
    pub(crate) ch: char,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The first digit of each script whose ten digits stand in a row.
const ZEROS: [u32; 24] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0xA8D0, 0xFF10,
];

/// A cluster longer than this is cut: no script needs it, and it keeps the work linear.
const CLUSTER: usize = 32;

pub(crate) fn normalise(text: &str) -> Vec<Glyph> {
    let mut out = Vec::with_capacity(text.len());
    let mut cluster = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if is_stripped(first) {
            continue;
        }
        let mut end = start + first.len_utf8();
        cluster.clear();
        cluster.push(first);
        while cluster.chars().count() < CLUSTER {
            let Some(&(at, mark)) = chars.peek() else {
                break;
            };
            if !is_combining_mark(mark) || canonical_combining_class(mark) == 0 {
                break;
            }
            cluster.push(mark);
            end = at + mark.len_utf8();
            chars.next();
        }
        push(&mut out, first, &cluster, start, end);
    }
    out
}

fn push(out: &mut Vec<Glyph>, first: char, cluster: &str, start: usize, end: usize) {
    let after_letter = out.last().is_some_and(|glyph| glyph.ch.is_alphabetic());
    let mut emit = |ch| out.push(Glyph { ch, start, end });
    if cluster.chars().nth(1).is_none() {
        if first.is_ascii() {
            emit(if first == '`' { '\'' } else { first });
            return;
        }
        if let Some(digit) = digit(first) {
            emit(digit);
            return;
        }
        if let Some(plain) = plain(first) {
            emit(plain);
            return;
        }
        if is_pointing(first) {
            return;
        }
    }
    // A number that is a single character ("½", "①", "²") must not run into its neighbours.
    let raised_unit = matches!(first, '²' | '³') && after_letter;
    let apart = !raised_unit
        && digit(first).is_none()
        && cluster.nfkc().any(|ch| ch.is_ascii_digit())
        && !first.is_alphabetic();
    if apart {
        emit(' ');
    }
    if cluster.nfkc().any(char::is_whitespace) {
        // One character that stands for several words would make several tokens of the same bytes.
        emit(first);
        return;
    }
    for ch in cluster.nfkc() {
        match ch {
            '\u{2044}' => emit('/'),
            _ if is_stripped(ch) || is_pointing(ch) => {}
            _ => emit(digit(ch).or_else(|| plain(ch)).unwrap_or(same_letter(ch))),
        }
    }
    if apart {
        emit(' ');
    }
}

fn digit(ch: char) -> Option<char> {
    let code = u32::from(ch);
    if code < 0x0660 {
        return None;
    }
    let zero = ZEROS
        .iter()
        .find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

fn plain(ch: char) -> Option<char> {
    Some(match ch {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{2032}' | '\u{00B4}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' | '\u{00AB}' | '\u{00BB}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{00D7}' | '\u{2715}' | '\u{2716}' => 'x',
        '\u{2022}' | '\u{00B7}' | '\u{25CF}' | '\u{25AA}' | '\u{25E6}' | '\u{2023}' => '\u{2022}',
        '\u{20E3}' => ')',
        '\u{2028}' | '\u{2029}' | '\u{0085}' => '\n',
        '\u{060C}' | '\u{3001}' => ',',
        '\u{061B}' => ';',
        '\u{061F}' => '?',
        '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        _ => return None,
    })
}

/// One letter for those that people put one for the other.
pub(crate) fn same_letter(ch: char) -> char {
    match ch {
        '\u{0622}' | '\u{0623}' | '\u{0625}' | '\u{0671}' => '\u{0627}',
        '\u{0629}' | '\u{06C1}' | '\u{06D5}' => '\u{0647}',
        '\u{0649}' | '\u{06CC}' => '\u{064A}',
        '\u{06A9}' => '\u{0643}',
        '\u{0901}' => '\u{0902}',
        '\u{0929}' => '\u{0928}',
        '\u{0931}' => '\u{0930}',
        '\u{0934}' => '\u{0933}',
        _ => ch,
    }
}

/// Vowel points, stretching and the nukta, which most people leave out.
pub(crate) fn is_pointing(ch: char) -> bool {
    matches!(
        ch,
        '\u{0640}' | '\u{064B}'..='\u{0652}' | '\u{0670}' | '\u{093C}'
    )
}

/// Characters that nobody sees.
fn is_stripped(ch: char) -> bool {
    match ch {
        '\n' | '\t' | '\u{0085}' => false,
        _ => {
            ch.is_control()
                || matches!(ch,
                    '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180B}'..='\u{180F}'
                    | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
                    | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
                    | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E0FFF}')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_becomes_the_same() {
        for (text, expect) in [
            ("20 bags", "20 bags"),
            ("２０ ｂａｇｓ", "20 bags"),
            ("٣٠", "30"),
            ("५०", "50"),
            ("1½ bags", "1 1/2  bags"),
            ("1\u{200B}5", "15"),
            ("\u{202E}15\u{202C}", "15"),
            ("①20", " 1 20"),
            ("m²", "m2"),
            ("10²", "10 2 "),
            ("that’s", "that's"),
            ("5 – 6", "5 - 6"),
            ("12×6", "12x6"),
            ("1️⃣ x", "1) x"),
            ("cafe\u{301}", "café"),
            ("㎏", "kg"),
            ("\u{E0041}\u{E0042}a", "a"),
            ("أسمنتٌ كـيـسَ علبة على", "اسمنت كيس علبه علي"),
            ("ज़रूरी पाँच साढ़े", "जरूरी पांच साढे"),
            ("", ""),
        ] {
            let got: String = normalise(text).iter().map(|glyph| glyph.ch).collect();
            assert_eq!(got, expect, "{text}");
        }
    }

    #[test]
    fn glyphs_know_where_they_come_from() {
        let text = "a\u{200B}\u{202E}e\u{301}½😀";
        for glyph in normalise(text) {
            assert!(text.get(glyph.start..glyph.end).is_some(), "{glyph:?}");
        }
        let glyphs = normalise("٣٠ x");
        assert_eq!((glyphs[1].ch, glyphs[1].start, glyphs[1].end), ('0', 2, 4));
    }
}
