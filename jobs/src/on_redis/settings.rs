//! The times and limits of the carrier on Redis.

use std::time::Duration;

/// The times and limits of the carrier on Redis. The default fits production; tests shorten it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How often a worker tells Redis that it lives. Redis keeps whole seconds.
    pub heartbeat: Duration,
    /// After so many silent heartbeats the jobs of a worker are given to another. The product
    /// must exceed the difference between the clocks of the machines.
    pub missed_heartbeats: usize,
    /// How often a free worker looks for a job.
    pub poll: Duration,
    /// How long a worker waits for an answer of Redis before it gives its connection up.
    pub response_timeout: Duration,
    /// How long a worker may be silent before this process gives it up. Longer than a heartbeat
    /// and an answer together, which is the silence of a worker that is well.
    pub longest_silence: Duration,
    /// How long a ring waits for Redis.
    pub ring_timeout: Duration,
    /// Bells that may wait in a lane; more are refused. apalis 1.0.0 stops working near 8,000.
    pub most_waiting: usize,
    /// How often finished jobs are forgotten.
    pub prune_every: Duration,
    /// The longest pause before a worker that failed is started again.
    pub longest_pause: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(5),
            missed_heartbeats: 12,
            poll: Duration::from_millis(100),
            response_timeout: Duration::from_secs(6),
            longest_silence: Duration::from_secs(30),
            ring_timeout: Duration::from_secs(2),
            most_waiting: 5_000,
            prune_every: Duration::from_secs(15),
            longest_pause: Duration::from_secs(10),
        }
    }
}
