//! The day and hour of a request, put together from what is said about them.

use chrono::{NaiveDate, NaiveDateTime};

use super::date::{Clock, Day, Hit};
use super::reading::{NeededBy, Span};

/// Takes a date into the request; gives the choices of a question when it is not certain.
pub(crate) fn take(
    needed: &mut Option<NeededBy>,
    hit: &Hit,
    span: Span,
    now: NaiveDateTime,
    corrects: bool,
) -> Option<Vec<String>> {
    if hit.day == Some(Day::Past) {
        return None;
    }
    let (time, unclear) = match &hit.clock {
        Some(Clock::At(time)) => (Some(*time), false),
        Some(Clock::Unclear | Clock::Bare(_)) => (None, true),
        None => (None, false),
    };
    let date = match &hit.day {
        Some(Day::On(date)) => Some(*date),
        Some(Day::Unclear(dates)) => {
            return Some(dates.iter().copied().map(shown).collect());
        }
        Some(Day::Past) | None => None,
    };
    if unclear {
        return Some(Vec::new());
    }
    match (needed.as_mut(), date) {
        (Some(before), Some(date)) if before.date != date && !corrects => {
            return Some(vec![shown(before.date), shown(date)]);
        }
        (Some(before), None) => {
            if before.time.is_some() && time.is_some() && before.time != time && !corrects {
                return Some(Vec::new());
            }
            before.time = time.or(before.time);
            before.part = hit.part.or(before.part);
        }
        (Some(before), Some(date)) => {
            *before = NeededBy {
                date,
                time: time.or(before.time),
                part: hit.part.or(before.part),
                span,
            };
        }
        (None, Some(date)) => {
            *needed = Some(NeededBy {
                date,
                time,
                part: hit.part,
                span,
            });
        }
        // An hour without a day is today's, if it is still to come.
        (None, None) => match time {
            Some(time) if time > now.time() => {
                *needed = Some(NeededBy {
                    date: now.date(),
                    time: Some(time),
                    part: hit.part,
                    span,
                });
            }
            Some(_) | None => return Some(Vec::new()),
        },
    }
    let past = needed.as_ref().is_some_and(|needed| {
        needed.date < now.date()
            || (needed.date == now.date() && needed.time.is_some_and(|time| time < now.time()))
    });
    past.then(Vec::new)
}

pub(crate) fn shown(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}
