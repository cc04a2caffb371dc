//! What the Cloud API takes: lengths and counts. Checked before sending, because one letter too many
//! refuses the whole message.
//!
//! Lengths are counted in UTF-16 units, the largest of the ways in which a provider may count
//! characters; ids in bytes. Source: Cloud API, messages reference, v25.0.

use crate::channels::{Choice, Outgoing};

#[cfg(test)]
mod tests;

pub const TEXT: usize = 4096;
pub const BUTTONS_BODY: usize = 1024;
pub const LIST_BODY: usize = 4096;
pub const BUTTONS: usize = 3;
pub const BUTTON_TITLE: usize = 20;
pub const BUTTON_ID: usize = 256;
pub const ROWS: usize = 10;
pub const ROW_TITLE: usize = 24;
pub const ROW_ID: usize = 200;

/// A limit that a message breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    #[error("{what} is empty")]
    Empty { what: &'static str },
    #[error("{what} has {length} characters, at most {most} are taken")]
    TooLong {
        what: &'static str,
        length: usize,
        most: usize,
    },
    #[error("{count} {what}, at most {most} are taken")]
    TooMany {
        what: &'static str,
        count: usize,
        most: usize,
    },
    #[error("two {what} are the same")]
    Twice { what: &'static str },
}

/// Says which limit a message breaks.
pub fn check(outgoing: &Outgoing) -> Result<(), Breach> {
    match outgoing {
        Outgoing::Text(body) => measure("text", body, TEXT),
        Outgoing::Buttons { body, buttons } => {
            measure("body", body, BUTTONS_BODY)?;
            count("buttons", buttons.len(), BUTTONS)?;
            for button in buttons {
                measure("button title", &button.title, BUTTON_TITLE)?;
                measure_bytes("button id", &button.id, BUTTON_ID)?;
            }
            differ("button titles", buttons, |button| &button.title)?;
            differ("button ids", buttons, |button| &button.id)
        }
        Outgoing::List { body, open, rows } => {
            measure("body", body, LIST_BODY)?;
            measure("list button", open, BUTTON_TITLE)?;
            count("rows", rows.len(), ROWS)?;
            for row in rows {
                measure("row title", &row.title, ROW_TITLE)?;
                measure_bytes("row id", &row.id, ROW_ID)?;
            }
            differ("row ids", rows, |row| &row.id)
        }
        Outgoing::Template {
            name,
            language,
            params,
            buttons,
        } => {
            measure("template name", name, 512)?;
            measure("template language", language, 15)?;
            for param in params {
                measure("template parameter", param, BUTTONS_BODY)?;
            }
            count_at_most("template buttons", buttons.len(), ROWS)?;
            buttons
                .iter()
                .try_for_each(|id| measure_bytes("button id", id, BUTTON_ID))
        }
    }
}

/// The same message in parts that keep every length: long texts are split at line ends, titles are
/// cut with "…", and a body too long for its buttons goes before them as texts, so that its last
/// line stands with the buttons. The parts must be sent in order, each after the one before it was
/// delivered, for the provider keeps no order. What is too many is left for `check` to refuse.
pub fn fit(outgoing: Outgoing) -> Vec<Outgoing> {
    match outgoing {
        Outgoing::Text(body) => split(&body, TEXT).into_iter().map(Outgoing::Text).collect(),
        Outgoing::Buttons { body, buttons } => {
            let buttons = cut_titles(buttons, BUTTON_TITLE);
            let (mut parts, body) = before_last(&body, BUTTONS_BODY);
            parts.push(Outgoing::Buttons { body, buttons });
            parts
        }
        Outgoing::List { body, open, rows } => {
            let rows = cut_titles(rows, ROW_TITLE);
            let open = cut(&open, BUTTON_TITLE);
            let (mut parts, body) = before_last(&body, LIST_BODY);
            parts.push(Outgoing::List { body, open, rows });
            parts
        }
        Outgoing::Template {
            name,
            language,
            params,
            buttons,
        } => {
            let params = params
                .iter()
                .map(|param| cut(&one_line(param), BUTTONS_BODY))
                .collect();
            vec![Outgoing::Template {
                name,
                language,
                params,
                buttons,
            }]
        }
    }
}

/// Cuts a text to a length, ending in "…" if anything is lost. Never within a character, nor between
/// a character and the marks that belong to it.
pub fn cut(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mut kept = prefix(text, most.saturating_sub(1));
    while let Some(last) = text[..kept].chars().next_back() {
        let next = text[kept..].chars().next();
        if last != JOINER && !next.is_some_and(belongs_to_the_one_before) {
            break;
        }
        kept -= last.len_utf8();
    }
    format!("{}…", text[..kept].trim_end())
}

/// Splits a text into parts of at most this length: at a line end, else at a space, else anywhere.
pub fn split(text: &str, most: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = if length(text) > most {
        text.trim()
    } else {
        text
    };
    while length(rest) > most {
        let window = &rest[..prefix(rest, most)];
        // The window ends before the character that does not fit; if that one is the break, all of
        // the window is kept.
        let at_end = rest[window.len()..]
            .starts_with(['\n', ' '])
            .then_some(window.len());
        let line = window
            .rfind('\n')
            .filter(|at| !window[..*at].trim().is_empty());
        let at_line_end = at_end.filter(|at| rest[*at..].starts_with('\n'));
        let space = || {
            at_end
                .or(window.rfind(' '))
                .filter(|at| !window[..*at].trim().is_empty())
        };
        let at = at_line_end
            .or(line)
            .or_else(space)
            .unwrap_or(window.len())
            .max(1);
        let part = rest[..at].trim_end();
        if !part.is_empty() {
            parts.push(part.to_owned());
        }
        rest = rest[at..].trim_start_matches(['\n', ' ']);
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// Texts that go first, and the end of the body that stays: its last line, or as much of that as fits.
fn before_last(body: &str, most: usize) -> (Vec<Outgoing>, String) {
    if length(body) <= most {
        return (Vec::new(), body.to_owned());
    }
    let body = body.trim_end();
    let (head, last) = body.rsplit_once('\n').unwrap_or(("", body));
    let mut tail = split(last, most);
    let end = tail.pop().unwrap_or_default();
    let head = std::iter::once(head.trim_end().to_owned())
        .chain(tail)
        .filter(|part| !part.is_empty());
    let texts = head.flat_map(|part| split(&part, TEXT)).map(Outgoing::Text);
    (texts.collect(), end)
}

fn cut_titles(choices: Vec<Choice>, most: usize) -> Vec<Choice> {
    choices
        .into_iter()
        .map(|choice| Choice {
            title: cut(&choice.title, most),
            ..choice
        })
        .collect()
}

/// A template's gap takes no line break, no tab and no run of spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const JOINER: char = '\u{200D}';

/// Marks, variation selectors and skin tones, which change the character before them.
fn belongs_to_the_one_before(c: char) -> bool {
    matches!(c, JOINER | '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// How many bytes of a text are at most this long.
fn prefix(text: &str, most: usize) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > most {
            return at;
        }
    }
    text.len()
}

fn measure(what: &'static str, text: &str, most: usize) -> Result<(), Breach> {
    within(what, text, length(text), most)
}

fn measure_bytes(what: &'static str, text: &str, most: usize) -> Result<(), Breach> {
    within(what, text, text.len(), most)
}

fn within(what: &'static str, text: &str, length: usize, most: usize) -> Result<(), Breach> {
    if text.trim().is_empty() {
        return Err(Breach::Empty { what });
    }
    if length > most {
        return Err(Breach::TooLong { what, length, most });
    }
    Ok(())
}

fn count(what: &'static str, count: usize, most: usize) -> Result<(), Breach> {
    if count == 0 {
        return Err(Breach::Empty { what });
    }
    count_at_most(what, count, most)
}

fn count_at_most(what: &'static str, count: usize, most: usize) -> Result<(), Breach> {
    if count > most {
        Err(Breach::TooMany { what, count, most })
    } else {
        Ok(())
    }
}

fn differ(
    what: &'static str,
    choices: &[Choice],
    of: impl Fn(&Choice) -> &str,
) -> Result<(), Breach> {
    let mut seen = std::collections::HashSet::new();
    if choices
        .iter()
        .all(|choice| seen.insert(of(choice).to_owned()))
    {
        Ok(())
    } else {
        Err(Breach::Twice { what })
    }
}
