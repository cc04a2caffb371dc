//! Crash points: named places at which a test may kill the process.
//!
//! **Invariant:** always compiled, in no way of anybody unless the setting `test.crash_at` names one.

use std::sync::OnceLock;

/// Every crash point, in the order in which an order passes them.
pub const POINTS: &[&str] = &[
    "receive:before_commit",
    "receive:after_commit",
    "read:asking",
    "read:before_commit",
    "read:after_commit",
    "check:after_commit",
    "confirm:after_commit",
    "approve:after_commit",
    "tell:before_send",
    "tell:after_send",
    "place:after_claim",
    "place:after_arm",
    "place:before_intent",
    "place:after_intent",
    "place:after_click",
    "place:after_answer",
    "place:after_commit",
    "settle:before_commit",
    "sync:before_create",
    "sync:after_create",
    "sync:after_commit",
];

static ARMED: OnceLock<Vec<String>> = OnceLock::new();

/// Arms the named points; an unknown name is refused.
pub fn arm(names: &[String]) -> anyhow::Result<()> {
    for name in names {
        if !POINTS.contains(&name.as_str()) {
            anyhow::bail!("test.crash_at: there is no crash point {name}");
        }
    }
    let _ = ARMED.set(names.to_vec());
    Ok(())
}

/// Ends the process as SIGKILL does if this point is armed.
pub fn point(name: &'static str) {
    debug_assert!(POINTS.contains(&name), "{name} is not in the list");
    if ARMED
        .get()
        .is_some_and(|armed| armed.iter().any(|a| a == name))
    {
        tracing::warn!(point = name, "crashing, as the setting test.crash_at asks");
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
}
