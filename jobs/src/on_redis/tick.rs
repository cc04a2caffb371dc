//! How a free worker is woken to look for a job.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use tokio::time::{Instant, Sleep};

/// Wakes the worker at a steady pace. The interval of apalis 1.0.0 leaves its new timer unpolled
/// after it has fired, so that nothing wakes the worker for seconds.
#[derive(Debug)]
pub(super) struct SteadyTick {
    every: Duration,
    next: Pin<Box<Sleep>>,
}

impl SteadyTick {
    pub(super) fn new(every: Duration) -> Self {
        Self {
            every,
            next: Box::pin(tokio::time::sleep(every)),
        }
    }
}

impl PollStrategy for SteadyTick {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut fired = Poll::Pending;
        while self.next.as_mut().poll(cx).is_ready() {
            fired = Poll::Ready(Some(()));
            let next = Instant::now() + self.every;
            self.next.as_mut().reset(next);
        }
        fired
    }
}
