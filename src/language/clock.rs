//! Hours and parts of the day.

use chrono::NaiveTime;

use super::date::{Clock, Day, Hit, Reader};
use super::lexicon::{Calendar, Class};
use super::reading::DayPart;
use super::token::Kind;

impl Reader<'_> {
    pub(super) fn clock(&self, at: usize) -> Option<(Clock, usize)> {
        if self.is(at, Calendar::Noon) {
            let len = self.calendar(at).1;
            return Some((Clock::At(NaiveTime::from_hms_opt(12, 0, 0)?), len));
        }
        let token = self
            .tokens
            .get(at)
            .filter(|token| token.kind == Kind::Number)?;
        let (hour, minute, mut len) = if let Some(hour) = self.whole(at) {
            let colon = self
                .tokens
                .get(at + 1)
                .is_some_and(|mark| mark.is(':') && mark.glued);
            let minutes = self.whole(at + 2).filter(|_| {
                colon && self.tokens[at + 2].glued && self.tokens[at + 2].text.len() == 2
            });
            match minutes {
                Some(minute) => (hour, Some(minute), 3),
                None if token.text.len() == 4 && self.is(at + 1, Calendar::Oclock) => {
                    let time = NaiveTime::from_hms_opt(hour / 100, hour % 100, 0)?;
                    return Some((Clock::At(time), 2));
                }
                None => (hour, None, 1),
            }
        } else {
            let (hour, minute) = token.text.split_once('.')?;
            let halves = self.is(at + 1, Calendar::Am) || self.is(at + 1, Calendar::Pm);
            (
                halves.then_some(hour.parse().ok()?)?,
                Some(minute.parse().ok()?),
                1,
            )
        };
        let behind = at + len;
        let (am, pm) = (self.is(behind, Calendar::Am), self.is(behind, Calendar::Pm));
        let oclock = self.is(behind, Calendar::Oclock)
            && !self.is(behind, Calendar::Hour)
            && self.text(behind).is_some();
        let oclock_len = usize::from(oclock) * self.calendar(behind).1;
        if (am || pm) && (1..=12).contains(&hour) {
            len += self.calendar(behind).1;
            let hour = hour % 12 + if pm { 12 } else { 0 };
            return Some((
                Clock::At(NaiveTime::from_hms_opt(hour, minute.unwrap_or(0), 0)?),
                len,
            ));
        }
        if let Some(minute) = minute {
            let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
            let plain = hour == 0 || hour > 12 || token.text.len() == 2;
            return Some((
                if plain {
                    Clock::At(time)
                } else {
                    Clock::Unclear
                },
                len + oclock_len,
            ));
        }
        let named = oclock && (1..=24).contains(&hour);
        let led = (1..=12).contains(&hour) && self.is_led_hour(at);
        (named || led).then_some((Clock::Unclear, len + oclock_len))
    }

    /// "by 10" at the end of what is said, where nothing is raised or lowered.
    pub(super) fn is_led_hour(&self, at: usize) -> bool {
        let classes = |at: usize| {
            self.lexicon
                .classes(|n| self.text(at + n))
                .map(|(found, _)| found)
        };
        let lead = at
            .checked_sub(1)
            .and_then(classes)
            .is_some_and(|found| found.has(Class::ByHour));
        let ends = self.tokens.get(at + 1).is_none_or(|next| {
            matches!(
                next.kind,
                Kind::Break | Kind::Symbol | Kind::Mark('.' | ',' | '!' | '?' | ';' | ')')
            ) || !self.calendar(at + 1).0.is_empty()
        });
        let steps = (at.saturating_sub(8)..at)
            .filter_map(classes)
            .any(|found| found.any(&[Class::Increase, Class::Decrease, Class::More, Class::Less]));
        lead && ends && !steps
    }

    pub(super) fn part(&self, at: usize) -> Option<Hit> {
        let lead = usize::from(self.is(at, Calendar::This));
        let (found, len) = self.calendar(at + lead);
        let part = found.iter().find_map(|meaning| match meaning {
            Calendar::Morning => Some(DayPart::Morning),
            Calendar::Afternoon => Some(DayPart::Afternoon),
            Calendar::Evening => Some(DayPart::Evening),
            _ => None,
        })?;
        Some(Hit {
            from: at,
            to: at + lead + len,
            day: (lead == 1).then(|| Day::On(self.today())),
            clock: None,
            part: Some(part),
        })
    }

    pub(super) fn is_asked_for(&self, hit: &Hit) -> bool {
        self.is(hit.from, Calendar::By) || self.calendar(hit.from).1 > 1
    }
}
