//! The words of an answer: its parts, its number, and what is the same however it is written.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// The ranges between line ends, commas and semicolons.
pub(super) fn parts(text: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let (mut parts, mut start) = (Vec::new(), 0);
    for (n, (at, c)) in chars.iter().enumerate() {
        let digit = |n: Option<usize>| {
            n.and_then(|n| chars.get(n))
                .is_some_and(|(_, c)| c.is_numeric())
        };
        let in_number = digit(n.checked_sub(1)) && digit(Some(n + 1));
        if matches!(c, '\n' | ';' | '؛' | '،') || (*c == ',' && !in_number) {
            parts.push(start..*at);
            start = at + c.len_utf8();
        }
    }
    parts.push(start..text.len());
    parts.retain(|part| !text[part.clone()].trim().is_empty());
    parts
}

/// The number at the head, and what follows: "2) dec" is 2 and "dec", "1a" is 1 and "a".
pub(super) fn numbered(words: &str) -> Option<(usize, String)> {
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    let number = words.get(..digits)?.parse().ok()?;
    let rest = &words[digits..];
    let lettered = rest.chars().count() == 1
        || rest.chars().nth(1) == Some(' ') && rest.chars().next().is_some_and(char::is_alphabetic);
    let apart = rest.starts_with([' ', ')', ':', '=', '-', '.']);
    // "2.5" is no "2." and "5".
    let point = rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    if !(apart || lettered) || point {
        return None;
    }
    let rest = rest.trim_start_matches([' ', ')', ':', '=', '-', '.']);
    Some((number, rest.to_owned()))
}

/// "dec" begins "december", "7" does not begin "70".
pub(super) fn begins(title: &str, word: &str) -> bool {
    let letters = word.chars().count() >= 3 && word.chars().all(char::is_alphabetic);
    letters && title.starts_with(word)
}

/// Lower case, digits as 0 to 9, one space between words, no marks at the ends.
pub(super) fn plain(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '٠'..='٩' => digit(c, '٠'),
            '۰'..='۹' => digit(c, '۰'),
            '०'..='९' => digit(c, '०'),
            c => c,
        })
        .collect();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let ends = ['.', '!', '?', '(', ')', '“', '”', '"', '«', '»', '؟', '।'];
    words
        .join(" ")
        .trim_matches(|c| ends.contains(&c) || c == ' ')
        .to_owned()
}

fn digit(c: char, zero: char) -> char {
    let value = u32::from(c) - u32::from(zero);
    char::from_digit(value, 10).unwrap_or(c)
}
