//! Any text: normalised in the order of its bytes, on characters, and its numbers read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sutler_fuzz::glyphs;
use sutler_fuzz::language::{Language, numerals};

fuzz_target!(|text: &str| {
    let mut before = 0;
    let all = glyphs(text);
    for (_, start, end) in &all {
        assert!(*start >= before && start <= end, "{start} {end} of {text:?}");
        assert!(text.get(*start..*end).is_some(), "{start} {end} of {text:?}");
        before = *start;
    }
    for language in Language::ALL {
        for found in numerals(text, language) {
            let _ = format!("{found:?}");
        }
    }
});
