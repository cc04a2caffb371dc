//! "Same as last week": which earlier request is meant.

use chrono::{Datelike, Days, NaiveDate};

use super::burst::Burst;
use super::lexicon::{Calendar, Class};
use super::token::Kind;

/// Words behind the phrase in which a day may stand.
const BEHIND: usize = 4;

/// What is said of the day of the earlier request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Weekday(u32),
    Week,
    Month,
    /// "The November order".
    Named(u32),
    Yesterday,
}

impl When {
    fn fits(self, date: NaiveDate, today: NaiveDate) -> bool {
        let days = (today - date).num_days();
        let monday = |day: NaiveDate| {
            day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))
        };
        match self {
            Self::Weekday(day) => {
                date.weekday().number_from_monday() == day && (1..=13).contains(&days)
            }
            Self::Week => {
                monday(today).and_then(|day| day.checked_sub_days(Days::new(7))) == monday(date)
                    || days == 7
            }
            Self::Month => {
                let months = |day: NaiveDate| day.year() * 12 + day.month0().cast_signed();
                months(today) - months(date) == 1
            }
            Self::Named(month) => date.month() == month && days < 366,
            Self::Yesterday => days == 1,
        }
    }
}

/// The one earlier request that the words can mean; none where no or several fit, or a draft is open.
pub(super) fn meant(burst: &Burst<'_>) -> Option<usize> {
    let setting = burst.setting;
    if setting.past.is_empty() || !setting.draft.is_empty() {
        return None;
    }
    let at = (0..burst.tokens.len()).find(|at| burst.has(*at, Class::Reorder))?;
    let when = when(burst, at, at + burst.entry(at).1 + BEHIND);
    let today = setting.now.date();
    let mut fitting = setting
        .past
        .iter()
        .enumerate()
        .filter(|(_, past)| when.is_none_or(|when| when.fits(past.date, today)));
    let (found, _) = fitting.next()?;
    fitting.next().is_none().then_some(found)
}

fn when(burst: &Burst<'_>, from: usize, to: usize) -> Option<When> {
    let mut sentence = (from..to.min(burst.tokens.len()))
        .take_while(|at| matches!(burst.tokens[*at].kind, Kind::Word | Kind::Number));
    sentence.find_map(|at| {
        let word = burst.lexicon.classes(|n| (n == 0).then(|| burst.text(at))?);
        if word.is_some_and(|(classes, _)| classes.has(Class::Yesterday)) {
            return Some(When::Yesterday);
        }
        let (found, _) = burst
            .lexicon
            .calendar(|n| (n == 0).then(|| burst.text(at))?)?;
        found.iter().find_map(|meaning| match meaning {
            Calendar::Weekday(day) => Some(When::Weekday(*day)),
            Calendar::MonthName(month) => Some(When::Named(*month)),
            Calendar::Week => Some(When::Week),
            Calendar::Month => Some(When::Month),
            _ => None,
        })
    })
}
