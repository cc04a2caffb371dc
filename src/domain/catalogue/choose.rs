//! Choosing between items that fit alike: by what was ordered last, else by asking.
//!
//! **Invariant:** what was ordered last never decides which size or pack of a thing is meant.

use super::index::Index;
use super::size::Size;
use super::text;
use super::{Asked, CHOICES, Choices, Match, Open};

impl Index {
    /// One, if it is the only one or the only thing of these that was ordered lately.
    pub(super) fn choose(&self, mut items: Vec<u32>, asked: &Asked<'_>) -> Match<'_> {
        for lately in [asked.person, asked.site] {
            if items.len() < 2 {
                break;
            }
            let ordered: Vec<u32> = lately.iter().filter_map(|id| self.number_of(id)).collect();
            let mut families: Vec<u64> = items
                .iter()
                .filter(|item| ordered.contains(item))
                .map(|item| self.family(*item))
                .collect();
            families.dedup();
            let first = families.first().copied();
            if let Some(family) = first.filter(|f| families.iter().all(|other| other == f)) {
                items.retain(|item| self.family(*item) == family);
                break;
            }
            if first.is_some() {
                break;
            }
        }
        match items.as_slice() {
            [] => Match::None,
            [one] => Match::One(self.entry(*one)),
            _ => self.several(items, asked),
        }
    }

    pub(super) fn several(&self, mut items: Vec<u32>, asked: &Asked<'_>) -> Match<'_> {
        if items.is_empty() {
            return Match::None;
        }
        let open = self.open(&items);
        let lately: Vec<u32> = asked
            .person
            .iter()
            .chain(asked.site)
            .filter_map(|id| self.number_of(id))
            .collect();
        let rank = |item: &u32| {
            let last = lately.iter().position(|l| l == item).unwrap_or(usize::MAX);
            (last, self.lengths[*item as usize])
        };
        let order = |a: &u32, b: &u32| {
            rank(a)
                .cmp(&rank(b))
                .then_with(|| self.entry(*a).code.cmp(&self.entry(*b).code))
        };
        let all = items.len();
        if all > CHOICES {
            items.select_nth_unstable_by(CHOICES, order);
            items.truncate(CHOICES);
        }
        items.sort_by(order);
        Match::Several(Choices {
            open,
            more: all - items.len(),
            items: items.into_iter().map(|item| self.entry(item)).collect(),
        })
    }

    /// What tells these items apart.
    fn open(&self, items: &[u32]) -> Open {
        let family = self.family(items[0]);
        if items.iter().any(|item| self.family(*item) != family) {
            return Open::Item;
        }
        let sizes: Vec<Vec<Size>> = items
            .iter()
            .take(CHOICES)
            .map(|item| text::parse(&self.entry(*item).name).sizes)
            .collect();
        let is_everywhere = |size: &Size| sizes.iter().all(|other| other.contains(size));
        let mut differing = sizes.iter().flatten().filter(|size| !is_everywhere(size));
        if differing.all(is_pack) {
            Open::Pack
        } else {
            Open::Variant
        }
    }
}

/// True if it says how much is in one, not what kind of thing it is.
pub(super) fn is_pack(size: &Size) -> bool {
    match size {
        Size::Measure(dimension, ..) => dimension.is_pack(),
        Size::Bare(_) | Size::Written(..) => false,
    }
}
