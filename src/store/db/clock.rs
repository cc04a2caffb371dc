//! The daemon's clock, the only one that is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The daemon's clock, in microseconds, moved by an offset that only tests set.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_us: Arc<AtomicI64>,
}

impl Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        (Utc::now() + self.offset()).trunc_subsecs(6)
    }

    /// Moves this clock, and the database's, forward.
    pub fn advance(&self, by: Duration) {
        let us = i64::try_from(by.as_micros()).expect("tests move by less than an age");
        self.offset_us.fetch_add(us, Ordering::SeqCst);
    }

    pub(super) fn offset(&self) -> TimeDelta {
        TimeDelta::microseconds(self.offset_us.load(Ordering::SeqCst))
    }
}
