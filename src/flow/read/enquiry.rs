//! An enquiry: up to ten items with price and unit, to pick from.

use std::collections::HashMap;
use std::fmt::Write as _;

use jobs::Job;

use super::Reader;
use super::hear::Heard;
use crate::domain::catalogue::Entry;
use crate::domain::money::{Currency, Money};
use crate::flow::tell::{Body, Button};
use crate::flow::texts::say;
use crate::store::db::Tx;
use crate::store::requisitions::Requisition;
use crate::store::{catalogue, suppliers};

/// As many as a list has rows.
const OFFERED: usize = 10;
/// Letters that a word needs before its beginning is enough: "shovels" is "shovel".
const STEM: usize = 4;

impl Reader<'_> {
    /// Answers a question about items from the catalogue.
    pub(super) async fn enquiry(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        about: Option<&Requisition>,
    ) -> anyhow::Result<Vec<Job>> {
        let texts = self.texts;
        let said: Vec<&str> = heard.said.iter().map(|s| s.text.as_str()).collect();
        let (words, items) = fitting(&said.join(" "), self.catalogue.index.entries());
        let id = about.map(|r| &r.id);
        if items.is_empty() {
            let body = Body::text(say!(texts, "enquiry-what"));
            return self.reply(tx, id, "reply", body).await;
        }
        let mut text = say!(texts, "enquiry", words: words);
        let mut rows = Vec::new();
        let suppliers = suppliers::all(tx, &self.org.id).await?;
        for (item, letter) in items.into_iter().zip('a'..='z') {
            let offers = catalogue::offers(tx, &self.org.id, &item.id).await?;
            let priced = offers.iter().find_map(|offer| {
                let mut sellers = suppliers.iter().filter(|_| offer.unit == item.unit);
                let supplier = sellers.find(|s| s.id == offer.supplier_id)?;
                Some(Money::new(
                    offer.price,
                    Currency::parse(&supplier.currency)?,
                ))
            });
            let name = item.name.as_str();
            let line = match priced {
                Some(price) => say!(texts, "enquiry-item", name: name,
                    price: texts.money(price), unit: texts.unit(&item.unit, 1000)),
                None => say!(texts, "enquiry-no-price", name: name),
            };
            let _ = write!(text, "\n{letter}) {line}");
            rows.push(Button::new(
                format!("pick:{}", item.id),
                format!("{letter}) {name}"),
            ));
        }
        let body = Body::choices(texts, text, rows);
        self.reply(tx, id, "reply", body).await
    }
}

/// The items in whose names words of a text stand, the rarest words first; and these words.
fn fitting<'a>(text: &str, items: &'a [Entry]) -> (String, Vec<&'a Entry>) {
    let asked = words(text);
    let mut named: Vec<(&Entry, Vec<usize>)> = Vec::new();
    let mut count: HashMap<usize, u32> = HashMap::new();
    for item in items {
        let names = std::iter::once(&item.name).chain(&item.aliases);
        let names: Vec<String> = names
            .chain(&item.learned)
            .chain([&item.code])
            .flat_map(|name| words(name))
            .collect();
        let hits: Vec<usize> = (0..asked.len())
            .filter(|n| names.iter().any(|name| is_like(name, &asked[*n])))
            .collect();
        if hits.is_empty() {
            continue;
        }
        for hit in &hits {
            *count.entry(*hit).or_default() += 1;
        }
        named.push((item, hits));
    }
    let weight = |hits: &[usize]| {
        hits.iter()
            .map(|hit| 1.0 / f64::from(count[hit]))
            .sum::<f64>()
    };
    let best = named.iter().map(|(_, h)| weight(h)).fold(0.0, f64::max);
    named.retain(|(_, hits)| weight(hits) * 2.0 > best);
    named.sort_by(|a, b| {
        weight(&b.1)
            .total_cmp(&weight(&a.1))
            .then_with(|| a.0.code.cmp(&b.0.code))
    });
    let mut used: Vec<usize> = named.iter().flat_map(|(_, hits)| hits.clone()).collect();
    used.sort_unstable();
    used.dedup();
    let used: Vec<&str> = used.into_iter().map(|n| asked[n].as_str()).collect();
    let items = named.into_iter().map(|(item, _)| item).take(OFFERED);
    (used.join(" "), items.collect())
}

fn is_like(name: &str, asked: &str) -> bool {
    let long = name.chars().count().min(asked.chars().count()) >= STEM;
    name == asked || long && (name.starts_with(asked) || asked.starts_with(name))
}

/// Words of two letters and more, and numbers, in lower case.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric() && c != '.');
    let parts = parts.map(|word| word.trim_matches('.'));
    let mut words: Vec<String> = Vec::new();
    for word in parts.filter(|w| w.chars().count() > 1) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_by_the_words_that_name_them() {
        let item = |code: &str, name: &str, aliases: &[&str]| Entry {
            id: code.into(),
            code: code.to_owned(),
            name: name.to_owned(),
            unit: "C62".to_owned(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            learned: Vec::new(),
        };
        let items = [
            item("C1", "Cement 42.5N 50 kg", &["simiti"]),
            item("C2", "Cement 32.5R 50 kg", &[]),
            item("S1", "Shovel", &["spade"]),
            item("W1", "Cable 2.5 mm for houses", &[]),
        ];
        for (text, words, expect) in [
            ("how much is cement?", "cement", vec!["C1", "C2"]),
            ("price of cement 42.5n", "cement 42.5n", vec!["C1"]),
            ("do you have shovels", "shovels", vec!["S1"]),
            ("bei ya simiti ni ngapi", "simiti", vec!["C1"]),
            ("when do you deliver?", "", vec![]),
        ] {
            let (named, found) = fitting(text, &items);
            let codes: Vec<&str> = found.iter().map(|i| i.code.as_str()).collect();
            assert_eq!((named.as_str(), codes), (words, expect), "{text}");
        }
    }
}
