//! Words in one form: without capitals, accents, plurals and joining words, and the sizes apart.
//!
//! **Invariant:** names and what is asked go through the same door, so that only their sameness counts,
//! not the beauty of a stem.

use unicode_normalization::UnicodeNormalization as _;

use super::size::{self, Size};

/// Most characters of a text that are looked at, and most words.
const CHARACTERS: usize = 240;
const WORDS: usize = 16;

/// A text taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    /// The stems, in their order, each once.
    pub words: Vec<String>,
    pub sizes: Vec<Size>,
}

impl Parsed {
    /// The same for texts that differ only in order and writing.
    pub(super) fn key(&self) -> String {
        let mut parts: Vec<String> = self.words.clone();
        parts.extend(self.sizes.iter().map(|size| match size {
            Size::Measure(dimension, value, _) => format!("{dimension:?}:{value}"),
            Size::Bare(value) => format!("#{value}"),
            Size::Written(text, _) => text.clone(),
        }));
        parts.sort_unstable();
        parts.join(" ")
    }

    /// The key without the sizes: what kind of thing it is.
    pub(super) fn kind(&self) -> String {
        let mut words = self.words.clone();
        words.sort_unstable();
        words.join(" ")
    }
}

/// Words that tell no items apart.
const JOINING: &[&str] = &[
    "of", "the", "a", "an", "for", "and", "with", "de", "do", "da", "dos", "das", "del", "la",
    "el", "los", "las", "le", "les", "du", "des", "para", "por", "con", "com", "avec", "et", "e",
    "y", "o", "os", "as", "um", "uma", "un", "una", "une", "en", "em", "pour", "kwa", "ya", "wa",
    "na", "za", "cha", "ki", "ka", "ke", "ko", "wala", "wali", "wale", "من", "و", "का", "की", "के",
    "और",
];

pub(super) fn parse(text: &str) -> Parsed {
    let raw = split(text);
    let mut parsed = Parsed::default();
    let mut at = 0;
    while at < raw.len() {
        if let Some((size, taken)) = size::read(&raw[at..]) {
            if !parsed.sizes.contains(&size) {
                parsed.sizes.push(size);
            }
            at += taken;
            continue;
        }
        let word = &raw[at];
        at += 1;
        if JOINING.contains(&word.as_str()) {
            continue;
        }
        let stem = stem(word);
        if !stem.is_empty() && !parsed.words.contains(&stem) {
            parsed.words.push(stem);
        }
    }
    // Nothing but joining words: then they are its name.
    if parsed.words.is_empty() && parsed.sizes.is_empty() {
        parsed.words = raw;
    }
    parsed.words.truncate(WORDS);
    parsed.sizes.truncate(WORDS);
    parsed
}

/// Letters and digits alone, for codes: "CEM-50", "cem 50" and "cem50" are one.
pub(super) fn code(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The text in small letters without accents, its digits ASCII.
fn fold(text: &str) -> String {
    let text: String = text.chars().take(CHARACTERS).collect();
    // Without its accent this plural is that of no word.
    let text = text.replace("ões", "ão");
    let mut out = String::new();
    let mut before = ' ';
    for c in text.chars() {
        let is_fraction = matches!(c, '¼'..='¾' | '⅐'..='⅞');
        if is_fraction && before.is_ascii_digit() {
            out.push(' ');
        }
        let is_inch = matches!(c, '"' | '″' | '”') && (before.is_ascii_digit() || is_half(before));
        if is_inch {
            out.push_str(" in ");
        } else {
            out.push(c);
        }
        before = c;
    }
    out.nfkd()
        .filter(|c| !is_accent(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '\u{2044}' => '/',
            '×' => 'x',
            '٫' => '.',
            '٬' => ',',
            'ة' => 'ه',
            'ى' => 'ي',
            c => ascii_digit(c).unwrap_or(c),
        })
        .collect()
}

fn is_half(c: char) -> bool {
    matches!(c, '¼'..='¾' | '⅐'..='⅞')
}

/// Accents of Latin letters, vowel signs of Arabic and its stretching; the signs of Devanagari are
/// letters to us.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{640}' | '\u{93c}')
}

fn ascii_digit(c: char) -> Option<char> {
    let zero = match c {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

/// Words and numbers; a point, comma, bar or hyphen between two digits is part of the number.
fn split(text: &str) -> Vec<String> {
    let chars: Vec<char> = fold(text).chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (n, c) in chars.iter().enumerate() {
        let joins = matches!(c, '.' | ',' | '/' | '-')
            && n > 0
            && chars[n - 1].is_ascii_digit()
            && chars.get(n + 1).is_some_and(char::is_ascii_digit);
        let is_sign = matches!(c, '\u{900}'..='\u{97f}');
        if c.is_alphanumeric() || is_sign || joins {
            word.push(if *c == ',' { '.' } else { *c });
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A word without its plural. Light on purpose, and the same for every language but the scripts.
pub(super) fn stem(word: &str) -> String {
    let Some(first) = word.chars().next() else {
        return String::new();
    };
    match first {
        '\u{600}'..='\u{6ff}' => arabic(word),
        '\u{900}'..='\u{97f}' => devanagari(word),
        _ => latin(word),
    }
}

fn latin(word: &str) -> String {
    if word.chars().count() <= 3 {
        return word.to_owned();
    }
    let mut stem = word.to_owned();
    for (ending, becomes) in [
        ("eaux", "eau"),
        ("aux", "au"),
        ("eis", "el"),
        ("ais", "al"),
        ("ies", "i"),
        ("sses", "ss"),
        ("ss", "ss"),
        ("es", ""),
        ("s", ""),
    ] {
        let is_whole = matches!(ending, "ies" | "es") && word.chars().count() == 4;
        if let Some(rest) = word.strip_suffix(ending).filter(|_| !is_whole) {
            stem = format!("{rest}{becomes}");
            break;
        }
    }
    if stem.chars().count() > 3 && !stem.ends_with("ee") && stem.ends_with('e') {
        stem.pop();
    }
    if stem.chars().count() > 2 && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    stem
}

fn arabic(word: &str) -> String {
    let long = |word: &str| word.chars().count() > 4;
    let mut stem = word;
    for prefix in ["وال", "ال"] {
        if let Some(rest) = stem.strip_prefix(prefix).filter(|_| long(stem)) {
            stem = rest;
            break;
        }
    }
    for suffix in ["ات", "ين", "ون"] {
        if let Some(rest) = stem.strip_suffix(suffix).filter(|_| long(stem)) {
            stem = rest;
            break;
        }
    }
    let is_long = stem.chars().count() > 3;
    stem.strip_suffix('ه')
        .filter(|_| is_long)
        .unwrap_or(stem)
        .to_owned()
}

fn devanagari(word: &str) -> String {
    for suffix in ["ियाँ", "ियां", "ों", "ें", "े", "ा", "ी"] {
        if let Some(rest) = word.strip_suffix(suffix)
            && rest.chars().count() >= 2
        {
            return rest.to_owned();
        }
    }
    word.to_owned()
}

/// Other forms of a word that nothing is called by: the classes of Swahili nouns.
pub(super) fn other_forms(stem: &str) -> Vec<String> {
    let mut forms = Vec::new();
    if !stem.is_ascii() || stem.len() < 4 {
        return forms;
    }
    for (one, other) in [
        ("vi", "ki"),
        ("ki", "vi"),
        ("mi", "m"),
        ("ma", ""),
        ("m", "mi"),
    ] {
        if let Some(rest) = stem.strip_prefix(one).filter(|rest| rest.len() >= 3) {
            forms.push(format!("{other}{rest}"));
        }
    }
    forms.push(format!("ma{stem}"));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many_are_the_same_word() {
        for (one, many) in [
            ("cable", "cables"),
            ("brush", "brushes"),
            ("box", "boxes"),
            ("glass", "glasses"),
            ("battery", "batteries"),
            ("tie", "ties"),
            ("shoe", "shoes"),
            ("motor", "motores"),
            ("guante", "guantes"),
            ("tubo", "tubos"),
            ("caminhão", "caminhões"),
            ("papel", "papéis"),
            ("material", "materiais"),
            ("tableau", "tableaux"),
            ("tuyau", "tuyaux"),
            ("disjoncteur", "disjoncteurs"),
            ("علبة", "علب"),
            ("الأسمنت", "اسمنت"),
            ("बोतल", "बोतलें"),
        ] {
            let (a, b) = (parse(one), parse(many));
            assert_eq!(a, b, "{one} {many}");
        }
    }

    #[test]
    fn joining_words_order_and_writing_do_not_count() {
        for (one, other) in [
            ("Cable de cobre", "cobre cable"),
            ("saco de cimento", "sacos cimento"),
            ("2.5mm cable", "Cables 2,5 mm"),
            ("Portland cement (50 kg)", "portland cement 50kg"),
        ] {
            assert_eq!(super::super::key(one), super::super::key(other));
        }
        assert_eq!(code("CEM-50"), code("cem 50"));
    }

    #[test]
    fn anything_can_be_parsed() {
        for text in [
            "",
            " ",
            "🙂",
            "///",
            "1/0 in",
            "99999999999999999999 kg",
            "x",
            "4x",
            "\"",
            "½",
        ] {
            let parsed = parse(text);
            assert!(
                parsed.words.len() + parsed.sizes.len() <= 2,
                "{text}: {parsed:?}"
            );
        }
        let long = "cement ".repeat(10_000) + &"1 ".repeat(10_000);
        assert!(parse(&long).words.len() <= WORDS);
    }
}
