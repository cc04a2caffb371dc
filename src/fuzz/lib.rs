//! The floors that are fuzzed, taken from the daemon's own sources, and what must hold of them.
//!
//! `cargo +nightly fuzz run read --fuzz-dir src/fuzz` runs one target until it finds something; the
//! daemon itself is not built.
#![allow(dead_code, unreachable_pub, unused_imports)]

#[path = "../domain"]
pub mod domain {
    pub mod quantity;
}
#[path = "../language/mod.rs"]
pub mod language;
#[path = "../language/normalise.rs"]
mod normalise;
#[path = "../llm"]
pub mod llm {
    mod answer;
    mod proposals;

    pub use answer::Answer;
    pub use proposals::read_proposals;
}

use chrono::NaiveDate;
use language::{
    DateOrder, DraftLine, Language, NumberFormat, Place, Reading, Said, Setting, Span, explain, fold,
};

/// A burst and its setting, as bytes choose them.
#[derive(arbitrary::Arbitrary, Clone, Debug)]
pub struct Input {
    pub messages: Vec<Message>,
    pub format: u8,
    pub order: u8,
    pub language: u8,
    pub draft: Vec<(String, u32)>,
    pub site: Option<String>,
}

#[derive(arbitrary::Arbitrary, Clone, Debug)]
pub struct Message {
    pub text: String,
    pub edits: Option<u8>,
    pub quotes: Option<u8>,
}

impl Input {
    pub fn said(&self) -> Vec<Said> {
        let index = |at: Option<u8>| at.map(usize::from).filter(|at| *at < self.messages.len());
        self.messages
            .iter()
            .map(|message| Said {
                edits: index(message.edits),
                quoted: index(message.quotes).map(language::Quoted::Message),
                ..Said::typed(message.text.clone())
            })
            .collect()
    }

    pub fn setting(&self) -> Setting {
        let now = NaiveDate::from_ymd_opt(2026, 11, 20)
            .and_then(|day| day.and_hms_opt(9, 0, 0))
            .expect("it is a day");
        let draft = self.draft.iter().map(|(item, count)| DraftLine {
            item: item.clone(),
            spec: None,
            quantity: domain::quantity::Quantity::whole(
                i64::from(*count),
                domain::quantity::Unit::piece(),
            ),
        });
        let site = self.site.iter().map(|name| Place {
            id: "s1".to_owned(),
            name: name.clone(),
            aliases: Vec::new(),
        });
        Setting {
            number_format: match self.format % 4 {
                0 => NumberFormat::Point,
                1 => NumberFormat::Comma,
                2 => NumberFormat::Space,
                _ => NumberFormat::Unset,
            },
            date_order: match self.order % 3 {
                0 => DateOrder::DayFirst,
                1 => DateOrder::MonthFirst,
                _ => DateOrder::Unset,
            },
            language: Language::ALL.get(usize::from(self.language % 8)).copied(),
            draft: draft.collect(),
            sites: site.collect(),
            ..Setting::new(now)
        }
    }
}

/// The characters of a text after normalisation, each with the bytes it was made from.
pub fn glyphs(text: &str) -> Vec<(char, usize, usize)> {
    let glyphs = normalise::normalise(text).into_iter();
    glyphs.map(|glyph| (glyph.ch, glyph.start, glyph.end)).collect()
}

/// What holds of every reading: spans lie on characters of their message, a ready one is clean, and it
/// can be folded and explained.
pub fn check(messages: &[Said], setting: &Setting, reading: &Reading) {
    let whole = |span: &Span| {
        let text = messages.get(span.message).map_or("", |said| &said.text);
        assert!(text.get(span.start..span.end).is_some(), "{span:?} of {text:?}");
    };
    for request in &reading.requests {
        for operation in &request.operations {
            whole(&operation.span());
        }
        if let Some(place) = &request.place {
            whole(&place.span);
        }
        if let Some(needed) = &request.needed_by {
            whole(&needed.span);
        }
    }
    for question in &reading.questions {
        assert!(question.request < reading.requests.len());
        whole(&question.span);
    }
    reading.gate.numbers.iter().for_each(whole);
    reading.gate.words.iter().for_each(whole);
    if reading.is_ready() {
        assert!(reading.gate.is_clean() && reading.questions.is_empty());
    }
    let _ = fold(reading.base(setting), reading);
    let _ = explain(reading);
}
