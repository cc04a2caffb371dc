//! Hours and parts of the day.

use chrono::NaiveTime;

use super::cardinal::{Sense, cardinal};
use super::date::{Clock, Day, Hit, Reader};
use super::lexicon::{Calendar, Class, Habit};
use super::number::{ONE, and_fraction};
use super::reading::DayPart;
use super::token::Kind;

/// An hour that may be of the morning or of the evening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bare {
    hour: u32,
    minute: u32,
    count: Count,
}

/// From when the hours are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    Midnight,
    /// Swahili: the first hour is that after six.
    Six,
}

/// Whether a word that announces an hour stands before the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Led {
    Yes,
    No,
}

/// Outside of these hours nobody has anything delivered.
const DAY: (u32, u32) = (6, 22);

impl Bare {
    fn of(hour: u32, minute: u32) -> Self {
        Self {
            hour,
            minute,
            count: Count::Midnight,
        }
    }

    /// The time, by the part of the day that is said beside it.
    pub(super) fn at(self, part: Option<DayPart>) -> Clock {
        match self.count {
            Count::Midnight => self.of_clock(self.hour, part),
            Count::Six => self.of_day(part),
        }
    }

    fn of_clock(self, hour: u32, part: Option<DayPart>) -> Clock {
        let half = hour % 12;
        let hour = match part {
            _ if hour > 12 || hour == 0 => Some(hour),
            Some(DayPart::Morning) => Some(half),
            // "12 in the afternoon" is noon; twelve or one in the evening is asked.
            Some(DayPart::Afternoon) => Some(half + 12),
            Some(DayPart::Evening) => (4..12).contains(&half).then_some(half + 12),
            None => None,
        };
        self.clock(hour)
    }

    /// "saa nne asubuhi" is ten; but many write the hours of the clock, so what makes a time that nobody
    /// means is asked.
    fn of_day(self, part: Option<DayPart>) -> Clock {
        let half = (self.hour + 6) % 12;
        let hour = match part {
            _ if !(1..=12).contains(&self.hour) => None,
            Some(DayPart::Morning) => Some(half),
            Some(DayPart::Afternoon) => Some(half + 12),
            Some(DayPart::Evening) => (4..12).contains(&half).then_some(half + 12),
            None => None,
        };
        self.clock(hour.filter(|hour| (DAY.0..=DAY.1).contains(hour)))
    }

    fn clock(self, hour: Option<u32>) -> Clock {
        hour.and_then(|hour| NaiveTime::from_hms_opt(hour, self.minute, 0))
            .map_or(Clock::Unclear, Clock::At)
    }
}

impl Reader<'_> {
    pub(super) fn clock(&self, at: usize) -> Option<(Clock, usize)> {
        if self.is(at, Calendar::Noon) {
            let len = self.calendar(at).1;
            return Some((Clock::At(NaiveTime::from_hms_opt(12, 0, 0)?), len));
        }
        if self.is(at, Calendar::Clock) {
            let lead = self.calendar(at).1;
            if let Some((clock, len)) = self.said_hour(at + lead) {
                return Some((clock, lead + len));
            }
            // "a las 16:30", "saa 10:00"
            let (clock, len) = self.written(at + lead, Led::Yes)?;
            return Some((clock, lead + len));
        }
        if let Some((clock, len)) = self.with_letter(at) {
            return Some((clock, len));
        }
        self.written(at, Led::No)
    }

    /// "16h30"
    fn with_letter(&self, at: usize) -> Option<(Clock, usize)> {
        let token = self
            .tokens
            .get(at)
            .filter(|token| token.kind == Kind::Code)?;
        let (hour, rest) = token.text.split_once(|ch: char| !ch.is_ascii_digit())?;
        let letter = token.text.chars().nth(hour.chars().count())?;
        let mut buffer = [0; 4];
        let letter: &str = letter.encode_utf8(&mut buffer);
        let oclock = self.lexicon.calendar(|n| (n == 0).then_some(letter));
        let fits = oclock.is_some_and(|(found, _)| found.contains(&Calendar::Oclock));
        if !fits || rest.len() != 2 {
            return None;
        }
        let time = NaiveTime::from_hms_opt(hour.parse().ok()?, rest.parse().ok()?, 0)?;
        Some((Clock::At(time), 1))
    }

    /// The hour behind "saa" or "a las", in words or digits, with its half or its minutes.
    fn said_hour(&self, at: usize) -> Option<(Clock, usize)> {
        let token = self.tokens.get(at)?;
        let colon = self
            .tokens
            .get(at + 1)
            .is_some_and(|mark| mark.is(':') && mark.glued);
        let (value, len) = match token.kind {
            Kind::Number if !colon => (self.whole(at)?, 1),
            Kind::Word => {
                let said = cardinal(self.tokens, at, self.lexicon)?;
                let whole = said.sense == Sense::One && said.value % ONE == 0;
                let hour = whole.then(|| u32::try_from(said.value / ONE).ok())??;
                (hour, said.to - at)
            }
            Kind::Number | Kind::Code | Kind::Mark(_) | Kind::Break | Kind::Symbol => return None,
        };
        if value > 24 {
            return None;
        }
        let mut len = len;
        if self.is(at + len, Calendar::Oclock) {
            len += self.calendar(at + len).1;
            // "às 7h"
            if self.lexicon.has(Habit::HoursToMidnight) && (DAY.0..=DAY.1).contains(&value) {
                let time = NaiveTime::from_hms_opt(value, 0, 0)?;
                return Some((Clock::At(time), len));
            }
        }
        let mut minute = 0;
        if let Some((part, more)) = and_fraction(self.tokens, at + len, self.lexicon) {
            minute = u32::try_from(part * 60 / ONE).ok()?;
            len += more;
        }
        let halves = [
            (Calendar::Am, DayPart::Morning),
            (Calendar::Pm, DayPart::Afternoon),
        ];
        let half = halves
            .into_iter()
            .find(|(meaning, _)| (1..=12).contains(&value) && self.is(at + len, *meaning));
        let day_part = self.calendar(at + len).0.iter().any(|found| {
            matches!(
                found,
                Calendar::Morning | Calendar::Afternoon | Calendar::Evening
            )
        });
        if let Some((_, part)) = half.filter(|_| !day_part) {
            let bare = Bare {
                hour: value,
                minute,
                count: Count::Midnight,
            };
            return Some((bare.at(Some(part)), len + self.calendar(at + len).1));
        }
        let count = if self.lexicon.has(Habit::HoursFromSix) {
            Count::Six
        } else {
            Count::Midnight
        };
        let bare = Bare {
            hour: value,
            minute,
            count,
        };
        Some((Clock::Bare(bare), len))
    }

    /// "10:30", "16h", "10am", "1600 hrs".
    fn written(&self, at: usize, led: Led) -> Option<(Clock, usize)> {
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
                    Clock::Bare(Bare::of(hour, minute))
                },
                len + oclock_len,
            ));
        }
        let named = oclock && (1..=24).contains(&hour);
        if named && self.lexicon.has(Habit::HoursToMidnight) && (DAY.0..=DAY.1).contains(&hour) {
            let time = NaiveTime::from_hms_opt(hour, 0, 0)?;
            return Some((Clock::At(time), len + oclock_len));
        }
        let led = led == Led::Yes || (1..=12).contains(&hour) && self.is_led_hour(at);
        (named || led).then_some((Clock::Bare(Bare::of(hour, 0)), len + oclock_len))
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
        let steps = (at.saturating_sub(8)..at).filter_map(classes).any(|found| {
            found.any(&[
                Class::Increase,
                Class::Decrease,
                Class::More,
                Class::Less,
                Class::Firm,
            ])
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_the_day_decides_which_hour_is_meant() {
        use DayPart::{Afternoon, Evening, Morning};
        for (hour, count, part, expect) in [
            (10, Count::Midnight, Some(Morning), Some(10)),
            (4, Count::Midnight, Some(Afternoon), Some(16)),
            (12, Count::Midnight, Some(Afternoon), Some(12)),
            (8, Count::Midnight, Some(Evening), Some(20)),
            (16, Count::Midnight, None, Some(16)),
            (4, Count::Midnight, None, None),
            (2, Count::Midnight, Some(Evening), None),
            (4, Count::Six, Some(Morning), Some(10)),
            (6, Count::Six, Some(Afternoon), Some(12)),
            (10, Count::Six, Some(Evening), Some(16)),
            (2, Count::Six, Some(Evening), Some(20)),
            (12, Count::Six, Some(Morning), Some(6)),
            (4, Count::Six, None, None),
            // Four in the morning: nobody means that.
            (10, Count::Six, Some(Morning), None),
            (30, Count::Six, Some(Morning), None),
        ] {
            let bare = Bare {
                hour,
                minute: 0,
                count,
            };
            let expect = expect.map_or(Clock::Unclear, |hour| {
                Clock::At(NaiveTime::from_hms_opt(hour, 0, 0).unwrap())
            });
            assert_eq!(bare.at(part), expect, "{hour} {count:?} {part:?}");
        }
    }
}
