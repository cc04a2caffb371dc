//! Limits that depend on time: the 24-hour window, the pair rate, the throughput of a number.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use super::refusal::Refusal;

/// One message to the same person in this time, once the allowance is used up.
const PAIR_SECONDS: i64 = 6;
/// How many messages to the same person may go at once.
const PAIR_BURST: i64 = 45;
/// Messages a second for one business number.
const THROUGHPUT: usize = 80;

/// What was sent lately.
#[derive(Debug, Default)]
pub(super) struct Rates {
    /// For each (business number, person): when the borrowed quota is paid back.
    pairs: HashMap<(String, String), DateTime<Utc>>,
    sent: HashMap<String, VecDeque<DateTime<Utc>>>,
}

impl Rates {
    /// Counts a message against the pair, or refuses it with 131056.
    pub(super) fn take_pair(
        &mut self,
        number: &str,
        person: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let paid = self
            .pairs
            .entry((number.to_owned(), person.to_owned()))
            .or_insert(now);
        let from = (*paid).max(now);
        if from - now > TimeDelta::seconds((PAIR_BURST - 1) * PAIR_SECONDS) {
            return Err(Refusal::circumstance(
                131_056,
                Some(
                    "Message failed to send because there were too many messages sent from this phone number to \
                     the same phone number in a short period of time.",
                ),
            ));
        }
        *paid = from + TimeDelta::seconds(PAIR_SECONDS);
        Ok(())
    }

    /// Counts a message against the number, or refuses it with 130429.
    pub(super) fn take_throughput(
        &mut self,
        number: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let sent = self.sent.entry(number.to_owned()).or_default();
        while sent
            .front()
            .is_some_and(|at| now - *at >= TimeDelta::seconds(1))
        {
            sent.pop_front();
        }
        if sent.len() >= THROUGHPUT {
            return Err(Refusal::circumstance(
                130_429,
                Some("Cloud API message throughput has been reached."),
            ));
        }
        sent.push_back(now);
        Ok(())
    }
}

/// Refuses with 131047 when the person did not write within 24 hours.
pub(super) fn check_window(
    wrote_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    if wrote_at.is_some_and(|at| now - at < TimeDelta::hours(24)) {
        return Ok(());
    }
    Err(Refusal::circumstance(
        131_047,
        Some(
            "Message failed to send because more than 24 hours have passed since the customer last replied to \
             this number.",
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn forty_five_at_once_then_one_in_six_seconds() {
        let mut rates = Rates::default();
        for n in 0..45 {
            assert!(rates.take_pair("1", "a", at(0)).is_ok(), "message {n}");
        }
        assert_eq!(rates.take_pair("1", "a", at(0)).unwrap_err().code, 131_056);
        assert!(
            rates.take_pair("1", "b", at(0)).is_ok(),
            "another person has an own allowance"
        );
        assert_eq!(rates.take_pair("1", "a", at(5)).unwrap_err().code, 131_056);
        assert!(rates.take_pair("1", "a", at(6)).is_ok());
        assert_eq!(rates.take_pair("1", "a", at(6)).unwrap_err().code, 131_056);
    }

    #[test]
    fn eighty_a_second_for_a_number() {
        let mut rates = Rates::default();
        for _ in 0..80 {
            assert!(rates.take_throughput("1", at(0)).is_ok());
        }
        assert_eq!(rates.take_throughput("1", at(0)).unwrap_err().code, 130_429);
        assert!(rates.take_throughput("2", at(0)).is_ok());
        assert!(rates.take_throughput("1", at(1)).is_ok());
    }

    #[test]
    fn the_window_is_open_for_a_day() {
        assert!(check_window(Some(at(0)), at(24 * 3600 - 1)).is_ok());
        assert_eq!(
            check_window(Some(at(0)), at(24 * 3600)).unwrap_err().code,
            131_047
        );
        assert_eq!(check_window(None, at(0)).unwrap_err().code, 131_047);
    }
}
