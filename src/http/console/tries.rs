//! How often somebody may try to sign in.
//!
//! **Invariant:** counted by account, whether it exists or not, so that the answer tells nothing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Wrong passwords in a row that cost nothing.
const FREE: u32 = 5;
/// The pause after the first wrong password beyond that, in seconds; it doubles each time.
const PAUSE: i64 = 30;
const LONGEST_PAUSE: i64 = 900;
/// Accounts that are remembered; a flood of invented names forgets the oldest.
const REMEMBERED: usize = 10_000;

/// Wrong passwords of this process, by account.
#[derive(Debug, Default)]
pub(super) struct Tries(Mutex<HashMap<String, Wrong>>);

#[derive(Clone, Copy, Debug)]
struct Wrong {
    times: u32,
    last: DateTime<Utc>,
}

impl Wrong {
    fn pause(self) -> TimeDelta {
        if self.times < FREE {
            return TimeDelta::zero();
        }
        let doubled = PAUSE << (self.times - FREE).min(5);
        TimeDelta::seconds(doubled.min(LONGEST_PAUSE))
    }

    fn is_over(self, now: DateTime<Utc>) -> bool {
        now - self.last > TimeDelta::seconds(LONGEST_PAUSE)
    }
}

impl Tries {
    /// Until when the account must wait; none: it may try.
    pub(super) fn wait_until(&self, account: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = known.get(account)?;
        let until = wrong.last + wrong.pause();
        (until > now).then_some(until)
    }

    /// Counts a try before its password is looked at, so that many at once count as many.
    pub(super) fn begin(&self, account: &str, now: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED && !known.contains_key(account) {
            known.retain(|_, wrong| !wrong.is_over(now));
            if known.len() >= REMEMBERED
                && let Some(oldest) = known
                    .iter()
                    .min_by_key(|(_, wrong)| wrong.last)
                    .map(|(name, _)| name.clone())
            {
                known.remove(&oldest);
            }
        }
        let wrong = known.entry(account.to_owned()).or_insert(Wrong {
            times: 0,
            last: now,
        });
        if wrong.is_over(now) {
            wrong.times = 0;
        }
        wrong.times = wrong.times.saturating_add(1);
        wrong.last = now;
    }

    /// The password was right.
    pub(super) fn right(&self, account: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_five_wrong_passwords_each_try_waits_twice_as_long() {
        let tries = Tries::default();
        let mut now = DateTime::UNIX_EPOCH;
        for n in 1..=4 {
            tries.begin("a", now);
            assert_eq!(tries.wait_until("a", now), None, "try {n}");
        }
        for seconds in [30, 60, 120, 240, 480, 900, 900] {
            tries.begin("a", now);
            let until = now + TimeDelta::seconds(seconds);
            assert_eq!(tries.wait_until("a", now), Some(until));
            assert_eq!(tries.wait_until("b", now), None);
            now = until;
            assert_eq!(tries.wait_until("a", now), None);
        }
        tries.right("a");
        tries.begin("a", now);
        assert_eq!(tries.wait_until("a", now), None);
    }

    #[test]
    fn old_tries_are_forgotten() {
        let tries = Tries::default();
        let now = DateTime::UNIX_EPOCH;
        for _ in 0..6 {
            tries.begin("a", now);
        }
        let later = now + TimeDelta::seconds(LONGEST_PAUSE + 1);
        tries.begin("a", later);
        assert_eq!(tries.wait_until("a", later), None);
    }

    #[test]
    fn invented_names_do_not_fill_the_memory() {
        let tries = Tries::default();
        for n in 0..(REMEMBERED + 10) {
            let at = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(i64::try_from(n).unwrap());
            tries.begin(&n.to_string(), at);
        }
        assert_eq!(tries.0.lock().unwrap().len(), REMEMBERED);
    }
}
