//! Where words stand in a message, and a line that our own parser reads from words that stand apart.
//!
//! **Invariant:** what is read is made of bytes of the messages alone; a claimed word that does not
//! stand there is nothing.

use super::burst::Burst;
use super::lexicon::Class;
use super::prefix::detached;
use super::proposal::{Proposed, overlap};
use super::reader::read_in;
use super::reading::{Line, Operation, Pack, Question, QuestionCode, Reading, Span, UnitFrom};
use super::setting::{Said, Setting};
use super::token::{Kind, tokenise};

/// Longest claim that is looked for, in bytes.
const LONGEST: usize = 200;

/// Stands for an item whose words mean something else in the lexicon.
const NEUTRAL: &str = "zzitem";

/// Every place at which the words stand in the message, token by token, none cut.
pub(crate) fn places(burst: &Burst<'_>, message: usize, words: &str) -> Vec<Span> {
    if words.len() > LONGEST {
        return Vec::new();
    }
    let speaks = |kind: Kind| !matches!(kind, Kind::Break);
    let said = [Said::typed(words)];
    let wanted: Vec<String> = detached(tokenise(0, words), &said, burst.lexicon)
        .into_iter()
        .filter(|token| speaks(token.kind))
        .map(|token| token.text)
        .collect();
    let here: Vec<_> = burst
        .tokens
        .iter()
        .filter(|token| token.span.message == message && speaks(token.kind))
        .collect();
    if wanted.is_empty() || wanted.len() > here.len() {
        return Vec::new();
    }
    here.windows(wanted.len())
        .filter(|row| {
            row.iter()
                .zip(&wanted)
                .all(|(token, word)| token.text == *word)
        })
        .map(|row| row[0].span.to(row[row.len() - 1].span))
        .collect()
}

/// Where the item of a proposal stands in a part, if our own parser reads its words as one name: "non" in
/// "gants non stériles" denies nothing.
pub(crate) fn plain_names(burst: &Burst<'_>, part: Span, one: &Proposed) -> Vec<Span> {
    let Some(item) = &one.item else {
        return Vec::new();
    };
    let message = one.message.unwrap_or(part.message);
    let said = [Said::typed(format!("5 {item}"))];
    let setting = bare(burst.setting);
    let reading = read_in(burst.language, &said, &setting);
    let plain = only_line(&reading).is_some_and(|line| tokens(&line.item) == tokens(item));
    let mut found = places(burst, message, item);
    found.retain(|span| plain && overlap(*span, part));
    found
}

/// The spans of one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grounded {
    pub(crate) item: Span,
    pub(crate) amount: Option<Span>,
    pub(crate) unit: Option<Span>,
    pub(crate) size: Option<Span>,
}

impl Grounded {
    pub(crate) fn all(&self) -> Vec<Span> {
        [Some(self.item), self.amount, self.unit, self.size]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// A line with the questions that our parser asks about it.
#[derive(Clone, Debug)]
pub(crate) struct Reread {
    pub(crate) line: Line,
    pub(crate) questions: Vec<Question>,
}

/// Reads the grounded words as one line: in their own order, then amount first, then amount last. None
/// if no order gives exactly one line of just this item, or if two give different ones.
pub(crate) fn reread(burst: &Burst<'_>, words: &Grounded) -> Option<Reread> {
    let parts = words.all();
    let apart = (1..parts.len()).all(|n| parts[..n].iter().all(|one| !overlap(*one, parts[n])));
    if !apart {
        return None;
    }
    let mut own = parts;
    own.sort();
    let some = |spans: &[Option<Span>]| spans.iter().copied().flatten().collect::<Vec<_>>();
    let item = Some(words.item);
    let orders = [
        own,
        some(&[words.amount, words.unit, item, words.size]),
        some(&[item, words.size, words.amount, words.unit]),
    ];
    let read = |neutral: Option<&str>| -> Option<Result<Reread, ()>> {
        let mut found: Option<Reread> = None;
        for order in &orders {
            let Some(one) = arranged(burst, words, order, neutral) else {
                continue;
            };
            match &found {
                None => found = Some(one),
                Some(other) if same(&other.line, &one.line) => {}
                Some(_) => return Some(Err(())),
            }
        }
        found.map(Ok)
    };
    if let Some(found) = read(None) {
        return found.ok();
    }
    if let Some(found) = read(Some(NEUTRAL)) {
        return found.ok().map(|read| doubt_unit(burst, words, read));
    }
    // "cement 42.5": said to be a size, it stands as one.
    let size = words.size?;
    let without = Grounded {
        size: None,
        ..*words
    };
    let mut found = reread(burst, &without)?;
    let text = size.of(burst.messages).split_whitespace();
    let text = text.collect::<Vec<_>>().join(" ");
    found.line.spec = Some(match found.line.spec {
        Some(spec) => format!("{spec} {text}"),
        None => text,
    });
    found.line.spec_spans.push(size);
    found.line.span = found.line.span.to(size);
    Some(found)
}

/// What cannot be counted has no unit of its own, and only the real name could have said so.
fn doubt_unit(burst: &Burst<'_>, words: &Grounded, mut read: Reread) -> Reread {
    let uncountable = (0..burst.tokens.len())
        .filter(|at| overlap(burst.tokens[*at].span, words.item))
        .any(|at| burst.has(at, Class::Uncountable));
    let counted = read.line.unit_from == UnitFrom::Counted && read.line.quantity.is_some();
    if counted && uncountable {
        read.line.unit_from = UnitFrom::Missing;
        read.questions.push(Question {
            code: QuestionCode::Unit,
            request: 0,
            about: None,
            span: words.item,
            choices: Vec::new(),
        });
    }
    read
}

fn same(one: &Line, other: &Line) -> bool {
    let pack = |line: &Line| line.pack.as_ref().map(|pack| pack.size.clone());
    one.quantity == other.quantity && pack(one) == pack(other)
}

/// Text made of the words in this order, with the way back to where they stand.
struct Arranged {
    text: String,
    pieces: Vec<(usize, usize, Span)>,
}

impl Arranged {
    fn new(burst: &Burst<'_>, words: &Grounded, order: &[Span], neutral: Option<&str>) -> Self {
        let mut out = Self {
            text: String::new(),
            pieces: Vec::new(),
        };
        for span in order {
            if !out.text.is_empty() {
                out.text.push(' ');
            }
            let start = out.text.len();
            let own = span.of(burst.messages).replace('\n', " ");
            match neutral.filter(|_| *span == words.item) {
                Some(word) => out.text.push_str(word),
                None => out.text.push_str(&own),
            }
            out.pieces.push((start, out.text.len(), *span));
        }
        out
    }

    /// The place that a span of the text was made from.
    fn origin(&self, span: Span, exact: &str) -> Span {
        let at = |byte: usize| {
            self.pieces
                .iter()
                .rev()
                .find(|(start, ..)| *start <= byte)
                .copied()
        };
        let first = at(span.start);
        let last = at(span.end.saturating_sub(1));
        match (first, last) {
            (Some((start, end, origin)), Some((other, ..))) if start == other => {
                let whole = end - start == origin.end - origin.start && !exact.is_empty();
                if whole {
                    Span {
                        message: origin.message,
                        start: origin.start + (span.start - start),
                        end: origin.start + (span.end.min(end) - start),
                    }
                } else {
                    origin
                }
            }
            (Some((_, _, one)), Some((_, _, other))) => one.to(other),
            _ => span,
        }
    }
}

fn arranged(
    burst: &Burst<'_>,
    words: &Grounded,
    order: &[Span],
    neutral: Option<&str>,
) -> Option<Reread> {
    let arranged = Arranged::new(burst, words, order, neutral);
    let setting = bare(burst.setting);
    let said = [Said::typed(arranged.text.clone())];
    let reading = read_in(burst.language, &said, &setting);
    let mut line = only_line(&reading)?;
    let name = neutral.unwrap_or_else(|| words.item.of(burst.messages));
    let whole = tokens(&line.item) == tokens(name)
        || line
            .spec
            .as_ref()
            .is_some_and(|spec| words.size.is_none() && covers(&line.item, spec, name));
    if !whole || words.amount.is_some() != line.quantity_span.is_some() {
        return None;
    }
    let back = |span: Span| arranged.origin(span, &arranged.text);
    if neutral.is_some() {
        line.item = words
            .item
            .of(burst.messages)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        line.item_spans = vec![words.item];
    } else {
        line.item_spans = line.item_spans.into_iter().map(back).collect();
    }
    line.spec_spans = line.spec_spans.into_iter().map(back).collect();
    line.quantity_span = line.quantity_span.map(back);
    line.pack = line.pack.map(|pack| Pack {
        span: back(pack.span),
        ..pack
    });
    line.span = words
        .all()
        .into_iter()
        .filter(|span| span.message == words.item.message)
        .fold(words.item, Span::to);
    let questions = reading
        .questions
        .into_iter()
        .filter(|question| question.code != QuestionCode::Item)
        .map(|question| Question {
            span: back(question.span),
            ..question
        })
        .collect();
    Some(Reread { line, questions })
}

/// Without what stands already.
fn bare(setting: &Setting) -> Setting {
    Setting {
        draft: Vec::new(),
        past: Vec::new(),
        sites: Vec::new(),
        ..setting.clone()
    }
}

fn tokens(text: &str) -> Vec<String> {
    tokenise(0, text)
        .into_iter()
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Number | Kind::Code))
        .map(|token| token.text)
        .collect()
}

/// "LED floodlight 50W" as a name: our parser takes the size out of it.
fn covers(item: &str, spec: &str, name: &str) -> bool {
    let mut both = tokens(&format!("{item} {spec}"));
    let mut name = tokens(name);
    both.sort();
    name.sort();
    both == name
}

/// The one new line of a reading that holds nothing else and leaves nothing over.
fn only_line(reading: &Reading) -> Option<Line> {
    let [request] = reading.requests.as_slice() else {
        return None;
    };
    let [Operation::Add(line)] = request.operations.as_slice() else {
        return None;
    };
    let plain = request.place.is_none() && request.needed_by.is_none();
    let doubtful = reading
        .questions
        .iter()
        .any(|question| match question.code {
            QuestionCode::ReportOrOrder
            | QuestionCode::Reference
            | QuestionCode::Duplicate
            | QuestionCode::Date
            | QuestionCode::Place => true,
            QuestionCode::Item => question.about.is_none(),
            QuestionCode::Quantity
            | QuestionCode::Unit
            | QuestionCode::Pack
            | QuestionCode::Variant
            | QuestionCode::NumberFormat => false,
        });
    let whole = reading.gate.numbers.is_empty() && reading.gate.words.is_empty();
    (plain && !doubtful && whole).then(|| line.clone())
}
