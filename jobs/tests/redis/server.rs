//! A Redis of its own for each test: on a free port, in a folder that goes away with it.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jobs::{Job, Queue, Settings};
use redis::aio::MultiplexedConnection;
use tempfile::TempDir;

/// What Redis keeps when it is killed.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    Nothing,
    Everything,
}

pub(crate) struct Redis {
    child: Child,
    port: u16,
    keep: Keep,
    folder: TempDir,
}

impl Redis {
    pub(crate) fn start(keep: Keep) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Somebody else may take the port in between.
        for _ in 0..10 {
            let port = free_port();
            if let Some(child) = spawn(port, keep, &folder) {
                return Self {
                    child,
                    port,
                    keep,
                    folder,
                };
            }
        }
        panic!("redis-server starts on none of ten free ports");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// SIGKILL; returns when the process is gone.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("redis-server can be killed");
        self.child.wait().expect("redis-server can be waited for");
    }

    /// Starts it again where it was, after [`Redis::kill`].
    pub(crate) fn start_again(&mut self) {
        self.child = spawn(self.port, self.keep, &self.folder).expect("redis-server starts again");
    }

    pub(crate) async fn conn(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.url()).expect("a URL");
        client
            .get_multiplexed_async_connection()
            .await
            .expect("a connection")
    }

    pub(crate) fn queue(&self, settings: Settings) -> Queue {
        Queue::connect_with(&self.url(), "test", settings).expect("a queue")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// Returns when Redis takes connections; nothing when it ends first.
fn spawn(port: u16, keep: Keep, folder: &TempDir) -> Option<Child> {
    let appendonly = match keep {
        Keep::Nothing => "no",
        Keep::Everything => "yes",
    };
    let mut child = Command::new("redis-server")
        .args([
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
        ])
        .args(["--appendonly", appendonly, "--appendfsync", "always"])
        .arg("--dir")
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("these tests need the program redis-server (Debian: apt install redis-server)");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let ready =
        lines.any(|line| line.is_ok_and(|line| line.contains("Ready to accept connections")));
    if ready {
        // Redis must never find the pipe full.
        std::thread::spawn(move || lines.for_each(drop));
        return Some(child);
    }
    let _ = child.wait();
    None
}

/// Times that a test can wait for. Redis keeps whole seconds.
pub(crate) fn quick() -> Settings {
    Settings {
        heartbeat: Duration::from_secs(1),
        missed_heartbeats: 3,
        poll: Duration::from_millis(20),
        prune_every: Duration::from_millis(100),
        longest_pause: Duration::from_millis(500),
        ..Settings::default()
    }
}

pub(crate) fn tell(id: impl std::fmt::Display) -> Job {
    Job::Tell {
        message: id.to_string(),
    }
}

/// Fails the test when `what` does not happen.
pub(crate) async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, event)
        .await
        .unwrap_or_else(|_| panic!("did not happen: {what}"))
}
