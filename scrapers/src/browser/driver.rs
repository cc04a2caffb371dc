//! One chromedriver, started through the warden in a process group of its own.
//!
//! **Invariant:** when this value is gone, so is the group: the warden's pipe closes with it.
//!
//! Told to take any port, `ChromeDriver` 156 takes a free one of `::1`, asks for the same one of `127.0.0.1`, and ends
//! when that is in use: 14 of 80 starts while 2,500 ports of `127.0.0.1` were. So it is given a port that was
//! free in both a moment ago; who comes between makes it end at once, and it is started once more.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;
use url::Url;

use super::{BrowserSettings, Death, processes, remove};
use crate::error::SiteError;

/// Below a longer path Chromium's socket (46 bytes more) would not fit into its address.
const LONGEST_TEMPORARY: usize = 60;
/// How often a port is looked for.
const LOOKS: usize = 20;

#[derive(Debug)]
pub(super) struct Driver {
    url: Url,
    group: i32,
    started: u64,
    warden: Child,
    /// Its end is the end of the group.
    pipe: Option<ChildStdin>,
    folder: PathBuf,
}

impl Driver {
    /// Starts chromedriver on a port that was just free; `folder` is this run's own and goes with it.
    pub(super) async fn start(
        settings: &BrowserSettings,
        folder: PathBuf,
    ) -> Result<Self, SiteError> {
        let chromedriver = settings
            .chromedriver
            .clone()
            .unwrap_or_else(|| "chromedriver".into());
        let mut command = Command::new(&settings.warden);
        if folder.as_os_str().len() <= LONGEST_TEMPORARY {
            // What Chromium puts outside of its profile goes with this run too.
            command.env("TMPDIR", &folder);
        }
        let mut warden = command
            .args(&settings.warden_arguments)
            .arg(&chromedriver)
            .arg(format!("--port={}", free_port()))
            .arg(format!(
                "--log-path={}",
                folder.join("driver.log").display()
            ))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| {
                let warden = settings.warden.display();
                SiteError::Driver(format!("the warden {warden} does not start: {error}"))
            })?;
        let pid = warden
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .ok_or_else(|| SiteError::Driver("the warden ended at once".into()))?;
        let mut output =
            BufReader::new(warden.stdout.take().expect("stdout was asked for")).lines();
        let mut driver = Self {
            url: Url::parse("http://127.0.0.1/").expect("a fixed address"),
            group: pid,
            started: processes::started(pid).unwrap_or_default(),
            pipe: warden.stdin.take(),
            warden,
            folder,
        };
        let port = match timeout(settings.limits.start, port(&mut output)).await {
            Ok(Ok(port)) => port,
            Ok(Err(said)) => {
                driver.end().await;
                let what = chromedriver.display();
                return Err(SiteError::Driver(if said.is_empty() {
                    format!("{what} does not start; the Debian package is chromium-driver")
                } else {
                    format!("{what} does not start: {said}")
                }));
            }
            Err(_) => {
                driver.end().await;
                return Err(SiteError::Driver("chromedriver says nothing".into()));
            }
        };
        driver.url.set_port(Some(port)).expect("http has a port");
        // A full pipe would stop the driver.
        tokio::spawn(async move { while let Ok(Some(_)) = output.next_line().await {} });
        Ok(driver)
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    pub(super) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Ends the group and looks whether it is gone.
    pub(super) async fn end(&mut self) -> Death {
        self.pipe = None;
        let gone = processes::end_group(self.group).await;
        let exit = match self.warden.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        if gone {
            remove(&self.folder);
            Death::Proven {
                group: self.group,
                started: self.started,
                exit,
            }
        } else {
            Death::Unproven {
                why: format!("process group {} does not end", self.group),
            }
        }
    }
}

/// A port that is in use neither of IPv4 nor of IPv6; 0, which leaves it to chromedriver, when there is none.
fn free_port() -> u16 {
    for _ in 0..LOOKS {
        let Ok(port) = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|four| four.local_addr().map(|address| address.port()))
        else {
            break;
        };
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            // In any other case this machine has no IPv6, and chromedriver goes without it too.
            Ok(_) | Err(_) => return port,
        }
    }
    0
}

/// chromedriver says on which port it listens; else, what it said last.
async fn port(output: &mut Lines<BufReader<ChildStdout>>) -> Result<u16, String> {
    let mut last = String::new();
    while let Ok(Some(line)) = output.next_line().await {
        if let Some((_, port)) = line.split_once("started successfully on port ")
            && let Ok(port) = port.trim_end_matches('.').trim().parse()
        {
            return Ok(port);
        }
        line.trim().clone_into(&mut last);
    }
    Err(last)
}
