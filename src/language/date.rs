//! Dates and times relative to the day of the sender's site; what can be meant in two ways is asked.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::clock::Bare;
use super::lexicon::{Calendar, Class, Lexicon};
use super::number::number_at;
use super::reading::DayPart;
use super::setting::{DateOrder, NumberFormat};
use super::token::{Kind, Token};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    On(NaiveDate),
    /// It may be any of these; empty when it names no day at all ("next week").
    Unclear(Vec<NaiveDate>),
    /// It was; nothing is needed by then.
    Past,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    At(NaiveTime),
    /// "by 10": the part of the day decides, which may stand beside it.
    Bare(Bare),
    /// Morning or evening.
    Unclear,
}

/// A date, a time or both, and the tokens `from..to` that say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) day: Option<Day>,
    pub(crate) clock: Option<Clock>,
    pub(crate) part: Option<DayPart>,
}

pub(super) struct Reader<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) lexicon: &'a Lexicon,
    pub(super) now: NaiveDateTime,
    pub(super) order: DateOrder,
}

pub(crate) fn find(
    tokens: &[Token],
    lexicon: &Lexicon,
    now: NaiveDateTime,
    order: DateOrder,
) -> Vec<Hit> {
    let reader = Reader {
        tokens,
        lexicon,
        now,
        order,
    };
    let mut hits: Vec<Hit> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(mut hit) = reader.hit(at) else {
            at += 1;
            continue;
        };
        let floor = hits.last().map_or(0, |last| last.to);
        hit.from = reader.back(hit.from, floor);
        let end = hit.to;
        hit.to = reader.forward(end);
        if reader.is_barred(hit.from) || reader.is_barred_behind(end) {
            hit.day = hit.day.map(|day| {
                if day == Day::Past {
                    day
                } else {
                    Day::Unclear(Vec::new())
                }
            });
            hit.clock = hit.clock.map(|_| Clock::Unclear);
        }
        at = hit.to;
        match hits.last_mut() {
            Some(last) if last.to == hit.from && fits(last, &hit) => {
                last.to = hit.to;
                last.day = last.day.take().or(hit.day);
                last.clock = last.clock.take().or(hit.clock);
                last.part = last.part.or(hit.part);
            }
            // "friday 4 december"
            Some(last) if last.to == hit.from && is_same_weekday(last, &hit) => {
                last.to = hit.to;
                last.day = hit.day;
            }
            _ => hits.push(hit),
        }
    }
    for hit in &mut hits {
        if let Some(Clock::Bare(bare)) = hit.clock {
            hit.clock = Some(bare.at(hit.part));
        }
    }
    // A part of the day or a bare word alone is a greeting or a noun, not a date.
    hits.retain(|hit| hit.day.is_some() || hit.clock.is_some() || reader.is_asked_for(hit));
    hits
}

fn is_same_weekday(first: &Hit, second: &Hit) -> bool {
    match (&first.day, &second.day) {
        (Some(Day::On(first)), Some(Day::On(second))) => first.weekday() == second.weekday(),
        (Some(Day::Unclear(dates)), Some(Day::On(second))) => dates.contains(second),
        _ => false,
    }
}

fn fits(first: &Hit, second: &Hit) -> bool {
    (first.day.is_none() || second.day.is_none())
        && (first.clock.is_none() || second.clock.is_none())
        && first.day != Some(Day::Past)
        && second.day != Some(Day::Past)
}

impl Reader<'_> {
    pub(super) fn text(&self, at: usize) -> Option<&str> {
        self.tokens
            .get(at)
            .filter(|token| token.kind == Kind::Word)
            .map(|token| token.text.as_str())
    }

    pub(super) fn calendar(&self, at: usize) -> (&[Calendar], usize) {
        self.lexicon
            .calendar(|n| self.tokens.get(at + n).map(|token| token.text.as_str()))
            .unwrap_or((&[], 0))
    }

    pub(super) fn is(&self, at: usize, meaning: Calendar) -> bool {
        self.calendar(at).0.contains(&meaning)
    }

    pub(super) fn today(&self) -> NaiveDate {
        self.now.date()
    }

    pub(super) fn whole(&self, at: usize) -> Option<u32> {
        let token = self.tokens.get(at)?;
        let digits = token.kind == Kind::Number && token.text.bytes().all(|b| b.is_ascii_digit());
        if digits {
            token.text.parse().ok()
        } else {
            None
        }
    }

    fn hit(&self, at: usize) -> Option<Hit> {
        let day = |len: usize, day: Day| {
            Some(Hit {
                from: at,
                to: at + len,
                day: Some(day),
                clock: None,
                part: None,
            })
        };
        if let Some((found, len)) = self.past(at) {
            return day(len, found);
        }
        if let Some((found, len)) = self
            .word_day(at)
            .or_else(|| self.weekday(at))
            .or_else(|| self.in_days(at))
            .or_else(|| self.days_behind(at))
            .or_else(|| self.with_month(at))
            .or_else(|| self.in_digits(at))
            .or_else(|| self.bare_month(at))
            .or_else(|| self.day_of_month(at))
        {
            let mut hit = day(len, found)?;
            if self.is(at, Calendar::Tonight) {
                hit.part = Some(DayPart::Evening);
            }
            return Some(hit);
        }
        if let Some((clock, len)) = self.clock(at) {
            return Some(Hit {
                from: at,
                to: at + len,
                day: None,
                clock: Some(clock),
                part: None,
            });
        }
        self.part(at)
    }

    fn past(&self, at: usize) -> Option<(Day, usize)> {
        // "3 days ago"
        if let Some(read) = number_at(self.tokens, at, self.lexicon, NumberFormat::Unset) {
            let unit = self.calendar(at + read.len);
            let span = [
                Calendar::Day,
                Calendar::Week,
                Calendar::Month,
                Calendar::Hour,
            ];
            let behind = at + read.len + unit.1;
            let named = unit.0.iter().any(|found| span.contains(found));
            return (named && self.text(behind).is_some() && self.is(behind, Calendar::Past))
                .then_some((Day::Past, read.len + unit.1 + 1));
        }
        let named = |found: &[Calendar]| {
            found.iter().any(|found| {
                matches!(
                    found,
                    Calendar::Weekday(_)
                        | Calendar::Week
                        | Calendar::Month
                        | Calendar::MonthName(_)
                )
            })
        };
        // "wiki iliyopita"
        let (first, len) = self.calendar(at);
        if named(first) && self.is(at + len, Calendar::PastBehind) {
            return Some((Day::Past, len + self.calendar(at + len).1));
        }
        if !self.is(at, Calendar::Past) {
            return None;
        }
        let (next, len) = self.calendar(at + 1);
        let named = named(next);
        if named {
            return Some((Day::Past, 1 + len));
        }
        // A word of its own: "yesterday". "Last" alone is none.
        let alone = self
            .lexicon
            .classes(|n| self.tokens.get(at + n).map(|t| t.text.as_str()));
        let adverb = alone.is_some_and(|(found, _)| found.has(Class::Yesterday));
        adverb.then_some((Day::Past, 1))
    }

    fn word_day(&self, at: usize) -> Option<(Day, usize)> {
        let (found, len) = self.calendar(at);
        let after = |days: u64| self.today().checked_add_days(Days::new(days)).map(Day::On);
        let day = found.iter().find_map(|meaning| match meaning {
            Calendar::Today | Calendar::Tonight => after(0),
            Calendar::Tomorrow => after(1),
            Calendar::AfterTomorrow => after(2),
            Calendar::Vague => Some(Day::Unclear(Vec::new())),
            _ => None,
        })?;
        Some((day, len))
    }

    /// "friday", "this friday", "next friday".
    fn weekday(&self, at: usize) -> Option<(Day, usize)> {
        let lead = self.calendar(at);
        let mut is_next = lead.0.contains(&Calendar::Next);
        let is_this = lead.0.contains(&Calendar::This);
        let skip = if is_next || is_this { lead.1 } else { 0 };
        let (found, len) = self.calendar(at + skip);
        let wanted = found.iter().find_map(|meaning| match meaning {
            Calendar::Weekday(day) => Some(*day),
            _ => None,
        })?;
        if skip == 0 && !self.stands_alone(at) {
            return None;
        }
        // "viernes que viene", "vendredi dernier", "Ijumaa ijayo"
        let (behind, more) = self.calendar(at + skip + len);
        if skip == 0 && behind.contains(&Calendar::Past) {
            return Some((Day::Past, len + more));
        }
        let next_behind =
            behind.contains(&Calendar::NextBehind) || skip == 0 && behind.contains(&Calendar::Next);
        is_next |= next_behind;
        let this_behind = behind.contains(&Calendar::ThisBehind);
        let len = len + usize::from(next_behind || this_behind) * more;
        let today = self.today();
        let now = today.weekday().number_from_monday();
        let coming = u64::from((wanted + 7 - now) % 7);
        let on = |days: u64| today.checked_add_days(Days::new(days));
        let both = || Day::Unclear([on(coming), on(coming + 7)].into_iter().flatten().collect());
        let day = if self.is(at + skip + len, Calendar::Week) {
            // "friday week"
            Day::Unclear(Vec::new())
        } else if coming == 0 && is_next {
            Day::On(on(7)?)
        } else if coming == 0 {
            Day::Unclear([on(0), on(7)].into_iter().flatten().collect())
        } else if is_next && wanted > now {
            // It is still in this week: the coming one, or the one after?
            both()
        } else {
            Day::On(on(coming)?)
        };
        Some((day, skip + len))
    }

    /// Short names of days are also words ("sun", "sat"): only where nothing of an item is near.
    fn stands_alone(&self, at: usize) -> bool {
        if self.tokens[at].text.chars().count() > 4 {
            return true;
        }
        let before = at.checked_sub(1).map(|before| &self.tokens[before]);
        let led = at > 0 && self.back(at, 0) < at;
        let open = before.is_none_or(|token| token.kind == Kind::Break || token.is(','));
        let closed = self
            .tokens
            .get(at + 1)
            .is_none_or(|next| next.kind != Kind::Word || !self.calendar(at + 1).0.is_empty());
        let last = self
            .tokens
            .get(at + 1)
            .is_none_or(|next| next.kind != Kind::Word);
        let behind_item = last && before.is_some_and(|token| token.kind == Kind::Word);
        (led || open || behind_item) && closed
    }

    /// "every friday", "after 2 pm": neither a day nor an end.
    fn is_barred(&self, from: usize) -> bool {
        let classes = |at: usize| self.lexicon.classes(|n| self.text(at + n));
        let before = from.checked_sub(1).and_then(classes);
        // "après-demain" is a day of its own.
        let own = self.calendar(from).1;
        let first = classes(from).filter(|(_, len)| *len >= own);
        [before, first]
            .into_iter()
            .flatten()
            .any(|(found, _)| found.any(&[Class::Recurring, Class::After]))
    }

    /// "kal ke baad": neither a day nor an end.
    fn is_barred_behind(&self, at: usize) -> bool {
        let found = self.lexicon.classes(|n| self.text(at + n));
        found.is_some_and(|(found, _)| found.has(Class::AfterBehind))
    }

    /// The token behind the words that follow a day: "somvar tak".
    fn forward(&self, to: usize) -> usize {
        let mut end = to;
        for _ in 0..2 {
            let (found, len) = self.calendar(end);
            if !found.contains(&Calendar::ByBehind) {
                break;
            }
            end += len;
        }
        end
    }

    /// The first token of the words that lead to a date: "needed by", "on the".
    pub(super) fn back(&self, from: usize, floor: usize) -> usize {
        let mut start = from;
        for _ in 0..3 {
            let lead = (1..=4).rev().find(|len| {
                start >= floor + len && {
                    let at = start - len;
                    let by = self.calendar(at);
                    let article = self.lexicon.classes(|n| self.text(at + n));
                    (by.1 == *len && by.0.contains(&Calendar::By))
                        || (*len == 1 && article.is_some_and(|(c, n)| n == 1 && c.has(Class::The)))
                }
            });
            match lead {
                Some(len) => start -= len,
                None => break,
            }
        }
        start
    }
}
