//! Labelled cases against what is read from them.
//!
//! A false accept: shown as ready although a line is wrong, missing or extra, what must be asked was not,
//! or it was no request. The other measures follow from lines, items and questions that are right.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::case::Case;
use super::prediction::{Decision, Group, Line, Prediction, Read, predict};

#[derive(Debug, Deserialize)]
struct Labelled {
    lang: String,
    expected: Expected,
}

#[derive(Debug, Deserialize)]
struct Expected {
    intent: String,
    lines: Vec<Wanted>,
    #[serde(default)]
    requests: Vec<WantedGroup>,
    #[serde(default)]
    must_ask: Vec<String>,
    #[serde(default)]
    may_ask: Vec<String>,
    #[serde(default)]
    must_not: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct WantedGroup {
    lines: Vec<Wanted>,
}

#[derive(Debug, Deserialize)]
struct Wanted {
    item: String,
    #[serde(default)]
    item_alt: Vec<String>,
    #[serde(flatten)]
    amount: Amount,
    #[serde(default)]
    accept: Vec<Amount>,
}

#[derive(Debug, Deserialize)]
struct Amount {
    qty: Option<f64>,
    unit: Option<String>,
    pack: Option<PackSize>,
}

#[derive(Debug, Deserialize)]
struct PackSize {
    size: f64,
}

/// Counts over the cases of a set or a language.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    pub(super) cases: usize,
    right: usize,
    predicted: usize,
    wanted: usize,
    exact: usize,
    must: usize,
    asked: usize,
    clean: usize,
    straight: usize,
    needless: usize,
    pub(super) false_accepts: Vec<String>,
}

fn share(part: usize, whole: usize) -> f64 {
    let (part, whole) = (u32::try_from(part).unwrap(), u32::try_from(whole).unwrap());
    if whole == 0 {
        1.0
    } else {
        f64::from(part) / f64::from(whole)
    }
}

impl Score {
    fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.right += other.right;
        self.predicted += other.predicted;
        self.wanted += other.wanted;
        self.exact += other.exact;
        self.must += other.must;
        self.asked += other.asked;
        self.clean += other.clean;
        self.straight += other.straight;
        self.needless += other.needless;
        self.false_accepts
            .extend(other.false_accepts.iter().cloned());
    }

    /// Name and value of each measure; of the last, less is better.
    pub(super) fn measures(&self) -> [(&'static str, f64); 5] {
        [
            ("lines", share(2 * self.right, self.predicted + self.wanted)),
            ("exact", share(self.exact, self.cases)),
            ("asked", share(self.asked, self.must)),
            ("straight", share(self.straight, self.clean)),
            ("needless", share(self.needless, self.cases)),
        ]
    }
}

/// The scores of a file, by language, as one reader reads it.
pub(super) fn score(cases: &str, read: fn(&str, &Case) -> Read) -> BTreeMap<String, Score> {
    let mut out: BTreeMap<String, Score> = BTreeMap::new();
    for text in cases.lines().filter(|line| !line.trim().is_empty()) {
        let case: Case = serde_json::from_str(text).unwrap();
        let labelled: Labelled = serde_json::from_str(text).unwrap();
        let prediction = predict(&case, &read(text, &case), None);
        let score = one(&case.id, &labelled.expected, &prediction);
        out.entry(labelled.lang).or_default().add(&score);
    }
    out
}

fn one(id: &str, expected: &Expected, prediction: &Prediction) -> Score {
    let asked: Vec<&String> = prediction
        .ask
        .iter()
        .filter(|ask| names_line(ask))
        .collect();
    let ready = prediction.decision == Decision::Ready && asked.is_empty();
    let asks = prediction.decision == Decision::Ask
        || prediction.decision == Decision::Ready && !asked.is_empty();
    let mut score = Score {
        cases: 1,
        must: expected.must_ask.len(),
        ..Score::default()
    };
    let mut wrong = 0;
    for (got, want) in groups(expected, prediction) {
        score.predicted += got.len();
        score.wanted += want.len();
        let (right, more) = compare(&got, &want, &asked);
        score.right += right;
        wrong += more;
    }
    let text = serde_json::to_string(&(&prediction.group, &prediction.requests)).unwrap();
    let text = text.to_lowercase();
    let leaks = expected
        .must_not
        .iter()
        .any(|word| text.contains(&word.to_lowercase()));
    let intent = prediction.intent == expected.intent;
    let wants = matches!(expected.intent.as_str(), "request" | "amend" | "multi");
    score.asked = expected
        .must_ask
        .iter()
        .filter(|must| is_asked(&asked, must))
        .count();
    let bad = !wants || wrong > 0 || leaks || score.asked < score.must || !intent;
    score.exact = usize::from(intent && wrong == 0 && !leaks);
    let clean = wants && score.must == 0;
    score.clean = usize::from(clean);
    score.straight = usize::from(ready && !bad && clean);
    score.needless = usize::from(asks && score.must == 0 && expected.may_ask.is_empty());
    if ready && bad {
        score.false_accepts.push(id.to_owned());
    }
    score
}

/// What is wanted beside what was read, request by request.
fn groups<'a>(
    expected: &'a Expected,
    prediction: &'a Prediction,
) -> Vec<(Vec<&'a Line>, Vec<&'a Wanted>)> {
    let lines = |group: &'a Group| group.lines.iter().collect::<Vec<_>>();
    if expected.requests.is_empty() {
        return vec![(lines(&prediction.group), expected.lines.iter().collect())];
    }
    let mut read: Vec<Vec<&Line>> = prediction.requests.iter().map(lines).collect();
    if read.is_empty() {
        read.push(lines(&prediction.group));
    }
    let count = read.len().max(expected.requests.len());
    (0..count)
        .map(|at| {
            let wanted = expected.requests.get(at);
            (
                read.get(at).cloned().unwrap_or_default(),
                wanted.map_or_else(Vec::new, |group| group.lines.iter().collect()),
            )
        })
        .collect()
}

/// How many lines are right, and how many are wrong, missing or extra without a question about them.
fn compare(got: &[&Line], want: &[&Wanted], asked: &[&String]) -> (usize, usize) {
    let mut left: Vec<&Line> = got.to_vec();
    let (mut right, mut wrong) = (0, 0);
    for wanted in want {
        let exact = left
            .iter()
            .position(|line| is_item(line, wanted) && is_amount(line, wanted));
        let codes = ["qty", "unit", "pack", "variant", "number_format"];
        let pending = codes
            .iter()
            .any(|code| is_asked(asked, &format!("{code}:{}", wanted.item)));
        let found = exact.or_else(|| left.iter().position(|line| is_item(line, wanted)));
        match found.map(|at| left.remove(at)) {
            None => wrong += 1,
            Some(line) if is_amount(line, wanted) => right += 1,
            Some(_) if wanted.amount.qty.is_none() && pending => right += 1,
            Some(_) if !pending => wrong += 1,
            Some(_) => {}
        }
    }
    (right, wrong + left.len())
}

fn is_item(line: &Line, wanted: &Wanted) -> bool {
    let head = words(&line.item);
    let mut have = head.clone();
    have.extend(words(line.spec.as_deref().unwrap_or("")));
    let names = std::iter::once(&wanted.item).chain(&wanted.item_alt);
    names.map(|name| words(name)).any(|want| {
        let most = !head.is_empty()
            && head.is_subset(&want)
            && want.len() > 1
            && head.len() + 1 >= want.len();
        !want.is_empty() && (want.is_subset(&have) || most)
    })
}

fn is_amount(line: &Line, wanted: &Wanted) -> bool {
    let same = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 0.000_05,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let amounts = std::iter::once(&wanted.amount).chain(&wanted.accept);
    amounts.into_iter().any(|amount| {
        let pack = amount.pack.as_ref().is_none_or(|pack| {
            let size = line.pack.as_ref().map(|pack| pack.size);
            same(size, Some(pack.size))
        });
        same(line.qty, amount.qty) && line.unit == amount.unit && pack
    })
}

/// "qty" alone asks nothing: a question about a line names it.
fn names_line(ask: &str) -> bool {
    let (code, about) = ask.split_once(':').unwrap_or((ask, ""));
    !about.trim().is_empty() || !["qty", "unit", "pack", "variant", "number_format"].contains(&code)
}

fn is_asked(asked: &[&String], wanted: &str) -> bool {
    let (code, item) = wanted.split_once(':').unwrap_or((wanted, ""));
    asked.iter().any(|ask| {
        let (asks, about) = ask.split_once(':').unwrap_or((ask, ""));
        asks == code
            && (item.is_empty() || about.is_empty() || !words(about).is_disjoint(&words(item)))
    })
}

/// The words of a name in one form: no accents, no plural, no Arabic article.
fn words(text: &str) -> HashSet<String> {
    let plain: String = text
        .nfkd()
        .filter(|ch| !is_combining_mark(*ch))
        .flat_map(char::to_lowercase)
        .map(|ch| {
            ch.to_digit(10)
                .and_then(|n| char::from_digit(n, 10))
                .unwrap_or_else(|| digit(ch))
        })
        .map(|ch| {
            if ch.is_alphanumeric() || "./\"+-_".contains(ch) {
                ch
            } else {
                ' '
            }
        })
        .collect();
    plain.split_whitespace().map(stem).collect()
}

/// Arabic-Indic, Persian and Devanagari digits.
fn digit(ch: char) -> char {
    let code = u32::from(ch);
    [0x0660, 0x06F0, 0x0966]
        .iter()
        .filter(|zero| (**zero..**zero + 10).contains(&code))
        .find_map(|zero| char::from_digit(code - zero, 10))
        .unwrap_or(ch)
}

fn stem(word: &str) -> String {
    let arabic = word.starts_with(|ch| ('\u{0600}'..='\u{06FF}').contains(&ch));
    let mut word = word;
    if arabic && word.chars().count() > 3 {
        let at_least_two = |rest: &&str| rest.chars().nth(1).is_some();
        let short = word
            .strip_prefix(['\u{0648}', '\u{0644}', '\u{0628}'])
            .filter(at_least_two)
            .unwrap_or(word);
        word = short
            .strip_prefix("\u{0627}\u{0644}")
            .filter(at_least_two)
            .unwrap_or(short);
    }
    let long = word.chars().count() > 4;
    ["es", "s", "x"]
        .iter()
        .find_map(|end| word.strip_suffix(end).filter(|_| long))
        .unwrap_or(word)
        .to_owned()
}
