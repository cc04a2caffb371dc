//! What a word of the calendar means.

/// What a calendar word means; one word may mean several things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calendar {
    Today,
    Tonight,
    Tomorrow,
    AfterTomorrow,
    Next,
    This,
    Day,
    Week,
    Month,
    Hour,
    Minute,
    In,
    Past,
    Vague,
    By,
    Morning,
    Afternoon,
    Evening,
    Noon,
    Am,
    Pm,
    Oclock,
    /// An hour follows: "a las", "saa".
    Clock,
    /// The number of a day follows: "el 27", "dia 27".
    OnDay,
    Ordinal,
    /// Behind what it belongs to: "Ijumaa ijayo", "somvar tak", "2 din mein", "15 tarikh".
    NextBehind,
    ThisBehind,
    PastBehind,
    ByBehind,
    InBehind,
    DayOfMonth,
    /// Two days, in one word.
    TwoDays,
    /// Monday is 1.
    Weekday(u32),
    MonthName(u32),
}

impl Calendar {
    /// By the name of its list in a lexicon file.
    pub(super) fn parse(key: &str) -> Option<Self> {
        Some(match key {
            "today" => Self::Today,
            "tonight" => Self::Tonight,
            "tomorrow" => Self::Tomorrow,
            "after_tomorrow" => Self::AfterTomorrow,
            "next" => Self::Next,
            "this" => Self::This,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "hour" => Self::Hour,
            "minute" => Self::Minute,
            "in" => Self::In,
            "past" => Self::Past,
            "vague" => Self::Vague,
            "by" => Self::By,
            "morning" => Self::Morning,
            "afternoon" => Self::Afternoon,
            "evening" => Self::Evening,
            "noon" => Self::Noon,
            "am" => Self::Am,
            "pm" => Self::Pm,
            "oclock" => Self::Oclock,
            "clock" => Self::Clock,
            "on_day" => Self::OnDay,
            "ordinal" => Self::Ordinal,
            "next_behind" => Self::NextBehind,
            "this_behind" => Self::ThisBehind,
            "past_behind" => Self::PastBehind,
            "by_behind" => Self::ByBehind,
            "in_behind" => Self::InBehind,
            "day_of_month" => Self::DayOfMonth,
            "two_days" => Self::TwoDays,
            _ => return None,
        })
    }
}
