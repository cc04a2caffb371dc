//! The real program, started again whenever it ends, and what is done to it and to what it has started.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::fault::{Blow, Victim};
use crate::say;

const LOOK: Duration = Duration::from_millis(20);

pub(crate) struct Daemon {
    running: Arc<Mutex<Running>>,
    keeper: JoinHandle<()>,
}

struct Running {
    child: Child,
    /// The point at which this one kills itself.
    crash_at: &'static str,
    /// One has killed itself at its point.
    has_crashed: bool,
    settings: BTreeMap<String, String>,
    log: Option<PathBuf>,
}

impl Daemon {
    /// Starts it; what it says is appended to `log`.
    pub(crate) fn start(
        settings: BTreeMap<String, String>,
        log: Option<PathBuf>,
    ) -> anyhow::Result<Self> {
        let child = spawn(&settings, log.as_ref(), "")?;
        let running = Arc::new(Mutex::new(Running {
            child,
            crash_at: "",
            has_crashed: false,
            settings,
            log,
        }));
        let keeper = tokio::spawn(keep(running.clone()));
        Ok(Self { running, keeper })
    }

    /// Kills it and starts one that kills itself at this point; none: at no point.
    pub(crate) async fn restart(&self, crash_at: &'static str) -> anyhow::Result<()> {
        let mut running = self.running.lock().await;
        running.child.kill().await?;
        running.has_crashed = false;
        running.start(crash_at)
    }

    /// Whether the one that runs would still kill itself.
    pub(crate) async fn is_armed(&self) -> bool {
        !self.running.lock().await.crash_at.is_empty()
    }

    /// Whether one has killed itself at its point since the last restart.
    pub(crate) async fn has_crashed(&self) -> bool {
        self.running.lock().await.has_crashed
    }

    /// Does it to the daemon, its chromedriver or its Chromium; false when there is none.
    pub(crate) async fn hit(&self, victim: Victim, blow: Blow, pause: Duration) -> bool {
        let daemon = {
            let running = self.running.lock().await;
            running
                .child
                .id()
                .and_then(|id| Pid::from_raw(id.cast_signed()))
        };
        let found = daemon.and_then(|daemon| match victim {
            Victim::Daemon => Some(daemon),
            Victim::Driver => called(daemon, &["chromedriver"]),
            Victim::Browser => called(daemon, &["chromium", "chrome"]),
        });
        let Some(pid) = found else {
            return false;
        };
        match blow {
            Blow::Killed => kill_process(pid, Signal::KILL).is_ok(),
            Blow::Stopped => {
                let stopped = kill_process(pid, Signal::STOP).is_ok();
                tokio::time::sleep(pause).await;
                // It may have been ended meanwhile.
                let _gone = kill_process(pid, Signal::CONT);
                stopped
            }
        }
    }

    /// Ends it for good.
    pub(crate) async fn end(self) {
        self.keeper.abort();
        let mut running = self.running.lock().await;
        let _gone = running.child.kill().await;
    }
}

impl Running {
    fn start(&mut self, crash_at: &'static str) -> anyhow::Result<()> {
        self.child = spawn(&self.settings, self.log.as_ref(), crash_at)?;
        self.crash_at = crash_at;
        Ok(())
    }

    fn has_ended(&mut self, status: ExitStatus) {
        if status.signal() != Some(9) {
            say(&format!("the daemon ended by itself: {status}"));
        } else if !self.crash_at.is_empty() {
            self.has_crashed = true;
        }
    }
}

/// Starts the daemon again when it has ended, and then without a point to crash at.
async fn keep(running: Arc<Mutex<Running>>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let mut running = running.lock().await;
        if let Ok(Some(status)) = running.child.try_wait() {
            running.has_ended(status);
            if let Err(error) = running.start("") {
                say(&format!("{error:#}"));
            }
        }
    }
}

fn spawn(
    settings: &BTreeMap<String, String>,
    log: Option<&PathBuf>,
    crash_at: &str,
) -> anyhow::Result<Child> {
    let stderr = match log {
        Some(path) => File::options().create(true).append(true).open(path)?.into(),
        None => Stdio::null(),
    };
    Command::new(program())
        .arg("serve")
        .envs(settings)
        .env("SUTLER_TEST__CRASH_AT", crash_at)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .kill_on_drop(true)
        .spawn()
        .context("starting sutler serve")
}

/// The binary that is driven.
pub(crate) fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_sutler").into()
}

/// The first process below `root` with one of these names.
fn called(root: Pid, names: &[&str]) -> Option<Pid> {
    below(root).into_iter().find(|pid| {
        let name = std::fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero()));
        name.is_ok_and(|name| names.contains(&name.trim()))
    })
}

/// Every process below one, that one first.
fn below(root: Pid) -> Vec<Pid> {
    let mut found = vec![root];
    let mut at = 0;
    while at < found.len() {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", found[at].as_raw_nonzero()));
        for task in tasks.into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(task.path().join("children"));
            let children = children.unwrap_or_default();
            let children = children.split_whitespace().filter_map(|id| id.parse().ok());
            found.extend(children.filter_map(Pid::from_raw));
        }
        at += 1;
    }
    found
}
