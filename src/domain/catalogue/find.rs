//! Finding what was meant: who holds every word and size, and whether one of them is the one.

use super::choose::is_pack;
use super::index::{Index, Term, sought};
use super::size::{Dimension, Size};
use super::text::{self, Parsed};
use super::{Asked, Entry, Match};

/// Least likeness of the worst word at which it needs no second look.
const SURE: f32 = 0.82;
/// Least share of what was asked at which an item is worth showing.
const SHARE: f32 = 0.33;
/// Share below which more than [`VAGUE`] items are no list to choose from.
const MOST: f32 = 0.6;
const VAGUE: usize = 40;
/// Letters of a word that may be two words written as one.
const COMPOUND: usize = 6;

/// A word that was asked for, with the terms of the index that stand for it.
struct Sought {
    /// As the catalogue spells it.
    word: String,
    terms: Vec<(u32, f32)>,
}

/// What an item holds of what was asked.
#[derive(Clone, Copy, Default)]
struct Held {
    /// Weights of the words that it holds.
    share: f32,
    /// How unlike the worst of them is.
    unlike: f32,
    words: u32,
    sizes: u32,
}

impl Index {
    /// Finds what "2.5mm cable" is.
    #[must_use]
    pub fn find(&self, asked: &Asked<'_>) -> Match<'_> {
        let found = self.find_all(asked);
        // "A box of 100" of what nobody counts by the box.
        if let (Some(pack), Match::Several(choices)) = (asked.pack, &found)
            && is_count(pack)
            && choices.items.iter().all(|e| !is_count(&e.name))
        {
            let pack = None;
            return self.find_all(&Asked { pack, ..*asked });
        }
        found
    }

    fn find_all(&self, asked: &Asked<'_>) -> Match<'_> {
        let parts = [Some(asked.words), asked.spec, asked.pack];
        let spoken = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let words = text::parse(&spoken);
        if let [one] = self.coded(&spoken).as_slice() {
            return Match::One(self.entry(*one));
        }
        if words.words.is_empty() {
            return Match::None;
        }
        let called = self.called(&words);
        if !called.is_empty() {
            return self.choose(called, asked);
        }
        if let Some(found) = self.by_learned(&words, asked) {
            return found;
        }
        let exact: Vec<Sought> = self.terms_of(&words);
        if let Some(found) = self.full(&exact, &words, asked) {
            return found;
        }
        let forgiving = self.forgiving(exact);
        self.full(&forgiving, &words, asked)
            .unwrap_or_else(|| self.part(&forgiving, &words, asked))
    }

    pub(super) fn entry(&self, item: u32) -> &Entry {
        &self.entries[item as usize]
    }

    /// What people's answers taught. It names a thing; which size of it must still be said.
    fn by_learned(&self, words: &Parsed, asked: &Asked<'_>) -> Option<Match<'_>> {
        let taught = self.learned(words);
        let [one] = taught.as_slice() else {
            return (!taught.is_empty()).then(|| self.several(taught, asked));
        };
        let variants = self.variants(*one);
        if variants.len() > 1 && words.sizes.is_empty() {
            return Some(self.several(variants, asked));
        }
        Some(Match::One(self.entry(*one)))
    }

    /// The terms that stand for each word exactly; two words may be one in the catalogue, and one two.
    fn terms_of(&self, words: &Parsed) -> Vec<Sought> {
        let known = |word: &str| self.term(Term::Word(word));
        let mut sought: Vec<Sought> = Vec::new();
        for word in &words.words {
            if let Some(term) = known(word) {
                sought.push(Sought::exact(word, term));
                continue;
            }
            let other = text::other_forms(word)
                .into_iter()
                .find_map(|form| Some((known(&form)?, form)));
            if let Some((term, form)) = other {
                sought.push(Sought::exact(&form, term));
                continue;
            }
            let ends = word.char_indices().map(|(at, _)| at);
            let halves = ends
                .filter(|_| word.chars().count() >= COMPOUND)
                .find_map(|at| {
                    let (one, other) = word.split_at(at);
                    let is_long = |half: &str| half.chars().count() >= 3;
                    let one = text::stem(one);
                    (is_long(&one) && is_long(other))
                        .then(|| Some((known(&one)?, one, known(other)?, other)))
                        .flatten()
                });
            match halves {
                Some((first, one, second, other)) => {
                    sought.push(Sought::exact(&one, first));
                    sought.push(Sought::exact(other, second));
                }
                None => sought.push(Sought {
                    word: word.clone(),
                    terms: Vec::new(),
                }),
            }
        }
        for n in 1..sought.len() {
            let joined = format!("{}{}", sought[n - 1].word, sought[n].word);
            if let Some(term) = known(&joined) {
                sought[n - 1].terms.push((term, 1.0));
                sought[n].terms.push((term, 1.0));
            }
        }
        sought.truncate(u32::BITS as usize);
        sought
    }

    /// Adds the words that are nearly those asked for.
    fn forgiving(&self, exact: Vec<Sought>) -> Vec<Sought> {
        exact
            .into_iter()
            .map(|mut sought| {
                let alike = self.near.alike(&sought.word);
                if sought.terms.is_empty()
                    && let Some(best) = alike.first()
                {
                    sought.word.clone_from(&best.word);
                }
                let known: Vec<u32> = sought.terms.iter().map(|(term, _)| *term).collect();
                let new = alike.into_iter().filter(|a| !known.contains(&a.term));
                sought.terms.extend(new.map(|a| (a.term, a.likeness)));
                sought
            })
            .collect()
    }

    /// How much a word tells: one that many items hold tells less. Between 1 and 2.
    fn weight(&self, sought: &Sought) -> f32 {
        let all = float(self.len());
        let holders = sought
            .terms
            .first()
            .map_or(0.5, |(term, _)| float(self.items(*term).len()));
        1.0 + ((1.0 + all / holders).ln() / (1.0 + all * 2.0).ln()).min(1.0)
    }

    /// What each item holds, and the weight of all words together.
    fn held(&self, sought: &[Sought], sizes: &[Size]) -> (Vec<Held>, f32) {
        let mut held = vec![Held::default(); self.len()];
        let mut whole = 0.0;
        for (n, word) in sought.iter().enumerate() {
            let weight = self.weight(word);
            whole += weight;
            // The most alike come first, so that an item counts by its best word.
            for (term, likeness) in &word.terms {
                for item in self.items(*term) {
                    let held = &mut held[*item as usize];
                    if held.words & (1 << n) == 0 {
                        held.words |= 1 << n;
                        held.share += weight * likeness;
                        held.unlike = held.unlike.max(1.0 - likeness);
                    }
                }
            }
        }
        for (n, size) in sizes.iter().enumerate() {
            let terms = sought_terms(self, size);
            for item in terms.iter().flat_map(|term| self.items(*term)) {
                held[*item as usize].sizes |= 1 << n;
            }
        }
        (held, whole)
    }

    /// An answer from the items that hold every word and every size; none if there are none.
    fn full(&self, sought: &[Sought], words: &Parsed, asked: &Asked<'_>) -> Option<Match<'_>> {
        if sought.iter().any(|word| word.terms.is_empty()) {
            return None;
        }
        let (held, _) = self.held(sought, &words.sizes);
        let (all_words, all_sizes) = (bits(sought.len()), bits(words.sizes.len()));
        let is_full = |h: &Held| h.words == all_words && h.sizes == all_sizes;
        let least = held
            .iter()
            .filter(|h| is_full(h))
            .map(|h| h.unlike)
            .min_by(f32::total_cmp)?;
        let mut items: Vec<u32> = (0..)
            .zip(&held)
            .filter(|(_, h)| is_full(h) && h.unlike <= least + 0.05)
            .map(|(item, _)| item)
            .collect();
        let so_called = self.so_called(sought, &items);
        // "Fertiliser 20-20-20" is not the fertiliser, if there is another.
        let is_named = match so_called.as_slice() {
            [] => false,
            [one] => items.len() == 1 || !self.has_a_type_unsaid(*one, words),
            _ => true,
        };
        if is_named {
            items = so_called;
        }
        if let [one] = items.as_slice() {
            let length = usize::from(self.lengths[*one as usize]);
            let is_it = is_named || sought.len() * 2 >= length;
            if least > 1.0 - SURE || !is_it {
                return Some(self.several(items, asked));
            }
        } else if least > 1.0 - SURE {
            return Some(self.several(items, asked));
        }
        Some(self.choose(items, asked))
    }

    /// True if its name holds a size that was not said and that is not just how much is in one.
    fn has_a_type_unsaid(&self, item: u32, said: &Parsed) -> bool {
        let sizes = text::parse(&self.entry(item).name).sizes;
        let mut unsaid = sizes.iter().filter(|size| !said.sizes.contains(size));
        unsaid.any(|size| !is_pack(size))
    }

    /// Those that have exactly these words for a name or an alias.
    fn so_called(&self, sought: &[Sought], items: &[u32]) -> Vec<u32> {
        let words = Parsed {
            words: sought.iter().map(|s| s.word.clone()).collect(),
            sizes: Vec::new(),
        };
        let mut named = self.of_kind(&words);
        named.retain(|item| items.binary_search(item).is_ok());
        named
    }

    /// A list of the items that hold a part of what was asked.
    fn part(&self, sought: &[Sought], words: &Parsed, asked: &Asked<'_>) -> Match<'_> {
        let (held, whole) = self.held(sought, &words.sizes);
        let best = held.iter().map(|h| h.share).fold(0.0, f32::max);
        if best / whole < SHARE {
            return Match::None;
        }
        let mut items: Vec<u32> = (0..)
            .zip(&held)
            .filter(|(_, h)| h.share >= best - 0.15 * whole)
            .map(|(item, _)| item)
            .collect();
        let all_words = bits(sought.len());
        let lacks_a_size_only = items.iter().any(|i| held[*i as usize].words == all_words);
        if lacks_a_size_only {
            items.retain(|i| held[*i as usize].words == all_words);
            let so_called = self.so_called(sought, &items);
            if !so_called.is_empty() {
                items = so_called;
            }
        } else if items.len() > VAGUE && best / whole < MOST {
            return Match::None;
        }
        let sizes = |item: &u32| held[*item as usize].sizes.count_ones();
        let most = items.iter().map(sizes).max().unwrap_or(0);
        items.retain(|item| sizes(item) == most);
        self.several(items, asked)
    }
}

impl Sought {
    fn exact(word: &str, term: u32) -> Self {
        Self {
            word: word.to_owned(),
            terms: vec![(term, 1.0)],
        }
    }
}

/// True if a number of pieces stands in it.
fn is_count(text: &str) -> bool {
    text::parse(text).sizes.iter().any(|size| match size {
        Size::Measure(dimension, ..) => *dimension == Dimension::Count,
        Size::Bare(_) => true,
        Size::Written(..) => false,
    })
}

fn sought_terms(index: &Index, size: &Size) -> Vec<u32> {
    sought(size)
        .into_iter()
        .filter_map(|term| index.term(term))
        .collect()
}

/// So many bits from the lowest on.
fn bits(n: usize) -> u32 {
    match u32::try_from(n) {
        Ok(n) if n < u32::BITS => (1 << n) - 1,
        Ok(_) | Err(_) => u32::MAX,
    }
}

fn float(n: usize) -> f32 {
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    // Two halves, each exact; their sum is, up to 16 millions.
    let [high, low] = [n >> 16, n & 0xffff].map(|half| u16::try_from(half).unwrap_or(u16::MAX));
    f32::from(high) * 65536.0 + f32::from(low)
}
