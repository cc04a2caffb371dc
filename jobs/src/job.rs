//! What may be asked of the workers, and which lane does it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing to be looked at. Each carries the id of the row that tells what is due.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Close a sender's burst when it is due.
    Merge { burst: String },
    /// Turn a closed burst into operations on lines.
    Read { burst: String },
    /// Act on a button that somebody pressed.
    Press { message: String },
    /// Source the lines and judge them by the rules.
    Check { requisition: String },
    /// Ask the requester to confirm the whole.
    Confirm { requisition: String },
    /// Ask the approvers, remind them, escalate.
    Approve { requisition: String },
    /// Place a purchase order on the supplier's site.
    Place { order: String },
    /// Find out what became of an order whose outcome is not known.
    Settle { order: String },
    /// Write a document into the ERP.
    Sync { document: String },
    /// Send a message to a person.
    Tell { message: String },
}

impl Job {
    /// The names of all jobs, in the order of the story.
    pub const NAMES: [&str; 10] = [
        "merge", "read", "press", "check", "confirm", "approve", "place", "settle", "sync", "tell",
    ];

    /// The lane whose workers do this job.
    pub fn lane(&self) -> Lane {
        match self {
            Self::Merge { .. }
            | Self::Read { .. }
            | Self::Press { .. }
            | Self::Check { .. }
            | Self::Confirm { .. }
            | Self::Approve { .. }
            | Self::Tell { .. } => Lane::Chat,
            Self::Place { .. } | Self::Settle { .. } => Lane::Browser,
            Self::Sync { .. } => Lane::Erp,
        }
    }

    /// The name of the step, as in [`Job::NAMES`].
    pub fn name(&self) -> &'static str {
        match self {
            Self::Merge { .. } => "merge",
            Self::Read { .. } => "read",
            Self::Press { .. } => "press",
            Self::Check { .. } => "check",
            Self::Confirm { .. } => "confirm",
            Self::Approve { .. } => "approve",
            Self::Place { .. } => "place",
            Self::Settle { .. } => "settle",
            Self::Sync { .. } => "sync",
            Self::Tell { .. } => "tell",
        }
    }

    /// The id of the row that the job looks at.
    pub fn id(&self) -> &str {
        match self {
            Self::Merge { burst } | Self::Read { burst } => burst,
            Self::Press { message } | Self::Tell { message } => message,
            Self::Check { requisition }
            | Self::Confirm { requisition }
            | Self::Approve { requisition } => requisition,
            Self::Place { order } | Self::Settle { order } => order,
            Self::Sync { document } => document,
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.id())
    }
}

/// Workers of one kind. Each lane has its own concurrency, so that a slow site keeps no chat
/// waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Short steps around messages.
    Chat,
    /// Steps that hold a browser.
    Browser,
    /// Steps that talk to the ERP.
    Erp,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 3] = [Self::Chat, Self::Browser, Self::Erp];

    /// The name used in keys, metrics and pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Browser => "browser",
            Self::Erp => "erp",
        }
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Chat => 0,
            Self::Browser => 1,
            Self::Erp => 2,
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Vec<(Job, &'static str, Lane, &'static str)> {
        let id = || "17".to_owned();
        vec![
            (
                Job::Merge { burst: id() },
                r#"{"merge":{"burst":"17"}}"#,
                Lane::Chat,
                "merge 17",
            ),
            (
                Job::Read { burst: id() },
                r#"{"read":{"burst":"17"}}"#,
                Lane::Chat,
                "read 17",
            ),
            (
                Job::Press { message: id() },
                r#"{"press":{"message":"17"}}"#,
                Lane::Chat,
                "press 17",
            ),
            (
                Job::Check { requisition: id() },
                r#"{"check":{"requisition":"17"}}"#,
                Lane::Chat,
                "check 17",
            ),
            (
                Job::Confirm { requisition: id() },
                r#"{"confirm":{"requisition":"17"}}"#,
                Lane::Chat,
                "confirm 17",
            ),
            (
                Job::Approve { requisition: id() },
                r#"{"approve":{"requisition":"17"}}"#,
                Lane::Chat,
                "approve 17",
            ),
            (
                Job::Place { order: id() },
                r#"{"place":{"order":"17"}}"#,
                Lane::Browser,
                "place 17",
            ),
            (
                Job::Settle { order: id() },
                r#"{"settle":{"order":"17"}}"#,
                Lane::Browser,
                "settle 17",
            ),
            (
                Job::Sync { document: id() },
                r#"{"sync":{"document":"17"}}"#,
                Lane::Erp,
                "sync 17",
            ),
            (
                Job::Tell { message: id() },
                r#"{"tell":{"message":"17"}}"#,
                Lane::Chat,
                "tell 17",
            ),
        ]
    }

    #[test]
    fn a_job_is_written_and_read_in_the_same_form_for_ever() {
        for (job, json, _, _) in cases() {
            assert_eq!(serde_json::to_string(&job).expect("JSON"), json);
            assert_eq!(serde_json::from_str::<Job>(json).expect("a job"), job);
        }
    }

    #[test]
    fn each_job_has_its_lane_and_says_its_name_and_id() {
        for (job, _, lane, text) in cases() {
            assert_eq!(
                (job.lane(), job.id(), job.to_string().as_str()),
                (lane, "17", text)
            );
        }
    }

    #[test]
    fn the_list_of_names_is_complete() {
        let names: Vec<_> = cases().iter().map(|(job, ..)| job.name()).collect();
        assert_eq!(names, Job::NAMES);
    }

    #[test]
    fn lanes_are_numbered_in_the_order_of_the_list() {
        for (n, lane) in Lane::ALL.into_iter().enumerate() {
            assert_eq!(lane.index(), n);
        }
    }
}
