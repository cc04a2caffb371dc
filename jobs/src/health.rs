//! What a carrier tells about itself: to the metrics and to the readiness page.

use std::time::Duration;

use crate::job::Lane;

/// How one lane of this process is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneHealth {
    pub lane: Lane,
    /// Workers of this process on the lane; 0 when this process does not run it.
    pub slots: usize,
    /// Jobs of the lane that run in this process now.
    pub running: usize,
    /// Time since the worker that was silent longest last heard from its carrier; `None` when
    /// there are no slots, or when one of them has never heard from it.
    pub since_beat: Option<Duration>,
    /// How often a worker of the lane had to be started again since the process began.
    pub restarts: u64,
    /// Jobs whose body panicked since the process began.
    pub panics: u64,
}

impl LaneHealth {
    /// Whether every worker of the lane has heard from its carrier within this time. A lane that
    /// this process does not run is no cause for alarm.
    pub fn is_well(&self, within: Duration) -> bool {
        self.slots == 0 || self.since_beat.is_some_and(|silent| silent <= within)
    }
}

/// Bells of one lane that nobody has taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Could run now.
    pub due: usize,
    /// Are to run later.
    pub later: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_well_when_it_beats_or_is_not_ours() {
        let lane = |slots, since_beat| LaneHealth {
            lane: Lane::Erp,
            slots,
            running: 0,
            since_beat,
            restarts: 0,
            panics: 0,
        };
        let secs = Duration::from_secs;
        let cases = [
            (lane(0, None), true),
            (lane(1, None), false),
            (lane(1, Some(secs(9))), true),
            (lane(1, Some(secs(10))), true),
            (lane(1, Some(secs(11))), false),
        ];
        for (lane, well) in cases {
            assert_eq!(lane.is_well(secs(10)), well, "{lane:?}");
        }
    }
}
