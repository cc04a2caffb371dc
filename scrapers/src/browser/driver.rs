//! One chromedriver, started through the warden in a process group of its own.
//!
//! **Invariant:** when this value is gone, so is the group: the warden's pipe closes with it.

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
    /// Starts chromedriver on a free port; `folder` is this run's own and goes with it.
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
            .arg("--port=0")
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
            Ok(Some(port)) => port,
            Ok(None) => {
                driver.end().await;
                let what = chromedriver.display();
                return Err(SiteError::Driver(format!(
                    "{what} does not start; the Debian package is chromium-driver"
                )));
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

/// chromedriver says on which port it listens.
async fn port(output: &mut Lines<BufReader<ChildStdout>>) -> Option<u16> {
    while let Ok(Some(line)) = output.next_line().await {
        if let Some((_, port)) = line.split_once("started successfully on port ")
            && let Ok(port) = port.trim_end_matches('.').trim().parse()
        {
            return Some(port);
        }
    }
    None
}
