//! The clock of this server. It stands for a machine that is not ours, so it is its own, with an offset for tests.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};

/// Real time plus an offset that only grows.
#[derive(Debug, Default)]
pub(super) struct Clock {
    ahead_ms: AtomicI64,
}

impl Clock {
    /// The time that this server believes it is.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let real = DateTime::<Utc>::from(SystemTime::now());
        real + TimeDelta::milliseconds(self.ahead_ms.load(Ordering::SeqCst))
    }

    /// Moves the clock on.
    pub(super) fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }
}
