//! Days counted from today: "in 2 days", "2 din mein", "ndani ya siku mbili", "خلال يومين".

use chrono::TimeDelta;

use super::date::{Day, Reader};
use super::lexicon::{Calendar, Class, Habit};
use super::number::{ONE, number_at};
use super::setting::NumberFormat;

impl Reader<'_> {
    /// "in 2 days", "within a week", "in 3 hours".
    pub(super) fn in_days(&self, at: usize) -> Option<(Day, usize)> {
        if !self.is(at, Calendar::In) {
            return None;
        }
        let lead = self.calendar(at).1;
        let behind = at + lead;
        if self.is(behind, Calendar::TwoDays) {
            let len = lead + self.calendar(behind).1;
            return Some((self.after(2 * ONE, 24 * 60)?, len));
        }
        let read = number_at(self.tokens, behind, self.lexicon, NumberFormat::Unset);
        if let Some(read) = read {
            let (minutes, unit_len) = self.span(behind + read.len)?;
            let day = self.after(read.value.exact()?, minutes)?;
            return Some((day, lead + read.len + unit_len));
        }
        // "ndani ya siku mbili"
        if self.lexicon.has(Habit::UnitFirst)
            && let Some((minutes, len)) = self.span(behind)
        {
            let read = number_at(self.tokens, behind + len, self.lexicon, NumberFormat::Unset);
            let read = read.filter(|_| {
                let end = behind + len;
                self.lexicon.unit(|n| self.text(end + n)).is_none()
            });
            let week = self.is(behind, Calendar::Week);
            let (count, more) = match read {
                Some(read) => (read.value.exact()?, read.len),
                None => week.then_some((ONE, 0))?,
            };
            return Some((self.after(count, minutes)?, lead + len + more));
        }
        let article = self.lexicon.classes(|n| self.text(behind + n))?;
        if !article.0.has(Class::Article) {
            return None;
        }
        let (minutes, unit_len) = self.span(behind + 1)?;
        Some((self.after(ONE, minutes)?, lead + 1 + unit_len))
    }

    /// "2 din mein": what "in" means stands behind.
    pub(super) fn days_behind(&self, at: usize) -> Option<(Day, usize)> {
        let read = number_at(self.tokens, at, self.lexicon, NumberFormat::Unset)?;
        let (minutes, len) = self.span(at + read.len)?;
        let behind = at + read.len + len;
        if !self.is(behind, Calendar::InBehind) {
            return None;
        }
        let day = self.after(read.value.exact()?, minutes)?;
        Some((day, read.len + len + self.calendar(behind).1))
    }

    /// The minutes of a stretch of time and the length of its word.
    fn span(&self, at: usize) -> Option<(i64, usize)> {
        let (unit, len) = self.calendar(at);
        let minutes = unit.iter().find_map(|meaning| match meaning {
            Calendar::Day => Some(24 * 60),
            Calendar::Week => Some(7 * 24 * 60),
            Calendar::Hour => Some(60),
            Calendar::Minute => Some(1),
            _ => None,
        })?;
        Some((minutes, len))
    }

    fn after(&self, count: i64, minutes: i64) -> Option<Day> {
        let minutes = count.checked_mul(minutes)?.checked_div(ONE)?;
        let then = self
            .now
            .checked_add_signed(TimeDelta::try_minutes(minutes)?)?;
        Some(Day::On(then.date()))
    }
}
