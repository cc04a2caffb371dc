//! Answers in words: "1 70, 2 dec" to numbered questions, taken out of a burst before it is read.
//!
//! **Invariant:** what names a question must fit it, and what names none must fit one question only;
//! all else is left to be read as anything else that people write.

mod words;

use self::words::{begins, numbered, parts, plain};
use crate::domain::quantity::{Quantity, Unit};
use crate::domain::requisition::{Choice, Question};
use crate::flow::confirm::Value;
use crate::flow::look_over;
use crate::language::{self, DraftLine, Intent, Operation, Said, Setting, UnitFrom};

/// A noun that no language here knows: with it a lone amount reads as a line.
const NOUN: &str = "widget";

/// Takes what answers a question; its words become spaces, so that spans keep their places.
pub(super) fn take(
    said: &mut [Said],
    questions: &[Question],
    setting: &Setting,
) -> Vec<(usize, Value)> {
    let mut taken: Vec<(usize, Value)> = Vec::new();
    if questions.is_empty() {
        return taken;
    }
    let asked = Asked { questions, setting };
    for said in said {
        for part in parts(&said.text) {
            let words = &said.text[part.clone()];
            let Some(found) = asked.answers(words) else {
                continue;
            };
            if found.iter().any(|(n, _)| taken.iter().any(|(m, _)| n == m)) {
                continue;
            }
            taken.extend(found);
            let blank = " ".repeat(part.len());
            said.text.replace_range(part, &blank);
        }
    }
    taken
}

/// Whether an answer says which question it is for, or can be for one only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Yes,
    No,
}

struct Asked<'a> {
    questions: &'a [Question],
    setting: &'a Setting,
}

impl Asked<'_> {
    /// The answers in one part: "2 dec", "1a 2b", "dec"; none if any of its words are no answer.
    fn answers(&self, words: &str) -> Option<Vec<(usize, Value)>> {
        let plain = plain(words);
        if let Some((number, rest)) = numbered(&plain)
            && (1..=self.questions.len()).contains(&number)
            && !rest.is_empty()
            && let Some(found) = self.sequence(number, &rest)
        {
            return Some(found);
        }
        let lone = match self.questions {
            [_] => Named::Yes,
            _ => Named::No,
        };
        let mut fitting = (0..self.questions.len()).filter_map(|n| {
            let value = self.fits(n, &plain, lone)?;
            Some((n, value))
        });
        let first = fitting.next()?;
        fitting.next().is_none().then(|| vec![first])
    }

    /// What stands behind a question's number, which may be the answer and then further numbers.
    fn sequence(&self, number: usize, rest: &str) -> Option<Vec<(usize, Value)>> {
        let at = number - 1;
        let whole = self.fits(at, rest, Named::Yes);
        // Free words hold anything, the answers to further questions too.
        let is_free = matches!(whole, Some(Value::Called(_) | Value::Kind(_)));
        let whole = whole.map(|value| vec![(at, value)]);
        if whole.is_some() && !is_free {
            return whole;
        }
        let words: Vec<&str> = rest.split(' ').collect();
        let several = (1..words.len()).find_map(|cut| {
            let (head, tail) = (words[..cut].join(" "), words[cut..].join(" "));
            let value = self.fits(at, &head, Named::Yes)?;
            let (next, rest) = numbered(&tail)?;
            if next <= number || next > self.questions.len() {
                return None;
            }
            let mut all = vec![(at, value)];
            all.extend(self.sequence(next, &rest)?);
            Some(all)
        });
        several.or(whole)
    }

    /// What these words mean as an answer. Words that name the question may also be a letter or
    /// something that is not among the choices.
    fn fits(&self, at: usize, words: &str, named: Named) -> Option<Value> {
        let question = &self.questions[at];
        let by_letter = || {
            let mut letters = words.chars();
            let letter = letters.next().filter(char::is_ascii_lowercase)?;
            let place = usize::from(u8::try_from(letter).ok()? - b'a');
            let choice = question.choices.get(place)?;
            letters.as_str().is_empty().then_some(choice)
        };
        let letter = match named {
            Named::Yes => by_letter(),
            Named::No => None,
        };
        let choice = letter.or_else(|| by_words(&question.choices, words));
        if let Some(choice) = choice {
            return Value::parse(&choice.value);
        }
        if named == Named::No {
            return None;
        }
        let yes = || language::read(&[Said::typed(words)], self.setting).intent == Intent::Yes;
        let chooses_item = question
            .choices
            .iter()
            .any(|c| c.value.starts_with("item:"));
        match question.code.as_str() {
            "pack" if chooses_item => None,
            "qty" | "number_format" | "pack" | "unit" => {
                amount(words, self.setting).map(|(number, unit)| Value::Quantity(number, unit))
            }
            "date" => self.day(words),
            "place" => self.site(words),
            "item"
                if question.line.is_some()
                    && words.chars().filter(|c| c.is_alphabetic()).count() > 1
                    && !orders(words, self.setting) =>
            {
                Some(Value::Called(words.to_owned()))
            }
            "variant" if !orders(words, self.setting) => Some(Value::Kind(words.to_owned())),
            "B3" | "B5" | look_over::RULE if yes() => Some(Value::Right),
            _ => None,
        }
    }

    fn day(&self, words: &str) -> Option<Value> {
        // With a line to be delivered, a lone day is the day of that.
        let line = DraftLine {
            item: NOUN.to_owned(),
            spec: None,
            quantity: Quantity::whole(1, Unit::piece()),
        };
        let setting = Setting {
            draft: vec![line],
            ..self.setting.clone()
        };
        let reading = language::read(&[Said::typed(words)], &setting);
        let request = reading.request();
        let alone = request.operations.is_empty() && reading.questions.is_empty();
        let day = request.needed_by.as_ref()?.date;
        (alone && reading.gate.is_clean()).then_some(Value::Day(day))
    }

    fn site(&self, words: &str) -> Option<Value> {
        let named = |site: &&language::Place| {
            let mut names = std::iter::once(&site.name).chain(&site.aliases);
            names.any(|name| plain(name) == words)
        };
        let mut sites = self.setting.sites.iter().filter(named);
        let site = sites.next()?;
        let one = sites.next().is_none();
        one.then(|| Value::Site(site.id.as_str().into()))
    }
}

/// A lone amount: "70", "seventy bags", "2 dozen"; its unit where one was said.
pub(super) fn amount(words: &str, setting: &Setting) -> Option<(i64, Option<String>)> {
    let alone = Setting {
        draft: Vec::new(),
        past: Vec::new(),
        ..setting.clone()
    };
    let reading = language::read(&[Said::typed(format!("{words} {NOUN}"))], &alone);
    let [Operation::Add(line)] = reading.request().operations.as_slice() else {
        return None;
    };
    let plain = line.item == NOUN && line.spec.is_none() && line.pack.is_none();
    if !plain || !reading.is_ready() {
        return None;
    }
    let quantity = line.quantity.as_ref()?;
    let unit = (line.unit_from == UnitFrom::Said && quantity.unit != Unit::piece())
        .then(|| quantity.unit.code().to_owned());
    Some((quantity.thousandths, unit))
}

/// True if the words ask for something by themselves.
fn orders(words: &str, setting: &Setting) -> bool {
    let reading = language::read(&[Said::typed(words)], setting);
    let makes = !reading.request().operations.is_empty();
    let talks = match reading.intent {
        Intent::NotARequest | Intent::Order | Intent::Change => false,
        Intent::AnotherOrder
        | Intent::Several
        | Intent::Reorder
        | Intent::Cancel
        | Intent::Hold
        | Intent::Done
        | Intent::Yes
        | Intent::No
        | Intent::Greeting
        | Intent::Thanks
        | Intent::Status
        | Intent::Help
        | Intent::Person
        | Intent::Enquiry
        | Intent::Report => true,
    };
    makes || talks
}

/// The only choice in which all of the words stand, or the one that is just these.
fn by_words<'a>(choices: &'a [Choice], words: &str) -> Option<&'a Choice> {
    if words.is_empty() {
        return None;
    }
    if let Some(same) = choices.iter().find(|c| plain(&c.title) == words) {
        return Some(same);
    }
    let holds = |choice: &&Choice| {
        let title = plain(&choice.title);
        let mut title = title.split(' ');
        let mut asked = words.split(' ');
        asked.all(|word| title.clone().any(|t| t == word || begins(t, word)))
            && title.next().is_some()
    };
    let mut found = choices.iter().filter(holds);
    let one = found.next()?;
    found.next().is_none().then_some(one)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn question(code: &str, choices: &[(&str, &str)]) -> Question {
        Question {
            code: code.to_owned(),
            line: Some(1),
            text: "?".to_owned(),
            choices: choices
                .iter()
                .map(|(title, value)| Choice {
                    title: (*title).to_owned(),
                    value: (*value).to_owned(),
                })
                .collect(),
            unit: None,
            asked: 1,
        }
    }

    fn read(text: &str, questions: &[Question]) -> (String, String) {
        let now = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let setting = Setting::new(now.and_hms_opt(9, 0, 0).unwrap());
        let mut said = [Said::typed(text)];
        let taken = take(&mut said, questions, &setting);
        let taken: Vec<String> = taken.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let left: Vec<&str> = said[0].text.split([' ', ',', ';', '\n', '،']).collect();
        let left: Vec<&str> = left.into_iter().filter(|w| !w.is_empty()).collect();
        (taken.join(" "), left.join(" "))
    }

    #[test]
    fn numbered_answers_are_taken_and_the_rest_is_left() {
        let size = question("item", &[("50 kg", "item:a"), ("70 kg", "item:b")]);
        let day = question(
            "date",
            &[
                ("Thu 12 Feb 2026", "day:2026-02-12"),
                ("Wed 2 Dec 2026", "day:2026-12-02"),
            ],
        );
        let both = [size.clone(), day.clone()];
        for (text, taken, left) in [
            ("1 70, 2 dec", "0=item:b 1=day:2026-12-02", ""),
            ("1) 70\n2) 2 dec", "0=item:b 1=day:2026-12-02", ""),
            ("1 70 2 dec", "0=item:b 1=day:2026-12-02", ""),
            ("1a 2b", "0=item:a 1=day:2026-12-02", ""),
            ("1. b; 2. a", "0=item:b 1=day:2026-02-12", ""),
            ("١ 70، ٢ b", "0=item:b 1=day:2026-12-02", ""),
            ("२ b", "1=day:2026-12-02", ""),
            ("70 kg", "0=item:b", ""),
            ("2 dec", "1=day:2026-12-02", ""),
            ("1 70, and add 3 shovels", "0=item:b", "and add 3 shovels"),
            ("3 shovels", "", "3 shovels"),
            ("2 shovels", "", "2 shovels"),
            ("kg", "", "kg"),
            ("1 7", "", "1 7"),
            ("1c", "", "1c"),
            ("2.5 bags", "", "2.5 bags"),
        ] {
            let expect = (taken.to_owned(), left.to_owned());
            assert_eq!(read(text, &both), expect, "{text}");
        }
    }

    #[test]
    fn a_lone_question_takes_an_answer_without_a_number() {
        let many = [question("qty", &[])];
        let day = [question("date", &[])];
        let what = [question("item", &[("Take it off", "off")])];
        for (text, questions, taken) in [
            ("70", &many, "0=qty:70000:"),
            ("seventy bags", &many, "0=qty:70000:XBG"),
            ("2 dozen", &many, "0=qty:24000:"),
            ("1.500", &many, ""),
            ("about 70", &many, ""),
            ("20-25", &many, ""),
            ("thanks", &many, ""),
            ("12 dec", &day, "0=day:2026-12-12"),
            ("take it off", &what, "0=off"),
            ("A", &what, "0=off"),
            ("opc", &what, "0=called:opc"),
            ("cancel", &what, ""),
            ("5 bags sand", &what, ""),
        ] {
            assert_eq!(read(text, questions).0, taken, "{text}");
        }
    }
}
