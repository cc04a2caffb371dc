//! Days of the calendar: "3rd March", "12/02", "the 25th", "by december".

use chrono::{Datelike, NaiveDate};

use super::date::{Day, Reader};
use super::lexicon::{Calendar, Class};
use super::number::fraction;
use super::setting::DateOrder;
use super::token::Kind;

impl Reader<'_> {
    /// "3rd March 2027", "March 3", "3 of march".
    pub(super) fn with_month(&self, at: usize) -> Option<(Day, usize)> {
        let month = |at: usize| {
            self.calendar(at)
                .0
                .iter()
                .find_map(|meaning| match meaning {
                    Calendar::MonthName(month) => Some(*month),
                    _ => None,
                })
        };
        let ordinal = |at: usize| {
            usize::from(
                self.is(at, Calendar::Ordinal) && self.tokens.get(at).is_some_and(|t| t.glued),
            )
        };
        let (number, month, mut len) = if let Some(number) = self.whole(at) {
            let mut len = 1 + ordinal(at + 1);
            if self
                .lexicon
                .classes(|n| self.text(at + len + n))
                .is_some_and(|(c, _)| c.has(Class::Of))
            {
                len += 1;
            }
            (number, month(at + len)?, len + 1)
        } else {
            let month = month(at)?;
            let number = self.whole(at + 1)?;
            (number, month, 2 + ordinal(at + 2))
        };
        let comma = usize::from(self.tokens.get(at + len).is_some_and(|token| token.is(',')));
        let year = self
            .whole(at + len + comma)
            .filter(|year| (2000..2100).contains(year));
        if year.is_some() {
            len += 1 + comma;
        }
        Some((self.date(year, month, number)?, len))
    }

    /// "12/02", "12-02-2026", "2026-12-02", "12.02.2026".
    pub(super) fn in_digits(&self, at: usize) -> Option<(Day, usize)> {
        let token = self
            .tokens
            .get(at)
            .filter(|token| token.kind == Kind::Number)?;
        let dotted: Vec<&str> = token.text.split('.').collect();
        if let [first, second, year] = dotted[..] {
            return Some((self.numeric(first, second, Some(year))?, 1));
        }
        let mark = self.tokens.get(at + 1).filter(|token| token.glued)?;
        let bar = if mark.is('/') {
            '/'
        } else if mark.is('-') {
            '-'
        } else {
            return None;
        };
        self.whole(at)?;
        self.whole(at + 2).filter(|_| self.tokens[at + 2].glued)?;
        let (first, second) = (
            self.tokens[at].text.as_str(),
            self.tokens[at + 2].text.as_str(),
        );
        let third = self
            .tokens
            .get(at + 3)
            .filter(|token| token.is(bar) && token.glued)
            .and_then(|_| self.tokens.get(at + 4))
            .filter(|token| token.glued && self.whole(at + 4).is_some())
            .map(|token| token.text.as_str());
        if let Some(third) = third {
            let day = if first.len() == 4 {
                self.date(
                    first.parse().ok(),
                    second.parse().ok()?,
                    third.parse().ok()?,
                )?
            } else {
                self.numeric(first, second, Some(third))?
            };
            return Some((day, 5));
        }
        let led = self.back(at, 0) < at;
        let unit_behind = self
            .tokens
            .get(at + 3)
            .is_some_and(|token| token.glued && token.kind == Kind::Word);
        if unit_behind
            || (bar == '-' && !led)
            || (bar == '/' && !led && fraction(self.tokens, at).is_some())
        {
            return None;
        }
        Some((self.numeric(first, second, None)?, 3))
    }

    pub(super) fn numeric(&self, first: &str, second: &str, year: Option<&str>) -> Option<Day> {
        let year: Option<u32> = match year {
            Some(text) if text.len() == 2 => Some(2000 + text.parse::<u32>().ok()?),
            Some(text) if text.len() == 4 => Some(text.parse().ok()?),
            Some(_) => return None,
            None => None,
        };
        let (first, second): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
        let day_first = self.date(year, second, first);
        let month_first = self.date(year, first, second);
        if first == second {
            return day_first;
        }
        match (day_first, month_first, self.order) {
            (Some(day), None, _) | (None, Some(day), _) | (Some(day), _, DateOrder::DayFirst) => {
                Some(day)
            }
            (_, Some(day), DateOrder::MonthFirst) => Some(day),
            (Some(a), Some(b), DateOrder::Unset) => {
                let dates = [a, b].into_iter().filter_map(|day| match day {
                    Day::On(date) => Some(date),
                    Day::Unclear(_) | Day::Past => None,
                });
                Some(Day::Unclear(dates.collect()))
            }
            (None, None, _) => None,
        }
    }

    /// "the 25th", "by 25th".
    pub(super) fn day_of_month(&self, at: usize) -> Option<(Day, usize)> {
        let day = self.whole(at)?;
        let glued = self.tokens.get(at + 1).is_some_and(|next| next.glued);
        let ordinal = glued && self.is(at + 1, Calendar::Ordinal);
        // "15 tarikh"
        let named = self.is(at + 1, Calendar::DayOfMonth);
        let led = ordinal && self.back(at, 0) < at || named || self.is_numbered_day(at);
        if !led || !(1..=31).contains(&day) {
            return None;
        }
        let len = 1 + usize::from(ordinal || named);
        let today = self.today();
        let date = (0..12)
            .filter_map(|more| {
                let month = today.month0() + more;
                let year = today.year() + i32::try_from(month / 12).ok()?;
                NaiveDate::from_ymd_opt(year, month % 12 + 1, day)
            })
            .find(|date| *date >= today)?;
        Some((Day::On(date), len))
    }

    /// "el 27", "dia 27", "viernes 27", and nothing counted behind.
    fn is_numbered_day(&self, at: usize) -> bool {
        let led = (1..=4).any(|len| {
            let lead = at.checked_sub(len).map(|from| self.calendar(from));
            lead.is_some_and(|(found, own)| {
                let day =
                    |meaning: &Calendar| matches!(meaning, Calendar::OnDay | Calendar::Weekday(_));
                own == len && found.iter().any(day)
            })
        });
        let ends = match self.tokens.get(at + 1) {
            None => true,
            Some(next) if next.kind == Kind::Word => {
                let (classes, _) = self
                    .lexicon
                    .classes(|n| self.text(at + 1 + n))
                    .unwrap_or_default();
                let ends = [Class::And, Class::Polite, Class::Thanks, Class::Request];
                !next.glued && (classes.any(&ends) || !self.calendar(at + 1).0.is_empty())
            }
            Some(next) => match next.kind {
                Kind::Mark(mark) => matches!(mark, '.' | ',' | ';' | '!' | '?' | ')' | ':'),
                Kind::Break | Kind::Symbol => true,
                Kind::Number | Kind::Code | Kind::Word => false,
            },
        };
        led && ends
    }

    /// "by december", "in december".
    pub(super) fn bare_month(&self, at: usize) -> Option<(Day, usize)> {
        let lead = usize::from(self.is(at, Calendar::In));
        let (found, len) = self.calendar(at + lead);
        let month = found
            .iter()
            .any(|meaning| matches!(meaning, Calendar::MonthName(_)));
        let stands = lead == 1 || self.back(at, 0) < at;
        (month && stands).then_some((Day::Unclear(Vec::new()), lead + len))
    }

    /// A day and a month; without a year the next that comes. A date that has been is asked.
    pub(super) fn date(&self, year: Option<u32>, month: u32, day: u32) -> Option<Day> {
        let today = self.today();
        if let Some(year) = year {
            let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
            return Some(if date < today {
                Day::Unclear(Vec::new())
            } else {
                Day::On(date)
            });
        }
        (0..=4)
            .filter_map(|more| NaiveDate::from_ymd_opt(today.year() + more, month, day))
            .find(|date| *date >= today)
            .map(Day::On)
    }
}
