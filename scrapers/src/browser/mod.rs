//! The browser: one chromedriver and one fresh Chromium for each run, through the warden.
//!
//! Each process that drives browsers makes its own folder under `profile_root` and keeps a lock
//! in it. A folder whose lock is free belongs to a dead process: what still runs there is ended
//! by process group, and the folder is removed.
//!
//! **Invariant:** a browser that cannot answer is not asked twice. After one time-out its session
//! is gone and its group is dead.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use url::Url;
use uuid::Uuid;

use crate::error::SiteError;
use crate::guard::Guard;

mod bidi;
mod capabilities;
mod driver;
mod processes;
mod session;
mod tab;
mod trouble;
mod version;
mod watch;
mod window;

pub use session::Session;
pub(crate) use session::{Handle, Leaves, PageState, Settle};
pub(crate) use tab::Answer;
pub(crate) use trouble::Trouble;
pub use version::CheckError;
pub(crate) use watch::{Body, HeldRequest, News, Wanted};
pub(crate) use window::{LetGo, hosts_of};

/// Chromium's own sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sandbox {
    On,
    /// Needed as root and in most containers.
    Off,
}

/// Where the browsers come from and how long they may take.
#[derive(Clone, Debug)]
pub struct BrowserSettings {
    /// Absent: `chromedriver` of the path.
    pub chromedriver: Option<PathBuf>,
    /// Absent: the one that chromedriver finds.
    pub chromium: Option<PathBuf>,
    /// A running driver or grid instead; no warden then, and no proof of death.
    pub webdriver_url: Option<Url>,
    /// Where the browsers of `webdriver_url` reach this process. Without it they place no orders:
    /// nothing would keep an order from going out twice.
    pub guard_address: Option<String>,
    pub profile_root: PathBuf,
    pub sandbox: Sandbox,
    /// The program that becomes the warden, and its arguments before chromedriver's own command
    /// line: `["warden", "--"]` for the daemon.
    pub warden: PathBuf,
    pub warden_arguments: Vec<String>,
    /// More arguments for Chromium.
    pub arguments: Vec<String>,
    pub limits: Limits,
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Starting driver and browser.
    pub start: Duration,
    /// Any one `WebDriver` command.
    pub command: Duration,
    /// A page that is being loaded.
    pub page: Duration,
    /// An element or a value that should be there.
    pub query: Duration,
    /// From the commit click to the held order request.
    pub hold: Duration,
    /// From the release of the order request to its outcome.
    pub commit: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(30),
            command: Duration::from_secs(20),
            page: Duration::from_mins(1),
            query: Duration::from_secs(10),
            hold: Duration::from_secs(10),
            commit: Duration::from_mins(2),
        }
    }
}

/// Is the browser of a run known to be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Death {
    /// No process of this group runs. `started` is the group leader's start in clock ticks since
    /// boot, `exit` how it ended.
    Proven {
        group: i32,
        started: u64,
        exit: String,
    },
    /// It may still run; for example on a grid.
    Unproven { why: String },
}

/// Opens browsers, and ends what a dead process left behind.
#[derive(Debug)]
pub struct Browsers {
    settings: BrowserSettings,
    folder: PathBuf,
    /// Free again when this process is gone, however it went.
    _lock: File,
}

impl Browsers {
    /// Makes this process' folder under `profile_root`.
    pub fn new(settings: BrowserSettings) -> io::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&settings.profile_root)?;
        let root = settings.profile_root.canonicalize()?;
        let name = short_name();
        // Under its own name only once it is locked, so that no other sweep takes it for dead.
        let unlocked = root.join(format!("{UNLOCKED}{name}"));
        private_folder(&unlocked)?;
        let lock = File::create(unlocked.join(LOCK))?;
        lock.lock()?;
        let folder = root.join(name);
        fs::rename(unlocked, &folder)?;
        Ok(Self {
            settings,
            folder,
            _lock: lock,
        })
    }

    /// Can driver and browser work together; a sentence with both versions.
    pub async fn check(&self) -> Result<String, CheckError> {
        version::check(&self.settings).await
    }

    /// Ends what dead processes left under `profile_root`; how many process groups that were.
    pub async fn sweep_leftovers(&self) -> io::Result<usize> {
        let mut ended = 0;
        let root = self.folder.parent().expect("the folder was made in a root");
        for entry in fs::read_dir(root)? {
            let entry = entry?;
            let unlocked = entry.file_name().to_string_lossy().starts_with(UNLOCKED);
            let folder = entry.path();
            if unlocked || folder == self.folder || !folder.is_dir() || is_owned(&folder)? {
                continue;
            }
            for group in processes::groups_in(&folder) {
                tracing::warn!(group, "ending a browser that a dead process left");
                if processes::end_group(group).await {
                    ended += 1;
                } else {
                    tracing::error!(group, "a browser that a dead process left cannot be ended");
                }
            }
            remove(&folder);
        }
        Ok(ended)
    }

    /// Starts a browser with an empty profile.
    pub async fn open(&self) -> Result<Session, SiteError> {
        let guard = match (&self.settings.webdriver_url, &self.settings.guard_address) {
            (None, _) => Some(LOOPBACK),
            (Some(_), Some(address)) => Some(address.as_str()),
            (Some(_), None) => None,
        };
        let guard = match guard {
            Some(address) => Some(Guard::start(address).await.map_err(|error| {
                SiteError::Driver(format!("the guard cannot listen on {address}: {error}"))
            })?),
            None => None,
        };
        if let Some(url) = &self.settings.webdriver_url {
            return Session::open(url.clone(), None, guard, &self.settings).await;
        }
        let driver = self.start_driver().await?;
        Session::open(driver.url().clone(), Some(driver), guard, &self.settings).await
    }

    /// Starts chromedriver; once more when it ends at once: somebody has taken its port.
    async fn start_driver(&self) -> Result<driver::Driver, SiteError> {
        let mut tries = 1;
        loop {
            let folder = self.folder.join(short_name());
            private_folder(&folder)
                .map_err(|error| SiteError::Driver(format!("no profile folder: {error}")))?;
            let begun = Instant::now();
            match driver::Driver::start(&self.settings, folder).await {
                Err(error) if tries < START_TRIES && begun.elapsed() < AT_ONCE => {
                    tracing::warn!(%error, "chromedriver is started once more");
                    tries += 1;
                }
                started => return started,
            }
        }
    }
}

impl Drop for Browsers {
    fn drop(&mut self) {
        // A browser that is still open keeps its folder; the next sweep takes it.
        if processes::groups_in(&self.folder).is_empty() {
            remove(&self.folder);
        }
    }
}

/// Where a browser of this machine reaches its guard.
const LOOPBACK: &str = "127.0.0.1";
const START_TRIES: u32 = 3;
/// A driver that ends sooner has not waited for anything.
const AT_ONCE: Duration = Duration::from_secs(5);
const LOCK: &str = "lock";
const UNLOCKED: &str = ".";

/// Does a living process hold the folder's lock.
fn is_owned(folder: &Path) -> io::Result<bool> {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => Ok(lock.try_lock().is_err()),
        // None of ours.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Only for the owner; an error when it is there already.
fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(folder)
}

/// Short, because the path of a socket that Chromium makes below may have 107 bytes.
fn short_name() -> String {
    let mut name = Uuid::new_v4().simple().to_string();
    name.truncate(8);
    name
}

fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a browser's folder could not be removed");
    }
}
