//! The languages that are read, and which of them a burst is in.
//!
//! A burst has one language. It is read with that language's words and, for what they do not know, with
//! the English ones: people mix the two.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::lexicon::Lexicon;
use super::lexicon_file::{BUILDS, File, build};
use super::token::{Kind, Token};

/// A language that is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    Spanish,
    Portuguese,
    French,
    Hindi,
    Swahili,
    Arabic,
}

impl Language {
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::Spanish,
        Self::Portuguese,
        Self::French,
        Self::Hindi,
        Self::Swahili,
        Self::Arabic,
    ];

    /// The code of ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::French => "fr",
            Self::Hindi => "hi",
            Self::Swahili => "sw",
            Self::Arabic => "ar",
        }
    }

    /// By the code, or by a tag that begins with it: `pt`, `pt-BR`, `pt_BR`.
    pub fn parse(tag: &str) -> Option<Self> {
        let code = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(code))
    }

    fn text(self) -> &'static str {
        match self {
            Self::English => include_str!("lexicon/en.toml"),
            Self::Spanish => include_str!("lexicon/es.toml"),
            Self::Portuguese => include_str!("lexicon/pt.toml"),
            Self::French => include_str!("lexicon/fr.toml"),
            Self::Hindi => include_str!("lexicon/hi.toml"),
            Self::Swahili => include_str!("lexicon/sw.toml"),
            Self::Arabic => include_str!("lexicon/ar.toml"),
        }
    }
}

/// What is shipped, read once.
struct Shipped {
    /// In the order of [`Language::ALL`].
    lexicons: Vec<Lexicon>,
    words: HashMap<String, Known>,
}

/// In which languages a word occurs.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// How much it says of each of [`Language::ALL`].
    weights: [u32; Language::ALL.len()],
}

fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(|| read_files().expect("the shipped lexicons are well formed"))
}

fn read_files() -> Result<Shipped, String> {
    let files: Vec<File> = Language::ALL
        .iter()
        .map(|language| File::parse(language.text()))
        .collect::<Result<_, _>>()?;
    let mut words: HashMap<String, Known> = HashMap::new();
    for (at, file) in files.iter().enumerate() {
        for (word, weight) in file.vocabulary() {
            words.entry(word).or_default().weights[at] = weight;
        }
    }
    let lexicons = files
        .iter()
        .enumerate()
        .map(|(at, file)| build(file, files.first().filter(|_| at > 0)))
        .collect::<Result<_, _>>()?;
    Ok(Shipped { lexicons, words })
}

/// The lexicon of a language, with English behind it.
pub(crate) fn lexicon(language: Language) -> &'static Lexicon {
    &shipped().lexicons[language as usize]
}

/// The number words of a language that are one word each.
#[derive(Debug, Default)]
pub(crate) struct NumberWords {
    pub(crate) numbers: HashMap<String, f64>,
    pub(crate) scales: HashMap<String, f64>,
    pub(crate) groups: HashMap<String, f64>,
}

/// The number words of a language, without those of English behind it.
pub(crate) fn number_words(language: Language) -> NumberWords {
    File::parse(language.text())
        .map(|file| file.number_words())
        .expect("the shipped lexicons are well formed")
}

/// What a word of weight one that only one language has says; it can be shared by all of them.
const OWN: u32 = 420;
/// What a language must gather: more than one word that is not built with.
const ENOUGH: u32 = 2 * OWN;

/// The language of a burst: the one whose own words stand in it; `usual` is that of the sender or the
/// organisation. Words of one language speak for it, words of several for each of them a little; a
/// word that English knows too proves little, since English words stand in every language.
pub(crate) fn language(tokens: &[Token], usual: Option<Language>) -> Language {
    let words = &shipped().words;
    let mut points = [0_u32; Language::ALL.len()];
    for token in tokens.iter().filter(|token| token.kind == Kind::Word) {
        if let Some(language) = script(&token.text) {
            points[language as usize] += ENOUGH;
        }
        let Some(known) = words.get(&token.text) else {
            continue;
        };
        let count = known.weights.iter().filter(|weight| **weight > 0).count();
        let english = known.weights[Language::English as usize] > 0;
        if english && count > 1 {
            let weight = known.weights[Language::English as usize];
            if weight >= BUILDS {
                points[Language::English as usize] += weight * OWN / 6;
            }
            continue;
        }
        // People put English names of goods into every language, its other words less often.
        if english {
            let weight = known.weights[Language::English as usize];
            if weight >= BUILDS {
                points[Language::English as usize] += weight * OWN / 3;
            }
            continue;
        }
        let share = OWN / u32::try_from(count).unwrap_or(1).max(1);
        // "Block B": a letter that only stands for a word in chats is more often a name.
        let most = if is_consonant(&token.text) {
            1
        } else {
            u32::MAX
        };
        for (sum, weight) in points.iter_mut().zip(known.weights) {
            *sum += weight.min(most) * share;
        }
    }
    let usual = usual.unwrap_or_default();
    if usual != Language::English {
        let own = points[usual as usize] > 0;
        points[usual as usize] += if own { 5 * ENOUGH } else { ENOUGH };
    }
    let most = points.iter().copied().max().unwrap_or(0);
    if most < ENOUGH || points[usual as usize] == most {
        return usual;
    }
    Language::ALL
        .into_iter()
        .find(|language| points[*language as usize] == most)
        .unwrap_or_default()
}

fn is_consonant(word: &str) -> bool {
    let letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    letter && !matches!(word, "a" | "e" | "i" | "o" | "u" | "y")
}

/// The one language that is read in this script.
fn script(word: &str) -> Option<Language> {
    let first = word.chars().next()?;
    match first {
        '\u{0900}'..='\u{097F}' => Some(Language::Hindi),
        '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' => Some(Language::Arabic),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::{Class, Classes};
    use super::super::token::{tokenise, words};
    use super::*;

    #[test]
    fn the_shipped_lexicons_are_well_formed() {
        read_files().unwrap();
        assert!(File::parse("numbers = 1").is_err());
        assert!(File::parse("[surprises]").is_err());
    }

    fn classes(text: &str) -> Option<(Classes, usize)> {
        let words = words(text);
        lexicon(Language::English).classes(|at| words.get(at).map(String::as_str))
    }

    #[test]
    fn the_longest_phrase_wins() {
        let (found, len) = classes("that's all for now").unwrap();
        assert!(found.has(Class::Done));
        assert_eq!(len, 4);
        let (found, len) = classes("make that 15").unwrap();
        assert!(found.has(Class::Correct));
        assert_eq!(len, 2);
        assert_eq!(classes("zzz"), None);
    }

    #[test]
    fn what_the_first_language_knows_is_not_looked_up_in_english() {
        let first = File::parse("[words]\nof = [\"a\"]\n[numbers]\nonce = 11\n").unwrap();
        let english = File::parse(Language::English.text()).unwrap();
        let both = build(&first, Some(&english)).unwrap();
        let class = |word: &'static str| both.classes(|at| (at == 0).then_some(word)).unwrap().0;
        assert!(class("a").has(Class::Of) && !class("a").has(Class::Article));
        assert!(class("an").has(Class::Article));
        assert_eq!(both.numbers.get("once"), Some(&11_000));
        assert_eq!(both.numbers.get("two"), Some(&2000));
    }

    #[test]
    fn a_language_is_known_by_its_tag() {
        assert_eq!(Language::parse("pt-BR"), Some(Language::Portuguese));
        assert_eq!(Language::parse("EN_gb"), Some(Language::English));
        assert_eq!(Language::parse("de"), None);
    }

    #[test]
    fn script_and_words_tell_the_language() {
        for (text, expect) in [
            ("20 bags of cement", Language::English),
            ("सीमेंट 20", Language::Hindi),
            ("أسمنت 20", Language::Arabic),
            ("zzz 20", Language::English),
            ("240 plastic chairs and 5 round tables", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(language(&tokenise(0, text), None), expect, "{text}");
        }
    }
}
